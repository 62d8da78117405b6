//! The signs for sounds that the voice reads: IPA, with `A I O W Y` for the diphthongs of day, my, go, now and boy, `ʧ ʤ`
//! for church and judge, and `ˈ ˌ` before a stressed vowel. What is a vowel, and how stress moves. Pure; knows no words.

/// Stands before the vowel of the syllable that a word is stressed on.
pub const PRIMARY: char = 'ˈ';
/// Stands before the vowel of a syllable that is stressed less.
pub const SECONDARY: char = 'ˌ';

/// Marks at which a voice pauses or changes its melody.
pub const PAUSES: &str = ";:,.!?—…";

/// Diphthongs are vowels of one sign; stress and length marks are none.
pub fn is_vowel(sound: char) -> bool {
    "AIOQWYaiuæɑɒɔəɛɜɪʊʌᵻ".contains(sound)
}

/// Affricates (`ʧ ʤ`) and the flap of "butter" (`ɾ`) are among them.
pub fn is_consonant(sound: char) -> bool {
    "bdfhjklmnpstvwzðŋɡɹɾʃʒʤʧθ".contains(sound)
}

fn is_stress(sound: char) -> bool {
    sound == PRIMARY || sound == SECONDARY
}

/// How a word of a sentence is stressed, compared with what the dictionary says of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stress {
    /// As the dictionary says.
    Kept,
    /// None at all.
    None,
    /// One step less: what was primary becomes secondary.
    Weaker,
    /// Secondary at most, and never none.
    Secondary,
    /// At least secondary.
    AtLeastSecondary,
    /// Primary, whatever it was.
    Primary,
}

/// The same sounds with another stress.
pub fn stressed(sounds: &str, stress: Stress) -> String {
    let has_primary = sounds.contains(PRIMARY);
    let has_secondary = sounds.contains(SECONDARY);
    let weaker = || sounds.replace(SECONDARY, "").replace(PRIMARY, "ˌ");
    match stress {
        Stress::None => sounds.replace([PRIMARY, SECONDARY], ""),
        Stress::Weaker | Stress::Secondary if has_primary => weaker(),
        Stress::Secondary | Stress::AtLeastSecondary if !has_primary && !has_secondary => begun(sounds, SECONDARY),
        Stress::Primary if has_secondary && !has_primary => sounds.replace(SECONDARY, "ˈ"),
        Stress::Primary if !has_primary => begun(sounds, PRIMARY),
        _ => sounds.to_owned(),
    }
}

/// Puts a stress before the first vowel.
fn begun(sounds: &str, stress: char) -> String {
    match sounds.find(is_vowel) {
        Some(vowel) => format!("{}{stress}{}", &sounds[..vowel], &sounds[vowel..]),
        None => sounds.to_owned(),
    }
}

/// How much a part of a compound weighs when its parts compete for the stress: long vowels count twice.
pub fn weight(sounds: &str) -> usize {
    sounds.chars().map(|sound| if "AIOQWYʤʧ".contains(sound) { 2 } else { 1 }).sum()
}

/// Whether the next word's sounds begin with a vowel: what decides between "thuh" and "thee". `None` before a pause and at
/// the end; `otherwise` where there is nothing to hear.
pub fn begins_with_vowel(sounds: &str, otherwise: Option<bool>) -> Option<bool> {
    for sound in sounds.chars() {
        if PAUSES.contains(sound) {
            return None;
        }
        if is_vowel(sound) || is_consonant(sound) {
            return Some(is_vowel(sound));
        }
    }
    otherwise
}

/// Adds the ending of cats, dogs and horses.
pub fn with_s(stem: &str) -> String {
    match stem.chars().next_back() {
        Some('p' | 't' | 'k' | 'f' | 'θ') => format!("{stem}s"),
        Some('s' | 'z' | 'ʃ' | 'ʒ' | 'ʧ' | 'ʤ') => format!("{stem}ᵻz"),
        Some(_) => format!("{stem}z"),
        None => String::new(),
    }
}

/// Adds the ending of walked, hugged, needed and waited (its t flapped after a vowel).
pub fn with_ed(stem: &str) -> String {
    match stem.chars().next_back() {
        Some('p' | 'k' | 'f' | 'θ' | 'ʃ' | 's' | 'ʧ') => format!("{stem}t"),
        Some('d') => format!("{stem}ᵻd"),
        Some('t') => flapped(stem).map_or_else(|| format!("{stem}ᵻd"), |stem| stem + "ᵻd"),
        Some(_) => format!("{stem}d"),
        None => String::new(),
    }
}

/// Adds the ending of going.
pub fn with_ing(stem: &str) -> String {
    if stem.is_empty() {
        return String::new();
    }
    flapped(stem).unwrap_or_else(|| stem.to_owned()) + "ɪŋ"
}

/// An American t between vowels is a flap.
fn flapped(stem: &str) -> Option<String> {
    let before = stem.strip_suffix('t')?;
    let flaps = before.ends_with(|sound| "AIOWYiuæɑəɛɪɹʊʌ".contains(sound));
    flaps.then(|| format!("{before}ɾ"))
}

/// Whether it is a stress mark or a letter: something the mouth does.
pub fn is_sound(sound: char) -> bool {
    is_stress(sound) || (!PAUSES.contains(sound) && !" \"“”()".contains(sound))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stress_moves_as_asked() {
        for (sounds, stress, expected) in [
            ("ɹˈɛkəɹd", Stress::None, "ɹɛkəɹd"),
            ("ɹˈɛkˌɔɹd", Stress::Weaker, "ɹˌɛkɔɹd"),
            ("ðə", Stress::Weaker, "ðə"),
            ("ðə", Stress::Secondary, "ðˌə"),
            ("ðə", Stress::AtLeastSecondary, "ðˌə"),
            ("ɹˈɛd", Stress::AtLeastSecondary, "ɹˈɛd"),
            ("ænd", Stress::Primary, "ˈænd"),
            ("ˌI", Stress::Primary, "ˈI"),
            ("mm", Stress::Primary, "mm"),
            ("ðə", Stress::Kept, "ðə"),
        ] {
            assert_eq!(stressed(sounds, stress), expected, "{sounds} {stress:?}");
        }
    }

    #[test]
    fn endings_sound_as_they_should() {
        assert_eq!([with_s("kˈæt"), with_s("dˈɔɡ"), with_s("hˈɔɹs")], ["kˈæts", "dˈɔɡz", "hˈɔɹsᵻz"]);
        assert_eq!([with_ed("wˈɔk"), with_ed("nˈid"), with_ed("wˈAt")], ["wˈɔkt", "nˈidᵻd", "wˈAɾᵻd"]);
        assert_eq!([with_ing("ɡˈO"), with_ing("wˈAt"), with_ing("ˈækt")], ["ɡˈOɪŋ", "wˈAɾɪŋ", "ˈæktɪŋ"]);
        assert_eq!([with_s(""), with_ed(""), with_ing("")], ["", "", ""]);
    }

    #[test]
    fn the_next_sound_is_a_vowel_or_not() {
        assert_eq!(begins_with_vowel("ˈæpᵊl", None), Some(true));
        assert_eq!(begins_with_vowel("pˈɛɹ", None), Some(false));
        assert_eq!(begins_with_vowel(", ", Some(true)), None);
        assert_eq!(begins_with_vowel("“", Some(true)), Some(true));
    }
}
