//! What the pane of the home page says about the selected campaign: its size, how far it is, who speaks, where it goes.

use ratatui::text::{Line, Span};

use crate::domain::Display;
use crate::engine::Content;
use crate::tui::facts::Campaign;
use crate::tui::layout::Pane;
use crate::tui::model::shared::Shared;
use crate::tui::pictures::cache::Ask;
use crate::tui::text;
use crate::tui::widgets::portrait_pane;
use crate::tui::widgets::portrait_pane::{Detail, PortraitPane};

pub(super) fn content<'a>(campaign: &Campaign, shared: &Shared, pane: Pane, picture: Option<Ask>) -> PortraitPane<'a> {
    let theme = &shared.theme;
    let room = usize::from(portrait_pane::places(pane).text.width);
    let dim = |text: &str| Line::from(Span::styled(text::clip(text, room), theme.dim));
    let mut details = Vec::new();
    let mut instead = ("no portrait yet".to_owned(), theme.dim.into());
    match &campaign.entry.content {
        Content::Good(loaded) => {
            let script = &loaded.campaign;
            let babies = script.profiles.len();
            let mut size = vec![
                text::count(script.scenes.len(), "scene"),
                if babies == 1 { "1 baby".to_owned() } else { format!("{babies} babies") },
            ];
            let milliseconds = campaign.counts(shared.mode_of(campaign)).milliseconds;
            size.extend((milliseconds > 0).then(|| text::milliseconds(milliseconds)));
            details.extend(text::join(&size, room).into_iter().map(Line::from));
            for (name, counts) in [("draft", Some(&campaign.draft)), ("final", campaign.finals.as_ref())] {
                let Some(progress) = counts.map(|counts| &counts.progress) else { continue };
                let text = match progress.price_of_missing {
                    _ if progress.is_complete() => "complete".to_owned(),
                    price if price.is_zero() => format!("{} of {} made", progress.done(), progress.total),
                    price => format!("{price} for the rest, {} of {} made", progress.done(), progress.total),
                };
                details.push(Line::from(vec![Span::styled(format!("{name:<6} "), theme.dim), Span::raw(text)]));
            }
            let names: Vec<String> =
                script.profiles.iter().take(8).map(|profile| profile.speaker.display().to_string()).collect();
            details.extend(text::wrap(&names.join(" · "), room, 2).into_iter().map(Line::from));
            if campaign.progress(shared.mode_of(campaign)).done() > 0 {
                let output = text::path(&campaign.entry.output);
                details.push(dim(&text::clip_start(output.as_str(), room)));
            }
        }
        Content::Broken(faults) => {
            instead = ("! this file has faults".to_owned(), theme.bad.into());
            for fault in faults.iter().take(3) {
                let text = fault.to_string().display();
                details.extend(text::wrap(text.as_str(), room, 2).into_iter().map(Line::from));
            }
        }
    }
    PortraitPane {
        title: campaign.title().display().to_string(),
        note: String::new(),
        picture,
        instead,
        details: details.into_iter().map(Detail::Text).collect(),
        heading: "Campaign",
        more: 0,
    }
}
