//! The episode that is made when some scenes cannot be: a card in the place of each. Pure, and a function of the graph
//! and of what failed, so that it is found again at the next start without any record of it.

use std::collections::HashSet;

use super::{ClipRequest, EpisodePart, Graph, JobKey, JobState, Request};
use crate::domain::Campaign;

/// An episode with cards, and the cards.
#[derive(Debug, Clone, PartialEq)]
pub struct StandIn {
    pub cards: Vec<Request>,
    pub episode: Request,
}

/// How long a card stands for a scene.
const CARD_MILLISECONDS: u32 = 2_500;

/// The episode with a card for each scene whose clip failed; `None` where none failed, or where nothing else is left to
/// show.
pub fn stand_in<'a>(campaign: &Campaign, graph: &Graph, state: &impl Fn(JobKey) -> &'a JobState) -> Option<StandIn> {
    let Request::Episode(whole) = &graph.episode_job()?.request else { return None };
    let has_failed = |index: usize| matches!(state(graph.jobs[index].key), JobState::Failed(_) | JobState::Held(_));
    let failed: HashSet<usize> =
        (0..graph.scenes.len()).filter(|&scene| graph.scenes[scene].iter().any(has_failed)).collect();
    if failed.is_empty() || failed.len() == graph.scenes.len() {
        return None;
    }
    let mut cards = Vec::new();
    let mut episode = whole.clone();
    // The title stands before the scenes.
    let first = episode.parts.len() - graph.scenes.len();
    for scene in 0..graph.scenes.len() {
        if failed.contains(&scene) {
            let made_by = match &graph.jobs[graph.scenes[scene].clip?].request {
                Request::Clip(clip) => clip.made_by.clone(),
                _ => return None,
            };
            let (title, lines) = words(campaign, scene);
            let card = Request::Clip(ClipRequest::card(made_by, title, lines, CARD_MILLISECONDS));
            episode.parts[first + scene] = EpisodePart { clip: card.key(), voice: None, speaker: None };
            cards.push(card);
        }
    }
    Some(StandIn { cards, episode: Request::Episode(episode) })
}

/// What a card says of its scene.
fn words(campaign: &Campaign, scene: usize) -> (String, Vec<String>) {
    let number = format!("Scene {}", scene + 1);
    match campaign.line(scene) {
        Some(line) => (campaign.profile(line.speaker).speaker.clone(), vec![line.text.clone()]),
        None => (number, Vec::new()),
    }
}
