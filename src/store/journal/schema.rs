//! The tables of `studio.db`, and whether those of a database are the ones that this program knows. Used when the journal
//! is opened; knows SQL and nothing else.

use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};

use crate::store::ground::error::{Result, StoreError};

/// The format of the tables, as the database notes it. Those before it were never released.
pub(in crate::store) const FORMAT: i64 = 6;

const TABLES: &str = "
CREATE TABLE campaign (
    id          TEXT PRIMARY KEY,
    first_seen  INTEGER NOT NULL
) STRICT;

CREATE TABLE run (
    id          TEXT PRIMARY KEY,
    campaign    TEXT NOT NULL REFERENCES campaign,
    source_hash TEXT NOT NULL,
    mode        TEXT NOT NULL CHECK (mode IN ('draft', 'final')),
    state       TEXT NOT NULL CHECK (state IN ('running', 'ended')),
    outcome     TEXT,
    owner       TEXT NOT NULL,
    started_at  INTEGER NOT NULL,
    ended_at    INTEGER
) STRICT;
CREATE INDEX run_of_campaign ON run (campaign, started_at);
CREATE INDEX run_that_runs ON run (state) WHERE state = 'running';

CREATE TABLE job (
    key          TEXT PRIMARY KEY,
    kind         TEXT NOT NULL,
    request_json TEXT NOT NULL,
    state        TEXT NOT NULL CHECK (state IN ('pending', 'leased', 'done', 'failed', 'hold', 'cancelled')),
    owner        TEXT,
    reason       TEXT,
    next_step    TEXT,
    retryable    INTEGER CHECK (retryable IN (0, 1)),
    tries        INTEGER NOT NULL DEFAULT 0,
    milliseconds INTEGER,
    made_at      INTEGER,
    CHECK ((state = 'leased') = (owner IS NOT NULL))
) STRICT, WITHOUT ROWID;

CREATE TABLE asset (
    hash         TEXT PRIMARY KEY,
    bytes        INTEGER NOT NULL,
    media_type   TEXT NOT NULL,
    width        INTEGER,
    height       INTEGER,
    milliseconds INTEGER
) STRICT, WITHOUT ROWID;

CREATE TABLE job_output (
    key  TEXT NOT NULL REFERENCES job ON DELETE CASCADE,
    role TEXT NOT NULL,
    hash TEXT NOT NULL REFERENCES asset,
    PRIMARY KEY (key, role)
) STRICT, WITHOUT ROWID;
CREATE INDEX job_output_of_asset ON job_output (hash);

CREATE TABLE run_job (
    run     TEXT NOT NULL REFERENCES run ON DELETE CASCADE,
    ord     INTEGER NOT NULL,
    key     TEXT NOT NULL REFERENCES job,
    product TEXT NOT NULL,
    speaker TEXT,
    scene   INTEGER,
    PRIMARY KEY (run, ord)
) STRICT, WITHOUT ROWID;
CREATE INDEX run_job_of_job ON run_job (key);
CREATE INDEX portrait_of_run ON run_job (run, speaker, key) WHERE product = 'portrait';

-- A take may be numbered before its job exists, so its key refers to no row.
CREATE TABLE take (
    campaign   TEXT NOT NULL REFERENCES campaign,
    base       TEXT NOT NULL,
    n          INTEGER NOT NULL CHECK (n >= 2),
    key        TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (campaign, base, n)
) STRICT, WITHOUT ROWID;

CREATE TABLE instance (
    owner      TEXT PRIMARY KEY,
    pid        INTEGER NOT NULL,
    host       TEXT NOT NULL,
    started_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE event (
    seq      INTEGER PRIMARY KEY AUTOINCREMENT,
    at       INTEGER NOT NULL,
    owner    TEXT NOT NULL,
    campaign TEXT,
    key      TEXT,
    kind     TEXT NOT NULL,
    json     TEXT NOT NULL
) STRICT;

-- The limits that calls were last made under; `id` is empty for the month.
CREATE TABLE budget (
    scope     TEXT NOT NULL CHECK (scope IN ('run', 'campaign', 'month')),
    id        TEXT NOT NULL,
    cap_micro INTEGER NOT NULL CHECK (cap_micro >= 0),
    PRIMARY KEY (scope, id)
) STRICT, WITHOUT ROWID;

-- The spend ledger. It outlives jobs and runs, so it refers to no row of theirs.
CREATE TABLE attempt (
    id                  INTEGER PRIMARY KEY AUTOINCREMENT,
    token               TEXT NOT NULL UNIQUE,
    key                 TEXT NOT NULL,
    run                 TEXT NOT NULL,
    campaign            TEXT NOT NULL,
    provider            TEXT NOT NULL,
    owner               TEXT,
    state               TEXT NOT NULL CHECK (state IN ('sent', 'paid', 'free_fail', 'unknown', 'resolved')),
    est_micro           INTEGER NOT NULL CHECK (est_micro >= 0),
    actual_micro        INTEGER CHECK (actual_micro >= 0),
    provider_request_id TEXT,
    http_status         INTEGER,
    sent_at             INTEGER NOT NULL,
    ended_at            INTEGER,
    why                 TEXT,
    resolution          TEXT CHECK (resolution IN ('retry', 'drop')),
    CHECK ((state = 'sent') = (owner IS NOT NULL)),
    CHECK ((state = 'resolved') = (resolution IS NOT NULL))
) STRICT;
CREATE INDEX attempt_of_job ON attempt (key);
CREATE INDEX attempt_of_run ON attempt (run);
CREATE INDEX attempt_of_campaign ON attempt (campaign);
CREATE INDEX attempt_of_time ON attempt (sent_at);
CREATE INDEX attempt_open ON attempt (state) WHERE state IN ('sent', 'unknown');

CREATE TABLE limiter (
    provider      TEXT PRIMARY KEY,
    at_once       INTEGER NOT NULL CHECK (at_once >= 1),
    announced     INTEGER CHECK (announced >= 1),
    doubling      INTEGER NOT NULL CHECK (doubling IN (0, 1)),
    failures      INTEGER NOT NULL,
    blocked_until INTEGER,
    why           TEXT,
    -- With it the provider is stopped: no call until the user acts; `why` is then the reason.
    next_step     TEXT,
    -- A mark of address and key, from which neither can be had: another one is another account with limits of its own.
    account       TEXT
) STRICT, WITHOUT ROWID;

-- The last answer to the free question whether address, key and model are right.
CREATE TABLE provider_check (
    provider   TEXT NOT NULL,
    model      TEXT NOT NULL,
    retires_on TEXT,
    checked_at INTEGER NOT NULL,
    PRIMARY KEY (provider, model)
) STRICT, WITHOUT ROWID;

-- Jobs that were asked for over the network. A job may be recorded before its run is, and be refused without one, so it
-- refers to no row.
CREATE TABLE posted (
    run             TEXT PRIMARY KEY,
    campaign        TEXT NOT NULL,
    mode            TEXT NOT NULL CHECK (mode IN ('draft', 'final')),
    products        TEXT NOT NULL,
    cap_micro       INTEGER NOT NULL CHECK (cap_micro >= 0),
    body_hash       TEXT NOT NULL,
    idempotency_key TEXT UNIQUE,
    resumes         INTEGER NOT NULL CHECK (resumes IN (0, 1)),
    owner           TEXT NOT NULL,
    posted_at       INTEGER NOT NULL,
    outcome         TEXT,
    message         TEXT,
    ended_at        INTEGER
) STRICT;
CREATE INDEX posted_open ON posted (body_hash) WHERE outcome IS NULL;

-- What one program asks another to stop: `owner` removes the row when it obeys. One of campaign, run and job says what.
CREATE TABLE cancel_request (
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    owner    TEXT NOT NULL,
    campaign TEXT,
    run      TEXT,
    job      TEXT,
    asked_by TEXT NOT NULL,
    asked_at INTEGER NOT NULL,
    CHECK ((campaign IS NOT NULL) + (run IS NOT NULL) + (job IS NOT NULL) = 1)
) STRICT;
CREATE INDEX cancel_request_of_owner ON cancel_request (owner);
";

/// How long one program waits for another that changes the database.
pub(in crate::store) const PATIENCE: Duration = Duration::from_secs(10);

/// The connection that changes things. `synchronous = FULL`: an answered change survives a power cut.
pub(in crate::store) fn open_for_writing(path: &Path, patience: Duration) -> Result<Connection> {
    let connection = Connection::open(path)?;
    prepare(&connection, patience)?;
    connection.pragma_update(None, "journal_mode", "wal")?;
    connection.pragma_update(None, "synchronous", "full")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    Ok(connection)
}

/// A connection that can change nothing.
pub(in crate::store) fn open_for_reading(path: &Path, patience: Duration) -> Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    prepare(&connection, patience)?;
    Ok(connection)
}

fn prepare(connection: &Connection, patience: Duration) -> Result<()> {
    connection.busy_timeout(patience)?;
    connection.set_prepared_statement_cache_capacity(64);
    // In KiB, as far as needed: the jobs of the largest campaign with room to spare, so that asking for the states of
    // all of them reads no page twice.
    connection.pragma_update(None, "cache_size", -64 * 1024)?;
    Ok(())
}

/// What [`prepare_tables`] found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::store) enum Before {
    /// There were no tables at all.
    Empty,
    Used,
}

/// Makes the tables, or checks that they are the ones that this program knows, inside the caller's transaction.
pub(in crate::store) fn prepare_tables(connection: &Connection, path: &Path) -> Result<Before> {
    let found: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    match found {
        FORMAT => {
            check_tables(connection)?;
            Ok(Before::Used)
        }
        0 if objects(connection)?.is_empty() => {
            connection.execute_batch(TABLES)?;
            connection.pragma_update(None, "user_version", FORMAT)?;
            Ok(Before::Empty)
        }
        0 => Err(StoreError::NotADatabase { why: "it holds the tables of another program".to_owned() }),
        newer if newer > FORMAT => Err(StoreError::NewerVersion { path: path.to_owned(), found: newer, known: FORMAT }),
        older => {
            let why = format!("it has format {older}, of a babblecast that was never released");
            Err(StoreError::NotADatabase { why })
        }
    }
}

/// A table or an index that is gone, or is another one, would fail much later and in the middle of something.
fn check_tables(connection: &Connection) -> Result<()> {
    let known = Connection::open_in_memory()?;
    known.execute_batch(TABLES)?;
    let found = objects(connection)?;
    match objects(&known)?.iter().find(|object| !found.contains(object)) {
        Some((name, _)) => Err(StoreError::NotADatabase { why: format!("{name:?} is missing or altered in it") }),
        None => Ok(()),
    }
}

/// Every table and index, with the statement that made it.
fn objects(connection: &Connection) -> Result<Vec<(String, Option<String>)>> {
    let mut query = connection.prepare("SELECT name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%'")?;
    let objects = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(objects.collect::<rusqlite::Result<_>>()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_sqlite_has_no_wal_reset_bug() {
        assert!(rusqlite::version_number() >= 3_051_003, "SQLite {}", rusqlite::version());
    }

    #[test]
    fn the_tables_are_made_once() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("studio.db");
        let connection = open_for_writing(&path, PATIENCE).unwrap();
        assert_eq!(prepare_tables(&connection, &path).unwrap(), Before::Empty);
        assert_eq!(prepare_tables(&connection, &path).unwrap(), Before::Used);
    }

    #[test]
    fn durability_is_not_left_to_defaults() {
        let folder = tempfile::tempdir().unwrap();
        let connection = open_for_writing(&folder.path().join("studio.db"), PATIENCE).unwrap();
        let pragma = |name: &str| -> String {
            connection.pragma_query_value(None, name, |row| row.get_ref(0).map(|value| format!("{value:?}"))).unwrap()
        };
        assert_eq!(pragma("synchronous"), "Integer(2)");
        assert_eq!(pragma("foreign_keys"), "Integer(1)");
        assert_eq!(pragma("busy_timeout"), "Integer(10000)");
        assert!(pragma("journal_mode").contains("Text"));
    }

    #[test]
    fn a_database_of_a_newer_version_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("studio.db");
        let connection = open_for_writing(&path, PATIENCE).unwrap();
        connection.pragma_update(None, "user_version", FORMAT + 1).unwrap();
        let refused = prepare_tables(&connection, &path).unwrap_err().to_string();
        assert!(refused.contains("made by a newer babblecast"), "{refused}");
    }
}
