//! The geometry of the filmstrip below the list of the scenes. Pure, so that its pictures can be asked for before it is drawn.

use std::ops::Range;

use ratatui::layout::{Position, Rect, Size};

use crate::tui::layout::Panes;

/// The list of the scenes must be so high before a strip takes some of its rows.
const LEAST: u16 = 24;

/// Rows of a picture, and of one where there is much room.
const ROWS: u16 = 6;
const MANY_ROWS: u16 = 9;
const MUCH_ROOM: u16 = 44;

/// The rows around the pictures: two borders and the words. One border is that of the list.
const AROUND: u16 = 3;

/// Where the strip lies, and which scenes have a place in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Strip {
    pub area: Rect,
    pub picture: Size,
    /// Positions among the visible scenes.
    pub shown: Range<usize>,
}

impl Strip {
    /// Of so many scenes those around the selected one that have a place; `None` where none has.
    pub fn of(area: Rect, selected: usize, scenes: usize) -> Option<Self> {
        let rows = area.height.saturating_sub(AROUND);
        // A portrait is 2:3 and a cell about 1:2.
        let picture = Size::new(rows * 4 / 3, rows);
        let count = usize::from(area.width.saturating_sub(2) / (picture.width + 1)).min(scenes);
        let first = selected.saturating_sub(count / 2).min(scenes - count);
        (count > 0).then_some(Self { area, picture, shown: first..first + count })
    }

    /// Where the picture of a scene lies, by its place in the strip.
    pub fn place(&self, number: usize) -> Rect {
        let x = self.area.x + 1 + number as u16 * (self.picture.width + 1);
        Rect { x, y: self.area.y + 1, width: self.picture.width, height: self.picture.height }
    }

    /// The position among the visible scenes of what lies at a place of the screen.
    pub fn at(&self, at: Position) -> Option<usize> {
        let inside = at.y > self.area.y && at.y + 1 < self.area.bottom() && at.x > self.area.x;
        let number = usize::from(at.x.saturating_sub(self.area.x + 1) / (self.picture.width + 1));
        let position = self.shown.start + number;
        (inside && position < self.shown.end).then_some(position)
    }
}

/// Takes the rows of a strip from the list, where it is wanted and there are enough of them; with where the strip goes.
pub fn parted(panes: Panes, is_wanted: bool) -> (Panes, Option<Rect>) {
    let list = panes.list;
    if list.height < LEAST || panes.pane.is_none() || !is_wanted {
        return (panes, None);
    }
    let rows = if list.height < MUCH_ROOM { ROWS } else { MANY_ROWS };
    let list = Rect { height: list.height - rows - AROUND + 1, ..list };
    let strip = Rect { y: list.bottom() - 1, height: rows + AROUND, ..list };
    (Panes { list, ..panes }, Some(strip))
}
