//! Sounds that the writer of a campaign gives: `/njˈɑki/` as the pronunciation of a word, `[gnocchi](/njˈɑki/)` within a
//! `say` text. Voices that read no sounds are given the word instead. Pure; called by `pronounce`.

/// What is spoken for a word with this pronunciation.
pub(super) fn pronounced(word: &str, pronunciation: &str, reads_sounds: bool) -> String {
    let sounds = pronunciation.trim();
    let is_sounds = sounds.len() > 2 && sounds.starts_with('/') && sounds.ends_with('/');
    match (is_sounds, reads_sounds) {
        (false, _) => pronunciation.to_owned(),
        (true, true) => format!("[{word}]({sounds})"),
        (true, false) => word.to_owned(),
    }
}

/// A text with its words in the place of given sounds.
pub(super) fn without_sounds(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(open) = rest.find('[') {
        plain.push_str(&rest[..open]);
        rest = &rest[open..];
        let link = rest.find("](/").and_then(|close| Some((close, close + 3 + rest[close + 3..].find("/)")?)));
        match link.filter(|(close, _)| !rest[1..*close].contains(['[', '\n'])) {
            Some((close, end)) => {
                plain.push_str(&rest[1..close]);
                rest = &rest[end + 2..];
            }
            None => {
                plain.push('[');
                rest = &rest[1..];
            }
        }
    }
    plain + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_who_reads_sounds_is_given_them() {
        assert_eq!(pronounced("gnocchi", "/njˈɑki/", true), "[gnocchi](/njˈɑki/)");
        assert_eq!(pronounced("gnocchi", "/njˈɑki/", false), "gnocchi");
        assert_eq!(pronounced("gnocchi", "NYOCK-ee", true), "NYOCK-ee");
        assert_eq!(pronounced("and/or", "//", true), "//");
        assert_eq!(without_sounds("eat [gnocchi](/njˈɑki/), [or] [not"), "eat gnocchi, [or] [not");
        assert_eq!(without_sounds("[a](b) [](/c/)"), "[a](b) ");
    }
}
