//! `babblecast spend`: what was paid, what may have been, and what the cache saved.

use std::collections::BTreeMap;
use std::sync::Arc;

use clap::ValueEnum;
use serde_json::{Value, json};

use crate::cli::support::context::Context;
use crate::cli::support::exit::{Exit, Failure};
use crate::cli::support::session::{Happening, Session};
use crate::cli::support::table::{Column, Table};
use crate::domain::MicroDollars;
use crate::domain::money::column;
use crate::engine::words::quote::of_cap;
use crate::engine::{Amounts, Call, Calls, Campaigns, Command, Event, Level, Spend, SpendLine};
use crate::plan::Product;

/// Show what was spent, by campaign, provider and day
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Days are those of UTC. Calls that may have been billed stay counted, whatever was decided on them.

Examples: babblecast spend
          babblecast spend --by campaign --json
          babblecast spend --calls")]
pub struct Arguments {
    /// Sum up by this alone
    #[arg(long, value_name = "WHAT")]
    by: Option<By>,
    /// List the single calls instead, newest first
    #[arg(long, conflicts_with = "by")]
    calls: bool,
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
            By::Provider => line.provider.to_string(),
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
    let mut session = Session::open(context.engine_settings(Campaigns::Files(Vec::new())))?;
    if arguments.calls {
        let calls = read_calls(&mut session)?;
        context.output.answer(&calls_document(&calls), || calls_words(&calls, context.output.width))?;
        session.close()?;
        return Ok(Exit::Done);
    }
    let spend = &session.ledger().spend;
    let month = of_cap(&session.budgets().month);
    context.output.answer(&document(spend), || {
        format!("{}\n\nThis month: {month}", words(spend, arguments.by, context.output.width))
    })?;
    session.close()?;
    Ok(Exit::Done)
}

fn read_calls(session: &mut Session) -> Result<Arc<Calls>, Failure> {
    session.send(Command::Calls)?;
    loop {
        match session.next()? {
            Happening::Interrupted => return Err(Failure::interrupted()),
            Happening::Event(Event::Calls(calls)) => return Ok(calls),
            Happening::Event(Event::Notice(notice)) if notice.level == Level::Error => {
                return Err(Failure::wrong(notice.text));
            }
            Happening::Event(_) => {}
        }
    }
}

fn calls_document(calls: &Calls) -> Value {
    let told: Vec<Value> = calls.calls.iter().map(call_document).collect();
    json!({"calls": told, "older_calls": calls.older})
}

fn call_document(call: &Call) -> Value {
    json!({
        "id": call.attempt.0, "campaign_id": call.campaign, "provider": call.provider, "model": call.model,
        "product": call.product, "speaker": call.speaker, "scene_index": call.scene, "state": call.state.name(),
        "estimated_usd": call.estimate.dollars(), "price_usd": call.price.dollars(), "sent_at": sent_at(call),
        "provider_request_id": call.request_id, "reason": call.why,
    })
}

/// `2026-11-22T21:40:00Z`
fn sent_at(call: &Call) -> String {
    let at = jiff::Timestamp::from_millisecond(call.sent_at);
    at.map(|at| at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()).unwrap_or_default()
}

fn calls_words(calls: &Calls, width: Option<usize>) -> String {
    if calls.calls.is_empty() {
        return "No call was ever made. Drafts are free.".to_owned();
    }
    let mut table = Table::new([
        Column::left("sent"),
        Column::giving_way("what for"),
        Column::left("model"),
        Column::right("estimate"),
        Column::right("paid"),
        Column::left("state"),
        Column::giving_way("provider's id"),
    ]);
    for call in &calls.calls {
        let product = call.product.map_or("a call", Product::name);
        let scene = call.scene.map(|scene| format!(" of scene {}", scene + 1)).unwrap_or_default();
        let speaker = call.speaker.as_ref().map(|speaker| format!(", {speaker}")).unwrap_or_default();
        let what = format!("{}: {product}{scene}{speaker}", call.campaign);
        let (estimate, price) = (call.estimate.to_string(), call.price.to_string());
        table.row([
            sent_at(call).as_str(),
            &what,
            call.model.as_deref().unwrap_or("–"),
            &estimate,
            &price,
            call.state.name(),
            call.request_id.as_deref().unwrap_or("–"),
        ]);
    }
    let older = if calls.older > 0 { format!("\n\n{} older calls are not listed", calls.older) } else { String::new() };
    format!("{}{older}", table.render(width))
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
    let rows: Vec<(String, Amounts)> = match by {
        Some(by) => sums(spend, by).into_iter().collect(),
        None => {
            let name = |line: &SpendLine| format!("{}  {}  {}", line.day, line.campaign, line.provider);
            spend.lines.iter().map(|line| (name(line), line.amounts)).collect()
        }
    };
    let amounts: [fn(&Amounts) -> MicroDollars; 4] = [
        |amounts| amounts.paid,
        |amounts| amounts.unknown,
        |amounts| amounts.reserved,
        |amounts| amounts.saved_by_cache,
    ];
    let shown = amounts.map(|amount| column(&rows.iter().map(|(_, amounts)| amount(amounts)).collect::<Vec<_>>()));
    let mut table = Table::new(columns(by.map_or("day, campaign, provider", By::name)));
    for (number, (name, _)) in rows.iter().enumerate() {
        let cells = shown.each_ref().map(|(rows, _)| rows[number].as_str());
        table.row([name, cells[0], cells[1], cells[2], cells[3]]);
    }
    let sums = shown.each_ref().map(|(_, sum)| sum.as_str());
    table.row(["all", sums[0], sums[1], sums[2], sums[3]]);
    table.render(width)
}
