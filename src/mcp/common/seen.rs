//! What the engine has told so far: the view of it, the runs of this program that ended and were not asked about yet, and
//! what went wrong beside the jobs. Pure.

use std::collections::{HashMap, VecDeque};

use crate::domain::CampaignId;
use crate::engine::{Event, Level, RunEnded, RunId, View};

/// Troubles that a waiting call may still want to read.
const MOST_TROUBLES: usize = 64;

#[derive(Debug, Default)]
pub struct Seen {
    view: View,
    ended: HashMap<RunId, RunEnded>,
    troubles: VecDeque<Trouble>,
    /// When each campaign was told last.
    changed: HashMap<String, u64>,
    version: u64,
    is_over: Option<String>,
}

/// Asked like the view itself.
impl std::ops::Deref for Seen {
    type Target = View;

    fn deref(&self) -> &View {
        &self.view
    }
}

#[derive(Debug)]
struct Trouble {
    version: u64,
    campaign: Option<CampaignId>,
    text: String,
}

impl Seen {
    pub fn apply(&mut self, event: Event) {
        self.version += 1;
        self.view.apply(&event);
        match event {
            Event::RunEnded(ended) => drop(self.ended.insert(ended.run, ended)),
            Event::Campaign(entry) => drop(self.changed.insert(entry.name.clone(), self.version)),
            Event::Unusable(why) => self.is_over = Some(why),
            Event::Stopped => self.is_over = Some("The program is stopping; start it again".to_owned()),
            Event::Notice(notice) if notice.level == Level::Error => {
                let (campaign, text) = (notice.campaign, notice.text);
                self.troubles.push_back(Trouble { version: self.version, campaign, text });
                if self.troubles.len() > MOST_TROUBLES {
                    self.troubles.pop_front();
                }
            }
            _ => {}
        }
    }

    /// The engine has nothing more to say; whoever waits hears why.
    pub fn end(&mut self) {
        self.version += 1;
        let why = "The engine stopped without a word; the log in the studio home may say why";
        self.is_over.get_or_insert_with(|| why.to_owned());
    }

    /// Grows with everything that happens.
    pub fn version(&self) -> u64 {
        self.version
    }

    /// Why the engine does nothing any more.
    pub fn why_over(&self) -> Option<&str> {
        self.is_over.as_deref()
    }

    /// The end of a run, which is kept until it is taken.
    pub fn take_end(&mut self, run: RunId) -> Option<RunEnded> {
        self.ended.remove(&run)
    }

    pub fn has_ended(&self, run: RunId) -> bool {
        self.ended.contains_key(&run)
    }

    /// The version at which a campaign was told last, with its choices and takes.
    pub fn changed_at(&self, campaign: &CampaignId) -> u64 {
        self.changed.get(campaign.as_str()).copied().unwrap_or_default()
    }

    /// The first trouble of a campaign after a version.
    pub fn trouble_since(&self, version: u64, campaign: &CampaignId) -> Option<&str> {
        let mut troubles = self.troubles.iter().filter(|trouble| trouble.version > version);
        troubles.find(|trouble| trouble.campaign.as_ref() == Some(campaign)).map(|trouble| trouble.text.as_str())
    }
}
