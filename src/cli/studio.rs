//! `babblecast` alone: the studio. Nothing slow is done before its first frame; the engine starts behind it.

use super::context::Context;
use super::exit::{Exit, Failure, sentence};
use super::on_finish;
use crate::engine::{EngineSettings, start};
use crate::tui::{ExitReason, StudioOptions, TuiError, run as run_studio};

pub fn run(context: &Context) -> Result<Exit, Failure> {
    let config = &context.config;
    let options = StudioOptions {
        protocol: config.preview.value,
        keymap_file: config.keymap.value.clone(),
        theme: config.theme.value,
        mouse: config.mouse.value,
        confirm_above: config.confirm_above.value,
        log_file: Some(config.logs()),
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
        Ok(ExitReason::Signal(_)) => Ok(Exit::Interrupted),
        Err(error @ (TuiError::Keymap { .. } | TuiError::UnreadableKeymap { .. })) => {
            Err(Failure::wrong(sentence(error.to_string())))
        }
        Err(error) => Err(Failure::unable(sentence(error.to_string()))),
    }
}
