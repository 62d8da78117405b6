//! What reaches a user who does not look at the studio: a notification when a run ends, and the title and the progress of
//! the window. Makes bytes for the terminal and sends none. Pure.
//!
//! Notifications are OSC 9 (iTerm2) or OSC 777 (rxvt, VTE, foot); progress is OSC 9;4 (ConEmu); titles are OSC 2, kept and
//! given back by XTWINOPS 22 and 23; whether the window has the focus is told by mode 1004 (xterm).

use std::fmt::Write;

use crate::domain::Display;

/// Whether something is done that not every terminal can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Switch {
    /// In terminals that are known to do it well.
    #[default]
    Auto,
    On,
    Off,
}

/// How a terminal is asked to notify its user.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Notification {
    Osc9,
    Osc777,
}

/// What this terminal can do, and what it was told last.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Attention {
    notification: Option<Notification>,
    modes: Modes,
    /// Sequences that tmux does not know are wrapped so that it passes them on.
    through_tmux: bool,
    /// The window has not the focus, as it said itself.
    is_away: bool,
    title: String,
    /// Percent.
    progress: Option<u8>,
}

/// What is switched on in the terminal, and off again when it is given back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Modes {
    /// The terminal tells when its window gets and loses the focus.
    pub focus: bool,
    pub title: bool,
    pub progress: bool,
}

impl Attention {
    /// `variable` reads the environment. Inside tmux and screen nothing is done by itself: they have titles of their own, and
    /// pass on only what they are configured to.
    pub fn new(notify: Switch, title: Switch, in_tmux: bool, variable: impl Fn(&str) -> Option<String>) -> Self {
        let set = |name: &str| variable(name).filter(|value| !value.is_empty());
        let term = set("TERM").unwrap_or_default();
        let program = set("TERM_PROGRAM").unwrap_or_default();
        let is_bare = matches!(term.as_str(), "" | "dumb" | "linux");
        let speaks_777 = term.starts_with("rxvt") || term.starts_with("foot") || set("VTE_VERSION").is_some();
        let speaks_9 = ["iTerm", "WezTerm", "ghostty"].iter().any(|name| program.contains(name))
            || term.contains("kitty")
            || term.contains("ghostty");
        let known = match (speaks_777, speaks_9) {
            (true, _) => Some(Notification::Osc777),
            (false, true) => Some(Notification::Osc9),
            (false, false) => None,
        };
        let notification = match notify {
            Switch::Off => None,
            _ if is_bare => None,
            Switch::Auto => known.filter(|_| !in_tmux),
            Switch::On => known.or(Some(Notification::Osc9)),
        };
        let title = !is_bare && (title == Switch::On || title == Switch::Auto && !in_tmux);
        // Others show `4;1;50` as a notification.
        let has_bar = program.contains("ghostty") || program.contains("WezTerm") || set("WT_SESSION").is_some();
        let modes = Modes { focus: notification.is_some(), title, progress: title && has_bar && !in_tmux };
        Self { notification, modes, through_tmux: in_tmux, ..Self::default() }
    }

    pub fn modes(&self) -> Modes {
        self.modes
    }

    /// The window got or lost the focus.
    pub fn focus(&mut self, is_focused: bool) {
        self.is_away = !is_focused;
    }

    /// A notification; nothing where the studio is looked at.
    pub fn notify(&self, text: &str) -> String {
        let text = text.display();
        match self.notification.filter(|_| self.is_away) {
            None => String::new(),
            Some(Notification::Osc9) => self.passed_on(&format!("\x1b]9;{text}\x1b\\")),
            Some(Notification::Osc777) => self.passed_on(&format!("\x1b]777;notify;babblecast;{text}\x1b\\")),
        }
    }

    /// The title and the progress, where they are not what was told last.
    pub fn show(&mut self, title: &str, progress: Option<u8>) -> String {
        let mut bytes = String::new();
        if self.modes.title && self.title != title {
            title.clone_into(&mut self.title);
            let _ = write!(bytes, "\x1b]2;{}\x1b\\", title.display());
        }
        if self.modes.progress && self.progress != progress {
            self.progress = progress;
            match progress {
                Some(percent) => drop(write!(bytes, "\x1b]9;4;1;{}\x1b\\", percent.min(100))),
                None => bytes.push_str(NO_PROGRESS),
            }
        }
        bytes
    }

    /// What was told last is not there any more: something else had the terminal.
    pub fn forget(&mut self) {
        (self.title, self.progress) = (String::new(), None);
    }

    fn passed_on(&self, sequence: &str) -> String {
        if self.through_tmux {
            format!("\x1bPtmux;{}\x1b\\", sequence.replace('\x1b', "\x1b\x1b"))
        } else {
            sequence.to_owned()
        }
    }
}

const NO_PROGRESS: &str = "\x1b]9;4;0\x1b\\";

impl Modes {
    /// What switches them on.
    pub fn on(self) -> String {
        let parts = [(self.focus, "\x1b[?1004h"), (self.title, "\x1b[22;2t")];
        parts.into_iter().filter_map(|(is_on, bytes)| is_on.then_some(bytes)).collect()
    }

    /// What switches them off and gives the former title back.
    pub fn off(self) -> String {
        let parts = [(self.focus, "\x1b[?1004l"), (self.title, "\x1b[23;2t"), (self.progress, NO_PROGRESS)];
        parts.into_iter().filter_map(|(is_on, bytes)| is_on.then_some(bytes)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn attention(notify: Switch, title: Switch, in_tmux: bool, environment: &[(&str, &str)]) -> Attention {
        Attention::new(notify, title, in_tmux, |name| {
            environment.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn each_terminal_is_told_in_its_own_way_and_only_when_nobody_looks() {
        const NINE: &str = "\x1b]9;nap: done\x1b\\";
        const SEVEN: &str = "\x1b]777;notify;babblecast;nap: done\x1b\\";
        for (notify, in_tmux, environment, expected) in [
            (Switch::Auto, false, &[("TERM", "xterm-kitty")][..], NINE),
            (Switch::Auto, false, &[("TERM", "xterm-256color"), ("TERM_PROGRAM", "iTerm.app")], NINE),
            (Switch::Auto, false, &[("TERM", "foot")], SEVEN),
            (Switch::Auto, false, &[("TERM", "xterm-256color"), ("VTE_VERSION", "7600")], SEVEN),
            (Switch::Auto, false, &[("TERM", "xterm-256color")], ""),
            (Switch::On, false, &[("TERM", "xterm-256color")], NINE),
            (Switch::Off, false, &[("TERM", "foot")], ""),
            (Switch::On, false, &[("TERM", "linux")], ""),
            (Switch::Auto, true, &[("TERM", "tmux-256color"), ("TERM_PROGRAM", "tmux")], ""),
            (Switch::On, true, &[("TERM", "tmux-256color")], "\x1bPtmux;\x1b\x1b]9;nap: done\x1b\x1b\\\x1b\\"),
        ] {
            let mut told = attention(notify, Switch::Off, in_tmux, environment);
            assert_eq!(told.notify("nap: done"), "", "the studio is looked at");
            told.focus(false);
            assert_eq!(told.notify("nap: done"), expected, "{environment:?}");
            assert_eq!(told.modes().focus, !expected.is_empty());
            told.focus(true);
            assert_eq!(told.notify("nap: done"), "");
        }
    }

    #[test]
    fn a_title_and_its_progress_are_told_once_and_given_back() {
        let mut shown = attention(Switch::Auto, Switch::Auto, false, &[("TERM", "xterm"), ("TERM_PROGRAM", "WezTerm")]);
        assert_eq!(shown.modes().on(), "\x1b[?1004h\x1b[22;2t");
        assert_eq!(shown.show("3/9 nap", Some(33)), "\x1b]2;3/9 nap\x1b\\\x1b]9;4;1;33\x1b\\");
        assert_eq!(shown.show("3/9 nap", Some(33)), "");
        assert_eq!(shown.show("nap", None), "\x1b]2;nap\x1b\\\x1b]9;4;0\x1b\\");
        shown.forget();
        assert_eq!(shown.show("nap", None), "\x1b]2;nap\x1b\\");
        assert_eq!(shown.modes().off(), "\x1b[?1004l\x1b[23;2t\x1b]9;4;0\x1b\\");
        let mut plain = attention(Switch::Auto, Switch::Auto, false, &[("TERM", "xterm")]);
        assert_eq!(plain.show("3/9 nap", Some(33)), "\x1b]2;3/9 nap\x1b\\");
        for (title, in_tmux, term) in
            [(Switch::Off, false, "xterm"), (Switch::Auto, true, "tmux"), (Switch::On, false, "linux")]
        {
            let mut none = attention(Switch::Off, title, in_tmux, &[("TERM", term)]);
            assert_eq!((none.show("3/9 nap", Some(33)), none.modes()), (String::new(), Modes::default()));
        }
    }

    #[test]
    fn no_text_ends_the_sequence_it_is_in() {
        let mut told = attention(Switch::On, Switch::On, false, &[("TERM", "foot")]);
        told.focus(false);
        let sequences = [told.notify("a\x1b\\\x07b\u{9c}"), told.show("a\x1b\\\x07b\u{9c}", None)];
        for sequence in sequences {
            let inner = sequence.strip_prefix("\x1b]").unwrap().strip_suffix("\x1b\\").unwrap();
            assert!(!inner.chars().any(char::is_control), "{inner:?}");
        }
    }
}
