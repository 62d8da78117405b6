//! Pictures that are ready to be drawn, as the view sees them. The preview worker fills it; nothing here decodes.

use std::path::PathBuf;
use std::sync::Arc;

use ratatui::buffer::Buffer;
use ratatui::layout::{Rect, Size};
use ratatui::widgets::Widget;
use ratatui_image::Image;
use ratatui_image::protocol::Protocol;

use super::kitty::Kitty;
use super::symbols::Drawn;
use crate::engine::{FacePreview, Made, ScenePreview, Unfinished};
use crate::plan::AssetHash;

/// A picture that a page wants to show, in a room of so many cells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ask {
    pub hash: AssetHash,
    pub source: Source,
    pub room: Size,
}

impl Ask {
    pub fn made(made: &Made, room: Size) -> Self {
        Self { hash: made.output.hash, source: Source::File(made.path.clone()), room }
    }

    /// How a clip will look that is not made yet.
    pub fn preview(scene: ScenePreview, room: Size) -> Self {
        Self { hash: AssetHash::from_digest(*scene.key.as_bytes()), source: Source::Scene(Arc::new(scene)), room }
    }

    /// How a drawn baby will look that is not made yet.
    pub fn face(face: FacePreview, room: Size) -> Self {
        Self { hash: AssetHash::from_digest(*face.key.as_bytes()), source: Source::Face(Arc::new(face)), room }
    }

    pub fn unfinished(picture: Arc<Unfinished>, room: Size) -> Self {
        Self { hash: picture.hash, source: Source::Unfinished(picture), room }
    }
}

/// Where a picture comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// A made one.
    File(PathBuf),
    /// One that is still being made.
    Unfinished(Arc<Unfinished>),
    /// A drawn baby whose portrait is not made.
    Face(Arc<FacePreview>),
    /// A scene whose clip is not made.
    Scene(Arc<ScenePreview>),
}

/// A picture as this terminal is shown it.
pub enum Picture {
    /// Its own pixels, in a sequence of so many bytes that the terminal understands.
    Sent(Protocol, usize),
    /// One that the terminal keeps.
    Kept(Kitty),
    /// Coloured characters.
    Drawn(Drawn),
}

impl Picture {
    /// In cells.
    pub fn size(&self) -> Size {
        match self {
            Picture::Sent(picture, _) => picture.size(),
            Picture::Kept(picture) => picture.size(),
            Picture::Drawn(picture) => picture.size(),
        }
    }

    pub fn render(&self, area: Rect, buffer: &mut Buffer) {
        match self {
            Picture::Sent(picture, _) => Image::new(picture).render(area, buffer),
            Picture::Kept(picture) => picture.render(area, buffer),
            Picture::Drawn(picture) => picture.render(area, buffer),
        }
    }

    /// The memory that it takes.
    fn bytes(&self) -> usize {
        match self {
            Picture::Sent(_, bytes) => *bytes,
            Picture::Kept(picture) => picture.bytes(),
            Picture::Drawn(picture) => picture.bytes(),
        }
    }
}

/// What can be drawn now.
pub enum Look<'a> {
    Ready(&'a Picture),
    /// It is being decoded.
    Coming,
    Failed(&'a str),
    /// The user wants no pictures.
    Off,
}

/// The pictures used last, most recent at the end.
#[derive(Default)]
pub struct Pictures {
    is_off: bool,
    /// Drawn in the place of the picture of the same ask, while a baby talks.
    pub moving: Option<(Ask, Picture)>,
    ready: Vec<Ready>,
    /// Those of `ready` at its end that are seen now: they stay, however much they take.
    seen: usize,
    /// What all of `ready` takes.
    bytes: usize,
}

struct Ready {
    hash: AssetHash,
    room: Size,
    picture: Result<Picture, String>,
}

impl Ready {
    fn is_of(&self, ask: &Ask) -> bool {
        (self.hash, self.room) == (ask.hash, ask.room)
    }

    fn bytes(&self) -> usize {
        self.picture.as_ref().map_or_else(String::len, Picture::bytes) + size_of::<Self>()
    }
}

impl Pictures {
    /// All pictures together take no more, unless more of them are seen at once. A kitty picture of a large pane has three
    /// megabytes, one of a contact sheet fifty thousand bytes.
    const MOST_BYTES: usize = 24 << 20;

    /// No picture is ever shown.
    pub fn off() -> Self {
        Self { is_off: true, ..Self::default() }
    }

    pub fn is_off(&self) -> bool {
        self.is_off
    }

    pub fn look(&self, ask: &Ask) -> Look<'_> {
        if self.is_off {
            return Look::Off;
        }
        if let Some((_, picture)) = self.moving.as_ref().filter(|(moving, _)| moving == ask) {
            return Look::Ready(picture);
        }
        match self.ready.iter().find(|ready| ready.is_of(ask)).map(|ready| &ready.picture) {
            Some(Ok(picture)) => Look::Ready(picture),
            Some(Err(reason)) => Look::Failed(reason),
            None => Look::Coming,
        }
    }

    /// Nothing is seen any more but what is touched from now on.
    pub fn look_elsewhere(&mut self) {
        self.seen = 0;
    }

    /// Marks a picture as seen now; whether it is here at all.
    pub fn touch(&mut self, ask: &Ask) -> bool {
        let Some(position) = self.ready.iter().position(|ready| ready.is_of(ask)) else { return false };
        if position < self.ready.len() - self.seen {
            self.seen += 1;
        }
        self.ready[position..].rotate_left(1);
        true
    }

    /// Takes in a picture that is asked for now.
    pub fn add(&mut self, ask: &Ask, picture: Result<Picture, String>) {
        if let Some(position) = self.ready.iter().position(|ready| ready.is_of(ask)) {
            self.seen -= usize::from(position >= self.ready.len() - self.seen);
            self.bytes -= self.ready.remove(position).bytes();
        }
        let ready = Ready { hash: ask.hash, room: ask.room, picture };
        self.bytes += ready.bytes();
        self.ready.push(ready);
        self.seen += 1;
        let mut forgotten = 0;
        while self.bytes > Self::MOST_BYTES && forgotten < self.ready.len() - self.seen {
            self.bytes -= self.ready[forgotten].bytes();
            forgotten += 1;
        }
        self.ready.drain(..forgotten);
    }

    /// The pictures that the terminal keeps.
    pub fn kept(&self) -> impl Iterator<Item = &Kitty> {
        let ready = self.ready.iter().filter_map(|ready| ready.picture.as_ref().ok());
        ready.chain(self.moving.as_ref().map(|(_, picture)| picture)).filter_map(|picture| match picture {
            Picture::Kept(kitty) => Some(kitty),
            Picture::Sent(..) | Picture::Drawn(_) => None,
        })
    }

    /// Forgets all: what the terminal held is gone or of the wrong size.
    pub fn clear(&mut self) {
        self.ready.clear();
        (self.seen, self.bytes) = (0, 0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(name: &str) -> Ask {
        Ask { hash: AssetHash::of(name.as_bytes()), source: Source::File(PathBuf::from(name)), room: Size::new(60, 40) }
    }

    /// A picture that takes a quarter of the memory for all.
    fn large() -> Result<Picture, String> {
        Err("x".repeat(Pictures::MOST_BYTES / 4 - size_of::<Ready>()))
    }

    #[test]
    fn the_least_used_picture_is_forgotten_first() {
        let mut pictures = Pictures::default();
        for name in ["0", "1", "2", "3"] {
            pictures.look_elsewhere();
            pictures.add(&ask(name), large());
        }
        pictures.look_elsewhere();
        assert!(pictures.touch(&ask("0")));
        pictures.look_elsewhere();
        pictures.add(&ask("new"), large());
        assert!(matches!(pictures.look(&ask("0")), Look::Failed(_)));
        assert!(matches!(pictures.look(&ask("1")), Look::Coming));
        assert!(!pictures.touch(&ask("1")));
        assert!(pictures.bytes <= Pictures::MOST_BYTES);
        pictures.clear();
        assert!(matches!(pictures.look(&ask("0")), Look::Coming) && pictures.bytes == 0);
    }

    /// Or each would take the place of another one, again and again.
    #[test]
    fn what_is_seen_at_once_stays_however_much_it_takes() {
        let mut pictures = Pictures::default();
        pictures.add(&ask("seen before"), large());
        pictures.look_elsewhere();
        let names: Vec<String> = (0..9).map(|number| number.to_string()).collect();
        for name in &names {
            pictures.add(&ask(name), large());
        }
        assert!(!pictures.touch(&ask("seen before")));
        assert!(names.iter().all(|name| pictures.touch(&ask(name))));
        pictures.look_elsewhere();
        pictures.add(&ask("new"), large());
        assert!(pictures.bytes <= Pictures::MOST_BYTES && pictures.touch(&ask("8")) && !pictures.touch(&ask("5")));
    }

    #[test]
    fn many_small_pictures_take_the_place_of_few_large_ones() {
        let mut pictures = Pictures::default();
        pictures.add(&ask("large"), large());
        for number in 0..500 {
            pictures.look_elsewhere();
            let small = Ask { room: Size::new(12, 9), ..ask(&format!("small {number}")) };
            pictures.add(&small, Err("x".repeat(10_000)));
        }
        assert!(pictures.touch(&ask("large")), "500 faces of a sheet leave room for it");
    }
}
