//! Jobs that are made of other products wait for them here: they are queued when the last one is made, and end with them
//! when one cannot be made.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::path::PathBuf;
use std::sync::Arc;

use super::jobs::{Order, Terms};
use super::runs::{NewJob, is_held};
use super::{Core, change};
use crate::domain::MicroDollars;
use crate::engine::event::{JobChange, JobFacts, Level};
use crate::engine::publish::episode;
use crate::engine::run::Run;
use crate::plan::{Failure, JobKey, JobState, Product, Request, StandIn};
use crate::providers::Input;

/// What a job is for, in words.
#[derive(Debug, Clone, Default)]
pub(super) struct Place {
    /// `voice of scene 3, Baby 2`
    what: String,
    product: Option<Product>,
    scene: Option<usize>,
}

/// What a job waits for, and what became of that.
#[derive(Debug, Default)]
pub(super) struct Waits {
    /// Inputs that are being made.
    open: HashSet<JobKey>,
    /// What cannot be made, and why.
    lost: Vec<Lost>,
}

#[derive(Debug)]
struct Lost {
    place: Place,
    /// `None` where the person stopped it.
    failure: Option<Failure>,
}

impl Waits {
    pub(super) fn is_over(&self) -> bool {
        self.open.is_empty()
    }
}

impl Core {
    /// Notes what a new order must wait for. Inputs come before what is made of them, so each is made, under way, or has
    /// ended without a product.
    pub(super) fn waits_of(&mut self, key: JobKey, inputs: &[(JobKey, Arc<Request>)]) -> Waits {
        let mut waits = Waits::default();
        for (input, _) in inputs {
            if self.known.get(input).is_some_and(|known| known.state.is_made()) {
                continue;
            }
            if self.orders.contains_key(input) {
                waits.open.insert(*input);
                self.dependants.entry(*input).or_default().push(key);
            } else {
                let failure = self.known.get(input).and_then(|known| known.state.failure().cloned());
                waits.lost.push(Lost { place: self.place_of(*input), failure });
            }
        }
        waits
    }

    /// A job has ended: what waited for it goes on.
    pub(super) fn tell_dependants(&mut self, key: JobKey, state: &JobState) {
        for dependant in self.dependants.remove(&key).unwrap_or_default() {
            let lost =
                (!state.is_made()).then(|| Lost { place: self.place_of(key), failure: state.failure().cloned() });
            let Some(order) = self.orders.get_mut(&dependant) else { continue };
            if !order.waits.open.remove(&key) {
                continue;
            }
            order.waits.lost.extend(lost);
            self.go_on(dependant);
        }
    }

    /// Queues a job whose inputs are all made, or ends it when one of them never will be.
    pub(super) fn go_on(&mut self, key: JobKey) {
        let Some(order) = self.orders.get(&key).filter(|order| order.waits.is_over()) else { return };
        if order.waits.lost.is_empty() {
            if let Some(lane) = self.catalogue.lane_of(&order.request) {
                self.queue.push(key, &lane);
            }
            return;
        }
        let state = why_not(&order.request, &order.waits.lost);
        let is_episode = order.request.product() == Product::Episode;
        self.orders.remove(&key);
        if is_episode && matches!(state, JobState::Blocked(_)) {
            self.cardless.push((key, state));
        } else {
            self.settle(key, JobFacts { state, ..JobFacts::default() });
        }
    }

    /// Gives every run that allows it the episode with cards, and ends the one without where anybody still wants it.
    pub(super) async fn put_cards(&mut self) {
        for (key, state) in std::mem::take(&mut self.cardless) {
            let allows = |run: &Run| self.asked.get(&run.id).is_some_and(|asked| asked.scope.allow_missing);
            let allowing = self.runs.iter().map(|(run, _)| run).filter(|run| run.wants(key) && allows(run));
            let allowing: Vec<Run> = allowing.cloned().collect();
            for run in allowing {
                if let Some(jobs) = self.cards(&run, key) {
                    self.replace(&run, key, jobs).await;
                }
            }
            let is_wanted = self.runs.iter().any(|(run, _)| run.wants(key));
            let state = if is_wanted { state } else { JobState::Pending };
            self.settle(key, JobFacts { state, ..JobFacts::default() });
        }
    }

    /// The cards of a run and the episode made with them.
    fn cards(&self, run: &Run, episode_key: JobKey) -> Option<Vec<NewJob>> {
        let (entry, loaded) = self.loaded(&run.campaign).ok()?;
        let graph = loaded.graph(run.mode)?;
        graph.episode_job().filter(|job| job.key == episode_key)?;
        let StandIn { cards, episode } = episode::with_cards(loaded, run.mode, &|key| self.facts(key))?;
        let music = loaded.campaign.music.as_ref().zip(entry.path.parent());
        let music = music.map(|(music, folder)| folder.join(music.as_path()));
        let new: HashMap<JobKey, &Request> = cards.iter().map(|card| (card.key(), card)).collect();
        let request_of = |key: JobKey| new.get(&key).copied().or_else(|| graph.job(key).map(|job| &job.request));
        let inputs = |request: &Request| {
            let keys = request.inputs().into_iter();
            keys.filter_map(|key| Some((key, Arc::new(request_of(key)?.clone())))).collect()
        };
        let job = |request: &Request, source: Option<PathBuf>| NewJob {
            key: request.key(),
            inputs: inputs(request),
            request: request.clone(),
            source,
            speaker: None,
            scene: None,
            price: MicroDollars::ZERO,
        };
        Some(cards.iter().map(|card| job(card, None)).chain([job(&episode, music)]).collect())
    }

    async fn replace(&mut self, run: &Run, episode_key: JobKey, jobs: Vec<NewJob>) {
        let Some(caps) = self.asked.get(&run.id).map(|asked| asked.caps) else { return };
        let records = jobs.iter().map(NewJob::record).collect();
        if let Err(error) = self.store.journal.add_to_run(run.id, records).await {
            return self.notice(Level::Error, error.to_string(), Some(run.campaign.clone()));
        }
        let keys: Vec<JobKey> = jobs.iter().map(|job| job.key).collect();
        self.learn(keys.iter().copied().filter(|key| !self.known.contains_key(key)).collect()).await;
        if let Some((run, _)) = self.runs.iter_mut().find(|(known, _)| known.id == run.id) {
            run.replace(episode_key, &keys);
        }
        self.ask_for(run.id, &run.campaign, jobs, caps);
    }

    /// Makes a job wait for its turn, unless it is made, under way, or cannot be made; tells how it stands where that
    /// has changed.
    pub(super) fn place_order(&mut self, job: NewJob, terms: Terms) -> Option<JobChange> {
        let key = job.key;
        self.places.insert(key, Place { what: job.name(), product: Some(job.request.product()), scene: job.scene });
        if self.orders.contains_key(&key) {
            return None;
        }
        let known = self.facts(key).state.clone();
        // What may have been billed is never tried again by itself.
        if known.is_made() || is_held(&known) {
            let end = if known.is_made() { JobState::Cached } else { known };
            for (run, _) in &mut self.runs {
                run.job_ended(key, &end);
            }
            return None;
        }
        let Some(lane) = self.catalogue.lane_of(&job.request) else {
            let state = JobState::Failed(self.catalogue.missing(&job.request));
            self.settle(key, JobFacts { state, ..JobFacts::default() });
            return None;
        };
        let waits = self.waits_of(key, &job.inputs);
        let can_start = waits.is_over();
        self.orders.insert(key, Order::new(job.request, job.source, job.inputs, waits, terms));
        if can_start && !self.orders[&key].waits.lost.is_empty() {
            self.go_on(key);
            return None;
        }
        if can_start {
            self.queue.push(key, &lane);
        }
        let facts = JobFacts { state: JobState::Waiting, ..JobFacts::default() };
        let told = change(key, &facts);
        self.known.insert(key, facts);
        Some(told)
    }

    /// What a job is for: `clip of scene 3, Baby 2`.
    pub(super) fn name(&self, key: JobKey) -> String {
        self.place_of(key).what
    }

    fn place_of(&self, key: JobKey) -> Place {
        self.places.get(&key).cloned().unwrap_or_default()
    }

    /// What is known of a job.
    pub(super) fn facts(&self, key: JobKey) -> &JobFacts {
        static UNKNOWN: JobFacts = JobFacts { state: JobState::Pending, outputs: Vec::new(), milliseconds: None };
        self.known.get(&key).unwrap_or(&UNKNOWN)
    }

    /// The products that a job is made of, as its maker is given them.
    pub(super) fn inputs_of(&self, inputs: &[(JobKey, Arc<Request>)]) -> Vec<Input> {
        let input = |(key, request): &(JobKey, Arc<Request>)| {
            let files = self.facts(*key).outputs.iter().map(|made| (made.output.role, made.path.clone())).collect();
            Input { key: *key, request: request.clone(), files }
        };
        inputs.iter().map(input).collect()
    }
}

/// How a job ends whose inputs are lost: stopped like them, or held up with the names of those that failed.
fn why_not(request: &Request, lost: &[Lost]) -> JobState {
    let failed: Vec<(&Lost, &Failure)> = lost.iter().filter_map(|lost| Some((lost, lost.failure.as_ref()?))).collect();
    let Some((first, failure)) = failed.first() else { return JobState::Cancelled };
    if request.product() == Product::Episode {
        // A cross-fade is mostly lost with the clip of a scene, which is what the person can mend.
        let is_fade = |lost: &Lost| lost.place.product == Some(Product::Fade);
        let own = failed.iter().filter(|(lost, _)| !is_fade(lost));
        let scenes: BTreeSet<usize> = own.filter_map(|(lost, _)| lost.place.scene).collect();
        let waits_for = match scenes.len() {
            0 => format!("the {}", first.place.what),
            1 => format!("scene {}", listed(&scenes)),
            _ => format!("scenes {}", listed(&scenes)),
        };
        return JobState::Blocked(Failure {
            reason: format!("The episode waits for {waits_for}"),
            next_step: "Mend what failed there, or add --allow-missing for a card in its place.".to_owned(),
            retryable: true,
        });
    }
    JobState::Blocked(Failure {
        reason: format!("It waits for the {}", first.place.what),
        next_step: failure.next_step.clone(),
        retryable: failure.retryable,
    })
}

fn listed(scenes: &BTreeSet<usize>) -> String {
    const MOST: usize = 12;
    let numbers: Vec<String> = scenes.iter().take(MOST).map(|scene| (scene + 1).to_string()).collect();
    let more = if scenes.len() > MOST { format!(" and {} more", scenes.len() - MOST) } else { String::new() };
    format!("{}{more}", numbers.join(", "))
}
