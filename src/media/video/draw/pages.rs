//! How a caption is laid out: words on one or two lines a page, each page with the time it shows; long words shrink and
//! then break. Pure arithmetic over widths. Called by `captions`, which draws the pages.

use unicode_segmentation::UnicodeSegmentation;

use super::lettering::{self, width_of};
use crate::media::video::frame::Word;

/// The box that captions keep to: clear of every platform's controls and below the chin.
pub const LEFT: f32 = 120.0;
pub const RIGHT: f32 = 888.0;
pub const TOP: f32 = 980.0;
pub const BOTTOM: f32 = 1248.0;

/// Half of the dark stroke around letters lies outside them.
pub const STROKE: f32 = 15.0;

/// How much larger the spoken word is.
pub const SPOKEN_SCALE: f32 = 1.06;

/// Sizes in pixels an em: the usual one, the smallest a long word shrinks to, and that of its parts when it breaks.
const SIZE: f32 = 84.0;
const SMALLEST: f32 = 52.0;

/// What may be as wide as the box with its stroke, enlarged while it is spoken.
const WIDEST: f32 = (RIGHT - LEFT - STROKE) / SPOKEN_SCALE;

const LINE_HEIGHT: f32 = 1.24;
const SPACE: f32 = 0.26;

/// A page gives way to the next when nobody has spoken for so long, in seconds, and stays on for so long after a word.
const SILENCE_S: f64 = 0.9;
const AFTERGLOW_S: f64 = 0.5;

/// A word, or a part of one that is too long for a line, and when it is spoken.
#[derive(Debug, Clone, PartialEq)]
pub struct Piece {
    pub text: String,
    pub start_s: f64,
    pub end_s: f64,
    size: f32,
}

/// A piece in its place: the left end of its line of writing, in pixels of the frame.
#[derive(Debug, Clone, PartialEq)]
pub struct Placed {
    pub piece: Piece,
    pub x: f32,
    pub y: f32,
    pub width: f32,
}

/// What shows at one time.
#[derive(Debug, Clone, PartialEq)]
pub struct Page {
    pub pieces: Vec<Placed>,
    pub size: f32,
    pub from_s: f64,
    pub to_s: f64,
}

/// The pages of words that are spoken: a page comes with its first word.
pub fn of_spoken(words: &[Word], scene_s: f64) -> Vec<Page> {
    let lines = grouped(words);
    let mut pages: Vec<Page> = lines.iter().map(|pieces| laid_out(pieces)).collect();
    for index in 0..pages.len() {
        let next_s = pages.get(index + 1).map_or(scene_s, |next| next.from_s);
        let page = &mut pages[index];
        let spoken_s = page.pieces.last().map_or(page.from_s, |last| last.piece.end_s);
        page.to_s = if next_s - spoken_s > SILENCE_S { spoken_s + AFTERGLOW_S } else { next_s };
    }
    pages
}

/// The pages of words that nobody speaks: they share the scene by their length.
pub fn of_standing(words: &[Word], scene_s: f64) -> Vec<Page> {
    let mut pages: Vec<Page> = grouped(words).iter().map(|pieces| laid_out(pieces)).collect();
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

/// Words into pieces that fit a line, pieces into pages of at most two lines; an end of a sentence ends a page.
fn grouped(words: &[Word]) -> Vec<Vec<Piece>> {
    let mut pages: Vec<Vec<Piece>> = vec![Vec::new()];
    for word in words {
        for piece in pieces(word) {
            let page = &pages[pages.len() - 1];
            let silence = page.last().is_some_and(|last| piece.start_s - last.end_s > SILENCE_S);
            let sentence_over = page.last().is_some_and(|last| ends_sentence(&last.text));
            let mut longer = page.clone();
            longer.push(piece.clone());
            if silence || sentence_over || split(&longer).is_none() {
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
    text.trim_end_matches(['"', '\'', ')', '”', '’', '»']).ends_with(['.', '!', '?', '…', ':'])
}

/// A word as it is, smaller, or broken into parts that share its time.
fn pieces(word: &Word) -> Vec<Piece> {
    let whole = |text: &str, start_s: f64, end_s: f64, size: f32| Piece { text: text.to_owned(), start_s, end_s, size };
    let width = width_of(&word.text, SIZE);
    if width <= 0.0 {
        return Vec::new();
    }
    let fitting = (SIZE * WIDEST / width).min(SIZE);
    if fitting >= SMALLEST {
        return vec![whole(&word.text, word.start_s, word.end_s, fitting)];
    }
    let parts = broken(&word.text);
    let second = (word.end_s - word.start_s) / parts.len() as f64;
    let from = |index: usize| word.start_s + index as f64 * second;
    let part = |(index, part): (usize, &String)| whole(part, from(index), from(index + 1), SMALLEST);
    parts.iter().enumerate().map(part).collect()
}

/// Parts of a word, each as long as fits a line at the smallest size.
fn broken(word: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    for letter in word.graphemes(true) {
        // Measured as a whole: one letter more can change the face that all of them are set in.
        let part = parts.last().map_or("", String::as_str);
        let longer = format!("{part}{letter}");
        if !part.is_empty() && width_of(&longer, SMALLEST) > WIDEST {
            parts.push(letter.to_owned());
        } else if let Some(part) = parts.last_mut() {
            *part = longer;
        }
    }
    parts
}

/// The size of a page, its widths and where its second line begins; `None` when it does not fit two lines.
fn split(pieces: &[Piece]) -> Option<(f32, Vec<f32>, usize)> {
    let size = pieces.iter().map(|piece| piece.size).fold(SIZE, f32::min);
    let widths: Vec<f32> = pieces.iter().map(|piece| width_of(&piece.text, size)).collect();
    let wide = |widths: &[f32]| widths.iter().sum::<f32>() + SPACE * size * widths.len().saturating_sub(1) as f32;
    if wide(&widths) <= WIDEST {
        return Some((size, widths, pieces.len()));
    }
    // Of all ways to break the line once, the one whose wider line is narrowest.
    let wider = |at: &usize| wide(&widths[..*at]).max(wide(&widths[*at..]));
    let best = (1..pieces.len()).min_by(|one, other| wider(one).total_cmp(&wider(other)))?;
    (wider(&best) <= WIDEST).then_some((size, widths, best))
}

/// Puts the pieces of a page into the box, centred.
fn laid_out(pieces: &[Piece]) -> Page {
    let (size, widths, second_line) = split(pieces).unwrap_or_else(|| {
        let widths = pieces.iter().map(|piece| width_of(&piece.text, SMALLEST)).collect();
        (SMALLEST, widths, pieces.len())
    });
    let runs_left = pieces.first().is_some_and(|piece| lettering::runs_left(&piece.text));
    let lines: Vec<std::ops::Range<usize>> =
        [0..second_line, second_line..pieces.len()].into_iter().filter(|line| !line.is_empty()).collect();
    let height = size * (lettering::CAPITAL + LINE_HEIGHT * (lines.len() - 1) as f32);
    let first_line = f32::midpoint(TOP, BOTTOM) - height / 2.0 + size * lettering::CAPITAL;
    let mut placed = Vec::with_capacity(pieces.len());
    for (number, line) in lines.into_iter().enumerate() {
        let space = SPACE * size;
        let width = widths[line.clone()].iter().sum::<f32>() + space * (line.len() - 1) as f32;
        let mut x = f32::midpoint(LEFT, RIGHT) - width / 2.0;
        let order: Vec<usize> = if runs_left { line.rev().collect() } else { line.collect() };
        for index in order {
            let y = first_line + size * LINE_HEIGHT * number as f32;
            placed.push(Placed { piece: pieces[index].clone(), x, y, width: widths[index] });
            x += widths[index] + space;
        }
    }
    placed.sort_by(|one, other| one.piece.start_s.total_cmp(&other.piece.start_s));
    let from_s = pieces.first().map_or(0.0, |first| first.start_s);
    Page { pieces: placed, size, from_s, to_s: from_s }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn words(text: &str) -> Vec<Word> {
        let word = |(at, text): (usize, &str)| Word {
            text: text.to_owned(),
            start_s: at as f64 * 0.3,
            end_s: at as f64 * 0.3 + 0.28,
        };
        text.split_whitespace().enumerate().map(word).collect()
    }

    fn texts(page: &Page) -> Vec<&str> {
        page.pieces.iter().map(|placed| placed.piece.text.as_str()).collect()
    }

    fn lines(page: &Page) -> usize {
        let mut heights: Vec<i32> = page.pieces.iter().map(|placed| placed.y as i32).collect();
        heights.dedup();
        heights.len()
    }

    /// How far letters reach below their line, as a share of the size.
    const BELOW: f32 = 0.21;

    fn is_inside(page: &Page) -> bool {
        page.pieces.iter().all(|placed| {
            let extra = placed.width * (SPOKEN_SCALE - 1.0) / 2.0 + STROKE / 2.0;
            placed.x - extra >= LEFT - 0.5
                && placed.x + placed.width + extra <= RIGHT + 0.5
                && placed.y - page.size * lettering::CAPITAL * SPOKEN_SCALE - STROKE / 2.0 >= TOP
                && placed.y + page.size * BELOW * SPOKEN_SCALE + STROKE / 2.0 <= BOTTOM
        })
    }

    #[test]
    fn a_line_becomes_pages_of_two_lines_at_most() {
        let pages = of_spoken(&words("Yo, I just stumbled upon this artist, Mon Rovîa. What is his vibe?"), 6.0);
        assert!(pages.len() >= 3, "{pages:?}");
        assert!(pages.iter().all(|page| lines(page) <= 2 && is_inside(page)));
        assert_eq!(texts(&pages[pages.len() - 1]), ["What", "is", "his", "vibe?"], "a sentence begins a page");
    }

    #[test]
    fn a_page_comes_with_its_first_word_and_goes_with_the_next() {
        let pages = of_spoken(&words("One sentence. Another one comes."), 9.0);
        assert_eq!(pages.len(), 2);
        assert!((pages[1].from_s - 0.6).abs() < 1e-9 && (pages[0].to_s - 0.6).abs() < 1e-9);
        assert!((pages[1].to_s - (1.2 + 0.28 + AFTERGLOW_S)).abs() < 1e-9, "{pages:?}");
    }

    #[test]
    fn a_word_of_300_letters_is_broken_and_keeps_its_time() {
        let long = [Word { text: "Superduper".repeat(30), start_s: 1.0, end_s: 4.0 }];
        let pages = of_spoken(&long, 5.0);
        assert!(pages.iter().all(is_inside));
        let joined: String = pages.iter().flat_map(texts).collect();
        assert_eq!(joined, long[0].text);
        assert!((pages[0].from_s - 1.0).abs() < 1e-9);
        assert!((pages[pages.len() - 1].pieces.last().unwrap().piece.end_s - 4.0).abs() < 1e-9);
    }

    #[test]
    fn a_long_word_shrinks_before_it_breaks() {
        let pages = of_spoken(&words("Donaudampfschifffahrt"), 2.0);
        assert_eq!(texts(&pages[0]), ["Donaudampfschifffahrt"]);
        assert!(pages[0].size < SIZE && is_inside(&pages[0]));
    }

    #[test]
    fn right_to_left_words_begin_on_the_right() {
        let pages = of_spoken(&words("שלום עולם"), 2.0);
        assert!(pages[0].pieces[0].x > pages[0].pieces[1].x);
    }

    #[test]
    fn words_that_stand_share_the_scene() {
        let standing: Vec<Word> =
            words("A caption that goes on for quite a while, far longer than two lines could ever hold at once")
                .into_iter()
                .map(|word| Word { start_s: 0.0, end_s: 3.0, ..word })
                .collect();
        let pages = of_standing(&standing, 3.0);
        assert!(pages.len() > 1 && pages[0].from_s == 0.0);
        assert!((pages[pages.len() - 1].to_s - 3.0).abs() < 1e-9);
        assert!(pages.windows(2).all(|two| (two[0].to_s - two[1].from_s).abs() < 1e-9));
    }

    #[test]
    fn nothing_to_show_makes_no_page() {
        assert!(of_spoken(&words(""), 1.0).is_empty());
        assert!(of_spoken(&words("🔥 日本"), 1.0).is_empty());
    }

    proptest! {
        #[test]
        fn every_page_is_inside_the_box(text in "[\\PC ]{0,200}") {
            for page in of_spoken(&words(&text), 30.0) {
                prop_assert!(is_inside(&page), "{page:?}");
                prop_assert!(lines(&page) <= 2);
            }
        }
    }
}
