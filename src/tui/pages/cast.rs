//! The cast: all babies over all campaigns, the members first, with where each is used; beside them the face of the selected
//! one. Looked for when a file has changed, never while drawing.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::open_campaign;
use crate::domain::Display;
use crate::engine::{Baby, Command, Level, Use, babies};
use crate::plan::{JobKey, Mode};
use crate::tui::facts::Campaign;
use crate::tui::input::action::Action;
use crate::tui::input::keymap::Section;
use crate::tui::layout::panes;
use crate::tui::marks::Meaning;
use crate::tui::model::message::{Effect, Request};
use crate::tui::model::overlay::Purpose;
use crate::tui::model::page::{Page, Sight};
use crate::tui::model::query::Query;
use crate::tui::model::shared::Shared;
use crate::tui::pictures::cache::Ask;
use crate::tui::widgets::{Cursor, portrait_pane};
use crate::tui::{layout, text};

mod view;

#[derive(Debug, Default)]
pub struct CastPage {
    cursor: Cursor,
    /// Who is selected: they stay so wherever their line moves to.
    chosen: Option<Chosen>,
    /// Which of the places where the selected baby is used is looked at.
    place: usize,
    query: Query,
    babies: Vec<Baby>,
    /// Those that the filter lets through, as positions.
    found: Vec<usize>,
    /// The files that the babies were looked for in, and what the filter was asked of.
    looked_in: Option<(u64, u64)>,
}

/// A baby, whatever line it stands in.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Chosen {
    Member(String),
    Face(JobKey),
}

impl Chosen {
    fn of(baby: &Baby) -> Option<Self> {
        match (&baby.member, baby.used.first()) {
            (Some(member), _) => Some(Self::Member(member.name.clone())),
            (None, used) => used.map(|used| Self::Face(used.draft)),
        }
    }
}

impl CastPage {
    fn selected(&self) -> Option<&Baby> {
        self.babies.get(*self.found.get(self.cursor.selected)?)
    }

    /// The place that is looked at of the selected baby.
    fn used(&self) -> Option<&Use> {
        let used = &self.selected()?.used;
        used.get(self.place.min(used.len().saturating_sub(1)))
    }

    fn choose(&mut self) {
        let chosen = self.selected().and_then(Chosen::of);
        if chosen != self.chosen {
            // A member is looked at in its own tone first.
            let in_own_tone = |baby: &Baby| baby.used.iter().position(|used| used.tone == baby.tone);
            self.place = self.selected().and_then(in_own_tone).unwrap_or_default();
        }
        self.chosen = chosen;
    }

    fn find(&mut self, shared: &Shared) {
        let passes = |baby: &Baby, query: &Query| {
            let campaigns = baby.used.iter().map(|used| used.campaign.as_str());
            let names = || std::iter::once(baby.name.as_str()).chain(baby.used.iter().map(|used| used.called.as_str()));
            let tones = baby.used.iter().map(|used| used.tone.as_str());
            let voice = text::voice(&baby.voice_id);
            let own = [baby.tone.as_str(), voice.as_str(), if baby.is_member() { "cast" } else { "" }];
            let marks = baby.used.iter().filter_map(|used| used.face(mode_of(used, shared)));
            let marks = marks.map(|key| Meaning::of(shared.facts.state(key), false));
            query.is_said(own.into_iter().chain(names()).chain(tones).chain(campaigns))
                && query.is_spoken_by(names())
                && query.is_in_state(&marks)
        };
        let babies = &self.babies;
        self.found = self.query.find(Vec::is_empty, |query| {
            (0..babies.len()).filter(|&position| passes(&babies[position], query)).collect()
        });
    }

    fn open(&self, shared: &Shared) -> Vec<Request> {
        let Some(used) = self.used() else {
            let text = match self.selected() {
                Some(baby) => format!(
                    "No campaign names {0} yet: write \"cast\": \"{0}\" into a profile.",
                    baby.name.as_str().display()
                ),
                None => return Vec::new(),
            };
            return Request::tell(Level::Info, text);
        };
        let campaign = shared.facts.at_path(&used.entry.path);
        campaign.map_or_else(Vec::new, |campaign| {
            let face = used.face(shared.mode_of(campaign)).unwrap_or(used.draft);
            vec![Request::Open(open_campaign(campaign, Some(face), shared))]
        })
    }

    fn join(&self) -> Vec<Request> {
        match self.selected() {
            None => Vec::new(),
            Some(baby) if baby.is_member() => {
                let name = baby.name.as_str().display();
                Request::tell(Level::Info, format!("{name} is in the cast already."))
            }
            Some(_) => vec![Request::Input(Purpose::Member)],
        }
    }

    /// The picture of a use as it is shown: made, being made, or how the draft would draw it.
    fn ask(used: &Use, room: ratatui::layout::Size, shared: &Shared) -> Option<Ask> {
        view::picture(used, mode_of(used, shared), room, shared)
    }
}

/// The mode that a baby is looked at in there.
fn mode_of(used: &Use, shared: &Shared) -> Mode {
    shared.facts.at_path(&used.entry.path).map_or(Mode::Draft, |campaign| shared.mode_of(campaign))
}

fn list_height(shared: &Shared) -> usize {
    usize::from(view::list_rows(panes(layout::parts(shared.size).body).list).height)
}

impl Page for CastPage {
    fn section(&self) -> Section {
        Section::Cast
    }

    fn title(&self, _shared: &Shared) -> String {
        "cast".to_owned()
    }

    fn footer(&self, _shared: &Shared) -> Vec<Action> {
        let baby = self.selected();
        let open = baby.is_some_and(|baby| !baby.used.is_empty()).then_some(Action::Open);
        let join = baby.is_some_and(|baby| !baby.is_member()).then_some(Action::JoinCast);
        let next = baby.is_some_and(|baby| baby.used.len() > 1).then_some(Action::NextUse);
        let filter = (!self.babies.is_empty()).then_some(Action::Filter);
        let ends = [Action::FullSize, Action::Back, Action::Help];
        [open, join, next, filter].into_iter().flatten().chain(ends).collect()
    }

    fn act(&mut self, action: Action, shared: &Shared) -> Option<Vec<Request>> {
        if self.cursor.act(action, self.found.len(), list_height(shared)) {
            self.choose();
            return Some(Vec::new());
        }
        Some(match action {
            Action::Open => self.open(shared),
            Action::JoinCast => self.join(),
            Action::NextUse => {
                let places = self.selected().map_or(1, |baby| baby.used.len().max(1));
                self.place = (self.place + 1) % places;
                Vec::new()
            }
            Action::FullSize => {
                let made = self.used().and_then(|used| {
                    let key = used.face(mode_of(used, shared)).unwrap_or(used.draft);
                    shared.facts.job(key).made(crate::plan::Role::Picture)
                });
                match made {
                    Some(picture) => Effect::FullSize(picture.path.clone()).into(),
                    None => Request::tell(Level::Info, "No picture is made yet."),
                }
            }
            Action::Filter => vec![Request::Input(Purpose::Filter)],
            Action::Back if !self.query.is_empty() => {
                self.filter("", shared);
                Vec::new()
            }
            _ => return None,
        })
    }

    fn entered(&mut self, text: &str, _shared: &Shared) -> Vec<Request> {
        let (name, Some(used)) = (text.trim().to_owned(), self.used()) else { return Vec::new() };
        if name.is_empty() {
            return Vec::new();
        }
        let (campaign, speaker) = (used.campaign.clone(), used.speaker);
        self.chosen = Some(Chosen::Member(name.clone()));
        Effect::Send(Command::AddToCast { ticket: 0, campaign, speaker, name }).into()
    }

    fn go_to(&mut self, number: usize, _shared: &Shared) -> Vec<Request> {
        self.cursor.go_to(number, self.found.len());
        self.choose();
        Vec::new()
    }

    fn campaign<'a>(&self, shared: &'a Shared) -> Option<&'a Campaign> {
        shared.facts.at_path(&self.used()?.entry.path)
    }

    fn click(&mut self, at: Position, body: Rect, shared: &Shared) -> Vec<Request> {
        let rows = view::list_rows(panes(body).list);
        let line = usize::from(at.y.saturating_sub(rows.y)) + self.cursor.offset;
        if !rows.contains(at) || line >= self.found.len() {
            return Vec::new();
        }
        if self.cursor.selected == line {
            return self.open(shared);
        }
        self.cursor.selected = line;
        self.choose();
        Vec::new()
    }

    fn filter(&mut self, text: &str, shared: &Shared) {
        self.query = Query::of(text);
        self.looked_in = self.looked_in.map(|(files, _)| (files, u64::MAX));
        self.cursor.selected = 0;
        self.settle(shared);
    }

    fn keep_found(&mut self, _shared: &Shared) {
        self.choose();
    }

    fn filter_text(&self) -> Option<&str> {
        Some(self.query.typed())
    }

    fn settle(&mut self, shared: &Shared) {
        // A filter that asks for states is asked again with every job.
        let states = if self.query.asks_for_states() { shared.facts.version() } else { 0 };
        let now = (shared.facts.files, states);
        if self.looked_in.is_none_or(|(files, _)| files != now.0) {
            self.babies = shared.facts.library().map(|library| babies(library)).unwrap_or_default();
        }
        if self.looked_in != Some(now) {
            self.find(shared);
            self.looked_in = Some(now);
        }
        let is_chosen = |position: &&usize| Chosen::of(&self.babies[**position]) == self.chosen;
        let line = self.chosen.as_ref().and_then(|_| self.found.iter().position(|position| is_chosen(&position)));
        if let Some(line) = line {
            self.cursor.selected = line;
        }
        let (lines, height) = (self.found.len(), list_height(shared));
        self.cursor.settle(lines, lines, height, |item| item);
        if self.chosen.is_none() {
            self.choose();
        }
    }

    fn picture(&self, body: Rect, shared: &Shared) -> Option<Ask> {
        let room = portrait_pane::places(panes(body).pane?).picture.as_size();
        Self::ask(self.used()?, room, shared)
    }

    fn soon(&self, shared: &Shared) -> Vec<Ask> {
        let body = layout::parts(shared.size).body;
        let Some(pane) = panes(body).pane else { return Vec::new() };
        let room = portrait_pane::places(pane).picture.as_size();
        let near = self.cursor.selected.saturating_sub(2)..(self.cursor.selected + 3).min(self.found.len());
        let babies = self.found.get(near).unwrap_or_default().iter().map(|&position| &self.babies[position]);
        babies.filter_map(|baby| Self::ask(baby.used.first()?, room, shared)).collect()
    }

    fn render(&self, body: Rect, sight: &Sight, buffer: &mut Buffer) {
        self.draw(body, sight, buffer);
    }
}
