//! What a person is told of voices.

use std::collections::{BTreeMap, BTreeSet};

use super::needed::Needed;
use super::previews::MOST_PREVIEWS;
use super::*;
use crate::domain::MicroDollars;
use crate::plan::{AccountVoices, Failure, KnownVoice, Pin, VoiceState};
use crate::providers::catalogue::DraftVoice;

fn known(state: VoiceState, ends_on: Option<&str>, instead: Option<&str>) -> KnownVoice {
    KnownVoice {
        name: "Jes\u{1b}[2Jsica".to_owned(),
        state,
        ends_on: ends_on.map(str::to_owned),
        is_legacy: false,
        instead: instead.map(|id| Pin { voice_id: id.to_owned(), name: "Nora".to_owned() }),
    }
}

fn told(id: &str, written: &str, state: KnownVoice) -> Vec<String> {
    let account = AccountVoices { known: BTreeMap::from([(id.to_owned(), state)]), ..AccountVoices::default() };
    let needed = Needed {
        id: id.to_owned(),
        written: BTreeSet::from([written.to_owned()]),
        babies: vec!["Baby 1 (naps)".to_owned()],
        is_kept: false,
        lines: 40,
        price: MicroDollars(120_000),
    };
    warnings(&account, &[needed])
}

#[test]
fn a_missing_voice_is_told_once_with_what_to_write_and_its_price() {
    let warnings = told("old", "baby_voice_1", known(VoiceState::Gone, None, Some("new")));
    let [warning] = warnings.as_slice() else { panic!("{warnings:?}") };
    for words in [
        "The voice Jes␛[2Jsica (old) of Baby 1 (naps) is not in this ElevenLabs account.",
        "Closest is Nora: `babblecast voices use new --alias baby_voice_1`",
        "baby_voice_1 = \"new\" below [elevenlabs.voices]",
        "its 40 lines again for up to $0.12",
    ] {
        assert!(warning.contains(words), "no {words:?} in {warning}");
    }
    let alone = &told("old", "baby_voice_1", known(VoiceState::Gone, None, None))[0];
    assert!(alone.contains("baby_voice_1 = \"ID\" below [elevenlabs.voices]"), "{alone}");
    let own = &told("mine", "mine", known(VoiceState::NeedsPlan, None, None))[0];
    assert!(own.contains("needs another plan") && own.contains("`babblecast voices` lists"), "{own}");
}

#[test]
fn a_voice_that_ends_is_told_with_its_day_and_one_that_is_well_is_not() {
    let ends = &told("old", "baby_voice_1", known(VoiceState::There, Some("2026-12-31"), None))[0];
    assert!(ends.contains("of Baby 1 (naps) on 2026-12-31"), "{ends}");
    assert!(told("old", "baby_voice_1", known(VoiceState::There, None, None)).is_empty());
    let legacy = KnownVoice { is_legacy: true, ..known(VoiceState::There, None, None) };
    let legacy = &told("old", "baby_voice_1", legacy)[0];
    assert!(legacy.contains("of Baby 1 (naps), which it calls legacy"), "{legacy}");
}

#[test]
fn built_in_voices_stand_in_the_list_whatever_the_account_says() {
    let failure = Failure { reason: "x".to_owned(), next_step: "y.".to_owned(), retryable: false };
    let list = list(Err(&failure), &AccountVoices::default(), &BTreeMap::new(), DraftVoice::Neural, false);
    assert_eq!(list.voices.iter().filter(|voice| voice.is_built_in()).count(), 8);
    assert_eq!(list.trouble.as_deref(), Some("x. y."));
}

#[test]
fn only_the_newest_previews_are_kept() {
    let folder = tempfile::tempdir().unwrap();
    for number in 0..MOST_PREVIEWS + 5 {
        keep_preview(folder.path(), &format!("voice{number:03}"), b"RIFF").unwrap();
    }
    let last = folder.path().join(format!("voice{:03}.wav", MOST_PREVIEWS + 4));
    assert!(last.exists());
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), MOST_PREVIEWS);
}
