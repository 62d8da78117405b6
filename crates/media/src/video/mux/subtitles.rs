//! Captions as files beside the video: SRT and VTT, a cue per sentence or breath, timed by the words as they are heard.
//! Pure; called by `episode`.

use std::fmt::Write;

use crate::video::frame::Word;

/// A line that is shown for a while. Times are seconds from the start of the episode.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::video) struct Cue {
    pub(in crate::video) start_s: f64,
    pub(in crate::video) end_s: f64,
    pub(in crate::video) text: String,
    pub(in crate::video) speaker: Option<String>,
}

/// Two lines of a phone held upright.
const MOST_CHARACTERS: usize = 64;
const LONGEST_S: f64 = 6.0;

/// A pause after which a new cue begins.
const PAUSE_S: f64 = 0.7;

/// A cue is shown at least so long, when the next one allows it.
const SHORTEST_S: f64 = 0.8;

/// The cues of one scene that begins at `start_s` and ends at `end_s`: by its words, or one for all of it when no times
/// are known.
pub(in crate::video) fn cues(
    words: &[Word],
    caption: Option<&str>,
    speaker: Option<&str>,
    start_s: f64,
    end_s: f64,
) -> Vec<Cue> {
    let speaker = speaker.map(str::to_owned);
    if words.is_empty() {
        let text = caption.map(|caption| caption.split_whitespace().collect::<Vec<_>>().join(" ")).unwrap_or_default();
        return if text.is_empty() { Vec::new() } else { vec![Cue { start_s, end_s, text, speaker }] };
    }
    let mut cues: Vec<Cue> = Vec::new();
    let mut open = false;
    for word in words {
        let (from, to) = (start_s + word.start_s, start_s + word.end_s.max(word.start_s));
        if from >= end_s {
            break;
        }
        let to = to.min(end_s);
        match cues.last_mut().filter(|cue| {
            let characters = cue.text.chars().count() + 1 + word.text.chars().count();
            open && characters <= MOST_CHARACTERS && to - cue.start_s <= LONGEST_S && from - cue.end_s < PAUSE_S
        }) {
            Some(cue) => {
                cue.text.push(' ');
                cue.text.push_str(&word.text);
                cue.end_s = to;
            }
            None => cues.push(Cue { start_s: from, end_s: to, text: word.text.clone(), speaker: speaker.clone() }),
        }
        open = !ends_sentence(&word.text);
    }
    let starts: Vec<f64> = cues.iter().skip(1).map(|cue| cue.start_s).chain([end_s]).collect();
    for (cue, next_s) in cues.iter_mut().zip(starts) {
        cue.end_s = cue.end_s.max(cue.start_s + SHORTEST_S).min(next_s.max(cue.start_s));
    }
    cues
}

fn ends_sentence(word: &str) -> bool {
    let word = word.trim_end_matches(['"', '\'', '”', '’', '»', ')']);
    word.ends_with(['.', '!', '?', '…', '。', '！', '？', '؟'])
}

/// SubRip: numbered cues, times with a comma.
pub(in crate::video) fn srt(cues: &[Cue]) -> String {
    let mut text = String::new();
    for (number, cue) in (1..).zip(cues) {
        let (from, to) = (time(cue.start_s, ','), time(cue.end_s, ','));
        let _ = write!(text, "{number}\n{from} --> {to}\n{}\n\n", cue.text);
    }
    text
}

/// WebVTT: as SRT, and says who speaks.
pub(in crate::video) fn vtt(cues: &[Cue]) -> String {
    let mut text = "WEBVTT\n\n".to_owned();
    for cue in cues {
        let (from, to) = (time(cue.start_s, '.'), time(cue.end_s, '.'));
        let voice = cue.speaker.as_ref().map(|name| format!("<v {}>", escaped(name))).unwrap_or_default();
        let _ = write!(text, "{from} --> {to}\n{voice}{}\n\n", escaped(&cue.text));
    }
    text
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

fn time(seconds: f64, point: char) -> String {
    let milliseconds = (seconds.max(0.0) * 1000.0).round() as u64;
    let (seconds, milliseconds) = (milliseconds / 1000, milliseconds % 1000);
    format!("{:02}:{:02}:{:02}{point}{milliseconds:03}", seconds / 3600, seconds / 60 % 60, seconds % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str, each_s: f64) -> Vec<Word> {
        let word = |(index, text): (usize, &str)| {
            let start_s = index as f64 * each_s;
            Word { text: text.to_owned(), start_s, end_s: start_s + 0.8 * each_s }
        };
        text.split(' ').enumerate().map(word).collect()
    }

    #[test]
    fn a_cue_is_a_sentence_and_begins_with_its_first_word() {
        let cues = cues(&words("I like milk. Do you? Yes", 0.5), None, Some("Mia"), 10.0, 14.0);
        let texts: Vec<_> = cues.iter().map(|cue| (cue.text.as_str(), cue.start_s)).collect();
        assert_eq!(texts, [("I like milk.", 10.0), ("Do you?", 11.5), ("Yes", 12.5)]);
        assert!(cues.windows(2).all(|pair| pair[0].end_s <= pair[1].start_s));
    }

    #[test]
    fn a_cue_is_never_longer_than_eyes_can_read() {
        let long = vec!["baby"; 60].join(" ");
        let cues = cues(&words(&long, 0.3), None, None, 0.0, 20.0);
        assert!(cues.iter().all(|cue| cue.text.chars().count() <= MOST_CHARACTERS));
        assert!(cues.iter().all(|cue| cue.end_s - cue.start_s <= LONGEST_S));
        assert_eq!(cues.iter().map(|cue| cue.text.split(' ').count()).sum::<usize>(), 60);
    }

    #[test]
    fn a_pause_ends_a_cue() {
        let mut words = words("one two three", 0.3);
        words[2].start_s += 2.0;
        words[2].end_s += 2.0;
        let cues = cues(&words, None, None, 0.0, 5.0);
        assert_eq!(cues.iter().map(|cue| cue.text.as_str()).collect::<Vec<_>>(), ["one two", "three"]);
    }

    #[test]
    fn a_caption_without_times_stands_as_long_as_its_scene() {
        let whole = cues(&[], Some("  a\n caption "), None, 3.0, 5.0);
        assert_eq!(whole, [Cue { start_s: 3.0, end_s: 5.0, text: "a caption".into(), speaker: None }]);
        assert!(cues(&[], None, None, 0.0, 1.0).is_empty());
        assert!(cues(&[], Some(" "), None, 0.0, 1.0).is_empty());
    }

    #[test]
    fn both_formats_write_their_own_times() {
        let cue = Cue { start_s: 3661.2346, end_s: 3662.0, text: "a < b".into(), speaker: Some("Mia".into()) };
        assert_eq!(srt(std::slice::from_ref(&cue)), "1\n01:01:01,235 --> 01:01:02,000\na < b\n\n");
        assert_eq!(vtt(&[cue]), "WEBVTT\n\n01:01:01.235 --> 01:01:02.000\n<v Mia>a &lt; b\n\n");
    }
}
