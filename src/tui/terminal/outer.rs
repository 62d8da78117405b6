//! The terminal around tmux: which one it is, and whether tmux lets a picture through to it. tmux answers for itself, so its own
//! program is asked; that is done beside the loop, because it may take a while.

use std::process::Stdio;

use crate::media::child;

/// A terminal that pictures reach through tmux.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Outer {
    /// Name and version, such as `kitty(0.35.2)`.
    pub name: String,
    /// Pixels of a cell, where tmux knows them.
    pub cell: Option<(u16, u16)>,
}

/// All that is asked, in one line.
const QUESTION: &str =
    "#{allow-passthrough}|#{client_cell_width}|#{client_cell_height}|#{client_termname}|#{client_termtype}";

/// Asks tmux, and waits for its answer; `None` where it lets nothing through, or where there is no tmux to ask.
pub fn ask() -> Option<Outer> {
    let asked = child::command("tmux").args(["display-message", "-p", QUESTION]).stdin(Stdio::null()).output();
    match asked {
        Ok(answer) if answer.status.success() => read(&String::from_utf8_lossy(&answer.stdout)),
        Ok(answer) => {
            tracing::debug!(status = %answer.status, "tmux does not say which terminal is around it");
            None
        }
        Err(error) => {
            tracing::debug!(%error, "tmux could not be asked which terminal is around it");
            None
        }
    }
}

fn read(answer: &str) -> Option<Outer> {
    let mut parts = answer.trim_end().splitn(5, '|');
    let lets_through = matches!(parts.next()?, "1" | "2" | "on" | "all");
    let mut number = || parts.next()?.parse::<u16>().ok();
    let (width, height) = (number(), number());
    let cell = width.zip(height).filter(|(width, height)| *width > 0 && *height > 0);
    let (term, name) = (parts.next()?, parts.next()?);
    // Ghostty has a name of its own for its kind, and kitty tells its version.
    let name = if name.is_empty() { term.strip_prefix("xterm-").unwrap_or(term) } else { name };
    lets_through.then(|| Outer { name: name.to_owned(), cell })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_tmux_says_of_the_terminal_around_it_is_read() {
        let kitty = Outer { name: "kitty(0.35.2)".to_owned(), cell: Some((10, 20)) };
        for answer in
            ["1|10|20|xterm-kitty|kitty(0.35.2)\n", "on|10|20|xterm-kitty|kitty(0.35.2)", "all|10|20|x|kitty(0.35.2)"]
        {
            assert_eq!(read(answer), Some(kitty.clone()), "{answer}");
        }
        let ghostty = Outer { name: "ghostty".to_owned(), cell: None };
        assert_eq!(read("on|0||xterm-ghostty|"), Some(ghostty));
        for no in
            ["0|10|20|xterm-kitty|kitty(0.35.2)", "off|10|20|a|b", "|10|20|a|b", "", "on", "no server running on /tmp"]
        {
            assert_eq!(read(no), None, "{no}");
        }
    }
}
