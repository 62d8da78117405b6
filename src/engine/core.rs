//! The engine itself: one task owns everything that is known of campaigns, jobs and runs; commands, ended jobs and
//! changes from outside reach it as messages, and it tells what happened as events. No lock is held anywhere.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Instant;

use tokio::sync::mpsc;

use self::following::{Watches, changed};
use self::jobs::Order;
use self::publishing::Publishing;
use self::waiting::Place;
use super::queue::Queue;
use super::run::Run;
use super::settings::Shelf;
use super::work::Ended;
use super::{Command, Event, JobChange, JobFacts, Level, Library, Notice};
use crate::domain::CampaignId;
use crate::plan::{JobKey, JobState};
use crate::providers::Catalogue;
use crate::store::{Owner, Store};

mod campaigns;
mod choosing;
mod following;
mod jobs;
mod publishing;
mod runs;
mod waiting;

pub use choosing::subject_job;

/// What reaches the engine from its own tasks and from outside the program.
pub enum Internal {
    Ended {
        key: JobKey,
        ended: Ended,
    },
    Progress {
        key: JobKey,
        fraction: f32,
    },
    /// Something the person should read although a job goes well.
    Note {
        key: JobKey,
        text: String,
    },
    /// The time of a parked job has come.
    TryAgain(JobKey),
    Published {
        campaign: CampaignId,
        failure: Option<String>,
    },
    /// Another program ended, however it ended: what it held is free.
    OwnerGone(Owner),
}

pub struct Core {
    shelf: Shelf,
    store: Store,
    catalogue: Catalogue,
    library: Arc<Library>,
    known: HashMap<JobKey, JobFacts>,
    orders: HashMap<JobKey, Order>,
    /// A job → those that are made of it and wait.
    dependants: HashMap<JobKey, Vec<JobKey>>,
    /// What each job of a run is for.
    places: HashMap<JobKey, Place>,
    /// Episodes that cannot be made as planned, and how they end.
    cardless: Vec<(JobKey, JobState)>,
    queue: Queue,
    runs: Vec<(Run, Instant)>,
    /// Jobs that wait for a time.
    parked: HashSet<JobKey>,
    /// Jobs that another program makes right now.
    held_elsewhere: HashMap<JobKey, Owner>,
    publishing: HashMap<CampaignId, Publishing>,
    last_seq: i64,
    watches: Watches,
    stopping: bool,
    events: mpsc::UnboundedSender<Event>,
    internal: mpsc::UnboundedSender<Internal>,
}

impl Core {
    pub fn new(
        shelf: Shelf,
        store: Store,
        catalogue: Catalogue,
        events: mpsc::UnboundedSender<Event>,
        internal: mpsc::UnboundedSender<Internal>,
    ) -> Self {
        Self {
            shelf,
            store,
            catalogue,
            library: Arc::default(),
            known: HashMap::new(),
            orders: HashMap::new(),
            dependants: HashMap::new(),
            places: HashMap::new(),
            cardless: Vec::new(),
            queue: Queue::default(),
            runs: Vec::new(),
            parked: HashSet::new(),
            held_elsewhere: HashMap::new(),
            publishing: HashMap::new(),
            last_seq: 0,
            watches: Watches::default(),
            stopping: false,
            events,
            internal,
        }
    }

    /// Runs until a `Shutdown`, or until nobody can send commands any more, and everything in flight has ended.
    pub async fn run(mut self, mut commands: mpsc::Receiver<Command>, mut internal: mpsc::UnboundedReceiver<Internal>) {
        self.watch();
        self.last_seq = self.store.journal.last_seq().await.unwrap_or_default();
        self.adopt_replies().await;
        self.reload().await;
        while !(self.stopping && self.orders.is_empty() && self.runs.is_empty() && self.publishing.is_empty()) {
            tokio::select! {
                command = commands.recv(), if !self.stopping => match command {
                    Some(command) => self.obey(command).await,
                    None => self.shut_down().await,
                },
                Some(message) = internal.recv() => self.notice_internal(message).await,
                () = changed(self.watches.journal.as_ref()) => self.follow_others().await,
                () = changed(self.watches.campaigns.as_ref()) => self.reload().await,
            }
        }
        self.tell(Event::Stopped);
    }

    async fn obey(&mut self, command: Command) {
        match command {
            Command::Generate { run, campaign, mode, scope, consent } => {
                self.generate(run, campaign, mode, &scope, consent).await;
            }
            Command::Regenerate { run, campaign, mode, subject, consent } => {
                self.regenerate(run, campaign, mode, subject, consent).await;
            }
            Command::Choose { campaign, mode, subject, pick } => self.choose(&campaign, mode, subject, pick).await,
            Command::Cancel(what) => self.cancel(&what).await,
            Command::Reload => self.reload().await,
            Command::New { name } => self.new_campaign(&name).await,
            Command::AddSamples => self.add_samples().await,
            Command::Shutdown => self.shut_down().await,
        }
    }

    async fn notice_internal(&mut self, message: Internal) {
        match message {
            Internal::Ended { key, ended } => self.job_ended(key, ended).await,
            Internal::Progress { key, fraction } => self.tell(Event::Progress { key, fraction }),
            Internal::Note { key, text } => self.note(key, &text),
            Internal::TryAgain(key) => self.try_again(key),
            Internal::Published { campaign, failure } => self.published(&campaign, failure),
            Internal::OwnerGone(owner) => self.retry_held_by(owner),
        }
    }

    fn tell(&self, event: Event) {
        // Nobody listens any more only while the front end is leaving; work goes on to its end all the same.
        let _ = self.events.send(event);
    }

    fn notice(&self, level: Level, text: String, campaign: Option<CampaignId>) {
        self.tell(Event::Notice(Notice { level, text, campaign }));
    }
}

fn change(key: JobKey, facts: &JobFacts) -> JobChange {
    let JobFacts { state, outputs, milliseconds } = facts.clone();
    JobChange { key, state, outputs, milliseconds }
}

/// A path as people want to read it: relative to the working directory where it lies below.
pub fn shown_path(path: &std::path::Path) -> String {
    let below =
        std::env::current_dir().ok().and_then(|here| path.strip_prefix(here).ok().map(std::path::Path::to_owned));
    below.as_deref().unwrap_or(path).display().to_string()
}
