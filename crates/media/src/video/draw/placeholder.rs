//! What stands where a scene is missing: a dark page with a dashed frame and the sentence that says so, so that nobody
//! takes it for a title. Only the dashes creep, so that nobody takes it for a frozen video either. Called by `scene`.

use tiny_skia::{
    Color, GradientStop, LinearGradient, Paint, PathBuilder, Pixmap, Point, Rect, Shader, SpreadMode, Stroke,
    StrokeDash, Transform,
};

use super::card::{TITLE_WIDTH, shortened, wrapped, write};
use super::lettering::CAPITAL;
use super::lettering::typesetter::Typesetter;
use super::planes::{self, Area, Layer};
use crate::video::frame::{Frame, HEIGHT, WIDTH};
use crate::video::perform::curve::second_of;

const TITLE_SIZE: f32 = 68.0;
const LINE_SIZE: f32 = 46.0;
/// More lines than these do not fit into the frame.
const MOST_LINES: usize = 5;

/// The dashed frame, above where a caption would stand, and the middle of its words.
const FRAME: Area = Area { left: 80, top: 376, width: 848, height: 568 };
const WORDS_AT: f32 = 660.0;
const DASH: f32 = 5.0;
/// Pixels that the dashes creep in a second.
const CREEP: f64 = 14.0;

#[derive(Clone)]
pub struct Gap {
    page: Frame,
}

impl Gap {
    #[expect(clippy::expect_used, reason = "a frame has a size")]
    pub fn new(title: &str, lines: &[String], typesetter: &mut Typesetter) -> Gap {
        let mut pixels = Pixmap::new(WIDTH, HEIGHT).expect("a frame has a size");
        shade(&mut pixels);
        words(&mut pixels, title, lines, typesetter);
        let mut page = Frame::black();
        planes::write(&pixels, Area::WHOLE, &mut page);
        Gap { page }
    }

    pub fn draw(&self, number: u32, into: &mut Frame) {
        into.clone_from(&self.page);
        dashes((second_of(number as usize) * CREEP) as f32).lay(into);
    }
}

/// The dark page.
fn shade(pixels: &mut Pixmap) {
    let stops = vec![
        GradientStop::new(0.0, Color::from_rgba8(66, 62, 74, 255)),
        GradientStop::new(1.0, Color::from_rgba8(42, 39, 49, 255)),
    ];
    let (top, bottom) = (Point::from_xy(0.0, 0.0), Point::from_xy(0.0, HEIGHT as f32));
    let shade = LinearGradient::new(top, bottom, stops, SpreadMode::Pad, Transform::identity());
    if let (Some(shader), Some(whole)) = (shade, Rect::from_xywh(0.0, 0.0, WIDTH as f32, HEIGHT as f32)) {
        pixels.fill_rect(whole, &Paint { shader, ..Paint::default() }, Transform::identity(), None);
    }
}

/// The dashed frame, its dashes moved along it by so many pixels.
#[expect(clippy::expect_used, reason = "the frame has a size")]
fn dashes(along: f32) -> Layer {
    let mut pixels = Pixmap::new(FRAME.width, FRAME.height).expect("the frame has a size");
    let stroke = Stroke { width: DASH, dash: StrokeDash::new(vec![30.0, 22.0], -along), ..Stroke::default() };
    let paint = Paint { shader: Shader::SolidColor(Color::from_rgba8(206, 198, 216, 110)), ..Paint::default() };
    let (width, height) = (FRAME.width as f32 - 2.0 * DASH, FRAME.height as f32 - 2.0 * DASH);
    if let Some(edge) = Rect::from_xywh(DASH, DASH, width, height) {
        pixels.stroke_path(&PathBuilder::from_rect(edge), &paint, &stroke, Transform::identity(), None);
    }
    Layer::new(&pixels, FRAME)
}

fn words(pixels: &mut Pixmap, title: &str, lines: &[String], typesetter: &mut Typesetter) {
    let titles = wrapped(title, TITLE_SIZE, TITLE_WIDTH, typesetter);
    let mut below: Vec<String> = Vec::new();
    for line in lines {
        below.extend(wrapped(line, LINE_SIZE, TITLE_WIDTH, typesetter));
    }
    below.truncate(MOST_LINES);
    let (title_step, line_step) = (TITLE_SIZE * 1.2, LINE_SIZE * 1.36);
    let gap = if below.is_empty() { 0.0 } else { 44.0 };
    let height = titles.len() as f32 * title_step + gap + below.len() as f32 * line_step;
    let mut y = WORDS_AT - height / 2.0 + TITLE_SIZE * CAPITAL;
    for line in titles {
        let line = shortened(&line, TITLE_SIZE, TITLE_WIDTH, typesetter);
        write(pixels, &line, (TITLE_SIZE, y), Color::from_rgba8(244, 240, 248, 255), typesetter);
        y += title_step;
    }
    y += gap;
    for line in below {
        let line = shortened(&line, LINE_SIZE, TITLE_WIDTH, typesetter);
        write(pixels, &line, (LINE_SIZE, y), Color::from_rgba8(202, 194, 212, 255), typesetter);
        y += line_step;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_words_stay_inside_the_dashed_frame_of_a_page_that_is_not_black() {
        for (title, lines) in [
            ("Scene 2 is missing", vec!["Ada:".to_owned(), "“Two.”".to_owned()]),
            ("Scene 9999 is missing", vec!["x".repeat(300), "word ".repeat(300)]),
            ("🔥", Vec::new()),
        ] {
            let mut frame = Frame::black();
            Gap::new(title, &lines, &mut Typesetter::new(&[])).draw(0, &mut frame);
            let darkest = frame.y.iter().step_by(997).min();
            assert!(darkest.is_some_and(|&light| light >= 16), "{title}");
            let brightest_outside = frame.y[..370 * WIDTH as usize].iter().max();
            assert!(brightest_outside.is_some_and(|&light| (40..90).contains(&light)), "{title}");
        }
    }
}
