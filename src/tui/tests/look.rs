//! How the pages look: text and styles, at three sizes.

use std::sync::Arc;

use image::RgbImage;
use insta::assert_snapshot;
use serde_json::{Value, json};

use super::rehearsal::{Rehearsal, document, entry, library, made, wanted_picture};
use crate::domain::CampaignId;
use crate::engine::{Content, Event, JobChange, JobFacts, Level, Library, Notice, Unfinished};
use crate::plan::{AssetHash, JobState, Product};
use crate::providers::Who;
use crate::tui::input::keymap::{Keymap, Section};
use crate::tui::pictures::cache::Source;
use crate::tui::theme::ThemeChoice;

pub(super) fn broken() -> Value {
    let mut document = document("broken", "Broken");
    document["script"][0]["speaker"] = json!("Baby 3");
    document["baby_profiles"]["Baby 1"]["apearance"] = json!("x");
    document
}

fn two() -> Library {
    library(&[document("mon_rovia", "Mon Rovîa music reaction"), document("spoons", "The history of the spoon")])
}

fn studio(width: u16, height: u16, script: &str) -> Rehearsal {
    Rehearsal::new(width, height, two()).play(script)
}

#[test]
fn the_studio_while_it_works() {
    assert_snapshot!("working_120x40", studio(120, 40, "<enter>g<work><second><second>j").screen());
    assert_snapshot!("working_80x24", studio(80, 24, "<enter>g<work><second><second>j").screen());
    assert_snapshot!("working_40x12", studio(40, 12, "<enter>g<work><second><second>j").screen());
}

#[test]
fn a_candidate_is_looked_at_as_soon_as_it_comes() {
    assert_snapshot!("candidate_120x40", studio(120, 40, "<enter>g<made>jr<made>").screen());
}

#[test]
fn a_failure_says_why_and_what_to_do() {
    assert_snapshot!("failed_80x24", studio(80, 24, "<enter>g<fail><made>j").screen());
}

#[test]
fn home_begins_with_what_needs_the_person() {
    let documents = [broken(), document("mon_rovia", "Mon Rovîa music reaction")];
    assert_snapshot!("home_120x40", Rehearsal::new(120, 40, library(&documents)).play("G").screen());
    assert_snapshot!("home_80x24", Rehearsal::new(80, 24, library(&documents)).play("jj").screen());
    assert_snapshot!("home_40x12", Rehearsal::new(40, 12, library(&documents)).screen());
}

#[test]
fn an_empty_studio_offers_a_sample() {
    let nothing = Library { who: Who::drafts("no key set"), ..Library::default() };
    assert_snapshot!("empty_80x24", Rehearsal::new(80, 24, nothing).screen());
    assert_snapshot!("opening_40x12", Rehearsal::opening(40, 12).screen());
}

#[test]
fn an_engine_that_cannot_work_says_why() {
    let mut studio = Rehearsal::opening(80, 24);
    studio.tell(Event::Unusable("The studio home /data cannot be written. Set BABBLECAST_HOME.".to_owned()));
    assert_snapshot!("unusable_80x24", studio.text());
}

#[test]
fn faults_are_told_with_line_place_and_hint() {
    let documents = [broken()];
    assert_snapshot!("faults_80x24", Rehearsal::new(80, 24, library(&documents)).play("<enter>j").screen());
}

#[test]
fn help_and_log_and_questions() {
    assert_snapshot!("help_80x24", studio(80, 24, "<enter>?").text());
    assert_snapshot!("log_80x24", studio(80, 24, "<enter>g<fail><second><made>L").text());
    assert_snapshot!("quit_80x24", studio(80, 24, "<enter>gq").text());
    assert_snapshot!("new_80x24", studio(80, 24, "nMy first").text());
}

#[test]
fn without_colours_state_is_told_by_symbol_word_and_weight() {
    let keymap = Keymap::built_in();
    let mut studio = Rehearsal::with(80, 24, ThemeChoice::Plain, keymap, two()).play("<enter>g<work>j");
    // The only colours left are those of the picture.
    studio.pictures = crate::tui::pictures::cache::Pictures::off();
    assert_snapshot!("plain_80x24", studio.screen());
}

#[test]
fn hostile_text_moves_nothing() {
    let mut hostile = document("hostile", "a\u{202e}b\u{200b}c");
    hostile["script"][0]["text"] = json!("tag\u{e0041} bidi\u{202e} zero\u{200b} \u{2066}");
    hostile["baby_profiles"]["Baby 1"]["tone"] = json!("warm\u{202e}");
    let mut studio = Rehearsal::new(120, 40, library(&[hostile]));
    let text = "\u{1b}[2J\u{9b}31m\u{202e}".to_owned();
    let id = CampaignId::new("hostile").unwrap();
    studio.tell(Event::Notice(Notice { level: Level::Error, text, campaign: Some(id) }));
    let mut studio = studio.play("<enter>jgL");
    let mut screens = studio.text();
    studio = studio.play("<esc>");
    screens.push_str(&studio.text());
    studio = studio.play("<esc>/\u{202e}");
    screens.push_str(&studio.text());
    let hidden = |c: char| {
        c != '\n'
            && (c.is_control()
                || matches!(c, '\u{200b}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{e0000}'..='\u{e0fff}'))
    };
    assert_eq!(screens.chars().find(|c| hidden(*c)), None);
    assert!(screens.contains("␛[2J"));
}

#[test]
fn the_footer_is_the_live_keymap() {
    let keymap = Keymap::with("[campaign]\ndraft = \"d\"\nnew_take = []\n").unwrap();
    let mut studio = Rehearsal::with(120, 60, ThemeChoice::Dark, keymap, two()).play("<enter>j");
    let text = studio.text();
    let footer = text.lines().last().unwrap();
    assert!(footer.contains("d draft") && !footer.contains("new take") && footer.contains("? help"), "{footer}");
    let mut studio = studio.play("?");
    let keys: Vec<_> = studio.state.shared.keymap.section(Section::Campaign).map(|(action, _)| action.help()).collect();
    let help = studio.text();
    assert!(keys.iter().all(|line| help.contains(line)), "{help}");
    assert!(!help.contains("make a new take"));
}

#[test]
fn a_portrait_is_looked_at_while_it_is_painted() {
    let mut studio = Rehearsal::new(120, 40, library(&[document("mon_rovia", "Mon Rovîa")])).play("<enter>gj");
    let key = studio.state.shared.facts.campaigns[0].loaded().unwrap().draft.jobs[0].key;
    assert_eq!(wanted_picture(&studio.state), None);
    let picture = Unfinished { hash: AssetHash::of(b"so far"), pixels: RgbImage::new(20, 30) };
    studio.tell(Event::Unfinished { key, picture: Arc::new(picture) });
    let so_far = wanted_picture(&studio.state).unwrap();
    assert!(matches!(&so_far.source, Source::Unfinished(picture) if picture.pixels.width() == 20));
    let studio = studio.play("<work>");
    assert!(matches!(wanted_picture(&studio.state).unwrap().source, Source::File(_)));
}

#[test]
fn a_clip_that_is_not_made_shows_how_it_will_look_once_its_voice_is_there() {
    let document = document("mon_rovia", "Mon Rovîa");
    let Content::Good(loaded) = entry(&document).content else { unreachable!() };
    let scene = loaded.draft.scenes[0];
    let key = |index: Option<usize>| loaded.draft.jobs[index.unwrap()].key;
    let (voice, clip) = (key(scene.voice), key(scene.clip));
    let mut studio = Rehearsal::new(120, 36, library(&[document])).play("<enter>jc");
    assert!(wanted_picture(&studio.state).is_none(), "there is no voice yet");
    studio.tell(Event::Jobs(vec![made(voice, Product::Voice)]));
    assert!(wanted_picture(&studio.state).is_some());
    for (state, is_shown) in [(JobState::Running, false), (JobState::Cancelled, true)] {
        studio.tell(Event::Jobs(vec![JobChange { key: clip, facts: JobFacts::of(state.clone()) }]));
        assert_eq!(wanted_picture(&studio.state).is_some(), is_shown, "{state:?}");
    }
}
