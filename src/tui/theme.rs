//! Colours by meaning. Views name a meaning, never a colour; state is always told by symbol and word too.

use ratatui::style::{Color, Modifier, Style};
use serde::Deserialize;

use crate::engine::Level;
use crate::plan::JobState;

/// Which theme the user asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ThemeChoice {
    /// What the terminal can show: see [`ThemeChoice::resolve`].
    #[default]
    Auto,
    Dark,
    Light,
    /// Strong colours, on a dark or a light background as the terminal has it.
    Contrast,
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
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own about the terminal")]
pub struct Colours {
    /// `NO_COLOR` is set, or the terminal is a dumb one.
    pub none: bool,
    /// The 256 colours of xterm can be shown, not only sixteen.
    pub indexed: bool,
    /// Any colour can be shown.
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
            indexed: term.contains("256color"),
            light: background.is_some_and(|colour| colour == 7 || colour >= 9),
        }
    }
}

impl ThemeChoice {
    /// The theme to use in a terminal with these colours.
    pub fn resolve(self, colours: Colours) -> Theme {
        let theme = Theme::parse(match self {
            ThemeChoice::Auto if colours.none => PLAIN,
            ThemeChoice::Auto if !colours.many && !colours.indexed => SIXTEEN,
            ThemeChoice::Auto if colours.light => LIGHT,
            ThemeChoice::Contrast if colours.light => CONTRAST_LIGHT,
            ThemeChoice::Contrast => CONTRAST_DARK,
            ThemeChoice::Auto | ThemeChoice::Dark => DARK,
            ThemeChoice::Light => LIGHT,
            ThemeChoice::Sixteen => SIXTEEN,
            ThemeChoice::Plain => PLAIN,
        });
        if colours.indexed && !colours.many { theme.indexed() } else { theme }
    }
}

const DARK: &str = include_str!("../../assets/themes/dark.toml");
const LIGHT: &str = include_str!("../../assets/themes/light.toml");
const CONTRAST_DARK: &str = include_str!("../../assets/themes/contrast_dark.toml");
const CONTRAST_LIGHT: &str = include_str!("../../assets/themes/contrast_light.toml");
const SIXTEEN: &str = include_str!("../../assets/themes/sixteen.toml");
const PLAIN: &str = include_str!("../../assets/themes/plain.toml");

impl Theme {
    #[expect(clippy::expect_used, reason = "the built-in themes are checked by a test")]
    fn parse(text: &str) -> Self {
        toml::from_str(text).expect("the built-in themes are checked by a test")
    }

    /// The same with the nearest of xterm's 256 colours in the place of each colour.
    fn indexed(mut self) -> Self {
        for look in [
            &mut self.accent,
            &mut self.title,
            &mut self.dim,
            &mut self.border,
            &mut self.selected,
            &mut self.focused,
            &mut self.good,
            &mut self.busy,
            &mut self.warning,
            &mut self.bad,
            &mut self.on_air,
        ] {
            look.fg = look.fg.map(neighbour);
            look.bg = look.bg.map(neighbour);
        }
        self
    }

    pub fn of_state(&self, state: &JobState) -> Style {
        match state {
            JobState::Pending | JobState::Waiting | JobState::Cancelled => self.dim.into(),
            JobState::Blocked(_) => self.warning.into(),
            JobState::Running => self.busy.into(),
            JobState::Made | JobState::Cached => self.good.into(),
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

/// The levels of each channel in the cube of 6 × 6 × 6 colours that begins at 16.
const CUBE: [u8; 6] = [0, 95, 135, 175, 215, 255];

/// The nearest of the 240 colours that look alike in every terminal; the first sixteen are the user's own.
pub fn neighbour(colour: Color) -> Color {
    let Color::Rgb(red, green, blue) = colour else { return colour };
    let distance = |other: [u8; 3]| -> u32 {
        let channels = [red, green, blue].into_iter().zip(other);
        channels.map(|(own, other)| u32::from(own.abs_diff(other)).pow(2)).sum()
    };
    let cube = (0..216u8).map(|number| {
        let level = |place: u8| CUBE[usize::from(number / place % 6)];
        (16 + number, [level(36), level(6), level(1)])
    });
    let greys = (0..24u8).map(|step| (232 + step, [8 + 10 * step; 3]));
    let nearest = cube.chain(greys).min_by_key(|&(_, channels)| distance(channels));
    nearest.map_or(colour, |(number, _)| Color::Indexed(number))
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
            (&[("TERM", "xterm-kitty")][..], DARK),
            (&[("TERM", "xterm-256color"), ("COLORTERM", "truecolor")], DARK),
            (&[("TERM", "xterm"), ("COLORTERM", "truecolor"), ("COLORFGBG", "0;15")], LIGHT),
            (&[("TERM", "xterm"), ("COLORTERM", "truecolor"), ("COLORFGBG", "15;0")], DARK),
            (&[("TERM", "linux")], SIXTEEN),
            (&[("TERM", "xterm")], SIXTEEN),
            (&[("TERM", "xterm-kitty"), ("NO_COLOR", "1")], PLAIN),
            (&[("TERM", "xterm-kitty"), ("NO_COLOR", "")], DARK),
            (&[("TERM", "dumb")], PLAIN),
        ] {
            assert_eq!(theme_in(environment), Theme::parse(expected), "{environment:?}");
        }
    }

    #[test]
    fn a_terminal_of_256_colours_keeps_the_palette() {
        let theme = theme_in(&[("TERM", "xterm-256color")]);
        assert_eq!(theme.accent.fg, Some(Color::Indexed(215)));
        assert_eq!(theme.good.fg, Some(Color::Indexed(114)));
        let light = theme_in(&[("TERM", "screen-256color"), ("COLORFGBG", "0;15")]);
        assert_eq!(light.selected.bg, Some(neighbour(Color::Rgb(0xf4, 0xe6, 0xcf))));
        assert_eq!(neighbour(Color::Rgb(255, 255, 255)), Color::Indexed(231));
        assert_eq!(neighbour(Color::Rgb(0x3b, 0x3b, 0x3b)), Color::Indexed(237));
        assert_eq!(neighbour(Color::Yellow), Color::Yellow);
    }

    #[test]
    fn the_sixteen_colours_can_be_read_on_white() {
        let Theme { accent, title, dim, border, selected, focused, good, busy, warning, bad, on_air } =
            Theme::parse(SIXTEEN);
        for look in [accent, title, dim, border, selected, focused, good, busy, warning, bad, on_air] {
            let faint = [Color::Yellow, Color::LightYellow, Color::Cyan, Color::LightCyan, Color::White, Color::Gray];
            assert!(look.fg.is_none_or(|colour| !faint.contains(&colour)), "{look:?}");
        }
    }

    #[test]
    fn the_plain_theme_has_no_colour() {
        let Theme { accent, title, dim, border, selected, focused, good, busy, warning, bad, on_air } =
            Theme::parse(PLAIN);
        for look in [accent, title, dim, border, selected, focused, good, busy, warning, bad, on_air] {
            assert!(matches!((look.fg, look.bg), (None | Some(Color::Reset), None)));
        }
    }

    /// Of two colours, by the Web Content Accessibility Guidelines 2.2: 1 is none, 21 is black on white.
    fn contrast(one: Color, other: Color) -> f64 {
        let luminance = |colour| {
            let Color::Rgb(red, green, blue) = colour else { panic!("{colour:?} is another one in each terminal") };
            let linear = |channel: u8| {
                let channel = f64::from(channel) / 255.0;
                if channel <= 0.04045 { channel / 12.92 } else { ((channel + 0.055) / 1.055).powf(2.4) }
            };
            0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
        };
        let (one, other) = (luminance(one), luminance(other));
        (one.max(other) + 0.05) / (one.min(other) + 0.05)
    }

    #[test]
    fn words_stand_out_from_their_background() {
        let (black, white) = (Color::Rgb(0, 0, 0), Color::Rgb(255, 255, 255));
        let usual_dark = Color::Rgb(0x1e, 0x1e, 0x1e);
        for (text, background, least) in
            [(DARK, usual_dark, 4.5), (LIGHT, white, 4.5), (CONTRAST_DARK, black, 7.0), (CONTRAST_LIGHT, white, 7.0)]
        {
            let Theme { accent, title, dim, border: _, selected, focused, good, busy, warning, bad, on_air } =
                Theme::parse(text);
            for look in [accent, title, dim, selected, focused, good, busy, warning, bad, on_air] {
                let Some(colour) = look.fg else { continue };
                let ratio = contrast(colour, look.bg.unwrap_or(background));
                assert!(ratio >= least, "{look:?}: {ratio:.1}");
            }
        }
    }
}
