//! What the journal knows of stored files: for those who hand one on, and for those who look which are needed.

use std::collections::{BTreeMap, HashMap};

use rusqlite::{Connection, OptionalExtension};

use crate::domain::Provenance;
use crate::plan::{AssetHash, JobKey, Request, Role, provenance};
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

    /// How a stored file came to be, for one that people look at or listen to; `None` where nothing can be said.
    pub(crate) async fn provenance(&self, hash: AssetHash) -> Result<Option<Provenance>> {
        self.read(move |connection| provenance_of(connection, hash)).await
    }
}

/// Of the first of its makers of whom something can be said, in the order of their keys: the same file always says the same.
fn provenance_of(connection: &Connection, hash: AssetHash) -> Result<Option<Provenance>> {
    let mut query = connection.prepare_cached("SELECT key, role FROM job_output WHERE hash = ?1 ORDER BY key")?;
    let mut rows = query.query([hash])?;
    while let Some(row) = rows.next()? {
        let (key, role): (JobKey, String) = (row.get(0)?, row.get(1)?);
        if !role.parse().is_ok_and(Role::is_for_people) {
            continue;
        }
        let requests = with_inputs(connection, key)?;
        let said = requests.get(&key).and_then(|request| provenance(request, &|key| requests.get(&key), &|_| None));
        if said.is_some() {
            return Ok(said);
        }
    }
    Ok(None)
}

/// The request of a job and of everything that it is made of. One of a later version is as one that is not known.
fn with_inputs(connection: &Connection, key: JobKey) -> Result<HashMap<JobKey, Request>> {
    let mut query = connection.prepare_cached("SELECT request_json FROM job WHERE key = ?1")?;
    let mut requests = HashMap::new();
    let mut open = vec![key];
    while let Some(key) = open.pop() {
        if requests.contains_key(&key) {
            continue;
        }
        let json: Option<String> = query.query_row([key], |row| row.get(0)).optional()?;
        if let Some(request) = json.and_then(|json| serde_json::from_str::<Request>(&json).ok()) {
            open.extend(request.inputs());
            requests.insert(key, request);
        }
    }
    Ok(requests)
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
