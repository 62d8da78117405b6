//! What the journal knows of stored files: for those who hand one on as it is, and for those who look which are needed.

use std::collections::BTreeMap;

use rusqlite::{Connection, OptionalExtension};

use crate::plan::{AssetHash, JobKey};
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
    pub(crate) async fn asset(&self, hash: AssetHash) -> Result<Option<AssetFacts>> {
        self.read(move |connection| {
            let mut query = connection.prepare_cached("SELECT bytes, media_type FROM asset WHERE hash = ?1")?;
            let facts = query.query_row([hash], |row| Ok(AssetFacts { bytes: row.get(0)?, media_type: row.get(1)? }));
            Ok(facts.optional()?)
        })
        .await
    }
}

/// Every asset that a done job refers to, with those jobs.
pub(in crate::store) fn users_of_assets(connection: &Connection) -> Result<BTreeMap<AssetHash, Vec<JobKey>>> {
    let mut query = connection.prepare("SELECT hash, key FROM job_output")?;
    let mut rows = query.query([])?;
    let mut users: BTreeMap<AssetHash, Vec<JobKey>> = BTreeMap::new();
    while let Some(row) = rows.next()? {
        users.entry(row.get(0)?).or_default().push(row.get(1)?);
    }
    Ok(users)
}
