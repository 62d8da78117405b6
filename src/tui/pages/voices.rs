//! The voices there are to choose from: space hears one, enter gives it to the baby that the page was opened for.

use std::path::PathBuf;
use std::sync::Arc;

use ratatui::buffer::Buffer;
use ratatui::layout::{Constraint, Layout, Position, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::domain::{Display, SpeakerIndex};
use crate::engine::voices::{VoiceEntry, VoiceList, price_of_change};
use crate::engine::{Command, Level, Loaded};
use crate::plan::{Mode, VoiceState};
use crate::tui::input::action::Action;
use crate::tui::input::keymap::Section;
use crate::tui::model::message::{Effect, Request};
use crate::tui::model::overlay::{Purpose, Question};
use crate::tui::model::page::{Page, Sight};
use crate::tui::model::query::Query;
use crate::tui::model::shared::Shared;
use crate::tui::widgets::frame::Scroll;
use crate::tui::widgets::{Cursor, frame};
use crate::tui::{layout, text};

#[derive(Debug, Default)]
pub struct VoicesPage {
    /// Whose voice is chosen: the campaign's file and the baby's name. A speaker's position changes with edits.
    baby: Option<(PathBuf, String)>,
    cursor: Cursor,
    /// The voice the user chose, by its id: it stays selected over the filter.
    chosen: Option<String>,
    query: Query,
    /// Whether the filter is to select the first voice that it finds.
    is_searching: bool,
    /// Positions in the list that pass the filter; renewed by `settle` when the filter or the list has changed.
    visible: Vec<usize>,
    /// The list that they were looked for in.
    looked_in: Option<Arc<VoiceList>>,
}

/// Lines below the list: what is known of the selected voice.
const DETAIL: u16 = 4;

impl VoicesPage {
    /// Opens the page and asks for the voices.
    pub fn open(baby: Option<(PathBuf, String)>) -> Vec<Request> {
        let page = Self { baby, ..Self::default() };
        vec![Request::Open(Box::new(page)), Request::Effect(Effect::Send(Command::Voices))]
    }

    fn selected<'a>(&self, shared: &'a Shared) -> Option<&'a VoiceEntry> {
        list(shared)?.voices.get(*self.visible.get(self.cursor.selected)?)
    }

    /// The campaign and the baby, where both are still there.
    fn speaker<'a>(&self, shared: &'a Shared) -> Option<(&'a Loaded, SpeakerIndex)> {
        let (path, name) = self.baby.as_ref()?;
        let loaded = shared.facts.at_path(path)?.loaded()?;
        Some((loaded, loaded.campaign.speaker_named(name)?))
    }

    fn give(&self, shared: &Shared) -> Vec<Request> {
        let Some(voice) = self.selected(shared) else { return Vec::new() };
        let Some((loaded, speaker)) = self.speaker(shared) else {
            let text = "Open a campaign and select a baby first: this key gives it a voice there.";
            return Request::tell(Level::Info, text);
        };
        let name = voice.name.as_str().display();
        let baby = loaded.campaign.profile(speaker);
        let who = baby.speaker.as_str().display();
        match voice.state {
            VoiceState::Gone => return Request::tell(Level::Warning, format!("{name} is not in this account.")),
            VoiceState::NeedsPlan => return Request::tell(Level::Warning, format!("{name} needs another plan.")),
            VoiceState::There if baby.voice_id == voice.id => {
                return Request::tell(Level::Info, format!("{who} speaks as {name} already."));
            }
            VoiceState::There => {}
        }
        let (lines, price) = price_of_change(loaded, speaker, Mode::Final);
        let lines = text::count(lines, "line");
        let (title, cost) = if price.is_zero() {
            (format!("Free: {who} as {name}?"), "The next run speaks its lines again, for nothing.".to_owned())
        } else {
            let cost = format!("Nothing is spent now: the next final speaks {lines} again, and asks first.");
            (format!("Up to {price}: {who} as {name}?"), cost)
        };
        let text = format!("{cost} What is made stays, and comes back with the former voice.");
        let then = vec![Effect::Send(Command::GiveVoice {
            campaign: loaded.campaign.id.clone(),
            speaker,
            voice: voice.id.clone(),
        })];
        vec![Request::Ask(Question { title, text, then, leaves: false })]
    }

    fn hear(&self, shared: &Shared) -> Vec<Request> {
        let Some(voice) = self.selected(shared) else { return Vec::new() };
        let name = voice.name.as_str().display();
        if !voice.has_preview {
            return Request::tell(Level::Info, format!("{name} has no preview."));
        }
        let command = Command::PreviewVoice { provider: voice.provider, voice: voice.id.clone() };
        vec![
            Request::Effect(Effect::Send(command)),
            Request::Tell(Level::Info, format!("Fetching the preview of {name}, which is free …")),
        ]
    }

    /// What was chosen by a key or a click is what stays selected.
    fn choose(&mut self, shared: &Shared) {
        self.chosen = self.selected(shared).map(|voice| voice.id.clone());
        self.is_searching = false;
    }

    /// The row of the chosen voice; the first one found while the filter hides it.
    fn find_row(&mut self, shared: &Shared) {
        let voices = list(shared).map(|list| list.voices.as_slice()).unwrap_or_default();
        let is_chosen = |position: &usize| voices.get(*position).map(|voice| &voice.id) == self.chosen.as_ref();
        match self.visible.iter().position(is_chosen) {
            Some(row) => self.cursor.selected = row,
            None if self.is_searching => self.cursor.selected = 0,
            None => {}
        }
    }

    fn find_visible(&mut self, shared: &Shared) {
        let voices = list(shared).map(|list| list.voices.as_slice()).unwrap_or_default();
        self.visible = self.query.find(Vec::is_empty, |query| {
            let found = voices.iter().enumerate().filter(|(_, voice)| query.is_said(voice.said()));
            found.map(|(position, _)| position).collect()
        });
    }
}

fn list(shared: &Shared) -> Option<&VoiceList> {
    shared.facts.voices().map(AsRef::as_ref)
}

fn parts(body: Rect) -> [Rect; 2] {
    let detail = if body.height > 12 { DETAIL } else { 2 };
    Layout::vertical([Constraint::Fill(1), Constraint::Length(detail)]).areas(body)
}

fn height(shared: &Shared) -> usize {
    usize::from(parts(layout::parts(shared.size).body)[0].height.saturating_sub(2))
}

impl Page for VoicesPage {
    fn section(&self) -> Section {
        Section::Voices
    }

    fn title(&self, _shared: &Shared) -> String {
        match &self.baby {
            Some((_, name)) => format!("a voice for {name}"),
            None => "voices".to_owned(),
        }
    }

    fn footer(&self, _shared: &Shared) -> Vec<Action> {
        vec![Action::HearVoice, Action::GiveVoice, Action::Filter, Action::Back, Action::Help]
    }

    fn act(&mut self, action: Action, shared: &Shared) -> Option<Vec<Request>> {
        if self.cursor.act(action, self.visible.len(), height(shared)) {
            self.choose(shared);
            return Some(Vec::new());
        }
        Some(match action {
            Action::HearVoice => self.hear(shared),
            Action::GiveVoice => self.give(shared),
            Action::Reload => Effect::Send(Command::Voices).into(),
            Action::Filter => vec![Request::Input(Purpose::Filter)],
            Action::Back if !self.query.is_empty() => {
                self.keep_found(shared);
                self.filter("", shared);
                Vec::new()
            }
            _ => return None,
        })
    }

    fn go_to(&mut self, number: usize, shared: &Shared) -> Vec<Request> {
        self.cursor.go_to(number, self.visible.len());
        self.choose(shared);
        Vec::new()
    }

    fn click(&mut self, at: Position, body: Rect, shared: &Shared) -> Vec<Request> {
        let area = parts(body)[0];
        let row = usize::from(at.y.saturating_sub(area.y + 1)) + self.cursor.offset;
        if area.contains(at) && at.y > area.y && at.y + 1 < area.bottom() && row < self.visible.len() {
            self.cursor.selected = row;
            self.choose(shared);
        }
        Vec::new()
    }

    fn filter(&mut self, text: &str, shared: &Shared) {
        self.query = Query::of(text);
        self.is_searching = !text.is_empty();
        self.find_visible(shared);
        self.settle(shared);
    }

    fn keep_found(&mut self, shared: &Shared) {
        if !self.visible.is_empty() {
            self.choose(shared);
        }
    }

    fn filter_text(&self) -> Option<&str> {
        Some(self.query.typed())
    }

    fn settle(&mut self, shared: &Shared) {
        let now = shared.facts.voices();
        if self.looked_in.as_ref().map(Arc::as_ptr) != now.map(Arc::as_ptr) || now.is_none() {
            self.find_visible(shared);
            self.looked_in = now.cloned();
        }
        self.find_row(shared);
        let voices = self.visible.len();
        self.cursor.settle(voices, voices, height(shared), |item| item);
        if self.chosen.is_none() && !self.is_searching {
            self.choose(shared);
        }
    }

    fn render(&self, body: Rect, sight: &Sight, buffer: &mut Buffer) {
        let shared = sight.shared;
        let theme = &shared.theme;
        let Some(all) = list(shared) else {
            let line = Line::from(Span::styled("Asking for the voices, which is free …", theme.dim));
            return frame::put_centred(buffer, body, &[line]);
        };
        let [area, detail] = parts(body);
        let note = match (&all.tier, all.of) {
            _ if !self.query.is_empty() => self.query.told("only"),
            (_, Some(of)) => format!("the first of {of}"),
            (Some(tier), None) => format!("plan {}", tier.as_str().display()),
            (None, None) => String::new(),
        };
        let inner = frame::boxed(area, buffer, theme, &text::count(self.visible.len(), "voice"), &note);
        let spoken = self.speaker(shared).map(|(loaded, speaker)| loaded.campaign.profile(speaker).voice_id.as_str());
        for (row, number) in inner.rows().zip(self.cursor.offset..) {
            let Some(voice) = self.visible.get(number).and_then(|&position| all.voices.get(position)) else { break };
            let is_spoken = spoken.is_some_and(|id| voice.id == id || voice.aliases.iter().any(|alias| alias == id));
            render_voice(voice, is_spoken, row, shared, buffer);
            if number == self.cursor.selected {
                frame::select(buffer, row, theme);
            }
        }
        if !self.visible.is_empty() {
            let position = format!("{}/{}", self.cursor.selected + 1, self.visible.len());
            let rows = usize::from(inner.height);
            let scroll = Scroll { offset: self.cursor.offset, rows, lines: self.visible.len() };
            frame::scrolled(area, buffer, theme, &position, scroll);
        }
        frame::put_lines(buffer, detail, &self.details(all, shared, usize::from(detail.width.saturating_sub(4))));
    }
}

impl VoicesPage {
    /// What is known of the selected voice, and what is odd about the list.
    fn details<'a>(&self, all: &VoiceList, shared: &Shared, cells: usize) -> Vec<Line<'a>> {
        let theme = &shared.theme;
        let line = |text: &str, style: Style| Line::from(Span::styled(format!("  {}", text::clip(text, cells)), style));
        let mut lines = Vec::new();
        if let Some(voice) = self.selected(shared) {
            if let Some(note) = voice.note() {
                lines.push(line(note.as_str().display().as_str(), theme.warning.into()));
            }
            let id = format!("{} · {}", voice.name, voice.id);
            lines.push(line(id.display().as_str(), Style::default()));
            lines.push(line(voice.words.as_str().display().as_str(), theme.dim.into()));
        }
        if let Some(trouble) = &all.trouble {
            lines.insert(0, line(trouble.as_str().display().as_str(), theme.warning.into()));
        }
        lines
    }
}

/// `● Jessica   premade  baby_voice_1  young, playful`: as many columns as there is room for.
fn render_voice(voice: &VoiceEntry, is_spoken: bool, row: Rect, shared: &Shared, buffer: &mut Buffer) {
    let theme = &shared.theme;
    let mark = match (is_spoken, voice.note()) {
        (true, None) => ("●", theme.good.into()),
        (true, Some(_)) => ("!", theme.bad.into()),
        (false, Some(_)) => ("!", theme.warning.into()),
        (false, None) => (" ", Style::default()),
    };
    frame::put(buffer, row.x + 1, row.y, 1, mark.0, mark.1);
    let wide = row.width >= 70;
    let name_room = if wide { 28 } else { row.width.saturating_sub(16) };
    let name = voice.name.as_str().display();
    frame::put(
        buffer,
        row.x + 3,
        row.y,
        name_room,
        &text::clip(name.as_str(), usize::from(name_room)),
        Style::default(),
    );
    let x = row.x + 4 + name_room;
    frame::put(buffer, x, row.y, row.right().saturating_sub(x), voice.origin, theme.dim);
    if !wide {
        return;
    }
    let x = x + 10;
    let stands_for = if voice.is_built_in() { String::new() } else { voice.aliases.join(" ") };
    frame::put(buffer, x, row.y, 13, &text::clip(&stands_for, 13), theme.accent);
    let x = x + 14;
    let room = row.right().saturating_sub(x + 1);
    let like = voice.words.as_str().display();
    frame::put(buffer, x, row.y, room, &text::clip(like.as_str(), usize::from(room)), theme.dim);
}
