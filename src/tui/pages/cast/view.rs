//! How the cast is drawn: a line a baby, the face of the selected one beside or below, and what to do where there is nobody.

use ratatui::buffer::Buffer;
use ratatui::layout::{Rect, Size};
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::{CastPage, mode_of};
use crate::domain::Display;
use crate::engine::{Baby, Content, FacePreview, Use};
use crate::plan::{Mode, Role};
use crate::tui::input::action::Action;
use crate::tui::input::keymap::Section;
use crate::tui::layout::{Pane, panes};
use crate::tui::marks::{Mark, Meaning};
use crate::tui::model::page::Sight;
use crate::tui::model::shared::Shared;
use crate::tui::pictures::cache::Ask;
use crate::tui::text;
use crate::tui::widgets::frame;
use crate::tui::widgets::frame::Scroll;
use crate::tui::widgets::portrait_pane::{Detail, PortraitPane, places};

/// Cells of the columns behind the tone; narrower lists leave them out from the right.
const VOICE: u16 = 12;
const CAMPAIGNS: u16 = 14;
const SCENES: u16 = 10;
const FACES: u16 = 7;
/// The same without a head.
const NARROW_FACES: u16 = 3;
const NAME: u16 = 18;
/// Narrower lists say only name, tone and marks.
const WIDE: u16 = 72;

/// The rows of the list, without its box and its head.
pub(super) fn list_rows(list: Rect) -> Rect {
    let above = 1 + u16::from(list.width >= WIDE);
    Rect {
        x: list.x + 1,
        y: list.y + above,
        width: list.width.saturating_sub(2),
        height: list.height.saturating_sub(1 + above),
    }
}

/// The picture of a baby where it is used: its portrait, what is painted of it so far, or else how the draft draws it.
pub(super) fn picture(used: &Use, mode: Mode, room: Size, shared: &Shared) -> Option<Ask> {
    let Content::Good(loaded) = &used.entry.content else { return None };
    let made = |key| shared.facts.job(key).made(Role::Picture).map(|made| Ask::made(made, room));
    let face = used.face(mode).unwrap_or(used.draft);
    let so_far = || shared.facts.job(face).unfinished.clone().map(|picture| Ask::unfinished(picture, room));
    let draft = loaded.draft.portrait_of(used.speaker);
    let drawn = || made(used.draft).or_else(|| FacePreview::of(draft).map(|face| Ask::face(face, room)));
    made(face).or_else(so_far).or_else(drawn)
}

/// The most urgent state of a baby's portraits in a mode, else the least finished.
fn mark(baby: &Baby, mode: Mode, shared: &Shared) -> Mark {
    let (theme, spinner) = (&shared.theme, shared.spinner());
    let faces = baby.used.iter().filter_map(|used| used.face(mode));
    let rank = |meaning: &Meaning| match meaning {
        Meaning::Working => 4,
        Meaning::ToMake => 5,
        Meaning::Made => 6,
        meaning => meaning.urgency().unwrap_or(5),
    };
    let meaning = faces.map(|key| Meaning::of(shared.facts.state(key), false)).min_by_key(rank);
    meaning.map_or_else(|| Mark::nothing(theme), |meaning| Mark::of_meaning(meaning, theme, spinner))
}

impl CastPage {
    pub(super) fn draw(&self, body: Rect, sight: &Sight, buffer: &mut Buffer) {
        let shared = sight.shared;
        if self.found.is_empty() {
            return self.draw_nobody(body, shared, buffer);
        }
        let places = panes(body);
        let members = self.found.iter().filter(|&&position| self.babies[position].is_member()).count();
        let note = match (self.query.typed(), members) {
            ("", 0) => "nobody is in the cast yet".to_owned(),
            ("", members) => format!("{members} in the cast"),
            _ => self.query.told("only"),
        };
        frame::boxed(places.list, buffer, &shared.theme, "Babies", &note);
        let rows = list_rows(places.list);
        if places.list.width >= WIDE {
            head(Rect { y: rows.y - 1, height: 1, ..rows }, shared, buffer);
        }
        for (row, line) in rows.rows().zip(self.cursor.offset..self.found.len()) {
            self.line(&self.babies[self.found[line]], row, shared, buffer);
            if line == self.cursor.selected {
                frame::select(buffer, row, &shared.theme);
            }
        }
        let position = format!("{}/{}", self.cursor.selected + 1, self.found.len());
        let scroll = Scroll { offset: self.cursor.offset, rows: usize::from(rows.height), lines: self.found.len() };
        frame::scrolled(places.list, buffer, &shared.theme, &position, scroll);
        if let (Some(pane), Some(baby)) = (places.pane, self.selected()) {
            self.pane(baby, pane, body, sight, buffer);
        }
    }

    fn line(&self, baby: &Baby, row: Rect, shared: &Shared, buffer: &mut Buffer) {
        let theme = &shared.theme;
        let star = if baby.is_member() { "★" } else { " " };
        let x = frame::put(buffer, row.x + 2, row.y, 2, star, theme.accent) + 1;
        let name = baby.name.as_str().display();
        let name_style = if baby.is_member() { theme.title.into() } else { Style::default() };
        let room = Rect { x, width: NAME.min(row.width / 3), ..row };
        frame::put(buffer, x, row.y, room.width, name.as_str(), name_style);
        frame::mark_found(buffer, room, name.as_str(), &self.query.wanted, theme);
        let columns = Columns::of(row);
        let start = x + room.width + 1;
        let tone = baby.tone.as_str().display();
        frame::put(
            buffer,
            start,
            row.y,
            columns.end_of_tone.saturating_sub(start + 1),
            tone.as_str(),
            Style::default(),
        );
        if let Some(x) = columns.voice {
            frame::put(buffer, x, row.y, VOICE - 1, text::voice(&baby.voice_id).as_str(), theme.dim);
        }
        if let Some(x) = columns.campaigns {
            let campaigns = match baby.campaigns().len() {
                0 => "nowhere yet".to_owned(),
                campaigns => text::count(campaigns, "campaign"),
            };
            frame::put(buffer, x, row.y, CAMPAIGNS - 1, &campaigns, Style::default());
        }
        if let Some(x) = columns.scenes {
            frame::put_right(buffer, x, row.y, SCENES - 1, &text::count(baby.scenes(), "scene"), theme.dim);
        }
        for (mode, x) in [Mode::Draft, Mode::Final].into_iter().zip(columns.faces) {
            let mark = mark(baby, mode, shared);
            frame::put(buffer, x, row.y, 1, &mark.symbol.to_string(), mark.style);
        }
    }

    fn pane(&self, baby: &Baby, pane: Pane, body: Rect, sight: &Sight, buffer: &mut Buffer) {
        let (shared, theme) = (sight.shared, &sight.shared.theme);
        let cells = usize::from(places(pane).text.width);
        let mut details: Vec<Detail> = Vec::new();
        let mut say = |name: &str, words: &str, style: Style| {
            for (number, words) in text::wrap(words, cells.saturating_sub(8), 3).into_iter().enumerate() {
                let name = if number == 0 { format!("{name:<7} ") } else { " ".repeat(8) };
                details.push(Line::from(vec![Span::styled(name, theme.dim), Span::styled(words, style)]).into());
            }
        };
        say("tone", baby.tone.as_str().display().as_str(), Style::default());
        say("voice", text::voice(&baby.voice_id).as_str(), Style::default());
        if let Some(appearance) = baby.member.as_ref().and_then(|member| member.appearance.as_deref()) {
            say("looks", appearance.display().as_str(), Style::default());
        }
        if baby.used.is_empty() {
            let name = baby.name.as_str().display();
            say("use it", &format!("write \"cast\": \"{name}\" into a profile"), theme.dim.into());
        } else {
            details.push(Detail::Heading("used in"));
        }
        let shown = self.place.min(baby.used.len().saturating_sub(1));
        for (number, used) in baby.used.iter().enumerate() {
            let face = used.face(mode_of(used, shared)).unwrap_or(used.draft);
            let mark = Mark::of(shared.facts.state(face), false, theme, shared.spinner());
            let is_shown = number == shown && baby.used.len() > 1;
            let other_tone = (used.tone != baby.tone).then(|| used.tone.as_str().display().to_string());
            let words = [used.campaign.to_string(), used.called.as_str().display().to_string()].into_iter();
            let words = words.chain(other_tone).chain([text::count(used.scenes, "scene")]);
            let words = words.collect::<Vec<_>>().join(" · ");
            let style = if is_shown { theme.title.into() } else { Style::default() };
            let words = text::clip(&words, cells.saturating_sub(4));
            let line = vec![
                Span::styled(if is_shown { "▸ " } else { "  " }, theme.accent),
                Span::styled(format!("{} ", mark.symbol), mark.style),
                Span::styled(words, style),
            ];
            details.push(Line::from(line).into());
        }
        let rows = usize::from(places(pane).text.height);
        let picture = self
            .used()
            .and_then(|used| picture(used, mode_of(used, shared), places(panes(body).pane?).picture.as_size(), shared));
        let instead = if baby.used.is_empty() { "no campaign names it yet" } else { "no picture yet" };
        let shown = PortraitPane {
            title: baby.name.as_str().display().to_string(),
            note: if baby.is_member() { "in the cast".to_owned() } else { String::new() },
            picture,
            instead: (instead.to_owned(), theme.dim.into()),
            more: details.len().saturating_sub(rows),
            details,
            heading: "",
        };
        shown.render(pane, sight.pictures, theme, shared.spinner(), buffer);
    }

    /// What to do where there is nobody to show.
    fn draw_nobody(&self, body: Rect, shared: &Shared, buffer: &mut Buffer) {
        let theme = &shared.theme;
        let dim = |text: String| Line::from(Span::styled(text, theme.dim));
        let faults = shared.facts.library().map(|library| library.cast.clone()).filter(|cast| !cast.faults.is_empty());
        let lines = match (faults, self.query.typed()) {
            (_, filter) if !filter.is_empty() => vec![dim(format!("Nobody is found by “{}”.", filter.display()))],
            (Some(cast), _) => {
                cast.faults.iter().map(|fault| dim(fault.to_string().as_str().display().to_string())).collect()
            }
            (None, _) => {
                let keys = shared.keymap.keys(Section::Cast, Action::NewCampaign);
                let key = keys.first().map_or_else(String::new, ToString::to_string);
                vec![
                    Line::from(Span::styled("No baby yet", theme.title)),
                    dim("All babies of your campaigns stand here.".to_owned()),
                    Line::default(),
                    Line::from(vec![Span::styled(format!("{key:>3}  "), theme.accent), Span::raw("start a campaign")]),
                ]
            }
        };
        frame::put_centred(buffer, body, &lines);
    }
}

fn head(row: Rect, shared: &Shared, buffer: &mut Buffer) {
    let columns = Columns::of(row);
    let dim = shared.theme.dim;
    frame::put(buffer, row.x + 4, row.y, NAME, "name", dim);
    frame::put(buffer, row.x + 4 + NAME.min(row.width / 3) + 1, row.y, 5, "tone", dim);
    for (x, name) in [(columns.voice, "voice"), (columns.campaigns, "used in")] {
        if let Some(x) = x {
            frame::put(buffer, x, row.y, VOICE, name, dim);
        }
    }
    for (x, name) in columns.faces.into_iter().zip(["draft", "final"]) {
        frame::put(buffer, x.saturating_sub(2), row.y, FACES, name, dim);
    }
}

/// Where the columns of a line begin.
struct Columns {
    end_of_tone: u16,
    voice: Option<u16>,
    campaigns: Option<u16>,
    scenes: Option<u16>,
    /// Of the marks of draft and final.
    faces: [u16; 2],
}

impl Columns {
    fn of(row: Rect) -> Self {
        let cells = if row.width + 2 >= WIDE { FACES } else { NARROW_FACES };
        let mut end = row.right().saturating_sub(1 + 2 * cells);
        let faces = [end + cells / 2 - 1, end + cells + cells / 2 - 1];
        // Name and tone keep this much.
        let least = row.x + 5 + NAME + 14;
        let mut column = |cells: u16| {
            let x = end.checked_sub(cells).filter(|x| *x > least && row.width + 2 >= WIDE)?;
            end = x;
            Some(x)
        };
        let (scenes, campaigns, voice) = (column(SCENES), column(CAMPAIGNS), column(VOICE));
        Self { end_of_tone: end, voice, campaigns, scenes, faces }
    }
}
