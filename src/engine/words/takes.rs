//! The takes of faces and lines as every front end tells them: which there are, which is used. Pure.

use schemars::JsonSchema;
use serde::Serialize;

use super::paths::shown_path;
use crate::engine::command::Subject;
use crate::engine::entry::{Loaded, Take};
use crate::engine::event::JobFacts;
use crate::plan::{Job, JobKey, Mode, Pick, Product, Request};

/// All takes of one face or line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct TakesOf {
    /// `portrait`, `voice`, or `dialogue` where neighbouring lines are spoken in one call.
    pub product: Product,
    /// Whose face or line it is; of a dialogue, who speaks first.
    pub speaker: Option<String>,
    /// From 0; of voices only.
    pub scene_index: Option<usize>,
    /// In order of their numbers; a kept picture comes last.
    pub takes: Vec<TakeLine>,
}

/// One take.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct TakeLine {
    /// `None`: a picture of an earlier profile that is kept.
    pub number: Option<u32>,
    /// The job that makes it.
    #[schemars(with = "String")]
    pub key: JobKey,
    /// How far the job is: `pending`, `waiting`, `running`, `made`, `cached`, `failed`, `maybe billed`, `blocked` or
    /// `cancelled`.
    pub state: &'static str,
    /// Whether the campaign uses it.
    pub chosen: bool,
    /// Where its first file lies; `None` until it is made.
    pub file: Option<String>,
}

/// The takes of a face or line; one that was never re-rolled has take 1 only.
pub fn known_takes(loaded: &Loaded, job: &Job) -> Vec<Take> {
    let only = || vec![Take::plain(1, job.request.with_take(1).key())];
    loaded.takes.get(&job.base).cloned().unwrap_or_else(only)
}

/// Every face and line that has more than one take, or keeps a picture of an earlier profile.
pub fn re_rolled(loaded: &Loaded, mode: Mode) -> impl Iterator<Item = Subject> {
    let portraits = loaded.campaign.speakers().map(|(speaker, _)| Subject::Portrait(speaker));
    let voices = (0..loaded.campaign.scenes.len()).map(Subject::Voice);
    let has_choice =
        |job: &Job| loaded.takes.contains_key(&job.base) || matches!(loaded.choices.pick(job.base), Pick::Kept(_));
    // The takes of a dialogue are told once, with its first line.
    let is_first = |job: &Job, subject: Subject| match subject {
        Subject::Voice(scene) => job.product() != Product::Dialogue || job.scenes.first() == Some(&scene),
        Subject::Portrait(_) => true,
    };
    portraits.chain(voices).filter(move |subject| {
        subject_job(loaded, mode, *subject).is_some_and(|job| has_choice(job) && is_first(job, *subject))
    })
}

/// Describes the takes of `subject`, which `job` makes now.
pub fn takes_of<'a>(loaded: &Loaded, job: &Job, subject: Subject, facts: &impl Fn(JobKey) -> &'a JobFacts) -> TakesOf {
    let pick = loaded.choices.pick(job.base);
    let line = |number: Option<u32>, key: JobKey, chosen: bool| {
        let facts = facts(key);
        let file = facts.outputs.first().map(|made| shown_path(&made.path));
        TakeLine { number, key, state: facts.state.name(), chosen, file }
    };
    let numbered = |take: Take| line(Some(take.number), take.key, pick == take.pick());
    let kept = match pick {
        Pick::Kept(key) => Some(line(None, key, true)),
        Pick::Take(_) | Pick::SameBaby { .. } | Pick::Noted { .. } => None,
    };
    let (speaker, scene_index) = match subject {
        Subject::Portrait(speaker) => (Some(speaker), None),
        Subject::Voice(scene) => (loaded.campaign.line(scene).map(|line| line.speaker), Some(scene)),
    };
    TakesOf {
        product: job.product(),
        speaker: speaker.map(|speaker| loaded.campaign.profile(speaker).speaker.clone()),
        scene_index,
        takes: known_takes(loaded, job).into_iter().map(numbered).chain(kept).collect(),
    }
}

/// The job that makes a face or line now; of a line that is spoken in a dialogue, the whole of it.
pub fn subject_job(loaded: &Loaded, mode: Mode, subject: Subject) -> Option<&Job> {
    let graph = loaded.graph(mode)?;
    match subject {
        Subject::Portrait(speaker) => graph.portraits.get(speaker.position()).map(|&index| &graph.jobs[index]),
        Subject::Voice(scene) => graph.scenes.get(scene)?.spoken().map(|index| &graph.jobs[index]),
    }
}

/// Whether a new take of this can be asked for with a note; the error is a sentence without its end.
pub fn takes_a_note(request: &Request) -> Result<(), String> {
    match request.with_take(1) {
        Request::Portrait(portrait) if portrait.is_drawn() => {
            Err("The drawn baby takes no notes: it shows what its appearance says".to_owned())
        }
        Request::Portrait(_) => Ok(()),
        _ => Err("Only a portrait takes a note: a voice is given nothing but its words".to_owned()),
    }
}
