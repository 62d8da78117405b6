//! What ties the files of a paid call to its row in the ledger.

use std::fmt;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The name of one attempt in files; it survives the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub(in crate::store) struct Token(pub(in crate::store) Uuid);

impl fmt::Display for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
