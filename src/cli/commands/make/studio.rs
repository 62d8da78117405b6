//! `babblecast` alone: the studio. Nothing slow is done before its first frame; the engine starts behind it.

use super::background::go_on;
use crate::cli::support::context::Context;
use crate::cli::support::exit::{Exit, Failure, sentence};
use crate::cli::support::on_finish;
use crate::cli::support::output::say;
use crate::config::Config;
use crate::domain::Display;
use crate::engine::{EngineSettings, start};
use crate::tui::{ExitReason, StudioOptions, TuiError, run as run_studio};

/// The message when the studio was ended from outside.
fn ended_by(signal: i32, config: &Config) -> String {
    let name = match signal {
        1 => "SIGHUP".to_owned(),
        2 => "SIGINT".to_owned(),
        15 => "SIGTERM".to_owned(),
        other => format!("signal {other}"),
    };
    let log = config.logs();
    let log = log.to_string_lossy();
    format!(
        "Ended by {name}. What was made is kept, what was begun goes on when you ask again; the log is in {}.",
        log.display()
    )
}

pub fn run(context: &Context) -> Result<Exit, Failure> {
    let config = &context.config;
    let options = StudioOptions {
        protocol: config.preview.value,
        keymap_file: config.keymap.value.clone(),
        theme: config.theme.value,
        mouse: config.mouse.value,
        calm: config.calm.value,
        screen_reader: config.screen_reader.value,
        notify: config.notify.value,
        title: config.title.value,
        player: config.player.value.clone(),
        confirm_above: config.confirm_above.value,
        log_file: Some(config.logs()),
        thumbnails: Some(config.thumbnails()),
    };
    let folder = context.folder()?;
    let start_engine = || {
        let engine = start(EngineSettings { unfinished: true, ..config.engine_settings(folder, true) });
        match &config.on_finish.value {
            Some(program) => on_finish::after_each_run(engine, program.clone()),
            None => engine,
        }
    };
    match run_studio(options, start_engine) {
        Ok(ExitReason::Quit) => Ok(Exit::Done),
        Ok(ExitReason::HandedOver(unfinished)) => {
            Ok(if go_on(&unfinished, &config.logs()) { Exit::Done } else { Exit::Unable })
        }
        Ok(ExitReason::Signal(number)) => {
            say(&ended_by(number, config));
            Ok(Exit::Interrupted)
        }
        Err(error @ (TuiError::Keymap { .. } | TuiError::UnreadableKeymap { .. })) => {
            Err(Failure::wrong(sentence(error.to_string())))
        }
        Err(error) => Err(Failure::unable(sentence(error.to_string()))),
    }
}
