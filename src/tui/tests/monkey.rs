//! A monkey at the keyboard: keys, pastes, clicks, sizes and engine events by chance, over campaigns with everything in them.
//! `BABBLECAST_LONG_TESTS` gives it a hundred thousand of them.

use std::collections::HashMap;
use std::time::Duration;

use ratatui::layout::{Position, Size};
use serde_json::json;

use super::rehearsal::{Rehearsal, document, paid_library};
use crate::domain::edit::{edit, take_back};
use crate::domain::{CampaignId, Format, MicroDollars, read};
use crate::engine::{Command, Consent, Edit, EditDone, Edited, Event, Level, Notice, Remakes};
use crate::tui::input::keymap::{Key, Section};
use crate::tui::model::message::{Effect, Msg};
use crate::tui::model::overlay::Overlay;

const NAMED: [&str; 32] = [
    "enter",
    "enter",
    "enter",
    "esc",
    "esc",
    "tab",
    "backspace",
    "space",
    "up",
    "down",
    "left",
    "right",
    "home",
    "end",
    "pageup",
    "pagedown",
    "delete",
    "ctrl-a",
    "ctrl-e",
    "ctrl-k",
    "ctrl-l",
    "ctrl-n",
    "ctrl-p",
    "ctrl-r",
    "ctrl-s",
    "ctrl-u",
    "ctrl-w",
    "alt-b",
    "alt-enter",
    "alt-f",
    "f1",
    "shift-tab",
];
/// What people do, for a monkey that would seldom hit upon it.
const DEEDS: [&str; 14] = [
    "<enter>ji!<enter>",
    "<enter>jI<enter>x<enter><ctrl-s>",
    "<esc><esc><enter>jjdd",
    "<enter>jyyP",
    "<enter>jo",
    "<enter>jR",
    "t3r",
    "Gy",
    "g",
    "Q",
    "$<tab>",
    ":dr<enter>",
    "<esc><esc>u",
    "<space>",
];
const PASTED: [&str; 5] =
    ["Milk", "", "one\ntwo\r\n\u{1b}[31mthree", "👩‍👩‍👧 e\u{301}\u{202e}x", "{\"text\": \"[loud] Hi\"}"];

/// Three campaigns: one with everything, a small one, and one whose file has a fault.
fn studio() -> (Rehearsal, HashMap<String, String>) {
    let mut rich = document("mon_rovia", "Mon Rovîa 你好");
    rich["transition"] = json!("fade");
    rich["music"] = json!("media/song.mp3");
    rich["baby_profiles"]["Baby 2"]["voice"] = json!({"pitch": 3, "formant": 8});
    for line in 0..30 {
        let speaker = format!("Baby {}", 1 + line % 2);
        let scene =
            json!({"type": "dialogue", "speaker": speaker, "text": format!("[laughs] Line {line}."), "say": "x"});
        rich["script"].as_array_mut().unwrap().push(scene);
    }
    let mut broken = document("zz_broken", "Broken");
    broken["script"][0]["text"] = json!("");
    let documents = [rich, document("spoons", ""), broken];
    let texts = documents.iter().map(|document| {
        (document["campaign_id"].as_str().unwrap().to_owned(), serde_json::to_string_pretty(document).unwrap())
    });
    (Rehearsal::new(100, 30, paid_library(&documents)), texts.collect())
}

struct Monkey {
    studio: Rehearsal,
    /// The campaign files, as the engine would write them.
    files: HashMap<String, String>,
    dice: fastrand::Rng,
    /// Effects that were looked at.
    seen: usize,
    paid: usize,
    edits: usize,
}

impl Monkey {
    fn new(seed: u64) -> Self {
        let (studio, files) = studio();
        Self { studio, files, dice: fastrand::Rng::with_seed(seed), seen: 0, paid: 0, edits: 0 }
    }

    fn any<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.dice.usize(..of.len())]
    }

    fn key(&mut self) -> Key {
        if self.dice.u8(..3) == 0 {
            let name = self.any(&NAMED);
            return Key::named(name).unwrap_or_else(|| panic!("{name} is no key"));
        }
        let character = char::from(self.dice.u8(b'!'..=b'~'));
        Key::named(&character.to_string()).unwrap()
    }

    /// One thing by chance. Afterwards nothing was paid without a yes, and every file is one that `check` takes.
    fn act(&mut self) {
        let mut is_yes = false;
        match self.dice.u8(..100) {
            0..80 => {
                let key = self.key();
                let asked = matches!(self.studio.overlay(), Some(Overlay::Question(_)));
                is_yes = asked && Some(key) == Key::named("y");
                self.studio.send(Msg::Key(key));
            }
            80..84 => {
                let deed = self.any(&DEEDS);
                is_yes = deed.contains('y');
                self.studio.play_in_place(deed);
            }
            84 => {
                let text = self.any(&PASTED).to_owned();
                self.studio.send(Msg::Paste(text));
            }
            85..88 => {
                let Size { width, height } = self.studio.state.shared.size;
                let at = Position::new(self.dice.u16(..width.max(1)), self.dice.u16(..height.max(1)));
                self.studio.send(Msg::Click(at));
            }
            88 => {
                let down = self.dice.bool();
                self.studio.send(Msg::Wheel { down });
            }
            89 => {
                let size = Size::new(self.dice.u16(1..=200), self.dice.u16(1..=60));
                self.studio.send(Msg::Resize(size));
            }
            90..95 => self.studio.play_in_place("<work>"),
            95 => self.studio.play_in_place("<fail>"),
            96 => self.studio.play_in_place("<made>"),
            97 => {
                self.studio.state.shared.now += Duration::from_millis(self.dice.u64(1..9_000));
                self.studio.send(Msg::Tick);
            }
            98 => {
                let level = self.any(&[Level::Info, Level::Warning, Level::Error]);
                let campaign = self.dice.bool().then(|| CampaignId::new("mon_rovia").unwrap());
                self.studio.tell(Event::Notice(Notice {
                    level,
                    text: "The disk is full\u{1b}[2J".to_owned(),
                    campaign,
                }));
            }
            _ => self.studio.send(Msg::Away),
        }
        self.answer(is_yes);
    }

    /// The engine's part of edits; money moves only behind a yes.
    fn answer(&mut self, is_yes: bool) {
        while self.seen < self.studio.effects.len() {
            let effect = self.studio.effects[self.seen].clone();
            self.seen += 1;
            match effect {
                Effect::Generate { consent, .. } | Effect::Regenerate { consent, .. } => {
                    if matches!(consent, Consent::UpTo(most) if most > MicroDollars::ZERO) {
                        assert!(is_yes, "money without a yes: {consent:?}");
                        self.paid += 1;
                    }
                }
                Effect::Send(Command::Edit { ticket, campaign, edit }) => self.edit(ticket, campaign, &edit),
                Effect::WhatIf(Command::WhatIf { ticket, .. }) => {
                    let answer = if self.dice.bool() { Ok(Remakes::default()) } else { Err("It is busy".to_owned()) };
                    self.studio.tell(Event::WhatIf { ticket, answer });
                }
                Effect::Send(Command::Shutdown) => self.studio.tell(Event::Stopped),
                // Another terminal is opened on the same home.
                Effect::Leave => {
                    let (studio, files) = studio();
                    (self.studio, self.files, self.seen) = (studio, files, 0);
                }
                _ => {}
            }
        }
    }

    fn edit(&mut self, ticket: u64, campaign: CampaignId, wanted: &Edit) {
        // The samples come when they are asked for.
        let sample = || serde_json::to_string_pretty(&document(campaign.as_str(), "The great debate")).unwrap();
        let text = self.files.entry(campaign.to_string()).or_insert_with(sample);
        let edited = match wanted {
            Edit::Changes(changes) => edit(text, Format::Json, changes),
            Edit::Back(step) => take_back(text, Format::Json, step),
        };
        let outcome = match edited {
            Ok(edited) => {
                assert!(read(&edited.text, Format::Json).is_ok(), "{}", edited.text);
                *text = edited.text;
                self.edits += 1;
                let document = serde_json::from_str(text).unwrap();
                self.studio.edited(&document);
                let known = self.studio.state.shared.facts.campaign(&campaign);
                let source_hash = known.and_then(|known| known.loaded()).expect("it was just told").source_hash;
                Ok(EditDone { back: edited.back, scene: edited.scene, source_hash })
            }
            Err(error) => Err(error.to_string()),
        };
        self.studio.tell(Event::Edited(Box::new(Edited { ticket, campaign, outcome })));
    }

    /// Whatever is open can be left by a person who knows one key.
    fn goes_home(&mut self) {
        for _ in 0..40 {
            self.studio.send(Msg::Key(Key::named("esc").unwrap()));
            self.answer(false);
        }
        assert!(self.studio.overlay().is_none(), "{}", self.studio.text());
        let (pages, typed) = (self.studio.state.pages.len(), self.studio.state.typed_ahead.len());
        let text = self.studio.text();
        assert_eq!(self.studio.state.page().section(), Section::Home, "{pages} pages, {typed} keys wait\n{text}");
    }
}

#[test]
fn a_monkey_breaks_nothing_pays_nothing_and_can_go_home() {
    let many = std::env::var_os("BABBLECAST_LONG_TESTS").is_some();
    let (seeds, acts) = if many { (20, 5_000) } else { (6, 500) };
    let (mut paid, mut edits) = (0, 0);
    for seed in 0..seeds {
        let mut monkey = Monkey::new(seed);
        for act in 0..acts {
            monkey.act();
            if act % 16 == 0 {
                let _ = monkey.studio.text();
            }
        }
        monkey.goes_home();
        paid += monkey.paid;
        edits += monkey.edits;
    }
    println!("{} acts, {edits} edits, {paid} times money with a yes", seeds * acts);
    assert!(edits > 0, "the monkey never edited anything");
}
