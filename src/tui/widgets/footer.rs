//! The footer: the keys of the page, as the live keymap has them.

use ratatui::text::{Line, Span};

use crate::tui::input::action::Action;
use crate::tui::input::keymap::{Keymap, Section};
use crate::tui::text;
use crate::tui::theme::Theme;

/// As many of the actions as fit, each with its first key; `help` is the way to all others, so it is kept to the last.
/// `label` says more of an action than its own label.
pub fn line(
    keymap: &Keymap,
    theme: &Theme,
    section: Section,
    actions: &[Action],
    label: impl Fn(Action) -> Option<String>,
    cells: u16,
) -> Line<'static> {
    let label = |action: Action| label(action).unwrap_or_else(|| action.label().to_owned());
    let mut hints: Vec<(String, String)> = Vec::new();
    let mut actions = actions.iter().copied().peekable();
    while let Some(action) = actions.next() {
        let Some(mut keys) = first_key(keymap, section, action) else { continue };
        // Two neighbours of one label are a pair: `[ ] flip`.
        while let Some(pair) = actions.next_if(|next| label(*next) == label(action)) {
            if let Some(key) = first_key(keymap, section, pair) {
                keys = format!("{keys} {key}");
            }
        }
        hints.push((keys, label(action)));
    }
    let size = |(keys, label): &(String, String)| text::width(keys) + 1 + text::width(label) + 2;
    let mut room = usize::from(cells).saturating_sub(1);
    let mut kept: Vec<usize> = Vec::new();
    let last = hints.len().saturating_sub(1);
    // The last hint (help) is paid for first.
    if let Some(hint) = hints.last() {
        room = room.saturating_sub(size(hint));
    }
    for (position, hint) in hints.iter().enumerate().take(last) {
        if size(hint) > room {
            break;
        }
        room -= size(hint);
        kept.push(position);
    }
    kept.extend((!hints.is_empty()).then_some(last));
    let mut spans = vec![Span::raw(" ")];
    for position in kept {
        let (keys, label) = &hints[position];
        spans.push(Span::styled(keys.clone(), theme.accent));
        spans.push(Span::styled(format!(" {label}  "), theme.dim));
    }
    Line::from(spans)
}

fn first_key(keymap: &Keymap, section: Section, action: Action) -> Option<String> {
    keymap.keys(section, action).first().map(ToString::to_string)
}
