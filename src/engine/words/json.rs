//! Documents as text. JSON lets a string hold what a terminal obeys or hides (C1 controls, DEL, bidi and zero-width
//! characters) as it is; here all of that is written as an escape, which means the same to every reader.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::Serializer;
use serde_json::ser::Formatter;

use crate::domain::text::is_unseen;

/// The document on one line.
pub fn text(document: &impl Serialize) -> serde_json::Result<String> {
    let mut bytes = Vec::with_capacity(128);
    document.serialize(&mut Serializer::with_formatter(&mut bytes, Visible))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// Compact, with everything unseen escaped.
struct Visible;

impl Formatter for Visible {
    fn write_string_fragment<W: ?Sized + Write>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()> {
        let mut written = 0;
        for (at, unseen) in fragment.char_indices().filter(|(_, c)| is_unseen(*c)) {
            writer.write_all(&fragment.as_bytes()[written..at])?;
            for unit in unseen.encode_utf16(&mut [0; 2]) {
                write!(writer, "\\u{unit:04x}")?;
            }
            written = at + unseen.len_utf8();
        }
        writer.write_all(&fragment.as_bytes()[written..])
    }

    /// Text that is JSON already: what is unseen in it stands inside its strings.
    fn write_raw_fragment<W: ?Sized + Write>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()> {
        self.write_string_fragment(writer, fragment)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn what_cannot_be_seen_is_escaped_and_what_can_is_not() {
        for (written, shown) in [
            ("Mon Rovîa 👶🏽 赤ちゃん", "Mon Rovîa 👶🏽 赤ちゃん"),
            ("a\u{9b}31m\u{7f}", r"a\u009b31m\u007f"),
            ("\u{202e}\u{200b}\u{feff}", r"\u202e\u200b\ufeff"),
            ("👨\u{200d}👩", r"👨\u200d👩"),
            ("tag\u{e0041}", r"tag\udb40\udc41"),
            ("\u{1b}[2J\n", r"\u001b[2J\n"),
        ] {
            assert_eq!(text(&json!({written: [written]})).unwrap(), format!(r#"{{"{shown}":["{shown}"]}}"#));
        }
    }

    proptest! {
        #[test]
        fn a_reader_finds_the_same_text(written in any::<String>()) {
            let told = text(&json!({ "text": written })).unwrap();
            prop_assert!(!told.chars().any(|c| c.is_control() || is_unseen(c)));
            let read: Value = serde_json::from_str(&told).unwrap();
            prop_assert_eq!(&read["text"], &Value::from(written));
        }
    }
}
