//! Asking the engine to make things: what every page says and asks before it does. Pure.

use std::time::Duration;

use super::message::{Effect, Request};
use super::overlay::Question;
use super::shared::{EngineState, Shared};
use crate::domain::{CampaignId, Display, MicroDollars};
use crate::engine::{Consent, Content, FinalsState, Level, Likeness, Obstacle, Quote, Room, Scope, Subject};
use crate::plan::{Face, Graph, Job, JobKey, JobSet, JobState, Mode};
use crate::tui::facts::{Campaign, Run};
use crate::tui::input::action::Action;
use crate::tui::input::keymap::Section;
use crate::tui::{money, text};

/// Makes the draft or the final of a campaign or a part of it; money is asked for first.
pub fn generate(campaign: &Campaign, mode: Mode, scope: Scope, shared: &Shared) -> Vec<Request> {
    if let Some(refusal) = refusal(campaign, shared) {
        return refusal;
    }
    let Some(loaded) = campaign.loaded() else { return Vec::new() };
    let what_to_set = what_to_set(shared);
    let Some(graph) = loaded.graph(mode) else {
        return Request::tell(Level::Warning, what_to_set.unwrap_or_default());
    };
    let whole = scope == Scope::default();
    let quote = quote(scope.jobs(graph), shared);
    if quote.waits_for_decisions() {
        let calls = text::count(quote.held, "call");
        return Request::tell(Level::Warning, format!("Nothing can be made: decide {calls} first{}.", decide(shared)));
    }
    if let Some(text) = what_to_set.filter(|_| mode == Mode::Final && quote.absent > 0) {
        return Request::tell(Level::Warning, text);
    }
    let effect = Effect::Generate { campaign: loaded.campaign.id.clone(), mode, scope, consent: consent(quote.price) };
    if quote.price.is_zero() {
        let mut requests = vec![Request::Show(mode), Request::Effect(effect)];
        if let Some(since) = campaign.broken_since {
            let text = format!("Making the version from before {since}: the file has faults now.");
            requests.push(Request::Tell(Level::Warning, text));
        }
        if whole && campaign.progress(mode).is_complete() {
            requests.push(Request::Tell(Level::Info, format!("The {} is complete.", mode.name())));
        }
        return requests;
    }
    let room = Room::of(shared.facts.budgets(), shared.facts.ledger().used_by(&loaded.campaign.id));
    if let Some(why) = room.refusal(&quote) {
        return Request::tell(Level::Warning, why);
    }
    let question = Question {
        title: format!("Pay up to {}?", room.of_price(quote.price)),
        text: money::question(&quote, &room, shared.facts.budgets(), &unknowns_key(shared)),
        then: vec![effect],
        leaves: false,
    };
    vec![Request::Show(mode), Request::Ask(question)]
}

/// Makes again what was not made for one reason, with what only waited for that; money is asked for first.
pub fn retry(failed: impl Iterator<Item = JobKey>, shared: &Shared) -> Vec<Request> {
    let mut parts: Vec<(&Campaign, Mode, JobSet)> = Vec::new();
    for key in failed {
        let Some((campaign, mode, _)) = shared.facts.planned(key) else { continue };
        let is_same = |part: &&mut (&Campaign, Mode, JobSet)| std::ptr::eq(part.0, campaign) && part.1 == mode;
        match parts.iter_mut().find(is_same) {
            Some((_, _, jobs)) => drop(jobs.insert(key)),
            None => parts.push((campaign, mode, JobSet::from_iter([key]))),
        }
    }
    let mut requests = Vec::new();
    let mut paid: Option<(Quote, Room, Vec<Effect>)> = None;
    for (campaign, mode, jobs) in parts {
        if let Some(refusal) = refusal(campaign, shared) {
            return refusal;
        }
        let Some(loaded) = campaign.loaded() else { continue };
        let Some(graph) = loaded.graph(mode) else { continue };
        let scope = Scope { jobs: with_what_waits(graph, jobs, shared), ..Scope::default() };
        let quote = quote(scope.jobs(graph), shared);
        if let Some(text) = what_to_set(shared).filter(|_| quote.absent > 0) {
            return Request::tell(Level::Warning, text);
        }
        let id = loaded.campaign.id.clone();
        let room = Room::of(shared.facts.budgets(), shared.facts.ledger().used_by(&id));
        if let Some(why) = room.refusal(&quote).filter(|_| !quote.price.is_zero()) {
            return Request::tell(Level::Warning, why);
        }
        let effect = Effect::Generate { campaign: id, mode, scope, consent: consent(quote.price) };
        if quote.price.is_zero() {
            requests.push(Request::Effect(effect));
            continue;
        }
        paid = Some(match paid {
            None => (quote, room, vec![effect]),
            Some((sum, room, mut effects)) => {
                effects.push(effect);
                (sum.and(&quote), room, effects)
            }
        });
    }
    if let Some((quote, room, then)) = paid {
        requests.push(Request::Ask(Question {
            title: format!("Pay up to {}?", room.of_price(quote.price)),
            text: money::question(&quote, &room, shared.facts.budgets(), &unknowns_key(shared)),
            then,
            leaves: false,
        }));
    }
    requests
}

/// These jobs, and those of the graph that only wait for them.
fn with_what_waits(graph: &Graph, mut jobs: JobSet, shared: &Shared) -> JobSet {
    for job in &graph.jobs {
        if matches!(shared.facts.state(job.key), JobState::Blocked(_)) && !jobs.contains(&job.key) {
            let inputs = job.request.inputs();
            let is_among = |input: &JobKey| jobs.contains(input);
            if inputs.iter().any(is_among)
                && inputs.iter().all(|input| is_among(input) || shared.facts.state(*input).is_made())
            {
                jobs.insert(job.key);
            }
        }
    }
    jobs
}

/// What can be made of these jobs now, and what of it costs money.
fn quote<'a>(jobs: impl IntoIterator<Item = &'a Job>, shared: &Shared) -> Quote {
    let library = shared.facts.library().cloned().unwrap_or_default();
    let obstacle = |job: &Job| match shared.facts.state(job.key) {
        JobState::Held(_) => Obstacle::Held,
        _ if library.absent.contains_key(&job.request.provider()) => Obstacle::Absent,
        _ => Obstacle::None,
    };
    Quote::of(jobs, |key| shared.facts.state(key), obstacle, &library.charged)
}

/// A text that names the command of another program in the words of this one: its key.
pub fn with_keys(text: &str, shared: &Shared) -> String {
    let key = unknowns_key(shared);
    if key.is_empty() { text.to_owned() } else { text.replace("`babblecast unknown`", &key) }
}

/// ` (u)`: where calls in doubt are decided on.
fn decide(shared: &Shared) -> String {
    let key = unknowns_key(shared);
    if key.is_empty() { key } else { format!(" ({key})") }
}

fn unknowns_key(shared: &Shared) -> String {
    shared.keymap.keys(Section::Campaign, Action::Unknowns).first().map(ToString::to_string).unwrap_or_default()
}

fn what_to_set(shared: &Shared) -> Option<String> {
    match shared.facts.finals() {
        Some(FinalsState::Unavailable(text)) => Some(text.clone()),
        Some(FinalsState::Available) | None => None,
    }
}

/// What the user agrees to by going on: this price and no more.
fn consent(price: MicroDollars) -> Consent {
    if price.is_zero() { Consent::FreeOnly } else { Consent::UpTo(price) }
}

/// What a new take is made of.
pub struct TakeOf<'a> {
    pub campaign: &'a CampaignId,
    pub mode: Mode,
    pub subject: Subject,
    pub job: &'a Job,
}

/// How a new take is to be.
#[derive(Debug, Clone)]
pub struct Wish {
    pub likeness: Likeness,
    /// Asked for beside the prompt.
    pub note: Option<String>,
    /// So many at once.
    pub count: usize,
}

impl Wish {
    pub fn one(likeness: Likeness) -> Self {
        Self { likeness, note: None, count: 1 }
    }
}

/// Makes new takes; dear ones ask first.
pub fn new_takes(of: &TakeOf, wish: &Wish, shared: &Shared) -> Vec<Request> {
    let TakeOf { campaign, mode, subject, job } = *of;
    if !job.request.has_takes() {
        let text = format!("This is {}: there is no other take of it.", text::origin(&job.request));
        return Request::tell(Level::Warning, text);
    }
    let Wish { likeness, note, count } = wish.clone();
    let another = job.request.with_take(1);
    let another = note.clone().map_or(another.clone(), |note| another.noted(note));
    let request = match likeness {
        Likeness::Another => another,
        Likeness::Same => another.keeping(Face::Made(job.key)),
        Likeness::SameAs(face) => another.keeping(Face::Made(face)),
    };
    let each = match subject {
        Subject::Portrait(_) => job.price_of_another(&request),
        Subject::Voice(_) => job.price_of_take(),
    };
    let effect =
        Effect::Regenerate { campaign: campaign.clone(), mode, subject, likeness, note, consent: consent(each) };
    let effects = vec![effect; count.max(1)];
    let price: MicroDollars = effects.iter().map(|_| each).sum();
    if price <= shared.confirm_above {
        return effects.into_iter().map(Request::Effect).collect();
    }
    let likely = shared.facts.library().map(|library| library.charged.estimate(&request, each));
    let of_one = Quote::of_take(job, each, likely.unwrap_or_default());
    let quote = effects.iter().skip(1).fold(of_one.clone(), |sum, _| sum.and(&of_one));
    let room = Room::of(shared.facts.budgets(), shared.facts.ledger().used_by(campaign));
    if let Some(why) = room.refusal(&quote) {
        return Request::tell(Level::Warning, why);
    }
    let what = if count > 1 { "They become candidates" } else { "It becomes a candidate" };
    vec![Request::Ask(Question {
        title: format!("Pay up to {price}?"),
        text: format!(
            "{}\n{what}; what you use now stays until you keep another.",
            money::question(&quote, &room, shared.facts.budgets(), &unknowns_key(shared))
        ),
        then: effects,
        leaves: false,
    })]
}

/// Why nothing can be made, if so.
fn refusal(campaign: &Campaign, shared: &Shared) -> Option<Vec<Request>> {
    if shared.engine != EngineState::Working {
        return Some(Request::tell(Level::Warning, "Nothing can be made now: the engine is not working."));
    }
    if let Content::Broken(faults) = &campaign.entry.content {
        let text = format!("This file has {}; correct them first.", text::count(faults.len(), "fault"));
        return Some(Request::tell(Level::Warning, text));
    }
    None
}

/// How long the oldest of the wanted runs has taken.
pub fn elapsed(shared: &Shared, wanted: impl Fn(&Run) -> bool) -> Option<Duration> {
    let oldest = shared.facts.runs.iter().filter(|run| wanted(run)).map(|run| run.started).min();
    oldest.map(|started| shared.now.saturating_sub(started))
}

/// What failed, where and why, in one line.
pub fn failure_of(key: JobKey, shared: &Shared) -> Option<String> {
    let state = shared.facts.state(key);
    let failure = state.failure()?;
    let place = shared.facts.place_of(key).map(|(_, place)| format!("{place} {}: ", text::end_of(state)));
    let place = place.unwrap_or_default();
    Some(with_keys(&format!("{place}{failure}"), shared).display().to_string())
}
