//! The spans of a YAML text, from the events of the parser that the reader stands on.

use granit_parser::{Event, Parser, ScalarStyle, StructureStyle};

use super::span::{Form, Span, Style};

/// `None` for what is no YAML.
pub fn spans(text: &str) -> Option<Span> {
    let mut builder = Builder { text, last: 0, open: Vec::new(), root: None };
    for event in Parser::new_from_str(text) {
        let (event, place) = event.ok()?;
        let place = place.byte_range()?;
        builder.take(event, place.start, place.end)?;
    }
    builder.root
}

/// A list or an object whose end has not come.
struct Open {
    start: usize,
    is_block: bool,
    kind: Kind,
}

enum Kind {
    List(Vec<Span>),
    /// With the name whose value comes next.
    Map(Vec<(Span, Span)>, Option<Span>),
}

struct Builder<'t> {
    text: &'t str,
    /// Where the last token ended.
    last: usize,
    open: Vec<Open>,
    root: Option<Span>,
}

impl Builder<'_> {
    fn take(&mut self, event: Event<'_>, start: usize, end: usize) -> Option<()> {
        match event {
            Event::Scalar(text, style, ..) => {
                let span = self.scalar(text.into_owned(), style, start, end)?;
                self.add(span);
            }
            Event::Alias(_) => self.add(Span { start, end, form: Form::Alias }),
            Event::SequenceStart(style, ..) => {
                let is_block = matches!(style, StructureStyle::Block);
                self.open.push(Open { start, is_block, kind: Kind::List(Vec::new()) });
                self.last = if is_block { self.last } else { self.last.max(end) };
            }
            Event::MappingStart(style, ..) => {
                let is_block = matches!(style, StructureStyle::Block);
                self.open.push(Open { start, is_block, kind: Kind::Map(Vec::new(), None) });
                self.last = if is_block { self.last } else { self.last.max(end) };
            }
            Event::SequenceEnd | Event::MappingEnd => {
                let Open { start, is_block, kind } = self.open.pop()?;
                let (form, inner) = match kind {
                    Kind::List(items) => {
                        let inner = items.last().map(|item| item.end);
                        (Form::List { items, is_block }, inner)
                    }
                    Kind::Map(entries, _) => {
                        let inner = entries.last().map(|(_, value)| value.end);
                        (Form::Map { entries, is_block }, inner)
                    }
                };
                let end = if is_block { inner.unwrap_or(start) } else { end };
                self.add(Span { start, end, form });
            }
            _ => {}
        }
        Some(())
    }

    fn add(&mut self, span: Span) {
        self.last = self.last.max(span.end);
        match self.open.last_mut() {
            None => self.root = Some(span),
            Some(Open { kind: Kind::List(items), .. }) => items.push(span),
            Some(Open { kind: Kind::Map(entries, name), .. }) => match name.take() {
                Some(key) => entries.push((key, span)),
                None => *name = Some(span),
            },
        }
    }

    fn scalar(&self, text: String, style: ScalarStyle, start: usize, end: usize) -> Option<Span> {
        let style = match style {
            ScalarStyle::Plain => Style::Plain,
            ScalarStyle::SingleQuoted => Style::Single,
            ScalarStyle::DoubleQuoted => Style::Double,
            ScalarStyle::Literal => Style::Literal,
            ScalarStyle::Folded => Style::Folded,
        };
        let (start, end) = match style {
            Style::Literal | Style::Folded => self.block_scalar(end)?,
            // Nothing at all, which means null: its place is behind the colon or the dash.
            Style::Plain if start == end => {
                let rest = self.text.get(self.last..)?;
                let blank = rest.len() - rest.trim_start_matches([' ', '\t']).len();
                let sign = usize::from(rest[blank..].starts_with([':', '-']));
                let at = if sign == 0 { self.last } else { self.last + blank + sign };
                (at, at)
            }
            Style::Plain | Style::Single | Style::Double => (start, end),
        };
        Some(Span { start, end, form: Form::Scalar { style, text } })
    }

    /// From its sign to the end of its last line. The parser tells where its content begins and where what follows it
    /// does.
    fn block_scalar(&self, end: usize) -> Option<(usize, usize)> {
        let start = self.last + sign_behind(self.text.get(self.last..)?)?;
        let header_end = start + self.text.get(start..)?.find('\n').unwrap_or(self.text.len() - start);
        let header = self.text.get(start..header_end)?;
        let keeps = header.split('#').next().unwrap_or_default().contains('+');
        let content = self.text.get(start..end)?;
        let content = if keeps { without_last_break(content) } else { without_blank_lines(content, header.len()) };
        Some((start, start + content.len()))
    }
}

/// A block text that keeps the blank lines at its end, which are a part of it, without the indentation of what follows.
fn without_last_break(content: &str) -> &str {
    let (whole, rest) = content.rsplit_once('\n').unwrap_or((content, ""));
    if rest.chars().any(|c| c != ' ') { content } else { whole.strip_suffix('\r').unwrap_or(whole) }
}

/// A block text without the blank lines at its end. A last line of blanks beyond the indentation is text.
fn without_blank_lines(content: &str, header: usize) -> &str {
    let body = content.get(header..).unwrap_or_default();
    let spaces = |line: &str| line.len() - line.trim_start_matches(' ').len();
    let is_blank = |line: &str| line.trim_end_matches('\r').len() == spaces(line);
    let indentation = body.split('\n').filter(|line| !is_blank(line)).map(spaces).min().unwrap_or(0);
    let mut content = content;
    while let Some((before, line)) = content.rsplit_once('\n')
        && before.len() >= header
        && is_blank(line)
        && spaces(line) <= indentation
    {
        content = before.strip_suffix('\r').unwrap_or(before);
    }
    content
}

/// How far away the sign of a block text is: behind a colon or a dash, properties and comments.
fn sign_behind(rest: &str) -> Option<usize> {
    let mut at = 0;
    loop {
        let here = rest.get(at..)?;
        let first = here.chars().next()?;
        at += match first {
            '|' | '>' => return Some(at),
            '#' => here.find('\n')?,
            '&' | '!' => here.find(char::is_whitespace)?,
            ':' | '-' | '?' => 1,
            first if first.is_whitespace() => first.len_utf8(),
            _ => return None,
        };
    }
}
