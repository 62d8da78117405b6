//! A voice that speaks: text and delivery in, samples and times out.

use std::ops::Range;
use std::sync::OnceLock;

use crate::alphabet::{Alphabet, SILENCE};
use crate::data::Files;
use crate::heart::{Heart, UNIT_SECONDS};
use crate::kokoro::{Kokoro, Person, Style};
use crate::network::Processors;
use crate::onsets::{heard_at, onsets};
use crate::phonemes::{PAUSES, is_sound};
use crate::reader::{Reader, Said};
use crate::sentences::{breaths, sentences};
use crate::speaker::{Breath, Manner, Speaker};
use crate::vocoder::RATE;
use crate::{Error, contour};

/// How something is said.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Delivery {
    /// The middle of the melody in Hz; the voice by itself speaks at about 205.
    pub pitch_hz: f32,
    /// How far the melody moves: 1 as the voice would by itself, less is flatter, more is livelier.
    pub range: f32,
    /// 1 is the voice's own pace, 0.5 half as fast.
    pub speed: f32,
    /// Decides the noise: another seed is another take.
    pub seed: u64,
}

impl Default for Delivery {
    fn default() -> Self {
        Self { pitch_hz: 205.0, range: 1.0, speed: 1.0, seed: 0 }
    }
}

/// What was said.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Speech {
    /// At [`RATE`] samples a second, about within -1..1.
    pub samples: Vec<f32>,
    /// The written words, each as it stands between blanks. One that is not heard is as long as nothing.
    pub words: Vec<Word>,
    /// The sounds, in order.
    pub sounds: Vec<Sound>,
}

/// A written word and when it is heard, in seconds.
#[derive(Debug, Clone, PartialEq)]
pub struct Word {
    /// With the marks that stand at it, as in `snack?`.
    pub text: String,
    /// From the first sample.
    pub start: f64,
    /// From the first sample, too; the next word may begin later.
    pub end: f64,
}

/// A sound and when it is heard, in seconds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sound {
    /// A sign of the voice's alphabet; see [`crate::phonemes`].
    pub sign: char,
    /// From the first sample.
    pub start: f64,
    /// Not before `start`.
    pub end: f64,
}

/// The network reads at most so many signs at once.
const MOST_SIGNS: usize = 510;

/// Signs that take about ten seconds at the voice's own pace: a longer breath takes more memory than it is worth.
const SIGNS_OF_TEN_SECONDS: f32 = 150.0;

/// The paces that the network can be asked for.
const SLOWEST: f32 = 0.4;
const FASTEST: f32 = 2.5;

/// The network's own times lie so far behind what is heard, in seconds.
const LATE: f64 = 0.035;

/// The silence that is left at both ends of a breath, in seconds, and what is none, as a fraction of the loudest sample.
const SILENCE_BEFORE: f64 = 0.06;
const SILENCE_BEHIND: f64 = 0.34;
const AUDIBLE: f32 = 0.01;

/// What is said for a text without a word in it.
const BABBLE: &str = "bˈɑ bˈɑː.";

/// A voice with all that it needs.
pub struct Voice {
    reader: Reader,
    heart: Heart,
    alphabet: Alphabet,
}

impl Voice {
    /// The voice that is carried in the program, made ready at the first call.
    pub fn carried() -> Result<&'static Self, Error> {
        static VOICE: OnceLock<Result<Voice, Error>> = OnceLock::new();
        VOICE.get_or_init(|| Self::read(&Files::carried())).as_ref().map_err(Error::clone)
    }

    /// Makes a voice of its files.
    pub fn read(files: &Files) -> Result<Self, Error> {
        // Networks and tables are read side by side: a person waits for the first word.
        let (heart, reader) = std::thread::scope(|scope| {
            let heart = scope.spawn(|| Heart::read(files));
            let reader = Reader::new(files);
            let heart = heart.join().unwrap_or_else(|_| Err(Error::damaged("the network of the voice")));
            (heart, reader)
        });
        Ok(Self { reader: reader?, heart: heart?, alphabet: Alphabet::read(&files.alphabet)? })
    }

    /// The sounds of a text, one line a sentence.
    pub fn sounds(&self, text: &str) -> Result<Vec<String>, Error> {
        let (sentences, _) = sentences(text);
        let line = |said: Vec<Said>| -> String {
            let word = |said: Said| said.sounds + if said.spaced { " " } else { "" };
            let line: String = said.into_iter().map(word).collect();
            line.chars().filter(|sign| self.alphabet.number(*sign).is_some()).collect::<String>().trim().to_owned()
        };
        sentences.iter().map(|sentence| self.reader.read(sentence).map(line)).collect()
    }

    /// Says a text. The same text and delivery give the same samples, on any number of processors. `cancelled` is asked
    /// between the parts of a sentence.
    pub fn say(
        &self,
        text: &str,
        delivery: &Delivery,
        processors: &Processors,
        cancelled: &dyn Fn() -> bool,
    ) -> Result<Speech, Error> {
        self.say_by(&self.heart, text, delivery, processors, cancelled)
    }

    /// The same by a voice that is installed: what is read is read alike. Its takes are all the same; the seed is not used.
    pub fn say_as(
        &self,
        (kokoro, style): (&Kokoro, &Style),
        text: &str,
        delivery: &Delivery,
        processors: &Processors,
        cancelled: &dyn Fn() -> bool,
    ) -> Result<Speech, Error> {
        self.say_by(&Person { kokoro, style }, text, delivery, processors, cancelled)
    }

    fn say_by(
        &self,
        speaker: &dyn Speaker,
        text: &str,
        delivery: &Delivery,
        processors: &Processors,
        cancelled: &dyn Fn() -> bool,
    ) -> Result<Speech, Error> {
        let (sentences, words) = sentences(text);
        let speed = if delivery.speed.is_finite() { delivery.speed.clamp(SLOWEST, FASTEST) } else { 1.0 };
        let most = MOST_SIGNS.min((SIGNS_OF_TEN_SECONDS * speed) as usize);
        let mut said = Vec::new();
        for sentence in &sentences {
            if cancelled() {
                return Err(Error::Cancelled);
            }
            said.extend(breaths(self.reader.read(sentence)?, most).into_iter().filter(|breath| self.is_heard(breath)));
        }
        if said.is_empty() {
            said.push(vec![Said { sounds: BABBLE.to_owned(), spaced: false, word: 0 }]);
        }
        let mut speech = Speech::default();
        let mut spans = vec![None; words.len()];
        for (number, breath) in said.iter().enumerate() {
            let seed = delivery.seed.wrapping_mul(0x0001_0001).wrapping_add(number as u64);
            let bend = |pitch: &mut [f32]| {
                contour::moved(pitch, speaker.usual_hz(), delivery.pitch_hz, delivery.range);
            };
            let (numbers, signs) = self.numbered(breath);
            let said = speaker.say(&numbers, &Manner { speed, seed, bend: &bend, cancelled }, processors)?;
            add(&said, &signs, &mut speech, &mut spans);
        }
        speech.words = timed(words, &spans);
        Ok(speech)
    }

    fn is_heard(&self, breath: &[Said]) -> bool {
        let mut signs = breath.iter().flat_map(|said| said.sounds.chars());
        signs.any(|sign| is_sound(sign) && self.alphabet.number(sign).is_some())
    }

    /// What the network reads at once as its numbers, and each sign with the word that it belongs to.
    fn numbered(&self, breath: &[Said]) -> (Vec<i32>, Vec<(char, usize)>) {
        let mut numbers = vec![SILENCE];
        let mut signs = Vec::new();
        for (at, said) in breath.iter().enumerate() {
            let blank = if said.spaced && at + 1 < breath.len() { " " } else { "" };
            for sign in said.sounds.chars().chain(blank.chars()) {
                if let Some(number) = self.alphabet.number(sign) {
                    numbers.push(number);
                    signs.push((sign, said.word));
                }
            }
        }
        numbers.push(SILENCE);
        (numbers, signs)
    }
}

/// Adds what was said at once behind what was said before, with its times.
fn add(
    Breath { samples, durations }: &Breath,
    signs: &[(char, usize)],
    speech: &mut Speech,
    spans: &mut [Option<(f64, f64)>],
) {
    let kept = heard(samples);
    let seconds = |samples: usize| samples as f64 / f64::from(RATE);
    let begins = seconds(speech.samples.len());
    let zero = begins - seconds(kept.start);
    let beginnings: Vec<f64> = onsets(&samples[kept.clone()]).into_iter().map(|onset| begins + onset).collect();
    speech.samples.extend_from_slice(&samples[kept]);
    let ends = seconds(speech.samples.len());
    let mut units = f64::from(durations[0]);
    let (mut is_behind_pause, mut last) = (true, begins);
    for (&(sign, word), duration) in signs.iter().zip(&durations[1..]) {
        let at = |units: f64| (zero + units * UNIT_SECONDS - LATE).clamp(begins, ends);
        let is_pause = PAUSES.contains(sign) || sign == ' ';
        let begins_word = is_behind_pause && !is_pause;
        let start = if begins_word { heard_at(&beginnings, at(units)) } else { at(units) };
        let start = start.max(last);
        units += f64::from(*duration);
        let end = at(units).max(start);
        (is_behind_pause, last) = (is_pause, start);
        speech.sounds.push(Sound { sign, start, end });
        if let Some(span) = spans.get_mut(word).filter(|_| !is_pause) {
            let (first, _) = span.unwrap_or((start, end));
            *span = Some((first, end));
        }
    }
}

/// What is kept of a breath: the network is generous with silence at both ends, more than a speaker leaves between
/// sentences.
fn heard(samples: &[f32]) -> Range<usize> {
    let loudest = samples.iter().fold(0.0_f32, |loudest, sample| loudest.max(sample.abs()));
    let is_heard = |sample: &f32| sample.abs() > AUDIBLE * loudest;
    let count = |seconds: f64| (seconds * f64::from(RATE)) as usize;
    match (samples.iter().position(is_heard), samples.iter().rposition(is_heard)) {
        (Some(first), Some(last)) => {
            first.saturating_sub(count(SILENCE_BEFORE))..(last + 1 + count(SILENCE_BEHIND)).min(samples.len())
        }
        _ => 0..samples.len(),
    }
}

/// The written words with their times; they never go back.
fn timed(words: Vec<String>, spans: &[Option<(f64, f64)>]) -> Vec<Word> {
    let mut last = 0.0_f64;
    let word = |(text, span): (String, &Option<(f64, f64)>)| {
        let (start, end) = span.unwrap_or((last, last));
        let start = start.max(last);
        let end = end.max(start);
        last = end;
        Word { text, start, end }
    };
    words.into_iter().zip(spans).map(word).collect()
}
