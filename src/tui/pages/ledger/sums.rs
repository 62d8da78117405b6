//! What was spent, summed up in one of several ways. The sums are those of the journal whatever way is chosen: what the
//! calls that are known do not account for has a row of its own. Pure.

use std::collections::BTreeMap;

use strum::IntoEnumIterator;

use crate::domain::{CampaignId, Display};
use crate::engine::{Amounts, AttemptState, Call, Calls, Spend};
use crate::plan::ProviderId;

/// How the page sums up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, strum::EnumIter)]
pub(super) enum By {
    /// A line for each day, campaign and provider.
    #[default]
    Day,
    Campaign,
    Provider,
    Model,
    /// No sums: every call.
    Call,
}

impl By {
    pub fn name(self) -> &'static str {
        match self {
            By::Day => "day",
            By::Campaign => "campaign",
            By::Provider => "provider",
            By::Model => "model",
            By::Call => "call",
        }
    }

    /// The next way, and behind the last one the first.
    pub fn next(self) -> Self {
        By::iter().skip_while(|by| *by != self).nth(1).unwrap_or_default()
    }
}

/// What a row sums up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Of {
    Day(String, CampaignId, ProviderId),
    Campaign(CampaignId),
    Provider(ProviderId),
    Model(ProviderId, String),
    /// What no call that is known accounts for.
    Rest,
}

impl Of {
    pub fn name(&self) -> String {
        let name = match self {
            Of::Day(day, campaign, provider) => format!("{day}  {campaign} · {provider}"),
            Of::Campaign(campaign) => campaign.to_string(),
            Of::Provider(provider) => provider.to_string(),
            Of::Model(provider, model) => format!("{model} · {provider}"),
            Of::Rest => "older calls and what was saved".to_owned(),
        };
        name.display().to_string()
    }

    /// Whether a call is one of those that are summed up here.
    pub fn has(&self, call: &Call) -> bool {
        match self {
            Of::Day(day, campaign, provider) => {
                call.campaign == *campaign && call.provider == *provider && day_of(call.sent_at) == *day
            }
            Of::Campaign(campaign) => call.campaign == *campaign,
            Of::Provider(provider) => call.provider == *provider,
            Of::Model(provider, model) => call.provider == *provider && model_of(call) == *model,
            Of::Rest => false,
        }
    }
}

/// A row and its sums.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Sum {
    pub of: Of,
    pub amounts: Amounts,
}

/// All that was spent in one way; what cost most comes first, of days the newest.
pub(super) fn sums(by: By, spend: &Spend, calls: Option<&Calls>) -> Vec<Sum> {
    let lines = spend.lines.iter();
    match by {
        By::Call => Vec::new(),
        By::Day => {
            let of = |line: &crate::engine::SpendLine| Of::Day(line.day.clone(), line.campaign.clone(), line.provider);
            lines.rev().map(|line| Sum { of: of(line), amounts: line.amounts }).collect()
        }
        By::Campaign => {
            added(lines.map(|line| (line.campaign.to_string(), Of::Campaign(line.campaign.clone()), line.amounts)))
        }
        By::Provider => added(lines.map(|line| (line.provider.to_string(), Of::Provider(line.provider), line.amounts))),
        By::Model => {
            let known = calls.map(|calls| calls.calls.as_slice()).unwrap_or_default().iter();
            let of = |call: &Call| Of::Model(call.provider, model_of(call));
            let mut sums = added(known.map(|call| (of(call).name(), of(call), amounts_of(call))));
            let mut told = Amounts::default();
            for sum in &sums {
                told += sum.amounts;
            }
            let rest = without(spend.total(), told);
            sums.extend((rest != Amounts::default()).then_some(Sum { of: Of::Rest, amounts: rest }));
            sums
        }
    }
}

fn added(rows: impl Iterator<Item = (String, Of, Amounts)>) -> Vec<Sum> {
    let mut sums: BTreeMap<String, Sum> = BTreeMap::new();
    for (name, of, amounts) in rows {
        sums.entry(name).or_insert(Sum { of, amounts: Amounts::default() }).amounts += amounts;
    }
    let mut sums: Vec<Sum> = sums.into_values().collect();
    sums.sort_by_key(|sum| std::cmp::Reverse(used(&sum.amounts)));
    sums
}

/// What counts against a cap.
pub(super) fn used(amounts: &Amounts) -> u64 {
    (amounts.paid + amounts.reserved + amounts.unknown).0
}

/// What a call counts, in the column where it counts.
pub(super) fn amounts_of(call: &Call) -> Amounts {
    let price = call.price;
    match call.state {
        AttemptState::Paid => Amounts { paid: price, ..Amounts::default() },
        AttemptState::Sent => Amounts { reserved: price, ..Amounts::default() },
        AttemptState::Unknown | AttemptState::Resolved => Amounts { unknown: price, ..Amounts::default() },
        AttemptState::FreeFail => Amounts::default(),
    }
}

fn without(all: Amounts, told: Amounts) -> Amounts {
    use crate::domain::MicroDollars;
    let less = |all: MicroDollars, told: MicroDollars| MicroDollars(all.0.saturating_sub(told.0));
    Amounts {
        paid: less(all.paid, told.paid),
        reserved: less(all.reserved, told.reserved),
        unknown: less(all.unknown, told.unknown),
        saved_by_cache: less(all.saved_by_cache, told.saved_by_cache),
    }
}

fn model_of(call: &Call) -> String {
    call.model.clone().unwrap_or_else(|| "model unknown".to_owned())
}

/// `2026-11-22`, in UTC as the ledger has it.
fn day_of(sent_at: i64) -> String {
    jiff::Timestamp::from_millisecond(sent_at).map(|at| at.strftime("%Y-%m-%d").to_string()).unwrap_or_default()
}
