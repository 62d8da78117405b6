//! The contact sheet: all takes of one face or voice, to look at or hear, keep, star, compare and put in the trash.

use std::path::PathBuf;

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::full_size::FullSize;
use super::takes_view;
use crate::domain::MicroDollars;
use crate::engine::{Level, Likeness, Loaded, Subject, takes_a_note};
use crate::plan::{Job, JobKey, Mode, Pick, Role, TakeMark};
use crate::tui::facts::Campaign;
use crate::tui::input::action::Action;
use crate::tui::input::keymap::Section;
use crate::tui::layout;
use crate::tui::model::editing::Of;
use crate::tui::model::history::Taken;
use crate::tui::model::message::{Effect, Request};
use crate::tui::model::overlay::Purpose;
use crate::tui::model::page::{Page, Sight};
use crate::tui::model::selection::Selection;
use crate::tui::model::shared::Shared;
use crate::tui::model::submit::{self, TakeOf, Wish};
use crate::tui::pictures::cache::Ask;
use crate::tui::pictures::waves::Heard;
use crate::tui::takes::{self, Candidate};
use crate::tui::widgets::Cursor;

pub struct TakesPage {
    path: PathBuf,
    whose: Whose,
    /// The take the person chose: it stays selected while others come and go.
    chosen: Option<JobKey>,
    cursor: Cursor,
    /// The first of two to be compared.
    compared: Option<JobKey>,
    is_comparing: bool,
    /// What was put in the trash here, newest last.
    trashed: Vec<JobKey>,
    /// How many takes there will be before the last of those that were asked for: that one is selected when it comes.
    awaited: Option<usize>,
}

/// Whose takes: found again after an edit.
enum Whose {
    /// The baby with this name.
    Face(String),
    Line(Selection),
}

/// Takes at once that a number can ask for at most.
const MOST_AT_ONCE: usize = 9;

/// All that the page shows.
pub(super) struct Sheet<'a> {
    pub loaded: &'a Loaded,
    pub mode: Mode,
    pub subject: Subject,
    pub job: &'a Job,
    pub candidates: Vec<Candidate>,
    pub in_trash: usize,
}

impl Sheet<'_> {
    pub fn is_of_faces(&self) -> bool {
        matches!(self.subject, Subject::Portrait(_))
    }

    pub fn is_starred(&self, candidate: &Candidate) -> bool {
        self.loaded.choices.stars.contains(&candidate.key)
    }

    pub fn is_in_use(&self, candidate: &Candidate) -> bool {
        candidate.key == self.job.key
    }
}

impl TakesPage {
    /// The takes of a subject; `looked_at` is selected.
    pub fn of(campaign: &Campaign, subject: Subject, looked_at: JobKey, shared: &Shared) -> Option<Self> {
        let loaded = campaign.loaded()?;
        let whose = match subject {
            Subject::Portrait(speaker) => Whose::Face(loaded.campaign.profile(speaker).speaker.clone()),
            Subject::Voice(scene) => {
                let mut line = Selection::default();
                line.follow(loaded);
                line.scene = Some(scene);
                Whose::Line(line)
            }
        };
        let mut page = Self {
            path: campaign.entry.path.clone(),
            whose,
            chosen: Some(looked_at),
            cursor: Cursor::default(),
            compared: None,
            is_comparing: false,
            trashed: Vec::new(),
            awaited: None,
        };
        page.settle(shared);
        Some(page)
    }

    pub(super) fn sheet<'a>(&self, shared: &'a Shared) -> Option<Sheet<'a>> {
        let campaign = self.campaign(shared)?;
        let (loaded, mode) = (campaign.loaded()?, shared.mode_of(campaign));
        let graph = loaded.graph(mode)?;
        let subject = match &self.whose {
            Whose::Face(name) => Subject::Portrait(loaded.campaign.speaker_named(name)?),
            Whose::Line(line) => Subject::Voice(line.scene.filter(|scene| loaded.campaign.line(*scene).is_some())?),
        };
        let job = takes::job_of(graph, subject)?;
        let candidates = takes::candidates(loaded, graph, subject, &shared.facts);
        let in_trash = takes::trashed(loaded, graph, subject, &shared.facts).len();
        Some(Sheet { loaded, mode, subject, job, candidates, in_trash })
    }

    pub(super) fn selected(&self) -> usize {
        self.cursor.selected
    }

    pub(super) fn offset(&self) -> usize {
        self.cursor.offset
    }

    /// The first of two to be compared, where one is marked.
    pub(super) fn compared(&self) -> Option<JobKey> {
        self.compared
    }

    /// The two that stand side by side, in the order of the sheet.
    pub(super) fn pair(&self, sheet: &Sheet) -> Option<[usize; 2]> {
        let first = self.compared.filter(|_| self.is_comparing)?;
        let position = |key| sheet.candidates.iter().position(|candidate| candidate.key == key);
        let (first, second) = (position(first)?, position(self.chosen?)?);
        (first != second).then(|| [first.min(second), first.max(second)])
    }

    fn candidate<'s>(&self, sheet: &'s Sheet) -> Option<&'s Candidate> {
        sheet.candidates.get(self.cursor.selected)
    }

    /// Moves to a take; a voice is heard.
    fn go(&mut self, position: usize, sheet: &Sheet, shared: &Shared) -> Vec<Request> {
        let position = position.min(sheet.candidates.len().saturating_sub(1));
        let has_moved = std::mem::replace(&mut self.cursor.selected, position) != position;
        self.chosen = sheet.candidates.get(position).map(|candidate| candidate.key);
        if has_moved && !sheet.is_of_faces() { self.hear(sheet, shared) } else { Vec::new() }
    }

    fn hear(&self, sheet: &Sheet, shared: &Shared) -> Vec<Request> {
        let candidate = self.candidate(sheet);
        let sound = candidate.and_then(|candidate| shared.facts.job(candidate.key).made(Role::Sound));
        match sound {
            Some(made) => Effect::Hear(made.path.clone()).into(),
            None if sheet.is_of_faces() => Vec::new(),
            None => Request::tell(Level::Info, "This take is not made yet."),
        }
    }

    fn step(&self, action: Action, sheet: &Sheet, shared: &Shared) -> Option<usize> {
        let (at, count) = (self.cursor.selected, sheet.candidates.len());
        let grid = takes_view::grid(layout::parts(shared.size).body, sheet);
        let across = if sheet.is_of_faces() { grid.columns } else { 1 };
        Some(match action {
            Action::Left => at.saturating_sub(1),
            Action::Right => at + 1,
            Action::Up => at.checked_sub(across).unwrap_or(at),
            Action::Down if at + across < count => at + across,
            Action::Down => at,
            _ => {
                let mut cursor = self.cursor;
                if !cursor.act(action, count, grid.rows * across) {
                    return None;
                }
                cursor.selected
            }
        })
    }

    /// Side by side there are only two to choose from.
    fn choose_of_two(&mut self, [left, right]: [usize; 2], action: Action, sheet: &Sheet) {
        let (chosen, other) = if action == Action::Left { (left, right) } else { (right, left) };
        let key = |position: usize| sheet.candidates.get(position).map(|candidate| candidate.key);
        (self.chosen, self.compared, self.cursor.selected) = (key(chosen), key(other), chosen);
    }

    fn keep(&self, sheet: &Sheet, shared: &Shared) -> Vec<Request> {
        let Some(candidate) = self.candidate(sheet) else { return Vec::new() };
        keep(sheet.loaded, sheet.mode, sheet.subject, sheet.job, candidate, shared)
    }

    fn star(&self, sheet: &Sheet) -> Vec<Request> {
        let Some(candidate) = self.candidate(sheet) else { return Vec::new() };
        mark(sheet, candidate, TakeMark::Star, !sheet.is_starred(candidate))
    }

    fn trash(&mut self, sheet: &Sheet, shared: &Shared) -> Vec<Request> {
        let Some(candidate) = self.candidate(sheet) else { return Vec::new() };
        let name = capitalised(&candidate.name);
        if sheet.is_in_use(candidate) {
            return Request::tell(Level::Warning, format!("{name} is in use: keep another one first."));
        }
        if shared.facts.state(candidate.key).is_active() {
            return Request::tell(Level::Warning, format!("{name} is being made: stop it first."));
        }
        let key = candidate.key;
        self.trashed.push(key);
        let beside = sheet.candidates.get(self.cursor.selected + 1);
        let beside = beside.or_else(|| sheet.candidates.get(self.cursor.selected.checked_sub(1)?));
        self.chosen = beside.map(|beside| beside.key);
        self.is_comparing = false;
        let keys = shared.keymap.keys(Section::Takes, Action::Undo);
        let how = keys.first().map_or_else(String::new, |key| format!("; {key} brings it back"));
        let mut requests = mark(sheet, candidate, TakeMark::Trash, true);
        requests.push(Request::Tell(Level::Info, format!("{name} is in the trash{how}.")));
        requests
    }

    fn restore(&mut self, sheet: &Sheet, shared: &Shared) -> Vec<Request> {
        let graph = sheet.loaded.graph(sheet.mode);
        let in_trash =
            graph.map(|graph| takes::trashed(sheet.loaded, graph, sheet.subject, &shared.facts)).unwrap_or_default();
        let newest = std::iter::from_fn(|| self.trashed.pop())
            .find_map(|key| in_trash.iter().find(|candidate| candidate.key == key));
        let Some(candidate) = newest.or_else(|| in_trash.last()) else {
            return Request::tell(Level::Info, "The trash is empty.");
        };
        self.chosen = Some(candidate.key);
        let mut requests = mark(sheet, candidate, TakeMark::Trash, false);
        requests.push(Request::Tell(Level::Info, format!("{} is back.", capitalised(&candidate.name))));
        requests
    }

    fn compare(&mut self, sheet: &Sheet, shared: &Shared) -> Vec<Request> {
        if self.is_comparing {
            (self.is_comparing, self.compared) = (false, None);
            return Vec::new();
        }
        match self.compared {
            Some(first) if Some(first) == self.chosen => {
                self.compared = None;
                Vec::new()
            }
            Some(first) if sheet.candidates.iter().any(|candidate| candidate.key == first) => {
                self.is_comparing = true;
                Vec::new()
            }
            _ if sheet.candidates.len() < 2 => Request::tell(Level::Info, "There is only one take."),
            _ => {
                self.compared = self.chosen;
                let keys = shared.keymap.keys(Section::Takes, Action::Compare);
                let how = keys.first().map_or_else(String::new, |key| format!(" and press {key} again"));
                Request::tell(Level::Info, format!("Go to the take to compare it with{how}."))
            }
        }
    }

    fn new_takes(&mut self, wish: &Wish, sheet: &Sheet, shared: &Shared) -> Vec<Request> {
        let of =
            TakeOf { campaign: &sheet.loaded.campaign.id, mode: sheet.mode, subject: sheet.subject, job: sheet.job };
        let takes = sheet.loaded.takes.get(&sheet.job.base).map_or(1, Vec::len);
        self.awaited = Some(takes + wish.count - 1);
        submit::new_takes(&of, wish, shared)
    }

    /// The face that is looked at; while there is no picture of it, the one that was made before.
    fn same(&self, sheet: &Sheet, shared: &Shared) -> Likeness {
        let made = self.candidate(sheet).filter(|candidate| shared.facts.state(candidate.key).is_made());
        made.map_or(Likeness::Same, |candidate| Likeness::SameAs(candidate.key))
    }

    /// An upper bound of what this action spends at once.
    fn price(&self, action: Action, shared: &Shared) -> Option<MicroDollars> {
        let sheet = self.sheet(shared).filter(|sheet| sheet.job.request.has_takes())?;
        match action {
            Action::NewTake => Some(sheet.job.price_of_take()),
            Action::SameBaby | Action::NotedTake if sheet.is_of_faces() => Some(sheet.job.price_of_same_baby()),
            _ => None,
        }
    }
}

impl Page for TakesPage {
    fn section(&self) -> Section {
        Section::Takes
    }

    fn title(&self, shared: &Shared) -> String {
        self.campaign(shared).map_or_else(String::new, |campaign| campaign.title().to_owned())
    }

    fn campaign<'a>(&self, shared: &'a Shared) -> Option<&'a Campaign> {
        shared.facts.at_path(&self.path)
    }

    fn footer(&self, shared: &Shared) -> Vec<Action> {
        let Some(sheet) = self.sheet(shared) else { return vec![Action::Back, Action::Help] };
        let (is_face, several) = (sheet.is_of_faces(), sheet.candidates.len() > 1);
        let has_takes = sheet.job.request.has_takes();
        let offered = [
            (Action::Keep, several),
            (Action::HearVoice, !is_face),
            (Action::Star, true),
            (Action::NewTake, has_takes),
            (Action::SameBaby, has_takes && is_face),
            (Action::NotedTake, takes_a_note(&sheet.job.request).is_ok()),
            (Action::Compare, several),
            (Action::TrashTake, several),
            (Action::RestoreTake, sheet.in_trash > 0),
            (Action::Undo, true),
            (Action::FullSize, is_face),
            (Action::Back, true),
            (Action::Help, true),
        ];
        offered.into_iter().filter(|(_, is_offered)| *is_offered).map(|(action, _)| action).collect()
    }

    /// What a new take costs stands beside its key.
    fn label(&self, action: Action, shared: &Shared) -> Option<String> {
        let price = self.price(action, shared).filter(|price| !price.is_zero())?;
        let what = if action == Action::NewTake { "take" } else { action.label() };
        Some(format!("{price} {what}"))
    }

    fn act(&mut self, action: Action, shared: &Shared) -> Option<Vec<Request>> {
        if action == Action::Back && (self.is_comparing || self.compared.is_some()) {
            (self.is_comparing, self.compared) = (false, None);
            return Some(Vec::new());
        }
        let sheet = self.sheet(shared)?;
        if let Some(pair) = self.pair(&sheet).filter(|_| matches!(action, Action::Left | Action::Right)) {
            self.choose_of_two(pair, action, &sheet);
            return Some(self.hear(&sheet, shared));
        }
        if let Some(position) = self.step(action, &sheet, shared) {
            return Some(self.go(position, &sheet, shared));
        }
        Some(match action {
            Action::Keep => self.keep(&sheet, shared),
            Action::HearVoice => self.hear(&sheet, shared),
            Action::Star => self.star(&sheet),
            Action::TrashTake => self.trash(&sheet, shared),
            Action::RestoreTake => self.restore(&sheet, shared),
            Action::Undo => vec![Request::Undo(Of { campaign: sheet.loaded.campaign.id.clone(), mode: sheet.mode })],
            Action::Redo => vec![Request::Redo(Of { campaign: sheet.loaded.campaign.id.clone(), mode: sheet.mode })],
            Action::Compare => self.compare(&sheet, shared),
            Action::NewTake => self.new_takes(&Wish::one(Likeness::Another), &sheet, shared),
            Action::SameBaby if sheet.is_of_faces() => {
                let likeness = self.same(&sheet, shared);
                self.new_takes(&Wish::one(likeness), &sheet, shared)
            }
            Action::SameBaby => Request::tell(Level::Info, "A voice has no face to keep."),
            Action::NotedTake => match takes_a_note(&sheet.job.request) {
                Ok(()) => vec![Request::Input(Purpose::Note)],
                Err(why) => Request::tell(Level::Info, format!("{why}.")),
            },
            Action::FullSize => {
                let (campaign, candidate) = (self.campaign(shared)?, self.candidate(&sheet)?);
                match sheet.subject {
                    Subject::Portrait(speaker) => {
                        let name = &sheet.loaded.campaign.profile(speaker).speaker;
                        FullSize::face(campaign, name, candidate.key, shared)
                    }
                    Subject::Voice(_) => Request::tell(Level::Info, "There is no picture to show."),
                }
            }
            _ => return None,
        })
    }

    fn act_times(&mut self, action: Action, count: usize, shared: &Shared) -> Option<Vec<Request>> {
        if action != Action::NewTake {
            return None;
        }
        let sheet = self.sheet(shared)?;
        let wish = Wish { count: count.clamp(1, MOST_AT_ONCE), ..Wish::one(Likeness::Another) };
        Some(self.new_takes(&wish, &sheet, shared))
    }

    fn entered(&mut self, text: &str, shared: &Shared) -> Vec<Request> {
        let Some(sheet) = self.sheet(shared).filter(|_| !text.trim().is_empty()) else { return Vec::new() };
        let wish = Wish { note: Some(text.trim().to_owned()), ..Wish::one(self.same(&sheet, shared)) };
        self.new_takes(&wish, &sheet, shared)
    }

    fn go_to(&mut self, number: usize, shared: &Shared) -> Vec<Request> {
        let Some(sheet) = self.sheet(shared) else { return Vec::new() };
        self.go(number.saturating_sub(1), &sheet, shared)
    }

    fn click(&mut self, at: Position, body: Rect, shared: &Shared) -> Vec<Request> {
        let Some(sheet) = self.sheet(shared).filter(|_| !self.is_comparing) else { return Vec::new() };
        match takes_view::grid(body, &sheet).at(at, self.cursor.offset) {
            Some(position) if position < sheet.candidates.len() => self.go(position, &sheet, shared),
            _ => Vec::new(),
        }
    }

    fn settle(&mut self, shared: &Shared) {
        if let (Some(loaded), Whose::Line(line)) = (self.campaign(shared).and_then(Campaign::loaded), &mut self.whose) {
            line.follow(loaded);
        }
        let Some(sheet) = self.sheet(shared) else { return };
        let takes = sheet.loaded.takes.get(&sheet.job.base);
        if let (Some(takes), Some(were)) = (takes, self.awaited)
            && takes.len() > were
        {
            (self.chosen, self.awaited) = (takes.last().map(|take| take.key), None);
        }
        let position = sheet.candidates.iter().position(|candidate| Some(candidate.key) == self.chosen);
        self.cursor.selected = position.unwrap_or(self.cursor.selected);
        let grid = takes_view::grid(layout::parts(shared.size).body, &sheet);
        let count = sheet.candidates.len();
        self.cursor.settle(count, count.div_ceil(grid.columns), grid.rows, |item| item / grid.columns);
        self.chosen = sheet.candidates.get(self.cursor.selected).map(|candidate| candidate.key);
        self.is_comparing &= self.compared.is_some_and(|first| {
            Some(first) != self.chosen && sheet.candidates.iter().any(|candidate| candidate.key == first)
        });
    }

    fn plays(&self) -> bool {
        matches!(self.whose, Whose::Line(_))
    }

    fn pictures(&self, body: Rect, shared: &Shared) -> Vec<Ask> {
        let Some(sheet) = self.sheet(shared) else { return Vec::new() };
        takes_view::places(self, body, &sheet)
            .into_iter()
            .filter_map(|(position, place)| takes_view::picture(&sheet.candidates[position], place.as_size(), shared))
            .collect()
    }

    fn sounds(&self, shared: &Shared) -> Vec<Heard> {
        let Some(sheet) = self.sheet(shared).filter(|sheet| !sheet.is_of_faces()) else { return Vec::new() };
        let made = sheet.candidates.iter().filter_map(|candidate| shared.facts.job(candidate.key).made(Role::Sound));
        made.map(|made| Heard { hash: made.output.hash, path: made.path.clone() }).collect()
    }

    fn render(&self, body: Rect, sight: &Sight, buffer: &mut Buffer) {
        takes_view::render(self, body, sight, buffer);
    }
}

/// Uses a take from now on, where it is made.
pub(super) fn keep(
    loaded: &Loaded,
    mode: Mode,
    subject: Subject,
    job: &Job,
    candidate: &Candidate,
    shared: &Shared,
) -> Vec<Request> {
    let name = capitalised(&candidate.name);
    if candidate.key == job.key {
        return Request::tell(Level::Info, format!("{name} is in use already."));
    }
    if !shared.facts.state(candidate.key).is_made() {
        return Request::tell(Level::Warning, "This take is not made; only a made one can be kept.");
    }
    let candidates = loaded.graph(mode).map(|graph| takes::candidates(loaded, graph, subject, &shared.facts));
    let in_use = candidates.into_iter().flatten().find(|other| other.key == job.key);
    let instead_of = in_use.map_or(Pick::Kept(job.key), |in_use| in_use.pick);
    let taken = Taken::Kept { mode, base: job.base, pick: candidate.pick.clone(), instead_of };
    let take = Request::Take(loaded.campaign.id.clone(), taken, format!("kept {}", candidate.name));
    vec![take, Request::Tell(Level::Info, format!("{name} is kept."))]
}

fn mark(sheet: &Sheet, candidate: &Candidate, mark: TakeMark, is_on: bool) -> Vec<Request> {
    let done = match (mark, is_on) {
        (TakeMark::Star, true) => format!("starred {}", candidate.name),
        (TakeMark::Star, false) => format!("took the star of {}", candidate.name),
        (TakeMark::Trash, true) => format!("put {} in the trash", candidate.name),
        (TakeMark::Trash, false) => format!("brought {} back", candidate.name),
    };
    let taken = Taken::Marked { take: candidate.key, mark, is_on };
    vec![Request::Take(sheet.loaded.campaign.id.clone(), taken, done)]
}

fn capitalised(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map(|first| first.to_uppercase().chain(characters).collect()).unwrap_or_default()
}
