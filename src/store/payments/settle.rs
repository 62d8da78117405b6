//! The end of a paid call. What was made is on disk before the database says paid; what may have been billed waits for a
//! person; what surely was not is forgotten by every budget.

use crate::store::ground::clock;
use std::path::PathBuf;

use rusqlite::params;

use super::begin::{self, Paid, record_call};
use super::spool::Note;
use super::{limiter, recovery};
use crate::domain::MicroDollars;
use crate::plan::{Failure, Output};
use crate::store::content::sidecar::{Payment, Sidecar};
use crate::store::ground::error::{Result, StoreError};
use crate::store::home::failpoints;
use crate::store::home::failpoints::Step;
use crate::store::home::in_hand::Observer;
use crate::store::jobs::complete::NewOutput;
use crate::store::jobs::leases::Finished;
use crate::store::jobs::{adopt, leases};
use crate::store::journal::attempts;
use crate::store::journal::attempts::{Attempt, AttemptId, AttemptState, LARGEST_PRICE};
use crate::store::journal::columns::Sql;
use crate::store::journal::events::EventKind;
use crate::store::journal::writer::Writing;
use crate::store::studio::Store;

/// How a paid call ended.
#[derive(Debug, Clone, PartialEq)]
pub enum Settled {
    /// It was billed, and these are its files, checked in full.
    Made {
        /// What the job made.
        files: Vec<NewOutput>,
        /// What the provider said it cost; the estimate counts where it did not.
        actual: Option<MicroDollars>,
        /// The provider's name of the call, where it gave one.
        provider_request_id: Option<String>,
        /// Of the reply.
        http_status: u16,
        /// From sending the call to its last byte.
        milliseconds: u64,
    },
    /// It surely was not billed.
    Free {
        /// What failed, for the user.
        failure: Failure,
        /// Another try may fix it: the job is pending again and the failure counts against the provider. Else the job
        /// has failed.
        retry: bool,
        /// Of the reply; `None` where there was none.
        http_status: Option<u16>,
    },
    /// It never left, by no fault of the provider: the job is pending again, and nothing counts against anybody.
    NotSent {
        /// What failed, for the user.
        failure: Failure,
    },
    /// It may have been billed: the job waits for a person.
    Unknown {
        /// What is known of it, for the user.
        failure: Failure,
        /// Of the reply; `None` where there was none.
        http_status: Option<u16>,
        /// Keep what came of the reply.
        quarantine: bool,
    },
}

/// What settling did.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Settlement {
    /// Of a call that made something.
    pub outputs: Vec<Output>,
    /// Where the reply of an unknown outcome lies, if it was kept.
    pub quarantined: Option<PathBuf>,
}

impl Store {
    /// Settles a call. When this fails, nothing is lost: the call stays recorded as sent, and [`Store::adoptable`] gives a
    /// whole reply back, say after there is room on the disk again.
    pub async fn settle(&self, paid: Paid, settled: Settled) -> Result<Settlement> {
        match settled {
            Settled::Made { files, actual, provider_request_id, http_status, milliseconds } => {
                let actual = actual.map(|actual| actual.min(LARGEST_PRICE));
                self.settle_made(paid, files, actual, provider_request_id, http_status, milliseconds).await
            }
            Settled::NotSent { failure } => {
                let id = paid.attempt;
                self.journal.write(move |writing| settle_unsent(writing, id, &failure)).await?;
                paid.spool.remove();
                Ok(Settlement::default())
            }
            Settled::Free { failure, retry, http_status } => {
                let (id, observer) = (paid.attempt, self.journal.observer());
                let change =
                    move |writing: &Writing<'_>| settle_free(writing, &observer, id, &failure, retry, http_status);
                self.journal.write(change).await?;
                paid.spool.remove();
                Ok(Settlement::default())
            }
            Settled::Unknown { failure, http_status, quarantine } => {
                let note = Note { why: failure.reason, http_status, at: clock::now() };
                self.settle_unknown(paid, note, quarantine).await
            }
        }
    }

    async fn settle_made(
        &self,
        paid: Paid,
        files: Vec<NewOutput>,
        actual: Option<MicroDollars>,
        provider_request_id: Option<String>,
        http_status: u16,
        milliseconds: u64,
    ) -> Result<Settlement> {
        let header = paid.spool.header().clone();
        let payment = Payment {
            token: header.token,
            run: header.run,
            campaign: header.campaign.clone(),
            provider: header.provider,
            estimate: header.estimate,
            actual,
            provider_request_id,
            http_status: Some(http_status),
            sent_at: header.sent_at,
            paid_at: clock::now(),
        };
        let stored = self.keep(header.key, header.request.clone(), files, milliseconds, Some(payment.clone())).await?;
        let (id, key, outputs, observer) = (paid.attempt, header.key, stored.clone(), self.journal.observer());
        self.journal
            .write(move |writing| {
                let in_flight = begin::in_flight(writing.connection, &observer, payment.provider)?;
                limiter::note_success(writing, payment.provider, in_flight)?;
                pay(writing, id, &payment)?;
                leases::finish(writing, key, &Finished::Done { outputs, milliseconds })
            })
            .await?;
        failpoints::reached(&self.home, Step::Settled)?;
        paid.spool.remove();
        Ok(Settlement { outputs: stored, quarantined: None })
    }

    async fn settle_unknown(&self, mut paid: Paid, note: Note, quarantine: bool) -> Result<Settlement> {
        let id = paid.attempt;
        let parking = tokio::task::spawn_blocking(move || {
            let parked = paid.spool.park(&note, quarantine);
            (parked, paid, note)
        });
        let (parked, paid, note) = parking.await.map_err(|ended| StoreError::ended(&ended))?;
        parked?;
        self.journal.write(move |writing| hold(writing, id, &note)).await?;
        Ok(Settlement { outputs: Vec::new(), quarantined: quarantine.then(|| paid.spool.path().to_owned()) })
    }
}

fn settle_free(
    writing: &Writing<'_>,
    observer: &Observer,
    id: AttemptId,
    failure: &Failure,
    retry: bool,
    http_status: Option<u16>,
) -> Result<()> {
    let why = Some(failure.reason.as_str());
    let attempt = end(writing, id, &Ending { state: AttemptState::FreeFail, why, http_status, at: writing.now })?;
    if retry {
        let in_flight = 1 + begin::in_flight(writing.connection, observer, attempt.provider)?;
        limiter::note_failure(writing, attempt.provider, in_flight, http_status, &failure.reason)?;
        leases::end_in(writing.connection, attempt.key, "leased", "pending", None)?;
        writing.record_job(EventKind::JobChanged, attempt.key)?;
    } else {
        leases::end_in(writing.connection, attempt.key, "leased", "failed", Some(failure))?;
        writing.record_job(EventKind::JobFailed, attempt.key)?;
    }
    record_call(writing, EventKind::CallFree, &attempt)
}

fn settle_unsent(writing: &Writing<'_>, id: AttemptId, failure: &Failure) -> Result<()> {
    let why = Some(failure.reason.as_str());
    let ending = Ending { state: AttemptState::FreeFail, why, http_status: None, at: writing.now };
    let attempt = end(writing, id, &ending)?;
    leases::end_in(writing.connection, attempt.key, "leased", "pending", None)?;
    writing.record_job(EventKind::JobChanged, attempt.key)?;
    record_call(writing, EventKind::CallFree, &attempt)
}

fn pay(writing: &Writing<'_>, id: AttemptId, payment: &Payment) -> Result<()> {
    let http_status = payment.http_status;
    let attempt = end(writing, id, &Ending { state: AttemptState::Paid, why: None, http_status, at: payment.paid_at })?;
    writing
        .connection
        .prepare_cached("UPDATE attempt SET actual_micro = ?2, provider_request_id = ?3 WHERE id = ?1")?
        .execute(params![
            id.0,
            payment.actual.filter(|actual| *actual <= LARGEST_PRICE).map(Sql),
            payment.provider_request_id
        ])?;
    record_call(writing, EventKind::CallPaid, &Attempt { actual: payment.actual, ..attempt })
}

/// Settles a lost call whose result is on disk already, with its sidecar; false when it is not.
pub(in crate::store) fn settle_by_sidecar(writing: &Writing<'_>, attempt: &Attempt) -> Result<bool> {
    let Some(sidecar) = Sidecar::find(writing.home, attempt.key)? else { return Ok(false) };
    let Some(payment) = sidecar.payments.iter().find(|payment| payment.token == attempt.token) else {
        return Ok(false);
    };
    pay(writing, attempt.id, payment)?;
    if !adopt::adopt(writing, &sidecar)? {
        leases::end_in(writing.connection, attempt.key, "leased", "pending", None)?;
    }
    Ok(true)
}

/// Records that a call may have been billed; its job waits.
pub(in crate::store) fn hold(writing: &Writing<'_>, id: AttemptId, note: &Note) -> Result<()> {
    let why = Some(note.why.as_str());
    let ending = Ending { state: AttemptState::Unknown, why, http_status: note.http_status, at: note.at };
    let attempt = end(writing, id, &ending)?;
    leases::end_in(writing.connection, attempt.key, "leased", "hold", Some(&recovery::hold_of(&attempt)))?;
    writing.record_job(EventKind::JobChanged, attempt.key)?;
    record_call(writing, EventKind::CallUnknown, &attempt)
}

struct Ending<'a> {
    state: AttemptState,
    why: Option<&'a str>,
    http_status: Option<u16>,
    at: i64,
}

/// Ends a call in flight; a call that has ended already stays as it is, and that is an error.
fn end(writing: &Writing<'_>, id: AttemptId, ending: &Ending<'_>) -> Result<Attempt> {
    let changed = writing
        .connection
        .prepare_cached(
            "UPDATE attempt SET state = ?2, owner = NULL, why = ?3, http_status = ?4, ended_at = ?5
             WHERE id = ?1 AND state = 'sent'",
        )?
        .execute(params![id.0, ending.state, ending.why, ending.http_status, ending.at])?;
    let attempt = attempts::select(writing.connection, "id = ?1", [id.0])?.pop();
    let ended = attempt.filter(|_| changed == 1);
    ended.ok_or_else(|| StoreError::Refused { what: format!("call {id}"), why: "it was settled before".to_owned() })
}
