//! What stands above a campaign for as long as it is so: its file has faults, or a cap holds some of it.

use ratatui::text::{Line, Span};

use crate::domain::Display;
use crate::tui::facts::Campaign;
use crate::tui::input::action::Action;
use crate::tui::input::keymap::Section;
use crate::tui::model::shared::Shared;
use crate::tui::model::submit;
use crate::tui::text;

/// A row for each thing, worst first; none for most campaigns.
pub(super) fn lines<'a>(campaign: &Campaign, shared: &Shared) -> Vec<Line<'a>> {
    let theme = &shared.theme;
    let room = usize::from(shared.size.width).saturating_sub(2);
    let mut lines = Vec::new();
    if let (Some(since), Some(_), [first, ..]) = (campaign.broken_since, campaign.loaded(), campaign.entry.faults()) {
        let place = first.line.map(|line| format!("line {line}: ")).unwrap_or_default();
        let keys = shared.keymap.keys(Section::Campaign, Action::Edit);
        let key = keys.first().map(|key| format!(" · {key} edits it")).unwrap_or_default();
        let start = format!("! file broken since {since}, ");
        let used = text::width(&start) + text::width(&key);
        let fault = format!("{place}{}", first.message);
        let fault = text::clip(fault.display().as_str(), room.saturating_sub(used));
        lines.push(Line::from(vec![
            Span::styled(format!(" {start}{fault}"), theme.bad),
            Span::styled(key, theme.accent),
        ]));
    }
    if let Some((held, failure)) = shared.facts.held_by_cap(campaign, shared.mode_of(campaign)) {
        let why = submit::with_keys(&failure.to_string(), shared);
        let text = format!("‖ {held} held. {why}");
        lines.push(Line::from(Span::styled(format!(" {}", text::clip(text.display().as_str(), room)), theme.warning)));
    }
    lines
}
