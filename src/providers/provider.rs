//! What every provider is: a maker that turns a request into verified files. The engine calls this; a provider knows no
//! campaign, no run and no store.

use std::fs;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::Arc;

use tokio_util::sync::CancellationToken;

use super::open_files::OpenFiles;
use crate::face::Verdict as FaceVerdict;
use crate::media::picture::PictureFormat;
use crate::plan::{Failure, JobKey, ProviderId, Request, Role};

/// One finished file of a job, verified by its maker.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    pub role: Role,
    pub bytes: Vec<u8>,
    pub facts: Facts,
}

/// What a view wants to know of a file without opening it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Facts {
    /// PNG.
    Picture {
        width: u32,
        height: u32,
    },
    /// 16-bit WAV.
    Sound {
        milliseconds: u32,
    },
    /// A picture as it was sent.
    Original {
        format: PictureFormat,
        width: u32,
        height: u32,
    },
    /// JSON: see [`super::voice::Alignment`].
    Alignment,
    /// H.264, Annex B.
    Stream {
        milliseconds: u32,
    },
    /// MP4, too large for memory: its maker has written it to [`JobContext::movie`], and its `bytes` are empty.
    Movie {
        milliseconds: u32,
    },
    Srt,
    Vtt,
    Json,
    /// JSON: see [`super::face::MarksFile`].
    Marks(FaceVerdict),
}

impl Facts {
    pub fn media_type(self) -> &'static str {
        match self {
            Facts::Picture { .. } => "image/png",
            Facts::Sound { .. } => "audio/wav",
            Facts::Original { format, .. } => format.media_type(),
            Facts::Alignment | Facts::Json => "application/json",
            Facts::Stream { .. } => "video/h264",
            Facts::Movie { .. } => "video/mp4",
            Facts::Srt => "application/x-subrip",
            Facts::Vtt => "text/vtt",
            Facts::Marks(verdict) => verdict.media_type(),
        }
    }
}

/// Why nothing was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotMade {
    Failed(Failure),
    Cancelled,
}

impl From<Failure> for NotMade {
    fn from(failure: Failure) -> Self {
        NotMade::Failed(failure)
    }
}

/// What a provider is given beside the request.
#[derive(Clone)]
pub struct JobContext {
    /// Cancelled when the user stops the job; a free job then ends soon with [`NotMade::Cancelled`].
    pub cancel: CancellationToken,
    /// Called with 0 to 1 as the job gets further.
    pub progress: Arc<dyn Fn(f32) + Send + Sync>,
    /// Called with a sentence that the user should read although the job goes well.
    pub note: Arc<dyn Fn(String) + Send + Sync>,
    /// The user's own file, for requests of own material.
    pub source: Option<Source>,
    /// What the job is made of: every product that [`Request::inputs`] names.
    pub inputs: Vec<Input>,
    /// Where a job that makes a movie writes it.
    pub movie: Option<PathBuf>,
}

/// A file of the user's own.
#[derive(Debug, Clone)]
pub struct Source {
    pub path: PathBuf,
    /// Opens a plain file of bounded size and never waits for a pipe or a device; the error is a clause for the user.
    pub open: fn(&Path) -> Result<fs::File, String>,
}

/// A made product that another one is made of.
#[derive(Debug, Clone)]
pub struct Input {
    pub key: JobKey,
    /// How it was asked for.
    pub request: Arc<Request>,
    pub files: Vec<(Role, PathBuf)>,
}

impl Input {
    pub fn file(&self, role: Role) -> Option<&Path> {
        self.files.iter().find(|(known, _)| *known == role).map(|(_, path)| path.as_path())
    }
}

/// The future of a job.
pub type Making<'a> = Pin<Box<dyn Future<Output = Result<Vec<File>, NotMade>> + Send + 'a>>;

/// What limits how many jobs run at once: providers that share a resource share a lane.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Lane {
    pub name: &'static str,
    pub most_at_once: usize,
}

impl Lane {
    /// A lane of calls over the network: as wide as its provider, the configuration and the limit of open files allow.
    pub fn calls(name: &'static str, configured: Option<usize>) -> Self {
        let most = OpenFiles::allowed().calls;
        Self { name, most_at_once: configured.unwrap_or(most).clamp(1, most) }
    }

    /// Everything that is made by this machine's own processors, and in little memory.
    pub fn processor() -> Self {
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        Self { name: "processor", most_at_once: cores }
    }

    /// Portraits are drawn one after the other: one takes a fifth of a second and tens of megabytes.
    pub fn drawing() -> Self {
        Self { name: "drawing", most_at_once: 1 }
    }
}

/// A maker of pictures or sounds.
pub trait Provider: Send + Sync {
    fn lane(&self) -> Lane;

    /// Makes the files of `request`. Every file returned has been checked in full.
    fn make<'a>(&'a self, request: &'a Request, context: JobContext) -> Making<'a>;
}

/// Runs a computation on a thread of its own that yields to everything a person waits for. A panic in it is a failed
/// job, not a dead engine.
pub(super) async fn compute<T: Send + 'static>(
    what: &'static str,
    work: impl FnOnce() -> Result<T, NotMade> + Send + 'static,
) -> Result<T, NotMade> {
    let (done, result) = tokio::sync::oneshot::channel();
    let started = std::thread::Builder::new().name("compute".to_owned()).spawn(move || {
        step_back();
        // Nobody waits for the result any more when the engine is gone.
        let _ = done.send(work());
    });
    let failure = match started {
        Err(error) => format!("{what} could not be started: {error}"),
        Ok(_) => match result.await {
            Ok(result) => return result,
            Err(_) => format!("{what} stopped with an internal error"),
        },
    };
    Err(NotMade::Failed(Failure {
        reason: failure,
        next_step: "The log has the details; try again, or report it with the campaign file.".to_owned(),
        retryable: true,
    }))
}

/// Lets the keys, the engine and the disk go before what this thread does from now on: drawing and speaking take every
/// processor there is.
pub fn step_back() {
    // On Linux a priority belongs to a thread; elsewhere it would slow the whole program down.
    #[cfg(target_os = "linux")]
    if let Err(error) = rustix::process::setpriority_process(None, 10) {
        tracing::debug!(%error, "a computation keeps its priority");
    }
}

/// A request reached a provider that cannot make its kind: a fault of the program, told as one.
pub(crate) fn wrong_request(provider: ProviderId, request: &Request) -> NotMade {
    NotMade::Failed(Failure {
        reason: format!("{provider} cannot make a {}", request.product().name()),
        next_step: "This is a fault of babblecast; please report it.".to_owned(),
        retryable: false,
    })
}
