//! What happened lately, for Home: what was told in this session, and what the campaigns say of the time before. Pure.

use std::collections::VecDeque;

use crate::engine::{Level, Outcome, RunEnded};
use crate::plan::Mode;
use crate::tui::facts::{Campaign, Facts};
use crate::tui::text;

/// One thing that happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Happening {
    /// Milliseconds since 1970.
    pub at: i64,
    pub level: Level,
    pub text: String,
}

/// What was told in this session, newest last.
#[derive(Debug, Default)]
pub struct Lately {
    told: VecDeque<Happening>,
    version: u64,
}

/// More are read in the log.
const MOST: usize = 60;

impl Lately {
    pub fn add(&mut self, at: i64, level: Level, text: String) {
        if self.told.len() == MOST {
            self.told.pop_front();
        }
        self.told.push_back(Happening { at, level, text });
        self.version += 1;
    }

    /// A run ended, and this is said of it. One that made a video for nothing is told by its video.
    pub fn run_ended(&mut self, at: i64, level: Level, ended: &RunEnded, facts: &Facts) {
        let campaign = facts.campaign(&ended.campaign);
        let has_video = campaign.is_some_and(|campaign| campaign.counts(ended.mode).video_at.is_some());
        let is_plain = ended.outcome == Outcome::Complete && ended.cost.paid_usd <= 0.0;
        if !(is_plain && has_video) {
            self.add(at, level, format!("{}: {}", ended.campaign, ended.message));
        }
    }

    /// Changes whenever something is added.
    pub fn version(&self) -> u64 {
        self.version
    }
}

/// Everything that happened, newest first, as far as anybody reads.
pub fn happenings(facts: &Facts, told: &Lately) -> Vec<Happening> {
    let known = facts.campaigns.iter().flat_map(|campaign| of_campaign(campaign, facts));
    let mut all: Vec<Happening> = told.told.iter().rev().cloned().chain(known).collect();
    all.sort_by_key(|happening| std::cmp::Reverse(happening.at));
    all.truncate(MOST);
    all
}

/// When its file was written, and its videos made.
fn of_campaign<'a>(campaign: &'a Campaign, facts: &'a Facts) -> impl Iterator<Item = Happening> + 'a {
    let said =
        |at: i64, text: String| Happening { at, level: Level::Info, text: format!("{}: {text}", campaign.title()) };
    let written = campaign.entry.written_at.map(|at| said(at, "script saved".to_owned()));
    let videos = [Mode::Draft, Mode::Final].into_iter().filter(|mode| *mode == Mode::Draft || campaign.has_final());
    let videos = videos.filter_map(move |mode| {
        let counts = campaign.counts(mode);
        let spent =
            campaign.id().map(|id| facts.spent_on(id).paid).filter(|paid| mode == Mode::Final && !paid.is_zero());
        let spent = spent.map(|paid| format!(", {paid} paid so far")).unwrap_or_default();
        let length = text::milliseconds(counts.milliseconds);
        Some(said(counts.video_at?, format!("{} video made, {length}{spent}", mode.name())))
    });
    written.into_iter().chain(videos)
}
