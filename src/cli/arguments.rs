//! The command line as clap knows it: every subcommand in the groups in which `babblecast help` lists them.

use std::fmt::Write as _;

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};

use super::commands::inspect::{check, explain, lint, list, plan, preview, show, spend, status, verify_mark};
#[cfg(feature = "farm")]
use super::commands::maintain::farm;
use super::commands::maintain::{doctor, optimize, prune, unknown, verify};
use super::commands::make::{cast, edit, generate, import, photo, regenerate, say as say_line, takes, write};
use super::commands::setup::{completions, config, man, new, voices};
#[cfg(feature = "farm")]
use super::commands::share::worker;
use super::commands::share::{export, mcp, pack, post, serve, unpack};
use super::support::flags::Flags;
use super::support::output::{say, shown};

/// Baby podcasts from a script: a portrait per baby, a voice per line, one vertical video, never paid for twice
#[derive(Debug, Parser)]
#[command(name = "babblecast", version, infer_subcommands = false, disable_help_subcommand = false)]
pub struct Arguments {
    #[command(flatten)]
    pub(super) flags: Flags,
    #[command(subcommand)]
    pub(super) command: Option<Command>,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    Generate(generate::Arguments),
    Regenerate(regenerate::Arguments),
    Takes(takes::Arguments),
    Import(import::Arguments),
    Say(say_line::Arguments),
    Write(write::Arguments),
    Baby(photo::Arguments),
    Voices(voices::Arguments),
    Edit(edit::Arguments),
    Cast(cast::Arguments),
    New(new::Arguments),
    List(list::Arguments),
    Status(status::Arguments),
    Check(check::Arguments),
    Plan(plan::Arguments),
    Explain(explain::Arguments),
    Preview(preview::Arguments),
    Show(show::Arguments),
    Serve(serve::Arguments),
    Mcp(mcp::Arguments),
    #[cfg(feature = "farm")]
    Worker(worker::Arguments),
    Export(export::Arguments),
    Post(post::Arguments),
    Pack(pack::Arguments),
    Unpack(unpack::Arguments),
    Optimize(optimize::Arguments),
    Lint(lint::Arguments),
    VerifyMark(verify_mark::Arguments),
    Unknown(unknown::Arguments),
    Spend(spend::Arguments),
    Doctor(doctor::Arguments),
    #[cfg(feature = "farm")]
    Farm(farm::Arguments),
    Verify(verify::Arguments),
    Prune(prune::Arguments),
    /// Settings: their values and where each came from
    #[command(subcommand)]
    Config(config::Command),
    /// Print the JSON Schema of the campaign file, for editors
    #[command(after_help = "Example: babblecast schema > campaign.schema.json")]
    Schema {
        /// That of the cast file
        #[arg(long)]
        cast: bool,
    },
    Completions(completions::Arguments),
    Man(man::Arguments),
}

/// The headings of the help, each with its commands.
const GROUPS: [(&str, &[&str]); 5] = [
    ("Make", &["generate", "say", "regenerate", "takes", "voices", "cast", "baby", "write", "import", "edit", "new"]),
    ("See", &["list", "status", "check", "plan", "explain", "preview", "show"]),
    (
        "Hand over",
        &[
            "post",
            "serve",
            "mcp",
            #[cfg(feature = "farm")]
            "worker",
            "export",
            "pack",
            "unpack",
        ],
    ),
    (
        "Look after",
        &[
            "unknown",
            "spend",
            "doctor",
            #[cfg(feature = "farm")]
            "farm",
            "lint",
            "verify-mark",
            "optimize",
            "verify",
            "prune",
        ],
    ),
    ("Set up", &["config", "schema", "completions", "man"]),
];

const STUDIO: &str = "Without a command the studio opens: every campaign with its babies, live in the terminal.";

const AFTER_HELP: &str = "\
C is a campaign id or a campaign file. `babblecast COMMAND --help` has the details and an example.

Exit codes: 0 all made · 1 could not do it · 2 wrong arguments or a broken campaign · 3 some scenes failed
            4 stopped (price, cap, key) · 5 maybe billed · 130 interrupted, nothing lost";

impl Arguments {
    /// Reads the command line of this process; wrong arguments and `--help` end it here.
    pub fn from_command_line() -> Self {
        let read = command_line().try_get_matches().and_then(|matches| Self::from_arg_matches(&matches));
        read.unwrap_or_else(|error| refuse(&error))
    }
}

/// Ends the program as clap does. Its words quote the arguments as they are: where they hold what a terminal would obey,
/// they are said without colours, as display text.
fn refuse(error: &clap::Error) -> ! {
    let words = error.to_string();
    if shown(&words).as_str() == words {
        error.exit();
    }
    say(&words.trim_end());
    std::process::exit(error.exit_code())
}

/// The whole command line, with its help in groups.
pub(super) fn command_line() -> clap::Command {
    let command = Arguments::command();
    let template = format!(
        "{{about}}\n\n{STUDIO}\n\n{{usage-heading}} {{usage}}\n\n{}\n{{options}}\n\n{AFTER_HELP}\n",
        groups(&command)
    );
    command.help_template(template)
}

fn groups(command: &clap::Command) -> String {
    let styles = command.get_styles();
    let (heading, literal) = (styles.get_header(), styles.get_literal());
    let width = command.get_subcommands().map(|sub| sub.get_name().len()).max().unwrap_or_default();
    let mut text = String::new();
    for (title, names) in GROUPS {
        let _ = writeln!(text, "{heading}{title}{heading:#}");
        for sub in names.iter().filter_map(|name| command.find_subcommand(name)) {
            let about = sub.get_about().map(ToString::to_string).unwrap_or_default();
            let _ = writeln!(text, "  {literal}{:width$}{literal:#}  {about}", sub.get_name());
        }
        text.push('\n');
    }
    let _ = write!(text, "{heading}Options{heading:#}");
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        command_line().debug_assert();
    }

    #[test]
    fn every_command_has_its_place_in_the_help_and_an_example() {
        let command = command_line();
        let listed: Vec<&str> = GROUPS.iter().flat_map(|(_, names)| names.iter().copied()).collect();
        for sub in command.get_subcommands() {
            let name = sub.get_name();
            assert!(listed.contains(&name), "{name} is in no group");
            assert!(sub.get_about().is_some(), "{name} has no sentence of help");
            let example =
                |sub: &clap::Command| sub.get_after_help().is_some_and(|text| text.to_string().contains("Example"));
            assert!(example(sub) || sub.get_subcommands().any(example), "{name} has no example");
        }
        assert_eq!(listed.len(), command.get_subcommands().count());
    }
}
