//! Opening the studio: the first frame is painted before the engine is started and before the terminal is asked anything.

use std::io::{self, IsTerminal};
use std::path::PathBuf;
use std::sync::Arc;

use super::ending::{ExitReason, TuiError};
use super::run::clock::{clock, moment};
use super::run::examining::Examine;
use super::run::remembered::Remembered;
use super::run::sights::Sights;
use super::run::{Studio, Window, attention};
use super::state::State;
use super::view::view;
use crate::domain::MicroDollars;
use crate::engine::{EngineHandle, start_runtime};
use crate::tui::input::keymap::Keymap;
use crate::tui::model::message::ForPhone;
use crate::tui::model::tuning::{Choosable, Tuning, Tunings};
use crate::tui::pictures::cache::Pictures;
use crate::tui::pictures::preview::Preview;
use crate::tui::terminal::attention::Switch;
use crate::tui::terminal::cell::cell_size;
use crate::tui::terminal::guard::{Screen, Switches, restore_on_panic};
use crate::tui::terminal::protocol::{Protocol, ProtocolChoice, Surroundings};
use crate::tui::terminal::sighup;
use crate::tui::theme::ThemeChoice;

/// How the studio is to look and behave.
#[derive(Debug, Clone, Default)]
pub struct StudioOptions {
    pub protocol: ProtocolChoice,
    /// The user's keys, merged over the built-in ones.
    pub keymap_file: Option<PathBuf>,
    pub theme: ThemeChoice,
    pub mouse: bool,
    /// Nothing moves that need not.
    pub calm: bool,
    /// Lines for a screen reader instead of a screen.
    pub screen_reader: bool,
    /// Whether the terminal is asked to notify its user when a run ends and the studio is not looked at.
    pub notify: Switch,
    /// Whether the window's title tells how far things are.
    pub title: Switch,
    /// What the palette can change of these.
    pub choosable: Vec<Choosable>,
    /// A new take that may cost more asks first.
    pub confirm_above: MicroDollars,
    /// The program that plays sounds and videos, with its arguments; one of those that are installed where none is named.
    pub player: Option<Vec<String>>,
    /// The campaign that is selected instead of the one that was left.
    pub begin_at: Option<PathBuf>,
    /// Where it is kept from one start to the next where the user was; nowhere without it.
    pub place_file: Option<PathBuf>,
    /// Named on the log page and after a panic.
    pub log_file: Option<PathBuf>,
    /// Where small copies of pictures are kept from one start to the next.
    pub thumbnails: Option<PathBuf>,
}

/// What the command line does for a studio.
#[derive(Clone)]
pub struct Outside {
    /// Looks at everything that the studio needs, for the doctor's page.
    pub examine: Examine,
    pub keep: Keep,
    pub phone: Phone,
}

/// Shows in the plain terminal how a phone gets a video, and waits for the end of it: what became of it, or why it was not
/// possible, as a sentence.
pub type Phone = Arc<dyn Fn(&ForPhone) -> Result<String, String> + Send + Sync>;

/// Writes a setting, by its name and word, into the config file; says where it stands now, or why it could not be.
pub type Keep = Arc<dyn Fn(&str, &str) -> Result<String, String> + Send + Sync>;

/// Runs the studio until the user leaves. The first frame is painted before the engine is started and before the
/// terminal is asked anything. `outside` does what is not the studio's own.
pub fn run(
    options: StudioOptions,
    outside: Outside,
    start_engine: impl FnOnce() -> EngineHandle,
) -> Result<ExitReason, TuiError> {
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

    let mouse = options.mouse && !options.screen_reader;
    let chosen = vec![
        Tuning::Theme(options.theme),
        Tuning::Pictures(options.protocol),
        Tuning::Calm(options.calm),
        Tuning::Mouse(mouse),
        Tuning::Notify(options.notify),
        Tuning::Title(options.title),
    ];
    let tunings = Tunings { choosable: options.choosable, chosen };
    let attention = attention(&tunings, surroundings.in_tmux);
    let switches = Switches { mouse, spoken: options.screen_reader, modes: attention.modes() };
    let mut screen = Screen::enter(switches)?;
    let mut state = State::new(keymap, theme, screen.size(), mouse, options.log_file);
    state.shared.calm = options.calm || options.screen_reader;
    state.shared.tunings = tunings;
    state.shared.confirm_above = options.confirm_above;
    state.shared.clock = clock();
    state.shared.moment = moment();
    screen.draw(theme.selected.into(), |area, buffer| view(&state, &Pictures::off(), area, buffer), String::new)?;

    if let Some(file) = &options.place_file {
        Remembered::read(file).or_at(options.begin_at.clone()).restore(&mut state);
    }
    let engine = start_engine();
    sighup::watch(engine.commands.clone());
    surroundings.cell = cell_size();
    let protocol = if options.screen_reader { ProtocolChoice::Off } else { options.protocol };
    let mut sights = Sights::new(protocol, options.theme, surroundings);
    let typed = sights.ask(&mut screen);
    state.shared.theme = sights.theme();
    let way = sights.way();
    state.shared.shown.pictures = way.protocol != Protocol::Off;
    let runtime = start_runtime(&mut tokio::runtime::Builder::new_current_thread())?;
    let window = Window { screen, attention, sights };
    let ended = runtime.block_on(async {
        let preview = Preview::new(way, options.thumbnails);
        let studio = Studio::new(state, window, engine, preview, options.player, outside)?;
        studio.live(typed, options.place_file.as_deref()).await
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
