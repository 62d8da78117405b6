//! `babblecast generate`: makes what is missing of one or more campaigns.

use std::collections::HashSet;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use strum::IntoEnumIterator;

use super::retry::{Retried, RetryUnknown};
use crate::cli::support::context::Context;
use crate::cli::support::exit::{Exit, Failure};
use crate::cli::support::labels::Labels;
use crate::cli::support::on_finish;
use crate::cli::support::output::{print_document, say};
use crate::cli::support::session::{Session, loaded};
use crate::cli::support::submit::{Consent, HOW_TO_DECIDE, make, who};
use crate::cli::support::target::{Target, counted, faults_text, scene, speaker, target};
use crate::domain::{Display, MicroDollars};
use crate::engine::words::part::Part;
use crate::engine::{self, Command, Content, Document, Entry, Obstacle, Quote, Room, RunId, Scope};
use crate::plan::{Job, JobKey, JobState, Mode};

/// Make what is missing, up to the finished video
#[derive(Debug, clap::Args)]
#[command(group = clap::ArgGroup::new("which").required(true).args(["targets", "all"]))]
#[command(after_help = "\
What was made before is never made again. The final is made where a provider's key is set, the free \
draft otherwise.

Examples: babblecast generate monroviaboy_baby_podcast_001
          babblecast generate --all --only portraits,voices
          babblecast generate C --speaker 'Baby 1' --json")]
pub struct Arguments {
    /// Campaigns by id or file
    #[arg(value_name = "C", value_parser = target())]
    targets: Vec<Target>,
    /// Every campaign of the folder
    #[arg(long)]
    all: bool,
    /// Make the free draft even where a key is set
    #[arg(long)]
    draft: bool,
    /// Make only these, and what they are made of; several with commas between them
    #[arg(long, value_name = "WHAT", value_delimiter = ',', value_parser = part())]
    only: Vec<Part>,
    /// Make only what this baby needs
    #[arg(long, value_name = "NAME")]
    speaker: Option<String>,
    /// Make only what this scene needs; the first is 1
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    scene: Option<u32>,
    /// Put a card in the place of a scene that cannot be made
    #[arg(long)]
    allow_missing: bool,
    /// Make calls again that may have been billed: never, all, or max-usd=X
    #[arg(long, value_name = "WHICH", default_value = "never")]
    retry_unknown: RetryUnknown,
    #[command(flatten)]
    consent: Consent,
}

/// Reads a part by its name.
fn part() -> impl TypedValueParser<Value = Part> {
    PossibleValuesParser::new(Part::iter().map(Part::name)).try_map(|name| name.parse::<Part>())
}

/// One campaign and the part of it that is asked for.
struct Order {
    entry: std::sync::Arc<Entry>,
    scope: Scope,
}

pub fn run(arguments: &Arguments, context: &Context) -> Result<Exit, Failure> {
    let mut session = context.open_to_make(&arguments.targets, arguments.consent.cap, arguments.draft)?;
    let mode = if arguments.draft { Mode::Draft } else { session.usual_mode() };
    let (orders, broken) = orders(arguments, &session)?;
    let mut exit = Exit::Done;
    for entry in broken {
        exit = exit.max(Exit::Wrong);
        tell_broken(context, &entry, mode)?;
    }
    let retried = arguments.retry_unknown.pick(session.ledger(), &keys(&orders, mode)?);
    let quote = quote(&session, &orders, mode, &retried)?;
    say(&who(&context.config, session.library(), mode));
    if quote.waits_for_decisions() {
        let calls = counted(quote.held, "call");
        say(&format!("Nothing can be made: decide {calls} first ({HOW_TO_DECIDE})."));
    }
    if mode == Mode::Final {
        session.library().warnings.iter().for_each(|warning| say(&format!("warning: {}", warning.as_str().display())));
    }
    let room = room(&session, &orders)?;
    let consent = arguments.consent.require(&quote, &room, &session, context.config.caps.run.value)?;
    retried.decide(&mut session)?;
    for order in orders {
        if session.was_interrupted() {
            break;
        }
        exit = exit.max(generate(context, &mut session, mode, order, consent)?);
    }
    if session.was_interrupted() {
        exit = Exit::Interrupted;
    }
    session.close()?;
    Ok(exit)
}

/// What is asked for, and the broken campaigns that `--all` came upon. One that was named must be whole.
fn orders(arguments: &Arguments, session: &Session) -> Result<(Vec<Order>, Vec<std::sync::Arc<Entry>>), Failure> {
    let (good, broken): (Vec<_>, Vec<_>) = if arguments.all {
        session.library().entries.iter().cloned().partition(|entry| matches!(entry.content, Content::Good(_)))
    } else {
        let named = arguments.targets.iter().map(|target| session.good_entry(target));
        (named.collect::<Result<_, _>>()?, Vec::new())
    };
    if good.is_empty() && broken.is_empty() {
        return Err(Failure::wrong("There is no campaign here yet. `babblecast new NAME` makes a first one."));
    }
    let orders = good.into_iter().map(|entry| {
        let campaign = &loaded(&entry)?.campaign;
        let scope = Scope {
            products: arguments.only.iter().flat_map(|only| only.products()).copied().collect(),
            allow_missing: arguments.allow_missing,
            speaker: arguments.speaker.as_deref().map(|name| speaker(campaign, name)).transpose()?,
            scene: arguments.scene.map(|number| scene(campaign, number)).transpose()?,
            ..Scope::default()
        };
        Ok(Order { entry, scope })
    });
    Ok((orders.collect::<Result<_, Failure>>()?, broken))
}

impl Order {
    fn jobs(&self, mode: Mode) -> Result<impl Iterator<Item = &Job>, Failure> {
        let graph = loaded(&self.entry)?.graph(mode);
        Ok(graph.map(|graph| self.scope.jobs(graph)).unwrap_or_default().into_iter())
    }
}

fn keys(orders: &[Order], mode: Mode) -> Result<HashSet<JobKey>, Failure> {
    let mut keys = HashSet::new();
    for order in orders {
        keys.extend(order.jobs(mode)?.map(|job| job.key));
    }
    Ok(keys)
}

/// What this run will make and buy: what is missing, without the calls in doubt that are not made again.
fn quote(session: &Session, orders: &[Order], mode: Mode, retried: &Retried) -> Result<Quote, Failure> {
    let absent = &session.library().absent;
    let obstacle = |job: &Job| match session.state(job.key) {
        JobState::Held(_) if !retried.has(job.key) => Obstacle::Held,
        _ if absent.contains_key(&job.request.provider()) => Obstacle::Absent,
        _ => Obstacle::None,
    };
    let mut quote = Quote::default();
    for order in orders {
        quote =
            quote.and(&Quote::of(order.jobs(mode)?, |key| session.state(key), obstacle, &session.library().charged));
    }
    Ok(quote)
}

/// What the caps leave; a campaign's own counts where only one is asked for.
fn room(session: &Session, orders: &[Order]) -> Result<Room, Failure> {
    let used = match orders {
        [order] => session.ledger().used_by(&loaded(&order.entry)?.campaign.id),
        _ => MicroDollars::ZERO,
    };
    Ok(Room::of(session.budgets(), used))
}

fn generate(
    context: &Context,
    session: &mut Session,
    mode: Mode,
    order: Order,
    consent: engine::Consent,
) -> Result<Exit, Failure> {
    let loaded = loaded(&order.entry)?;
    let (run, labels) = (RunId::random(), Labels::of(loaded, mode));
    let command = Command::Generate { run, campaign: loaded.campaign.id.clone(), mode, scope: order.scope, consent };
    let finished = make(context, session, labels, run, command)?;
    let document = finished.document(session, &order.entry)?;
    context.output.answer(&document, || format!("{}: {}", document.campaign_id, document.message.display()))?;
    let program = context.config.on_finish.value.as_deref().unwrap_or_default();
    if let Some(warning) = on_finish::run(program, &document, false) {
        say(&format!("warning: {warning}"));
    }
    Ok(finished.exit())
}

fn tell_broken(context: &Context, entry: &Entry, mode: Mode) -> Result<(), Failure> {
    let Content::Broken(faults) = &entry.content else { return Ok(()) };
    let message = format!("{} to fix first", counted(faults.len(), "fault"));
    say(&faults_text(&entry.path, faults));
    say(&format!("{}: {message}.", entry.name.display()));
    if context.output.json { print_document(&Document::of_nothing(entry.name.clone(), mode, message)) } else { Ok(()) }
}
