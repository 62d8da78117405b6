//! What was spent, for views and documents: read from the ledger and told when it changes. Decides nothing: every cap is
//! held by the store, in the transaction that begins a call.

use super::Core;
use crate::domain::MicroDollars;
use crate::engine::event::{Budget, Budgets, Event, Level};
use crate::engine::run::Run;
use crate::plan::RunId;
use crate::store::{Amounts, Caps, Journal, Result, Scope};

/// What budgets are read for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Terms {
    run: Option<(RunId, Option<MicroDollars>)>,
    caps: Caps,
}

/// What is known of the money.
#[derive(Debug, Default)]
pub(super) struct Spending {
    /// The newest paid run and its cap.
    pub(super) run: Option<(RunId, Option<MicroDollars>)>,
    told: Option<Budgets>,
}

impl Core {
    /// Tells what was spent, when it is not what was told before.
    pub(super) async fn tell_budgets(&mut self) {
        self.money.untold.read_at_once();
        let budgets = budgets(&self.studio.store.journal, self.terms_of_budgets()).await;
        self.tell_these_budgets(budgets);
    }

    pub(super) fn tell_these_budgets(&mut self, budgets: Result<Budgets>) {
        match budgets {
            Ok(budgets) if self.money.spending.told == Some(budgets) => {}
            Ok(budgets) => {
                self.money.spending.told = Some(budgets);
                self.tell(Event::Budgets(budgets));
            }
            Err(error) => tracing::warn!(%error, "what was spent cannot be read"),
        }
    }

    pub(super) fn terms_of_budgets(&self) -> Terms {
        Terms { run: self.money.spending.run, caps: self.studio.shelf.settings.caps }
    }

    pub(super) async fn spent_by(&self, run: &Run) -> Amounts {
        match self.studio.store.journal.spend_of(run.id).await {
            Ok(amounts) => amounts,
            Err(error) => {
                self.notice(Level::Warning, format!("What the run cost is not known: {error}"), None);
                Amounts::default()
            }
        }
    }
}

/// What was spent of each budget.
pub(super) async fn budgets(journal: &Journal, Terms { run, caps }: Terms) -> Result<Budgets> {
    let run = match run {
        Some((run, cap)) => Some(Budget { used: journal.used(Scope::Run(run)).await?, cap }),
        None => None,
    };
    let month = Budget { used: journal.used(Scope::Month).await?, cap: caps.month };
    Ok(Budgets { run, run_cap: caps.run, campaign_cap: caps.campaign, month })
}
