//! The footer: the keys of the page, as the live keymap has them. What is clicked there is as if its key were pressed.

use ratatui::text::{Line, Span};

use crate::tui::input::action::Action;
use crate::tui::input::keymap::{Keymap, Section};
use crate::tui::text;
use crate::tui::theme::Theme;

/// One thing the footer tells: the key of an action, or of two neighbours of one label, and what it does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hint {
    keys: Vec<(Action, String)>,
    label: String,
}

/// Cells before the first hint, and behind each.
const BEFORE: usize = 1;
const BEHIND: usize = 2;

impl Hint {
    /// Keys, a gap, the label.
    fn width(&self) -> usize {
        let keys: usize = self.keys.iter().map(|(_, key)| text::width(key) + 1).sum();
        keys + text::width(&self.label)
    }

    /// The action whose key stands at a cell; behind the keys, the first one.
    fn action_at(&self, mut cell: usize) -> Option<Action> {
        for (action, key) in &self.keys {
            if cell <= text::width(key) {
                return Some(*action);
            }
            cell -= text::width(key) + 1;
        }
        self.keys.first().map(|(action, _)| *action)
    }
}

/// As many of the actions as fit, each with its first key; `help` is the way to all others, so it is kept to the last.
/// `label` says more of an action than its own label.
pub fn hints(
    keymap: &Keymap,
    section: Section,
    actions: &[Action],
    label: impl Fn(Action) -> Option<String>,
    cells: u16,
) -> Vec<Hint> {
    let label = |action: Action| label(action).unwrap_or_else(|| action.label().to_owned());
    let mut hints: Vec<Hint> = Vec::new();
    let mut actions = actions.iter().copied().peekable();
    while let Some(action) = actions.next() {
        let Some(key) = first_key(keymap, section, action) else { continue };
        let mut keys = vec![(action, key)];
        // Two neighbours of one label are a pair: `[ ] flip`.
        while let Some(pair) = actions.next_if(|next| label(*next) == label(action)) {
            keys.extend(first_key(keymap, section, pair).map(|key| (pair, key)));
        }
        hints.push(Hint { keys, label: label(action) });
    }
    let size = |hint: &Hint| hint.width() + BEHIND;
    let mut room = usize::from(cells).saturating_sub(BEFORE);
    // The last hint (help) is paid for first.
    let last = hints.pop();
    room = room.saturating_sub(last.as_ref().map_or(0, size));
    let fit = hints.iter().take_while(|hint| {
        let fits = size(hint) <= room;
        room = room.saturating_sub(size(hint));
        fits
    });
    let fit = fit.count();
    hints.truncate(fit);
    hints.extend(last);
    hints
}

/// The hints as they are shown.
pub fn line(hints: &[Hint], theme: &Theme) -> Line<'static> {
    let mut spans = vec![Span::raw(" ".repeat(BEFORE))];
    for Hint { keys, label } in hints {
        let keys: Vec<&str> = keys.iter().map(|(_, key)| key.as_str()).collect();
        spans.push(Span::styled(keys.join(" "), theme.accent));
        spans.push(Span::styled(format!(" {label}{}", " ".repeat(BEHIND)), theme.dim));
    }
    Line::from(spans)
}

/// The action that is told at a cell, counted from the start of the line.
pub fn action_at(hints: &[Hint], cell: u16) -> Option<Action> {
    let mut cell = usize::from(cell).checked_sub(BEFORE)?;
    for hint in hints {
        if cell < hint.width() {
            return hint.action_at(cell);
        }
        cell = cell.checked_sub(hint.width() + BEHIND)?;
    }
    None
}

fn first_key(keymap: &Keymap, section: Section, action: Action) -> Option<String> {
    keymap.keys(section, action).first().map(ToString::to_string)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::theme::{Colours, ThemeChoice};

    #[test]
    fn each_word_and_key_is_the_action_it_tells() {
        let actions = [Action::Draft, Action::PreviousTake, Action::NextTake, Action::Help];
        let hints = hints(&Keymap::built_in(), Section::Campaign, &actions, |_| None, 40);
        let text: String = line(&hints, &ThemeChoice::Plain.resolve(Colours::default()))
            .spans
            .iter()
            .map(|span| span.content.as_ref())
            .collect();
        assert_eq!(text, " g draft  [ ] flip  ? help  ");
        let at: Vec<Option<Action>> = (0..text.len() as u16).map(|cell| action_at(&hints, cell)).collect();
        let place = |word: &str| text.find(word).unwrap();
        assert_eq!(at[place("g")], Some(Action::Draft));
        assert_eq!(at[place("raft")], Some(Action::Draft));
        assert_eq!(at[place("[")], Some(Action::PreviousTake));
        assert_eq!(at[place("]")], Some(Action::NextTake));
        assert_eq!(at[place("?")], Some(Action::Help));
        assert_eq!((at[0], at[place("  [")], at[text.len() - 1]), (None, None, None));
    }
}
