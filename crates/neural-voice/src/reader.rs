//! From a sentence to its sounds: what is written is written out, cut, tagged and looked up, from the last word to the
//! first, because how a word sounds hangs on what follows. Called by `voice`; knows no network but the spelling's.

mod groups;
mod pieces;

use std::sync::OnceLock;

use crate::lexicon::{Following, Lexicon};
use crate::phonemes::begins_with_vowel;
use crate::script::Script;
use crate::sentences::Sentence;
use crate::spelling::Spelling;
use crate::tagger::Tagger;
use crate::tokens::{Token, tokens};
use crate::{Error, data, written};

/// One word of what is said, or a mark.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    pub sounds: String,
    /// Whether a blank follows.
    pub spaced: bool,
    /// The written word it comes from.
    pub word: usize,
}

/// A part of a token while it is being read.
#[derive(Debug, Clone)]
struct Part {
    text: String,
    tag: String,
    spaced: bool,
    word: usize,
    sounds: Option<String>,
    /// The sign of money before it.
    money: Option<char>,
    /// Whether it begins what is written together.
    begins: bool,
}

/// Everything that reading takes.
pub struct Reader {
    lexicon: Lexicon,
    tagger: Tagger,
    /// Loaded with the first word that no dictionary has.
    spelling: OnceLock<Result<Spelling, Error>>,
    files: data::Files,
}

impl Reader {
    pub fn new(files: &data::Files) -> Result<Self, Error> {
        // The tables come from different files: they are read side by side.
        let (lexicon, tagger) = std::thread::scope(|scope| {
            let tagger = scope.spawn(|| Tagger::read(data::unpacked_text(&files.tagger, "the tagger of the voice")?));
            let larger = scope.spawn(|| data::unpacked_text(&files.larger, "a dictionary of the voice"));
            let checked = data::unpacked_text(&files.checked, "a dictionary of the voice");
            let joined = |what| move |_| Err(Error::damaged(what));
            let larger = larger.join().unwrap_or_else(joined("a dictionary of the voice"));
            let lexicon = checked.and_then(|checked| Lexicon::read(checked, larger?));
            let tagger = tagger.join().unwrap_or_else(|_| Err(Error::damaged("the tagger of the voice")));
            (lexicon, tagger)
        });
        Ok(Self { lexicon: lexicon?, tagger: tagger?, spelling: OnceLock::new(), files: files.clone() })
    }

    /// What is said of a sentence, in order.
    pub fn read(&self, sentence: &Sentence) -> Result<Vec<Said>, Error> {
        let mut parts = Vec::new();
        for piece in &sentence.pieces {
            if let Some(sounds) = &piece.sounds {
                let part = Part::fixed(&piece.text, sounds, piece.first_word, piece.spaced);
                parts.push(vec![part]);
                continue;
            }
            let mut script = Script::new(&piece.text, piece.first_word);
            written::calm(&mut script);
            written::say(&mut script);
            let tokens = tokens(&script);
            let words: Vec<&str> = tokens.iter().map(|token| token.text.as_str()).collect();
            let tags = self.tagger.tags(&words);
            parts.extend(pieces::grouped(&tokens, &tags));
            if let Some(last) = parts.last_mut().and_then(|group| group.last_mut()) {
                last.spaced |= piece.spaced;
            }
        }
        let mut following = Following::default();
        for group in parts.iter_mut().rev() {
            following = self.read_group(group, following)?;
        }
        let said = parts.into_iter().map(groups::joined);
        Ok(said.filter(|said| !said.sounds.is_empty() || said.spaced).collect())
    }

    fn spelling(&self) -> Result<&Spelling, Error> {
        let spelling = self.spelling.get_or_init(|| self.files.read_spelling());
        spelling.as_ref().map_err(Error::clone)
    }
}

impl Part {
    fn of(token: &Token, tag: &str, text: String) -> Self {
        Self { text, tag: tag.to_owned(), spaced: false, word: token.word, sounds: None, money: None, begins: true }
    }

    fn fixed(text: &str, sounds: &str, word: usize, spaced: bool) -> Self {
        let (text, sounds) = (text.to_owned(), Some(sounds.to_owned()));
        Self { text, tag: "NN".to_owned(), spaced, word, sounds, money: None, begins: true }
    }

    /// What this part means for the word before it.
    fn precedes(&self, sounds: &str, following: Following) -> Following {
        let is_to = matches!(self.text.as_str(), "to" | "To")
            || (self.text == "TO" && matches!(self.tag.as_str(), "TO" | "IN"));
        Following { vowel: begins_with_vowel(sounds, following.vowel), to: is_to }
    }
}
