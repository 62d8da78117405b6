//! The signs for sounds and the numbers that the network knows them by. Called by `voice`.

use crate::Error;
use crate::table::{Reading, unquoted};

/// The silence before and after a sentence.
pub const SILENCE: i32 = 0;

pub struct Alphabet {
    /// Sorted by sign.
    signs: Vec<(char, i32)>,
}

impl Alphabet {
    pub fn read(file: &[u8]) -> Result<Self, Error> {
        let damaged = || Error::damaged("the alphabet of the voice");
        let text = std::str::from_utf8(file).map_err(|_| damaged())?;
        let mut reading = Reading::new(text);
        let mut signs = Vec::new();
        reading.expect(b'{')?;
        while !reading.passes(b'}') {
            let sign = reading.string()?;
            // The quotation mark is spelled with its escape.
            let sign = sign.strip_prefix('\\').unwrap_or(sign).chars().next().ok_or_else(damaged)?;
            reading.expect(b':')?;
            reading.passes(b' ');
            let number = reading.value()?;
            signs.push((sign, unquoted(number).unwrap_or(number).parse().map_err(|_| damaged())?));
            reading.passes(b',');
            reading.passes(b' ');
        }
        signs.sort_unstable();
        Ok(Self { signs })
    }

    /// The number of a sign; `None` for what is none.
    pub fn number(&self, sign: char) -> Option<i32> {
        let place = self.signs.binary_search_by_key(&sign, |(sign, _)| *sign).ok()?;
        Some(self.signs[place].1)
    }
}
