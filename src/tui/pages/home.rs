//! Home: all campaigns with how far they are and what they cost; below them the babies of the selected one, what needs the
//! user, and what happened lately. Where there is nothing yet, it offers a sample. What is drawn lies beside this file.

use std::path::Path;

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use self::items::{Chosen, Item};
use self::places::Places;
use super::campaign::CampaignPage;
use super::faults::Faults;
use super::full_size::FullSize;
use super::unknowns::Unknowns;
use crate::domain::Display;
use crate::engine::{Cancel, Command, Content, Level, Scope};
use crate::plan::Mode;
use crate::tui::facts::Campaign;
use crate::tui::input::action::Action;
use crate::tui::input::keymap::Section;
use crate::tui::model::lately::{self, Happening};
use crate::tui::model::message::{Effect, Request, Spot};
use crate::tui::model::overlay::Purpose;
use crate::tui::model::page::{Page, Sight};
use crate::tui::model::query::Query;
use crate::tui::model::shared::Shared;
use crate::tui::model::{standing, submit};
use crate::tui::pages::for_phone::for_phone;
use crate::tui::pictures::cache::Ask;
use crate::tui::widgets::frame::Scroll;
use crate::tui::widgets::gauge::Gauge;
use crate::tui::widgets::{Cursor, frame};
use crate::tui::{layout, text};

mod babies;
mod empty;
mod items;
mod needs;
mod news;
mod places;
mod summary;
mod table;

#[derive(Debug, Default)]
pub struct Home {
    cursor: Cursor,
    /// The line the user chose: it stays selected wherever it moves to.
    chosen: Option<Chosen>,
    /// Whether the filter is to select the first campaign that it finds.
    is_searching: bool,
    query: Query,
    /// What can be selected, top to bottom; renewed by `settle` when something has changed.
    items: Vec<Item>,
    /// How many of them need the user.
    needs: usize,
    /// The first of those that is shown in their own box.
    first_need: usize,
    /// Cells of the longest title in the list.
    longest: u16,
    /// Newest first.
    happenings: Vec<Happening>,
    looked_in: Option<Seen>,
}

/// What the items were looked for in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Seen {
    facts: u64,
    mode: Option<Mode>,
    told: u64,
    calls: usize,
    needs_are_below: bool,
}

/// One line of the list as drawn.
enum Row {
    Heading(&'static str),
    Gap,
    Item(usize),
}

/// Rows of a box that are not its lines.
const BORDERS: u16 = 2;

impl Home {
    fn selected<'a>(&self, shared: &'a Shared) -> Option<&'a Campaign> {
        self.items.get(self.cursor.selected)?.campaign(&shared.facts)
    }

    /// The campaign whose babies are shown.
    fn looked_at<'a>(&self, shared: &'a Shared) -> Option<&'a Campaign> {
        self.selected(shared).or_else(|| self.items.iter().find_map(|item| item.campaign(&shared.facts)))
    }

    /// What was chosen by a key or a click is what stays selected.
    fn choose(&mut self, shared: &Shared) {
        self.chosen = self.items.get(self.cursor.selected).and_then(|item| item.chosen(&shared.facts));
        self.is_searching = false;
    }

    /// The line of what was chosen; while the filter hides it, the first one found.
    fn find_chosen(&mut self, shared: &Shared) {
        let line = self.chosen.as_ref().and_then(|chosen| items::line_of(chosen, &self.items, &shared.facts));
        match line {
            Some(line) => self.cursor.selected = line,
            None if self.is_searching => self.cursor.selected = 0,
            None => {}
        }
    }

    /// Goes to the next line, or the one before, that needs somebody.
    fn seek(&mut self, is_back: bool, shared: &Shared) -> Vec<Request> {
        let trouble = |line: usize| items::trouble(*self.items.get(line)?, shared);
        let at = self.cursor.selected;
        let found = standing::next(at, self.items.len(), is_back, |line| trouble(line).is_some());
        match found.and_then(|(line, went_round)| Some((line, went_round, trouble(line)?))) {
            None => Request::tell(Level::Info, "Nothing needs you here."),
            Some((line, _, what)) if line == at => Request::tell(Level::Info, format!("Only this needs you: {what}")),
            Some((line, went_round, what)) => {
                self.cursor.selected = line;
                self.choose(shared);
                Request::tell(Level::Info, standing::told(&what, went_round, is_back))
            }
        }
    }

    fn campaigns(&self) -> usize {
        self.items.len() - self.needs
    }

    fn places(&self, body: Rect) -> Places {
        places::places(body, self.campaigns(), self.needs)
    }

    /// The rows of the list, without its head.
    fn list_rows(&self, body: Rect) -> Rect {
        let list = self.places(body).list;
        let above = 1 + u16::from(places::has_columns(body));
        let height = list.height.saturating_sub(1 + above);
        Rect { x: list.x + 1, y: list.y + above, width: list.width.saturating_sub(BORDERS), height }
    }

    /// The lines of the list; what needs the user stands among them only where there is no room for a box of its own.
    fn rows(&self, body: Rect) -> Vec<Row> {
        if places::has_bottom(body) || self.needs == 0 {
            return (0..self.campaigns()).map(Row::Item).collect();
        }
        let needs = (0..self.needs).map(Row::Item);
        let campaigns = (self.needs..self.items.len()).map(Row::Item);
        let above = [Row::Heading("Needs you")].into_iter().chain(needs);
        above.chain([Row::Gap, Row::Heading("All campaigns")]).chain(campaigns).collect()
    }

    fn make(&self, mode: Mode, shared: &Shared) -> Vec<Request> {
        match self.selected(shared) {
            Some(campaign) => submit::generate(campaign, mode, Scope::default(), shared),
            None => Vec::new(),
        }
    }

    fn open(&self, shared: &Shared) -> Vec<Request> {
        let Some(item) = self.items.get(self.cursor.selected) else { return Vec::new() };
        let campaign = match (item, self.selected(shared)) {
            (Item::Calls, _) => return vec![Request::Open(Box::<Unknowns>::default())],
            (Item::Warning(_), _) | (_, None) => {
                return item.need(shared).map_or_else(Vec::new, |need| Request::tell(Level::Warning, need.told()));
            }
            (_, Some(campaign)) => campaign,
        };
        let is_broken = campaign.loaded().is_none() || item.is_need() && !campaign.entry.faults().is_empty();
        if is_broken {
            return vec![Request::Open(Box::new(Faults::of(&campaign.entry.path)))];
        }
        let failed = campaign.failed(shared.mode_of(campaign)).filter(|_| item.is_need());
        let page = CampaignPage::of(campaign, failed.map(|(_, key)| key), shared);
        let show = failed.map(|(mode, _)| Request::Show(mode));
        show.into_iter().chain([Request::Open(Box::new(page))]).collect()
    }

    fn note(&self, shared: &Shared) -> String {
        let doubt = shared.facts.ledger().unknown.len();
        match self.needs {
            _ if !self.query.is_empty() => self.query.told("only"),
            0 => "nothing needs you".to_owned(),
            1 if doubt > 0 && self.items.contains(&Item::Calls) => format!("{} to decide", text::count(doubt, "call")),
            1 => "1 needs you".to_owned(),
            needs => format!("{needs} need you"),
        }
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
        self.selected(shared)
    }

    fn footer(&self, shared: &Shared) -> Vec<Action> {
        if self.items.is_empty() && self.query.is_empty() {
            return vec![
                Action::AddSamples,
                Action::NewCampaign,
                Action::Write,
                Action::Reload,
                Action::Quit,
                Action::Help,
            ];
        }
        let has_final = self.selected(shared).is_some_and(Campaign::has_final);
        let has_video = self.selected(shared).is_some_and(|campaign| !campaign.entry.videos.is_empty());
        let doubt = (!shared.facts.ledger().unknown.is_empty()).then_some(Action::Unknowns);
        let usual = [
            Action::Open,
            Action::Draft,
            Action::Final,
            Action::Cancel,
            Action::NextTrouble,
            Action::OpenVideo,
            Action::Phone,
            Action::NewCampaign,
            Action::Write,
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
            Action::OpenVideo | Action::Phone => has_video,
            Action::NextTrouble => self.needs > 0,
            _ => true,
        };
        doubt.into_iter().chain(usual).filter(is_shown).collect()
    }

    fn act(&mut self, action: Action, shared: &Shared) -> Option<Vec<Request>> {
        let height = usize::from(self.list_rows(layout::parts(shared.size).body).height);
        if self.cursor.act(action, self.items.len(), height) {
            self.choose(shared);
            return Some(Vec::new());
        }
        match action {
            Action::NextTrouble | Action::PreviousTrouble => {
                return Some(self.seek(action == Action::PreviousTrouble, shared));
            }
            Action::Open => return Some(self.open(shared)),
            Action::Filter => return Some(vec![Request::Input(Purpose::Filter)]),
            Action::AddSamples if self.items.is_empty() => return Some(Effect::Send(Command::AddSamples).into()),
            Action::AddSamples => return Some(vec![Request::Ask(empty::samples_question(shared))]),
            Action::Back if !self.query.is_empty() => {
                self.keep_found(shared);
                self.filter("", shared);
                return Some(Vec::new());
            }
            _ => {}
        }
        Some(match (action, self.selected(shared)) {
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
            (Action::FullSize, Some(campaign)) => match items::first_face(campaign, shared) {
                Some((name, take)) => FullSize::face(campaign, name, take, shared),
                None => Request::tell(Level::Info, "No picture is made yet."),
            },
            (Action::OpenVideo, Some(campaign)) => {
                let video = campaign.entry.video(shared.mode_of(campaign)).or_else(|| campaign.entry.videos.first());
                match video {
                    Some(video) => Effect::OpenVideo(video.path.clone()).into(),
                    None => Request::tell(Level::Info, "There is no video of this campaign yet."),
                }
            }
            (Action::Phone, Some(campaign)) => for_phone(campaign, shared),
            (
                Action::Draft
                | Action::Final
                | Action::Cancel
                | Action::Edit
                | Action::CopyPath
                | Action::FullSize
                | Action::OpenVideo
                | Action::Phone,
                None,
            ) => Vec::new(),
            _ => return None,
        })
    }

    fn go_to(&mut self, number: usize, shared: &Shared) -> Vec<Request> {
        self.cursor.go_to(number, self.items.len());
        self.choose(shared);
        Vec::new()
    }

    fn click(&mut self, at: Position, body: Rect, shared: &Shared) -> Vec<Request> {
        let list = self.list_rows(body);
        let below = self.places(body).needs.map(inside);
        if let Some(steps) = below.filter(|below| self.needs == 0 && below.contains(at)) {
            let step = needs::step_at(&needs::next_steps(self.looked_at(shared), shared), at.y - steps.y, shared);
            return step.map(Request::Act).into_iter().collect();
        }
        let needs = below.filter(|_| self.needs > 0);
        let item = if list.contains(at) {
            let line = usize::from(at.y - list.y) + self.cursor.offset;
            match self.rows(body).into_iter().nth(line) {
                Some(Row::Item(item)) => Some(item),
                _ => None,
            }
        } else {
            let needs = needs.filter(|needs| needs.contains(at));
            needs.map(|needs| self.campaigns() + self.first_need + usize::from(at.y - needs.y))
        };
        let Some(item) = item.filter(|item| *item < self.items.len()) else { return Vec::new() };
        if self.cursor.selected == item {
            return self.open(shared);
        }
        self.cursor.selected = item;
        self.choose(shared);
        Vec::new()
    }

    fn filter(&mut self, text: &str, shared: &Shared) {
        self.query = Query::of(text);
        self.looked_in = None;
        self.is_searching = !text.is_empty();
        self.settle(shared);
    }

    fn keep_found(&mut self, shared: &Shared) {
        if !self.items.is_empty() {
            self.choose(shared);
        }
    }

    fn filter_text(&self) -> Option<&str> {
        Some(self.query.typed())
    }

    fn select(&mut self, campaign: &Path) {
        self.query = Query::default();
        self.looked_in = None;
        self.is_searching = false;
        self.chosen = Some(Chosen::Campaign(campaign.to_owned()));
    }

    fn settle(&mut self, shared: &Shared) {
        let body = layout::parts(shared.size).body;
        let now = Seen {
            facts: shared.facts.version(),
            mode: shared.chosen_mode,
            told: shared.lately.version(),
            calls: shared.facts.ledger().unknown.len(),
            needs_are_below: places::has_bottom(body),
        };
        if self.looked_in != Some(now) {
            self.looked_in = Some(now);
            let find = |query: &Query| items::find(query, now.needs_are_below, shared);
            self.items = self.query.find(Vec::is_empty, find);
            self.needs = self.items.iter().filter(|item| item.is_need()).count();
            let campaigns = self.items.iter().filter_map(|item| item.campaign(&shared.facts));
            self.longest =
                campaigns.map(|found| text::width(found.title().display().as_str())).max().unwrap_or(0) as u16;
            self.happenings = lately::happenings(&shared.facts, &shared.lately);
        }
        self.find_chosen(shared);
        self.settle_lines(body);
        // What the studio opens with is as good as chosen: lines that come above it do not move the user.
        if self.chosen.is_none() {
            self.choose(shared);
        }
    }

    fn picture(&self, body: Rect, shared: &Shared) -> Option<Ask> {
        self.pictures(body, shared).into_iter().next()
    }

    fn pictures(&self, body: Rect, shared: &Shared) -> Vec<Ask> {
        let room = self.places(body).babies.map(inside);
        let found = room.zip(self.looked_at(shared));
        found.map_or_else(Vec::new, |(room, campaign)| babies::asks(campaign, room, shared))
    }

    fn soon(&self, shared: &Shared) -> Vec<Ask> {
        let near = self.cursor.selected.saturating_sub(2)..(self.cursor.selected + 3).min(self.items.len());
        let campaigns = self.items[near].iter().filter_map(|item| item.campaign(&shared.facts));
        campaigns.flat_map(|campaign| babies::asks(campaign, SOON, shared)).collect()
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
            return empty::render(self.query.typed(), body, shared, buffer);
        }
        let places = self.places(body);
        frame::boxed(places.list, buffer, &shared.theme, "Campaigns", &self.note(shared));
        self.render_list(body, shared, buffer);
        if let (Some(area), Some(campaign)) = (places.babies, self.looked_at(shared)) {
            let title = campaign.title().display();
            let inner = frame::boxed_below(area, buffer, &shared.theme, title.as_str());
            match &campaign.entry.content {
                Content::Good(loaded) => {
                    babies::render(campaign, loaded, inner, sight, buffer);
                    let grid = babies::Grid::of(inner, loaded.campaign.profiles.len());
                    summary::render(campaign, loaded, grid.shown(), grid.beside(inner), shared, buffer);
                }
                Content::Broken(faults) => {
                    let room = Rect { x: inner.x + 1, width: inner.width.saturating_sub(2), ..inner };
                    summary::faults(faults, room, shared, buffer);
                }
            }
        }
        self.render_below(&places, shared, buffer);
        let position = format!("{}/{}", self.cursor.selected + 1, self.items.len());
        let lines = self.rows(body).len();
        let scroll = Scroll { offset: self.cursor.offset, rows: usize::from(self.list_rows(body).height), lines };
        frame::scrolled(places.list, buffer, &shared.theme, &position, scroll);
    }
}

/// A room in which small copies of the faces of other campaigns are made ready.
const SOON: Rect = Rect { x: 0, y: 0, width: 118, height: 20 };

fn inside(area: Rect) -> Rect {
    Rect {
        x: area.x + 1,
        y: area.y + 1,
        width: area.width.saturating_sub(BORDERS),
        height: area.height.saturating_sub(BORDERS),
    }
}

impl Home {
    /// Brings the selected line into view, in whichever box it stands.
    fn settle_lines(&mut self, body: Rect) {
        let height = usize::from(self.list_rows(body).height);
        let (campaigns, needs) = (self.campaigns(), self.needs);
        let is_below = places::has_bottom(body);
        let lines = self.rows(body).len();
        let mut cursor = self.cursor;
        let offset = cursor.offset;
        cursor.settle(self.items.len(), lines, height, |item| match item {
            // The list stands still while something below it is selected.
            item if is_below && item >= campaigns => offset,
            item if is_below || needs == 0 => item,
            item if item < needs => item + 1,
            item => item + 3,
        });
        self.cursor = cursor;
        let height = self.places(body).needs.map_or(0, |needs| usize::from(inside(needs).height));
        if let Some(need) = self.cursor.selected.checked_sub(campaigns).filter(|_| is_below) {
            self.first_need = self.first_need.min(need).max((need + 1).saturating_sub(height.max(1)));
        }
        self.first_need = self.first_need.min(needs.saturating_sub(height));
    }

    fn render_list(&self, body: Rect, shared: &Shared, buffer: &mut Buffer) {
        let (rows, theme) = (self.list_rows(body), &shared.theme);
        if places::has_columns(body) {
            table::head(Rect { y: rows.y - 1, height: 1, ..rows }, shared, buffer);
        }
        for (area, row) in rows.rows().zip(self.rows(body).into_iter().skip(self.cursor.offset)) {
            match row {
                Row::Gap => {}
                Row::Heading(text) => {
                    frame::put(buffer, area.x + 1, area.y, area.width.saturating_sub(1), text, theme.dim);
                }
                Row::Item(item) => self.render_item(item, area, places::has_columns(body), shared, buffer),
            }
        }
    }

    fn render_item(&self, item: usize, area: Rect, has_columns: bool, shared: &Shared, buffer: &mut Buffer) {
        let found = &self.query.wanted;
        match (self.items[item].need(shared), self.items[item].campaign(&shared.facts)) {
            (Some(need), _) => need.render(area, shared, buffer),
            (None, Some(campaign)) if has_columns => table::row(campaign, area, found, shared, buffer),
            (None, Some(campaign)) => table::narrow_row(campaign, area, self.longest, found, shared, buffer),
            (None, None) => {}
        }
        if item == self.cursor.selected {
            frame::select(buffer, area, &shared.theme);
        }
    }

    fn render_below(&self, places: &Places, shared: &Shared, buffer: &mut Buffer) {
        let theme = &shared.theme;
        if let Some(area) = places.needs {
            if self.needs > 0 {
                let inner = frame::boxed_below(area, buffer, theme, "Needs you");
                for (row, number) in inner.rows().zip(self.first_need..self.needs) {
                    self.render_item(self.campaigns() + number, row, true, shared, buffer);
                }
                let used = (self.needs as u16).min(inner.height);
                if places.lately.is_none() && !self.happenings.is_empty() {
                    let rest = Rect { y: inner.y + used, height: inner.height - used, ..inner };
                    news::render(&self.happenings, rest, shared, buffer);
                }
            } else {
                let inner = frame::boxed_below(area, buffer, theme, "Next");
                needs::render_steps(&needs::next_steps(self.looked_at(shared), shared), inner, shared, buffer);
            }
        }
        if let Some(area) = places.lately {
            let inner = frame::boxed_below(area, buffer, theme, "Lately");
            news::render(&self.happenings, inner, shared, buffer);
            if places.needs.is_some() {
                frame::join(area.x, area.y, "┬", theme, buffer);
                frame::join(area.x, area.bottom() - 1, "┴", theme, buffer);
            }
        }
    }
}
