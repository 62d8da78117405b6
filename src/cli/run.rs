//! From arguments to an exit code: hands over to the command and tells what went wrong.

use super::arguments::{Arguments, Command, command_line};
use super::commands::inspect::{check, explain, lint, list, plan, preview, show, spend, status, verify_mark};
#[cfg(feature = "farm")]
use super::commands::maintain::farm;
use super::commands::maintain::{doctor, optimize, prune, unknown, verify};
use super::commands::make::{cast, edit, generate, import, photo, regenerate, say as say_line, studio, takes, write};
use super::commands::setup::{completions, config, man, new, voices};
#[cfg(feature = "farm")]
use super::commands::share::worker;
use super::commands::share::{export, mcp, pack, post, serve, unpack};
use super::support::context::Context;
use super::support::exit::{Exit, Failure};
use super::support::output::{Output, print_document, say, write_all};

/// Does what the command line asks for.
pub fn run(arguments: &Arguments) -> Exit {
    let output = Output::new(arguments.flags.json);
    match perform(arguments, output) {
        Ok(exit) => exit,
        Err(failure) => {
            say(&failure);
            if output.json && print_document(&failure.document()).is_err() {
                return failure.exit.max(Exit::Unable);
            }
            failure.exit
        }
    }
}

fn perform(arguments: &Arguments, output: Output) -> Result<Exit, Failure> {
    // What needs no settings works with broken ones too: a shell reads its completions at every start.
    let settings = || Context::load(&arguments.flags, output);
    let studio = || Context::load(&arguments.flags, output).map(Context::with_log);
    let Some(command) = &arguments.command else { return studio::run(&studio()?) };
    match command {
        Command::Generate(arguments) => generate::run(arguments, &studio()?),
        Command::Regenerate(arguments) => regenerate::run(arguments, &studio()?),
        Command::Import(arguments) => import::run(arguments, &studio()?),
        Command::Takes(arguments) => takes::run(arguments, &studio()?),
        Command::Voices(arguments) => voices::run(arguments, &studio()?),
        Command::Edit(arguments) => edit::run(arguments, &studio()?),
        Command::Cast(arguments) => cast::run(arguments, &studio()?),
        Command::New(arguments) => new::run(arguments, &studio()?),
        Command::List(arguments) => list::run(arguments, &studio()?),
        Command::Status(arguments) => status::run(arguments, &studio()?),
        Command::Plan(arguments) => plan::run(arguments, &studio()?),
        Command::Explain(arguments) => explain::run(arguments, &studio()?),
        Command::Serve(arguments) => serve::run(arguments, &studio()?),
        Command::Mcp(arguments) => mcp::run(arguments, &studio()?),
        #[cfg(feature = "farm")]
        Command::Worker(arguments) => worker::run(arguments, &settings()?),
        Command::Export(arguments) => export::run(arguments, &studio()?),
        Command::Post(arguments) => post::run(arguments, &studio()?),
        Command::Pack(arguments) => pack::run(arguments, &studio()?),
        Command::Unpack(arguments) => unpack::run(arguments, &studio()?),
        Command::Unknown(arguments) => unknown::run(arguments, &studio()?),
        Command::Spend(arguments) => spend::run(arguments, &studio()?),
        Command::Verify(arguments) => verify::run(arguments, &studio()?),
        Command::Prune(arguments) => prune::run(arguments, &studio()?),
        Command::Say(arguments) => say_line::run(arguments, &studio()?),
        Command::Baby(arguments) => photo::run(arguments, &studio()?),
        Command::Write(arguments) => write::run(arguments, &studio()?),
        Command::Lint(arguments) => lint::run(arguments, &settings()?),
        Command::VerifyMark(arguments) => verify_mark::run(arguments, &settings()?),
        Command::Preview(arguments) => preview::run(arguments, &settings()?),
        Command::Show(arguments) => show::run(arguments, &settings()?),
        Command::Check(arguments) => check::run(arguments, &settings()?),
        Command::Optimize(arguments) => optimize::run(arguments, &settings()?),
        Command::Doctor(arguments) => doctor::run(arguments, &settings()?),
        #[cfg(feature = "farm")]
        Command::Farm(arguments) => farm::run(arguments, &settings()?),
        Command::Config(command) => config::run(command, &settings()?),
        Command::Schema { cast } => schema(*cast),
        Command::Completions(arguments) => completions::run(arguments, command_line()),
        Command::Man(arguments) => man::run(arguments, command_line()),
    }
}

fn schema(of_cast: bool) -> Result<Exit, Failure> {
    let schema = if of_cast { crate::domain::cast_schema() } else { crate::domain::campaign_schema() };
    write_all(format!("{schema:#}\n").as_bytes())?;
    Ok(Exit::Done)
}
