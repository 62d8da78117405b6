//! What is selected stays selected: over edits, filters, other pages, and lines that come and go.

use std::path::PathBuf;
use std::sync::Arc;

use serde_json::{Value, json};

use super::rehearsal::{Rehearsal, document, entry, library};
use crate::engine::Event;
use crate::tui::app::run::remembered::Remembered;
use crate::tui::input::keymap::Section;
use crate::tui::model::message::{Effect, Msg, Spot};
use crate::tui::model::overlay::Overlay;

fn studio(script: &str) -> Rehearsal {
    let documents = [document("apples", "Apples"), document("mon_rovia", "Mon Rovîa"), document("spoons", "Spoons")];
    Rehearsal::new(120, 40, library(&documents)).play(script)
}

/// The file and the scene that `e` opens now.
fn edited(studio: Rehearsal) -> (PathBuf, Spot) {
    match studio.play("e").effects.pop() {
        Some(Effect::Edit { path, at }) => (path, at),
        other => panic!("{other:?}"),
    }
}

fn file(name: &str) -> PathBuf {
    PathBuf::from(format!("campaigns/{name}.json"))
}

fn change(studio: &mut Rehearsal, document: &Value) {
    studio.tell(Event::Campaign(Arc::new(entry(document))));
}

#[test]
fn a_campaign_stays_selected_while_lines_come_above_it() {
    let mut studio = studio("j");
    let mut broken = document("spoons", "Spoons");
    broken["script"][0]["text"] = json!("");
    change(&mut studio, &broken);
    change(&mut studio, &document("aaa", "The first of all"));
    assert!(studio.text().contains("Needs you"));
    assert_eq!(edited(studio).0, file("mon_rovia"));
}

#[test]
fn the_first_campaign_stays_selected_though_nobody_chose_it() {
    let mut studio = studio("");
    change(&mut studio, &document("aaa", "The first of all"));
    assert_eq!(edited(studio).0, file("apples"));
}

#[test]
fn a_new_campaign_is_selected_when_it_comes() {
    let mut studio = studio("nMy first show!");
    assert!(studio.text().contains("→ campaigns/my_first_show.json"), "{}", studio.text());
    let mut studio = studio.play("<enter>");
    change(&mut studio, &document("my_first_show", "My first show!"));
    assert_eq!(edited(studio).0, file("my_first_show"));
    let mut taken = self::studio("nspoons");
    assert!(taken.text().contains("spoons is there already"), "{}", taken.text());
    assert!(self::studio("n!?").text().contains("no letter and no digit"));
}

#[test]
fn what_was_found_stays_selected_when_the_filter_goes() {
    assert_eq!(edited(studio("/spoon<enter><esc>")).0, file("spoons"));
    assert_eq!(edited(studio("j/spoon<esc>")).0, file("mon_rovia"), "a search given up changes nothing");
    assert_eq!(edited(studio("<enter>/heard<enter><esc>")), (file("apples"), Spot::Scene(1)));
    assert_eq!(edited(studio("<enter>j/heard<esc>")), (file("apples"), Spot::Scene(0)));
    assert_eq!(edited(studio("<enter>/heard<enter>k")), (file("apples"), Spot::Top), "the whole can be chosen too");
}

#[test]
fn a_campaign_opens_where_it_was_left() {
    assert_eq!(edited(studio("<enter>jj<esc>j<enter>j<esc>k<enter>")), (file("apples"), Spot::Scene(1)));
    assert_eq!(edited(studio("<enter>jjL?<esc><esc>")), (file("apples"), Spot::Scene(1)));
}

#[test]
fn a_scene_stays_selected_while_the_script_is_edited() {
    let mut changed = document("apples", "Apples");
    let scenes = changed["script"].as_array_mut().unwrap();
    scenes.insert(0, json!({"type": "dialogue", "speaker": "Baby 2", "text": "Before all."}));
    let mut studio = studio("<enter>jj");
    change(&mut studio, &changed);
    assert!(studio.text().contains("3/4"), "{}", studio.text());
    assert_eq!(edited(studio).1, Spot::Scene(2));
}

#[test]
fn a_count_repeats_a_step() {
    assert_eq!(edited(studio("<enter>2j")).1, Spot::Scene(1));
    assert_eq!(edited(studio("<enter>99j2k")).1, Spot::Scene(0));
    let studio = studio("<enter>12<esc>");
    assert_eq!(studio.state.page().section(), Section::Campaign, "esc takes the count back first");
    assert_eq!(studio.play("<esc>").state.page().section(), Section::Home);
    assert_eq!(self::studio("2j").state.count, None);
}

#[test]
fn a_number_before_enter_or_an_end_is_the_scene_to_go_to() {
    for script in ["2<enter>", "2<home>", "2<end>", "2<", "2G", "2gg", "99j2<enter>"] {
        let studio = studio(&format!("<enter>{script}"));
        assert_eq!(studio.effects, [], "{script} makes nothing");
        assert_eq!(edited(studio).1, Spot::Scene(1), "{script}");
    }
    assert_eq!(edited(studio("<enter>99<enter>")).1, Spot::Scene(2), "the last one where there are not so many");
    assert_eq!(edited(studio("<enter>jj00<enter>")).1, Spot::Scene(1), "without a number enter keeps a take");
    assert_eq!(edited(studio("3<enter>")).0, file("spoons"));
    assert_eq!(studio("<enter>2gj").effects, [], "a chord that is none does nothing");
    let mut hidden = studio("<enter>/heard<enter>3<enter>");
    assert!(hidden.text().contains("The filter hides scene 3"), "{}", hidden.text());
    assert_eq!(edited(hidden).1, Spot::Scene(1));
    assert!(studio("<enter>12").text().contains(" 12\n"), "what is typed of a command is seen");
}

#[test]
fn pages_that_only_scroll_go_to_a_line_too() {
    let mut studio = Rehearsal::new(80, 24, library(&[document("apples", "Apples")])).play("?20<enter>");
    assert!(!studio.text().contains("This page") && studio.text().contains('┃'), "{}", studio.text());
    assert!(studio.play("g").text().contains("This page"));
}

#[test]
fn q_closes_what_lies_over_a_page() {
    for page in ["?", "L", "$", "U"] {
        let studio = studio(&format!("<enter>{page}q"));
        assert_eq!(studio.state.page().section(), Section::Campaign, "{page}");
        assert!(!studio.effects.contains(&Effect::Leave));
    }
}

#[test]
fn a_long_list_says_where_one_is() {
    let mut long = document("long", "Long");
    let line = long["script"][0].clone();
    long["script"] = (0..200).map(|_| line.clone()).collect();
    let mut studio = Rehearsal::new(80, 24, library(&[long])).play("<enter>140j");
    let text = studio.text();
    assert!(text.contains("140/200") && text.contains('┃'), "{text}");
    studio.send(Msg::Resize(ratatui::layout::Size::new(40, 10)));
    assert!(studio.text().contains("140/200"), "{}", studio.text());
}

#[test]
fn samples_are_put_into_a_folder_of_ones_own_after_a_question() {
    let asked = studio("s");
    assert!(matches!(asked.overlay(), Some(Overlay::Question(question)) if question.text.contains("campaigns")));
    assert_eq!(asked.effects, []);
    assert_eq!(asked.play("y").effects, [Effect::Send(crate::engine::Command::AddSamples)]);
}

/// The next studio of the same home, at its first frame with the library.
fn reopened(studio: &Rehearsal, documents: &[Value]) -> Rehearsal {
    let mut next = Rehearsal::opening(120, 40);
    Remembered::of(&studio.state).restore(&mut next.state);
    next.tell(Event::Library(Arc::new(library(documents))));
    next
}

#[test]
fn the_place_is_kept_over_a_restart() {
    let documents = [document("apples", "Apples"), document("mon_rovia", "Mon Rovîa"), document("spoons", "Spoons")];
    let closed = studio("<enter>jj<esc>jj<enter>jv");
    assert_eq!(edited(reopened(&closed, &documents)).0, file("spoons"), "the campaign that was open is selected");
    assert_eq!(edited(reopened(&closed, &documents).play("<enter>")), (file("spoons"), Spot::Scene(0)));
    assert_eq!(edited(reopened(&closed, &documents).play("kk<enter>")), (file("apples"), Spot::Scene(1)));
    let mut changed = document("apples", "Apples");
    let scenes = changed["script"].as_array_mut().unwrap();
    scenes.insert(0, json!({"type": "dialogue", "speaker": "Baby 2", "text": "Before all."}));
    let documents = [changed, document("mon_rovia", "Mon Rovîa")];
    let mut next = reopened(&closed, &documents);
    assert_eq!(
        edited(reopened(&closed, &documents).play("<home><enter>")),
        (file("apples"), Spot::Scene(2)),
        "by its words"
    );
    assert!(next.text().contains("▸"), "a campaign that is gone leaves the first one: {}", next.text());
    let again = reopened(&reopened(&closed, &documents), &documents).play("<home><enter>");
    assert_eq!(edited(again), (file("apples"), Spot::Scene(2)), "one that was not opened is remembered too");
}
