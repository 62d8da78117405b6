//! `say`: a text to a talking clip, without a campaign. An engine of its own reads the text, so that the campaigns of the
//! person stay as they are; what it makes is kept in the home like anything else.

use std::path::{Path, PathBuf};

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::generate::Order;
use super::write::off_thread;
use crate::domain::CampaignId;
use crate::engine::files::saying::{NotSaid, Saying, clip_of, put, scope_of, write_campaign};
use crate::engine::{Campaigns, Command, EngineSettings, shown_path};
use crate::mcp::common::answer::{Answer, Refusal};
use crate::mcp::common::call::Call;
use crate::mcp::common::pictures::{Pictured, small};
use crate::mcp::common::studio::Studio;
use crate::mcp::common::{campaign, consent};
use crate::media::video::lint;
use crate::plan::{Mode, Role};

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Arguments {
    /// What the baby says, up to 10,000 characters; an empty line begins a new scene.
    text: String,
    /// How: words such as warm, curious, energetic, sleepy, sceptical.
    #[serde(default = "warm")]
    tone: String,
    /// What the baby looks like.
    appearance: Option<String>,
    /// A voice of the provider, or `baby_voice_1` to `baby_voice_8`.
    #[serde(default = "first_voice")]
    voice_id: String,
    /// The language that it is said in by the built-in voice: en, de, es, fr or it.
    language: Option<String>,
    /// The name of the MP4, without its ending: letters, digits, `_` and `-`. It goes to `output/say/`.
    #[serde(default = "say")]
    name: String,
    /// `draft`, which is free, unless `final` is asked for.
    #[serde(default = "draft")]
    mode: Mode,
    /// For a final that costs money: spend at most this many US dollars, as the person has agreed to.
    cap_usd: Option<f64>,
}

fn warm() -> String {
    "warm, inviting".to_owned()
}

fn first_voice() -> String {
    "baby_voice_1".to_owned()
}

fn say() -> String {
    "say".to_owned()
}

fn draft() -> Mode {
    Mode::Draft
}

/// Files of one name; more are refused rather than searched.
const MOST_OF_A_NAME: usize = 1_000;

impl From<NotSaid> for Refusal {
    fn from(why: NotSaid) -> Self {
        Refusal::new(why.to_string())
    }
}

pub async fn run(call: Call, arguments: Arguments) -> Result<Answer, Refusal> {
    let cap = consent::cap(arguments.cap_usd)?;
    let mode = arguments.mode;
    let name = CampaignId::new(&arguments.name)
        .map_err(|why| Refusal::new(format!("`name` cannot name a file: {why}. Give letters, digits, _ and -")))?;
    let folder = said_folder(&call.studio.settings)?;
    let (scratch, file) = off_thread(move || {
        let failed = |error| Refusal::new(format!("A folder for the line cannot be made: {error}"));
        let scratch = tempfile::tempdir().map_err(failed)?;
        let saying = Saying {
            text: &arguments.text,
            tone: &arguments.tone,
            portrait: None,
            appearance: arguments.appearance.as_deref(),
            voice_id: &arguments.voice_id,
            language: arguments.language.as_deref(),
        };
        let file = write_campaign(saying, scratch.path())?;
        Ok((scratch, file))
    })
    .await?;
    let settings = EngineSettings {
        campaigns: Campaigns::Files(vec![file]),
        output: None,
        follow: false,
        ..call.studio.settings.clone()
    };
    let (studio, following) = Studio::start(settings);
    let answered = said(&call, &studio, mode, cap, folder, name).await;
    // It ends when everything under way is written; the folder of the line is needed until then.
    let _ = studio.send(Command::Shutdown).await;
    let _ = following.await;
    drop(scratch);
    answered
}

async fn said(
    call: &Call,
    studio: &Studio,
    mode: Mode,
    cap: Option<crate::domain::MicroDollars>,
    folder: PathBuf,
    name: CampaignId,
) -> Result<Answer, Refusal> {
    studio.ready().await?;
    let order = studio.look(|seen| {
        let entry = seen.library().entries.first().cloned();
        let entry = entry.ok_or_else(|| Refusal::new("The line could not be read back"))?;
        let scope = scope_of(campaign::loaded(&entry)?);
        Order::new(seen, entry, mode, scope, cap)
    })?;
    let ended = order.make(call, studio).await?;
    let loaded = campaign::loaded(&order.entry)?;
    let clip = clip_of(loaded, mode).ok_or_else(|| Refusal::new("Nobody makes this here"))?;
    let provenance = loaded.graph(mode).and_then(|graph| graph.provenance_of(&clip.request));
    let facts = studio.look(|seen| seen.job(clip.key).clone());
    let movie = facts.made(Role::Movie).ok_or_else(|| Refusal::new(ended.message.clone()))?.clone();
    let milliseconds = movie.output.milliseconds.unwrap_or_default();
    let of_frame = provenance.clone();
    let (file, report) = off_thread(move || {
        let report = lint(&movie.path).map_err(|error| Refusal::new(format!("The clip cannot be used: {error}")))?;
        let file = free_file(&folder, &name)?;
        put(&movie.path, &file, provenance.as_ref())?;
        Ok((file, report))
    })
    .await?;
    let picture = facts.made(Role::Still).or_else(|| facts.made(Role::Thumbnail));
    let picture = picture.map(|made| Pictured {
        what: "A frame of the clip:".to_owned(),
        file: made.path.clone(),
        provenance: of_frame,
    });
    let answer = Answer::of(&json!({
        "file": shown_path(&file),
        "seconds": f64::from(milliseconds) / 1000.0,
        "mode": mode,
        "pass": report.passed(),
        "broken_rules": report.lines.iter().filter(|line| !line.pass).collect::<Vec<_>>(),
        "cost": ended.cost,
    }))?;
    Ok(answer.with_pictures(small(picture.into_iter().collect()).await))
}

/// Where said clips go.
fn said_folder(settings: &EngineSettings) -> Result<PathBuf, Refusal> {
    match &settings.campaigns {
        Campaigns::Folder(folder) => Ok(settings.output_folder(&folder.join("say.json")).join("say")),
        Campaigns::None { would_be } => Ok(settings.output_folder(&would_be.join("say.json")).join("say")),
        Campaigns::Files(_) => Err(Refusal::new("There is no output folder")),
    }
}

/// The first file of this name that is not there yet: nothing is written over.
fn free_file(folder: &Path, name: &CampaignId) -> Result<PathBuf, Refusal> {
    std::fs::create_dir_all(folder)
        .map_err(|error| Refusal::new(format!("{} cannot be made: {error}", shown_path(folder))))?;
    let mut names =
        std::iter::once(format!("{name}.mp4")).chain((2..MOST_OF_A_NAME).map(|n| format!("{name}_{n}.mp4")));
    let free = names.find(|name| folder.join(name).symlink_metadata().is_err());
    let full = || Refusal::new(format!("There are too many files called {name} in {}", shown_path(folder)));
    free.map(|name| folder.join(name)).ok_or_else(full)
}
