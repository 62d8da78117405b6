//! What needs the plain terminal for a while: the shell, the user's editor, a picture at full size. The caller has
//! given the terminal back and stopped reading keys.

use std::ffi::OsString;
use std::io::{self, Write};
use std::path::Path;

use crossterm::cursor::MoveTo;
use crossterm::event::{Event, KeyEventKind};
use crossterm::execute;
use crossterm::style::Print;
use crossterm::terminal::{
    Clear, ClearType, EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode,
};
use ratatui::layout::Size;

use crate::domain::Format;
use crate::domain::read::line_of_scene;
use crate::media::{child, picture};
use crate::show::{PrintOptions, print_picture};
use crate::tui::model::message::Spot;
use crate::tui::pictures::preview;
use crate::tui::terminal::protocol::{Protocol, Way};

/// Stops the process group, as Ctrl-Z does everywhere else; returns when the shell lets it go on.
#[cfg(unix)]
pub fn stop_to_shell() {
    use rustix::process::{Signal, kill_current_process_group};

    if kill_current_process_group(Signal::TSTP).is_ok() {
        // Another thread may be the one that takes the signal: the stop comes a moment after the call. Where there is
        // no shell to come back from, the system ignores it and we go on.
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
}

#[cfg(not(unix))]
pub fn stop_to_shell() {}

/// Opens a file in the user's editor and waits for its end. What went wrong is a sentence for the user.
pub fn edit(path: &Path, at: Spot) -> Result<(), String> {
    let line = match at {
        Spot::Top => None,
        Spot::Line(line) => Some(line),
        Spot::Scene(scene) => line_of(path, scene),
    };
    let variable = |name: &str| std::env::var(name).ok().filter(|value| !value.trim().is_empty());
    let editor = variable("VISUAL").or_else(|| variable("EDITOR")).unwrap_or_else(|| DEFAULT_EDITOR.to_owned());
    let mut words = editor.split_whitespace();
    let program = words.next().unwrap_or(DEFAULT_EDITOR);
    let status = child::command(program).args(words).args(place(program, path, line)).status();
    match status {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("{program} ended with {status}.")),
        Err(error) => Err(format!("{program} cannot be started: {error}. Set EDITOR to an editor that is here.")),
    }
}

/// The line of a scene in the file as it is now; the editor opens without one where it cannot be told.
fn line_of(path: &Path, scene: usize) -> Option<u32> {
    let (text, format) = (std::fs::read_to_string(path).ok()?, Format::of_path(path)?);
    line_of_scene(&text, format, scene)
}

const DEFAULT_EDITOR: &str = if cfg!(windows) { "notepad" } else { "vi" };

/// The file, with the line where the editor is known to take one.
fn place(program: &str, path: &Path, line: Option<u32>) -> Vec<OsString> {
    let name = Path::new(program).file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let with_line = |separator: &str, line: u32| {
        let mut place = path.as_os_str().to_owned();
        place.push(format!("{separator}{line}"));
        place
    };
    match (name.as_str(), line) {
        ("vi" | "vim" | "nvim" | "nano" | "emacs" | "emacsclient" | "micro" | "kak" | "joe" | "ne", Some(line)) => {
            vec![format!("+{line}").into(), path.into()]
        }
        ("hx" | "helix" | "subl" | "zed", Some(line)) => vec![with_line(":", line)],
        ("code" | "codium" | "cursor", Some(line)) => vec!["--goto".into(), with_line(":", line)],
        _ => vec![path.into()],
    }
}

/// Shows a picture as large as the terminal allows, on a screen of its own, and waits for a key.
pub fn full_size(path: &Path, way: Way) -> Result<(), String> {
    let shown = execute!(io::stdout(), EnterAlternateScreen, Clear(ClearType::All), MoveTo(0, 0))
        .map_err(|error| format!("The terminal cannot be used: {error}."))
        .and_then(|()| print_full_size(path, way))
        .and_then(|()| {
            print!(" any key goes back");
            let waited = io::stdout().flush().and_then(|()| wait_for_key());
            waited.map_err(|error| format!("The terminal cannot be read: {error}."))
        });
    // A terminal that is gone has no screen to leave.
    let _ = execute!(io::stdout(), LeaveAlternateScreen);
    shown
}

fn print_full_size(path: &Path, way: Way) -> Result<(), String> {
    let (columns, rows) = crossterm::terminal::size().unwrap_or((80, 24));
    let room = Size::new(columns, rows.saturating_sub(2).max(1));
    let left = std::fs::read(path).ok().and_then(|bytes| picture::inspect(&bytes).ok());
    let left = left.map_or(0, |info| margin((info.width, info.height), room, way.cell));
    if way.protocol == Protocol::Sixel {
        // The one protocol that the plain printer does not speak.
        let sequence = preview::sixel(path, room, way)?;
        return execute!(io::stdout(), MoveTo(left, 0), Print(sequence), MoveTo(0, rows - 1))
            .map_err(|error| format!("The picture cannot be shown: {error}."));
    }
    let options = PrintOptions { height: Some(u32::from(room.height)), left, ..PrintOptions::default() };
    print_picture(path, options).map_err(|error| format!("{error}."))
}

/// The columns at the left of a picture of so many pixels that stands in the middle of a room and fills it.
fn margin(pixels: (u32, u32), room: Size, cell: (u16, u16)) -> u16 {
    let [wide, high] =
        [(room.width, cell.0), (room.height, cell.1)].map(|(cells, size)| u64::from(cells) * u64::from(size));
    let shown = (high * u64::from(pixels.0) / u64::from(pixels.1.max(1))).min(wide);
    ((wide - shown) / 2 / u64::from(cell.0.max(1))) as u16
}

fn wait_for_key() -> io::Result<()> {
    enable_raw_mode()?;
    let key = loop {
        match crossterm::event::read() {
            Ok(Event::Key(key)) if key.kind == KeyEventKind::Press => break Ok(()),
            Ok(_) => {}
            Err(error) => break Err(error),
        }
    };
    disable_raw_mode()?;
    key
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_at_full_size_stands_in_the_middle() {
        let room = Size::new(120, 38);
        assert_eq!(margin((1024, 1536), room, (10, 20)), 34);
        assert_eq!(margin((1920, 400), room, (10, 20)), 0, "as wide as the terminal");
        assert_eq!(margin((1024, 1536), Size::new(120, 38), (0, 0)), 0);
        assert_eq!(margin((4, 0), Size::new(1, 1), (10, 20)), 0);
    }

    #[test]
    fn the_editor_opens_at_the_line_if_it_can() {
        let path = Path::new("campaigns/a.json");
        let words = |program: &str, line| {
            let words = place(program, path, line);
            words.iter().map(|word| word.to_string_lossy().into_owned()).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(words("/usr/bin/vim", Some(7)), "+7 campaigns/a.json");
        assert_eq!(words("hx", Some(7)), "campaigns/a.json:7");
        assert_eq!(words("code", Some(7)), "--goto campaigns/a.json:7");
        assert_eq!(words("my-editor", Some(7)), "campaigns/a.json");
        assert_eq!(words("vim", None), "campaigns/a.json");
    }
}
