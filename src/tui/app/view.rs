//! Draws the state. Neither awaits nor touches the disk; everything it needs is in the state and the ready pictures.

use std::path::PathBuf;

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect, Size};
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::editing_view;
use super::foot;
use super::header::header;
use super::palette;
use super::question;
use super::state::State;
use crate::domain::Display;
use crate::domain::write::named;
use crate::engine::{FinalsState, Level};
use crate::plan::Mode;
use crate::tui::input::keymap::Section;
use crate::tui::model::overlay::{Input, Overlay, Purpose};
use crate::tui::model::query::Query;
use crate::tui::model::shared::{EngineState, Shared};
use crate::tui::pages::Sight;
use crate::tui::pictures::cache::{Ask, Pictures};
use crate::tui::pictures::waves::Heard;
use crate::tui::widgets::{footer, frame};
use crate::tui::{layout, money, text};

/// Cells that the gauge keeps before the money is left out.
const GAUGE: u16 = 24;

/// Paints everything; returns where the text cursor stands, if one is wanted.
pub fn view(state: &State, pictures: &Pictures, area: Rect, buffer: &mut Buffer) -> Option<Position> {
    let shared = &state.shared;
    if layout::is_too_small(area.as_size()) {
        too_small(area, shared, buffer);
        return None;
    }
    let parts = layout::parts(area.as_size());
    header(state, parts.header, buffer);
    let asked =
        matches!(state.overlay, Some(Overlay::Question(_) | Overlay::Card(_) | Overlay::Pick(_) | Overlay::Palette(_)));
    let sight = Sight { shared, pictures: (!asked).then_some(pictures) };
    match &shared.engine {
        EngineState::Unusable(reason) if shared.facts.library().is_none() => {
            unusable(reason, parts.body, shared, buffer);
        }
        _ => state.page().render(parts.body, &sight, buffer),
    }
    let money = money(state);
    let room = gauge_room(&money, parts.gauge.width);
    // The line editor stands in both rows.
    let is_line = matches!(state.overlay, Some(Overlay::Line(_)));
    if let Some(gauge) = state.page().gauge(shared).filter(|_| !is_line) {
        frame::put_lines(buffer, parts.gauge, &[gauge.line(&shared.theme, room)]);
    }
    if room < parts.gauge.width && !is_line {
        frame::put(buffer, parts.gauge.x + room + 1, parts.gauge.y, parts.gauge.width, &money, shared.theme.dim);
    }
    let line = footer::line(&foot::hints(state, parts.footer.width), &shared.theme);
    frame::put_lines(buffer, parts.footer, &[line]);
    match &state.overlay {
        Some(Overlay::Question(asked)) => {
            question::render(asked, &shared.keymap, &shared.theme, area, buffer);
            None
        }
        Some(Overlay::Input(input)) => Some(input_line(input, state.page().section(), parts.notice, shared, buffer)),
        Some(Overlay::Line(edit)) => Some(editing_view::line_editor(edit, &parts, &shared.theme, buffer)),
        Some(Overlay::Card(card)) => {
            notice(state, parts.notice, buffer);
            editing_view::card(card, &shared.theme, parts.body, buffer)
        }
        Some(Overlay::Palette(shown)) => {
            notice(state, parts.notice, buffer);
            Some(palette::render(shown, &shared.theme, parts.body, buffer))
        }
        Some(Overlay::Pick(pick)) => {
            notice(state, parts.notice, buffer);
            editing_view::pick(pick, &shared.theme, parts.body, buffer);
            None
        }
        None => {
            notice(state, parts.notice, buffer);
            None
        }
    }
}

/// Cells of the gauge beside the money, where both have room.
fn gauge_room(money: &str, width: u16) -> u16 {
    let room = width.saturating_sub(text::width(money) as u16 + 2);
    if money.is_empty() || room < GAUGE { width } else { room }
}

/// Whether the money stands at a cell of the row of the gauge.
pub(super) fn is_money(state: &State, cell: u16, width: u16) -> bool {
    !matches!(state.overlay, Some(Overlay::Line(_))) && cell > gauge_room(&money(state), width)
}

/// The pictures that the page wants, so that they can be made ready.
pub fn wanted_pictures(state: &State) -> Vec<Ask> {
    let size = state.shared.size;
    if layout::is_too_small(size) {
        return Vec::new();
    }
    let mut asks = state.page().pictures(layout::parts(size).body, &state.shared);
    asks.retain(|ask| ask.room != Size::ZERO);
    asks
}

/// The one of them in whose place something may move.
pub fn picture_that_moves(state: &State) -> Option<Ask> {
    let size = state.shared.size;
    let body = (!layout::is_too_small(size)).then(|| layout::parts(size).body);
    body.and_then(|body| state.page().picture(body, &state.shared))
}

/// What the title of the window says, and how far the runs are in percent while there are any.
pub fn window_title(state: &State) -> (String, Option<u8>) {
    let facts = &state.shared.facts;
    let Some(run) = facts.runs.first() else { return ("babblecast".to_owned(), None) };
    let (mut done, mut total) = (0, 0);
    for run in &facts.runs {
        if let Some(campaign) = facts.campaign(&run.campaign) {
            let progress = campaign.progress(run.mode);
            (done, total) = (done + progress.done(), total + progress.total);
        }
    }
    let others = if facts.runs.len() > 1 { format!(" and {} more", facts.runs.len() - 1) } else { String::new() };
    let percent = (100 * done).checked_div(total).and_then(|percent| u8::try_from(percent).ok());
    (format!("{done}/{total} {}{others} · babblecast", run.campaign), percent)
}

/// The sounds whose waveforms the page wants.
pub fn wanted_sounds(state: &State) -> Vec<Heard> {
    state.page().sounds(&state.shared)
}

/// What was spent, where something can be. What the run has spent stands where that run is looked at.
fn money(state: &State) -> String {
    let shared = &state.shared;
    let can_spend = shared.facts.finals() == Some(&FinalsState::Available);
    if !can_spend && shared.facts.budgets().run.is_none() {
        return String::new();
    }
    let page = state.page();
    let looked_at = (page.section() != Section::Home).then(|| page.campaign(shared)?.id()).flatten();
    let mut paid_runs = shared.facts.runs.iter().filter(|run| !run.elsewhere && run.mode == Mode::Final);
    let is_seen = paid_runs.any(|run| looked_at.is_none_or(|campaign| *campaign == run.campaign));
    money::line(shared.facts.budgets(), is_seen)
}

/// `20:36 mon_rovia: 9 of 9 made`; while nothing is said, what the page has to remark.
fn notice(state: &State, area: Rect, buffer: &mut Buffer) {
    let shared = &state.shared;
    let mut area = Rect { x: area.x + 1, width: area.width.saturating_sub(2), ..area };
    let begun: String =
        state.count.map(|count| count.to_string()).into_iter().chain(state.prefix.map(String::from)).collect();
    if !begun.is_empty() {
        let cells = 6.min(area.width);
        frame::put_right(buffer, area.right() - cells, area.y, cells, &begun, shared.theme.accent);
        area.width -= cells;
    }
    let (clock, level, text) = match (&shared.engine, &shared.notice, state.page().remark(shared)) {
        (EngineState::Unusable(reason), ..) => (None, Level::Error, reason.clone()),
        (_, Some(said), _) => (Some(said.clock), said.level, said.text.clone()),
        (_, None, Some((level, text))) => (None, level, text),
        (_, None, None) => return,
    };
    let x = clock
        .map_or(area.x, |clock| frame::put(buffer, area.x, area.y, area.width, &format!("{clock} "), shared.theme.dim));
    let mark = if level == Level::Info { "" } else { "! " };
    let text = format!("{mark}{text}").display();
    frame::put(buffer, x, area.y, area.right().saturating_sub(x), text.as_str(), shared.theme.of_level(level));
}

fn input_line(input: &Input, section: Section, area: Rect, shared: &Shared, buffer: &mut Buffer) -> Position {
    let label = format!("{} ▸ ", input.purpose.prompt());
    let x = frame::put(buffer, area.x + 1, area.y, area.width.saturating_sub(1), &label, shared.theme.accent);
    let room = area.right().saturating_sub(x + 1);
    let place = Rect { x, width: room, ..area };
    let cursor = editing_view::typed(&input.line, place, Style::default(), buffer);
    let end = x + (text::width(input.text().display().as_str()) as u16).min(room);
    let free = area.right().saturating_sub(end + 4);
    let hint = match input.purpose {
        Purpose::NewCampaign => {
            let (hint, style) = place_of_new(input.text(), shared);
            Some((text::clip_start(&hint, usize::from(free)), style))
        }
        Purpose::Filter if matches!(section, Section::Home | Section::Campaign) => {
            Some(what_filters(input.text(), usize::from(free), shared))
        }
        Purpose::Filter | Purpose::Note | Purpose::Member | Purpose::Topic => None,
    };
    if let Some((hint, style)) = hint {
        frame::put(buffer, end + 3, area.y, free, &hint, style);
    }
    cursor
}

/// What can be written into a filter, as much of it as there is room for; of a state that is none, which there are.
fn what_filters(typed: &str, cells: usize, shared: &Shared) -> (String, Style) {
    const STATES: &str = "is:failed held billed changed working to-make made";
    if let Some(unknown) = Query::of(typed).unknown {
        return (format!("no state {}: {STATES}", unknown.display()), shared.theme.warning.into());
    }
    let full = format!("also who:NAME  {STATES}");
    let hint =
        [full.as_str(), "also who:NAME  is:failed …", "who: is:"].into_iter().find(|hint| text::width(hint) <= cells);
    (hint.unwrap_or_default().to_owned(), shared.theme.dim.into())
}

/// Where the file of a new campaign with this name will be put, or why it cannot have the name.
fn place_of_new(name: &str, shared: &Shared) -> (String, Style) {
    if name.trim().is_empty() {
        return (String::new(), shared.theme.dim.into());
    }
    match named(name) {
        Err(why) => (why.to_string(), shared.theme.warning.into()),
        Ok((id, _)) if shared.facts.campaign(&id).is_some() => {
            (format!("{id} is there already"), shared.theme.warning.into())
        }
        Ok((id, _)) => {
            let file = format!("{id}.json");
            let path = shared
                .facts
                .folder()
                .map_or_else(|| PathBuf::from("campaigns").join(&file), |folder| folder.join(&file));
            (format!("→ {}", text::path(&path)), shared.theme.dim.into())
        }
    }
}

fn unusable(reason: &str, area: Rect, shared: &Shared, buffer: &mut Buffer) {
    let theme = &shared.theme;
    let mut lines = vec![Line::from(Span::styled("! The studio cannot work", theme.bad)), Line::default()];
    let room = usize::from(area.width.saturating_sub(4)).min(70);
    lines.extend(text::wrap(reason.display().as_str(), room, 6).into_iter().map(Line::from));
    frame::put_centred(buffer, area, &lines);
}

fn too_small(area: Rect, shared: &Shared, buffer: &mut Buffer) {
    let smallest = layout::SMALLEST;
    let texts = [
        "babblecast needs",
        &format!("{} × {}", smallest.width, smallest.height),
        &format!("this is {} × {}", area.width, area.height),
    ];
    let lines: Vec<Line> = texts
        .iter()
        .map(|text| Line::from(Span::styled(text::clip(text, usize::from(area.width)), shared.theme.dim)))
        .collect();
    frame::put_centred(buffer, area, &lines);
}
