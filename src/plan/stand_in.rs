//! The episode that is made when some scenes cannot be: a card in the place of each. Pure, and a function of the graph
//! and of what failed, so that it is found again at the next start without any record of it.

use std::collections::HashSet;

use super::graph::{Graph, JobIndex, SceneJobs};
use super::key::JobKey;
use super::request::Request;
use super::state::JobState;
use super::video::{ClipRequest, EpisodePart};
use crate::domain::{Campaign, Scene};

/// An episode with cards, and the cards.
#[derive(Debug, Clone, PartialEq)]
pub struct StandIn {
    pub cards: Vec<Request>,
    pub episode: Request,
}

/// How long a card stands for a scene.
const CARD_MILLISECONDS: u32 = 2_500;

/// The episode with a card for each scene that cannot be made, and a cut where a cross-fade cannot; `None` where nothing
/// failed, or where nothing else is left to show.
pub fn stand_in<'a>(campaign: &Campaign, graph: &Graph, state: &impl Fn(JobKey) -> &'a JobState) -> Option<StandIn> {
    let Request::Episode(whole) = &*graph.episode_job()?.request else { return None };
    let has_failed = |key: JobKey| state(key).failure().is_some();
    // Asked of every campaign whenever it changes, and nothing has failed in most of them.
    if !graph.jobs.iter().any(|job| has_failed(job.key)) {
        return None;
    }
    let is_missing = |jobs: &SceneJobs| jobs.clip.is_some_and(|clip| is_lost(graph, clip, &has_failed));
    let missing: HashSet<usize> =
        graph.scenes.iter().enumerate().filter(|(_, jobs)| is_missing(jobs)).map(|(scene, _)| scene).collect();
    if missing.len() == graph.scenes.len() {
        return None;
    }
    let mut cards = Vec::new();
    let mut episode = whole.clone();
    // The title stands before the scenes.
    let first = episode.parts.len() - graph.scenes.len();
    for scene in 0..graph.scenes.len() {
        let part = &mut episode.parts[first + scene];
        let is_beside_a_card = missing.contains(&scene) || scene.checked_sub(1).is_some_and(|it| missing.contains(&it));
        part.fade = part.fade.filter(|&fade| !is_beside_a_card && !has_failed(fade));
        if missing.contains(&scene) {
            let Request::Clip(clip) = &*graph.jobs[graph.scenes[scene].clip?].request else { return None };
            let card = Request::Clip(card(campaign, scene, clip));
            *part = EpisodePart { clip: card.key(), voice: None, speaker: None, fade: None, effect: None };
            cards.push(card);
        }
    }
    (episode != *whole).then_some(StandIn { cards, episode: Request::Episode(episode) })
}

/// Whether a clip, or one of the things that it is made of, failed. Only what was tried is on record: at the next start,
/// what merely waited for it is not.
fn is_lost(graph: &Graph, clip: JobIndex, has_failed: &impl Fn(JobKey) -> bool) -> bool {
    let mut open = vec![graph.jobs[clip].key];
    while let Some(key) = open.pop() {
        if has_failed(key) {
            return true;
        }
        open.extend(graph.job(key).map(|job| job.request.inputs()).unwrap_or_default());
    }
    false
}

/// The card says which scene is missing, and what would be said or seen there, in the fonts of its clip.
fn card(campaign: &Campaign, scene: usize, clip: &ClipRequest) -> ClipRequest {
    let what = match &campaign.scenes[scene] {
        Scene::Dialogue(line) => {
            let speaker = &campaign.profile(line.speaker).speaker;
            vec![format!("{speaker}:"), format!("“{}”", campaign.caption(line))]
        }
        Scene::Media(media) => vec![media.caption.as_deref().unwrap_or(media.source.as_str()).to_owned()],
    };
    let title = format!("Scene {} is missing", scene + 1);
    ClipRequest::missing(clip.made_by.clone(), title, what, clip.fonts.clone(), CARD_MILLISECONDS)
        .labelled(clip.label.as_deref(), Vec::new())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::domain::{Format, Transition, read};
    use crate::plan::choices::Choices;
    use crate::plan::settings::{Billing, Maker, Settings, Speech};
    use crate::plan::state::Failure;
    use crate::plan::video::Shown;
    use crate::plan::{MadeBy, Product};
    use crate::plan::{Sources, plan};

    fn campaign() -> Campaign {
        let line = |text: &str| json!({"type": "dialogue", "speaker": "Ada", "text": text});
        let file = json!({
            "campaign_id": "c", "topic": "Naps", "script": [line("One."), line("Two."), line("Three.")],
            "baby_profiles": {"Ada": {"tone": "warm", "voice_id": "v"}},
        });
        read(&file.to_string(), Format::Json).unwrap()
    }

    fn graph(campaign: &Campaign) -> Graph {
        let made_by: MadeBy = serde_json::from_value(json!({"provider": "clip", "model": "m"})).unwrap();
        let maker = Maker { made_by: made_by.clone(), billing: Billing::Free, speech: Speech::default() };
        let settings = Settings {
            image: maker.clone(),
            voice: maker,
            sounds: None,
            clip: made_by.clone(),
            talking: made_by.clone(),
            marks: made_by.clone(),
            video_file: made_by.clone(),
            fade: made_by.clone(),
            episode: made_by,
        };
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
        let lines = ["Ada:", "“Two.”"].map(str::to_owned).to_vec();
        assert_eq!(card.shown, Shown::Missing { title: "Scene 2 is missing".to_owned(), lines });
        let whole = graph.episode_job().unwrap();
        assert_eq!(episode.inputs().len(), whole.request.inputs().len() - 1, "the card needs no voice");
        assert!(episode.inputs().contains(&cards[0].key()) && !episode.inputs().contains(&lost));
        assert_ne!(episode.key(), whole.key);
    }

    #[test]
    fn a_card_is_entered_and_left_by_a_cut_and_so_is_a_scene_whose_fade_failed() {
        let mut faded = campaign();
        faded.transition = Transition::Fade;
        let graph = graph(&faded);
        let failed = JobState::Failed(Failure { reason: String::new(), next_step: String::new(), retryable: false });
        let fades = |lost: JobKey| {
            let state = |key| if key == lost { &failed } else { &JobState::Made };
            let StandIn { episode: Request::Episode(episode), .. } = stand_in(&faded, &graph, &state).unwrap() else {
                panic!("no episode")
            };
            episode.parts.iter().map(|part| part.fade.is_some()).collect::<Vec<_>>()
        };
        let key_of = |index: Option<JobIndex>| graph.jobs[index.unwrap()].key;
        assert_eq!(fades(key_of(graph.scenes[1].clip)), [false, true, false, false], "the title, then three scenes");
        assert_eq!(fades(key_of(graph.scenes[1].fade)), [false, true, false, true]);
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
