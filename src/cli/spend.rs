//! `babblecast spend`: what was paid, what may have been, and what the cache saved.

use std::collections::BTreeMap;

use clap::ValueEnum;
use serde_json::{Value, json};

use super::context::Context;
use super::exit::{Exit, Failure};
use super::session::Session;
use super::table::{Column, Table};
use crate::engine::{Amounts, Campaigns, Spend, SpendLine};

/// Show what was spent, by campaign, provider and day
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Days are those of UTC. Calls that may have been billed stay counted, whatever was decided on them.

Examples: babblecast spend
          babblecast spend --by campaign --json")]
pub struct Arguments {
    /// Sum up by this alone
    #[arg(long, value_name = "WHAT")]
    by: Option<By>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum By {
    Campaign,
    Provider,
    Day,
}

impl By {
    fn of(self, line: &SpendLine) -> String {
        match self {
            By::Campaign => line.campaign.to_string(),
            By::Provider => line.provider.clone(),
            By::Day => line.day.clone(),
        }
    }

    fn name(self) -> &'static str {
        match self {
            By::Campaign => "campaign",
            By::Provider => "provider",
            By::Day => "day",
        }
    }
}

pub fn run(arguments: &Arguments, context: &Context) -> Result<Exit, Failure> {
    let session = Session::open(context.engine_settings(Campaigns::Files(Vec::new())))?;
    let spend = &session.ledger.spend;
    context.output.answer(&document(spend), || words(spend, arguments.by, context.output.width))?;
    session.close()?;
    Ok(Exit::Done)
}

fn sums(spend: &Spend, by: By) -> BTreeMap<String, Amounts> {
    let mut sums: BTreeMap<String, Amounts> = BTreeMap::new();
    for line in &spend.lines {
        *sums.entry(by.of(line)).or_default() += line.amounts;
    }
    sums
}

fn document(spend: &Spend) -> Value {
    let lines: Vec<Value> = spend
        .lines
        .iter()
        .map(|line| {
            let mut document = amounts_document(&line.amounts);
            document["campaign_id"] = json!(line.campaign);
            document["provider"] = json!(line.provider);
            document["day"] = json!(line.day);
            document
        })
        .collect();
    let by = |by| -> BTreeMap<String, Value> {
        sums(spend, by).iter().map(|(name, amounts)| (name.clone(), amounts_document(amounts))).collect()
    };
    json!({
        "total": amounts_document(&spend.total()), "lines": lines,
        "by_campaign": by(By::Campaign), "by_provider": by(By::Provider), "by_day": by(By::Day),
    })
}

/// In US dollars.
pub fn amounts_document(amounts: &Amounts) -> Value {
    json!({
        "paid_usd": amounts.paid.dollars(), "in_flight_usd": amounts.reserved.dollars(),
        "unknown_usd": amounts.unknown.dollars(), "saved_by_cache_usd": amounts.saved_by_cache.dollars(),
    })
}

fn words(spend: &Spend, by: Option<By>, width: Option<usize>) -> String {
    if spend.lines.is_empty() {
        return "Nothing was spent. Drafts are free.".to_owned();
    }
    let columns = |name| {
        [
            Column::giving_way(name),
            Column::right("paid"),
            Column::right("maybe billed"),
            Column::right("in flight"),
            Column::right("saved by cache"),
        ]
    };
    let mut table = Table::new(columns(by.map_or("day, campaign, provider", By::name)));
    let mut row = |name: &str, amounts: &Amounts| {
        let Amounts { paid, reserved, unknown, saved_by_cache } = amounts;
        let amounts = [paid, unknown, reserved, saved_by_cache]
            .map(|amount| if amount.is_zero() { "–".to_owned() } else { amount.to_string() });
        table.row([name, &amounts[0], &amounts[1], &amounts[2], &amounts[3]]);
    };
    match by {
        Some(by) => sums(spend, by).iter().for_each(|(name, amounts)| row(name, amounts)),
        None => {
            for line in &spend.lines {
                row(&format!("{}  {}  {}", line.day, line.campaign, line.provider), &line.amounts);
            }
        }
    }
    row("all", &spend.total());
    table.render(width)
}
