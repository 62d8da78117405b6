//! Calls whose process or task is gone. A whole reply is handed to the caller, to be decoded without another call;
//! everything else of them becomes unknown. Files and rows are brought in line inside one transaction, so that two
//! processes never recover the same call.

use std::path::Path;

use rusqlite::{Connection, params};

use super::begin::{Paid, attempt_of};
use super::settle;
use super::spool::{self, Note, SpoolFile, Stage};
use crate::plan::{Failure, canonical_json};
use crate::store::ground::error::{Result, StoreError};
use crate::store::ground::token::Token;
use crate::store::home::in_hand::Observer;
use crate::store::home::layout::Home;
use crate::store::jobs::leases;
use crate::store::journal::attempts;
use crate::store::journal::attempts::{Attempt, AttemptState};
use crate::store::journal::writer::Writing;
use crate::store::studio::Store;

impl Store {
    /// Takes over every whole reply that was left by a process, or a task of this one, that is gone. Decode each with
    /// [`SpoolFile::read`] and settle it; nothing is sent. What was left without a whole reply is unknown after this.
    pub async fn adoptable(&self) -> Result<Vec<Paid>> {
        let observer = self.journal.observer();
        self.journal
            .write(move |writing| {
                tidy(writing, &observer)?;
                let lost = lost(writing.connection, &observer)?;
                let taken = lost.iter().map(|attempt| take_over(writing, &observer, attempt));
                taken.filter_map(Result::transpose).collect()
            })
            .await
    }
}

/// At the opening of the home: everything lost is either adoptable or unknown after this.
pub(in crate::store) fn at_opening(writing: &Writing<'_>, observer: &Observer) -> Result<()> {
    tidy(writing, observer)?;
    for attempt in lost(writing.connection, observer)? {
        if !has_its_result(writing, &attempt)? && !has_reply(writing.home, attempt.token)? {
            give_up(writing, &attempt)?;
        }
    }
    Ok(())
}

/// Settles a lost call whose result was stored already; false when it was not.
fn has_its_result(writing: &Writing<'_>, attempt: &Attempt) -> Result<bool> {
    let settled = settle::settle_by_sidecar(writing, attempt)?;
    if settled {
        for stage in [Stage::Part, Stage::Response] {
            // A file that stays is removed by the next recovery.
            let _ = std::fs::remove_file(stage.path(&writing.home.spool(), attempt.token));
        }
    }
    Ok(settled)
}

/// Whether the whole reply to a call is there.
fn has_reply(home: &Home, token: Token) -> Result<bool> {
    let path = Stage::Response.path(&home.spool(), token);
    path.try_exists().map_err(|source| StoreError::file("read", &path, source))
}

fn lost(connection: &Connection, observer: &Observer) -> Result<Vec<Attempt>> {
    let mut sent = attempts::select(connection, "state = 'sent'", [])?;
    sent.retain(|attempt| attempt.owner.is_some_and(|owner| observer.is_lost(owner, attempt.token)));
    Ok(sent)
}

/// Makes a lost call this process's own when its whole reply is there. Else the answer is `None`: its result was stored
/// already, or its outcome is unknown.
pub(in crate::store) fn take_over(
    writing: &Writing<'_>,
    observer: &Observer,
    attempt: &Attempt,
) -> Result<Option<Paid>> {
    if has_its_result(writing, attempt)? {
        return Ok(None);
    }
    let path = Stage::Response.path(&writing.home.spool(), attempt.token);
    let spool = match SpoolFile::reopen(writing.home, &path) {
        Ok(spool) => spool,
        Err(error) if error.is_verdict() => {
            give_up(writing, attempt)?;
            return Ok(None);
        }
        Err(error) => return Err(error),
    };
    let in_hand = observer.calls.take(attempt.token);
    writing
        .connection
        .prepare_cached("UPDATE attempt SET owner = ?2 WHERE id = ?1")?
        .execute(params![attempt.id.0, writing.owner])?;
    let lease = Some(leases::lease(writing, observer, attempt.key)?);
    Ok(Some(Paid { attempt: attempt.id, spool, in_hand, lease }))
}

/// Nothing more will come of this call.
fn give_up(writing: &Writing<'_>, attempt: &Attempt) -> Result<()> {
    let spool = writing.home.spool();
    let left = [Stage::Unknown, Stage::Response, Stage::Part].map(|stage| stage.path(&spool, attempt.token));
    let quarantined = Stage::Unknown.path(&writing.home.quarantine(), attempt.token);
    let mut note = Note {
        why: format!("babblecast was ended while {} was called", attempt.provider),
        http_status: None,
        at: writing.now,
    };
    for path in std::iter::once(&quarantined).chain(&left) {
        match SpoolFile::find(writing.home, path) {
            Ok(None) => {}
            Ok(Some(spool)) if spool.note().is_some() => {
                note = spool.note().cloned().unwrap_or(note);
                break;
            }
            Ok(Some(mut spool)) => {
                park(&mut spool, &note);
                break;
            }
            Err(error) if !error.is_verdict() => return Err(error),
            Err(error) => {
                note.why = format!("what was left of the call to {} cannot be read: {error}", attempt.provider);
                put_aside(writing.home, path);
            }
        }
    }
    settle::hold(writing, attempt.id, &note)
}

/// A reply that came in full is kept for a person; of any other only the record is. A file that cannot be parked now stays
/// as it is, and is tried again by the next recovery.
fn park(spool: &mut SpoolFile, note: &Note) {
    if let Err(error) = spool.park(note, spool.is_whole()) {
        tracing::warn!(path = %spool.path().display(), %error, "the record of a lost call could not be shortened");
    }
}

fn put_aside(home: &Home, path: &Path) {
    match home.put_into_quarantine(path) {
        Ok(place) => tracing::warn!(path = %place.display(), "an unreadable file of the spool was put aside"),
        Err(error) => tracing::warn!(%error, "an unreadable file of the spool could not be put aside"),
    }
}

/// Brings the files of the spool in line with the ledger: removes those of settled calls and of calls that were never
/// recorded, records those that only a lost database knew, and puts aside what cannot be read.
fn tidy(writing: &Writing<'_>, observer: &Observer) -> Result<()> {
    for (path, stage, token) in spool::list(&writing.home.spool())? {
        let known = attempts::select(writing.connection, "token = ?1", [token])?.pop();
        match (known.as_ref().map(|attempt| attempt.state), stage) {
            (Some(AttemptState::Sent), _) | (Some(AttemptState::Unknown), Stage::Unknown) => {}
            (Some(AttemptState::Paid | AttemptState::FreeFail | AttemptState::Resolved), _) => remove(&path),
            (Some(AttemptState::Unknown), Stage::Part | Stage::Response) => {
                // Nothing is lost with a file that cannot be looked at now: the next recovery does.
                if let (Ok(mut spool), Some(attempt)) = (SpoolFile::reopen(writing.home, &path), known) {
                    park(&mut spool, &note_of(&attempt));
                }
            }
            (None, stage) => tidy_unrecorded(writing, observer, &path, stage, token)?,
        }
    }
    Ok(())
}

fn tidy_unrecorded(writing: &Writing<'_>, observer: &Observer, path: &Path, stage: Stage, token: Token) -> Result<()> {
    match SpoolFile::reopen(writing.home, path) {
        // Nothing leaves before its attempt is recorded: this is only room, of a process that is gone.
        Ok(spool) if stage == Stage::Part => {
            if observer.is_lost(spool.header().owner(), token) {
                remove(path);
            }
        }
        Ok(spool) => restore(writing.connection, &spool)?,
        // Removed by its own program in between.
        Err(StoreError::Missing { .. }) => {}
        Err(error) if error.is_verdict() => put_aside(writing.home, path),
        Err(error) => return Err(error),
    }
    Ok(())
}

fn remove(path: &Path) {
    if let Err(error) = std::fs::remove_file(path) {
        tracing::warn!(path = %path.display(), %error, "a settled call's file could not be removed");
    }
}

/// Records every call that left a file and that the ledger does not know, as sent by its owner. [`at_opening`] does the rest. The
/// second value counts what cannot be read.
pub(in crate::store) fn import(writing: &Writing<'_>) -> Result<(usize, usize)> {
    let (connection, home) = (writing.connection, writing.home);
    let (mut calls, mut unreadable) = (0, 0);
    let mut files = spool::list(&home.quarantine())?;
    files.retain(|(_, stage, _)| *stage == Stage::Unknown);
    files.append(&mut spool::list(&home.spool())?);
    for (path, _, token) in files {
        if !attempts::select(connection, "token = ?1", [token])?.is_empty() {
            continue;
        }
        match SpoolFile::reopen(home, &path) {
            Ok(spool) => {
                restore(connection, &spool)?;
                calls += 1;
            }
            Err(error) if error.is_verdict() => unreadable += 1,
            Err(error) => return Err(error),
        }
    }
    Ok((calls, unreadable))
}

fn restore(connection: &Connection, spool: &SpoolFile) -> Result<()> {
    let header = spool.header();
    connection
        .prepare_cached(
            "INSERT INTO job (key, kind, request_json, state) VALUES (?1, ?2, ?3, 'pending') ON CONFLICT DO NOTHING",
        )?
        .execute(params![
            header.key,
            crate::store::jobs::runs::kind_of(&header.request),
            canonical_json(&header.request)
        ])?;
    attempts::insert(connection, &attempt_of(header))?;
    connection
        .prepare_cached("UPDATE job SET state = 'leased', owner = ?2 WHERE key = ?1 AND state <> 'done'")?
        .execute(params![header.key, header.owner()])?;
    Ok(())
}

fn note_of(attempt: &Attempt) -> Note {
    Note {
        why: attempt.why.clone().unwrap_or_default(),
        http_status: attempt.http_status,
        at: attempt.ended_at.unwrap_or(attempt.sent_at),
    }
}

/// What a job waits for whose call may have been billed.
pub(in crate::store) fn hold_of(attempt: &Attempt) -> Failure {
    let why = attempt.why.as_deref().unwrap_or("its outcome is not known");
    Failure {
        reason: format!("{why}; {} may have been billed", attempt.price()),
        next_step: "Decide with `babblecast unknown`: retry it or drop it.".to_owned(),
        retryable: false,
    }
}
