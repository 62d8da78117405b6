//! What the page of the queue lists, section by section: counts, and each row by its place. Nothing here grows with what
//! waits, except what a filter has found.

use crate::engine::{AttemptId, RunId, UnknownCall, place_of};
use crate::plan::{JobKey, JobMap, JobSet, Product};
use crate::tui::facts::{Cause, Run, Spot, UnderWay};
use crate::tui::marks::Meaning;
use crate::tui::model::query::Query;
use crate::tui::model::shared::Shared;

/// One thing that can be selected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Thing {
    /// By its reason.
    Cause(String),
    Call(AttemptId),
    Job(JobKey),
    /// Of another program.
    Run(RunId),
    /// By its ticket.
    Import(u64),
}

/// What a section lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Causes,
    Calls,
    Imports,
    Running,
    /// Of the lane at this position.
    Waiting(usize),
    Elsewhere,
}

#[derive(Debug)]
struct Section {
    kind: Kind,
    items: Items,
}

#[derive(Debug)]
enum Items {
    All(usize),
    /// The places of those that a filter has found.
    Found(Vec<usize>),
}

impl Items {
    fn len(&self) -> usize {
        match self {
            Items::All(count) => *count,
            Items::Found(places) => places.len(),
        }
    }

    fn place(&self, item: usize) -> Option<usize> {
        match self {
            Items::All(count) => (item < *count).then_some(item),
            Items::Found(places) => places.get(item).copied(),
        }
    }

    fn item(&self, place: usize) -> Option<usize> {
        match self {
            Items::All(count) => (place < *count).then_some(place),
            Items::Found(places) => places.binary_search(&place).ok(),
        }
    }
}

/// The rows of the page, with a heading above each section that has any.
#[derive(Debug, Default)]
pub(super) struct Rows {
    sections: Vec<Section>,
}

/// One line of the list.
pub(super) enum Row<'a> {
    Heading(Kind, usize),
    Cause(&'a Cause),
    Call(&'a UnknownCall),
    Running(JobKey),
    /// With its place among those that wait in its lane, from 0.
    Waiting(JobKey, usize),
    Run(&'a Run),
    Import(&'a UnderWay),
}

fn kinds(shared: &Shared) -> Vec<(Kind, usize)> {
    let queue = shared.facts.queue();
    let lanes = queue.lanes().iter().enumerate();
    let waiting = lanes.map(|(position, lane)| (Kind::Waiting(position), lane.waiting().len()));
    let first = [
        (Kind::Causes, queue.causes.len()),
        (Kind::Calls, shared.facts.ledger().unknown.len()),
        (Kind::Imports, shared.facts.imports.len()),
        (Kind::Running, queue.running_count()),
    ];
    let last = (Kind::Elsewhere, elsewhere(shared).count());
    first.into_iter().chain(waiting).chain([last]).collect()
}

/// The runs of other programs.
fn elsewhere(shared: &Shared) -> impl Iterator<Item = &Run> {
    shared.facts.runs.iter().filter(|run| run.elsewhere)
}

impl Rows {
    pub(super) fn all(shared: &Shared) -> Self {
        let sections = kinds(shared).into_iter().filter(|(_, count)| *count > 0);
        Self { sections: sections.map(|(kind, count)| Section { kind, items: Items::All(count) }).collect() }
    }

    /// What passes a filter.
    pub(super) fn found(query: &Query, shared: &Shared) -> Self {
        let find = |kind: Kind| -> Vec<usize> {
            let places = |passes: &mut dyn Iterator<Item = bool>| {
                passes.enumerate().filter_map(|(place, passes)| passes.then_some(place)).collect()
            };
            let queue = shared.facts.queue();
            match kind {
                Kind::Causes => places(&mut queue.causes.iter().map(|cause| passes_cause(cause, query, shared))),
                Kind::Calls => places(&mut shared.facts.ledger().unknown.iter().map(|call| passes_call(call, query))),
                Kind::Imports => places(&mut shared.facts.imports.iter().map(|import| passes_import(import, query))),
                Kind::Running => {
                    places(&mut queue.running().map(|key| passes_job(key, Meaning::Working, query, shared)))
                }
                Kind::Waiting(lane) => {
                    let waiting = queue.lanes()[lane].waiting();
                    places(&mut waiting.map(|key| passes_job(key, Meaning::ToMake, query, shared)))
                }
                Kind::Elsewhere => places(&mut elsewhere(shared).map(|run| passes_run(run, query))),
            }
        };
        let sections = kinds(shared).into_iter().filter(|(_, count)| *count > 0);
        let sections = sections.map(|(kind, _)| Section { kind, items: Items::Found(find(kind)) });
        Self { sections: sections.filter(|section| section.items.len() > 0).collect() }
    }

    /// What can be selected.
    pub(super) fn len(&self) -> usize {
        self.sections.iter().map(|section| section.items.len()).sum()
    }

    pub(super) fn lines(&self) -> usize {
        self.len() + self.sections.len()
    }

    /// The line that an item stands in.
    pub(super) fn line(&self, item: usize) -> usize {
        let mut before = 0;
        for (headings, section) in (1..).zip(&self.sections) {
            before += section.items.len();
            if item < before {
                return item + headings;
            }
        }
        item + self.sections.len()
    }

    /// The item of a line; none of a heading.
    pub(super) fn item_of_line(&self, line: usize) -> Option<usize> {
        self.at(line).and_then(|(headings, _, item)| item.map(|_| line - headings))
    }

    /// The number of headings so far, the section of a line, and the item in it; none for its heading.
    fn at(&self, line: usize) -> Option<(usize, &Section, Option<usize>)> {
        let mut first = 0;
        for (headings, section) in (1..).zip(&self.sections) {
            let next = first + 1 + section.items.len();
            if line < next {
                return Some((headings, section, (line - first).checked_sub(1)));
            }
            first = next;
        }
        None
    }

    pub(super) fn row<'a>(&self, line: usize, shared: &'a Shared) -> Option<Row<'a>> {
        let (_, section, item) = self.at(line)?;
        let Some(item) = item else { return Some(Row::Heading(section.kind, section.items.len())) };
        let place = section.items.place(item)?;
        let queue = shared.facts.queue();
        Some(match section.kind {
            Kind::Causes => Row::Cause(queue.causes.iter().nth(place)?),
            Kind::Calls => Row::Call(shared.facts.ledger().unknown.get(place)?),
            Kind::Imports => Row::Import(shared.facts.imports.get(place)?),
            Kind::Running => Row::Running(queue.running().nth(place)?),
            Kind::Waiting(lane) => Row::Waiting(queue.lanes().get(lane)?.waiting_at(place)?, place),
            Kind::Elsewhere => Row::Run(elsewhere(shared).nth(place)?),
        })
    }

    pub(super) fn thing(&self, item: usize, shared: &Shared) -> Option<Thing> {
        match self.row(self.line(item), shared).filter(|_| item < self.len())? {
            Row::Heading(..) => None,
            Row::Cause(cause) => Some(Thing::Cause(cause.failure.reason.clone())),
            Row::Call(call) => Some(Thing::Call(call.attempt)),
            Row::Running(key) | Row::Waiting(key, _) => Some(Thing::Job(key)),
            Row::Run(run) => Some(Thing::Run(run.id)),
            Row::Import(import) => Some(Thing::Import(import.ticket)),
        }
    }

    /// Where a thing is now.
    pub(super) fn item(&self, thing: &Thing, shared: &Shared) -> Option<usize> {
        let queue = shared.facts.queue();
        let (kind, place) = match thing {
            Thing::Cause(reason) => (Kind::Causes, queue.causes.position(reason)?),
            Thing::Call(attempt) => {
                let mut calls = shared.facts.ledger().unknown.iter();
                (Kind::Calls, calls.position(|call| call.attempt == *attempt)?)
            }
            Thing::Job(key) => match queue.find(*key)? {
                Spot::Running(place) => (Kind::Running, place),
                Spot::Waiting { lane, position } => (Kind::Waiting(lane), position),
            },
            Thing::Import(ticket) => {
                (Kind::Imports, shared.facts.imports.iter().position(|import| import.ticket == *ticket)?)
            }
            Thing::Run(id) => (Kind::Elsewhere, elsewhere(shared).position(|run| run.id == *id)?),
        };
        let mut before = 0;
        for section in &self.sections {
            if section.kind == kind {
                return Some(before + section.items.item(place)?);
            }
            before += section.items.len();
        }
        None
    }
}

fn passes_job(key: JobKey, mark: Meaning, query: &Query, shared: &Shared) -> bool {
    let Some(queued) = &shared.facts.job(key).queued else { return false };
    let name = queued.about.name.as_str();
    query.is_said([name, queued.about.campaign.as_str()])
        && query.is_spoken_by([name])
        && query.is_in_state(&std::iter::once(mark))
}

/// One of its jobs is enough.
fn passes_cause(cause: &Cause, query: &Query, shared: &Shared) -> bool {
    let mark = if cause.failure.is_cap() { Meaning::Held } else { Meaning::Failed };
    query.is_in_state(&std::iter::once(mark))
        && cause.jobs().any(|key| {
            let Some((campaign, name)) = shared.facts.place_of(key) else { return false };
            query.is_said([cause.failure.reason.as_str(), &name, &campaign.entry.name])
                && query.is_spoken_by([name.as_str()])
        })
}

fn passes_call(call: &UnknownCall, query: &Query) -> bool {
    query.is_said([call.campaign.as_str(), call.provider.name(), &call.why])
        && query.is_spoken_by(call.speaker.as_deref())
        && query.is_in_state(&std::iter::once(Meaning::MaybeBilled))
}

fn passes_run(run: &Run, query: &Query) -> bool {
    query.is_said([run.campaign.as_str()])
        && query.is_spoken_by(std::iter::empty())
        && query.is_in_state(&std::iter::once(Meaning::Working))
}

fn passes_import(import: &UnderWay, query: &Query) -> bool {
    query.is_said([import.doing.as_str()])
        && query.is_spoken_by(std::iter::empty())
        && query.is_in_state(&std::iter::once(Meaning::Working))
}

/// What waits for each of these jobs, by name, as the campaigns are now.
pub(super) fn holds(calls: &[JobKey], shared: &Shared) -> JobMap<Vec<String>> {
    let mut holds = JobMap::default();
    for &call in calls {
        let mut names = Vec::new();
        let mut held = JobSet::from_iter([call]);
        if let Some((campaign, mode, _)) = shared.facts.planned(call)
            && let Some(loaded) = campaign.loaded()
        {
            for job in loaded.graph(mode).into_iter().flat_map(|graph| &graph.jobs) {
                if job.request.inputs().iter().any(|input| held.contains(input)) {
                    held.insert(job.key);
                    // Between a line and its clip there is nothing that a person knows by name.
                    if matches!(job.product(), Product::Clip | Product::Episode) {
                        names.push(place_of(&loaded.campaign, job));
                    }
                }
            }
        }
        holds.insert(call, names);
    }
    holds
}
