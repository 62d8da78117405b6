//! The preview worker: decodes, fits and encodes pictures off the screen's thread. The newest request wins; a few are worked
//! on at a time, one for each processor.

use std::collections::{HashSet, VecDeque};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread::available_parallelism;

use image::{DynamicImage, RgbImage};
use ratatui::layout::Size;
use ratatui_image::protocol::Protocol as Ready;
use ratatui_image::protocol::iterm2::Iterm2;
use ratatui_image::protocol::sixel::Sixel;
use tokio::sync::mpsc;

use super::cache::{Ask, Picture, Pictures, Source};
use super::kitty::Kitty;
use super::small::Small;
use super::symbols::{CELL, Drawn, Symbols};
use super::workers::Workers;
use crate::media::picture;
use crate::plan::AssetHash;
use crate::tui::terminal::protocol::{Protocol, Way};

/// So many are worked on at a time at most: each may take up to 256 MiB.
const MOST_AT_A_TIME: usize = 4;

/// Pictures that have just come and wait for their small copies; of more, those that came last.
const MOST_LANDED: usize = 200;

/// The second of a scene that is shown before its clip is made: somebody speaks by then.
const SCENE_AT_S: f64 = 1.0;

pub struct Preview {
    pub pictures: Pictures,
    way: Way,
    /// What is being worked on.
    working: Vec<Ask>,
    /// What comes next, in this order; a newer wish replaces it.
    next: VecDeque<Ask>,
    /// Of what small copies are made when nothing else is to do.
    soon: VecDeque<Ask>,
    /// Of what they are made after that, one at a time: pictures that came from the engine.
    landed: VecDeque<Ask>,
    at_a_time: usize,
    workers: Workers,
    /// Those that were begun: one that cannot be read is not tried again and again.
    begun: HashSet<AssetHash>,
    small: Small,
    /// Counts how often all was forgotten: what was begun before is thrown away.
    generation: u64,
    sender: mpsc::UnboundedSender<Finished>,
    finished: mpsc::UnboundedReceiver<Finished>,
}

/// A picture that is ready, or why it is not.
pub struct Finished {
    generation: u64,
    ask: Ask,
    /// `None` where only a small copy was made.
    picture: Option<Result<Picture, String>>,
}

impl Preview {
    /// `thumbnails` is the folder where small copies are kept. Must be called inside a tokio runtime.
    pub fn new(way: Way, thumbnails: Option<PathBuf>) -> Self {
        let small = Small::in_folder(thumbnails);
        let folder = small.clone();
        tokio::task::spawn_blocking(move || folder.prune());
        let (sender, finished) = mpsc::unbounded_channel();
        let pictures = if way.protocol == Protocol::Off { Pictures::off() } else { Pictures::default() };
        let at_a_time = available_parallelism().map_or(2, usize::from).clamp(2, MOST_AT_A_TIME);
        Self {
            pictures,
            way,
            working: Vec::new(),
            next: VecDeque::new(),
            soon: VecDeque::new(),
            landed: VecDeque::new(),
            at_a_time,
            workers: Workers::new(at_a_time),
            begun: HashSet::new(),
            small,
            generation: 0,
            sender,
            finished,
        }
    }

    pub fn way(&self) -> Way {
        self.way
    }

    /// Has the pictures made that are not here already; then small copies of those that may be wanted soon. Must be called
    /// inside a tokio runtime.
    pub fn want(&mut self, asks: Vec<Ask>, soon: Vec<Ask>) {
        let Self { pictures, working, begun, .. } = self;
        let is_off = pictures.is_off();
        pictures.look_elsewhere();
        self.next = asks.into_iter().filter(|ask| !is_off && !pictures.touch(ask) && !working.contains(ask)).collect();
        self.soon = soon.into_iter().filter(|ask| !is_off && !begun.contains(&ask.hash)).collect();
        self.work();
    }

    /// Has small copies made of pictures that the engine has just told of, when nothing else is to do.
    pub fn landed(&mut self, asks: impl Iterator<Item = Ask>) {
        if !self.pictures.is_off() {
            self.landed.extend(asks);
            self.landed.drain(..self.landed.len().saturating_sub(MOST_LANDED));
            self.work();
        }
    }

    /// Waits for the next finished picture; give it to [`Preview::add`].
    pub async fn finished(&mut self) -> Finished {
        match self.finished.recv().await {
            Some(finished) => finished,
            // Never: a sender is kept.
            None => std::future::pending().await,
        }
    }

    /// A finished picture that is there already.
    pub fn try_finished(&mut self) -> Option<Finished> {
        self.finished.try_recv().ok()
    }

    /// Takes a finished picture in; whether there is something new to be seen.
    pub fn add(&mut self, finished: Finished) -> bool {
        let Finished { generation, ask, picture } = finished;
        let mut is_new = false;
        if generation == self.generation {
            self.working.retain(|working| *working != ask);
            if let Some(picture) = picture {
                self.pictures.add(&ask, picture);
                is_new = true;
            }
        }
        self.work();
        is_new
    }

    /// Shows pictures in another way from now on.
    pub fn change(&mut self, way: Way) {
        if way != self.way {
            self.way = way;
            self.forget(None);
            self.pictures = if way.protocol == Protocol::Off { Pictures::off() } else { Pictures::default() };
        }
    }

    /// Forgets all pictures, because the terminal did or because a cell has another size now.
    pub fn forget(&mut self, cell: Option<(u16, u16)>) {
        self.way.cell = cell.unwrap_or(self.way.cell);
        self.pictures.clear();
        self.working.clear();
        self.generation += 1;
    }

    /// What is to be worked on next, and whether it is to be seen.
    fn pop(&mut self) -> Option<(Ask, bool)> {
        let shown = self.next.pop_front().map(|ask| (ask, true));
        let Self { soon, landed, begun, .. } = self;
        let small = shown.or_else(|| soon.pop_front().map(|ask| (ask, false)));
        if small.is_some() || !self.working.is_empty() {
            return small;
        }
        std::iter::from_fn(|| landed.pop_front()).find(|ask| !begun.contains(&ask.hash)).map(|ask| (ask, false))
    }

    fn work(&mut self) {
        while self.working.len() < self.at_a_time
            && let Some((ask, is_shown)) = self.pop()
        {
            if !is_shown {
                self.begun.insert(ask.hash);
            }
            self.working.push(ask.clone());
            let (way, generation, sender, small) = (self.way, self.generation, self.sender.clone(), self.small.clone());
            self.workers.run(move || {
                let picture = if is_shown { Some(make(&ask, way, &small)) } else { keep_small(&ask, &small) };
                // Nobody waits for it any more once the studio has closed.
                let _ = sender.send(Finished { generation, ask, picture });
            });
        }
    }
}

/// Makes only the small copy; a picture that cannot be read is told of when it is to be shown.
fn keep_small(ask: &Ask, small: &Small) -> Option<Result<Picture, String>> {
    if !small.is_made(ask.hash)
        && let Some(Ok(picture)) = whole(&ask.source)
    {
        small_copy(ask, &picture, small);
    }
    None
}

/// The small copy of a picture: in the home where it is of a stored one.
fn small_copy(ask: &Ask, picture: &RgbImage, small: &Small) -> Arc<RgbImage> {
    match ask.source {
        Source::File(_) => small.store(ask.hash, picture),
        Source::Face(_) | Source::Scene(_) | Source::Unfinished(_) => small.keep(ask.hash, picture),
    }
}

fn make(ask: &Ask, way: Way, small: &Small) -> Result<Picture, String> {
    let encoded = match &ask.source {
        source @ (Source::File(_) | Source::Face(_)) => {
            let (width, height) = pixels(ask.room, way);
            let whole = || whole(source).unwrap_or_else(|| Err("there is no picture".to_owned()));
            match small.get(ask.hash).filter(|_| Small::is_enough(width, height)) {
                Some(copy) => encode(&copy, ask, way),
                None if Small::is_enough(width, height) => encode(&small_copy(ask, &whole()?, small), ask, way),
                None => encode(&whole()?, ask, way),
            }
        }
        Source::Unfinished(picture) => encode(&picture.pixels, ask, way),
        Source::Scene(scene) => encode(&scene.draw(SCENE_AT_S)?.picture, ask, way),
    };
    encoded.map_err(|error| format!("the picture cannot be shown: {error}"))
}

/// The whole of a portrait, read or drawn; `None` of what is made for one size only.
fn whole(source: &Source) -> Option<Result<RgbImage, String>> {
    match source {
        Source::File(path) => Some(decode(path)),
        Source::Face(face) => face.draw().map(Ok),
        Source::Unfinished(_) | Source::Scene(_) => None,
    }
}

fn decode(path: &Path) -> Result<RgbImage, String> {
    let bytes = std::fs::read(path).map_err(|error| format!("the picture cannot be read: {error}"))?;
    picture::decode(&bytes).map_err(|error| error.to_string())
}

/// A picture as one sixel sequence, to be printed where the cursor stands.
pub fn sixel(path: &Path, room: Size, way: Way) -> Result<String, String> {
    let decoded = decode(path)?;
    let width = u32::from(room.width) * u32::from(way.cell.0);
    let height = u32::from(room.height) * u32::from(way.cell.1);
    let fitted = DynamicImage::ImageRgb8(picture::fit(&decoded, width, height));
    let sixel = Sixel::new(fitted, room, way.through_tmux);
    sixel.map(|sixel| sixel.data).map_err(|error| format!("the picture cannot be shown: {error}"))
}

/// Fits a picture to the exact pixels of its room and encodes it for the terminal.
pub fn encode(decoded: &RgbImage, ask: &Ask, way: Way) -> Result<Picture, ratatui_image::errors::Errors> {
    let room = ask.room;
    let (cell_width, cell_height) = cell_of(way);
    let (width, height) = pixels(room, way);
    let fitted = picture::fit(decoded, width, height);
    let size = Size::new(
        (fitted.width().div_ceil(cell_width) as u16).min(room.width),
        (fitted.height().div_ceil(cell_height) as u16).min(room.height),
    );
    let drawn = |picture, symbols| Drawn::new(picture, size, symbols, way.indexed).map(Picture::Drawn);
    let whole = DynamicImage::ImageRgb8;
    Ok(match way.protocol {
        Protocol::Kitty => Picture::Kept(Kitty::with_placeholders(&fitted, size, kitty_id(ask), way.through_tmux)?),
        Protocol::KittyPlaced => Picture::Kept(Kitty::placed(&fitted, size)),
        Protocol::Sixel => {
            let sixel = Sixel::new(whole(fitted), size, way.through_tmux)?;
            let bytes = sixel.data.len();
            Picture::Sent(Ready::Sixel(sixel), bytes)
        }
        Protocol::Iterm2 => {
            let iterm2 = Iterm2::new(whole(fitted), size, way.through_tmux)?;
            let bytes = iterm2.data.len();
            Picture::Sent(Ready::ITerm2(iterm2), bytes)
        }
        Protocol::HalfBlocks | Protocol::Off => drawn(fitted, Symbols::Halves)?,
        Protocol::Quadrants => drawn(fitted, Symbols::Quadrants)?,
        Protocol::Sextants => drawn(fitted, Symbols::Sextants)?,
    })
}

/// The pixels of a cell: a half-block one shows one above another.
fn cell_of(way: Way) -> (u32, u32) {
    let (width, height) = match way.protocol {
        Protocol::HalfBlocks => (1, 2),
        Protocol::Quadrants | Protocol::Sextants => CELL,
        Protocol::Kitty | Protocol::KittyPlaced | Protocol::Sixel | Protocol::Iterm2 | Protocol::Off => way.cell,
    };
    (u32::from(width.max(1)), u32::from(height.max(1)))
}

fn pixels(room: Size, way: Way) -> (u32, u32) {
    let (width, height) = cell_of(way);
    (u32::from(room.width) * width, u32::from(room.height) * height)
}

/// The terminal keeps pictures by number: the same picture in the same room is sent under the same one.
fn kitty_id(ask: &Ask) -> u32 {
    let bytes = ask.hash.as_bytes();
    let start = u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]);
    let room = u32::from(ask.room.width) << 16 | u32::from(ask.room.height);
    (start ^ room.rotate_left(7)).max(1)
}
