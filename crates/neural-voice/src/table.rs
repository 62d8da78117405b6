//! A JSON object or list of strings that is looked things up in, and never taken apart: the text as it is, and a table of
//! where its keys stand. A dictionary of 90,000 words costs its own text and one megabyte, and is ready in a few
//! milliseconds. Called by the dictionaries and the tagger; knows neither words nor tags.

use crate::Error;

/// An index of the keys of one object, or of the members of one list. The text belongs to somebody else.
#[derive(Debug)]
pub struct Table {
    /// Positions of the keys' opening quotes plus one, by hash; 0 is an empty slot. A power of two long.
    slots: Vec<u32>,
}

/// A position in a JSON text.
pub struct Reading<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Reading<'a> {
    pub fn new(text: &'a str) -> Self {
        Self { text, at: 0 }
    }

    pub fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// Steps over one byte that must stand here.
    pub fn expect(&mut self, byte: u8) -> Result<(), Error> {
        if self.peek() == Some(byte) {
            self.at += 1;
            return Ok(());
        }
        Err(Error::damaged("a table of the voice"))
    }

    /// Steps over one byte if it stands here.
    pub fn passes(&mut self, byte: u8) -> bool {
        let passes = self.peek() == Some(byte);
        self.at += usize::from(passes);
        passes
    }

    /// A string without its quotes, its escapes left as they are.
    pub fn string(&mut self) -> Result<&'a str, Error> {
        self.expect(b'"')?;
        let bytes = self.text.as_bytes();
        let start = self.at;
        loop {
            match bytes.get(self.at) {
                Some(b'"') => break,
                Some(b'\\') => self.at += 2,
                Some(_) => self.at += 1,
                None => return Err(Error::damaged("a table of the voice")),
            }
        }
        let string = self.text.get(start..self.at).ok_or_else(|| Error::damaged("a table of the voice"))?;
        self.at += 1;
        Ok(string)
    }

    /// The text of a value: a string with its quotes, a flat object, a number or a word.
    pub fn value(&mut self) -> Result<&'a str, Error> {
        let start = self.at;
        match self.peek() {
            Some(b'"') => {
                self.string()?;
            }
            Some(b'{') => {
                self.at += 1;
                while !self.passes(b'}') {
                    self.string()?;
                    self.expect(b':')?;
                    self.value()?;
                    self.passes(b',');
                }
            }
            _ => {
                let bytes = &self.text.as_bytes()[self.at..];
                self.at += bytes.iter().position(|byte| matches!(byte, b',' | b'}' | b']')).unwrap_or(bytes.len());
            }
        }
        self.text.get(start..self.at).ok_or_else(|| Error::damaged("a table of the voice"))
    }
}

impl Table {
    /// Reads an object whose `{` stands next.
    pub fn of_object(reading: &mut Reading) -> Result<Self, Error> {
        Self::read(reading, b'{', b'}', |reading| {
            reading.expect(b':')?;
            reading.value().map(|_| ())
        })
    }

    /// Reads a list of strings whose `[` stands next.
    pub fn of_list(reading: &mut Reading) -> Result<Self, Error> {
        Self::read(reading, b'[', b']', |_| Ok(()))
    }

    fn read(
        reading: &mut Reading,
        open: u8,
        close: u8,
        value: impl Fn(&mut Reading) -> Result<(), Error>,
    ) -> Result<Self, Error> {
        reading.expect(open)?;
        let mut keys = Vec::new();
        while !reading.passes(close) {
            keys.push(reading.at as u32 + 1);
            reading.string()?;
            value(reading)?;
            reading.passes(b',');
        }
        let mut slots = vec![0_u32; (keys.len() * 2).next_power_of_two().max(2)];
        let mask = slots.len() - 1;
        for key in keys {
            let mut slot = hash(key_at(reading.text, key)) as usize & mask;
            while slots[slot] != 0 {
                slot = (slot + 1) & mask;
            }
            slots[slot] = key;
        }
        Ok(Self { slots })
    }

    /// The text of the value under a key; of a list, an empty text.
    pub fn get<'a>(&self, text: &'a str, key: &str) -> Option<&'a str> {
        let mask = self.slots.len() - 1;
        let mut slot = hash(key) as usize & mask;
        while self.slots[slot] != 0 {
            let found = key_at(text, self.slots[slot]);
            if found == key {
                let mut reading = Reading { text, at: self.slots[slot] as usize + found.len() + 1 };
                return Some(if reading.passes(b':') { reading.value().unwrap_or("") } else { "" });
            }
            slot = (slot + 1) & mask;
        }
        None
    }
}

/// The key whose first letter stands at this place.
fn key_at(text: &str, place: u32) -> &str {
    let mut reading = Reading { text, at: place as usize - 1 };
    reading.string().unwrap_or("")
}

/// FNV-1a: short keys, no attacker.
fn hash(key: &str) -> u32 {
    key.bytes().fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}

/// The content of a string value: `"abc"` → `abc`.
pub fn unquoted(value: &str) -> Option<&str> {
    value.strip_prefix('"')?.strip_suffix('"')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_found_by_their_keys() {
        let text = r#"{"one":"eins","two":{"a":"x","b":null},"\"":"quote","three":-1.5}"#;
        let table = Table::of_object(&mut Reading::new(text)).unwrap();
        assert_eq!(table.get(text, "one").and_then(unquoted), Some("eins"));
        assert_eq!(table.get(text, "two"), Some(r#"{"a":"x","b":null}"#));
        assert_eq!(table.get(text, "\\\"").and_then(unquoted), Some("quote"));
        assert_eq!(table.get(text, "three"), Some("-1.5"));
        assert_eq!(table.get(text, "four"), None);
        let list = r#"["one","two"]"#;
        let table = Table::of_list(&mut Reading::new(list)).unwrap();
        assert_eq!((table.get(list, "two"), table.get(list, "three")), (Some(""), None));
    }

    #[test]
    fn a_text_that_stops_is_an_error() {
        for text in ["", "{", "{\"one", "{\"one\"", "{\"one\":\"", "{\"one\\", "[1]", "{\"a\":{\"b\""] {
            assert!(Table::of_object(&mut Reading::new(text)).is_err(), "{text}");
        }
    }
}
