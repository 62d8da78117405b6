//! Colours by meaning. Views name a meaning, never a colour; state is always told by symbol and word too.

use ratatui::style::{Color, Modifier, Style};
use serde::Deserialize;

use crate::engine::Level;
use crate::plan::JobState;

/// Which theme the person asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ThemeChoice {
    /// What the terminal can show: see [`ThemeChoice::resolve`].
    #[default]
    Auto,
    Dark,
    Light,
    /// The terminal's own sixteen colours.
    Sixteen,
    /// No colour.
    Plain,
}

/// A style for each meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Theme {
    pub accent: Look,
    pub title: Look,
    pub dim: Look,
    pub border: Look,
    /// The selected line.
    pub selected: Look,
    /// The one cell of the selected line that keys work on.
    pub focused: Look,
    pub good: Look,
    pub cached: Look,
    pub busy: Look,
    pub warning: Look,
    pub bad: Look,
    pub on_air: Look,
}

/// How one meaning looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[expect(clippy::struct_excessive_bools, reason = "each is an attribute of its own, as in a terminal")]
pub struct Look {
    fg: Option<Color>,
    bg: Option<Color>,
    bold: bool,
    dim: bool,
    underlined: bool,
    reversed: bool,
}

impl From<Look> for Style {
    fn from(look: Look) -> Style {
        let mut modifiers = Modifier::empty();
        for (wanted, modifier) in [
            (look.bold, Modifier::BOLD),
            (look.dim, Modifier::DIM),
            (look.underlined, Modifier::UNDERLINED),
            (look.reversed, Modifier::REVERSED),
        ] {
            modifiers.set(modifier, wanted);
        }
        // Dim text on a reversed line would be a grey block.
        let undone = if look.reversed && !look.dim { Modifier::DIM } else { Modifier::empty() };
        Style { fg: look.fg, bg: look.bg, ..Style::default() }.add_modifier(modifiers).remove_modifier(undone)
    }
}

/// What is known of the terminal's colours, from the environment and, once it has answered, from itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Colours {
    /// `NO_COLOR` is set, or the terminal is a dumb one.
    pub none: bool,
    /// Any colour can be shown, not only sixteen.
    pub many: bool,
    /// The background is a light one.
    pub light: bool,
}

impl Colours {
    /// `variable` reads the environment.
    pub fn from_environment(variable: impl Fn(&str) -> Option<String>) -> Self {
        let set = |name: &str| variable(name).filter(|value| !value.is_empty());
        let term = set("TERM").unwrap_or_default();
        let direct = set("COLORTERM").is_some_and(|value| matches!(value.as_str(), "truecolor" | "24bit"));
        let background = set("COLORFGBG").and_then(|value| value.rsplit(';').next()?.parse::<u8>().ok());
        Self {
            none: set("NO_COLOR").is_some() || term == "dumb",
            many: direct
                || ["kitty", "ghostty", "alacritty", "foot", "direct", "wezterm"]
                    .iter()
                    .any(|name| term.contains(name)),
            light: background.is_some_and(|colour| colour == 7 || colour >= 9),
        }
    }
}

impl ThemeChoice {
    /// The theme to use in a terminal with these colours.
    pub fn resolve(self, colours: Colours) -> Theme {
        Theme::named(match self {
            ThemeChoice::Auto if colours.none => ThemeChoice::Plain,
            ThemeChoice::Auto if !colours.many => ThemeChoice::Sixteen,
            ThemeChoice::Auto if colours.light => ThemeChoice::Light,
            ThemeChoice::Auto => ThemeChoice::Dark,
            chosen => chosen,
        })
    }
}

impl Theme {
    fn named(choice: ThemeChoice) -> Self {
        let text = match choice {
            ThemeChoice::Auto | ThemeChoice::Dark => include_str!("../../assets/themes/dark.toml"),
            ThemeChoice::Light => include_str!("../../assets/themes/light.toml"),
            ThemeChoice::Sixteen => include_str!("../../assets/themes/sixteen.toml"),
            ThemeChoice::Plain => include_str!("../../assets/themes/plain.toml"),
        };
        toml::from_str(text).expect("the built-in themes are checked by a test")
    }

    pub fn of_state(&self, state: &JobState) -> Style {
        match state {
            JobState::Pending | JobState::Waiting | JobState::Blocked(_) | JobState::Cancelled => self.dim.into(),
            JobState::Running => self.busy.into(),
            JobState::Made => self.good.into(),
            JobState::Cached => self.cached.into(),
            JobState::Failed(_) | JobState::Held(_) => self.bad.into(),
        }
    }

    pub fn of_level(&self, level: Level) -> Style {
        match level {
            Level::Info => Style::default(),
            Level::Warning => self.warning.into(),
            Level::Error => self.bad.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn theme_in(environment: &[(&str, &str)]) -> Theme {
        let variable =
            |name: &str| environment.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned());
        ThemeChoice::Auto.resolve(Colours::from_environment(variable))
    }

    #[test]
    fn the_theme_follows_the_terminal() {
        for (environment, expected) in [
            (&[("TERM", "xterm-kitty")][..], ThemeChoice::Dark),
            (&[("TERM", "xterm-256color"), ("COLORTERM", "truecolor")], ThemeChoice::Dark),
            (&[("TERM", "xterm"), ("COLORTERM", "truecolor"), ("COLORFGBG", "0;15")], ThemeChoice::Light),
            (&[("TERM", "xterm"), ("COLORTERM", "truecolor"), ("COLORFGBG", "15;0")], ThemeChoice::Dark),
            (&[("TERM", "linux")], ThemeChoice::Sixteen),
            (&[("TERM", "xterm-kitty"), ("NO_COLOR", "1")], ThemeChoice::Plain),
            (&[("TERM", "xterm-kitty"), ("NO_COLOR", "")], ThemeChoice::Dark),
            (&[("TERM", "dumb")], ThemeChoice::Plain),
        ] {
            assert_eq!(theme_in(environment), Theme::named(expected), "{environment:?}");
        }
    }

    #[test]
    fn the_plain_theme_has_no_colour() {
        let Theme { accent, title, dim, border, selected, focused, good, cached, busy, warning, bad, on_air } =
            Theme::named(ThemeChoice::Plain);
        for look in [accent, title, dim, border, selected, focused, good, cached, busy, warning, bad, on_air] {
            assert!(matches!((look.fg, look.bg), (None | Some(Color::Reset), None)));
        }
    }
}
