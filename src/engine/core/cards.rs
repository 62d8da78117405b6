//! An episode that lacks clips: each run that allows it gets one with cards in their places.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;

use super::Core;
use super::jobs::Order;
use super::runs::NewJob;
use crate::domain::{MicroDollars, Music};
use crate::engine::event::Level;
use crate::engine::publish::episode;
use crate::engine::run::Run;
use crate::engine::schedule::Fact;
use crate::plan::{JobKey, JobState, Request, StandIn};

impl Core {
    /// What becomes of an episode that cannot be made as planned: other jobs take its place in the runs that allow it, and
    /// it ends in this state where anybody still wants it.
    pub(super) async fn complete(&mut self, key: JobKey, state: JobState) -> Vec<Fact<Order>> {
        let allows = |run: &&Run| self.asked(run.id).is_some_and(|asked| asked.scope.allow_missing);
        let wanting = self.schedule.runs().iter().filter(|run| run.wants(key));
        let (allowing, others): (Vec<&Run>, Vec<&Run>) = wanting.partition(allows);
        let mut is_wanted = !others.is_empty();
        let mut facts = Vec::new();
        let allowing: Vec<Run> = allowing.into_iter().cloned().collect();
        for run in allowing {
            let instead = match self.cards(&run, key) {
                Some(jobs) => self.replace(&run, key, jobs).await,
                None => None,
            };
            is_wanted |= instead.is_none();
            facts.extend(instead.into_iter().flatten());
        }
        if is_wanted {
            facts.push(Fact::Ended { key, state });
        }
        facts
    }

    /// The cards of a run and the episode made with them.
    fn cards(&self, run: &Run, episode_key: JobKey) -> Option<Vec<NewJob>> {
        let (entry, loaded) = self.loaded(&run.campaign).ok()?;
        let graph = loaded.graph(run.mode)?;
        graph.episode_job().filter(|job| job.key == episode_key)?;
        let StandIn { cards, episode } = episode::with_cards(loaded, run.mode, &|key| self.facts(key))?;
        let music = loaded.campaign.music.as_ref().and_then(Music::file).zip(entry.path.parent());
        let music = music.map(|(music, folder)| folder.join(music.as_path()));
        let new: HashMap<JobKey, &Request> = cards.iter().map(|card| (card.key(), card)).collect();
        let request_of = |key: JobKey| new.get(&key).copied().or_else(|| graph.job(key).map(|job| &*job.request));
        let inputs = |request: &Request| {
            let keys = request.inputs().into_iter();
            keys.filter_map(|key| Some((key, Arc::new(request_of(key)?.clone())))).collect()
        };
        let job = |request: &Request, source: Option<PathBuf>| NewJob {
            key: request.key(),
            inputs: inputs(request),
            request: Arc::new(request.clone()),
            source,
            speaker: None,
            scene: None,
            price: MicroDollars::ZERO,
        };
        Some(cards.iter().map(|card| job(card, None)).chain([job(&episode, music)]).collect())
    }

    async fn replace(&mut self, run: &Run, episode: JobKey, jobs: Vec<NewJob>) -> Option<[Fact<Order>; 2]> {
        let caps = self.asked(run.id)?.caps;
        let records = jobs.iter().map(NewJob::record).collect();
        if let Err(error) = self.studio.store.journal.add_to_run(run.id, records).await {
            self.notice(Level::Error, error.to_string(), Some(run.campaign.clone()));
            return None;
        }
        self.learn(jobs.iter().map(|job| job.key).filter(|key| !self.known.jobs.contains_key(key)).collect()).await;
        let jobs = self.wanted(run.id, &run.campaign, jobs, caps);
        Some([Fact::Joined { run: run.id, jobs }, Fact::Left { run: run.id, jobs: vec![episode] }])
    }
}
