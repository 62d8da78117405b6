//! The document of a job as HTTP gives it: the engine's own, with links to what was made.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use crate::api::common::seen::Seen;
use crate::domain::CampaignId;
use crate::engine::document::Status;
use crate::engine::{Document, Loaded, Outcome, RunEnded, RunId, document};
use crate::plan::{JobIndex, JobKey, Mode, Role, SceneStatus};

/// The document of a job.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct JobAnswer {
    #[serde(flatten)]
    pub document: Document,
    pub links: Links,
}

/// Where everything of a job is found on this server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Links {
    pub status: String,
    pub events: String,
    /// Speaker → portrait.
    pub images: BTreeMap<String, String>,
    /// In the order of the script.
    pub scenes: Vec<SceneLinks>,
    /// The video, once there is one.
    pub episode: Option<String>,
    /// What stands for the video until it is played.
    pub thumbnail: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, JsonSchema)]
pub struct SceneLinks {
    pub audio: Option<String>,
    pub image: Option<String>,
    pub video: Option<String>,
}

/// The portraits of a job.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct ImagesAnswer {
    pub job_id: Option<String>,
    /// Speaker → portrait file.
    pub baby_images: BTreeMap<String, String>,
    pub images_generated: usize,
    /// Speaker → where it is found on this server.
    pub links: BTreeMap<String, String>,
}

/// What a path's `{id}` stands for.
#[derive(Debug, Clone, PartialEq)]
pub struct Named {
    pub campaign: CampaignId,
    pub mode: Mode,
    /// `None` where only a campaign is named of which no run is known.
    pub run: Option<RunId>,
    /// `None` while the run goes on, and without one.
    pub ended: Option<RunEnded>,
}

impl Named {
    /// The run is under way.
    pub fn is_open(&self) -> bool {
        self.run.is_some() && self.ended.is_none()
    }

    /// What this campaign's or job's own routes begin with.
    fn path(&self) -> String {
        let id = self.run.map_or_else(|| self.campaign.to_string(), |run| run.to_string());
        format!("/api/v1/campaigns/{id}")
    }
}

/// Describes a job, or a campaign, as it is now.
pub fn job_answer(seen: &Seen, named: &Named) -> JobAnswer {
    let path = named.path();
    let links = Links {
        status: format!("{path}/status"),
        events: format!("{path}/events"),
        images: BTreeMap::new(),
        scenes: Vec::new(),
        episode: None,
        thumbnail: None,
    };
    let Some((entry, loaded)) = seen.loaded(named.campaign.as_str()) else {
        let message = match &named.ended {
            Some(ended) => ended.message.clone(),
            None => format!("The campaign {} is not there any more, or has faults.", named.campaign),
        };
        let mut document = Document::of_nothing(named.campaign.to_string(), named.mode, message);
        document.job_id = named.run.map(|run| run.to_string());
        document.outcome = named.ended.as_ref().map_or(document.outcome, |ended| Some(ended.outcome));
        return JobAnswer { document, links };
    };
    let facts = |key| seen.job(key);
    let mut document = document(entry, loaded, named.mode, &facts, named.ended.as_ref());
    document.job_id = named.run.map(|run| run.to_string());
    if named.is_open() {
        let begun = document.results.iter().any(|result| result.status != SceneStatus::Pending);
        document.status = if begun { Status::Processing } else { Status::Queued };
    } else if named.ended.as_ref().is_some_and(|ended| ended.outcome == Outcome::Stopped) {
        document.status = Status::Failed;
    }
    let links = Links {
        images: images(seen, loaded, named.mode),
        scenes: scenes(seen, loaded, named.mode),
        episode: entry.video(named.mode).map(|_| format!("{path}/episode")),
        thumbnail: thumbnail(seen, loaded, named.mode),
        ..links
    };
    JobAnswer { document, links }
}

fn images(seen: &Seen, loaded: &Loaded, mode: Mode) -> BTreeMap<String, String> {
    let Some(graph) = loaded.graph(mode) else { return BTreeMap::new() };
    let link = |(speaker, &index): (usize, &JobIndex)| {
        let name = loaded.campaign.profiles[speaker].speaker.clone();
        Some((name, asset_link(seen, graph.jobs[index].key, Role::Picture)?))
    };
    graph.portraits.iter().enumerate().filter_map(link).collect()
}

fn scenes(seen: &Seen, loaded: &Loaded, mode: Mode) -> Vec<SceneLinks> {
    let Some(graph) = loaded.graph(mode) else { return Vec::new() };
    let link = |index: Option<JobIndex>, role| asset_link(seen, graph.jobs[index?].key, role);
    let links = graph.scenes.iter().map(|scene| SceneLinks {
        audio: link(scene.heard(), Role::Sound),
        image: link(scene.portrait, Role::Picture),
        video: link(scene.clip, Role::Movie),
    });
    links.collect()
}

fn thumbnail(seen: &Seen, loaded: &Loaded, mode: Mode) -> Option<String> {
    asset_link(seen, loaded.graph(mode)?.episode_job()?.key, Role::Thumbnail)
}

/// Where the output of a job is found; `None` until it is made.
pub fn asset_link(seen: &Seen, key: JobKey, role: Role) -> Option<String> {
    let made = seen.job(key).outputs.iter().find(|made| made.output.role == role)?;
    Some(format!("/api/v1/assets/{}", made.output.hash))
}
