//! Where the baby stands in a picture of which size: the portrait, a clip, or half of a clip. Called by every file that
//! places a part; knows nothing of how parts are drawn.

use tiny_skia::{Rect, Transform};

use crate::paint::shape::area;

/// How the baby is placed in the picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Framing {
    /// 1024×1536: the portrait.
    Portrait,
    /// 1080×1920 for a clip: the chin stays at or above y 940, captions have y 980–1248, the microphone hangs below.
    Vertical,
    /// 540×1920: one half of a clip that two babies share, with the same room for captions.
    Half,
}

impl Framing {
    /// Width and height in pixels.
    pub fn size(self) -> (u32, u32) {
        match self {
            Framing::Portrait => (1024, 1536),
            Framing::Vertical => (1080, 1920),
            Framing::Half => (540, 1920),
        }
    }

    /// From art units (the portrait's pixels) to the picture's pixels.
    pub fn view(self) -> Transform {
        match self {
            Framing::Portrait => Transform::identity(),
            Framing::Vertical => Transform::from_row(0.9, 0.0, 0.0, 0.9, 79.2, -52.0),
            Framing::Half => Transform::from_row(0.59, 0.0, 0.0, 0.59, -32.1, 268.0),
        }
    }

    /// The part of the art that shows.
    pub fn visible(self) -> Rect {
        let (width, height) = self.size();
        let whole = area(0.0, 0.0, width as f32, height as f32);
        self.view().invert().and_then(|back| whole.transform(back)).unwrap_or(whole)
    }

    /// Where the table begins, in art units.
    pub fn table(self) -> f32 {
        match self {
            Framing::Portrait => 1440.0,
            Framing::Vertical | Framing::Half => 1640.0,
        }
    }

    /// True when the microphone may cover the chin; else it is drawn once, with the body.
    pub fn front_reaches_head(self) -> bool {
        self == Framing::Portrait
    }

    /// How far the microphone hangs from its place in the portrait, right and down.
    pub fn microphone_shift(self) -> (f32, f32) {
        match self {
            Framing::Portrait => (0.0, 0.0),
            Framing::Vertical | Framing::Half => (96.0, 410.0),
        }
    }
}
