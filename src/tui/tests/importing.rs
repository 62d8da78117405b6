//! A recording dropped on the studio: what is asked, what is paid, and where one is at the end.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use insta::assert_snapshot;

use super::rehearsal::{Rehearsal, document, library};
use crate::domain::recording::Moment;
use crate::domain::{CampaignId, MicroDollars};
use crate::engine::{Command, Consent, Event, HeldRecording, Import, Imported, MomentWish};
use crate::media::cues;
use crate::media::video::Recording;
use crate::plan::Failure;
use crate::tui::input::keymap::Section;
use crate::tui::model::message::{Effect, Msg};

fn studio() -> Rehearsal {
    Rehearsal::new(80, 24, library(&[document("my_talk", "My talk")]))
}

fn dropped() -> Rehearsal {
    let mut studio = studio();
    studio.send(Msg::Paste("'/home/me/My talk.mp3'".to_owned()));
    studio
}

fn held() -> HeldRecording {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("talk.wav");
    std::fs::write(&path, cues::wav(8_000, &[1; 800], &[])).unwrap();
    let read = Recording::read(&path, (0.0, None), Path::new("/tmp"), &mut |_| ControlFlow::Continue(()));
    HeldRecording::new(read.unwrap())
}

/// What was asked of the engine last.
fn asked(studio: &Rehearsal) -> (MomentWish, bool, Consent) {
    match studio.effects.last() {
        Some(Effect::Send(Command::Import { wish, recording, consent, .. })) => {
            (wish.moment, recording.is_some(), *consent)
        }
        other => panic!("{other:?}"),
    }
}

fn tell(studio: &mut Rehearsal, import: Import) {
    studio.tell(Event::Import { ticket: 1, import });
}

fn moment(at: usize) -> Moment {
    let start_s = at as f64 * 100.0;
    Moment { start_s, end_s: start_s + 42.0, begins: format!("Line {at}"), speakers: 2, laughs: at, score: 0.5 }
}

#[test]
fn a_dropped_recording_is_imported_after_a_yes_and_left_alone_after_a_no() {
    let mut studio = dropped();
    assert_snapshot!("import_asked_80x24", studio.screen());
    assert_eq!(dropped().play("n").effects, []);
    let studio = dropped().play("y");
    assert_eq!(asked(&studio), (MomentWish::Ask, false, Consent::FreeOnly));
    let mut other = self::studio();
    other.send(Msg::Paste("only some words".to_owned()));
    assert!(other.overlay().is_none());
}

#[test]
fn an_import_is_seen_in_the_queue_and_can_be_stopped_there() {
    let mut studio = dropped().play("y");
    tell(&mut studio, Import::Doing("Reading My talk.mp3".to_owned()));
    tell(&mut studio, Import::Doing("elevenlabs scribe_v2 listens to 62 s".to_owned()));
    let mut studio = studio.play("Q");
    assert_snapshot!("import_queued_80x24", studio.screen());
    let studio_stopped = |studio: &Rehearsal| {
        let newest = studio.effects.last().cloned();
        matches!(newest, Some(Effect::Send(Command::StopImport { ticket: 1 })))
    };
    studio = studio.play("x");
    assert!(studio_stopped(&studio), "{:?}", studio.effects);
    let failure = Failure { reason: "Stopped".to_owned(), next_step: String::new(), retryable: true };
    tell(&mut studio, Import::Failed(failure));
    assert!(studio.text().contains("nothing runs"), "{}", studio.text());
}

#[test]
fn a_price_is_asked_for_and_nothing_is_paid_without_a_yes() {
    let costs = || {
        let mut studio = dropped().play("y");
        let what = "elevenlabs scribe_v2 listens to 62 s".to_owned();
        tell(&mut studio, Import::Costs { price: MicroDollars(3_800), what, recording: held() });
        studio
    };
    let mut studio = costs();
    assert!(studio.text().contains("Pay up to $0.00") && studio.text().contains("scribe_v2"));
    let before = studio.effects.len();
    assert_eq!(costs().play("n").effects.len(), before);
    assert_eq!(asked(&studio.play("y")), (MomentWish::Ask, true, Consent::UpTo(MicroDollars(3_800))));
}

#[test]
fn a_part_of_a_long_recording_is_chosen_from_a_list() {
    let choice = || {
        let mut studio = dropped().play("y");
        tell(&mut studio, Import::Choose { moments: vec![moment(3), moment(1)], recording: held() });
        studio
    };
    assert_snapshot!("import_moments_80x24", choice().screen());
    assert_eq!(asked(&choice().play("<enter>")), (MomentWish::Number(1), true, Consent::FreeOnly));
    assert_eq!(asked(&choice().play("<down><enter>")), (MomentWish::Number(2), true, Consent::FreeOnly));
    assert_eq!(asked(&choice().play("all<enter>")), (MomentWish::Whole, true, Consent::FreeOnly));
}

#[test]
fn the_new_campaign_opens_and_a_failure_is_told() {
    let mut studio = dropped().play("y");
    let imported = Imported {
        campaign: CampaignId::new("my_talk").unwrap(),
        path: PathBuf::from("campaigns/my_talk.json"),
        lines: 5,
        babies: 2,
        seconds: 12.0,
        notes: vec!["Who speaks is guessed".to_owned()],
    };
    tell(&mut studio, Import::Written(imported));
    assert_eq!(studio.state.page().section(), Section::Campaign);
    assert!(studio.text().contains("Who speaks is guessed"));

    let mut studio = dropped().play("y");
    let failure =
        Failure { reason: "Nobody speaks".to_owned(), next_step: "Name another.".to_owned(), retryable: false };
    tell(&mut studio, Import::Failed(failure));
    assert!(studio.text().contains("Nobody speaks. Name another."));
}

#[test]
fn a_question_waits_until_what_is_typed_is_done() {
    let mut studio = dropped().play("y").play("/naps");
    let what = "somebody listens".to_owned();
    tell(&mut studio, Import::Costs { price: MicroDollars(3_800), what, recording: held() });
    assert!(!studio.text().contains("Pay up to"));
    assert!(studio.play("<enter>").text().contains("Pay up to"));
}

#[test]
fn one_key_gives_a_line_to_the_next_baby() {
    let studio = studio().play("<enter>jS");
    let sent = studio.effects.iter().find_map(|effect| match effect {
        Effect::Send(Command::Edit { edit, .. }) => Some(format!("{edit:?}")),
        _ => None,
    });
    assert!(sent.is_some_and(|edit| edit.contains("speaker") && edit.contains("Baby 2")), "{:?}", studio.effects);
}
