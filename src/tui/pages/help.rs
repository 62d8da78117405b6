//! All keys of the page the user came from, generated from the live keymap.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::tui::input::action::Action;
use crate::tui::input::keymap::{Keymap, Section};
use crate::tui::model::message::Request;
use crate::tui::model::overlay::Purpose;
use crate::tui::model::page::{Page, Sight};
use crate::tui::model::query::Query;
use crate::tui::model::shared::Shared;
use crate::tui::widgets::frame::Scroll;
use crate::tui::widgets::{Cursor, frame};
use crate::tui::{layout, marks, text};

pub struct Help {
    /// Keys, then what they do; without keys it is a heading.
    rows: Vec<(String, String)>,
    query: Query,
    cursor: Cursor,
}

impl Help {
    pub fn of(section: Section, keymap: &Keymap) -> Self {
        let mut rows = Vec::new();
        for (shown, heading) in [(section, "This page"), (Section::Common, "Everywhere")] {
            let actions = keymap.section(shown).map(|(action, _)| (action, keymap.keys(section, action)));
            let actions: Vec<_> = actions.filter(|(_, keys)| !keys.is_empty()).collect();
            if actions.is_empty() {
                continue;
            }
            rows.push((String::new(), heading.to_owned()));
            for (action, keys) in actions {
                let keys: Vec<String> = keys.iter().map(ToString::to_string).collect();
                rows.push((keys.join("  "), action.help().to_owned()));
            }
            rows.push(Default::default());
        }
        rows.push((String::new(), "Numbers".to_owned()));
        if let Some(down) = keymap.keys(section, Action::Down).first() {
            rows.push((format!("12{down}"), "12 lines down; so before every key that moves".to_owned()));
        }
        rows.push(("12enter  12gg  12G".to_owned(), "to line 12".to_owned()));
        rows.push(Default::default());
        rows.push((String::new(), "Marks".to_owned()));
        rows.extend(marks::MEANINGS.map(|(sign, meaning)| (sign.to_owned(), meaning.to_owned())));
        Self { rows, query: Query::default(), cursor: Cursor::default() }
    }

    /// What the filter leaves: of a heading, what stands below it.
    fn shown(&self) -> Vec<&(String, String)> {
        if self.query.wanted.is_nothing() {
            return self.rows.iter().collect();
        }
        found(&self.rows, &self.query)
    }
}

/// The rows that say what is looked for.
fn found<'a>(rows: &'a [(String, String)], query: &Query) -> Vec<&'a (String, String)> {
    rows.iter().filter(|(keys, text)| !keys.is_empty() && query.is_said([text.as_str(), keys.as_str()])).collect()
}

impl Page for Help {
    fn section(&self) -> Section {
        Section::Help
    }

    fn title(&self, _shared: &Shared) -> String {
        "help".to_owned()
    }

    fn footer(&self, _shared: &Shared) -> Vec<Action> {
        vec![Action::Back, Action::Filter, Action::PageDown, Action::Help]
    }

    /// There is nothing to select: moving scrolls.
    fn act(&mut self, action: Action, shared: &Shared) -> Option<Vec<Request>> {
        let height = usize::from(layout::parts(shared.size).body.height.saturating_sub(2));
        match action {
            Action::Filter => return Some(vec![Request::Input(Purpose::Filter)]),
            Action::Back if !self.query.is_empty() => {
                self.filter("", shared);
                return Some(Vec::new());
            }
            _ => {}
        }
        let steps = (self.shown().len() + 1).saturating_sub(height);
        let mut cursor = Cursor { selected: self.cursor.offset, offset: 0 };
        let moved = cursor.act(action, steps, height);
        self.cursor.offset = cursor.selected;
        moved.then(Vec::new)
    }

    fn go_to(&mut self, number: usize, _shared: &Shared) -> Vec<Request> {
        self.cursor.offset = number.saturating_sub(1);
        Vec::new()
    }

    fn filter(&mut self, text: &str, shared: &Shared) {
        self.query = Query::of(text);
        self.query.find(Vec::is_empty, |query| found(&self.rows, query));
        self.cursor = Cursor::default();
        self.settle(shared);
    }

    fn filter_text(&self) -> Option<&str> {
        Some(self.query.typed())
    }

    fn settle(&mut self, shared: &Shared) {
        let height = usize::from(layout::parts(shared.size).body.height.saturating_sub(2));
        self.cursor.offset = self.cursor.offset.min(self.shown().len().saturating_sub(height));
    }

    fn render(&self, body: Rect, sight: &Sight, buffer: &mut Buffer) {
        let theme = &sight.shared.theme;
        let rows = self.shown();
        let end = (self.cursor.offset + usize::from(body.height.saturating_sub(2))).min(rows.len());
        let note = if !self.query.is_empty() {
            self.query.told("only")
        } else if end < rows.len() {
            format!("to line {end} of {}", rows.len())
        } else {
            String::new()
        };
        let inner = frame::boxed(body, buffer, theme, "Keys", &note);
        let column = 18.min(usize::from(inner.width) / 2);
        let lines: Vec<Line> = rows
            .iter()
            .skip(self.cursor.offset)
            .map(|(keys, text)| {
                if keys.is_empty() {
                    return Line::from(Span::styled(format!(" {text}"), theme.title));
                }
                let keys = text::clip(keys, column.saturating_sub(1));
                let pad = column.saturating_sub(text::width(&keys));
                Line::from(vec![
                    Span::raw("  "),
                    Span::styled(keys, theme.accent),
                    Span::raw(" ".repeat(pad)),
                    Span::raw(text::clip(text, usize::from(inner.width).saturating_sub(column + 3))),
                ])
            })
            .collect();
        frame::put_lines(buffer, inner, &lines);
        let scroll = Scroll { offset: self.cursor.offset, rows: usize::from(inner.height), lines: rows.len() };
        frame::scrolled(body, buffer, theme, "", scroll);
    }
}
