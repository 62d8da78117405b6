//! What every page may look at: the facts, the settings of the studio, what was said so far.

use std::collections::{HashMap, VecDeque};
use std::path::PathBuf;
use std::time::Duration;

use ratatui::layout::Size;

use super::history::Edits;
use super::lately::Lately;
use super::palette::Deed;
use super::selection::Place;
use super::tuning::{Choosable, Tuning, Tunings};
use crate::domain::{CampaignId, MicroDollars};
use crate::engine::words::finding::Finding;
use crate::engine::{Brief, Level, Order};
use crate::plan::Mode;
use crate::tui::facts::{Campaign, Facts};
use crate::tui::input::keymap::Keymap;
use crate::tui::pictures::waves;
use crate::tui::text::Clock;
use crate::tui::theme::Theme;

/// What every page may look at.
pub struct Shared {
    pub keymap: Keymap,
    pub theme: Theme,
    pub size: Size,
    /// Since the studio opened; set by the loop before each batch of messages.
    pub now: Duration,
    /// The time of day of the same moment.
    pub clock: Clock,
    /// The same moment in milliseconds since 1970.
    pub moment: i64,
    pub mouse: bool,
    /// Nothing moves that need not: no turning marks, no talking pictures.
    pub calm: bool,
    pub shown: Shown,
    pub log_file: Option<PathBuf>,
    pub engine: EngineState,
    pub facts: Facts,
    /// Draft or final, as the user chose; until then each campaign shows its usual one.
    pub chosen_mode: Option<Mode>,
    /// A new take that may cost more asks first.
    pub confirm_above: MicroDollars,
    pub log: Log,
    pub examination: Examination,
    /// What Home tells of this session.
    pub lately: Lately,
    /// Waveforms of voices that were looked at.
    pub waves: waves::Ready,
    /// Where the user was in campaigns they have left.
    pub places: HashMap<PathBuf, Place>,
    /// A campaign that was asked for and is not there yet; it is selected when it comes.
    pub expected: Option<CampaignId>,
    /// What a language model was asked for last, by its ticket, until it is answered.
    pub writing: Option<(u64, Order)>,
    /// The order whose kept answer cannot be used, or is not what was hoped for: the next one for the same is another take.
    pub passed_over: Option<Order>,
    /// What kind of script was asked for last.
    pub brief: Option<Brief>,
    /// What was done from the palette, the newest first.
    pub used: Vec<Deed>,
    /// Settings that the palette changes.
    pub tunings: Tunings,
    /// The edits of this session.
    pub edits: Edits,
    /// The last thing said, shown above the footer for a while.
    pub notice: Option<Said>,
}

/// What is shown beside words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shown {
    /// Pictures, in the studio itself, be it in coloured characters.
    pub pictures: bool,
    /// The filmstrip below the scenes.
    pub strip: bool,
}

impl Default for Shown {
    fn default() -> Self {
        Self { pictures: true, strip: true }
    }
}

/// Something said to the user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    pub level: Level,
    pub text: String,
    /// Since the studio opened.
    at: Duration,
    pub clock: Clock,
}

impl Said {
    /// How long it stands; the log keeps it.
    const STANDS: Duration = Duration::from_secs(5);

    /// When it goes away, since the studio opened.
    pub fn end(&self) -> Duration {
        self.at + Self::STANDS
    }
}

/// How the engine is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EngineState {
    Working,
    /// Told to stop; the studio leaves when it has.
    Stopping,
    /// It cannot work at all, and says why.
    Unusable(String),
}

/// What was found of everything that the studio needs.
#[derive(Debug, Default)]
pub struct Examination {
    pub is_running: bool,
    /// The newest that has ended, and when.
    pub found: Option<(Clock, Vec<Finding>)>,
}

/// What happened so far, newest last.
#[derive(Debug, Default)]
pub struct Log {
    lines: VecDeque<LogLine>,
}

#[derive(Debug, Clone)]
pub struct LogLine {
    pub at: Clock,
    pub level: Level,
    pub text: String,
}

impl Log {
    const LONGEST: usize = 1000;

    pub fn add(&mut self, at: Clock, level: Level, text: impl Into<String>) {
        if self.lines.len() == Self::LONGEST {
            self.lines.pop_front();
        }
        self.lines.push_back(LogLine { at, level, text: text.into() });
    }

    pub fn len(&self) -> usize {
        self.lines.len()
    }

    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// The newest is number 0.
    pub fn newest(&self, number: usize) -> Option<&LogLine> {
        self.lines.len().checked_sub(number + 1).and_then(|position| self.lines.get(position))
    }
}

impl Shared {
    pub fn tell(&mut self, level: Level, text: impl Into<String>) {
        let text = text.into();
        self.log.add(self.clock, level, text.clone());
        self.say(level, text);
    }

    /// Writes something into the log that Home tells of too.
    pub fn note(&mut self, level: Level, text: String) {
        self.lately.add(self.moment, level, text.clone());
        self.log.add(self.clock, level, text);
    }

    /// The same for an answer to a key, which nobody looks up later.
    pub fn say(&mut self, level: Level, text: impl Into<String>) {
        self.notice = Some(Said { level, text: text.into(), at: self.now, clock: self.clock });
    }

    /// Gives a setting another value; what is to be kept of it, where it is one that can be chosen.
    pub fn tune(&mut self, tuning: Tuning) -> Option<Choosable> {
        self.tunings.choose(tuning);
        match tuning {
            Tuning::Calm(calm) => self.calm = calm,
            Tuning::Mouse(mouse) => self.mouse = mouse,
            Tuning::Theme(_) | Tuning::Pictures(_) | Tuning::Notify(_) | Tuning::Title(_) => {}
        }
        self.tunings.choosable.iter().find(|choosable| choosable.tuning == tuning).copied()
    }

    /// Whether the draft or the final of a campaign is looked at.
    pub fn mode_of(&self, campaign: &Campaign) -> Mode {
        match self.chosen_mode {
            None => campaign.usual_mode,
            Some(mode) if campaign.has_final() => mode,
            Some(_) => Mode::Draft,
        }
    }

    /// The turn of the spinner: eight a second.
    pub fn spinner(&self) -> char {
        const TURNS: [char; 4] = ['◐', '◓', '◑', '◒'];
        if self.calm {
            return TURNS[0];
        }
        TURNS[(self.now.as_millis() / SPINNER_TURN.as_millis()) as usize % TURNS.len()]
    }
}

/// How long one picture of the spinner stands.
pub const SPINNER_TURN: Duration = Duration::from_millis(125);
