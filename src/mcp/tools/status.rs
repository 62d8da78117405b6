//! `status`: a campaign scene by scene, with the faces of its babies and a frame of what is made.

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::domain::Display;
use crate::engine::document::listing::counts;
use crate::engine::publish::episode;
use crate::engine::{Entry, Loaded, RunEnded, Subject, View, document, subject_job};
use crate::mcp::common::answer::{Answer, Refusal};
use crate::mcp::common::call::Call;
use crate::mcp::common::campaign;
use crate::mcp::common::pictures::{MOST, Pictured, small};
use crate::plan::{Mode, Role};

/// Scenes of an answer; the others are counted.
const MOST_SCENES: usize = 100;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Arguments {
    /// The `campaign_id` of a campaign that `list` shows.
    campaign: String,
    /// `draft` or `final`; left out, the final where it was begun or can be made, else the draft.
    mode: Option<Mode>,
    /// Show a frame of the scene with this number, from 1, and tell the scenes from there on; the answer has at most 100.
    scene: Option<usize>,
    /// False leaves out the small pictures.
    #[serde(default = "yes")]
    pictures: bool,
}

fn yes() -> bool {
    true
}

pub async fn run(call: Call, arguments: Arguments) -> Result<Answer, Refusal> {
    call.studio.ready().await?;
    let (answer, pictures) = call.studio.look(|seen| {
        let entry = campaign::good_entry(seen, &arguments.campaign)?;
        let loaded = campaign::loaded(&entry)?;
        let mode = campaign::mode(seen, loaded, arguments.mode);
        let position = arguments.scene.map(|number| campaign::scene(&loaded.campaign, number)).transpose()?;
        let mut document = document_of(seen, &entry, loaded, mode, None, position.unwrap_or(0));
        let counts = counts(seen, loaded, mode);
        document["message"] = json!(format!("{} of {} scenes made", counts.scenes_made, counts.scenes_total));
        let maybe_billed = seen.ledger().unknown.len();
        if maybe_billed > 0 {
            document["maybe_billed"] = json!({
                "calls": maybe_billed,
                "next_step": "A person decides on them, with `babblecast unknown`.",
            });
        }
        Ok::<_, Refusal>((Answer::of(&document)?, pictures_of(seen, loaded, mode, arguments.scene)))
    })?;
    let pictures = if arguments.pictures { small(pictures).await } else { Vec::new() };
    Ok(answer.with_pictures(pictures))
}

/// The document that every front end gives, with some of its scenes.
pub fn document_of(
    view: &View,
    entry: &Entry,
    loaded: &Loaded,
    mode: Mode,
    ended: Option<&RunEnded>,
    from: usize,
) -> Value {
    let mut document = document(entry, loaded, mode, &|key| view.job(key), ended);
    document.results = document.results.into_iter().skip(from).take(MOST_SCENES).collect();
    json!(document)
}

/// What can be shown of a campaign: a frame of the scene that is named, else of the video or of the first clip; and the
/// faces.
pub fn pictures_of(view: &View, loaded: &Loaded, mode: Mode, scene: Option<usize>) -> Vec<Pictured> {
    let facts = |key| view.job(key);
    let still = |position: usize| {
        let graph = loaded.graph(mode)?;
        let job = &graph.jobs[graph.scenes.get(position)?.clip?];
        let file = facts(job.key).made(Role::Still)?.path.clone();
        let provenance = graph.provenance_of(&job.request);
        Some(Pictured { what: format!("A frame of scene {}:", position + 1), file, provenance })
    };
    let video = || {
        let finished = episode::finished(loaded, mode, &facts)?;
        let file = finished.made(Role::Thumbnail)?.path.clone();
        let provenance = loaded.graph(mode)?.provenance_of(&finished.request);
        Some(Pictured { what: "The thumbnail of the video:".to_owned(), file, provenance })
    };
    let frame = match scene {
        Some(number) => still(number.saturating_sub(1)),
        None => video().or_else(|| (0..loaded.campaign.scenes.len()).find_map(still)),
    };
    let faces = loaded.campaign.speakers().filter_map(|(speaker, profile)| {
        let job = subject_job(loaded, mode, Subject::Portrait(speaker))?;
        let file = facts(job.key).made(Role::Picture)?.path.clone();
        let provenance = loaded.graph(mode)?.provenance_of(&job.request);
        Some(Pictured { what: format!("The portrait of {}:", profile.speaker.display()), file, provenance })
    });
    frame.into_iter().chain(faces).take(MOST).collect()
}
