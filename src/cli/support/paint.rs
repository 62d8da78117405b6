//! Colour by meaning on a terminal: what is in order, what waits, what needs the user. The one place of the command line
//! that knows colours. A text is first made safe to show and only then painted, so that nothing in it can be a colour of
//! its own. The sixteen colours of the terminal are used, and none that cannot be read on white.

use std::io::{self, IsTerminal};

use anstyle::{AnsiColor, Style};

use crate::domain::DisplayText;

const GOOD: Style = AnsiColor::Green.on_default();
const WAITS: Style = AnsiColor::Magenta.on_default();
const BAD: Style = AnsiColor::Red.on_default().bold();
const QUIET: Style = Style::new().dimmed();

/// Whether standard output is a terminal that shows colours, and nobody said `NO_COLOR`.
pub fn is_wanted() -> bool {
    let set = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
    io::stdout().is_terminal() && set("NO_COLOR").is_none() && set("TERM").is_none_or(|term| term != "dumb")
}

/// The text with its cells painted: what stands between two spaces or more, or alone in its line.
pub fn painted(text: &DisplayText) -> String {
    text.as_str().lines().map(line).collect::<Vec<_>>().join("\n")
}

fn line(line: &str) -> String {
    let mut painted = String::with_capacity(line.len());
    let mut rest = line;
    while !rest.is_empty() {
        let cell = rest.trim_start_matches(' ');
        painted.push_str(&rest[..rest.len() - cell.len()]);
        let end = cell.find("  ").unwrap_or(cell.len());
        painted.push_str(&paint(&cell[..end]));
        rest = &cell[end..];
    }
    painted
}

fn paint(cell: &str) -> String {
    let mut characters = cell.chars();
    let first = characters.next().unwrap_or(' ');
    let after = characters.as_str();
    if let Some(style) = of_mark(first).filter(|_| after.is_empty() || after.starts_with(' ')) {
        return format!("{style}{first}{style:#}{after}");
    }
    match of_words(cell) {
        Some(style) => format!("{style}{cell}{style:#}"),
        None => cell.to_owned(),
    }
}

fn of_mark(mark: char) -> Option<Style> {
    match mark {
        '●' => Some(GOOD),
        '◐' | '~' | '‖' => Some(WAITS),
        '!' | '?' | '×' => Some(BAD),
        '·' | '–' | '→' => Some(QUIET),
        _ => None,
    }
}

/// What a number of things, or a state, says of them.
fn of_words(cell: &str) -> Option<Style> {
    let words = cell.trim_start_matches(|c: char| c.is_ascii_digit()).trim_start();
    let is_counted = words.len() < cell.len();
    match words {
        "made" | "cached" if !is_counted => Some(GOOD),
        "failed" | "maybe billed" => Some(BAD),
        "fault to fix" | "faults to fix" | "to fix." if is_counted => Some(BAD),
        "to make" if is_counted => Some(WAITS),
        "nothing" if !is_counted => Some(QUIET),
        "Everything is in order." | "Nothing needs you." => Some(GOOD),
        _ if is_counted && words.starts_with("failed, ") => Some(BAD),
        _ if cell.contains(" is in order: ") => Some(GOOD),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_painted_by_what_they_say() {
        let paint = |text: &str| painted(&DisplayText::of_lines(text));
        for (plain, shown) in [
            ("● home  is there", "\u{1b}[32m●\u{1b}[0m home  is there"),
            (" 1  Rosie  Stop!  ●  ·", " 1  Rosie  Stop!  \u{1b}[32m●\u{1b}[0m  \u{1b}[2m·\u{1b}[0m"),
            ("naps  3  2 failed, 1 to make", "naps  3  \u{1b}[1m\u{1b}[31m2 failed, 1 to make\u{1b}[0m"),
            (
                "naps  3  1 to make\nnap  nothing",
                "naps  3  \u{1b}[35m1 to make\u{1b}[0m\nnap  \u{1b}[2mnothing\u{1b}[0m",
            ),
            ("a.json is in order: 3 scenes.", "\u{1b}[32ma.json is in order: 3 scenes.\u{1b}[0m"),
            ("Nothing was made, really.", "Nothing was made, really."),
            ("!important ?", "!important ?"),
            ("", ""),
        ] {
            assert_eq!(paint(plain), shown);
        }
        assert!(!paint("\u{1b}[2J").contains('\u{1b}'), "a text brings no colour of its own");
    }
}
