//! Two babies side by side: who speaks is in the light, who listens in the shade. Called by `scene`.

use tiny_skia::{Color, Pixmap};

use super::panel::{Figure, Hearing, Panel};
use super::planes::{self, Area, Layer};
use crate::video::frame::{Frame, HEIGHT, WIDTH};
use crate::video::perform::acting::Part;
use crate::video::perform::curve::eased;

/// Who of two speaks, as the viewer sees them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// Whom the viewer sees on the left half of the frame.
    Left,
    /// Whom the viewer sees on the right half.
    Right,
}

/// What the shade leaves of light and colour, of 256, and how many frames it takes to fall.
const SHADE: (f32, f32) = (158.0, 178.0);
const FALLS_IN: f32 = 7.0;

#[derive(Clone)]
pub struct Duo {
    left: Panel,
    right: Panel,
    listener: Area,
    seam: Layer,
}

/// The area of one of the two.
pub fn half(side: Side) -> Area {
    let left = if side == Side::Left { 0 } else { WIDTH / 2 };
    Area { left, top: 0, width: WIDTH / 2, height: HEIGHT }
}

impl Duo {
    pub fn new(left: &Figure, right: &Figure, speaking: Side, hearing: &Hearing) -> Duo {
        let part = |side: Side| match side {
            _ if side == speaking => Part::Speaks,
            Side::Left => Part::Listens { towards: 1.0 },
            Side::Right => Part::Listens { towards: -1.0 },
        };
        let panel = |figure, side| Panel::new(figure, part(side), half(side), hearing);
        let listener = half(if speaking == Side::Left { Side::Right } else { Side::Left });
        Duo { left: panel(left, Side::Left), right: panel(right, Side::Right), listener, seam: seam() }
    }

    pub fn draw(&mut self, number: u32, into: &mut Frame) {
        self.left.draw(number, into);
        self.right.draw(number, into);
        let fallen = eased(0.0, FALLS_IN, number as f32 + 1.0);
        let left_of = |shade: f32| (256.0 - (256.0 - shade) * fallen) as u16;
        planes::dim(self.listener, left_of(SHADE.0), left_of(SHADE.1), into);
        self.seam.lay(into);
    }
}

/// The line between the two, with a soft shadow on either side.
#[expect(clippy::expect_used, reason = "the seam has a size")]
fn seam() -> Layer {
    const REACH: u32 = 14;
    let area = Area { left: WIDTH / 2 - REACH, top: 0, width: 2 * REACH, height: HEIGHT };
    let mut pixels = Pixmap::new(area.width, area.height).expect("the seam has a size");
    let width = area.width as usize;
    for (index, pixel) in pixels.pixels_mut().iter_mut().enumerate() {
        let from_middle = ((index % width) as f32 - REACH as f32 + 0.5).abs();
        let colour = if from_middle < 3.0 {
            Color::from_rgba8(255, 236, 214, 235)
        } else {
            let shadow = 1.0 - eased(3.0, REACH as f32, from_middle);
            Color::from_rgba8(10, 4, 8, (150.0 * shadow) as u8)
        };
        *pixel = colour.premultiply().to_color_u8();
    }
    Layer::new(&pixels, area)
}
