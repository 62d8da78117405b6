//! A selected item in a scrolling list. The scroll position is part of the state, so that drawing stays pure.

use crate::tui::input::action::Action;

/// Which item is selected, and which line is the first one shown. Lists with headings have more lines than items.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Cursor {
    pub selected: usize,
    pub offset: usize,
}

impl Cursor {
    /// Moves by an action; whether it was one that moves. `height` is the page for page up and down.
    pub fn act(&mut self, action: Action, items: usize, height: usize) -> bool {
        let page = height.saturating_sub(1).max(1);
        let last = items.saturating_sub(1);
        self.selected = match action {
            Action::Up => self.selected.saturating_sub(1),
            Action::Down => (self.selected + 1).min(last),
            Action::PageUp => self.selected.saturating_sub(page),
            Action::PageDown => (self.selected + page).min(last),
            Action::HalfPageUp => self.selected.saturating_sub(page.div_ceil(2)),
            Action::HalfPageDown => (self.selected + page.div_ceil(2)).min(last),
            Action::First => 0,
            Action::Last => last,
            _ => return false,
        };
        true
    }

    /// Selects an item by its number, counted from 1; the last one where there are not so many.
    pub fn go_to(&mut self, number: usize, items: usize) {
        self.selected = number.min(items).saturating_sub(1);
    }

    /// The same where items are several lines tall: all lines of the selected one come into view, its first before its last.
    pub fn settle_tall(&mut self, heights: impl Iterator<Item = usize>, height: usize) {
        let mut end = 0;
        let ends: Vec<usize> = heights
            .map(|lines| {
                end += lines;
                end
            })
            .collect();
        let last_line = |item: usize| ends.get(item).map_or(0, |end| end.saturating_sub(1));
        self.settle(ends.len(), end, height, last_line);
        let first_line = self.selected.checked_sub(1).and_then(|before| ends.get(before)).copied();
        self.offset = self.offset.min(first_line.unwrap_or_default());
    }

    /// Selects the item that stands in a line of the screen, counted from the first one that is shown, if one does.
    pub fn select_line(&mut self, heights: impl Iterator<Item = usize>, line: Option<u16>) {
        let Some(line) = line.map(|line| usize::from(line) + self.offset) else { return };
        let mut end = 0;
        let item = heights.enumerate().find_map(|(item, lines)| {
            end += lines;
            (line < end).then_some(item)
        });
        self.selected = item.unwrap_or(self.selected);
    }

    /// Brings the selection inside the list, and the line of the selected item into view.
    pub fn settle(&mut self, items: usize, lines: usize, height: usize, line_of: impl Fn(usize) -> usize) {
        self.selected = self.selected.min(items.saturating_sub(1));
        let line = line_of(self.selected);
        let first_line = if self.selected == 0 { 0 } else { line };
        self.offset = self.offset.min(first_line).max((line + 1).saturating_sub(height.max(1)));
        self.offset = self.offset.min(lines.saturating_sub(height));
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn paging_stops_at_the_ends() {
        let mut cursor = Cursor::default();
        assert!(cursor.act(Action::PageDown, 5, 4));
        assert_eq!(cursor.selected, 3);
        assert!(cursor.act(Action::PageDown, 5, 4));
        assert_eq!(cursor.selected, 4);
        assert!(cursor.act(Action::Down, 5, 4));
        assert_eq!(cursor.selected, 4);
        assert!(cursor.act(Action::First, 5, 4));
        assert_eq!(cursor.selected, 0);
        assert!(cursor.act(Action::Last, 0, 4));
        assert_eq!(cursor.selected, 0);
        assert!(!cursor.act(Action::Draft, 5, 4));
        for (number, selected) in [(0, 0), (1, 0), (3, 2), (9, 4)] {
            cursor.go_to(number, 5);
            assert_eq!(cursor.selected, selected, "{number}");
        }
    }

    proptest! {
        #[test]
        fn the_selected_line_is_always_in_view(
            selected in 0usize..50, offset in 0usize..50, items in 0usize..40, height in 0usize..20, headings in 0usize..3,
        ) {
            let mut cursor = Cursor { selected, offset };
            cursor.settle(items, items + headings, height, |item| item + headings);
            prop_assert!(cursor.selected < items.max(1));
            let line = cursor.selected + headings;
            if height > 0 && items > 0 {
                prop_assert!(cursor.offset <= line && line < cursor.offset + height || headings >= height);
            }
        }
    }
}
