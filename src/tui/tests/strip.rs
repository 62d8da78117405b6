//! The filmstrip of the studio page: what it shows, where it follows, and when it is not there.

use insta::assert_snapshot;
use ratatui::layout::Position;
use serde_json::json;

use super::rehearsal::{self, Rehearsal, document, library};
use crate::engine::{Content, Event};
use crate::plan::{Product, Role};
use crate::tui::app::view::wanted_pictures;
use crate::tui::model::message::Msg;

/// A campaign of many lines.
fn long(lines: usize) -> serde_json::Value {
    let mut document = document("mon_rovia", "Mon Rovîa");
    let line = |number: usize| json!({"type": "dialogue", "speaker": format!("Baby {}", number % 2 + 1), "text": format!("Line {number}.")});
    document["script"] = (0..lines).map(line).collect();
    document
}

fn sized(width: u16, height: u16, script: &str) -> Rehearsal {
    Rehearsal::new(width, height, library(&[long(30)])).play(script)
}

/// The numbers of the scenes in the strip.
fn shown(studio: &mut Rehearsal) -> Vec<usize> {
    let text = studio.text();
    let strip = text.lines().skip_while(|line| !line.contains("├ Filmstrip")).take_while(|line| !line.starts_with('╰'));
    let words = strip.last().and_then(|line| line.split('│').nth(1)).unwrap_or_default();
    words.split([' ', '▸']).filter_map(|word| word.parse().ok()).collect()
}

#[test]
fn it_follows_the_selection_and_a_click_selects() {
    let mut studio = sized(120, 40, "<enter>j");
    assert_eq!(shown(&mut studio), (1..=8).collect::<Vec<_>>());
    let mut studio = studio.play("12j");
    let seen = shown(&mut studio);
    assert!(seen.contains(&13) && seen[0] > 5, "{seen:?}");
    // The words stand in the last row of the strip, its pictures above them; each takes nine cells.
    let row = studio.text().lines().position(|line| line.starts_with('╰')).unwrap() as u16 - 1;
    for (scene, above) in [(14, 3), (11, 0), (12, 6)] {
        let place = scene - shown(&mut studio)[0];
        studio.send(Msg::Click(Position::new(3 + 9 * place as u16, row - above)));
        assert!(studio.text().contains(&format!("│▸ {scene} ")), "{scene}: {}", studio.text());
    }
    let mut studio = studio.play("30G");
    assert_eq!(shown(&mut studio).last(), Some(&30));
}

#[test]
fn a_clip_is_shown_and_the_face_until_there_is_one() {
    let Content::Good(loaded) = rehearsal::entry(&long(30)).content else { unreachable!() };
    let mut studio = sized(120, 40, "<enter>j");
    assert_eq!(wanted_pictures(&studio.state).len(), 0);
    let face = loaded.draft.jobs[loaded.draft.portraits[0]].key;
    studio.tell(Event::Jobs(vec![rehearsal::made(face, Product::Portrait)]));
    let asks = wanted_pictures(&studio.state);
    assert_eq!(asks.len(), 1 + 4, "the pane, and every other scene of the strip");
    assert!(asks[0].room.width > asks[1].room.width, "that of the pane comes first");
    let clip = loaded.draft.jobs[loaded.draft.scenes[2].clip.unwrap()].key;
    let mut change = rehearsal::made(clip, Product::Clip);
    let mut still = change.facts.outputs[0].clone();
    still.output.role = Role::Still;
    change.facts.outputs.push(still);
    studio.tell(Event::Jobs(vec![change]));
    let with_clip = wanted_pictures(&studio.state);
    assert_eq!(with_clip.len(), 5);
    assert_ne!(with_clip[2].hash, asks[2].hash);
}

#[test]
fn it_is_hidden_by_a_key_and_where_there_is_no_room_or_no_picture() {
    let has_strip = |studio: &mut Rehearsal| studio.text().contains("Filmstrip");
    let mut studio = sized(120, 40, "<enter>");
    assert!(has_strip(&mut studio));
    let mut studio = studio.play("T");
    assert!(!has_strip(&mut studio));
    let mut studio = studio.play("<esc><enter>");
    assert!(!has_strip(&mut studio), "it stays hidden");
    let mut studio = studio.play("T");
    assert!(has_strip(&mut studio));
    studio.state.shared.shown.pictures = false;
    assert!(!has_strip(&mut studio));
    for (width, height, is_there) in
        [(120, 28, true), (120, 24, false), (80, 24, false), (80, 56, true), (50, 60, false)]
    {
        assert_eq!(has_strip(&mut sized(width, height, "<enter>")), is_there, "{width} × {height}");
    }
}

#[test]
fn only_what_has_a_place_in_it_is_looked_at() {
    let document = long(10_000);
    let Content::Good(loaded) = rehearsal::entry(&document).content else { unreachable!() };
    let mut studio = Rehearsal::new(120, 40, library(&[document])).play("<enter>5000G");
    let faces =
        loaded.draft.portraits.iter().map(|index| rehearsal::made(loaded.draft.jobs[*index].key, Product::Portrait));
    studio.tell(Event::Jobs(faces.collect()));
    let asks = wanted_pictures(&studio.state);
    assert_eq!(asks.len(), 1 + 8, "the pane, and a strip of eight");
    assert!(shown(&mut studio).contains(&5000));
}

#[test]
fn the_filmstrip() {
    for (width, height) in [(80, 56), (120, 40), (200, 60)] {
        assert_snapshot!(
            format!("strip_{width}x{height}"),
            sized(width, height, "<enter>g<work><work><work><work>4j").screen()
        );
    }
}
