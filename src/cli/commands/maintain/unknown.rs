//! `babblecast unknown`: calls that may have been billed. Lists them, writes down what the user decides, and asks the
//! providers that keep records.

use serde_json::{Value, json};

use crate::cli::support::context::Context;
use crate::cli::support::exit::{Exit, Failure, sentence};
use crate::cli::support::output::say;
use crate::cli::support::session::{Happening, Session};
use crate::cli::support::table::{Column, Table};
use crate::cli::support::target::counted;
use crate::domain::money::column;
use crate::domain::{Display, MicroDollars};
use crate::engine::{AttemptId, Campaigns, Command, Event, Ledger, Level, Resolution, UnknownCall};

/// List the calls that may have been billed, and decide on them
#[derive(Debug, clap::Args)]
#[command(after_help = "\
A call that was cut off may have been billed although nothing came of it. It counts against every cap and \
is never sent again by itself. --retry lets the next generate make it again, which is billed again; --drop \
gives it up. Either way its price stays counted. --reconcile asks ElevenLabs, which keeps what it made.

Examples: babblecast unknown
          babblecast unknown --reconcile
          babblecast unknown --retry 3 --drop 5")]
pub struct Arguments {
    /// Let the call with this number be made again
    #[arg(long, value_name = "ID")]
    retry: Vec<i64>,
    /// Give the call with this number up
    #[arg(long, value_name = "ID")]
    drop: Vec<i64>,
    /// Look the calls up in the provider's own records; costs nothing
    #[arg(long)]
    reconcile: bool,
}

pub fn run(arguments: &Arguments, context: &Context) -> Result<Exit, Failure> {
    // What is found out is put among the files for people, where the campaign is at hand.
    let campaigns = if arguments.reconcile { context.folder()? } else { Campaigns::Files(Vec::new()) };
    let mut session = Session::open(context.engine_settings(campaigns))?;
    if arguments.reconcile {
        reconcile(&mut session)?;
    }
    let decisions = [(&arguments.retry, Resolution::Retry), (&arguments.drop, Resolution::Drop)];
    for (attempts, resolution) in decisions {
        for attempt in attempts {
            say(&sentence(resolve(&mut session, AttemptId(*attempt), resolution)?));
        }
    }
    let ledger = session.ledger().clone();
    context.output.answer(&document(&ledger), || words(&ledger, context.output.width))?;
    session.close()?;
    Ok(Exit::Done)
}

/// Writes a decision down; answers with what that means.
pub fn resolve(session: &mut Session, attempt: AttemptId, resolution: Resolution) -> Result<String, Failure> {
    session.send(Command::Resolve { attempt, resolution })?;
    let mut told = None;
    loop {
        match session.next()? {
            Happening::Interrupted => return Err(Failure::interrupted()),
            Happening::Event(Event::Notice(notice)) if notice.level == Level::Error => {
                return Err(Failure::wrong(sentence(notice.text)));
            }
            Happening::Event(Event::Notice(notice)) => told = Some(notice.text),
            Happening::Event(Event::Ledger(_)) => return Ok(told.unwrap_or_default()),
            Happening::Event(_) => {}
        }
    }
}

fn reconcile(session: &mut Session) -> Result<(), Failure> {
    session.send(Command::Reconcile)?;
    loop {
        match session.next()? {
            Happening::Interrupted => return Err(Failure::interrupted()),
            Happening::Event(Event::Notice(notice)) => say(&sentence(notice.text)),
            Happening::Event(Event::Reconciled) => return Ok(()),
            Happening::Event(_) => {}
        }
    }
}

/// What the morning report tells too.
pub fn document(ledger: &Ledger) -> Value {
    let calls: Vec<Value> = ledger.unknown.iter().map(call_document).collect();
    json!({"unknown": calls, "unknown_usd": ledger.unknown_price().dollars()})
}

fn call_document(call: &UnknownCall) -> Value {
    json!({
        "id": call.attempt.0, "price_usd": call.price.dollars(), "sent_at": call.sent_on, "key": call.key,
        "campaign_id": call.campaign, "speaker": call.speaker, "scene_index": call.scene,
        "provider": call.provider, "reason": call.why, "reply_file": call.quarantined,
    })
}

/// The list, and what can be done.
pub fn words(ledger: &Ledger, width: Option<usize>) -> String {
    if ledger.unknown.is_empty() {
        return "No call is in doubt: everything sent is known to be paid or free.".to_owned();
    }
    let mut table = Table::new([
        Column::right("id"),
        Column::right("price"),
        Column::left("sent (UTC)"),
        Column::left("for"),
        Column::left("provider"),
        Column::giving_way("why"),
    ]);
    let prices: Vec<MicroDollars> = ledger.unknown.iter().map(|call| call.price).collect();
    let (prices, total) = column(&prices);
    for (call, price) in ledger.unknown.iter().zip(&prices) {
        let (id, sent) = (call.attempt.to_string(), call.sent_on.replace(['T', 'Z'], " "));
        table.row([&id, price, sent.trim(), &whom(call), call.provider.name(), &call.why]);
    }
    format!(
        "{} may have been billed, {total} together:\n\n{}\n\nMake one again: babblecast unknown --retry ID (billed \
         again); give it up: --drop ID; ask ElevenLabs: --reconcile",
        counted(ledger.unknown.len(), "call"),
        table.render(width),
    )
}

/// `naps, scene 3 (Baby 2)`.
fn whom(call: &UnknownCall) -> String {
    let speaker = call.speaker.as_deref().unwrap_or_default().display();
    match (call.scene, &call.speaker) {
        (Some(scene), _) => format!("{}, scene {} ({speaker})", call.campaign, scene + 1),
        (None, Some(_)) => format!("{}, face of {speaker}", call.campaign),
        (None, None) => call.campaign.to_string(),
    }
}
