//! Words of scripts without spaces become groups of characters, between which a line may break and which are highlighted one
//! after the other: Chinese, Japanese, Thai, Lao, Khmer, Burmese. Called by `pages`.

use icu_properties::CodePointMapData;
use icu_properties::props::Script;
use icu_segmenter::options::{LineBreakOptions, WordBreakInvariantOptions};
use icu_segmenter::{LineSegmenter, WordSegmenter};

/// The groups of a word, in order; one where its script has spaces.
pub fn groups(word: &str) -> Vec<&str> {
    if !word.chars().any(is_unspaced) {
        return vec![word];
    }
    let breaks: Vec<usize> = LineSegmenter::new_auto(LineBreakOptions::default()).segment_str(word).collect();
    let mut groups = Vec::new();
    let mut start = 0;
    for end in WordSegmenter::new_auto(WordBreakInvariantOptions::default()).segment_str(word) {
        // A full stop belongs to what stands before it.
        if end > start && (breaks.contains(&end) || end == word.len()) {
            groups.push(&word[start..end]);
            start = end;
        }
    }
    groups
}

/// A letter of a script that is written without spaces.
fn is_unspaced(letter: char) -> bool {
    matches!(
        CodePointMapData::<Script>::new().get(letter),
        Script::Han
            | Script::Hiragana
            | Script::Katakana
            | Script::Thai
            | Script::Lao
            | Script::Khmer
            | Script::Myanmar
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_without_spaces_break_between_words_and_keep_their_marks() {
        for (word, expected) in [
            ("你好，世界。", vec!["你好，", "世界。"]),
            ("今日はいい天気ですね。", vec!["今日", "はい", "い", "天気", "です", "ね。"]),
            ("สวัสดีชาวโลก", vec!["สวัสดี", "ชาว", "โลก"]),
            ("well-known", vec!["well-known"]),
            ("안녕하세요", vec!["안녕하세요"]),
            ("नमस्ते", vec!["नमस्ते"]),
        ] {
            assert_eq!(groups(word), expected, "{word}");
            assert_eq!(groups(word).concat(), word);
        }
    }
}
