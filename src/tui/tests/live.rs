//! The studio with the real engine and the built-in parts: keys in, screens out. What is made here is what a newcomer
//! makes first.

use std::time::Duration;

use insta::assert_snapshot;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect, Size};
use serde_json::json;
use tempfile::TempDir;

use super::print;
use super::rehearsal::HALF_BLOCKS;
use crate::engine::{Campaigns, Command, EngineHandle, EngineSettings, Event, RunId, Scope, start};
use crate::media::picture;
use crate::plan::Product;
use crate::tui::app::state::State;
use crate::tui::app::update::{settle, update};
use crate::tui::app::view::{view, wanted_pictures};
use crate::tui::input::keymap::{Key, Keymap};
use crate::tui::model::message::{Effect, Msg};
use crate::tui::pictures::cache::{Pictures, Source};
use crate::tui::pictures::preview;
use crate::tui::theme::{Colours, ThemeChoice};

pub(super) struct Live {
    pub state: State,
    engine: EngineHandle,
    pictures: Pictures,
    runtime: tokio::runtime::Runtime,
    folder: TempDir,
}

impl Live {
    /// A studio on two short lines, opened as a person opens it: a home that does not exist yet, no key.
    pub fn open(width: u16, height: u16) -> Self {
        let folder = tempfile::Builder::new().prefix("studio-").rand_bytes(6).tempdir().unwrap();
        let campaigns = folder.path().join("campaigns");
        std::fs::create_dir(&campaigns).unwrap();
        let campaign = json!({
            "campaign_id": "nap_or_snack",
            "topic": "Nap or snack",
            "script": [
                {"type": "dialogue", "speaker": "Mo", "text": "Nap?"},
                {"type": "dialogue", "speaker": "Bea", "text": "Snack."},
            ],
            "baby_profiles": {
                "Mo": {"tone": "sleepy", "voice_id": "baby_voice_1"},
                "Bea": {"tone": "curious, thoughtful", "voice_id": "baby_voice_2", "appearance": "curly hair"},
            }
        });
        std::fs::write(campaigns.join("nap_or_snack.json"), campaign.to_string()).unwrap();
        let settings = EngineSettings::new(folder.path().join("home"), Campaigns::Folder(campaigns));
        let theme = ThemeChoice::Dark.resolve(Colours::default());
        let mut live = Self {
            state: State::new(Keymap::built_in(), theme, Size::new(width, height), false, None),
            engine: start(settings),
            pictures: Pictures::default(),
            runtime: tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap(),
            folder,
        };
        live.until("the folder is read", |state| state.shared.facts.library().is_some());
        live
    }

    /// The campaign file as it is on disk.
    pub fn file(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("campaigns/nap_or_snack.json")).unwrap()
    }

    /// Hears the engine until something holds.
    pub fn until(&mut self, what: &str, holds: impl Fn(&State) -> bool) {
        while !holds(&self.state) {
            let next = self.runtime.block_on(async {
                // Only a fault ends this wait: a working engine is never silent for so long.
                tokio::time::timeout(Duration::from_mins(2), self.engine.events.recv()).await
            });
            let mut event = next.ok().flatten().unwrap_or_else(|| panic!("until {what}: the engine fell silent"));
            if let Event::Jobs(changes) = &mut event {
                // How long it took is another thing each time.
                for change in changes {
                    change.facts.milliseconds = change.facts.milliseconds.map(|_| 900);
                }
            }
            self.send(Msg::Engine(event));
        }
    }

    pub fn keys(mut self, keys: &[&str]) -> Self {
        for name in keys {
            self.send(Msg::Key(Key::named(name).unwrap_or_else(|| panic!("{name} is no key"))));
        }
        self
    }

    /// Waits until nothing is being made.
    fn rest(mut self) -> Self {
        self.until("a run begins", |state| state.shared.facts.is_busy());
        self.until("the run ends", |state| !state.shared.facts.is_busy());
        self
    }

    pub fn send(&mut self, message: Msg) {
        for effect in update(&mut self.state, message) {
            let run = RunId::random();
            let command = match effect {
                Effect::Generate { campaign, mode, scope, consent } => {
                    // A video would cost each of these tests many seconds.
                    let scope = Scope { products: vec![Product::Portrait, Product::Voice], ..scope };
                    Command::Generate { run, campaign, mode, scope, consent }
                }
                Effect::Regenerate { campaign, mode, subject, likeness, note, consent } => {
                    Command::Regenerate { run, campaign, mode, subject, likeness, note, consent }
                }
                Effect::Send(command) | Effect::WhatIf(command) => command,
                Effect::Notify(_) => continue,
                other => panic!("{other:?} is not for the engine"),
            };
            self.engine.commands.blocking_send(command).unwrap();
        }
        settle(&mut self.state);
    }

    pub fn screen(&mut self) -> String {
        let wanted = wanted_pictures(&self.state).into_iter();
        for ask in wanted.filter(|ask| !self.pictures.touch(ask)).collect::<Vec<_>>() {
            let Source::File(path) = &ask.source else { panic!("the drawn baby shows no unfinished pictures") };
            let stored = picture::decode(&std::fs::read(path).unwrap()).unwrap();
            let picture = preview::encode(&stored, &ask, HALF_BLOCKS).map_err(|error| error.to_string());
            self.pictures.add(&ask, picture);
        }
        let area = Rect::from((Position::ORIGIN, self.state.shared.size));
        let mut buffer = Buffer::empty(area);
        view(&self.state, &self.pictures, area, &mut buffer);
        without_random_names(&print::styled(&buffer))
    }
}

/// The folder's name is random: its last letters become dots, also where the line is cut within them.
fn without_random_names(screen: &str) -> String {
    let mut parts = screen.split("studio-");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| {
        let random = part.chars().take(6).take_while(char::is_ascii_alphanumeric).count();
        text + "studio-" + &".".repeat(random) + &part[random..]
    })
}

#[test]
fn g_makes_a_campaign_that_can_be_seen() {
    let mut studio = Live::open(120, 40).keys(&["enter", "g"]).rest().keys(&["j"]);
    assert_snapshot!("live_made_120x40", studio.screen());
    studio.send(Msg::Resize(Size::new(80, 24)));
    assert_snapshot!("live_made_80x24", studio.screen());
    studio.send(Msg::Resize(Size::new(40, 12)));
    assert_snapshot!("live_made_40x12", studio.screen());
}

#[test]
fn r_makes_another_baby_and_enter_keeps_it() {
    let mut studio = Live::open(120, 40).keys(&["enter", "g"]).rest().keys(&["j"]);
    let first = studio.screen();
    let mut studio = studio.keys(&["r"]).rest();
    assert_snapshot!("live_candidate_120x40", studio.screen());
    assert_ne!(studio.screen(), first);
    let mut studio = studio.keys(&["enter"]);
    studio.until("the choice is read", |state| {
        let campaign = &state.shared.facts.campaigns[0];
        campaign.loaded().is_some_and(|loaded| !loaded.choices.choices.is_empty())
    });
    assert_snapshot!("live_kept_120x40", studio.screen());
}
