//! A product that belongs to no campaign yet: found where it was made before, else made by its provider as any job is, with
//! its record, its caps and its attempt. Called for transcripts and changed voices.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{OnceCell, Semaphore};
use tokio_util::sync::CancellationToken;

use crate::domain::{CampaignId, MicroDollars};
use crate::engine::event::Outcome;
use crate::engine::paid::buy::{Purchase, buy};
use crate::engine::work::{Ended, perform, store_failure};
use crate::plan::{AssetHash, Failure, JobKey, Mode, Output, Request, Role, RunId};
use crate::providers::{Catalogue, JobContext, Lane, Source};
use crate::store::{Caps, NewRun, RunJob, Store, StoredState};

/// While another program makes it.
const LOOK_AGAIN: Duration = Duration::from_millis(500);

/// What is to be made, and of which sound.
pub struct Wanted {
    pub request: Request,
    /// A WAV file of this program's own.
    pub sound: PathBuf,
}

/// On whose account.
pub struct Account<'a> {
    pub store: &'a Store,
    pub catalogue: &'a Catalogue,
    pub campaign: CampaignId,
    /// With what was agreed to as the cap of the run.
    pub caps: Caps,
    pub cancel: CancellationToken,
    pub on_sent: Arc<dyn Fn() + Send + Sync>,
}

/// What is there already of these requests.
pub async fn made(store: &Store, keys: &[JobKey]) -> Result<HashMap<JobKey, Vec<Output>>, Failure> {
    let states = store.journal.states(keys).await.map_err(|error| store_failure(&error))?;
    let done = states.into_iter().filter(|(_, job)| matches!(job.state, StoredState::Done));
    Ok(done.map(|(key, job)| (key, job.outputs)).collect())
}

impl Account<'_> {
    /// Makes what is missing, one after the other, and gives the outputs of all in their order. What was made before an
    /// error is kept and found the next time.
    pub async fn obtain(&self, wanted: Vec<Wanted>) -> Result<Vec<Vec<Output>>, Failure> {
        let keys: Vec<JobKey> = wanted.iter().map(|wanted| wanted.request.key()).collect();
        let mut done = made(self.store, &keys).await?;
        let missing: Vec<(JobKey, &Wanted)> =
            keys.iter().copied().zip(&wanted).filter(|(key, _)| !done.contains_key(key)).collect();
        if !missing.is_empty() {
            let run = RunId::random();
            self.record(run, &missing).await?;
            let mut ended = Ok(());
            for (key, wanted) in missing {
                match self.make(run, key, wanted).await {
                    Ok(outputs) => drop(done.insert(key, outputs)),
                    Err((outcome, failure)) => {
                        ended = Err((outcome, failure));
                        break;
                    }
                }
            }
            let outcome = ended.as_ref().err().map_or(Outcome::Complete, |(outcome, _)| *outcome);
            if let Err(error) = self.store.journal.end_run(run, outcome.name()).await {
                tracing::warn!(%error, "the end of an import cannot be recorded");
            }
            ended.map_err(|(_, failure)| failure)?;
        }
        Ok(keys.iter().map(|key| done.get(key).cloned().unwrap_or_default()).collect())
    }

    async fn record(&self, run: RunId, missing: &[(JobKey, &Wanted)]) -> Result<(), Failure> {
        let jobs = missing.iter().enumerate().map(|(at, (key, wanted))| RunJob {
            key: *key,
            request: Arc::new(wanted.request.clone()),
            product: wanted.request.product(),
            speaker: None,
            scene: matches!(wanted.request, Request::ChangedVoice(_)).then_some(at),
        });
        let new = NewRun {
            run,
            campaign: self.campaign.clone(),
            mode: Mode::Final,
            source_hash: AssetHash::of(b""),
            jobs: jobs.collect(),
        };
        self.store.journal.start_run(new).await.map_err(|error| store_failure(&error))
    }

    async fn make(&self, run: RunId, key: JobKey, wanted: &Wanted) -> Result<Vec<Output>, (Outcome, Failure)> {
        let second_chance = Arc::new(OnceCell::new());
        let mut tries = 1;
        loop {
            if self.cancel.is_cancelled() {
                return Err((Outcome::Interrupted, stopped()));
            }
            let wait = match self.attempt(run, key, wanted, tries, second_chance.clone()).await {
                Ended::Made { outputs, .. } | Ended::AlreadyMade(outputs) => return Ok(outputs),
                Ended::Failed(failure) | Ended::VoiceGone { failure, .. } => return Err((Outcome::Failed, failure)),
                Ended::Held(failure) => return Err((Outcome::Unknown, failure)),
                Ended::Stopped(failure) => return Err((Outcome::Stopped, failure)),
                Ended::Cancelled => return Err((Outcome::Interrupted, stopped())),
                Ended::DiskFull(reason) => {
                    let next_step = "Make room on the disk and import again: what was paid is kept.".to_owned();
                    return Err((Outcome::Failed, Failure { reason, next_step, retryable: true }));
                }
                Ended::HeldElsewhere(_) => LOOK_AGAIN,
                Ended::Later { wait, counts, .. } => {
                    tries += u32::from(counts);
                    wait
                }
            };
            tokio::select! {
                () = tokio::time::sleep(wait) => {}
                () = self.cancel.cancelled() => return Err((Outcome::Interrupted, stopped())),
            }
        }
    }

    async fn attempt(
        &self,
        run: RunId,
        key: JobKey,
        wanted: &Wanted,
        tries: u32,
        second_chance: Arc<OnceCell<Result<(), Failure>>>,
    ) -> Ended {
        let request = wanted.request.clone();
        let context = JobContext {
            cancel: self.cancel.clone(),
            progress: Arc::new(|_| {}),
            note: Arc::new(|_| {}),
            source: Some(Source {
                path: wanted.sound.clone(),
                open: |path| std::fs::File::open(path).map_err(|error| error.to_string()),
            }),
            inputs: Vec::new(),
            movie: None,
        };
        if let Some(provider) = self.catalogue.provider_of(&request) {
            return perform(self.store.clone(), provider, key, request, context).await;
        }
        let (Some(provider), Some(client)) = (self.catalogue.metered_of(&request), self.catalogue.client()) else {
            return Ended::Failed(self.catalogue.missing(&request));
        };
        let purchase = Purchase {
            client: client.clone(),
            provider,
            run,
            campaign: self.campaign.clone(),
            estimate: self.catalogue.price_of_recording(&request),
            caps: self.caps,
            tries,
            second_chance,
            decoding: Arc::new(Semaphore::new(Lane::processor().most_at_once)),
            onlooker: None,
            on_sent: self.on_sent.clone(),
        };
        buy(self.store.clone(), purchase, key, request, context).await
    }
}

/// An upper bound of what is still to be paid of these requests.
pub async fn price(store: &Store, catalogue: &Catalogue, requests: &[Request]) -> Result<MicroDollars, Failure> {
    let keys: Vec<JobKey> = requests.iter().map(Request::key).collect();
    let done = made(store, &keys).await?;
    let missing = requests.iter().zip(&keys).filter(|(_, key)| !done.contains_key(key));
    Ok(missing.map(|(request, _)| catalogue.price_of_recording(request)).sum())
}

/// The bytes of one output.
pub fn read(store: &Store, outputs: &[Output], role: Role) -> Result<Vec<u8>, Failure> {
    let output = outputs.iter().find(|output| output.role == role);
    let path = output.map(|output| store.assets.path(output.hash));
    let bytes = path.ok_or_else(|| std::io::Error::from(std::io::ErrorKind::NotFound)).and_then(std::fs::read);
    bytes.map_err(|error| Failure {
        reason: format!("What was made of the recording cannot be read back ({error})"),
        next_step: "`babblecast verify` looks for damaged files; import again after it.".to_owned(),
        retryable: true,
    })
}

pub fn stopped() -> Failure {
    Failure {
        reason: "The import was stopped, and no campaign was written".to_owned(),
        next_step: "Import again: what was made of the recording is kept.".to_owned(),
        retryable: true,
    }
}
