//! The calls that may have been billed: what each was for, its price and its time, and what can be done about it.

use ratatui::buffer::Buffer;
use ratatui::layout::{Constraint, Layout, Margin, Position, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::domain::money::column;
use crate::domain::{Display, MicroDollars};
use crate::engine::{Command, Level, Resolution, UnknownCall};
use crate::tui::input::action::Action;
use crate::tui::input::keymap::Section;
use crate::tui::model::message::{Effect, Request};
use crate::tui::model::overlay::Question;
use crate::tui::model::page::{Page, Sight};
use crate::tui::model::shared::Shared;
use crate::tui::widgets::frame::Scroll;
use crate::tui::widgets::{Cursor, frame};
use crate::tui::{layout, text};

#[derive(Debug, Default)]
pub struct Unknowns {
    cursor: Cursor,
}

/// Most lines below the list: why the selected call is in doubt, and what may be done.
const DETAIL: u16 = 5;

impl Unknowns {
    fn selected<'a>(&self, shared: &'a Shared) -> Option<&'a UnknownCall> {
        shared.facts.ledger().unknown.get(self.cursor.selected)
    }
}

fn parts(body: Rect) -> [Rect; 2] {
    // On a small screen the calls come first: keys act on what can be seen.
    let detail = (body.height / 3).clamp(2, DETAIL);
    Layout::vertical([Constraint::Fill(1), Constraint::Length(detail)]).areas(body)
}

fn height(shared: &Shared) -> usize {
    usize::from(parts(layout::parts(shared.size).body)[0].height.saturating_sub(2))
}

impl Page for Unknowns {
    fn section(&self) -> Section {
        Section::Unknowns
    }

    fn title(&self, _shared: &Shared) -> String {
        "maybe billed".to_owned()
    }

    fn footer(&self, shared: &Shared) -> Vec<Action> {
        let decide = [Action::RetryCall, Action::DropCall, Action::Reconcile];
        let decide = decide.into_iter().filter(|_| !shared.facts.ledger().unknown.is_empty());
        decide.chain([Action::Ledger, Action::Back, Action::Help]).collect()
    }

    fn act(&mut self, action: Action, shared: &Shared) -> Option<Vec<Request>> {
        if self.cursor.act(action, shared.facts.ledger().unknown.len(), height(shared)) {
            return Some(Vec::new());
        }
        let resolution = match action {
            Action::RetryCall => Resolution::Retry,
            Action::DropCall => Resolution::Drop,
            Action::Reconcile if shared.facts.ledger().unknown.is_empty() => return Some(Vec::new()),
            Action::Reconcile => {
                return Some(vec![
                    Request::Effect(Effect::Send(Command::Reconcile)),
                    Request::Tell(Level::Info, "Asking ElevenLabs what it made …".to_owned()),
                ]);
            }
            _ => return None,
        };
        Some(self.selected(shared).map_or_else(Vec::new, |call| vec![Request::Ask(question(call, resolution))]))
    }

    fn go_to(&mut self, number: usize, shared: &Shared) -> Vec<Request> {
        self.cursor.go_to(number, shared.facts.ledger().unknown.len());
        Vec::new()
    }

    fn click(&mut self, at: Position, body: Rect, shared: &Shared) -> Vec<Request> {
        let list = parts(body)[0].inner(Margin::new(1, 1));
        let row = usize::from(at.y.saturating_sub(list.y)) + self.cursor.offset;
        if list.contains(at) && row < shared.facts.ledger().unknown.len() {
            self.cursor.selected = row;
        }
        Vec::new()
    }

    fn settle(&mut self, shared: &Shared) {
        let calls = shared.facts.ledger().unknown.len();
        self.cursor.settle(calls, calls, height(shared), |item| item);
    }

    fn render(&self, body: Rect, sight: &Sight, buffer: &mut Buffer) {
        let shared = sight.shared;
        let (ledger, theme) = (shared.facts.ledger(), &shared.theme);
        if ledger.unknown.is_empty() {
            let line = Line::from(Span::styled("● no call is in doubt", theme.good));
            return frame::put_centred(buffer, body, &[line]);
        }
        let [list, detail] = parts(body);
        let prices: Vec<MicroDollars> = ledger.unknown.iter().map(|call| call.price).collect();
        let (prices, sum) = column(&prices);
        let note = format!("{}, {sum}", text::count(ledger.unknown.len(), "call"));
        let inner = frame::boxed(list, buffer, theme, "Calls that may have been billed", &note);
        for (area, number) in inner.rows().zip(self.cursor.offset..) {
            let Some(call) = ledger.unknown.get(number) else { break };
            let room = area.width;
            frame::put_right(buffer, area.x + 1, area.y, 6.min(room), &call.attempt.to_string(), theme.dim);
            frame::put_right(buffer, area.x + 8, area.y, 8, &prices[number], theme.bad);
            let time = if room >= 64 { 18 } else { 0 };
            if time > 0 {
                let sent: String = call.sent_on.chars().take(16).map(|c| if c == 'T' { ' ' } else { c }).collect();
                frame::put(buffer, area.x + 18, area.y, time - 2, &sent, theme.dim);
            }
            let x = area.x + 18 + time;
            let text = format!("{} · {}", whom(call), call.provider).display();
            frame::put(buffer, x, area.y, area.right().saturating_sub(x + 1), text.as_str(), Style::default());
            if number == self.cursor.selected {
                frame::select(buffer, area, theme);
            }
        }
        let position = format!("{}/{}", self.cursor.selected + 1, ledger.unknown.len());
        let rows = usize::from(inner.height);
        let scroll = Scroll { offset: self.cursor.offset, rows, lines: ledger.unknown.len() };
        frame::scrolled(list, buffer, theme, &position, scroll);
        if let Some(call) = self.selected(shared) {
            let cells = usize::from(detail.width.saturating_sub(4));
            let mut lines: Vec<Line> = text::wrap(call.why.display().as_str(), cells, 2)
                .into_iter()
                .map(|line| Line::from(Span::styled(format!("  {line}"), theme.bad)))
                .collect();
            if let Some(path) = &call.quarantined {
                let path = text::path(path);
                lines.push(Line::from(Span::raw(format!("  its reply: {}", text::clip_start(path.as_str(), cells)))));
            }
            let text = "It counts against every cap and is not sent again by itself.";
            lines.push(Line::from(Span::styled(format!("  {}", text::clip(text, cells)), theme.dim)));
            frame::put_lines(buffer, detail, &lines);
        }
    }
}

/// `naps, scene 3 (Baby 2)`.
fn whom(call: &UnknownCall) -> String {
    match (call.scene, &call.speaker) {
        (Some(scene), Some(speaker)) => format!("{}, scene {} ({speaker})", call.campaign, scene + 1),
        (None, Some(speaker)) => format!("{}, face of {speaker}", call.campaign),
        (_, None) => call.campaign.to_string(),
    }
}

fn question(call: &UnknownCall, resolution: Resolution) -> Question {
    let (title, text) = match resolution {
        Resolution::Retry => (
            format!("Make {} again?", whom(call)),
            format!("It may have been billed already: up to {} may be billed a second time.", call.price),
        ),
        Resolution::Drop => (
            format!("Give {} up?", whom(call)),
            format!("Its {} stays counted. The scene is made again only when you ask for it.", call.price),
        ),
    };
    let then = vec![Effect::Send(Command::Resolve { attempt: call.attempt, resolution })];
    Question { title, text, then, leaves: false }
}
