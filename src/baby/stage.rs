//! Puts the layers together. A `Stage` draws what stands still once (background, body, head without features, front)
//! and each frame only moves those pixels and draws the features. Called by the sketch portrait and by video frames.

use image::RgbImage;
use tiny_skia::{Pixmap, Rect, Transform};

use super::blit::{self, Edge, Texels};
use super::canvas::Canvas;
use super::eyes::IrisSprite;
use super::look::Look;
use super::pose::Pose;
use super::shape::area;
use super::{background, body, face, hair, head, headphones, headwear, microphone};

/// How the baby is placed in the picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Framing {
    /// 1024×1536: the portrait.
    Portrait,
    /// 1080×1920 for a clip: the chin stays at or above y 940, captions have y 980–1248, the microphone hangs below.
    Vertical,
}

impl Framing {
    /// Width and height in pixels.
    pub fn size(self) -> (u32, u32) {
        match self {
            Framing::Portrait => (1024, 1536),
            Framing::Vertical => (1080, 1920),
        }
    }

    /// From art units (the portrait's pixels) to the picture's pixels.
    pub(super) fn view(self) -> Transform {
        match self {
            Framing::Portrait => Transform::identity(),
            Framing::Vertical => Transform::from_row(0.9, 0.0, 0.0, 0.9, 79.2, -52.0),
        }
    }

    /// The part of the art that shows.
    pub(super) fn visible(self) -> Rect {
        let (width, height) = self.size();
        let whole = area(0.0, 0.0, width as f32, height as f32);
        self.view().invert().and_then(|back| whole.transform(back)).unwrap_or(whole)
    }

    /// Where the table begins, in art units.
    pub(super) fn table(self) -> f32 {
        match self {
            Framing::Portrait => 1440.0,
            Framing::Vertical => 1640.0,
        }
    }

    /// True when the microphone may cover the chin; else it is drawn once, with the body.
    fn front_reaches_head(self) -> bool {
        self == Framing::Portrait
    }

    /// How far the microphone hangs from its place in the portrait, right and down.
    fn microphone_shift(self) -> (f32, f32) {
        match self {
            Framing::Portrait => (0.0, 0.0),
            Framing::Vertical => (96.0, 410.0),
        }
    }
}

/// A still part as pixels, and where its left top corner lies in the picture.
struct Sprite {
    texels: Texels,
    left: f32,
    top: f32,
}

impl Sprite {
    /// Draws the part once; `extent` (art units) must hold all of it.
    fn new(framing: Framing, extent: Rect, draw: impl FnOnce(&mut Canvas)) -> Sprite {
        let view = framing.view();
        let shown = extent.transform(view).unwrap_or(extent);
        let (left, top) = (shown.left().floor(), shown.top().floor());
        let (width, height) = ((shown.right() - left).ceil() as u32, (shown.bottom() - top).ceil() as u32);
        let mut canvas = Canvas::new(width, height, view.post_translate(-left, -top));
        draw(&mut canvas);
        Sprite { texels: Texels::new(&canvas.pixmap, Edge::Clear), left, top }
    }

    /// Puts the part into the picture, moved by `motion` (in pixels of the picture).
    fn place(&self, target: &mut Pixmap, motion: Transform) {
        blit::blit(target, &self.texels, motion.pre_translate(self.left, self.top));
    }
}

/// A baby ready to be drawn in any pose: the still layers kept as pixels.
pub struct Stage {
    look: Look,
    framing: Framing,
    background: Pixmap,
    body: Sprite,
    /// Background and body (and the front, where the head cannot reach it) at the breath last drawn, in quarter
    /// pixels: what a frame starts from.
    under: Pixmap,
    breath: Option<i32>,
    /// The head as drawn, its mouth closed, and the one on show, whose jaw hangs as far as the mouth is open.
    head_at_rest: Texels,
    head: Sprite,
    jaw: f32,
    iris: IrisSprite,
    front: Sprite,
    picture: Canvas,
}

impl Stage {
    pub fn new(look: &Look, framing: Framing) -> Stage {
        let table = framing.table();
        let visible = framing.visible();
        let background = background::draw(look, framing).pixmap;
        let body =
            Sprite::new(framing, area(120.0, 880.0, 904.0, table + 2.0), |canvas| body::draw(canvas, look, table));
        let head = Sprite::new(framing, area(20.0, 20.0, 1004.0, 1090.0), |canvas| {
            hair::behind(canvas, look);
            head::draw(canvas, look);
            hair::on_head(canvas, look);
            hair::under_hat(canvas, look);
            headwear::under_headphones(canvas, look);
            headphones::draw(canvas, look);
            hair::above(canvas, look);
            headwear::over_headphones(canvas, look);
        });
        let head_at_rest = head.texels.clone();
        let head = Sprite { texels: head.texels.with_room_below(JAW_DROP.ceil() as usize), ..head };
        let shift = framing.microphone_shift();
        let top = (980.0 + shift.1).min(table - 230.0);
        let front = Sprite::new(framing, area(-20.0, top, visible.right(), visible.bottom()), |canvas| {
            background::toy(canvas, look, table);
            body::hands(canvas, look, table);
            canvas.moved(Transform::from_translate(shift.0, shift.1), |canvas| microphone::draw(canvas, look));
        });
        let iris = IrisSprite::new(look, blit::scale_of(framing.view()));
        let (width, height) = framing.size();
        let picture = Canvas::new(width, height, framing.view());
        Stage {
            look: look.clone(),
            framing,
            under: background.clone(),
            background,
            body,
            breath: None,
            head_at_rest,
            head,
            jaw: 0.0,
            iris,
            front,
            picture,
        }
    }

    /// Draws one frame. The pixels stay valid until the next call and are opaque.
    pub fn frame(&mut self, pose: &Pose) -> &Pixmap {
        let pose = pose.within_range();
        let view = self.framing.view();
        let scale = blit::scale_of(view);
        self.open_jaw(pose.open);
        self.breathe((-7.0 * scale * pose.breath * 4.0).round() as i32);
        let picture = &mut self.picture;
        picture.pixmap.data_mut().copy_from_slice(self.under.data());
        let motion = head_motion(&pose);
        let in_pixels = view.invert().map_or(motion, |back| view.pre_concat(motion).pre_concat(back));
        self.head.place(&mut picture.pixmap, in_pixels);
        picture.moved(motion, |canvas| face::draw(canvas, &self.look, &self.iris, &pose));
        if self.framing.front_reaches_head() {
            self.front.place(&mut picture.pixmap, Transform::identity());
        }
        &picture.pixmap
    }

    /// Puts together what lies under the head, unless the breath is the one of the last frame.
    fn breathe(&mut self, quarter_pixels: i32) {
        if self.breath == Some(quarter_pixels) {
            return;
        }
        self.breath = Some(quarter_pixels);
        self.under.data_mut().copy_from_slice(self.background.data());
        self.body.place(&mut self.under, Transform::from_translate(0.0, quarter_pixels as f32 / 4.0));
        if !self.framing.front_reaches_head() {
            self.front.place(&mut self.under, Transform::identity());
        }
    }

    /// Stretches the head below the cheeks, so that the chin goes down with an opening mouth.
    fn open_jaw(&mut self, open: f32) {
        if (open - self.jaw).abs() < f32::EPSILON {
            return;
        }
        self.jaw = open;
        let view = self.framing.view();
        let drop = JAW_DROP * open * blit::scale_of(view);
        let to_row = |y: f32| y * view.sy + view.ty - self.head.top;
        let (hinge, chin) = (to_row(850.0), to_row(1060.0) + drop);
        self.head.texels.stretch(&self.head_at_rest, hinge as usize, |row| {
            // Eases in at the hinge, so that the cheeks stay where they are.
            let t = ((row - hinge) / (chin - hinge)).clamp(0.0, 1.0);
            row - drop * t * t * (3.0 - 2.0 * t)
        });
    }
}

/// How far the chin goes down with a wide open mouth, in art units.
const JAW_DROP: f32 = 26.0;

/// How a pose turns and moves the head, in art units.
fn head_motion(pose: &Pose) -> Transform {
    let lift = -10.0 * pose.nod - 5.0 * pose.breath;
    Transform::from_translate(pose.bob.0, pose.bob.1 + lift)
        .pre_concat(Transform::from_rotate_at(pose.tilt, 512.0, 980.0))
}

/// The portrait of a baby: 1024×1536, opaque. The same look and pose give the same bytes.
pub fn portrait(look: &Look, pose: &Pose) -> RgbImage {
    let mut stage = Stage::new(look, Framing::Portrait);
    let frame = stage.frame(pose);
    let (width, height) = (frame.width(), frame.height());
    let opaque = frame.data().chunks_exact(4).flat_map(|pixel| [pixel[0], pixel[1], pixel[2]]).collect();
    RgbImage::from_raw(width, height, opaque).unwrap_or_else(|| RgbImage::new(width, height))
}
