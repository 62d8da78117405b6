//! How one finds a line: the filter by words, speaker and state, and the jump to what needs somebody.

use std::path::PathBuf;
use std::sync::Arc;

use insta::assert_snapshot;
use serde_json::{Value, json};

use super::rehearsal::{Rehearsal, document, library, made, paid_library};
use crate::engine::{Content, Event, JobChange, JobFacts, Library, Video};
use crate::plan::{Failure, JobKey, JobState, Mode, Product};
use crate::tui::model::message::{Effect, Spot};

fn show(count: usize) -> Value {
    let mut show = document("show", "The show");
    let line = |number: usize| {
        let speaker = if number.is_multiple_of(3) { "Baby 2" } else { "Baby 1" };
        json!({"type": "dialogue", "speaker": speaker, "text": format!("Line {number} of the Show about naps.")})
    };
    show["script"] = (1..=count).map(line).collect();
    show
}

fn key(library: &Library, mode: Mode, scene: usize, product: Product) -> JobKey {
    let Content::Good(loaded) = &library.entries[0].content else { panic!("the show is good") };
    let graph = loaded.graph(mode).unwrap();
    graph.jobs[graph.scenes[scene].of(product).unwrap()].key
}

fn failure() -> Failure {
    Failure { reason: "the pen broke".to_owned(), next_step: "Press g.".to_owned(), retryable: true }
}

fn set(studio: &mut Rehearsal, key: JobKey, state: JobState) {
    studio.tell(Event::Jobs(vec![JobChange { key, facts: JobFacts::of(state) }]));
}

/// Sixty lines: the voice of line 8 failed, that of 20 is held, that of 41 may have been billed, that of 50 is being made.
pub(super) fn troubled(width: u16, height: u16) -> Rehearsal {
    let library = library(&[show(60)]);
    let states = [
        (7, JobState::Failed(failure())),
        (19, JobState::Blocked(failure())),
        (40, JobState::Held(failure())),
        (49, JobState::Running),
    ];
    let keys = states.map(|(scene, state)| (key(&library, Mode::Draft, scene, Product::Voice), state));
    let mut studio = Rehearsal::new(width, height, library);
    for (key, state) in keys {
        set(&mut studio, key, state);
    }
    studio.play("<enter>")
}

/// Where `e` opens the file now.
fn spot(studio: Rehearsal) -> Spot {
    match studio.play("e").effects.pop() {
        Some(Effect::Edit { at, .. }) => at,
        other => panic!("{other:?}"),
    }
}

fn notice(studio: &Rehearsal) -> &str {
    studio.state.shared.notice.as_ref().map_or("", |said| &said.text)
}

#[test]
fn the_jump_goes_from_one_trouble_to_the_next_and_round() {
    for (script, scene, said) in [
        ("!", 7, "scene 8: voice failed"),
        ("!!", 19, "scene 20: voice held"),
        ("}}}", 40, "scene 41: voice maybe billed"),
        ("!!!!", 7, "From the top again: scene 8: voice failed"),
        ("~", 40, "From the end again: scene 41: voice maybe billed"),
        ("30<enter>{", 19, "scene 20: voice held"),
        ("3!", 40, "scene 41: voice maybe billed"),
    ] {
        let studio = troubled(120, 40).play(script);
        assert_eq!(notice(&studio), said, "{script}");
        assert_eq!(spot(studio), Spot::Scene(scene), "{script}");
    }
    let jumped = troubled(120, 40).play("!r");
    let regenerated =
        matches!(jumped.effects.last(), Some(Effect::Regenerate { subject: crate::engine::Subject::Voice(7), .. }));
    assert!(regenerated, "the cell that failed is the one keys work on");
    let only = troubled(120, 40).play("/is:failed<enter>!");
    assert_eq!(notice(&only), "Only this needs you: scene 8: voice failed");
}

#[test]
fn where_nothing_needs_anybody_the_jump_says_so_and_stays() {
    let studio = Rehearsal::new(120, 40, library(&[show(60)])).play("<enter>5j!");
    assert_eq!(notice(&studio), "Nothing needs you here.");
    assert_eq!(spot(studio), Spot::Scene(4));
    assert_eq!(notice(&Rehearsal::new(120, 40, library(&[show(3)])).play("!")), "Nothing needs you here.");
    assert_eq!(
        notice(&troubled(120, 40).play("/line 30<enter>!")),
        "Nothing needs you among the lines that the filter shows."
    );
    let library = paid_library(&[show(60)]);
    let failed = key(&library, Mode::Final, 3, Product::Voice);
    let mut studio = Rehearsal::new(120, 40, library);
    set(&mut studio, failed, JobState::Failed(failure()));
    let studio = studio.play("D<enter>!");
    assert_eq!(notice(&studio), "Nothing of the draft needs you, but something of the final: F shows it.");
    assert_eq!(spot(studio.play("F!")), Spot::Scene(3));
}

#[test]
fn on_home_the_jump_goes_to_campaigns_that_need_somebody() {
    let mut broken = document("zz", "Broken");
    broken["script"][0]["text"] = json!("");
    let library = library(&[show(3), document("apples", "Apples"), broken]);
    let failed = key(&library, Mode::Draft, 0, Product::Voice);
    let mut studio = Rehearsal::new(120, 40, library);
    set(&mut studio, failed, JobState::Failed(failure()));
    let studio = studio.play("<end>!");
    assert!(notice(&studio).starts_with("From the top again: The show: voice of scene 1"), "{}", notice(&studio));
    let studio = studio.play("!");
    assert!(notice(&studio).starts_with("zz: "), "{}", notice(&studio));
    assert!(notice(&studio.play("!")).starts_with("From the top again: The show"), "each is visited once");
}

/// The numbers of the scenes that a filter shows.
fn shown(filter: &str) -> String {
    let mut studio = troubled(120, 40).play(&format!("/{filter}"));
    let text = studio.text();
    let row = text.lines().find(|line| line.contains("the whole campaign")).unwrap();
    row.split("the whole campaign, ").nth(1).unwrap().split(" of").next().unwrap().to_owned()
}

#[test]
fn the_filter_takes_words_speakers_and_states() {
    for (filter, count) in [
        ("LINE 5", "11"),
        ("who:2", "20"),
        ("who:2 line 3", "5"),
        ("who:\"baby 1\"", "40"),
        ("who:nobody", "0"),
        ("is:failed", "1"),
        ("is:failed is:held", "2"),
        ("is:billed", "1"),
        ("is:working", "1"),
        ("is:held line 20", "1"),
        ("is:held line 21", "0"),
        ("is:fine", "0"),
    ] {
        assert_eq!(shown(filter), count, "{filter}");
    }
}

#[test]
fn a_changed_line_is_found_and_jumped_to() {
    let mut library = library(&[show(9)]);
    let clips: Vec<JobKey> = (0..9).map(|scene| key(&library, Mode::Draft, scene, Product::Clip)).collect();
    let entry = Arc::make_mut(&mut library.entries[0]);
    let known = clips.iter().copied().filter(|clip| *clip != clips[6]).collect();
    entry.videos = vec![Video { mode: Mode::Draft, path: PathBuf::from("output/show/episode.mp4"), clips: known }];
    let mut studio = Rehearsal::new(120, 40, library);
    studio.tell(Event::Jobs(vec![made(clips[0], Product::Clip)]));
    let studio = studio.play("<enter>!");
    assert!(
        notice(&studio).starts_with("scene 7: ") && notice(&studio).ends_with("changed since"),
        "{}",
        notice(&studio)
    );
    assert_eq!(spot(studio.play("<home>/is:changed<enter>")), Spot::Scene(6));
}

#[test]
fn the_place_is_kept_when_a_filter_is_left() {
    assert_eq!(spot(troubled(120, 40).play("10<enter>/is:billed<esc>")), Spot::Scene(9), "esc goes back");
    assert_eq!(spot(troubled(120, 40).play("10<enter>/is:billed<enter><esc>")), Spot::Scene(40), "enter stays");
    assert_eq!(spot(troubled(120, 40).play("10<enter>/nothing like it<enter><esc>")), Spot::Scene(9));
}

#[test]
fn a_line_stays_while_it_is_worked_on_though_the_filter_would_let_it_go() {
    let library = library(&[show(60)]);
    let failed = [3, 8].map(|scene| key(&library, Mode::Draft, scene, Product::Voice));
    let mut studio = Rehearsal::new(120, 40, library);
    for key in &failed {
        set(&mut studio, *key, JobState::Failed(failure()));
    }
    let mut studio = studio.play("<enter>/is:failed<enter>");
    set(&mut studio, failed[0], JobState::Running);
    assert!(studio.text().contains("2 of 60 scenes shown"), "{}", studio.text());
    let mut studio = studio.play("j");
    set(&mut studio, failed[0], JobState::Made);
    assert!(studio.text().contains("1 of 60 scenes shown"), "{}", studio.text());
    assert_eq!(spot(studio), Spot::Scene(8));
}

#[test]
fn what_the_filter_found_is_marked_though_it_stands_far_behind() {
    let mut show = show(3);
    show["script"][1]["text"] = json!(format!("{} and then a NEEDLE, 你好.", "hay ".repeat(100)));
    let mut studio = Rehearsal::new(80, 24, library(&[show])).play("<enter>/needle");
    assert!(studio.text().contains("NEEDLE"), "{}", studio.text());
}

#[test]
fn finding_at_four_sizes() {
    for (width, height) in [(120, 40), (80, 24), (40, 12)] {
        assert_snapshot!(format!("jump_{width}x{height}"), troubled(width, height).play("!!!").screen());
        assert_snapshot!(format!("find_{width}x{height}"), troubled(width, height).play("/who:2 show").screen());
        assert_snapshot!(format!("no_state_{width}x{height}"), troubled(width, height).play("/is:fine").text());
    }
}

#[test]
fn a_campaign_comes_back_as_it_was_left() {
    let mut left = troubled(80, 24).play("30<enter>3k");
    let text = left.text();
    assert_eq!(left.play("<esc><enter>").text(), text);
}

#[test]
fn a_word_that_no_line_says_is_looked_for_by_its_letters() {
    let mut document = document("show", "The giraffe show");
    document["script"] = json!([
        {"type": "dialogue", "speaker": "Baby 1", "text": "My friend the giraffe came by."},
        {"type": "dialogue", "speaker": "Baby 2", "text": "A snack, please."},
    ]);
    let studio = |script: &str| Rehearsal::new(120, 40, library(std::slice::from_ref(&document))).play(script);
    for (script, heading, scene) in [
        ("<enter>/giraffe<enter>", "Scenes with “giraffe”", Some(0)),
        ("<enter>/girafe<enter>", "Scenes like “girafe”", Some(0)),
        ("<enter>/snck who:2<enter>", "Scenes like “snck who:2”", Some(1)),
        ("<enter>/snck who:1<enter>", "Scenes like “snck who:1”", None),
        ("<enter>/zebra<enter>", "Scenes like “zebra”", None),
        ("/girfe", "like “girfe”", None),
    ] {
        let mut studio = studio(script);
        assert!(studio.text().contains(heading), "{script}: {}", studio.text());
        if let Some(scene) = scene {
            assert_eq!(spot(studio), Spot::Scene(scene), "{script}");
        }
    }
    assert_snapshot!("found_by_letters_120x40", studio("<enter>/girafe<enter>").screen());
}
