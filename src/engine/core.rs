//! The engine itself: one task owns everything that is known of campaigns, jobs and runs; commands, ended jobs and
//! changes from outside reach it as messages, and it tells what happened as events. No lock is held anywhere.

use std::collections::{HashMap, HashSet};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Semaphore, mpsc};

use self::calls::FollowedCalls;
use self::campaigns::Reading;
use self::difference::{Difference, Followed};
use self::edited_runs::Joining;
use self::editing::Editing;
use self::elsewhere::Elsewhere;
use self::following::{Watches, changed};
use self::importing::Imports;
use self::jobs::Order;
use self::ledger::{MoneyRead, Untold};
use self::pruning::Pruning;
use self::publishing::Publishing;
use self::runs::UnderWay;
use self::spending::Spending;
use self::supervise::Tasks;
use self::writing::Writing;
use super::command::{Cancel, Command};
use super::drop_aside::DropAside;
use super::entry::{Entry, Library, Video};
use super::event::{Edited, Event, JobChange, JobFacts, Ledger, Level, Notice, Remakes, RunEnded};
use super::files::editing::FileRead;
use super::imports::Import;
use super::paid::reconcile::Reconciled;
use super::paid::unfinished::Unfinished;
use super::publish::finishing::Finishing;
use super::recording::ImportEnd;
use super::schedule::{Fact, Schedule};
use super::settings::Shelf;
use super::work::Ended;
use crate::domain::CampaignId;
use crate::farm::{Farm, FarmSight};
use crate::plan::{Failure, JobKey, JobMap, RunId};
use crate::providers::voice::casting::Answer;
use crate::providers::{Catalogue, Lane};
use crate::store::{Calls, Forgotten, Owner, Store, StoreError};

mod asking;
mod calls;
mod campaigns;
mod cards;
mod casting;
mod choosing;
mod difference;
mod edited_runs;
mod editing;
mod effects;
mod elsewhere;
mod farming;
mod following;
mod importing;
pub(super) mod jobs;
mod ledger;
mod likeness;
mod news;
mod pruning;
mod publishing;
mod resuming;
mod runs;
mod spending;
mod supervise;
#[cfg(test)]
mod tests;
mod voices;
mod writing;

pub use voices::Book;

/// So that what the engine is told by its own work does not wait for a flood of commands.
const MOST_COMMANDS_AT_ONCE: usize = 64;
/// How long a word of another program is waited for, while a job of it is, before the journal is asked again.
const LOOK_AGAIN: Duration = Duration::from_secs(5);

/// What reaches the engine from its own tasks and from outside the program.
pub enum Internal {
    Ended {
        key: JobKey,
        ended: Ended,
    },
    /// The task of a job panicked: what it left behind is to be brought to an end.
    Panicked(JobKey),
    Progress {
        key: JobKey,
        fraction: f32,
    },
    /// Something the user should read although a job goes well.
    Note {
        key: JobKey,
        text: String,
    },
    Unfinished {
        key: JobKey,
        picture: Arc<Unfinished>,
    },
    /// Campaigns were edited: their runs are to follow.
    FollowEdits(Vec<Followed>),
    /// What an edit added to a run is recorded, or could not be.
    Joining(Box<Joining>),
    /// The time of a parked job has come.
    TryAgain(JobKey),
    Published {
        campaign: CampaignId,
        failure: Option<String>,
        /// What lies in the output folder now, where it could be looked at.
        videos: Option<Vec<Video>>,
    },
    /// The finished videos of a campaign, after another program wrote some.
    Videos {
        campaign: CampaignId,
        videos: Option<Vec<Video>>,
    },
    /// A campaign file was edited, or not.
    Edited {
        path: PathBuf,
        edited: Box<Edited>,
    },
    /// What an edit would have made again is known.
    WhatIf {
        ticket: u64,
        answer: Result<Remakes, String>,
        /// The file that was asked about.
        read: Option<Arc<DropAside<FileRead>>>,
    },
    /// A run that asked for words has ended.
    Answered(Box<RunEnded>),
    /// What a provider said of itself that the user should know.
    News(Vec<String>),
    /// An account was asked for its voices.
    Voices(Box<Result<Answer, Failure>>),
    /// How far an import is.
    Import {
        ticket: u64,
        import: Box<Import>,
    },
    /// An import is over, or needs an answer.
    ImportEnded {
        ticket: u64,
        end: Box<ImportEnd>,
    },
    /// A preview is ready to be heard, or not.
    Preview {
        voice: String,
        sound: Result<PathBuf, String>,
    },
    /// A campaign file was read, or is gone.
    Read {
        path: PathBuf,
        read: Option<Box<(Arc<Entry>, Difference)>>,
    },
    /// A campaign file could not be read because of an internal error.
    NotRead(PathBuf),
    /// The campaigns folder was read.
    ReadAll(Box<(Library, Difference)>),
    /// It could not be because of an internal error.
    NotReadAll,
    /// Another program ended, however it ended: what it held is free.
    OwnerGone(Owner),
    /// A paid call was sent.
    CallSent,
    /// Calls were sent or settled since the ledger was told.
    ReadMoney,
    MoneyRead(Option<Box<MoneyRead>>),
    /// Every paid call was read; `None` where the reading panicked.
    CallsRead(Option<Box<Result<Calls, StoreError>>>),
    /// Room was made for clips and videos, or not.
    Pruned(Result<Forgotten, String>),
    /// The disk was full a moment ago.
    LookForRoom,
    Reconciled(Reconciled),
    /// The farm was looked at.
    Farm(Arc<FarmSight>),
}

/// The engine. What is under way is known to `schedule` alone; everything here performs what follows from that.
pub struct Core {
    studio: Studio,
    schedule: Schedule<Order>,
    /// The runs under way, beside what the schedule knows of them.
    under_way: HashMap<RunId, UnderWay>,
    known: Known,
    others: Others,
    money: Money,
    output: Output,
    imports: Imports,
    /// Other machines, where a server of a farm is configured.
    farm: Option<Farm>,
    tasks: Tasks,
    events: mpsc::UnboundedSender<Event>,
}

/// What things are planned, made and kept with.
struct Studio {
    shelf: Shelf,
    store: Store,
    catalogue: Catalogue,
    book: Book,
    /// As in [`super::paid::buy::Purchase`].
    decoding: Arc<Semaphore>,
}

/// The campaigns and how their jobs stand, as it was told last, and what is on its way to change them.
#[derive(Default)]
struct Known {
    library: Arc<Library>,
    jobs: JobMap<JobFacts>,
    reading: Reading,
    editing: Editing,
    writing: Writing,
    farm: Option<Arc<FarmSight>>,
}

/// What other programs on the same home do, as far as they are followed.
#[derive(Default)]
struct Others {
    watches: Watches,
    last_seq: i64,
    elsewhere: Elsewhere,
    /// Programs whose end is waited for.
    waited_for: HashSet<Owner>,
}

/// What was spent, as it was told last.
#[derive(Default)]
struct Money {
    ledger: Option<Arc<Ledger>>,
    untold: Untold,
    calls: FollowedCalls,
    spending: Spending,
}

/// The files for people, and when to make room for more.
#[derive(Default)]
struct Output {
    publishing: HashMap<CampaignId, Publishing>,
    finishing: Arc<Finishing>,
    pruning: Pruning,
}

impl Core {
    pub fn new(
        shelf: Shelf,
        store: Store,
        catalogue: Catalogue,
        book: Book,
        events: mpsc::UnboundedSender<Event>,
        internal: mpsc::UnboundedSender<Internal>,
    ) -> Self {
        let finishing = Arc::new(Finishing::new(shelf.settings.identity.clone()));
        let decoding = Arc::new(Semaphore::new(Lane::processor().most_at_once));
        Self {
            studio: Studio { shelf, store, catalogue, book, decoding },
            schedule: Schedule::default(),
            under_way: HashMap::new(),
            known: Known::default(),
            others: Others::default(),
            money: Money::default(),
            output: Output { finishing, ..Output::default() },
            imports: Imports::default(),
            farm: None,
            tasks: Tasks::new(internal),
            events,
        }
    }

    /// Runs until a `Shutdown`, or until nobody can send commands any more, and everything in flight has ended.
    pub async fn run(mut self, mut commands: mpsc::Receiver<Command>, mut internal: mpsc::UnboundedReceiver<Internal>) {
        self.watch();
        self.others.last_seq = self.studio.store.journal.last_seq().await.unwrap_or_default();
        self.adopt_replies().await;
        self.tell_ledger().await;
        self.tell_budgets().await;
        self.reload().await;
        self.look_elsewhere().await;
        if self.studio.shelf.settings.follow {
            self.open_farm();
            self.ask_for_voices_if_due(false);
        }
        let mut waiting = Vec::new();
        while !(self.schedule.is_closed() && self.is_idle() && !self.is_pruning()) {
            tokio::select! {
                count = commands.recv_many(&mut waiting, MOST_COMMANDS_AT_ONCE), if !self.schedule.is_closed() && !self.is_pruning() => match count {
                    0 => self.shut_down().await,
                    _ => self.obey(waiting.drain(..)).await,
                },
                Some(message) = internal.recv() => self.notice_internal(message).await,
                message = self.tasks.next_panic() => self.notice_internal(message).await,
                () = changed(self.others.watches.journal.as_ref()) => self.follow_others().await,
                // A program that may open no more files can neither tell nor be told.
                () = tokio::time::sleep(LOOK_AGAIN), if !self.others.waited_for.is_empty() => self.follow_others().await,
                () = changed(self.others.watches.campaigns.as_ref()) => self.reload_later(),
                () = changed(self.others.watches.posted.as_ref()) => self.follow_posted().await,
            }
        }
        self.tell(Event::Stopped);
    }

    /// Whether nothing is made, and nothing is on its way to `output/` or into a campaign file.
    fn is_idle(&self) -> bool {
        self.schedule.is_idle()
            && self.output.publishing.is_empty()
            && self.known.editing.is_idle()
            && self.imports.is_idle()
    }

    /// Obeys in order. Runs that are asked for one behind the other are recorded together: each must be on disk before
    /// it begins, and the disk is waited for no longer for many than for one. What comes behind a `Shutdown` is not heard.
    async fn obey(&mut self, commands: impl Iterator<Item = Command>) {
        let mut runs = Vec::new();
        for command in commands {
            if !matches!(command, Command::Generate { .. } | Command::Resume { .. }) {
                self.start_runs(std::mem::take(&mut runs)).await;
            }
            match command {
                Command::Generate { run, campaign, mode, scope, consent } => {
                    runs.extend(self.plan_run(run, campaign, mode, scope, consent).await);
                }
                Command::Regenerate { run, campaign, mode, subject, likeness, note, consent } => {
                    self.regenerate(run, campaign, mode, subject, (likeness, note), consent).await;
                }
                Command::Resume { run, campaign, mode, consent } => {
                    runs.extend(self.plan_rest(run, campaign, mode, consent).await);
                }
                Command::MarkTake { campaign, take, mark, is_on } => {
                    self.mark_take(&campaign, take, mark, is_on).await;
                }
                Command::Choose { campaign, mode, subject, pick } => self.choose(&campaign, mode, subject, pick).await,
                Command::RenewVoice { campaign } => self.renew_voice(campaign).await,
                Command::Cancel(what) => {
                    if what == Cancel::All {
                        self.imports.stop();
                    }
                    let is_ours_alone = self.is_ours_alone(&what);
                    self.happened(Fact::Cancelled(what.clone())).await;
                    if !is_ours_alone {
                        self.cancel_elsewhere(what).await;
                    }
                }
                Command::Reorder { job, to } => self.happened(Fact::Reordered { key: job, to }).await,
                Command::Resolve { attempt, resolution } => self.resolve(attempt, resolution).await,
                Command::Reconcile => self.start_reconciling(),
                Command::Calls => self.follow_calls(),
                Command::Voices => self.ask_for_voices(),
                Command::PreviewVoice { provider, voice } => self.preview_voice(provider, voice),
                Command::PinVoice { alias, voice } => self.pin_voice(&alias, &voice).await,
                Command::GiveVoice { campaign, speaker, voice } => self.give_voice(&campaign, speaker, &voice).await,
                Command::Edit { ticket, campaign, edit } => self.edit(ticket, campaign, edit),
                Command::AddToCast { ticket, campaign, speaker, name } => {
                    self.add_to_cast(ticket, &campaign, speaker, &name).await;
                }
                Command::WhatIf { ticket, campaign, mode, changes } => {
                    self.ask_what_if(ticket, campaign, mode, changes);
                }
                Command::Write { ticket, run, order, consent } => self.write(ticket, run, order, consent).await,
                Command::Reload => self.reload().await,
                Command::Load { path } => self.load_later(path),
                Command::New { name, template } => self.new_campaign(&name, template).await,
                Command::AddSamples => self.add_samples().await,
                Command::Import { ticket, wish, recording, consent } => self.import(ticket, *wish, recording, consent),
                Command::StopImport { ticket } => self.imports.stop_one(ticket),
                Command::Shutdown => return self.shut_down().await,
            }
        }
        self.start_runs(runs).await;
    }

    async fn notice_internal(&mut self, message: Internal) {
        match message {
            Internal::Ended { key, ended } => self.job_ended(key, ended).await,
            Internal::Panicked(key) => self.job_panicked(key),
            Internal::Progress { key, fraction } => self.tell_progress(key, fraction),
            Internal::Note { key, text } => self.note(key, &text),
            Internal::Unfinished { key, picture } => self.show_unfinished(key, picture),
            Internal::FollowEdits(followed) => self.follow_edits(followed).await,
            Internal::Joining(joining) => self.joined(*joining).await,
            Internal::TryAgain(key) => self.happened(Fact::Due(key)).await,
            Internal::Published { campaign, failure, videos } => self.published(&campaign, failure, videos),
            Internal::Videos { campaign, videos } => self.note_videos(&campaign, videos),
            Internal::Edited { path, edited } => self.edited(path, *edited),
            Internal::WhatIf { ticket, answer, read } => self.answered_what_if(ticket, answer, read),
            Internal::Answered(ended) => self.answered(*ended).await,
            Internal::News(warnings) => self.tell_news(warnings),
            Internal::Voices(answer) => self.voices_answered(*answer).await,
            Internal::Import { ticket, import } => self.tell(Event::Import { ticket, import: *import }),
            Internal::ImportEnded { ticket, end } => self.import_ended(ticket, *end).await,
            Internal::Preview { voice, sound } => self.tell(Event::Preview { voice, sound }),
            Internal::Read { path, read } => self.read(path, read.map(|read| *read)).await,
            Internal::NotRead(path) => self.not_read(&path),
            Internal::ReadAll(read) => {
                let (library, difference) = *read;
                self.read_all(library, difference).await;
            }
            Internal::NotReadAll => self.not_read_all(),
            Internal::OwnerGone(owner) => self.owner_gone(owner).await,
            Internal::CallSent => self.tell_money_soon(),
            Internal::ReadMoney => self.read_money(),
            Internal::MoneyRead(read) => self.money_read(read.map(|read| *read)),
            Internal::CallsRead(read) => self.calls_read(read.map(|read| *read)),
            Internal::Pruned(pruned) => self.pruned(pruned),
            Internal::LookForRoom => self.happened(Fact::TryRoom).await,
            Internal::Reconciled(reconciled) => self.reconciled(reconciled).await,
            Internal::Farm(sight) => self.follow_farm(sight).await,
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

/// As it is told.
fn change(key: JobKey, facts: &JobFacts) -> JobChange {
    JobChange { key, facts: facts.clone() }
}
