//! `babblecast config`: every setting with its value and its source. The value of a key is never shown.

use serde_json::{Value, json};

use crate::cli::support::context::Context;
use crate::cli::support::exit::{Exit, Failure};
use crate::cli::support::table::{Column, Table};
use crate::config::{Row, config_file};
use crate::domain::Display;

#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Show every setting, its value and where it came from
    #[command(after_help = "Example: babblecast config show --json")]
    Show,
}

pub fn run(command: &Command, context: &Context) -> Result<Exit, Failure> {
    match command {
        Command::Show => show(context),
    }
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
