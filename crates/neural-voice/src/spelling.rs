//! Unknown words: a small network that reads a word letter by letter, taught with 225,000 pronunciations. Called by
//! `reader`.

use rten_tensor::NdTensor;
use rten_tensor::prelude::*;
use unicode_normalization::UnicodeNormalization;

use crate::Error;
use crate::network::{Network, Processors};
use crate::table::Reading;

/// The network reads at most so many letters; longer words are read in parts of this length.
const LONGEST: usize = 24;

/// So much of one word is read; nobody listens to more.
const MOST_LETTERS: usize = 480;

pub struct Spelling {
    network: Network,
    processors: Processors,
    /// Letters and sounds; number 0 is neither.
    letters: Vec<char>,
    sounds: Vec<char>,
}

impl Spelling {
    pub fn read(network: Network, alphabets: &str) -> Result<Self, Error> {
        let mut reading = Reading::new(alphabets);
        let (mut letters, mut sounds) = (Vec::new(), Vec::new());
        reading.expect(b'{')?;
        while !reading.passes(b'}') {
            let name = reading.string()?;
            reading.expect(b':')?;
            reading.passes(b' ');
            if reading.passes(b'[') {
                let list = if name == "in" { &mut letters } else { &mut sounds };
                while !reading.passes(b']') {
                    list.extend(reading.string()?.chars());
                    reading.passes(b',');
                    reading.passes(b' ');
                }
            } else {
                reading.value()?;
            }
            reading.passes(b',');
            reading.passes(b' ');
        }
        if letters.is_empty() || sounds.is_empty() {
            return Err(Error::damaged("the spelling of the voice"));
        }
        Ok(Self { network, processors: Processors::new(1), letters, sounds })
    }

    /// The sounds of a word; empty where the network knows none of its letters.
    pub fn sounds(&self, word: &str) -> Result<String, Error> {
        let numbers: Vec<i32> = word.chars().filter_map(|letter| self.number(letter)).take(MOST_LETTERS).collect();
        let mut sounds = String::new();
        for part in numbers.chunks(LONGEST) {
            sounds.push_str(&self.read_part(part)?);
        }
        Ok(sounds)
    }

    /// A letter's number; of one that the network was not taught, its letter without accents.
    fn number(&self, letter: char) -> Option<i32> {
        let place = |letter: char| self.letters.iter().position(|known| *known == letter);
        let place = place(letter).or_else(|| place(std::iter::once(letter).nfd().next()?));
        place.map(|place| place as i32 + 1)
    }

    fn read_part(&self, letters: &[i32]) -> Result<String, Error> {
        let input = NdTensor::from_data([1, letters.len()], letters.to_vec());
        let output = self.network.run(vec![("chars", input.into())], &["ids"], &self.processors)?;
        let numbers = output.into_iter().next().and_then(rten::Value::into_tensor::<i32>);
        let numbers = numbers.ok_or_else(|| Error::network("the spelling gave no numbers"))?;
        // The same number twice in a row is one sound held for longer; 0 is a gap.
        let mut last = 0;
        let mut sounds = String::new();
        for &number in numbers.iter() {
            if number != last && number != 0 {
                sounds.extend(self.sounds.get(number as usize - 1));
            }
            last = number;
        }
        Ok(sounds)
    }
}
