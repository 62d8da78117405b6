//! The script of a recording: who says what, as which baby, and where it is cut. Reads the recording where a quiet place
//! or a pitch is looked for; writes nothing.

use std::io;
use std::ops::Range;

use crate::domain::recording::{
    Boundaries, Clean, Manner, Moment, SpokenWord, Transcript, Turn, TurnRules, Window, WordKind, baby_name,
    boundaries, fillers, moments, tone_of, turns, turns_by_pauses, two_by_pitch,
};
use crate::media::cues::Cue;
use crate::media::sound::Sound;
use crate::media::video::{LEVEL_S, Recording};

/// A script that is ready to be cut.
pub struct Script {
    pub turns: Vec<Turn>,
    fillers: Vec<SpokenWord>,
    clean: bool,
    /// Whether what is said was written down.
    pub has_words: bool,
    /// How it is known who speaks.
    pub speakers: Speakers,
}

/// How it is known who speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Speakers {
    /// The transcriber or the person said it.
    Told,
    /// Two voices of different heights.
    Guessed,
    /// All lines are of one baby, until somebody says otherwise.
    Unknown,
}

/// One line, cut out.
pub struct Line {
    /// Position among the babies of the script.
    pub baby: usize,
    pub text: String,
    pub samples: Vec<i16>,
    /// When each word is heard in them.
    pub cues: Vec<Cue>,
}

/// A baby of the script.
pub struct Cast {
    pub name: String,
    pub tone: &'static str,
    pub pitch_hz: Option<f64>,
}

/// Stands in for what nobody wrote down.
pub const UNHEARD: &str = "…";
/// A pause that may be a change of speaker, in seconds.
const SHORT_PAUSE_S: f64 = 0.4;

/// A voice is judged by so much of it, in seconds, in pieces of so much.
const JUDGED_S: f64 = 10.0;
const PIECE_S: f64 = 1.5;
/// Samples a second that a pitch is found in.
const PITCH_RATE: u32 = 6_000;

impl Script {
    /// Without a transcript, the recording is parted at its pauses.
    pub fn new(recording: &Recording, transcript: Option<&Transcript>, clean: bool) -> Self {
        let has_speakers = transcript.is_some_and(|transcript| transcript.speakers() > 0);
        // Where nobody knows who speaks, a short pause may be a change of speaker.
        let pause_s = if has_speakers { TurnRules::default().pause_s } else { SHORT_PAUSE_S };
        let rules = TurnRules { clean, pause_s, ..TurnRules::default() };
        match transcript {
            Some(transcript) => Self {
                turns: turns(transcript, rules),
                fillers: fillers(transcript),
                clean,
                has_words: true,
                speakers: if has_speakers { Speakers::Told } else { Speakers::Unknown },
            },
            None => Self {
                turns: turns_by_pauses(recording.levels(), LEVEL_S, rules),
                fillers: Vec::new(),
                clean,
                has_words: false,
                speakers: Speakers::Unknown,
            },
        }
    }

    pub fn moments(&self) -> Vec<Moment> {
        moments(&self.turns)
    }

    /// Only the turns of this moment.
    pub fn only(mut self, moment: &Moment) -> Self {
        let is_within = |turn: &Turn| turn.start_s >= moment.start_s - 1e-6 && turn.end_s <= moment.end_s + 1e-6;
        self.turns.retain(is_within);
        self
    }

    /// Who speaks, numbered anew by who begins, and with the names that were given. Of lines without a speaker the names
    /// say who speaks, one a line.
    pub fn cast(&mut self, recording: &Recording, names: &[String]) -> io::Result<Vec<Cast>> {
        if self.speakers == Speakers::Unknown && !names.is_empty() {
            let mut known: Vec<&String> = Vec::new();
            for (turn, name) in self.turns.iter_mut().zip(names.iter().cycle()) {
                let baby = known.iter().position(|other| *other == name).unwrap_or_else(|| {
                    known.push(name);
                    known.len() - 1
                });
                turn.speaker = Some(baby);
            }
            let names: Vec<String> = known.into_iter().cloned().collect();
            self.speakers = Speakers::Told;
            return self.judged(recording, &names);
        }
        if self.speakers == Speakers::Unknown {
            let heard = self.turns.iter().map(|turn| Ok(pitch_of(recording, turn)?.map(f64::from)));
            let guess = two_by_pitch(&heard.collect::<io::Result<Vec<_>>>()?);
            self.speakers = if guess.is_some() { Speakers::Guessed } else { Speakers::Unknown };
            let guess = guess.unwrap_or_else(|| vec![0; self.turns.len()]);
            self.turns.iter_mut().zip(guess).for_each(|(turn, baby)| turn.speaker = Some(baby));
            // Two, so that one key gives a line to the other.
            return self.judged(recording, &[baby_name(0), baby_name(1)]);
        }
        let mut order: Vec<usize> = Vec::new();
        for turn in &mut self.turns {
            // Of a transcript with speakers, a line without one.
            let speaker = turn.speaker.unwrap_or(usize::MAX);
            let number = order.iter().position(|known| *known == speaker).unwrap_or_else(|| {
                order.push(speaker);
                order.len() - 1
            });
            turn.speaker = Some(number);
        }
        let names: Vec<String> =
            (0..order.len()).map(|number| names.get(number).cloned().unwrap_or_else(|| baby_name(number))).collect();
        self.judged(recording, &names)
    }

    fn judged(&self, recording: &Recording, names: &[String]) -> io::Result<Vec<Cast>> {
        let pitches: Vec<Option<f64>> =
            (0..names.len()).map(|baby| self.pitch(recording, baby)).collect::<io::Result<_>>()?;
        let mut known: Vec<f64> = pitches.iter().flatten().copied().collect();
        known.sort_by(f64::total_cmp);
        let of_all = known.get(known.len() / 2).copied();
        let cast = |(baby, name): (usize, &String)| {
            let own: Vec<&Turn> = self.turns.iter().filter(|turn| turn.speaker == Some(baby)).collect();
            let seconds: f64 = own.iter().map(|turn| turn.seconds()).sum();
            let words: usize = own.iter().map(|turn| turn.spoken()).sum();
            let asks = own.iter().filter(|turn| turn.words.iter().any(|word| word.text.ends_with('?'))).count();
            let laughs = own.iter().flat_map(|turn| &turn.words).filter(|word| is_laugh(word)).count();
            let manner = Manner {
                words_a_second: (self.has_words && seconds > 0.0).then(|| words as f64 / seconds),
                pitch_hz: pitches[baby],
                pitch_of_all_hz: of_all,
                questions: asks as f64 / own.len().max(1) as f64,
                laughs,
            };
            Cast { name: name.clone(), tone: tone_of(manner), pitch_hz: pitches[baby] }
        };
        Ok(names.iter().enumerate().map(cast).collect())
    }

    /// The median pitch of a baby's first turns.
    fn pitch(&self, recording: &Recording, baby: usize) -> io::Result<Option<f64>> {
        let mut pitches = Vec::new();
        let mut heard_s = 0.0;
        for turn in self.turns.iter().filter(|turn| turn.speaker == Some(baby)) {
            pitches.extend(pitch_of(recording, turn)?);
            heard_s += turn.seconds().min(PIECE_S);
            if heard_s > JUDGED_S {
                break;
            }
        }
        pitches.sort_by(f32::total_cmp);
        Ok(pitches.get(pitches.len() / 2).map(|pitch| f64::from(*pitch)))
    }

    /// Each line in its turn: one at a time, so that hours of them take no memory.
    pub fn lines<'a>(&'a self, recording: &'a Recording) -> impl Iterator<Item = io::Result<Line>> + 'a {
        let clean = self.clean.then_some(Clean { fillers: &self.fillers });
        let cuts = boundaries(&self.turns, recording.seconds(), clean);
        let mut shared = None;
        self.turns.iter().zip(cuts).map(move |(turn, cut)| {
            let begin = match shared.take() {
                Some(place) => place,
                None => place(recording, cut.begin)?,
            };
            let end = place(recording, cut.end)?.max(begin + 1);
            shared = cut.is_shared.then_some(end);
            let pieces = pieces(recording, &cut, begin..end)?;
            line(recording, turn, &pieces)
        })
    }
}

/// The pitch of the beginning of a turn.
fn pitch_of(recording: &Recording, turn: &Turn) -> io::Result<Option<f32>> {
    let end_s = turn.start_s + turn.seconds().min(PIECE_S);
    let samples = recording.samples(recording.at(turn.start_s)..recording.at(end_s))?;
    // A pitch needs no highs, and is found in a tenth of the time without them.
    let step = (recording.rate() / PITCH_RATE).max(1);
    let mean =
        |samples: &[i16]| samples.iter().map(|sample| f32::from(*sample)).sum::<f32>() / (step as f32 * 32_768.0);
    let samples = samples.chunks_exact(step as usize).map(mean).collect();
    Ok(Sound { rate: recording.rate() / step, samples }.fundamental_hz())
}

fn place(recording: &Recording, window: Window) -> io::Result<u64> {
    recording.quiet_near(window.from_s, window.to_s, window.wish_s)
}

/// What of a turn is kept: all of it, but for what is skipped.
fn pieces(recording: &Recording, cut: &Boundaries, whole: Range<u64>) -> io::Result<Vec<Range<u64>>> {
    let mut pieces = Vec::new();
    let mut from = whole.start;
    for (begin, end) in &cut.skips {
        let (begin, end) = (place(recording, *begin)?, place(recording, *end)?);
        if begin > from && end > begin && end < whole.end {
            pieces.push(from..begin);
            from = end;
        }
    }
    pieces.push(from..whole.end);
    Ok(pieces)
}

fn line(recording: &Recording, turn: &Turn, pieces: &[Range<u64>]) -> io::Result<Line> {
    let mut samples = Vec::new();
    for piece in pieces {
        samples.extend(recording.samples(piece.clone())?);
    }
    // Where a moment of the recording is heard in the line.
    let heard_at = |seconds: f64| {
        let at = recording.at(seconds);
        let before: u64 = pieces.iter().map(|piece| at.clamp(piece.start, piece.end) - piece.start).sum();
        before as f64 / f64::from(recording.rate())
    };
    let mut text = String::new();
    let mut cues = Vec::new();
    for word in &turn.words {
        let written = match word.kind {
            WordKind::Spoken => word.text.as_str(),
            WordKind::Event => match tag_of(word) {
                Some(tag) => tag,
                None => continue,
            },
        };
        if !text.is_empty() {
            text.push(' ');
        }
        text.push_str(written);
        if word.kind == WordKind::Spoken {
            let (start_s, end_s) = (heard_at(word.start_s), heard_at(word.end_s));
            cues.push(Cue { text: word.text.clone(), start_s, end_s });
        }
    }
    if text.is_empty() {
        UNHEARD.clone_into(&mut text);
    }
    Ok(Line { baby: turn.speaker.unwrap_or_default(), text, samples, cues })
}

fn is_laugh(word: &SpokenWord) -> bool {
    word.kind == WordKind::Event && (word.text.contains("laugh") || word.text.contains("giggl"))
}

/// How something that is no word is written into a line, so that a made voice would do it too.
fn tag_of(word: &SpokenWord) -> Option<&'static str> {
    const TAGS: [(&str, &str); 7] = [
        ("laugh", "[laughs]"),
        ("giggl", "[giggles]"),
        ("chuckl", "[chuckles]"),
        ("sigh", "[sighs]"),
        ("cough", "[coughs]"),
        ("gasp", "[gasps]"),
        ("yawn", "[yawns]"),
    ];
    TAGS.iter().find(|(stem, _)| word.text.contains(stem)).map(|(_, tag)| *tag)
}
