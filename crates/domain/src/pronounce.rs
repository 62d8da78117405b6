//! How a line is spoken: whole words are replaced by the spellings that the campaign gives them. All words are searched
//! for at once, so that a line costs its own length, however many words there are.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};
use serde::{Serialize, Serializer};

use super::campaign::Dialogue;
use super::sounds;
use super::tags::{self, Performs};
use super::text::composed;

/// The words of a campaign and how a voice is to be given them. Made by the reader, which limits their number.
#[derive(Debug, Clone, Default)]
pub struct Pronunciation {
    spellings: BTreeMap<String, String>,
    /// `None` where there is no word to look for.
    search: Option<Arc<Search>>,
}

#[derive(Debug)]
struct Search {
    automaton: AhoCorasick,
    /// In the order of the automaton's patterns: each word with its spelling.
    spellings: Vec<(String, String)>,
    /// How many characters more a spelling has than its word.
    growth: Vec<isize>,
}

/// Stands where a word may begin and where one may end. No text of a campaign holds either: the reader refuses control
/// characters.
const BEGIN: char = '\u{1}';
const END: char = '\u{2}';

impl Pronunciation {
    /// Word → spelling. An empty word is never found in a text.
    #[expect(clippy::expect_used, reason = "a campaign file holds fewer words than an automaton can")]
    pub fn new(spellings: BTreeMap<String, String>) -> Self {
        let words = || spellings.iter().filter(|(word, _)| !word.is_empty());
        let search = words().next().is_some().then(|| {
            let automaton = AhoCorasick::builder()
                .kind(Some(AhoCorasickKind::ContiguousNFA))
                // "Mon Rovîa" wins over "Mon".
                .match_kind(MatchKind::LeftmostLongest)
                .build(words().map(|(word, _)| marked(word)))
                .expect("a campaign file holds fewer words than an automaton can");
            let length = |text: &str| text.chars().count() as isize;
            Arc::new(Search {
                automaton,
                growth: words().map(|(word, spelling)| length(spelling) - length(word)).collect(),
                spellings: words().map(|(word, spelling)| (word.clone(), spelling.clone())).collect(),
            })
        });
        Self { spellings, search }
    }

    /// Word → spelling.
    pub fn spellings(&self) -> &BTreeMap<String, String> {
        &self.spellings
    }

    /// What is spoken: `say` as written, else `text` with its words replaced; of its audio tags those that the voice
    /// performs. Only a voice that reads sounds is given any.
    pub fn spoken(&self, line: &Dialogue, performs: Performs, reads_sounds: bool) -> String {
        let spoken = match (&line.say, &self.search) {
            (Some(say), _) if reads_sounds => tags::for_voice(say, performs),
            (Some(say), _) => return tags::for_voice(&sounds::without_sounds(say), performs).into_owned(),
            (None, None) => tags::for_voice(&line.text, performs),
            (None, Some(search)) => {
                tags::rewritten(&line.text, performs, |words| Cow::Owned(search.spoken(words, reads_sounds)))
            }
        };
        spoken.into_owned()
    }

    /// The characters of `text` as it is spoken, its audio tags as they are written.
    pub fn length(&self, text: &str) -> usize {
        let Some(search) = &self.search else { return text.chars().count() };
        let (mut length, mut at) = (0, 0);
        for tag in tags::tags(text) {
            length += search.length(&text[at..tag.range.start]) + text[tag.range.clone()].chars().count();
            at = tag.range.end;
        }
        length + search.length(&text[at..])
    }
}

impl Search {
    fn length(&self, text: &str) -> usize {
        let composed = composed(text);
        let marked = marked(&composed);
        let mut found = self.automaton.find_iter(&marked).peekable();
        if found.peek().is_none() {
            return text.chars().count();
        }
        let growth: isize = found.map(|found| self.growth[found.pattern()]).sum();
        composed.chars().count().saturating_add_signed(growth)
    }

    /// The text with its words replaced. Letters and accents that were typed apart are looked for as one.
    fn spoken(&self, text: &str, reads_sounds: bool) -> String {
        let composed = composed(text);
        let replaced = self.replaced(&composed, reads_sounds);
        if replaced == *composed { text.to_owned() } else { replaced }
    }

    fn replaced(&self, text: &str, reads_sounds: bool) -> String {
        let (marked, mut copied) = (marked(text), 0);
        let mut spoken = String::with_capacity(text.len());
        let copy = |spoken: &mut String, part: &str| {
            spoken.extend(part.chars().filter(|c| !matches!(*c, BEGIN | END)));
        };
        for found in self.automaton.find_iter(&marked) {
            copy(&mut spoken, &marked[copied..found.start()]);
            let (word, spelling) = &self.spellings[found.pattern()];
            spoken.push_str(&sounds::pronounced(word, spelling, reads_sounds));
            copied = found.end();
        }
        copy(&mut spoken, &marked[copied..]);
        spoken
    }
}

/// The text with a mark at every place where a word may begin or end: before and behind whatever is no letter or digit.
/// A marked word is found in a marked text exactly where it stands as a whole word.
fn marked(text: &str) -> String {
    let mut marked = String::with_capacity(text.len() + text.len() / 2 + 2);
    let mut was_letter = None;
    for c in text.chars() {
        let is_letter = c.is_alphanumeric();
        if was_letter.is_some() && !is_letter {
            marked.push(END);
        }
        if was_letter != Some(true) {
            marked.push(BEGIN);
        }
        marked.push(c);
        was_letter = Some(is_letter);
    }
    marked.push(END);
    marked
}

impl PartialEq for Pronunciation {
    fn eq(&self, other: &Self) -> bool {
        self.spellings == other.spellings
    }
}

impl Serialize for Pronunciation {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.spellings.serialize(serializer)
    }
}

#[cfg(test)]
mod tests {
    use proptest::collection::btree_map;
    use proptest::prelude::*;

    use super::*;
    use crate::campaign::SpeakerIndex;

    fn line(text: &str) -> Dialogue {
        Dialogue {
            speaker: SpeakerIndex(0),
            text: text.to_owned(),
            say: None,
            audio: None,
            transition: None,
            voice_mode: None,
            sfx: None,
        }
    }

    fn pronunciation(words: &[(&str, &str)]) -> Pronunciation {
        Pronunciation::new(words.iter().map(|(word, spelling)| ((*word).to_owned(), (*spelling).to_owned())).collect())
    }

    #[test]
    fn whole_words_are_replaced_and_the_longest_wins() {
        let words =
            pronunciation(&[("Mon", "Mohn"), ("Mon Rovîa", "Mon Ro-VEE-ah"), ("AT&T", "A T and T"), (":)", "ha")]);
        for (text, spoken) in [
            ("Mon Rovîa sings.", "Mon Ro-VEE-ah sings."),
            ("Mon, Monday, salmon, Mon", "Mohn, Monday, salmon, Mohn"),
            ("Mon Rovîas", "Mohn Rovîas"),
            ("Mon Mon Rovîa", "Mohn Mon Ro-VEE-ah"),
            ("AT&T xAT&T AT&Tx", "A T and T xAT&T AT&Tx"),
            (":):) a:)", "haha a:)"),
            ("", ""),
        ] {
            assert_eq!(words.spoken(&line(text), Performs::Tags, false), spoken, "{text:?}");
            assert_eq!(words.length(text), spoken.chars().count(), "{text:?}");
        }
        let said = Dialogue { say: Some("Mon".to_owned()), ..line("Mon") };
        assert_eq!(words.spoken(&said, Performs::Tags, false), "Mon", "what is to be said is said as written");
    }

    #[test]
    fn audio_tags_are_never_spelt_and_count_as_they_are_written() {
        let words = pronunciation(&[("laughs", "LAFFS"), ("work", "werk")]);
        let text = "[laughs] They work, she laughs.";
        for (performs, spoken) in
            [(Performs::Tags, "[laughs] They werk, she LAFFS."), (Performs::Nothing, "They werk, she LAFFS.")]
        {
            assert_eq!(words.spoken(&line(text), performs, false), spoken);
        }
        assert_eq!(words.length(text), "[laughs] They werk, she LAFFS.".chars().count());
    }

    #[test]
    fn given_sounds_are_no_audio_tags() {
        let say = "[laughs] Eat [gnocchi](/njˈɑki/)!";
        let line = Dialogue { say: Some(say.to_owned()), ..line("x") };
        let words = pronunciation(&[]);
        assert_eq!(words.spoken(&line, Performs::Nothing, true), "Eat [gnocchi](/njˈɑki/)!");
        assert_eq!(words.spoken(&line, Performs::Nothing, false), "Eat gnocchi!");
        assert_eq!(words.spoken(&line, Performs::Tags, false), "[laughs] Eat gnocchi!");
    }

    /// The rule in so many words: at each place the longest word that stands there as a whole.
    fn by_the_rule(text: &str, spellings: &BTreeMap<String, String>) -> String {
        let mut words: Vec<_> = spellings.iter().filter(|(word, _)| !word.is_empty()).collect();
        words.sort_by_key(|(word, _)| std::cmp::Reverse(word.len()));
        let (mut spoken, mut rest, mut previous) = (String::new(), text, None);
        while let Some(first) = rest.chars().next() {
            let begins = !previous.is_some_and(char::is_alphanumeric);
            let ends = |word: &str| !rest[word.len()..].chars().next().is_some_and(char::is_alphanumeric);
            let found = words.iter().find(|(word, _)| begins && rest.starts_with(word.as_str()) && ends(word));
            let taken = match found {
                Some((word, spelling)) => {
                    spoken.push_str(spelling);
                    word.len()
                }
                None => {
                    spoken.push(first);
                    first.len_utf8()
                }
            };
            previous = rest[..taken].chars().next_back();
            rest = &rest[taken..];
        }
        spoken
    }

    proptest! {
        #[test]
        fn the_search_finds_what_the_rule_says(
            text in "[abî .&]{0,40}",
            spellings in btree_map("[abî .&]{0,6}", "[a-zé ]{1,5}", 0..12),
        ) {
            let words = Pronunciation::new(spellings.clone());
            let spoken = words.spoken(&line(&text), Performs::Tags, false);
            prop_assert_eq!(&spoken, &by_the_rule(&text, &spellings));
            prop_assert_eq!(words.length(&text), spoken.chars().count());
        }
    }
}
