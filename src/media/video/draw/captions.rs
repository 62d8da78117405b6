//! Draws a caption's pages over frames: white letters with a thick dark stroke, the spoken word larger and in yellow.
//! Called by `scene`. A page is drawn when it comes and a word when it is spoken; in between a frame only lays kept
//! pixels over the picture.

use tiny_skia::{Color, FillRule, LineJoin, Paint, Path, Pixmap, Shader, Stroke, Transform};

use super::lettering::lettered;
use super::pages::{self, BOTTOM, LEFT, Page, Placed, RIGHT, SPOKEN_SCALE, STROKE, TOP};
use super::planes::{Area, Layer};
use crate::media::video::frame::{FPS, Frame, Word};

/// The caption of one scene.
#[derive(Clone)]
pub struct Captioning {
    pages: Vec<Page>,
    highlights: bool,
    shown: Option<Shown>,
}

/// What was laid over the last frame.
#[derive(Clone)]
struct Shown {
    page: usize,
    spoken: Option<usize>,
    /// The page without a spoken word.
    still: Pixmap,
    layer: Layer,
}

impl Captioning {
    /// Words that are spoken, one after the other.
    pub fn spoken(words: &[Word], scene_s: f64) -> Captioning {
        Captioning { pages: pages::of_spoken(words, scene_s), highlights: true, shown: None }
    }

    /// Words that only stand there.
    pub fn standing(words: &[Word], scene_s: f64) -> Captioning {
        Captioning { pages: pages::of_standing(words, scene_s), highlights: false, shown: None }
    }

    pub fn is_empty(&self) -> bool {
        self.pages.is_empty()
    }

    /// Lays what is said at this frame over it.
    pub fn draw(&mut self, number: u32, into: &mut Frame) {
        // A page shows from the frame in which its first word begins.
        let second = f64::from(number + 1) / f64::from(FPS);
        let Some(page) = self.pages.iter().position(|page| (page.from_s..page.to_s).contains(&second)) else { return };
        let spoken = if self.highlights { spoken_at(&self.pages[page], second) } else { None };
        let is_shown = |shown: &Shown| shown.page == page && shown.spoken == spoken;
        if !self.shown.as_ref().is_some_and(is_shown) {
            let kept = self.shown.take().filter(|shown| shown.page == page);
            let still = kept.map_or_else(|| still(&self.pages[page]), |shown| shown.still);
            let layer = with_spoken(&still, &self.pages[page], spoken);
            self.shown = Some(Shown { page, spoken, still, layer });
        }
        if let Some(shown) = &self.shown {
            shown.layer.lay(into);
        }
    }
}

/// The word that is being said: the last one that has begun, until shortly after it ends.
fn spoken_at(page: &Page, second: f64) -> Option<usize> {
    let index = page.pieces.partition_point(|placed| placed.piece.start_s <= second).checked_sub(1)?;
    (second < page.pieces[index].piece.end_s + 0.2).then_some(index)
}

/// Where captions are drawn, in the frame.
fn caption_area() -> Area {
    Area::around(LEFT, TOP, RIGHT, BOTTOM)
}

fn still(page: &Page) -> Pixmap {
    let area = caption_area();
    let mut pixels = Pixmap::new(area.width, area.height).expect("the box of captions has a size");
    let paths: Vec<Path> = page.pieces.iter().filter_map(|placed| outline(placed, page.size, 1.0)).collect();
    // All strokes first: none of them darkens a neighbour's letters.
    for path in &paths {
        stroke(&mut pixels, path);
    }
    for path in &paths {
        fill(&mut pixels, path, Color::WHITE);
    }
    pixels
}

fn with_spoken(still: &Pixmap, page: &Page, spoken: Option<usize>) -> Layer {
    let path = spoken.and_then(|spoken| outline(&page.pieces[spoken], page.size, SPOKEN_SCALE));
    let Some(path) = path else { return Layer::new(still, caption_area()) };
    let mut pixels = still.clone();
    stroke(&mut pixels, &path);
    fill(&mut pixels, &path, Color::from_rgba8(255, 210, 63, 255));
    Layer::new(&pixels, caption_area())
}

/// The outlines of a piece in the pixels of the caption area, enlarged around its middle.
fn outline(placed: &Placed, size: f32, scale: f32) -> Option<Path> {
    let area = caption_area();
    let grown = scale - 1.0;
    let x = placed.x - placed.width * grown / 2.0 - area.left as f32;
    let y = placed.y + size * super::lettering::CAPITAL * grown / 2.0 - area.top as f32;
    lettered(&placed.piece.text, size).placed(x, y, scale)
}

fn paint(colour: Color) -> Paint<'static> {
    Paint { shader: Shader::SolidColor(colour), ..Paint::default() }
}

fn stroke(pixels: &mut Pixmap, path: &Path) {
    let stroke = Stroke { width: STROKE, line_join: LineJoin::Round, ..Stroke::default() };
    pixels.stroke_path(path, &paint(Color::from_rgba8(22, 12, 20, 245)), &stroke, Transform::identity(), None);
}

fn fill(pixels: &mut Pixmap, path: &Path, colour: Color) {
    pixels.fill_path(path, &paint(colour), FillRule::Winding, Transform::identity(), None);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn captioned(text: &str, second: f64) -> Frame {
        let word = |(at, text): (usize, &str)| Word {
            text: text.to_owned(),
            start_s: 0.5 + at as f64 * 0.4,
            end_s: 0.88 + at as f64 * 0.4,
        };
        let words: Vec<Word> = text.split_whitespace().enumerate().map(word).collect();
        let mut frame = Frame::black();
        frame.y.fill(90);
        Captioning::spoken(&words, 4.0).draw((second * 30.0) as u32, &mut frame);
        frame
    }

    fn bare() -> Frame {
        captioned("", 1.0)
    }

    #[test]
    fn nothing_is_drawn_outside_the_safe_box() {
        for text in ["Wide words everywhere!", "gjpqy ÁÀÇ", "Donaudampfschifffahrt", "שלום עולם"] {
            let (frame, bare) = (captioned(text, 0.9), bare());
            assert!(frame != bare, "{text} does not show");
            for (index, (with, without)) in frame.y.iter().zip(&bare.y).enumerate() {
                let (x, y) = (index % 1080, index / 1080);
                let inside = (120..888).contains(&x) && (980..1248).contains(&y);
                assert!(inside || with == without, "{text} is drawn at {x}, {y}");
            }
        }
    }

    #[test]
    fn letters_are_not_cut_by_the_box() {
        for text in ["Wide words everywhere!", "gjpqy ÁÀÇ", "Donaudampfschifffahrt"] {
            let (frame, bare) = (captioned(text, 0.9), bare());
            for x in 0..1080 {
                for y in [980, 1247] {
                    assert_eq!(frame.y[y * 1080 + x], bare.y[y * 1080 + x], "{text} touches the box at {x}, {y}");
                }
            }
        }
    }

    #[test]
    fn the_spoken_word_is_yellow_and_moves_on() {
        let yellow = |frame: &Frame, columns: std::ops::Range<usize>| {
            (490..624).flat_map(|y| columns.clone().map(move |x| y * 540 + x)).filter(|&at| frame.u[at] < 75).count()
        };
        let (first, second) = (captioned("papa baba", 0.7), captioned("papa baba", 1.1));
        assert!(yellow(&first, 60..252) > 200 && yellow(&first, 252..444) == 0);
        assert!(yellow(&second, 252..444) > 200 && yellow(&second, 60..252) == 0);
    }

    #[test]
    fn a_caption_comes_with_its_first_word_not_before() {
        assert!(captioned("mama papa", 0.4) == bare());
        assert!(captioned("mama papa", 0.5) != bare());
        assert!(captioned("mama papa", 3.9) == bare());
    }
}
