//! What travels of a clip: its request, as much of its inputs as decides what is drawn, and the files by their hashes.

use std::path::{Path, PathBuf};

use crate::farm::words::{MOST_INPUT, MOST_ORDER, Order, OrderInput, PROTOCOL, Stored, write};
use crate::media::container::{self, Use};
use crate::plan::{AssetHash, ClipRequest, ProviderId, Request, Role, Shown};
use crate::providers::{Input, JobContext};

/// An order and the files that it names.
pub struct Parcel {
    pub order: Order,
    pub payload: Vec<u8>,
    pub files: Vec<(Stored, PathBuf)>,
}

/// What is sent of a clip; `None` where it stays at home: its files are too large, are videos that another ffmpeg might read
/// otherwise, or cannot be read, which making it here will tell.
pub async fn pack(clip: ClipRequest, context: &JobContext) -> Option<Parcel> {
    let (inputs, source) = (context.inputs.clone(), context.source.clone());
    let packed = tokio::task::spawn_blocking(move || {
        let mut files = Vec::new();
        let mut travelling = Vec::new();
        let heard = clip.effect.as_ref().map(|effect| effect.sound);
        // An effect decides no pixel: it is laid under the clip at home.
        for input in inputs.iter().filter(|input| Some(input.key) != heard) {
            travelling.push(OrderInput {
                key: input.key,
                request: what_decides(input),
                files: needed(input).map(|(role, path)| keep(&mut files, role, path)).collect::<Option<Vec<_>>>()?,
            });
        }
        let source = match (&clip.shown, source) {
            (Shown::Media { source: hash }, Some(source)) => {
                let bytes = std::fs::metadata(&source.path).ok().filter(std::fs::Metadata::is_file)?.len();
                if bytes > MOST_INPUT || !is_drawn_here(&source.path) {
                    return None;
                }
                let stored = Stored { hash: *hash, bytes };
                files.push((stored, source.path));
                Some(stored)
            }
            _ => None,
        };
        let key = Request::Clip(clip.clone()).key();
        let order = Order { protocol: PROTOCOL, key, request: clip, inputs: travelling, source };
        let payload = write(&order);
        (payload.len() <= MOST_ORDER).then_some(Parcel { order, payload, files })
    });
    packed.await.ok().flatten()
}

/// A drawn baby needs its seed and words; of everything else only the files are looked at, and nobody's prompt travels.
fn what_decides(input: &Input) -> Request {
    match &*input.request {
        Request::Portrait(portrait) if portrait.made_by.provider == ProviderId::Sketch => (*input.request).clone(),
        _ => Request::OwnPortrait { source: AssetHash::of(b"") },
    }
}

/// The files that a clip is made of.
fn needed(input: &Input) -> impl Iterator<Item = (Role, &Path)> {
    let is_drawn = input.request.provider() == ProviderId::Sketch;
    let is_needed = move |role: Role| match role {
        Role::Picture => !is_drawn,
        Role::Sound | Role::Alignment | Role::Marks => true,
        _ => false,
    };
    input.files.iter().filter(move |(role, _)| is_needed(*role)).map(|(role, path)| (*role, path.as_path()))
}

fn keep(files: &mut Vec<(Stored, PathBuf)>, role: Role, path: &Path) -> Option<(Role, Stored)> {
    let bytes = std::fs::metadata(path).ok()?.len();
    if bytes > MOST_INPUT {
        return None;
    }
    // An asset is named by its hash; it is compared when it is sent.
    let named = path.file_name().and_then(|name| name.to_str()).and_then(|name| name.parse().ok());
    let hash = match named {
        Some(hash) => hash,
        None => AssetHash::of(&std::fs::read(path).ok()?),
    };
    let stored = Stored { hash, bytes };
    files.push((stored, path.to_owned()));
    Some((role, stored))
}

/// Whether a file is shown without ffmpeg.
fn is_drawn_here(path: &Path) -> bool {
    let mut start = Vec::new();
    let opened = std::fs::File::open(path);
    let read = opened.and_then(|file| std::io::Read::read_to_end(&mut std::io::Read::take(file, 512), &mut start));
    let used = container::kind(&start).map(container::Kind::used_as);
    read.is_ok() && matches!(used, Some(Use::Picture | Use::Sound))
}
