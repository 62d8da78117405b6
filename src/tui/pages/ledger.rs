//! What was spent: a line for each day, campaign and provider, newest first, with the sum of all above them.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::super::keymap::Section;
use super::super::message::Request;
use super::super::state::Shared;
use super::super::theme::Theme;
use super::super::widgets::{Cursor, frame};
use super::super::{Action, screen, words};
use super::{Page, Sight};
use crate::domain::{Display, MicroDollars};
use crate::engine::{Amounts, SpendLine};

#[derive(Debug, Default)]
pub struct LedgerPage {
    cursor: Cursor,
}

/// Cells of an amount.
const AMOUNT: u16 = 16;
/// Heads, the sum, and a gap.
const ABOVE: u16 = 3;

fn height(shared: &Shared) -> usize {
    usize::from(screen::parts(shared.size).body.height.saturating_sub(2 + ABOVE))
}

impl Page for LedgerPage {
    fn section(&self) -> Section {
        Section::Ledger
    }

    fn title(&self, _shared: &Shared) -> String {
        "what was spent".to_owned()
    }

    fn footer(&self, _shared: &Shared) -> Vec<Action> {
        vec![Action::Unknowns, Action::Back, Action::Quit, Action::Help]
    }

    fn act(&mut self, action: Action, shared: &Shared) -> Option<Vec<Request>> {
        self.cursor.act(action, shared.facts.ledger.spend.lines.len(), height(shared)).then(Vec::new)
    }

    fn settle(&mut self, shared: &Shared) {
        let lines = shared.facts.ledger.spend.lines.len();
        self.cursor.settle(lines, lines, height(shared), |item| item);
    }

    fn render(&self, body: Rect, sight: &Sight, buffer: &mut Buffer) {
        let (spend, theme) = (&sight.shared.facts.ledger.spend, &sight.shared.theme);
        if spend.lines.is_empty() {
            let line = Line::from(Span::styled("nothing was spent: drafts are free", theme.dim));
            return frame::put_centred(buffer, body, &[line]);
        }
        let inner = frame::boxed(body, buffer, theme, "Spent, newest first", "days are those of UTC");
        let mut rows = inner.rows();
        if let Some(row) = rows.next() {
            let heads = columns(row).zip(["paid", "maybe billed", "saved by cache"]);
            heads.for_each(|(x, head)| frame::put_right(buffer, x, row.y, AMOUNT, head, theme.dim));
        }
        if let Some(row) = rows.next() {
            frame::put(buffer, row.x + 2, row.y, row.width, "all", theme.title);
            amounts(&spend.total(), row, theme, buffer);
        }
        let lines = spend.lines.iter().rev().enumerate().skip(self.cursor.offset);
        for (row, (number, line)) in rows.skip(1).zip(lines) {
            render_line(line, row, theme, buffer);
            if number == self.cursor.selected {
                frame::select(buffer, row, theme);
            }
        }
    }
}

/// Where the amounts begin, from left to right: as many columns as there is room for.
fn columns(row: Rect) -> impl Iterator<Item = u16> {
    let shown = (row.width.saturating_sub(24) / AMOUNT).clamp(1, 3);
    let left = row.right().saturating_sub(1 + shown * AMOUNT);
    (0..shown).map(move |column| left + column * AMOUNT)
}

fn render_line(line: &SpendLine, row: Rect, theme: &Theme, buffer: &mut Buffer) {
    let room = columns(row).next().unwrap_or_default().saturating_sub(row.x + 3);
    let text = format!("{}  {} · {}", line.day, line.campaign, line.provider).display();
    frame::put(buffer, row.x + 2, row.y, room, &words::clip(text.as_str(), usize::from(room)), Style::default());
    amounts(&line.amounts, row, theme, buffer);
}

fn amounts(amounts: &Amounts, row: Rect, theme: &Theme, buffer: &mut Buffer) {
    let Amounts { paid, unknown, saved_by_cache, reserved: _ } = *amounts;
    let styles: [Style; 3] = [Style::default(), theme.bad.into(), theme.good.into()];
    for ((x, amount), style) in columns(row).zip([paid, unknown, saved_by_cache]).zip(styles) {
        let style = if amount.is_zero() { theme.dim.into() } else { style };
        frame::put_right(buffer, x, row.y, AMOUNT, &shown(amount), style);
    }
}

fn shown(amount: MicroDollars) -> String {
    if amount.is_zero() { "–".to_owned() } else { amount.to_string() }
}
