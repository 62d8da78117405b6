//! A terminal that shows pictures, as far as a program can tell: it answers questions as kitty, xterm and iTerm2 do, and keeps
//! what it was sent: the text of its screen, the pictures, where they stand, and which of them are deleted again.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};

/// Longer than anything takes on a busy machine.
const PATIENCE: Duration = Duration::from_mins(1);

/// Pixels of a cell.
pub const CELL: (u16, u16) = (10, 20);

/// Which terminal it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Of this version.
    Kitty(&'static str),
    /// One that takes sixels.
    Xterm,
    /// By its name one that takes iTerm2's pictures.
    Iterm2,
    /// It answers nothing.
    Silent,
}

impl Kind {
    /// What it says when it is sent this, at the start of `sent`; with the length of the question.
    fn answer(self, sent: &[u8]) -> Option<(usize, String)> {
        let name = match self {
            Kind::Kitty(version) => format!("kitty({version})"),
            Kind::Xterm => "XTerm(390)".to_owned(),
            Kind::Iterm2 => "iTerm2 3.5.0".to_owned(),
            Kind::Silent => return None,
        };
        let features = if self == Kind::Xterm { ";4" } else { "" };
        let answers: [(&[u8], String); 5] = [
            (b"\x1b[>q", format!("\x1bP>|{name}\x1b\\")),
            (b"\x1b[16t", format!("\x1b[6;{};{}t", CELL.1, CELL.0)),
            (b"\x1b[c", format!("\x1b[?62{features}c")),
            (b"\x1b[>c", "\x1b[>1;4000;29c".to_owned()),
            (
                b"\x1b_Gi=31,",
                if matches!(self, Kind::Kitty(_)) { "\x1b_Gi=31;OK\x1b\\".to_owned() } else { String::new() },
            ),
        ];
        answers
            .into_iter()
            .find(|(question, _)| sent.starts_with(question))
            .map(|(question, answer)| (question.len(), answer))
    }
}

/// A picture that the terminal has.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Image {
    pub pixels: (u32, u32),
    /// As it was sent: a PNG.
    pub data: Vec<u8>,
    /// It stands wherever its placeholders are.
    pub is_virtual: bool,
    is_whole: bool,
}

/// A picture that was put on the screen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placed {
    /// Column and row.
    pub at: (u16, u16),
    /// Columns and rows.
    pub cells: (u16, u16),
}

/// All that a terminal shows.
pub struct Shown {
    screen: vt100::Parser,
    kind: Kind,
    /// Kitty's pictures by their number.
    pub images: BTreeMap<u32, Image>,
    /// Where they stand that were placed: by picture and placement.
    pub placed: BTreeMap<(u32, u32), Placed>,
    /// How many pictures came in all, of whatever kind.
    pub sent: usize,
    /// Sixels and iTerm2's pictures, with the column and the row of the cursor.
    pub drawn: Vec<((u16, u16), String)>,
    /// The picture of which more is to come.
    coming: Option<u32>,
    rest: Vec<u8>,
}

impl Shown {
    fn new(kind: Kind, (rows, columns): (u16, u16)) -> Self {
        Self {
            screen: vt100::Parser::new(rows, columns, 0),
            kind,
            images: BTreeMap::new(),
            placed: BTreeMap::new(),
            sent: 0,
            drawn: Vec::new(),
            coming: None,
            rest: Vec::new(),
        }
    }

    pub fn text(&self) -> String {
        self.screen.screen().contents()
    }

    /// The numbers of the pictures whose placeholders stand on the screen.
    pub fn placeholders(&self) -> usize {
        self.text().matches('\u{10eeee}').count()
    }

    /// What stands in a rectangle of the screen.
    pub fn text_in(&self, Placed { at, cells }: &Placed) -> String {
        let rows = self.screen.screen().rows(at.0, cells.0);
        rows.skip(at.1.into()).take(cells.1.into()).collect()
    }

    /// Takes in what was written; what is answered.
    fn take(&mut self, bytes: &[u8]) -> String {
        let mut all = std::mem::take(&mut self.rest);
        all.extend_from_slice(bytes);
        let (mut rest, mut answers) = (all.as_slice(), String::new());
        while !rest.is_empty() {
            let start = memchr::memchr(0x1b, rest).unwrap_or(rest.len());
            self.screen.process(&rest[..start]);
            rest = &rest[start..];
            let answer = self.kind.answer(rest);
            answers.extend(answer.iter().map(|(_, answer)| answer.as_str()));
            let length = match (rest.get(1), answer) {
                (Some(b'_' | b'P' | b']'), _) => end_of_string(rest)
                    .inspect(|(end, _)| {
                        self.take_string(&String::from_utf8_lossy(&rest[1..*end]));
                    })
                    .map(|(_, length)| length),
                // All else is the screen's; it waits for the rest of a sequence by itself.
                (Some(_), None) => {
                    let end = memchr::memchr(0x1b, &rest[1..]).map_or(rest.len(), |end| end + 1);
                    self.screen.process(&rest[..end]);
                    Some(end)
                }
                (Some(_), Some((length, _))) => Some(length),
                (None, _) => None,
            };
            let Some(length) = length else { break };
            rest = &rest[length..];
        }
        self.rest = rest.to_vec();
        answers
    }

    /// A string with the letter that begins it.
    fn take_string(&mut self, string: &str) {
        let (row, column) = self.screen.screen().cursor_position();
        if let Some(command) = string.strip_prefix("_G") {
            self.take_graphics(command, (column, row));
        } else if string.starts_with("]1337;File=")
            || string.starts_with('P') && string.contains('q') && string.len() > 99
        {
            self.sent += 1;
            self.drawn.push(((column, row), string.to_owned()));
        }
    }

    fn take_graphics(&mut self, command: &str, at: (u16, u16)) {
        let (keys, payload) = command.split_once(';').unwrap_or((command, ""));
        let keys: BTreeMap<&str, &str> = keys.split(',').filter_map(|pair| pair.split_once('=')).collect();
        let number = |key: &str| keys.get(key).and_then(|value| value.parse::<u32>().ok()).unwrap_or_default();
        let (id, placement) = (number("i"), number("p"));
        let place = |shown: &mut Self| {
            let (width, height) = shown.images[&id].pixels;
            let cells = (width.div_ceil(CELL.0.into()) as u16, height.div_ceil(CELL.1.into()) as u16);
            shown.placed.insert((id, placement), Placed { at, cells });
        };
        match keys.get("a").copied() {
            Some("q") => {}
            Some(action @ ("t" | "T")) => {
                assert!(self.coming.is_none(), "a picture begins before another one is there: {keys:?}");
                assert_eq!(number("f"), 100, "a PNG: {keys:?}");
                let image = Image {
                    pixels: (number("s"), number("v")),
                    is_virtual: keys.contains_key("U"),
                    ..Image::default()
                };
                self.placed.retain(|(of, _), _| *of != id);
                self.images.insert(id, image);
                self.sent += 1;
                if action == "T" && !keys.contains_key("U") {
                    place(self);
                }
                self.receive(id, payload, number("m") == 1);
            }
            Some("p") => {
                assert!(self.images.get(&id).is_some_and(|image| image.is_whole), "placed and not there: {keys:?}");
                assert_eq!(keys.get("C"), Some(&"1"), "the cursor is moved: {keys:?}");
                place(self);
            }
            Some("d") => match keys.get("d").copied().unwrap_or("a") {
                "i" | "I" => {
                    self.placed.retain(|known, _| known.0 != id || placement != 0 && known.1 != placement);
                    let is_left = self.placed.keys().any(|(of, _)| *of == id);
                    if keys.get("d") == Some(&"I") && !is_left {
                        self.images.remove(&id);
                    }
                }
                "a" | "A" => {
                    self.placed.clear();
                    self.images.retain(|_, image| keys.get("d") != Some(&"A") || image.is_virtual);
                }
                other => panic!("nobody knows d={other}"),
            },
            None => {
                let id = self.coming.expect("a picture has begun");
                self.receive(id, payload, number("m") == 1);
            }
            Some(other) => panic!("nobody knows a={other}"),
        }
    }

    fn receive(&mut self, id: u32, payload: &str, is_more_to_come: bool) {
        let image = self.images.get_mut(&id).expect("it has begun");
        image.data.extend(base64_simd::STANDARD.decode_to_vec(payload).expect("base64"));
        image.is_whole = !is_more_to_come;
        self.coming = is_more_to_come.then_some(id);
        if image.is_whole {
            let told = png_size(&image.data);
            assert_eq!(told, Some(image.pixels), "it is as large as was said");
        }
    }
}

/// Where a string ends that begins here, and the length with its end.
fn end_of_string(bytes: &[u8]) -> Option<(usize, usize)> {
    let mut ends = memchr::memchr2_iter(0x1b, 7, &bytes[2..]).map(|end| end + 2);
    ends.find_map(|end| match bytes[end..] {
        [7, ..] if bytes[1] == b']' => Some((end, end + 1)),
        [0x1b, b'\\', ..] => Some((end, end + 2)),
        _ => None,
    })
}

/// What the header of a PNG says, where its end is there too.
fn png_size(png: &[u8]) -> Option<(u32, u32)> {
    let number = |at: usize| Some(u32::from_be_bytes(png.get(at..at + 4)?.try_into().ok()?));
    let is_whole = png.starts_with(b"\x89PNG") && png.ends_with(b"IEND\xaeB\x60\x82");
    is_whole.then_some(()).and(Some((number(16)?, number(20)?)))
}

type Seen = Arc<(Mutex<(Shown, bool)>, Condvar)>;

pub struct Emulated {
    seen: Seen,
    keys: Arc<Mutex<Box<dyn Write + Send>>>,
    arrived: Arc<Mutex<Instant>>,
    _master: Box<dyn MasterPty + Send>,
    pub child: Box<dyn Child + Send + Sync>,
}

impl Emulated {
    pub fn open(kind: Kind, (rows, cols): (u16, u16), command: CommandBuilder) -> Self {
        let size = PtySize { rows, cols, pixel_width: cols * CELL.0, pixel_height: rows * CELL.1 };
        let pty = native_pty_system().openpty(size).unwrap();
        let child = pty.slave.spawn_command(command).unwrap();
        drop(pty.slave);
        let mut reader = pty.master.try_clone_reader().unwrap();
        let keys = Arc::new(Mutex::new(pty.master.take_writer().unwrap()));
        let seen: Seen = Arc::new((Mutex::new((Shown::new(kind, (rows, cols)), false)), Condvar::new()));
        let (shared, answering) = (seen.clone(), keys.clone());
        // Two threads, so that the program never waits for what is looked at here.
        let (chunks, read) = std::sync::mpsc::channel();
        let newest = Arc::new(Mutex::new(Instant::now()));
        let arrived = newest.clone();
        std::thread::spawn(move || {
            let mut chunk = vec![0; 1 << 16];
            loop {
                let count = reader.read(&mut chunk).unwrap_or(0);
                *newest.lock().unwrap() = Instant::now();
                if chunks.send(chunk[..count].to_vec()).is_err() || count == 0 {
                    return;
                }
            }
        });
        std::thread::spawn(move || {
            for chunk in read {
                let mut seen = shared.0.lock().unwrap_or_else(PoisonError::into_inner);
                let answers = seen.0.take(&chunk);
                seen.1 = chunk.is_empty();
                shared.1.notify_all();
                drop(seen);
                if chunk.is_empty() || answering.lock().unwrap().write_all(answers.as_bytes()).is_err() {
                    return;
                }
            }
        });
        Self { seen, keys, arrived, _master: pty.master, child }
    }

    pub fn press(&self, keys: &str) {
        let mut writer = self.keys.lock().unwrap();
        writer.write_all(keys.as_bytes()).unwrap();
        writer.flush().unwrap();
    }

    /// When the newest byte came, however long it takes to be understood.
    #[allow(dead_code, reason = "the benches ask for it")]
    pub fn arrived(&self) -> Instant {
        *self.arrived.lock().unwrap()
    }

    pub fn shown(&self) -> MutexGuard<'_, (Shown, bool)> {
        self.seen.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until it shows what is wanted; how long that took.
    #[track_caller]
    pub fn wait(&self, what: &str, condition: impl Fn(&Shown) -> bool) -> Duration {
        let began = Instant::now();
        let mut seen = self.shown();
        while !condition(&seen.0) {
            let left = PATIENCE.saturating_sub(began.elapsed());
            assert!(!left.is_zero() && !seen.1, "{what}: not so after {:?}, on\n{}", began.elapsed(), seen.0.text());
            seen = self.seen.1.wait_timeout(seen, left).unwrap().0;
        }
        began.elapsed()
    }

    #[track_caller]
    pub fn wait_for(&self, text: &str) -> Duration {
        self.wait(text, |shown| shown.text().contains(text))
    }
}

impl Drop for Emulated {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
