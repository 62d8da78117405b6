//! The mouse: whatever looks like something to press is pressed by a click.

use ratatui::layout::Position;
use serde_json::json;

use super::rehearsal::{Rehearsal, document, library, paid_library};
use crate::engine::Command;
use crate::plan::{Mode, Product};
use crate::tui::input::keymap::Section;
use crate::tui::model::message::{Effect, Msg};
use crate::tui::model::overlay::Overlay;

/// Clicks on the first letter of a text on the screen.
fn click(studio: &mut Rehearsal, on: &str) {
    let text = studio.text();
    let (row, line) =
        text.lines().enumerate().find(|(_, line)| line.contains(on)).unwrap_or_else(|| panic!("no {on}: {text}"));
    let cell = crate::tui::text::width(&line[..line.find(on).unwrap()]);
    studio.send(Msg::Click(Position::new(cell as u16, row as u16)));
}

fn clicked(mut studio: Rehearsal, on: &[&str]) -> Rehearsal {
    for text in on {
        click(&mut studio, text);
    }
    studio
}

fn home() -> Rehearsal {
    Rehearsal::new(120, 40, library(&[document("mon_rovia", "Mon Rovîa"), document("spoons", "Spoons")]))
}

fn section(studio: &Rehearsal) -> Section {
    studio.state.page().section()
}

#[test]
fn every_key_of_the_footer_is_pressed_by_a_click() {
    assert_eq!(section(&clicked(home(), &["? help"])), Section::Help);
    assert_eq!(section(&clicked(home().play("H"), &["esc back"])), Section::Home);
    let studio = clicked(home().play("<enter>"), &["g draft"]);
    assert!(matches!(studio.effects.as_slice(), [Effect::Generate { .. }]), "{:?}", studio.effects);
    let studio = clicked(home().play("n"), &["esc back"]);
    assert!(studio.overlay().is_none());
}

#[test]
fn the_header_goes_home_and_switches_draft_and_final() {
    let studio = Rehearsal::new(120, 40, paid_library(&[document("mon_rovia", "Mon Rovîa")])).play("<enter>?L");
    let studio = clicked(studio, &["babblecast ▸"]);
    assert_eq!(section(&studio), Section::Home);
    let mut studio = studio.play("<enter>");
    let mode = |studio: &Rehearsal| studio.state.mode();
    click(&mut studio, "Draft");
    assert_eq!(mode(&studio), Some(Mode::Draft));
    click(&mut studio, "Final");
    assert_eq!(mode(&studio), Some(Mode::Final));
    assert_eq!(section(&clicked(studio, &["month $"])), Section::Ledger);
    let studio = clicked(home().play("<enter>g<work>"), &["ON AIR"]);
    assert_eq!(section(&studio), Section::Queue);
}

#[test]
fn a_question_is_answered_by_a_click_on_its_answer_and_by_nothing_else() {
    let asked = || home().play("s");
    assert!(matches!(asked().overlay(), Some(Overlay::Question(_))));
    assert_eq!(clicked(asked(), &["y yes"]).effects, [Effect::Send(Command::AddSamples)]);
    let refused = clicked(asked(), &["n no   "]);
    assert_eq!((refused.effects.len(), refused.overlay().is_none()), (0, true));
    let beside = clicked(asked(), &["babblecast ▸"]);
    assert_eq!((beside.effects.len(), beside.overlay().is_some()), (0, true));
}

#[test]
fn lines_of_the_palette_and_of_a_choice_are_chosen_by_a_click_and_done_by_a_second() {
    let mut studio = clicked(home().play(":"), &["voices · hear"]);
    assert!(studio.overlay().is_some(), "{}", studio.text());
    click(&mut studio, "voices · hear");
    assert_eq!(section(&studio), Section::Voices);
    let mut studio = home().play("<enter>jC");
    assert!(matches!(studio.overlay(), Some(Overlay::Pick(_))), "{}", studio.text());
    click(&mut studio, "2 Baby 2   ");
    assert!(matches!(studio.overlay(), Some(Overlay::Pick(pick)) if pick.cursor.selected == 1));
    let studio = home().play("<enter>jI");
    let studio = clicked(studio, &["appearance"]);
    assert!(matches!(studio.overlay(), Some(Overlay::Card(card)) if !card.is_typing() && card.cursor.selected > 0));
    let studio = clicked(studio, &["appearance"]);
    assert!(matches!(studio.overlay(), Some(Overlay::Card(card)) if card.is_typing()));
}

#[test]
fn a_cell_of_a_scene_is_what_keys_work_on() {
    let mut studio = home().play("<enter>");
    let heading = studio.text().lines().position(|line| line.contains(" f  v  c")).unwrap() as u16;
    let line = studio.text().lines().nth(usize::from(heading)).unwrap().to_owned();
    let column = |letter: &str| crate::tui::text::width(&line[..line.find(letter).unwrap()]) as u16;
    let face = column("f  v  c");
    for (cells, product) in [(0, Product::Portrait), (3, Product::Voice), (6, Product::Clip)] {
        studio.send(Msg::Click(Position::new(face + cells, heading + 2)));
        let place = studio.state.page().place().unwrap().1;
        assert_eq!((place.selection.scene, place.focus), (Some(0), product));
    }
}

#[test]
fn rows_of_faults_and_money_are_selected_and_opened() {
    let mut broken = document("broken", "Broken");
    broken["script"][0]["speaker"] = json!("Baby 3");
    broken["script"][1]["speaker"] = json!("Baby 4");
    let studio = Rehearsal::new(120, 40, library(&[broken])).play("<enter>");
    let studio = clicked(studio, &["Baby 4"]);
    assert!(studio.effects.is_empty());
    assert!(matches!(clicked(studio, &["Baby 4"]).effects.as_slice(), [Effect::Edit { .. }]));
    let mut studio = clicked(home().play("$"), &["provider"]);
    assert!(studio.text().contains("▸provider"), "{}", studio.text());
}

#[test]
fn what_could_be_done_next_is_done_by_a_click() {
    let mut studio = Rehearsal::new(120, 40, library(&[document("mon_rovia", "Mon Rovîa")]));
    assert!(studio.text().contains("Next"), "{}", studio.text());
    click(&mut studio, "make the draft:");
    assert!(matches!(studio.effects.as_slice(), [Effect::Generate { .. }]), "{:?}", studio.effects);
}
