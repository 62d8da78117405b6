//! The contact sheet: what its keys ask for, and how it looks.

use std::sync::Arc;

use insta::assert_snapshot;
use ratatui::layout::Position;

use super::rehearsal::{self, Rehearsal, chosen, document, library, painted_library};
use crate::engine::{Command, Content, Event, Likeness, Subject, Take};
use crate::plan::{JobKey, Pick, Product, TakeMark};
use crate::tui::app::view::{wanted_pictures, wanted_sounds};
use crate::tui::input::keymap::Section;
use crate::tui::model::message::{Effect, Msg};
use crate::tui::model::overlay::Overlay;
use crate::tui::pictures::waves::Wave;

pub(super) fn sized(width: u16, height: u16, script: &str) -> Rehearsal {
    let studio = Rehearsal::new(width, height, library(&[document("mon_rovia", "Mon Rovîa")]));
    studio.play(&format!("<enter>g<made>{script}"))
}

/// A campaign that is made, with a script after it.
fn studio(script: &str) -> Rehearsal {
    sized(120, 40, script)
}

/// The same for finals that cost money.
pub(super) fn paid(script: &str) -> Rehearsal {
    let mut studio = Rehearsal::new(120, 40, painted_library(&[document("mon_rovia", "Mon Rovîa")])).play("<enter>F");
    let graph = studio.state.shared.facts.campaigns[0].loaded().unwrap().finals.clone().unwrap();
    let made = graph.portraits.iter().map(|&index| rehearsal::made(graph.jobs[index].key, Product::Portrait));
    studio.tell(Event::Jobs(made.collect()));
    studio.play(script)
}

fn notice(studio: &Rehearsal) -> &str {
    studio.state.shared.notice.as_ref().map_or("", |said| &said.text)
}

fn regenerated(studio: &Rehearsal) -> Vec<(Likeness, Option<&str>)> {
    let asked = studio.effects.iter().filter_map(|effect| match effect {
        Effect::Regenerate { likeness, note, .. } => Some((*likeness, note.as_deref())),
        _ => None,
    });
    asked.collect()
}

fn marks(studio: &Rehearsal) -> Vec<(TakeMark, bool)> {
    let marked = studio.effects.iter().filter_map(|effect| match effect {
        Effect::Send(Command::MarkTake { mark, is_on, .. }) => Some((*mark, *is_on)),
        _ => None,
    });
    marked.collect()
}

#[test]
fn t_opens_and_closes_the_sheet_of_what_is_focused() {
    let mut faces = studio("jt");
    assert!(faces.text().contains("Baby 1 · face · 1 take · used in scene 1"), "{}", faces.text());
    let mut voices = studio("jjlt");
    assert!(voices.text().contains("Baby 2 · voice · 1 take · used in scene 2"), "{}", voices.text());
    for key in ["t", "q", "<esc>"] {
        assert_eq!(studio(&format!("jt{key}")).state.page().section(), Section::Campaign, "{key}");
    }
    assert!(notice(&studio("jct")).starts_with("A clip has no takes"));
    assert!(notice(&studio("t")).starts_with("Select the line of a baby first"));
}

#[test]
fn enter_keeps_the_take_that_is_looked_at() {
    let studio = studio("jtr<made>");
    assert_eq!(chosen(&studio.effects), []);
    let studio = studio.play("<enter>");
    assert!(matches!(chosen(&studio.effects)[..], [(Subject::Portrait(_), Pick::Take(2))]), "the newest is selected");
    let studio = studio.play("<enter>");
    assert_eq!(notice(&studio), "Take 2 is in use already.");
    let studio = studio.play("h<enter>");
    assert!(matches!(chosen(&studio.effects)[..], [_, (_, Pick::Take(1))]));
    let unmade = self::studio("jtr<enter>");
    assert!(notice(&unmade).contains("not made"));
}

#[test]
fn stars_are_set_and_taken_away() {
    let mut studio = studio("jtr<made>*");
    assert_eq!(marks(&studio), [(TakeMark::Star, true)]);
    assert!(studio.text().contains("2 ★") && studio.text().contains("★ 1"), "{}", studio.text());
    let mut studio = studio.play("*");
    assert_eq!(marks(&studio), [(TakeMark::Star, true), (TakeMark::Star, false)]);
    assert!(!studio.text().contains('★'));
}

#[test]
fn dd_hides_a_take_and_u_brings_it_back() {
    let mut studio = studio("jt2r<made>dd");
    assert_eq!(marks(&studio), [(TakeMark::Trash, true)]);
    assert_eq!(notice(&studio), "Take 3 is in the trash; u brings it back.");
    assert!(studio.text().contains("2 takes") && studio.text().contains("trash 1"), "{}", studio.text());
    // Neither does one flip to it.
    let mut flipped = studio.play("<esc>]]");
    assert!(flipped.text().contains("of 2"), "{}", flipped.text());
    let studio = flipped.play("tdd");
    assert_eq!(notice(&studio), "Take 1 is in use: keep another one first.");
    let mut studio = studio.play("ldd");
    assert!(studio.text().contains("trash 2"));
    let studio = studio.play("u");
    assert_eq!(notice(&studio), "Undone: put take 2 in the trash.", "the newest first");
    let studio = studio.play("b");
    assert_eq!(notice(&studio), "Take 3 is back.", "whenever it was put there");
    let mut studio = studio.play("uu");
    assert_eq!(notice(&studio), "Undone: put take 3 in the trash.");
    assert!(studio.text().contains("3 takes"));
    let studio = studio.play("u");
    assert_eq!(notice(&studio), "Nothing to undo: this session has not edited this campaign.");
    assert_eq!(notice(&studio.play("b")), "The trash is empty.");
}

#[test]
fn what_was_done_with_takes_is_undone_and_done_again() {
    // A take is kept, a star is set; both are taken back from the script, in order.
    let studio = studio("jtr<made><enter>*<esc>uu");
    assert_eq!(marks(&studio), [(TakeMark::Star, true), (TakeMark::Star, false)]);
    let picks =
        |studio: &Rehearsal| -> Vec<Pick> { chosen(&studio.effects).into_iter().map(|(_, pick)| pick).collect() };
    assert_eq!(picks(&studio), [Pick::Take(2), Pick::Take(1)]);
    assert_eq!(notice(&studio), "Undone: kept take 2.");
    let studio = studio.play("<ctrl-r>");
    assert_eq!((picks(&studio).last(), notice(&studio)), (Some(&Pick::Take(2)), "Done again: kept take 2."));
    let studio = studio.play("<ctrl-r>u");
    assert_eq!(marks(&studio).len(), 4, "the star is set again, and taken away again");
}

#[test]
fn a_kept_take_is_undone_where_its_line_is_now() {
    let mut changed = document("mon_rovia", "Mon Rovîa");
    let scenes = changed["script"].as_array_mut().unwrap();
    scenes.insert(0, serde_json::json!({"type": "dialogue", "speaker": "Baby 2", "text": "Before all."}));
    let mut kept = studio("jjlr<made><enter>");
    assert!(matches!(chosen(&kept.effects)[..], [(Subject::Voice(1), Pick::Take(2))]), "{:?}", kept.effects);
    kept.rewrite(&changed);
    let undone = kept.play("u");
    assert!(matches!(chosen(&undone.effects)[..], [_, (Subject::Voice(2), Pick::Take(1))]), "{:?}", undone.effects);
    let mut reworded = document("mon_rovia", "Mon Rovîa");
    reworded["script"][1]["text"] = serde_json::json!("Other words.");
    let mut kept = studio("jjlr<made><enter>");
    kept.rewrite(&reworded);
    let lost = kept.play("u");
    assert!(notice(&lost).starts_with("What it was of has changed since"), "{}", notice(&lost));
    assert_eq!(chosen(&lost.effects).len(), 1);
}

#[test]
fn a_number_before_r_makes_so_many() {
    assert_eq!(regenerated(&studio("jt3r")).len(), 3);
    assert_eq!(regenerated(&studio("jt999r")).len(), 9, "and no more than nine");
    assert_eq!(regenerated(&studio("j3r")).len(), 3, "on the page of the scenes too");
    let asked = paid("jt3r");
    let Some(Overlay::Question(question)) = asked.overlay() else { panic!("no question") };
    assert_eq!(question.title, "Pay up to $0.15?");
    assert!(question.text.starts_with("3 portraits $0.15"), "{}", question.text);
    assert_eq!(regenerated(&asked), []);
    assert_eq!(regenerated(&asked.play("y")).len(), 3);
    assert_eq!(regenerated(&paid("jt3rn")).len(), 0);
}

#[test]
fn a_note_is_asked_of_a_take_that_keeps_the_face() {
    let mut studio = paid("jtR");
    assert!(studio.text().contains("what is asked of the new take ▸"), "{}", studio.text());
    let studio = studio.play("Smile less. <enter>");
    let Some(Overlay::Question(question)) = studio.overlay() else { panic!("no question") };
    assert!(question.title.starts_with("Pay up to $0.05"), "{}", question.title);
    let mut studio = studio.play("y");
    assert!(matches!(regenerated(&studio)[..], [(Likeness::SameAs(_), Some("Smile less."))]));
    studio = studio.play("<made>");
    assert!(studio.text().contains("“Smile less.”"), "{}", studio.text());
    let studio = studio.play("<enter>");
    assert!(matches!(&chosen(&studio.effects)[..], [(_, Pick::Noted { take: 2, note, .. })] if note == "Smile less."));
    for script in ["jtR<enter>", "jtR  <enter>", "jtRx<esc>"] {
        assert_eq!(regenerated(&paid(script)), [], "{script}");
    }
    for (script, why) in [("jtR", "The drawn baby takes no notes"), ("jltR", "Only a portrait takes a note")] {
        let studio = self::studio(script);
        assert!(studio.overlay().is_none() && notice(&studio).starts_with(why), "{}", notice(&studio));
    }
}

#[test]
fn two_takes_stand_side_by_side_with_what_differs() {
    let mut studio = studio("jt2r<made>c");
    assert!(notice(&studio).starts_with("Go to the take to compare it with"));
    studio = studio.play("hc");
    assert!(studio.text().contains("take: 2 → 3"), "{}", studio.text());
    assert_eq!(wanted_pictures(&studio.state).len(), 2);
    // The arrows choose one of the two; enter keeps it.
    let kept = studio.play("l<enter>");
    assert!(matches!(chosen(&kept.effects)[..], [(_, Pick::Take(3))]));
    let kept = kept.play("h<enter>");
    assert!(matches!(chosen(&kept.effects)[..], [_, (_, Pick::Take(2))]));
    let mut back = kept.play("<esc>");
    assert_eq!(back.state.page().section(), Section::Takes);
    assert!(!back.text().contains("take: 2 → 3") && wanted_pictures(&back.state).len() == 3);
    assert_eq!(notice(&self::studio("jtc")), "There is only one take.");
}

#[test]
fn voices_are_heard_on_arriving() {
    let heard = |studio: &Rehearsal| {
        let heard = studio.effects.iter().filter(|effect| matches!(effect, Effect::Hear(_)));
        heard.count()
    };
    let studio = studio("jlt2r<made>");
    assert_eq!((heard(&studio), wanted_sounds(&studio.state).len()), (0, 3));
    let studio = studio.play("kk");
    assert_eq!(heard(&studio), 2);
    let studio = studio.play("k");
    assert_eq!(heard(&studio), 2, "there is none above the first");
    let studio = studio.play("<space>p");
    assert_eq!(heard(&studio), 4);
    assert_eq!(studio.play("<esc>").effects.last(), Some(&Effect::Hush));
}

#[test]
fn a_take_that_is_heard_is_not_talked_over() {
    let studio = studio("jlr<made><space>t");
    assert!(studio.state.alarm().is_some(), "one listens on behind the sheet");
    let studio = studio.play("k");
    assert!(matches!(studio.effects.last(), Some(Effect::Hear(_))));
    assert_eq!(studio.state.alarm(), None);
}

#[test]
fn arrows_go_through_the_rows_of_the_sheet() {
    let at = |script: &str| {
        let mut studio = sized(80, 24, &format!("jt9r<made>{script}"));
        let text = studio.text();
        (1..=10).find(|number| text.contains(&format!(" {number}/10 "))).expect("a place")
    };
    for (keys, place) in [("g", 1), ("gl", 2), ("gll", 3), ("gh", 1), ("", 10), ("l", 10), ("gk", 1), ("4<enter>", 4)] {
        assert_eq!(at(keys), place, "{keys}");
    }
    let below = at("gj");
    assert!(below > 2 && at("gjk") == 1 && at("gjh") == below - 1, "{below}");
    let mut clicked = sized(80, 24, "jt9r<made>g");
    clicked.send(Msg::Click(Position::new(20, 3)));
    assert!(clicked.text().contains(" 2/10 "), "{}", clicked.text());
}

#[test]
fn of_many_faces_only_those_are_made_ready_that_are_seen() {
    let mut library = library(&[document("mon_rovia", "Mon Rovîa")]);
    let mut keys = Vec::new();
    if let Content::Good(loaded) = &mut Arc::make_mut(&mut library.entries[0]).content {
        let job = loaded.draft.jobs[0].clone();
        let takes = (1..=40).map(|number| Take::plain(number, job.request.with_take(number).key()));
        let takes: Vec<Take> = takes.collect();
        keys.extend(takes.iter().map(|take| take.key));
        loaded.takes.insert(job.base, takes);
    }
    let mut studio = Rehearsal::new(120, 40, library).play("<enter>j");
    studio.tell(Event::Jobs(keys.into_iter().map(|key: JobKey| rehearsal::made(key, Product::Portrait)).collect()));
    let mut studio = studio.play("t");
    let seen = wanted_pictures(&studio.state);
    assert!((16..40).contains(&seen.len()), "{}", seen.len());
    assert!(seen.iter().all(|ask| ask.room == seen[0].room));
    assert!(studio.text().contains(" 1/40 "));
    let studio = studio.play("G");
    assert!(wanted_pictures(&studio.state).last() != seen.last(), "the end of the sheet is seen");
}

#[test]
fn a_baby_that_is_gone_leaves_no_sheet() {
    let mut studio = studio("jt");
    let mut other = document("mon_rovia", "Mon Rovîa");
    let profile = other["baby_profiles"]["Baby 1"].clone();
    other["baby_profiles"].as_object_mut().unwrap().remove("Baby 1");
    other["baby_profiles"]["Baby 3"] = profile;
    other["script"][0]["speaker"] = "Baby 3".into();
    studio.tell(Event::Campaign(Arc::new(rehearsal::entry(&other))));
    assert!(studio.text().contains("This face or line is gone"), "{}", studio.text());
    assert_eq!(studio.play("r*cddu<enter><esc>").state.page().section(), Section::Campaign);
}

#[test]
fn the_sheet_of_faces_and_that_of_voices() {
    let faces = "jt4r<work><work><work>h*hddg";
    assert_snapshot!("takes_faces_120x40", sized(120, 40, faces).screen());
    assert_snapshot!("takes_faces_80x24", sized(80, 24, faces).screen());
    assert_snapshot!("takes_faces_40x12", sized(40, 12, faces).screen());
    assert_snapshot!("takes_compared_120x40", sized(120, 40, "jt2r<made>cgc").screen());
    assert_snapshot!("takes_compared_80x24", sized(80, 24, "jt2r<made>cgc").screen());
    let voices = |width, height, script: &str| {
        let mut studio = sized(width, height, script);
        for sound in wanted_sounds(&studio.state) {
            let bars = (0..96).map(|bar| (bar % 8) as f32 / 7.0).collect();
            studio.send(Msg::Wave(Wave { hash: sound.hash, bars }));
        }
        studio.state.shared.notice = None;
        studio.screen()
    };
    assert_snapshot!("takes_voices_120x40", voices(120, 40, "jlt3r<work><work><work>k*"));
    assert_snapshot!("takes_voices_80x24", voices(80, 24, "jlt3r<work><work><work>k*"));
    assert_snapshot!("takes_voices_compared_80x24", voices(80, 24, "jlt2r<made>ckc"));
}
