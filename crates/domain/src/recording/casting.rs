//! Who speaks becomes a baby: a name, and a tone guessed from how they speak. What they look like is nobody's business: the
//! profile asks for no picture of a real person.

/// How somebody speaks.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Manner {
    /// Words a second while speaking; `None` where nobody wrote down what is said.
    pub words_a_second: Option<f64>,
    /// The median pitch in Hz; `None` where no voice was heard.
    pub pitch_hz: Option<f64>,
    /// The median pitch of all who speak in Hz: who is higher than the others sounds more excited than they do.
    pub pitch_of_all_hz: Option<f64>,
    /// The share of the turns that are questions.
    pub questions: f64,
    /// How many turns have a laugh.
    pub laughs: usize,
}

/// Faster than this is fast, and slower is slow: conversation has about three words a second.
const FAST: f64 = 3.6;
const SLOW: f64 = 2.2;
/// So many times as high as the others is high.
const HIGH: f64 = 1.15;
/// A third of all turns makes somebody an asker.
const ASKS: f64 = 0.34;

/// The tone of a profile, in the words that sets faces and voices.
pub fn tone_of(manner: Manner) -> &'static str {
    let pace = manner.words_a_second.unwrap_or(3.0);
    let is_high = match (manner.pitch_hz, manner.pitch_of_all_hz) {
        (Some(own), Some(all)) => own > HIGH * all,
        _ => false,
    };
    if manner.laughs > 1 {
        "playful, energetic"
    } else if pace > FAST || (is_high && pace > SLOW) {
        "energetic, excited"
    } else if manner.questions >= ASKS {
        "curious, thoughtful"
    } else if pace < SLOW && is_high {
        "dreamy, calm"
    } else if pace < SLOW {
        "serious, dry"
    } else {
        "warm, friendly"
    }
}

/// Two voices are told apart where one is so many times as high as the other.
const APART: f64 = 1.2;

/// Which of two speaks each turn, guessed from the pitch of each in Hz: who speaks first is 0. A turn without a pitch is of
/// whoever spoke before. `None` where they do not fall into two.
pub fn two_by_pitch(pitches: &[Option<f64>]) -> Option<Vec<usize>> {
    let mut known: Vec<f64> = pitches.iter().flatten().copied().filter(|hz| *hz > 0.0).map(f64::ln).collect();
    known.sort_by(f64::total_cmp);
    let mean = |part: &[f64]| part.iter().sum::<f64>() / part.len().max(1) as f64;
    // The border that parts them best: as in Otsu (1979), the one with the most variance between the two.
    let spread = |at: usize| {
        let (low, high) = known.split_at(at);
        low.len() as f64 * high.len() as f64 * (mean(high) - mean(low)).powi(2)
    };
    let border = (1..known.len()).max_by(|&one, &other| spread(one).total_cmp(&spread(other)))?;
    let (low, high) = known.split_at(border);
    if mean(high) - mean(low) < APART.ln() {
        return None;
    }
    let border = f64::midpoint(low[low.len() - 1], high[0]);
    let is_high = |pitch: Option<f64>| pitch.filter(|hz| *hz > 0.0).map(|hz| hz.ln() > border);
    let first = pitches.iter().find_map(|pitch| is_high(*pitch))?;
    let mut last = 0;
    let speaker = |pitch: &Option<f64>| {
        last = is_high(*pitch).map_or(last, |is_high| usize::from(is_high != first));
        last
    };
    Some(pitches.iter().map(speaker).collect())
}

/// What the baby with this number is called: `Baby A` to `Baby Z`, then by its number.
pub fn baby_name(number: usize) -> String {
    match u8::try_from(number) {
        Ok(letter @ 0..26) => format!("Baby {}", char::from(b'A' + letter)),
        _ => format!("Baby {}", number + 1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Tone;

    #[test]
    fn pace_pitch_questions_and_laughs_make_a_tone() {
        let manner = |pace: f64, pitch: f64, questions: f64, laughs| Manner {
            words_a_second: Some(pace),
            pitch_hz: Some(pitch),
            pitch_of_all_hz: Some(150.0),
            questions,
            laughs,
        };
        for (manner, tone) in [
            (manner(3.0, 150.0, 0.0, 0), Tone::Warm),
            (manner(4.2, 150.0, 0.0, 0), Tone::Energetic),
            (manner(3.0, 220.0, 0.0, 0), Tone::Energetic),
            (manner(3.0, 150.0, 0.5, 0), Tone::Curious),
            (manner(1.8, 100.0, 0.0, 0), Tone::Serious),
            (manner(1.8, 220.0, 0.0, 0), Tone::Sleepy),
            (manner(1.8, 100.0, 0.0, 3), Tone::Energetic),
            (Manner::default(), Tone::Warm),
            (manner(f64::NAN, f64::NAN, f64::NAN, 0), Tone::Warm),
        ] {
            assert_eq!(Tone::from_words(tone_of(manner)), tone, "{manner:?}");
        }
    }

    #[test]
    fn a_high_and_a_low_voice_are_told_apart_and_two_alike_are_not() {
        let pitches = [Some(210.0), Some(118.0), None, Some(225.0), Some(112.0), Some(198.0)];
        assert_eq!(two_by_pitch(&pitches), Some(vec![0, 1, 1, 0, 1, 0]));
        assert_eq!(two_by_pitch(&[Some(200.0), Some(215.0), Some(205.0)]), None);
        assert_eq!(two_by_pitch(&[None, None]), None);
        assert_eq!(two_by_pitch(&[Some(200.0)]), None);
        assert_eq!(two_by_pitch(&[]), None);
    }

    #[test]
    fn babies_are_called_by_letters_as_long_as_there_are_any() {
        assert_eq!([0, 25, 26, 39].map(baby_name), ["Baby A", "Baby Z", "Baby 27", "Baby 40"]);
    }
}
