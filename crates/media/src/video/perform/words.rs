//! When each word of a line is heard: from the times of its characters where a provider tells them, else from the sound
//! itself. Called by `scene`; `lips` follows the characters, `captions` the words. Knows no pictures.

use serde::{Deserialize, Serialize};

use super::align::{self, Spoken};
use super::voice::Voice;
use crate::sound::Sound;
use crate::video::frame::Word;

/// When a character of the caption text is heard, in seconds from the start of the sound.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct CharacterTime {
    /// In the order of the text; one that is not heard has no length.
    pub character: char,
    /// As the provider tells it.
    pub start_s: f64,
    /// As the provider tells it; it need not be where the next one begins.
    pub end_s: f64,
}

/// The shortest time a word is shown as spoken, in seconds.
const SHORTEST_S: f64 = 0.04;

/// The words of `text`, timed over a scene of `scene_s` seconds. They rise, do not overlap, and end within the scene.
pub fn spoken(text: &str, timings: Option<&[CharacterTime]>, voice: &Voice, scene_s: f64) -> Vec<Word> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let told = timings.and_then(|timings| told(&words, timings));
    let spans = told.unwrap_or_else(|| estimated(&words, timings, voice, scene_s));
    in_order(&words, &spans, scene_s)
}

/// When each word of a text is heard in a sound of which nothing else is known.
pub fn guessed_words(text: &str, sound: &Sound) -> Vec<Word> {
    spoken(text, None, &Voice::new(sound), sound.seconds())
}

/// The words of a text that nobody speaks: all of them stand as long as the scene.
pub fn standing(text: &str, scene_s: f64) -> Vec<Word> {
    let word = |text: &str| Word { text: text.to_owned(), start_s: 0.0, end_s: scene_s };
    text.split_whitespace().map(word).collect()
}

/// Characters with usable times: those that a provider told, else the letters of the words spread over their time.
pub fn characters(words: &[Word], timings: Option<&[CharacterTime]>) -> Vec<CharacterTime> {
    match timings {
        Some(timings) if are_usable(timings) => timings.to_vec(),
        _ => words.iter().flat_map(spread).collect(),
    }
}

/// The letters of one word, vowels longer than consonants.
fn spread(word: &Word) -> Vec<CharacterTime> {
    let share = |letter: char| if align::is_vowel(letter) { 1.7 } else { 1.0 };
    let letters: Vec<char> = word.text.chars().filter(|letter| letter.is_alphanumeric()).collect();
    let whole: f64 = letters.iter().map(|&letter| share(letter)).sum();
    let second = (word.end_s - word.start_s) / whole.max(1.0);
    let mut start_s = word.start_s;
    let time = |character: char| {
        let end_s = start_s + share(character) * second;
        let time = CharacterTime { character, start_s, end_s };
        start_s = end_s;
        time
    };
    letters.into_iter().map(time).collect()
}

fn are_usable(timings: &[CharacterTime]) -> bool {
    let sane = |time: &CharacterTime| {
        time.start_s.is_finite() && time.end_s.is_finite() && time.start_s >= 0.0 && time.end_s >= time.start_s
    };
    let rising = timings.windows(2).all(|two| two[0].start_s <= two[1].start_s + 1e-6);
    let spans_time = timings.last().is_some_and(|last| last.end_s > 0.0);
    timings.iter().all(sane) && rising && spans_time
}

/// The times of the words as told, when what was spoken has as many words as what is written.
fn told(words: &[&str], timings: &[CharacterTime]) -> Option<Vec<Spoken>> {
    if !are_usable(timings) {
        return None;
    }
    let spoken: Vec<Spoken> = timings
        .split(|time| time.character.is_whitespace())
        .filter(|word| !word.is_empty())
        .map(|word| Spoken { start_s: word[0].start_s, end_s: word[word.len() - 1].end_s })
        .collect();
    (spoken.len() == words.len()).then_some(spoken)
}

/// The times of the words as the sound suggests, or in proportion where there is no voice to follow.
fn estimated(words: &[&str], timings: Option<&[CharacterTime]>, voice: &Voice, scene_s: f64) -> Vec<Spoken> {
    if voice.span().is_some() {
        return align::by_sound(words, voice);
    }
    let (start_s, end_s) = match timings {
        Some(timings) if are_usable(timings) => (timings[0].start_s, timings[timings.len() - 1].end_s),
        _ => (0.0, scene_s),
    };
    align::in_proportion(words, start_s, end_s)
}

fn in_order(words: &[&str], spans: &[Spoken], scene_s: f64) -> Vec<Word> {
    let shortest = SHORTEST_S.min(scene_s / (words.len().max(1) as f64));
    let mut free_from: f64 = 0.0;
    let mut timed = Vec::with_capacity(words.len());
    for (index, (text, span)) in words.iter().zip(spans).enumerate() {
        let after = words.len() - index;
        let start_s = span.start_s.max(free_from).min(scene_s - shortest * after as f64).max(0.0);
        let next = spans.get(index + 1).map_or(scene_s, |next| next.start_s);
        let latest = scene_s - shortest * (after - 1) as f64;
        let end_s = span.end_s.min(next).max(start_s + shortest).min(latest.max(start_s));
        free_from = end_s;
        timed.push(Word { text: (*text).to_owned(), start_s, end_s });
    }
    timed
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::video::perform::voice::tests::buzz;

    fn timings(text: &str, each: f64, from: f64) -> Vec<CharacterTime> {
        let time = |(at, character): (usize, char)| {
            let start_s = from + at as f64 * each;
            CharacterTime { character, start_s, end_s: start_s + each }
        };
        text.chars().enumerate().map(time).collect()
    }

    fn loud_between(spans: &'static [(f64, f64)], seconds: f64) -> Voice {
        let loud = |second: f64| if spans.iter().any(|(from, to)| (*from..*to).contains(&second)) { 1.0 } else { 0.0 };
        Voice::new(&buzz(seconds, loud))
    }

    fn starts(words: &[Word]) -> Vec<f64> {
        words.iter().map(|word| (word.start_s * 100.0).round() / 100.0).collect()
    }

    #[test]
    fn told_times_are_kept() {
        let told = timings("Yo, hi there", 0.1, 0.2);
        let words = spoken("Yo, hi there", Some(&told), &Voice::default(), 3.0);
        assert_eq!(starts(&words), [0.2, 0.6, 0.9]);
        assert!((words[2].end_s - 1.4).abs() < 1e-9);
    }

    #[test]
    fn a_spelling_for_the_voice_with_other_words_falls_back_to_the_sound() {
        let voice = loud_between(&[(0.5, 1.5)], 2.0);
        let told = timings("Mon Ro VEE ah", 0.1, 0.5);
        let words = spoken("Mon Rovîa", Some(&told), &voice, 2.0);
        assert_eq!(words.len(), 2);
        assert!((words[0].start_s - 0.5).abs() < 0.08);
    }

    #[test]
    fn told_times_that_make_no_sense_are_not_used() {
        let voice = loud_between(&[(0.5, 1.5)], 2.0);
        for broken in [f64::NAN, -1.0, f64::INFINITY] {
            let mut told = timings("one two", 0.1, 0.0);
            told[2].start_s = broken;
            let words = spoken("one two", Some(&told), &voice, 2.0);
            assert!((words[0].start_s - 0.5).abs() < 0.08, "{broken}: {words:?}");
        }
    }

    #[test]
    fn without_times_the_first_word_starts_with_the_sound() {
        for onset in [0.0, 0.3, 1.1] {
            let voice = Voice::new(&buzz(4.0, |second| if (onset..3.0).contains(&second) { 1.0 } else { 0.0 }));
            let words = spoken("Curious babies ask a lot", None, &voice, 4.0);
            assert!((words[0].start_s - onset).abs() < 0.08, "{onset}: {words:?}");
            assert!((words[4].end_s - 3.0).abs() < 0.08, "{words:?}");
        }
    }

    #[test]
    fn a_word_after_a_full_stop_starts_after_the_pause() {
        let voice = loud_between(&[(0.2, 0.7), (1.3, 2.6)], 3.0);
        let words = spoken("Really? Tell me everything.", None, &voice, 3.0);
        assert!((words[0].end_s - 0.7).abs() < 0.08, "{words:?}");
        assert!((words[1].start_s - 1.3).abs() < 0.08, "{words:?}");
    }

    #[test]
    fn words_fall_into_the_dips_of_the_sound() {
        let dips = [0.42, 0.95, 1.3];
        let dipped = buzz(2.0, |second| {
            let near = dips.iter().any(|dip: &f64| (second - dip).abs() < 0.03);
            if !(0.1..1.9).contains(&second) {
                0.0
            } else if near {
                0.15
            } else {
                1.0
            }
        });
        let words = spoken("ma banana me banana", None, &Voice::new(&dipped), 2.0);
        for (word, dip) in words[1..].iter().zip(dips) {
            assert!((word.start_s - dip).abs() < 0.12, "{dip}: {words:?}");
        }
    }

    #[test]
    fn letters_share_the_time_of_their_word() {
        let words = [Word { text: "moon,".into(), start_s: 1.0, end_s: 2.0 }];
        let letters = characters(&words, None);
        assert_eq!(letters.iter().map(|time| time.character).collect::<String>(), "moon");
        assert!((letters[0].start_s - 1.0).abs() < 1e-9 && (letters[3].end_s - 2.0).abs() < 1e-9);
        assert!(letters[1].end_s - letters[1].start_s > letters[0].end_s - letters[0].start_s);
    }

    proptest! {
        #[test]
        fn words_rise_and_stay_within_the_scene(
            text in "[a-zA-Zéß ,.!?0-9🔥-]{0,120}",
            seconds in 0.03_f64..6.0,
            quiet in 0.0_f64..1.0,
            told in proptest::option::of((0.001_f64..0.4, 0.0_f64..9.0)),
        ) {
            let voice = Voice::new(&buzz(seconds, |second| if second > quiet * seconds { 1.0 } else { 0.0 }));
            let told = told.map(|(each, from)| timings(&text, each, from));
            let words = spoken(&text, told.as_deref(), &voice, seconds);
            prop_assert_eq!(words.len(), text.split_whitespace().count());
            let mut free_from = 0.0;
            for word in &words {
                prop_assert!(word.start_s >= free_from - 1e-9 && word.end_s >= word.start_s, "{words:?}");
                prop_assert!(word.end_s <= seconds + 1e-9, "{words:?}");
                free_from = word.end_s;
            }
        }
    }
}
