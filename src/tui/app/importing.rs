//! A recording dropped on the studio becomes a campaign: the path that a terminal pastes for it, the questions of price and of
//! part, and the campaign at the end. Pure, as `update` is.

use std::fmt::Write as _;
use std::path::PathBuf;

use super::state::State;
use crate::domain::Display;
use crate::domain::recording::Moment;
use crate::engine::{Consent, Import, ImportWish, Imported, Level, MomentWish};
use crate::tui::model::importing::Importing;
use crate::tui::model::message::{Effect, Request};
use crate::tui::model::overlay::{Overlay, Question};
use crate::tui::model::palette::{Deed, Entry, Palette};
use crate::tui::model::shared::EngineState;
use crate::tui::pages::open_campaign;

/// Endings of files that hold sound. What a file is, its bytes say later.
const ENDINGS: [&str; 15] =
    ["wav", "mp3", "m4a", "aac", "flac", "ogg", "opus", "aif", "aiff", "caf", "mp4", "mov", "m4v", "webm", "mkv"];

/// Pasted text that is the path of a recording offers its import; `None` for any other text.
pub fn on_paste(state: &mut State, text: &str) -> Option<Vec<Effect>> {
    let file = dropped(text).filter(|_| state.overlay.is_none() && state.shared.engine == EngineState::Working)?;
    let name = file.file_name().unwrap_or_default().to_string_lossy().display().to_string();
    let ticket = state.importing.as_ref().map_or(1, |before| before.ticket + 1);
    let wish = ImportWish { file, moment: MomentWish::Ask, ..ImportWish::default() };
    let importing = Importing { ticket, wish, recording: None, asks: None };
    state.overlay = Some(Overlay::Question(Question {
        title: "Make a campaign of it?".to_owned(),
        text: format!(
            "{name}: who speaks becomes a baby, what is said becomes its lines, in the voices of the recording. A price is \
             asked before anything is paid.\nAsk the people who are heard in it."
        ),
        then: importing.asked(Consent::FreeOnly),
        leaves: false,
    }));
    state.importing = Some(importing);
    Some(Vec::new())
}

/// The path that a terminal pastes for a dropped file: bare, in quotes, with escaped blanks, or as an address.
fn dropped(text: &str) -> Option<PathBuf> {
    let text = text.trim();
    if text.is_empty() || text.contains(['\n', '\r']) {
        return None;
    }
    let inner = ['\'', '"'].iter().find_map(|quote| text.strip_prefix(*quote)?.strip_suffix(*quote));
    let path = match (inner, text.strip_prefix("file://")) {
        (Some(inner), _) => inner.to_owned(),
        (None, Some(address)) => unescaped_address(address)?,
        (None, None) if cfg!(windows) => text.to_owned(),
        (None, None) => unescaped(text),
    };
    let path = PathBuf::from(path);
    let ending = path.extension()?.to_str()?.to_ascii_lowercase();
    (path.is_absolute() && ENDINGS.contains(&ending.as_str())).then_some(path)
}

/// Without the backslashes that a shell would take away.
fn unescaped(text: &str) -> String {
    let mut letters = text.chars();
    let mut plain = String::with_capacity(text.len());
    while let Some(letter) = letters.next() {
        plain.extend(if letter == '\\' { letters.next() } else { Some(letter) });
    }
    plain
}

/// `%20` is a blank.
fn unescaped_address(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, behind @ ..] = rest {
        rest = behind;
        match (first, behind) {
            (b'%', [high, low, behind @ ..]) => {
                let digit = |byte: &u8| char::from(*byte).to_digit(16);
                bytes.push((digit(high)? * 16 + digit(low)?) as u8);
                rest = behind;
            }
            _ => bytes.push(*first),
        }
    }
    String::from_utf8(bytes).ok()
}

/// What the engine tells of an import.
pub fn on_event(state: &mut State, ticket: u64, import: Import) -> Vec<Request> {
    let Some(importing) = state.importing.as_mut().filter(|importing| importing.ticket == ticket) else {
        return Vec::new();
    };
    match import {
        Import::Doing(what) => state.shared.tell(Level::Info, format!("{what}…")),
        Import::Costs { price, what, recording } => {
            importing.recording = Some(recording);
            importing.asks = Some(Overlay::Question(Question {
                title: format!("Pay up to {price}?"),
                text: format!("{what}. What was heard is kept: it is never paid for again."),
                then: importing.asked(Consent::UpTo(price)),
                leaves: false,
            }));
        }
        Import::Choose { moments, recording } => {
            importing.recording = Some(recording);
            let palette = Palette::new(entries(&moments), &[]).titled("Which part becomes the campaign?");
            importing.asks = Some(Overlay::Palette(Box::new(palette)));
        }
        Import::Written(imported) => return written(state, &imported),
        Import::Failed(failure) => state.shared.tell(Level::Error, failure.to_string()),
    }
    Vec::new()
}

/// The moments, the best first, and all of it.
fn entries(moments: &[Moment]) -> Vec<Entry> {
    let clock = |seconds: f64| {
        let whole = seconds.max(0.0) as u64;
        format!("{}:{:02}", whole / 60, whole % 60)
    };
    let entry = |(at, moment): (usize, &Moment)| {
        let Moment { start_s, end_s, begins, speakers, laughs, .. } = moment;
        let mut text = format!("{} · {} · {:.0} s", at + 1, clock(*start_s), end_s - start_s);
        if *speakers > 1 {
            let _ = write!(text, " · {speakers} speak");
        }
        if *laughs > 0 {
            let _ = write!(text, " · {laughs} laugh{}", if *laughs == 1 { "" } else { "s" });
        }
        if !begins.is_empty() {
            let _ = write!(text, " · {}", begins.display());
        }
        Entry { text, keys: String::new(), deed: Deed::Part(MomentWish::Number(at + 1)) }
    };
    let all = Entry { text: "all of it".to_owned(), keys: String::new(), deed: Deed::Part(MomentWish::Whole) };
    moments.iter().enumerate().map(entry).chain([all]).collect()
}

/// A part was chosen.
pub fn choose(state: &mut State, part: MomentWish) -> Vec<Effect> {
    let Some(importing) = &mut state.importing else { return Vec::new() };
    importing.wish.moment = part;
    importing.asked(Consent::FreeOnly)
}

/// Opens the new campaign, and says what a person should know of it.
fn written(state: &mut State, imported: &Imported) -> Vec<Request> {
    let Imported { campaign, lines, seconds, notes, path, .. } = imported;
    state.importing = None;
    state.pages.iter_mut().for_each(|page| page.select(path));
    // What is typed is not covered by another page.
    let page = state.shared.facts.campaign(campaign).filter(|_| state.overlay.is_none());
    let page = page.map(|campaign| open_campaign(campaign, None, &state.shared));
    let mut told = vec![Request::Tell(Level::Info, format!("{campaign} has {lines} lines, {seconds:.0} s."))];
    for note in notes {
        told.push(Request::Tell(Level::Warning, format!("{note}.")));
    }
    page.map(Request::Open).into_iter().chain(told).collect()
}

/// What an import asks comes up when nothing else takes the keys.
pub fn settle(state: &mut State) {
    if state.overlay.is_none()
        && let Some(importing) = &mut state.importing
    {
        state.overlay = importing.asks.take();
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[cfg(unix)]
    #[test]
    fn a_dropped_recording_is_known_however_the_terminal_pastes_it() {
        let path = Path::new("/home/me/My talk (1).mp3");
        for text in [
            "/home/me/My talk (1).mp3",
            "'/home/me/My talk (1).mp3' ",
            "\"/home/me/My talk (1).mp3\"",
            "/home/me/My\\ talk\\ \\(1\\).mp3",
            "file:///home/me/My%20talk%20(1).mp3",
        ] {
            assert_eq!(dropped(text).as_deref(), Some(path), "{text}");
        }
        for text in
            ["", "naps", "talk.mp3", "/home/me/notes.txt", "/a.mp3\n/b.mp3", "file:///%ff.mp3", "https://a/b.mp3"]
        {
            assert_eq!(dropped(text), None, "{text}");
        }
    }
}
