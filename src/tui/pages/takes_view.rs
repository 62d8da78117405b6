//! How the contact sheet looks: a grid of faces, or a row for each voice; two of them side by side with what differs.

use ratatui::buffer::Buffer;
use ratatui::layout::{Constraint, Layout, Position, Rect, Size};
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::takes::{Sheet, TakesPage};
use crate::domain::Display;
use crate::engine::Subject;
use crate::plan::{Billing, Difference, JobState, Role, explain};
use crate::tui::marks::Mark;
use crate::tui::model::page::Sight;
use crate::tui::model::shared::Shared;
use crate::tui::pictures::cache::Ask;
use crate::tui::pictures::waves;
use crate::tui::takes::{self, Candidate};
use crate::tui::text;
use crate::tui::widgets::frame::{self, Scroll};
use crate::tui::widgets::portrait_pane;

/// Heights that a face of the sheet can have, in rows; the largest with which all fit is taken.
const HEIGHTS: [u16; 5] = [27, 18, 13, 9, 6];

/// Rows of words below a face: its name and state, its price and when it was made.
const WORDS: u16 = 2;

/// Scenes that are named by their numbers.
const NAMED: usize = 4;

/// Cells of a take's name in a row.
const NAME: u16 = 16;

/// Where the takes lie: all of one size.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Grid {
    area: Rect,
    cell: Size,
    pub columns: usize,
    /// Rows that are seen.
    pub rows: usize,
}

impl Grid {
    /// The cell of a take; `None` where it is scrolled away.
    fn cell(&self, position: usize, offset: usize) -> Option<Rect> {
        let row = (position / self.columns).checked_sub(offset).filter(|row| *row < self.rows)?;
        let x = self.area.x + (position % self.columns) as u16 * self.cell.width;
        let y = self.area.y + row as u16 * self.cell.height;
        let width = self.cell.width.saturating_sub(1).min(self.area.right().saturating_sub(x));
        Some(Rect { x, y, width, height: self.cell.height.min(self.area.bottom().saturating_sub(y)) })
    }

    /// The take at a place of the screen.
    pub fn at(&self, at: Position, offset: usize) -> Option<usize> {
        if !self.area.contains(at) {
            return None;
        }
        let column = usize::from((at.x - self.area.x) / self.cell.width.max(1));
        let row = usize::from((at.y - self.area.y) / self.cell.height.max(1));
        (column < self.columns).then(|| (row + offset) * self.columns + column)
    }
}

/// The sheet without its box, and the row of details below it.
fn parts(body: Rect) -> [Rect; 2] {
    let inner = Rect {
        x: body.x + 1,
        y: body.y + 1,
        width: body.width.saturating_sub(2),
        height: body.height.saturating_sub(2),
    };
    Layout::vertical([Constraint::Fill(1), Constraint::Length(1)]).areas(inner)
}

pub(super) fn grid(body: Rect, sheet: &Sheet) -> Grid {
    let area = parts(body)[0];
    let count = sheet.candidates.len().max(1);
    let row =
        Grid { area, cell: Size::new(area.width.max(1) + 1, 1), columns: 1, rows: usize::from(area.height).max(1) };
    if !sheet.is_of_faces() {
        return row;
    }
    // A portrait is 2:3 and a cell about 1:2.
    let of = |height: u16| {
        let cell = Size::new(height * 4 / 3 + 2, height + WORDS);
        let (columns, rows) = (usize::from(area.width / cell.width), usize::from(area.height / cell.height));
        Grid { area, cell, columns, rows }
    };
    let grids = HEIGHTS.map(of);
    let holds = |grid: &&Grid| grid.columns * grid.rows >= count;
    let usable = |grid: &&Grid| grid.columns > 0 && grid.rows > 0;
    // Where not all fit, they are as small as one can still tell them apart.
    let small = grids[..4].iter().rev().chain(&grids[4..]).find(usable);
    grids[..4].iter().find(holds).or(small).copied().unwrap_or(row)
}

/// Where the pictures of the takes are drawn that are seen now.
pub(super) fn places(page: &TakesPage, body: Rect, sheet: &Sheet) -> Vec<(usize, Rect)> {
    if let Some(pair) = page.pair(sheet) {
        let [left, right, _] = halves(body, sheet);
        return pair.into_iter().zip([left, right]).map(|(position, half)| (position, above_words(half))).collect();
    }
    let grid = grid(body, sheet);
    let cells =
        (0..sheet.candidates.len()).filter_map(|position| Some((position, grid.cell(position, page.offset())?)));
    cells.map(|(position, cell)| (position, above_words(cell))).filter(|(_, place)| place.height > 1).collect()
}

fn above_words(cell: Rect) -> Rect {
    Rect { height: cell.height.saturating_sub(WORDS), ..cell }
}

fn words_of(cell: Rect) -> Rect {
    let height = cell.height.min(WORDS);
    Rect { y: cell.bottom() - height, height, ..cell }
}

pub(super) fn picture(candidate: &Candidate, room: Size, shared: &Shared) -> Option<Ask> {
    let job = shared.facts.job(candidate.key);
    let made = job.made(Role::Picture).map(|made| Ask::made(made, room));
    made.or_else(|| job.unfinished.clone().map(|picture| Ask::unfinished(picture, room)))
}

pub(super) fn render(page: &TakesPage, body: Rect, sight: &Sight, buffer: &mut Buffer) {
    let (shared, theme) = (sight.shared, &sight.shared.theme);
    let Some(sheet) = page.sheet(shared) else {
        let line = Line::from(Span::styled("This face or line is gone from the campaign.", theme.dim));
        return frame::put_centred(buffer, body, &[line]);
    };
    frame::boxed(body, buffer, theme, &title(&sheet), &note(&sheet));
    if let Some(pair) = page.pair(&sheet) {
        return render_pair(page, pair, &sheet, body, sight, buffer);
    }
    let grid = grid(body, &sheet);
    for (position, candidate) in sheet.candidates.iter().enumerate() {
        let Some(cell) = grid.cell(position, page.offset()) else { continue };
        let is_selected = position == page.selected();
        if sheet.is_of_faces() && cell.height > WORDS {
            render_face(candidate, is_selected, page, &sheet, cell, sight, buffer);
        } else {
            render_row(candidate, is_selected, page, &sheet, cell, shared, buffer);
        }
    }
    if let Some(candidate) = sheet.candidates.get(page.selected()) {
        let row = parts(body)[1];
        let details = details(candidate, &sheet, shared);
        frame::put(buffer, row.x + 1, row.y, row.width.saturating_sub(2), details.display().as_str(), theme.dim);
    }
    let count = sheet.candidates.len();
    let lines = count.div_ceil(grid.columns);
    let scroll = Scroll { offset: page.offset(), rows: grid.rows, lines };
    frame::scrolled(body, buffer, theme, &format!("{}/{count}", page.selected() + 1), scroll);
}

/// `Baby 1 · face · 5 takes · used in scenes 2 4 6 … (9)`
fn title(sheet: &Sheet) -> String {
    let (who, what) = match sheet.subject {
        Subject::Portrait(speaker) => (sheet.loaded.campaign.profile(speaker).speaker.clone(), "face"),
        Subject::Voice(scene) => {
            let line = sheet.loaded.campaign.line(scene);
            let name = line.map(|line| sheet.loaded.campaign.profile(line.speaker).speaker.clone());
            (name.unwrap_or_default(), "voice")
        }
    };
    let scenes = &sheet.job.scenes;
    let numbers: Vec<String> = scenes.iter().take(NAMED).map(|scene| (scene + 1).to_string()).collect();
    let used = match scenes.len() {
        0 => String::new(),
        1 => format!(" · used in scene {}", numbers.join(" ")),
        count if count <= NAMED => format!(" · used in scenes {}", numbers.join(" ")),
        count => format!(" · used in scenes {} … ({count})", numbers.join(" ")),
    };
    format!("{} · {what} · {}{used}", who.display(), text::count(sheet.candidates.len(), "take"))
}

/// `★ 2 · trash 1`
fn note(sheet: &Sheet) -> String {
    let starred = sheet.candidates.iter().filter(|candidate| sheet.is_starred(candidate)).count();
    let parts = [(starred, "★"), (sheet.in_trash, "trash")];
    let parts = parts.into_iter().filter(|(count, _)| *count > 0).map(|(count, word)| format!("{word} {count}"));
    parts.collect::<Vec<_>>().join(" · ")
}

/// `2 ★ in use`, with the mark of what it is not.
fn name_and_state(candidate: &Candidate, page: &TakesPage, sheet: &Sheet, shared: &Shared) -> (String, Style) {
    let theme = &shared.theme;
    let state = shared.facts.state(candidate.key);
    let mark = Mark::of(state, false, theme, shared.spinner());
    let number = candidate.name.strip_prefix("take ").unwrap_or(&candidate.name);
    let mut words = vec![number.to_owned()];
    words.extend(sheet.is_starred(candidate).then(|| "★".to_owned()));
    match state {
        _ if sheet.is_in_use(candidate) => words.push("in use".to_owned()),
        JobState::Made | JobState::Cached => {}
        _ => words.push(mark.text()),
    }
    words.extend((page.compared() == Some(candidate.key)).then(|| "↔".to_owned()));
    let style = if sheet.is_in_use(candidate) { theme.good.into() } else { mark_style(state, mark.style) };
    (words.join(" "), style)
}

fn mark_style(state: &JobState, style: Style) -> Style {
    if state.is_made() { Style::default() } else { style }
}

/// `$0.05 · 28 Nov 20:31`; the price alone where there is no room for both.
fn price_and_time(candidate: &Candidate, sheet: &Sheet, shared: &Shared, cells: u16) -> String {
    let job = shared.facts.job(candidate.key);
    let paid = shared.facts.ledger().paid.get(&candidate.key);
    let price = match (paid, sheet.job.billing) {
        (Some(paid), _) => paid.to_string(),
        (None, Billing::Free) => "free".to_owned(),
        (None, Billing::Metered { .. } | Billing::Words { .. }) if job.state.is_made() => "paid".to_owned(),
        (None, Billing::Metered { .. } | Billing::Words { .. }) => format!("up to {}", sheet.job.price_of_take()),
    };
    let both = job.made_at.map(|made_at| format!("{price} · {}", text::day_and_time(made_at)));
    both.filter(|both| text::width(both) <= usize::from(cells)).unwrap_or(price)
}

fn render_face(
    candidate: &Candidate,
    is_selected: bool,
    page: &TakesPage,
    sheet: &Sheet,
    cell: Rect,
    sight: &Sight,
    buffer: &mut Buffer,
) {
    let (shared, theme) = (sight.shared, &sight.shared.theme);
    let (name, style) = name_and_state(candidate, page, sheet, shared);
    let place = above_words(cell);
    let ask = picture(candidate, place.as_size(), shared);
    let state = shared.facts.state(candidate.key);
    let instead = (format!("{} {}", state.symbol(), state.word()), theme.of_state(state));
    portrait_pane::picture(ask.as_ref(), &instead, place, sight.pictures, theme, shared.spinner(), buffer);
    let words = words_of(cell);
    frame::put(buffer, words.x + 2, words.y, words.width.saturating_sub(2), &name, style);
    let room = words.width.saturating_sub(2);
    let price = price_and_time(candidate, sheet, shared, room);
    frame::put(buffer, words.x + 2, words.y + 1, room, &price, theme.dim);
    if is_selected {
        frame::select(buffer, Rect { height: 1, ..words }, theme);
        buffer.set_style(words, theme.selected);
    }
}

/// A voice, or a face on a screen without room for pictures.
fn render_row(
    candidate: &Candidate,
    is_selected: bool,
    page: &TakesPage,
    sheet: &Sheet,
    row: Rect,
    shared: &Shared,
    buffer: &mut Buffer,
) {
    let theme = &shared.theme;
    let (name, style) = name_and_state(candidate, page, sheet, shared);
    frame::put(buffer, row.x + 2, row.y, NAME, &name, style);
    let sound = shared.facts.job(candidate.key).made(Role::Sound);
    let length = sound.and_then(|sound| sound.output.milliseconds).map(|length| text::milliseconds(u64::from(length)));
    let facts: Vec<String> =
        length.into_iter().chain([price_and_time(candidate, sheet, shared, row.width / 3)]).collect();
    let facts = facts.join(" · ");
    let room = row.width.saturating_sub(NAME + 4);
    let cells = (text::width(&facts) as u16).min(room);
    frame::put_right(buffer, row.right().saturating_sub(cells + 1), row.y, cells, &facts, theme.dim);
    if let Some(bars) = sound.and_then(|sound| shared.waves.get(&sound.output.hash)) {
        let wave = waves::drawn(bars, usize::from(room.saturating_sub(cells + 2)));
        frame::put(buffer, row.x + NAME + 3, row.y, room, &wave, theme.accent);
    }
    if is_selected {
        frame::select(buffer, row, theme);
    }
}

/// What there is to say of the selected take in one row.
fn details(candidate: &Candidate, sheet: &Sheet, shared: &Shared) -> String {
    let job = shared.facts.job(candidate.key);
    if let Some(failure) = job.state.failure() {
        return format!("{}: {failure}", candidate.name);
    }
    let mut facts = vec![candidate.name.clone()];
    facts.extend(candidate.note.as_ref().map(|note| format!("“{note}”")));
    facts.extend(job.made_at.map(text::day_and_time));
    facts.push(text::origin(&sheet.job.request).to_string());
    facts.extend(job.milliseconds.map(|took| format!("took {}", text::milliseconds(took))));
    facts.push(format!("key {}", candidate.key.short()));
    facts.join(" · ")
}

/// The two halves of the sheet, and the rows of what differs below them.
fn halves(body: Rect, sheet: &Sheet) -> [Rect; 3] {
    let [sheet_area, details] = parts(body);
    let all = Rect { height: sheet_area.height + details.height, ..sheet_area };
    let differences = if sheet.is_of_faces() { (all.height / 4).clamp(3, 8) } else { all.height.saturating_sub(4) };
    let [above, below] = Layout::vertical([Constraint::Fill(1), Constraint::Length(differences)]).areas(all);
    let [left, right] = Layout::horizontal([Constraint::Fill(1); 2]).areas(above);
    [left, right, below]
}

fn render_pair(page: &TakesPage, pair: [usize; 2], sheet: &Sheet, body: Rect, sight: &Sight, buffer: &mut Buffer) {
    let (shared, theme) = (sight.shared, &sight.shared.theme);
    let [left, right, below] = halves(body, sheet);
    for (position, half) in pair.into_iter().zip([left, right]) {
        let candidate = &sheet.candidates[position];
        let is_selected = position == page.selected();
        if sheet.is_of_faces() && half.height > WORDS {
            render_face(candidate, is_selected, page, sheet, half, sight, buffer);
        } else {
            render_row(candidate, is_selected, page, sheet, Rect { height: 1, ..half }, shared, buffer);
        }
    }
    let [first, second] = pair.map(|position| &sheet.candidates[position]);
    let rows = differences(first, second, sheet);
    for (text, row) in rows.iter().zip(below.rows()) {
        let room = row.width.saturating_sub(2);
        frame::put(buffer, row.x + 1, row.y, room, text.display().as_str(), theme.dim);
    }
}

/// `note: – → smile less`, one for each parameter in which the requests differ.
fn differences(first: &Candidate, second: &Candidate, sheet: &Sheet) -> Vec<String> {
    let request = |candidate: &Candidate| takes::request_of(sheet.loaded, sheet.job, candidate.key);
    let (Some(before), Some(after)) = (request(first), request(second)) else {
        return vec![
            "One of them was made for an earlier form of the profile: its request is not known here.".to_owned(),
        ];
    };
    let told = explain(&before.canonical(), &after.canonical());
    if told.is_empty() {
        return vec!["Both are of the same request.".to_owned()];
    }
    told.iter()
        .map(|Difference { parameter, before, after }| {
            format!("{parameter}: {} → {}", value(before.as_ref()), value(after.as_ref()))
        })
        .collect()
}

fn value(value: Option<&serde_json::Value>) -> String {
    match value {
        None => "–".to_owned(),
        Some(serde_json::Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    }
}
