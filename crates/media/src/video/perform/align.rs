//! Guesses when each word of a text is heard in a sound that came without times: words last about as long as their
//! syllables ask for, begin in dips of the voice, and pause where the text has a comma or an end. One search weighs all
//! three at once. Called by `words` only.

use super::voice::{HOP_S, Voice};

/// From when to when something is heard, in seconds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spoken {
    pub start_s: f64,
    pub end_s: f64,
}

/// How far a boundary may lie from where the syllables alone would put it, in moments of the voice.
const REACH: usize = 90;

/// What the search weighs: a word of the wrong length, a boundary in the middle of a loud sound, a comma without a
/// pause, and a pause without a comma.
const WRONG_LENGTH: f32 = 3.0;
const LOUD_BOUNDARY: f32 = 0.8;
const COMMA_WITHOUT_PAUSE: f32 = 1.2;
const PAUSE_WITHOUT_COMMA: f32 = 0.4;

/// Silence of so many moments between words is a pause.
const PAUSE: usize = 9;

pub fn is_vowel(letter: char) -> bool {
    deunicode::deunicode_char(letter)
        .and_then(|folded| folded.chars().next())
        .is_some_and(|first| matches!(first.to_ascii_lowercase(), 'a' | 'e' | 'i' | 'o' | 'u' | 'y'))
}

/// How long a word lasts compared with others: by its syllables, and a little by its letters.
pub fn weight(word: &str) -> f64 {
    let letters: Vec<char> = word.chars().filter(|letter| letter.is_alphanumeric()).collect();
    let digits = letters.iter().filter(|letter| letter.is_numeric()).count();
    let vowels: Vec<bool> = letters.iter().map(|&letter| is_vowel(letter)).collect();
    let mut syllables = vowels.chunk_by(|one, other| one == other).filter(|group| group[0]).count();
    // The silent e of "name" and "those".
    let ends_in_e = letters.last().is_some_and(|letter| letter.eq_ignore_ascii_case(&'e'));
    if ends_in_e && syllables > 1 && !vowels[vowels.len() - 2] {
        syllables -= 1;
    }
    if letters.is_empty() { 0.02 } else { 0.5 + 0.75 * (syllables + digits) as f64 + 0.1 * letters.len() as f64 }
}

/// True when a speaker would pause after the word.
fn pauses_after(word: &str) -> bool {
    let closing = |letter: char| matches!(letter, '"' | '\'' | ')' | ']' | '”' | '’' | '»');
    let last = word.trim_end_matches(closing).chars().last();
    last.is_some_and(|last| {
        matches!(last, '.' | ',' | '!' | '?' | ';' | ':' | '…' | '—' | '–' | '。' | '、' | '！' | '？')
    })
}

/// Words spread between two times by their weights.
pub fn in_proportion(words: &[&str], start_s: f64, end_s: f64) -> Vec<Spoken> {
    let whole: f64 = words.iter().map(|word| weight(word)).sum();
    let mut from = start_s;
    let mut spoken = Vec::with_capacity(words.len());
    for word in words {
        let to = from + (end_s - start_s).max(0.0) * weight(word) / whole;
        spoken.push(Spoken { start_s: from, end_s: to });
        from = to;
    }
    spoken
}

/// Words laid over the voiced span of a sound; the voice must have one.
pub fn by_sound(words: &[&str], voice: &Voice) -> Vec<Spoken> {
    let Some(first) = voice.voiced().iter().position(|&voiced| voiced) else { return Vec::new() };
    let last = voice.voiced().iter().rposition(|&voiced| voiced).unwrap_or(first) + 1;
    let speech = Speech::new(&voice.voiced()[first..last], &voice.levels()[first..last]);
    let mut edges = vec![0];
    edges.extend(speech.boundaries(words));
    edges.push(speech.moments());
    let seconds = |moment: usize| (first + moment) as f64 * HOP_S;
    let word = |edge: &[usize]| {
        let (from, to) = speech.trimmed(edge[0], edge[1]);
        Spoken { start_s: seconds(from), end_s: seconds(to) }
    };
    if words.is_empty() { Vec::new() } else { edges.windows(2).map(word).collect() }
}

/// The voiced span of a sound, prepared for the search.
struct Speech<'a> {
    voiced: &'a [bool],
    levels: &'a [f32],
    /// The voiced moments before each moment: a clock that stands still in pauses.
    clock: Vec<usize>,
    /// For each moment, the length of the silence it lies in; 0 where voiced.
    silence: Vec<usize>,
}

impl<'a> Speech<'a> {
    fn new(voiced: &'a [bool], levels: &'a [f32]) -> Speech<'a> {
        let mut clock = vec![0];
        for (index, &voiced) in voiced.iter().enumerate() {
            clock.push(clock[index] + usize::from(voiced));
        }
        let runs = voiced.chunk_by(|one, other| one == other);
        let silence = runs.flat_map(|run| std::iter::repeat_n(if run[0] { 0 } else { run.len() }, run.len())).collect();
        Speech { voiced, levels, clock, silence }
    }

    fn moments(&self) -> usize {
        self.voiced.len()
    }

    /// The same stretch without the silence at its ends.
    fn trimmed(&self, from: usize, to: usize) -> (usize, usize) {
        let voiced = &self.voiced[from..to];
        let Some(first) = voiced.iter().position(|&voiced| voiced) else { return (from, to) };
        let last = voiced.iter().rposition(|&voiced| voiced).unwrap_or(first);
        (from + first, from + last + 1)
    }

    /// The moments between the words that cost least, found word by word: for each place where a word could end, the
    /// cheapest place where it could have begun.
    fn boundaries(&self, words: &[&str]) -> Vec<usize> {
        let spoken = self.clock[self.moments()];
        let whole: f64 = words.iter().map(|word| weight(word)).sum();
        let logarithms: Vec<f32> = (0..=spoken).map(|moments| (moments as f32 + 2.0).ln()).collect();
        let mut said = 0.0;
        // The places of the last boundary with their costs, and for each boundary where its word could best begin.
        let mut places = 0..1;
        let mut costs = vec![0.0_f32];
        let mut trail: Vec<(std::ops::Range<usize>, Vec<usize>)> = Vec::new();
        for word in &words[..words.len().saturating_sub(1)] {
            let share = weight(word) / whole * spoken as f64;
            said += share;
            let expected = (share as f32 + 2.0).ln();
            let centre = self.clock.partition_point(|&clock| (clock as f64) < said).min(self.moments());
            let next = centre.saturating_sub(REACH).max(places.start)..(centre + REACH).min(self.moments()) + 1;
            let (mut next_costs, mut begins) = (Vec::with_capacity(next.len()), Vec::with_capacity(next.len()));
            for place in next.clone() {
                let mut best = (f32::INFINITY, places.start);
                for begin in places.start..places.end.min(place + 1) {
                    let wrong = logarithms[self.clock[place] - self.clock[begin]] - expected;
                    let cost = costs[begin - places.start] + WRONG_LENGTH * wrong * wrong;
                    if cost < best.0 {
                        best = (cost, begin);
                    }
                }
                next_costs.push(best.0 + self.boundary_cost(place, pauses_after(word)));
                begins.push(best.1);
            }
            trail.push((next.clone(), begins));
            (places, costs) = (next, next_costs);
        }
        self.traced_back(&trail, words.last().map_or(0.0, |word| weight(word) / whole), &places, &costs, &logarithms)
    }

    fn boundary_cost(&self, place: usize, comma: bool) -> f32 {
        let silence = self.silence.get(place).copied().unwrap_or(0);
        let loudness = LOUD_BOUNDARY * self.levels.get(place).copied().unwrap_or(0.0);
        match (comma, silence >= PAUSE) {
            (true, false) => loudness + COMMA_WITHOUT_PAUSE,
            (false, true) => loudness + PAUSE_WITHOUT_COMMA,
            _ => loudness,
        }
    }

    /// Chooses the cheapest last boundary, the last word's length counted, and follows the trail to the first.
    fn traced_back(
        &self,
        trail: &[(std::ops::Range<usize>, Vec<usize>)],
        last_share: f64,
        places: &std::ops::Range<usize>,
        costs: &[f32],
        logarithms: &[f32],
    ) -> Vec<usize> {
        let spoken = self.clock[self.moments()];
        let expected = ((last_share * spoken as f64) as f32 + 2.0).ln();
        let whole_cost = |place: usize| {
            let wrong = logarithms[spoken - self.clock[place]] - expected;
            costs[place - places.start] + WRONG_LENGTH * wrong * wrong
        };
        let cheapest = places.clone().min_by(|&one, &other| whole_cost(one).total_cmp(&whole_cost(other)));
        let mut place = cheapest.unwrap_or(0);
        let mut found = Vec::with_capacity(trail.len());
        for (range, begins) in trail.iter().rev() {
            found.push(place);
            place = begins[place - range.start];
        }
        found.reverse();
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn longer_words_weigh_more() {
        for (light, heavy) in [("a", "banana"), ("name", "naming"), ("—", "I"), ("hi", "2024"), ("ja", "Übermut")] {
            assert!(weight(light) < weight(heavy), "{light} weighs {}, {heavy} {}", weight(light), weight(heavy));
        }
    }

    #[test]
    fn pauses_follow_punctuation_even_inside_quotes() {
        for (word, pauses) in [("artist,", true), ("vibe?”", true), ("well…", true), ("Rovîa", false), ("don't", false)]
        {
            assert_eq!(pauses_after(word), pauses, "{word}");
        }
    }

    #[test]
    fn twenty_minutes_of_words_are_laid_out() {
        let (voiced, levels) = (vec![true; 120_000], vec![0.5; 120_000]);
        let words = vec!["word"; 3_000];
        let boundaries = Speech::new(&voiced, &levels).boundaries(&words);
        assert_eq!(boundaries.len(), 2_999);
        assert!(boundaries.is_sorted());
        assert!(boundaries[1_499].abs_diff(60_000) < 60, "the middle lies at {}", boundaries[1_499]);
    }
}
