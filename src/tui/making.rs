//! Asking the engine to make things: what every page says and asks before it does. Pure.

use std::time::Duration;

use super::facts::{Campaign, Run};
use super::message::{Effect, Request};
use super::overlay::Question;
use super::state::{EngineState, Shared};
use super::{money, words};
use crate::domain::{CampaignId, Display, MicroDollars};
use crate::engine::{Consent, Content, FinalsState, Level, Likeness, Scope, Subject};
use crate::plan::{Job, JobKey, JobState, Mode, Progress};

/// Makes the draft or the final of a campaign or a part of it; money is asked for first.
pub fn generate(campaign: &Campaign, mode: Mode, scope: Scope, shared: &Shared) -> Vec<Request> {
    if let Some(refusal) = refusal(campaign, mode, shared) {
        return refusal;
    }
    let Some(loaded) = campaign.loaded() else { return Vec::new() };
    let whole = scope == Scope::default();
    let jobs = loaded.graph(mode).map(|graph| scope.jobs(graph)).unwrap_or_default();
    let missing: Vec<_> = jobs.iter().filter(|job| !shared.facts.state(job.key).is_made()).collect();
    let price = missing.iter().map(|job| job.price()).sum();
    let (all, missing) = (jobs.len(), missing.len());
    let effect = Effect::Generate { campaign: loaded.campaign.id.clone(), mode, scope, consent: consent(price) };
    if price.is_zero() {
        return if whole && progress(campaign, mode).is_some_and(Progress::is_complete) {
            vec![Request::Effect(effect), Request::Tell(Level::Info, format!("The {} is complete.", mode.name()))]
        } else {
            effect.into()
        };
    }
    let again = match all - missing {
        0 => String::new(),
        made => format!("; the {made} made already cost nothing again"),
    };
    vec![Request::Ask(Question {
        title: format!("Make the {} for up to {price}?", mode.name()),
        text: format!("{missing} of {all} to make{again}. {}", money::caps(&shared.budgets, price)),
        then: vec![effect],
        leaves: false,
    })]
}

/// What the person agrees to by going on: this price and no more.
fn consent(price: MicroDollars) -> Consent {
    if price.is_zero() { Consent::FreeOnly } else { Consent::UpTo(price) }
}

/// Makes a new take; a dear one asks first.
pub fn new_take(
    campaign: &CampaignId,
    mode: Mode,
    subject: Subject,
    likeness: Likeness,
    job: &Job,
    shared: &Shared,
) -> Vec<Request> {
    if !job.request.has_takes() {
        let text = format!("This is {}: there is no other take of it.", words::origin(&job.request));
        return Request::tell(Level::Warning, text);
    }
    let price = match likeness {
        Likeness::Another => job.price_of_take(),
        Likeness::Same | Likeness::SameAs(_) => job.price_of_same_baby(),
    };
    let effect = Effect::Regenerate { campaign: campaign.clone(), mode, subject, likeness, consent: consent(price) };
    if price <= shared.confirm_above {
        return effect.into();
    }
    vec![Request::Ask(Question {
        title: format!("A new take for up to {price}?"),
        text: format!(
            "It becomes a candidate; what you use now stays until you keep another. {}",
            money::caps(&shared.budgets, price)
        ),
        then: vec![effect],
        leaves: false,
    })]
}

/// Why nothing can be made, if so.
fn refusal(campaign: &Campaign, mode: Mode, shared: &Shared) -> Option<Vec<Request>> {
    if shared.engine != EngineState::Working {
        return Some(Request::tell(Level::Warning, "Nothing can be made now: the engine is not working."));
    }
    if let Content::Broken(faults) = &campaign.entry.content {
        let text = format!("This file has {}; mend them first.", words::count(faults.len(), "fault"));
        return Some(Request::tell(Level::Warning, text));
    }
    match (mode, shared.facts.finals()) {
        (Mode::Final, Some(FinalsState::Unavailable(text))) => Some(Request::tell(Level::Warning, text.as_str())),
        (Mode::Final, None) => Some(Vec::new()),
        _ => None,
    }
}

fn progress(campaign: &Campaign, mode: Mode) -> Option<&Progress> {
    match mode {
        Mode::Draft => Some(&campaign.draft),
        Mode::Final => campaign.finals.as_ref(),
    }
}

/// How long the oldest of the wanted runs has taken.
pub fn elapsed(shared: &Shared, wanted: impl Fn(&Run) -> bool) -> Option<Duration> {
    let oldest = shared.facts.runs.iter().filter(|run| wanted(run)).map(|run| run.started).min();
    oldest.map(|started| shared.now.saturating_sub(started))
}

/// What failed, where and why, in one line.
pub fn failure_of(key: JobKey, shared: &Shared) -> Option<String> {
    let (JobState::Failed(failure) | JobState::Held(failure)) = shared.facts.state(key) else { return None };
    let place = shared.facts.place_of(key).map(|(_, place)| format!("{place} failed: ")).unwrap_or_default();
    Some(format!("{place}{failure}").display().to_string())
}
