//! What a line's signs are called in the languages that only this voice speaks: money, degrees, minus, halves. Its text
//! analysis reads numbers, dates and times of its language by itself. Pure; called by `script`.

use pico_engine::Language;

use super::reading::is_silent;

/// What signs are called.
struct Words {
    minus: &'static str,
    degrees: &'static str,
    and: &'static str,
    number: &'static str,
    half: &'static str,
    times: &'static str,
    euros: &'static str,
    dollars: &'static str,
    pounds: &'static str,
}

const GERMAN: Words = Words {
    minus: "minus",
    degrees: "Grad",
    and: "und",
    number: "Nummer",
    half: "einhalb",
    times: "mal",
    euros: "Euro",
    dollars: "Dollar",
    pounds: "Pfund",
};

const SPANISH: Words = Words {
    minus: "menos",
    degrees: "grados",
    and: "y",
    number: "número",
    half: "medio",
    times: "por",
    euros: "euros",
    dollars: "dólares",
    pounds: "libras",
};

const FRENCH: Words = Words {
    minus: "moins",
    degrees: "degrés",
    and: "et",
    number: "numéro",
    half: "demi",
    times: "fois",
    euros: "euros",
    dollars: "dollars",
    pounds: "livres",
};

const ITALIAN: Words = Words {
    minus: "meno",
    degrees: "gradi",
    and: "e",
    number: "numero",
    half: "mezzo",
    times: "per",
    euros: "euro",
    dollars: "dollari",
    pounds: "sterline",
};

/// The text with words for its signs; `None` for English, which has a reader of its own.
pub fn read_out(text: &str, language: Language) -> Option<String> {
    let words = match language {
        Language::AmericanEnglish | Language::BritishEnglish => return None,
        Language::German => GERMAN,
        Language::Spanish => SPANISH,
        Language::French => FRENCH,
        Language::Italian => ITALIAN,
    };
    let text: Vec<char> = text.chars().collect();
    let at = |place: usize| text.get(place).copied().unwrap_or(' ');
    let mut said = String::with_capacity(text.len() + 16);
    let mut place = 0;
    while place < text.len() {
        let (c, before) = (text[place], place.checked_sub(1).map_or(' ', at));
        let begins_word = !before.is_alphanumeric();
        place += 1;
        let word = match c {
            // The unit is said behind its amount, wherever it is written.
            '€' | '$' | '£' => {
                let unit = match c {
                    '€' => words.euros,
                    '$' => words.dollars,
                    _ => words.pounds,
                };
                let end = amount_end(&text, place);
                if begins_word && end > place {
                    said.extend(&text[place..end]);
                    place = end;
                }
                unit
            }
            '-' | '−' | '–' if begins_word && at(place).is_ascii_digit() => words.minus,
            '#' if begins_word && at(place).is_ascii_digit() => words.number,
            '°' => words.degrees,
            '½' => words.half,
            '×' => words.times,
            '&' => words.and,
            // Repeated marks are one.
            '!' | '?' if matches!(at(place), '!' | '?') => continue,
            _ if is_silent(c) => continue,
            _ => {
                said.push(c);
                continue;
            }
        };
        if !said.is_empty() && !said.ends_with(' ') {
            said.push(' ');
        }
        said.push_str(word);
        if at(place).is_alphanumeric() {
            said.push(' ');
        }
    }
    Some(said)
}

/// Where an amount such as `1.000,50` ends that begins here.
fn amount_end(text: &[char], start: usize) -> usize {
    let mut end = start;
    while text.get(end).is_some_and(char::is_ascii_digit)
        || end > start
            && matches!(text.get(end), Some('.' | ','))
            && text.get(end + 1).is_some_and(char::is_ascii_digit)
    {
        end += 1;
    }
    end
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn signs_are_read_in_their_language() {
        for (language, text, said) in [
            (
                Language::German,
                "Das kostet €20 & 5 $, bei -5°!!! 😀",
                "Das kostet 20 Euro und 5 Dollar, bei minus 5 Grad! ",
            ),
            (Language::German, "€1.000,50. #1 baby-sitter", "1.000,50 Euro. Nummer 1 baby-sitter"),
            (Language::Spanish, "¡Hola! ¿Qué?! 3 × 4 £", "Hola! Qué! 3 por 4 libras"),
            (Language::French, "½ & -2 €", "demi et moins 2 euros"),
            (Language::Italian, "n° #3", "n gradi numero 3"),
        ] {
            assert_eq!(read_out(text, language).unwrap(), said, "{text}");
        }
        assert_eq!(read_out("€20", Language::BritishEnglish), None);
    }

    proptest! {
        #[test]
        fn any_text_is_read(text in r"([0-9£€$°½.,#!?& -]|\PC){0,40}") {
            read_out(&text, Language::German);
        }
    }
}
