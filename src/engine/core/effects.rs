//! Facts go to the schedule, and what follows from them is done: jobs are told and started, runs end.

use std::collections::VecDeque;
use std::time::Duration;

use super::{Core, Internal, change};
use crate::engine::event::{Event, JobFacts, Level};
use crate::engine::queued::{Queued, Waits};
use crate::engine::run::Run;
use crate::engine::schedule::{Effect, Fact, Whereabouts};
use crate::plan::{JobKey, JobState};

use super::jobs::Order;

/// Nothing tells when a full disk has room again.
const TRY_ROOM_EVERY: Duration = Duration::from_millis(500);

impl Core {
    /// Takes a fact in and performs everything that follows from it. Jobs that change together are told together.
    pub(super) async fn happened(&mut self, fact: Fact<Order>) {
        let mut effects = VecDeque::from(self.schedule.on(fact));
        let mut changes = Vec::new();
        let mut over: Vec<Run> = Vec::new();
        while let Some(effect) = effects.pop_front() {
            match effect {
                Effect::Now { key, state } => {
                    let facts = self.stands(key, state);
                    changes.push(change(key, facts));
                }
                // What was moved and started at once is told as running.
                Effect::Moved(key) if self.schedule.is_running(key) => {}
                Effect::Moved(key) => {
                    let facts = self.stands(key, JobState::Waiting);
                    changes.push(change(key, facts));
                }
                Effect::Lane(width) => self.tell(Event::Lane(width)),
                Effect::Start(key) => {
                    let facts = self.stands(key, JobState::Running);
                    changes.push(change(key, facts));
                    self.start(key);
                }
                Effect::Stop(key) => {
                    if let Some(order) = self.schedule.work(key) {
                        order.cancel.cancel();
                    }
                }
                Effect::Incomplete { key, state } => {
                    for fact in self.complete(key, state).await {
                        effects.extend(self.schedule.on(fact));
                    }
                }
                Effect::AwaitRoom { why } => {
                    if let Some(why) = why {
                        let text =
                            format!("{why}. Nothing more is begun until there is room; what was paid for is safe");
                        self.notice(Level::Warning, text, None);
                    }
                    self.tasks.tell_after(TRY_ROOM_EVERY, || Internal::LookForRoom);
                }
                Effect::RunOver(run) => over.push(run),
            }
        }
        if !changes.is_empty() {
            self.tell(Event::Jobs(changes));
        }
        self.end_runs(over).await;
    }

    /// Notes how a job stands. What it made was noted before.
    fn stands(&mut self, key: JobKey, state: JobState) -> &JobFacts {
        let queued = self.queued(key, &state);
        let facts = self.known.jobs.entry(key).or_default();
        *facts = if state.is_made() {
            JobFacts { state, ..facts.clone() }
        } else {
            JobFacts { queued, ..JobFacts::of(state) }
        };
        facts
    }

    /// Where a job under way stands that is told in this state.
    fn queued(&self, key: JobKey, state: &JobState) -> Option<Queued> {
        let (at, lane, turn) = self.schedule.place(key).filter(|_| state.is_active())?;
        let order = self.schedule.work(key)?;
        let waits = match at {
            _ if *state == JobState::Running => None,
            Whereabouts::Waiting | Whereabouts::Running => Some(Waits::Turn),
            Whereabouts::Blocked => Some(Waits::Inputs),
            Whereabouts::Parked => order.pause.clone(),
            Whereabouts::Elsewhere(_) => Some(Waits::Elsewhere),
            Whereabouts::NoRoom => Some(Waits::Room),
        };
        Some(Queued { about: order.about.clone(), lane, turn, waits })
    }
}
