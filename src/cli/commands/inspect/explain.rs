//! `babblecast explain`: why a scene's jobs are what they are. Makes nothing, pays nothing.

use std::fmt::Write as _;

use serde::Serialize;
use serde_json::Value;

use crate::cli::support::context::Context;
use crate::cli::support::exit::{Exit, Failure};
use crate::cli::support::session::{Session, loaded};
use crate::cli::support::target::{Target, scene, target};
use crate::domain::Display;
use crate::engine::{Loaded, found, shown_path};
use crate::plan::{Difference, Graph, Job, JobKey, Mode, Product, explain};
use crate::store::{RunJob, Store};

/// Show what a scene's jobs ask for, and what changed since they were last made
#[derive(Debug, clap::Args)]
#[command(after_help = "Example: babblecast explain monroviaboy_baby_podcast_001 --scene 2")]
pub struct Arguments {
    /// Campaign by id or file
    #[arg(value_name = "C", value_parser = target())]
    campaign: Target,
    /// The scene with this number; the first is 1
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    scene: u32,
}

#[derive(Serialize)]
struct Answer {
    campaign_id: String,
    /// From 0.
    scene_index: usize,
    /// As people count, from 1: what `--scene` takes.
    scene: usize,
    mode: Mode,
    jobs: Vec<Explained>,
}

#[derive(Serialize)]
struct Explained {
    product: Product,
    key: JobKey,
    state: &'static str,
    /// Of a photo's face: whether it talks.
    #[serde(skip_serializing_if = "Option::is_none")]
    motion: Option<&'static str>,
    take: u32,
    files: Vec<String>,
    request: Value,
    former: Option<Former>,
}

/// The job that this speaker or scene had before.
#[derive(Serialize)]
struct Former {
    key: JobKey,
    differences: Vec<Difference>,
}

pub fn run(arguments: &Arguments, context: &Context) -> Result<Exit, Failure> {
    let session = context.open(std::slice::from_ref(&arguments.campaign))?;
    let entry = session.good_entry(&arguments.campaign)?;
    let (loaded, mode) = (loaded(&entry)?, session.usual_mode());
    let position = scene(&loaded.campaign, arguments.scene)?;
    let former = former_jobs(&session, context, loaded)?;
    let graph = loaded.graph(mode);
    let jobs = graph.into_iter().flat_map(|graph| jobs_of(graph, position));
    let answer = Answer {
        campaign_id: loaded.campaign.id.to_string(),
        scene_index: position,
        scene: position + 1,
        mode,
        jobs: jobs.map(|job| explained(&session, loaded, job, position, &former)).collect(),
    };
    context.output.answer(&answer, || words(&answer))?;
    session.close()?;
    Ok(Exit::Done)
}

/// The jobs of a scene, where the faces of its photos are, and the cross-fade into it.
fn jobs_of(graph: &Graph, position: usize) -> impl Iterator<Item = &Job> {
    let jobs = graph.scenes[position];
    let clip = jobs.clip.map(|clip| graph.jobs[clip].request.inputs()).unwrap_or_default();
    let inputs = clip.into_iter().filter_map(|key| graph.job(key));
    let marks = inputs.filter(|job| job.product() == Product::Marks);
    let of = |index: usize| &graph.jobs[index];
    jobs.portrait.map(of).into_iter().chain(marks).chain(
        [jobs.dialogue, jobs.voice, jobs.shaped, jobs.effect, jobs.clip, jobs.fade].into_iter().flatten().map(of),
    )
}

fn former_jobs(session: &Session, context: &Context, loaded: &Loaded) -> Result<Vec<RunJob<Value>>, Failure> {
    let (store, _) = Store::open(&context.config.home.value)?;
    Ok(session.wait_for(store.journal.former_jobs(&loaded.campaign.id))?)
}

fn explained(session: &Session, loaded: &Loaded, job: &Job, scene: usize, former: &[RunJob<Value>]) -> Explained {
    let request = job.request.canonical();
    let facts = session.job(job.key);
    let same_place = |former: &&RunJob<Value>| {
        former.product == job.product()
            && match job.product() {
                Product::Voice | Product::ShapedVoice | Product::Effect | Product::Clip | Product::Fade => {
                    former.scene == Some(scene)
                }
                Product::Dialogue => former.scene.is_some_and(|scene| job.scenes.contains(&scene)),
                Product::Music | Product::Episode | Product::Script | Product::Transcript => true,
                Product::Portrait | Product::Marks => {
                    let is_named =
                        |name: &str| job.speakers.iter().any(|&by| loaded.campaign.profile(by).speaker == name);
                    former.speaker.as_deref().is_some_and(is_named)
                }
            }
    };
    // A portrait that lent its face to this one was never in its place.
    let is_other = |former: &&RunJob<Value>| former.key != job.key && !job.request.inputs().contains(&former.key);
    let before = former.iter().filter(same_place).find(is_other);
    Explained {
        product: job.product(),
        key: job.key,
        state: facts.state.name(),
        motion: found(&facts.outputs),
        take: job.request.take(),
        files: facts.outputs.iter().map(|made| shown_path(&made.path)).collect(),
        former: before.map(|before| Former { key: before.key, differences: explain(&before.request, &request) }),
        request,
    }
}

fn words(answer: &Answer) -> String {
    let mut text = format!("Scene {} of {}, {}", answer.scene, answer.campaign_id, answer.mode.name());
    if answer.jobs.is_empty() {
        text.push_str("\n\nIt is a file of your own: nothing is made for it.");
    }
    for job in &answer.jobs {
        let _ = write!(text, "\n\n{}, take {}: {}", job.product.name(), job.take, job.state);
        if let Some(motion) = job.motion {
            let _ = write!(text, "\n  the photo {motion}");
        }
        let _ = write!(text, "\n  key  {}", job.key);
        for file in &job.files {
            let _ = write!(text, "\n  file  {}", file.display());
        }
        text.push_str("\n  request");
        parameters(&mut text, "", &job.request);
        match &job.former {
            Some(former) => {
                let _ = write!(text, "\n  what changed since {}", former.key.short());
                for difference in &former.differences {
                    let (before, after) = (value(difference.before.as_ref()), value(difference.after.as_ref()));
                    let _ = write!(text, "\n    {}: {before} → {after}", difference.parameter);
                }
            }
            None => text.push_str("\n  nothing else was asked for in its place before"),
        }
    }
    text
}

/// Every parameter of a request on a line, nested names joined by dots.
fn parameters(text: &mut String, prefix: &str, request: &Value) {
    for (name, member) in request.as_object().into_iter().flatten() {
        if member.is_object() {
            parameters(text, &format!("{prefix}{name}."), member);
        } else {
            let _ = write!(text, "\n    {prefix}{name}: {}", value(Some(member)));
        }
    }
}

fn value(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => "–".to_owned(),
        Some(Value::String(text)) => format!("\"{}\"", text.display()),
        Some(other) => other.to_string().display().to_string(),
    }
}
