//! What a run or a campaign costs, as a document tells it.

use schemars::JsonSchema;
use serde::Serialize;

/// In US dollars. Of this run only; without one, what is missing would cost.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, JsonSchema)]
pub struct Cost {
    /// Surely billed: what the provider said it cost, or the estimate where it did not.
    pub paid_usd: f64,
    /// An upper bound of what was missing when the run began.
    pub estimated_usd: f64,
    /// May have been billed.
    pub unknown_usd: f64,
    /// Paid by earlier runs, for what this one did not have to make again.
    pub saved_by_cache_usd: f64,
}
