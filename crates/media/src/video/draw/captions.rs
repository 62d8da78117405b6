//! Draws a caption's pages over frames: white letters with a thick dark stroke, and where the campaign wants it the spoken
//! word larger and in yellow. Called by `scene`. A page is drawn when it comes and a word when it is spoken; in between a
//! frame only lays kept pixels over the picture.

use std::ops::Range;
use std::sync::Arc;

use tiny_skia::{Color, FillRule, LineJoin, Paint, Path, Pixmap, Shader, Stroke, Transform};

use super::faces::{Face, caption_top};
use super::lettering::CAPITAL;
use super::lettering::typesetter::Typesetter;
use super::pages::{self, LEFT, Page, Placed, RIGHT, Setting};
use super::planes::{Area, Layer};
use crate::video::frame::{FPS, Frame, Word};
use domain::{CaptionLook, LetterCase};

/// The caption of one scene.
#[derive(Clone)]
pub struct Captioning {
    pages: Arc<[Page]>,
    setting: Setting,
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
    /// Words that are spoken, one after the other. Where the campaign names no place, they keep clear of these faces.
    pub fn spoken(
        words: &[Word],
        scene_s: f64,
        look: CaptionLook,
        faces: &[Face],
        typesetter: &mut Typesetter,
    ) -> Captioning {
        let mut setting = Setting::new(look);
        let mut pages = pages::of_spoken(&cased(words, look.case), scene_s, &setting, typesetter);
        if look.position.is_none() {
            let top = caption_top(&pages::rows(&pages, &setting), faces);
            pages::move_down(&mut pages, top - setting.top);
            setting.top = top;
        }
        Captioning { pages: pages.into(), setting, shown: None }
    }

    /// Words that only stand there.
    pub fn standing(words: &[Word], scene_s: f64, look: CaptionLook, typesetter: &mut Typesetter) -> Captioning {
        let setting = Setting { highlights: false, ..Setting::new(look) };
        let pages = pages::of_standing(&cased(words, look.case), scene_s, &setting, typesetter);
        Captioning { pages: pages.into(), setting, shown: None }
    }

    /// The rows of the frame that words take; `None` without words.
    pub fn rows(&self) -> Option<Range<f32>> {
        let rows = pages::rows(&self.pages, &self.setting);
        (!self.is_empty()).then_some(self.setting.top + rows.start..self.setting.top + rows.end)
    }

    pub fn is_empty(&self) -> bool {
        self.pages.is_empty()
    }

    /// Lays what is said at this frame over it.
    pub fn draw(&mut self, number: u32, into: &mut Frame) {
        // A page shows from the frame in which its first word begins.
        let second = f64::from(number + 1) / f64::from(FPS);
        let Some(page) = self.pages.iter().position(|page| (page.from_s..page.to_s).contains(&second)) else { return };
        let spoken = if self.setting.highlights { spoken_at(&self.pages[page], second) } else { None };
        let is_shown = |shown: &Shown| shown.page == page && shown.spoken == spoken;
        if !self.shown.as_ref().is_some_and(is_shown) {
            let kept = self.shown.take().filter(|shown| shown.page == page);
            let still = kept.map_or_else(|| still(&self.pages[page], &self.setting), |shown| shown.still);
            let layer = with_spoken(&still, &self.pages[page], spoken, &self.setting);
            self.shown = Some(Shown { page, spoken, still, layer });
        }
        if let Some(shown) = &self.shown {
            shown.layer.lay(into);
        }
    }
}

/// The words in the case that a campaign asks for.
fn cased(words: &[Word], case: LetterCase) -> Vec<Word> {
    let text = |text: &str| match case {
        LetterCase::AsWritten => text.to_owned(),
        LetterCase::Upper => text.to_uppercase(),
        LetterCase::Lower => text.to_lowercase(),
    };
    words.iter().map(|word| Word { text: text(&word.text), ..*word }).collect()
}

/// The word that is being said: the last one that has begun, until shortly after it ends.
fn spoken_at(page: &Page, second: f64) -> Option<usize> {
    let index = page.pieces.partition_point(|placed| placed.piece.start_s <= second).checked_sub(1)?;
    (second < page.pieces[index].piece.end_s + 0.2).then_some(index)
}

/// Where captions are drawn, in the frame.
fn caption_area(setting: &Setting) -> Area {
    Area::around(LEFT, setting.top, RIGHT, setting.bottom())
}

/// A piece in the pixels of the caption area, enlarged around its middle.
struct Drawn<'p> {
    placed: &'p Placed,
    path: Option<Path>,
    at: (f32, f32),
    scale: f32,
}

impl<'p> Drawn<'p> {
    fn new(placed: &'p Placed, size: f32, scale: f32, area: Area) -> Drawn<'p> {
        let grown = scale - 1.0;
        let x = placed.x - placed.width * grown / 2.0 - area.left as f32;
        let y = placed.y + size * CAPITAL * grown / 2.0 - area.top as f32;
        Drawn { placed, path: placed.letters.placed(x, y, scale), at: (x, y), scale }
    }

    fn stroke(&self, pixels: &mut Pixmap, width: f32) {
        let stroke = Stroke { width, line_join: LineJoin::Round, ..Stroke::default() };
        let paint = paint(Color::from_rgba8(22, 12, 20, 245));
        if let Some(path) = &self.path {
            pixels.stroke_path(path, &paint, &stroke, Transform::identity(), None);
        }
    }

    fn fill(&self, pixels: &mut Pixmap, colour: Color) {
        if let Some(path) = &self.path {
            pixels.fill_path(path, &paint(colour), FillRule::Winding, Transform::identity(), None);
        }
        self.placed.letters.draw_pictures(pixels, self.at, self.scale);
    }
}

#[expect(clippy::expect_used, reason = "the box of captions has a size")]
fn still(page: &Page, setting: &Setting) -> Pixmap {
    let area = caption_area(setting);
    let mut pixels = Pixmap::new(area.width, area.height).expect("the box of captions has a size");
    let pieces: Vec<Drawn<'_>> = page.pieces.iter().map(|placed| Drawn::new(placed, page.size, 1.0, area)).collect();
    // All strokes first: none of them darkens a neighbour's letters.
    for piece in &pieces {
        piece.stroke(&mut pixels, setting.stroke);
    }
    for piece in &pieces {
        piece.fill(&mut pixels, Color::WHITE);
    }
    pixels
}

fn with_spoken(still: &Pixmap, page: &Page, spoken: Option<usize>, setting: &Setting) -> Layer {
    let area = caption_area(setting);
    let Some(spoken) = spoken.filter(|&spoken| !page.pieces[spoken].letters.is_empty()) else {
        return Layer::new(still, area);
    };
    let mut pixels = still.clone();
    let scale = pages::spoken_scale(page.pieces[spoken].width, page.size);
    let piece = Drawn::new(&page.pieces[spoken], page.size, scale, area);
    piece.stroke(&mut pixels, setting.stroke);
    piece.fill(&mut pixels, Color::from_rgba8(255, 210, 63, 255));
    Layer::new(&pixels, area)
}

fn paint(colour: Color) -> Paint<'static> {
    Paint { shader: Shader::SolidColor(colour), ..Paint::default() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::video::draw::lettering::tests::typesetter_for;
    use crate::video::still;
    use domain::{CaptionPosition, CaptionStyle};

    fn looking(text: &str, second: f64, look: CaptionLook) -> Frame {
        let word = |(at, text): (usize, &str)| Word {
            text: text.to_owned(),
            start_s: 0.5 + at as f64 * 0.4,
            end_s: 0.88 + at as f64 * 0.4,
        };
        let words: Vec<Word> = text.split_whitespace().enumerate().map(word).collect();
        let mut frame = Frame::black();
        frame.y.fill(90);
        let mut captioning = Captioning::spoken(&words, 4.0, look, &[], &mut typesetter_for(text));
        captioning.draw((second * 30.0) as u32, &mut frame);
        frame
    }

    fn captioned(text: &str, second: f64) -> Frame {
        looking(text, second, CaptionLook::default())
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
        for text in ["Wide words everywhere!", "gjpqy ÁÀÇ", "Donaudampfschifffahrt", "नमस्ते दुनिया", "สวัสดีชาวโลก"]
        {
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
    fn the_spoken_word_leaves_its_neighbour_a_space_however_long_it_is() {
        let dark_between = |text: &str| {
            let frame = looking(text, 1.1, CaptionLook::default());
            let column = |x: usize| (1040..1180).map(|y| frame.y[y * 1080 + x]).max().unwrap_or_default();
            let lit: Vec<bool> = (120..888).map(|x| column(x) > 150).collect();
            let first = lit.iter().position(|&lit| lit).unwrap();
            let ends = lit.iter().rposition(|&lit| lit).unwrap();
            lit[first..ends].split(|&lit| lit).map(<[bool]>::len).max().unwrap()
        };
        let (short, long) = (dark_between("o on"), dark_between("o unbelievable"));
        assert!(long + 6 >= short, "{short} and {long} pixels");
    }

    #[test]
    fn a_caption_comes_with_its_first_word_not_before() {
        assert!(captioned("mama papa", 0.4) == bare());
        assert!(captioned("mama papa", 0.5) != bare());
        assert!(captioned("mama papa", 3.9) == bare());
    }

    /// The box of the captions as it is seen.
    fn seen(frame: &Frame) -> image::RgbImage {
        image::imageops::crop_imm(&still(frame), 120, 980, 768, 268).to_image()
    }

    #[test]
    fn captions_in_every_script_look_as_they_did() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/captions");
        let drawn = tempfile::tempdir().unwrap();
        let mut changed = Vec::new();
        for (name, text) in [
            ("latin", "Naps are work, Zoë!"),
            ("cyrillic", "Съешь ещё этих булок"),
            ("hebrew", "שלום עולם (12)"),
            ("arabic", "مرحبا بالعالم، كيف حالك؟"),
            ("devanagari", "क्षत्रिय विद्यार्थी बोलते हैं।"),
            ("thai", "สวัสดีชาวโลก ยินดีต้อนรับ"),
            ("chinese", "你好，世界。今天天气很好"),
            ("japanese", "今日はいい天気ですね"),
            ("korean", "안녕하세요 세계"),
            ("emoji", "Naps 😂 👶🏽"),
        ] {
            let picture = seen(&captioned(text, 1.0));
            picture.save(drawn.path().join(format!("{name}.png"))).unwrap();
            let kept = image::open(folder.join(format!("{name}.png"))).map(|kept| kept.to_rgb8());
            let differs = |kept: &image::RgbImage| {
                let sum: u64 = kept
                    .as_raw()
                    .iter()
                    .zip(picture.as_raw())
                    .map(|(one, other)| u64::from(one.abs_diff(*other)))
                    .sum();
                kept.dimensions() != picture.dimensions() || sum > kept.as_raw().len() as u64
            };
            if kept.is_err() || kept.is_ok_and(|kept| differs(&kept)) {
                changed.push(name);
            }
        }
        if !changed.is_empty() {
            let (drawn, folder) = (drawn.keep(), folder.display());
            panic!("{changed:?} differ: look at {}, and copy what is right to {folder}", drawn.display());
        }
    }

    #[test]
    fn groups_of_characters_are_highlighted_one_after_the_other() {
        let yellow = |frame: &Frame| {
            let columns = (490..624).flat_map(|y| (60..444).map(move |x| y * 540 + x));
            let found: Vec<usize> = columns.filter(|&at| frame.u[at] < 75).map(|at| at % 540).collect();
            (found.len() > 100).then(|| found.iter().sum::<usize>() / found.len())
        };
        let (first, second) = (captioned("你好世界", 0.6), captioned("你好世界", 0.82));
        assert!(yellow(&first).unwrap() + 20 < yellow(&second).unwrap());
        let (first, second) = (captioned("مرحبا بالعالم", 0.7), captioned("مرحبا بالعالم", 1.1));
        assert!(yellow(&first).unwrap() > yellow(&second).unwrap() + 20, "Arabic goes from right to left");
    }

    #[test]
    fn a_campaign_says_how_its_captions_look() {
        let is_yellow = |frame: &Frame| frame.u.iter().any(|&u| u < 75);
        let changed = |frame: &Frame, rows: std::ops::Range<usize>| {
            frame.y[rows.start * 1080..rows.end * 1080].iter().any(|&light| light != 90)
        };
        let look = CaptionLook::default();
        let plain = looking("papa baba", 0.7, CaptionLook { style: CaptionStyle::Plain, ..look });
        assert!(!is_yellow(&plain) && changed(&plain, 980..1248));
        assert!(looking("papa", 0.7, CaptionLook { style: CaptionStyle::None, ..look }) == bare());
        let above = looking("papa", 0.7, CaptionLook { position: Some(CaptionPosition::Top), ..look });
        assert!(changed(&above, 300..568) && !changed(&above, 568..1920));
        let upper = looking("papa", 0.7, CaptionLook { case: LetterCase::Upper, ..look });
        assert!(upper == captioned("PAPA", 0.7) && upper != captioned("papa", 0.7));
    }
}
