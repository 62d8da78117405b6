//! Listening: what is played when, what follows it, what is seen of it. Time is that of the script.

use std::path::PathBuf;
use std::time::Duration;

use insta::assert_snapshot;
use ratatui::layout::{Position, Size};
use serde_json::{Value, json};

use super::rehearsal::{Rehearsal, document, library, paid_library, wanted_picture};
use crate::engine::{Content, Event, JobChange, JobFacts, Likeness, Made, Subject};
use crate::plan::{AssetHash, JobState, Output, Role};
use crate::tui::input::keymap::Section;
use crate::tui::model::message::{Effect, Msg};
use crate::tui::model::overlay::Overlay;
use crate::tui::pictures::talk::{Passage, Shown};

/// Two lines of 4.1 s with a breath of 0.25 s, then a picture of 4.35 s, once all is made.
fn studio(script: &str) -> Rehearsal {
    Rehearsal::new(120, 40, library(&[document("mon_rovia", "Mon Rovîa")])).play(&format!("<enter>{script}"))
}

fn passages(studio: &Rehearsal) -> Vec<&Passage> {
    let listened = studio.effects.iter().filter_map(|effect| match effect {
        Effect::Listen { passage, .. } => Some(&**passage),
        _ => None,
    });
    listened.collect()
}

fn last(studio: &Rehearsal) -> &Passage {
    passages(studio).last().expect("something is played")
}

fn row(studio: &mut Rehearsal) -> String {
    let text = studio.text();
    ["–/3", "1/3", "2/3", "3/3"].into_iter().find(|row| text.contains(*row)).expect("a row").to_owned()
}

fn notice(studio: &Rehearsal) -> &str {
    studio.state.shared.notice.as_ref().map_or("", |said| &said.text)
}

#[test]
fn the_episode_is_heard_from_the_selected_scene_on_and_the_row_follows() {
    let studio = studio("g<made>j<space>");
    let first = last(&studio).clone();
    assert!(first.sound.is_some() && first.from.is_zero());
    assert!(matches!(&first.shown, Some(Shown::Baby(speech)) if speech.caption.starts_with("Yo, I just")));
    assert!(matches!(studio.effects.last(), Some(Effect::Listen { is_first: true, .. })));
    let mut studio = studio.play("<second><second><second><second>");
    assert_eq!((passages(&studio).len(), row(&mut studio)), (1, "1/3".to_owned()), "the breath belongs to the line");
    studio = studio.play("<second>");
    assert_eq!((passages(&studio).len(), row(&mut studio)), (2, "2/3".to_owned()));
    assert!(matches!(studio.effects.last(), Some(Effect::Listen { is_first: false, .. })));
    assert_ne!(last(&studio).sound, first.sound);
    studio = studio.play(&"<second>".repeat(4));
    assert_eq!(row(&mut studio), "3/3");
    assert!(
        matches!(last(&studio), Passage { sound: None, shown: Some(Shown::Clip(_)), .. }),
        "a picture has no voice"
    );
    studio = studio.play(&"<second>".repeat(5));
    assert_eq!(studio.effects.last(), Some(&Effect::Hush));
    assert_eq!(studio.state.alarm(), None, "nothing wakes an idle studio");
}

#[test]
fn no_time_is_lost_between_lines() {
    let studio = studio("g<made>j<space><second><second><second><second><second>");
    let begun = Duration::from_millis(4_350);
    assert_eq!(studio.state.alarm(), Some(Duration::from_millis(5_100)), "the playhead moves");
    let mut late = studio;
    late.state.shared.now = Duration::from_millis(8_650);
    assert_eq!(late.state.alarm(), Some(begun * 2), "the second line ends where the video says");
    // A machine that slept does not run after the time it has lost.
    late.state.shared.now = Duration::from_hours(1);
    late.send(Msg::Tick);
    assert_eq!(passages(&late).len(), 3);
    assert_eq!(late.state.alarm(), Some(Duration::from_millis(3_600_100)));
}

#[test]
fn space_pauses_and_goes_on_where_it_was() {
    let studio = studio("g<made>j<space><second><second><space>");
    assert_eq!(studio.effects.last(), Some(&Effect::Pause));
    assert_eq!(studio.state.alarm(), None);
    let mut studio = studio.play("<second><second><second>");
    assert!(studio.text().contains("paused 0:03 / 0:15"), "{}", studio.text());
    let mut studio = studio.play("<space>");
    assert_eq!(last(&studio).from, Duration::from_secs(2));
    assert_eq!(row(&mut studio), "1/3");
    let studio = studio.play("<second><second><second>");
    assert_eq!(passages(&studio).len(), 3, "the rest of the line, then the next one");
}

#[test]
fn esc_ends_it_and_stays_on_the_page() {
    let studio = studio("g<made>j<space><second><esc>");
    assert_eq!(studio.effects.last(), Some(&Effect::Hush));
    assert_eq!(studio.state.page().section(), Section::Campaign);
    let left = studio.play("<space><esc><esc>");
    assert_eq!(left.state.page().section(), Section::Home);
}

#[test]
fn a_page_that_is_left_falls_silent() {
    let mut studio = studio("g<made>j<space>L");
    assert_eq!(studio.state.page().section(), Section::Log);
    studio = studio.play(&"<second>".repeat(5));
    assert_eq!(passages(&studio).len(), 2, "it goes on behind another page");
    studio.send(Msg::Away);
    assert_eq!(studio.state.alarm(), None, "what takes the terminal lets it stand still");
    let studio = studio.play("<esc><esc><esc>");
    assert_eq!(studio.state.page().section(), Section::Home);
    assert!(studio.effects.contains(&Effect::Hush));
    // On the page of a file with faults, esc leaves at once.
    let mut broken = self::studio("g<made>j<space>");
    let mut document = document("mon_rovia", "Mon Rovîa");
    document["script"][0]["text"] = json!("");
    broken.tell(Event::Campaign(std::sync::Arc::new(super::rehearsal::entry(&document))));
    let broken = broken.play("<esc>");
    assert_eq!((broken.state.page().section(), broken.effects.last()), (Section::Home, Some(&Effect::Hush)));
}

#[test]
fn comma_and_full_stop_go_a_line_back_and_on() {
    for (script, shown, count) in [
        ("j<space>.", "2/3", 2),
        ("j<space>..,", "2/3", 4),
        ("jj<space>,", "1/3", 2),
        ("jj<space>,,", "–/3", 3),
        ("jj<space>,,,", "–/3", 3),
        ("jjj<space>.", "3/3", 1),
    ] {
        let mut studio = studio(&format!("g<made>{script}"));
        assert_eq!((row(&mut studio).as_str(), passages(&studio).len()), (shown, count), "{script}");
    }
    let studio = studio("g<made>j.");
    assert!(studio.effects.iter().all(|effect| !matches!(effect, Effect::Listen { .. })));
    assert_eq!(notice(&studio), "Nothing is heard now: space listens from here.");
}

#[test]
fn what_is_not_made_is_stepped_over_with_a_word() {
    let made = |studio: &Rehearsal, scene: usize| {
        let campaign = &studio.state.shared.facts.campaigns[0];
        let graph = &campaign.loaded().unwrap().draft;
        graph.jobs[graph.scenes[scene].voice.unwrap()].key
    };
    let mut studio = studio("j");
    let second = made(&studio, 1);
    studio.tell(Event::Jobs(vec![super::rehearsal::made(second, crate::plan::Product::Voice)]));
    let mut studio = studio.play("<space>");
    assert_eq!(notice(&studio), "Scene 1 is not made: stepped over.");
    assert_eq!(row(&mut studio), "2/3");
    let studio = studio.play(",");
    assert_eq!(notice(&studio), "Scene 1 is not made: stepped over.");
    assert_eq!(passages(&studio).len(), 1, "what is heard goes on");
    let studio = studio.play(&"<second>".repeat(5));
    assert_eq!(notice(&studio), "Scene 3 is not made: stepped over.");
    assert_eq!(studio.effects.last(), Some(&Effect::Hush));
    let nothing = self::studio("j<space>");
    assert_eq!(nothing.effects, [Effect::Hush]);
    assert_eq!(notice(&nothing), "Nothing is made from here on: g makes the draft.");
}

#[test]
fn r_speaks_the_heard_line_again_and_one_goes_on_listening() {
    let studio = studio("g<made>j<space><second>r");
    let Some(Effect::Regenerate { subject, likeness, .. }) = studio.effects.last() else {
        panic!("{:?}", studio.effects.last())
    };
    assert_eq!((*subject, *likeness), (Subject::Voice(0), Likeness::Another));
    assert!(studio.state.alarm().is_some());
    let before = last(&studio).sound.clone();
    let studio = studio.play("<made>.,");
    assert_ne!(last(&studio).sound, before, "the new take is the one that is heard now");
    let kept = studio.play("<enter>");
    assert_eq!(super::rehearsal::chosen(&kept.effects).len(), 1);
    assert!(kept.state.alarm().is_some());
}

#[test]
fn a_dear_take_asks_first_while_one_goes_on_listening() {
    let studio = Rehearsal::new(120, 40, paid_library(&[document("mon_rovia", "Mon Rovîa")]));
    let mut studio = studio.play("<enter>Dg<made>F");
    let graph = studio.state.shared.facts.campaigns[0].loaded().unwrap().finals.clone().unwrap();
    let voices = graph.scenes.iter().filter_map(|scene| scene.voice).map(|voice| graph.jobs[voice].key);
    studio.tell(Event::Jobs(voices.map(|key| super::rehearsal::made(key, crate::plan::Product::Voice)).collect()));
    let mut studio = studio.play("j<space>r");
    let Some(Overlay::Question(question)) = studio.overlay() else { panic!("no question") };
    assert!(question.title.starts_with("Pay up to $0.0"), "{}", question.title);
    assert!(!studio.effects.iter().any(|effect| matches!(effect, Effect::Regenerate { .. })));
    let heard = passages(&studio).len();
    studio = studio.play("<second><second><second><second><second>y");
    assert_eq!(passages(&studio).len(), heard + 1);
    let asked_for = studio.effects.iter().find_map(|effect| match effect {
        Effect::Regenerate { subject, .. } => Some(*subject),
        _ => None,
    });
    assert_eq!(asked_for, Some(Subject::Voice(0)), "the line that was asked for, though another one is heard by now");
}

#[test]
fn who_goes_to_another_row_stays_there() {
    let mut studio = studio("g<made>j<space>jj");
    assert_eq!(row(&mut studio), "3/3");
    let mut studio = studio.play(&"<second>".repeat(5));
    assert_eq!((passages(&studio).len(), row(&mut studio)), (2, "3/3".to_owned()));
    assert!(studio.text().contains("♪2 Baby 2"), "{}", studio.text());
    assert_eq!(row(&mut studio.play(",")), "1/3", "a line back takes the row along again");
    let mut clicked = self::studio("g<made>j<space>");
    clicked.send(Msg::Click(Position::new(10, 6)));
    assert_eq!(row(&mut clicked.play(&"<second>".repeat(5))), "3/3");
    let mut edited = self::studio("g<made>j<space>i");
    edited = edited.play(&"<second>".repeat(5)).play("<esc>");
    assert_eq!(row(&mut edited), "1/3", "a line that is edited does not go away");
    let mut elsewhere = self::studio("g<made>j<space>jj<space><second>");
    assert_eq!(elsewhere.effects.last(), Some(&Effect::Pause));
    elsewhere = elsewhere.play("<space>");
    assert!(last(&elsewhere).from.is_zero() && row(&mut elsewhere) == "3/3", "it goes on where the person is");
}

#[test]
fn what_is_heard_is_found_again_after_an_edit() {
    let mut changed = document("mon_rovia", "Mon Rovîa");
    let scenes = changed["script"].as_array_mut().unwrap();
    scenes.insert(0, json!({"type": "dialogue", "speaker": "Baby 2", "text": "Before all."}));
    let mut studio = studio("g<made>j<space>");
    studio.tell(Event::Campaign(std::sync::Arc::new(super::rehearsal::entry(&changed))));
    assert!(studio.text().contains("♪2 Baby 1"), "{}", studio.text());
    let mut broken = document("mon_rovia", "Mon Rovîa");
    broken["script"][0]["text"] = json!("");
    studio.tell(Event::Campaign(std::sync::Arc::new(super::rehearsal::entry(&broken))));
    let studio = studio.play(&"<second>".repeat(5));
    assert_eq!(studio.effects.last(), Some(&Effect::Hush), "a file with faults has no next line");
}

/// All made, with a still of each clip.
pub(super) fn with_clips(width: u16, height: u16, script: &str) -> Rehearsal {
    let mut studio =
        Rehearsal::new(width, height, library(&[document("mon_rovia", "Mon Rovîa")])).play("<enter>g<made>");
    let graph = studio.state.shared.facts.campaigns[0].loaded().unwrap().draft.clone();
    let clips = graph.scenes.iter().filter_map(|scene| scene.clip).chain(graph.title);
    let changes = clips.map(|clip| {
        let key = graph.jobs[clip].key;
        let output = |role| Output {
            role,
            hash: AssetHash::of(key.as_bytes()),
            bytes: 1,
            media_type: "x/y".to_owned(),
            width: None,
            height: None,
            milliseconds: Some(4_350),
        };
        let made = |role: Role| Made { output: output(role), path: PathBuf::from(role.name()) };
        let outputs = [Role::Movie, Role::Video, Role::Still].map(made).to_vec();
        JobChange { key, facts: JobFacts { outputs, ..JobFacts::of(JobState::Made) } }
    });
    studio.tell(Event::Jobs(changes.collect()));
    studio.play(script)
}

#[test]
fn v_shows_the_finished_clip_and_the_arrows_go_a_second_back_and_on() {
    let studio = with_clips(120, 40, "jcv");
    assert!(matches!(last(&studio), Passage { sound: Some(_), shown: Some(Shown::Clip(_)), .. }));
    let from = |studio: &Rehearsal| last(studio).from.as_millis();
    let studio = studio.play("<second><second>l");
    assert_eq!(from(&studio), 3_000);
    let studio = studio.play("hh<left>");
    assert_eq!(from(&studio), 0);
    let studio = studio.play("<right>lllll");
    assert_eq!(from(&studio), 4_350, "and no further than its end");
    let mut studio = studio.play("<second>");
    assert_eq!(studio.effects.last(), Some(&Effect::Hush), "one clip alone");
    assert_eq!(row(&mut studio), "1/3");
    let stopped = with_clips(120, 40, "jcvv");
    assert_eq!(stopped.effects.last(), Some(&Effect::Hush));
    let unmade = self::studio("jcv");
    assert_eq!((unmade.effects.len(), notice(&unmade)), (0, "This clip is not made yet."));
}

#[test]
fn v_on_anything_else_shows_all_clips_from_there_on_and_the_title_first() {
    let mut studio = with_clips(120, 40, "v");
    assert!(matches!(last(&studio), Passage { sound: None, shown: Some(Shown::Clip(_)), .. }), "the title is silent");
    studio = studio.play(&"<second>".repeat(10));
    assert_eq!((passages(&studio).len(), row(&mut studio)), (3, "2/3".to_owned()));
    let mut studio = with_clips(120, 40, "j<space><second>v");
    assert_eq!(last(&studio).from, Duration::from_secs(1), "what is heard goes on, with the clip's pictures");
    assert!(matches!(last(&studio).shown, Some(Shown::Clip(_))));
    studio = studio.play("llll");
    assert_eq!((last(&studio).from.as_secs(), row(&mut studio)), (0, "2/3".to_owned()), "over the end to the next");
    assert_eq!(studio.play("p").effects.iter().rev().take(2).count(), 2);
}

#[test]
fn the_system_player_has_a_key_of_its_own() {
    let studio = with_clips(120, 40, "jcW");
    assert!(matches!(studio.effects.last(), Some(Effect::OpenVideo(_))));
    assert!(passages(&studio).is_empty());
}

#[test]
fn f_gives_the_picture_the_whole_page() {
    let wanted = |studio: &Rehearsal| wanted_picture(&studio.state).map(|ask| ask.room);
    let studio = with_clips(120, 40, "jcv");
    let small = wanted(&studio).unwrap();
    let mut studio = studio.play("f");
    let large = wanted(&studio).unwrap();
    assert!(large.width > small.width && large.height > small.height, "{large:?}");
    assert_snapshot!("listening_full_80x24", with_clips(80, 24, "jcvf<second>").screen());
    studio.send(Msg::Resize(Size::new(80, 24)));
    assert_eq!(wanted(&studio), Some(Size::new(80, 19)));
    let studio = studio.play("<esc>");
    assert!(studio.state.alarm().is_some(), "esc leaves the full screen first");
    assert_eq!(studio.play("<esc>").effects.last(), Some(&Effect::Hush));
    // Where there is no pane, a clip has the page at once.
    let mut narrow = with_clips(40, 12, "jcv");
    assert_eq!(last(&narrow).ask.as_ref().map(|ask| ask.room), Some(Size::new(40, 7)));
    assert_snapshot!("listening_full_40x12", narrow.screen());
    assert_eq!(narrow.play("<esc>").effects.last(), Some(&Effect::Hush));
}

#[test]
fn p_plays_one_voice_instead() {
    let studio = studio("g<made>j<space><second>p");
    let [.., hush, play] = studio.effects.as_slice() else { panic!("nothing is played") };
    assert!(*hush == Effect::Hush && matches!(play, Effect::Play(_)));
    assert_eq!(studio.state.alarm(), None);
}

#[test]
fn a_preview_of_a_voice_is_not_talked_over() {
    let mut studio = studio("g<made>j<space>b");
    studio.tell(Event::Preview { voice: "v".to_owned(), sound: Ok(PathBuf::from("p.wav")) });
    assert_eq!(studio.effects.last(), Some(&Effect::Hear(PathBuf::from("p.wav"))));
    assert_eq!(studio.state.alarm(), None);
}

#[test]
fn cross_fades_and_pauses_are_those_of_the_video() {
    let mut faded: Value = document("mon_rovia", "Mon Rovîa");
    faded["transition"] = json!("fade");
    let studio = |script: &str| {
        Rehearsal::new(120, 40, library(std::slice::from_ref(&faded))).play(&format!("<enter>g<made>{script}"))
    };
    let has_fade = |studio: &Rehearsal| match &studio.state.shared.facts.campaigns[0].entry.content {
        Content::Good(loaded) => loaded.draft.scenes[1].fade.is_some(),
        Content::Broken(_) => false,
    };
    let heard = studio(&format!("j<space>{}", "<second>".repeat(5)));
    assert!(has_fade(&heard));
    let fades: Vec<bool> = passages(&heard).iter().map(|passage| passage.fades).collect();
    assert_eq!(fades, [false, true]);
    assert!(!last(&studio("j<space>.")).fades, "nothing fades where one jumps");
    let Some(Shown::Baby(speech)) = &last(&heard).shown else { panic!("nobody talks") };
    assert_eq!(speech.breath, Duration::from_millis(250));
}

#[test]
fn what_is_heard_can_be_seen() {
    let heard = |width, height| {
        let mut studio = Rehearsal::new(width, height, library(&[document("mon_rovia", "Mon Rovîa music reaction")]))
            .play("<enter>g<made>jl<space><second>");
        for sound in crate::tui::app::view::wanted_sounds(&studio.state) {
            let bars = (0..96).map(|bar| (bar % 8) as f32 / 7.0).collect();
            studio.send(Msg::Wave(crate::tui::pictures::waves::Wave { hash: sound.hash, bars }));
        }
        // What the run said is gone by now.
        studio.state.shared.notice = None;
        studio.play("<second>")
    };
    assert_snapshot!("listening_120x40", heard(120, 40).screen());
    assert_snapshot!("listening_80x24", heard(80, 24).screen());
    assert_snapshot!("listening_40x12", heard(40, 12).screen());
}
