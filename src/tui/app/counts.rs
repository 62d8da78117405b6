//! What a number before a key means: `5j` repeats a step, `12 enter` goes to a line. Pure.

use crossterm::event::KeyCode;

use crate::tui::input::action::Action;
use crate::tui::input::keymap::Key;

/// Steps that a count can ask for at most.
pub(super) const MOST_STEPS: usize = 9_999;

pub(super) fn digit_of(key: Key) -> Option<usize> {
    match key.code {
        KeyCode::Char(c) if key.modifiers.is_empty() && key.first.is_none() => {
            c.to_digit(10).map(|digit| digit as usize)
        }
        _ => None,
    }
}

/// Whether a number before the key is that of the line to go to: `12 enter`, and the keys that go to an end.
pub(super) fn goes(action: Option<Action>, key: Key) -> bool {
    let is_doubled = key.first.is_some_and(|first| action.is_none() && key.code == KeyCode::Char(first));
    is_doubled
        || key == Key::plain(KeyCode::Enter)
        || matches!(action, Some(Action::First | Action::Last | Action::Final))
}

/// Whether a count before the action repeats it.
pub(super) fn moves(action: Action) -> bool {
    matches!(
        action,
        Action::Up
            | Action::Down
            | Action::PageUp
            | Action::PageDown
            | Action::HalfPageUp
            | Action::HalfPageDown
            | Action::NextTrouble
            | Action::PreviousTrouble
            | Action::ScrollUp
            | Action::ScrollDown
            | Action::MoveUp
            | Action::MoveDown
            | Action::Raise
            | Action::Lower
            | Action::Undo
            | Action::Redo
    )
}

/// Whether the action selects another line.
pub(super) fn selects(action: Action) -> bool {
    matches!(action, Action::First | Action::Last)
        || moves(action)
            && !matches!(
                action,
                Action::MoveUp | Action::MoveDown | Action::Raise | Action::Lower | Action::Undo | Action::Redo
            )
}
