//! The person's own pictures and recordings as free jobs: checked in full, made right for video, stored like any other
//! asset, so that a later change of the file changes nothing that was made.

use std::path::Path;

use super::provider::{Facts, File, JobContext, Lane, Making, NotMade, Provider, compute};
use super::voice::builtin::sound_file;
use crate::domain::Display;
use crate::media::picture::{self, Optimized};
use crate::media::sound_file;
use crate::plan::{AssetHash, Failure, Request, Role};

pub struct Own;

impl Provider for Own {
    fn lane(&self) -> Lane {
        Lane::processor()
    }

    fn make<'a>(&'a self, request: &'a Request, context: JobContext) -> Making<'a> {
        Box::pin(async move {
            let (source, is_picture) = match request {
                Request::OwnPortrait { source } => (*source, true),
                Request::OwnVoice { source } => (*source, false),
                Request::Kept { .. } => return Err(kept_elsewhere()),
                Request::Portrait(_)
                | Request::Voice(_)
                | Request::ShapedVoice(_)
                | Request::Clip(_)
                | Request::Fade(_)
                | Request::Episode(_) => {
                    return Err(super::provider::wrong_request("own material", request));
                }
            };
            compute("Reading your own file", move || {
                let path = context.source.as_deref().unwrap_or(Path::new(""));
                let bytes = read_unchanged(path, source)?;
                if is_picture { own_picture(path, bytes) } else { own_voice(path, &bytes) }
            })
            .await
        })
    }
}

/// A kept picture has no maker: it is here or it is not.
fn kept_elsewhere() -> NotMade {
    NotMade::Failed(Failure {
        reason: "The picture kept for this baby is not in this studio home".to_owned(),
        next_step: "Unpack the campaign from whoever made it, or keep another take.".to_owned(),
        retryable: false,
    })
}

pub(super) fn unusable(path: &Path, why: impl std::fmt::Display, next_step: &str) -> NotMade {
    let (name, why) = (path.to_string_lossy(), why.to_string());
    NotMade::Failed(Failure {
        reason: format!("{} cannot be used: {}", name.display(), why.trim_end_matches('.')),
        next_step: next_step.to_owned(),
        retryable: false,
    })
}

/// The bytes that were planned with: a file that changed since is told, not silently used.
pub(super) fn read_unchanged(path: &Path, planned: AssetHash) -> Result<Vec<u8>, NotMade> {
    let bytes = std::fs::read(path).map_err(|error| unusable(path, error, "Put the file back and try again."))?;
    if AssetHash::of(&bytes) == planned {
        Ok(bytes)
    } else {
        Err(unusable(path, "it changed while the campaign ran", "Start again to use the new content."))
    }
}

fn own_picture(path: &Path, bytes: Vec<u8>) -> Result<Vec<File>, NotMade> {
    let optimized = picture::optimize(&bytes)
        .map_err(|error| unusable(path, error, "Give a PNG, JPEG or WebP picture, upright and not too small."))?;
    let bytes = match optimized {
        Optimized::AlreadyRight => bytes,
        Optimized::Rewritten(rewritten) => rewritten,
    };
    let (width, height) = picture::PORTRAIT;
    Ok(vec![File { role: Role::Picture, bytes, facts: Facts::Picture { width, height } }])
}

fn own_voice(path: &Path, bytes: &[u8]) -> Result<Vec<File>, NotMade> {
    let sound = sound_file::decode(bytes)
        .map_err(|error| unusable(path, error, "Give a WAV or MP3 recording of up to 20 minutes."))?;
    Ok(vec![sound_file(&sound)])
}
