//! What is wrong with one campaign file: every fault with its line, its place and what to do.

use std::path::{Path, PathBuf};

use ratatui::buffer::Buffer;
use ratatui::layout::{Margin, Position, Rect};
use ratatui::text::{Line, Span};

use crate::domain::{Display, Fault};
use crate::tui::input::action::Action;
use crate::tui::input::keymap::Section;
use crate::tui::model::message::{Effect, Request, Spot};
use crate::tui::model::page::{Page, Sight};
use crate::tui::model::shared::Shared;
use crate::tui::theme::Theme;
use crate::tui::widgets::{Cursor, frame};
use crate::tui::{layout, text};

pub struct Faults {
    path: PathBuf,
    cursor: Cursor,
}

/// Lines of one fault: place, message, hint, gap.
const LINES: usize = 4;

impl Faults {
    pub fn of(path: &Path) -> Self {
        Self { path: path.to_owned(), cursor: Cursor::default() }
    }

    fn faults<'a>(&self, shared: &'a Shared) -> &'a [Fault] {
        shared.facts.at_path(&self.path).map_or(&[], |campaign| campaign.entry.faults())
    }
}

impl Page for Faults {
    fn section(&self) -> Section {
        Section::Faults
    }

    fn title(&self, _shared: &Shared) -> String {
        self.path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned())
    }

    fn footer(&self, _shared: &Shared) -> Vec<Action> {
        vec![Action::Edit, Action::Reload, Action::CopyPath, Action::Back, Action::Help]
    }

    fn act(&mut self, action: Action, shared: &Shared) -> Option<Vec<Request>> {
        let faults = self.faults(shared);
        let height = usize::from(layout::parts(shared.size).body.height) / LINES;
        if self.cursor.act(action, faults.len(), height) {
            return Some(Vec::new());
        }
        Some(match action {
            Action::Edit => {
                let line = faults.get(self.cursor.selected).and_then(|fault| fault.line);
                Effect::Edit { path: self.path.clone(), at: line.map_or(Spot::Top, Spot::Line) }.into()
            }
            Action::CopyPath => Effect::Copy(self.path.to_string_lossy().into_owned()).into(),
            _ => return None,
        })
    }

    /// On the selected fault it opens the editor there.
    fn click(&mut self, at: Position, body: Rect, shared: &Shared) -> Vec<Request> {
        let inner = body.inner(Margin::new(1, 1));
        let item = (usize::from(at.y.saturating_sub(inner.y)) + self.cursor.offset) / LINES;
        if !inner.contains(at) || item >= self.faults(shared).len() {
            return Vec::new();
        }
        if item == self.cursor.selected {
            return vec![Request::Act(Action::Edit)];
        }
        self.cursor.selected = item;
        Vec::new()
    }

    fn settle(&mut self, shared: &Shared) {
        let faults = self.faults(shared).len();
        let height = usize::from(layout::parts(shared.size).body.height.saturating_sub(2));
        // The last line of the selected fault decides, so that all of it is seen.
        self.cursor.settle(faults, faults * LINES, height, |item| item * LINES + LINES - 2);
    }

    fn render(&self, body: Rect, sight: &Sight, buffer: &mut Buffer) {
        let shared = sight.shared;
        let theme = &shared.theme;
        let faults = self.faults(shared);
        if faults.is_empty() {
            let line = Line::from(Span::styled("● no faults: this file is right now", theme.good));
            return frame::put_centred(buffer, body, &[line]);
        }
        let note = text::count(faults.len(), "fault");
        let place = text::path(&self.path);
        let room = usize::from(body.width).saturating_sub(text::width(&note) + 12);
        let title = text::clip_start(place.as_str(), room);
        let inner = frame::boxed(body, buffer, theme, &title, &note);
        let first = self.cursor.offset / LINES;
        let skipped = self.cursor.offset % LINES;
        let shown = faults.iter().enumerate().skip(first).take(usize::from(inner.height) / LINES + 2);
        let lines: Vec<Line> = shown
            .flat_map(|(number, fault)| {
                fault_lines(fault, number == self.cursor.selected, usize::from(inner.width), theme)
            })
            .skip(skipped)
            .collect();
        frame::put_lines(buffer, inner, &lines);
    }
}

fn fault_lines<'a>(fault: &Fault, selected: bool, cells: usize, theme: &Theme) -> [Line<'a>; LINES] {
    let room = cells.saturating_sub(3);
    let place = match (fault.line, fault.column) {
        (Some(line), Some(column)) => format!("line {line}, column {column}"),
        (Some(line), None) => format!("line {line}"),
        (None, _) => "the whole file".to_owned(),
    };
    let dot = if fault.place.is_empty() { "" } else { " · " };
    let place = format!("{place}{dot}{}", fault.place).display();
    let hint = fault.hint.as_deref().unwrap_or_default().display();
    [
        Line::from(vec![
            Span::styled(if selected { "▸ " } else { "  " }, theme.accent),
            Span::styled(text::clip(place.as_str(), room), if selected { theme.title } else { theme.dim }),
        ]),
        Line::from(vec![
            Span::styled("  ! ", theme.bad),
            Span::raw(text::clip(fault.message.display().as_str(), room.saturating_sub(2))),
        ]),
        Line::from(Span::styled(format!("    {}", text::clip(hint.as_str(), room.saturating_sub(2))), theme.dim)),
        Line::default(),
    ]
}
