//! Parts put into, and taken out of, lists and objects in brackets: all of JSON, and YAML's flow style. What is new looks
//! like its neighbour.

use super::change::Value;
use super::scalar::{Around, written};
use super::sheet::{Sheet, Splice};
use super::span::{Span, Style};
use crate::read::Format;

/// Something that is put among others, with the comment behind it.
pub struct Piece {
    pub text: String,
    pub comment: String,
}

/// Puts a piece before the part at this place; at their number, behind the last one.
pub fn insert(sheet: &Sheet, parts: &[(usize, usize)], at: usize, piece: &Piece) -> Option<Vec<Splice>> {
    let Piece { text, comment } = piece;
    let newline = sheet.newline;
    let Some(before) = at.checked_sub(1) else {
        let start = parts.first()?.0;
        if sheet.begins_line(start) {
            let indent = sheet.indent_of(start);
            return Some(vec![Splice::put(sheet.line_start(start), format!("{indent}{text},{comment}{newline}"))]);
        }
        return Some(vec![Splice::put(start, format!("{text}{}", separator(sheet, parts, at)))]);
    };
    let (start, end) = *parts.get(before)?;
    let trail = sheet.trail(end);
    let comma = sheet.comma_after(end);
    if sheet.begins_line(start) && trail.ends_line && comma == trail.comma {
        let indent = sheet.indent_of(start);
        let behind = if at < parts.len() || comma.is_some() { "," } else { "" };
        let mut splices = Vec::new();
        splices.extend(comma.is_none().then(|| Splice::put(end, ",")));
        splices.push(Splice::put(trail.after, format!("{newline}{indent}{text}{behind}{comment}")));
        return Some(splices);
    }
    Some(vec![Splice::put(end, format!("{}{text}", separator(sheet, parts, before)))])
}

/// Takes the part at this place out. `None` for the only one: brackets around nothing are no campaign.
pub fn remove(sheet: &Sheet, parts: &[(usize, usize)], at: usize) -> Option<Vec<Splice>> {
    let (start, end) = *parts.get(at)?;
    let before = at.checked_sub(1).map(|before| parts[before].1);
    let next = parts.get(at + 1).map(|next| next.0);
    let trail = sheet.trail(end);
    if fills_lines(sheet, parts, at) && (before.is_some() || next.is_some()) {
        let mut splices = Vec::new();
        if let (Some(before), None, None) = (before, next, trail.comma) {
            let comma = sheet.comma_after(before)?;
            splices.push(Splice::cut(comma, comma + 1));
        }
        splices.push(Splice::cut(sheet.line_start(start), sheet.next_line(trail.after)));
        return Some(splices);
    }
    match (before, next) {
        (None, None) => None,
        (Some(before), next) if next.is_none() || !sheet.text[before..start].contains('\n') => {
            Some(vec![Splice::cut(before, end)])
        }
        (_, Some(next)) => Some(vec![Splice::cut(start, next)]),
        (Some(before), None) => Some(vec![Splice::cut(before, end)]),
    }
}

/// The part as it is written, with the comment that goes where it goes.
pub fn piece(sheet: &Sheet, parts: &[(usize, usize)], at: usize) -> Option<Piece> {
    let (start, end) = *parts.get(at)?;
    let text = sheet.text.get(start..end)?.to_owned();
    let trail = sheet.trail(end);
    let bare = trail.comma.map_or(end, |comma| comma + 1);
    let comment = if fills_lines(sheet, parts, at) { sheet.text[bare..trail.after].to_owned() } else { String::new() };
    Some(Piece { text, comment })
}

/// Whether a part has its lines for itself.
fn fills_lines(sheet: &Sheet, parts: &[(usize, usize)], at: usize) -> bool {
    parts.get(at).is_some_and(|&(start, end)| {
        let trail = sheet.trail(end);
        sheet.begins_line(start) && trail.ends_line && sheet.comma_after(end) == trail.comma
    })
}

/// What stands between two parts of a line.
fn separator<'s>(sheet: &'s Sheet, parts: &[(usize, usize)], at: usize) -> &'s str {
    let pair = [at, at.saturating_sub(1)].into_iter().find_map(|at| Some((parts.get(at)?.1, parts.get(at + 1)?.0)));
    let between = pair.and_then(|(end, start)| sheet.text.get(end..start));
    between.filter(|between| is_only(between, ',') && !between.contains('\n')).unwrap_or(", ")
}

fn is_only(text: &str, sign: char) -> bool {
    text.matches(sign).count() == 1 && text.chars().all(|c| c == sign || matches!(c, ' ' | '\t' | '\r' | '\n'))
}

/// What stands between a name and its value.
fn colon<'s>(sheet: &'s Sheet, like: Option<&(Span, Span)>) -> &'s str {
    let between = like.and_then(|(name, value)| sheet.text.get(name.end..value.start));
    between.filter(|between| is_only(between, ':') && !between.contains('\n')).unwrap_or(": ")
}

/// `"name": value`, written like a neighbour.
pub fn field(sheet: &Sheet, name: &str, value: &Value, like: &Span) -> String {
    let first = like.entries().first();
    let key_style = first.and_then(|(key, _)| key.style()).unwrap_or(Style::Plain);
    let value_style = text_style(sheet, like, name);
    let name = written(&Value::from(name), key_style, Around::Flow, sheet);
    let mut colon = colon(sheet, first);
    if sheet.format == Format::Yaml && !name.starts_with('"') && !colon.ends_with([' ', '\t']) {
        colon = ": ";
    }
    format!("{name}{colon}{}", written(value, value_style, Around::Flow, sheet))
}

/// How the neighbour writes the text of this field, or any text.
pub fn text_style(sheet: &Sheet, like: &Span, name: &str) -> Style {
    let style_of = |name: &str| like.value_of(name).and_then(Span::style);
    let style = style_of(name).or_else(|| ["text", "caption", "tone", "source"].into_iter().find_map(style_of));
    match style {
        _ if sheet.format == Format::Json => Style::Double,
        Some(Style::Single) => Style::Single,
        Some(Style::Double) => Style::Double,
        Some(Style::Plain | Style::Literal | Style::Folded) | None => Style::Plain,
    }
}

/// A whole object, laid out like its neighbour: on one line or on several, with the spaces that it has.
pub fn object(sheet: &Sheet, fields: &[(String, Value)], like: &Span) -> String {
    let entries = like.entries();
    let blank = |text: Option<&str>| text.filter(|text| text.chars().all(char::is_whitespace)).map(str::to_owned);
    let open =
        entries.first().and_then(|(key, _)| blank(sheet.text.get(like.start + 1..key.start))).unwrap_or_default();
    let close = entries.last().and_then(|(_, value)| sheet.text.get(value.end..like.end - 1));
    let close = close.filter(|close| close.chars().all(|c| c == ',' || c.is_whitespace()));
    let between = entries.windows(2).find_map(|pair| {
        let between = sheet.text.get(pair[0].1.end..pair[1].0.start)?;
        is_only(between, ',').then(|| between.to_owned())
    });
    let separator = match between {
        Some(between) => between,
        // Several lines whose comments stand in between.
        None if open.contains('\n') => format!(",{open}"),
        None => ", ".to_owned(),
    };
    let close = match close {
        Some(close) => close.to_owned(),
        None if open.contains('\n') => format!("{}{}", sheet.newline, sheet.indent_of(like.start)),
        None => String::new(),
    };
    let fields: Vec<String> = fields.iter().map(|(name, value)| field(sheet, name, value, like)).collect();
    format!("{{{open}{}{close}}}", fields.join(&separator))
}
