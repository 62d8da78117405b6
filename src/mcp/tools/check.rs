//! `check`: every fault of a campaign, of the folder or not written yet.

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

use super::write::{Draft, off_thread};
use crate::engine::files::checking::{Checked, checked};
use crate::engine::files::library::read_campaign;
use crate::mcp::common::answer::{Answer, Refusal};
use crate::mcp::common::call::Call;
use crate::mcp::common::campaign;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Arguments {
    /// The `campaign_id` of a campaign that `list` shows.
    campaign: Option<String>,
    /// Instead of it, a campaign that is not written yet, as `write` takes it.
    #[serde(default)]
    #[schemars(schema_with = "super::write::campaign_argument")]
    content: Option<Value>,
}

pub async fn run(call: Call, arguments: Arguments) -> Result<Answer, Refusal> {
    call.studio.ready().await?;
    let settings = call.studio.settings.clone();
    let found = match (arguments.campaign, arguments.content) {
        (Some(name), None) => {
            let entry = call.studio.look(|seen| campaign::entry(seen, &name))?;
            off_thread(move || Ok(checked(&entry.path, read_campaign(&entry.path), &settings))).await?
        }
        (None, Some(content)) => {
            off_thread(move || {
                Ok(match Draft::read(&settings, content)? {
                    Ok(draft) => draft.seems_well(),
                    Err(faults) => Checked::with_faults(String::new(), faults, Vec::new()),
                })
            })
            .await?
        }
        _ => {
            return Err(Refusal::new(
                "Give either `campaign`, an id that `list` shows, or `content`, a whole campaign",
            ));
        }
    };
    Answer::of(&found)
}
