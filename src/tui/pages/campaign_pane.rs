//! What the portrait pane of the studio page says about the selected scene: states, takes, maker, key, price, prompt.

use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::campaign::{CampaignPage, Focus};
use super::clip_pane;
use crate::domain::{Display, Profile, Scene};
use crate::engine::{Loaded, Subject};
use crate::plan::{Billing, JobState, Mode, Product, Request, Role};
use crate::tui::facts::Campaign;
use crate::tui::layout::Pane;
use crate::tui::model::page::Page;
use crate::tui::model::shared::Shared;
use crate::tui::pictures::cache::Ask;
use crate::tui::pictures::waves;
use crate::tui::text;
use crate::tui::widgets::portrait_pane;
use crate::tui::widgets::portrait_pane::PortraitPane;

pub(super) fn content<'a>(
    page: &CampaignPage,
    campaign: &Campaign,
    loaded: &Loaded,
    shared: &Shared,
    pane: Pane,
    picture: Option<Ask>,
) -> PortraitPane<'a> {
    let text = portrait_pane::places(pane).text;
    let (cells, rows) = (usize::from(text.width), usize::from(text.height));
    let scene = page.scene().and_then(|scene| loaded.campaign.scenes.get(scene));
    if let Some(Scene::Media(media)) = scene {
        let clip = page.clip(loaded, shared);
        let mut details = vec![Line::from(text::clip(media.source.as_str().display().as_str(), cells))];
        details.extend(clip.into_iter().flat_map(|clip| clip_pane::lines(clip, true, shared, cells)));
        return PortraitPane {
            title: "media".to_owned(),
            note: "your own material".to_owned(),
            picture,
            instead: clip.map(|clip| clip_pane::instead(clip, shared)).unwrap_or_default(),
            details,
        };
    }
    let Some(speaker) = page.speaker(loaded) else {
        return PortraitPane {
            title: campaign.title().display().to_string(),
            note: String::new(),
            picture: None,
            instead: ("no baby speaks here".to_owned(), shared.theme.dim.into()),
            details: Vec::new(),
        };
    };
    let profile = loaded.campaign.profile(speaker);
    let face = page.face(loaded, shared);
    let voice = page.scene().and_then(|scene| page.look_at(loaded, Subject::Voice(scene), shared));
    let focused = match page.focus {
        Product::Portrait => face.as_ref(),
        Product::Voice => voice.as_ref().or(face.as_ref()),
        Product::Clip | Product::Fade | Product::Episode => None,
    };
    let mut details = Vec::new();
    for (name, looked) in [("face", &face), ("voice", &voice)] {
        if let Some(looked) = looked {
            let is_focused = page.scene().is_some() && name == focused.map_or("", |focus| kind(focus));
            details.push(state_line(name, looked, is_focused, profile, shared, cells));
        }
    }
    if let Some(wave) = page.sound(shared).and_then(|heard| shared.waves.get(&heard.hash)) {
        let wave = waves::drawn(wave, cells.saturating_sub(8));
        details.push(Line::from(Span::styled(format!("        {wave}"), shared.theme.accent)));
    }
    let mode = page.mode(shared);
    let clip = page.scene().and_then(|scene| shared.facts.scene_job(loaded, mode, scene, Product::Clip));
    if let Some(clip) = clip {
        details.extend(clip_pane::lines(clip, page.focus == Product::Clip, shared, cells));
    }
    if let Some(focus) = focused {
        details.extend(focus_lines(focus, loaded, shared, cells, rows.saturating_sub(details.len())));
    }
    PortraitPane {
        title: title(profile),
        note: focused.map(|focus| note(focus, loaded.finals.is_some())).unwrap_or_default(),
        picture,
        instead: match page.clip(loaded, shared) {
            Some(clip) => clip_pane::instead(clip, shared),
            None => face.as_ref().map(|face| instead(face, shared)).unwrap_or_default(),
        },
        details,
    }
}

fn kind(focus: &Focus) -> &'static str {
    match focus.subject {
        Subject::Portrait(_) => "face",
        Subject::Voice(_) => "voice",
    }
}

/// `Baby 2 · curious, thoughtful`
fn title(profile: &Profile) -> String {
    let tone = profile.tone_text.trim();
    let dot = if tone.is_empty() { "" } else { " · " };
    format!("{}{dot}{tone}", profile.speaker).display().to_string()
}

/// `take 2 of 3 · candidate`. A draft is marked only where finals could stand beside it.
fn note(focus: &Focus, has_finals: bool) -> String {
    let count = focus.candidates.len();
    let name = &focus.candidate().name;
    let mut note = vec![if count > 1 { format!("{name} of {count}") } else { name.clone() }];
    if count > 1 {
        note.push(if focus.is_in_use() { "in use" } else { "candidate" }.to_owned());
    }
    if has_finals && focus.mode == Mode::Draft {
        note.push("draft".to_owned());
    }
    note.join(" · ")
}

/// `face   ● made · drawn baby · free`
fn state_line<'a>(
    name: &'static str,
    looked: &Focus,
    is_focused: bool,
    profile: &Profile,
    shared: &Shared,
    cells: usize,
) -> Line<'a> {
    let theme = &shared.theme;
    let job = shared.facts.job(looked.candidate().key);
    let symbol = if job.state == JobState::Running { shared.spinner() } else { job.state.symbol() };
    let state = match (&job.state, job.fraction) {
        (JobState::Running, _) if job.unfinished.is_some() => format!("{symbol} being painted"),
        (JobState::Running, Some(fraction)) => format!("{symbol} running {:.0} %", fraction * 100.0),
        (state, _) => format!("{symbol} {}", state.word()),
    };
    // The price comes first: it is never what is cut.
    let paid = shared.facts.ledger.paid.get(&looked.candidate().key);
    let price = match (looked.job.billing, paid) {
        (_, Some(paid)) => format!("{paid} paid"),
        (Billing::Free, None) => "free".to_owned(),
        (Billing::Metered { .. }, None) if job.state.is_made() => "paid".to_owned(),
        (Billing::Metered { .. }, None) => format!("up to {}", looked.job.price()),
    };
    let mut rest = vec![String::new(), price, text::origin(&looked.job.request).to_string()];
    if looked.job.product() == Product::Voice {
        rest.push(profile.voice_id.as_str().display().to_string());
    }
    let rest = rest.join(" · ");
    let used = 8 + text::width(&state);
    Line::from(vec![
        Span::styled(if is_focused { "▸ " } else { "  " }, theme.accent),
        Span::styled(format!("{name:<6}"), theme.dim),
        Span::styled(text::clip(&state, cells.saturating_sub(8)), theme.of_state(&job.state)),
        Span::styled(text::clip(&rest, cells.saturating_sub(used)), theme.dim),
    ])
}

/// Failure, numbers and text of what is focused, most wanted first.
fn focus_lines<'a>(focus: &Focus, loaded: &Loaded, shared: &Shared, cells: usize, rows: usize) -> Vec<Line<'a>> {
    let theme = &shared.theme;
    let job = shared.facts.job(focus.candidate().key);
    let mut lines = Vec::new();
    if let Some(failure) = job.state.failure() {
        let reason = text::wrap(failure.reason.display().as_str(), cells, 3);
        lines.extend(reason.into_iter().map(|text| Line::from(Span::styled(text, theme.bad))));
        let next = text::wrap(failure.next_step.display().as_str(), cells, 3);
        lines.extend(next.into_iter().map(Line::from));
    }
    let mut numbers = vec![format!("key {}", focus.candidate().key.short())];
    if let Some(made_by) = focus.job.request.made_by() {
        let version = made_by.version.map(|version| format!(" {version}")).unwrap_or_default();
        numbers.push(format!("{}{version}", made_by.model.as_str().display()));
    }
    if let Some(picture) = job.made(Role::Picture)
        && let (Some(width), Some(height)) = (picture.output.width, picture.output.height)
    {
        numbers.push(format!("{width}×{height}"));
    }
    if let Some(length) = job.made(Role::Sound).and_then(|sound| sound.output.milliseconds) {
        numbers.push(text::milliseconds(u64::from(length)));
    }
    if let Some(took) = job.milliseconds {
        numbers.push(format!("took {}", text::milliseconds(took)));
    }
    let numbers = text::join(&numbers, cells);
    lines.extend(numbers.into_iter().map(|text| Line::from(Span::styled(text, theme.dim))));
    if let Some(unshown) = unshown_words(focus, loaded) {
        let text = format!("the drawn baby cannot show: {}", unshown.join(", "));
        lines.push(Line::from(Span::styled(text::clip(text.display().as_str(), cells), theme.warning)));
    }
    let text = match &focus.job.request {
        Request::Portrait(portrait) => portrait.prompt.display(),
        Request::Voice(voice) => format!("“{}”", voice.text.chars().take(2000).collect::<String>()).display(),
        _ => "".display(),
    };
    let room = rows.saturating_sub(lines.len());
    lines.extend(text::wrap(text.as_str(), cells, room).into_iter().map(Line::from));
    lines
}

/// What the profile asks for and the drawn baby has no drawing of.
fn unshown_words<'a>(focus: &Focus, loaded: &'a Loaded) -> Option<&'a [String]> {
    let Subject::Portrait(speaker) = focus.subject else { return None };
    let speaker = loaded.campaign.face_of(speaker);
    let words = loaded.undrawn_words.get(speaker.position()).filter(|_| focus.mode == Mode::Draft)?;
    (!words.is_empty()).then_some(words)
}

/// What stands where the picture will be.
fn instead(face: &Focus, shared: &Shared) -> (String, Style) {
    let theme = &shared.theme;
    let state = shared.facts.state(face.candidate().key);
    let text = match state {
        JobState::Running => format!("{} drawing", shared.spinner()),
        JobState::Waiting => "waiting for its turn".to_owned(),
        JobState::Failed(_) => "! failed".to_owned(),
        JobState::Held(_) => "? maybe billed".to_owned(),
        JobState::Cancelled => "× cancelled".to_owned(),
        JobState::Pending | JobState::Blocked(_) | JobState::Made | JobState::Cached => "no portrait yet".to_owned(),
    };
    (text, theme.of_state(state))
}
