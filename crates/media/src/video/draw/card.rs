//! Cards: a title in the empty studio, while bars of sound play under it. Stands for the title of an episode. Called by `scene`.

use image::RgbImage;
use tiny_skia::{Color, FillRule, LineJoin, Paint, Path, Pixmap, PremultipliedColorU8, Shader, Stroke, Transform};
use unicode_segmentation::UnicodeSegmentation;

use baby::{Look, studio};

use super::bars::{Row, Tint, WARM};
use super::lettering::CAPITAL;
use super::lettering::groups::groups;
use super::lettering::typesetter::Typesetter;
use super::planes::{Area, Layer};
use super::plate::{Camera, Plate};
use crate::video::frame::{Frame, HEIGHT, WIDTH};
use crate::video::perform::curve::{Chance, eased, second_of};

/// The title's sizes in pixels an em, from the first that fits, and its room.
const SIZES: [f32; 8] = [148.0, 132.0, 118.0, 104.0, 92.0, 80.0, 70.0, 60.0];
pub const TITLE_WIDTH: f32 = 768.0;
const TITLE_HEIGHT: f32 = 620.0;

/// Everything is centred on the middle of the part that no platform covers with its controls.
pub const MIDDLE: f32 = 504.0;
const TITLE_AT: f32 = 700.0;

const BARS: usize = 25;
/// From the title's last line to the bars.
const BARS_BELOW: f32 = 90.0;

#[derive(Clone)]
pub struct Card {
    room: Plate,
    text: Layer,
    bars_top: f32,
    chance: Chance,
}

impl Card {
    pub fn new(title: &str, scene: u64, typesetter: &mut Typesetter) -> Card {
        let (text, end) = text_layer(title, typesetter);
        let room = dusk(studio(&studio_look(scene)));
        Card { room: Plate::new(&room), text, bars_top: end, chance: Chance(scene).of("card") }
    }

    pub fn draw(&mut self, number: u32, into: &mut Frame) {
        let second = second_of(number as usize);
        // The camera draws near, ever slower, for as long as the card stands.
        let near = 1.0 + 0.07 * (1.0 - (-second / 4.0).exp());
        let camera = Camera { left: 0.0, top: 0.0, step: 1.0 }.zoomed(near, (540.0, 760.0));
        self.room.show(camera, Area::WHOLE, into);
        self.bars(second).lay(into);
        self.text.lay(into);
    }

    /// Bars that wander by themselves, low at the ends.
    fn bars(&self, second: f64) -> Layer {
        let (pitch, half) = (24.0, BARS as f32 * 12.0);
        let area = Area::around(MIDDLE - half, self.bars_top, MIDDLE + half, self.bars_top + 84.0);
        let row = Row { area, thickness: 12.0, pitch, first: pitch / 2.0 };
        let bar = |index: usize| {
            let from_middle = (index as f32 - (BARS / 2) as f32).abs() / (BARS / 2) as f32;
            let wave = Chance(self.chance.0 ^ index as u64).drift(second, 0.33) * 0.5 + 0.5;
            let grown = eased(0.0, 0.8, second as f32 + 0.15);
            ((0.12 + 0.88 * wave) * (1.0 - 0.8 * from_middle.powi(2)) * grown, Tint { opacity: 0.95, ..WARM })
        };
        row.layer((0..BARS).map(bar))
    }
}

/// The look that furnishes a studio for these words: always the same for the same.
pub fn studio_look(scene: u64) -> Look {
    let mut seed = [0x5a; 32];
    seed[..8].copy_from_slice(&scene.to_le_bytes());
    Look::new(seed, "")
}

/// The room with its lights turned down, most in the middle where the letters stand.
fn dusk(mut room: RgbImage) -> RgbImage {
    for (x, y, pixel) in room.enumerate_pixels_mut() {
        let away = ((x as f32 - MIDDLE) / 560.0).hypot((y as f32 - TITLE_AT) / 640.0);
        let kept = 0.5 + 0.36 * eased(0.3, 1.3, away);
        pixel.0 = pixel.0.map(|value| (f32::from(value) * kept) as u8);
    }
    room
}

/// Words on lines that are no wider than `width`; a single word may be.
pub fn wrapped(text: &str, size: f32, width: f32, typesetter: &mut Typesetter) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        for (position, group) in groups(word).into_iter().enumerate() {
            let space = if position == 0 { " " } else { "" };
            let longer = lines.last().map(|line| format!("{line}{space}{group}"));
            match (lines.last_mut(), longer.filter(|longer| typesetter.width_of(longer, size) <= width)) {
                (Some(line), Some(longer)) => *line = longer,
                _ => lines.push(group.to_owned()),
            }
        }
    }
    lines
}

/// The title at the largest size at which it fits; one that fits at none loses its end.
fn title_lines(title: &str, typesetter: &mut Typesetter) -> (f32, Vec<String>) {
    for size in SIZES {
        let lines = wrapped(title, size, TITLE_WIDTH, typesetter);
        let widest = lines.iter().map(|line| typesetter.width_of(line, size)).fold(0.0, f32::max);
        if widest <= TITLE_WIDTH && lines.len() as f32 * size * 1.12 <= TITLE_HEIGHT {
            return (size, lines);
        }
    }
    let size = SIZES[SIZES.len() - 1];
    let mut lines = wrapped(title, size, TITLE_WIDTH, typesetter);
    lines.truncate((TITLE_HEIGHT / size / 1.12) as usize);
    (size, lines.into_iter().map(|line| shortened(&line, size, TITLE_WIDTH, typesetter)).collect())
}

/// The line, or as much of its beginning as fits, with an ellipsis.
pub fn shortened(line: &str, size: f32, width: f32, typesetter: &mut Typesetter) -> String {
    if typesetter.width_of(line, size) <= width {
        return line.to_owned();
    }
    let mut kept = String::new();
    for letter in line.graphemes(true) {
        if typesetter.width_of(&format!("{kept}{letter}…"), size) > width {
            break;
        }
        kept.push_str(letter);
    }
    kept + "…"
}

/// The words of a card, and where they end.
#[expect(clippy::expect_used, reason = "a frame has a size")]
fn text_layer(title: &str, typesetter: &mut Typesetter) -> (Layer, f32) {
    let mut pixels = Pixmap::new(WIDTH, HEIGHT).expect("a frame has a size");
    let (size, titles) = title_lines(title, typesetter);
    let title_height = size * 1.12 * titles.len().saturating_sub(1) as f32 + size * CAPITAL;
    let mut y = TITLE_AT - title_height / 2.0 + size * CAPITAL;
    for line in &titles {
        write(&mut pixels, line, (size, y), Color::WHITE, typesetter);
        y += size * 1.12;
    }
    (Layer::new(&trimmed(&pixels), trimmed_area()), y - size * 1.12 + BARS_BELOW)
}

/// Where a card's words can be.
fn trimmed_area() -> Area {
    Area { left: 100, top: 300, width: 808, height: 820 }
}

#[expect(clippy::expect_used, reason = "a card's words have room")]
fn trimmed(pixels: &Pixmap) -> Pixmap {
    let area = trimmed_area();
    let mut cut = Pixmap::new(area.width, area.height).expect("a card's words have room");
    let from: &[PremultipliedColorU8] = pixels.pixels();
    for (y, row) in cut.pixels_mut().chunks_exact_mut(area.width as usize).enumerate() {
        let start = (area.top as usize + y) * WIDTH as usize + area.left as usize;
        row.copy_from_slice(&from[start..start + area.width as usize]);
    }
    cut
}

/// One centred line of a size at a height, in `colour` on a dark stroke with a shadow below.
pub fn write(pixels: &mut Pixmap, line: &str, (size, y): (f32, f32), colour: Color, typesetter: &mut Typesetter) {
    let set = typesetter.text(line, size);
    let x = MIDDLE - set.width / 2.0;
    let shadow = set.letters.placed(x, y + size * 0.05, 1.0);
    let letters = set.letters.placed(x, y, 1.0);
    let paint = |colour| Paint { shader: Shader::SolidColor(colour), ..Paint::default() };
    let stroke = Stroke { width: size * 0.14, line_join: LineJoin::Round, ..Stroke::default() };
    let dark = |alpha| Color::from_rgba8(22, 10, 18, alpha);
    let identity = Transform::identity();
    let outline = |pixels: &mut Pixmap, path: &Path, alpha| {
        pixels.stroke_path(path, &paint(dark(alpha)), &stroke, identity, None);
    };
    if let (Some(shadow), Some(letters)) = (shadow, letters) {
        outline(pixels, &shadow, 110);
        outline(pixels, &letters, 235);
        pixels.fill_path(&letters, &paint(colour), FillRule::Winding, identity, None);
    }
    set.letters.draw_pictures(pixels, (x, y), 1.0);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_take_the_largest_size_that_fits() {
        let mut typesetter = Typesetter::new(&[]);
        let (short, lines) = title_lines("Mon Rovîa", &mut typesetter);
        assert_eq!((short, lines.len()), (SIZES[0], 1));
        let title = "Mon Rovîa music reaction with two babies who have never heard of him before";
        let (long, lines) = title_lines(title, &mut typesetter);
        assert!(long < short && lines.len() > 2);
        for line in lines {
            assert!(typesetter.width_of(&line, long) <= TITLE_WIDTH);
        }
    }

    #[test]
    fn a_title_that_fits_at_no_size_loses_its_end() {
        let mut typesetter = Typesetter::new(&[]);
        for title in ["x".repeat(300), "word ".repeat(300)] {
            let (size, lines) = title_lines(&title, &mut typesetter);
            assert!(lines.iter().all(|line| typesetter.width_of(line, size) <= TITLE_WIDTH));
            assert!(lines.len() as f32 * size * 1.12 <= TITLE_HEIGHT + size);
        }
        assert!(title_lines(&"x".repeat(300), &mut typesetter).1[0].ends_with('…'));
    }

    #[test]
    fn any_card_draws_a_picture_that_is_not_black() {
        for title in ["", "🔥", "Naps"] {
            let mut frame = Frame::black();
            Card::new(title, 7, &mut Typesetter::new(&[])).draw(0, &mut frame);
            let mean = frame.y.iter().map(|&value| u64::from(value)).sum::<u64>() / frame.y.len() as u64;
            assert!(mean > 24, "{title:?}: {mean}");
        }
    }
}
