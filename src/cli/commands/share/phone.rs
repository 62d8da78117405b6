//! A finished video on its way to a phone: the code and the words around it in a plain terminal, until the phone has it, the time
//! is over or a key closes the link. `post` and the studio show it.

use std::io::{IsTerminal, Write};
use std::net::IpAddr;
use std::path::Path;

use crossterm::event::{Event, EventStream, KeyCode, KeyEvent, KeyEventKind, KeyModifiers};
use crossterm::terminal::{disable_raw_mode, enable_raw_mode};
use futures::StreamExt;
use serde_json::json;

use crate::api::{PhoneFile, PhoneLink, PhoneState};
use crate::cli::support::exit::{Exit, Failure};
use crate::cli::support::output::{Output, print_document, say, shown, write_all};
use crate::cli::support::session::Interrupts;
use crate::domain::Display;
use crate::engine::start_runtime;
use crate::media::qr::Qr;

/// Black on white in any theme: a code is no decoration.
const PAPER: &str = "\x1b[30;107m";
const PLAIN: &str = "\x1b[0m";

/// Opens a link, shows it, and waits for its end. The words are for whoever comes back to something else.
pub fn hand_over(file: PhoneFile, address: Option<IpAddr>, output: Output) -> Result<(Exit, String), Failure> {
    let megabytes = std::fs::metadata(&file.path).map_or(0.0, |facts| facts.len() as f64 / 1e6);
    let unable =
        |error: &dyn std::fmt::Display| Failure::unable(format!("{}.", error.to_string().trim_end_matches('.')));
    let link = PhoneLink::open(file, address, PhoneLink::LASTS).map_err(|error| unable(&error))?;
    if output.json {
        let lasts = PhoneLink::LASTS.as_secs();
        print_document(&json!({"url": link.url(), "lasts_s": lasts, "megabytes": megabytes}))?;
    } else {
        write_all(page(&link, megabytes, std::io::stdout().is_terminal()).as_bytes())?;
    }
    let state = wait(&link, output.is_for_a_person())?;
    link.close();
    let (exit, word, words) = match state {
        PhoneState::Saved => (Exit::Done, "saved", "The phone has the video, and the link is closed."),
        PhoneState::TimedOut => {
            (Exit::Unable, "timed_out", "Nobody saved the video in 10 minutes, and the link is closed.")
        }
        _ => (Exit::Interrupted, "stopped", "The link is closed."),
    };
    if output.json {
        print_document(&json!({ "outcome": word }))?;
    } else {
        say(&words);
    }
    Ok((exit, words.to_owned()))
}

/// The code and what one should know beside it.
fn page(link: &PhoneLink, megabytes: f64, is_terminal: bool) -> String {
    let code: Vec<String> = Qr::of(link.url()).filter(|_| is_terminal).map(|qr| qr.lines()).unwrap_or_default();
    let (columns, rows) = crossterm::terminal::size().unwrap_or((80, 24));
    // Broken into pieces it cannot be read.
    let fits = |line: &String| code.len() < rows.into() && line.chars().count() + MARGIN < columns.into();
    let scan = match code.first() {
        Some(line) if fits(line) => {
            let lines: Vec<String> = code.iter().map(|line| format!("  {PAPER}{line}{PLAIN}\n")).collect();
            format!("{}\nScan it with the phone's camera, or type:\n", lines.concat())
        }
        Some(line) => format!(
            "The code needs a window of {} columns and {} rows: close the link, make it larger and ask again. Or type:\n",
            line.chars().count() + MARGIN + 1,
            code.len() + 1
        ),
        None => "Open on the phone:\n".to_owned(),
    };
    format!(
        "\n{scan}  {}\n\n\
         The phone must be on the same network ({}). It sees a page with the\n\
         video ({megabytes:.1} MB) to save and its caption to copy. The link is good for\n\
         one download within 10 minutes, and is not encrypted: use a network that\n\
         you trust. Esc or Ctrl-C closes it.\n",
        link.url(),
        link.address(),
    )
}

/// Before the code.
const MARGIN: usize = 2;

/// What is said when something happens.
fn told(state: PhoneState) -> Option<String> {
    match state {
        PhoneState::Opened => Some("The phone has opened the page.".to_owned()),
        PhoneState::Saving(percent) => Some(format!("Sending: {percent} %")),
        _ => None,
    }
}

/// Waits for the end of a link. Signals close it, and in a terminal keys do; a terminal that is closed sends both an end of its
/// keys and a signal.
fn wait(link: &PhoneLink, is_in_terminal: bool) -> Result<PhoneState, Failure> {
    let failed = |error: std::io::Error| Failure::unable(format!("The terminal cannot be read: {error}."));
    let runtime = start_runtime(&mut tokio::runtime::Builder::new_current_thread()).map_err(failed)?;
    if !is_in_terminal {
        return runtime.block_on(ended(link, None)).map_err(failed);
    }
    enable_raw_mode().map_err(failed)?;
    let ended = runtime.block_on(async { ended(link, Some(EventStream::new())).await });
    // A terminal that is gone needs no mode.
    let _ = disable_raw_mode();
    ended.map_err(failed)
}

async fn ended(link: &PhoneLink, mut keys: Option<EventStream>) -> std::io::Result<PhoneState> {
    let mut interrupts = Interrupts::listen()?;
    let mut states = link.states();
    loop {
        let state = *states.borrow_and_update();
        if let (Some(_), Some(words)) = (&keys, told(state)) {
            over_the_line(&words)?;
        }
        if state.is_over() {
            break if keys.is_some() { over_the_line("").map(|()| state) } else { Ok(state) };
        }
        let event = async {
            match &mut keys {
                Some(keys) => keys.next().await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            changed = states.changed() => if changed.is_err() { return Ok(PhoneState::Stopped) },
            () = interrupts.next() => return Ok(PhoneState::Stopped),
            event = event => match event {
                Some(Ok(Event::Key(key))) if closes(key) => return over_the_line("").map(|()| PhoneState::Stopped),
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return Ok(PhoneState::Stopped),
            },
        }
    }
}

/// In place of what the line said before.
fn over_the_line(words: &str) -> std::io::Result<()> {
    let mut stderr = std::io::stderr();
    write!(stderr, "\r\x1b[2K{words}").and_then(|()| stderr.flush())
}

fn closes(key: KeyEvent) -> bool {
    let is_control_c = key.code == KeyCode::Char('c') && key.modifiers.contains(KeyModifiers::CONTROL);
    key.kind == KeyEventKind::Press && (is_control_c || matches!(key.code, KeyCode::Esc | KeyCode::Char('q')))
}

/// What a phone gets of a video: its caption is the text that lies beside it, as a person may have changed it.
pub fn file_of(video: &Path, title: &str, caption: &str) -> PhoneFile {
    let name = video.file_name().map_or_else(|| "video.mp4".to_owned(), |name| name.to_string_lossy().into_owned());
    PhoneFile { path: video.to_owned(), name, title: shown(&title.display()).to_string(), caption: caption.to_owned() }
}
