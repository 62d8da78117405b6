//! When each word of a line is heard, told as an [`Alignment`]: a word's characters are the letters that its sounds look
//! like on lips, so that "one" is seen as w-u-n. Called by `speak`. Pure.

use neural_voice::{Sound, Speech, Word};

use crate::providers::voice::alignment::Alignment;

/// The alignment of a speech; `at` turns its seconds into those of the finished line.
pub(super) fn alignment(speech: &Speech, at: impl Fn(f64) -> f64) -> Alignment {
    let mut alignment = Alignment { characters: Vec::new(), starts: Vec::new(), ends: Vec::new() };
    let mut last = 0.0_f64;
    let mut add = |character: char, start: f64, end: f64| {
        let start = at(start).max(last);
        let end = at(end).max(start);
        last = end;
        alignment.characters.push(character.to_string());
        alignment.starts.push(start);
        alignment.ends.push(end);
    };
    let mut sounds = speech.sounds.iter().peekable();
    for (number, word) in speech.words.iter().enumerate() {
        if number > 0 {
            add(' ', word.start, word.start);
        }
        // What stands before the word is a pause, or belongs to no word at all.
        while sounds.next_if(|sound| sound.end <= word.start + 1e-9 && sound.start < word.start).is_some() {}
        let mut is_seen = false;
        while let Some(sound) = sounds.next_if(|sound| is_of(word, sound)) {
            let letters = letters(sound.sign);
            let each = (sound.end - sound.start) / letters.len().max(1) as f64;
            for (place, letter) in letters.chars().enumerate() {
                let start = sound.start + each * place as f64;
                add(letter, start, start + each);
                is_seen = true;
            }
        }
        // A word that nobody hears, a dash or an emoji, still has its place.
        if !is_seen {
            add(word.text.chars().next().unwrap_or('-'), word.start, word.end);
        }
    }
    alignment
}

fn is_of(word: &Word, sound: &Sound) -> bool {
    sound.start < word.end - 1e-9
        || (sound.end <= word.end + 1e-9 && sound.start >= word.start && word.end > word.start)
}

/// The letters whose mouths a sound is made with.
fn letters(sign: char) -> &'static str {
    match sign {
        'b' => "b",
        'm' => "m",
        'p' => "p",
        'f' => "f",
        'v' => "v",
        'd' | 't' | 'T' | 'θ' | 'ð' => "t",
        'n' => "n",
        'l' => "l",
        's' | 'ʃ' | 'ʧ' => "s",
        'z' | 'ʒ' | 'ʤ' => "z",
        'k' | 'ɡ' | 'ŋ' => "k",
        'h' => "h",
        'w' => "w",
        'ɹ' => "r",
        'j' => "y",
        'æ' | 'ɑ' | 'ʌ' | 'a' | 'ɐ' => "a",
        'ɛ' | 'ə' | 'ɜ' | 'ᵊ' | 'e' => "e",
        'i' | 'ɪ' | 'ᵻ' => "i",
        'ɔ' | 'o' => "o",
        'u' | 'ʊ' => "u",
        'A' => "ei",
        'I' => "ai",
        'O' => "ou",
        'W' => "au",
        'Y' => "oi",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_seen_as_they_sound() {
        let word = |text: &str, start, end| Word { text: text.to_owned(), start, end };
        let sound = |sign, start, end| Sound { sign, start, end };
        let speech = Speech {
            samples: Vec::new(),
            words: vec![word("One", 0.1, 0.4), word("—", 0.4, 0.4), word("go!", 0.6, 1.0)],
            sounds: vec![
                sound('w', 0.1, 0.2),
                sound('ˈ', 0.2, 0.2),
                sound('ʌ', 0.2, 0.3),
                sound('n', 0.3, 0.4),
                sound('—', 0.4, 0.5),
                sound(' ', 0.5, 0.6),
                sound('ɡ', 0.6, 0.7),
                sound('O', 0.7, 1.0),
                sound('!', 1.0, 1.2),
            ],
        };
        let alignment = alignment(&speech, |seconds| seconds / 2.0);
        assert_eq!(alignment.characters.concat(), "wan — kou");
        assert_eq!(alignment.check(0.5), Ok(()));
        let start_of = |place: usize| (alignment.starts[place] * 1000.0).round() as u32;
        assert_eq!([start_of(0), start_of(6), start_of(8)], [50, 300, 425]);
    }
}
