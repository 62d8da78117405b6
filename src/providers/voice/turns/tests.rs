//! Where lines begin, and every way in which a reply can say it wrongly.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::plan::{MadeBy, SpokenLine};

const RATE: u32 = 24_000;
const FRAME: usize = RATE as usize / FPS as usize;

fn request(texts: &[&str]) -> DialogueRequest {
    let made_by: MadeBy = serde_json::from_value(json!({"provider": "elevenlabs", "model": "eleven_v3"})).unwrap();
    let line = |(position, text): (usize, &&str)| SpokenLine {
        voice_id: format!("voice{}", position % 2),
        text: (*text).to_owned(),
    };
    DialogueRequest { made_by, lines: texts.iter().enumerate().map(line).collect(), take: 1 }
}

fn sound(seconds: f64) -> Sound {
    Sound { rate: RATE, samples: vec![0.1; (seconds * f64::from(RATE)) as usize] }
}

fn segment(line: usize, start: f64, end: f64) -> Value {
    json!({"voice_id": format!("voice{}", line % 2), "start_time_seconds": start, "end_time_seconds": end,
        "dialogue_input_index": line})
}

fn segments(values: &[Value]) -> Vec<Segment> {
    values.iter().map(|value| serde_json::from_value(value.clone()).unwrap()).collect()
}

fn begins(turns: &Turns) -> Vec<usize> {
    turns.lines.iter().map(|line| line.from).collect()
}

/// Every character takes a twentieth of a second.
fn alignment(text: &str) -> Alignment {
    let times = (0..text.chars().count()).map(|at| at as f64 / 20.0);
    Alignment {
        characters: text.chars().map(String::from).collect(),
        ends: times.clone().map(|time| time + 0.05).collect(),
        starts: times.collect(),
    }
}

#[test]
fn a_line_begins_on_the_last_frame_before_it_is_heard() {
    let request = request(&["One.", "Two.", "Three."]);
    let told = [segment(0, 0.2, 0.9), segment(1, 1.01, 1.5), segment(2, 1.5, 2.0)];
    let turns = Turns::told(&request, &sound(2.4), &segments(&told), None).unwrap();
    assert_eq!(begins(&turns), [0, 30 * FRAME, 45 * FRAME], "the pause before a line belongs to the one before");
    let samples = sound(2.4).samples.len();
    let parts: Vec<_> = (0..3).map(|line| turns.of(line, samples).unwrap()).collect();
    assert_eq!(parts.last().unwrap().end, samples, "nothing is left out");
    assert_eq!(turns.of(3, samples), None);
    let shuffled = [told[2].clone(), told[0].clone(), told[1].clone()];
    assert_eq!(Turns::told(&request, &sound(2.4), &segments(&shuffled), None), Ok(turns), "they may come in any order");
}

#[test]
fn a_line_told_in_several_parts_is_one() {
    let request = request(&["One.", "Two."]);
    let told = [segment(0, 0.0, 0.4), segment(0, 0.4, 1.0), segment(1, 1.0, 1.2), segment(1, 1.2, 2.0)];
    assert_eq!(begins(&Turns::told(&request, &sound(2.0), &segments(&told), None).unwrap()), [0, 30 * FRAME]);
}

#[test]
fn lines_that_interrupt_each_other_share_the_time_that_is_told_for_one() {
    let request = request(&["So I", "No!!", "12345678", "1234"]);
    let following = [segment(0, 0.0, 1.0), segment(1, 1.0, 1.0), segment(2, 1.0, 1.0), segment(3, 1.0, 5.0)];
    let turns = Turns::told(&request, &sound(5.0), &segments(&following), None).unwrap();
    assert_eq!(begins(&turns), [0, 30 * FRAME, 60 * FRAME, 120 * FRAME], "by their lengths");
    let before = [segment(0, 0.0, 1.0), segment(1, 1.0, 2.0), segment(2, 2.0, 5.0), segment(3, 5.0, 5.0)];
    let turns = Turns::told(&request, &sound(5.0), &segments(&before), None).unwrap();
    assert_eq!(begins(&turns), [0, 30 * FRAME, 60 * FRAME, 120 * FRAME]);
    let nowhere: Vec<Value> = (0..4).map(|line| segment(line, 1.0, 1.0)).collect();
    let told = Turns::told(&request, &sound(5.0), &segments(&nowhere), None).unwrap_err();
    assert_eq!(told, "line 1 of 4 has no time in it");
}

#[test]
fn every_wrong_reply_is_told_in_a_sentence() {
    let request = request(&["One.", "Two.", "Three."]);
    let other_voice = {
        let mut other = segment(1, 1.0, 1.5);
        other["voice_id"] = json!("\u{1b}[2Jstranger");
        other
    };
    let (one, two, three) = (segment(0, 0.0, 1.0), segment(1, 1.0, 1.5), segment(2, 1.5, 2.0));
    for (told, words) in [
        (vec![], "it does not say which line is heard when"),
        (vec![one.clone(), three.clone()], "line 2 of 3 is missing in it"),
        (vec![one.clone(), two.clone()], "line 3 of 3 is missing in it"),
        (vec![one.clone(), segment(1, 0.5, 1.5), three.clone()], "line 2 of 3 begins before the line before it ends"),
        (vec![segment(0, 1.0, 1.5), segment(1, 0.0, 1.0), three.clone()], "line 2 of 3 is heard before the line"),
        (vec![one.clone(), two.clone(), segment(2, 1.5, 2.4)], "its sound of 2.00 s ends before line 3 of 3"),
        (vec![one.clone(), two.clone(), segment(2, 90.0, 91.0)], "its sound of 2.00 s ends before line 3 of 3"),
        (vec![one.clone(), segment(1, 1.5, 1.0), three.clone()], "line 2 of 3 is heard at no time that can be"),
        (vec![segment(0, -1.0, 1.0), two.clone(), three.clone()], "line 1 of 3 is heard at no time that can be"),
        (
            vec![one.clone(), other_voice, three.clone()],
            "line 2 of 3 is spoken by ␛[2Jstranger, which was not asked for",
        ),
        (vec![one, two, three, segment(3, 1.5, 2.0)], "it speaks of line 4, and 3 were asked"),
    ] {
        let why = Turns::told(&request, &sound(2.0), &segments(&told), None).unwrap_err();
        assert!(why.contains(words), "{why}");
    }
    let whole = [segment(0, 0.0, 1.0), segment(1, 1.0, 1.5), segment(2, 1.5, 2.0)];
    let backwards = Alignment { characters: vec!["O".to_owned()], starts: vec![1.0], ends: vec![0.5] };
    let why = Turns::told(&request, &sound(2.0), &segments(&whole), Some(&backwards)).unwrap_err();
    assert!(why.contains("back in time"), "{why}");
}

#[test]
fn each_line_has_the_times_of_its_own_characters() {
    let request = request(&["[laughs] Ah.", "Oh."]);
    let alignment = alignment("[laughs] Ah.Oh.");
    let mut told = [segment(0, 0.0, 0.6), segment(1, 0.6, 0.75)];
    let of = |told: &[Value]| Turns::told(&request, &sound(1.0), &segments(told), Some(&alignment)).unwrap();
    let counted = of(&told);
    let second = counted.lines[1].alignment.as_ref().unwrap();
    assert_eq!(second.characters.concat(), "Oh.");
    assert!(second.starts[0].abs() < 1e-9, "from the beginning of the line");
    assert!((second.ends[2] - 0.15).abs() < 1e-9);
    assert_eq!(counted.lines[0].alignment.as_ref().unwrap().characters.len(), 12, "tags have their time too");

    for (segment, (start, end)) in told.iter_mut().zip([(0, 9), (9, 15)]) {
        (segment["character_start_index"], segment["character_end_index"]) = (json!(start), json!(end));
    }
    assert_eq!(of(&told).lines[1].alignment.as_ref().unwrap().characters.concat(), "Ah.Oh.", "as the segments say");
    told[1]["character_end_index"] = json!(99);
    assert_eq!(of(&told), counted, "what cannot be is not believed");
}

#[test]
fn without_segments_lines_are_found_by_their_characters_or_by_the_sound() {
    let request = request(&["aaaaaaaaaa ", "bbbbbbbbbb"]);
    let timed = Turns::found(&request, &sound(1.5), Some(&alignment("aaaaaaaaaa bbbbbbbbbb"))).unwrap();
    assert_eq!(begins(&timed), [0, 17 * FRAME]);
    let pause = |at: usize| if (20_000..30_000).contains(&at) { 0.0 } else { (at as f32 * 0.05).sin() * 0.4 };
    let spoken = Sound { rate: RATE, samples: (0..48_000).map(pause).collect() };
    let guessed = Turns::found(&self::request(&["Naps are hard.", "So is life."]), &spoken, None).unwrap();
    assert!((20_000..=31_000).contains(&begins(&guessed)[1]), "in the pause: {guessed:?}");
    let other = alignment("another text");
    assert_eq!(Turns::found(&request, &spoken, Some(&other)), Turns::found(&request, &spoken, None));
}

#[test]
fn a_file_of_turns_is_read_as_it_was_written() {
    let told = [segment(0, 0.0, 1.0), segment(1, 1.0, 2.0)];
    let turns = Turns::told(&request(&["One.", "Two."]), &sound(2.0), &segments(&told), None).unwrap();
    assert_eq!(Turns::read(&turns.file().unwrap().bytes), Ok(turns));
    for wrong in ["{}", r#"{"lines":[{"from":5}]}"#, r#"{"lines":[{"from":0},{"from":0}]}"#, "<html>"] {
        assert!(Turns::read(wrong.as_bytes()).is_err(), "{wrong}");
    }
}

proptest! {
    #[test]
    fn whatever_is_told_the_lines_are_the_whole_sound_or_nothing_is_cut(
        told in proptest::collection::vec((0_usize..5, -1.0_f64..4.0, -1.0_f64..4.0), 0..8),
        ordered in any::<bool>(),
        seconds in 0.01_f64..4.0,
    ) {
        let request = request(&["One.", "Two two.", "Three three three.", "4"]);
        let times = |at: usize, start: f64, end: f64| {
            if ordered { segment(at.min(3), at as f64, at as f64 + 1.0) } else { segment(at, start, end) }
        };
        let told: Vec<Value> = if ordered {
            (0..4).map(|at| times(at, 0.0, 0.0)).collect()
        } else {
            told.into_iter().map(|(at, start, end)| times(at, start, end)).collect()
        };
        let sound = sound(seconds);
        for turns in [Turns::told(&request, &sound, &segments(&told), None), Turns::found(&request, &sound, None)] {
            let Ok(turns) = turns else { continue };
            let parts: Vec<_> = (0..4).map(|line| turns.of(line, sound.samples.len()).unwrap()).collect();
            prop_assert_eq!((parts[0].start, parts[3].end), (0, sound.samples.len()));
            prop_assert!(parts.windows(2).all(|pair| pair[0].end == pair[1].start));
            prop_assert!(Turns::read(&turns.file().unwrap().bytes).is_ok());
        }
    }
}
