//! Letters as outlines: a text becomes a path of a given size, in the first embedded font that has its letters. Called
//! by `captions`, `card` and whoever writes into a frame; knows no layout and no time.
//!
//! Lato Black comes first; Noto Sans Bold adds the rest of Latin, Greek and Cyrillic, Noto Sans Hebrew its script. There
//! is no shaping: scripts whose letters join or stack (Arabic, Devanagari …) and pictures (emoji) count as missing.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use ab_glyph::{Font, FontRef, OutlineCurve};
use tiny_skia::{Path, PathBuilder, Transform};
use unicode_segmentation::UnicodeSegmentation;

static FACES: LazyLock<Vec<FontRef<'static>>> = LazyLock::new(|| {
    let files: [&[u8]; 3] = [
        include_bytes!("../../../../assets/fonts/Lato-Black.ttf"),
        include_bytes!("../../../../assets/fonts/NotoSans-Bold.ttf"),
        include_bytes!("../../../../assets/fonts/NotoSansHebrew-Bold.ttf"),
    ];
    files.iter().filter_map(|file| FontRef::try_from_slice(file).ok()).collect()
});

/// Height of a capital letter as a share of the size.
pub const CAPITAL: f32 = 0.72;

/// A text as outlines: its first letter begins at 0, its line is at 0, y goes down.
pub struct Lettered {
    /// `None` when nothing of it can be drawn.
    pub path: Option<Path>,
    pub width: f32,
}

/// The outlines of a text on one line, `size` pixels an em.
pub fn lettered(text: &str, size: f32) -> Lettered {
    let text = in_writing_order(text);
    let common = common_face(&text);
    let mut pen = PathBuilder::new();
    let (mut x, mut before) = (0.0, None);
    for letter in text.chars() {
        let Some(face) = common.filter(|&face| has(face, letter)).or_else(|| face_with(letter)) else { continue };
        let font = &FACES[face];
        let scale = size / font.units_per_em().unwrap_or(1000.0);
        let glyph = font.glyph_id(letter);
        if let Some((face_before, glyph_before)) = before
            && face_before == face
        {
            x += font.kern_unscaled(glyph_before, glyph) * scale;
        }
        trace(&mut pen, font, glyph, (x, scale));
        x += font.h_advance_unscaled(glyph) * scale;
        before = Some((face, glyph));
    }
    Lettered { path: pen.finish(), width: x }
}

/// The width of a text on one line, `size` pixels an em.
pub fn width_of(text: &str, size: f32) -> f32 {
    lettered(text, size).width
}

/// The letters of a text that no embedded font has, each once.
pub fn missing(text: &str) -> BTreeSet<char> {
    text.chars().filter(|&letter| !is_silent(letter) && face_with(letter).is_none()).collect()
}

/// True when a text is written from right to left: its first letter that has a direction says so.
pub fn runs_left(text: &str) -> bool {
    text.chars().find(|letter| letter.is_alphabetic()).is_some_and(is_right_to_left)
}

fn is_right_to_left(letter: char) -> bool {
    matches!(letter, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefc}')
}

/// Characters that steer or modify others and are never drawn by themselves.
fn is_silent(letter: char) -> bool {
    letter.is_whitespace()
        || letter.is_control()
        || matches!(letter, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}')
        || matches!(letter, '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{e0000}'..='\u{e0fff}')
}

fn has(face: usize, letter: char) -> bool {
    FACES[face].glyph_id(letter).0 != 0
}

fn face_with(letter: char) -> Option<usize> {
    (0..FACES.len()).find(|&face| !is_silent(letter) && has(face, letter))
}

/// The first face that has every letter which any face has: a word is not set in two.
fn common_face(text: &str) -> Option<usize> {
    let drawable: Vec<char> = text.chars().filter(|&letter| face_with(letter).is_some()).collect();
    (0..FACES.len()).find(|&face| drawable.iter().all(|&letter| has(face, letter)))
}

/// The letters from left to right: words of a script that runs left are turned around, their numbers and brackets not.
fn in_writing_order(text: &str) -> String {
    if !runs_left(text) {
        return text.to_owned();
    }
    let mut letters: Vec<&str> = text.graphemes(true).collect();
    letters.reverse();
    let is_digit = |letter: &&str| letter.chars().all(|letter| letter.is_ascii_digit());
    for run in letters.chunk_by_mut(|one, other| is_digit(one) && is_digit(other)) {
        run.reverse();
    }
    let mirrored = |letter: &str| match letter {
        "(" => ")".to_owned(),
        ")" => "(".to_owned(),
        "[" => "]".to_owned(),
        "]" => "[".to_owned(),
        letter => letter.to_owned(),
    };
    letters.into_iter().map(mirrored).collect()
}

fn trace(pen: &mut PathBuilder, font: &FontRef, glyph: ab_glyph::GlyphId, (x, scale): (f32, f32)) {
    let Some(outline) = font.outline(glyph) else { return };
    let at = |point: ab_glyph::Point| (x + point.x * scale, -point.y * scale);
    let mut end = None;
    for curve in &outline.curves {
        let (from, to) = match *curve {
            OutlineCurve::Line(from, to) | OutlineCurve::Quad(from, _, to) | OutlineCurve::Cubic(from, _, _, to) => {
                (at(from), at(to))
            }
        };
        if end != Some(from) {
            if end.is_some() {
                pen.close();
            }
            pen.move_to(from.0, from.1);
        }
        match *curve {
            OutlineCurve::Line(..) => pen.line_to(to.0, to.1),
            OutlineCurve::Quad(_, by, _) => pen.quad_to(at(by).0, at(by).1, to.0, to.1),
            OutlineCurve::Cubic(_, by, and, _) => {
                pen.cubic_to(at(by).0, at(by).1, at(and).0, at(and).1, to.0, to.1);
            }
        }
        end = Some(to);
    }
    if end.is_some() {
        pen.close();
    }
}

impl Lettered {
    /// The outlines with their beginning at this place, `scale` times as large.
    pub fn placed(&self, x: f32, y: f32, scale: f32) -> Option<Path> {
        self.path.clone()?.transform(Transform::from_row(scale, 0.0, 0.0, scale, x, y))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_face_is_a_font() {
        assert_eq!(FACES.len(), 3);
    }

    #[test]
    fn latin_greek_cyrillic_and_hebrew_are_covered() {
        for text in
            ["Mon Rovîa — «ça va?»", "Zażółć gęślą jaźń", "Ξεσκεπάζω", "Съешь ещё этих", "שלום עולם", "Tiếng Việt"]
        {
            assert!(missing(text).is_empty(), "{text}: {:?}", missing(text));
            assert!(lettered(text, 80.0).path.is_some());
        }
    }

    #[test]
    fn what_is_missing_is_named_once_and_left_out() {
        assert_eq!(missing("日本 日 🔥ok\u{200d}\u{fe0f}").into_iter().collect::<String>(), "日本🔥");
        assert!((width_of("ok🔥", 80.0) - width_of("ok", 80.0)).abs() < 1e-3);
        assert!(lettered("日本", 80.0).path.is_none() && lettered("", 80.0).path.is_none());
    }

    #[test]
    fn a_word_is_set_in_one_face() {
        // Lato has the c, only Noto has the Vietnamese vowel beside it.
        let word = "trẫn";
        assert_eq!(common_face(word), Some(usize::from(!has(0, 'ẫ'))));
        assert_eq!(common_face("Hello"), Some(0));
    }

    #[test]
    fn hebrew_runs_left_with_its_numbers_as_they_are() {
        assert_eq!(in_writing_order("שלום(12)"), "(12)םולש");
        assert!(runs_left("«שלום»") && !runs_left("hello שלום"));
    }

    #[test]
    fn width_grows_with_size_and_letters() {
        assert!((width_of("abc", 80.0) - 2.0 * width_of("abc", 40.0)).abs() < 0.01);
        assert!(width_of("abcd", 80.0) > width_of("abc", 80.0));
    }
}
