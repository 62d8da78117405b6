//! What a video was made of, for its credentials: the portraits of the babies, and the user's own pictures and videos.
//! Voices and music are named as the models that made them; see `plan::provenance`.

use std::path::Path;

use super::files::made_as;
use crate::engine::entry::Loaded;
use crate::engine::event::Made;
use crate::plan::{AssetHash, Graph, JobKey, Request, Role, Shown};
use crate::store::Ingredient;

/// What a clip or an episode shows, each once, in the order in which it is seen. `materials` is the folder that the files of
/// the user's own are named from.
pub fn ingredients<'a>(
    loaded: &Loaded,
    graph: &Graph,
    request: &Request,
    materials: &Path,
    outputs: &impl Fn(JobKey) -> &'a [Made],
) -> Vec<Ingredient> {
    let clips: Vec<&Request> = match request {
        Request::Episode(episode) => {
            episode.parts.iter().filter_map(|part| graph.job(part.clip)).map(|job| &*job.request).collect()
        }
        other => vec![other],
    };
    let mut found: Vec<Ingredient> = Vec::new();
    for clip in clips {
        let Request::Clip(clip) = clip else { continue };
        let faces = clip.shown.inputs().filter_map(|portrait| face(loaded, graph, portrait, materials, outputs));
        let own = match &clip.shown {
            Shown::Media { source } => own_file(loaded, *source, materials),
            _ => None,
        };
        for ingredient in faces.chain(own) {
            if found.iter().all(|known| known.hash != ingredient.hash) {
                found.push(ingredient);
            }
        }
    }
    found
}

/// The portrait as it came from its maker, or the user's own picture.
fn face<'a>(
    loaded: &Loaded,
    graph: &Graph,
    portrait: JobKey,
    materials: &Path,
    outputs: &impl Fn(JobKey) -> &'a [Made],
) -> Option<Ingredient> {
    let speaker = graph.portraits.iter().position(|&index| graph.jobs[index].key == portrait)?;
    if let Request::OwnPortrait { source } = &*graph.jobs[graph.portraits[speaker]].request
        && let Some(own) = own_file(loaded, *source, materials)
    {
        return Some(own);
    }
    let made = made_as(outputs(portrait), Role::Picture)?;
    let title = format!("Portrait of {}", loaded.campaign.profiles[speaker].speaker);
    Some(Ingredient { title, path: made.path.clone(), hash: made.output.hash })
}

fn own_file(loaded: &Loaded, source: AssetHash, materials: &Path) -> Option<Ingredient> {
    let path = loaded.sources.named(source)?;
    let title = path.as_str().rsplit('/').next().unwrap_or_default().to_owned();
    Some(Ingredient { title, path: materials.join(path.as_str()), hash: source })
}
