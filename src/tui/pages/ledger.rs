//! Money: what the run and the month have used of their caps, and what was spent by day, campaign, provider and model,
//! down to the single calls. The sums are those of the journal, and each column adds up as it is read.

use std::ops::Range;
use std::sync::Arc;

use ratatui::buffer::Buffer;
use ratatui::layout::{Margin, Position, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use strum::IntoEnumIterator;

use self::sums::{By, Of, Sum};
use crate::domain::money::{NOTHING, column};
use crate::domain::{Display, MicroDollars};
use crate::engine::words::quote::of_cap;
use crate::engine::{Amounts, Budget, Call, Calls, Ledger, Level};
use crate::tui::input::action::Action;
use crate::tui::input::keymap::Section;
use crate::tui::model::message::{Effect, Request};
use crate::tui::model::overlay::Purpose;
use crate::tui::model::page::{Page, Sight};
use crate::tui::model::query::Query;
use crate::tui::model::shared::Shared;
use crate::tui::theme::Theme;
use crate::tui::widgets::frame::Scroll;
use crate::tui::widgets::{Cursor, bar, frame};
use crate::tui::{layout, money, text};

mod calls;
mod sums;

#[derive(Debug, Default)]
pub struct LedgerPage {
    by: By,
    /// What was opened, and the line to come back to.
    opened: Option<(Of, Cursor)>,
    query: Query,
    cursor: Cursor,
    /// The sums that the filter lets through; none while calls are shown.
    sums: Vec<Sum>,
    /// The calls that it lets through, as positions.
    calls: Vec<usize>,
    /// What those add up to.
    of_calls: Amounts,
    seen: Option<Seen>,
}

/// What the lines were made of.
#[derive(Debug)]
struct Seen {
    ledger: Arc<Ledger>,
    calls: Option<Arc<Calls>>,
}

impl Seen {
    fn is_of(&self, shared: &Shared) -> bool {
        let is_same_calls = match (&self.calls, shared.facts.calls()) {
            (Some(seen), Some(now)) => Arc::ptr_eq(seen, now),
            (None, None) => true,
            _ => false,
        };
        is_same_calls && Arc::ptr_eq(&self.ledger, shared.facts.ledger())
    }
}

/// Cells of an amount.
const AMOUNT: u16 = 16;
/// Cells of the bar of a cap, and of the share of a row.
const BAR: u16 = 24;
const SHARE: u16 = 10;
/// Lower pages say the caps in one row, and leave heads and details out.
const LOW: u16 = 16;
/// Narrower ones name only the way that is chosen.
const NARROW: u16 = 48;

fn is_low(body: Rect) -> bool {
    body.height < LOW
}

/// Rows between the box and the lines: the two caps, a gap, the ways to sum up, heads and the sum.
fn above(body: Rect) -> u16 {
    if is_low(body) { 3 } else { 6 }
}

/// Rows for the selected call in full.
fn below(body: Rect) -> u16 {
    u16::from(!is_low(body))
}

fn height(shared: &Shared) -> usize {
    let body = layout::parts(shared.size).body;
    usize::from(body.height.saturating_sub(2 + above(body) + below(body)))
}

impl LedgerPage {
    fn shows_calls(&self) -> bool {
        self.by == By::Call || self.opened.is_some()
    }

    fn lines(&self) -> usize {
        if self.shows_calls() { self.calls.len() } else { self.sums.len() }
    }

    fn call<'a>(&self, line: usize, shared: &'a Shared) -> Option<&'a Call> {
        shared.facts.calls()?.calls.get(*self.calls.get(line)?)
    }

    fn find_lines(&mut self, shared: &Shared) {
        let (ledger, calls) = (shared.facts.ledger(), shared.facts.calls());
        let sums = sums::sums(self.by, &ledger.spend, calls.map(|calls| &**calls));
        let find_sums = |query: &Query| -> Vec<Sum> {
            sums.iter().filter(|sum| query.is_said([sum.of.name().as_str()])).cloned().collect()
        };
        let opened = self.opened.as_ref();
        let is_wanted = |call: &Call, query: &Query| {
            let is_of_it = opened.is_none_or(|(of, _)| of.has(call));
            let (what, provider) = (calls::what_for(call), call.provider.to_string());
            let words = [call.campaign.as_str(), &what, &provider, call.state.name()];
            let ids = [call.model.as_deref().unwrap_or_default(), call.request_id.as_deref().unwrap_or_default()];
            is_of_it && query.is_said(words.into_iter().chain(ids))
        };
        let calls = calls.map(|calls| calls.calls.as_slice()).unwrap_or_default();
        let find_calls = |query: &Query| -> Vec<usize> {
            let found = calls.iter().enumerate().filter(|(_, call)| is_wanted(call, query));
            found.map(|(position, _)| position).collect()
        };
        // The list that is shown decides how the words are looked for.
        (self.sums, self.calls) = if self.shows_calls() {
            let calls = self.query.find(Vec::is_empty, find_calls);
            (find_sums(&self.query), calls)
        } else {
            let sums = self.query.find(Vec::is_empty, find_sums);
            (sums, find_calls(&self.query))
        };
        let mut of_calls = Amounts::default();
        let shown = (0..self.calls.len()).filter_map(|line| self.call(line, shared));
        shown.for_each(|call| of_calls += sums::amounts_of(call));
        self.of_calls = of_calls;
        self.seen = Some(Seen { ledger: ledger.clone(), calls: shared.facts.calls().cloned() });
    }

    fn show(&mut self, by: By, opened: Option<(Of, Cursor)>, cursor: Cursor, shared: &Shared) -> Vec<Request> {
        (self.by, self.opened, self.cursor) = (by, opened, cursor);
        self.find_lines(shared);
        Vec::new()
    }
}

impl Page for LedgerPage {
    fn section(&self) -> Section {
        Section::Ledger
    }

    fn title(&self, _shared: &Shared) -> String {
        match &self.opened {
            Some((of, _)) => format!("money · {}", of.name()),
            None => "what was spent".to_owned(),
        }
    }

    fn footer(&self, _shared: &Shared) -> Vec<Action> {
        let open = (!self.shows_calls()).then_some(Action::Open);
        let usual = [Action::Group, Action::Filter, Action::Unknowns, Action::Back, Action::Help];
        open.into_iter().chain(usual).collect()
    }

    fn label(&self, action: Action, _shared: &Shared) -> Option<String> {
        match action {
            Action::Open => Some("calls".to_owned()),
            Action::Group => Some(format!("by {}", self.by.next().name())),
            _ => None,
        }
    }

    fn act(&mut self, action: Action, shared: &Shared) -> Option<Vec<Request>> {
        if self.cursor.act(action, self.lines(), height(shared)) {
            return Some(Vec::new());
        }
        Some(match action {
            Action::Group => self.show(self.by.next(), None, Cursor::default(), shared),
            Action::Filter => vec![Request::Input(Purpose::Filter)],
            Action::Open if !self.shows_calls() => {
                let of = self.sums.get(self.cursor.selected).map(|sum| sum.of.clone());
                match of {
                    Some(Of::Rest) => Request::tell(Level::Info, "Of these no single call is told."),
                    Some(of) => self.show(self.by, Some((of, self.cursor)), Cursor::default(), shared),
                    None => Vec::new(),
                }
            }
            Action::Open => Vec::new(),
            Action::Back if !self.query.is_empty() => {
                self.filter("", shared);
                Vec::new()
            }
            Action::Back if self.opened.is_some() => {
                let cursor = self.opened.take().map(|(_, cursor)| cursor).unwrap_or_default();
                self.show(self.by, None, cursor, shared)
            }
            Action::CopyPath => {
                match self.call(self.cursor.selected, shared).and_then(|call| call.request_id.clone()) {
                    Some(id) if self.shows_calls() => Effect::Copy(id).into(),
                    _ => Request::tell(Level::Info, "The provider gave no id here."),
                }
            }
            _ => return None,
        })
    }

    fn go_to(&mut self, number: usize, _shared: &Shared) -> Vec<Request> {
        self.cursor.go_to(number, self.lines());
        Vec::new()
    }

    fn click(&mut self, at: Position, body: Rect, shared: &Shared) -> Vec<Request> {
        let inner = body.inner(Margin::new(1, 1));
        let Some(row) = at.y.checked_sub(inner.y).filter(|_| inner.contains(at)) else { return Vec::new() };
        let ways = if is_low(body) { 1 } else { 3 };
        if row == ways {
            let way = self.ways(inner).find(|(_, place)| place.contains(&at.x));
            return way.map_or_else(Vec::new, |(by, _)| self.show(by, None, Cursor::default(), shared));
        }
        let line = row.checked_sub(above(body)).map(|row| usize::from(row) + self.cursor.offset);
        match line.filter(|line| *line < self.lines() && usize::from(row - above(body)) < height(shared)) {
            Some(line) if line == self.cursor.selected => vec![Request::Act(Action::Open)],
            Some(line) => {
                self.cursor.selected = line;
                Vec::new()
            }
            None => Vec::new(),
        }
    }

    fn filter(&mut self, text: &str, shared: &Shared) {
        self.query = Query::of(text);
        self.cursor = Cursor::default();
        self.find_lines(shared);
    }

    fn filter_text(&self) -> Option<&str> {
        Some(self.query.typed())
    }

    fn settle(&mut self, shared: &Shared) {
        if !self.seen.as_ref().is_some_and(|seen| seen.is_of(shared)) {
            self.find_lines(shared);
        }
        let lines = self.lines();
        self.cursor.settle(lines, lines, height(shared), |item| item);
    }

    fn render(&self, body: Rect, sight: &Sight, buffer: &mut Buffer) {
        let (shared, theme) = (sight.shared, &sight.shared.theme);
        let note = if self.query.is_empty() { "days are those of UTC".to_owned() } else { self.query.told("only") };
        let inner = frame::boxed(body, buffer, theme, "Money", &note);
        let below = below(body).min(inner.height);
        let below = Rect { y: inner.bottom() - below, height: below, ..inner };
        let mut rows = inner.rows().filter(|row| row.y < below.y);
        let budgets = shared.facts.budgets();
        if is_low(body) {
            let row = rows.next().unwrap_or_default();
            let words = money::line(budgets, true);
            frame::put(buffer, row.x + 2, row.y, row.width.saturating_sub(3), &words, theme.dim);
        } else {
            let run_cap = Budget { used: MicroDollars::ZERO, cap: budgets.run_cap };
            for (name, budget) in [("run", budgets.run.unwrap_or(run_cap)), ("month", budgets.month)] {
                rows.next().into_iter().for_each(|row| render_cap(name, &budget, row, theme, buffer));
            }
            rows.next();
        }
        if let Some(row) = rows.next() {
            self.render_ways(row, theme, buffer);
        }
        let head = if is_low(body) { None } else { rows.next() };
        let rows: Vec<Rect> = rows.collect();
        if self.lines() == 0 {
            let words = match (self.query.is_empty(), self.shows_calls() && shared.facts.calls().is_none()) {
                (_, true) => "reading the calls …",
                (true, false) => "nothing was spent: drafts are free",
                (false, false) => "nothing is found",
            };
            let room = Rect { y: inner.y + 3, height: inner.height.saturating_sub(3), ..inner };
            frame::put_centred(buffer, room, &[Line::from(Span::styled(words, theme.dim))]);
            return;
        }
        if self.shows_calls() {
            self.render_calls(head, &rows, shared, buffer);
        } else {
            self.render_sums(head, &rows, theme, buffer);
            // What is left of the page tells the newest calls.
            let rest = rows.get(self.sums.len() + 2..).unwrap_or_default();
            if let [heading, head, rest @ ..] = rest
                && !rest.is_empty()
                && !self.calls.is_empty()
            {
                frame::put(buffer, heading.x + 2, heading.y, heading.width, "newest calls", theme.title);
                calls::head(*head, shared, buffer);
                for (row, line) in rest.iter().zip(0..self.calls.len()) {
                    self.call(line, shared).into_iter().for_each(|call| calls::render(call, *row, shared, buffer));
                }
            }
        }
        let call = self.call(self.cursor.selected, shared).filter(|_| self.shows_calls());
        let older = shared.facts.calls().map_or(0, |calls| calls.older);
        let words = match call {
            Some(call) => calls::details(call),
            None if older > 0 => format!("{older} older calls are not told one by one"),
            None => String::new(),
        };
        for row in below.rows() {
            frame::put(buffer, row.x + 2, row.y, row.width.saturating_sub(3), words.display().as_str(), theme.dim);
        }
        let position = format!("{}/{}", self.cursor.selected + 1, self.lines());
        let scroll = Scroll { offset: self.cursor.offset, rows: height(shared), lines: self.lines() };
        frame::scrolled(body, buffer, theme, &position, scroll);
    }
}

impl LedgerPage {
    /// `by  day  ▸campaign  provider  model  call`
    fn render_ways(&self, row: Rect, theme: &Theme, buffer: &mut Buffer) {
        frame::put(buffer, row.x + 2, row.y, row.width.saturating_sub(2), "by ", theme.dim);
        for (by, place) in self.ways(row) {
            let (mark, style) = if by == self.by { ("▸", theme.title) } else { (" ", theme.dim) };
            let room = row.right().saturating_sub(place.start + 1);
            frame::put(buffer, place.start, row.y, room, &format!("{mark}{} ", by.name()), style);
        }
    }

    /// The ways to sum up that a row has room for, each with its cells.
    fn ways(&self, row: Rect) -> impl Iterator<Item = (By, Range<u16>)> {
        let shown = self.by;
        let ways = By::iter().filter(move |by| row.width >= NARROW || *by == shown);
        ways.scan(row.x + 5, |x, by| {
            let start = *x;
            *x += by.name().len() as u16 + 2;
            Some((by, start..*x))
        })
    }

    fn render_sums(&self, head: Option<Rect>, rows: &[Rect], theme: &Theme, buffer: &mut Buffer) {
        let amounts: Vec<&Amounts> = self.sums.iter().map(|sum| &sum.amounts).collect();
        let columns: Vec<Column> = COLUMNS.iter().map(|column| Column::of(column, &amounts)).collect();
        let [all, lines @ ..] = rows else { return };
        if let Some(head) = head {
            let heads = places(head).zip(&COLUMNS);
            heads.for_each(|(x, (name, ..))| frame::put_right(buffer, x, head.y, AMOUNT, name, theme.dim));
        }
        let name = if self.query.is_empty() { "all" } else { "all that is shown" };
        frame::put(buffer, all.x + 2, all.y, all.width, name, theme.title);
        columns.iter().zip(places(*all)).for_each(|(column, x)| column.render(&column.sum, x, *all, theme, buffer));
        let most = amounts.iter().map(|amounts| sums::used(amounts)).max().unwrap_or_default();
        let shown = self.sums.iter().enumerate().skip(self.cursor.offset);
        for (row, (number, sum)) in lines.iter().zip(shown) {
            let first = places(*row).next().unwrap_or_default();
            let has_bar = self.by != By::Day && first > row.x + SHARE + 30;
            let end = first.saturating_sub(if has_bar { SHARE + 2 } else { 1 });
            let room = end.saturating_sub(row.x + 2);
            frame::put(buffer, row.x + 2, row.y, room, &sum.of.name(), Style::default());
            if has_bar {
                let place = Rect { x: end + 1, width: SHARE, ..*row };
                let (full, cells) = (bar::filled(sums::used(&sum.amounts), most, SHARE.into()), usize::from(SHARE));
                frame::put(buffer, place.x, place.y, SHARE, &"▰".repeat(full.min(cells)), theme.accent);
            }
            columns.iter().zip(places(*row)).for_each(|(column, x)| {
                column.render(&column.rows[number], x, *row, theme, buffer);
            });
            if number == self.cursor.selected {
                frame::select(buffer, *row, theme);
            }
        }
    }

    fn render_calls(&self, head: Option<Rect>, rows: &[Rect], shared: &Shared, buffer: &mut Buffer) {
        let [all, lines @ ..] = rows else { return };
        if let Some(head) = head {
            calls::head(head, shared, buffer);
        }
        let sum = &self.of_calls;
        let words = format!("{}, {} paid", text::count(self.calls.len(), "call"), sum.paid);
        let doubt = if sum.unknown.is_zero() { String::new() } else { format!(", {} maybe billed", sum.unknown) };
        frame::put(buffer, all.x + 2, all.y, all.width.saturating_sub(3), &(words + &doubt), shared.theme.title);
        for (row, line) in lines.iter().zip(self.cursor.offset..self.calls.len()) {
            let Some(call) = self.call(line, shared) else { continue };
            calls::render(call, *row, shared, buffer);
            if line == self.cursor.selected {
                frame::select(buffer, *row, &shared.theme);
            }
        }
    }
}

/// `month  ▰▰▱▱▱▱▱▱▱▱  $3.10 of $20`
fn render_cap(name: &str, budget: &Budget, row: Rect, theme: &Theme, buffer: &mut Buffer) {
    let x = frame::put(buffer, row.x + 2, row.y, 8, &format!("{name:<6} "), theme.dim);
    let Some(cap) = budget.cap else {
        let words = format!("{} (no cap)", of_cap(budget));
        frame::put(buffer, x, row.y, row.right().saturating_sub(x + 1), &words, Style::default());
        return;
    };
    let style = match budget.used.0 {
        used if used >= cap.0 => theme.bad,
        used if u128::from(used) * 5 >= u128::from(cap.0) * 4 => theme.warning,
        _ => theme.good,
    };
    let cells = BAR.min(row.width / 3);
    let full = bar::filled(budget.used.0, cap.0, usize::from(cells));
    frame::put(buffer, x, row.y, cells, &"▰".repeat(full), style);
    frame::put(buffer, x + full as u16, row.y, cells, &"▱".repeat(usize::from(cells) - full), theme.border);
    let x = x + cells + 2;
    frame::put(buffer, x, row.y, row.right().saturating_sub(x + 1), &of_cap(budget), Style::default());
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
    fn of(&(_, amount, style): &Kind, lines: &[&Amounts]) -> Self {
        let amounts: Vec<MicroDollars> = lines.iter().map(|line| amount(line)).collect();
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
