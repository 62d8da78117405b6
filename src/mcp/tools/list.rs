//! `list`: every campaign in a line.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::engine::document::listing::listing;
use crate::mcp::common::answer::{Answer, Refusal};
use crate::mcp::common::call::Call;
use crate::plan::Mode;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Arguments {
    /// `draft` or `final`; left out, the final of each campaign where it was begun or can be made, else its draft.
    mode: Option<Mode>,
}

pub async fn run(call: Call, arguments: Arguments) -> Result<Answer, Refusal> {
    call.studio.ready().await?;
    call.studio.look(|seen| Answer::of(&listing(seen, arguments.mode)))
}
