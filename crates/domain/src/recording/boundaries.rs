//! Where the turns of a recording are to be cut: windows in which the quietest sample is looked for.

use super::transcript::SpokenWord;
use super::turns::Turn;

/// The silence that every clip has behind its line, in seconds: so much of the silence of the recording is left out, and
/// the pace of the talk stays as it was.
pub const BREATH_S: f64 = 0.25;

/// Where a cut may lie, in seconds, and where it would lie best.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Window {
    /// The earliest place.
    pub from_s: f64,
    /// The latest place.
    pub to_s: f64,
    /// The place that is best if it is quiet there.
    pub wish_s: f64,
}

/// The cuts of one turn.
#[derive(Debug, Clone, PartialEq)]
pub struct Boundaries {
    /// Before its first word.
    pub begin: Window,
    /// Behind its last word. Where the next turn begins at once, both share one cut, so that nothing is lost or doubled.
    pub end: Window,
    /// Whether `end` is the `begin` of the next turn.
    pub is_shared: bool,
    /// What is left out of it, rising: silences and "uh", from and to.
    pub skips: Vec<(Window, Window)>,
}

/// A turn begins at most so much before its first word, in seconds.
const LEAD_S: f64 = 0.12;
/// As near as this to the word, where all is equally quiet.
const HEADROOM_S: f64 = 0.01;
/// The last word of a turn has so much behind it at least, as far as there is room: words end later than they are told.
const TAIL_S: f64 = 0.06;
/// Where two speak at once, the cut is looked for so far around the middle.
const REACH_S: f64 = 0.06;
/// The last turn keeps so much behind it.
const LAST_S: f64 = 0.4;
/// Of a clean script, no silence is longer.
const LONGEST_CLEAN_PAUSE_S: f64 = 0.5;

/// What is left out of a clean script.
#[derive(Debug, Clone, Copy)]
pub struct Clean<'a> {
    /// Each "uh", in the order of time, as [`fillers`](super::fillers) finds them.
    pub fillers: &'a [SpokenWord],
}

impl Clean<'_> {
    /// The first "uh" that begins between two seconds, and the end of the last.
    fn between(self, from_s: f64, to_s: f64) -> Option<(f64, f64)> {
        let first = self.fillers.partition_point(|filler| filler.start_s < from_s - 1e-6);
        let end = self.fillers.partition_point(|filler| filler.start_s < to_s);
        let within = self.fillers.get(first..end)?;
        let last = within.iter().map(|filler| filler.end_s).fold(0.0, f64::max);
        within.first().map(|filler| (filler.start_s, last.min(to_s)))
    }
}

/// The cuts of all turns of a recording of this length. A clean script has short silences and no "uh".
pub fn boundaries(turns: &[Turn], seconds: f64, clean: Option<Clean<'_>>) -> Vec<Boundaries> {
    let begins: Vec<Window> = turns
        .iter()
        .enumerate()
        .map(|(at, turn)| {
            let before_s = if at == 0 { 0.0 } else { turns[at - 1].end_s };
            begin(before_s, turn.start_s, seconds)
        })
        .collect();
    let end = |at: usize| match begins.get(at + 1) {
        None => last_end(turns[at].end_s, seconds),
        Some(next) => end(turns[at].end_s, turns[at + 1].start_s, *next, clean),
    };
    let bounds = |at: usize| {
        let (end, is_shared) = end(at);
        let skips = clean.map(|clean| skips(&turns[at], clean)).unwrap_or_default();
        Boundaries { begin: begins[at], end, is_shared, skips }
    };
    (0..turns.len()).map(bounds).collect()
}

/// Before a word at `start_s`, behind one that ended at `before_s`.
fn begin(before_s: f64, start_s: f64, seconds: f64) -> Window {
    let start_s = start_s.min(seconds);
    if before_s > start_s {
        // Both speak: half for each.
        let middle = f64::midpoint(before_s.min(seconds), start_s);
        return Window { from_s: (middle - REACH_S).max(0.0), to_s: (middle + REACH_S).min(seconds), wish_s: middle };
    }
    let from_s = (start_s - LEAD_S).max(before_s);
    Window { from_s, to_s: start_s, wish_s: (start_s - HEADROOM_S).max(from_s) }
}

fn last_end(end_s: f64, seconds: f64) -> (Window, bool) {
    let wish_s = (end_s + LAST_S).min(seconds);
    (Window { from_s: end_s.min(wish_s), to_s: wish_s, wish_s }, false)
}

/// Behind a word that ends at `end_s`, where the next turn begins in the window `next`.
fn end(end_s: f64, next_s: f64, next: Window, clean: Option<Clean<'_>>) -> (Window, bool) {
    let tail_s = end_s + TAIL_S;
    if next_s - BREATH_S <= tail_s {
        return (next, true);
    }
    let mut wish_s = next.wish_s - BREATH_S;
    if let Some(clean) = clean {
        wish_s = wish_s.min(end_s + (LONGEST_CLEAN_PAUSE_S - BREATH_S).max(TAIL_S));
        if let Some((filler_s, _)) = clean.between(end_s, next_s) {
            wish_s = wish_s.min(filler_s).max(end_s);
            return (Window { from_s: end_s, to_s: filler_s.max(end_s), wish_s }, false);
        }
    }
    let wish_s = wish_s.max(tail_s);
    let (from_s, to_s) = ((wish_s - REACH_S / 2.0).max(end_s), (wish_s + REACH_S / 2.0).min(next.from_s.max(wish_s)));
    (Window { from_s, to_s, wish_s }, false)
}

/// The stretches between the words of a turn that nobody needs: each "uh", and the middle of long silences.
fn skips(turn: &Turn, clean: Clean<'_>) -> Vec<(Window, Window)> {
    let gap = |two: &[SpokenWord]| {
        let (from_s, to_s) = (two[0].end_s, two[1].start_s);
        let (first_s, last_s) = match clean.between(from_s, to_s) {
            Some(filler) => filler,
            None if to_s - from_s > LONGEST_CLEAN_PAUSE_S => (from_s + 2.0 * TAIL_S, to_s - LEAD_S),
            None => return None,
        };
        let first_s = first_s.max(from_s);
        let last_s = last_s.clamp(first_s, to_s);
        let begin = Window { from_s, to_s: first_s, wish_s: first_s };
        Some((begin, Window { from_s: last_s, to_s, wish_s: (to_s - HEADROOM_S).max(last_s) }))
    };
    turn.words.windows(2).filter_map(gap).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::transcript::Transcript;
    use super::super::transcript::tests::{any_word, heard};
    use super::super::turns::{TurnRules, fillers, turns};
    use super::*;

    fn of(words: &[(&str, f64, f64)], seconds: f64, clean: bool) -> Vec<Boundaries> {
        let words = words
            .iter()
            .enumerate()
            .map(|(at, (text, start, end))| heard(text, *start, *end, Some(if at % 2 == 0 { "a" } else { "b" })));
        let said = turns(&Transcript::new(words, seconds), TurnRules::default());
        boundaries(&said, seconds, clean.then_some(Clean { fillers: &[] }))
    }

    #[test]
    fn the_breath_of_a_clip_takes_the_place_of_as_much_silence() {
        let cuts = of(&[("one", 0.5, 1.0), ("two", 1.9, 2.4)], 3.0, false);
        assert!((cuts[0].begin.wish_s - 0.49).abs() < 1e-9);
        assert!((cuts[1].begin.wish_s - 1.89).abs() < 1e-9);
        assert!((cuts[0].end.wish_s - 1.64).abs() < 1e-9 && !cuts[0].is_shared);
        assert!((cuts[1].end.wish_s - 2.8).abs() < 1e-9);
    }

    #[test]
    fn turns_that_follow_at_once_or_overlap_share_one_cut() {
        for (end, start) in [(1.0, 1.1), (1.4, 1.2)] {
            let cuts = of(&[("one", 0.5, end), ("two", start, 2.4)], 3.0, false);
            assert!(cuts[0].is_shared && cuts[0].end == cuts[1].begin, "{end} {start}");
        }
        let cuts = of(&[("one", 0.5, 1.4), ("two", 1.2, 2.4)], 3.0, false);
        assert!((cuts[1].begin.wish_s - 1.3).abs() < 1e-9);
    }

    #[test]
    fn a_clean_script_has_short_pauses() {
        let cuts = of(&[("one", 0.5, 1.0), ("two", 5.0, 5.4)], 6.0, true);
        assert!((cuts[0].end.wish_s - 1.25).abs() < 1e-9);
    }

    #[test]
    fn an_uh_is_left_out_of_a_turn_and_between_two() {
        let words = [("I", 0.5), ("um", 1.0), ("think", 1.5), ("so", 2.0)];
        let words = words.map(|(text, start_s)| heard(text, start_s, start_s + 0.3, Some("a")));
        let later = [("uh", 2.6), ("no", 3.2)].map(|(text, start_s)| heard(text, start_s, start_s + 0.3, Some("b")));
        let transcript = Transcript::new(words.into_iter().chain(later), 4.0);
        let said = turns(&transcript, TurnRules { clean: true, ..TurnRules::default() });
        let fillers = fillers(&transcript);
        let cuts = boundaries(&said, 4.0, Some(Clean { fillers: &fillers }));
        let skipped: Vec<(f64, f64)> = cuts[0].skips.iter().map(|(from, to)| (from.wish_s, to.wish_s)).collect();
        assert_eq!(skipped, [(1.0, 1.49)]);
        assert!(cuts[0].end.wish_s <= 2.6 && cuts[1].begin.wish_s >= 3.0, "{cuts:?}");
    }

    proptest! {
        #[test]
        fn cuts_rise_and_stay_within_the_recording(
            words in prop::collection::vec(any_word(), 0..80), seconds in 1.0_f64..60.0, clean in any::<bool>(),
        ) {
            let transcript = Transcript::new(words, seconds);
            let said = turns(&transcript, TurnRules { clean, ..TurnRules::default() });
            let fillers = fillers(&transcript);
            let cuts = boundaries(&said, seconds, clean.then_some(Clean { fillers: &fillers }));
            prop_assert_eq!(cuts.len(), said.len());
            for cut in &cuts {
                let skips = cut.skips.iter().flat_map(|(from, to)| [*from, *to]);
                for window in skips.chain([cut.begin, cut.end]) {
                    prop_assert!(window.from_s >= 0.0 && window.to_s <= seconds + 1e-9, "{window:?}");
                    prop_assert!(window.from_s <= window.to_s + 1e-9, "{window:?}");
                    prop_assert!(window.wish_s >= window.from_s - 1e-9 && window.wish_s <= window.to_s + 1e-9, "{window:?}");
                }
            }
        }
    }
}
