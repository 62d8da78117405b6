//! Money as the user sees it: the ledger is told whenever it may have changed, and what the user decides on calls
//! that may have been billed is written down.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::spending::budgets;
use super::{Core, Internal};
use crate::engine::event::{Budgets, Event, Ledger, Level};
use crate::engine::paid::reconcile::{Reconciled, reconcile};
use crate::store::{AttemptId, Resolution, Store, StoreError};

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
    /// How often it was read at once, which is newer than what was being read beside that.
    read_at_once: u64,
}

/// Budgets and ledger as they were read beside everything else.
pub struct MoneyRead {
    budgets: Result<Budgets, StoreError>,
    ledger: Result<Ledger, StoreError>,
    took: Duration,
    /// As in [`Untold`], when the reading began.
    read_at_once: u64,
}

impl Untold {
    /// What is being read beside this is older than what is read now.
    pub(super) fn read_at_once(&mut self) {
        self.read_at_once += 1;
    }
}

impl Core {
    /// A call was sent or settled: budgets and ledger are told together, a moment later, for all calls of that moment.
    pub(super) fn tell_money_soon(&mut self) {
        if std::mem::replace(&mut self.money.untold.is_awaited, true) {
            return;
        }
        let wait = GATHERED_FOR.max(self.money.untold.last_reading * READING_SHARE);
        self.tasks.tell_after(wait, || Internal::ReadMoney);
    }

    /// Reads budgets and ledger beside everything else: both grow with every call ever made.
    pub(super) fn read_money(&mut self) {
        let (store, terms) = (self.studio.store.clone(), self.terms_of_budgets());
        let (internal, read_at_once) = (self.tasks.internal.clone(), self.money.untold.read_at_once);
        self.tasks.spawn(Internal::MoneyRead(None), async move {
            let started = Instant::now();
            let (budgets, ledger) = (budgets(&store.journal, terms).await, read_ledger(&store).await);
            let read = MoneyRead { budgets, ledger, took: started.elapsed(), read_at_once };
            let _ = internal.send(Internal::MoneyRead(Some(Box::new(read))));
        });
    }

    /// `None` where the reading panicked.
    pub(super) fn money_read(&mut self, read: Option<MoneyRead>) {
        self.money.untold.is_awaited = false;
        let Some(MoneyRead { budgets, ledger, took, read_at_once }) = read else { return };
        self.money.untold.last_reading = took;
        if read_at_once != self.money.untold.read_at_once {
            return self.tell_money_soon();
        }
        self.tell_these_budgets(budgets);
        self.tell_this_ledger(ledger);
    }

    /// Reads the ledger at once and tells it, unless it is as it was told last.
    pub(super) async fn tell_ledger(&mut self) {
        self.money.untold.read_at_once();
        let ledger = read_ledger(&self.studio.store).await;
        self.tell_this_ledger(ledger);
    }

    fn tell_this_ledger(&mut self, ledger: Result<Ledger, StoreError>) {
        match ledger {
            Err(error) => self.ledger_is_unreadable(&error),
            Ok(ledger) if self.money.ledger.as_deref() == Some(&ledger) => {}
            Ok(ledger) => {
                let ledger = Arc::new(ledger);
                self.money.ledger = Some(ledger.clone());
                self.tell(Event::Ledger(ledger));
                self.read_calls();
            }
        }
    }

    fn ledger_is_unreadable(&self, error: &StoreError) {
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

async fn read_ledger(store: &Store) -> Result<Ledger, StoreError> {
    let (unknown, spend) = (store.unknowns().await?, store.journal.spend().await?);
    Ok(Ledger { unknown, spend, paid: store.journal.paid_for_jobs().await? })
}
