//! `lint`: whether a finished video is what the platforms want. Reads nothing but what lies in the output folder.

use std::path::{Path, PathBuf};

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::write::off_thread;
use crate::domain::Display;
use crate::engine::publish::files::episode_file;
use crate::engine::{Campaigns, EngineSettings, shown_path};
use crate::mcp::common::answer::{Answer, Refusal};
use crate::mcp::common::call::Call;
use crate::mcp::common::campaign;
use crate::media::video::lint_published;
use crate::plan::Mode;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Arguments {
    /// The `campaign_id` of a campaign whose finished video is meant.
    campaign: Option<String>,
    /// With `campaign`: `draft` or `final`.
    mode: Option<Mode>,
    /// Instead of a campaign: an MP4 in the output folder, as another answer named it.
    file: Option<String>,
}

pub async fn run(call: Call, arguments: Arguments) -> Result<Answer, Refusal> {
    call.studio.ready().await?;
    let settings = call.studio.settings.clone();
    let file = match (arguments.campaign, arguments.file) {
        (Some(name), None) => call.studio.look(|seen| {
            let entry = campaign::good_entry(seen, &name)?;
            let loaded = campaign::loaded(&entry)?;
            let mode = campaign::mode(seen, loaded, arguments.mode);
            let file = entry.output.join(episode_file(loaded, mode, "mp4"));
            let missing = || Refusal::new(format!("{name} has no finished video yet; `generate` makes it"));
            file.is_file().then_some(file).ok_or_else(missing)
        })?,
        (None, Some(file)) => off_thread(move || in_output(&settings, &file)).await?,
        _ => return Err(Refusal::new("Give either `campaign` or `file`")),
    };
    off_thread(move || {
        let report = lint_published(&file).map_err(|error| Refusal::new(error.to_string()))?;
        Answer::of(&json!({"file": shown_path(&file), "pass": report.passed(), "rules": report.lines}))
    })
    .await
}

/// The file with its links followed, which must lie in the output folder.
fn in_output(settings: &EngineSettings, written: &str) -> Result<PathBuf, Refusal> {
    let campaigns = match &settings.campaigns {
        Campaigns::Folder(folder) | Campaigns::None { would_be: folder } => folder.clone(),
        Campaigns::Files(_) => PathBuf::new(),
    };
    let output = settings.output_folder(&campaigns.join("any.json"));
    let shown = written.display();
    let outside = || Refusal::new(format!("{shown} is no file in {}; nothing else is read", shown_path(&output)));
    let inside = output.canonicalize().map_err(|_| outside())?;
    let found = Path::new(written).canonicalize().map_err(|_| outside())?;
    (found.starts_with(&inside) && found.is_file()).then_some(found).ok_or_else(outside)
}
