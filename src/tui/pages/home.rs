//! Home: what needs the user first, then all campaigns, with the face of the selected one beside them. Where there
//! is nothing yet, it offers a sample.

use std::path::{Path, PathBuf};

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::campaign::CampaignPage;
use super::faults::Faults;
use super::home_pane;
use crate::domain::Display;
use crate::engine::{Cancel, Command, Level, Scope};
use crate::plan::{Mode, Role};
use crate::tui::facts::{Campaign, Facts};
use crate::tui::input::action::Action;
use crate::tui::input::keymap::Section;
use crate::tui::marks::Mark;
use crate::tui::model::message::{Effect, Request, Spot};
use crate::tui::model::overlay::{Purpose, Question};
use crate::tui::model::page::{Page, Sight};
use crate::tui::model::query::Query;
use crate::tui::model::shared::{EngineState, Shared};
use crate::tui::model::standing;
use crate::tui::model::submit;
use crate::tui::pictures::cache::{Ask, Source};
use crate::tui::widgets::frame::Scroll;
use crate::tui::widgets::gauge::Gauge;
use crate::tui::widgets::{Cursor, frame, portrait_pane};
use crate::tui::{layout, text};

#[derive(Debug, Default)]
pub struct Home {
    cursor: Cursor,
    /// The line the user chose: it stays selected wherever it moves to.
    chosen: Option<(Kind, PathBuf)>,
    /// Whether the filter is to select the first campaign that it finds.
    is_searching: bool,
    filter: String,
    query: Query,
    /// What can be selected, top to bottom; renewed by `settle` when something has changed.
    items: Vec<Item>,
    /// The facts and the choice of draft or final that the items were looked for in.
    looked_in: Option<(u64, Option<Mode>)>,
}

/// One selectable line: a position in [`Facts::campaigns`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Item {
    Need(usize),
    Campaign(usize),
}

/// In which of the two lists a line stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Need,
    Campaign,
}

impl Item {
    fn kind(self) -> Kind {
        match self {
            Item::Need(_) => Kind::Need,
            Item::Campaign(_) => Kind::Campaign,
        }
    }

    fn position(self) -> usize {
        match self {
            Item::Need(position) | Item::Campaign(position) => position,
        }
    }
}

/// One line as drawn.
enum Row {
    Heading(&'static str),
    Gap,
    Item(usize),
}

impl Home {
    fn selected<'a>(&self, facts: &'a Facts) -> Option<&'a Campaign> {
        facts.campaigns.get(self.items.get(self.cursor.selected)?.position())
    }

    /// What was chosen by a key or a click is what stays selected.
    fn choose(&mut self, facts: &Facts) {
        let kind = self.items.get(self.cursor.selected).map(|item| item.kind());
        self.chosen = kind.zip(self.selected(facts).map(|campaign| campaign.entry.path.clone()));
        self.is_searching = false;
    }

    /// The line of the chosen campaign: in its list, else in the other; while the filter hides it, the first one found.
    fn find_chosen(&mut self, facts: &Facts) {
        let path = |item: &Item| facts.campaigns.get(item.position()).map(|campaign| &campaign.entry.path);
        let Some((kind, chosen)) = &self.chosen else {
            self.cursor.selected = if self.is_searching { 0 } else { self.cursor.selected };
            return;
        };
        let is_chosen = |item: &Item| path(item) == Some(chosen);
        let found = self.items.iter().position(|item| item.kind() == *kind && is_chosen(item));
        match found.or_else(|| self.items.iter().position(is_chosen)) {
            Some(line) => self.cursor.selected = line,
            None if self.is_searching => self.cursor.selected = 0,
            None => {}
        }
    }

    /// The campaigns that pass the filter: those that need the user, then all.
    fn find_items(&mut self, shared: &Shared) {
        let query = &self.query;
        let passes = |campaign: &Campaign| {
            let profiles = campaign.loaded().map(|loaded| loaded.campaign.profiles.as_slice()).unwrap_or_default();
            let (mark, _) = standing::of_campaign(campaign, shared.mode_of(campaign));
            query.is_said([campaign.title(), &campaign.entry.name])
                && query.is_spoken_by(profiles.iter().map(|profile| profile.speaker.as_str()))
                && query.is_in_state(&std::iter::once(mark))
        };
        let campaigns = shared.facts.campaigns.iter().enumerate();
        let found: Vec<(usize, &Campaign)> = campaigns.filter(|(_, campaign)| passes(campaign)).collect();
        let needs = found.iter().filter(|(_, campaign)| is_need(campaign)).map(|(position, _)| Item::Need(*position));
        self.items = needs.chain(found.iter().map(|(position, _)| Item::Campaign(*position))).collect();
    }

    /// Goes to the next campaign, or the one before, that needs somebody; each is visited once.
    fn seek(&mut self, is_back: bool, shared: &Shared) -> Vec<Request> {
        let trouble = |item: usize| {
            let item = *self.items.get(item)?;
            let campaign = shared.facts.campaigns.get(item.position())?;
            let (mark, what) = standing::of_campaign(campaign, shared.mode_of(campaign));
            let what = match item {
                Item::Need(_) => need(campaign, shared),
                Item::Campaign(_) => Some(what).filter(|_| mark.urgency().is_some() && !is_need(campaign))?,
            };
            Some(format!("{}: {what}", campaign.title()))
        };
        let at = self.cursor.selected;
        let found = standing::next(at, self.items.len(), is_back, |item| trouble(item).is_some());
        match found.and_then(|(item, went_round)| Some((item, went_round, trouble(item)?))) {
            None => Request::tell(Level::Info, "Nothing needs you here."),
            Some((item, _, what)) if item == at => Request::tell(Level::Info, format!("Only this needs you: {what}")),
            Some((item, went_round, what)) => {
                self.cursor.selected = item;
                self.choose(&shared.facts);
                Request::tell(Level::Info, standing::told(&what, went_round, is_back))
            }
        }
    }

    fn needs(&self) -> usize {
        self.items.iter().filter(|item| matches!(item, Item::Need(_))).count()
    }

    /// The lines with headings, which are there only when something needs the user.
    fn rows(&self) -> Vec<Row> {
        let needs = self.needs();
        let mut rows = Vec::with_capacity(self.items.len() + 3);
        if needs > 0 {
            rows.push(Row::Heading("Needs you"));
            rows.extend((0..needs).map(Row::Item));
            rows.push(Row::Gap);
            rows.push(Row::Heading("All campaigns"));
        }
        rows.extend((needs..self.items.len()).map(Row::Item));
        rows
    }

    fn line_of(&self, item: usize) -> usize {
        match self.needs() {
            0 => item,
            needs if item < needs => item + 1,
            _ => item + 3,
        }
    }

    fn make(&self, mode: Mode, shared: &Shared) -> Vec<Request> {
        match self.selected(&shared.facts) {
            Some(campaign) => submit::generate(campaign, mode, Scope::default(), shared),
            None => Vec::new(),
        }
    }

    fn face(&self, body: Rect, shared: &Shared) -> Option<Ask> {
        let pane = layout::panes(body).pane?;
        let campaign = self.selected(&shared.facts)?;
        let graph = campaign.loaded()?.graph(shared.mode_of(campaign))?;
        let job = graph.portraits.first().map(|&index| &graph.jobs[index])?;
        let made = shared.facts.job(job.key).made(Role::Picture)?;
        let room = portrait_pane::places(pane).picture.as_size();
        Some(Ask::made(made, room))
    }
}

impl Page for Home {
    fn section(&self) -> Section {
        Section::Home
    }

    fn title(&self, shared: &Shared) -> String {
        match shared.facts.library() {
            Some(library) if !library.entries.is_empty() => text::count(library.entries.len(), "campaign"),
            _ => "the studio".to_owned(),
        }
    }

    fn campaign<'a>(&self, shared: &'a Shared) -> Option<&'a Campaign> {
        self.selected(&shared.facts)
    }

    fn footer(&self, shared: &Shared) -> Vec<Action> {
        if self.items.is_empty() && self.filter.is_empty() {
            return vec![Action::AddSamples, Action::NewCampaign, Action::Reload, Action::Quit, Action::Help];
        }
        let has_final = self.selected(&shared.facts).is_some_and(Campaign::has_final);
        let doubt = (!shared.facts.ledger().unknown.is_empty()).then_some(Action::Unknowns);
        let usual = [
            Action::Open,
            Action::Draft,
            Action::Final,
            Action::Cancel,
            Action::NextTrouble,
            Action::NewCampaign,
            Action::Edit,
            Action::Filter,
            Action::AddSamples,
            Action::ShowDraft,
            Action::ShowFinal,
            Action::Log,
            Action::Quit,
            Action::Help,
        ];
        let is_shown = |action: &Action| match action {
            Action::ShowDraft | Action::ShowFinal => has_final,
            Action::NextTrouble => self.needs() > 0,
            _ => true,
        };
        doubt.into_iter().chain(usual).filter(is_shown).collect()
    }

    fn act(&mut self, action: Action, shared: &Shared) -> Option<Vec<Request>> {
        let body = layout::parts(shared.size).body;
        let height = usize::from(layout::panes(body).list.height.saturating_sub(2));
        if self.cursor.act(action, self.items.len(), height) {
            self.choose(&shared.facts);
            return Some(Vec::new());
        }
        if matches!(action, Action::NextTrouble | Action::PreviousTrouble) {
            return Some(self.seek(action == Action::PreviousTrouble, shared));
        }
        let campaign = self.selected(&shared.facts);
        Some(match (action, campaign) {
            (Action::AddSamples, None) => Effect::Send(Command::AddSamples).into(),
            (Action::AddSamples, Some(_)) => vec![Request::Ask(samples_question(shared))],
            (Action::Filter, _) => vec![Request::Input(Purpose::Filter)],
            (Action::Back, _) if !self.filter.is_empty() => {
                self.keep_found(shared);
                self.filter("", shared);
                Vec::new()
            }
            (Action::Open, Some(campaign)) => {
                let need = matches!(self.items.get(self.cursor.selected), Some(Item::Need(_)));
                let is_broken = campaign.loaded().is_none() || need && !campaign.entry.faults().is_empty();
                if is_broken {
                    return Some(vec![Request::Open(Box::new(Faults::of(&campaign.entry.path)))]);
                }
                let failed = campaign.failed(shared.mode_of(campaign)).filter(|_| need);
                let page = CampaignPage::of(campaign, failed.map(|(_, key)| key), shared);
                let show = failed.map(|(mode, _)| Request::Show(mode));
                show.into_iter().chain([Request::Open(Box::new(page))]).collect()
            }
            (Action::Draft, Some(_)) => self.make(Mode::Draft, shared),
            (Action::Final, Some(_)) => self.make(Mode::Final, shared),
            (Action::Cancel, Some(campaign)) => match campaign.id() {
                Some(id) if shared.facts.runs.iter().any(|run| run.campaign == *id) => {
                    Effect::Send(Command::Cancel(Cancel::Campaign(id.clone()))).into()
                }
                _ => Request::tell(Level::Info, "Nothing of this campaign is being made."),
            },
            (Action::Edit, Some(campaign)) => {
                let line = campaign.entry.faults().first().and_then(|fault| fault.line);
                Effect::Edit { path: campaign.entry.path.clone(), at: line.map_or(Spot::Top, Spot::Line) }.into()
            }
            (Action::CopyPath, Some(campaign)) => {
                Effect::Copy(campaign.entry.path.to_string_lossy().into_owned()).into()
            }
            (Action::FullSize, Some(_)) => match self.face(Rect::new(0, 0, 200, 60), shared) {
                Some(Ask { source: Source::File(path), .. }) => Effect::FullSize(path).into(),
                _ => Request::tell(Level::Info, "No picture is made yet."),
            },
            (
                Action::Open
                | Action::Draft
                | Action::Final
                | Action::Cancel
                | Action::Edit
                | Action::CopyPath
                | Action::FullSize,
                None,
            ) => Vec::new(),
            _ => return None,
        })
    }

    fn go_to(&mut self, number: usize, shared: &Shared) -> Vec<Request> {
        self.cursor.go_to(number, self.items.len());
        self.choose(&shared.facts);
        Vec::new()
    }

    fn click(&mut self, at: Position, body: Rect, shared: &Shared) -> Vec<Request> {
        let list = layout::panes(body).list;
        let line = usize::from(at.y.saturating_sub(list.y + 1)) + self.cursor.offset;
        let inside = list.contains(at) && at.y > list.y && at.y + 1 < list.bottom();
        let Some(Row::Item(item)) = self.rows().into_iter().nth(line).filter(|_| inside) else { return Vec::new() };
        if self.cursor.selected == item {
            return self.act(Action::Open, shared).unwrap_or_default();
        }
        self.cursor.selected = item;
        self.choose(&shared.facts);
        Vec::new()
    }

    fn filter(&mut self, text: &str, shared: &Shared) {
        text.clone_into(&mut self.filter);
        self.query = Query::of(text);
        self.looked_in = None;
        self.is_searching = !text.is_empty();
        self.settle(shared);
    }

    fn keep_found(&mut self, shared: &Shared) {
        if !self.items.is_empty() {
            self.choose(&shared.facts);
        }
    }

    fn filter_text(&self) -> Option<&str> {
        Some(&self.filter)
    }

    fn select(&mut self, campaign: &Path) {
        self.filter.clear();
        self.query = Query::default();
        self.looked_in = None;
        self.is_searching = false;
        self.chosen = Some((Kind::Campaign, campaign.to_owned()));
    }

    fn settle(&mut self, shared: &Shared) {
        let now = Some((shared.facts.version(), shared.chosen_mode));
        if self.looked_in != now {
            self.looked_in = now;
            self.find_items(shared);
        }
        self.find_chosen(&shared.facts);
        let height = layout::panes(layout::parts(shared.size).body).list.height.saturating_sub(2);
        let lines = self.line_of(self.items.len());
        let mut cursor = self.cursor;
        cursor.settle(self.items.len(), lines, usize::from(height), |item| self.line_of(item));
        self.cursor = cursor;
        // What the studio opens with is as good as chosen: lines that come above it do not move the user.
        if self.chosen.is_none() {
            self.choose(&shared.facts);
        }
    }

    fn picture(&self, body: Rect, shared: &Shared) -> Option<Ask> {
        self.face(body, shared)
    }

    fn gauge(&self, shared: &Shared) -> Option<Gauge> {
        let running = |campaign: &&Campaign| {
            campaign.id().is_some_and(|id| shared.facts.runs.iter().any(|run| run.campaign == *id))
        };
        let mut gauge = Gauge { elapsed: submit::elapsed(shared, |_| true), ..Gauge::default() };
        for campaign in shared.facts.campaigns.iter().filter(running) {
            gauge.add(campaign.progress(shared.mode_of(campaign)));
        }
        (gauge.total > 0).then_some(gauge)
    }

    fn render(&self, body: Rect, sight: &Sight, buffer: &mut Buffer) {
        let shared = sight.shared;
        if self.items.is_empty() {
            return self.render_empty(body, shared, buffer);
        }
        let panes = layout::panes(body);
        let doubt = shared.facts.ledger().unknown.len();
        let note = match self.needs() {
            _ if !self.filter.is_empty() => format!("only “{}”", self.filter.display()),
            0 if doubt > 0 => format!("{} to decide", text::count(doubt, "call")),
            0 => "nothing needs you".to_owned(),
            1 => "1 needs you".to_owned(),
            needs => format!("{needs} need you"),
        };
        let inner = frame::boxed(panes.list, buffer, &shared.theme, "Campaigns", &note);
        let longest = self.longest_title(shared);
        for (area, row) in inner.rows().zip(self.rows().into_iter().skip(self.cursor.offset)) {
            match row {
                Row::Gap => {}
                Row::Heading(text) => {
                    frame::put(buffer, area.x + 1, area.y, area.width.saturating_sub(1), text, shared.theme.dim);
                }
                Row::Item(item) => {
                    self.render_item(item, longest, area, shared, buffer);
                    if item == self.cursor.selected {
                        frame::select(buffer, area, &shared.theme);
                    }
                }
            }
        }
        if let (Some(pane), Some(campaign)) = (panes.pane, self.selected(&shared.facts)) {
            let picture = self.face(body, shared);
            home_pane::content(campaign, shared, pane, picture).render(
                pane,
                sight.pictures,
                &shared.theme,
                shared.spinner(),
                buffer,
            );
        }
        let position = format!("{}/{}", self.cursor.selected + 1, self.items.len());
        let rows = usize::from(inner.height);
        let scroll = Scroll { offset: self.cursor.offset, rows, lines: self.line_of(self.items.len()) };
        frame::scrolled(panes.list, buffer, &shared.theme, &position, scroll);
    }
}

impl Home {
    fn render_item(&self, item: usize, longest: u16, area: Rect, shared: &Shared, buffer: &mut Buffer) {
        let theme = &shared.theme;
        let Some(campaign) = shared.facts.campaigns.get(self.items[item].position()) else { return };
        let title = campaign.title().display();
        let room = area.width.saturating_sub(3);
        if let Item::Need(_) = self.items[item] {
            let next = frame::put(buffer, area.x + 2, area.y, room / 2, &format!("! {title}"), theme.bad);
            let x = next.max(area.x + 2 + (room / 3).min(24)) + 2;
            let reason = need(campaign, shared);
            frame::put(buffer, x, area.y, area.right().saturating_sub(x + 1), &reason, Style::default());
            return;
        }
        let mode = shared.mode_of(campaign);
        let (meaning, text) = standing::of_campaign(campaign, mode);
        let mark = Mark::of_meaning(meaning, theme, shared.spinner());
        let status = 14.min(room / 2);
        // No title is cut for the sake of a number.
        let has_room = |cells: u16| longest + 1 + cells + status <= room || room >= 72;
        let length = if room >= 44 && has_room(8) { 8 } else { 0 };
        let scenes = if room >= 60 && has_room(length + 11) { 11 } else { 0 };
        let title_room = room.saturating_sub(status + length + scenes);
        let place = Rect { x: area.x + 2, width: title_room.saturating_sub(1), ..area };
        frame::put(buffer, place.x, place.y, place.width, title.as_str(), Style::default());
        frame::mark_found(buffer, place, title.as_str(), &self.query.words, theme);
        let mut x = area.x + 2 + title_room;
        if let (Some(loaded), true) = (campaign.loaded(), scenes > 0) {
            let count = text::count(loaded.campaign.scenes.len(), "scene");
            frame::put(buffer, x, area.y, scenes - 1, &count, theme.dim);
        }
        x += scenes;
        let x = frame::put(buffer, x, area.y, 2, &mark.symbol.to_string(), mark.style) + 1;
        frame::put(buffer, x, area.y, status.saturating_sub(2), &text, mark.style);
        let milliseconds = campaign.counts(mode).milliseconds;
        if length > 0 && milliseconds > 0 {
            let x = area.right().saturating_sub(length + 1);
            frame::put_right(buffer, x, area.y, length, &text::milliseconds(milliseconds), theme.dim);
        }
    }

    /// Cells of the longest title in the list.
    fn longest_title(&self, shared: &Shared) -> u16 {
        let titles = self.items.iter().filter_map(|item| shared.facts.campaigns.get(item.position()));
        titles.map(|campaign| text::width(campaign.title().display().as_str()) as u16).max().unwrap_or_default()
    }

    fn render_empty(&self, body: Rect, shared: &Shared, buffer: &mut Buffer) {
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
            (_, Some(_)) if !self.filter.is_empty() => {
                vec![dim(format!("No campaign is found by “{}”.", self.filter.display()))]
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
}

/// The samples come into a folder that is the user's own.
fn samples_question(shared: &Shared) -> Question {
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

/// Whether a campaign stands among what needs the user first.
fn is_need(campaign: &Campaign) -> bool {
    !campaign.entry.faults().is_empty() || campaign.failed(Mode::Final).is_some()
}

/// Why a campaign needs the user, in one line.
fn need(campaign: &Campaign, shared: &Shared) -> String {
    match (campaign.entry.faults(), campaign.failed(shared.mode_of(campaign))) {
        ([first, ..], _) => {
            let count = text::count(campaign.entry.faults().len(), "fault");
            let kept = if campaign.loaded().is_some() { ", the last good version is kept" } else { "" };
            format!("{count}{kept}: {first}").display().to_string()
        }
        ([], Some((_, key))) => submit::failure_of(key, shared).unwrap_or_default(),
        ([], None) => String::new(),
    }
}
