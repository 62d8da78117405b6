//! What the journal knows of a stored file: for those who hand it on as it is.

use rusqlite::OptionalExtension;

use crate::plan::AssetHash;
use crate::store::ground::error::Result;
use crate::store::journal::handle::Journal;

/// Length and kind of a stored file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AssetFacts {
    pub bytes: u64,
    /// `image/png`, `audio/wav`, …
    pub media_type: String,
}

impl Journal {
    /// `None` where no job has made it.
    pub async fn asset(&self, hash: AssetHash) -> Result<Option<AssetFacts>> {
        self.read(move |connection| {
            let mut query = connection.prepare_cached("SELECT bytes, media_type FROM asset WHERE hash = ?1")?;
            let facts = query.query_row([hash], |row| {
                Ok(AssetFacts { bytes: row.get::<_, i64>(0)? as u64, media_type: row.get(1)? })
            });
            Ok(facts.optional()?)
        })
        .await
    }
}
