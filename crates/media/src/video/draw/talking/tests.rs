//! What a talking photo promises: the lips obey, nothing moves that does not belong to the face, nothing tears.

use std::sync::LazyLock;

use image::{Rgb, RgbImage};

use super::painter::Painter;
use super::pose::Pose;
use super::rig::{LETS_GO, Rig};
use crate::video::draw::photo::Still;
use crate::video::draw::planes::Area;
use crate::video::encode::decode::still;
use crate::video::frame::Frame;
use face::{Finder, Landmarks, Marks, Mouth, Point};

/// A photo on its plate, rigged.
struct Rigged {
    still: Still,
    rig: Rig,
    /// In pixels of the frame, seen by the camera of the first one.
    landmarks: Landmarks,
}

/// NASA's portrait of Eileen Collins, 300 × 450; in the public domain.
fn astronaut() -> RgbImage {
    let bytes = include_bytes!("../../../../../../tests/fixtures/faces/astronaut.jpg");
    image::load_from_memory(bytes).unwrap().into_rgb8()
}

static MARKS: LazyLock<Marks> = LazyLock::new(|| Marks::find(&astronaut()).unwrap());

impl Rigged {
    fn new(picture: &RgbImage) -> Self {
        Self::in_area(picture, Area::WHOLE)
    }

    fn in_area(picture: &RgbImage, area: Area) -> Self {
        let still = Still::new(picture, area, 30);
        let on_plate = MARKS.landmarks.as_ref().unwrap();
        let on_plate = on_plate.moved(still.placement.scale, Point::new(still.placement.left, still.placement.top));
        let (rig, camera) = (Rig::new(still.plate.planes(), &on_plate, true), still.camera(0));
        let by = Point::new((-camera.left / camera.step) as f32, (-camera.top / camera.step) as f32);
        let landmarks = on_plate.moved(1.0 / camera.step as f32, by);
        Self { still, rig, landmarks }
    }

    fn frame(&mut self, pose: &Pose) -> Frame {
        let mut frame = Frame::black();
        let camera = self.still.camera(0);
        Painter::default().draw(&self.rig, pose, (&mut self.still.plate, camera), self.still.area, &mut frame);
        frame
    }

    fn plate(&mut self) -> Frame {
        let mut frame = Frame::black();
        let camera = self.still.camera(0);
        self.still.plate.show(camera, self.still.area, &mut frame);
        frame
    }
}

const REST: Pose = Pose {
    keeps_mouth: true,
    open: 0.0,
    round: 0.0,
    wide: 0.0,
    smile: 0.0,
    lid: 0.0,
    brow: 0.0,
    gaze: (0.0, 0.0),
    yaw: 0.0,
    pitch: 0.0,
    roll: 0.0,
    shift: (0.0, 0.0),
    lean: 0.0,
    breath: 0.0,
};

/// Mouth, lids, brows and eyes as far as they go, with the head still.
fn faces() -> [Pose; 5] {
    let speaks = Pose { keeps_mouth: false, ..REST };
    [
        Pose { open: 1.0, brow: 1.2, ..speaks },
        Pose { open: 0.45, round: 1.0, lid: 0.45, ..speaks },
        Pose { open: 0.4, wide: 0.9, smile: 0.5, lid: 0.72, ..speaks },
        Pose { lid: 1.0, gaze: (0.2, 0.07), ..speaks },
        Pose { gaze: (-0.2, -0.07), ..REST },
    ]
}

const SWAY: Pose =
    Pose { yaw: 0.065, pitch: -0.06, roll: 0.032, shift: (0.014, -0.014), lean: 0.011, brow: 1.0, ..REST };

/// Pixels of light that differ by more than `levels` between two frames, as far as `counts` counts them.
fn changed(one: &Frame, other: &Frame, levels: u8, counts: impl Fn(Point) -> bool) -> usize {
    let point = |at: usize| Point::new((at % 1080) as f32 + 0.5, (at / 1080) as f32 + 0.5);
    let pairs = one.y.iter().zip(&other.y).enumerate();
    pairs.filter(|(at, (one, other))| one.abs_diff(**other) > levels && counts(point(*at))).count()
}

#[test]
fn a_photo_at_rest_is_its_plate_bit_by_bit() {
    let mut photo = Rigged::new(&astronaut());
    let plate = photo.plate();
    assert!(photo.frame(&REST) == plate);
    let blinded = Pose { lid: 0.0, gaze: (0.0, 0.0), ..REST };
    assert!(photo.frame(&blinded) == plate);
}

#[test]
fn nothing_moves_that_is_not_the_face() {
    let mut photo = Rigged::new(&astronaut());
    let (plate, head) = (photo.plate(), photo.landmarks.head());
    for pose in faces() {
        let frame = photo.frame(&pose);
        let is_beyond = |point: Point| point.distance(head.axes.origin) > 1.05 * head.width();
        assert_eq!(changed(&frame, &plate, 0, is_beyond), 0, "{pose:?}");
        assert!(changed(&frame, &plate, 8, |_| true) > 200, "nothing moves: {pose:?}");
    }
    let swayed = photo.frame(&SWAY);
    let is_beyond = |point: Point| {
        let place = head.axes.inside(point);
        (place.x / (1.32 * head.half_width)).hypot(place.y / (1.45 * head.half_height)) > LETS_GO + 0.1
    };
    assert_eq!(changed(&swayed, &plate, 0, is_beyond), 0);
    assert!(changed(&swayed, &plate, 8, |_| true) > 5_000);
}

#[test]
fn eyes_that_look_elsewhere_move_nothing_but_themselves() {
    let mut photo = Rigged::new(&astronaut());
    let (plate, eyes) = (photo.plate(), photo.landmarks.eyes());
    let looking = photo.frame(&faces()[4]);
    let is_in_eye = |point: Point| {
        eyes.iter().any(|eye| {
            let place = eye.axes.inside(point);
            let along = place.x / eye.half;
            along.abs() < 1.2 && (eye.upper.at(along) - 6.0..eye.lower.at(along) + 6.0).contains(&place.y)
        })
    };
    assert_eq!(changed(&looking, &plate, 2, |point| !is_in_eye(point)), 0);
    assert!(changed(&looking, &plate, 12, is_in_eye) > 60);
}

/// Largest step of light between neighbours, as far as `counts` counts them.
fn steepest(frame: &Frame, counts: impl Fn(Point) -> bool) -> u8 {
    let mut steepest = 0;
    for at in (0..frame.y.len() - 1080).filter(|at| at % 1080 != 1079) {
        let step = frame.y[at].abs_diff(frame.y[at + 1]).max(frame.y[at].abs_diff(frame.y[at + 1080]));
        if step > steepest && counts(Point::new((at % 1080) as f32, (at / 1080) as f32)) {
            steepest = step;
        }
    }
    steepest
}

#[test]
fn nothing_tears() {
    // Light that rises evenly shows every seam; the face is where the photo has it.
    let slope = RgbImage::from_fn(300, 450, |x, y| Rgb([(60 + x / 4 + y / 5) as u8; 3]));
    let mut photo = Rigged::new(&slope);
    let own = steepest(&photo.plate(), |_| true);
    let (mouth, eyes): (Mouth, _) = (photo.landmarks.mouth(), photo.landmarks.eyes());
    for pose in faces().into_iter().chain([SWAY, Pose { open: 1.0, keeps_mouth: false, ..SWAY }]) {
        let frame = photo.frame(&pose);
        let is_beside = |point: Point| {
            let place = mouth.axes.inside(point);
            let in_lips = (place.x / (1.5 * mouth.half)).hypot((place.y - mouth.line()) / (1.1 * mouth.half)) < 1.0;
            let in_eye = |eye: &face::Eye| {
                let place = eye.axes.inside(point);
                (place.x / (1.8 * eye.half)).hypot(place.y / (1.4 * eye.half)) < 1.0
            };
            !in_lips && !eyes.iter().any(in_eye)
        };
        let found = steepest(&frame, is_beside);
        assert!(found <= own + 2, "{found} levels from one pixel to the next, the plate has {own}: {pose:?}");
    }
}

#[test]
fn the_lips_do_what_they_are_told() {
    let mut photo = Rigged::new(&astronaut());
    let finder = Finder::built_in().unwrap();
    let seen = finder.faces(&still(&photo.plate())).unwrap().remove(0);
    let speaks = Pose { keeps_mouth: false, ..REST };
    let opens = [0.0, 0.0, 0.25, 0.4, 0.55, 0.7, 0.85, 1.0];
    let gaps: Vec<f32> = opens
        .iter()
        .map(|&open| {
            let frame = photo.frame(&Pose { open, ..speaks });
            let found = finder.face(&still(&frame), &seen).unwrap().unwrap().landmarks;
            found.at(13).distance(found.at(14)) / (2.0 * found.head().half_height)
        })
        .collect();
    let mean = |values: &[f32]| values.iter().sum::<f32>() / values.len() as f32;
    let (mean_open, mean_gap) = (mean(&opens), mean(&gaps));
    let product = |one: &[f32], of_one: f32, other: &[f32], of_other: f32| {
        one.iter().zip(other).map(|(one, other)| (one - of_one) * (other - of_other)).sum::<f32>()
    };
    let together = product(&opens, mean_open, &gaps, mean_gap);
    let apart = product(&opens, mean_open, &opens, mean_open) * product(&gaps, mean_gap, &gaps, mean_gap);
    let correlation = together / apart.sqrt();
    assert!(correlation > 0.9, "{correlation}: {gaps:?}");
    assert!(gaps[0] < 0.012, "closed lips are {} apart", gaps[0]);
    assert!(gaps[7] > 0.05, "open lips are {} apart", gaps[7]);
}

/// The photo with a microphone before the chin, and where it is in the frame: middle and radius.
fn with_microphone() -> (RgbImage, Point, f32) {
    let (middle, radius) = (Point::new(151.0, 172.0), 13.0);
    let mut photo = astronaut();
    for (x, y) in (0..450).flat_map(|y| (0..300).map(move |x| (x, y))) {
        let point = Point::new(x as f32, y as f32);
        let in_stand = (x as f32 - middle.x).abs() < 4.0 && y as f32 > middle.y;
        if point.distance(middle) < radius || in_stand {
            let grain = ((x / 2 + y / 2) % 2 * 30) as u8;
            photo.put_pixel(x, y, Rgb([20 + grain, 24 + grain, 60 + grain]));
        }
    }
    (photo, middle, radius)
}

#[test]
fn a_microphone_before_the_chin_stands_still() {
    let (picture, middle, radius) = with_microphone();
    let mut photo = Rigged::new(&picture);
    assert!(photo.rig.front.is_some());
    let (placement, camera) = (photo.still.placement, photo.still.camera(0));
    let step = camera.step as f32;
    let middle = Point::new(
        (middle.x * placement.scale + placement.left - camera.left as f32) / step,
        (middle.y * placement.scale + placement.top - camera.top as f32) / step,
    );
    let radius = radius * placement.scale / step;
    let plate = photo.plate();
    for pose in faces().into_iter().chain([SWAY]) {
        let frame = photo.frame(&pose);
        let inner = changed(&frame, &plate, 2, |point| point.distance(middle) < 0.84 * radius);
        // Its rim is soft: a few pixels there follow what is behind it.
        let area = std::f32::consts::PI * (0.84 * radius).powi(2);
        assert!((inner as f32) < 0.01 * area, "{inner} of {area}: {pose:?}");
    }
}

#[test]
fn two_share_a_frame_and_leave_each_other_alone() {
    let right = Area { left: 540, top: 0, width: 540, height: 1920 };
    let mut photo = Rigged::in_area(&astronaut(), right);
    let pose = Pose { open: 0.8, keeps_mouth: false, breath: 1.0, ..SWAY };
    let mut over = |level: u8| {
        let mut frame = Frame::black();
        frame.y.fill(level);
        let camera = photo.still.camera(0);
        Painter::default().draw(&photo.rig, &pose, (&mut photo.still.plate, camera), right, &mut frame);
        frame
    };
    let (one, other) = (over(77), over(200));
    for (at, (&one, &other)) in one.y.iter().zip(&other.y).enumerate() {
        let is_left = at % 1080 < 540;
        assert_eq!((one, other) == (77, 200), is_left, "{at}: {one} and {other}");
    }
}

#[test]
fn a_portrait_takes_little_memory() {
    let (picture, ..) = with_microphone();
    let bytes = Rigged::new(&picture).rig.bytes();
    assert!(bytes < 36_000_000, "{bytes}");
}

#[test]
fn landmarks_anywhere_are_drawn_without_a_panic() {
    let photo = astronaut();
    let on_photo = MARKS.landmarks.as_ref().unwrap();
    for (scale, x, y) in
        [(1.0, -150.0, 0.0), (0.02, 10.0, 10.0), (6.0, -700.0, -500.0), (1.0, 290.0, 440.0), (1.0, 9e5, 0.0)]
    {
        let mut still = Still::new(&photo, Area::WHOLE, 30);
        let rig = Rig::new(still.plate.planes(), &on_photo.moved(scale, Point::new(x, y)), true);
        let camera = still.camera(29);
        let pose = Pose { open: 1.0, lid: 0.5, keeps_mouth: false, breath: 1.0, gaze: (0.1, 0.0), ..SWAY };
        Painter::default().draw(&rig, &pose, (&mut still.plate, camera), Area::WHOLE, &mut Frame::black());
    }
}
