//! The one document that describes a campaign and its last run: printed by `--json`, answered by the HTTP API, given to
//! `on_finish`. Its field names and states are the users' own; fields may be added, none renamed.

pub mod listing;
pub mod planned;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use super::entry::{Entry, Loaded};
use super::event::{JobFacts, Outcome, RunEnded};
use super::publish::episode;
use super::publish::files::{clip_file, episode_file, extension, made_as, portrait_file, voice_file};
use super::queued::Waits;
use super::words::cost::Cost;
use super::words::paths::shown_path;
use super::words::place::place_of;
use crate::domain::Scene;
use crate::plan::{JobKey, JobState, Mode, Role, SceneStatus, progress, scene_status};

#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Document {
    pub job_id: Option<String>,
    pub campaign_id: String,
    pub status: Status,
    pub outcome: Option<Outcome>,
    pub mode: Mode,
    pub message: String,
    pub scenes_total: usize,
    pub scenes_completed: usize,
    pub images_generated: usize,
    /// Speaker → portrait file.
    pub baby_images: BTreeMap<String, String>,
    pub results: Vec<SceneResult>,
    /// The finished video, if there is one.
    pub episode: Option<EpisodeFile>,
    pub cost: Cost,
}

impl Document {
    /// The document of a campaign of which nothing could be read.
    pub fn of_nothing(campaign_id: String, mode: Mode, message: String) -> Self {
        Self {
            job_id: None,
            campaign_id,
            status: Status::Failed,
            outcome: Some(Outcome::Stopped),
            mode,
            message,
            scenes_total: 0,
            scenes_completed: 0,
            images_generated: 0,
            baby_images: BTreeMap::new(),
            results: Vec::new(),
            episode: None,
            cost: Cost::default(),
        }
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct EpisodeFile {
    pub file: String,
    pub seconds: f64,
    /// False where cards stand for scenes that could not be made.
    pub complete: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    Queued,
    Processing,
    Completed,
    Failed,
}

#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct SceneResult {
    /// From 0.
    pub scene_index: usize,
    pub scene_type: &'static str,
    pub speaker: Option<String>,
    pub status: SceneStatus,
    /// `cancelled`, or what a scene waits for of which nothing runs: where the status alone does not tell.
    pub reason: Option<String>,
    pub assets: SceneAssets,
    pub error_message: Option<String>,
    pub processing_time_ms: Option<u64>,
}

#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, JsonSchema)]
#[expect(clippy::struct_field_names, reason = "they are the users' own names")]
pub struct SceneAssets {
    pub audio_file: Option<String>,
    pub image_file: Option<String>,
    pub video_file: Option<String>,
}

/// What a scene waits for of which nothing runs: rather what keeps one of its parts than that others wait for that part.
fn waits<'a>(parts: &[Option<&'a JobFacts>]) -> Option<&'a Waits> {
    let parts = || parts.iter().copied().flatten();
    if parts().any(|part| part.state == JobState::Running) {
        return None;
    }
    let reasons = || parts().filter_map(JobFacts::waits);
    reasons().find(|reason| **reason != Waits::Inputs).or_else(|| reasons().next())
}

/// The finished video of a campaign, as people find it.
pub fn episode_of<'a>(
    entry: &Entry,
    loaded: &Loaded,
    mode: Mode,
    facts: &impl Fn(JobKey) -> &'a JobFacts,
) -> Option<EpisodeFile> {
    let finished = episode::finished(loaded, mode, facts)?;
    let file = shown_path(&entry.output.join(episode_file(loaded, mode, "mp4")));
    let seconds = f64::from(finished.milliseconds()?) / 1000.0;
    Some(EpisodeFile { file, seconds, complete: finished.is_whole })
}

/// Describes a campaign in one mode; `ended` is the run that just ended, if one did.
pub fn document<'a>(
    entry: &Entry,
    loaded: &Loaded,
    mode: Mode,
    facts: &impl Fn(JobKey) -> &'a JobFacts,
    ended: Option<&RunEnded>,
) -> Document {
    let empty = crate::plan::Graph::default();
    let graph = loaded.graph(mode).unwrap_or(&empty);
    let state = |key| &facts(key).state;
    let counts = progress(graph, &state);
    let file = |relative: String| shown_path(&entry.output.join(relative));
    let mut baby_images = BTreeMap::new();
    for (speaker, &index) in graph.portraits.iter().enumerate() {
        if made_as(&facts(graph.jobs[index].key).outputs, Role::Picture).is_some() {
            baby_images
                .insert(loaded.campaign.profiles[speaker].speaker.clone(), file(portrait_file(loaded, speaker, mode)));
        }
    }
    let results = loaded.campaign.scenes.iter().enumerate().map(|(scene_index, scene)| {
        let jobs = graph.scenes.get(scene_index).copied().unwrap_or_default();
        let of = |index: Option<usize>| index.map(|index| facts(graph.jobs[index].key));
        let (portrait, voice, clip) = (of(jobs.portrait), of(jobs.heard()), of(jobs.clip));
        let parts = [portrait, voice, clip];
        let failure = jobs.iter().find_map(|index| {
            let job = &graph.jobs[index];
            let failure = state(job.key).failure()?;
            Some(format!("{}: {failure}", place_of(&loaded.campaign, job)))
        });
        let (scene_type, speaker) = match scene {
            Scene::Dialogue(line) => ("dialogue", Some(loaded.campaign.profile(line.speaker).speaker.clone())),
            Scene::Media(_) => ("media", None),
        };
        let sound = voice.and_then(|job| made_as(&job.outputs, Role::Sound));
        let audio_file =
            sound.and_then(|made| voice_file(loaded, scene_index, mode, extension(&made.output.media_type)));
        let image_file = match scene {
            Scene::Dialogue(line) => baby_images.get(&loaded.campaign.profile(line.speaker).speaker).cloned(),
            Scene::Media(_) => None,
        };
        let filmed = clip.filter(|job| made_as(&job.outputs, Role::Movie).is_some());
        let cancelled = parts.into_iter().flatten().any(|job| job.state == JobState::Cancelled);
        let times = parts.into_iter().flatten().filter_map(|job| job.milliseconds);
        SceneResult {
            scene_index,
            scene_type,
            speaker,
            status: scene_status(graph, jobs, &state),
            reason: if cancelled { Some("cancelled".to_owned()) } else { waits(&parts).map(ToString::to_string) },
            assets: SceneAssets {
                audio_file: audio_file.map(file),
                image_file,
                video_file: filmed.map(|_| file(clip_file(loaded, scene_index, mode))),
            },
            error_message: failure,
            processing_time_ms: times.reduce(|a, b| a + b),
        }
    });
    let episode = episode_of(entry, loaded, mode, facts);
    Document {
        job_id: ended.map(|ended| ended.run.to_string()),
        campaign_id: loaded.campaign.id.to_string(),
        status: match ended.map(|ended| ended.outcome) {
            _ if counts.active() > 0 => Status::Processing,
            _ if counts.is_complete() => Status::Completed,
            // All that was asked for, be it only a part.
            Some(Outcome::Complete) => Status::Completed,
            Some(Outcome::Partial) if counts.done() > 0 => Status::Completed,
            Some(_) => Status::Failed,
            None if counts.failed > 0 => Status::Failed,
            None => Status::Queued,
        },
        outcome: ended.map(|ended| ended.outcome),
        mode,
        message: ended.map_or_else(String::new, |ended| ended.message.clone()),
        scenes_total: counts.scenes_total,
        scenes_completed: counts.scenes_made,
        images_generated: baby_images.len(),
        results: results.collect(),
        episode,
        baby_images,
        cost: ended.map_or_else(
            || Cost { estimated_usd: counts.price_of_missing.dollars(), ..Cost::default() },
            |ended| ended.cost,
        ),
    }
}
