use super::fonts::{self, Font, Fonts};
use super::typesetter::{Part, Typesetter};

/// Small parts of Noto fonts, as if they were the machine's.
pub fn fixture_fonts() -> Fonts {
    Fonts::of_folders(&[std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/fonts")])
}

/// A typesetter with what a text needs of them.
pub fn typesetter_for(text: &str) -> Typesetter {
    Typesetter::new(&fixture_fonts().needed(text))
}

fn names(fonts: &[Font]) -> Vec<&str> {
    fonts.iter().map(|font| font.name.as_str()).collect()
}

#[test]
fn a_text_asks_for_a_font_only_where_the_embedded_ones_lack_letters() {
    let fonts = fixture_fonts();
    for (text, expected) in [
        ("Mon Rovîa — «ça va?» Zażółć Ξεσκεπάζω Съешь שלום Tiếng Việt, don\u{2019}t\u{200d}\u{fe0e}", &[][..]),
        ("مرحبا بالعالم", &["Noto Sans Arabic"]),
        ("नमस्ते दुनिया", &["Noto Sans Devanagari"]),
        ("สวัสดีชาวโลก", &["Noto Sans Thai"]),
        ("你好，世界。", &["Noto Sans SC"]),
        ("こんにちは世界", &["Noto Sans JP"]),
        ("안녕하세요", &["Noto Sans KR"]),
        ("Naps 😂 مرحبا", &["Noto Color Emoji", "Noto Sans Arabic"]),
    ] {
        assert_eq!(names(&fonts.needed(text)), expected, "{text}");
        assert_eq!(fonts::is_covered(text), expected.is_empty(), "{text}");
        assert!(fonts.missing(text).is_empty(), "{text}: {:?}", fonts.missing(text));
    }
}

#[test]
fn what_no_font_has_is_named_once_with_its_script() {
    let missing = fixture_fonts().missing("ᚠᚠ ok 🦄");
    let told: Vec<(char, &str)> = missing.iter().map(|missing| (missing.letter, missing.script)).collect();
    assert_eq!(told, [('ᚠ', "Runic"), ('🦄', "Emoji")]);
    let mut typesetter = Typesetter::new(&[]);
    assert_eq!(typesetter.missing("ᚠ 日 ok").into_iter().collect::<String>(), "ᚠ日");
    assert!((typesetter.width_of("ok日", 80.0) - typesetter.width_of("ok", 80.0)).abs() < 1e-3);
    assert!(typesetter.text("日本", 80.0).letters.is_empty() && typesetter.text("", 80.0).letters.is_empty());
}

#[test]
fn a_font_is_found_again_by_its_file() {
    let fonts = fixture_fonts();
    let font = fonts.needed("สวัสดี").pop().unwrap();
    assert!(fonts.find(&font.name, font.hash, font.index).is_some());
    assert!(fonts.find(&font.name, [0; 32], font.index).is_none());
}

#[test]
fn letters_join_and_stack_as_their_script_has_it() {
    for word in ["مرحبا", "क्षत्रिय", "विद्यार्थी"] {
        let mut typesetter = typesetter_for(word);
        let whole = typesetter.width_of(word, 100.0);
        let alone: f32 = word.chars().map(|letter| typesetter.width_of(&letter.to_string(), 100.0)).sum();
        assert!(whole > 0.0 && whole < 0.93 * alone, "{word}: {whole} of {alone}");
    }
}

#[test]
fn a_line_that_runs_right_to_left_begins_on_the_right_and_keeps_its_numbers() {
    let words = ["مرحبا", "(12)", "ok"].map(|text| Part { text, is_joined: false });
    let line = typesetter_for("مرحبا").set(&words, 80.0, 20.0, true);
    let [first, number, last] = &line.words[..] else { panic!("three words") };
    assert!(first.x > number.x && number.x > last.x, "{} {} {}", first.x, number.x, last.x);
    assert!(first.x + first.width <= line.width + 0.1 && last.x.abs() < 0.1);
    let mut typesetter = Typesetter::new(&[]);
    let numbers = ["12", "34"].map(|text| Part { text, is_joined: false });
    let line = typesetter.set(&numbers, 80.0, 20.0, false);
    assert!(line.words[0].x < line.words[1].x);
}

#[test]
fn groups_without_spaces_stand_side_by_side() {
    let mut typesetter = typesetter_for("你好世界");
    let [one, two] = ["你好", "世界"].map(|text| Part { text, is_joined: true });
    let line = typesetter.set(&[one, two], 80.0, 20.0, false);
    assert!((line.words[1].x - line.words[0].width).abs() < 0.5);
    assert!((line.width - 4.0 * 80.0).abs() < 1.0, "{}", line.width);
}

#[test]
fn a_word_is_set_in_one_face() {
    let mut typesetter = Typesetter::new(&[]);
    // Lato has the letters at both ends, only Noto has the one between them: all three come from Noto.
    let alone = 2.0 * typesetter.width_of("н", 100.0) + typesetter.width_of("ԛ", 100.0);
    assert!((typesetter.width_of("нԛн", 100.0) - alone).abs() > 0.5);
}

#[test]
fn width_grows_with_size_and_letters() {
    let mut typesetter = Typesetter::new(&[]);
    assert!((typesetter.width_of("abc", 80.0) - 2.0 * typesetter.width_of("abc", 40.0)).abs() < 0.1);
    assert!(typesetter.width_of("abcd", 80.0) > typesetter.width_of("abc", 80.0));
}

#[test]
fn pictures_of_a_font_are_drawn_in_their_own_colours() {
    let folder = tempfile::tempdir().unwrap();
    let fixture = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/fonts/Pictures-sbix.ttf");
    std::fs::copy(fixture, folder.path().join("pictures.ttf")).unwrap();
    let fonts = Fonts::of_folders(&[folder.path().to_owned()]);
    for (fonts, text) in [(fonts.needed("🔥"), "🔥"), (fixture_fonts().needed("😂"), "😂")] {
        assert_eq!(fonts.len(), 1, "{text}");
        let set = Typesetter::new(&fonts).text(text, 100.0);
        let mut pixels = tiny_skia::Pixmap::new(160, 160).unwrap();
        set.letters.draw_pictures(&mut pixels, (10.0, 120.0), 1.0);
        let is_coloured =
            |pixel: &&tiny_skia::PremultipliedColorU8| pixel.alpha() > 200 && pixel.red() > 120 && pixel.blue() < 120;
        let coloured = pixels.pixels().iter().filter(is_coloured).count();
        assert!(coloured > 2_500, "{text}: {coloured} pixels");
        assert!(set.letters.path.is_none() && set.width > 80.0, "{text}: {}", set.width);
    }
}
