//! How long scenes are, and how long what is asked for may still take.

use std::time::Duration;

use super::{Campaign, Counts, Facts, counted};
use crate::domain::Scene;
use crate::engine::{Content, Loaded};
use crate::plan::{Graph, JobState, Mode, Product, Request, Role};

/// Milliseconds of a scene that has no voice yet.
const USUAL_SCENE: u64 = 4_000;

impl Facts {
    /// Asks how long it may still take, once for what has changed: the pages ask with every key.
    pub(super) fn look_ahead(&self, campaign: &mut Campaign) {
        let Content::Good(loaded) = &campaign.entry.content else { return };
        for (_, graph, counts) in counted(loaded, &mut campaign.draft, campaign.finals.as_mut()) {
            if counts.progress.running == 0 {
                counts.left = None;
            } else if counts.left_in != Some((self.version, self.progressed)) {
                counts.left = self.time_left(graph, counts);
                counts.left_in = Some((self.version, self.progressed));
            }
        }
    }

    /// How long the clips that are asked for may take, measured by those that are made.
    fn time_left(&self, graph: &Graph, counts: &Counts) -> Option<Duration> {
        let (mut took, mut length, mut left, mut running) = (0.0, 0.0, 0.0, 0u32);
        for (scene, jobs) in graph.scenes.iter().enumerate() {
            let Some(job) = jobs.clip.map(|clip| self.job(graph.jobs[clip].key)) else { continue };
            let scene_length = counts.lengths.get(scene).copied().flatten().unwrap_or(USUAL_SCENE) as f64;
            if let (true, Some(milliseconds)) = (job.state.is_made(), job.milliseconds) {
                took += milliseconds as f64;
                length += scene_length;
            } else if job.state.is_active() {
                left += scene_length * (1.0 - f64::from(job.fraction.unwrap_or_default()));
                running += u32::from(job.state == JobState::Running);
            }
        }
        let is_known = length > 0.0 && left > 0.0;
        is_known.then(|| Duration::from_secs_f64(left * took / length / 1000.0 / f64::from(running.max(1))))
    }

    /// How long a scene takes in the video: its clip, else what its voice or its file lets expect.
    pub fn scene_milliseconds(&self, loaded: &Loaded, mode: Mode, scene: usize) -> Option<u64> {
        let length = |product, role| {
            let job = self.scene_job(loaded, mode, scene, product)?;
            self.job(job.key).made(role)?.output.milliseconds.map(u64::from)
        };
        length(Product::Clip, Role::Movie).or_else(|| match loaded.campaign.scenes.get(scene)? {
            Scene::Media(media) => media.duration_s.map(|seconds| (seconds * 1000.0) as u64),
            Scene::Dialogue(_) => {
                let heard = length(Product::ShapedVoice, Role::Sound).or_else(|| length(Product::Voice, Role::Sound));
                let clip = self.scene_job(loaded, mode, scene, Product::Clip).map(|clip| &*clip.request);
                let Some(Request::Clip(clip)) = clip else { return heard };
                Some(heard? + u64::from(clip.breath_milliseconds()))
            }
        })
    }
}

/// How long the title stands that the video opens with.
pub(super) fn of_title(graph: &Graph) -> u64 {
    match graph.title.map(|title| &*graph.jobs[title].request) {
        Some(Request::Clip(card)) => card.milliseconds.map_or(0, u64::from),
        _ => 0,
    }
}
