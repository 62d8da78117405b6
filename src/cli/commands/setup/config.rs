//! `babblecast config`: every setting with its value and its source, and changing one in the file. The value of a key is never shown.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::cli::support::context::Context;
use crate::cli::support::exit::{Exit, Failure};
use crate::cli::support::table::{Column, Table};
use crate::config::{ConfigError, Row, Source, config_file, set, unset};
use crate::domain::Display;

#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Show every setting, its value and where it came from
    #[command(after_help = "Example: babblecast config show --json")]
    Show,
    /// Write one setting into the config file, which keeps its other lines as they are
    #[command(after_help = "\
What the next start would refuse is not written. Providers have sections: openai.quality.

Example: babblecast config set caps.month 20")]
    Set {
        /// As `babblecast config show` names it: theme, caps.run
        setting: String,
        /// As it would be in the environment: a word, a number, a path
        value: String,
    },
    /// Take one setting out of the config file, so that it has its default
    #[command(after_help = "Example: babblecast config unset theme")]
    Unset {
        /// As `babblecast config show` names it
        setting: String,
    },
}

pub fn run(command: &Command, context: &Context) -> Result<Exit, Failure> {
    match command {
        Command::Show => show(context),
        Command::Set { setting, value } => {
            let file = file(context)?;
            set(&file, setting, value).map_err(|error| refused(&error))?;
            tell(context, &file, setting, Some(value))
        }
        Command::Unset { setting } => {
            let file = file(context)?;
            if !unset(&file, setting).map_err(|error| refused(&error))? {
                let file = file.to_string_lossy().display().to_string();
                return Err(Failure::wrong(format!("{} does not stand in {file}.", setting.display())));
            }
            tell(context, &file, setting, None)
        }
    }
}

fn file(context: &Context) -> Result<PathBuf, Failure> {
    let none =
        || Failure::unable("This system names no folder for config files. Name a file with --config.".to_owned());
    context.config.writable_file().ok_or_else(none)
}

fn refused(error: &ConfigError) -> Failure {
    let faults: Vec<String> = error.faults.iter().map(|fault| fault.display().to_string()).collect();
    Failure::wrong(faults.join("\n"))
}

/// What the file says now, and what is said louder than the file.
fn tell(context: &Context, file: &Path, setting: &str, value: Option<&str>) -> Result<Exit, Failure> {
    let row = context.config.rows().into_iter().find(|row| row.name == setting);
    let louder = row.filter(|row| matches!(row.source, Source::Environment(_) | Source::Flag(_)));
    let louder = louder.map(|row| row.source.to_string());
    let answer = json!({"file": file, "setting": setting, "value": value, "overridden_by": louder});
    context.output.answer(&answer, || {
        let file = file.to_string_lossy().display();
        let name = setting.display();
        let done = match value {
            Some(value) => format!("{name} is {} in {file}.", value.display()),
            None => format!("{name} is no longer set in {file}."),
        };
        match &louder {
            Some(source) => format!("{done} {source} goes before it."),
            None => done,
        }
    })?;
    Ok(Exit::Done)
}

fn show(context: &Context) -> Result<Exit, Failure> {
    let config = &context.config;
    let is_set = |is_set| if is_set { "set" } else { "not set" };
    let rows = config.rows();
    let values: Vec<Value> = rows
        .iter()
        .map(|Row { name, value, source }| json!({"name": name, "value": value, "source": source.to_string()}))
        .collect();
    let keys: serde_json::Map<String, Value> =
        config.keys.iter().map(|key| (key.variable.to_owned(), json!(is_set(key.is_set)))).collect();
    let answer = json!({"file": config.file, "values": values, "keys": keys});
    context.output.answer(&answer, || {
        let mut table = Table::new([Column::left("setting"), Column::giving_way("value"), Column::left("from")]);
        for Row { name, value, source } in &rows {
            table.row([name, value, &source.to_string()]);
        }
        for key in &config.keys {
            table.row([key.variable, is_set(key.is_set), "environment"]);
        }
        let file = match (&config.file, config_file()) {
            (Some(file), _) => format!("Config file: {}", file.to_string_lossy().display()),
            (None, Some(place)) => format!("No config file; it would be {}", place.to_string_lossy().display()),
            (None, None) => "No config file".to_owned(),
        };
        format!("{}\n\n{file}", table.render(context.output.width))
    })?;
    Ok(Exit::Done)
}
