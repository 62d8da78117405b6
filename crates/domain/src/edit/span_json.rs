//! The spans of a JSON text whose comments are covered. The reader has taken the text before, so that this only looks for
//! ends; a comma behind the last entry is fine here as it is there.

use super::span::{Form, Span, Style};
use crate::read::DEEPEST;

/// `None` for what is no JSON.
pub fn spans(text: &str) -> Option<Span> {
    Scanner { text, at: 0 }.value(0)
}

struct Scanner<'t> {
    text: &'t str,
    at: usize,
}

impl Scanner<'_> {
    fn peek(&mut self) -> Option<u8> {
        let bytes = self.text.as_bytes();
        while bytes.get(self.at).is_some_and(u8::is_ascii_whitespace) {
            self.at += 1;
        }
        bytes.get(self.at).copied()
    }

    fn value(&mut self, depth: usize) -> Option<Span> {
        let first = self.peek()?;
        let start = self.at;
        let form = match first {
            b'"' => self.string()?,
            b'[' | b'{' if depth > DEEPEST => return None,
            b'[' => {
                self.at += 1;
                let mut items = Vec::new();
                while self.peek()? != b']' {
                    items.push(self.value(depth + 1)?);
                    self.comma(b']')?;
                }
                self.at += 1;
                Form::List { items, is_block: false }
            }
            b'{' => {
                self.at += 1;
                let mut entries = Vec::new();
                while self.peek()? != b'}' {
                    let key = self.value(depth + 1)?;
                    if self.peek()? != b':' {
                        return None;
                    }
                    self.at += 1;
                    entries.push((key, self.value(depth + 1)?));
                    self.comma(b'}')?;
                }
                self.at += 1;
                Form::Map { entries, is_block: false }
            }
            _ => {
                let rest = &self.text.as_bytes()[start..];
                let ends = |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b',' | b']' | b'}' | b':' | b'"');
                self.at += rest.iter().position(ends).unwrap_or(rest.len());
                Form::Scalar { style: Style::Plain, text: String::new() }
            }
        };
        (self.at > start).then_some(Span { start, end: self.at, form })
    }

    /// A comma, or the end behind which there is none.
    fn comma(&mut self, end: u8) -> Option<()> {
        match self.peek()? {
            b',' => self.at += 1,
            byte if byte == end => {}
            _ => return None,
        }
        Some(())
    }

    fn string(&mut self) -> Option<Form> {
        let start = self.at;
        let bytes = self.text.as_bytes();
        self.at += 1;
        loop {
            match bytes.get(self.at)? {
                b'"' => break,
                b'\\' => self.at += 2,
                _ => self.at += 1,
            }
        }
        self.at += 1;
        let text = serde_json::from_str(self.text.get(start..self.at)?).ok()?;
        Some(Form::Scalar { style: Style::Double, text })
    }
}
