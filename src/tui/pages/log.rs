//! What happened so far, newest first.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::text::{Line, Span};

use crate::domain::Display;
use crate::engine::Level;
use crate::tui::input::action::Action;
use crate::tui::input::keymap::Section;
use crate::tui::model::message::{Effect, Request};
use crate::tui::model::overlay::Purpose;
use crate::tui::model::page::{Page, Sight};
use crate::tui::model::query::Query;
use crate::tui::model::shared::{LogLine, Shared};
use crate::tui::widgets::frame::Scroll;
use crate::tui::widgets::{Cursor, frame};
use crate::tui::{layout, text};

#[derive(Debug, Default)]
pub struct LogPage {
    cursor: Cursor,
    query: Query,
    /// The lines that the filter lets through, by their number; the newest is 0.
    visible: Vec<usize>,
}

impl LogPage {
    fn line<'a>(&self, row: usize, shared: &'a Shared) -> Option<&'a LogLine> {
        shared.log.newest(*self.visible.get(row)?)
    }
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
        [Action::Filter, Action::Back].into_iter().chain(path).chain([Action::Help]).collect()
    }

    fn act(&mut self, action: Action, shared: &Shared) -> Option<Vec<Request>> {
        let height = usize::from(layout::parts(shared.size).body.height.saturating_sub(2));
        if self.cursor.act(action, self.visible.len(), height) {
            return Some(Vec::new());
        }
        match (action, &shared.log_file) {
            (Action::Filter, _) => Some(vec![Request::Input(Purpose::Filter)]),
            (Action::Back, _) if !self.query.is_empty() => {
                self.filter("", shared);
                Some(Vec::new())
            }
            (Action::CopyPath, Some(path)) => Some(vec![
                Request::Effect(Effect::Copy(path.to_string_lossy().into_owned())),
                Request::Tell(Level::Info, "Copied the path of the log file.".to_owned()),
            ]),
            (Action::CopyPath, None) => Some(Request::tell(Level::Info, "No log file is written.")),
            _ => None,
        }
    }

    fn go_to(&mut self, number: usize, _shared: &Shared) -> Vec<Request> {
        self.cursor.go_to(number, self.visible.len());
        Vec::new()
    }

    fn filter(&mut self, text: &str, shared: &Shared) {
        self.query = Query::of(text);
        self.cursor = Cursor::default();
        self.settle(shared);
    }

    fn filter_text(&self) -> Option<&str> {
        Some(self.query.typed())
    }

    fn settle(&mut self, shared: &Shared) {
        let height = usize::from(layout::parts(shared.size).body.height.saturating_sub(2));
        let cells = cells(layout::parts(shared.size).body.width.saturating_sub(2));
        self.visible = self.query.find(Vec::is_empty, |query| {
            let lines = (0..shared.log.len()).filter_map(|number| Some((number, shared.log.newest(number)?)));
            lines.filter(|(_, line)| query.is_said([line.text.as_str()])).map(|(number, _)| number).collect()
        });
        let heights = self.visible.iter().filter_map(|&number| shared.log.newest(number));
        self.cursor.settle_tall(heights.map(|line| wrapped(line, cells).len()), height);
    }

    fn click(&mut self, at: Position, body: Rect, shared: &Shared) -> Vec<Request> {
        let cells = cells(body.width.saturating_sub(2));
        let heights = self.visible.iter().filter_map(|&number| shared.log.newest(number));
        self.cursor.select_line(heights.map(|line| wrapped(line, cells).len()), frame::row_inside(at, body));
        Vec::new()
    }

    fn render(&self, body: Rect, sight: &Sight, buffer: &mut Buffer) {
        let shared = sight.shared;
        let theme = &shared.theme;
        let file = shared.log_file.as_deref().map(text::path).unwrap_or_default();
        let room = usize::from(body.width).saturating_sub(30);
        let note = if self.query.is_empty() { text::clip_start(file.as_str(), room) } else { self.query.told("only") };
        let inner = frame::boxed(body, buffer, theme, "What happened, newest first", &note);
        if self.visible.is_empty() {
            let words = if self.query.is_empty() { "nothing yet" } else { "nothing found" };
            let line = Line::from(Span::styled(words, theme.dim));
            return frame::put_centred(buffer, inner, &[line]);
        }
        let cells = cells(inner.width);
        let mut number_of_row = Vec::new();
        let lines = (0..self.visible.len()).filter_map(|row| Some((row, self.line(row, shared)?)));
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
        let position = format!("{}/{}", self.cursor.selected + 1, self.visible.len());
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
