//! The queue: what needs somebody first, then what runs and what waits in each lane, with its reason, and what other programs
//! make. The selection follows the thing. Only the rows that are seen are looked at.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use self::rows::{Rows, Thing};
use super::campaign::CampaignPage;
use crate::engine::{Cancel, Command, Level, Turn, Waits};
use crate::plan::{JobKey, JobMap};
use crate::tui::facts::{Campaign, Run};
use crate::tui::input::action::Action;
use crate::tui::input::keymap::Section;
use crate::tui::model::message::{Effect, Request};
use crate::tui::model::overlay::{Purpose, Question};
use crate::tui::model::page::{Page, Sight};
use crate::tui::model::query::Query;
use crate::tui::model::shared::Shared;
use crate::tui::model::submit;
use crate::tui::text;
use crate::tui::widgets::Cursor;

mod rows;
mod view;

#[derive(Debug, Default)]
pub struct QueuePage {
    cursor: Cursor,
    rows: Rows,
    /// What is selected: it stays so wherever it moves to.
    chosen: Option<Thing>,
    /// What the user selected last: where it has gone, as a failure does while it is made again, it is selected when it is
    /// back, unless a key was pressed on something else meanwhile.
    wanted: Option<Thing>,
    query: Query,
    /// The facts that the filter was asked of.
    looked_in: Option<(u64, usize)>,
    /// What each call in doubt holds up.
    holds: JobMap<Vec<String>>,
    /// The version of the files, and the calls, that this was looked for in.
    held_in: Option<(u64, Vec<JobKey>)>,
}

impl QueuePage {
    fn choose(&mut self, shared: &Shared) {
        self.chosen = self.rows.thing(self.cursor.selected, shared);
        self.wanted.clone_from(&self.chosen);
    }

    /// The job under way that is selected.
    fn job(&self) -> Option<JobKey> {
        match self.chosen {
            Some(Thing::Job(key)) => Some(key),
            _ => None,
        }
    }

    /// The run that the selected thing is of.
    fn run<'a>(&self, shared: &'a Shared) -> Option<&'a Run> {
        let id = match self.chosen.as_ref()? {
            Thing::Run(id) => *id,
            Thing::Job(key) => shared.facts.job(*key).queued.as_ref()?.about.run,
            Thing::Cause(_) | Thing::Call(_) | Thing::Import(_) => return None,
        };
        shared.facts.runs.iter().find(|run| run.id == id)
    }

    /// The campaign that is gone to, and the job there.
    fn target<'a>(&self, shared: &'a Shared) -> Option<(&'a Campaign, Option<JobKey>)> {
        let key = match self.chosen.as_ref()? {
            Thing::Run(_) => return Some((shared.facts.campaign(&self.run(shared)?.campaign)?, None)),
            Thing::Import(_) => return None,
            Thing::Job(key) => *key,
            Thing::Cause(reason) => shared.facts.queue().causes.with_reason(reason)?.jobs().next()?,
            Thing::Call(attempt) => {
                shared.facts.ledger().unknown.iter().find(|call| call.attempt == *attempt).map(|call| call.key)?
            }
        };
        if let Some((campaign, ..)) = shared.facts.planned(key) {
            return Some((campaign, Some(key)));
        }
        // A new take is in no plan before it is kept.
        let about = &shared.facts.job(key).queued.as_ref()?.about;
        Some((shared.facts.campaign(&about.campaign)?, None))
    }

    fn open(&self, shared: &Shared) -> Vec<Request> {
        let Some((campaign, key)) = self.target(shared) else {
            return Request::tell(Level::Info, "No campaign of this folder has this now.");
        };
        let mode = key.and_then(|key| shared.facts.planned(key)).map(|(_, mode, _)| mode);
        let page = CampaignPage::of(campaign, key, shared);
        mode.map(Request::Show).into_iter().chain([Request::Open(Box::new(page))]).collect()
    }

    fn cancel(&self, shared: &Shared) -> Vec<Request> {
        match &self.chosen {
            Some(Thing::Job(key)) => Effect::Send(Command::Cancel(Cancel::Job(*key))).into(),
            Some(Thing::Run(_)) => self.cancel_run(shared),
            Some(Thing::Import(ticket)) => Effect::Send(Command::StopImport { ticket: *ticket }).into(),
            Some(Thing::Cause(_) | Thing::Call(_)) => Request::tell(Level::Info, "Nothing of this is being made."),
            None => Vec::new(),
        }
    }

    /// Stops all of a run, be it that of another program; a person says yes first.
    fn cancel_run(&self, shared: &Shared) -> Vec<Request> {
        let Some(run) = self.run(shared) else {
            return Request::tell(Level::Info, "Select something that is being made.");
        };
        let jobs = text::count(run.jobs, "job");
        let what = if run.elsewhere {
            format!("Another babblecast makes these {jobs}; it is asked to stop.")
        } else {
            format!("It was asked for {jobs}. What waits is dropped; paid calls come to their end.")
        };
        vec![Request::Ask(Question {
            title: format!("Stop the {} of {}?", run.mode.name(), run.campaign),
            text: format!("{what}\nWhat is made stays."),
            then: vec![Effect::Send(Command::Cancel(Cancel::Run(run.id)))],
            leaves: false,
        })]
    }

    fn reorder(&self, to: Turn, shared: &Shared) -> Vec<Request> {
        let waits = self.job().and_then(|key| shared.facts.job(key).waits());
        match (self.job(), waits) {
            (Some(job), Some(Waits::Turn)) => Effect::Send(Command::Reorder { job, to }).into(),
            (_, Some(Waits::Inputs)) => {
                Request::tell(Level::Info, "It waits for what it is made of: move that, and this follows.")
            }
            (_, Some(waits)) => Request::tell(Level::Info, format!("Its turn changes nothing: it {waits}.")),
            _ => Request::tell(Level::Info, "Only a job that waits for its turn can be moved."),
        }
    }

    fn retry(&self, shared: &Shared) -> Vec<Request> {
        match &self.chosen {
            Some(Thing::Cause(reason)) => match shared.facts.queue().causes.with_reason(reason) {
                Some(cause) => submit::retry(cause.jobs(), shared),
                None => Vec::new(),
            },
            Some(Thing::Call(_)) => {
                let key = shared.keymap.keys(Section::Queue, Action::Unknowns).first().map(ToString::to_string);
                let how = key.map(|key| format!(": {key}")).unwrap_or_default();
                Request::tell(Level::Info, format!("It may have been billed. Decide on it first{how}."))
            }
            Some(Thing::Job(_) | Thing::Run(_) | Thing::Import(_)) | None => {
                Request::tell(Level::Info, "Select a reason why something failed: all of it is made again.")
            }
        }
    }

    /// What the calls in doubt hold up; looked for when there are others, or other files.
    fn find_holds(&mut self, shared: &Shared) {
        let calls: Vec<JobKey> = shared.facts.ledger().unknown.iter().map(|call| call.key).collect();
        let now = (shared.facts.files, calls);
        if self.held_in.as_ref() != Some(&now) {
            self.holds = rows::holds(&now.1, shared);
            self.held_in = Some(now);
        }
    }
}

/// What comes and goes without a new version of the facts.
fn outside(shared: &Shared) -> usize {
    shared.facts.ledger().unknown.len() + shared.facts.runs.len() + shared.facts.imports.len()
}

impl Page for QueuePage {
    fn section(&self) -> Section {
        Section::Queue
    }

    fn title(&self, _shared: &Shared) -> String {
        "queue".to_owned()
    }

    fn footer(&self, shared: &Shared) -> Vec<Action> {
        let is_job = self.job().is_some();
        let moves = self.job().is_some_and(|key| shared.facts.job(key).waits() == Some(&Waits::Turn));
        let of_thing = match &self.chosen {
            Some(Thing::Cause(_)) => vec![Action::RetryCause, Action::Open],
            Some(Thing::Call(_)) => vec![Action::Unknowns, Action::Open],
            Some(Thing::Import(_)) => vec![Action::Cancel],
            Some(_) => vec![Action::Open, Action::Cancel],
            None => Vec::new(),
        };
        let order = [Action::Raise, Action::Lower, Action::RaiseFirst, Action::LowerLast];
        let order = order.into_iter().filter(|_| moves);
        let run = is_job.then_some(Action::CancelRun);
        let filter = (self.rows.len() > 0 || !self.query.is_empty()).then_some(Action::Filter);
        of_thing.into_iter().chain(order).chain(run).chain(filter).chain([Action::Back, Action::Help]).collect()
    }

    fn act(&mut self, action: Action, shared: &Shared) -> Option<Vec<Request>> {
        self.wanted.clone_from(&self.chosen);
        if self.cursor.act(action, self.rows.len(), view::list_height(shared)) {
            self.choose(shared);
            return Some(Vec::new());
        }
        Some(match action {
            Action::Open => self.open(shared),
            Action::Cancel => self.cancel(shared),
            Action::CancelRun => self.cancel_run(shared),
            Action::RetryCause => self.retry(shared),
            Action::Raise => self.reorder(Turn::Earlier, shared),
            Action::Lower => self.reorder(Turn::Later, shared),
            Action::RaiseFirst => self.reorder(Turn::First, shared),
            Action::LowerLast => self.reorder(Turn::Last, shared),
            Action::Filter => vec![Request::Input(Purpose::Filter)],
            Action::Back if !self.query.is_empty() => {
                self.filter("", shared);
                Vec::new()
            }
            _ => return None,
        })
    }

    fn go_to(&mut self, number: usize, shared: &Shared) -> Vec<Request> {
        self.cursor.go_to(number, self.rows.len());
        self.choose(shared);
        Vec::new()
    }

    fn campaign<'a>(&self, shared: &'a Shared) -> Option<&'a Campaign> {
        self.target(shared).map(|(campaign, _)| campaign)
    }

    fn click(&mut self, at: Position, body: Rect, shared: &Shared) -> Vec<Request> {
        let list = view::parts(body, shared).list;
        let inside = list.contains(at) && at.y > list.y && at.y + 1 < list.bottom();
        let line = usize::from(at.y.saturating_sub(list.y + 1)) + self.cursor.offset;
        let Some(item) = self.rows.item_of_line(line).filter(|_| inside) else { return Vec::new() };
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
        if !text.is_empty() {
            // What is typed selects the first row that it finds, until the old one is found again.
            self.cursor.selected = 0;
        }
        self.settle(shared);
    }

    fn filter_text(&self) -> Option<&str> {
        Some(self.query.typed())
    }

    fn settle(&mut self, shared: &Shared) {
        self.find_holds(shared);
        let now = (shared.facts.version(), outside(shared));
        if self.query.is_empty() {
            self.rows = Rows::all(shared);
        } else if self.looked_in != Some(now) {
            self.rows = self.query.find(|rows: &Rows| rows.len() == 0, |query| Rows::found(query, shared));
        }
        self.looked_in = Some(now);
        let item = |thing: &Option<Thing>| self.rows.item(thing.as_ref()?, shared);
        let is_back = item(&self.wanted).is_some();
        if is_back {
            self.chosen.clone_from(&self.wanted);
        }
        match item(&self.chosen) {
            Some(item) => self.cursor.selected = item,
            None => {
                self.cursor.selected = self.cursor.selected.min(self.rows.len().saturating_sub(1));
                self.chosen = self.rows.thing(self.cursor.selected, shared);
            }
        }
        let (rows, height) = (&self.rows, view::list_height(shared));
        self.cursor.settle(rows.len(), rows.lines(), height, |item| rows.line(item));
    }

    fn render(&self, body: Rect, sight: &Sight, buffer: &mut Buffer) {
        self.draw(body, sight.shared, buffer);
    }
}
