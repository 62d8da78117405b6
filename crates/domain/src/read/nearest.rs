//! "Did you mean …?": the known word that a mistyped one is nearest to.

/// Enough to find a typing slip; a hostile file with a million names does not get a million comparisons.
const MOST_COMPARED: usize = 1_000;
const LONGEST_COMPARED: usize = 100;

/// The known word that `word` was probably meant to be. Words that differ in their digits are different words:
/// "Baby 3" is no slip of "Baby 2".
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let folded = |text: &str| text.trim().to_lowercase();
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    if word.chars().count() > LONGEST_COMPARED {
        return None;
    }
    let (word, word_digits) = (folded(word), digits(word));
    let slips_allowed = word.chars().count().div_ceil(3);
    known
        .into_iter()
        .take(MOST_COMPARED)
        .filter(|candidate| candidate.len() <= LONGEST_COMPARED && digits(candidate) == word_digits)
        .map(|candidate| (strsim::osa_distance(&word, &folded(candidate)), candidate))
        .filter(|(slips, candidate)| *slips <= slips_allowed && *slips < candidate.chars().count())
        .min_by_key(|(slips, _)| *slips)
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_finds_its_word_and_a_stranger_finds_none() {
        let known = ["speaker", "text", "say", "audio", "Baby 1", "Baby 2"];
        for (word, expected) in [
            ("speeker", Some("speaker")),
            ("Speaker", Some("speaker")),
            ("txet", Some("text")),
            ("baby1", Some("Baby 1")),
            ("Baby 3", None),
            ("zzz", None),
            ("", None),
        ] {
            assert_eq!(nearest(word, known), expected, "{word}");
        }
        assert_eq!(nearest(&"speaker".repeat(100), known), None);
    }
}
