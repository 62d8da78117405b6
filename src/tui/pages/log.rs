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
use crate::tui::widgets::frame::Scroll;
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
        [Action::Back].into_iter().chain(path).chain([Action::Help]).collect()
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

    fn go_to(&mut self, number: usize, shared: &Shared) -> Vec<Request> {
        self.cursor.go_to(number, shared.log.len());
        Vec::new()
    }

    fn settle(&mut self, shared: &Shared) {
        let height = usize::from(layout::parts(shared.size).body.height.saturating_sub(2));
        let cells = cells(layout::parts(shared.size).body.width.saturating_sub(2));
        let mut end = 0;
        let ends: Vec<usize> = (0..shared.log.len())
            .filter_map(|number| shared.log.newest(number))
            .map(|line| {
                end += wrapped(line, cells).len();
                end
            })
            .collect();
        // The last row of the selected line decides, so that all of it is seen.
        let last_row = |item: usize| ends.get(item).map_or(0, |end| end.saturating_sub(1));
        self.cursor.settle(shared.log.len(), end, height, last_row);
        // Coming from below, its first row.
        let first_row = self.cursor.selected.checked_sub(1).and_then(|before| ends.get(before)).copied();
        self.cursor.offset = self.cursor.offset.min(first_row.unwrap_or_default());
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
        let cells = cells(inner.width);
        let mut number_of_row = Vec::new();
        let lines = (0..shared.log.len()).filter_map(|number| Some((number, shared.log.newest(number)?)));
        for (number, line) in lines {
            let rows = wrapped(line, cells).into_iter().enumerate();
            number_of_row.extend(rows.map(|(row, text)| (number, (row == 0).then_some(line), line.level, text)));
        }
        let scroll = Scroll { offset: self.cursor.offset, rows: usize::from(inner.height), lines: number_of_row.len() };
        for (area, (number, first, level, text)) in inner.rows().zip(number_of_row.into_iter().skip(scroll.offset)) {
            if let Some(line) = first {
                frame::put_right(buffer, area.x + 1, area.y, 6.min(area.width), &line.at.to_string(), theme.dim);
                let mark = if level == Level::Info { "·" } else { "!" };
                frame::put(
                    buffer,
                    area.x + 8,
                    area.y,
                    area.width.saturating_sub(8).min(1),
                    mark,
                    theme.of_level(level),
                );
            }
            let x = area.x + INDENT;
            frame::put(buffer, x, area.y, area.right().saturating_sub(x), &text, theme.of_level(level));
            if number == self.cursor.selected {
                frame::select(buffer, area, theme);
            }
        }
        let position = format!("{}/{}", self.cursor.selected + 1, shared.log.len());
        frame::scrolled(body, buffer, theme, &position, scroll);
    }
}

/// Cells before the text of a line.
const INDENT: u16 = 10;

/// Rows that a line may take.
const TALLEST: usize = 12;

fn cells(width: u16) -> usize {
    usize::from(width.saturating_sub(INDENT + 1))
}

/// A line of the log on as many rows as it needs.
fn wrapped(line: &LogLine, cells: usize) -> Vec<String> {
    text::wrap(line.text.display().as_str(), cells, TALLEST)
}
