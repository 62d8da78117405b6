//! What the portrait pane of the studio page says about the selected scene: states, takes, maker, key, price, prompt.

use std::time::Duration;

use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::campaign::{CampaignPage, Focus};
use super::clip_pane;
use crate::domain::{Display, Profile, Scene, SpeakerIndex};
use crate::engine::{Loaded, Subject, motion};
use crate::plan::{Billing, JobState, Mode, Product, Request, Role};
use crate::tui::facts::Campaign;
use crate::tui::input::action::Action;
use crate::tui::input::keymap::Section;
use crate::tui::layout;
use crate::tui::layout::Pane;
use crate::tui::marks::Mark;
use crate::tui::model::page::Page;
use crate::tui::model::shared::Shared;
use crate::tui::pictures::cache::Ask;
use crate::tui::pictures::waves;
use crate::tui::text;
use crate::tui::widgets::portrait_pane;
use crate::tui::widgets::portrait_pane::{Detail, PortraitPane};

/// Rows of a prompt that can be read by scrolling.
const LONGEST_PROMPT: usize = 200;

pub(super) fn content<'a>(
    page: &CampaignPage,
    campaign: &Campaign,
    loaded: &Loaded,
    shared: &Shared,
    pane: Pane,
    picture: Option<Ask>,
) -> PortraitPane<'a> {
    let text = portrait_pane::places(pane).text;
    let rows = usize::from(text.height);
    let Words { fixed, rest, title, note, instead } = words(page, campaign, loaded, shared, pane);
    let heading = if page.scene().is_some() { "Line" } else { "" };
    let mut details = fixed;
    let room = rows.saturating_sub(details.len());
    let more = rest.len().saturating_sub(page.scroll() + room);
    details.extend(rest.into_iter().skip(page.scroll()).take(room).map(Detail::Text));
    PortraitPane { title, note, picture, instead, details, heading, more }
}

/// How many rows of the pane's text there is no room for: so far it can be scrolled.
pub(super) fn hidden_rows(page: &CampaignPage, shared: &Shared) -> usize {
    let body = layout::parts(shared.size).body;
    let campaign = page.campaign(shared);
    let Some((campaign, loaded)) = campaign.and_then(|campaign| Some((campaign, campaign.loaded()?))) else { return 0 };
    let Some(pane) = page.panes(body, shared).pane else { return 0 };
    let words = words(page, campaign, loaded, shared, pane);
    let rows = usize::from(portrait_pane::places(pane).text.height);
    words.rest.len().saturating_sub(rows.saturating_sub(words.fixed.len()))
}

/// All that there is to say of the selected scene.
struct Words<'a> {
    /// The line, and how far its face, voice and clip are: always seen.
    fixed: Vec<Detail<'a>>,
    /// Of the focused one: can be scrolled.
    rest: Vec<Line<'a>>,
    title: String,
    note: String,
    instead: (String, Style),
}

fn words<'a>(page: &CampaignPage, campaign: &Campaign, loaded: &Loaded, shared: &Shared, pane: Pane) -> Words<'a> {
    let text = portrait_pane::places(pane).text;
    let (cells, rows) = (usize::from(text.width), usize::from(text.height));
    let position = page.scene();
    let scene = position.and_then(|scene| loaded.campaign.scenes.get(scene));
    let mode = page.mode(shared);
    let clip = position.and_then(|scene| shared.facts.scene_job(loaded, mode, scene, Product::Clip));
    let is_changed = position.is_some_and(|scene| shared.facts.is_changed(campaign, mode, scene));
    if let Some(Scene::Media(media)) = scene {
        let caption = media.caption.as_deref().unwrap_or_default().display();
        let source = media.source.as_str().display();
        let mut fixed: Vec<Detail> = text::wrap(caption.as_str(), cells, 3).into_iter().map(plain).collect();
        fixed.push(plain(text::clip_start(source.as_str(), cells)));
        fixed.extend(clip.map(|clip| clip_pane::state_line(clip, true, is_changed, shared, cells).into()));
        return Words {
            fixed,
            rest: clip.map(|clip| clip_pane::details(clip, shared, cells)).unwrap_or_default(),
            title: "media".to_owned(),
            note: "your own material".to_owned(),
            instead: clip.map(|clip| clip_pane::instead(clip, shared)).unwrap_or_default(),
        };
    }
    let Some(speaker) = page.speaker(loaded) else {
        return Words {
            fixed: Vec::new(),
            rest: Vec::new(),
            title: campaign.title().display().to_string(),
            note: String::new(),
            instead: ("no baby speaks here".to_owned(), shared.theme.dim.into()),
        };
    };
    let profile = loaded.campaign.profile(speaker);
    let face = page.face(loaded, shared);
    let voice = position.and_then(|scene| page.look_at(loaded, Subject::Voice(scene), shared));
    let focused = match page.focus {
        Product::Portrait => face.as_ref(),
        Product::Voice => voice.as_ref().or(face.as_ref()),
        Product::Marks
        | Product::Dialogue
        | Product::ShapedVoice
        | Product::Effect
        | Product::Music
        | Product::Transcript
        | Product::Clip
        | Product::Fade
        | Product::Episode
        | Product::Script => None,
    };
    let mut fixed: Vec<Detail> = Vec::new();
    if let Some(Scene::Dialogue(line)) = scene {
        let spoken: String = line.text.chars().take(2000).collect();
        // The states and the headings need their rows too.
        let room = rows.saturating_sub(7).clamp(2, 6);
        fixed.extend(text::wrap(&format!("“{}”", spoken.display()), cells, room).into_iter().map(plain));
    }
    if rows >= 10 && !fixed.is_empty() {
        fixed.push(Detail::Heading("How far it is"));
    }
    for (name, looked) in [("face", &face), ("voice", &voice)] {
        if let Some(looked) = looked {
            let is_focused = position.is_some() && name == focused.map_or("", |focus| kind(focus));
            fixed.push(state_line(name, looked, is_focused, is_changed, profile, shared, cells).into());
            fixed.extend((name == "face").then(|| motion_line(looked, loaded, speaker, shared, cells)).flatten());
        }
    }
    if let Some(wave) = page.sound(shared).and_then(|heard| shared.waves.get(&heard.hash)) {
        fixed.push(wave_line(wave, page.playhead(shared), shared, cells).into());
    }
    let is_clip = page.focus == Product::Clip;
    fixed.extend(clip.map(|clip| clip_pane::state_line(clip, is_clip, is_changed, shared, cells).into()));
    let (heading, rest) = match (focused, clip) {
        (Some(focus), _) => (heading(focus), focus_lines(focus, loaded, profile, shared, cells)),
        (None, Some(clip)) => ("The clip", clip_pane::details(clip, shared, cells)),
        (None, None) => ("", Vec::new()),
    };
    if rows >= 10 && !rest.is_empty() {
        fixed.push(Detail::Heading(heading));
    }
    Words {
        fixed,
        rest,
        title: title(profile),
        note: focused.map(|focus| note(focus, loaded.finals.is_some())).unwrap_or_default(),
        instead: match page.clip(loaded, shared) {
            Some(clip) => clip_pane::instead(clip, shared),
            None => face.as_ref().map(|face| instead(face, shared)).unwrap_or_default(),
        },
    }
}

/// `        ▁▃▅▂▇▅▁│▂▆▇▃▁  1.9 / 6.8 s`, the bar where the voice is heard now.
fn wave_line<'a>(bars: &[f32], playhead: Option<(Duration, Duration)>, shared: &Shared, cells: usize) -> Line<'a> {
    const INDENT: usize = 8;
    let theme = &shared.theme;
    let indent = Span::raw(" ".repeat(INDENT));
    let room = cells.saturating_sub(INDENT);
    let Some((position, length)) = playhead.filter(|(_, length)| !length.is_zero()) else {
        return Line::from(vec![indent, Span::styled(waves::drawn(bars, room), theme.accent)]);
    };
    let clock = format!("  {:.1} / {:.1} s", position.as_secs_f64(), length.as_secs_f64());
    let wave = waves::drawn(bars, room.saturating_sub(text::width(&clock) + 2));
    let count = wave.chars().count();
    let at = (count as f64 * position.div_duration_f64(length)) as usize;
    let [heard, to_come]: [String; 2] =
        [wave.chars().take(at.min(count)).collect(), wave.chars().skip(at.min(count)).collect()];
    Line::from(vec![
        indent,
        Span::styled(heard, theme.accent),
        Span::styled("│", theme.on_air),
        Span::styled(to_come, theme.dim),
        Span::styled(clock, theme.dim),
    ])
}

/// Whether a photo talks, and why not.
fn motion_line<'a>(
    face: &Focus,
    loaded: &Loaded,
    speaker: SpeakerIndex,
    shared: &Shared,
    cells: usize,
) -> Option<Detail<'a>> {
    let said = motion(loaded.graph(face.mode)?, speaker, |key| &shared.facts.job(key).outputs)?;
    let text = text::clip(&format!("        {said}"), cells);
    Some(Line::from(Span::styled(text, shared.theme.dim)).into())
}

fn plain<'a>(text: String) -> Detail<'a> {
    Line::from(text).into()
}

fn heading(focus: &Focus) -> &'static str {
    match focus.subject {
        Subject::Portrait(_) => "The face",
        Subject::Voice(_) => "The voice",
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
    is_changed: bool,
    profile: &Profile,
    shared: &Shared,
    cells: usize,
) -> Line<'a> {
    let theme = &shared.theme;
    let job = shared.facts.job(looked.candidate().key);
    let mark = Mark::of(&job.state, is_changed, theme, shared.spinner());
    let state = match (&job.state, job.fraction) {
        (JobState::Running, _) if job.unfinished.is_some() => format!("{} being painted", mark.symbol),
        (JobState::Running, Some(fraction)) => format!("{} {:.0} %", mark.text(), fraction * 100.0),
        _ => mark.text(),
    };
    // The price comes first: it is never what is cut.
    let paid = shared.facts.ledger().paid.get(&looked.candidate().key);
    let price = match (looked.job.billing, paid) {
        (_, Some(paid)) => format!("{paid} paid"),
        (Billing::Free, None) => "free".to_owned(),
        (Billing::Metered { .. } | Billing::Words { .. }, None) if job.state.is_made() => "paid".to_owned(),
        (Billing::Metered { .. } | Billing::Words { .. }, None) => format!("up to {}", looked.job.price()),
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
        Span::styled(text::clip(&state, cells.saturating_sub(8)), mark.style),
        Span::styled(text::clip(&rest, cells.saturating_sub(used)), theme.dim),
    ])
}

/// Failure, the profile's own words, numbers and prompt of what is focused, most wanted first.
fn focus_lines<'a>(focus: &Focus, loaded: &Loaded, profile: &Profile, shared: &Shared, cells: usize) -> Vec<Line<'a>> {
    let theme = &shared.theme;
    let job = shared.facts.job(focus.candidate().key);
    let mut lines = clip_pane::failure_lines(&job.state, shared, cells);
    if let (Subject::Portrait(_), Some(appearance)) = (focus.subject, &profile.appearance) {
        lines.extend(text::wrap(appearance.display().as_str(), cells, 6).into_iter().map(Line::from));
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
    if loaded.keeps_earlier_voice && matches!(focus.subject, Subject::Voice(_)) {
        let keys = shared.keymap.keys(Section::Campaign, Action::RenewVoice);
        let key = keys.first().map_or_else(String::new, |key| format!(": {key} has the newer one speak"));
        let text = format!("the older voice is kept{key}");
        lines.push(Line::from(Span::styled(text::clip(text.display().as_str(), cells), theme.warning)));
    }
    if let Some(unshown) = unshown_words(focus, loaded) {
        let text = format!("the drawn baby cannot show: {}", unshown.join(", "));
        let wrapped = text::wrap(text.display().as_str(), cells, 3).into_iter();
        lines.extend(wrapped.map(|text| Line::from(Span::styled(text, theme.warning))));
    }
    if let Request::Portrait(portrait) = &*focus.job.request {
        let prompt = text::wrap(portrait.prompt.display().as_str(), cells, LONGEST_PROMPT);
        lines.extend(prompt.into_iter().map(|text| Line::from(Span::styled(text, theme.dim))));
    }
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
        JobState::Cancelled => "· cancelled".to_owned(),
        JobState::Blocked(_) => "‖ held".to_owned(),
        JobState::Pending | JobState::Made | JobState::Cached => "no portrait yet".to_owned(),
    };
    (text, theme.of_state(state))
}
