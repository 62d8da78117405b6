//! `plan`: what would be made, by whom, and the price before anything is spent.

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use crate::engine::document::planned::{plan_document, quote};
use crate::engine::words::quote;
use crate::engine::{FinalsState, Room, Scope, View};
use crate::mcp::common::answer::{Answer, Refusal};
use crate::mcp::common::call::Call;
use crate::mcp::common::campaign;
use crate::plan::Mode;

/// Jobs of an answer; the others are counted.
const MOST_JOBS: usize = 200;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Arguments {
    /// The `campaign_id` of a campaign that `list` shows.
    campaign: String,
    /// `draft` (free) or `final`; left out, the final where it was begun or can be made, else the draft.
    mode: Option<Mode>,
    /// Only the jobs from this position on, from 0; the answer has at most 200.
    #[serde(default)]
    from_job: usize,
}

pub async fn run(call: Call, arguments: Arguments) -> Result<Answer, Refusal> {
    call.studio.ready().await?;
    call.studio.look(|seen| {
        let entry = campaign::good_entry(seen, &arguments.campaign)?;
        let loaded = campaign::loaded(&entry)?;
        let mode = campaign::mode(seen, loaded, arguments.mode);
        let graph = loaded.graph(mode);
        let jobs = graph.map(|graph| Scope::default().jobs(graph)).unwrap_or_default();
        let quote = quote(seen, &jobs);
        let room = Room::of(seen.budgets(), seen.ledger().used_by(&loaded.campaign.id));
        let mut plan = plan_document(seen, loaded, mode);
        plan.jobs = plan.jobs.into_iter().skip(arguments.from_job).take(MOST_JOBS).collect();
        let mut document = json!(plan);
        document["who"] = json!(who(seen, mode));
        document["summary"] = json!(quote::lines(&quote, &room, seen.budgets(), "babblecast unknown"));
        // Unwritten where there is no limit.
        document["can_be_spent_usd"] = json!(room.left.map(|left| room.of_price(left).dollars()));
        document["finals"] = match &seen.library().finals {
            FinalsState::Available => json!("can be made"),
            FinalsState::Unavailable(what_to_set) => json!(what_to_set),
        };
        Answer::of(&document)
    })
}

/// Who makes it, in a line.
fn who(view: &View, mode: Mode) -> String {
    match mode {
        Mode::Draft => "draft: drawn babies and the built-in voice, free".to_owned(),
        Mode::Final => view.library().who.long.clone(),
    }
}
