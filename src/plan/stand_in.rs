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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::domain::{Format, read};
    use crate::plan::{Billing, Choices, Failure, MadeBy, Maker, Product, Settings, Shown, Sources, Speech, plan};

    fn campaign() -> Campaign {
        let line = |text: &str| json!({"type": "dialogue", "speaker": "Ada", "text": text});
        let file = json!({
            "campaign_id": "c", "topic": "Naps", "script": [line("One."), line("Two."), line("Three.")],
            "baby_profiles": {"Ada": {"tone": "warm", "voice_id": "v"}},
        });
        read(&file.to_string(), Format::Json).unwrap()
    }

    fn graph(campaign: &Campaign) -> Graph {
        let made_by: MadeBy = serde_json::from_value(json!({"provider": "p", "model": "m"})).unwrap();
        let maker = Maker { made_by: made_by.clone(), billing: Billing::Free, speech: Speech::default() };
        let settings = Settings { image: maker.clone(), voice: maker, clip: made_by.clone(), episode: made_by };
        plan(campaign, &settings, &Choices::default(), &Sources::new()).unwrap()
    }

    #[test]
    fn a_card_with_the_line_stands_for_each_scene_that_failed() {
        let campaign = campaign();
        let graph = graph(&campaign);
        let failed = JobState::Failed(Failure { reason: String::new(), next_step: String::new(), retryable: false });
        let lost = graph.jobs[graph.scenes[1].voice.unwrap()].key;
        let state = |key| if key == lost { &failed } else { &JobState::Made };
        let StandIn { cards, episode } = stand_in(&campaign, &graph, &state).unwrap();
        let [Request::Clip(card)] = cards.as_slice() else { panic!("{cards:?}") };
        assert_eq!(card.shown, Shown::Card { title: "Ada".to_owned(), lines: vec!["Two.".to_owned()] });
        let whole = graph.episode_job().unwrap();
        assert_eq!(episode.inputs().len(), whole.request.inputs().len() - 1, "the card needs no voice");
        assert!(episode.inputs().contains(&cards[0].key()) && !episode.inputs().contains(&lost));
        assert_ne!(episode.key(), whole.key);
    }

    #[test]
    fn nothing_stands_in_for_what_is_whole_or_wholly_lost() {
        let campaign = campaign();
        let graph = graph(&campaign);
        let failed = JobState::Failed(Failure { reason: String::new(), next_step: String::new(), retryable: false });
        assert_eq!(stand_in(&campaign, &graph, &|_| &JobState::Pending), None);
        assert_eq!(stand_in(&campaign, &graph, &|_| &failed), None);
        assert_eq!(graph.jobs.iter().filter(|job| job.product() == Product::Clip).count(), 4);
    }
}
