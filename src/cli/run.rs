//! From arguments to an exit code: loads the settings, hands over to the command, tells what went wrong.

use super::arguments::{Arguments, Command};
use super::context::Context;
use super::exit::{Exit, Failure};
use super::output::{Output, say, write_all};
use super::{
    check, completions, config, explain, export, generate, list, man, new, optimize, pack, plan, prune, regenerate,
    show, status, studio, takes, unpack, verify,
};
use super::{install_hooks, start_log};
use crate::config::Config;

/// Does what the command line asks for.
pub fn run(arguments: &Arguments) -> Exit {
    let output = Output::new(arguments.flags.json);
    match perform(arguments, output) {
        Ok(exit) => exit,
        Err(failure) => {
            say(&failure);
            if output.json && output.document(&failure.document()).is_err() {
                return failure.exit.max(Exit::Unable);
            }
            failure.exit
        }
    }
}

fn perform(arguments: &Arguments, output: Output) -> Result<Exit, Failure> {
    // What needs no settings works with broken ones too: a shell reads its completions at every start.
    match &arguments.command {
        Some(Command::Schema) => return schema(),
        Some(Command::Completions(arguments)) => return completions::run(arguments),
        Some(Command::Man(arguments)) => return man::run(arguments),
        _ => {}
    }
    let config = Config::load(&arguments.flags.settings()).map_err(|error| Failure::wrong(error.to_string()))?;
    install_hooks(&config);
    let _log = arguments.uses_home().then(|| start_log(&config));
    let context = Context { config, output };
    let Some(command) = &arguments.command else { return studio::run(&context) };
    match command {
        Command::Generate(arguments) => generate::run(arguments, &context),
        Command::Regenerate(arguments) => regenerate::run(arguments, &context),
        Command::Takes(arguments) => takes::run(arguments, &context),
        Command::New(arguments) => new::run(arguments, &context),
        Command::List(arguments) => list::run(arguments, &context),
        Command::Status(arguments) => status::run(arguments, &context),
        Command::Check(arguments) => check::run(arguments, &context),
        Command::Plan(arguments) => plan::run(arguments, &context),
        Command::Explain(arguments) => explain::run(arguments, &context),
        Command::Show(arguments) => show::run(arguments, &context),
        Command::Export(arguments) => export::run(arguments, &context),
        Command::Pack(arguments) => pack::run(arguments, &context),
        Command::Unpack(arguments) => unpack::run(arguments, &context),
        Command::Optimize(arguments) => optimize::run(arguments, &context),
        Command::Verify(arguments) => verify::run(arguments, &context),
        Command::Prune(arguments) => prune::run(arguments, &context),
        Command::Config(command) => config::run(command, &context),
        Command::Schema | Command::Completions(_) | Command::Man(_) => Ok(Exit::Done),
    }
}

fn schema() -> Result<Exit, Failure> {
    write_all(format!("{:#}\n", crate::domain::campaign_schema()).as_bytes())?;
    Ok(Exit::Done)
}
