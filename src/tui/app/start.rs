//! Opening the studio: the first frame is painted before the engine is started and before the terminal is asked anything.

use std::io::{self, IsTerminal};
use std::path::PathBuf;

use super::ending::{ExitReason, TuiError};
use super::run::{Studio, clock, moment};
use super::state::State;
use super::view::view;
use crate::domain::MicroDollars;
use crate::engine::{EngineHandle, start_runtime};
use crate::tui::input::keymap::Keymap;
use crate::tui::pictures::cache::Pictures;
use crate::tui::pictures::preview::Preview;
use crate::tui::terminal::cell::cell_size;
use crate::tui::terminal::guard::{Screen, restore_on_panic};
use crate::tui::terminal::probe::Answers;
use crate::tui::terminal::protocol::{ProtocolChoice, Surroundings};
use crate::tui::terminal::{probe, protocol, sighup};
use crate::tui::theme::ThemeChoice;

/// How the studio is to look and behave.
#[derive(Debug, Clone, Default)]
pub struct StudioOptions {
    pub protocol: ProtocolChoice,
    /// The user's keys, merged over the built-in ones.
    pub keymap_file: Option<PathBuf>,
    pub theme: ThemeChoice,
    pub mouse: bool,
    /// A new take that may cost more asks first.
    pub confirm_above: MicroDollars,
    /// The program that plays sounds and videos, with its arguments; one of those that are installed where none is named.
    pub player: Option<Vec<String>>,
    /// Named on the log page and after a panic.
    pub log_file: Option<PathBuf>,
}

/// Runs the studio until the user leaves. The first frame is painted before the engine is started and before the
/// terminal is asked anything.
pub fn run(options: StudioOptions, start_engine: impl FnOnce() -> EngineHandle) -> Result<ExitReason, TuiError> {
    if !io::stdin().is_terminal() || !io::stdout().is_terminal() {
        return Err(TuiError::NoTerminal);
    }
    if std::env::var_os("TERM").is_some_and(|term| term == "dumb") {
        return Err(TuiError::DumbTerminal);
    }
    let keymap = read_keymap(options.keymap_file)?;
    let variable = |name: &str| std::env::var(name).ok();
    let mut surroundings = Surroundings::from_environment(variable, None);
    let theme = options.theme.resolve(surroundings.colours);
    restore_on_panic(options.log_file.clone());

    let mut screen = Screen::enter(options.mouse)?;
    let mut state = State::new(keymap, theme, screen.size(), options.mouse, options.log_file);
    state.shared.confirm_above = options.confirm_above;
    state.shared.clock = clock();
    state.shared.moment = moment();
    screen.draw(|area, buffer| view(&state, &Pictures::off(), area, buffer))?;

    let engine = start_engine();
    sighup::watch(engine.commands.clone());
    surroundings.cell = cell_size();
    let answers = ask_terminal(&mut screen, options.protocol, &surroundings);
    if let Some(light) = answers.light {
        surroundings.colours.light = light;
        state.shared.theme = options.theme.resolve(surroundings.colours);
    }
    let way = protocol::choose(options.protocol, &surroundings, &answers);
    let runtime = start_runtime(&mut tokio::runtime::Builder::new_current_thread())?;
    let ended = runtime.block_on(async {
        let studio = Studio::new(state, screen, engine, Preview::new(way), options.player, &answers)?;
        studio.live(answers.keys).await
    });
    // A picture still being decoded keeps nobody waiting.
    runtime.shutdown_background();
    ended
}

fn read_keymap(path: Option<PathBuf>) -> Result<Keymap, TuiError> {
    let Some(path) = path else { return Ok(Keymap::built_in()) };
    match std::fs::read_to_string(&path) {
        Ok(text) => Keymap::with(&text).map_err(|error| TuiError::Keymap { path, error }),
        Err(source) => Err(TuiError::UnreadableKeymap { path, source }),
    }
}

fn ask_terminal(screen: &mut Screen, choice: ProtocolChoice, surroundings: &Surroundings) -> Answers {
    let no_questions = Answers { is_complete: true, ..Answers::default() };
    if surroundings.is_bare || choice != ProtocolChoice::Auto {
        return no_questions;
    }
    let questions = if surroundings.in_tmux { probe::QUESTIONS_IN_TMUX } else { probe::QUESTIONS };
    match screen.ask(questions).and_then(|()| probe::listen()) {
        Ok(answers) => answers,
        Err(error) => {
            tracing::warn!(%error, "the terminal could not be asked what it can show");
            no_questions
        }
    }
}
