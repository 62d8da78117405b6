//! Turns without a transcriber: where it is loud somebody speaks, and a pause is the end of a turn. The threshold follows
//! the recording, so that a hissing telephone and a quiet studio are both parted.

use super::turns::{Turn, TurnRules};

/// How many moments the threshold is judged by, and how many it is used for: at 10 ms, twenty seconds and five.
const HEARD: usize = 2_000;
const USED: usize = 500;

/// Below this level (−54 dB of full scale) nobody speaks.
const SILENT: f32 = 0.002;

/// What is loud for a shorter time is a click, in seconds.
const SHORTEST_S: f64 = 0.15;

/// A level that hardly moves is a tone, a hum or noise and no voice: its standard deviation as a share of its mean.
const STEADY: f64 = 0.12;

/// Without words a pause is all that ends a turn: of so many seconds.
const PAUSE_S: f64 = 0.35;

/// The turns of a recording whose loudness is known each `step_s` seconds. Nobody knows what is said and who says it; none
/// at all where nobody speaks.
pub fn turns_by_pauses(levels: &[f32], step_s: f64, rules: TurnRules) -> Vec<Turn> {
    let seconds = |at: usize| at as f64 * step_s;
    let mut spans: Vec<(usize, usize)> = Vec::new();
    for (block, part) in levels.chunks(USED).enumerate() {
        let from = block * USED;
        let threshold = threshold(around(levels, from, part.len()));
        for (at, level) in part.iter().enumerate().map(|(place, level)| (from + place, level)) {
            if *level <= threshold {
                continue;
            }
            match spans.last_mut() {
                Some((_, end)) if seconds(at - *end) < PAUSE_S.min(rules.pause_s) => *end = at + 1,
                _ => spans.push((at, at + 1)),
            }
        }
    }
    let is_voice = |(from, to): &(usize, usize)| seconds(to - from) >= SHORTEST_S && !is_steady(&levels[*from..*to]);
    let mut turns = Vec::new();
    for (from, to) in spans.into_iter().filter(is_voice) {
        part(levels, from, to, (rules.longest_s / step_s) as usize, &mut turns);
    }
    let turn = |(from, to)| Turn { speaker: None, words: Vec::new(), start_s: seconds(from), end_s: seconds(to) };
    turns.into_iter().map(turn).collect()
}

/// The moments around a block that its threshold is judged by.
fn around(levels: &[f32], from: usize, length: usize) -> &[f32] {
    let more = HEARD.saturating_sub(length) / 2;
    &levels[from.saturating_sub(more)..(from + length + more).min(levels.len())]
}

/// What is louder than this is a voice.
fn threshold(heard: &[f32]) -> f32 {
    let mut ranked = heard.to_vec();
    ranked.sort_by(f32::total_cmp);
    let rank = |share: f32| ranked.get((share * ranked.len() as f32) as usize).copied().unwrap_or(0.0);
    let (noise, loud) = (rank(0.1), rank(0.95));
    // Where there is no pause, there is no noise to tell a voice from.
    let by_noise = if noise < 0.3 * loud { noise * 2.5 } else { 0.0 };
    SILENT.max(0.06 * loud).max(by_noise)
}

fn is_steady(levels: &[f32]) -> bool {
    // Both ends of a tone rise and fall.
    let inner = &levels[levels.len() / 10..levels.len() - levels.len() / 10];
    let mean = inner.iter().map(|level| f64::from(*level)).sum::<f64>() / inner.len().max(1) as f64;
    let variance =
        inner.iter().map(|level| (f64::from(*level) - mean).powi(2)).sum::<f64>() / inner.len().max(1) as f64;
    variance.sqrt() < STEADY * mean
}

/// A long stretch in parts, each parted at its quietest moment that is not near its ends.
fn part(levels: &[f32], from: usize, to: usize, longest: usize, into: &mut Vec<(usize, usize)>) {
    let length = to - from;
    if length <= longest.max(4) {
        return into.push((from, to));
    }
    let (first, last) = (from + length / 4, to - length / 4);
    let quietest = (first..last).min_by(|&one, &other| levels[one].total_cmp(&levels[other])).unwrap_or(first);
    part(levels, from, quietest, longest, into);
    part(levels, quietest, to, longest, into);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A voice whose syllables rise and fall five times a second, over a noise.
    fn levels(spans: &[(f64, f64)], seconds: f64, loud: f32, noise: f32) -> Vec<f32> {
        let level = |at: usize| {
            let second = at as f64 * 0.01;
            let syllable = (0.6 + 0.4 * (second * 31.4).sin()) as f32;
            if spans.iter().any(|(from, to)| (*from..*to).contains(&second)) { noise + loud * syllable } else { noise }
        };
        (0..(seconds * 100.0) as usize).map(level).collect()
    }

    fn told(levels: &[f32]) -> Vec<(f64, f64)> {
        turns_by_pauses(levels, 0.01, TurnRules::default()).iter().map(|turn| (turn.start_s, turn.end_s)).collect()
    }

    #[test]
    fn a_pause_ends_a_turn_however_loud_the_recording_and_its_noise_are() {
        let spans = [(0.5, 2.0), (2.6, 5.0), (5.4, 6.0)];
        for (loud, noise) in [(0.5, 0.0), (0.5, 0.02), (0.02, 0.001), (0.3, 0.03)] {
            let told = told(&levels(&spans, 7.0, loud, noise));
            assert_eq!(told.len(), 3, "{loud} {noise}: {told:?}");
            for ((from, to), (start, end)) in spans.iter().zip(&told) {
                assert!((from - start).abs() < 0.03 && (to - end).abs() < 0.03, "{loud} {noise}: {told:?}");
            }
        }
    }

    #[test]
    fn silence_hum_a_click_and_a_tone_are_nobody() {
        assert_eq!(told(&levels(&[], 9.0, 0.0, 0.0)), []);
        assert_eq!(told(&levels(&[], 9.0, 0.0, 0.05)), []);
        assert_eq!(told(&levels(&[(1.0, 1.05)], 9.0, 0.5, 0.0)), []);
        let tone = [vec![0.0; 100], vec![0.4; 600], vec![0.0; 100]].concat();
        assert_eq!(told(&tone), []);
        assert_eq!(told(&[]), []);
    }

    #[test]
    fn a_quieter_second_half_is_heard_as_well() {
        let louder = levels(&[(0.5, 10.0), (11.0, 29.0)], 30.0, 0.6, 0.0);
        let quieter = levels(&[(1.0, 9.0), (10.0, 12.0)], 30.0, 0.1, 0.0);
        let told = told(&[louder, quieter].concat());
        assert!(told.iter().any(|(from, _)| (from - 31.0).abs() < 0.1), "{told:?}");
        assert!(told.iter().all(|(from, to)| to - from <= 12.01), "{told:?}");
    }

    proptest! {
        #[test]
        fn turns_rise_within_the_recording(
            levels in prop::collection::vec(0.0_f32..1.0, 0..3_000), longest_s in 0.05_f64..20.0,
        ) {
            let rules = TurnRules { longest_s, ..TurnRules::default() };
            let turns = turns_by_pauses(&levels, 0.01, rules);
            prop_assert!(turns.windows(2).all(|two| two[0].end_s <= two[1].start_s + 1e-9));
            prop_assert!(turns.iter().all(|turn| turn.start_s < turn.end_s && turn.end_s <= levels.len() as f64 * 0.01 + 1e-9));
        }
    }
}
