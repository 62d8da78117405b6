//! What stands beside the babies: how far draft and final are, and how the script begins; of a broken file what is wrong.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::domain::{Display, Fault, Scene};
use crate::engine::Loaded;
use crate::plan::Mode;
use crate::tui::facts::Campaign;
use crate::tui::input::action::Action;
use crate::tui::input::keymap::Section;
use crate::tui::marks::{Mark, Meaning};
use crate::tui::model::shared::Shared;
use crate::tui::model::standing;
use crate::tui::text;
use crate::tui::widgets::frame;

/// Cells that a speaker's name has at most before the line.
const SPEAKER: usize = 12;

/// Letters of a line that are looked at: a longer one is clipped anyway.
const READ: usize = 400;

/// `shown`: how many of the babies have a place.
pub(super) fn render(
    campaign: &Campaign,
    loaded: &Loaded,
    shown: usize,
    room: Rect,
    shared: &Shared,
    buffer: &mut Buffer,
) {
    let cells = usize::from(room.width);
    let mut lines = Vec::new();
    lines.push(size(campaign, loaded, shown, shared, cells));
    for mode in [Mode::Draft, Mode::Final] {
        lines.extend(standing(campaign, mode, shared, cells));
    }
    let used = lines.len() as u16;
    frame::put_lines(buffer, room, &lines);
    if room.height < used + 3 {
        return;
    }
    let below = Rect { y: room.y + used + 1, height: room.height - used - 1, ..room };
    heading("How it begins", below, shared, buffer);
    let names = loaded.campaign.profiles.iter().take(usize::from(room.height));
    let names = names.map(|profile| text::width(profile.speaker.display().as_str())).max().unwrap_or_default();
    let speaker = names.clamp("media".len(), SPEAKER);
    let scenes = loaded.campaign.scenes.iter().zip(below.rows().skip(1));
    for (scene, row) in scenes {
        let (name, words, style) = match scene {
            Scene::Dialogue(line) => {
                let speaker = loaded.campaign.profile(line.speaker).speaker.display().to_string();
                (speaker, line.text.chars().take(READ).collect::<String>(), Style::default())
            }
            Scene::Media(media) => {
                let caption = media.caption.as_deref().unwrap_or(media.source.as_str());
                ("media".to_owned(), caption.chars().take(READ).collect(), shared.theme.dim.into())
            }
        };
        let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
        let name = text::clip(&name, speaker);
        frame::put(buffer, row.x, row.y, row.width, &name, shared.theme.accent);
        let indent = (speaker as u16 + 2).min(row.width);
        frame::put(buffer, row.x + indent, row.y, row.width - indent, words.display().as_str(), style);
    }
}

/// `29 scenes · 4 babies · 2:02`
fn size<'a>(campaign: &Campaign, loaded: &Loaded, shown: usize, shared: &Shared, cells: usize) -> Line<'a> {
    let babies = loaded.campaign.profiles.len();
    let mut size = vec![
        text::count(loaded.campaign.scenes.len(), "scene"),
        if babies == 1 { "1 baby".to_owned() } else { format!("{babies} babies") },
    ];
    if shown > 0 && shown < babies {
        size[1] = format!("{shown} of {babies} babies");
    }
    let milliseconds = campaign.counts(shared.mode_of(campaign)).milliseconds;
    size.extend((milliseconds > 0).then(|| text::milliseconds(milliseconds)));
    Line::from(text::join(&size, cells).into_iter().next().unwrap_or_default())
}

/// `draft  ● made 20:31 · W watches it`
fn standing<'a>(campaign: &Campaign, mode: Mode, shared: &Shared, cells: usize) -> Option<Line<'a>> {
    let theme = &shared.theme;
    if mode == Mode::Final && !campaign.has_final() {
        return None;
    }
    let (meaning, words) = standing::of_campaign(campaign, mode);
    let mark = Mark::of_meaning(meaning, theme, shared.spinner());
    let counts = campaign.counts(mode);
    let price = counts.progress.price_of_missing;
    let mut facts = vec![match meaning {
        Meaning::Made => "made".to_owned(),
        Meaning::ToMake if counts.progress.done() > 0 => format!("{words} made"),
        _ => words,
    }];
    let now = (shared.moment, shared.clock);
    facts.extend(counts.video_at.map(|at| text::time_or_day(at, now)));
    if !counts.progress.is_complete() {
        let rest = if counts.progress.done() > 0 { " for the rest" } else { "" };
        facts.push(if price.is_zero() { "free".to_owned() } else { format!("{price}{rest}") });
    }
    let mut key = String::new();
    if campaign.entry.video(mode).is_some() && mode == shared.mode_of(campaign) {
        let keys = shared.keymap.keys(Section::Home, Action::OpenVideo);
        key = keys.first().map(|key| format!("  {key} watch")).unwrap_or_default();
    }
    let room = cells.saturating_sub(9 + text::width(&key));
    let words = text::join(&facts, room).into_iter().next().unwrap_or_default();
    Some(Line::from(vec![
        Span::styled(format!("{:<6} ", mode.name()), theme.dim),
        Span::styled(format!("{} ", mark.symbol), mark.style),
        Span::raw(words),
        Span::styled(key, theme.accent),
    ]))
}

fn heading(words: &str, row: Rect, shared: &Shared, buffer: &mut Buffer) {
    let line = "─".repeat(usize::from(row.width));
    frame::put(buffer, row.x, row.y, row.width, &line, shared.theme.border);
    frame::put(buffer, row.x, row.y, row.width, &format!("{words} "), shared.theme.dim);
}

/// What is wrong with a file that cannot be read.
pub(super) fn faults(faults: &[Fault], room: Rect, shared: &Shared, buffer: &mut Buffer) {
    let keys = shared.keymap.keys(Section::Home, Action::Edit);
    let key = keys.first().map(|key| format!(" · {key} opens it in your editor")).unwrap_or_default();
    let cells = usize::from(room.width);
    let first = format!("! this file has {}{key}", text::count(faults.len(), "fault"));
    let mut lines = vec![Line::styled(text::clip(&first, cells), shared.theme.bad), Line::default()];
    for fault in faults.iter().take(usize::from(room.height)) {
        let words = fault.to_string().display();
        lines.extend(text::wrap(words.as_str(), cells, 3).into_iter().map(Line::from));
    }
    frame::put_lines(buffer, room, &lines);
}
