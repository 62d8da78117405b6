//! How Home divides its room: the campaigns above, the babies of the selected one below them, and below those what needs
//! the user and what happened lately. A small screen has room for the campaigns alone. Pure geometry.

use ratatui::layout::Rect;

/// The boxes of the page. Those below others share a line with them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Places {
    pub list: Rect,
    pub babies: Option<Rect>,
    /// What needs the user, or else what could be done next.
    pub needs: Option<Rect>,
    pub lately: Option<Rect>,
}

/// Narrower or lower screens show the campaigns alone.
const LEAST: (u16, u16) = (60, 15);

/// Wide enough for two boxes side by side.
const WIDE: u16 = 90;

/// Rows that the babies keep however many campaigns there are.
fn least_babies(height: u16) -> u16 {
    if height < 28 { 9 } else { 14 }
}

/// Rows of the boxes at the bottom.
fn bottom(height: u16) -> u16 {
    match height {
        ..19 => 0,
        19..24 => 5,
        24..32 => 6,
        32..46 => 8,
        _ => 10,
    }
}

/// Whether what needs the user has a box of its own, and does not stand among the campaigns.
pub(super) fn has_bottom(body: Rect) -> bool {
    body.width >= LEAST.0 && bottom(body.height) > 0
}

/// Whether each campaign has a row of columns with a head.
pub(super) fn has_columns(body: Rect) -> bool {
    body.width >= LEAST.0
}

/// `lines`: of the list, without its head.
pub(super) fn places(body: Rect, lines: usize, needs: usize) -> Places {
    let alone = Places { list: body, babies: None, needs: None, lately: None };
    if body.width < LEAST.0 || body.height < LEAST.1 {
        return alone;
    }
    let bottom = bottom(body.height);
    // The boxes share a line.
    let above = body.height - bottom.saturating_sub(1);
    let most = above.saturating_sub(least_babies(body.height) - 1).max(4);
    let list = u16::try_from(lines).unwrap_or(u16::MAX).saturating_add(3).clamp(4, most);
    let part = |y: u16, height: u16| Rect { y: body.y + y, height, ..body };
    let babies = Some(part(list - 1, above - (list - 1)));
    let list = part(0, list);
    if bottom == 0 {
        return Places { list, babies, ..alone };
    }
    let below = part(above - 1, bottom);
    if body.width < WIDE {
        let (needs, lately) = if needs > 0 { (Some(below), None) } else { (None, Some(below)) };
        return Places { list, babies, needs, lately };
    }
    let left = body.width / 2;
    let needs = Some(Rect { width: left, ..below });
    let lately = Some(Rect { x: below.x + left - 1, width: body.width - left + 1, ..below });
    Places { list, babies, needs, lately }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn no_box_leaves_the_page_and_none_is_lost(
            width in 40u16..250, height in 5u16..90, lines in 0usize..400, needs in 0usize..9,
        ) {
            let body = Rect::new(0, 1, width, height);
            let places = places(body, lines, needs);
            let boxes = [Some(places.list), places.babies, places.needs, places.lately];
            for place in boxes.into_iter().flatten() {
                prop_assert_eq!(place.intersection(body), place);
                prop_assert!(place.height >= 4, "{:?}", place);
            }
            let last = places.needs.or(places.lately).or(places.babies).unwrap_or(places.list);
            prop_assert_eq!(last.bottom(), body.bottom(), "the page is filled");
            prop_assert_eq!(has_bottom(body), places.needs.or(places.lately).is_some());
        }
    }
}
