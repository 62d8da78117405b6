//! One job from claim to stored files. Runs in a task of its own and reports how it ended; everything it needs is given
//! to it.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::engine::words::elapsed::milliseconds;
use crate::plan::{Failure, JobKey, Output, Request};
use crate::providers::{Facts, File, JobContext, NotMade, Provider};
use crate::store::{Assets, Claim, Content, Finished, NewOutput, Owner, Store, StoreError};

/// How a job ended.
#[derive(Debug, Clone, PartialEq)]
pub enum Ended {
    Made {
        outputs: Vec<Output>,
        milliseconds: u64,
    },
    /// Its outputs were there already: another program was faster.
    AlreadyMade(Vec<Output>),
    Failed(Failure),
    /// The same, and every other line of this voice would end so.
    VoiceGone {
        voice_id: String,
        failure: Failure,
    },
    Cancelled,
    /// A paid call may have been billed; a person must decide.
    Held(Failure),
    /// Nothing more of this provider, or within this cap, until the user acts.
    Stopped(Failure),
    /// Nothing was billed: try again after a while.
    Later {
        wait: std::time::Duration,
        /// What the wait is for, as a clause; empty when it is only a free place.
        why: String,
        /// Whether this was one of the job's tries.
        counts: bool,
    },
    /// Another program makes it right now.
    HeldElsewhere(Owner),
    /// The disk has no room, and says which file wanted it; nothing that was paid for is lost.
    DiskFull(String),
}

impl Ended {
    /// Whether the job is over; else it is tried again, by itself or when a person acts.
    pub fn is_final(&self) -> bool {
        match self {
            Self::Made { .. }
            | Self::AlreadyMade(_)
            | Self::Failed(_)
            | Self::VoiceGone { .. }
            | Self::Cancelled
            | Self::Held(_) => true,
            Self::Stopped(_) | Self::Later { .. } | Self::HeldElsewhere(_) | Self::DiskFull(_) => false,
        }
    }
}

/// Claims, makes and stores one job.
pub async fn perform(
    store: Store,
    provider: Arc<dyn Provider>,
    key: JobKey,
    request: Request,
    mut context: JobContext,
) -> Ended {
    let movie = match request.product().is_derived().then(|| store.unfinished_file()).transpose() {
        Ok(movie) => movie,
        Err(error) => return Ended::Failed(store_failure(&error)),
    };
    context.movie = movie.as_deref().map(Path::to_owned);
    for input in context.inputs.iter_mut().filter(|input| matches!(*input.request, Request::Kept { .. })) {
        // A kept picture was asked for in other words than those of today.
        if let Some(former) = store.request_of(input.key) {
            input.request = Arc::new(former);
        }
    }
    // What is used is not what was used longest ago.
    let used = context.inputs.iter().filter(|input| input.request.product().is_derived());
    used.filter_map(|input| input.files.first()).for_each(|(_, path)| Assets::touch(path));
    let _lease = match store.journal.claim(key).await {
        // Kept until the end is recorded: without it the next caller here is given the job.
        Ok(Claim::Yours(lease)) => lease,
        Ok(Claim::AlreadyDone(outputs)) => return Ended::AlreadyMade(outputs),
        Ok(Claim::HeldBy(owner)) => return Ended::HeldElsewhere(owner),
        Err(error) => return not_stored(&error),
    };
    let started = Instant::now();
    let ended = match provider.make(&request, context).await {
        Ok(files) => {
            let milliseconds = milliseconds(started.elapsed());
            let outputs = files.into_iter().map(|file| new_output(file, movie.as_deref())).collect();
            match store.complete(key, &request, outputs, milliseconds).await {
                Ok(outputs) => return Ended::Made { outputs, milliseconds },
                Err(error) => not_stored(&error),
            }
        }
        Err(NotMade::Failed(failure)) => Ended::Failed(failure),
        Err(NotMade::Cancelled) => Ended::Cancelled,
    };
    let finished = match &ended {
        Ended::Failed(failure) => Finished::Failed(failure.clone()),
        _ => Finished::Cancelled,
    };
    let mut freed = store.journal.finish(key, finished.clone()).await;
    while let (Ended::DiskFull(_), Err(StoreError::DiskFull { .. })) = (&ended, &freed) {
        // It is tried again here, and would wait for its own claim.
        tokio::time::sleep(Duration::from_secs(1)).await;
        freed = store.journal.finish(key, finished.clone()).await;
    }
    if let Err(error) = freed {
        // The job is told as failed or cancelled all the same, and can be claimed here again.
        tracing::error!(job = %key.short(), %error, "the end of a job could not be recorded");
    }
    ended
}

/// `movie` is where the maker wrote what is too large for memory.
pub fn new_output(file: File, movie: Option<&Path>) -> NewOutput {
    let media_type = file.facts.media_type().to_owned();
    let (width, height, milliseconds) = match file.facts {
        Facts::Picture { width, height } | Facts::Original { width, height, .. } => (Some(width), Some(height), None),
        Facts::Sound { milliseconds } | Facts::Stream { milliseconds } | Facts::Movie { milliseconds } => {
            (None, None, Some(milliseconds))
        }
        Facts::Alignment | Facts::Json | Facts::Marks(_) | Facts::Srt | Facts::Vtt => (None, None, None),
    };
    let content = match (file.facts, movie) {
        (Facts::Movie { .. }, Some(movie)) => Content::At(movie.to_owned()),
        _ => Content::Bytes(file.bytes),
    };
    NewOutput { role: file.role, content, media_type, width, height, milliseconds }
}

/// How a job ends that could not be stored.
pub fn not_stored(error: &StoreError) -> Ended {
    if let Some(failure) = error.for_want_of_files() {
        return Ended::Failed(failure);
    }
    match error {
        StoreError::DiskFull { path } => Ended::DiskFull(format!("The disk is full: {} has no room", path.display())),
        _ => Ended::Failed(store_failure(error)),
    }
}

/// A job that could not be stored, in words for the user.
pub fn store_failure(error: &StoreError) -> Failure {
    Failure {
        reason: error.to_string().trim_end_matches('.').to_owned(),
        next_step: "Fix that and make it again; nothing else is lost.".to_owned(),
        retryable: true,
    }
}
