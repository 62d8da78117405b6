//! The runs that this studio began, for the time when the user leaves before they end: what is left of each, and how much of
//! what was agreed to pay. Pure.

use std::collections::HashMap;

use crate::domain::{CampaignId, MicroDollars};
use crate::engine::{Consent, RunEnded, RunId, Scope};
use crate::plan::Mode;
use crate::tui::app::ending::Unfinished;
use crate::tui::facts::{Campaign, Facts};

/// What runs were asked for, and what is left of those that were cut short.
#[derive(Debug, Default)]
pub(super) struct HandingOver {
    begun: HashMap<RunId, Unfinished>,
    /// The user wants them to go on.
    is_wanted: bool,
    left: Vec<Unfinished>,
}

impl HandingOver {
    pub(super) fn began(&mut self, run: RunId, asked: Unfinished) {
        self.begun.insert(run, asked);
    }

    /// The user leaves, and what runs is to go on.
    pub(super) fn want(&mut self) {
        self.is_wanted = true;
    }

    /// A run has ended; one that was cut short is left over, with what it has not spent. A call that may have been billed
    /// counts as spent.
    pub(super) fn ended(&mut self, ended: &RunEnded) {
        let Some(asked) = self.begun.remove(&ended.run) else { return };
        if !self.is_wanted || ended.cancelled == 0 {
            return;
        }
        let spent = MicroDollars::from_dollars(ended.cost.paid_usd + ended.cost.unknown_usd);
        let agreed = asked.agreed.map(|agreed| MicroDollars(agreed.0.saturating_sub(spent.0)));
        self.left.push(Unfinished { agreed, ..asked });
    }

    /// What is to go on.
    pub(super) fn take(&mut self) -> Vec<Unfinished> {
        std::mem::take(&mut self.left)
    }
}

/// What a run is asked for, in words that another program understands.
pub(super) fn asked(facts: &Facts, campaign: &CampaignId, mode: Mode, scope: &Scope, consent: Consent) -> Unfinished {
    let loaded = facts.campaign(campaign).and_then(Campaign::loaded);
    let name = |speaker| loaded.map(|loaded| loaded.campaign.profile(speaker).speaker.clone());
    Unfinished {
        campaign: campaign.clone(),
        mode,
        products: scope.products.clone(),
        speaker: scope.speaker.and_then(name),
        scene: scope.scene,
        allow_missing: scope.allow_missing,
        agreed: match consent {
            Consent::FreeOnly => None,
            Consent::UpTo(agreed) => Some(agreed),
        },
    }
}
