//! A text with its spans: what the edits of layout look at, and the splices that they answer with.

use super::span::{Form, Span};
use super::{span_json, span_yaml};
use crate::read::{Format, without_comments};

/// Puts `with` in the place of the bytes from `start` to `end`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Splice {
    pub start: usize,
    pub end: usize,
    pub with: String,
}

impl Splice {
    pub fn put(at: usize, with: impl Into<String>) -> Self {
        Self { start: at, end: at, with: with.into() }
    }

    pub fn cut(start: usize, end: usize) -> Self {
        Self { start, end, with: String::new() }
    }

    pub fn replace(start: usize, end: usize, with: impl Into<String>) -> Self {
        Self { start, end, with: with.into() }
    }
}

/// The text after the splices, which are in order and do not overlap, and the splices that take them back.
pub fn spliced(text: &str, splices: &[Splice]) -> Option<(String, Vec<Splice>)> {
    let mut after = String::with_capacity(text.len() + 64);
    let mut back = Vec::with_capacity(splices.len());
    let mut done = 0;
    for Splice { start, end, with } in splices {
        after.push_str(text.get(done..*start)?);
        back.push(Splice::replace(after.len(), after.len() + with.len(), text.get(*start..*end)?));
        after.push_str(with);
        done = *end;
    }
    after.push_str(text.get(done..)?);
    Some((after, back))
}

/// A text under edit.
pub struct Sheet {
    pub text: String,
    pub format: Format,
    pub root: Span,
    /// The line break of the file.
    pub newline: &'static str,
    /// Writes every new text in quotes: the second try, where a plain one was not read as it was meant.
    pub is_careful: bool,
    covered: String,
}

/// What stands behind a value on its line.
pub struct Trail {
    pub comma: Option<usize>,
    /// Behind the comma and the comment.
    pub after: usize,
    /// Whether nothing but the line break follows.
    pub ends_line: bool,
}

impl Sheet {
    pub fn new(text: String, format: Format, is_careful: bool) -> Option<Self> {
        let covered = without_comments(&text, format);
        let root = match format {
            Format::Json => span_json::spans(&covered),
            Format::Yaml => span_yaml::spans(&covered),
        }?;
        let newline = match text.find('\n') {
            Some(at) if text[..at].ends_with('\r') => "\r\n",
            _ => "\n",
        };
        Some(Self { text, format, root, newline, is_careful, covered })
    }

    pub fn script(&self) -> Option<&Span> {
        self.root.value_of("script").filter(|script| matches!(script.form, Form::List { .. }))
    }

    pub fn line_start(&self, at: usize) -> usize {
        self.text[..at].rfind('\n').map_or(0, |newline| newline + 1)
    }

    /// Where the line ends, before its line break.
    pub fn line_end(&self, at: usize) -> usize {
        let end = self.text[at..].find('\n').map_or(self.text.len(), |length| at + length);
        if end > at && self.text[..end].ends_with('\r') { end - 1 } else { end }
    }

    /// Where the next line begins.
    pub fn next_line(&self, at: usize) -> usize {
        self.text[at..].find('\n').map_or(self.text.len(), |length| at + length + 1)
    }

    pub fn is_blank(&self, start: usize, end: usize) -> bool {
        self.text.get(start..end).is_some_and(|part| part.chars().all(|c| matches!(c, ' ' | '\t' | '\r')))
    }

    /// Whether the value that begins here is the first thing of its line.
    pub fn begins_line(&self, at: usize) -> bool {
        self.is_blank(self.line_start(at), at)
    }

    /// What stands before a value on its line.
    pub fn indent_of(&self, at: usize) -> &str {
        &self.text[self.line_start(at)..at]
    }

    /// The comma behind a value, on whatever line.
    pub fn comma_after(&self, end: usize) -> Option<usize> {
        let mut at = end;
        loop {
            let rest = self.covered.get(at..)?;
            let first = rest.chars().next()?;
            at += match first {
                ',' => return Some(at),
                '#' if self.format == Format::Yaml => rest.find('\n')?,
                first if first.is_whitespace() => first.len_utf8(),
                _ => return None,
            };
        }
    }

    /// Comma and comment behind a value of a list or an object in brackets.
    pub fn trail(&self, end: usize) -> Trail {
        let spaces = |at: usize| at + self.text[at..].len() - self.text[at..].trim_start_matches([' ', '\t']).len();
        let mut after = end;
        let comma = Some(spaces(end)).filter(|&at| self.text[at..].starts_with(','));
        if let Some(comma) = comma {
            after = comma + 1;
        }
        let at = spaces(after);
        let rest = &self.text[at..self.line_end(at)];
        match self.format {
            Format::Json if rest.starts_with("//") => after = at + rest.len(),
            Format::Json if rest.starts_with("/*") => {
                if let Some(length) = rest.find("*/") {
                    after = at + length + 2;
                }
            }
            Format::Yaml if rest.starts_with('#') && at > after => after = at + rest.len(),
            Format::Json | Format::Yaml => {}
        }
        let ends_line = self.is_blank(after, self.line_end(after));
        Trail { comma, after, ends_line }
    }

    /// Behind the comment of a block value's line, if it has one.
    pub fn line_tail(&self, end: usize) -> Option<usize> {
        let line_end = self.line_end(end);
        let rest = self.text.get(end..line_end)?;
        let bare = rest.trim_start_matches([' ', '\t']);
        (bare.is_empty() || bare.starts_with('#') && bare.len() < rest.len()).then_some(line_end)
    }
}
