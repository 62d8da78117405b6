//! How a word of a sentence sounds: by the dictionaries, by its stem, by rules for the small words that sound different
//! before vowels and at the end, and letter by letter for initials. The conventions are those of misaki, which the voice
//! was taught with. Called by `reader`.

mod figures;
mod stems;

use crate::Error;
use crate::dictionary::{Dictionary, Entry};
use crate::phonemes::{PRIMARY, SECONDARY, Stress, stressed};

/// Signs that are words.
const SIGNS: [(&str, &str); 4] = [("%", "percent"), ("&", "and"), ("+", "plus"), ("@", "at")];

/// A capitalised word longer than this is looked up in small letters although it is tagged as a name.
const LONGEST_NAME: usize = 7;

/// What follows a word: it is read from the end of the sentence to its beginning.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Following {
    /// Whether the next word begins with a vowel; `None` before a pause and at the end.
    pub vowel: Option<bool>,
    /// Whether the next word is "to".
    pub to: bool,
}

/// A word to be said.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    pub word: &'a str,
    /// Its part of speech, empty where nobody asked.
    pub tag: &'a str,
    pub stress: Stress,
    pub following: Following,
}

impl<'a> Asked<'a> {
    /// A word for itself, as the dictionary has it.
    pub fn plainly(word: &'a str) -> Self {
        Self { word, tag: "", stress: Stress::Kept, following: Following::default() }
    }
}

pub struct Lexicon {
    /// Checked by people.
    checked: Dictionary,
    larger: Dictionary,
}

impl Lexicon {
    pub fn read(checked: String, larger: String) -> Result<Self, Error> {
        Ok(Self { checked: Dictionary::read(checked)?, larger: Dictionary::read(larger)? })
    }

    /// The sounds of a word or a number; `None` where it is not known. `money` is the sign of money before it; `begins`
    /// whether it stands at the beginning of what is written together.
    pub fn sounds(
        &self,
        word: &str,
        tag: &str,
        following: Following,
        money: Option<char>,
        begins: bool,
    ) -> Option<String> {
        let stress = match () {
            () if !word.chars().any(char::is_uppercase) => Stress::Kept,
            () if word.chars().any(char::is_lowercase) => Stress::AtLeastSecondary,
            () => Stress::Primary,
        };
        let asked = Asked { word, tag, stress, following };
        self.word(asked).or_else(|| self.figures(word, money, begins))
    }

    fn word(&self, asked: Asked) -> Option<String> {
        if let Some(sounds) = self.special(asked) {
            return Some(sounds);
        }
        let small = asked.word.to_lowercase();
        let asked = if self.is_better_small(asked, &small) { Asked { word: &small, ..asked } } else { asked };
        let word = asked.word;
        if self.is_known(word) {
            return self.look_up(asked);
        }
        if let Some(stem) = word.strip_suffix("s'") {
            let singular = format!("{stem}'s");
            if self.is_known(&singular) {
                return self.look_up(Asked { word: &singular, ..asked });
            }
        }
        if let Some(stem) = word.strip_suffix('\'').filter(|stem| self.is_known(stem)) {
            return self.look_up(Asked { word: stem, ..asked });
        }
        self.by_stem(asked)
    }

    /// "Napping" at the start of a sentence is "napping", and so is "NAPPING".
    fn is_better_small(&self, asked: Asked, small: &str) -> bool {
        let word = asked.word;
        let mut letters = word.chars();
        letters.next();
        let is_capitalised = !letters.as_str().chars().any(char::is_uppercase);
        let is_capitals = !word.chars().any(char::is_lowercase);
        let is_word =
            !letters.as_str().is_empty() && word.chars().all(|letter| letter.is_alphabetic() || letter == '\'');
        let may_be = asked.tag != "NNP" || word.chars().count() > LONGEST_NAME;
        let is_new = word != small && !self.checked.has(word) && !self.larger.has(word);
        is_word && may_be && is_new && (is_capitals || is_capitalised) && {
            let asked = Asked { word: small, ..asked };
            self.checked.has(small) || self.larger.has(small) || self.by_stem(asked).is_some()
        }
    }

    /// The words that sound different by what they are and what follows.
    fn special(&self, asked: Asked) -> Option<String> {
        let Asked { word, tag, following, .. } = asked;
        let is = |small: &str| word.eq_ignore_ascii_case(small);
        let is_usual = |small: &str| {
            word == small || (is(small) && word.starts_with(char::is_uppercase) && word[1..] == small[1..])
        };
        let is_capitals = word.len() > 1 && !word.chars().any(char::is_lowercase);
        if let Some((_, name)) = SIGNS.iter().find(|(sign, _)| *sign == word) {
            return self.look_up(Asked::plainly(name));
        }
        if is_initials(word) {
            return self.spelled(word);
        }
        match tag {
            "ADD" if word == "." => return self.look_up(Asked { stress: Stress::Weaker, ..Asked::plainly("dot") }),
            "ADD" if word == "/" => return self.look_up(Asked { stress: Stress::Weaker, ..Asked::plainly("slash") }),
            "IN" if is("vs") || is("vs.") => return self.look_up(Asked::plainly("versus")),
            _ => {}
        }
        let said = match () {
            () if is("a") => {
                if tag == "DT" {
                    "ɐ"
                } else {
                    "ˈA"
                }
            }
            () if is("am") && tag.starts_with("NN") => return self.spelled(word),
            () if is("am") && (following.vowel.is_none() || word != "am") => return self.plain("am"),
            () if is("am") => "ɐm",
            () if word == "AN" && tag.starts_with("NN") => return self.spelled(word),
            () if is("an") => "ɐn",
            () if word == "I" && tag == "PRP" => "ˌI",
            () if is("by") && parent(tag) == "ADV" => "bˈI",
            () if is_usual("to") || (is("to") && matches!(tag, "TO" | "IN")) => match following.vowel {
                None => return self.plain("to"),
                Some(false) => "tə",
                Some(true) => "tʊ",
            },
            () if is_usual("in") || (is("in") && tag != "NNP") => {
                if following.vowel.is_none() || tag != "IN" {
                    "ˈɪn"
                } else {
                    "ɪn"
                }
            }
            () if is_usual("the") || (is("the") && tag == "DT") => {
                if following.vowel == Some(true) {
                    "ði"
                } else {
                    "ðə"
                }
            }
            () if is_usual("used") || (is("used") && is_capitals) => {
                let is_habit = matches!(tag, "VBD" | "JJ") && following.to;
                return self.checked.get("used").and_then(|used| under(used, if is_habit { "VBD" } else { "DEFAULT" }));
            }
            () => return None,
        };
        Some(said.to_owned())
    }

    fn plain(&self, word: &str) -> Option<String> {
        match self.checked.get(word)? {
            Entry::One(sounds) => Some(sounds.to_owned()),
            several @ Entry::Several(_) => under(several, "DEFAULT"),
        }
    }

    /// Letter by letter, the last one stressed.
    pub fn spelled(&self, word: &str) -> Option<String> {
        let letters = word.chars().filter(|letter| letter.is_alphabetic());
        let names: Option<String> = letters.map(|letter| self.plain(&letter.to_uppercase().to_string())).collect();
        let sounds = stressed(&names?, Stress::Secondary);
        let Some(last) = sounds.rfind(SECONDARY) else { return Some(sounds) };
        Some(format!("{}{PRIMARY}{}", &sounds[..last], &sounds[last + SECONDARY.len_utf8()..]))
    }

    fn is_known(&self, word: &str) -> bool {
        if self.checked.has(word) || self.larger.has(word) || SIGNS.iter().any(|(sign, _)| *sign == word) {
            return true;
        }
        if word.is_empty() || !word.bytes().all(|letter| letter.is_ascii_alphabetic()) {
            return false;
        }
        let is_capitals = word == word.to_uppercase();
        let rest_is_capitals = word[1..] == word[1..].to_uppercase();
        word.len() == 1 || (is_capitals && self.checked.has(&word.to_lowercase())) || rest_is_capitals
    }

    fn look_up(&self, asked: Asked) -> Option<String> {
        let is_capitals = asked.word == asked.word.to_uppercase() && !self.checked.has(asked.word);
        let is_name = is_capitals && asked.tag == "NNP";
        let small = asked.word.to_lowercase();
        let word = if is_capitals { small.as_str() } else { asked.word };
        let entry = self.checked.get(word).or_else(|| if is_name { None } else { self.larger.get(word) });
        let sounds = match entry {
            Some(Entry::One(sounds)) => Some(sounds.to_owned()),
            Some(several) => self.of_several(several, asked),
            None => None,
        };
        match sounds {
            Some(sounds) if !is_name || sounds.contains(PRIMARY) => Some(stressed(&sounds, asked.stress)),
            sounds => self.spelled(word).or(sounds),
        }
    }

    #[expect(clippy::unused_self, reason = "reads better beside look_up")]
    fn of_several(&self, several: Entry, asked: Asked) -> Option<String> {
        let at_the_end = if asked.following.vowel.is_none() { several.under("None") } else { None };
        let found = at_the_end
            .or_else(|| several.under(asked.tag))
            .or_else(|| several.under(parent(asked.tag)))
            .or_else(|| several.under("DEFAULT"))?;
        found.map(str::to_owned)
    }
}

fn under(entry: Entry, tag: &str) -> Option<String> {
    entry.under(tag).flatten().map(str::to_owned)
}

/// The family of a tag, as the dictionary names it.
fn parent(tag: &str) -> &str {
    match tag {
        _ if tag.starts_with("VB") => "VERB",
        _ if tag.starts_with("NN") => "NOUN",
        _ if tag.starts_with("RB") => "ADV",
        _ if tag.starts_with("JJ") => "ADJ",
        tag => tag,
    }
}

/// U.S., a.m. and J.K.: letters with dots between them.
fn is_initials(word: &str) -> bool {
    let inner = word.trim_matches('.');
    let parts = || inner.split('.');
    inner.contains('.')
        && parts().all(|part| part.chars().count() < 3)
        && inner.chars().all(|letter| letter == '.' || letter.is_alphabetic())
}
