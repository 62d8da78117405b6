//! What every handler may use: what the engine has told, the way to tell it something, and the store that it opened.

use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use tokio::sync::{Mutex, Semaphore, mpsc, watch};

use super::limits::Limits;
use super::marks::Marks;
use super::problem::Problem;
use super::provider_health::ProviderHealth;
use super::seen::Seen;
use super::settings::ServeSettings;
use crate::domain::CampaignId;
use crate::engine::{Command, EngineSettings, Event, Opened};
use crate::store::Store;

/// How long a request waits for the engine to take it up.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// Streams at once; each costs a connection, and a look at the state whenever something changes.
pub const MOST_STREAMS: usize = 256;

/// Campaigns that are posted at the same time rarely meet in one of these.
const POSTING_LANES: usize = 64;

pub type SharedRef = Arc<Shared>;

pub struct Shared {
    pub settings: ServeSettings,
    pub engine: EngineSettings,
    pub store: Store,
    pub health: Arc<ProviderHealth>,
    pub limits: Limits,
    pub marks: Marks,
    /// Places for those who follow.
    pub streams: Arc<Semaphore>,
    /// Told apart from those of an earlier start, so that a resumed stream knows what it may rely on.
    pub start: uuid::Uuid,
    seen: RwLock<Seen>,
    version: watch::Sender<u64>,
    commands: mpsc::Sender<Command>,
    stopping: watch::Receiver<bool>,
    posting: Vec<Mutex<()>>,
}

impl Shared {
    pub fn new(
        settings: ServeSettings,
        engine: EngineSettings,
        opened: Opened,
        seen: Seen,
        commands: mpsc::Sender<Command>,
        stopping: watch::Receiver<bool>,
    ) -> Self {
        Self {
            limits: Limits::new(settings.rates),
            marks: Marks::default(),
            streams: Arc::new(Semaphore::new(MOST_STREAMS)),
            health: Arc::new(ProviderHealth::new(opened.outside)),
            store: opened.store,
            start: uuid::Uuid::new_v4(),
            version: watch::Sender::new(seen.version()),
            seen: RwLock::new(seen),
            posting: (0..POSTING_LANES).map(|_| Mutex::new(())).collect(),
            settings,
            engine,
            commands,
            stopping,
        }
    }

    /// Looks at what the engine has told. The look is short: nobody waits for anything meanwhile.
    pub fn look<T>(&self, at: impl FnOnce(&Seen) -> T) -> T {
        at(&self.seen.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Takes events in and wakes the tasks that wait for one.
    pub fn learn(&self, events: impl IntoIterator<Item = Event>) {
        self.change(|seen| events.into_iter().for_each(|event| seen.apply(event)));
    }

    pub fn change(&self, change: impl FnOnce(&mut Seen)) {
        let version = {
            let mut seen = self.seen.write().unwrap_or_else(PoisonError::into_inner);
            change(&mut seen);
            seen.version()
        };
        self.version.send_replace(version);
    }

    /// Wakes after each change.
    pub fn versions(&self) -> watch::Receiver<u64> {
        self.version.subscribe()
    }

    /// Waits until what the engine has told answers the question.
    pub async fn until<T>(&self, answer: impl Fn(&Seen) -> Option<T>) -> Result<T, Problem> {
        let mut versions = self.versions();
        let answered = tokio::time::timeout(PATIENCE, async {
            loop {
                versions.borrow_and_update();
                if let Some(answer) = self.look(&answer) {
                    return Some(answer);
                }
                versions.changed().await.ok()?;
            }
        });
        answered.await.ok().flatten().ok_or_else(Self::busy)
    }

    pub async fn send(&self, command: Command) -> Result<(), Problem> {
        self.commands.send(command).await.map_err(|_| Self::leaving())
    }

    /// Resolves when the server is told to stop.
    pub async fn stopping(&self) {
        // Without anybody who could say so, it never is.
        if self.stopping.clone().wait_for(|stopping| *stopping).await.is_err() {
            std::future::pending::<()>().await;
        }
    }

    pub fn is_stopping(&self) -> bool {
        *self.stopping.borrow()
    }

    pub fn busy() -> Problem {
        Problem::unavailable("busy", "There is too much to do; try again.")
    }

    pub fn leaving() -> Problem {
        Problem::unavailable("stopping", "The server is stopping; ask again when it is back.")
    }

    /// One at a time for one campaign.
    pub fn posting_lane(&self, campaign: &CampaignId) -> &Mutex<()> {
        let sum = campaign.as_str().bytes().fold(0_usize, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte.into()));
        &self.posting[sum % POSTING_LANES]
    }
}
