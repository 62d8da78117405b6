//! Pictures that are ready to be drawn, as the view sees them. The preview worker fills it; nothing here decodes.

use std::path::PathBuf;
use std::sync::Arc;

use ratatui::buffer::Buffer;
use ratatui::layout::{Rect, Size};
use ratatui::widgets::Widget;
use ratatui_image::Image;
use ratatui_image::protocol::Protocol;

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
    /// Its own pixels, in a sequence that the terminal understands.
    Sent(Protocol),
    /// Coloured characters.
    Drawn(Drawn),
}

impl Picture {
    /// In cells.
    pub fn size(&self) -> Size {
        match self {
            Picture::Sent(picture) => picture.size(),
            Picture::Drawn(picture) => picture.size(),
        }
    }

    pub fn render(&self, area: Rect, buffer: &mut Buffer) {
        match self {
            Picture::Sent(picture) => Image::new(picture).render(area, buffer),
            Picture::Drawn(picture) => picture.render(area, buffer),
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
    ready: Vec<(AssetHash, Size, Result<Picture, String>)>,
}

impl Pictures {
    /// A kitty or sixel picture of a large pane takes a few megabytes, one of a contact sheet a twentieth of that: so many
    /// cells together.
    const MOST_CELLS: u32 = 60_000;

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
        match self.ready.iter().find(|(hash, room, _)| (*hash, *room) == (ask.hash, ask.room)) {
            Some((_, _, Ok(picture))) => Look::Ready(picture),
            Some((_, _, Err(reason))) => Look::Failed(reason),
            None => Look::Coming,
        }
    }

    /// Marks a picture as just used; whether it is here at all.
    pub fn touch(&mut self, ask: &Ask) -> bool {
        let position = self.ready.iter().position(|(hash, room, _)| (*hash, *room) == (ask.hash, ask.room));
        if let Some(position) = position {
            self.ready[position..].rotate_left(1);
        }
        position.is_some()
    }

    pub fn add(&mut self, ask: &Ask, picture: Result<Picture, String>) {
        self.ready.retain(|(hash, room, _)| (*hash, *room) != (ask.hash, ask.room));
        self.ready.push((ask.hash, ask.room, picture));
        let cells = |room: &Size| room.area();
        let mut sum: u32 = self.ready.iter().map(|(_, room, _)| cells(room)).sum();
        let mut forgotten = 0;
        while sum > Self::MOST_CELLS && forgotten + 1 < self.ready.len() {
            sum -= cells(&self.ready[forgotten].1);
            forgotten += 1;
        }
        self.ready.drain(..forgotten);
    }

    /// Forgets all: what the terminal held is gone or of the wrong size.
    pub fn clear(&mut self) {
        self.ready.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(name: &str) -> Ask {
        Ask { hash: AssetHash::of(name.as_bytes()), source: Source::File(PathBuf::from(name)), room: Size::new(60, 40) }
    }

    #[test]
    fn the_least_used_picture_is_forgotten_first() {
        let mut pictures = Pictures::default();
        for number in 0..Pictures::MOST_CELLS / (60 * 40) {
            pictures.add(&ask(&number.to_string()), Err("damaged".to_owned()));
        }
        assert!(pictures.touch(&ask("0")));
        pictures.add(&ask("new"), Err("damaged".to_owned()));
        assert!(matches!(pictures.look(&ask("0")), Look::Failed("damaged")));
        assert!(matches!(pictures.look(&ask("1")), Look::Coming));
        assert!(!pictures.touch(&ask("1")));
        // A sheet of small ones takes the place of a few large ones.
        for number in 0..40 {
            pictures.add(&Ask { room: Size::new(12, 9), ..ask(&format!("small {number}")) }, Err(String::new()));
        }
        assert!(pictures.touch(&ask("new")) && pictures.touch(&ask("0")));
        pictures.clear();
        assert!(matches!(pictures.look(&ask("0")), Look::Coming));
    }
}
