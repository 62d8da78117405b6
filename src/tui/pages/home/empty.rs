//! Home where there is nothing to show: it offers the samples and a campaign of one's own.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::domain::Display;
use crate::engine::Command;
use crate::tui::input::action::Action;
use crate::tui::input::keymap::Section;
use crate::tui::model::message::Effect;
use crate::tui::model::overlay::Question;
use crate::tui::model::shared::{EngineState, Shared};
use crate::tui::text;
use crate::tui::widgets::frame;

pub(super) fn render(filter: &str, body: Rect, shared: &Shared, buffer: &mut Buffer) {
    let theme = &shared.theme;
    let dim = |text: String| Line::from(Span::styled(text, theme.dim));
    let key = |action: Action, text: &'static str| {
        let keys = shared.keymap.keys(Section::Home, action);
        let key = keys.first().map_or_else(String::new, ToString::to_string);
        Line::from(vec![Span::styled(format!("{key:>3}  "), theme.accent), Span::raw(format!("{text:<24}"))])
    };
    let lines = match (&shared.engine, shared.facts.library()) {
        (EngineState::Unusable(_), _) => return,
        (_, None) => vec![dim("Opening the studio …".to_owned())],
        (_, Some(_)) if !filter.is_empty() => {
            vec![dim(format!("No campaign is found by “{}”.", filter.display()))]
        }
        (_, Some(library)) => {
            let place = match &library.folder {
                Some(folder) => format!("{} is empty.", text::path(folder)),
                None => "No folder named campaigns here or above.".to_owned(),
            };
            vec![
                Line::from(Span::styled("No campaigns yet", theme.title)),
                dim(text::clip_start(&place, usize::from(body.width.saturating_sub(4)))),
                Line::default(),
                key(Action::AddSamples, "try the samples"),
                key(Action::NewCampaign, "start one of your own"),
                Line::default(),
                dim("Drafts are free and need no key.".to_owned()),
            ]
        }
    };
    frame::put_centred(buffer, body, &lines);
}

/// The samples come into a folder that is the user's own.
pub(super) fn samples_question(shared: &Shared) -> Question {
    let folder = shared
        .facts
        .folder()
        .map_or_else(|| "the campaigns folder".to_owned(), |folder| text::path(folder).to_string());
    Question {
        title: "Add the samples?".to_owned(),
        text: format!(
            "Three campaigns with the pictures and sounds they use are written into {folder}. What is there already stays as it is."
        ),
        then: vec![Effect::Send(Command::AddSamples)],
        leaves: false,
    }
}
