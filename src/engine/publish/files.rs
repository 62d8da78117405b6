//! `output/<campaign_id>/`: the files for people, named so that they can be found, with a manifest that says how each
//! was made. What is wanted is pure; writing is the store's.

use std::collections::HashMap;
use std::path::Path;

use serde_json::json;

use super::episode;
use super::ingredients::ingredients;
use crate::domain::ids::slug;
use crate::domain::{Campaign, CampaignId, Provenance, Scene};
use crate::engine::entry::Loaded;
use crate::engine::event::{JobFacts, Made};
use crate::plan::{Graph, Job, JobKey, Mode, Request, Role};
use crate::store::Wanted;

/// Every file that `output/` should hold now: what is made of both modes, the parts of drafts below `draft/`.
/// `materials` is the folder that the files of the user's own are named from.
pub fn wanted<'a>(loaded: &Loaded, materials: &Path, facts: &impl Fn(JobKey) -> &'a JobFacts) -> Vec<Wanted> {
    [Mode::Final, Mode::Draft].into_iter().flat_map(|mode| wanted_of(loaded, mode, materials, facts)).collect()
}

/// Those of one mode.
pub fn wanted_of<'a>(
    loaded: &Loaded,
    mode: Mode,
    materials: &Path,
    facts: &impl Fn(JobKey) -> &'a JobFacts,
) -> Vec<Wanted> {
    let mut files = Vec::new();
    let outputs = &|key| facts(key).outputs.as_slice();
    if let Some(graph) = loaded.graph(mode) {
        files.extend(portraits(loaded, graph, mode, outputs));
        files.extend(voices(loaded, graph, mode, outputs));
        files.extend(clips(loaded, graph, mode, materials, outputs));
        files.extend(episode_files(loaded, mode, materials, facts));
    }
    files
}

/// The place of a speaker's portrait below the campaign's output folder: `portraits/baby_1.png`.
pub fn portrait_file(loaded: &Loaded, speaker: usize, mode: Mode) -> String {
    format!("{}portraits/{}.png", folder_of(mode), loaded.speaker_slugs[speaker])
}

/// The place of a line's voice: `voices/scene_001_baby_1.wav`, counted from 1.
pub fn voice_file(loaded: &Loaded, scene: usize, mode: Mode, extension: &str) -> Option<String> {
    loaded.campaign.line(scene)?;
    Some(format!("{}voices/{}.{extension}", folder_of(mode), scene_name(loaded, scene)))
}

/// The place of a scene's clip: `clips/scene_001_baby_1.mp4`.
pub fn clip_file(loaded: &Loaded, scene: usize, mode: Mode) -> String {
    format!("{}clips/{}.mp4", folder_of(mode), scene_name(loaded, scene))
}

/// The place of the finished video and of what belongs to it. A draft never takes the place of what may be posted.
pub fn episode_file(loaded: &Loaded, mode: Mode, extension: &str) -> String {
    episode_name(&loaded.campaign.id, mode, extension)
}

/// The same of a campaign of which only the id is known.
pub(in crate::engine) fn episode_name(campaign: &CampaignId, mode: Mode, extension: &str) -> String {
    match mode {
        Mode::Draft => format!("{campaign}.draft.{extension}"),
        Mode::Final => format!("{campaign}.{extension}"),
    }
}

/// `scene_001_baby_1`, `scene_002_media`
fn scene_name(loaded: &Loaded, scene: usize) -> String {
    let digits = loaded.campaign.scenes.len().to_string().len().max(3);
    let who = match loaded.campaign.line(scene) {
        Some(line) => &loaded.speaker_slugs[line.speaker.position()],
        None => "media",
    };
    format!("scene_{:0digits$}_{who}", scene + 1)
}

/// The file extension of a stored output.
pub fn extension(media_type: &str) -> &'static str {
    match media_type {
        "image/png" => "png",
        "audio/mpeg" => "mp3",
        _ => "wav",
    }
}

fn folder_of(mode: Mode) -> &'static str {
    match mode {
        Mode::Draft => "draft/",
        Mode::Final => "",
    }
}

/// The speakers' names as file names; two names with one slug, or a name without any, get the speaker's number.
pub fn speaker_slugs(campaign: &Campaign) -> Vec<String> {
    let slugs: Vec<String> = campaign.profiles.iter().map(|profile| slug(&profile.speaker)).collect();
    let mut count: HashMap<&str, usize> = HashMap::new();
    for slug in &slugs {
        *count.entry(slug).or_default() += 1;
    }
    let own = |(speaker, slug): (usize, &String)| match (slug.is_empty(), count[slug.as_str()]) {
        (true, _) => format!("speaker_{}", speaker + 1),
        (false, 1) => slug.clone(),
        (false, _) => format!("{slug}_{}", speaker + 1),
    };
    slugs.iter().enumerate().map(own).collect()
}

fn portraits<'a>(loaded: &Loaded, graph: &Graph, mode: Mode, outputs: &impl Fn(JobKey) -> &'a [Made]) -> Vec<Wanted> {
    let file = |(speaker, &index): (usize, &usize)| {
        let job = &graph.jobs[index];
        let made = made_as(outputs(job.key), Role::Picture)?;
        let name = &loaded.campaign.profiles[speaker].speaker;
        let info = json!({ "speaker": name });
        Some(wanted_file(portrait_file(loaded, speaker, mode), made, job, graph.provenance_of(&job.request), info))
    };
    graph.portraits.iter().enumerate().filter_map(file).collect()
}

fn voices<'a>(loaded: &Loaded, graph: &Graph, mode: Mode, outputs: &impl Fn(JobKey) -> &'a [Made]) -> Vec<Wanted> {
    let file = |(scene, content): (usize, &Scene)| {
        let Scene::Dialogue(line) = content else { return None };
        let job = &graph.jobs[graph.scenes[scene].heard()?];
        let made = made_as(outputs(job.key), Role::Sound)?;
        let path = voice_file(loaded, scene, mode, extension(&made.output.media_type))?;
        let name = &loaded.campaign.profile(line.speaker).speaker;
        let info = json!({ "scene": scene + 1, "speaker": name, "text": line.text });
        Some(wanted_file(path, made, job, graph.provenance_of(&job.request), info))
    };
    loaded.campaign.scenes.iter().enumerate().filter_map(file).collect()
}

fn clips<'a>(
    loaded: &Loaded,
    graph: &Graph,
    mode: Mode,
    materials: &Path,
    outputs: &impl Fn(JobKey) -> &'a [Made],
) -> Vec<Wanted> {
    let file = |scene: usize| {
        let job = &graph.jobs[graph.scenes[scene].clip?];
        let made = made_as(outputs(job.key), Role::Movie)?;
        let info = json!({ "scene": scene + 1 });
        let file = wanted_file(clip_file(loaded, scene, mode), made, job, graph.provenance_of(&job.request), info);
        Some(Wanted { ingredients: ingredients(loaded, graph, &job.request, materials, outputs), ..file })
    };
    (0..loaded.campaign.scenes.len()).filter_map(file).collect()
}

/// The finished video, its subtitles and its picture.
fn episode_files<'a>(
    loaded: &Loaded,
    mode: Mode,
    materials: &Path,
    facts: &impl Fn(JobKey) -> &'a JobFacts,
) -> Vec<Wanted> {
    let Some(finished) = episode::finished(loaded, mode, facts) else { return Vec::new() };
    let Some(graph) = loaded.graph(mode) else { return Vec::new() };
    let provenance = graph.provenance_of(&finished.request);
    let outputs = &|key| facts(key).outputs.as_slice();
    let made_of = ingredients(loaded, graph, &finished.request, materials, outputs);
    let kinds = [(Role::Movie, "mp4"), (Role::Srt, "srt"), (Role::Vtt, "vtt"), (Role::Thumbnail, "png")];
    let file = |(role, extension)| {
        let made = finished.made(role)?;
        let mut info = json!({ "key": finished.key, "price_usd": 0.0, "every_scene": finished.is_whole });
        if let Request::Episode(episode) = &finished.request {
            let clips: Vec<JobKey> = episode.parts.iter().map(|part| part.clip).collect();
            info["clips"] = json!(clips);
            info["made_by"] = json!(episode.made_by);
            info["title"] = json!(episode.title);
        }
        let path = episode_file(loaded, mode, extension);
        let provenance = provenance.clone().filter(|_| matches!(role, Role::Movie | Role::Thumbnail));
        let (asset, hash, ingredients) = (made.path.clone(), made.output.hash, made_of.clone());
        Some(Wanted { path, asset, hash, provenance, ingredients, info })
    };
    kinds.into_iter().filter_map(file).collect()
}

pub(in crate::engine) fn made_as(outputs: &[Made], role: Role) -> Option<&Made> {
    outputs.iter().find(|made| made.output.role == role)
}

/// A file with what the manifest says of it: how it was asked for, which take, at what price.
fn wanted_file(
    path: String,
    made: &Made,
    job: &Job,
    provenance: Option<Provenance>,
    mut info: serde_json::Value,
) -> Wanted {
    info["key"] = json!(job.key);
    info["take"] = json!(job.request.take());
    info["request"] = job.request.canonical();
    info["price_usd"] = json!(job.price().dollars());
    let (asset, hash) = (made.path.clone(), made.output.hash);
    Wanted { path, asset, hash, provenance, ingredients: Vec::new(), info }
}
