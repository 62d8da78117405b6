//! How a group of parts is read: whole if it is known whole, else its longest known ends first, else letter by letter by
//! the network; and how the parts of a compound share the stress. Called by `reader`.

use super::{Part, Reader, Said};
use crate::lexicon::Following;
use crate::phonemes::{PRIMARY, Stress, stressed, weight};
use crate::{Error, noises};

/// Marks that say nothing within a word.
const SILENT: &str = "',-._/";

/// What signs are called that no rule has said before.
const SIGNS: [(char, &str); 9] = [
    ('/', "slˈæʃ"),
    ('=', "ˈikwᵊlz"),
    ('+', "plˈʌs"),
    ('&', "ænd"),
    ('@', "æt"),
    ('%', "pəɹsˈɛnt"),
    ('<', "lˈɛs ðən"),
    ('>', "ɡɹˈATəɹ ðən"),
    ('~', "əbˈWt"),
];

impl Reader {
    /// Finds the sounds of a group, and says what the group is to the word before it.
    pub(super) fn read_group(&self, group: &mut [Part], mut following: Following) -> Result<Following, Error> {
        if let Some(sounds) = self.respelled(group)? {
            following = group[0].precedes(&sounds, following);
            for part in &mut *group {
                part.sounds = Some(String::new());
            }
            group[0].sounds = Some(sounds);
            return Ok(following);
        }
        let mut right = group.len();
        while right > 0 {
            if let Some(sounds) = &group[right - 1].sounds {
                following = group[right - 1].precedes(sounds, following);
                right -= 1;
                continue;
            }
            let first_fixed = group[..right].iter().rposition(|part| part.sounds.is_some()).map_or(0, |at| at + 1);
            let found = (first_fixed..right).find_map(|left| {
                let whole = merged(&group[left..right]);
                let sounds = self.known(&whole, following)?;
                Some((left, whole, sounds))
            });
            if let Some((left, whole, sounds)) = found {
                following = whole.precedes(&sounds, following);
                group[left + 1..right].iter_mut().for_each(|part| part.sounds = Some(String::new()));
                group[left].sounds = Some(sounds);
                right = left;
                continue;
            }
            right -= 1;
            let last = &mut group[right];
            if last.text.chars().all(|mark| SILENT.contains(mark)) {
                last.sounds = Some(String::new());
            } else {
                let whole = merged(group);
                let sounds = self.unknown(&whole)?;
                following = whole.precedes(&sounds, following);
                for part in &mut *group {
                    part.sounds = Some(String::new());
                }
                group[0].sounds = Some(sounds);
                return Ok(following);
            }
        }
        share_stress(group);
        Ok(following)
    }

    fn known(&self, part: &Part, following: Following) -> Option<String> {
        if let Some(noise) = noises::noise(&part.text) {
            return Some(noise.to_owned());
        }
        let sounds = |word: &str| self.lexicon.sounds(word, &part.tag, following, part.money, part.begins);
        sounds(&part.text).or_else(|| noises::meant(&part.text).iter().find_map(|word| sounds(word)))
    }

    /// The sounds of a word that is spelled as it is said, syllable by syllable with the stressed one in capitals:
    /// Ro-VEE-ah. `None` for anything else, A-list and TV-star among it.
    fn respelled(&self, group: &[Part]) -> Result<Option<String>, Error> {
        let (syllables, hyphens): (Vec<&Part>, Vec<&Part>) = group.iter().partition(|part| part.text != "-");
        let is_stressed =
            |part: &Part| part.text.len() > 1 && part.text.bytes().all(|letter| letter.is_ascii_uppercase());
        let has_vowel = |part: &Part| part.text.to_lowercase().contains(['a', 'e', 'i', 'o', 'u', 'y']);
        let is_word = |part: &Part| part.text.len() > 3 && self.known(part, Following::default()).is_some();
        let is_plain = |part: &&Part| part.text.bytes().all(|letter| letter.is_ascii_alphabetic()) && has_vowel(part);
        let is_respelled = syllables.len() > 1
            && hyphens.len() + 1 == syllables.len()
            && syllables.iter().all(is_plain)
            && syllables.iter().filter(|part| is_stressed(part)).count() == 1
            && !syllables.iter().any(|part| !is_stressed(part) && is_word(part));
        if !is_respelled {
            return Ok(None);
        }
        let mut word = String::new();
        for part in syllables {
            let sounds = self.spelling()?.sounds(&part.text.to_lowercase())?;
            let sounds = stressed(&sounds.replace(' ', ""), Stress::None);
            let sounds =
                if is_stressed(part) { stressed(&sounds, Stress::Primary) } else { sounds.replace('ʌ', "ə") };
            word.push_str(&sounds);
        }
        Ok(Some(word))
    }

    /// What no dictionary has: words by the network, figures as numbers, signs by their names.
    fn unknown(&self, part: &Part) -> Result<String, Error> {
        let mut said: Vec<String> = Vec::new();
        let kind = |letter: char| match letter {
            _ if letter.is_alphabetic() || letter == '\'' => 0,
            _ if letter.is_numeric() || letter == '.' || letter == ',' => 1,
            _ => 2,
        };
        let letters: Vec<char> = part.text.chars().collect();
        for run in letters.chunk_by(|one, other| kind(*one) == kind(*other) && kind(*one) < 2) {
            let text: String = run.iter().collect();
            let sounds = match kind(run[0]) {
                0 => self.spelling()?.sounds(&text)?,
                1 => self.lexicon.sounds(&text, "CD", Following::default(), None, true).unwrap_or_default(),
                _ => {
                    SIGNS.iter().find(|(sign, _)| *sign == run[0]).map_or(String::new(), |(_, name)| (*name).to_owned())
                }
            };
            if !sounds.is_empty() {
                said.push(sounds);
            }
        }
        Ok(said.join(" "))
    }
}

/// Several parts as one. Its tag is that of the part with most letters, capitals counting twice.
fn merged(parts: &[Part]) -> Part {
    let size =
        |part: &Part| -> usize { part.text.chars().map(|letter| if letter.is_uppercase() { 2 } else { 1 }).sum() };
    let most = parts.iter().map(size).max();
    let tag = parts.iter().find(|part| Some(size(part)) == most).map_or(String::new(), |part| part.tag.clone());
    Part {
        text: parts.iter().map(|part| part.text.as_str()).collect(),
        tag,
        spaced: parts.last().is_some_and(|part| part.spaced),
        word: parts.first().map_or(0, |part| part.word),
        sounds: None,
        money: parts.iter().find_map(|part| part.money),
        begins: parts.first().is_none_or(|part| part.begins),
    }
}

/// Whether the parts are said with gaps between them, as "room 101" is: letters and digits do not melt.
fn is_apart(parts: &[Part]) -> bool {
    let letters = || parts.iter().flat_map(|part| part.text.chars());
    let kind = |letter: char| match letter {
        _ if letter.is_alphabetic() => 1,
        _ if letter.is_ascii_digit() => 2,
        _ => 4,
    };
    let kinds = letters().filter(|letter| !SILENT.contains(*letter)).map(kind).fold(0_u32, |all, kind| all | kind);
    letters().any(|letter| letter == '/') || kinds.count_ones() > 1
}

/// A compound has one main stress: the lighter half of its parts give theirs up.
fn share_stress(parts: &mut [Part]) {
    if is_apart(parts) {
        return;
    }
    let heard = |part: &Part| {
        part.sounds
            .as_ref()
            .filter(|sounds| !sounds.is_empty())
            .map(|sounds| (sounds.contains(PRIMARY), weight(sounds)))
    };
    let mut heard: Vec<(bool, usize, usize)> = parts
        .iter()
        .enumerate()
        .filter_map(|(at, part)| heard(part).map(|(is_stressed, weight)| (is_stressed, weight, at)))
        .collect();
    let weakened: Vec<usize> = match heard[..] {
        [(_, _, first), (_, _, second)] if parts[first].text.chars().count() == 1 => vec![second],
        _ if heard.len() < 2 => Vec::new(),
        _ if heard.iter().filter(|(is_stressed, ..)| *is_stressed).count() <= heard.len().div_ceil(2) => Vec::new(),
        _ => {
            heard.sort_unstable();
            heard[..heard.len() / 2].iter().map(|(_, _, at)| *at).collect()
        }
    };
    for at in weakened {
        if let Some(sounds) = &mut parts[at].sounds {
            *sounds = stressed(sounds, Stress::Weaker);
        }
    }
}

/// A group as one word of what is said.
pub(super) fn joined(parts: Vec<Part>) -> Said {
    let apart = is_apart(&parts);
    let mut said = Said { sounds: String::new(), spaced: false, word: parts.first().map_or(0, |part| part.word) };
    for part in parts {
        let sounds = part.sounds.unwrap_or_default();
        if apart && !said.sounds.is_empty() && !sounds.is_empty() {
            said.sounds.push(' ');
        }
        said.sounds.push_str(&sounds);
        said.spaced = part.spaced;
    }
    // The flapped t and the glottal stop, as the voice knows them.
    said.sounds = said.sounds.replace('ɾ', "T").replace('ʔ', "t");
    said
}
