//! Parts put into, and taken out of, YAML's lists with dashes and its objects of a line a field. Comments on lines of their
//! own stay where they are; one behind a value belongs to it.

use super::change::Value;
use super::flow;
use super::scalar::{Around, written};
use super::sheet::{Sheet, Splice};
use super::span::{Form, Span, Style};

/// The lines of one item of a list.
struct Lines {
    dash: usize,
    /// Where its first line begins.
    start: usize,
    /// Where its last line ends, before its line break.
    end: usize,
}

/// The lines of an item; `list_from` is where the list's name ends.
fn lines(sheet: &Sheet, items: &[Span], list_from: usize, at: usize) -> Option<Lines> {
    let item = items.get(at)?;
    let from = at.checked_sub(1).map_or(list_from, |before| items[before].end);
    let dash = from + dash_behind(sheet.text.get(from..)?)?;
    let end = sheet.line_tail(item.end)?;
    sheet.begins_line(dash).then(|| Lines { dash, start: sheet.line_start(dash), end })
}

/// How far away the dash of the next item is: behind a colon, comments and properties.
fn dash_behind(rest: &str) -> Option<usize> {
    let mut at = 0;
    loop {
        let here = rest.get(at..)?;
        let first = here.chars().next()?;
        at += match first {
            '-' => return Some(at),
            '#' => here.find('\n')?,
            '&' | '!' => here.find(char::is_whitespace)?,
            ':' => 1,
            first if first.is_whitespace() => first.len_utf8(),
            _ => return None,
        };
    }
}

/// The lines of an item as they stand.
pub fn piece(sheet: &Sheet, items: &[Span], list_from: usize, at: usize) -> Option<String> {
    let Lines { start, end, .. } = lines(sheet, items, list_from, at)?;
    sheet.text.get(start..end).map(str::to_owned)
}

/// Puts whole lines before the item at this place; at their number, behind the last one.
pub fn insert(sheet: &Sheet, items: &[Span], list_from: usize, at: usize, text: &str) -> Option<Vec<Splice>> {
    let newline = sheet.newline;
    let blank = if is_airy(sheet, items, list_from) { newline } else { "" };
    Some(vec![match at.checked_sub(1) {
        None => {
            let start = lines(sheet, items, list_from, 0)?.start;
            Splice::put(start, format!("{text}{newline}{blank}"))
        }
        Some(before) => {
            let end = lines(sheet, items, list_from, before)?.end;
            Splice::put(end, format!("{newline}{blank}{text}"))
        }
    }])
}

/// Whether an empty line stands between the first two items.
fn is_airy(sheet: &Sheet, items: &[Span], list_from: usize) -> bool {
    let first = lines(sheet, items, list_from, 0);
    let second = lines(sheet, items, list_from, 1);
    first.zip(second).is_some_and(|(first, second)| {
        let lines: Vec<&str> = sheet.text[first.end..second.start].split('\n').collect();
        // Before them ends the line of the first item, behind them begins that of the second.
        lines.len() > 2 && lines[1..lines.len() - 1].iter().any(|line| line.trim().is_empty())
    })
}

/// Takes an item out, with the empty lines that parted it from the next.
pub fn remove(sheet: &Sheet, items: &[Span], list_from: usize, at: usize) -> Option<Vec<Splice>> {
    if items.len() < 2 {
        return None;
    }
    let Lines { mut start, end, .. } = lines(sheet, items, list_from, at)?;
    let is_airy = is_airy(sheet, items, list_from);
    let mut cut_end = sheet.next_line(end);
    if is_airy && at + 1 < items.len() {
        while cut_end < sheet.text.len() && sheet.is_blank(cut_end, sheet.line_end(cut_end)) {
            cut_end = sheet.next_line(cut_end);
        }
    } else if is_airy {
        while start > 0 && sheet.is_blank(sheet.line_start(start - 1), start - 1) {
            start = sheet.line_start(start - 1);
        }
    }
    Some(vec![cut_lines(sheet, start, cut_end)])
}

/// Cuts whole lines; the last ones of a file that ends without a line break leave none.
fn cut_lines(sheet: &Sheet, start: usize, end: usize) -> Splice {
    if end == sheet.text.len() && !sheet.text.ends_with('\n') && start > 0 {
        let before = &sheet.text[..start];
        let before = before.strip_suffix('\n').unwrap_or(before);
        return Splice::cut(before.strip_suffix('\r').unwrap_or(before).len(), end);
    }
    Splice::cut(start, end)
}

/// A new item, laid out like its neighbour.
pub fn item(
    sheet: &Sheet,
    items: &[Span],
    list_from: usize,
    like: usize,
    fields: &[(String, Value)],
) -> Option<String> {
    let neighbour = items.get(like)?;
    let Lines { dash, start, .. } = lines(sheet, items, list_from, like)?;
    let indent = sheet.text.get(start..dash)?;
    let gap = sheet.text.get(dash + 1..neighbour.start).filter(|gap| !gap.is_empty() && gap.chars().all(|c| c == ' '));
    let gap = gap.unwrap_or(" ");
    match &neighbour.form {
        Form::Map { is_block: false, .. } => Some(format!("{indent}-{gap}{}", flow::object(sheet, fields, neighbour))),
        _ => {
            let mut text = format!("{indent}-{gap}");
            let inner = " ".repeat(indent.len() + 1 + gap.len());
            for (number, (name, value)) in fields.iter().enumerate() {
                if number > 0 {
                    text.push_str(sheet.newline);
                    text.push_str(&inner);
                }
                text.push_str(&field(sheet, name, value, neighbour));
            }
            Some(text)
        }
    }
}

/// `name: value`, written like a neighbour.
fn field(sheet: &Sheet, name: &str, value: &Value, like: &Span) -> String {
    let key_style = like.entries().first().and_then(|(key, _)| key.style()).unwrap_or(Style::Plain);
    let style = flow::text_style(sheet, like, name);
    let name = written(&Value::from(name), key_style, Around::Block, sheet);
    format!("{name}: {}", written(value, style, Around::Block, sheet))
}

/// Puts a field behind the one at this place.
pub fn insert_field(sheet: &Sheet, map: &Span, behind: usize, name: &str, value: &Value) -> Option<Vec<Splice>> {
    let (_, before) = map.entries().get(behind)?;
    let end = sheet.line_tail(before.end)?;
    let (first, _) = map.entries().first()?;
    let column = sheet.text[sheet.line_start(first.start)..first.start].chars().count();
    let line = format!("{}{}{}", sheet.newline, " ".repeat(column), field(sheet, name, value, map));
    Some(vec![Splice::put(end, line)])
}

/// Takes a field out.
pub fn remove_field(sheet: &Sheet, map: &Span, at: usize) -> Option<Vec<Splice>> {
    let (key, value) = map.entries().get(at)?;
    let end = sheet.line_tail(value.end)?;
    if sheet.begins_line(key.start) {
        if map.entries().len() < 2 {
            return None;
        }
        return Some(vec![cut_lines(sheet, sheet.line_start(key.start), sheet.next_line(end))]);
    }
    // The first field stands behind its item's dash; the next one takes its place.
    let (next, _) = map.entries().get(at + 1)?;
    let between = sheet.text.get(end..next.start)?;
    between.chars().all(char::is_whitespace).then(|| vec![Splice::cut(key.start, next.start)])
}
