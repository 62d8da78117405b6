//! The engine as the tools hold it: what it has told, the way to tell it something, and a run followed to its end.

use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;

use super::answer::Refusal;
use super::progress::{Progress, reached};
use super::seen::Seen;
use crate::engine::{Cancel, Command, EngineSettings, Event, RunEnded, RunId, start};
use crate::plan::JobKey;

/// How long a call waits for the engine to take something up.
const PATIENCE: Duration = Duration::from_secs(30);

pub struct Studio {
    pub settings: EngineSettings,
    seen: RwLock<Seen>,
    version: watch::Sender<u64>,
    commands: mpsc::Sender<Command>,
}

impl Studio {
    /// Starts an engine and returns at once; the task ends when the engine has.
    pub fn start(settings: EngineSettings) -> (Arc<Self>, JoinHandle<()>) {
        let engine = start(settings.clone());
        let studio = Arc::new(Self {
            settings,
            seen: RwLock::default(),
            version: watch::Sender::new(0),
            commands: engine.commands,
        });
        let following = tokio::spawn(follow(engine.events, studio.clone()));
        (studio, following)
    }

    /// Looks at what the engine has told. The look is short: nobody waits for anything meanwhile.
    pub fn look<T>(&self, at: impl FnOnce(&Seen) -> T) -> T {
        at(&self.seen.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn change<T>(&self, change: impl FnOnce(&mut Seen) -> T) -> T {
        let (version, changed) = {
            let mut seen = self.seen.write().unwrap_or_else(PoisonError::into_inner);
            let changed = change(&mut seen);
            (seen.version(), changed)
        };
        self.version.send_replace(version);
        changed
    }

    /// Waits until the campaigns and their jobs are known. A large home takes its time: the client sets the limit.
    pub async fn ready(&self) -> Result<(), Refusal> {
        self.wait_for(|seen| seen.is_read().then_some(())).await
    }

    /// Waits until what the engine has told answers the question.
    pub async fn until<T>(&self, answer: impl Fn(&Seen) -> Option<T>) -> Result<T, Refusal> {
        let answered = tokio::time::timeout(PATIENCE, self.wait_for(answer)).await;
        answered.map_err(|_| Refusal::new("There is too much to do; try again"))?
    }

    /// Waits until the engine does nothing any more.
    pub async fn over(&self) {
        let mut versions = self.version.subscribe();
        while self.look(|seen| seen.why_over().is_none()) && versions.changed().await.is_ok() {}
    }

    async fn wait_for<T>(&self, answer: impl Fn(&Seen) -> Option<T>) -> Result<T, Refusal> {
        let mut versions = self.version.subscribe();
        loop {
            versions.borrow_and_update();
            let found = self.look(|seen| answer(seen).ok_or_else(|| seen.why_over().map(Refusal::new)));
            match found {
                Ok(answer) => return Ok(answer),
                Err(Some(over)) => return Err(over),
                Err(None) => versions.changed().await.map_err(|_| gone())?,
            }
        }
    }

    pub async fn send(&self, command: Command) -> Result<(), Refusal> {
        self.commands
            .send(command)
            .await
            .map_err(|_| self.look(|seen| seen.why_over().map(Refusal::new)).unwrap_or_else(gone))
    }

    /// Sends the command that starts `run` and follows it to its end, telling how far its jobs are; `names` says what each of
    /// them makes. When `given_up` comes, the run is cancelled: what runs is stopped where that costs nothing, the rest comes
    /// to its end.
    pub async fn make(
        &self,
        run: RunId,
        command: Command,
        names: &[(JobKey, String)],
        progress: &mut Progress,
        given_up: impl Future<Output = ()>,
    ) -> Result<RunEnded, Refusal> {
        self.send(command).await?;
        let mut versions = self.version.subscribe();
        let mut given_up = std::pin::pin!(given_up);
        let mut is_given_up = false;
        loop {
            versions.borrow_and_update();
            if self.look(|seen| seen.has_ended(run))
                && let Some(ended) = self.change(|seen| seen.take_end(run))
            {
                return Ok(ended);
            }
            if let Some(why) = self.look(|seen| seen.why_over().map(str::to_owned)) {
                return Err(Refusal::new(why));
            }
            progress.tell(|| self.look(|seen| reached(seen, names))).await;
            tokio::select! {
                changed = versions.changed() => changed.map_err(|_| gone())?,
                () = &mut given_up, if !is_given_up => {
                    is_given_up = true;
                    self.send(Command::Cancel(Cancel::Run(run))).await?;
                }
            }
        }
    }
}

fn gone() -> Refusal {
    Refusal::new("The engine has stopped; the log in the studio home may say why")
}

/// Keeps what the engine tells until it is gone, and with it its name on the home.
async fn follow(mut events: mpsc::UnboundedReceiver<Event>, studio: Arc<Studio>) {
    while let Some(event) = events.recv().await {
        let mut batch = vec![event];
        while let Ok(event) = events.try_recv() {
            batch.push(event);
        }
        studio.change(|seen| batch.into_iter().for_each(|event| seen.apply(event)));
    }
    studio.change(Seen::end);
}
