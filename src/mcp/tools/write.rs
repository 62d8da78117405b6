//! `write`: a new campaign file in the campaigns folder. Its place follows from the campaign's id, so that no path comes from
//! outside; a file that is there stays as it is.

use std::path::{Path, PathBuf};

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;
use serde_json::Value;

use crate::domain::{self, Campaign, Fault, Format};
use crate::engine::files::checking::{Checked, checked};
use crate::engine::files::library::{material_faults, read_campaign};
use crate::engine::{Campaigns, Command, Content, EngineSettings, shown_path, why_taken};
use crate::mcp::common::answer::{Answer, Refusal};
use crate::mcp::common::call::Call;
use crate::plan::AssetHash;
use crate::store::workspace::campaigns;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Arguments {
    #[schemars(schema_with = "campaign_argument")]
    campaign: Value,
}

/// What a client may give as a campaign.
pub fn campaign_argument(_: &mut SchemaGenerator) -> Schema {
    json_schema!({
        "type": ["string", "object"],
        "description": "A whole campaign: its text in JSON or YAML, or the object itself. `schema` says how it is written. \
                        Own files that it names must lie in the campaigns folder already.",
    })
}

/// A campaign that passed every check and is not written yet.
pub struct Draft {
    text: String,
    campaign: Campaign,
    path: PathBuf,
}

impl Draft {
    /// Reads what a client gave; faults of the campaign are the inner error.
    pub fn read(settings: &EngineSettings, content: Value) -> Result<Result<Self, Vec<Fault>>, Refusal> {
        let folder = folder(settings)?;
        let (text, format) = match content {
            // YAML can begin with a bracket too, and then it is read like JSON.
            Value::String(text) if text.trim_start().starts_with('{') => (text, Format::Json),
            Value::String(text) => (text, Format::Yaml),
            Value::Object(_) => (format!("{content:#}\n"), Format::Json),
            _ => return Err(Refusal::new("A campaign is an object, or a text in JSON or YAML; `schema` describes it")),
        };
        let campaign = match domain::read(&text, format) {
            Ok(campaign) => campaign,
            Err(faults) => return Ok(Err(faults)),
        };
        let ending = if format == Format::Json { "json" } else { "yaml" };
        let path = folder.join(format!("{}.{ending}", campaign.id));
        let faults = material_faults(settings, &path, &campaign, &text);
        Ok(if faults.is_empty() { Ok(Self { text, campaign, path }) } else { Err(faults) })
    }

    /// What is told of it while there is no file.
    pub fn seems_well(&self) -> Checked {
        let (scenes, profiles) = (self.campaign.scenes.len(), self.campaign.profiles.len());
        Checked::of_text(self.campaign.id.clone(), shown_path(&self.path), scenes, profiles)
    }
}

fn folder(settings: &EngineSettings) -> Result<&Path, Refusal> {
    match &settings.campaigns {
        Campaigns::Folder(folder) => Ok(folder),
        Campaigns::None { .. } | Campaigns::Files(_) => Err(Refusal::new(
            "There is no campaigns folder here or above. A person starts `babblecast mcp --campaigns DIR`, or makes one with \
             `babblecast new NAME`",
        )),
    }
}

/// What blocks is done where nobody waits for it.
pub async fn off_thread<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Refusal> + Send + 'static,
) -> Result<T, Refusal> {
    let done = tokio::task::spawn_blocking(work).await;
    done.unwrap_or_else(|error| {
        Err(Refusal::new(format!("This is a fault of babblecast, and its log says more: {error}")))
    })
}

pub async fn run(call: Call, arguments: Arguments) -> Result<Answer, Refusal> {
    call.studio.ready().await?;
    let settings = call.studio.settings.clone();
    let written = off_thread(move || {
        let draft = match Draft::read(&settings, arguments.campaign)? {
            Ok(draft) => draft,
            Err(faults) => return Ok(Err(Checked::with_faults(String::new(), faults, Vec::new()))),
        };
        if let Some(why) = why_taken(&settings, &draft.campaign.id) {
            return Err(Refusal::new(why));
        }
        campaigns::write_new(&draft.path, draft.text.as_bytes())?;
        let checked = checked(&draft.path, read_campaign(&draft.path), &settings);
        Ok(Ok((draft, checked)))
    });
    match written.await? {
        Err(faults) => Ok(Answer::of(&faults)?.well(false)),
        Ok((draft, checked)) => {
            known(&call, &draft).await?;
            Answer::of(&checked)
        }
    }
}

/// Waits until the engine has read the file, so that the next call finds it.
async fn known(call: &Call, draft: &Draft) -> Result<(), Refusal> {
    let source = AssetHash::of(draft.text.as_bytes());
    call.studio.send(Command::Load { path: draft.path.clone() }).await?;
    let is_read = |entry: &crate::engine::Entry| match &entry.content {
        Content::Good(loaded) => loaded.source_hash == source,
        Content::Broken(_) => true,
    };
    call.studio.until(|seen| seen.at_path(&draft.path).filter(|entry| is_read(entry)).map(drop)).await
}
