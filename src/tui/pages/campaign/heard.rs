//! What is heard on the studio page, and how far it is. Pure; knows neither pages nor keys.

use std::time::Duration;

use crate::tui::model::selection::Selection;

/// What is heard.
#[derive(Debug)]
pub(in crate::tui::pages) struct Listening {
    /// Its scene; `None` is the title. It is found again after an edit.
    pub heard: Selection,
    /// When it began, since the studio opened, and how far it was then.
    pub began: Duration,
    pub from: Duration,
    pub length: Duration,
    /// How far it was when it was paused.
    pub paused: Option<Duration>,
    /// Whether the row of the table follows. It does not where the person has gone somewhere else.
    pub follows: bool,
    pub look: Look,
    /// Whether the picture takes the whole page.
    pub is_full: bool,
}

/// What is seen beside what is heard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::tui::pages) enum Look {
    /// Faces that talk.
    Faces,
    /// Finished clips, where they are made.
    Clips,
    /// The clip of one scene alone.
    OneClip,
}

impl Listening {
    pub fn shows_clips(&self) -> bool {
        self.look != Look::Faces
    }

    /// The scene that is heard; `None` is the title.
    pub fn scene(&self) -> Option<usize> {
        self.heard.scene
    }

    /// As the table counts.
    pub fn row(&self) -> usize {
        self.heard.scene.map_or(0, |scene| scene + 1)
    }

    pub fn is_paused(&self) -> bool {
        self.paused.is_some()
    }

    pub fn position(&self, now: Duration) -> Duration {
        self.paused.unwrap_or_else(|| self.from + now.saturating_sub(self.began)).min(self.length)
    }

    pub fn end(&self) -> Duration {
        self.began + self.length.saturating_sub(self.from)
    }
}
