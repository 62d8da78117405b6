//! Asks the terminal what it can show: kitty graphics, its name and version, the size of a cell, its background. Bytes
//! that are no answer are keys that the user typed meanwhile, and are given back.

use std::io;
use std::time::Duration;

use crossterm::event::{KeyCode, KeyModifiers};

use crate::tui::input::keymap::Key;

/// What a terminal has said of itself.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Answers {
    /// It shows kitty graphics, of whatever age.
    pub kitty: bool,
    pub sixel: bool,
    /// Name and version, such as `kitty(0.35.2)` or `XTerm(379)`.
    pub name: Option<String>,
    /// Width and height of a cell in pixels.
    pub cell: Option<(u16, u16)>,
    /// The background is nearer to white than to black.
    pub light: Option<bool>,
    /// The last question was answered, so no answer comes later.
    pub is_complete: bool,
    /// What was typed meanwhile.
    pub keys: Vec<Key>,
}

/// Everything is asked at once; every terminal answers the last question (what are you?), which ends the wait.
pub const QUESTIONS: &[u8] = b"\x1b_Gi=31,s=1,v=1,a=q,t=d,f=24;AAAA\x1b\\\x1b[>q\x1b[16t\x1b]11;?\x1b\\\x1b[c";

/// Inside tmux only the background is of use: tmux answers for itself, not for the terminal around it.
pub const QUESTIONS_IN_TMUX: &[u8] = b"\x1b]11;?\x1b\\\x1b[c";

/// How long all answers together may take.
pub const PATIENCE: Duration = Duration::from_millis(150);

/// Collects answers from standard input until the last one, at most [`PATIENCE`].
#[cfg(unix)]
pub fn listen() -> io::Result<Answers> {
    use std::time::Instant;

    use rustix::event::{PollFd, PollFlags, Timespec, poll};

    let stdin = io::stdin();
    let end = Instant::now() + PATIENCE;
    let mut received = Vec::new();
    loop {
        let answers = read(&received);
        let rest = end.saturating_duration_since(Instant::now());
        if answers.is_complete || rest.is_zero() {
            return Ok(answers);
        }
        let timeout = Timespec { tv_sec: 0, tv_nsec: i64::from(rest.subsec_nanos()) };
        let mut waited = [PollFd::new(&stdin, PollFlags::IN)];
        match poll(&mut waited, Some(&timeout)) {
            Ok(0) | Err(rustix::io::Errno::INTR) => {}
            Ok(_) => {
                let mut buffer = [0; 1024];
                match rustix::io::read(&stdin, &mut buffer)? {
                    0 => return Ok(answers),
                    count => received.extend_from_slice(&buffer[..count]),
                }
            }
            Err(error) => return Err(error.into()),
        }
    }
}

#[cfg(not(unix))]
pub fn listen() -> io::Result<Answers> {
    Ok(Answers::default())
}

/// Tells answers from keys.
pub fn read(received: &[u8]) -> Answers {
    let mut answers = Answers::default();
    let mut rest = received;
    while !rest.is_empty() {
        let after = answer(rest, &mut answers).unwrap_or_else(|| key(rest, &mut answers.keys));
        rest = &rest[after.clamp(1, rest.len())..];
    }
    answers
}

/// Reads one answer at the start of `bytes`; its length, or `None` where there is none.
fn answer(bytes: &[u8], answers: &mut Answers) -> Option<usize> {
    let (body, length) = match bytes.get(..2)? {
        b"\x1b_" | b"\x1bP" | b"\x1b]" => string_body(bytes)?,
        b"\x1b[" => {
            let end = bytes.iter().skip(2).position(|byte| (0x40..=0x7e).contains(byte))? + 2;
            (std::str::from_utf8(&bytes[2..end]).ok()?, end + 1)
        }
        _ => return None,
    };
    match (&bytes[..2], bytes[length - 1]) {
        (b"\x1b_", _) if body.starts_with("Gi=31;") => answers.kitty = body == "Gi=31;OK",
        (b"\x1bP", _) => answers.name = Some(body.strip_prefix(">|")?.to_owned()),
        (b"\x1b]", _) => answers.light = Some(is_light(body.strip_prefix("11;")?)?),
        (b"\x1b[", b'c') => {
            answers.sixel = body.strip_prefix('?')?.split(';').any(|feature| feature == "4");
            answers.is_complete = true;
        }
        (b"\x1b[", b't') => {
            let (height, width) = body.strip_prefix("6;")?.split_once(';')?;
            let (width, height) = (width.parse().ok()?, height.parse().ok()?);
            answers.cell = (width > 0 && height > 0).then_some((width, height));
        }
        _ => return None,
    }
    Some(length)
}

/// The body of a string that ends in ST or BEL, and the length with its ends.
fn string_body(bytes: &[u8]) -> Option<(&str, usize)> {
    let end = (2..bytes.len()).find(|&at| bytes[at] == 7 || bytes[at..].starts_with(b"\x1b\\"))?;
    let terminator = if bytes[end] == 7 { 1 } else { 2 };
    Some((std::str::from_utf8(&bytes[2..end]).ok()?, end + terminator))
}

/// `rgb:ffff/ffff/ffff`, with one to four digits each.
fn is_light(colour: &str) -> Option<bool> {
    let mut parts = colour.strip_prefix("rgb:")?.split('/').map(|part| {
        let scale = 16f64.powi(i32::try_from(part.len()).ok()?) - 1.0;
        Some(f64::from(u16::from_str_radix(part, 16).ok()?) / scale)
    });
    let (red, green, blue) = (parts.next()??, parts.next()??, parts.next()??);
    Some(0.299 * red + 0.587 * green + 0.114 * blue > 0.5)
}

/// Reads one key at the start of `bytes` and returns its length: characters, control keys and arrows are enough for
/// what can be typed in the blink of the probe.
fn key(bytes: &[u8], keys: &mut Vec<Key>) -> usize {
    const ARROWS: [(&[u8], KeyCode); 8] = [
        (b"\x1b[A", KeyCode::Up),
        (b"\x1b[B", KeyCode::Down),
        (b"\x1b[C", KeyCode::Right),
        (b"\x1b[D", KeyCode::Left),
        (b"\x1bOA", KeyCode::Up),
        (b"\x1bOB", KeyCode::Down),
        (b"\x1bOC", KeyCode::Right),
        (b"\x1bOD", KeyCode::Left),
    ];
    if let Some((sequence, code)) = ARROWS.iter().find(|(sequence, _)| bytes.starts_with(sequence)) {
        keys.push(Key::plain(*code));
        return sequence.len();
    }
    let control = |letter: u8| Key::new(KeyCode::Char(char::from(letter)), KeyModifiers::CONTROL);
    match bytes[0] {
        // An unknown sequence is dropped whole: its letters were never typed.
        0x1b if bytes.get(1) == Some(&b'[') => {
            return bytes
                .iter()
                .skip(2)
                .position(|byte| (0x40..=0x7e).contains(byte))
                .map_or(bytes.len(), |end| end + 3);
        }
        0x1b if matches!(bytes.get(1), Some(b'_' | b'P' | b']')) => {
            return string_body(bytes).map_or(bytes.len(), |(_, length)| length);
        }
        0x1b => keys.push(Key::plain(KeyCode::Esc)),
        b'\r' | b'\n' => keys.push(Key::plain(KeyCode::Enter)),
        b'\t' => keys.push(Key::plain(KeyCode::Tab)),
        0x7f => keys.push(Key::plain(KeyCode::Backspace)),
        byte @ 1..=26 => keys.push(control(byte - 1 + b'a')),
        byte if byte < 0x20 => {}
        _ => {
            let longest = &bytes[..bytes.len().min(4)];
            let character = (1..=longest.len()).find_map(|length| std::str::from_utf8(&longest[..length]).ok());
            let Some(character) = character else { return 1 };
            keys.extend(character.chars().map(|c| Key::plain(KeyCode::Char(c))));
            return character.len();
        }
    }
    1
}

/// Takes the letters of answers that come after the wait out of the keys: a terminal far away may need longer, and a
/// late `\x1bP>|kitty…` must not press `k`, `i` and `t`.
#[derive(Debug, Default)]
pub struct LateAnswers {
    is_expected: bool,
    /// The answer so far, while one is coming.
    answer: Option<String>,
}

/// What a key is while answers may still come.
#[derive(Debug, PartialEq, Eq)]
pub enum Late {
    Key,
    /// Part of an answer, to be dropped.
    Part,
    /// The last part of one.
    Whole(Answers),
}

impl LateAnswers {
    pub fn after(answers: &Answers) -> Self {
        Self { is_expected: !answers.is_complete, answer: None }
    }

    pub fn take(&mut self, key: Key) -> Late {
        if !self.is_expected {
            return Late::Key;
        }
        let Some(answer) = &mut self.answer else {
            let KeyCode::Char(kind @ ('_' | 'P' | ']')) = key.code else { return Late::Key };
            if key.modifiers != KeyModifiers::ALT {
                return Late::Key;
            }
            self.answer = Some(format!("\x1b{kind}"));
            return Late::Part;
        };
        let ends = key == Key::new(KeyCode::Char('\\'), KeyModifiers::ALT)
            || key == Key::new(KeyCode::Char('g'), KeyModifiers::CONTROL);
        if ends {
            let whole = read(format!("{answer}\x07").as_bytes());
            self.answer = None;
            return Late::Whole(whole);
        }
        if let KeyCode::Char(letter) = key.code {
            answer.push(letter);
        }
        Late::Part
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_terminal_is_told_from_its_answers() {
        let kitty = read(
            b"\x1b_Gi=31;OK\x1b\\\x1bP>|kitty(0.35.2)\x1b\\\x1b[6;20;10t\x1b]11;rgb:1e1e/1e1e/1e1e\x1b\\\x1b[?62;c",
        );
        assert_eq!(
            kitty,
            Answers {
                kitty: true,
                sixel: false,
                name: Some("kitty(0.35.2)".to_owned()),
                cell: Some((10, 20)),
                light: Some(false),
                is_complete: true,
                keys: Vec::new(),
            }
        );
        let xterm = read(b"\x1bP>|XTerm(379)\x1b\\\x1b]11;rgb:ffff/ffff/ffff\x07\x1b[?64;1;4;22c");
        assert!(xterm.sixel && xterm.is_complete && !xterm.kitty && xterm.light == Some(true));
        assert!(!read(b"\x1b_Gi=31;ENOTSUPPORTED:no\x1b\\").kitty);
    }

    #[test]
    fn keys_typed_meanwhile_are_kept() {
        let answers = read("j\x1b[Bé\x1b[?62;c\r\x03\x1b[5~".as_bytes());
        let names: Vec<String> = answers.keys.iter().map(ToString::to_string).collect();
        assert_eq!(names, ["j", "↓", "é", "enter", "ctrl-c"]);
        assert!(answers.is_complete);
    }

    #[test]
    fn a_late_answer_presses_no_key() {
        let mut late = LateAnswers::after(&Answers::default());
        let pressed: Vec<&str> = ["j", "alt-P", ">", "|", "k", "alt-\\", "k", "alt-]", "1", "ctrl-g", "g"]
            .into_iter()
            .filter(|name| late.take(Key::named(name).unwrap()) == Late::Key)
            .collect();
        assert_eq!(pressed, ["j", "k", "g"]);
        let mut punctual = LateAnswers::after(&Answers { is_complete: true, ..Answers::default() });
        assert_eq!(punctual.take(Key::named("alt-P").unwrap()), Late::Key);
    }

    proptest! {
        #[test]
        fn any_bytes_are_read(bytes in proptest::collection::vec(prop_oneof![any::<u8>(), Just(0x1b), Just(b'['), Just(b'_'), Just(b'\\')], 0..60)) {
            read(&bytes);
        }
    }
}
