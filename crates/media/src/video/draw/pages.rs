//! How a caption is laid out: words on one or two lines a page, each page with the time it shows; long words shrink and
//! then break. Called by `captions`, which draws the pages.

use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;

use super::lettering::glyphs::Lettered;
use super::lettering::groups::groups;
use super::lettering::typesetter::{Part, Set, Typesetter, runs_left};
use super::lettering::{CAPITAL, fonts};
use crate::video::frame::Word;
use domain::{CaptionLook, CaptionPosition, CaptionStyle};

/// The box that captions keep to: clear of every platform's controls, and below the chin unless a campaign asks for another
/// place or the face of a photo lies there.
pub const LEFT: f32 = 120.0;
pub const RIGHT: f32 = 888.0;
pub const TOP: f32 = 980.0;
pub const HEIGHT: f32 = 268.0;

/// How much larger the spoken word is at most.
pub const SPOKEN_SCALE: f32 = 1.06;

/// Of the space on either side, a spoken word may take so much.
const TAKEN_SPACE: f32 = 0.2;

/// Sizes in pixels an em: what a long word may shrink to, and that of its parts when it breaks.
const SMALLEST: f32 = 60.0;
const BROKEN: f32 = 68.0;

const SPACE: f32 = 0.26;

/// How far letters reach below their line, and accents above capitals, as a fraction of the size.
const BEYOND: f32 = 0.21;

/// From line to line, in sizes; letters of scripts that stack need more.
const LINE_HEIGHT: f32 = 1.24;
const STACKED_LINE_HEIGHT: f32 = 1.42;

/// A page gives way to the next when nobody has spoken for so long, in seconds, and stays on for so long after a word.
const SILENCE_S: f64 = 0.9;
const AFTERGLOW_S: f64 = 0.5;

/// What a campaign asks of its captions, in pixels and words.
#[derive(Debug, Clone, Copy)]
pub struct Setting {
    /// The upper edge of the box.
    pub top: f32,
    /// Half of the dark stroke around letters lies outside them.
    pub stroke: f32,
    /// Pixels an em of a page whose words all fit.
    pub size: f32,
    pub highlights: bool,
    pub most_words: usize,
    /// The shortest time that a page shows, in seconds.
    pub least_s: f64,
}

/// A word, a group of its characters, or a part of one that is too long for a line, and when it is spoken.
#[derive(Debug, Clone, PartialEq)]
pub struct Piece {
    pub text: String,
    pub start_s: f64,
    pub end_s: f64,
    /// Whether it stands right behind the piece before it.
    is_joined: bool,
    /// Its width in sizes.
    ems: f32,
    size: f32,
}

/// A piece in its place: the left end of its line of writing, in pixels of the frame.
#[derive(Debug, Clone)]
pub struct Placed {
    pub piece: Piece,
    pub letters: Lettered,
    pub x: f32,
    pub y: f32,
    pub width: f32,
}

/// What shows at one time.
#[derive(Debug, Clone)]
pub struct Page {
    pub pieces: Vec<Placed>,
    pub size: f32,
    pub from_s: f64,
    pub to_s: f64,
}

impl Setting {
    pub fn new(look: CaptionLook) -> Setting {
        let top = match look.position {
            Some(CaptionPosition::Top) => 300.0,
            Some(CaptionPosition::Middle) => 700.0,
            Some(CaptionPosition::Bottom) | None => TOP,
        };
        let usual = Setting { top, stroke: 15.0, size: 84.0, highlights: true, most_words: usize::MAX, least_s: 0.0 };
        let styled = match look.style {
            CaptionStyle::Highlight => usual,
            CaptionStyle::Plain => Setting { highlights: false, most_words: 5, least_s: 0.9, ..usual },
            CaptionStyle::Bold => Setting { highlights: false, most_words: 3, size: 104.0, stroke: 20.0, ..usual },
            CaptionStyle::None => Setting { most_words: 0, ..usual },
        };
        let asked = look.words_per_page.filter(|_| styled.most_words > 0);
        Setting { most_words: asked.map_or(styled.most_words, usize::from), ..styled }
    }

    /// What may be as wide as the box with its stroke, enlarged while it is spoken.
    fn widest(&self) -> f32 {
        (RIGHT - LEFT - self.stroke) / SPOKEN_SCALE
    }

    /// The lower edge of the box.
    pub fn bottom(&self) -> f32 {
        self.top + HEIGHT
    }
}

/// The rows of the box that letters take on any of its pages. A short line stands where two usual ones would, so that a
/// speaker's captions stay in one place.
pub fn rows(pages: &[Page], setting: &Setting) -> Range<f32> {
    let beyond = |size: f32| size * BEYOND * SPOKEN_SCALE + setting.stroke / 2.0;
    let usual = setting.size * (CAPITAL + LINE_HEIGHT) / 2.0 + beyond(setting.size);
    let mut rows = HEIGHT / 2.0 - usual..HEIGHT / 2.0 + usual;
    for page in pages {
        for placed in &page.pieces {
            let line = placed.y - setting.top;
            rows.start = rows.start.min(line - page.size * CAPITAL - beyond(page.size));
            rows.end = rows.end.max(line + beyond(page.size));
        }
    }
    rows
}

/// How much larger a spoken word of this width is drawn: a long one would close the space to its neighbours.
pub fn spoken_scale(width: f32, size: f32) -> f32 {
    SPOKEN_SCALE.min(1.0 + 2.0 * TAKEN_SPACE * SPACE * size / width.max(1.0))
}

/// Moves pages down, or up by a negative way.
pub fn move_down(pages: &mut [Page], by: f32) {
    pages.iter_mut().flat_map(|page| &mut page.pieces).for_each(|placed| placed.y += by);
}

/// The pages of words that are spoken: a page comes with its first word.
pub fn of_spoken(words: &[Word], scene_s: f64, setting: &Setting, typesetter: &mut Typesetter) -> Vec<Page> {
    let mut pages = laid_out(words, setting, typesetter);
    let least_s = setting.least_s.min(scene_s / pages.len().max(1) as f64);
    linger(&mut pages, scene_s, least_s);
    for index in 0..pages.len() {
        let next_s = pages.get(index + 1).map_or(scene_s, |next| next.from_s);
        let page = &mut pages[index];
        let spoken_s = page.pieces.iter().map(|placed| placed.piece.end_s).fold(page.from_s, f64::max);
        let is_over = next_s - spoken_s > SILENCE_S;
        page.to_s = if is_over { (spoken_s + AFTERGLOW_S).max(page.from_s + least_s).min(next_s) } else { next_s };
    }
    pages
}

/// Moves the beginnings of pages such that each has its time: later where its words come fast, sooner at the end of a scene.
fn linger(pages: &mut [Page], scene_s: f64, least_s: f64) {
    let mut free_from = 0.0;
    for page in pages.iter_mut() {
        page.from_s = page.from_s.max(free_from);
        free_from = page.from_s + least_s;
    }
    let mut latest = scene_s - least_s;
    for page in pages.iter_mut().rev().filter(|_| least_s > 0.0) {
        page.from_s = page.from_s.min(latest).max(0.0);
        latest = page.from_s - least_s;
    }
}

/// The pages of words that nobody speaks: they share the scene by their length.
pub fn of_standing(words: &[Word], scene_s: f64, setting: &Setting, typesetter: &mut Typesetter) -> Vec<Page> {
    let mut pages = laid_out(words, setting, typesetter);
    let length = |page: &Page| page.pieces.iter().map(|placed| f64::from(placed.width)).sum::<f64>().max(1.0);
    let whole: f64 = pages.iter().map(length).sum();
    let mut from_s = 0.0;
    for page in &mut pages {
        page.from_s = from_s;
        from_s += scene_s * length(page) / whole;
        page.to_s = from_s;
    }
    pages
}

fn laid_out(words: &[Word], setting: &Setting, typesetter: &mut Typesetter) -> Vec<Page> {
    let pages = grouped(words, setting, typesetter);
    pages.iter().map(|pieces| placed(pieces, setting, typesetter)).collect()
}

/// Words into pieces that fit a line, pieces into pages of at most two lines; an end of a sentence ends a page, unless it
/// would be gone before it is read.
#[expect(clippy::expect_used, reason = "there is always a page")]
fn grouped(words: &[Word], setting: &Setting, typesetter: &mut Typesetter) -> Vec<Vec<Piece>> {
    if setting.most_words == 0 {
        return Vec::new();
    }
    let mut pages: Vec<Vec<Piece>> = vec![Vec::new()];
    for word in words {
        for piece in pieces(word, setting, typesetter) {
            let page = &pages[pages.len() - 1];
            let silence = page.last().is_some_and(|last| piece.start_s - last.end_s > SILENCE_S);
            let is_read = page.first().is_some_and(|first| piece.start_s - first.start_s >= setting.least_s);
            let sentence_over = is_read && page.last().is_some_and(|last| ends_sentence(&last.text));
            let is_full = page.len() >= setting.most_words;
            let mut longer = page.clone();
            longer.push(piece.clone());
            if silence || sentence_over || is_full || split(&longer, setting).is_none() {
                pages.push(vec![piece]);
            } else {
                *pages.last_mut().expect("there is always a page") = longer;
            }
        }
    }
    pages.retain(|page| !page.is_empty());
    pages
}

fn ends_sentence(text: &str) -> bool {
    const MARKS: [char; 12] = ['.', '!', '?', '…', ':', '。', '！', '？', '：', '؟', '۔', '।'];
    text.trim_end_matches(['"', '\'', ')', '”', '’', '»', '」', '』', '）']).ends_with(MARKS)
}

/// A word as it is, smaller, in groups of its characters where its script has no spaces, or broken; they share its time.
fn pieces(word: &Word, setting: &Setting, typesetter: &mut Typesetter) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    let mut add = |text: &str, ems: f32, size: f32| {
        let is_joined = !pieces.is_empty();
        pieces.push(Piece { text: text.to_owned(), start_s: 0.0, end_s: 0.0, is_joined, ems, size });
    };
    for group in groups(&word.text) {
        let ems = typesetter.width_of(group, setting.size) / setting.size;
        let fitting = (setting.widest() / ems).min(setting.size);
        if ems <= 0.0 {
            continue;
        }
        if fitting >= SMALLEST {
            add(group, ems, fitting);
        } else {
            for (part, ems) in broken(group, setting, typesetter) {
                add(&part, ems, BROKEN);
            }
        }
    }
    let length = |piece: &Piece| piece.text.graphemes(true).count() as f64;
    let whole: f64 = pieces.iter().map(length).sum();
    let second = (word.end_s - word.start_s) / whole.max(1.0);
    let mut from_s = word.start_s;
    for piece in &mut pieces {
        piece.start_s = from_s;
        from_s += second * length(piece);
        piece.end_s = from_s;
    }
    pieces
}

/// Parts of a word, each as long as fits a line, with their widths in sizes.
fn broken(word: &str, setting: &Setting, typesetter: &mut Typesetter) -> Vec<(String, f32)> {
    let mut parts = vec![(String::new(), 0.0)];
    for letter in word.graphemes(true) {
        // Measured as a whole: one letter more can change the face that all of them are set in.
        let part = parts.last().map_or("", |(part, _)| part.as_str());
        let longer = format!("{part}{letter}");
        let ems = typesetter.width_of(&longer, BROKEN) / BROKEN;
        if !part.is_empty() && ems * BROKEN > setting.widest() {
            parts.push((letter.to_owned(), typesetter.width_of(letter, BROKEN) / BROKEN));
        } else if let Some(part) = parts.last_mut() {
            *part = (longer, ems);
        }
    }
    parts
}

/// The size of a page and where its second line begins; `None` when it does not fit two lines.
fn split(pieces: &[Piece], setting: &Setting) -> Option<(f32, usize)> {
    // A word that was made to fit is as wide as its line, but for rounding.
    const ROUNDING: f32 = 0.5;
    let size = pieces.iter().map(|piece| piece.size).fold(setting.size, f32::min);
    let wide = |pieces: &[Piece]| {
        let spaces = pieces.iter().skip(1).filter(|piece| !piece.is_joined).count() as f32;
        (pieces.iter().map(|piece| piece.ems).sum::<f32>() + SPACE * spaces) * size
    };
    let most = setting.widest() + ROUNDING;
    if wide(pieces) <= most {
        return Some((size, pieces.len()));
    }
    // Of all ways to break the line once, the one whose wider line is narrowest.
    let wider = |at: &usize| wide(&pieces[..*at]).max(wide(&pieces[*at..]));
    let best = (1..pieces.len()).min_by(|one, other| wider(one).total_cmp(&wider(other)))?;
    (wider(&best) <= most).then_some((size, best))
}

/// Puts the pieces of a page into the box, centred.
fn placed(pieces: &[Piece], setting: &Setting, typesetter: &mut Typesetter) -> Page {
    let (mut size, second_line) = split(pieces, setting).unwrap_or((BROKEN, pieces.len()));
    let is_left = pieces.iter().map(|piece| piece.text.as_str()).find(|text| text.contains(char::is_alphabetic));
    let is_left = is_left.is_some_and(runs_left);
    let lines: Vec<&[Piece]> =
        [&pieces[..second_line], &pieces[second_line..]].into_iter().filter(|line| !line.is_empty()).collect();
    let mut set = |size: f32| -> Vec<_> {
        let mut set_line = |line: &&[Piece]| {
            let parts: Vec<Part<'_>> =
                line.iter().map(|piece| Part { text: &piece.text, is_joined: piece.is_joined }).collect();
            typesetter.set(&parts, size, SPACE * size, is_left)
        };
        lines.iter().map(&mut set_line).collect()
    };
    let mut lines = set(size);
    let widest = lines.iter().map(|line| line.width).fold(0.0, f32::max);
    if widest > setting.widest() {
        // Letters that stand side by side may take more room than each by itself.
        size *= setting.widest() / widest;
        lines = set(size);
    }
    let is_stacked = pieces.iter().any(|piece| !fonts::is_covered(&piece.text));
    let line_height = if is_stacked { STACKED_LINE_HEIGHT } else { LINE_HEIGHT };
    let height = size * (CAPITAL + line_height * (lines.len() - 1) as f32);
    let first_line = f32::midpoint(setting.top, setting.bottom()) - height / 2.0 + size * CAPITAL;
    let mut each = pieces.iter();
    let mut placed = Vec::with_capacity(pieces.len());
    for (number, line) in lines.into_iter().enumerate() {
        let left = f32::midpoint(LEFT, RIGHT) - line.width / 2.0;
        let y = first_line + size * line_height * number as f32;
        for (Set { x, width, letters }, piece) in line.words.into_iter().zip(&mut each) {
            placed.push(Placed { piece: piece.clone(), letters, x: left + x, y, width });
        }
    }
    let from_s = pieces.first().map_or(0.0, |first| first.start_s);
    Page { pieces: placed, size, from_s, to_s: from_s }
}

#[cfg(test)]
mod tests;
