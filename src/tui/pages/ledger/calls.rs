//! The rows of single calls: when, for whom and what, its estimate, what was paid, how it ended, and the name that the
//! provider gave it.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use crate::domain::Display;
use crate::engine::{AttemptState, Call};
use crate::plan::Product;
use crate::tui::marks::{Mark, Meaning};
use crate::tui::model::shared::Shared;
use crate::tui::text;
use crate::tui::widgets::frame;

const TIME: u16 = 12;
const AMOUNT: u16 = 10;
const STATE: u16 = 16;
const MODEL: u16 = 20;
const REQUEST: u16 = 24;

/// Cells that who and what keep before columns are left out.
const WHAT: u16 = 30;

/// Where each column stands; those without cells are left out.
struct Places {
    time: Rect,
    what: Rect,
    model: Rect,
    estimate: Rect,
    paid: Rect,
    state: Rect,
    request: Rect,
}

fn places(row: Rect) -> Places {
    let mut left = row.width.saturating_sub(3);
    let mut cells = |wanted: u16, keeps: u16| {
        let has_room = left >= wanted + keeps;
        left -= if has_room { wanted } else { 0 };
        if has_room { wanted } else { 0 }
    };
    // What is given up first comes last.
    let paid = cells(AMOUNT, 12);
    let state = cells(STATE, 12);
    let time = cells(TIME + 2, 20);
    let estimate = cells(AMOUNT, WHAT);
    let model = cells(MODEL, WHAT);
    let request = cells(REQUEST, WHAT);
    let mut x = row.x + 2;
    let mut place = |cells: u16| {
        let place = Rect { x, width: cells.saturating_sub(1), ..row };
        x += cells;
        place
    };
    Places {
        time: place(time),
        what: place(left),
        model: place(model),
        estimate: place(estimate),
        paid: place(paid),
        state: place(state),
        request: place(request),
    }
}

pub(super) fn head(row: Rect, shared: &Shared, buffer: &mut Buffer) {
    let Places { time, what, model, estimate, paid, state, request } = places(row);
    let dim = shared.theme.dim;
    for (place, head) in
        [(time, "sent"), (what, "what for"), (model, "model"), (shifted(state), "state"), (request, "provider's id")]
    {
        frame::put(buffer, place.x, place.y, place.width, head, dim);
    }
    frame::put_right(buffer, estimate.x, estimate.y, estimate.width, "estimate", dim);
    frame::put_right(buffer, paid.x, paid.y, paid.width, "paid", dim);
}

/// Two cells behind the amount before it.
fn shifted(state: Rect) -> Rect {
    Rect { x: state.x + 2.min(state.width), width: state.width.saturating_sub(2), ..state }
}

pub(super) fn render(call: &Call, row: Rect, shared: &Shared, buffer: &mut Buffer) {
    let theme = &shared.theme;
    let Places { time, what, model, estimate, paid, state, request } = places(row);
    let when = text::day_and_time(call.sent_at);
    let whom = format!("{} · {}", call.campaign, what_for(call)).display();
    let of_model = call.model.as_deref().unwrap_or("–").display();
    let id = call.request_id.as_deref().unwrap_or("–").display();
    for (place, words, style) in [
        (time, when.as_str(), theme.dim.into()),
        (what, whom.as_str(), Style::default()),
        (model, of_model.as_str(), theme.dim.into()),
        (request, id.as_str(), theme.dim.into()),
    ] {
        frame::put(buffer, place.x, place.y, place.width, words, style);
    }
    frame::put_right(buffer, estimate.x, estimate.y, estimate.width, &call.estimate.to_string(), theme.dim);
    let price = if call.state == AttemptState::FreeFail { "–".to_owned() } else { call.price.to_string() };
    frame::put_right(buffer, paid.x, paid.y, paid.width, &price, Style::default());
    let (meaning, words) = ended(call.state);
    let mark = Mark::of_meaning(meaning, theme, shared.spinner());
    let place = shifted(state);
    frame::put(buffer, place.x, place.y, place.width, &format!("{} {words}", mark.symbol), mark.style);
}

/// `voice of scene 3, Rosie`
pub(super) fn what_for(call: &Call) -> String {
    let product = call.product.map_or("a call", |product| match product {
        Product::ShapedVoice => "voice",
        other => other.name(),
    });
    let scene = call.scene.map(|scene| format!(" of scene {}", scene + 1)).unwrap_or_default();
    let speaker = call.speaker.as_ref().map(|speaker| format!(", {speaker}")).unwrap_or_default();
    format!("{product}{scene}{speaker}")
}

fn ended(state: AttemptState) -> (Meaning, &'static str) {
    match state {
        AttemptState::Sent => (Meaning::Working, "in flight"),
        AttemptState::Paid => (Meaning::Made, "paid"),
        AttemptState::FreeFail => (Meaning::Failed, "not billed"),
        AttemptState::Unknown => (Meaning::MaybeBilled, "maybe billed"),
        AttemptState::Resolved => (Meaning::MaybeBilled, "decided"),
    }
}

/// All of a call in one row, for what its columns have no room for.
pub(super) fn details(call: &Call) -> String {
    let mut facts = vec![call.provider.to_string()];
    facts.extend(call.model.clone());
    facts.push(format!("estimate {}", call.estimate));
    facts.extend(call.request_id.clone());
    facts.extend(call.why.clone());
    facts.join(" · ")
}
