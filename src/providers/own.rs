//! The user's own pictures and recordings as free jobs: checked in full, made right for video, stored like any other
//! asset, so that a later change of the file changes nothing that was made.

use std::fs;
use std::io::{self, Read, Seek};
use std::path::Path;

use sha2::{Digest, Sha256};

use super::provider::{Facts, File, JobContext, Lane, Making, NotMade, Provider, Source, compute};
use super::voice::Alignment;
use super::voice::builtin::sound_file;
use crate::domain::Display;
use crate::media::container::{self, Kind};
use crate::media::cues;
use crate::media::picture::{self, Optimized};
use crate::media::video;
use crate::plan::{AssetHash, Failure, ProviderId, Request, Role};

pub struct Own;

/// What a campaign uses a file as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    Picture,
    Sound,
    /// A scene of its own: whatever can be shown or heard.
    Any,
}

impl Provider for Own {
    fn lane(&self) -> Lane {
        Lane::processor()
    }

    fn make<'a>(&'a self, request: &'a Request, context: JobContext) -> Making<'a> {
        Box::pin(async move {
            let (planned, is_picture) = match request {
                Request::OwnPortrait { source } => (*source, true),
                Request::OwnVoice { source } => (*source, false),
                Request::Kept { .. } => return Err(kept_elsewhere()),
                Request::Portrait(_)
                | Request::Voice(_)
                | Request::Dialogue(_)
                | Request::CutVoice(_)
                | Request::Transcript(_)
                | Request::ChangedVoice(_)
                | Request::Marks(_)
                | Request::ShapedVoice(_)
                | Request::Effect(_)
                | Request::Music(_)
                | Request::Clip(_)
                | Request::Fade(_)
                | Request::Episode(_)
                | Request::Script(_) => {
                    return Err(super::provider::wrong_request(ProviderId::Own, request));
                }
            };
            compute("Reading your own file", move || {
                let source = source_of(&context)?;
                let bytes = read_unchanged(source, open(source)?, planned)?;
                if is_picture { own_picture(&source.path, bytes) } else { own_voice(&source.path, &bytes) }
            })
            .await
        })
    }
}

/// A kept picture has no maker: it is here or it is not.
fn kept_elsewhere() -> NotMade {
    NotMade::Failed(Failure {
        reason: "The picture kept for this baby is not in this studio home".to_owned(),
        next_step: "Unpack the campaign from the one who made it, or keep another take.".to_owned(),
        retryable: false,
    })
}

/// `next_step` is what to do where the reason does not end with an advice of its own.
pub(super) fn unusable(path: &Path, why: impl std::fmt::Display, next_step: &str) -> NotMade {
    let (name, why) = (path.to_string_lossy(), why.to_string());
    let (why, next_step) = match why.rsplit_once(". ") {
        Some((reason, advice)) if advice.ends_with('.') => (reason, advice),
        _ => (why.as_str(), next_step),
    };
    NotMade::Failed(Failure {
        reason: format!("{} cannot be used: {}", name.display(), why.trim_end_matches('.')),
        next_step: next_step.to_owned(),
        retryable: false,
    })
}

/// The user's own file that a job is given.
pub(super) fn source_of(context: &JobContext) -> Result<&Source, NotMade> {
    context.source.as_ref().ok_or_else(|| {
        NotMade::Failed(Failure {
            reason: "The file that the campaign names is not known any more".to_owned(),
            next_step: "Start again.".to_owned(),
            retryable: true,
        })
    })
}

pub(super) fn open(source: &Source) -> Result<fs::File, NotMade> {
    (source.open)(&source.path).map_err(|why| unusable(&source.path, why, PUT_BACK))
}

/// All bytes of an open file, as they were planned with: a file that changed since is told, not silently used.
pub(super) fn read_unchanged(source: &Source, file: fs::File, planned: AssetHash) -> Result<Vec<u8>, NotMade> {
    let mut bytes = Vec::new();
    pieces(source, file, |piece| bytes.extend_from_slice(piece))?;
    if AssetHash::of(&bytes) == planned { Ok(bytes) } else { Err(changed(source)) }
}

/// The same for a file that is too large to hold in memory: only looks whether it is what was planned with.
pub(super) fn check_unchanged(source: &Source, file: fs::File, planned: AssetHash) -> Result<(), NotMade> {
    let mut hasher = Sha256::new();
    pieces(source, file, |piece| hasher.update(piece))?;
    if AssetHash::from_digest(hasher.finalize().into()) == planned { Ok(()) } else { Err(changed(source)) }
}

/// Reads an open file from its beginning, piece by piece.
fn pieces(source: &Source, mut file: fs::File, mut take: impl FnMut(&[u8])) -> Result<(), NotMade> {
    let failed = |error: io::Error| unusable(&source.path, error, PUT_BACK);
    file.rewind().map_err(failed)?;
    let mut piece = vec![0; 256 * 1024];
    loop {
        match file.read(&mut piece) {
            Ok(0) => return Ok(()),
            Ok(count) => take(&piece[..count]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(failed(error)),
        }
    }
}

const PUT_BACK: &str = "Put the file back and try again.";

fn changed(source: &Source) -> NotMade {
    unusable(&source.path, "it changed while the campaign ran", "Start again to use the new content.")
}

fn own_picture(path: &Path, bytes: Vec<u8>) -> Result<Vec<File>, NotMade> {
    const NEXT_STEP: &str = "Give a PNG or JPEG picture, upright and not too small.";
    let optimized = if matches!(container::kind(&bytes), Some(Kind::Heic | Kind::Avif)) {
        let picture = video::own_picture(&bytes).map_err(|error| unusable(path, error, NEXT_STEP))?;
        let portrait = picture::fill(&picture, picture::PORTRAIT.0, picture::PORTRAIT.1);
        Optimized::Rewritten(picture::encode_png(&portrait))
    } else {
        picture::optimize_own(&bytes).map_err(|error| unusable(path, error, NEXT_STEP))?
    };
    let bytes = match optimized {
        Optimized::AlreadyRight => bytes,
        Optimized::Rewritten(rewritten) => rewritten,
    };
    let (width, height) = picture::PORTRAIT;
    Ok(vec![File { role: Role::Picture, bytes, facts: Facts::Picture { width, height } }])
}

fn own_voice(path: &Path, bytes: &[u8]) -> Result<Vec<File>, NotMade> {
    let sound = video::recording(bytes)
        .map_err(|error| unusable(path, error, "Give an M4A, MP3 or WAV recording of up to 20 minutes."))?;
    let words = cues::read(bytes);
    let alignment = (!words.is_empty()).then(|| Alignment::of_words(&words));
    let alignment = alignment.filter(|alignment| alignment.check(sound.seconds()).is_ok());
    let mut files = vec![sound_file(&sound)];
    if let Some(bytes) = alignment.and_then(|alignment| serde_json::to_vec(&alignment).ok()) {
        files.push(File { role: Role::Alignment, bytes, facts: Facts::Alignment });
    }
    Ok(files)
}
