//! What travels of a clip or a cross-fade: its request, as much of its inputs as decides what is drawn, and the files by their hashes.

use std::path::{Path, PathBuf};

use crate::farm::words::{MOST_FONT, MOST_INPUT, MOST_ORDER, Order, OrderInput, PROTOCOL, Stored, write};
use crate::media::container::{self, Use};
use crate::media::video::fonts;
use crate::plan::{AssetHash, Product, ProviderId, Request, Role, Shown};
use crate::providers::video::Away;
use crate::providers::{Input, JobContext};

/// An order and the files that it names.
pub struct Parcel {
    pub order: Order,
    pub payload: Vec<u8>,
    pub files: Vec<(Stored, PathBuf)>,
}

/// What is sent of a clip or a cross-fade; `None` where it stays at home: its files are too large, are videos that another ffmpeg
/// might read otherwise, cannot be read, which making it here will tell, or its fonts must not be handed on.
pub async fn pack(request: Request, context: &JobContext) -> Option<Parcel> {
    let context = JobContext { movie: None, ..context.clone() };
    let packed = tokio::task::spawn_blocking(move || {
        if !Away::is_work(&request, &context) {
            return None;
        }
        let mut files = Vec::new();
        let mut inputs = Vec::new();
        for input in &context.inputs {
            inputs.push(OrderInput {
                key: input.key,
                request: what_decides(input),
                files: needed(input).map(|(role, path)| keep(&mut files, role, path)).collect::<Option<Vec<_>>>()?,
            });
        }
        let (mut source, mut fonts) = (None, Vec::new());
        if let Request::Clip(clip) = &request {
            source = match (&clip.shown, context.source) {
                (Shown::Media { source: hash }, Some(source)) => {
                    let stored = measured(*hash, &source.path, MOST_INPUT).filter(|_| is_drawn_here(&source.path))?;
                    files.push((stored, source.path));
                    Some(stored)
                }
                _ => None,
            };
            for font in &clip.fonts {
                let path = fonts::of_machine().file(&font.name, *font.file.as_bytes(), font.index)?;
                let stored = measured(font.file, path, MOST_FONT)?;
                files.push((stored, path.to_owned()));
                fonts.push(stored);
            }
        }
        let order = Order { protocol: PROTOCOL, key: request.key(), request, inputs, fonts, source };
        let payload = write(&order);
        (payload.len() <= MOST_ORDER).then_some(Parcel { order, payload, files })
    });
    packed.await.ok().flatten()
}

/// A plain file that is not too large.
fn measured(hash: AssetHash, path: &Path, most: u64) -> Option<Stored> {
    let bytes = std::fs::metadata(path).ok().filter(std::fs::Metadata::is_file)?.len();
    (bytes <= most).then_some(Stored { hash, bytes })
}

/// A drawn baby needs its seed and words; of everything else only the files are looked at, and nobody's prompt travels.
fn what_decides(input: &Input) -> Request {
    match &*input.request {
        Request::Portrait(portrait) if portrait.made_by.provider == ProviderId::Sketch => (*input.request).clone(),
        _ => Request::OwnPortrait { source: AssetHash::of(b"") },
    }
}

/// The files that a clip or a cross-fade is made of.
fn needed(input: &Input) -> impl Iterator<Item = (Role, &Path)> {
    let is_drawn = input.request.provider() == ProviderId::Sketch;
    let is_clip = input.request.product() == Product::Clip;
    let is_needed = move |role: Role| match role {
        Role::Video | Role::Words => is_clip,
        _ if is_clip => false,
        Role::Picture => !is_drawn,
        Role::Sound | Role::Alignment | Role::Marks => true,
        _ => false,
    };
    input.files.iter().filter(move |(role, _)| is_needed(*role)).map(|(role, path)| (*role, path.as_path()))
}

fn keep(files: &mut Vec<(Stored, PathBuf)>, role: Role, path: &Path) -> Option<(Role, Stored)> {
    // An asset is named by its hash; it is compared when it is sent.
    let named = path.file_name().and_then(|name| name.to_str()).and_then(|name| name.parse().ok());
    let hash = match named {
        Some(hash) => hash,
        None => AssetHash::of(&std::fs::read(path).ok()?),
    };
    let stored = measured(hash, path, MOST_INPUT)?;
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
