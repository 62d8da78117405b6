//! The page of voices: what it shows, and what its keys ask for.

use std::path::PathBuf;
use std::sync::Arc;

use insta::assert_snapshot;

use super::rehearsal::{Rehearsal, document, library, paid_library};
use crate::engine::voices::{VoiceEntry, VoiceList};
use crate::engine::{Command, Event};
use crate::plan::{ProviderId, VoiceState};
use crate::tui::model::message::Effect;
use crate::tui::model::overlay::Overlay;

fn entry(id: &str, name: &str, origin: &'static str) -> VoiceEntry {
    VoiceEntry {
        provider: if origin == "built in" { ProviderId::Neural } else { ProviderId::ElevenLabs },
        id: id.to_owned(),
        name: name.to_owned(),
        origin,
        words: "female, young, playful, american".to_owned(),
        aliases: Vec::new(),
        state: VoiceState::There,
        ends_on: None,
        is_legacy: false,
        has_preview: true,
    }
}

fn voices() -> VoiceList {
    let mut jessica = entry("cgSgspJ2msm6clMCkdW9", "Jessica - Playful, Bright, Warm", "premade");
    (jessica.aliases, jessica.ends_on) = (vec!["baby_voice_1".to_owned()], Some("2026-12-31".to_owned()));
    let mut gone = entry("oldVoice", "Vanished", "missing");
    (gone.state, gone.has_preview) = (VoiceState::Gone, false);
    let mut dear = entry("library1", "Of the library", "saved");
    dear.state = VoiceState::NeedsPlan;
    VoiceList {
        voices: vec![
            jessica,
            entry("ownGirl", "Own \u{1b}[2Jgirl \u{202e}你好", "own"),
            dear,
            gone,
            entry("baby_voice_1", "Built-in baby 1", "built in"),
        ],
        tier: Some("creator".to_owned()),
        ..VoiceList::default()
    }
}

/// The page of voices for the baby of the first line.
pub(super) fn studio(width: u16, height: u16, script: &str) -> Rehearsal {
    let documents = [document("mon_rovia", "Mon Rovîa music reaction")];
    let mut studio = Rehearsal::new(width, height, paid_library(&documents)).play("<enter>jb");
    studio.tell(Event::Voices(Arc::new(voices())));
    studio.play(script)
}

fn sent(studio: &Rehearsal) -> Vec<&Command> {
    let commands = studio.effects.iter().filter_map(|effect| match effect {
        Effect::Send(command) => Some(command),
        _ => None,
    });
    commands.collect()
}

#[test]
fn the_voice_stays_selected_when_the_filter_is_left() {
    for (script, row) in
        [("jj/jess<esc>", "3/5"), ("/vanish<enter><esc>", "4/5"), ("jj/zzz<enter><esc>", "3/5"), ("4<enter>", "4/5")]
    {
        let mut studio = studio(80, 24, script);
        assert!(studio.text().contains(row), "{script} {}", studio.text());
    }
}

#[test]
fn the_page_of_voices() {
    assert_snapshot!("voices_120x40", studio(120, 40, "j").screen());
    assert_snapshot!("voices_80x24", studio(80, 24, "").screen());
    assert_snapshot!("voices_40x12", studio(40, 12, "jj").screen());
    assert_snapshot!("voices_price_80x24", studio(80, 24, "j<enter>").text());
}

#[test]
fn an_account_without_voices_says_so_and_the_built_in_ones_stay() {
    let mut studio = studio(80, 24, "");
    let list = VoiceList {
        voices: vec![entry("baby_voice_1", "Built-in baby 1", "built in")],
        trouble: Some("This ElevenLabs account has no voices yet.".to_owned()),
        ..VoiceList::default()
    };
    studio.tell(Event::Voices(Arc::new(list)));
    let text = studio.text();
    assert!(text.contains("has no voices yet") && text.contains("Built-in baby 1"), "{text}");
    let mut waiting = Rehearsal::new(80, 24, library(&[document("a", "A")])).play("V");
    assert!(waiting.text().contains("Asking for the voices"));
}

#[test]
fn opening_asks_once_and_hearing_costs_nothing() {
    let studio = studio(80, 24, "j<space>");
    let expected = Command::PreviewVoice { provider: ProviderId::ElevenLabs, voice: "ownGirl".to_owned() };
    assert_eq!(sent(&studio), [&Command::Voices, &expected]);
    let mut studio = studio;
    studio.tell(Event::Preview { voice: "ownGirl".to_owned(), sound: Ok(PathBuf::from("p.wav")) });
    assert_eq!(studio.effects.last(), Some(&Effect::Hear(PathBuf::from("p.wav"))));
    studio.tell(Event::Preview { voice: "ownGirl".to_owned(), sound: Err("The preview is a web page.".to_owned()) });
    assert!(studio.text().contains("The preview is a web page."));
}

#[test]
fn the_price_is_shown_before_a_voice_is_given() {
    let studio = studio(80, 24, "j<enter>");
    let Some(Overlay::Question(question)) = studio.overlay() else { panic!("no question") };
    assert!(question.title.starts_with("Up to $0.005: Baby 1 as Own"), "{}", question.title);
    assert!(question.text.contains("the next final speaks 1 line again"), "{}", question.text);
    let studio = studio.play("y");
    let given = sent(&studio).into_iter().any(
        |command| matches!(command, Command::GiveVoice { voice, speaker, .. } if voice == "ownGirl" && speaker.position() == 0),
    );
    assert!(given, "{:?}", studio.effects);
}

#[test]
fn a_voice_that_cannot_speak_is_not_given() {
    for script in ["jj<enter>", "jjj<enter>"] {
        let studio = studio(80, 24, script);
        assert!(studio.overlay().is_none(), "{script}");
        assert_eq!(sent(&studio), [&Command::Voices]);
    }
    let mut from_home = Rehearsal::new(80, 24, library(&[document("a", "A")])).play("V");
    from_home.tell(Event::Voices(Arc::new(voices())));
    let mut from_home = from_home.play("<enter>");
    assert!(from_home.text().contains("select a baby first"));
}

#[test]
fn the_list_is_filtered_while_typing() {
    let mut studio = studio(80, 24, "/built<enter>");
    let text = studio.text();
    assert!(text.contains("Built-in baby 1") && !text.contains("Jessica"), "{text}");
}
