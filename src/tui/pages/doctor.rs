//! The doctor: everything that the studio needs, how it is and what to do about it, as `babblecast doctor` says it. Looked
//! at beside the loop when the page opens for the first time, and again when asked.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::text::{Line, Span};

use crate::domain::Display;
use crate::engine::Level;
use crate::engine::words::finding::{Finding, State, verdict};
use crate::tui::input::action::Action;
use crate::tui::input::keymap::Section;
use crate::tui::model::message::{Effect, Request};
use crate::tui::model::overlay::Purpose;
use crate::tui::model::page::{Page, Sight};
use crate::tui::model::query::Query;
use crate::tui::model::shared::Shared;
use crate::tui::theme::{Look, Theme};
use crate::tui::widgets::frame::Scroll;
use crate::tui::widgets::{Cursor, frame};
use crate::tui::{layout, text};

#[derive(Debug, Default)]
pub struct DoctorPage {
    cursor: Cursor,
    query: Query,
    /// The findings that the filter lets through, by position.
    visible: Vec<usize>,
}

/// Cells before the words of a finding: its mark and its name.
const INDENT: u16 = 17;

/// Rows that the words of one finding may take, and those of its next step.
const TALLEST: usize = 6;

fn findings(shared: &Shared) -> &[Finding] {
    shared.examination.found.as_ref().map(|(_, found)| found.as_slice()).unwrap_or_default()
}

/// The rows of a finding, with whether they say what to do.
fn rows(finding: &Finding, width: u16) -> Vec<(bool, String)> {
    let cells = usize::from(width.saturating_sub(indent(width) + 1));
    let message = text::wrap(finding.message.display().as_str(), cells, TALLEST);
    let next = finding.next_step.as_deref().map(|next| format!("→ {next}"));
    let next = next.map(|next| text::wrap(next.display().as_str(), cells, TALLEST)).unwrap_or_default();
    message.into_iter().map(|row| (false, row)).chain(next.into_iter().map(|row| (true, row))).collect()
}

/// Where there is little room, the words begin below the name.
fn indent(width: u16) -> u16 {
    if width < 60 { 11 } else { INDENT }
}

fn look_of(state: State, theme: &Theme) -> Look {
    match state {
        State::Ok => theme.good,
        State::Note => theme.dim,
        State::Warning => theme.warning,
        State::Failed => theme.bad,
    }
}

impl DoctorPage {
    fn finding<'a>(&self, item: usize, shared: &'a Shared) -> Option<&'a Finding> {
        findings(shared).get(*self.visible.get(item)?)
    }
}

impl Page for DoctorPage {
    fn section(&self) -> Section {
        Section::Doctor
    }

    fn title(&self, _shared: &Shared) -> String {
        "doctor".to_owned()
    }

    fn footer(&self, _shared: &Shared) -> Vec<Action> {
        vec![Action::Reload, Action::Filter, Action::CopyPath, Action::Back, Action::Log, Action::Help]
    }

    fn label(&self, action: Action, _shared: &Shared) -> Option<String> {
        match action {
            Action::Reload => Some("look again".to_owned()),
            Action::CopyPath => Some("copy".to_owned()),
            _ => None,
        }
    }

    fn act(&mut self, action: Action, shared: &Shared) -> Option<Vec<Request>> {
        let height = usize::from(layout::parts(shared.size).body.height.saturating_sub(2));
        if self.cursor.act(action, self.visible.len(), height) {
            return Some(Vec::new());
        }
        Some(match action {
            Action::Reload => vec![Request::Examine],
            Action::Filter => vec![Request::Input(Purpose::Filter)],
            Action::Back if !self.query.is_empty() => {
                self.filter("", shared);
                Vec::new()
            }
            Action::CopyPath => match self.finding(self.cursor.selected, shared) {
                Some(Finding { name, message, next_step, .. }) => {
                    let next = next_step.as_deref().map(|next| format!(" {next}")).unwrap_or_default();
                    vec![
                        Request::Effect(Effect::Copy(format!("{name}: {message}{next}"))),
                        Request::Tell(Level::Info, "Copied what was found.".to_owned()),
                    ]
                }
                None => Vec::new(),
            },
            _ => return None,
        })
    }

    fn go_to(&mut self, number: usize, _shared: &Shared) -> Vec<Request> {
        self.cursor.go_to(number, self.visible.len());
        Vec::new()
    }

    fn click(&mut self, at: Position, body: Rect, shared: &Shared) -> Vec<Request> {
        let width = body.width.saturating_sub(2);
        let heights = self.visible.iter().filter_map(|&position| findings(shared).get(position));
        self.cursor.select_line(heights.map(|finding| rows(finding, width).len()), frame::row_inside(at, body));
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
        let body = layout::parts(shared.size).body;
        let found = findings(shared);
        self.visible = self.query.find(Vec::is_empty, |query| {
            let is_said = |finding: &Finding| {
                let next = finding.next_step.as_deref().unwrap_or_default();
                query.is_said([finding.name, finding.message.as_str(), next])
            };
            let said = found.iter().enumerate().filter(|(_, finding)| is_said(finding));
            said.map(|(position, _)| position).collect()
        });
        let width = body.width.saturating_sub(2);
        let heights = self.visible.iter().map(|&position| rows(&found[position], width).len());
        self.cursor.settle_tall(heights, usize::from(body.height.saturating_sub(2)));
    }

    fn render(&self, body: Rect, sight: &Sight, buffer: &mut Buffer) {
        let (shared, theme) = (sight.shared, &sight.shared.theme);
        let note = match (&shared.examination.found, shared.examination.is_running) {
            _ if !self.query.is_empty() => self.query.told("only"),
            (_, true) => "◐ looking, this takes seconds at most".to_owned(),
            (Some((at, found)), false) => format!("{} · {at}", verdict(found).trim_end_matches('.')),
            (None, false) => String::new(),
        };
        let inner = frame::boxed(body, buffer, theme, "Doctor", &note);
        if self.visible.is_empty() {
            let words = match &shared.examination.found {
                Some(_) => "nothing found",
                None => "looking at terminal, home, keys, providers and encoder …",
            };
            return frame::put_centred(buffer, inner, &[Line::from(Span::styled(words, theme.dim))]);
        }
        let indent = indent(inner.width);
        let shown = (0..self.visible.len()).filter_map(|item| Some((item, self.finding(item, shared)?)));
        let lines: Vec<_> = shown
            .flat_map(|(item, finding)| {
                let rows = rows(finding, inner.width).into_iter().enumerate();
                rows.map(move |(row, (is_next, text))| (item, (row == 0).then_some(finding), is_next, text))
            })
            .collect();
        let scroll = Scroll { offset: self.cursor.offset, rows: usize::from(inner.height), lines: lines.len() };
        for (area, (item, first, is_next, text)) in inner.rows().zip(lines.into_iter().skip(scroll.offset)) {
            if let Some(finding) = first {
                let look = look_of(finding.state, theme);
                frame::put(buffer, area.x + 2, area.y, 1, &finding.state.symbol().to_string(), look);
                frame::put(buffer, area.x + 4, area.y, indent.saturating_sub(5), finding.name, theme.title);
            }
            let x = area.x + indent;
            let style = if is_next { theme.accent.into() } else { ratatui::style::Style::default() };
            frame::put(buffer, x, area.y, area.right().saturating_sub(x), &text, style);
            if item == self.cursor.selected {
                frame::select(buffer, area, theme);
            }
        }
        let position = format!("{}/{}", self.cursor.selected + 1, self.visible.len());
        frame::scrolled(body, buffer, theme, &position, scroll);
    }
}
