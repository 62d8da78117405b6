//! The doctor's page: what was found, with what to do, and looking again.

use super::rehearsal::{Rehearsal, document, library};
use crate::engine::words::finding::{Finding, State};
use crate::tui::input::keymap::{Keymap, Section};
use crate::tui::model::message::{Effect, Msg};
use crate::tui::theme::ThemeChoice;

fn found() -> Vec<Finding> {
    vec![
        Finding::new("terminal", State::Ok, "kitty 0.41.0, 120 × 40, kitty's pictures"),
        Finding::new("config", State::Ok, "no config file; every setting has its default"),
        Finding::new("campaigns", State::Ok, "campaigns"),
        Finding::new("disk", State::Warning, "1.2 GiB free for the home")
            .then("Free some room before a long campaign."),
        Finding::new("keys", State::Note, "not set: OPENAI_API_KEY, ELEVENLABS_API_KEY, BABBLECAST_IMAGE_KEY"),
        Finding::new("OpenAI", State::Failed, "the key was refused: Incorrect API key provided")
            .then("Set OPENAI_API_KEY to a key of an account that may make images, then look again."),
        Finding::new("caps", State::Ok, "$0.57 of $20.00 spent this month; a run may spend $5.00"),
    ]
}

pub(super) fn doctor(width: u16, height: u16, theme: ThemeChoice) -> Rehearsal {
    let library = library(&[document("mon_rovia", "Mon Rovîa music reaction")]);
    let mut studio = Rehearsal::with(width, height, theme, Keymap::built_in(), library).play("H");
    studio.send(Msg::Examined(found()));
    studio
}

fn copied(studio: Rehearsal) -> String {
    match studio.play("y").effects.pop() {
        Some(Effect::Copy(text)) => text,
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_page_looks_once_and_again_when_asked() {
    let library = library(&[document("mon_rovia", "Mon Rovîa music reaction")]);
    let mut studio = Rehearsal::new(80, 24, library).play("H");
    assert_eq!(studio.effects, [Effect::Examine]);
    assert!(studio.text().contains("◐ looking"), "{}", studio.text());
    let mut studio = studio.play("R<esc>H");
    assert_eq!(studio.effects, [Effect::Examine], "it is being looked at");
    studio.send(Msg::Examined(found()));
    let studio = studio.play("<esc>H");
    assert_eq!(studio.effects.len(), 1, "what was found is kept");
    let mut studio = studio.play("R");
    assert_eq!(studio.effects.len(), 2);
    assert!(studio.text().contains("the key was refused"), "the last findings stand until there are new ones");
    assert_eq!(studio.play("q").state.page().section(), Section::Home);
}

#[test]
fn a_finding_is_found_copied_and_clicked() {
    assert!(copied(doctor(80, 24, ThemeChoice::Dark).play("/key was<enter>")).starts_with("OpenAI: the key was"));
    assert!(copied(doctor(80, 24, ThemeChoice::Dark).play("/refsed<enter>")).starts_with("OpenAI: the key was"));
    assert!(doctor(80, 24, ThemeChoice::Dark).play("/zebra").text().contains("nothing found"));
    let mut studio = doctor(80, 24, ThemeChoice::Dark);
    let row = studio.text().lines().position(|line| line.contains("Free some room")).unwrap();
    studio.send(Msg::Click(ratatui::layout::Position::new(30, row as u16)));
    assert!(copied(studio).starts_with("disk: 1.2 GiB"));
    assert_eq!(
        copied(doctor(40, 12, ThemeChoice::Dark).play("7<enter>")),
        copied(doctor(40, 12, ThemeChoice::Dark).play("G"))
    );
}

#[test]
fn an_escape_in_a_finding_moves_nothing() {
    let mut studio = doctor(80, 24, ThemeChoice::Dark);
    studio.send(Msg::Examined(vec![Finding::new("OpenAI", State::Failed, "a\u{1b}[2Jb\u{202e}").then("c\u{9b}d")]));
    let text = studio.text();
    assert!(!text.contains('\u{1b}') && !text.contains('\u{202e}') && !text.contains('\u{9b}'), "{text}");
}
