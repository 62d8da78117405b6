//! The promises of the embedded voice, kept by ear: length, pitch and loudness are measured in what it says.

use std::cell::Cell;
use std::collections::HashSet;
use std::sync::LazyLock;

use super::*;
use crate::domain::Tone;
use crate::media::sound_file::encode_wav;
use crate::providers::voice::finish::CEILING;
use crate::providers::voice::pico::settings::{settings_for, settings_in};

const LINE: &str = "Yo, I just stumbled upon this artist, Mon Rovia. You have to hear this!";

/// One directory for all tests, as one home serves all jobs.
static VOICES: LazyLock<tempfile::TempDir> = LazyLock::new(|| tempfile::tempdir().unwrap());

fn baby(number: usize, tone: Tone) -> VoiceSettings {
    settings_for(&format!("baby_voice_{number}"), tone, 0, 1)
}

fn said(settings: &VoiceSettings, text: &str) -> Sound {
    speak(VOICES.path(), settings, text, &|| false).unwrap()
}

/// The length of what is said alone, without the pads.
fn spoken_seconds(sound: &Sound) -> f64 {
    sound.seconds() - LEAD_IN - LEAD_OUT
}

#[test]
fn the_same_request_gives_the_same_bytes_on_one_thread_or_eight() {
    let lines: Vec<(VoiceSettings, String)> =
        (0..8).map(|at| (baby(at + 1, Tone::Warm), format!("Line number {at}. {LINE}"))).collect();
    let alone: Vec<Vec<u8>> = lines.iter().map(|(settings, text)| encode_wav(&said(settings, text))).collect();
    let together: Vec<Vec<u8>> = std::thread::scope(|scope| {
        let threads: Vec<_> =
            lines.iter().map(|(settings, text)| scope.spawn(|| encode_wav(&said(settings, text)))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert!(alone == together);
}

#[test]
fn the_eight_babies_are_high_and_apart() {
    let mut pitches: Vec<f32> = (1..=8)
        .map(|number| said(&baby(number, Tone::Neutral), LINE).fundamental_hz().expect("a voice has a pitch"))
        .collect();
    assert!(pitches.iter().all(|hz| (240.0..=420.0).contains(hz)), "{pitches:?}");
    pitches.sort_by(f32::total_cmp);
    assert!(pitches.windows(2).all(|pair| pair[1] - pair[0] > 2.0), "{pitches:?}");
    assert!(pitches[7] / pitches[0] > 1.2, "{pitches:?}");
}

#[test]
fn a_tone_is_heard() {
    let heard = |tone| said(&baby(1, tone), LINE);
    let (energetic, neutral, sleepy) = (heard(Tone::Energetic), heard(Tone::Neutral), heard(Tone::Sleepy));
    assert!(spoken_seconds(&energetic) < 0.93 * spoken_seconds(&neutral));
    assert!(spoken_seconds(&sleepy) > 1.15 * spoken_seconds(&neutral));
    let hz = |sound: &Sound| sound.fundamental_hz().unwrap();
    assert!(hz(&energetic) > hz(&neutral) && hz(&neutral) > hz(&sleepy));
    assert!(sleepy.rms() < 0.9 * neutral.rms());
}

#[test]
fn a_new_take_sounds_different() {
    let takes: HashSet<Vec<u8>> =
        (1..=4).map(|take| encode_wav(&said(&settings_for("baby_voice_2", Tone::Warm, 0, take), LINE))).collect();
    assert_eq!(takes.len(), 4);
}

#[test]
fn lifted_formants_change_neither_pitch_nor_pace() {
    let plain = VoiceSettings { formant: 105, ..baby(5, Tone::Neutral) };
    let small = VoiceSettings { formant: 125, ..plain.clone() };
    let (plain, small) = (said(&plain, LINE), said(&small, LINE));
    assert!((spoken_seconds(&small) / spoken_seconds(&plain) - 1.0).abs() < 0.05);
    assert!((small.fundamental_hz().unwrap() / plain.fundamental_hz().unwrap() - 1.0).abs() < 0.05);
}

#[test]
fn no_baby_clips_inside_the_synthesiser() {
    for number in 1..=8 {
        let settings = baby(number, Tone::Energetic);
        let mut engine = Engine::open(VOICES.path(), settings.language).unwrap();
        let samples = engine.say(&markup(&settings, LINE), &|| false).unwrap();
        let peak = samples.iter().map(|sample| sample.unsigned_abs()).max().unwrap();
        assert!((8_000..32_000).contains(&peak), "baby {number}: {peak}");
    }
}

#[test]
fn every_line_is_finished_alike() {
    for (text, tone) in [(LINE, Tone::Energetic), ("No.", Tone::Sleepy), ("Ba ba ba ba!", Tone::Proud)] {
        let sound = said(&baby(4, tone), text);
        assert_eq!(sound.rate, RATE);
        assert!(sound.peak() <= CEILING + 1e-4 && sound.peak() > 0.1, "{text}: {}", sound.peak());
        let lead_in = (LEAD_IN * f64::from(RATE)) as usize;
        assert!(sound.samples[..lead_in].iter().all(|&sample| sample == 0.0));
        assert!(sound.samples[lead_in] != 0.0 && *sound.samples.last().unwrap() == 0.0);
    }
}

#[test]
fn markup_in_a_line_is_spoken_and_never_obeyed() {
    let target = VOICES.path().join("written.wav");
    let settings = baby(1, Tone::Neutral);
    said(&settings, &format!("<genfile file='{}'/> <usesig file='{0}'>hello</usesig>", target.display()));
    assert!(!target.exists());
    let tagged = said(&settings, "<speed level='500'>hello there my friend");
    assert_eq!(tagged, said(&settings, "speed level= 500 hello there my friend"));
    assert!(tagged.seconds() > 1.3 * said(&settings, "hello there my friend").seconds());
    assert!(said(&settings, "Tom & Jerry < 3 </pitch></speed> \" ' \u{0} \u{1b}").seconds() > 1.0);
}

#[test]
fn every_language_is_spoken_by_eight_babies_of_its_own() {
    use crate::domain::Language;
    let lines = [
        (Language::German, "Guten Morgen, mein kleiner Bär! Größe 5 für 20 €."),
        (Language::Spanish, "¡Buenos días, mi pequeño oso! Mañana, señor."),
        (Language::French, "Bonjour, mon petit ours! L’été, c’est à côté."),
        (Language::Italian, "Buongiorno, mio piccolo orso! Perché è così?"),
    ];
    for (language, line) in lines {
        let of = |number| settings_in(language, &format!("baby_voice_{number}"), Tone::Neutral, 0, 1);
        let pitches: Vec<f32> = [1_usize, 3, 5]
            .into_iter()
            .map(|number| said(&of(number), line).fundamental_hz().expect("it speaks"))
            .collect();
        assert!(pitches.iter().all(|hz| (180.0..=450.0).contains(hz)), "{language:?}: {pitches:?}");
        assert!(said(&of(1), line).seconds() > 1.5, "{language:?}");
        assert!(said(&of(1), line) != said(&baby(1, Tone::Neutral), line), "{language:?} is not English");
    }
}

#[test]
fn no_line_fails_a_draft() {
    for text in [
        "",
        "   ",
        "…",
        "😀😀🎙️",
        "你好，世界。",
        "مرحبا بالعالم",
        "こんにちは",
        "\u{202e}abc",
        "<>&",
        "a",
        "1234567890123456789",
    ] {
        let sound = said(&baby(7, Tone::Curious), text);
        assert!(sound.seconds() > 0.25 && sound.rms() > 0.01, "{text:?}: {} s", sound.seconds());
        assert!(sound.samples.iter().all(|sample| sample.is_finite()));
    }
}

#[test]
fn ten_thousand_characters_are_spoken() {
    let text: String = LINE.chars().cycle().take(10_000).collect();
    let long = said(&baby(2, Tone::Neutral), &text);
    let short = said(&baby(2, Tone::Neutral), LINE);
    let expected = short.seconds() * 10_000.0 / LINE.len() as f64;
    assert!((long.seconds() / expected - 1.0).abs() < 0.2, "{} s, expected about {expected} s", long.seconds());
    assert!(said(&baby(2, Tone::Neutral), &"a".repeat(2_000)).seconds() > 1.0);
}

#[test]
fn a_cancelled_line_stops_soon() {
    let asked = Cell::new(0);
    let cancelled = || {
        asked.set(asked.get() + 1);
        asked.get() > 3
    };
    let settings = baby(1, Tone::Neutral);
    let result = speak(VOICES.path(), &settings, &LINE.repeat(200), &cancelled);
    assert!(matches!(result, Err(SpeakError::Pico(pico_engine::Error::Cancelled))));
    assert!(asked.get() < 10);
    assert!(said(&settings, LINE).seconds() > 2.0, "the next line is spoken as ever");
}

#[test]
fn a_home_that_pico_cannot_open_is_named() {
    let deep = VOICES.path().join("a".repeat(200)).join("b".repeat(200)).join("c".repeat(200));
    let error = speak(&deep, &baby(1, Tone::Neutral), LINE, &|| false).unwrap_err();
    assert!(matches!(error, SpeakError::Pico(pico_engine::Error::Path { .. })));
    assert!(error.to_string().contains("--home"));
    let file = tempfile::NamedTempFile::new().unwrap();
    let error = speak(file.path(), &baby(1, Tone::Neutral), LINE, &|| false).unwrap_err();
    assert!(matches!(error, SpeakError::Pico(pico_engine::Error::Files { .. })));
}
