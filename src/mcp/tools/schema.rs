//! `schema`: how a campaign is written.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::domain::campaign_schema;
use crate::mcp::common::answer::{Answer, Refusal};
use crate::mcp::common::call::Call;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Arguments {}

pub async fn run(_call: Call, _arguments: Arguments) -> Result<Answer, Refusal> {
    Answer::of(&campaign_schema())
}
