//! How many calls a provider gets at once: a pure state machine, and the row in which all processes share its state.

use crate::store::ground::clock;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::plan::{Failure, ProviderId};
use crate::store::ground::error::Result;
use crate::store::journal::handle::Journal;
use crate::store::journal::writer::Writing;

/// Calls at once before anything is known of a provider.
const START: u32 = 2;
/// No provider is called by more at once, whatever it announces.
const MOST: u32 = 1000;
/// After this many free failures in a row a provider gets one call at a time, each after a pause, until one succeeds.
const BREAKER_AFTER: u32 = 5;
const BREAKER_PAUSE: Duration = Duration::from_mins(1);
/// The longest pause that a provider is believed to want. A record of a longer one was written by a clock that was wrong.
const LONGEST_PAUSE: Duration = Duration::from_hours(7 * 24);

/// What is known of how much a provider takes. Doubles with each success until the first refusal or the announced
/// maximum, then grows by one, and is halved by each refusal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Adaptive {
    at_once: u32,
    announced: Option<u32>,
    /// Until the first refusal.
    doubling: bool,
    /// In a row, and none of them billed.
    failures: u32,
}

impl Default for Adaptive {
    fn default() -> Self {
        Self { at_once: START, announced: None, doubling: true, failures: 0 }
    }
}

impl Adaptive {
    /// How many calls may be in flight at once, all processes together.
    pub fn at_once(self) -> u32 {
        if self.is_broken() { 1 } else { self.at_once }
    }

    /// Why it is not more, as a clause.
    pub fn why(self) -> &'static str {
        if self.is_broken() {
            "calls failed in a row: one at a time until one succeeds"
        } else if self.announced.is_some_and(|announced| announced <= self.at_once) {
            "the provider allows no more"
        } else if self.doubling {
            "it begins with few and takes more while all succeed"
        } else {
            "more were refused: one more after each success"
        }
    }

    /// Whether so many calls failed in a row that only one at a time is tried.
    pub fn is_broken(self) -> bool {
        self.failures >= BREAKER_AFTER
    }

    /// A call succeeded, one of `in_flight`. Only a limit that was reached is raised: nobody knows of a higher one.
    #[must_use]
    pub fn succeeded(self, in_flight: u32) -> Self {
        if in_flight < self.at_once {
            return Self { failures: 0, ..self };
        }
        let grown = if self.doubling { self.at_once.saturating_mul(2) } else { self.at_once.saturating_add(1) };
        let most = self.announced.unwrap_or(MOST);
        Self { at_once: grown.min(most), failures: 0, ..self }
    }

    /// The provider said that so many in flight are too much at once (429).
    #[must_use]
    pub fn refused(self, in_flight: u32) -> Self {
        Self { at_once: (self.at_once.min(in_flight) / 2).max(1), doubling: false, ..self.failed() }
    }

    /// A call failed that surely was not billed.
    #[must_use]
    pub fn failed(self) -> Self {
        Self { failures: self.failures.saturating_add(1), ..self }
    }

    /// The provider told its maximum. Unless it refused a call before, all of it is used at once.
    #[must_use]
    pub fn announced(self, maximum: u32) -> Self {
        let maximum = maximum.clamp(1, MOST);
        let at_once = if self.doubling { maximum } else { self.at_once.min(maximum) };
        Self { at_once, announced: Some(maximum), ..self }
    }
}

/// How a provider may be called now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Allowance {
    /// Calls in flight at once, all processes together.
    pub at_once: u32,
    /// Why not more, as a clause.
    pub why: &'static str,
    /// No call before this time, and why.
    pub blocked: Option<(SystemTime, String)>,
    /// No call until the user acts.
    pub stopped: Option<Failure>,
}

/// The row of one provider.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(in crate::store) struct Limits {
    pub(in crate::store) adaptive: Adaptive,
    /// Milliseconds since 1970, and why.
    pub(in crate::store) blocked: Option<(i64, String)>,
    pub(in crate::store) stopped: Option<Failure>,
    /// Whose limits these are; `None` until a program has said.
    account: Option<String>,
}

impl Limits {
    pub(in crate::store) fn blocked_at(&self, now: i64) -> Option<(SystemTime, String)> {
        let (until, why) = self.blocked.as_ref().filter(|(until, _)| is_pause(*until, now))?;
        Some((UNIX_EPOCH + Duration::from_millis(u64::try_from(*until).unwrap_or_default()), why.clone()))
    }

    fn block(&mut self, until: i64, why: &str, now: i64) {
        let until = until.min(now.saturating_add(clock::milliseconds(LONGEST_PAUSE)));
        if self.blocked.as_ref().is_none_or(|(known, _)| *known < until || !is_pause(*known, now)) {
            self.blocked = Some((until, why.to_owned()));
        }
    }
}

/// Whether a pause that ends then is under way and can be meant.
fn is_pause(until: i64, now: i64) -> bool {
    let left = until.saturating_sub(now);
    0 < left && left <= clock::milliseconds(LONGEST_PAUSE)
}

impl Journal {
    /// Takes over what a provider said of itself: how many calls it takes at once, and until when it wants none, with the
    /// reason as a clause.
    pub async fn note_limits(
        &self,
        provider: ProviderId,
        announced: Option<u32>,
        blocked: Option<(SystemTime, String)>,
    ) -> Result<()> {
        // Said with every reply and nearly always known: no reason to wait for a place among the commits.
        if let (Some(maximum), None) = (announced, &blocked) {
            let known = self.read(move |connection| limits_of(connection, provider)).await?.adaptive;
            if known.announced(maximum) == known {
                return Ok(());
            }
        }
        self.write(move |writing| {
            change(writing, provider, |limits| {
                if let Some(maximum) = announced {
                    limits.adaptive = limits.adaptive.announced(maximum);
                }
                if let Some((until, why)) = &blocked {
                    let since = until.duration_since(UNIX_EPOCH).unwrap_or_default();
                    limits.block(i64::try_from(since.as_millis()).unwrap_or(i64::MAX), why, writing.now);
                }
            })
        })
        .await
    }

    /// No program calls this provider any more until the user acts: its key was refused, or its credit is spent.
    pub(crate) async fn stop_provider(&self, provider: ProviderId, failure: &Failure) -> Result<()> {
        let failure = failure.clone();
        self.write(move |writing| change(writing, provider, |limits| limits.stopped = Some(failure.clone()))).await
    }

    /// Forgets that a provider wanted no calls, because the user has acted: a new key, more credit.
    pub(crate) async fn unblock(&self, provider: ProviderId) -> Result<()> {
        self.write(move |writing| change(writing, provider, |limits| (limits.blocked, limits.stopped) = (None, None)))
            .await
    }

    /// Says which account of a provider this program uses, by a mark that tells it from others. What was learnt of another
    /// account is forgotten: a new key or another address is how a person gets a provider going again.
    pub(crate) async fn use_account(&self, provider: ProviderId, account: &str) -> Result<()> {
        let mark = account.to_owned();
        let known = self.read(move |connection| limits_of(connection, provider)).await?.account;
        if known.as_deref() == Some(account) {
            return Ok(());
        }
        self.write(move |writing| {
            change(writing, provider, |limits| *limits = Limits { account: Some(mark), ..Limits::default() })
        })
        .await
    }

    /// How this provider may be called now, as all programs on this home have learnt.
    pub async fn allowance(&self, provider: ProviderId) -> Result<Allowance> {
        self.read(move |connection| {
            let limits = limits_of(connection, provider)?;
            let blocked = limits.blocked_at(clock::now());
            Ok(Allowance {
                at_once: limits.adaptive.at_once(),
                why: limits.adaptive.why(),
                blocked,
                stopped: limits.stopped,
            })
        })
        .await
    }
}

pub(in crate::store) fn limits_of(connection: &Connection, provider: ProviderId) -> Result<Limits> {
    let mut query = connection.prepare_cached(
        "SELECT at_once, announced, doubling, failures, blocked_until, why, next_step, account
         FROM limiter WHERE provider = ?1",
    )?;
    Ok(query.query_row([provider], limits_in).optional()?.unwrap_or_default())
}

fn limits_in(row: &Row<'_>) -> rusqlite::Result<Limits> {
    let adaptive =
        Adaptive { at_once: row.get(0)?, announced: row.get(1)?, doubling: row.get(2)?, failures: row.get(3)? };
    let why: Option<String> = row.get(5)?;
    let stopped = why.clone().zip(row.get(6)?);
    Ok(Limits {
        adaptive,
        blocked: row.get::<_, Option<i64>>(4)?.zip(why),
        stopped: stopped.map(|(reason, next_step)| Failure { reason, next_step, retryable: true }),
        account: row.get(7)?,
    })
}

/// A call succeeded.
pub(in crate::store) fn note_success(writing: &Writing<'_>, provider: ProviderId, in_flight: u32) -> Result<()> {
    change(writing, provider, |limits| limits.adaptive = limits.adaptive.succeeded(in_flight))
}

/// A call failed in a way that was surely not billed and that another try may fix.
pub(in crate::store) fn note_failure(
    writing: &Writing<'_>,
    provider: ProviderId,
    in_flight: u32,
    http_status: Option<u16>,
    why: &str,
) -> Result<()> {
    let until = writing.now + clock::milliseconds(BREAKER_PAUSE);
    change(writing, provider, |limits| {
        let was = limits.adaptive;
        limits.adaptive = if http_status == Some(429) { was.refused(in_flight) } else { was.failed() };
        if limits.adaptive.is_broken() {
            limits.block(until, why, writing.now);
        }
    })
}

fn change(writing: &Writing<'_>, provider: ProviderId, change: impl FnOnce(&mut Limits)) -> Result<()> {
    let before = limits_of(writing.connection, provider)?;
    let mut limits = before.clone();
    change(&mut limits);
    if limits == before {
        return Ok(());
    }
    let Adaptive { at_once, announced, doubling, failures } = limits.adaptive;
    let (until, why, next_step) = match (limits.stopped, limits.blocked) {
        (Some(Failure { reason, next_step, .. }), _) => (None, Some(reason), Some(next_step)),
        (None, Some((until, why))) => (Some(until), Some(why), None),
        (None, None) => (None, None, None),
    };
    writing
        .connection
        .prepare_cached("INSERT OR REPLACE INTO limiter VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)")?
        .execute(params![provider, at_once, announced, doubling, failures, until, why, next_step, limits.account])?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_at_once_double_until_the_first_refusal_and_then_grow_by_one() {
        let mut known = Adaptive::default();
        let mut seen = vec![known.at_once()];
        for answer in [Adaptive::succeeded, Adaptive::succeeded, Adaptive::refused, Adaptive::succeeded] {
            known = answer(known, known.at_once());
            seen.push(known.at_once());
        }
        assert_eq!(seen, [2, 4, 8, 4, 5]);
    }

    #[test]
    fn an_announced_maximum_is_taken_over_at_once_and_never_crossed() {
        let known = Adaptive::default().announced(5);
        assert_eq!((known.at_once(), known.succeeded(5).at_once(), known.announced(9).at_once()), (5, 5, 9));
        let refused = known.refused(5);
        assert_eq!(refused.announced(5).at_once(), 2, "a refusal counts for more than an announcement");
        assert_eq!(refused.announced(1).at_once(), 1);
        assert_eq!(Adaptive::default().announced(0).at_once(), 1);
    }

    #[test]
    fn a_limit_that_nobody_reached_is_not_raised_and_a_refusal_counts_from_what_was_in_flight() {
        let eight = Adaptive::default().announced(8);
        assert_eq!(Adaptive::default().succeeded(1).at_once(), 2);
        assert_eq!(eight.refused(4).at_once(), 2);
    }

    #[test]
    fn refusals_never_stop_a_provider_for_good() {
        let known = (0..100).fold(Adaptive::default(), |known, _| known.refused(9));
        assert_eq!(known.at_once(), 1);
        assert_eq!(known.succeeded(1).at_once(), 2);
    }

    #[test]
    fn no_pause_is_believed_beyond_the_longest_and_a_wrong_clock_leaves_none() {
        const DAY: i64 = 24 * 3600 * 1000;
        let mut limits = Limits::default();
        limits.block(700 * DAY + 130_000, "a", 700 * DAY);
        assert!(limits.blocked_at(700 * DAY).is_some());
        assert_eq!(limits.blocked_at(0), None, "the clock is right again");
        limits.block(60_000, "b", 0);
        assert!(limits.blocked_at(0).is_some_and(|(_, why)| why == "b"), "a new pause counts");
        limits.block(i64::MAX, "c", 0);
        assert!(limits.blocked_at(1).is_some() && limits.blocked_at(7 * DAY).is_none());
    }

    #[test]
    fn five_free_failures_in_a_row_leave_one_call_at_a_time_until_one_succeeds() {
        let four = (0..4).fold(Adaptive::default().announced(8), |known, _| known.failed());
        assert_eq!((four.at_once(), four.failed().at_once()), (8, 1));
        assert_eq!(four.failed().succeeded(1).at_once(), 8);
    }
}
