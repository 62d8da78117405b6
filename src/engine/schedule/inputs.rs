//! What a job waits for, what became of that, and how a job ends whose inputs are lost. Pure.

use std::collections::BTreeSet;

use crate::plan::{Failure, JobSet, JobState, Product};

/// What a job is for, in words.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Purpose {
    /// `voice of scene 3, Baby 2`
    pub name: String,
    pub product: Option<Product>,
    /// Position in the script, from 0.
    pub scene: Option<usize>,
}

/// How an input stands that is not under way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum InputState {
    Made,
    /// With what failed; `None` where it was stopped.
    Missing(Option<Failure>),
}

impl InputState {
    pub fn of(state: &JobState) -> Self {
        if state.is_made() { InputState::Made } else { InputState::Missing(state.failure().cloned()) }
    }
}

#[derive(Debug, Default)]
pub(super) struct Inputs {
    /// Inputs that are being made.
    pub(super) open: JobSet,
    /// What cannot be made, and why.
    pub(super) lost: Vec<Lost>,
}

#[derive(Debug)]
pub(super) struct Lost {
    pub(super) purpose: Purpose,
    /// `None` where it was stopped.
    pub(super) failure: Option<Failure>,
}

impl Inputs {
    /// How a job ends whose inputs are lost: stopped like them, or held up with the names of those that failed.
    pub(super) fn why_not(&self, product: Option<Product>) -> JobState {
        let failed: Vec<(&Lost, &Failure)> =
            self.lost.iter().filter_map(|lost| Some((lost, lost.failure.as_ref()?))).collect();
        let Some((first, failure)) = failed.first() else { return JobState::Cancelled };
        if product == Some(Product::Episode) {
            // A cross-fade is mostly lost with the clip of a scene, which is where the fault is.
            let is_fade = |lost: &Lost| lost.purpose.product == Some(Product::Fade);
            let own = failed.iter().filter(|(lost, _)| !is_fade(lost));
            let scenes: BTreeSet<usize> = own.filter_map(|(lost, _)| lost.purpose.scene).collect();
            let waits_for = match scenes.len() {
                0 => format!("the {}", first.purpose.name),
                1 => format!("scene {}", listed(&scenes)),
                _ => format!("scenes {}", listed(&scenes)),
            };
            return JobState::Blocked(Failure {
                reason: format!("The episode waits for {waits_for}"),
                next_step: "Fix what failed there, or add --allow-missing for a card in its place.".to_owned(),
                retryable: true,
            });
        }
        JobState::Blocked(Failure {
            reason: format!("It waits for the {}", first.purpose.name),
            next_step: failure.next_step.clone(),
            retryable: failure.retryable,
        })
    }
}

fn listed(scenes: &BTreeSet<usize>) -> String {
    const MOST: usize = 12;
    let numbers: Vec<String> = scenes.iter().take(MOST).map(|scene| (scene + 1).to_string()).collect();
    let more = if scenes.len() > MOST { format!(" and {} more", scenes.len() - MOST) } else { String::new() };
    format!("{}{more}", numbers.join(", "))
}
