//! Prints one picture in the plain terminal. The only file that names viuer. Must never run while the studio has the
//! screen: viuer writes around it and may read its keys.

use std::io::IsTerminal;
use std::path::{Path, PathBuf};

use image::DynamicImage;

/// How to print.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PrintOptions {
    /// Half-blocks only, and the terminal is asked nothing.
    pub plain: bool,
    /// In cells; without both, as large as the terminal.
    pub width: Option<u32>,
    pub height: Option<u32>,
    /// Columns that are left free before it.
    pub left: u16,
}

/// Why a picture could not be printed.
#[derive(Debug, thiserror::Error)]
pub enum ShowError {
    #[error("{} cannot be read: {source}", path.display())]
    Unreadable { path: PathBuf, source: std::io::Error },
    #[error("{} is no picture that can be shown: {reason}", path.display())]
    NoPicture { path: PathBuf, reason: String },
    #[error("the terminal did not take the picture: {0}. Try again with --plain")]
    Terminal(String),
}

/// Prints a picture file: in the terminal's own way where its name says that it has one, else in half-blocks.
pub fn print_picture(path: &Path, options: PrintOptions) -> Result<(), ShowError> {
    let bytes = std::fs::read(path).map_err(|source| ShowError::Unreadable { path: path.to_owned(), source })?;
    let picture = crate::media::picture::decode(&bytes)
        .map_err(|error| ShowError::NoPicture { path: path.to_owned(), reason: error.to_string() })?;
    let takes_pictures = !options.plain && may_be_asked(|name| std::env::var(name).ok());
    let config = viuer::Config {
        absolute_offset: false,
        x: options.left,
        width: options.width,
        height: options.height,
        use_kitty: takes_pictures,
        use_iterm: takes_pictures,
        ..viuer::Config::default()
    };
    let printed = viuer::print(&DynamicImage::ImageRgb8(picture), &config);
    printed.map(drop).map_err(|error| ShowError::Terminal(error.to_string()))
}

/// Whether viuer may look for kitty's or iTerm2's way. Its questions wait for an answer without end, so they are put
/// only to terminals that say by name that they have an answer.
fn may_be_asked(variable: impl Fn(&str) -> Option<String>) -> bool {
    let set = |name: &str| variable(name).filter(|value| !value.is_empty());
    let term = set("TERM").unwrap_or_default();
    let program = set("TERM_PROGRAM").unwrap_or_default();
    let is_multiplexed =
        set("TMUX").is_some() || set("STY").is_some() || term.starts_with("tmux") || term.starts_with("screen");
    let is_attended = std::io::stdout().is_terminal() && std::io::stdin().is_terminal() && set("CI").is_none();
    let answers = ["kitty", "ghostty"].iter().any(|name| term.contains(name))
        || ["ghostty", "iTerm", "WezTerm"].iter().any(|name| program.contains(name))
        || set("LC_TERMINAL").is_some_and(|name| name.contains("iTerm"))
        || set("KONSOLE_VERSION").is_some();
    is_attended && answers && !is_multiplexed && term != "dumb"
}
