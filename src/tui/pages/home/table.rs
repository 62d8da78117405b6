//! The row of a campaign: its title, which gets all spare room, then how large it is, how far draft and final are, what it
//! cost, how long its video is and when it was last touched.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use crate::domain::Display;
use crate::plan::Mode;
use crate::tui::facts::Campaign;
use crate::tui::marks::{Mark, Meaning};
use crate::tui::model::shared::Shared;
use crate::tui::model::standing;
use crate::tui::text::{self, Wanted};
use crate::tui::widgets::{bar, frame};

/// A column behind the title: its head and its cells, the gap before it included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Column {
    Scenes,
    Of(Mode),
    Cost,
    Length,
    Age,
}

impl Column {
    fn head(self) -> &'static str {
        match self {
            Column::Scenes => "scenes",
            Column::Of(mode) => mode.name(),
            Column::Cost => "cost",
            Column::Length => "length",
            Column::Age => "age",
        }
    }

    fn cells(self) -> u16 {
        match self {
            Column::Of(_) => 18,
            Column::Cost => 9,
            Column::Scenes | Column::Length | Column::Age => 8,
        }
    }
}

/// Cells that a title keeps before columns are left out.
const TITLE: u16 = 30;

/// The cells of a bar.
const BAR: u16 = 5;

/// As many columns as there is room for, in their order.
fn columns(room: u16) -> Vec<Column> {
    let wanted =
        [Column::Of(Mode::Draft), Column::Of(Mode::Final), Column::Age, Column::Cost, Column::Length, Column::Scenes];
    let order =
        [Column::Scenes, Column::Of(Mode::Draft), Column::Of(Mode::Final), Column::Cost, Column::Length, Column::Age];
    let mut left = room.saturating_sub(TITLE);
    let fits = |column: &Column| {
        let has_room = column.cells() <= left;
        left = if has_room { left - column.cells() } else { 0 };
        has_room
    };
    let shown: Vec<Column> = wanted.into_iter().filter(fits).collect();
    order.into_iter().filter(|column| shown.contains(column)).collect()
}

/// The place of the title, and the columns with theirs.
fn places(row: Rect) -> (Rect, Vec<(Column, Rect)>) {
    let inner = Rect { x: row.x + 2, width: row.width.saturating_sub(3), ..row };
    let columns = columns(inner.width);
    let all: u16 = columns.iter().map(|column| column.cells()).sum();
    let title = Rect { width: inner.width.saturating_sub(all), ..inner };
    let mut x = title.right();
    let places = columns.into_iter().map(|column| {
        // Two cells of gap before each.
        let place = Rect { x: x + 2, width: column.cells() - 2, ..row };
        x += column.cells();
        (column, place)
    });
    (title, places.collect())
}

pub(super) fn head(row: Rect, shared: &Shared, buffer: &mut Buffer) {
    let (title, columns) = places(row);
    frame::put(buffer, title.x, title.y, title.width, "title", shared.theme.dim);
    for (column, place) in columns {
        match column {
            Column::Of(_) => {
                frame::put(buffer, place.x, place.y, place.width, column.head(), shared.theme.dim);
            }
            _ => frame::put_right(buffer, place.x, place.y, place.width, column.head(), shared.theme.dim),
        }
    }
}

/// `found` is what the filter looks for.
pub(super) fn row(campaign: &Campaign, row: Rect, found: &Wanted, shared: &Shared, buffer: &mut Buffer) {
    let theme = &shared.theme;
    let (title, columns) = places(row);
    put_title(campaign, title, found, shared, buffer);
    for (column, place) in columns {
        let said = match column {
            Column::Of(mode) => {
                stand(campaign, mode, place, shared, buffer);
                continue;
            }
            Column::Scenes => campaign.loaded().map(|loaded| loaded.campaign.scenes.len().to_string()),
            Column::Cost => {
                let paid = campaign.id().map(|id| shared.facts.spent_on(id).paid);
                paid.filter(|paid| !paid.is_zero()).map(|paid| paid.to_string())
            }
            Column::Length => {
                let lengths = [campaign.counts(shared.mode_of(campaign)).milliseconds, campaign.draft.milliseconds];
                lengths.into_iter().find(|length| *length > 0).map(text::milliseconds)
            }
            Column::Age => campaign.touched_at().map(|at| text::age(shared.moment - at)),
        };
        let is_money = column == Column::Cost && said.is_some();
        let style = if is_money { Style::default() } else { theme.dim.into() };
        frame::put_right(buffer, place.x, place.y, place.width, said.as_deref().unwrap_or("–"), style);
    }
}

fn put_title(campaign: &Campaign, place: Rect, found: &Wanted, shared: &Shared, buffer: &mut Buffer) {
    let title = campaign.title().display();
    frame::put(buffer, place.x, place.y, place.width, title.as_str(), Style::default());
    frame::mark_found(buffer, place, title.as_str(), found, &shared.theme);
}

/// `▰▰▱▱▱ 20 of 65`, `▰▰▰▰▰ made`, `· $0.35`: how far one mode of a campaign is.
fn stand(campaign: &Campaign, mode: Mode, place: Rect, shared: &Shared, buffer: &mut Buffer) {
    let theme = &shared.theme;
    let planned = mode == Mode::Draft || campaign.has_final();
    if !planned || campaign.loaded().is_none() && mode == Mode::Final {
        frame::put(buffer, place.x, place.y, place.width, "–", theme.dim);
        return;
    }
    let (meaning, words) = standing::of_campaign(campaign, mode);
    let mark = Mark::of_meaning(meaning, theme, shared.spinner());
    let progress = campaign.progress(mode);
    let has_bar = campaign.loaded().is_some() && (progress.done() > 0 || meaning == Meaning::Working);
    if !has_bar {
        let price = progress.price_of_missing;
        let words = match meaning {
            Meaning::ToMake if price.is_zero() => "to make".to_owned(),
            Meaning::ToMake => price.to_string(),
            _ => words,
        };
        frame::put(buffer, place.x, place.y, place.width, &format!("{} {words}", mark.symbol), mark.style);
        return;
    }
    bar::render(progress.done(), progress.total, Rect { width: BAR, ..place }, mark.style, theme, buffer);
    let words = match meaning {
        Meaning::Made => "made".to_owned(),
        Meaning::ToMake => format!("{}/{}", progress.done(), progress.total),
        Meaning::Working => format!("{} {}/{}", mark.symbol, progress.done(), progress.total),
        _ => format!("{} {words}", mark.symbol),
    };
    let room = place.width.saturating_sub(BAR + 1);
    frame::put(buffer, place.x + BAR + 1, place.y, room, &words, mark.style);
}

/// The row on a narrow screen: the title, how it stands, and its length where no title is cut for it.
pub(super) fn narrow_row(
    campaign: &Campaign,
    row: Rect,
    longest: u16,
    found: &Wanted,
    shared: &Shared,
    buffer: &mut Buffer,
) {
    let theme = &shared.theme;
    let room = row.width.saturating_sub(3);
    let mode = shared.mode_of(campaign);
    let (meaning, words) = standing::of_campaign(campaign, mode);
    let mark = Mark::of_meaning(meaning, theme, shared.spinner());
    let status = 14.min(room / 2);
    let length = if room >= 44 && longest + 9 + status <= room { 8 } else { 0 };
    let title = room.saturating_sub(status + length);
    put_title(campaign, Rect { x: row.x + 2, width: title.saturating_sub(1), ..row }, found, shared, buffer);
    let x = frame::put(buffer, row.x + 2 + title, row.y, 2, &mark.symbol.to_string(), mark.style) + 1;
    frame::put(buffer, x, row.y, status.saturating_sub(2), &words, mark.style);
    let milliseconds = campaign.counts(mode).milliseconds;
    if length > 0 && milliseconds > 0 {
        let x = row.right().saturating_sub(length + 1);
        frame::put_right(buffer, x, row.y, length, &text::milliseconds(milliseconds), theme.dim);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_go_one_by_one_and_the_title_gets_what_they_leave() {
        let heads = |room| columns(room).iter().map(|column| column.head()).collect::<Vec<_>>();
        assert_eq!(heads(117), ["scenes", "draft", "final", "cost", "length", "age"]);
        assert_eq!(heads(84), ["draft", "final", "cost", "age"]);
        assert_eq!(heads(77), ["draft", "final", "age"]);
        assert_eq!(heads(57), ["draft"]);
        assert_eq!(places(Rect::new(0, 0, 200, 1)).0.width, 197 - 69);
    }
}
