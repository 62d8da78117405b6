//! Everything the studio shows. Changed only by `update`; read by `view`.

use std::collections::{HashMap, VecDeque};
use std::path::PathBuf;
use std::time::Duration;

use ratatui::layout::Size;

use crate::domain::MicroDollars;
use crate::engine::Level;
use crate::plan::Mode;
use crate::tui::facts::Facts;
use crate::tui::input::keymap::{Key, Keymap};
use crate::tui::model::history::Edits;
use crate::tui::model::importing::Importing;
use crate::tui::model::lately::Lately;
use crate::tui::model::overlay::Overlay;
use crate::tui::model::page::Page;
use crate::tui::model::shared::{EngineState, Examination, Log, Shared, Shown};
use crate::tui::model::tuning::Tunings;
use crate::tui::pages::Home;
use crate::tui::pictures::waves;
use crate::tui::text::Clock;
use crate::tui::theme::Theme;

/// The whole state of the studio.
pub struct State {
    pub shared: Shared,
    /// Never empty; the last one is shown.
    pub pages: Vec<Box<dyn Page>>,
    pub overlay: Option<Overlay>,
    /// Digits typed before a key that moves or goes to a line: `5j`, `12 enter`.
    pub count: Option<usize>,
    /// The first letter of a chord: `d` of `dd`.
    pub prefix: Option<char>,
    /// Keys that wait for an edit, oldest first.
    pub typed_ahead: VecDeque<Key>,
    /// A recording on its way to a campaign.
    pub importing: Option<Importing>,
}

impl State {
    pub fn new(keymap: Keymap, theme: Theme, size: Size, mouse: bool, log_file: Option<PathBuf>) -> Self {
        let taken: Vec<String> = keymap.taken().iter().map(ToString::to_string).collect();
        let mut state = Self {
            shared: Shared {
                keymap,
                theme,
                size,
                now: Duration::ZERO,
                clock: Clock::default(),
                moment: 0,
                mouse,
                calm: false,
                shown: Shown::default(),
                log_file,
                engine: EngineState::Working,
                facts: Facts::default(),
                chosen_mode: None,
                confirm_above: MicroDollars::ZERO,
                log: Log::default(),
                examination: Examination::default(),
                lately: Lately::default(),
                waves: waves::Ready::default(),
                places: HashMap::new(),
                expected: None,
                writing: None,
                passed_over: None,
                brief: None,
                used: Vec::new(),
                tunings: Tunings::default(),
                edits: Edits::default(),
                notice: None,
            },
            pages: vec![Box::<Home>::default()],
            overlay: None,
            count: None,
            prefix: None,
            typed_ahead: VecDeque::new(),
            importing: None,
        };
        // The first one is seen, all are in the log.
        for text in taken.into_iter().rev() {
            state.shared.tell(Level::Warning, text);
        }
        state
    }

    /// Whether the draft or the final is looked at; `None` where there is no final to choose.
    pub fn mode(&self) -> Option<Mode> {
        let campaign = self.pages.iter().rev().find_map(|page| page.campaign(&self.shared))?;
        campaign.has_final().then(|| self.shared.mode_of(campaign))
    }

    /// When a page is to tick next, since the studio opened.
    pub fn alarm(&self) -> Option<Duration> {
        self.pages.iter().filter_map(|page| page.alarm(&self.shared)).min()
    }

    #[expect(clippy::expect_used, reason = "the home page is never closed")]
    pub fn page(&self) -> &dyn Page {
        &**self.pages.last().expect("the home page is never closed")
    }
}
