//! How the screen is divided: header, body, status lines and footer. Pure geometry, shared by view and update.

use ratatui::layout::{Constraint, Layout, Rect, Size};

/// Below this nothing useful can be shown.
pub const SMALLEST: Size = Size::new(40, 10);

/// The fixed parts of the screen, top to bottom.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Parts {
    pub header: Rect,
    pub body: Rect,
    pub gauge: Rect,
    /// The last thing said, or the line being typed.
    pub notice: Rect,
    /// Always below pictures: a sixel that touches the last row would scroll the screen.
    pub footer: Rect,
}

pub fn parts(size: Size) -> Parts {
    let rows = [
        Constraint::Length(1),
        Constraint::Fill(1),
        Constraint::Length(1),
        Constraint::Length(1),
        Constraint::Length(1),
    ];
    let [header, body, gauge, notice, footer] =
        Layout::vertical(rows).areas(Rect::from((ratatui::layout::Position::ORIGIN, size)));
    Parts { header, body, gauge, notice, footer }
}

pub fn is_too_small(size: Size) -> bool {
    size.width < SMALLEST.width || size.height < SMALLEST.height
}

/// Where the list and the portrait pane of a page go: side by side, one above the other, or the list alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Panes {
    pub list: Rect,
    pub pane: Option<Pane>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pane {
    pub area: Rect,
    /// Picture beside the text instead of above it.
    pub is_wide: bool,
}

pub fn panes(body: Rect) -> Panes {
    if body.width >= 96 && body.height >= 14 {
        // A portrait needs no more than this; every other cell is the list's.
        let pane = (body.width * 34 / 100).clamp(40, 64);
        let [list, area] = Layout::horizontal([Constraint::Fill(1), Constraint::Length(pane)]).areas(body);
        // The two boxes share the line between them.
        let area = Rect { x: area.x - 1, width: area.width + 1, ..area };
        return Panes { list, pane: Some(Pane { area, is_wide: false }) };
    }
    if body.width >= 56 && body.height >= 18 {
        let [list, area] = Layout::vertical([Constraint::Fill(1), Constraint::Percentage(52)]).areas(body);
        return Panes { list, pane: Some(Pane { area, is_wide: true }) };
    }
    Panes { list: body, pane: None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pane_goes_below_and_then_away() {
        let shape = |width, height| panes(parts(Size::new(width, height)).body).pane.map(|pane| pane.is_wide);
        assert_eq!(shape(120, 40), Some(false));
        assert_eq!(shape(80, 24), Some(true));
        assert_eq!(shape(40, 12), None);
        assert_eq!(shape(200, 15), None);
    }

    #[test]
    fn the_footer_is_below_every_picture() {
        for (width, height) in [(120, 40), (80, 24), (56, 22)] {
            let parts = parts(Size::new(width, height));
            let pane = panes(parts.body).pane.unwrap();
            assert!(pane.area.bottom() < parts.footer.y);
        }
    }
}
