//! The label that a campaign may ask for in every picture, such as "AI": white letters on a dark pill, small, in the part
//! that platforms leave free, clear of faces and captions. Drawn once a scene, by `scene`.

use std::ops::Range;

use tiny_skia::{Color, FillRule, Paint, Path, PathBuilder, Pixmap, Rect, Shader, Transform};

use super::faces::Bounds;
use super::lettering::CAPITAL;
use super::lettering::typesetter::{Set, Typesetter};
use super::pages::{LEFT, RIGHT};
use super::planes::{Area, Layer};
use crate::video::frame::Frame;

/// Pixels an em, and those of the smallest letters that a long label shrinks to.
const SIZE: f32 = 40.0;
const SMALLEST: f32 = 22.0;

const HEIGHT: f32 = 60.0;
/// From the end of the pill to its letters.
const PADDING: f32 = 22.0;
const WIDEST: f32 = 420.0;

/// The columns that are left free at the upper and at the lower half; below, platforms have buttons at the right.
const COLUMNS: Range<f32> = 60.0..1020.0;
const COLUMNS_BESIDE_BUTTONS: Range<f32> = 60.0..888.0;

/// The upper edges that are tried, in this order, each at the left and at the right: below the platform's own line at the
/// top, below a chin, and above what a platform writes at the bottom.
const TOPS: [f32; 3] = [300.0, 908.0, 1186.0];

#[derive(Clone)]
pub struct Label(Layer);

impl Label {
    /// `None` where no letter of it can be shown. `captions` are the rows that captions take.
    pub fn new(
        text: &str,
        captions: Option<Range<f32>>,
        faces: &[Bounds],
        typesetter: &mut Typesetter,
    ) -> Option<Label> {
        let (size, set) = fitting(text, typesetter);
        if set.letters.is_empty() {
            return None;
        }
        let place = place(set.width + 2.0 * PADDING, captions, faces);
        let area = Area::around(place.left, place.top, place.right, place.bottom);
        let mut pixels = Pixmap::new(area.width, area.height)?;
        let (left, top) = (place.left - area.left as f32, place.top - area.top as f32);
        if let Some(pill) = pill(left, top, place.right - place.left) {
            pixels.fill_path(
                &pill,
                &paint(Color::from_rgba8(16, 9, 15, 168)),
                FillRule::Winding,
                Transform::identity(),
                None,
            );
        }
        let at = (left + PADDING, top + f32::midpoint(HEIGHT, size * CAPITAL));
        if let Some(letters) = set.letters.placed(at.0, at.1, 1.0) {
            let white = paint(Color::from_rgba8(255, 255, 255, 240));
            pixels.fill_path(&letters, &white, FillRule::Winding, Transform::identity(), None);
        }
        set.letters.draw_pictures(&mut pixels, at, 1.0);
        Some(Label(Layer::new(&pixels, area)))
    }

    pub fn lay(&self, into: &mut Frame) {
        self.0.lay(into);
    }
}

/// The letters at the largest size at which they fit.
fn fitting(text: &str, typesetter: &mut Typesetter) -> (f32, Set) {
    let room = WIDEST - 2.0 * PADDING;
    let size = (SIZE * room / typesetter.width_of(text, SIZE).max(1.0)).clamp(SMALLEST, SIZE);
    (size, typesetter.text(text, size))
}

/// The first place that covers neither a caption nor a face, else the one that covers least.
fn place(width: f32, captions: Option<Range<f32>>, faces: &[Bounds]) -> Bounds {
    let captions = captions.map(|rows| Bounds { left: LEFT, top: rows.start, right: RIGHT, bottom: rows.end });
    let places = TOPS.into_iter().flat_map(|top| {
        let columns = if top < 600.0 { COLUMNS } else { COLUMNS_BESIDE_BUTTONS };
        let at = |left: f32| Bounds { left, top, right: left + width, bottom: top + HEIGHT };
        [at(columns.start), at(columns.end - width)]
    });
    let covers = |place: &Bounds| faces.iter().chain(&captions).map(|taken| taken.shared(place)).sum::<u32>();
    let first = Bounds { left: COLUMNS.start, top: TOPS[0], right: COLUMNS.start + width, bottom: TOPS[0] + HEIGHT };
    places.min_by_key(covers).unwrap_or(first)
}

fn pill(left: f32, top: f32, width: f32) -> Option<Path> {
    let radius = HEIGHT / 2.0;
    let mut pen = PathBuilder::new();
    pen.push_rect(Rect::from_xywh(left + radius, top, width - HEIGHT, HEIGHT)?);
    pen.push_circle(left + radius, top + radius, radius);
    pen.push_circle(left + width - radius, top + radius, radius);
    pen.finish()
}

fn paint(colour: Color) -> Paint<'static> {
    Paint { shader: Shader::SolidColor(colour), ..Paint::default() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bounds(left: f32, top: f32, right: f32, bottom: f32) -> Bounds {
        Bounds { left, top, right, bottom }
    }

    #[test]
    fn a_label_keeps_clear_of_faces_and_captions_and_inside_what_platforms_leave_free() {
        let above = Some(300.0..568.0);
        let usual = Some(980.0..1248.0);
        for (captions, faces, left, top) in [
            (None, vec![], 60.0, 300.0),
            (usual.clone(), vec![], 60.0, 300.0),
            // Beside captions there is room at the right.
            (above.clone(), vec![], 920.0, 300.0),
            (usual.clone(), vec![bounds(0.0, 250.0, 700.0, 800.0)], 920.0, 300.0),
            (usual.clone(), vec![bounds(0.0, 250.0, 1080.0, 800.0)], 60.0, 908.0),
            (above, vec![bounds(0.0, 280.0, 1080.0, 1100.0)], 60.0, 1186.0),
        ] {
            let place = place(100.0, captions.clone(), &faces);
            assert_eq!((place.left, place.top), (left, top), "{captions:?} {faces:?}");
        }
        // Nothing is free: the least is covered.
        let place = place(100.0, usual, &[bounds(0.0, 0.0, 1080.0, 950.0)]);
        assert!(place.top > 900.0);
    }

    #[test]
    fn a_label_is_as_wide_as_its_letters_and_never_wider_than_its_corner() {
        let mut typesetter = Typesetter::new(&[]);
        let drawn = |text: &str, typesetter: &mut Typesetter| {
            let mut frame = Frame::black();
            frame.y.fill(200);
            Label::new(text, None, &[], typesetter).unwrap().lay(&mut frame);
            let changed: Vec<usize> = (0..frame.y.len()).filter(|&at| frame.y[at] != 200).map(|at| at % 1080).collect();
            (*changed.iter().min().unwrap(), *changed.iter().max().unwrap())
        };
        let (left, short) = drawn("AI", &mut typesetter);
        let (_, long) = drawn("Made with the help of AI", &mut typesetter);
        assert!(left >= 60 && short < 180 && long > 300 && long <= 480, "{left} {short} {long}");
        assert!(Label::new("\u{10ffff}", None, &[], &mut typesetter).is_none());
    }
}
