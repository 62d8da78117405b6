//! How one value is written: in the quotes that it has, and with as few of its bytes changed as can be.

use super::change::Value;
use super::sheet::{Sheet, Splice};
use super::span::{Span, Style};
use crate::read::Format;

/// Where a value is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Around {
    /// On a line of its own.
    Block,
    /// Between brackets.
    Flow,
}

/// A value in a style, or in the next one that can say it.
pub fn written(value: &Value, style: Style, around: Around, sheet: &Sheet) -> String {
    match value {
        Value::Number(number) => number.to_string(),
        Value::Object(fields) => {
            let field = |(name, value): &(String, Value)| {
                let style = if sheet.format == Format::Json { Style::Double } else { style };
                let name = written(&Value::Text(name.clone()), style, Around::Flow, sheet);
                format!("{name}: {}", written(value, style, Around::Flow, sheet))
            };
            format!("{{{}}}", fields.iter().map(field).collect::<Vec<_>>().join(", "))
        }
        Value::Text(text) if sheet.format == Format::Json || sheet.is_careful => double(text),
        Value::Text(text) => match style {
            Style::Plain if is_plain(text, around) => text.clone(),
            Style::Single if is_seen(text) => format!("'{}'", text.replace('\'', "''")),
            _ => double(text),
        },
    }
}

/// JSON's quotes, which are YAML's too. What a parser of YAML takes for a line break or refuses is escaped.
fn double(text: &str) -> String {
    let quoted = serde_json::Value::from(text).to_string();
    let special = |c: char| matches!(c, '\u{85}' | '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{7f}'..='\u{9f}');
    if !quoted.contains(special) {
        return quoted;
    }
    let escaped = |c: char| if special(c) { format!("\\u{:04x}", u32::from(c)) } else { c.to_string() };
    quoted.chars().map(escaped).collect()
}

/// Whether every character is one that stands for itself between single quotes.
fn is_seen(text: &str) -> bool {
    !text.contains(|c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}'))
}

/// Whether a text without quotes is read as just this text. Says no too often rather than once too seldom.
fn is_plain(text: &str, around: Around) -> bool {
    const WORDS: [&str; 10] = ["null", "true", "false", "yes", "no", "on", "off", "y", "n", "~"];
    let Some(first) = text.chars().next() else { return false };
    let is_number = first.is_ascii_digit() || matches!(first, '+' | '.');
    let is_word = WORDS.iter().any(|word| text.eq_ignore_ascii_case(word));
    let is_sign = matches!(
        first,
        '-' | '?'
            | ':'
            | ','
            | '['
            | ']'
            | '{'
            | '}'
            | '#'
            | '&'
            | '*'
            | '!'
            | '|'
            | '>'
            | '\''
            | '"'
            | '%'
            | '@'
            | '`'
            | '='
            | '<'
    );
    let breaks = text.contains(": ") || text.contains(" #") || text.ends_with(':') || text.contains('\t');
    let breaks_flow = around == Around::Flow && text.contains([',', '[', ']', '{', '}', ':']);
    is_seen(text) && text.trim() == text && !is_number && !is_word && !is_sign && !breaks && !breaks_flow
}

/// The splices that make `span`, which says `before`, say something else.
pub fn replaced(sheet: &Sheet, span: &Span, before: Option<&str>, value: &Value, around: Around) -> Vec<Splice> {
    let whole = |with: String| vec![Splice::replace(span.start, span.end, with)];
    let (Some(style), Value::Text(text)) = (span.style(), value) else {
        return whole(written(value, span.style().unwrap_or(Style::Plain), around, sheet));
    };
    if span.start == span.end {
        return whole(format!(" {}", written(value, style, around, sheet)));
    }
    let raw = &sheet.text[span.start..span.end];
    if let (Some(before), false) = (before, sheet.is_careful) {
        let small = match style {
            Style::Double => in_quotes(raw, before, text),
            Style::Plain | Style::Single | Style::Literal | Style::Folded => None,
        };
        let small = small.or_else(|| in_lines(raw, style, before, text));
        if let Some((start, end, with)) = small {
            return vec![Splice::replace(span.start + start, span.start + end, with)];
        }
    }
    match style {
        Style::Literal | Style::Folded if !sheet.is_careful => {
            whole(block(sheet, span, text).unwrap_or_else(|| written(value, Style::Double, around, sheet)))
        }
        Style::Plain if text.contains('\n') => whole(written(value, Style::Double, around, sheet)),
        style => whole(written(value, style, around, sheet)),
    }
}

/// The part of a text in double quotes that differs: what is not changed keeps its own escapes. Knows JSON's escapes.
fn in_quotes(raw: &str, before: &str, after: &str) -> Option<(usize, usize, String)> {
    let inner = raw.strip_prefix('"')?.strip_suffix('"')?;
    if inner.contains(['\n', '\r']) {
        return None;
    }
    let units = units(inner)?;
    let said: String = units.iter().map(|(_, c)| *c).collect();
    if said != before {
        return None;
    }
    let old: Vec<char> = before.chars().collect();
    let new: Vec<char> = after.chars().collect();
    let (start, same_end) = common(&old, &new);
    let place = |unit: usize| 1 + units.get(unit).map_or(inner.len(), |(at, _)| *at);
    let middle: String = new[start..new.len() - same_end].iter().collect();
    let quoted = double(&middle);
    Some((place(start), place(old.len() - same_end), quoted[1..quoted.len() - 1].to_owned()))
}

/// Each character with the place of what stands for it.
fn units(inner: &str) -> Option<Vec<(usize, char)>> {
    let mut units = Vec::with_capacity(inner.len());
    let mut at = 0;
    while let Some(first) = inner[at..].chars().next() {
        if first != '\\' {
            units.push((at, first));
            at += first.len_utf8();
            continue;
        }
        let length = match inner.as_bytes().get(at + 1)? {
            b'u' if inner[at..].len() >= 12 && inner.get(at + 6..at + 8) == Some("\\u") => {
                let pair = inner.get(at..at + 12)?;
                if one_character(pair).is_some() { 12 } else { 6 }
            }
            b'u' => 6,
            b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => 2,
            _ => return None,
        };
        units.push((at, one_character(inner.get(at..at + length)?)?));
        at += length;
    }
    Some(units)
}

fn one_character(escape: &str) -> Option<char> {
    let text: String = serde_json::from_str(&format!("\"{escape}\"")).ok()?;
    let mut characters = text.chars();
    characters.next().filter(|_| characters.next().is_none())
}

/// How many characters are the same from the start and from the end.
fn common<T: PartialEq>(old: &[T], new: &[T]) -> (usize, usize) {
    let start = old.iter().zip(new).take_while(|(old, new)| old == new).count();
    let most = old.len().min(new.len()) - start;
    let end = old.iter().rev().zip(new.iter().rev()).take(most).take_while(|(old, new)| old == new).count();
    (start, end)
}

/// The one line that differs of a text that stands on several, as it is written: a changed word is one changed line.
fn in_lines(raw: &str, style: Style, before: &str, after: &str) -> Option<(usize, usize, String)> {
    let header = match style {
        Style::Literal | Style::Folded => raw.find('\n')? + 1,
        Style::Plain => 0,
        Style::Single | Style::Double => return None,
    };
    if style == Style::Plain && !raw.contains('\n') {
        return None;
    }
    let mut pieces = Vec::new();
    let mut at = header;
    for line in raw[header..].split_inclusive('\n') {
        let bare = line.trim_end_matches(['\n', '\r']);
        let text = bare.trim_start_matches(' ');
        pieces.push((at + bare.len() - text.len(), text));
        at += line.len();
    }
    let changed_end = common_bytes(before, after);
    let (start, end) = (changed_end.0, before.len() - changed_end.1);
    let middle = &after[start..after.len() - changed_end.1];
    // The lines are looked for in the text one behind the other.
    let mut said = 0;
    for (place, text) in pieces {
        if text.is_empty() {
            continue;
        }
        let found = said + before.get(said..)?.find(text)?;
        // Between two lines stands only what folding makes of a line break.
        if !before[said..found].chars().all(|c| matches!(c, ' ' | '\n')) {
            return None;
        }
        let line_end = found + text.len();
        // What a line begins with must not be a space: it would be more deeply indented.
        let first = if middle.is_empty() { &before[end..] } else { middle };
        let is_inside = found <= start && end < line_end && (found < start || !first.starts_with([' ', '\t']));
        if is_inside && !middle.contains(['\n', '\t']) && (style != Style::Plain || is_plain_part(middle)) {
            return Some((place + start - found, place + end - found, middle.to_owned()));
        }
        said = line_end;
    }
    None
}

fn is_plain_part(middle: &str) -> bool {
    is_seen(middle) && !middle.contains([':', '#', ',', '[', ']', '{', '}', '\t'])
}

/// Common start and end in bytes, at the borders of characters.
fn common_bytes(before: &str, after: &str) -> (usize, usize) {
    let start = before.char_indices().zip(after.chars()).find(|((_, old), new)| old != new).map(|((at, _), _)| at);
    let start = start.unwrap_or(before.len().min(after.len()));
    let (old, new) = (&before[start..], &after[start..]);
    let same = old.chars().rev().zip(new.chars().rev()).take_while(|(old, new)| old == new);
    (start, same.map(|(c, _)| c.len_utf8()).sum())
}

/// A block text with other content, in the indentation that it has. `None` for a text that a block cannot say.
fn block(sheet: &Sheet, span: &Span, text: &str) -> Option<String> {
    let raw = &sheet.text[span.start..span.end];
    let (header, content) = raw.split_once('\n')?;
    let first = content.lines().find(|line| !line.trim().is_empty())?;
    let indent = &first[..first.len() - first.trim_start_matches(' ').len()];
    let bare = text.trim_end_matches('\n');
    let is_said =
        !bare.is_empty() && is_seen(&bare.replace('\n', "")) && bare.lines().all(|line| !line.starts_with([' ', '\t']));
    if !is_said || text.len() > bare.len() + 1 || header.contains(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let (signs, comment) = match header.find('#') {
        Some(at) => header.split_at(at),
        None => (header.trim_end(), ""),
    };
    let sign = if signs.starts_with('|') { "|" } else { ">" };
    let chomping = if text.ends_with('\n') { "" } else { "-" };
    let between = if comment.is_empty() { "" } else { " " };
    let breaks = if sign == "|" { 1 } else { 2 };
    let mut written = format!("{sign}{chomping}{between}{}", comment.trim_end());
    for (number, line) in bare.split('\n').enumerate() {
        let count = if number == 0 { 1 } else { breaks };
        (0..count).for_each(|_| written.push_str(sheet.newline));
        if !line.is_empty() {
            written.push_str(indent);
            written.push_str(line);
        }
    }
    Some(written)
}
