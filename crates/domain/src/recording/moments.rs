//! The moments of a long recording that are worth a video: 20 to 60 seconds in which much is said, by several, with laughs,
//! and which end at a pause.

use super::transcript::WordKind;
use super::turns::Turn;

/// A stretch of whole turns.
#[derive(Debug, Clone, PartialEq)]
pub struct Moment {
    /// Where its first turn begins, in seconds.
    pub start_s: f64,
    /// Where its last turn ends, in seconds.
    pub end_s: f64,
    /// Its first words.
    pub begins: String,
    /// How many speak in it.
    pub speakers: usize,
    /// How many laughs are in it.
    pub laughs: usize,
    /// How much it is worth beside the others, 0 to 1.
    pub score: f64,
}

/// How long a moment is, in seconds.
const SHORTEST_S: f64 = 20.0;
const LONGEST_S: f64 = 60.0;
/// A video of this length is watched to its end.
const BEST_S: f64 = 40.0;
/// As many are told.
const MOST: usize = 9;
/// Characters of the first words.
const BEGINS: usize = 60;

impl Moment {
    fn overlaps(&self, other: &Moment) -> bool {
        self.start_s < other.end_s && other.start_s < self.end_s
    }
}

/// The best moments, the best first; none of them overlap. A recording that is no longer than one has none.
pub fn moments(turns: &[Turn]) -> Vec<Moment> {
    let whole = turns.first().zip(turns.last()).map_or(0.0, |(first, last)| last.end_s - first.start_s);
    if whole <= LONGEST_S {
        return Vec::new();
    }
    let mut found: Vec<Moment> = (0..turns.len()).filter_map(|first| best_from(turns, first)).collect();
    found.sort_by(|one, other| other.score.total_cmp(&one.score).then(one.start_s.total_cmp(&other.start_s)));
    let mut chosen: Vec<Moment> = Vec::new();
    for moment in found {
        if chosen.len() < MOST && !chosen.iter().any(|other| other.overlaps(&moment)) {
            chosen.push(moment);
        }
    }
    chosen
}

/// The best stretch that begins with this turn.
fn best_from(turns: &[Turn], first: usize) -> Option<Moment> {
    let start_s = turns[first].start_s;
    let mut best: Option<Moment> = None;
    let (mut spoken_s, mut words, mut laughs, mut changes) = (0.0, 0, 0, 0);
    let mut speakers: Vec<Option<usize>> = Vec::new();
    for at in first..turns.len() {
        let turn = &turns[at];
        let seconds = turn.end_s - start_s;
        if seconds > LONGEST_S {
            break;
        }
        spoken_s += turn.seconds();
        words += turn.spoken();
        laughs += turn.words.iter().filter(|word| word.kind == WordKind::Event && word.text.contains("laugh")).count();
        changes += usize::from(at > first && turns[at - 1].speaker != turn.speaker);
        if !speakers.contains(&turn.speaker) {
            speakers.push(turn.speaker);
        }
        if seconds < SHORTEST_S {
            continue;
        }
        let pause_s = turns.get(at + 1).map_or(2.0, |next| next.start_s - turn.end_s);
        let share = |amount: f64, much: f64| (amount / much).clamp(0.0, 1.0);
        let score = 0.30 * share(spoken_s, seconds)
            + 0.15 * share(words as f64 / seconds, 3.5)
            + 0.20 * share(laughs as f64, 3.0)
            + 0.15 * share(changes as f64 / seconds, 0.25)
            + 0.10 * share(pause_s, 1.5)
            + 0.10 * (1.0 - share((seconds - BEST_S).abs(), BEST_S));
        if best.as_ref().is_none_or(|best| score > best.score) {
            let (end_s, begins) = (turn.end_s, begins(&turns[first]));
            best = Some(Moment { start_s, end_s, begins, speakers: speakers.len(), laughs, score });
        }
    }
    best
}

fn begins(turn: &Turn) -> String {
    let mut text = String::new();
    for word in turn.words.iter().filter(|word| word.kind == WordKind::Spoken) {
        if text.chars().count() + word.text.chars().count() > BEGINS {
            text.push('…');
            break;
        }
        if !text.is_empty() {
            text.push(' ');
        }
        text.push_str(&word.text);
    }
    text
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::transcript::Transcript;
    use super::super::transcript::tests::{any_word, heard};
    use super::super::transcript::{HeardWord, WordKind};
    use super::super::turns::{TurnRules, turns};
    use super::*;

    /// Two who talk for ten minutes, a word each two seconds; from 300 to 340 s fast, and with laughs.
    fn talk() -> Vec<Turn> {
        let mut words = Vec::new();
        let mut at = 0.0;
        while at < 600.0 {
            let is_hot = (300.0..340.0).contains(&at);
            let speaker = if ((at / 4.0) as u32).is_multiple_of(2) { "a" } else { "b" };
            words.push(heard("word", at, at + 0.3, Some(speaker)));
            if is_hot && (at as u32).is_multiple_of(10) {
                words.push(HeardWord {
                    kind: WordKind::Event,
                    ..heard("(laughter)", at + 0.3, at + 0.4, Some(speaker))
                });
            }
            at += if is_hot { 0.35 } else { 2.0 };
        }
        turns(&Transcript::new(words, 610.0), TurnRules::default())
    }

    #[test]
    fn the_best_moment_is_where_much_is_said_and_laughed() {
        let found = moments(&talk());
        let best = &found[0];
        assert!(best.start_s >= 290.0 && best.end_s <= 350.0, "{best:?}");
        assert!(best.laughs > 0 && best.speakers == 2 && best.begins.starts_with("word"));
    }

    #[test]
    fn a_short_recording_is_one_moment_and_has_none() {
        let words = (0..50).map(|at| heard("word", f64::from(at), f64::from(at) + 0.3, Some("a")));
        assert_eq!(moments(&turns(&Transcript::new(words, 60.0), TurnRules::default())), []);
    }

    proptest! {
        #[test]
        fn moments_are_of_their_length_and_do_not_overlap(words in prop::collection::vec(any_word(), 0..200)) {
            let stretched = words.into_iter().map(|word| HeardWord { start_s: word.start_s * 9.0, end_s: word.start_s * 9.0 + 0.4, ..word });
            let found = moments(&turns(&Transcript::new(stretched, 700.0), TurnRules::default()));
            for (at, moment) in found.iter().enumerate() {
                prop_assert!((SHORTEST_S..=LONGEST_S).contains(&(moment.end_s - moment.start_s)));
                prop_assert!(found[at + 1..].iter().all(|other| !other.overlaps(moment)));
            }
        }
    }
}
