//! What was spent: a line for each day, campaign and provider, newest first, with the sum of all above them and the
//! budgets above that. Each column adds up to its sum as it is read.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::domain::money::{NOTHING, column};
use crate::domain::{Display, MicroDollars};
use crate::engine::{Amounts, Spend, SpendLine};
use crate::tui::input::action::Action;
use crate::tui::input::keymap::Section;
use crate::tui::model::message::Request;
use crate::tui::model::page::{Page, Sight};
use crate::tui::model::shared::Shared;
use crate::tui::theme::Theme;
use crate::tui::widgets::frame::Scroll;
use crate::tui::widgets::{Cursor, frame};
use crate::tui::{layout, money, text};

#[derive(Debug, Default)]
pub struct LedgerPage {
    cursor: Cursor,
}

/// Cells of an amount.
const AMOUNT: u16 = 16;
/// The budgets, heads, the sum, and a gap.
const ABOVE: u16 = 4;

fn height(shared: &Shared) -> usize {
    usize::from(layout::parts(shared.size).body.height.saturating_sub(2 + ABOVE))
}

impl Page for LedgerPage {
    fn section(&self) -> Section {
        Section::Ledger
    }

    fn title(&self, _shared: &Shared) -> String {
        "what was spent".to_owned()
    }

    fn footer(&self, _shared: &Shared) -> Vec<Action> {
        vec![Action::Unknowns, Action::Back, Action::Help]
    }

    fn act(&mut self, action: Action, shared: &Shared) -> Option<Vec<Request>> {
        self.cursor.act(action, shared.facts.ledger().spend.lines.len(), height(shared)).then(Vec::new)
    }

    fn go_to(&mut self, number: usize, shared: &Shared) -> Vec<Request> {
        self.cursor.go_to(number, shared.facts.ledger().spend.lines.len());
        Vec::new()
    }

    fn settle(&mut self, shared: &Shared) {
        let lines = shared.facts.ledger().spend.lines.len();
        self.cursor.settle(lines, lines, height(shared), |item| item);
    }

    fn render(&self, body: Rect, sight: &Sight, buffer: &mut Buffer) {
        let (spend, theme) = (&sight.shared.facts.ledger().spend, &sight.shared.theme);
        if spend.lines.is_empty() {
            let line = Line::from(Span::styled("nothing was spent: drafts are free", theme.dim));
            return frame::put_centred(buffer, body, &[line]);
        }
        let inner = frame::boxed(body, buffer, theme, "Spent, newest first", "days are those of UTC");
        let columns: Vec<Column> = COLUMNS.iter().map(|column| Column::of(column, spend)).collect();
        let mut rows = inner.rows();
        if let Some(row) = rows.next() {
            let budgets = money::line(sight.shared.facts.budgets(), true);
            frame::put(buffer, row.x + 2, row.y, row.width.saturating_sub(2), &budgets, theme.dim);
        }
        if let Some(row) = rows.next() {
            let heads = places(row).zip(&COLUMNS);
            heads.for_each(|(x, (head, ..))| frame::put_right(buffer, x, row.y, AMOUNT, head, theme.dim));
        }
        if let Some(row) = rows.next() {
            frame::put(buffer, row.x + 2, row.y, row.width, "all", theme.title);
            columns.iter().zip(places(row)).for_each(|(column, x)| column.render(&column.sum, x, row, theme, buffer));
        }
        let lines = spend.lines.iter().enumerate().rev().skip(self.cursor.offset);
        for ((row, (number, line)), position) in rows.skip(1).zip(lines).zip(self.cursor.offset..) {
            render_line(line, row, buffer);
            columns.iter().zip(places(row)).for_each(|(column, x)| {
                column.render(&column.rows[number], x, row, theme, buffer);
            });
            if position == self.cursor.selected {
                frame::select(buffer, row, theme);
            }
        }
        let position = format!("{}/{}", self.cursor.selected + 1, spend.lines.len());
        let rows = usize::from(inner.height.saturating_sub(ABOVE));
        frame::scrolled(
            body,
            buffer,
            theme,
            &position,
            Scroll { offset: self.cursor.offset, rows, lines: spend.lines.len() },
        );
    }
}

/// A head, the amount below it, and how it looks.
type Kind = (&'static str, fn(&Amounts) -> MicroDollars, fn(&Theme) -> Style);

/// From left to right; as many as there is room for.
const COLUMNS: [Kind; 4] = [
    ("paid", |amounts| amounts.paid, |_| Style::default()),
    ("maybe billed", |amounts| amounts.unknown, |theme| theme.bad.into()),
    ("in flight", |amounts| amounts.reserved, |_| Style::default()),
    ("saved by cache", |amounts| amounts.saved_by_cache, |theme| theme.good.into()),
];

/// The amounts of one column as they are read.
struct Column {
    rows: Vec<String>,
    sum: String,
    style: fn(&Theme) -> Style,
}

impl Column {
    fn of(&(_, amount, style): &Kind, spend: &Spend) -> Self {
        let amounts: Vec<MicroDollars> = spend.lines.iter().map(|line| amount(&line.amounts)).collect();
        let (rows, sum) = column(&amounts);
        Self { rows, sum, style }
    }

    fn render(&self, amount: &str, x: u16, row: Rect, theme: &Theme, buffer: &mut Buffer) {
        let style = if amount == NOTHING { theme.dim.into() } else { (self.style)(theme) };
        frame::put_right(buffer, x, row.y, AMOUNT, amount, style);
    }
}

/// Where the amounts begin, from left to right: as many columns as there is room for.
fn places(row: Rect) -> impl Iterator<Item = u16> {
    let shown = (row.width.saturating_sub(24) / AMOUNT).clamp(1, COLUMNS.len() as u16);
    let left = row.right().saturating_sub(1 + shown * AMOUNT);
    (0..shown).map(move |column| left + column * AMOUNT)
}

fn render_line(line: &SpendLine, row: Rect, buffer: &mut Buffer) {
    let room = places(row).next().unwrap_or_default().saturating_sub(row.x + 3);
    let text = format!("{}  {} · {}", line.day, line.campaign, line.provider).display();
    frame::put(buffer, row.x + 2, row.y, room, &text::clip(text.as_str(), usize::from(room)), Style::default());
}
