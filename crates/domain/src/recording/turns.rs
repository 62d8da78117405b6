//! Words become turns: what one speaker says until a pause or until another speaks. One turn is one line of a campaign.

use std::collections::BinaryHeap;

use super::transcript::{SpokenWord, Transcript, WordKind};

/// What one speaker says in one go.
#[derive(Debug, Clone, PartialEq)]
pub struct Turn {
    /// As in [`SpokenWord::speaker`].
    pub speaker: Option<usize>,
    /// At least one spoken word; none at all where nobody wrote down what is said.
    pub words: Vec<SpokenWord>,
    /// Where it begins, in seconds.
    pub start_s: f64,
    /// Where it ends, in seconds.
    pub end_s: f64,
}

/// How turns are made.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TurnRules {
    /// Leave out "uh" and what somebody throws in while another speaks.
    pub clean: bool,
    /// A silence of so many seconds ends a turn.
    pub pause_s: f64,
    /// A turn that is longer is parted where it is quiet.
    pub longest_s: f64,
}

impl Default for TurnRules {
    fn default() -> Self {
        Self { clean: false, pause_s: 1.0, longest_s: 12.0 }
    }
}

/// Said to gain time, in small letters and without signs.
const FILLERS: [&str; 16] =
    ["uh", "uhh", "uhm", "um", "umm", "er", "erm", "ehm", "hm", "hmm", "mm", "mmm", "mhm", "äh", "ähm", "euh"];

/// What is thrown in while another goes on speaking has at most so many words, and takes at most so many seconds.
const MOST_WORDS_THROWN_IN: usize = 3;
const LONGEST_THROWN_IN_S: f64 = 1.2;

impl Turn {
    fn of(words: Vec<SpokenWord>) -> Option<Self> {
        let (first, last) = (words.first()?, words.last()?);
        let end_s = words.iter().map(|word| word.end_s).fold(last.end_s, f64::max);
        let has_speech = words.iter().any(|word| word.kind == WordKind::Spoken);
        has_speech.then_some(())?;
        let speaker = words.iter().find(|word| word.kind == WordKind::Spoken).and_then(|word| word.speaker);
        Some(Self { speaker, start_s: first.start_s, end_s, words })
    }

    /// How long it takes, in seconds.
    pub fn seconds(&self) -> f64 {
        self.end_s - self.start_s
    }

    /// How many words are spoken.
    pub fn spoken(&self) -> usize {
        self.words.iter().filter(|word| word.kind == WordKind::Spoken).count()
    }

    fn is_thrown_in(&self) -> bool {
        self.spoken() <= MOST_WORDS_THROWN_IN && self.seconds() <= LONGEST_THROWN_IN_S
    }
}

/// The turns of a recording, in the order in which they begin. Turns of two speakers may overlap where both speak.
pub fn turns(transcript: &Transcript, rules: TurnRules) -> Vec<Turn> {
    let mut said = utterances(transcript, rules);
    said = parted_by_others(said, rules);
    said = joined(said, rules.pause_s);
    let mut said: Vec<Turn> = said.into_iter().flat_map(|turn| shortened(turn, rules.longest_s)).collect();
    // Where two speak at once, the parts of both lie between each other.
    said.sort_by(by_start);
    said
}

/// What each speaker says in one go, whatever the others say meanwhile, in the order of their beginnings.
fn utterances(transcript: &Transcript, rules: TurnRules) -> Vec<Turn> {
    // By speaker, those without one last.
    let mut open: Vec<Vec<SpokenWord>> = vec![Vec::new(); transcript.speakers() + 1];
    let mut said = Vec::new();
    let mut last_speaker = None;
    for word in transcript.words() {
        if rules.clean && word.kind == WordKind::Spoken && is_filler(&word.text) {
            continue;
        }
        // A laugh without a name is of whoever spoke last.
        let speaker = match word.kind {
            WordKind::Event => word.speaker.or(last_speaker),
            WordKind::Spoken => word.speaker,
        };
        let words = &mut open[speaker.unwrap_or(transcript.speakers())];
        if words.last().is_some_and(|last| word.start_s - last.end_s >= rules.pause_s) {
            said.extend(Turn::of(std::mem::take(words)));
        }
        // A turn does not begin with something else than a word.
        if word.kind == WordKind::Spoken || !words.is_empty() {
            words.push(SpokenWord { speaker, ..word.clone() });
        }
        if word.kind == WordKind::Spoken {
            last_speaker = word.speaker;
        }
    }
    said.extend(open.into_iter().filter_map(Turn::of));
    said.sort_by(by_start);
    said
}

/// Each "uh" of a recording, in the order of time.
pub fn fillers(transcript: &Transcript) -> Vec<SpokenWord> {
    let is_one = |word: &&SpokenWord| word.kind == WordKind::Spoken && is_filler(&word.text);
    transcript.words().iter().filter(is_one).cloned().collect()
}

fn is_filler(text: &str) -> bool {
    let plain: String = text.chars().filter(|c| c.is_alphabetic()).flat_map(char::to_lowercase).collect();
    FILLERS.contains(&plain.as_str())
}

fn by_start(one: &Turn, other: &Turn) -> std::cmp::Ordering {
    one.start_s.total_cmp(&other.start_s).then(one.end_s.total_cmp(&other.end_s))
}

/// A turn on the heap: the earliest is the greatest.
struct Waiting(Turn);

impl Ord for Waiting {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        by_start(&other.0, &self.0)
    }
}

impl PartialOrd for Waiting {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Waiting {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Waiting {}

/// Who speaks within the turn of another parts it in two; where it is only thrown in and all is to be clean, it is left out,
/// and is still heard behind the other.
fn parted_by_others(said: Vec<Turn>, rules: TurnRules) -> Vec<Turn> {
    let mut waiting: BinaryHeap<Waiting> = said.into_iter().map(Waiting).collect();
    let mut parted: Vec<Turn> = Vec::new();
    while let Some(Waiting(turn)) = waiting.pop() {
        let Some(last) = parted.last_mut().filter(|last| turn.end_s < last.end_s && turn.speaker != last.speaker)
        else {
            parted.push(turn);
            continue;
        };
        if rules.clean && turn.is_thrown_in() {
            continue;
        }
        // The words of the other that begin before this turn stay before it.
        let behind = last.words.partition_point(|word| word.start_s < turn.start_s).max(1);
        let rest = last.words.split_off(behind.min(last.words.len()));
        if let Some(before) = Turn::of(std::mem::take(&mut last.words)) {
            *last = before;
        } else {
            parted.pop();
        }
        waiting.extend(Turn::of(rest).map(Waiting));
        parted.push(turn);
    }
    parted.sort_by(by_start);
    parted
}

/// Turns of one speaker that follow each other without a pause are one.
fn joined(said: Vec<Turn>, pause_s: f64) -> Vec<Turn> {
    let mut joined: Vec<Turn> = Vec::new();
    for turn in said {
        match joined.last_mut() {
            Some(last) if last.speaker == turn.speaker && turn.start_s - last.end_s < pause_s => {
                last.words.extend(turn.words);
                last.end_s = last.end_s.max(turn.end_s);
            }
            _ => joined.push(turn),
        }
    }
    joined
}

/// A long turn in parts, each parted where a sentence or the longest silence is.
fn shortened(turn: Turn, longest_s: f64) -> Vec<Turn> {
    if turn.seconds() <= longest_s || turn.spoken() < 2 {
        return vec![turn];
    }
    let middle = turn.start_s + turn.seconds() / 2.0;
    let worth = |at: usize| {
        let (before, after) = (&turn.words[at - 1], &turn.words[at]);
        let silence = (after.start_s - before.end_s).clamp(0.0, 1.0);
        let sentence = if before.text.ends_with(['.', '?', '!', '…']) { 0.6 } else { 0.0 };
        let clause = if before.text.ends_with([',', ';', ':', '–']) { 0.2 } else { 0.0 };
        // Far from the middle, one half is still too long.
        silence + sentence + clause - (after.start_s - middle).abs() / turn.seconds()
    };
    let has_speech = |words: &[SpokenWord]| words.iter().any(|word| word.kind == WordKind::Spoken);
    let places =
        (1..turn.words.len()).filter(|&at| turn.words[at].kind == WordKind::Spoken && has_speech(&turn.words[..at]));
    let Some(best) = places.max_by(|&one, &other| worth(one).total_cmp(&worth(other))) else { return vec![turn] };
    let mut before = turn.words;
    let after = before.split_off(best);
    [before, after].into_iter().filter_map(Turn::of).flat_map(|part| shortened(part, longest_s)).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::transcript::HeardWord;
    use super::super::transcript::tests::{any_word, heard};
    use super::*;

    /// Words of a third of a second each, said one behind the other from a time on.
    fn said(speaker: &str, from_s: f64, text: &str) -> Vec<HeardWord> {
        let word = |(at, text): (usize, &str)| {
            let start_s = from_s + at as f64 / 3.0;
            heard(text, start_s, start_s + 0.3, Some(speaker))
        };
        text.split(' ').enumerate().map(word).collect()
    }

    fn told(words: &[Vec<HeardWord>], rules: TurnRules) -> Vec<(usize, String)> {
        let transcript = Transcript::new(words.concat(), 600.0);
        let text = |turn: &Turn| turn.words.iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(" ");
        turns(&transcript, rules).iter().map(|turn| (turn.speaker.unwrap_or(99), text(turn))).collect()
    }

    fn lines(told: &[(usize, String)]) -> Vec<(usize, &str)> {
        told.iter().map(|(speaker, text)| (*speaker, text.as_str())).collect()
    }

    #[test]
    fn a_change_of_speaker_and_a_pause_end_a_turn() {
        let words = vec![said("a", 0.0, "Naps are work."), said("b", 1.1, "Are they?"), said("b", 3.0, "I doubt it.")];
        let told = told(&words, TurnRules::default());
        assert_eq!(lines(&told), [(0, "Naps are work."), (1, "Are they?"), (1, "I doubt it.")]);
    }

    #[test]
    fn what_is_thrown_in_parts_the_turn_or_is_left_out() {
        let words = || vec![said("a", 0.0, "I did my own uh research on naps."), said("b", 1.1, "Yeah")];
        let as_heard = told(&words(), TurnRules::default());
        assert_eq!(lines(&as_heard), [(0, "I did my own"), (1, "Yeah"), (0, "uh research on naps.")]);
        let clean = told(&words(), TurnRules { clean: true, ..TurnRules::default() });
        assert_eq!(lines(&clean), [(0, "I did my own research on naps.")]);
    }

    #[test]
    fn a_long_turn_is_parted_at_its_sentences() {
        let words = vec![said("a", 0.0, "One two three four five. Six seven eight nine ten.")];
        let told = told(&words, TurnRules { longest_s: 2.0, ..TurnRules::default() });
        assert_eq!(lines(&told), [(0, "One two three four five."), (0, "Six seven eight nine ten.")]);
    }

    #[test]
    fn a_laugh_belongs_to_who_spoke_and_begins_no_turn() {
        let laugh = |at: f64| HeardWord {
            text: "(laughter)".to_owned(),
            start_s: at,
            end_s: at + 0.5,
            speaker: None,
            kind: WordKind::Event,
        };
        let words = vec![vec![laugh(0.0)], said("a", 1.0, "No."), vec![laugh(1.5)], said("b", 3.0, "Yes.")];
        let told = told(&words, TurnRules::default());
        assert_eq!(lines(&told), [(0, "No. laughter"), (1, "Yes.")]);
    }

    proptest! {
        #[test]
        fn every_spoken_word_is_in_one_turn_and_every_turn_is_of_one_speaker(
            words in prop::collection::vec(any_word(), 0..120), longest_s in 0.5_f64..20.0,
        ) {
            let transcript = Transcript::new(words, 60.0);
            let rules = TurnRules { longest_s, ..TurnRules::default() };
            let said = turns(&transcript, rules);
            let spoken: usize = said.iter().map(Turn::spoken).sum();
            prop_assert_eq!(spoken, transcript.words().iter().filter(|word| word.kind == WordKind::Spoken).count());
            prop_assert!(said.windows(2).all(|two| two[0].start_s <= two[1].start_s));
            for turn in &said {
                prop_assert!(turn.spoken() > 0 && turn.start_s <= turn.end_s);
                prop_assert!(turn.words.iter().all(|word| word.speaker == turn.speaker));
                prop_assert!(turn.words.windows(2).all(|two| two[0].start_s <= two[1].start_s));
            }
        }

        #[test]
        fn a_clean_script_has_fewer_words_and_no_fillers(words in prop::collection::vec(any_word(), 0..120)) {
            let transcript = Transcript::new(words, 60.0);
            let count = |clean| turns(&transcript, TurnRules { clean, ..TurnRules::default() }).iter().map(Turn::spoken).sum::<usize>();
            prop_assert!(count(true) <= count(false));
            let clean = turns(&transcript, TurnRules { clean: true, ..TurnRules::default() });
            prop_assert!(clean.iter().flat_map(|turn| &turn.words).all(|word| word.kind == WordKind::Event || !is_filler(&word.text)));
        }
    }
}
