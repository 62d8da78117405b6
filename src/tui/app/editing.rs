//! Keys of the line editor, the card and the choice, and what the engine answers to them. Pure, as all of `update`.

use super::state::State;
use super::writing;
use crate::domain::CampaignId;
use crate::domain::edit::Change;
use crate::engine::{Edit, Edited, Level, Loaded, Remakes};
use crate::tui::facts::Campaign;
use crate::tui::input::action::Action;
use crate::tui::input::keymap::Key;
use crate::tui::model::editing::{Answer, Card, Of, Stage, what_if};
use crate::tui::model::history::{Edits, Taken, Turn};
use crate::tui::model::message::Effect;
use crate::tui::model::overlay::Overlay;
use crate::tui::model::shared::{EngineState, Shared};

/// Opens an overlay in which something is edited.
pub fn open(state: &mut State, overlay: Overlay) -> Vec<Effect> {
    state.shared.notice = None;
    state.overlay = Some(overlay);
    Vec::new()
}

/// Makes changes at once.
pub fn change(state: &mut State, of: &Of, changes: Vec<Change>, done: String) -> Vec<Effect> {
    let (_, command) = state.shared.edits.new_edit(of, Edit::Changes(changes), done);
    vec![Effect::Send(command)]
}

pub fn undo(state: &mut State, of: &Of) -> Vec<Effect> {
    turn(state, of, Edits::undo, "Nothing to undo: this session has not edited this campaign.")
}

pub fn redo(state: &mut State, of: &Of) -> Vec<Effect> {
    turn(state, of, Edits::redo, "Nothing to redo.")
}

fn turn(state: &mut State, of: &Of, way: fn(&mut Edits, &Of, &Loaded) -> Turn, nothing: &str) -> Vec<Effect> {
    let Shared { edits, facts, .. } = &mut state.shared;
    let Some(loaded) = facts.campaign(&of.campaign).and_then(Campaign::loaded) else { return Vec::new() };
    let (level, text, command) = match way(edits, of, loaded) {
        Turn::Sent(command) => return vec![Effect::Send(command)],
        Turn::Done(command, told) => (Level::Info, told, Some(command)),
        Turn::Lost(why) => (Level::Warning, why, None),
        Turn::Nothing => (Level::Info, nothing.to_owned(), None),
    };
    state.shared.say(level, text);
    command.map(Effect::Send).into_iter().collect()
}

/// Has something done with a take, so that it can be undone; `done` is what is said of it then.
pub fn take(state: &mut State, campaign: &CampaignId, taken: Taken, done: String) -> Vec<Effect> {
    let loaded = state.shared.facts.campaign(campaign).and_then(Campaign::loaded);
    let command = loaded.and_then(|loaded| taken.command(loaded));
    if command.is_some() {
        state.shared.edits.took(campaign, taken, done);
    }
    command.map(Effect::Send).into_iter().collect()
}

/// A key of the line editor.
pub fn on_line_key(state: &mut State, action: Option<Action>, key: Key) -> Vec<Effect> {
    let Some(Overlay::Line(edit)) = &mut state.overlay else { return Vec::new() };
    let was = std::mem::take(&mut edit.stage);
    match action {
        Some(Action::Submit) if !edit.is_changed() => {
            state.overlay = None;
            Vec::new()
        }
        Some(Action::Submit) => save_line(state),
        Some(Action::Discard) if was == Stage::Leaving || was == Stage::Typing && !edit.is_changed() => {
            state.overlay = None;
            Vec::new()
        }
        // What the engine does with it is told; the words stay.
        Some(Action::Discard) if was == Stage::Typing => {
            edit.stage = Stage::Leaving;
            Vec::new()
        }
        Some(Action::Discard) => Vec::new(),
        Some(Action::OtherSpeaker) if edit.is_new() => {
            edit.next_speaker();
            ask(state)
        }
        _ => {
            if edit.line.edit(key) {
                ask(state)
            } else {
                Vec::new()
            }
        }
    }
}

/// Pasted text. While the engine writes, nothing is added that it would not write.
pub fn on_paste(state: &mut State, text: &str) -> Vec<Effect> {
    match &mut state.overlay {
        Some(Overlay::Line(edit)) if matches!(edit.stage, Stage::Saving(_)) => Vec::new(),
        Some(Overlay::Line(edit)) => {
            edit.stage = Stage::Typing;
            if edit.line.insert(text) { ask(state) } else { Vec::new() }
        }
        Some(Overlay::Card(card)) => {
            let changed = card.typing.as_mut().is_some_and(|line| line.insert(text));
            if changed { ask(state) } else { Vec::new() }
        }
        _ => Vec::new(),
    }
}

fn save_line(state: &mut State) -> Vec<Effect> {
    if let Some(why) = refusal(state) {
        if let Some(Overlay::Line(edit)) = &mut state.overlay {
            edit.answer = Answer::Told(Err(why));
        }
        return Vec::new();
    }
    let Some(Overlay::Line(edit)) = &mut state.overlay else { return Vec::new() };
    let (ticket, command) = state.shared.edits.new_edit(&edit.of, Edit::Changes(edit.changes()), edit.done());
    edit.stage = Stage::Saving(ticket);
    vec![Effect::Send(command)]
}

fn refusal(state: &State) -> Option<String> {
    let is_working = state.shared.engine == EngineState::Working;
    (!is_working).then(|| "Nothing can be saved now: the engine is not working.".to_owned())
}

/// A key of a card.
pub fn on_card_key(state: &mut State, action: Option<Action>, key: Key) -> Vec<Effect> {
    let Some(Overlay::Card(card)) = &mut state.overlay else { return Vec::new() };
    let was = std::mem::take(&mut card.stage);
    if card.is_typing() {
        return match action {
            Some(Action::Submit) => {
                card.take();
                ask(state)
            }
            Some(Action::OtherSpeaker) => {
                card.take();
                card.cursor.act(Action::Down, card.fields.len(), 1);
                card.begin();
                ask(state)
            }
            Some(Action::Discard) => {
                card.typing = None;
                ask(state)
            }
            _ => {
                let changed = card.typing.as_mut().is_some_and(|line| line.edit(key));
                if changed { ask(state) } else { Vec::new() }
            }
        };
    }
    match action {
        Some(Action::Submit) => {
            card.begin();
            Vec::new()
        }
        Some(Action::Save) if card.changes().is_empty() => {
            state.overlay = None;
            Vec::new()
        }
        Some(Action::Save) => save_card(state),
        Some(Action::Discard) if was == Stage::Leaving || card.changes().is_empty() => {
            state.overlay = None;
            Vec::new()
        }
        Some(Action::Discard) => {
            card.stage = if was == Stage::Typing { Stage::Leaving } else { Stage::Typing };
            Vec::new()
        }
        Some(action) => {
            card.cursor.act(action, card.fields.len(), 8);
            Vec::new()
        }
        None => Vec::new(),
    }
}

fn save_card(state: &mut State) -> Vec<Effect> {
    if let Some(why) = refusal(state) {
        if let Some(Overlay::Card(card)) = &mut state.overlay {
            card.answer = Answer::Told(Err(why));
        }
        return Vec::new();
    }
    let Some(Overlay::Card(card)) = &mut state.overlay else { return Vec::new() };
    let (ticket, command) = state.shared.edits.new_edit(&card.of, Edit::Changes(card.changes()), card.done());
    card.stage = Stage::Saving(ticket);
    vec![Effect::Send(command)]
}

/// A key of a choice: a number chooses at once.
pub fn on_pick_key(state: &mut State, action: Option<Action>, key: Key) -> Vec<Effect> {
    let Some(Overlay::Pick(pick)) = &mut state.overlay else { return Vec::new() };
    let number = key.letter().and_then(|letter| letter.to_digit(10)).map(|digit| digit as usize);
    let chosen = match (number, action) {
        (Some(number @ 1..), _) => Some(number - 1).filter(|choice| *choice < pick.options.len()),
        (_, Some(Action::Submit)) => Some(pick.cursor.selected),
        (_, Some(Action::Discard)) => {
            state.overlay = None;
            return Vec::new();
        }
        (_, Some(action)) => {
            pick.cursor.act(action, pick.options.len(), 8);
            None
        }
        _ => None,
    };
    let Some(choice) = chosen else { return Vec::new() };
    if let Some(order) = pick.others(choice).cloned() {
        state.overlay = None;
        return writing::others(state, order);
    }
    let (of, changes, done) = (pick.of.clone(), pick.changes(choice), pick.done(choice));
    state.overlay = None;
    change(state, &of, changes, done)
}

/// Asks what the changes so far would have made again.
fn ask(state: &mut State) -> Vec<Effect> {
    let ticket = state.shared.edits.ticket();
    let (of, changes, answer) = match &mut state.overlay {
        Some(Overlay::Line(edit)) => (&edit.of, edit.changes(), &mut edit.answer),
        Some(Overlay::Card(card)) => (&card.of, with_typed(card), &mut card.answer),
        _ => return Vec::new(),
    };
    if changes.is_empty() {
        *answer = Answer::None;
        return Vec::new();
    }
    let question = what_if(of, ticket, changes);
    // What was told of the text before stands until the new answer comes: words that flicker cannot be read.
    if !matches!(answer, Answer::Told(Ok(_))) {
        *answer = Answer::Asked(ticket);
    }
    vec![Effect::WhatIf(question)]
}

/// The changes of a card with what is being typed.
fn with_typed(card: &Card) -> Vec<Change> {
    let mut card = card.clone();
    card.take();
    card.changes()
}

/// The answer to a question: of the newest one it is shown.
pub fn answered(state: &mut State, ticket: u64, told: Result<Remakes, String>) {
    let newest = state.shared.edits.newest();
    let answer = match &mut state.overlay {
        Some(Overlay::Line(edit)) => &mut edit.answer,
        Some(Overlay::Card(card)) => &mut card.answer,
        _ => return,
    };
    if ticket == newest && *answer != Answer::None {
        *answer = Answer::Told(told);
    }
}

/// What became of an edit: it closes what it came from, or is refused there with all words kept, and what was typed behind it
/// is not taken.
pub fn edited(state: &mut State, edited: &Edited) {
    let told = state.shared.edits.answered(edited, state.shared.now);
    let is_this = |stage: Stage| stage == Stage::Saving(edited.ticket);
    let open = match &mut state.overlay {
        Some(Overlay::Line(edit)) if is_this(edit.stage) => Some((&mut edit.stage, &mut edit.answer)),
        Some(Overlay::Card(card)) if is_this(card.stage) => Some((&mut card.stage, &mut card.answer)),
        _ => None,
    };
    match (open, &edited.outcome) {
        (Some(_), Ok(_)) => state.overlay = None,
        (Some((stage, answer)), Err(why)) => {
            *stage = Stage::Typing;
            *answer = Answer::Told(Err(why.clone()));
            state.typed_ahead.clear();
            return;
        }
        (None, _) => {}
    }
    if let Some((level, text)) = told {
        state.shared.tell(level, format!("{}: {text}", edited.campaign));
    }
}

/// What stands below the text: a fault, the price, or how to leave.
pub fn words(answer: &Answer, stage: Stage) -> (Level, String) {
    match (stage, answer) {
        (Stage::Saving(_), _) => (Level::Info, "saving …".to_owned()),
        (Stage::Leaving, _) => (Level::Warning, "Not saved yet: once more leaves it.".to_owned()),
        (Stage::Typing, Answer::None | Answer::Asked(_)) => (Level::Info, String::new()),
        (Stage::Typing, Answer::Told(Err(why))) => (Level::Warning, why.clone()),
        (Stage::Typing, Answer::Told(Ok(remakes))) => (Level::Info, crate::tui::money::remakes(remakes)),
    }
}
