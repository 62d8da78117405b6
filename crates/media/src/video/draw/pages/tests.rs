//! What pages promise: what is said stands in them, whole and in its place.

use proptest::prelude::*;

use super::*;
use crate::video::draw::lettering::tests::typesetter_for;

fn words(text: &str) -> Vec<Word> {
    let word = |(at, text): (usize, &str)| Word {
        text: text.to_owned(),
        start_s: at as f64 * 0.3,
        end_s: at as f64 * 0.3 + 0.28,
    };
    text.split_whitespace().enumerate().map(word).collect()
}

fn usual() -> Setting {
    Setting::new(CaptionLook::default())
}

fn spoken(words: &[Word], scene_s: f64) -> Vec<Page> {
    of_spoken(words, scene_s, &usual(), &mut Typesetter::new(&[]))
}

/// The pages of a text in the fonts that the tests bring along.
fn set(text: &str, look: CaptionLook) -> Vec<Page> {
    of_spoken(&words(text), 60.0, &Setting::new(look), &mut typesetter_for(text))
}

fn texts(page: &Page) -> Vec<&str> {
    page.pieces.iter().map(|placed| placed.piece.text.as_str()).collect()
}

fn lines(page: &Page) -> usize {
    let mut heights: Vec<i32> = page.pieces.iter().map(|placed| placed.y as i32).collect();
    heights.dedup();
    heights.len()
}

fn is_inside(page: &Page) -> bool {
    let stroke = usual().stroke / 2.0;
    page.pieces.iter().all(|placed| {
        let extra = placed.width * (SPOKEN_SCALE - 1.0) / 2.0 + stroke;
        placed.x - extra >= LEFT - 0.5
            && placed.x + placed.width + extra <= RIGHT + 0.5
            && placed.y - page.size * CAPITAL * SPOKEN_SCALE - stroke >= TOP
            && placed.y + page.size * BEYOND * SPOKEN_SCALE + stroke <= TOP + HEIGHT
    })
}

#[test]
fn a_line_becomes_pages_of_two_lines_at_most() {
    let pages = spoken(&words("Yo, I just stumbled upon this artist, Mon Rovîa. What is his vibe?"), 6.0);
    assert!(pages.len() >= 3, "{pages:?}");
    assert!(pages.iter().all(|page| lines(page) <= 2 && is_inside(page)));
    assert_eq!(texts(&pages[pages.len() - 1]), ["What", "is", "his", "vibe?"], "a sentence begins a page");
}

#[test]
fn a_page_comes_with_its_first_word_and_goes_with_the_next() {
    let pages = spoken(&words("One sentence. Another one comes."), 9.0);
    assert_eq!(pages.len(), 2);
    assert!((pages[1].from_s - 0.6).abs() < 1e-9 && (pages[0].to_s - 0.6).abs() < 1e-9);
    assert!((pages[1].to_s - (1.2 + 0.28 + AFTERGLOW_S)).abs() < 1e-9, "{pages:?}");
}

#[test]
fn a_word_of_300_letters_is_broken_and_keeps_its_time() {
    let long = [Word { text: "Superduper".repeat(30), start_s: 1.0, end_s: 4.0 }];
    let pages = spoken(&long, 5.0);
    assert!(pages.iter().all(is_inside));
    let joined: String = pages.iter().flat_map(texts).collect();
    assert_eq!(joined, long[0].text);
    assert!((pages[0].from_s - 1.0).abs() < 1e-9);
    assert!((pages[pages.len() - 1].pieces.last().unwrap().piece.end_s - 4.0).abs() < 1e-9);
}

#[test]
fn a_long_word_shrinks_before_it_breaks() {
    let pages = spoken(&words("Donaudampfschifffahrt"), 2.0);
    assert_eq!(texts(&pages[0]), ["Donaudampfschifffahrt"]);
    assert!(pages[0].size < usual().size && is_inside(&pages[0]));
}

#[test]
fn a_long_word_is_as_large_as_its_line_allows() {
    for word in ["Geburtstagskuchen", "Donaudampfschifffahrt", "Unwahrscheinlichkeit", "Krankenversicherung"] {
        let pages = spoken(&words(word), 2.0);
        let [placed] = &pages[0].pieces[..] else { panic!("{word} is broken: {pages:?}") };
        assert!(pages[0].size > SMALLEST && is_inside(&pages[0]), "{word}: {}", pages[0].size);
        let is_full = pages[0].size >= usual().size || placed.width > 0.98 * usual().widest();
        assert!(is_full, "{word} takes {} of {}", placed.width, usual().widest());
    }
}

#[test]
fn words_without_spaces_are_shown_in_groups_that_share_their_time() {
    for (text, groups) in [
        ("你好，世界。", &["你好，", "世界。"][..]),
        ("今日はいい天気", &["今日", "はい", "い", "天気"]),
        ("สวัสดีชาวโลก", &["สวัสดี", "ชาว", "โลก"]),
    ] {
        let pages = set(text, CaptionLook::default());
        assert_eq!(texts(&pages[0]), groups, "{text}");
        let pieces = &pages[0].pieces;
        assert!(pieces.windows(2).all(|two| (two[0].piece.end_s - two[1].piece.start_s).abs() < 1e-9));
        let gap = pieces[1].x - pieces[0].x - pieces[0].width;
        assert!(gap.abs() < 1.0, "{text}: {gap}");
    }
}

#[test]
fn a_sentence_without_spaces_goes_on_two_lines_and_on_the_next_page() {
    let pages =
        set("今日はいい天気ですね、お昼寝しましょう。今日はいい天気ですね、お昼寝しましょう！", CaptionLook::default());
    assert!(pages.len() >= 2 && pages.iter().all(|page| is_inside(page) && lines(page) <= 2));
    assert!(pages.iter().any(|page| lines(page) == 2));
}

fn look(style: CaptionStyle) -> CaptionLook {
    CaptionLook { style, ..CaptionLook::default() }
}

#[test]
fn plain_pages_have_five_words_at_most_and_stay_long_enough_to_read() {
    let fast = |text: &str| -> Vec<Word> {
        let word = |(at, text): (usize, &str)| Word {
            text: text.to_owned(),
            start_s: at as f64 * 0.1,
            end_s: at as f64 * 0.1 + 0.09,
        };
        text.split_whitespace().enumerate().map(word).collect()
    };
    let text = "No. Yes. One two three four five six seven. Eight. Nine ten eleven twelve thirteen fourteen.";
    let pages = of_spoken(&fast(text), 8.0, &Setting::new(look(CaptionStyle::Plain)), &mut Typesetter::new(&[]));
    assert!(pages.iter().all(|page| (1..=5).contains(&page.pieces.len())), "{pages:?}");
    assert!(pages.iter().all(|page| page.to_s - page.from_s >= 0.9 - 1e-9), "{pages:?}");
    assert!(pages.windows(2).all(|two| two[0].to_s <= two[1].from_s + 1e-9) && pages[pages.len() - 1].to_s <= 8.0);
    let said: String = pages.iter().flat_map(texts).collect::<Vec<_>>().join(" ");
    assert_eq!(said, text);
}

#[test]
fn a_style_says_how_many_words_and_how_large_and_a_number_how_many_exactly() {
    let most = |look: CaptionLook| {
        let pages = set("one two three four five six seven eight", look);
        pages.iter().map(|page| page.pieces.len()).max().unwrap_or_default()
    };
    assert_eq!(most(look(CaptionStyle::Bold)), 3);
    assert_eq!(most(CaptionLook { words_per_page: Some(2), ..CaptionLook::default() }), 2);
    assert_eq!(most(CaptionLook { words_per_page: Some(4), ..look(CaptionStyle::Bold) }), 4);
    assert_eq!(most(CaptionLook { words_per_page: Some(4), ..look(CaptionStyle::None) }), 0);
    assert!(Setting::new(look(CaptionStyle::Bold)).size > usual().size);
}

#[test]
fn right_to_left_words_begin_on_the_right() {
    let pages = spoken(&words("שלום עולם"), 2.0);
    assert!(pages[0].pieces[0].x > pages[0].pieces[1].x);
}

#[test]
fn words_that_stand_share_the_scene() {
    let standing: Vec<Word> =
        words("A caption that goes on for quite a while, far longer than two lines could ever hold at once")
            .into_iter()
            .map(|word| Word { start_s: 0.0, end_s: 3.0, ..word })
            .collect();
    let pages = of_standing(&standing, 3.0, &usual(), &mut Typesetter::new(&[]));
    assert!(pages.len() > 1 && pages[0].from_s == 0.0);
    assert!((pages[pages.len() - 1].to_s - 3.0).abs() < 1e-9);
    assert!(pages.windows(2).all(|two| (two[0].to_s - two[1].from_s).abs() < 1e-9));
}

#[test]
fn what_no_font_shows_makes_no_page() {
    assert!(spoken(&words(""), 1.0).is_empty());
    assert!(spoken(&words("🔥 日本"), 1.0).is_empty());
}

proptest! {
    #[test]
    fn every_page_is_inside_the_box(text in "[\\PC ]{0,200}") {
        for page in spoken(&words(&text), 30.0) {
            prop_assert!(is_inside(&page), "{page:?}");
            prop_assert!(lines(&page) <= 2);
        }
    }
}
