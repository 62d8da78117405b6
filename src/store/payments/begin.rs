//! The beginning of a paid call: room for the reply on disk, then one transaction that checks every limit, leases the job
//! and records the attempt. Only after it is durable does the caller get the [`Paid`] that lets a call leave.

use crate::store::ground::clock;
use std::time::SystemTime;

use rusqlite::{Connection, params};
use serde_json::{Value, json};
use uuid::Uuid;

use super::ledger::{self, Scope};
use super::spool::{CallHeader, FREE_SPACE_FLOOR, SpoolFile};
use super::{limiter, recovery};
use crate::domain::{CampaignId, MicroDollars};
use crate::plan::{Failure, JobKey, Output, ProviderId, RunId};
use crate::store::ground::error::{Result, StoreError};
use crate::store::ground::token::Token;
use crate::store::home::failpoints;
use crate::store::home::failpoints::Step;
use crate::store::home::in_hand::{InHand, Lease, Observer};
use crate::store::home::instance::Owner;
use crate::store::home::layout::Home;
use crate::store::jobs::complete::check_key;
use crate::store::jobs::leases::Availability;
use crate::store::jobs::{adopt, leases};
use crate::store::journal::attempts;
use crate::store::journal::attempts::{Attempt, AttemptId, AttemptState, LARGEST_PRICE};
use crate::store::journal::events::EventKind;
use crate::store::journal::writer::Writing;
use crate::store::studio::Store;

/// A paid call about to be made, for a planned job.
#[derive(Debug, Clone, PartialEq)]
pub struct Begin {
    /// The job that the call is for.
    pub key: JobKey,
    /// [`crate::plan::Request::canonical`].
    pub request: Value,
    /// The run that asks for it: its cap counts.
    pub run: RunId,
    /// Who pays.
    pub campaign: CampaignId,
    /// Whom the call goes to.
    pub provider: ProviderId,
    /// An upper bound of its price.
    pub estimate: MicroDollars,
    /// What may be spent, this call included.
    pub caps: Caps,
    /// The most calls in flight that the configuration allows this provider; fewer when it said so itself.
    pub at_once: u32,
    /// Bytes of room for the reply, on disk before the call.
    pub reserve: u64,
}

/// The limits that apply; `None` is no limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Caps {
    /// For one run.
    pub run: Option<MicroDollars>,
    /// For one campaign, all its runs together.
    pub campaign: Option<MicroDollars>,
    /// Of this calendar month (UTC), all campaigns together.
    pub month: Option<MicroDollars>,
}

/// The answer to a [`Begin`].
#[derive(Debug)]
pub enum Begun {
    /// The attempt is recorded: call now, then [`Store::settle`].
    Go(Paid),
    /// It was made earlier, here or by another program: nothing to pay.
    AlreadyDone(Vec<Output>),
    /// A whole reply was left by a process that is gone: decode it with [`SpoolFile::read`] and settle it. Send nothing.
    Adopt(Paid),
    /// A living process, perhaps this one, is making it.
    HeldBy(Owner),
    /// An earlier call may have been billed; a person must decide: [`Store::unknowns`].
    Hold(Failure),
    /// A cap leaves no room for the call. Nothing is recorded.
    OverCap {
        /// Which cap.
        scope: Scope,
        /// What it allows.
        limit: MicroDollars,
        /// Reserved, paid and unknown.
        used: MicroDollars,
        /// The estimate of this call.
        needs: MicroDollars,
    },
    /// As many calls are in flight as the provider may be sent at once: ask again when one has ended.
    ProviderBusy {
        /// Calls in flight, all programs on this home together.
        in_flight: u32,
        /// How many there may be now.
        limit: u32,
    },
    /// The provider asked for a pause, or failed several times in a row.
    ProviderBlocked {
        /// Ask again after this.
        until: SystemTime,
        /// As a clause, for the user.
        why: String,
    },
    /// The provider refused an earlier call, of any program, in a way that only the user can fix.
    ProviderStopped(Failure),
}

/// The right to make one call, and where its reply goes. Dropped without being settled, the call's outcome is unknown.
#[derive(Debug)]
pub struct Paid {
    /// Its number in the ledger.
    pub attempt: AttemptId,
    /// Where the reply is written as it comes.
    pub spool: SpoolFile,
    #[expect(dead_code, reason = "what counts is that it is dropped with this")]
    pub(in crate::store) in_hand: InHand<Token>,
    /// `None` where the job was made meanwhile in another way.
    #[expect(dead_code, reason = "what counts is that it is dropped with this")]
    pub(in crate::store) lease: Option<Lease>,
}

impl Paid {
    /// The job that the call is for.
    pub fn key(&self) -> JobKey {
        self.spool.header().key
    }

    /// The canonical request.
    pub fn request(&self) -> &Value {
        &self.spool.header().request
    }

    /// Who pays.
    pub fn campaign(&self) -> &CampaignId {
        &self.spool.header().campaign
    }

    /// The run that asked for it.
    pub fn run(&self) -> RunId {
        self.spool.header().run
    }

    /// Whom the call goes to.
    pub fn provider(&self) -> ProviderId {
        self.spool.header().provider
    }

    /// An upper bound of its price: what is reserved in every budget.
    pub fn estimate(&self) -> MicroDollars {
        self.spool.header().estimate
    }
}

/// What stands against a call, or that nothing does.
enum Verdict {
    Go,
    /// Nothing to pay: the answer as it is.
    No(Box<Begun>),
    /// A finished job that only its sidecar knows.
    Finished,
    /// A call for the same job was left by a process that is gone.
    Lost(Box<Attempt>),
}

/// What the transaction did.
enum Recorded {
    Sent(AttemptId, Lease),
    Answer(Box<Begun>),
    TakenOver(Box<Paid>),
    /// Nothing stands against the call any more, but there is no room reserved for it yet.
    NeedsRoom,
}

impl Store {
    /// Asks for the right to make one paid call.
    pub async fn begin(&self, begin: Begin) -> Result<Begun> {
        if begin.estimate > LARGEST_PRICE {
            let why = format!("its price, {}, is no price of a call", begin.estimate);
            return Err(StoreError::Refused { what: format!("job {}", begin.key.short()), why });
        }
        check_key(begin.key, &begin.request)?;
        let observer = self.journal.observer();
        // A look beforehand, so that no room is filled for a call that will not be made.
        let (asked, looks) = (begin.clone(), observer.clone());
        let foreseen = self.journal.read(move |connection| judge(connection, &looks, clock::now(), &asked)).await?;
        let mut reserve = matches!(foreseen, Verdict::Go);
        loop {
            let token = Token(Uuid::new_v4());
            let in_hand = observer.calls.take(token);
            let header = header_of(&begin, token, observer.owner);
            let spool =
                if reserve { Some(reserve_room(&self.home, header.clone(), begin.reserve).await?) } else { None };
            let (asked, looks, has_room) = (begin.clone(), observer.clone(), reserve);
            let change = move |writing: &Writing<'_>| record(writing, &looks, &asked, &header, has_room);
            match (self.journal.write(change).await?, spool) {
                (Recorded::Sent(attempt, lease), Some(mut spool)) => {
                    spool.keep();
                    failpoints::reached(&self.home, Step::Recorded)?;
                    return Ok(Begun::Go(Paid { attempt, spool, in_hand, lease: Some(lease) }));
                }
                (Recorded::NeedsRoom | Recorded::Sent(..), _) => reserve = true,
                (Recorded::Answer(answer), _) => return Ok(*answer),
                (Recorded::TakenOver(paid), _) => return Ok(Begun::Adopt(*paid)),
            }
        }
    }
}

fn header_of(begin: &Begin, token: Token, owner: Owner) -> CallHeader {
    CallHeader {
        version: CallHeader::VERSION,
        token,
        key: begin.key,
        run: begin.run,
        campaign: begin.campaign.clone(),
        provider: begin.provider,
        request: begin.request.clone(),
        estimate: begin.estimate,
        sent_at: clock::now(),
        owner: owner.0,
    }
}

async fn reserve_room(home: &Home, header: CallHeader, reserve: u64) -> Result<SpoolFile> {
    let home = home.clone();
    let reserving = move || SpoolFile::reserve(&home, header, reserve, FREE_SPACE_FLOOR);
    tokio::task::spawn_blocking(reserving).await.map_err(|ended| StoreError::ended(&ended))?
}

/// The transaction: every limit and the record of the attempt, together.
fn record(
    writing: &Writing<'_>,
    observer: &Observer,
    begin: &Begin,
    header: &CallHeader,
    has_room: bool,
) -> Result<Recorded> {
    writing.check_place()?;
    let mut verdict = judge(writing.connection, observer, writing.now, begin)?;
    if let Verdict::Lost(attempt) = verdict {
        if let Some(paid) = recovery::take_over(writing, observer, &attempt)? {
            return Ok(Recorded::TakenOver(Box::new(paid)));
        }
        verdict = judge(writing.connection, observer, writing.now, begin)?;
    }
    match verdict {
        Verdict::No(answer) => Ok(Recorded::Answer(answer)),
        Verdict::Finished => match adopt::adopt_sidecar(writing, begin.key)? {
            Some(outputs) => Ok(Recorded::Answer(Box::new(Begun::AlreadyDone(outputs)))),
            None => Err(StoreError::UnknownJob(begin.key)),
        },
        Verdict::Go if !has_room => Ok(Recorded::NeedsRoom),
        Verdict::Go => send(writing, observer, begin, header),
        Verdict::Lost(_) => Err(StoreError::NotHeld(begin.key)),
    }
}

fn send(writing: &Writing<'_>, observer: &Observer, begin: &Begin, header: &CallHeader) -> Result<Recorded> {
    let lease = leases::lease(writing, observer, begin.key)?;
    for (scope, cap) in caps_of(begin) {
        ledger::remember_cap(writing.connection, &scope, cap)?;
    }
    let attempt = attempt_of(header);
    let id = attempts::insert(writing.connection, &attempt)?.ok_or(StoreError::NotHeld(begin.key))?;
    record_call(writing, EventKind::CallSent, &Attempt { id, ..attempt })?;
    Ok(Recorded::Sent(id, lease))
}

/// The row of a call in flight.
pub(in crate::store) fn attempt_of(header: &CallHeader) -> Attempt {
    Attempt {
        id: AttemptId(0),
        token: header.token,
        key: header.key,
        run: header.run,
        campaign: header.campaign.clone(),
        provider: header.provider,
        owner: Some(header.owner()),
        state: AttemptState::Sent,
        estimate: header.estimate,
        actual: None,
        provider_request_id: None,
        http_status: None,
        sent_at: header.sent_at,
        ended_at: None,
        why: None,
        resolution: None,
    }
}

pub(in crate::store) fn record_call(writing: &Writing<'_>, kind: EventKind, attempt: &Attempt) -> Result<()> {
    let details = json!({"attempt": attempt.id.0, "provider": attempt.provider, "micro": attempt.price().0});
    writing.record(kind, Some(&attempt.campaign), Some(attempt.key), &details)
}

fn caps_of(begin: &Begin) -> impl Iterator<Item = (Scope, MicroDollars)> {
    let Caps { run, campaign, month } = begin.caps;
    let scopes = [Scope::Run(begin.run), Scope::Campaign(begin.campaign.clone()), Scope::Month];
    scopes.into_iter().zip([run, campaign, month]).filter_map(|(scope, cap)| Some((scope, cap?)))
}

fn judge(connection: &Connection, observer: &Observer, now: i64, begin: &Begin) -> Result<Verdict> {
    let no = |answer| Ok(Verdict::No(Box::new(answer)));
    let availability = leases::availability(connection, observer, begin.key)?;
    if let Availability::Done(outputs) = availability {
        return no(Begun::AlreadyDone(outputs));
    }
    // An attempt says more than the lease: it outlives its process.
    let open = attempts::select(connection, "key = ?1 AND state IN ('sent', 'unknown')", [begin.key])?;
    for attempt in &open {
        match attempt.owner {
            Some(owner) if observer.is_lost(owner, attempt.token) => {
                return Ok(Verdict::Lost(Box::new(attempt.clone())));
            }
            Some(owner) => return no(Begun::HeldBy(owner)),
            None => {}
        }
    }
    match availability {
        Availability::HeldBy(owner) => return no(Begun::HeldBy(owner)),
        Availability::Finished => return Ok(Verdict::Finished),
        Availability::Hold(failure) => return no(Begun::Hold(failure)),
        Availability::Done(_) | Availability::Free => {}
    }
    if let Some(unknown) = open.first() {
        return no(Begun::Hold(recovery::hold_of(unknown)));
    }
    let limits = limiter::limits_of(connection, begin.provider)?;
    if let Some(failure) = limits.stopped {
        return no(Begun::ProviderStopped(failure));
    }
    if let Some((until, why)) = limits.blocked_at(now) {
        return no(Begun::ProviderBlocked { until, why });
    }
    let limit = limits.adaptive.at_once().min(begin.at_once);
    let in_flight = in_flight(connection, observer, begin.provider)?;
    if in_flight >= limit {
        return no(Begun::ProviderBusy { in_flight, limit });
    }
    for (scope, limit) in caps_of(begin) {
        let used = ledger::used(connection, &scope, now)?;
        if used + begin.estimate > limit {
            return no(Begun::OverCap { scope, limit, used, needs: begin.estimate });
        }
    }
    Ok(Verdict::Go)
}

/// The calls of all living processes to a provider.
pub(in crate::store) fn in_flight(connection: &Connection, observer: &Observer, provider: ProviderId) -> Result<u32> {
    let sent = attempts::select(connection, "state = 'sent' AND provider = ?1", params![provider])?;
    let is_flying = |attempt: &&Attempt| attempt.owner.is_some_and(|owner| !observer.is_lost(owner, attempt.token));
    Ok(u32::try_from(sent.iter().filter(is_flying).count()).unwrap_or(u32::MAX))
}
