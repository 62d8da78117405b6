//! What this terminal can show, for `doctor`: the same questions and the same choice as at the studio's start.

use std::io::{self, IsTerminal, Write};

use crossterm::terminal::{disable_raw_mode, enable_raw_mode, size};
use ratatui::layout::Size;

use crate::tui::layout;
use crate::tui::terminal::cell::cell_size;
use crate::tui::terminal::probe::Answers;
use crate::tui::terminal::protocol::{Protocol, ProtocolChoice, Surroundings, Way};
use crate::tui::terminal::{outer, probe, protocol};

/// A terminal as the studio sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Examined {
    /// Columns and rows.
    pub size: (u16, u16),
    /// Whether the studio has room in it.
    pub is_large_enough: bool,
    /// How it names itself; nothing where it does not answer.
    pub name: Option<String>,
    pub pictures: &'static str,
    /// Whether pictures are real ones rather than coloured characters.
    pub shows_pictures: bool,
    pub tmux: Tmux,
}

/// Whether tmux is around the studio.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tmux {
    Absent,
    /// It lets nothing through to the terminal around it.
    Closed,
    /// It lets pictures through.
    Open,
}

/// Asks the terminal; `None` where input or output is none.
pub fn examine(choice: ProtocolChoice) -> Option<Examined> {
    if !io::stdin().is_terminal() || !io::stdout().is_terminal() {
        return None;
    }
    let mut surroundings = Surroundings::from_environment(|name| std::env::var(name).ok(), cell_size());
    surroundings.outer = surroundings.in_tmux.then(outer::ask).flatten();
    let answers = if surroundings.is_bare { Answers::default() } else { ask(surroundings.in_tmux).unwrap_or_default() };
    let way = protocol::choose(choice, &surroundings, &answers);
    Some(Examined::of(&surroundings, answers.name, way, size().unwrap_or_default().into()))
}

impl Examined {
    /// What is known of a terminal that was asked.
    pub(super) fn of(surroundings: &Surroundings, name: Option<String>, way: Way, size: Size) -> Self {
        let (pictures, shows_pictures) = match way.protocol {
            Protocol::Kitty | Protocol::KittyPlaced => ("kitty's pictures", true),
            Protocol::Sixel => ("sixel pictures", true),
            Protocol::Iterm2 => ("iTerm2's pictures", true),
            Protocol::HalfBlocks | Protocol::Quadrants | Protocol::Sextants => {
                ("coloured characters instead of pictures", false)
            }
            Protocol::Off => ("no pictures", false),
        };
        let (name, tmux) = match &surroundings.outer {
            Some(outer) => (Some(format!("{} around tmux", outer.name)), Tmux::Open),
            None if surroundings.in_tmux => (name, Tmux::Closed),
            None => (name, Tmux::Absent),
        };
        Self {
            size: (size.width, size.height),
            is_large_enough: !layout::is_too_small(size),
            name,
            pictures,
            shows_pictures,
            tmux,
        }
    }
}

fn ask(in_tmux: bool) -> io::Result<Answers> {
    let questions = if in_tmux { probe::QUESTIONS_IN_TMUX } else { probe::QUESTIONS };
    enable_raw_mode()?;
    let mut stdout = io::stdout();
    let answers = stdout.write_all(questions).and_then(|()| stdout.flush()).and_then(|()| probe::listen());
    disable_raw_mode()?;
    answers
}
