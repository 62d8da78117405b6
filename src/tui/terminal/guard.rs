//! The guard of the terminal: everything that is switched on is switched off again, after quit, panic and signal.

use std::io::{self, BufWriter, Stdout, Write};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};

use crossterm::clipboard::CopyToClipboard;
use crossterm::event::{DisableBracketedPaste, DisableMouseCapture, EnableBracketedPaste, EnableMouseCapture};
use crossterm::terminal::{
    BeginSynchronizedUpdate, EndSynchronizedUpdate, EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode,
    enable_raw_mode,
};
use crossterm::{cursor, execute, queue};
use ratatui::Terminal;
use ratatui::backend::{Backend, CrosstermBackend};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect, Size};

use crate::domain::Display;

/// Whether the terminal is ours now; read by the panic hook.
static IS_OURS: AtomicBool = AtomicBool::new(false);

/// The terminal while the studio has it. Dropping it gives it back.
pub struct Screen {
    terminal: Terminal<CrosstermBackend<BufWriter<Stdout>>>,
    mouse: bool,
}

impl Screen {
    /// Takes the terminal: raw mode, alternate screen, bracketed paste, and the mouse if wanted.
    pub fn enter(mouse: bool) -> io::Result<Self> {
        // A whole frame goes out in few writes, pictures included.
        let backend = CrosstermBackend::new(BufWriter::with_capacity(64 * 1024, io::stdout()));
        take(mouse).inspect_err(|_| give_back())?;
        let terminal = Terminal::new(backend).inspect_err(|_| give_back())?;
        Ok(Self { terminal, mouse })
    }

    pub fn size(&self) -> Size {
        self.terminal.size().unwrap_or_default()
    }

    /// Paints one frame, so that the terminal shows it at once or not at all. `paint` returns where the text cursor
    /// stands, if one is wanted.
    pub fn draw(&mut self, paint: impl FnOnce(Rect, &mut Buffer) -> Option<Position>) -> io::Result<()> {
        queue!(self.terminal.backend_mut(), BeginSynchronizedUpdate)?;
        self.terminal.draw(|frame| {
            if let Some(cursor) = paint(frame.area(), frame.buffer_mut()) {
                frame.set_cursor_position(cursor);
            }
        })?;
        queue!(self.terminal.backend_mut(), EndSynchronizedUpdate)?;
        io::Write::flush(self.terminal.backend_mut())
    }

    /// Forgets what is on the screen: the next frame paints every cell. `Terminal::clear` is not used because it asks
    /// the terminal for the cursor, and the answer would reach the reader of keys.
    pub fn forget(&mut self) -> io::Result<()> {
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
        take(self.mouse)?;
        self.forget()
    }

    pub fn set_mouse(&mut self, mouse: bool) -> io::Result<()> {
        self.mouse = mouse;
        if mouse { execute!(io::stdout(), EnableMouseCapture) } else { execute!(io::stdout(), DisableMouseCapture) }
    }

    /// Puts a text on the clipboard of the user's own machine, also over SSH.
    pub fn copy(&mut self, text: &str) -> io::Result<()> {
        execute!(self.terminal.backend_mut(), CopyToClipboard::to_clipboard_from(text))
    }

    /// Writes a question to the terminal; the answer comes on standard input.
    pub fn ask(&mut self, question: &[u8]) -> io::Result<()> {
        let backend = self.terminal.backend_mut();
        backend.write_all(question)?;
        io::Write::flush(backend)
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        give_back();
    }
}

fn take(mouse: bool) -> io::Result<()> {
    enable_raw_mode()?;
    IS_OURS.store(true, Ordering::SeqCst);
    execute!(io::stdout(), EnterAlternateScreen, EnableBracketedPaste, cursor::Hide)?;
    if mouse { execute!(io::stdout(), EnableMouseCapture) } else { Ok(()) }
}

/// Gives the terminal back as it was. A terminal that is gone cannot be restored, so failures are of no use to anyone.
fn give_back() {
    if !IS_OURS.swap(false, Ordering::SeqCst) {
        return;
    }
    let _ = execute!(
        io::stdout(),
        EndSynchronizedUpdate,
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
