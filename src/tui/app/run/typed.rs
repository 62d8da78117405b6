//! What keys, mouse and pastes of the terminal mean to the studio.

use crossterm::event::{Event as Input, MouseButton, MouseEvent, MouseEventKind};
use ratatui::layout::Position;

use crate::tui::input::keymap::Key;
use crate::tui::model::message::Msg;

/// The message that an input is; `None` for what means nothing, or is no matter of the pages.
pub(super) fn message_of(input: Input) -> Option<Msg> {
    match input {
        Input::Key(key) if key.is_release() => None,
        Input::Key(key) => Some(Msg::Key(Key::from(key))),
        Input::Paste(text) => Some(Msg::Paste(text)),
        Input::Mouse(mouse) => of_mouse(mouse),
        Input::Resize(..) | Input::FocusGained | Input::FocusLost => None,
    }
}

fn of_mouse(mouse: MouseEvent) -> Option<Msg> {
    match mouse.kind {
        MouseEventKind::Down(MouseButton::Left) => Some(Msg::Click(Position::new(mouse.column, mouse.row))),
        MouseEventKind::ScrollDown => Some(Msg::Wheel { down: true }),
        MouseEventKind::ScrollUp => Some(Msg::Wheel { down: false }),
        _ => None,
    }
}
