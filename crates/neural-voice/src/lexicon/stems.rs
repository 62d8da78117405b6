//! Words by their stems: cats, wanted, napping.

use super::{Asked, Lexicon};
use crate::phonemes::{Stress, with_ed, with_ing, with_s};

impl Lexicon {
    /// The sounds of a word that is another one with an ending.
    pub(super) fn by_stem(&self, asked: Asked) -> Option<String> {
        self.in_s(asked).or_else(|| self.in_ed(asked)).or_else(|| self.in_ing(asked))
    }

    fn in_s(&self, asked: Asked) -> Option<String> {
        let word = asked.word;
        let letters = word.chars().count();
        if letters < 3 {
            return None;
        }
        let whole = word.strip_suffix('s')?;
        let stem = if !word.ends_with("ss") && self.is_known(whole) {
            whole.to_owned()
        } else if let Some(stem) = self.known(word.strip_suffix("'s")) {
            stem.to_owned()
        } else if letters > 4 && !word.ends_with("ies") {
            self.known(word.strip_suffix("es"))?.to_owned()
        } else if letters > 4 {
            let stem = format!("{}y", word.strip_suffix("ies")?);
            self.known(Some(&stem))?.to_owned()
        } else {
            return None;
        };
        Some(with_s(&self.look_up(Asked { word: &stem, ..asked })?))
    }

    fn in_ed(&self, asked: Asked) -> Option<String> {
        let word = asked.word;
        let letters = word.chars().count();
        if letters < 4 {
            return None;
        }
        let whole = word.strip_suffix('d')?;
        let stem = if !word.ends_with("dd") && self.is_known(whole) {
            whole
        } else if letters > 4 && !word.ends_with("eed") {
            self.known(word.strip_suffix("ed"))?
        } else {
            return None;
        };
        Some(with_ed(&self.look_up(Asked { word: stem, ..asked })?))
    }

    fn in_ing(&self, asked: Asked) -> Option<String> {
        let word = asked.word;
        let stem = word.strip_suffix("ing").filter(|stem| stem.chars().count() > 1)?;
        let is_long = stem.chars().count() > 2;
        let silent = format!("{stem}e");
        let stem = if is_long && self.is_known(stem) {
            stem.to_owned()
        } else if self.is_known(&silent) {
            silent
        } else if is_long {
            self.known(undoubled(stem))?.to_owned()
        } else {
            return None;
        };
        let stress = if asked.stress == Stress::Kept { Stress::AtLeastSecondary } else { asked.stress };
        Some(with_ing(&self.look_up(Asked { word: &stem, stress, ..asked })?))
    }

    fn known<'a>(&self, stem: Option<&'a str>) -> Option<&'a str> {
        stem.filter(|stem| self.is_known(stem))
    }
}

/// "napp" → "nap", "mimick" → "mimic".
fn undoubled(stem: &str) -> Option<&str> {
    let mut letters = stem.chars().rev();
    let (last, before) = (letters.next()?, letters.next()?);
    let doubled = last == before && "bcdgklmnprstvxz".contains(last);
    (doubled || (before == 'c' && last == 'k')).then(|| &stem[..stem.len() - last.len_utf8()])
}
