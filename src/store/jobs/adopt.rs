//! A job that only its sidecar knows: it becomes done, and what was paid for it is in the ledger.

use rusqlite::{Connection, params};

use super::leases;
use super::leases::store_done;
use super::runs::kind_of;
use crate::plan::{JobKey, Output, canonical_json};
use crate::store::content::assets::Assets;
use crate::store::content::sidecar::Sidecar;
use crate::store::ground::error::Result;
use crate::store::home::layout::Home;
use crate::store::journal::attempts;
use crate::store::journal::columns::Sql;
use crate::store::journal::events::EventKind;
use crate::store::journal::writer::Writing;

/// Makes the job of a sidecar done, in a database that is in use; false when its files are not all there. What was paid
/// for it is in the ledger either way.
pub(in crate::store) fn adopt(writing: &Writing<'_>, sidecar: &Sidecar) -> Result<bool> {
    restore_payments(writing.connection, sidecar)?;
    let complete = restore(writing.connection, writing.home, sidecar)?;
    if complete {
        writing.record_job(EventKind::JobDone, sidecar.key)?;
    }
    Ok(complete)
}

/// A process that died between its sidecar and the database has made the job nevertheless.
pub(in crate::store) fn adopt_sidecar(writing: &Writing<'_>, key: JobKey) -> Result<Option<Vec<Output>>> {
    match Sidecar::find(writing.home, key)? {
        Some(sidecar) if adopt(writing, &sidecar)? => Ok(Some(sidecar.outputs)),
        Some(_) | None => Ok(None),
    }
}

/// Adds the job of a sidecar, or makes a known one done; false, and pending, when its files are not all there.
pub(in crate::store) fn restore(connection: &Connection, home: &Home, sidecar: &Sidecar) -> Result<bool> {
    connection
        .prepare_cached(
            "INSERT INTO job (key, kind, request_json, state) VALUES (?1, ?2, ?3, 'pending')
             ON CONFLICT DO UPDATE SET kind = excluded.kind, request_json = excluded.request_json",
        )?
        .execute(params![sidecar.key, kind_of(&sidecar.request), canonical_json(&sidecar.request)])?;
    let assets = Assets::new(home.clone());
    let complete =
        !sidecar.outputs.is_empty() && sidecar.outputs.iter().all(|output| assets.has(output.hash, output.bytes));
    if complete {
        store_done(connection, sidecar.key, &sidecar.outputs, sidecar.milliseconds, sidecar.made_at)?;
    }
    Ok(complete)
}

/// Adds what a sidecar says was paid, unless the ledger knows it. A call that the ledger doubts and the sidecar knows as
/// paid is paid. Returns how many were not known.
pub(in crate::store) fn restore_payments(connection: &Connection, sidecar: &Sidecar) -> Result<usize> {
    let mut added = 0;
    for payment in &sidecar.payments {
        let attempt = payment.clone().into_attempt(sidecar.key);
        if attempts::insert(connection, &attempt)?.is_some() {
            added += 1;
        } else {
            let is_news = connection
                .prepare_cached(
                    "UPDATE attempt SET state = 'paid', actual_micro = ?2, provider_request_id = ?3, http_status = ?4,
                         ended_at = ?5, why = NULL WHERE token = ?1 AND state = 'unknown'",
                )?
                .execute(params![
                    attempt.token,
                    attempt.actual.filter(|actual| *actual <= attempts::LARGEST_PRICE).map(Sql),
                    attempt.provider_request_id,
                    attempt.http_status,
                    attempt.ended_at
                ])?;
            if is_news > 0 {
                // No decision is waited for any more; another call in doubt still stops the job.
                leases::end_in(connection, attempt.key, "hold", "pending", None)?;
            }
        }
    }
    Ok(added)
}
