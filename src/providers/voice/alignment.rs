//! Which character of a line is heard when, as the voice provider measured it; kept as a small file beside the sound,
//! for captions and lips.

use serde::{Deserialize, Serialize};

use crate::media::cues::Cue;

/// Times in seconds from the start of the sound. The three lists have one length; times never go back.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Alignment {
    pub characters: Vec<String>,
    #[serde(rename = "character_start_times_seconds")]
    pub starts: Vec<f64>,
    #[serde(rename = "character_end_times_seconds")]
    pub ends: Vec<f64>,
}

/// How far the last character may end behind the sound: rounding, and the silence that encoders cut.
pub(super) const TOLERANCE_SECONDS: f64 = 0.25;

impl Alignment {
    /// The same of the sound at another pace.
    pub fn at_speed(mut self, speed: f64) -> Self {
        self.starts.iter_mut().chain(&mut self.ends).for_each(|time| *time /= speed);
        self
    }

    /// Some of its characters, of the sound from `begin` seconds on. The range is within the characters.
    pub fn part(&self, range: std::ops::Range<usize>, begin: f64) -> Self {
        let from_there = |times: &[f64]| times[range.clone()].iter().map(|time| (time - begin).max(0.0)).collect();
        let (starts, ends) = (from_there(&self.starts), from_there(&self.ends));
        Self { characters: self.characters[range].to_vec(), starts, ends }
    }

    /// Of a recording that carries its words: the letters of each share its time, vowels longer than consonants.
    pub fn of_words(words: &[Cue]) -> Self {
        let mut alignment = Self { characters: Vec::new(), starts: Vec::new(), ends: Vec::new() };
        let mut last = 0.0_f64;
        for word in words {
            let start = word.start_s.max(last);
            let end = word.end_s.max(start);
            if !alignment.characters.is_empty() {
                alignment.push(' ', last, start);
            }
            let share = |letter: char| match letter.to_ascii_lowercase() {
                'a' | 'e' | 'i' | 'o' | 'u' | 'y' => 1.7,
                letter if letter.is_alphanumeric() => 1.0,
                _ => 0.0,
            };
            let whole: f64 = word.text.chars().map(share).sum();
            let second = (end - start) / whole.max(1.0);
            let mut at = start;
            for letter in word.text.chars() {
                let until = (at + share(letter) * second).min(end);
                alignment.push(letter, at, until);
                at = until;
            }
            last = end;
        }
        alignment
    }

    fn push(&mut self, character: char, start: f64, end: f64) {
        self.characters.push(character.to_string());
        self.starts.push(start);
        self.ends.push(end);
    }

    /// Says what is wrong with an alignment of a sound of this length.
    pub fn check(&self, seconds: f64) -> Result<(), String> {
        let count = self.characters.len();
        if self.starts.len() != count || self.ends.len() != count {
            return Err(format!(
                "its timestamps do not fit its characters ({count}, {} and {})",
                self.starts.len(),
                self.ends.len()
            ));
        }
        let goes_on = |times: &[f64]| times.windows(2).all(|pair| pair[0] <= pair[1]);
        let is_span = |(start, end): (&f64, &f64)| 0.0 <= *start && start <= end && end.is_finite();
        if !goes_on(&self.starts) || !goes_on(&self.ends) || !self.starts.iter().zip(&self.ends).all(is_span) {
            return Err("its timestamps go back in time".to_owned());
        }
        match self.ends.last() {
            Some(end) if *end > seconds + TOLERANCE_SECONDS => {
                Err(format!("its sound of {seconds:.2} s ends before its last character at {end:.2} s"))
            }
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_alignment_must_fit_itself_and_its_sound() {
        let alignment = |starts: &[f64], ends: &[f64]| Alignment {
            characters: vec!["a".to_owned(), "b".to_owned()],
            starts: starts.to_vec(),
            ends: ends.to_vec(),
        };
        for (starts, ends, words) in [
            (&[0.0, 0.5][..], &[0.5, 1.0][..], None),
            (&[0.0, 0.5], &[0.5, 1.2], None),
            (&[0.0, 0.5], &[0.5, 1.3], Some("ends before")),
            (&[0.0], &[0.5, 1.0], Some("do not fit")),
            (&[0.5, 0.0], &[0.6, 1.0], Some("back in time")),
            (&[0.0, 0.5], &[0.7, 0.6], Some("back in time")),
            (&[0.0, 0.5], &[0.0, 0.4], Some("back in time")),
            (&[-0.1, 0.5], &[0.5, 1.0], Some("back in time")),
            (&[f64::NAN, 0.5], &[0.5, 1.0], Some("back in time")),
            (&[0.0, 0.5], &[0.5, f64::INFINITY], Some("back in time")),
        ] {
            let found = alignment(starts, ends).check(1.0);
            assert_eq!(found.is_ok(), words.is_none(), "{starts:?} {ends:?}");
            assert!(found.err().is_none_or(|why| why.contains(words.unwrap())));
        }
    }
}
