//! Money as the user sees it: the ledger is told whenever it may have changed, and what the user decides on calls
//! that may have been billed is written down.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::{Core, Internal};
use crate::engine::event::{Event, Ledger, Level};
use crate::engine::paid::reconcile::{Reconciled, reconcile};
use crate::store::{AttemptId, Resolution};

/// How long calls that begin or are settled are gathered before the ledger is read: many are told at once.
const GATHERED_FOR: Duration = Duration::from_millis(50);

/// The ledger grows with every call ever made: reading it takes at most this part of the time.
const READING_SHARE: u32 = 20;

/// Calls whose money moved and was not told yet.
#[derive(Debug, Default)]
pub(super) struct Untold {
    /// The ledger is about to be read.
    is_awaited: bool,
    /// How long reading it took the last time.
    last_reading: Duration,
}

impl Core {
    /// A call was sent or settled: budgets and ledger are told together, a moment later, for all calls of that moment.
    pub(super) fn tell_money_soon(&mut self) {
        if std::mem::replace(&mut self.money.untold.is_awaited, true) {
            return;
        }
        let wait = GATHERED_FOR.max(self.money.untold.last_reading * READING_SHARE);
        self.tasks.tell_after(wait, || Internal::TellMoney);
    }

    pub(super) async fn tell_money(&mut self) {
        self.money.untold.is_awaited = false;
        let started = Instant::now();
        self.tell_budgets().await;
        self.tell_ledger().await;
        self.money.untold.last_reading = started.elapsed();
    }

    /// Tells the ledger, unless it is as it was told last.
    pub(super) async fn tell_ledger(&mut self) {
        let journal = &self.studio.store.journal;
        let read = async {
            let (unknown, spend) = (self.studio.store.unknowns().await?, journal.spend().await?);
            Ok(Ledger { unknown, spend, paid: journal.paid_for_jobs().await? })
        };
        match read.await {
            Err(error) => self.ledger_is_unreadable(&error),
            Ok(ledger) if self.money.ledger.as_deref() == Some(&ledger) => {}
            Ok(ledger) => {
                let ledger = Arc::new(ledger);
                self.money.ledger = Some(ledger.clone());
                self.tell(Event::Ledger(ledger));
            }
        }
    }

    fn ledger_is_unreadable(&self, error: &crate::store::StoreError) {
        self.notice(Level::Error, format!("What was spent cannot be read: {error}"), None);
    }

    pub(super) async fn resolve(&mut self, attempt: AttemptId, resolution: Resolution) {
        let call =
            self.money.ledger.as_ref().and_then(|ledger| ledger.unknown.iter().find(|call| call.attempt == attempt));
        let (key, price) = call.map_or((None, String::new()), |call| (Some(call.key), call.price.to_string()));
        let resolved = self.studio.store.resolve(attempt, resolution).await;
        // Where another program decided first, what it decided.
        self.learn(key.into_iter().collect()).await;
        match resolved {
            Ok(()) => {
                let text = match resolution {
                    Resolution::Retry => format!("Call {attempt} may be made again; its {price} stays counted"),
                    Resolution::Drop => format!("Call {attempt} is dropped; its {price} stays counted"),
                };
                self.notice(Level::Info, text, None);
            }
            Err(error) => self.notice(Level::Error, error.to_string(), None),
        }
        self.tell_ledger().await;
    }

    /// Looks the calls in doubt up, beside everything else.
    pub(super) fn start_reconciling(&mut self) {
        let (store, catalogue, internal) =
            (self.studio.store.clone(), self.studio.catalogue.clone(), self.tasks.internal.clone());
        self.tasks.spawn(Internal::Reconciled(Reconciled::cut_short()), async move {
            let _ = internal.send(Internal::Reconciled(reconcile(&store, &catalogue).await));
        });
    }

    pub(super) async fn reconciled(&mut self, reconciled: Reconciled) {
        let (keys, mut campaigns): (Vec<_>, Vec<_>) = reconciled.settled.iter().cloned().unzip();
        self.learn(keys).await;
        campaigns.sort_unstable();
        campaigns.dedup();
        for campaign in campaigns {
            self.publish(&campaign, None);
        }
        self.tell_ledger().await;
        let level = if reconciled.troubles.is_empty() { Level::Info } else { Level::Warning };
        self.notice(level, reconciled.words(), None);
        self.tell(Event::Reconciled);
    }
}
