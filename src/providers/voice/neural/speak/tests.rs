//! The promises of the neural voice as a baby, kept by ear: pitch, pace, loudness and times are measured in what it says.

use std::collections::HashSet;
use std::sync::Arc;

use super::*;
use crate::domain::Tone;
use crate::media::sound_file::encode_wav;
use crate::media::video::{CharacterTime, FPS, Figure, Lettering, SceneSpec, Shown, Word, scene};
use crate::providers::voice::finish::CEILING;
use crate::providers::voice::neural::settings::settings_for;

const LINE: &str = "Yo, I just stumbled upon this artist, Mon Rovia. You have to hear this!";

fn baby(number: usize, tone: Tone) -> VoiceSettings {
    settings_for(&format!("baby_voice_{number}"), tone, 0, 1)
}

fn said(settings: &VoiceSettings, text: &str) -> Spoken {
    speak(settings, text, &|| false).unwrap()
}

/// The length of what is said alone, without the pads.
fn spoken_seconds(spoken: &Spoken) -> f64 {
    spoken.sound.seconds() - LEAD_IN - LEAD_OUT
}

#[test]
fn the_eight_babies_are_as_high_as_asked_and_far_apart() {
    let mut pitches = Vec::new();
    for number in 1..=8 {
        let settings = baby(number, Tone::Neutral);
        let found = said(&settings, LINE).sound.fundamental_hz().expect("a voice has a pitch");
        let asked = f32::from(settings.pitch);
        assert!((found / asked - 1.0).abs() < 0.05, "baby {number}: {found} Hz, asked for {asked}");
        pitches.push(found);
    }
    pitches.sort_by(f32::total_cmp);
    assert!(pitches.windows(2).all(|two| two[1] - two[0] > 4.0), "{pitches:?}");
    assert!(pitches[7] / pitches[0] > 1.35, "{pitches:?}");
}

#[test]
fn the_same_request_gives_the_same_bytes_on_one_thread_or_four() {
    let lines: Vec<(VoiceSettings, String)> =
        (0..4).map(|at| (baby(at + 1, Tone::Warm), format!("Line number {at}. Nap or snack?"))).collect();
    let wav = |(settings, text): &(VoiceSettings, String)| encode_wav(&said(settings, text).sound);
    let alone: Vec<Vec<u8>> = lines.iter().map(wav).collect();
    let together: Vec<Vec<u8>> = std::thread::scope(|scope| {
        let threads: Vec<_> = lines.iter().map(|line| scope.spawn(|| wav(line))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert!(alone == together);
}

#[test]
fn a_tone_is_heard() {
    let heard = |tone| said(&baby(1, tone), LINE);
    let (energetic, neutral, sleepy) = (heard(Tone::Energetic), heard(Tone::Neutral), heard(Tone::Sleepy));
    let paces = [&energetic, &neutral, &sleepy].map(spoken_seconds);
    // A network's durations differ by a frame between processors.
    assert!(paces[0] < 0.97 * paces[1] && paces[2] > 1.1 * paces[1], "{paces:?}");
    let hz = |spoken: &Spoken| spoken.sound.fundamental_hz().unwrap();
    assert!(hz(&energetic) > hz(&neutral) && hz(&neutral) > hz(&sleepy));
}

#[test]
fn a_new_take_sounds_different() {
    let takes: HashSet<Vec<u8>> = (1..=4)
        .map(|take| encode_wav(&said(&settings_for("baby_voice_2", Tone::Warm, 0, take), "Nap!").sound))
        .collect();
    assert_eq!(takes.len(), 4);
}

#[test]
fn every_line_is_finished_alike_and_its_words_are_timed() {
    for (text, tone) in [(LINE, Tone::Energetic), ("No.", Tone::Sleepy), ("😀", Tone::Proud), ("", Tone::Warm)] {
        let spoken = said(&baby(4, tone), text);
        let sound = &spoken.sound;
        assert_eq!(sound.rate, RATE);
        assert!(sound.peak() <= CEILING + 1e-4 && sound.peak() > 0.1, "{text}: {}", sound.peak());
        let lead_in = (LEAD_IN * f64::from(RATE)) as usize;
        assert!(sound.samples[..lead_in].iter().all(|&sample| sample == 0.0));
        assert!(sound.samples[lead_in] != 0.0 && *sound.samples.last().unwrap() == 0.0);
        assert_eq!(spoken.alignment.check(sound.seconds()), Ok(()), "{text}");
        let heard = spoken.alignment.characters.concat();
        assert_eq!(heard.split_whitespace().count(), text.split_whitespace().count(), "{heard}");
    }
}

#[test]
fn words_are_told_where_they_are_heard() {
    let lines = [
        "Well, I think so. Maybe. No! Tomorrow, perhaps.",
        "Stop. Look. Listen: tigers do not wear pyjamas.",
        "Peekaboo. Found you! Again? Again. Okay, once more.",
    ];
    // Told by the network and snapped to what is heard, and found in the sound alone, as of a voice that tells nothing.
    let (mut told, mut found, mut onsets) = (0.0, 0.0, 0);
    for (number, line) in lines.into_iter().enumerate() {
        let Spoken { sound, alignment } = said(&baby(number + 1, Tone::Neutral), line);
        let (told_words, found_words) = (words(line, &sound, Some(&alignment)), words(line, &sound, None));
        for onset in onsets_after_silence(&sound) {
            let distance = |words: &[Word]| words.iter().map(|word| (word.start_s - onset).abs()).fold(0.3, f64::min);
            told += distance(&told_words);
            found += distance(&found_words);
            onsets += 1;
        }
    }
    let (told, found) = (told / f64::from(onsets), found / f64::from(onsets));
    eprintln!("{onsets} onsets: told {told:.4} s away on the average, found {found:.4} s");
    assert!(onsets >= 10 && told < 0.02, "{onsets} onsets, {told:.3} s away on the average");
}

/// The words of a caption as a clip times them.
fn words(line: &str, sound: &Sound, alignment: Option<&Alignment>) -> Vec<Word> {
    let time = |(at, character): (usize, &String), alignment: &Alignment| CharacterTime {
        character: character.chars().next().unwrap(),
        start_s: alignment.starts[at],
        end_s: alignment.ends[at],
    };
    let times = |alignment: &Alignment| {
        alignment.characters.iter().enumerate().map(|each| time(each, alignment)).collect::<Vec<_>>()
    };
    let spec = SceneSpec {
        shown: Shown::Solo(Figure::Photo(image::RgbImage::new(4, 6), None)),
        sound: Some(Arc::new(sound.clone())),
        timings: alignment.map(times),
        caption: Some(line.to_owned()),
        lettering: Lettering::default(),
        frames: (sound.seconds() * f64::from(FPS)).ceil() as u32,
    };
    scene(spec).1.words
}

/// Where sound begins behind at least 120 ms of silence, in seconds.
fn onsets_after_silence(sound: &Sound) -> Vec<f64> {
    let levels: Vec<f32> = sound
        .samples
        .chunks(RATE as usize / 200)
        .map(|chunk| chunk.iter().fold(0.0_f32, |peak, sample| peak.max(sample.abs())))
        .collect();
    let loudest = levels.iter().copied().fold(0.0, f32::max);
    let is_silent: Vec<bool> = levels.iter().map(|level| *level < 0.03 * loudest).collect();
    let begins = (24..levels.len()).filter(|&at| !is_silent[at] && is_silent[at - 24..at].iter().all(|silent| *silent));
    begins.map(|at| at as f64 / 200.0).collect()
}

#[test]
fn a_line_that_takes_too_long_is_told() {
    let error = speak(&baby(1, Tone::Warm), &"a ".repeat(MOST_CHARACTERS), &|| false).unwrap_err();
    assert!(error.to_string().contains("Divide it"), "{error}");
    let cancelled = speak(&baby(1, Tone::Warm), LINE, &|| true).unwrap_err();
    assert!(matches!(cancelled, SpeakError::Voice(Error::Cancelled)));
}
