//! Puts the layers together. A `Stage` draws what stands still once (background, body, head without features, front)
//! and each frame only moves those pixels and draws the features. Called by the sketch portrait and by video frames.

use std::sync::Arc;

use image::RgbImage;
use tiny_skia::{Pixmap, Rect, Transform};

use crate::head::bare_head;
use crate::head::features;
use crate::head::hair;
use crate::head::headphones;
use crate::head::headwear;
use crate::looks::framing::Framing;
use crate::looks::look::Look;
use crate::looks::pose::Pose;
use crate::paint::blit::{self, Edge, Texels};
use crate::paint::canvas::Canvas;
use crate::paint::shape::area;
use crate::room::background;
use crate::room::microphone;
use crate::room::toys;
use crate::torso::body;
use crate::torso::hands;

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

/// A baby ready to be drawn in any pose: the still layers kept as pixels. A clone shares them, and takes memory of its
/// own once it draws.
pub struct Stage {
    still: Arc<Still>,
    moving: Option<Moving>,
}

/// What all frames have in common.
struct Still {
    look: Look,
    framing: Framing,
    background: Pixmap,
    body: Sprite,
    head: Sprite,
    decals: features::Decals,
    front: Sprite,
}

/// What the last frame left behind.
struct Moving {
    /// Background and body (and the front, where the head cannot reach it) at the breath last drawn, in quarter
    /// pixels: what a frame starts from.
    under: Pixmap,
    breath: Option<i32>,
    head: Head,
    picture: Canvas,
}

impl Clone for Stage {
    fn clone(&self) -> Stage {
        Stage { still: Arc::clone(&self.still), moving: None }
    }
}

impl Stage {
    /// Draws once all that stands still; [`Self::frame`] puts the moving parts over it.
    pub fn new(look: &Look, framing: Framing) -> Stage {
        let still = Still {
            look: look.clone(),
            framing,
            background: background::draw(look, framing).pixmap,
            body: body_of(look, framing),
            head: head_of(look, framing),
            decals: features::Decals::new(look, blit::scale_of(framing.view())),
            front: front_of(look, framing),
        };
        Stage { still: Arc::new(still), moving: None }
    }

    /// Draws one frame. The pixels stay valid until the next call and are opaque.
    pub fn frame(&mut self, pose: &Pose) -> &Pixmap {
        let still = &*self.still;
        self.moving.get_or_insert_with(|| Moving::new(still)).draw(still, &pose.within_range())
    }
}

impl Still {
    /// The first row of the picture that neither the head nor the front, which is drawn over it, ever reaches.
    fn head_reach(&self) -> usize {
        if self.framing.front_reaches_head() {
            return usize::MAX;
        }
        let lowest =
            Rect::from_xywh(0.0, 0.0, 1.0, HEAD_BOTTOM + HEAD_SINKS).and_then(|r| r.transform(self.framing.view()));
        lowest.map_or(usize::MAX, |lowest| lowest.bottom().ceil() as usize)
    }
}

impl Moving {
    fn new(still: &Still) -> Moving {
        let (width, height) = still.framing.size();
        Moving {
            under: still.background.clone(),
            breath: None,
            head: Head::new(&still.head, still.framing),
            picture: Canvas::new(width, height, still.framing.view()),
        }
    }

    fn draw(&mut self, still: &Still, pose: &Pose) -> &Pixmap {
        let breathed = self.breathe(still, breath_of(pose, still.framing));
        let reach = if breathed { usize::MAX } else { still.head_reach() };
        let picture = &mut self.picture;
        let under = self.under.data();
        let stale = reach.saturating_mul(self.under.width() as usize * 4).min(under.len());
        picture.pixmap.data_mut()[..stale].copy_from_slice(&under[..stale]);
        self.head.place(picture, &still.head, &still.look, &still.decals, pose);
        if still.framing.front_reaches_head() {
            still.front.place(&mut picture.pixmap, Transform::identity());
        }
        &picture.pixmap
    }

    /// Puts together what lies under the head, unless the breath is the one of the last frame: then it says false.
    fn breathe(&mut self, still: &Still, quarter_pixels: i32) -> bool {
        if self.breath == Some(quarter_pixels) {
            return false;
        }
        self.breath = Some(quarter_pixels);
        self.under.data_mut().copy_from_slice(still.background.data());
        still.body.place(&mut self.under, breathing(quarter_pixels));
        if !still.framing.front_reaches_head() {
            still.front.place(&mut self.under, Transform::identity());
        }
        true
    }
}

/// The head without its features as it is on show: its jaw hangs as far as the mouth is open.
struct Head {
    view: Transform,
    shown: Sprite,
    jaw: f32,
}

impl Head {
    fn new(at_rest: &Sprite, framing: Framing) -> Head {
        let texels = at_rest.texels.clone().with_room_below(JAW_DROP.ceil() as usize);
        Head { view: framing.view(), shown: Sprite { texels, ..*at_rest }, jaw: 0.0 }
    }

    /// Puts the head and its features into the picture.
    fn place(&mut self, picture: &mut Canvas, at_rest: &Sprite, look: &Look, decals: &features::Decals, pose: &Pose) {
        self.open_jaw(&at_rest.texels, pose.open);
        let motion = head_motion(pose);
        let view = self.view;
        let in_pixels = view.invert().map_or(motion, |back| view.pre_concat(motion).pre_concat(back));
        self.shown.place(&mut picture.pixmap, in_pixels);
        picture.moved(motion, |canvas| features::draw(canvas, look, decals, pose));
    }

    /// Stretches the head below the cheeks, so that the chin goes down with an opening mouth.
    fn open_jaw(&mut self, at_rest: &Texels, open: f32) {
        if (open - self.jaw).abs() < f32::EPSILON {
            return;
        }
        self.jaw = open;
        let view = self.view;
        let drop = JAW_DROP * open * blit::scale_of(view);
        let to_row = |y: f32| y * view.sy + view.ty - self.shown.top;
        let (hinge, chin) = (to_row(850.0), to_row(1060.0) + drop);
        self.shown.texels.stretch(at_rest, hinge as usize, |row| {
            // Eases in at the hinge, so that the cheeks stay where they are.
            let t = ((row - hinge) / (chin - hinge)).clamp(0.0, 1.0);
            row - drop * t * t * (3.0 - 2.0 * t)
        });
    }
}

/// The head with its mouth closed.
fn head_of(look: &Look, framing: Framing) -> Sprite {
    Sprite::new(framing, area(20.0, 20.0, 1004.0, HEAD_BOTTOM), |canvas| {
        hair::behind(canvas, look);
        bare_head::draw(canvas, look);
        hair::on_head(canvas, look);
        hair::under_hat(canvas, look);
        headwear::under_headphones(canvas, look);
        headphones::draw(canvas, look);
        hair::above(canvas, look);
        headwear::over_headphones(canvas, look);
        headwear::hair_bows(canvas, look);
    })
}

fn body_of(look: &Look, framing: Framing) -> Sprite {
    let table = framing.table();
    Sprite::new(framing, area(40.0, 880.0, 984.0, table + 2.0), |canvas| body::draw(canvas, look, table))
}

/// What stands before the baby: toy, hands and microphone.
fn front_of(look: &Look, framing: Framing) -> Sprite {
    let (table, visible, shift) = (framing.table(), framing.visible(), framing.microphone_shift());
    let top = (980.0 + shift.1).min(table - 230.0);
    Sprite::new(framing, area(-20.0, top, visible.right(), visible.bottom()), |canvas| {
        toys::draw(canvas, look, table);
        hands::draw(canvas, look, table);
        canvas.moved(Transform::from_translate(shift.0, shift.1), |canvas| microphone::draw(canvas, look));
    })
}

/// How far a breath moves the body, in quarter pixels.
fn breath_of(pose: &Pose, framing: Framing) -> i32 {
    (-7.0 * blit::scale_of(framing.view()) * pose.breath * 4.0).round() as i32
}

fn breathing(quarter_pixels: i32) -> Transform {
    Transform::from_translate(0.0, quarter_pixels as f32 / 4.0)
}

/// How far the chin goes down with a wide open mouth, in art units.
const JAW_DROP: f32 = 26.0;

/// Where the head's pixels end, in art units, and how far any pose can bring them down: bob, nod, tilt, lean and jaw.
const HEAD_BOTTOM: f32 = 1090.0;
const HEAD_SINKS: f32 = 240.0;

/// How much larger a head is that leans all the way in.
const LEAN_GROWTH: f32 = 0.045;

/// How a pose turns and moves the head, in art units.
fn head_motion(pose: &Pose) -> Transform {
    let lift = -10.0 * pose.nod - 5.0 * pose.breath;
    Transform::from_translate(pose.bob.0, pose.bob.1 + lift)
        .pre_concat(Transform::from_rotate_at(pose.tilt, 512.0, 980.0))
        .pre_translate(512.0, 980.0)
        .pre_scale(1.0 + LEAN_GROWTH * pose.lean, 1.0 + LEAN_GROWTH * pose.lean)
        .pre_translate(-512.0, -980.0)
}

/// The portrait of a baby: 1024×1536, opaque. The same look and pose give the same bytes.
pub fn portrait(look: &Look, pose: &Pose) -> RgbImage {
    let framing = Framing::Portrait;
    let pose = pose.within_range();
    // One layer after the other: a single picture needs none of them twice.
    let mut picture = background::draw(look, framing);
    body_of(look, framing).place(&mut picture.pixmap, breathing(breath_of(&pose, framing)));
    let decals = features::Decals::new(look, blit::scale_of(framing.view()));
    let head = head_of(look, framing);
    Head::new(&head, framing).place(&mut picture, &head, look, &decals, &pose);
    front_of(look, framing).place(&mut picture.pixmap, Transform::identity());
    opaque(&picture.pixmap)
}

/// The studio of a look with nobody in it, as large as a clip: what title cards and waveforms stand in.
pub fn studio(look: &Look) -> RgbImage {
    let framing = Framing::Vertical;
    let mut room = background::draw(look, framing);
    toys::draw(&mut room, look, framing.table());
    let (right, down) = framing.microphone_shift();
    room.moved(Transform::from_translate(right, down), |room| microphone::draw(room, look));
    opaque(&room.pixmap)
}

fn opaque(pixmap: &Pixmap) -> RgbImage {
    let (width, height) = (pixmap.width(), pixmap.height());
    let mut pixels = Vec::with_capacity(width as usize * height as usize * 3);
    pixmap.data().chunks_exact(4).for_each(|pixel| pixels.extend_from_slice(&pixel[..3]));
    RgbImage::from_raw(width, height, pixels).unwrap_or_else(|| RgbImage::new(width, height))
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::Tone;

    fn seed(number: u8) -> [u8; 32] {
        let mut seed = [0; 32];
        seed[31] = number;
        seed
    }

    /// The picture at the size of a thumbnail: 160 pixels high.
    fn thumbnail(picture: &RgbImage) -> RgbImage {
        image::imageops::thumbnail(picture, 107, 160)
    }

    /// Pixels that differ so much that an eye sees it.
    fn changed(one: &RgbImage, other: &RgbImage) -> usize {
        let apart = |a: u8, b: u8| a.abs_diff(b) > 24;
        one.pixels().zip(other.pixels()).filter(|(a, b)| a.0.iter().zip(b.0).any(|(&a, b)| apart(a, b))).count()
    }

    #[test]
    fn the_same_look_and_pose_give_the_same_bytes() {
        let draw = || portrait(&Look::new(seed(3), "striped hoodie"), &Pose::for_tone(Tone::Warm));
        let first = draw();
        assert_eq!(first.dimensions(), (1024, 1536));
        assert!(first == draw());
    }

    #[test]
    fn a_frame_does_not_remember_the_frames_before_it() {
        let look = Look::new(seed(4), "");
        let pose = Pose::for_tone(Tone::Curious);
        let mut fresh = Stage::new(&look, Framing::Vertical);
        let mut used = Stage::new(&look, Framing::Vertical);
        let _ = used.frame(&Pose { breath: 1.0, bob: (9.0, 30.0), ..Pose::for_tone(Tone::Energetic) });
        assert!(fresh.frame(&pose).data() == used.frame(&pose).data());
        // Frames of one breath keep the rows that the head does not reach: of all poses, these reach furthest.
        for tilt in [-99.0, 99.0] {
            let lowest = Pose { tilt, lean: 1.0, nod: -1.0, bob: (99.0, 99.0), open: 1.0, ..pose };
            let _ = used.frame(&lowest);
            assert!(fresh.frame(&pose).data() == used.frame(&pose).data());
        }
    }

    #[test]
    fn every_framing_has_its_size_and_no_hole() {
        let look = Look::new(seed(5), "");
        for (framing, size) in
            [(Framing::Portrait, (1024, 1536)), (Framing::Vertical, (1080, 1920)), (Framing::Half, (540, 1920))]
        {
            let mut stage = Stage::new(&look, framing);
            let frame = stage.frame(&Pose::REST);
            assert_eq!((frame.width(), frame.height()), size);
            assert_eq!(framing.size(), size);
            assert!(frame.data().chunks_exact(4).all(|pixel| pixel[3] == 255), "{framing:?} is not opaque");
        }
    }

    #[test]
    fn each_tone_is_told_from_each_other_at_thumbnail_size() {
        let mut stage = Stage::new(&Look::new(seed(6), "brown hair, fair skin"), Framing::Portrait);
        let thumbnails: Vec<RgbImage> =
            Tone::ALL.iter().map(|&tone| thumbnail(&opaque(stage.frame(&Pose::for_tone(tone))))).collect();
        for (index, tone) in Tone::ALL.iter().enumerate() {
            for other in 0..index {
                let pixels = changed(&thumbnails[index], &thumbnails[other]);
                assert!(pixels > 60, "{tone:?} and {:?} differ in {pixels} pixels only", Tone::ALL[other]);
            }
        }
    }

    #[test]
    fn another_seed_is_visibly_another_baby() {
        let faces: Vec<RgbImage> =
            (0..8).map(|number| thumbnail(&portrait(&Look::new(seed(number), ""), &Pose::REST))).collect();
        for (index, face) in faces.iter().enumerate() {
            for other in &faces[..index] {
                assert!(changed(face, other) > 3000, "seed {index} looks like another");
            }
        }
    }

    #[test]
    fn a_yellow_romper_is_yellow() {
        for number in 0..3 {
            let look = Look::new(seed(number), "plain yellow romper");
            let picture = portrait(&look, &Pose::REST);
            let mut sum = [0_u64; 3];
            for (x, y) in (360..480).flat_map(|x| (1200..1360).map(move |y| (x, y))) {
                for (total, channel) in sum.iter_mut().zip(picture.get_pixel(x, y).0) {
                    *total += u64::from(channel);
                }
            }
            let [red, green, blue] = sum;
            assert!(red > green && green * 10 > red * 7 && green * 10 > blue * 15, "not yellow: {sum:?}");
        }
    }

    #[test]
    fn every_part_draws_at_the_ends_of_its_range() {
        let mut stage = Stage::new(&Look::new(seed(9), "glasses, freckles"), Framing::Vertical);
        let low = Pose {
            tilt: -99.0,
            turn: -9.0,
            nod: -9.0,
            bob: (-99.0, -99.0),
            lean: -9.0,
            breath: -9.0,
            brow_slope: -99.0,
            brow_lift: -99.0,
            brow_asymmetry: -99.0,
            eye_height: -9.0,
            lid: -9.0,
            squint: -9.0,
            look: (-99.0, -99.0),
            open: -9.0,
            smile: -9.0,
            round: -9.0,
            side_smile: -9.0,
            blush: -9.0,
        };
        let high = Pose {
            tilt: 99.0,
            turn: 9.0,
            nod: 9.0,
            bob: (99.0, 99.0),
            lean: 9.0,
            breath: 9.0,
            brow_slope: 99.0,
            brow_lift: 99.0,
            brow_asymmetry: 99.0,
            eye_height: 9.0,
            lid: 9.0,
            squint: 9.0,
            look: (99.0, 99.0),
            open: 9.0,
            smile: 9.0,
            round: 9.0,
            side_smile: 9.0,
            blush: 9.0,
        };
        for pose in
            [low, high, Pose { open: high.open, ..low }, Pose { open: low.open, ..high }, Pose { lid: high.lid, ..low }]
        {
            assert!(stage.frame(&pose).data().chunks_exact(4).all(|pixel| pixel[3] == 255));
        }
    }

    #[test]
    fn a_clip_keeps_the_chin_above_the_captions() {
        let look = Look::new(seed(2), "fair skin, navy hoodie");
        let mut stage = Stage::new(&look, Framing::Vertical);
        let shut = opaque(stage.frame(&Pose { open: 0.0, ..Pose::REST }));
        for tone in Tone::ALL {
            let wide = opaque(stage.frame(&Pose { open: 1.0, lean: 1.0, ..Pose::for_tone(tone) }));
            let lowest = (0..1920).rev().find(|&y| (0..1080).any(|x| shut.get_pixel(x, y) != wide.get_pixel(x, y)));
            assert!(lowest.is_none_or(|y| y <= 940), "{tone:?} reaches down to {lowest:?}");
        }
    }

    #[test]
    fn each_hair_outfit_and_hat_draws() {
        let words = [
            "bald, onesie, crown",
            "tuft, dungarees, bonnet",
            "wispy hair, hoodie, beanie",
            "straight hair, sweater, headband",
            "curly hair, romper, flower, cat headphones",
            "afro, romper with hearts",
            "pigtails, checked sweater, bow",
            "mohawk, dotted onesie, bear headphones",
            "fringe, buns, duck",
            "ponytail, bottle, star blocks",
        ];
        let mut seen: Vec<RgbImage> = Vec::new();
        for appearance in words {
            let picture = portrait(&Look::new(seed(1), appearance), &Pose::REST);
            assert!(seen.iter().all(|other| changed(other, &picture) > 10_000), "{appearance} changes nothing");
            seen.push(picture);
        }
    }
}
