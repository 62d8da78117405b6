//! A picture at full size: its takes, the campaign's babies and clips, and how it looks.

use insta::assert_snapshot;

use super::rehearsal::{self, Rehearsal, chosen, document, library, paid_library};
use crate::engine::{Content, Event, JobChange};
use crate::plan::{Pick, Product, Role};
use crate::tui::app::view::wanted_pictures;
use crate::tui::input::keymap::Section;
use crate::tui::model::message::Effect;

fn sized(width: u16, height: u16, script: &str) -> Rehearsal {
    let mut document = document("mon_rovia", "Mon Rovîa");
    document["baby_profiles"]["Baby 2"]["appearance"] = "curly hair, yellow romper, a very small hat".into();
    Rehearsal::new(width, height, library(&[document])).play(script)
}

fn studio(script: &str) -> Rehearsal {
    sized(120, 40, script)
}

fn section(studio: &Rehearsal) -> Section {
    studio.state.page().section()
}

#[test]
fn takes_and_babies_are_a_key_away() {
    let mut studio = studio("<enter>g<made>jr<made>f");
    assert_eq!(section(&studio), Section::Picture);
    let mut sees = |keys: &str, wanted: &str| {
        studio.play_in_place(keys);
        let text = studio.text();
        assert!(text.contains(wanted), "{keys}: no {wanted:?} in\n{text}");
    };
    sees("", "Baby 1 · warm, inviting · take 2 of 2");
    sees("h", "take 1 of 2 · in use");
    sees("[", "take 1 of 2");
    sees("]", "take 2 of 2");
    sees("l", "take 2 of 2");
    sees("j", "Baby 2 · curious, thoughtful · take 1");
    sees("j", "baby 2 of 2");
    sees("", "curly hair");
    sees("k", "Baby 1 · warm, inviting · take 1 of 2 · in use");
    sees("l<enter>", "take 2 of 2 · in use");
    assert!(matches!(chosen(&studio.effects)[..], [(_, Pick::Take(2))]));
}

#[test]
fn it_is_closed_as_it_was_opened() {
    for keys in ["f", "q", "<esc>"] {
        assert_eq!(section(&studio(&format!("<enter>g<made>jf{keys}"))), Section::Campaign, "{keys}");
    }
    assert_eq!(section(&studio("<enter>g<made>jtf")), Section::Picture);
    assert_eq!(section(&studio("<enter>g<made>jtfq")), Section::Takes);
    assert_eq!(section(&studio("<enter>g<made><esc>ff")), Section::Home);
    assert_eq!(section(&studio("<enter>jf")), Section::Campaign, "nothing is made yet");
    assert_eq!(section(&studio("f")), Section::Home);
}

#[test]
fn the_pictures_beside_it_are_made_ready_too() {
    let studio = studio("<enter>g<made>jr<made>fh");
    let asks = wanted_pictures(&studio.state);
    assert_eq!(asks.len(), 2);
    assert!(
        asks[0].room == asks[1].room && asks[0].room.width == 120 && asks[0].room.height > 30,
        "{:?}",
        asks[0].room
    );
}

#[test]
fn where_the_studio_shows_no_pictures_the_plain_printer_does() {
    for script in ["jf", "jtf", "<esc>f"] {
        let mut studio = studio("<enter>g<made>");
        studio.state.shared.shown.pictures = false;
        let studio = studio.play(script);
        assert!(matches!(studio.effects.last(), Some(Effect::FullSize(_))), "{script}");
        assert_ne!(section(&studio), Section::Picture);
    }
}

#[test]
fn a_baby_that_is_gone_is_no_picture() {
    let mut studio =
        Rehearsal::new(120, 40, paid_library(&[document("mon_rovia", "Mon Rovîa")])).play("<enter>g<made>jf");
    let mut other = document("mon_rovia", "Mon Rovîa");
    let profile = other["baby_profiles"]["Baby 1"].clone();
    other["baby_profiles"].as_object_mut().unwrap().remove("Baby 1");
    other["baby_profiles"]["Baby 3"] = profile;
    other["script"][0]["speaker"] = "Baby 3".into();
    studio.edited(&other);
    assert!(studio.text().contains("This picture is gone"), "{}", studio.text());
    assert_eq!(section(&studio.play("hljk<enter>q")), Section::Campaign);
}

#[test]
fn clips_show_their_still_pictures() {
    let document = document("mon_rovia", "Mon Rovîa");
    let Content::Good(loaded) = rehearsal::entry(&document).content else { unreachable!() };
    let clips = loaded.draft.scenes.iter().filter_map(|scene| scene.clip).map(|index| loaded.draft.jobs[index].key);
    let clips: Vec<_> = clips.collect();
    let mut studio = Rehearsal::new(120, 40, library(&[document])).play("<enter>g<made>");
    // The second one has no picture.
    for clip in [clips[0], clips[2]] {
        let mut change: JobChange = rehearsal::made(clip, Product::Clip);
        let mut still = change.facts.outputs[0].clone();
        still.output.role = Role::Still;
        change.facts.outputs.push(still);
        studio.tell(Event::Jobs(vec![change]));
    }
    let mut studio = studio.play("jcf");
    assert_eq!(section(&studio), Section::Picture);
    assert!(studio.text().contains("Baby 1 · clip") && studio.text().contains("scene 1 of 3"), "{}", studio.text());
    let mut studio = studio.play("l");
    assert!(studio.text().contains("media · clip") && studio.text().contains("scene 3 of 3"), "{}", studio.text());
    let mut studio = studio.play("lk<enter>");
    assert!(studio.text().contains("scene 1 of 3"));
    assert_eq!(wanted_pictures(&studio.state).len(), 1);
}

#[test]
fn a_picture_at_full_size() {
    for (width, height) in [(40, 12), (80, 24), (120, 40), (200, 60)] {
        let mut studio = sized(width, height, "<enter>g<made>jjr<made>f");
        assert_snapshot!(format!("full_size_{width}x{height}"), studio.screen());
    }
}
