//! What stands in the palette: the actions of the page and those of every page with their keys, the campaigns and their
//! babies, and the settings of the studio. And how it is drawn.

use ratatui::buffer::Buffer;
use ratatui::layout::{Margin, Position, Rect};
use ratatui::style::{Modifier, Style};
use ratatui::widgets::{Clear, Widget};

use super::editing_view::typed;
use super::state::State;
use crate::domain::{Display, Language};
use crate::tui::facts::Campaign;
use crate::tui::input::action::Action;
use crate::tui::input::keymap::Section;
use crate::tui::layout;
use crate::tui::model::overlay::Overlay;
use crate::tui::model::palette::{Deed, Entry, Palette};
use crate::tui::model::shared::Shared;
use crate::tui::model::tuning::Choosable;
use crate::tui::text;
use crate::tui::theme::Theme;
use crate::tui::widgets::Cursor;
use crate::tui::widgets::frame::{self, Scroll};

/// Opens it over the page that is shown.
pub fn open(state: &mut State) {
    let mut entries = actions(state.page().section(), &state.shared);
    entries.extend(translations(state));
    for campaign in &state.shared.facts.campaigns {
        let title = campaign.title().display().to_string();
        let name = campaign.entry.name.as_str().display().to_string();
        let text = if title == name { format!("campaign · {name}") } else { format!("campaign · {title} · {name}") };
        entries.push(Entry { text, keys: String::new(), deed: Deed::Open(campaign.entry.path.clone()) });
    }
    entries.extend(state.shared.facts.campaigns.iter().flat_map(babies));
    entries.extend(settings(&state.shared));
    state.overlay = Some(Overlay::Palette(Box::new(Palette::new(entries, &state.shared.used))));
}

/// What keys do on a page; moving about in it is no entry.
fn actions(section: Section, shared: &Shared) -> Vec<Entry> {
    let keymap = &shared.keymap;
    let of = [section, Section::Common].into_iter().flat_map(|shown| keymap.section(shown));
    let wanted = of.map(|(action, _)| action).filter(|action| !is_motion(*action));
    let entries = wanted.filter_map(|action| {
        let keys: Vec<String> = keymap.keys(section, action).iter().map(ToString::to_string).collect();
        let text = format!("{} · {}", action.name().replace('_', " "), action.help());
        (!keys.is_empty()).then(|| Entry { text, keys: keys.join("  "), deed: Deed::Act(action) })
    });
    entries.collect()
}

fn is_motion(action: Action) -> bool {
    matches!(
        action,
        Action::Up
            | Action::Down
            | Action::Left
            | Action::Right
            | Action::PageUp
            | Action::PageDown
            | Action::HalfPageUp
            | Action::HalfPageDown
            | Action::First
            | Action::Last
            | Action::ScrollUp
            | Action::ScrollDown
            | Action::Palette
    )
}

fn babies(campaign: &Campaign) -> impl Iterator<Item = Entry> {
    campaign.loaded().into_iter().flat_map(|loaded| {
        loaded.campaign.speakers().map(|(speaker, profile)| {
            let name = profile.speaker.as_str().display();
            let id = loaded.campaign.id.clone();
            let text = format!("baby · {name} · {id}");
            let deed = Deed::Baby(id, loaded.draft.portrait_of(loaded.campaign.face_of(speaker)).key);
            Entry { text, keys: String::new(), deed }
        })
    })
}

/// The campaign of the page in each other language.
fn translations(state: &State) -> Vec<Entry> {
    let page = state.page();
    let found = page.campaign(&state.shared).filter(|_| page.section() == Section::Campaign);
    let Some(loaded) = found.and_then(Campaign::loaded) else { return Vec::new() };
    let is_spoken = |language: Language| loaded.campaign.speakers().all(|(_, profile)| profile.language == language);
    let others = Language::ALL.into_iter().filter(|language| !is_spoken(*language));
    let entry = |language: Language| Entry {
        text: format!("translate · into {}, in a file of its own", language.name()),
        keys: String::new(),
        deed: Deed::Translate(loaded.campaign.id.clone(), language),
    };
    others.map(entry).collect()
}

/// Every value of every setting that can be changed here.
fn settings(shared: &Shared) -> impl Iterator<Item = Entry> {
    shared.tunings.choosable.iter().map(|Choosable { setting, word, meaning, tuning }| Entry {
        text: format!("setting · {} {word} · {meaning}", setting.replace(['_', '.'], " ")),
        keys: if shared.tunings.is_chosen(*tuning) { "now".to_owned() } else { String::new() },
        deed: Deed::Set(*tuning),
    })
}

/// Entries that are seen at once.
pub fn height(shared: &Shared) -> usize {
    usize::from(place(layout::parts(shared.size).body).height.saturating_sub(4))
}

fn place(body: Rect) -> Rect {
    const WIDEST: u16 = 96;
    // Two frames side by side are hard to read: where there is little room it takes all of it.
    if body.width < WIDEST + 8 {
        return body;
    }
    Rect { x: body.x + (body.width - WIDEST) / 2, width: WIDEST, height: body.height.min(26), ..body }
}

/// The entry at a place of the screen.
pub fn entry_at(palette: &Palette, body: Rect, at: Position) -> Option<usize> {
    let list = list(place(body).inner(Margin::new(1, 1)));
    let item = usize::from(at.y.checked_sub(list.y)?) + settled(palette, list).offset;
    (list.contains(at) && item < palette.rows().len()).then_some(item)
}

fn list(inner: Rect) -> Rect {
    Rect { y: inner.y + 2, height: inner.height.saturating_sub(2), ..inner }
}

fn settled(palette: &Palette, list: Rect) -> Cursor {
    let (mut cursor, all) = (palette.cursor, palette.rows().len());
    cursor.settle(all, all, usize::from(list.height), |item| item);
    cursor
}

/// Draws it over the page; returns where the cursor stands.
pub fn render(palette: &Palette, theme: &Theme, body: Rect, buffer: &mut Buffer) -> Position {
    let place = place(body);
    Clear.render(place, buffer);
    let all = palette.rows().len();
    let inner = frame::boxed(place, buffer, theme, palette.title, &format!("{all} found"));
    let x = frame::put(buffer, inner.x + 1, inner.y, inner.width, "▸ ", theme.accent);
    let room = Rect { x, y: inner.y, width: inner.right().saturating_sub(x + 1), height: 1 };
    let typing = typed(&palette.line, room, Style::default(), buffer);
    let list = list(inner);
    let cursor = settled(palette, list);
    for (row, (position, (entry, found))) in list.rows().zip(palette.rows().enumerate().skip(cursor.offset)) {
        let keys = text::width(&entry.keys).min(20) as u16;
        let cells = row.width.saturating_sub(keys + 5);
        frame::put(buffer, row.x + 2, row.y, cells, &entry.text, Style::default());
        let shown = text::clip(&entry.text, usize::from(cells));
        let style = Style::from(theme.accent).add_modifier(Modifier::UNDERLINED);
        let mut x = row.x + 2;
        for (at, letter) in shown.chars().enumerate() {
            let width = text::width(letter.encode_utf8(&mut [0; 4])) as u16;
            if found.letters.binary_search(&(at as u32)).is_ok() {
                buffer.set_style(Rect { x, y: row.y, width, height: 1 }.intersection(row), style);
            }
            x += width;
        }
        frame::put_right(buffer, row.right().saturating_sub(keys + 2), row.y, keys, &entry.keys, theme.accent);
        if position == cursor.selected {
            frame::select(buffer, row, theme);
        }
    }
    let scroll = Scroll { offset: cursor.offset, rows: usize::from(list.height), lines: all };
    frame::scrolled(place, buffer, theme, "", scroll);
    typing
}
