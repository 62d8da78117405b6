//! Sets words in lines: `parley` chooses among the given fonts, shapes (letters join, stack and are replaced as their script
//! has it) and puts what runs right to left in its order. Called once for each line that is shown, never for a frame.

use std::collections::BTreeSet;

use parley::fontique::{Blob, Collection, CollectionOptions, FontInfoOverride, GenericFamily, SourceCache};
use parley::layout::PositionedLayoutItem;
use parley::style::{FontFamily, FontFamilyName, FontWeight, StyleProperty};
use parley::{BaseDirection, FontContext, Layout, LayoutContext};
use skrifa::{FontRef, MetadataProvider};

use super::fonts::{EMBEDDED, Font, is_silent};
use super::glyphs::{Drawing, Lettered};

/// Sets texts in the embedded fonts and some others.
pub struct Typesetter {
    fonts: FontContext,
    layouts: LayoutContext<Word>,
    faces: Vec<Face>,
}

struct Face {
    /// As the fonts are called here: two files may name the same family.
    family: String,
    bytes: Blob<u8>,
}

/// The place of a word in its line; spaces have none. It travels through the layout as the brush of a style.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
struct Word(Option<usize>);

/// A word of a line that is to be set.
#[derive(Debug, Clone, Copy)]
pub struct Part<'t> {
    pub text: &'t str,
    /// Whether it stands right behind the word before it, as in scripts without spaces.
    pub is_joined: bool,
}

/// A word in its line.
pub struct Set {
    /// From the left end of the line.
    pub x: f32,
    pub width: f32,
    pub letters: Lettered,
}

/// A line, its words in the order in which they were given.
pub struct Line {
    pub words: Vec<Set>,
    pub width: f32,
}

impl Typesetter {
    pub fn new(fonts: &[Font]) -> Typesetter {
        let mut collection = Collection::new(CollectionOptions { shared: false, system_fonts: false });
        let given = EMBEDDED.iter().chain(fonts.iter().map(|font| &font.bytes));
        let mut faces = Vec::new();
        let mut families = Vec::new();
        for (number, bytes) in given.enumerate() {
            let family = format!("font {number}");
            let names =
                FontInfoOverride { family_name: Some(&family), width: None, style: None, weight: None, axes: None };
            families.extend(collection.register_fonts(bytes.clone(), Some(names)).into_iter().map(|(id, _)| id));
            faces.push(Face { family, bytes: bytes.clone() });
        }
        // Emoji are looked for in every font that is there.
        collection.set_generic_families(GenericFamily::Emoji, families.into_iter());
        let fonts = FontContext { collection, source_cache: SourceCache::default() };
        Typesetter { fonts, layouts: LayoutContext::new(), faces }
    }

    /// The width of a text on one line, `size` pixels an em.
    pub fn width_of(&mut self, text: &str, size: f32) -> f32 {
        self.text(text, size).width
    }

    /// A text on one line, its spaces as wide as the font has them.
    pub fn text(&mut self, text: &str, size: f32) -> Set {
        let mut line = self.set(&[Part { text, is_joined: false }], size, 0.0, runs_left(text));
        let width = line.width;
        line.words
            .pop()
            .map_or_else(|| Set { x: 0.0, width, letters: Lettered::default() }, |set| Set { x: 0.0, ..set })
    }

    /// Words on one line with `space` pixels between them; `runs_left` is the direction of the whole.
    pub fn set(&mut self, parts: &[Part<'_>], size: f32, space: f32, runs_left: bool) -> Line {
        let mut text = String::new();
        let mut ranges = Vec::with_capacity(parts.len());
        for (position, part) in parts.iter().enumerate() {
            if position > 0 && !part.is_joined {
                text.push(' ');
            }
            let start = text.len();
            text.extend(part.text.chars().filter(|&letter| self.can_show(letter)));
            ranges.push(start..text.len());
        }
        let mut builder = self.layouts.ranged_builder(&mut self.fonts, &text, 1.0, false);
        builder.set_base_direction(if runs_left { BaseDirection::Rtl } else { BaseDirection::Ltr });
        builder.push_default(StyleProperty::FontSize(size));
        builder.push_default(StyleProperty::FontWeight(FontWeight::BLACK));
        builder.push_default(StyleProperty::FontFamily(families(&self.faces, 0)));
        for (position, range) in ranges.iter().enumerate().filter(|(_, range)| !range.is_empty()) {
            builder.push(StyleProperty::Brush(Word(Some(position))), range.clone());
            let first = common_face(&self.faces, &text[range.clone()]);
            if first > 0 {
                builder.push(StyleProperty::FontFamily(families(&self.faces, first)), range.clone());
            }
        }
        let mut layout = builder.build(&text);
        layout.break_all_lines(None);
        line_of(&layout, parts.len(), space)
    }

    /// The letters of a text that no font has, each once.
    pub fn missing(&self, text: &str) -> BTreeSet<char> {
        let is_missing = |letter: &char| !is_silent(*letter) && !self.faces.iter().any(|face| face.has(*letter));
        text.chars().filter(is_missing).collect()
    }

    /// Whether a font has the letter, or nothing of it is drawn.
    fn can_show(&self, letter: char) -> bool {
        // What turns the order of a line around has no place in one: its scripts order it.
        let is_override = matches!(letter, '\u{202a}'..='\u{202e}');
        !letter.is_control() && !is_override && (is_silent(letter) || self.faces.iter().any(|face| face.has(letter)))
    }
}

impl Face {
    fn has(&self, letter: char) -> bool {
        let font = FontRef::from_index(self.bytes.as_ref(), 0);
        font.is_ok_and(|font| font.charmap().map(letter).is_some_and(|glyph| glyph.to_u32() != 0))
    }
}

/// All families, the one at `first` before the others.
fn families(faces: &[Face], first: usize) -> FontFamily<'_> {
    let (before, from) = faces.split_at(first);
    let names = from[..1].iter().chain(before).chain(&from[1..]);
    FontFamily::List(names.map(|face| FontFamilyName::named(&face.family)).collect::<Vec<_>>().into())
}

/// The first face that has every letter which any face has: a word is not set in two.
fn common_face(faces: &[Face], text: &str) -> usize {
    let has_all = |face: &Face| text.chars().all(|letter| is_silent(letter) || face.has(letter));
    faces.iter().position(has_all).unwrap_or(0)
}

/// The words of a layout of one line, with spaces as wide as was asked for.
fn line_of(layout: &Layout<Word>, count: usize, space: f32) -> Line {
    let mut words: Vec<(f32, f32, Drawing)> =
        (0..count).map(|_| (f32::INFINITY, f32::NEG_INFINITY, Drawing::default())).collect();
    let mut x = 0.0;
    for item in layout.lines().flat_map(|line| line.items()) {
        let PositionedLayoutItem::GlyphRun(run) = item else { continue };
        let Word(word) = run.style().brush;
        let Some((left, right, drawing)) = word.and_then(|word| words.get_mut(word)) else {
            x += if space > 0.0 { space } else { run.advance() };
            continue;
        };
        drawing.add(&run, x);
        *left = left.min(x);
        x += run.advance();
        *right = right.max(x);
    }
    let set = |(left, right, drawing): (f32, f32, Drawing)| {
        if left.is_finite() {
            Set { x: left, width: right - left, letters: drawing.finish(left) }
        } else {
            Set { x: 0.0, width: 0.0, letters: Lettered::default() }
        }
    };
    Line { words: words.into_iter().map(set).collect(), width: x }
}

/// True when a text is written from right to left: its first letter that has a direction says so.
pub fn runs_left(text: &str) -> bool {
    text.chars().find(|letter| letter.is_alphabetic()).is_some_and(is_right_to_left)
}

fn is_right_to_left(letter: char) -> bool {
    matches!(letter, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefc}')
        || matches!(letter, '\u{10800}'..='\u{10fff}' | '\u{1e800}'..='\u{1efff}')
}
