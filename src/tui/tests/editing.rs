//! Editing where it stands: keys in, changes out; and the whole way with the real engine, from a key to the file on disk.

use insta::assert_snapshot;

use super::live::Live;
use super::rehearsal::{Rehearsal, document, library};
use crate::domain::edit::{Change, Target, Value, Where, edit};
use crate::domain::{CampaignId, Format, MicroDollars, read};
use crate::engine::{Command, Edit, EditDone, Edited, Event, Remakes};
use crate::plan::{AssetHash, Product};
use crate::tui::input::keymap::Section;
use crate::tui::model::message::{Effect, Msg};
use crate::tui::model::overlay::Overlay;

fn studio(script: &str) -> Rehearsal {
    Rehearsal::new(120, 40, library(&[document("mon_rovia", "Mon Rovîa")])).play(script)
}

/// The changes that the engine was asked to make, the newest last.
fn changes(studio: &Rehearsal) -> Vec<Change> {
    let asked = studio.effects.iter().filter_map(|effect| match effect {
        Effect::Send(Command::Edit { edit: Edit::Changes(changes), .. }) => Some(changes.clone()),
        _ => None,
    });
    asked.flatten().collect()
}

fn set(change: &Change) -> (usize, &str, &str) {
    match change {
        Change::Set { of: Target::Scene(scene), field, value: Value::Text(text) } => (scene.position, field, text),
        other => panic!("{other:?}"),
    }
}

/// The ticket of the newest question, and of the newest edit.
fn tickets(studio: &Rehearsal) -> (u64, u64) {
    let (mut question, mut edit) = (0, 0);
    for effect in &studio.effects {
        match effect {
            Effect::WhatIf(Command::WhatIf { ticket, .. }) => question = *ticket,
            Effect::Send(Command::Edit { ticket, .. }) => edit = *ticket,
            _ => {}
        }
    }
    (question, edit)
}

fn refuse(studio: &mut Rehearsal, why: &str) {
    let (campaign, ticket) = (CampaignId::new("mon_rovia").unwrap(), tickets(studio).1);
    studio.tell(Event::Edited(Box::new(Edited { ticket, campaign, outcome: Err(why.to_owned()) })));
}

#[test]
fn i_edits_the_line_and_enter_saves_it() {
    let studio = studio("<enter>ji<ctrl-w><backspace>!<enter>");
    assert_eq!(set(&changes(&studio)[0]), (0, "text", "Yo, I just stumbled upon this artist, Mon!"));
    assert!(matches!(studio.overlay(), Some(Overlay::Line(_))), "it stays until it is saved");
    let caption = self::studio("<enter>jjji!<enter>");
    assert_eq!(set(&changes(&caption)[0]), (2, "caption", "Mon Rovîa!"));
    let gone = self::studio("<enter>jjji<ctrl-u><enter>");
    assert!(matches!(&changes(&gone)[0], Change::Unset { field, .. } if field == "caption"));
}

#[test]
fn a_yes_that_was_typed_ahead_answers_no_question_that_comes_later() {
    let before = document("mon_rovia", "Mon Rovîa");
    let library = super::rehearsal::paid_library(std::slice::from_ref(&before));
    let mut studio = Rehearsal::new(120, 40, library).play("<enter>ji!<enter>Gy");
    let done = edit(&before.to_string(), Format::Json, &changes(&studio)).unwrap();
    studio.edited(&serde_json::from_str(&done.text).unwrap());
    let source_hash = AssetHash::of(done.text.as_bytes());
    let outcome = Ok(EditDone { back: done.back, scene: done.scene, source_hash });
    let (campaign, ticket) = (CampaignId::new("mon_rovia").unwrap(), tickets(&studio).1);
    studio.tell(Event::Edited(Box::new(Edited { ticket, campaign, outcome })));
    let pays = |studio: &Rehearsal| studio.effects.iter().any(|effect| matches!(effect, Effect::Generate { .. }));
    assert!(matches!(studio.overlay(), Some(Overlay::Question(_))), "G asks");
    assert!(!pays(&studio), "and y was pressed before there was anything to read");
    assert!(pays(&studio.play("y")));
}

#[test]
fn nothing_is_written_where_nothing_is_changed() {
    for script in [
        "<enter>ji<enter>",
        "<enter>ji<esc>",
        "<enter>jix<backspace><enter>",
        "<enter>jo<enter>",
        "<enter>jI<ctrl-s>",
        "<enter>jI<esc>",
    ] {
        let studio = studio(script);
        assert!(changes(&studio).is_empty(), "{script}");
        assert!(studio.overlay().is_none(), "{script}");
    }
    assert!(studio("<enter>i").overlay().is_none(), "the whole campaign has no text");
}

#[test]
fn leaving_with_unsaved_words_takes_two_keys() {
    let mut once = studio("<enter>jix<esc>");
    assert!(once.text().contains("Not saved yet"), "{}", once.text());
    let back = once.play("y<esc>");
    assert!(matches!(back.overlay(), Some(Overlay::Line(_))), "any other key goes on");
    let left = back.play("<esc>");
    assert!(left.overlay().is_none() && changes(&left).is_empty());
}

#[test]
fn what_is_refused_keeps_every_word() {
    let mut studio = studio("<enter>jix<enter>");
    refuse(&mut studio, "scene 1 is not what it was: somebody else has changed it meanwhile");
    assert!(studio.text().contains("somebody else has changed it"), "{}", studio.text());
    let studio = studio.play("y<enter>");
    assert!(set(&changes(&studio)[1]).2.ends_with("Rovîa.xy"));
}

#[test]
fn nothing_is_typed_while_the_words_are_written() {
    let mut studio = studio("<enter>jix<enter>yz<enter>");
    studio.send(Msg::Paste("more".to_owned()));
    assert_eq!(changes(&studio).len(), 1, "a second enter writes nothing twice");
    assert!(matches!(studio.overlay(), Some(Overlay::Line(edit)) if edit.line.text().ends_with("Rovîa.x")));
    let studio = studio.play("<esc>y<enter>");
    assert_eq!(changes(&studio).len(), 2);
}

#[test]
fn what_was_typed_behind_a_refused_edit_is_not_taken() {
    let mut studio = studio("<enter>jix<enter>dd");
    refuse(&mut studio, "scene 1 is not what it was");
    assert!(matches!(studio.overlay(), Some(Overlay::Line(edit)) if edit.line.text().ends_with("Rovîa.x")));
    let studio = studio.play("<esc><esc>");
    assert_eq!((changes(&studio).len(), studio.overlay().is_none()), (1, true));
}

#[test]
fn the_price_stands_below_as_one_types() {
    let mut studio = studio("<enter>jix");
    let (ticket, _) = tickets(&studio);
    let remakes = |voices| Remakes {
        items: vec![(Product::Voice, voices), (Product::Clip, 1)],
        made: 0,
        price: MicroDollars(9_600),
    };
    studio.tell(Event::WhatIf { ticket, answer: Ok(remakes(1)) });
    assert!(studio.text().contains("remakes 1 voice, 1 clip · up to $0.01"), "{}", studio.text());
    let mut studio = studio.play("y");
    studio.tell(Event::WhatIf { ticket, answer: Ok(remakes(7)) });
    assert!(!studio.text().contains("7 voices"), "an answer to an older question is not shown");
    let (ticket, _) = tickets(&studio);
    studio.tell(Event::WhatIf { ticket, answer: Err("scene 1 · text: the text is empty".to_owned()) });
    assert!(studio.text().contains("! scene 1") || studio.text().contains("scene 1 · text: the text is empty"));
}

#[test]
fn a_line_that_the_voice_reads_otherwise_says_so() {
    let mut document = document("mon_rovia", "Mon Rovîa");
    document["script"][0]["say"] = "Yo.".into();
    let mut studio = Rehearsal::new(120, 40, library(&[document])).play("<enter>jix");
    assert!(studio.text().contains("the voice reads the `say` text"), "{}", studio.text());
    assert!(!studio.play("<esc><esc>ji").text().contains("the voice reads"));
}

#[test]
fn a_new_line_is_spoken_in_turn() {
    let inserted = |script: &str| match &changes(&studio(script))[0] {
        Change::Insert { at, scene } => (*at, scene.clone()),
        other => panic!("{other:?}"),
    };
    let speaker = |scene: &[(String, Value)]| scene[1].1.clone();
    for (script, at, who) in [
        ("<enter>joHi<enter>", 1, "Baby 1"),
        ("<enter>jjoHi<enter>", 2, "Baby 1"),
        ("<enter>jOHi<enter>", 0, "Baby 1"),
        ("<enter>jjo<tab>Hi<enter>", 2, "Baby 2"),
        ("<enter>oHi<enter>", 3, "Baby 1"),
    ] {
        let (place, scene) = inserted(script);
        assert_eq!((place, speaker(&scene)), (at, Value::from(who)), "{script}");
        assert_eq!(scene[2], ("text".to_owned(), Value::from("Hi")));
    }
}

#[test]
fn scenes_are_deleted_moved_and_put_by_chords_and_letters() {
    let positions = |script: &str| -> Vec<usize> {
        let of = |change: &Change| match change {
            Change::Remove { scene } | Change::Move { scene, .. } => scene.position,
            Change::Insert { at, .. } => *at,
            other => panic!("{other:?}"),
        };
        changes(&studio(script)).iter().map(of).collect()
    };
    assert_eq!(positions("<enter>jjdd"), [1]);
    assert_eq!(positions("<enter>jjdj"), [] as [usize; 0], "d alone does nothing");
    assert_eq!(positions("<enter>jVjdd"), [1, 0], "from the last one on");
    assert_eq!(positions("<enter>jJ"), [0]);
    assert_eq!(positions("<enter>jyyjP"), [2]);
    assert_eq!(positions("<enter>jVjyyP"), [2, 3]);
    let twice = changes(&studio("<enter>jjK"));
    assert!(matches!(&twice[0], Change::Move { to: Where::By(-1), .. }));
    assert_eq!(positions("<enter>jV<end>dd"), [] as [usize; 0], "all would leave no script");
    assert!(studio("<enter>P").state.shared.notice.as_ref().unwrap().text.contains("yy remembers one"));
}

#[test]
fn a_speaker_is_picked_by_number_for_all_that_are_selected() {
    let spoken = changes(&studio("<enter>jC2"));
    assert_eq!(set(&spoken[0]), (0, "speaker", "Baby 2"));
    let spoken = changes(&studio("<enter>jVjjC1"));
    assert_eq!(spoken.iter().map(set).collect::<Vec<_>>(), [(0, "speaker", "Baby 1"), (1, "speaker", "Baby 1")]);
    assert!(changes(&studio("<enter>jC9<esc>")).is_empty());
    assert!(studio("<enter>jC<down><enter>").overlay().is_none());
}

#[test]
fn drafts_takes_and_cancelling_act_on_all_that_are_selected() {
    let scenes = |studio: &Rehearsal| -> Vec<Option<usize>> {
        let of = |effect: &Effect| match effect {
            Effect::Generate { scope, .. } => Some(scope.scene),
            _ => None,
        };
        studio.effects.iter().filter_map(of).collect()
    };
    assert_eq!(scenes(&studio("<enter>jVjg")), [Some(0), Some(1)]);
    let takes = studio("<enter>jlVjr").effects;
    assert_eq!(takes.iter().filter(|effect| matches!(effect, Effect::Regenerate { .. })).count(), 2);
    assert_eq!(scenes(&studio("<enter>jVj<esc>g")), [Some(1)], "esc ends the selection");
}

#[test]
fn undo_is_u_and_the_calls_in_doubt_have_a_key_of_their_own_there() {
    assert!(studio("<enter>u").state.shared.notice.as_ref().unwrap().text.starts_with("Nothing to undo"));
    assert_eq!(studio("<enter>U").state.page().section(), Section::Unknowns);
    assert_eq!(studio("u").state.page().section(), Section::Unknowns);
}

#[test]
fn a_card_saves_all_its_fields_as_one_edit() {
    let studio = studio("<enter>jlI<enter><ctrl-u>New.<enter>j<enter>Neew.<enter>s");
    let changed = changes(&studio);
    assert_eq!(changed.iter().map(set).collect::<Vec<_>>(), [(0, "text", "New."), (0, "say", "Neew.")]);
    let tickets: Vec<_> =
        studio.effects.iter().filter(|effect| matches!(effect, Effect::Send(Command::Edit { .. }))).collect();
    assert_eq!(tickets.len(), 1);
    let baby = changes(&self::studio("<enter>jI<enter><ctrl-u>dry<tab><ctrl-u>bows<enter>s"));
    assert_eq!(baby.len(), 2);
    assert!(
        matches!(&baby[0], Change::Set { of: Target::Baby(name), field, .. } if name == "Baby 1" && field == "tone")
    );
    assert!(
        matches!(&baby[1], Change::Set { field, value, .. } if field == "appearance" && *value == Value::from("bows"))
    );
}

#[test]
fn the_editor_the_card_and_the_choice_at_three_sizes() {
    for (width, height) in [(120, 40), (80, 24), (40, 12)] {
        let open =
            |script: &str| Rehearsal::new(width, height, library(&[document("mon_rovia", "Mon Rovîa")])).play(script);
        let mut line = open("<enter>jji<alt-enter>And more.<left><left>");
        let (ticket, _) = tickets(&line);
        let items = vec![(Product::Voice, 1), (Product::Clip, 1)];
        line.tell(Event::WhatIf { ticket, answer: Ok(Remakes { items, made: 0, price: MicroDollars::ZERO }) });
        assert_snapshot!(format!("edit_line_{width}x{height}"), line.screen());
        let mut card = open("<enter>jlI<enter>!<enter>jj");
        assert_snapshot!(format!("edit_card_{width}x{height}"), card.screen());
    }
    let mut pick = studio("<enter>jVjC");
    assert_snapshot!("edit_pick_120x40", pick.screen());
}

fn texts(text: &str) -> Vec<String> {
    let campaign = read(text, Format::Json).unwrap_or_else(|faults| panic!("{faults:?}"));
    (0..campaign.scenes.len()).map(|scene| campaign.line(scene).unwrap().text.clone()).collect()
}

/// Presses keys and waits until the file says this.
fn until(studio: Live, keys: &[&str], said: &[&str]) -> Live {
    let mut studio = studio.keys(keys);
    studio.until("the file is read", |state| {
        let loaded = state.shared.facts.campaigns[0].loaded();
        loaded.is_some_and(|loaded| {
            let script = &loaded.campaign;
            (0..script.scenes.len())
                .filter_map(|scene| script.line(scene))
                .map(|line| line.text.as_str())
                .eq(said.iter().copied())
        })
    });
    assert_eq!(texts(&studio.file()), said);
    studio
}

#[test]
fn from_a_key_to_the_file_and_back_again() {
    let studio = Live::open(120, 40);
    let first = studio.file();
    let studio = until(studio, &["enter", "j", "i", "left", "!", "enter"], &["Nap!?", "Snack."]);
    let studio = until(studio, &["o", "O", "h", "enter"], &["Nap!?", "Oh", "Snack."]);
    let mut studio = until(studio, &["d", "d"], &["Nap!?", "Snack."]);
    assert_snapshot!("edit_deleted_120x40", studio.screen());
    let mut studio = until(studio, &["u"], &["Nap!?", "Oh", "Snack."]);
    assert_snapshot!("edit_deleted_undone_120x40", studio.screen());
    for (width, height) in [(80, 24), (40, 12)] {
        studio.send(Msg::Resize(ratatui::layout::Size::new(width, height)));
        assert_snapshot!(format!("edit_deleted_undone_{width}x{height}"), studio.screen());
    }
    let studio = until(studio, &["J"], &["Nap!?", "Snack.", "Oh"]);
    let studio = until(studio, &["u", "u"], &["Nap!?", "Snack."]);
    let studio = until(studio, &["u"], &["Nap?", "Snack."]);
    assert_eq!(studio.file(), first, "every byte is back");
    let studio = until(studio, &["ctrl-r", "ctrl-r"], &["Nap!?", "Oh", "Snack."]);
    let _ = until(studio, &["y", "y", "P"], &["Nap!?", "Oh", "Oh", "Snack."]);
}

#[test]
fn the_selection_is_where_the_user_went_and_not_where_an_edit_was() {
    let mut studio = Live::open(80, 24).keys(&["enter", "j", "i", "!", "enter"]);
    studio.until("it is saved", |state| state.overlay.is_none());
    let mut studio = studio.keys(&["j"]);
    studio.until("the file is read", |state| {
        state.shared.facts.campaigns[0].loaded().is_some_and(|loaded| loaded.campaign.line(0).unwrap().text == "Nap?!")
    });
    let studio = studio.keys(&["i"]);
    assert!(matches!(&studio.state.overlay, Some(Overlay::Line(edit)) if edit.line.text() == "Snack."));
}

#[test]
fn moving_twice_at_once_moves_two_places() {
    let studio = Live::open(80, 24);
    let studio = until(studio, &["enter", "end", "o", "Z", "enter"], &["Nap?", "Snack.", "Z"]);
    let _ = until(studio, &["home", "j", "J", "J"], &["Snack.", "Z", "Nap?"]);
}

#[test]
fn keys_typed_ahead_act_on_what_an_edit_left() {
    let studio = Live::open(80, 24);
    let studio = until(studio, &["enter", "j", "i", "!", "enter", "i", "?", "enter"], &["Nap?!?", "Snack."]);
    let two = ["o", "A", "enter", "o", "B", "enter", "j", "y", "y", "P"];
    let studio = until(studio, &two, &["Nap?!?", "A", "B", "Snack.", "Snack."]);
    let _ = until(studio, &["d", "d", "d", "d", "u", "k"], &["Nap?!?", "A", "B", "Snack."]);
}
