//! How stored files came to be, as it is written into them on their way out. Looked up in the journal once for each file: of a
//! video that is a question for each of its scenes.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use crate::domain::Provenance;
use crate::plan::AssetHash;
use crate::store::{Journal, StoreError};

/// Files that are remembered; then all are forgotten, and looked up again.
const MOST: usize = 4096;

#[derive(Default)]
pub struct Marks(Mutex<HashMap<AssetHash, Option<Provenance>>>);

impl Marks {
    pub async fn of(&self, journal: &Journal, hash: AssetHash) -> Result<Option<Provenance>, StoreError> {
        let known = |marks: &HashMap<_, Option<Provenance>>| marks.get(&hash).cloned();
        if let Some(known) = known(&self.0.lock().unwrap_or_else(PoisonError::into_inner)) {
            return Ok(known);
        }
        let found = journal.provenance(hash).await?;
        let mut marks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if marks.len() >= MOST {
            marks.clear();
        }
        marks.insert(hash, found.clone());
        Ok(found)
    }
}
