//! What needs the user, each with the key that does it; and where nothing does, what could be done next.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use crate::domain::Display;
use crate::engine::FinalsState;
use crate::plan::{JobState, Mode};
use crate::tui::facts::Campaign;
use crate::tui::input::action::Action;
use crate::tui::input::keymap::Section;
use crate::tui::marks::{Mark, Meaning};
use crate::tui::model::shared::Shared;
use crate::tui::model::submit;
use crate::tui::text;
use crate::tui::widgets::frame;

/// One thing that needs somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Need {
    meaning: Meaning,
    title: String,
    why: String,
    /// Does it, and what it does in a word.
    key: (Action, &'static str),
}

/// Whether a campaign needs somebody: its file has faults, or something of it failed, is held or maybe billed.
pub(super) fn is_need(campaign: &Campaign) -> bool {
    !campaign.entry.faults().is_empty() || campaign.failed(Mode::Final).is_some()
}

/// Why a campaign needs somebody.
pub(super) fn of_campaign(campaign: &Campaign, shared: &Shared) -> Need {
    let title = campaign.title().display().to_string();
    let failed = campaign.failed(shared.mode_of(campaign));
    if let [first, ..] = campaign.entry.faults() {
        let count = text::count(campaign.entry.faults().len(), "fault");
        let kept = if campaign.loaded().is_some() { ", the last good version is kept" } else { "" };
        let why = format!("{count}{kept}: {first}").display().to_string();
        return Need { meaning: Meaning::Failed, title, why, key: (Action::Edit, "edit") };
    }
    let why = failed.and_then(|(_, key)| submit::failure_of(key, shared)).unwrap_or_default();
    let (meaning, key) = match failed.map(|(_, key)| shared.facts.state(key)) {
        Some(JobState::Held(_)) => (Meaning::MaybeBilled, (Action::Unknowns, "decide")),
        Some(JobState::Blocked(_)) => (Meaning::Held, (Action::Open, "look")),
        _ => (Meaning::Failed, (Action::Open, "look")),
    };
    Need { meaning, title, why, key }
}

/// Calls that may have been billed.
pub(super) fn of_calls(shared: &Shared) -> Need {
    let ledger = shared.facts.ledger();
    let calls = text::count(ledger.unknown.len(), "call");
    Need {
        meaning: Meaning::MaybeBilled,
        title: format!("{calls} to decide"),
        why: format!("{} may have been billed", ledger.unknown_price()),
        key: (Action::Unknowns, "decide"),
    }
}

/// What will soon need somebody, as the engine warned.
pub(super) fn of_warning(warning: &str) -> Need {
    let title = warning.display().to_string();
    Need { meaning: Meaning::Held, title, why: String::new(), key: (Action::Open, "read") }
}

impl Need {
    /// In one line, for a message.
    pub fn told(&self) -> String {
        if self.why.is_empty() { self.title.clone() } else { format!("{}: {}", self.title, self.why) }
    }

    /// `! The show  voice of scene 3 failed: …            enter look`
    pub fn render(&self, row: Rect, shared: &Shared, buffer: &mut Buffer) {
        let theme = &shared.theme;
        let mark = Mark::of_meaning(self.meaning, theme, shared.spinner());
        let keys = shared.keymap.keys(Section::Home, self.key.0);
        let key = keys.first().map(ToString::to_string).unwrap_or_default();
        let cells = (text::width(&key) + 1 + self.key.1.len()) as u16;
        let has_key = !key.is_empty() && row.width >= cells + 40;
        let end = row.right().saturating_sub(if has_key { cells + 3 } else { 1 });
        if has_key {
            let x = frame::put(buffer, end + 2, row.y, cells, &key, theme.accent);
            frame::put(buffer, x + 1, row.y, cells, self.key.1, theme.dim);
        }
        let room = end.saturating_sub(row.x + 2);
        let title = format!("{} {}", mark.symbol, self.title);
        let title_room = if self.why.is_empty() { room } else { room / 2 };
        let next = frame::put(buffer, row.x + 2, row.y, title_room, &title, mark.style);
        let x = next.max(row.x + 2 + (room / 3).min(24)) + 2;
        frame::put(buffer, x, row.y, end.saturating_sub(x), &self.why, Style::default());
    }
}

/// What could be done with the selected campaign where nothing needs anybody: the key, and what it does.
pub(super) fn next_steps(campaign: Option<&Campaign>, shared: &Shared) -> Vec<(Action, String)> {
    let mut steps = Vec::new();
    if let Some(campaign) = campaign.filter(|campaign| campaign.loaded().is_some()) {
        steps.extend(makes(campaign, Mode::Draft, shared));
        steps.extend(makes(campaign, Mode::Final, shared));
        if !campaign.entry.videos.is_empty() {
            steps.push((Action::OpenVideo, "watch its video in your player".to_owned()));
        }
        steps.push((Action::Open, "read its script, listen to it and edit it".to_owned()));
    }
    steps.push((Action::NewCampaign, "start a new campaign".to_owned()));
    steps.push((Action::Voices, "hear the voices there are".to_owned()));
    steps
}

/// What making the rest of a mode takes; nothing where all is made or on its way.
fn makes(campaign: &Campaign, mode: Mode, shared: &Shared) -> Option<(Action, String)> {
    let progress = campaign.progress(mode);
    let action = if mode == Mode::Draft { Action::Draft } else { Action::Final };
    if mode == Mode::Final {
        match shared.facts.finals()? {
            FinalsState::Unavailable(what_to_set) => return Some((action, format!("the final: {what_to_set}"))),
            FinalsState::Available if !campaign.has_final() => return None,
            FinalsState::Available => {}
        }
    }
    if progress.is_complete() || progress.active() > 0 {
        return None;
    }
    let left = progress.total - progress.done();
    let price = match progress.price_of_missing {
        price if price.is_zero() => "free".to_owned(),
        price => format!("up to {price}, asked first"),
    };
    Some((action, format!("make the {}: {left} of {} left, {price}", mode.name(), text::count(progress.total, "part"))))
}

/// Those that have a key.
fn keyed<'a>(steps: &'a [(Action, String)], shared: &'a Shared) -> impl Iterator<Item = (Action, String, &'a String)> {
    steps.iter().filter_map(|(action, words)| {
        let keys = shared.keymap.keys(Section::Home, *action);
        Some((*action, keys.first()?.to_string(), words))
    })
}

/// The step in a row of their box.
pub(super) fn step_at(steps: &[(Action, String)], row: u16, shared: &Shared) -> Option<Action> {
    keyed(steps, shared).nth(usize::from(row)).map(|(action, ..)| action)
}

pub(super) fn render_steps(steps: &[(Action, String)], room: Rect, shared: &Shared, buffer: &mut Buffer) {
    const KEY: u16 = 6;
    for ((_, key, words), row) in keyed(steps, shared).zip(room.rows()) {
        frame::put_right(buffer, row.x, row.y, KEY, &key, shared.theme.accent);
        let cells = row.width.saturating_sub(KEY + 3);
        frame::put(buffer, row.x + KEY + 2, row.y, cells, words.display().as_str(), Style::default());
    }
}
