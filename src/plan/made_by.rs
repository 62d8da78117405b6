//! Who makes a product: part of every request.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::provider_id::ProviderId;

/// Who makes a product, and with what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MadeBy {
    /// An outside provider or a built-in part.
    pub provider: ProviderId,
    /// As the provider calls it; of a built-in part, what it makes it with.
    pub model: String,
    /// Version of a built-in part; a change of its output is a new version. `None` for outside providers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<u32>,
    /// A base address other than the provider's own: a test server must not poison the real cache.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub endpoint: Option<String>,
    /// Everything else that is sent and changes the bytes (quality, format …).
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub parameters: BTreeMap<String, Value>,
}
