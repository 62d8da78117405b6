//! The page of the cast: all babies over campaigns, who is the same one, and a baby that becomes a member.

use std::sync::Arc;

use insta::assert_snapshot;
use serde_json::{Value, json};

use super::rehearsal::{Rehearsal, document, entry_with, library, settings, with_finals};
use crate::domain::{Cast, Format, read_cast};
use crate::engine::{AddedToCast, CastFile, Command, Event, Library};
use crate::tui::input::keymap::{Keymap, Section};
use crate::tui::model::message::Effect;
use crate::tui::theme::ThemeChoice;

fn cast() -> Cast {
    let members = json!({"members": {
        "momo": {"tone": "warm, inviting", "voice_id": "baby_voice_3", "appearance": "red curls, yellow bib"},
        "zeno": {"tone": "dry", "voice_id": "baby_voice_5"},
    }});
    read_cast(&members.to_string(), Format::Json).unwrap()
}

/// Two campaigns that name momo, once in another tone, and share one more baby by its words.
fn documents() -> [Value; 2] {
    let (mut first, mut second) = (document("mon_rovia", "Mon Rovîa"), document("spoons", "Spoons"));
    first["baby_profiles"]["Baby 1"] = json!({"cast": "momo"});
    second["baby_profiles"]["Baby 1"] = json!({"cast": "momo", "tone": "sleepy"});
    [first, second]
}

fn shelf() -> Library {
    let mut painted = settings();
    painted.image.made_by.version = None;
    let file = CastFile { path: Some("campaigns/cast.json".into()), cast: cast(), faults: Vec::new() };
    let entries = documents().iter().map(|document| Arc::new(entry_with(document, &cast()))).collect();
    with_finals(Library { entries, cast: Arc::new(file), ..library(&[]) }, painted)
}

pub(super) fn page(width: u16, height: u16, theme: ThemeChoice) -> Rehearsal {
    Rehearsal::with(width, height, theme, Keymap::built_in(), shelf()).play("B")
}

fn sent(studio: &Rehearsal) -> Vec<&Command> {
    let commands = studio.effects.iter().filter_map(|effect| match effect {
        Effect::Send(command) => Some(command),
        _ => None,
    });
    commands.collect()
}

#[test]
fn the_cast_looks_well_at_every_size() {
    for (width, height) in [(200, 60), (120, 40), (80, 24), (40, 12)] {
        assert_snapshot!(format!("cast_{width}x{height}"), page(width, height, ThemeChoice::Dark).screen());
    }
    assert_snapshot!("cast_light_120x40", page(120, 40, ThemeChoice::Light).play("jj").screen());
}

#[test]
fn members_stand_first_and_a_baby_is_one_line_wherever_it_is() {
    let text = page(120, 40, ThemeChoice::Dark).text();
    let line =
        |name: &str| text.lines().position(|line| line.contains(name)).unwrap_or_else(|| panic!("{name}:\n{text}"));
    assert!(line("★ momo") < line("★ zeno") && line("★ zeno") < line("Baby 2"), "{text}");
    assert_eq!(text.matches("2 campaigns").count(), 2, "momo, and the baby whose words are the same in both:\n{text}");
    assert!(text.contains("nowhere yet"), "{text}");
    let text = page(80, 24, ThemeChoice::Dark).text();
    assert!(text.contains("sleepy · 1 scene"), "another tone is told where it is used:\n{text}");
}

#[test]
fn enter_goes_to_where_the_baby_is_used_and_tab_to_the_next_place() {
    let studio = page(120, 40, ThemeChoice::Dark).play("<enter>");
    let campaign = |studio: &Rehearsal| {
        let page = studio.state.page();
        (page.section(), page.campaign(&studio.state.shared).map(|campaign| campaign.entry.name.clone()))
    };
    assert_eq!(campaign(&studio), (Section::Campaign, Some("mon_rovia".to_owned())));
    let studio = studio.play("<esc><tab><enter>");
    assert_eq!(campaign(&studio), (Section::Campaign, Some("spoons".to_owned())));
    let mut studio = studio.play("<esc>j<enter>");
    assert_eq!(studio.state.page().section(), Section::Cast);
    assert!(studio.text().contains("No campaign names zeno yet"), "{}", studio.text());
}

#[test]
fn a_baby_joins_the_cast_under_the_name_that_is_typed_and_stays_selected() {
    let mut studio = page(120, 40, ThemeChoice::Dark).play("a");
    assert!(studio.text().contains("momo is in the cast already"), "{}", studio.text());
    let mut studio = studio.play("jja");
    assert!(studio.text().contains("name in the cast"), "{}", studio.text());
    let studio = studio.play("ida<enter>");
    let [.., Command::AddToCast { campaign, name, speaker, .. }] = sent(&studio)[..] else {
        panic!("{:?}", studio.effects)
    };
    assert_eq!((campaign.as_str(), name.as_str(), speaker.position()), ("mon_rovia", "ida", 1));
    let studio = page(120, 40, ThemeChoice::Dark).play("jja<enter>a  <enter>");
    assert!(sent(&studio).is_empty(), "without a name nothing is asked for");
    let mut studio = page(120, 40, ThemeChoice::Dark).play("jjaida<enter>");
    let added =
        AddedToCast { name: "ida".to_owned(), file: "cast.json".into(), text: "ida is in the cast now".to_owned() };
    studio.tell(Event::AddedToCast { ticket: 0, outcome: Ok(added) });
    assert!(studio.text().contains("ida is in the cast now"), "{}", studio.text());
    studio.tell(Event::AddedToCast { ticket: 0, outcome: Err("cast.json has faults".to_owned()) });
    assert!(studio.text().contains("! cast.json has faults"), "{}", studio.text());
}

#[test]
fn words_names_and_states_narrow_the_lines() {
    for (filter, found) in [
        ("sleepy", "momo"),
        ("who:zeno", "zeno"),
        ("spoons", "momo"),
        ("curious", "Baby 2"),
        ("who:\"baby 2\"", "Baby 2"),
    ] {
        let text = page(120, 40, ThemeChoice::Dark).play(&format!("/{filter}<enter>")).text();
        let lines: Vec<&str> = text.lines().filter(|line| line.contains("▸") && line.starts_with('│')).collect();
        assert!(lines.iter().any(|line| line.contains(found)), "{filter}:\n{text}");
    }
    let mut studio = page(120, 40, ThemeChoice::Dark).play("/nobody at all<enter>");
    assert!(studio.text().contains("Nobody is found by"), "{}", studio.text());
    let mut studio = studio.play("<esc>");
    assert!(studio.text().contains("★ momo"), "{}", studio.text());
}

#[test]
fn an_empty_page_says_what_to_do_and_faults_of_the_cast_are_told() {
    let mut studio = Rehearsal::new(80, 24, Library::default()).play("B");
    assert!(studio.text().contains("No baby yet") && studio.text().contains("start a campaign"), "{}", studio.text());
    let faults = read_cast("{", Format::Json).unwrap_err();
    let file = CastFile { path: Some("campaigns/cast.json".into()), cast: Cast::none(), faults };
    let mut studio = Rehearsal::new(80, 24, Library { cast: Arc::new(file), ..Library::default() }).play("B");
    assert!(studio.text().contains("line 1"), "{}", studio.text());
}

#[test]
fn the_key_of_the_page_closes_it_and_the_help_and_palette_know_it() {
    let studio = page(120, 40, ThemeChoice::Dark).play("B");
    assert_eq!(studio.state.page().section(), Section::Home);
    let mut studio = studio.play("B?");
    assert!(studio.text().contains("make the selected baby a member of the cast"), "{}", studio.text());
    let studio = studio.play("<esc><esc>:all babies<enter>");
    assert_eq!(studio.state.page().section(), Section::Cast);
}
