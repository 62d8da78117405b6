//! What happened so far, newest first.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::domain::Display;
use crate::engine::Level;
use crate::tui::input::action::Action;
use crate::tui::input::keymap::Section;
use crate::tui::model::message::{Effect, Request};
use crate::tui::model::page::{Page, Sight};
use crate::tui::model::shared::{LogLine, Shared};
use crate::tui::widgets::{Cursor, frame};
use crate::tui::{layout, text};

#[derive(Debug, Default)]
pub struct LogPage {
    cursor: Cursor,
}

impl Page for LogPage {
    fn section(&self) -> Section {
        Section::Log
    }

    fn title(&self, _shared: &Shared) -> String {
        "log".to_owned()
    }

    fn footer(&self, shared: &Shared) -> Vec<Action> {
        let path = shared.log_file.is_some().then_some(Action::CopyPath);
        [Action::Back].into_iter().chain(path).chain([Action::Quit, Action::Help]).collect()
    }

    fn act(&mut self, action: Action, shared: &Shared) -> Option<Vec<Request>> {
        let height = usize::from(layout::parts(shared.size).body.height.saturating_sub(2));
        if self.cursor.act(action, shared.log.len(), height) {
            return Some(Vec::new());
        }
        match (action, &shared.log_file) {
            (Action::CopyPath, Some(path)) => Some(vec![
                Request::Effect(Effect::Copy(path.to_string_lossy().into_owned())),
                Request::Tell(Level::Info, "Copied the path of the log file.".to_owned()),
            ]),
            (Action::CopyPath, None) => Some(Request::tell(Level::Info, "No log file is written.")),
            _ => None,
        }
    }

    fn settle(&mut self, shared: &Shared) {
        let height = usize::from(layout::parts(shared.size).body.height.saturating_sub(2));
        self.cursor.settle(shared.log.len(), shared.log.len(), height, |item| item);
    }

    fn render(&self, body: Rect, sight: &Sight, buffer: &mut Buffer) {
        let shared = sight.shared;
        let theme = &shared.theme;
        let file = shared.log_file.as_deref().map(text::path).unwrap_or_default();
        let room = usize::from(body.width).saturating_sub(30);
        let inner =
            frame::boxed(body, buffer, theme, "What happened, newest first", &text::clip_start(file.as_str(), room));
        if shared.log.is_empty() {
            let line = Line::from(Span::styled("nothing yet", theme.dim));
            return frame::put_centred(buffer, inner, &[line]);
        }
        for (area, number) in inner.rows().zip(self.cursor.offset..) {
            let Some(LogLine { at, level, text }) = shared.log.newest(number) else { break };
            frame::put_right(buffer, area.x, area.y, 8.min(area.width), &text::clock(*at), theme.dim);
            let mark = match level {
                Level::Info => "·",
                Level::Warning | Level::Error => "!",
            };
            frame::put(buffer, area.x + 9, area.y, area.width.saturating_sub(9).min(1), mark, theme.of_level(*level));
            let text = text.display();
            frame::put(
                buffer,
                area.x + 11,
                area.y,
                area.width.saturating_sub(12),
                text.as_str(),
                theme.of_level(*level),
            );
            if number == self.cursor.selected {
                frame::select(buffer, area, theme);
            }
        }
    }
}
