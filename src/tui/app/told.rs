//! What of the engine's news is said to the user, on the line of messages, in the log and on Home.

use super::state::State;
use crate::engine::{Event, JobChange, Level, Outcome, RunEnded};
use crate::plan::JobState;
use crate::tui::facts::Campaign;
use crate::tui::input::action::Action;
use crate::tui::input::keymap::Section;
use crate::tui::model::shared::Shared;
use crate::tui::text;

/// Tells warnings, calls in doubt and failures that were not known before.
pub(super) fn tell_new(state: &mut State, event: &Event) {
    let shared = &mut state.shared;
    match event {
        Event::Library(library) => {
            let known = shared.facts.library().map_or(&[] as &[String], |library| &library.warnings);
            let new: Vec<String> = library.warnings.iter().filter(|text| !known.contains(text)).cloned().collect();
            for text in new {
                shared.tell(Level::Warning, text);
            }
        }
        Event::Ledger(ledger) => {
            let calls = ledger.unknown.len();
            if calls > shared.facts.ledger().unknown.len() {
                // The key that means this on every page.
                let keys = shared.keymap.keys(Section::Campaign, Action::Unknowns);
                let key = keys.first().map(|key| format!(": {key} shows what to do")).unwrap_or_default();
                let text = format!("{} may have been billed, {}", text::count(calls, "call"), ledger.unknown_price());
                shared.note(Level::Warning, text.clone());
                shared.say(Level::Warning, format!("{text}{key}"));
            }
        }
        Event::Jobs(changes) => changes.iter().for_each(|change| log_failure(state, change)),
        _ => {}
    }
}

pub(super) fn log_start(shared: &mut Shared) {
    let Some(run) = shared.facts.runs.last() else { return };
    let place = if run.elsewhere { " in another babblecast" } else { "" };
    let text = format!("{}: {} started{place}, {}", run.campaign, run.mode.name(), text::count(run.jobs, "job"));
    shared.log.add(shared.clock, Level::Info, text);
}

/// Says how a run ended, once the pages know of it. Of a take that is looked at, the page says what to do next, which is
/// more.
pub(super) fn told_end(state: &mut State, level: Level, ended: &RunEnded) {
    let text = format!("{}: {}", ended.campaign, ended.message);
    let shared = &mut state.shared;
    shared.lately.run_ended(shared.moment, level, ended, &shared.facts);
    let page = state.page();
    let is_here = page.campaign(&state.shared).and_then(Campaign::id) == Some(&ended.campaign);
    if ended.outcome == Outcome::Complete && is_here && page.remark(&state.shared).is_some() {
        state.shared.log.add(state.shared.clock, level, text);
    } else {
        state.shared.tell(level, text);
    }
}

fn log_failure(state: &mut State, change: &JobChange) {
    let (JobState::Failed(failure) | JobState::Held(failure)) = &change.facts.state else { return };
    if state.shared.facts.state(change.key) == &change.facts.state {
        return;
    }
    if failure.is_cap() {
        return log_cap(state, change);
    }
    let text = match state.shared.facts.place_of(change.key) {
        Some((campaign, place)) => {
            format!("{}: {place} {}: {failure}", campaign.entry.name, text::end_of(&change.facts.state))
        }
        None => failure.to_string(),
    };
    state.shared.note(Level::Error, text);
}

/// A cap holds all that is left of a run: that is one thing to say, not one for each job.
fn log_cap(state: &mut State, change: &JobChange) {
    let Some(failure) = change.facts.state.failure() else { return };
    let campaign = state.shared.facts.place_of(change.key).map(|(campaign, _)| campaign.entry.name.clone());
    let campaign = campaign.unwrap_or_default();
    let run = state.shared.facts.runs.iter_mut().find(|run| run.campaign.as_str() == campaign);
    if run.is_none_or(|run| !std::mem::replace(&mut run.told_cap, true)) {
        state.shared.note(Level::Warning, format!("{campaign}: {failure}"));
    }
}
