//! The tables of `studio.db` and how older databases are brought up to date. Used when the journal is opened; knows
//! SQL and nothing else.

use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};

use super::error::{Result, StoreError};

/// Each entry brings a database from the version of its position to the next. Entries are only ever added.
const MIGRATIONS: [&str; 6] = [VERSION_1, VERSION_2, VERSION_3, VERSION_4, VERSION_5, VERSION_6];

pub(super) const NEWEST: i64 = MIGRATIONS.len() as i64;

const VERSION_1: &str = "
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
";

/// What paid calls need.
const VERSION_2: &str = "
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
    why           TEXT
) STRICT, WITHOUT ROWID;
";

/// What providers said of themselves.
const VERSION_3: &str = "
-- With it the provider is stopped: no call until the person acts; `why` is then the reason.
ALTER TABLE limiter ADD COLUMN next_step TEXT;

-- The last answer to the free question whether address, key and model are right.
CREATE TABLE provider_check (
    provider   TEXT PRIMARY KEY,
    model      TEXT NOT NULL,
    retires_on TEXT,
    checked_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
";

/// Jobs that were asked for over the network.
const VERSION_4: &str = "
-- A job may be recorded before its run is, and be refused without one, so it refers to no row.
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
";

/// Answers of providers by model, and the former faces of a speaker.
const VERSION_5: &str = "
-- A profile may name a model of its own. What was known is asked again within a day.
DROP TABLE provider_check;
CREATE TABLE provider_check (
    provider   TEXT NOT NULL,
    model      TEXT NOT NULL,
    retires_on TEXT,
    checked_at INTEGER NOT NULL,
    PRIMARY KEY (provider, model)
) STRICT, WITHOUT ROWID;

CREATE INDEX portrait_of_run ON run_job (run, speaker, key) WHERE product = 'portrait';
";

/// What one program asks another to stop.
const VERSION_6: &str = "
-- For the program `owner`, which removes the row when it obeys. One of campaign, run and job says what.
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

/// The connection that changes things. `synchronous = FULL`: an answered change survives a power cut.
pub(super) fn open_for_writing(path: &Path) -> Result<Connection> {
    let connection = Connection::open(path)?;
    prepare(&connection)?;
    connection.pragma_update(None, "journal_mode", "wal")?;
    connection.pragma_update(None, "synchronous", "full")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    Ok(connection)
}

/// A connection that can change nothing.
pub(super) fn open_for_reading(path: &Path) -> Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    prepare(&connection)?;
    Ok(connection)
}

fn prepare(connection: &Connection) -> Result<()> {
    connection.busy_timeout(Duration::from_secs(10))?;
    connection.set_prepared_statement_cache_capacity(64);
    // In KiB, as far as needed: the jobs of the largest campaign with room to spare, so that asking for the states of
    // all of them reads no page twice.
    connection.pragma_update(None, "cache_size", -64 * 1024)?;
    Ok(())
}

/// What [`migrate`] found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Before {
    /// There were no tables at all.
    Empty,
    Used,
}

/// Brings the tables up to date inside the caller's transaction.
pub(super) fn migrate(connection: &Connection, path: &Path) -> Result<Before> {
    let found: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    if found > NEWEST {
        return Err(StoreError::NewerVersion { path: path.to_owned(), found, known: NEWEST });
    }
    let Ok(position) = usize::try_from(found) else {
        return Err(StoreError::NotADatabase { why: format!("its format is numbered {found}") });
    };
    for migration in &MIGRATIONS[position..] {
        connection.execute_batch(migration)?;
    }
    if found < NEWEST {
        connection.pragma_update(None, "user_version", NEWEST)?;
    }
    Ok(if found == 0 { Before::Empty } else { Before::Used })
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
        let connection = open_for_writing(&path).unwrap();
        assert_eq!(migrate(&connection, &path).unwrap(), Before::Empty);
        assert_eq!(migrate(&connection, &path).unwrap(), Before::Used);
    }

    #[test]
    fn a_database_of_the_first_version_is_brought_up_to_date_with_all_it_holds() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("studio.db");
        let connection = open_for_writing(&path).unwrap();
        connection.execute_batch(VERSION_1).unwrap();
        connection.pragma_update(None, "user_version", 1).unwrap();
        let job = "INSERT INTO job (key, kind, request_json, state) VALUES ('k', 'voice', '{}', 'pending')";
        connection.execute(job, []).unwrap();
        assert_eq!(migrate(&connection, &path).unwrap(), Before::Used);
        let count = |table: &str| -> i64 {
            connection.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0)).unwrap()
        };
        assert_eq!(["job", "attempt", "budget", "limiter", "provider_check"].map(count), [1, 0, 0, 0, 0]);
        drop(connection);
        let (store, rebuilt) = super::super::Store::open(folder.path()).unwrap();
        assert_eq!(rebuilt, None);
        drop(store);
    }

    #[test]
    fn durability_is_not_left_to_defaults() {
        let folder = tempfile::tempdir().unwrap();
        let connection = open_for_writing(&folder.path().join("studio.db")).unwrap();
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
        let connection = open_for_writing(&path).unwrap();
        connection.pragma_update(None, "user_version", NEWEST + 1).unwrap();
        let refused = migrate(&connection, &path).unwrap_err().to_string();
        assert!(refused.contains("made by a newer babblecast"), "{refused}");
    }
}
