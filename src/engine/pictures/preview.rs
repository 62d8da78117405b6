//! The picture of a scene at a second, as its clip will show it: for a user who chooses how captions look. What the clip is
//! made of must be made; the clip itself need not be. And the drawn face of a baby before its portrait is made.

use std::path::Path;
use std::sync::Arc;

use image::RgbImage;

use crate::baby::{Pose, portrait};
use crate::domain::Scene;
use crate::engine::core::jobs::open_own;
use crate::engine::entry::Loaded;
use crate::engine::event::Made;
use crate::plan::{ClipRequest, Graph, Job, JobKey, Mode, Request};
use crate::providers::image::Sketch;
use crate::providers::provider::{Input, NotMade, Source};
use crate::providers::video;

pub(crate) use crate::providers::video::Preview;

/// All that the picture of a scene is drawn from.
#[derive(Debug, Clone)]
pub struct ScenePreview {
    /// That of the clip.
    pub key: JobKey,
    request: ClipRequest,
    inputs: Vec<Input>,
    source: Option<Source>,
}

/// A key says all of a clip.
impl PartialEq for ScenePreview {
    fn eq(&self, other: &Self) -> bool {
        self.key == other.key
    }
}

impl Eq for ScenePreview {}

/// A face that is drawn here: how its portrait will look.
#[derive(Debug, Clone, PartialEq)]
pub struct FacePreview {
    /// That of the portrait.
    pub key: JobKey,
    request: Arc<Request>,
}

/// A key says all of a portrait.
impl Eq for FacePreview {}

impl FacePreview {
    /// `None` of a portrait that somebody else paints.
    pub fn of(job: &Job) -> Option<Self> {
        Sketch::drew(&job.request).then(|| Self { key: job.key, request: job.request.clone() })
    }

    /// Draws the face; takes a few hundredths of a second. `None` of what is no drawn portrait.
    pub fn draw(&self) -> Option<RgbImage> {
        let Request::Portrait(request) = &*self.request else { return None };
        Some(portrait(&Sketch::look(request), &Pose::for_tone(request.tone)))
    }
}

/// The clip of a scene; `None` where nobody makes it.
pub fn clip_of(graph: &Graph, scene: usize) -> Option<&Job> {
    graph.scenes.get(scene)?.clip.map(|clip| &graph.jobs[clip])
}

/// What a clip is made of and is not made yet. A drawn baby needs no portrait.
pub fn lacks<'g, 'f>(graph: &'g Graph, clip: &Job, made: &impl Fn(JobKey) -> &'f [Made]) -> Vec<&'g Job> {
    let is_drawn = |job: &Job| matches!(&*job.request, Request::Portrait(portrait) if portrait.is_drawn());
    let inputs = clip.request.inputs().into_iter().filter_map(|key| graph.job(key));
    inputs.filter(|job| !is_drawn(job) && made(job.key).is_empty()).collect()
}

impl ScenePreview {
    /// `folder` is that of the user's own files; `None` while something is missing that the clip is made of.
    pub fn of<'f>(
        loaded: &Loaded,
        mode: Mode,
        scene: usize,
        folder: &Path,
        made: &impl Fn(JobKey) -> &'f [Made],
    ) -> Option<ScenePreview> {
        let graph = loaded.graph(mode)?;
        let clip = clip_of(graph, scene)?;
        let Request::Clip(request) = &*clip.request else { return None };
        if !lacks(graph, clip, made).is_empty() {
            return None;
        }
        let input = |key: JobKey| {
            let files = made(key).iter().map(|made| (made.output.role, made.path.clone())).collect();
            graph.job(key).map(|job| Input { key, request: job.request.clone(), files })
        };
        let source = match &loaded.campaign.scenes[scene] {
            Scene::Media(media) => Some(Source { path: folder.join(media.source.as_path()), open: open_own }),
            Scene::Dialogue(_) => None,
        };
        let inputs = clip.request.inputs().into_iter().filter_map(input).collect();
        Some(ScenePreview { key: clip.key, request: request.clone(), inputs, source })
    }

    /// Draws the picture at `second`. Blocks; the error is a sentence.
    pub fn draw(&self, second: f64) -> Result<Preview, String> {
        let drawn = video::preview(&self.request, self.inputs.clone(), self.source.clone(), second);
        drawn.map_err(|not_made| match not_made {
            NotMade::Failed(failure) => format!("{}. {}", failure.reason.trim_end_matches('.'), failure.next_step),
            NotMade::Cancelled => "It was stopped.".to_owned(),
        })
    }
}
