//! The edits of this session: those the engine was told of, and for each campaign what takes them back. Pure.

use std::collections::HashMap;
use std::time::Duration;

use super::editing::Of;
use crate::domain::CampaignId;
use crate::domain::edit::{Change, Step, Value};
use crate::engine::{Command, Edit, Edited, Level};
use crate::plan::AssetHash;

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
    done: Vec<(Step, String)>,
    undone: Vec<(Step, String)>,
}

impl Edits {
    /// More are not taken back one by one.
    const MOST_STEPS: usize = 500;
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

    /// Takes the last edit back; `None` where there is none.
    pub fn undo(&mut self, of: &Of) -> Option<Command> {
        let (step, done) = self.histories.get_mut(&of.campaign)?.done.pop()?;
        Some(self.send(of, Edit::Back(Box::new(step.clone())), Kind::Undo(step), done).1)
    }

    /// Makes the edit again that was taken back last.
    pub fn redo(&mut self, of: &Of) -> Option<Command> {
        let (step, done) = self.histories.get_mut(&of.campaign)?.undone.pop()?;
        Some(self.send(of, Edit::Back(Box::new(step.clone())), Kind::Redo(step), done).1)
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
                let step = (made.back.clone(), done.clone());
                let text = match kind {
                    Kind::New => {
                        history.undone.clear();
                        history.done.push(step);
                        let extra = history.done.len().saturating_sub(Self::MOST_STEPS);
                        history.done.drain(..extra);
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
                    Kind::Undo(step) => history.done.push((step, done)),
                    Kind::Redo(step) => history.undone.push((step, done)),
                }
                Some((Level::Warning, why.clone()))
            }
        }
    }
}
