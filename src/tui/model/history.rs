//! The edits of this session, and the takes that were kept, starred or put in the trash: those the engine was told of,
//! and for each campaign what takes them back. Pure.

use std::collections::HashMap;
use std::time::Duration;

use super::editing::Of;
use crate::domain::CampaignId;
use crate::domain::edit::{Change, Step, Value};
use crate::engine::{Command, Edit, Edited, Level, Loaded};
use crate::plan::{AssetHash, JobKey, Mode, Pick, TakeMark};
use crate::tui::takes;

/// The fields of a scene that was remembered.
pub type Yanked = Vec<(String, Value)>;

#[derive(Debug, Default)]
pub struct Edits {
    tickets: u64,
    pending: HashMap<u64, Pending>,
    histories: HashMap<CampaignId, History>,
    /// The scene to select when the file as it was edited is read.
    pub jump: Option<Jump>,
    /// What the newest edit left, until it is read.
    awaited: Option<Awaited>,
    pub yanked: Vec<Yanked>,
}

/// Where to go in a campaign as soon as it is read as an edit left it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Jump {
    pub campaign: CampaignId,
    pub scene: usize,
    pub source_hash: AssetHash,
}

/// A campaign as an edit left it.
#[derive(Debug)]
struct Awaited {
    campaign: CampaignId,
    source_hash: AssetHash,
    /// Time since the studio was opened. When somebody else writes the file right after, it is never read like this.
    until: Duration,
}

/// An edit that the engine has not answered yet.
#[derive(Debug)]
struct Pending {
    campaign: CampaignId,
    kind: Kind,
    /// Whether its scene is selected then: the user has not gone elsewhere.
    jumps: bool,
    /// What was done, in words.
    done: String,
}

#[derive(Debug)]
enum Kind {
    New,
    Undo(Step),
    Redo(Step),
}

#[derive(Debug, Default)]
struct History {
    done: Vec<(Done, String)>,
    undone: Vec<(Done, String)>,
}

impl History {
    fn add(&mut self, done: Done, words: String) {
        self.undone.clear();
        self.done.push((done, words));
        let extra = self.done.len().saturating_sub(MOST_STEPS);
        self.done.drain(..extra);
    }
}

/// More are not taken back one by one.
const MOST_STEPS: usize = 500;

/// What was done, or what takes it back.
#[derive(Debug, Clone)]
enum Done {
    Edit(Step),
    Take(Taken),
}

/// Something done with a take, which is no edit of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Taken {
    /// Another take is used from now on. Whose it is says the key of the request without a take: it stays the same while
    /// lines come and go above it.
    Kept {
        mode: Mode,
        base: JobKey,
        pick: Pick,
        instead_of: Pick,
    },
    Marked {
        take: JobKey,
        mark: TakeMark,
        is_on: bool,
    },
}

impl Taken {
    /// What takes it back.
    fn back(self) -> Self {
        match self {
            Self::Kept { mode, base, pick, instead_of } => {
                Self::Kept { mode, base, pick: instead_of, instead_of: pick }
            }
            Self::Marked { take, mark, is_on } => Self::Marked { take, mark, is_on: !is_on },
        }
    }

    /// What the engine is told; `None` where the face or line has become another one.
    pub fn command(&self, loaded: &Loaded) -> Option<Command> {
        let campaign = loaded.campaign.id.clone();
        match self {
            Self::Kept { mode, base, pick, .. } => {
                let subject = takes::subject_of(loaded, loaded.graph(*mode)?, *base)?;
                Some(Command::Choose { campaign, mode: *mode, subject, pick: pick.clone() })
            }
            Self::Marked { take, mark, is_on } => {
                Some(Command::MarkTake { campaign, take: *take, mark: *mark, is_on: *is_on })
            }
        }
    }
}

/// What undoing or doing again comes to.
#[derive(Debug, Clone, PartialEq)]
pub enum Turn {
    /// There is nothing in that direction.
    Nothing,
    /// The engine answers with an event.
    Sent(Command),
    /// Done with this, and said so.
    Done(Command, String),
    /// It cannot be done any more.
    Lost(String),
}

impl Edits {
    /// How long a campaign is awaited as an edit left it: several times what the largest takes to be read.
    const LONGEST_READ: Duration = Duration::from_secs(3);

    pub fn ticket(&mut self) -> u64 {
        self.tickets += 1;
        self.tickets
    }

    /// The ticket that was given last.
    pub fn newest(&self) -> u64 {
        self.tickets
    }

    /// A new edit, and its ticket; `done` is what is said of it.
    pub fn new_edit(&mut self, of: &Of, edit: Edit, done: String) -> (u64, Command) {
        self.send(of, edit, Kind::New, done)
    }

    /// Notes what was done with a take; `done` is what is said of it.
    pub fn took(&mut self, campaign: &CampaignId, taken: Taken, done: String) {
        self.histories.entry(campaign.clone()).or_default().add(Done::Take(taken), done);
    }

    /// Takes back what was done last.
    pub fn undo(&mut self, of: &Of, loaded: &Loaded) -> Turn {
        let history = self.histories.entry(of.campaign.clone()).or_default();
        match history.done.pop() {
            None => Turn::Nothing,
            Some((Done::Edit(step), done)) => {
                Turn::Sent(self.send(of, Edit::Back(Box::new(step.clone())), Kind::Undo(step), done).1)
            }
            Some((Done::Take(taken), done)) => match taken.clone().back().command(loaded) {
                Some(command) => {
                    let told = format!("Undone: {done}.");
                    history.undone.push((Done::Take(taken), done));
                    Turn::Done(command, told)
                }
                None => Turn::Lost(format!("What it was of has changed since; this cannot be undone: {done}.")),
            },
        }
    }

    /// Does again what was taken back last.
    pub fn redo(&mut self, of: &Of, loaded: &Loaded) -> Turn {
        let history = self.histories.entry(of.campaign.clone()).or_default();
        match history.undone.pop() {
            None => Turn::Nothing,
            Some((Done::Edit(step), done)) => {
                Turn::Sent(self.send(of, Edit::Back(Box::new(step.clone())), Kind::Redo(step), done).1)
            }
            Some((Done::Take(taken), done)) => match taken.command(loaded) {
                Some(command) => {
                    let told = format!("Done again: {done}.");
                    history.done.push((Done::Take(taken), done));
                    Turn::Done(command, told)
                }
                None => Turn::Lost(format!("What it was of has changed since; this cannot be done again: {done}.")),
            },
        }
    }

    fn send(&mut self, of: &Of, edit: Edit, kind: Kind, done: String) -> (u64, Command) {
        let ticket = self.ticket();
        let rewords = |change: &Change| matches!(change, Change::Set { .. } | Change::Unset { .. });
        let jumps = !matches!(&edit, Edit::Changes(changes) if changes.iter().all(rewords));
        self.pending.insert(ticket, Pending { campaign: of.campaign.clone(), kind, jumps, done });
        (ticket, Command::Edit { ticket, campaign: of.campaign.clone(), edit })
    }

    /// The user selects something else: no edit under way takes them away from there.
    pub fn stay(&mut self) {
        self.jump = None;
        self.pending.values_mut().for_each(|pending| pending.jumps = false);
    }

    /// Whether a campaign that is shown as it is in `source_hash` is about to be another one.
    pub fn is_under_way(&self, campaign: &CampaignId, source_hash: AssetHash, now: Duration) -> bool {
        let is_awaited = |awaited: &Awaited| {
            awaited.campaign == *campaign && awaited.source_hash != source_hash && now < awaited.until
        };
        self.pending.values().any(|pending| pending.campaign == *campaign)
            || self.awaited.as_ref().is_some_and(is_awaited)
    }

    /// What to say of an edit that the engine has answered.
    pub fn answered(&mut self, edited: &Edited, now: Duration) -> Option<(Level, String)> {
        let Pending { kind, jumps, done, .. } = self.pending.remove(&edited.ticket)?;
        let history = self.histories.entry(edited.campaign.clone()).or_default();
        match &edited.outcome {
            Ok(made) => {
                let (campaign, source_hash) = (edited.campaign.clone(), made.source_hash);
                let until = now + Self::LONGEST_READ;
                self.awaited = Some(Awaited { campaign: campaign.clone(), source_hash, until });
                self.jump = made.scene.filter(|_| jumps).map(|scene| Jump { campaign, scene, source_hash });
                let step = (Done::Edit(made.back.clone()), done.clone());
                let text = match kind {
                    Kind::New => {
                        history.add(step.0, step.1);
                        format!("Saved: {done}.")
                    }
                    Kind::Undo(_) => {
                        history.undone.push(step);
                        format!("Undone: {done}.")
                    }
                    Kind::Redo(_) => {
                        history.done.push(step);
                        format!("Made again: {done}.")
                    }
                };
                Some((Level::Info, text))
            }
            Err(why) => {
                match kind {
                    Kind::New => {}
                    Kind::Undo(step) => history.done.push((Done::Edit(step), done)),
                    Kind::Redo(step) => history.undone.push((Done::Edit(step), done)),
                }
                Some((Level::Warning, why.clone()))
            }
        }
    }
}
