//! The guard of the terminal: everything that is switched on is switched off again, after quit, panic and signal.

use std::io::{self, BufWriter, Stdout, Write};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use crossterm::clipboard::CopyToClipboard;
use crossterm::event::{DisableBracketedPaste, DisableMouseCapture, EnableBracketedPaste, EnableMouseCapture};
use crossterm::style::Print;
use crossterm::terminal::{
    BeginSynchronizedUpdate, EndSynchronizedUpdate, EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode,
    enable_raw_mode,
};
use crossterm::{cursor, execute, queue};
use ratatui::Terminal;
use ratatui::backend::{Backend, CrosstermBackend};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect, Size};
use ratatui::style::Style;

use super::attention::Modes;
use super::spoken::Spoken;
use crate::domain::Display;

/// Whether the terminal is ours now; read by the panic hook.
static IS_OURS: AtomicBool = AtomicBool::new(false);

/// What was switched on beside the screen; read by the panic hook.
static SWITCHED_ON: Mutex<Modes> = Mutex::new(Modes { focus: false, title: false, progress: false });

/// The screen that is read to somebody: wide enough that no sentence is cut.
const SPOKEN_SIZE: Size = Size::new(120, 50);

/// The terminal while the studio has it. Dropping it gives it back.
pub struct Screen {
    terminal: Terminal<CrosstermBackend<BufWriter<Stdout>>>,
    switches: Switches,
    /// Where the screen is said in lines instead of painted.
    spoken: Option<Spoken>,
}

/// What is switched on when the terminal is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Switches {
    pub mouse: bool,
    /// Lines are written one below the other, for a screen reader, instead of a screen that changes.
    pub spoken: bool,
    pub modes: Modes,
}

impl Screen {
    /// Takes the terminal: raw mode, alternate screen, bracketed paste, and what is wanted beside that.
    pub fn enter(switches: Switches) -> io::Result<Self> {
        // A whole frame goes out in few writes, pictures included.
        let backend = CrosstermBackend::new(BufWriter::with_capacity(64 * 1024, io::stdout()));
        take(switches).inspect_err(|_| give_back())?;
        let terminal = Terminal::new(backend).inspect_err(|_| give_back())?;
        Ok(Self { terminal, switches, spoken: switches.spoken.then(Spoken::default) })
    }

    pub fn size(&self) -> Size {
        if self.spoken.is_some() { SPOKEN_SIZE } else { self.terminal.size().unwrap_or_default() }
    }

    /// Paints one frame, so that the terminal shows it at once or not at all. `paint` returns where the text cursor
    /// stands, if one is wanted. `selected` is the style of the selected line. What `follow` says then goes to the terminal
    /// in the same frame.
    pub fn draw(
        &mut self,
        selected: Style,
        paint: impl FnOnce(Rect, &mut Buffer) -> Option<Position>,
        follow: impl FnOnce() -> String,
    ) -> io::Result<()> {
        if let Some(spoken) = &mut self.spoken {
            let area = Rect::from((Position::ORIGIN, SPOKEN_SIZE));
            let mut frame = Buffer::empty(area);
            paint(area, &mut frame);
            let backend = self.terminal.backend_mut();
            for line in spoken.lines(&frame, selected) {
                write!(backend, "{line}\r\n")?;
            }
            return io::Write::flush(backend);
        }
        queue!(self.terminal.backend_mut(), BeginSynchronizedUpdate)?;
        self.terminal.draw(|frame| {
            if let Some(cursor) = paint(frame.area(), frame.buffer_mut()) {
                frame.set_cursor_position(cursor);
            }
        })?;
        self.terminal.backend_mut().write_all(follow().as_bytes())?;
        queue!(self.terminal.backend_mut(), EndSynchronizedUpdate)?;
        io::Write::flush(self.terminal.backend_mut())
    }

    /// Forgets what is on the screen: the next frame paints every cell. `Terminal::clear` is not used because it asks
    /// the terminal for the cursor, and the answer would reach the reader of keys.
    pub fn forget(&mut self) -> io::Result<()> {
        if let Some(spoken) = &mut self.spoken {
            spoken.forget();
            return Ok(());
        }
        self.terminal.backend_mut().clear()?;
        self.terminal.swap_buffers();
        Ok(())
    }

    /// Lends the terminal to something else, as the shell had it; take it back with [`Screen::resume`].
    pub fn suspend(&mut self) {
        // Nothing of the last frame may follow what comes now; a failure shows itself on the way back.
        let _ = io::Write::flush(self.terminal.backend_mut());
        give_back();
    }

    pub fn resume(&mut self) -> io::Result<()> {
        // The program that had the terminal may have changed its modes.
        disable_raw_mode()?;
        take(self.switches)?;
        self.forget()
    }

    pub fn set_mouse(&mut self, mouse: bool) -> io::Result<()> {
        self.switches.mouse = mouse;
        if mouse { execute!(io::stdout(), EnableMouseCapture) } else { execute!(io::stdout(), DisableMouseCapture) }
    }

    /// Switches on other modes than those that are on.
    pub fn set_modes(&mut self, modes: Modes) -> io::Result<()> {
        let former = std::mem::replace(&mut self.switches.modes, modes);
        *SWITCHED_ON.lock().unwrap_or_else(PoisonError::into_inner) = modes;
        self.send(format!("{}{}", former.off(), modes.on()).as_bytes())
    }

    /// Puts a text on the clipboard of the user's own machine, also over SSH.
    pub fn copy(&mut self, text: &str) -> io::Result<()> {
        execute!(self.terminal.backend_mut(), CopyToClipboard::to_clipboard_from(text))
    }

    /// Writes a question to the terminal; the answer comes on standard input.
    pub fn ask(&mut self, question: &[u8]) -> io::Result<()> {
        self.send(question)
    }

    /// Writes what is for the terminal itself and paints nothing.
    pub fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        let backend = self.terminal.backend_mut();
        backend.write_all(bytes)?;
        io::Write::flush(backend)
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        give_back();
    }
}

fn take(Switches { mouse, spoken, modes }: Switches) -> io::Result<()> {
    enable_raw_mode()?;
    IS_OURS.store(true, Ordering::SeqCst);
    *SWITCHED_ON.lock().unwrap_or_else(PoisonError::into_inner) = modes;
    if spoken {
        execute!(io::stdout(), EnableBracketedPaste)?;
    } else {
        execute!(io::stdout(), EnterAlternateScreen, EnableBracketedPaste, cursor::Hide)?;
    }
    if modes != Modes::default() {
        execute!(io::stdout(), Print(modes.on()))?;
    }
    if mouse { execute!(io::stdout(), EnableMouseCapture) } else { Ok(()) }
}

/// Gives the terminal back as it was. A terminal that is gone cannot be restored, so failures are of no use to anyone.
fn give_back() {
    if !IS_OURS.swap(false, Ordering::SeqCst) {
        return;
    }
    let modes = std::mem::take(&mut *SWITCHED_ON.lock().unwrap_or_else(PoisonError::into_inner));
    let _ = execute!(
        io::stdout(),
        EndSynchronizedUpdate,
        Print(modes.off()),
        DisableMouseCapture,
        DisableBracketedPaste,
        LeaveAlternateScreen,
        cursor::Show
    );
    let _ = disable_raw_mode();
}

/// A panic of this thread first restores the terminal, then is reported as before, with the log's path. A panic of
/// another thread is the engine's to report: it goes to the log and leaves the screen alone.
pub fn restore_on_panic(log_file: Option<PathBuf>) {
    let report = std::panic::take_hook();
    let own_thread = std::thread::current().id();
    std::panic::set_hook(Box::new(move |panic| {
        if IS_OURS.load(Ordering::SeqCst) && std::thread::current().id() != own_thread {
            tracing::error!("{panic}");
            return;
        }
        give_back();
        report(panic);
        if let Some(path) = &log_file {
            eprintln!("The log is at {}", path.to_string_lossy().display());
        }
    }));
}
