//! Effects listened to by numbers: how long, how loud, when something is struck, and which frequencies are heard.

use super::*;

/// The root of the mean square of a stretch, in decibels below full scale.
fn level(sound: &Sound, from: f32, to: f32) -> f32 {
    let at = |seconds: f32| ((seconds * RATE as f32) as usize).min(sound.samples.len());
    let samples = &sound.samples[at(from)..at(to)];
    let energy: f32 = samples.iter().map(|sample| sample * sample).sum::<f32>() / samples.len().max(1) as f32;
    10.0 * energy.max(1e-12).log10()
}

/// The energy of a stretch between two frequencies, by tones 30 Hz apart (Goertzel's algorithm).
fn energy(sound: &Sound, from: f32, to: f32, low: f32, high: f32) -> f32 {
    let at = |seconds: f32| ((seconds * RATE as f32) as usize).min(sound.samples.len());
    let samples = &sound.samples[at(from)..at(to)];
    let tones = (0..).map(|step| low + 30.0 * step as f32).take_while(|hertz| *hertz < high);
    tones
        .map(|hertz| {
            let turn = 2.0 * (std::f32::consts::TAU * hertz / RATE as f32).cos();
            let (last, before) =
                samples.iter().fold((0.0_f32, 0.0_f32), |(last, before), sample| (sample + turn * last - before, last));
            last * last + before * before - turn * last * before
        })
        .sum()
}

/// When something is struck: seconds at which the level of 5 ms rises by 12 dB over that of 30 ms before.
fn strokes(sound: &Sound) -> Vec<f32> {
    let mut strokes: Vec<f32> = Vec::new();
    for moment in 0..(sound.seconds() * 200.0) as usize {
        let at = moment as f32 / 200.0;
        let (now, before) = (level(sound, at, at + 0.005), level(sound, (at - 0.03).max(0.0), at.max(0.0001)));
        let is_new = strokes.last().is_none_or(|last| at - last > 0.08);
        if is_new && now > -35.0 && (at == 0.0 || now > before + 12.0) {
            strokes.push(at);
        }
    }
    strokes
}

#[test]
fn every_effect_is_as_long_as_it_says_loud_enough_and_ends_in_silence() {
    for (name, which) in Effect::NAMES {
        let sound = effect(which);
        assert_eq!(sound.samples.len() as u32, which.milliseconds() * 48, "{name}");
        assert!(sound.samples.iter().all(|sample| sample.is_finite()), "{name}");
        assert!((sound.peak() - PEAK).abs() < 1e-3, "{name}: {}", sound.peak());
        let whole = level(&sound, 0.0, sound.seconds() as f32);
        assert!((-32.0..-10.0).contains(&whole), "{name}: {whole} dB");
        let end = sound.seconds() as f32;
        assert!(level(&sound, end - 0.01, end) < -55.0, "{name} breaks off");
        let middle: f32 = sound.samples.iter().sum::<f32>() / sound.samples.len() as f32;
        assert!(middle.abs() < 1e-3, "{name}: a constant part of {middle}");
        assert_eq!(effect(which), sound, "{name} is the same each time");
    }
}

#[test]
fn a_rimshot_is_two_strokes_on_a_snare_and_a_crash_that_goes_on() {
    let sound = effect(Effect::Rimshot);
    let struck = strokes(&sound);
    assert_eq!(struck.len(), 3, "{struck:?}");
    for (at, expected) in struck.iter().zip([0.0, 0.155, 0.43]) {
        assert!((at - expected).abs() < 0.02, "{struck:?}");
    }
    // A snare is skin (below 400 Hz) and wires (above 1.5 kHz) at once, and is over soon.
    for at in [0.0, 0.155] {
        let (skin, wires) =
            (energy(&sound, at, at + 0.1, 120.0, 400.0), energy(&sound, at, at + 0.1, 1_500.0, 8_000.0));
        assert!(skin > 0.1 * wires && wires > 0.1 * skin, "{skin} to {wires}");
        assert!(level(&sound, at + 0.12, at + 0.15) < level(&sound, at, at + 0.03) - 10.0);
    }
    // The crash is bright, and falls slowly.
    assert!(energy(&sound, 0.55, 0.75, 3_000.0, 12_000.0) > energy(&sound, 0.55, 0.75, 100.0, 3_000.0));
    let (begins, later) = (level(&sound, 0.45, 0.55), level(&sound, 0.95, 1.05));
    assert!(begins - later > 3.0 && begins - later < 20.0, "{begins} to {later}");
}

#[test]
fn a_laugh_track_is_many_voices_that_fall_and_no_noise() {
    let sound = effect(Effect::LaughTrack);
    // Voices: between 200 Hz and 4 kHz, with the resonances of mouths, and little hiss.
    let (voice, hiss) = (energy(&sound, 0.3, 1.0, 200.0, 4_000.0), energy(&sound, 0.3, 1.0, 6_000.0, 16_000.0));
    assert!(voice > 30.0 * hiss, "{voice} to {hiss}");
    assert!(level(&sound, 0.4, 0.8) > level(&sound, 1.8, 2.2) + 8.0, "it dies down");
    assert!(level(&sound, 0.0, 0.05) < level(&sound, 0.4, 0.5) - 4.0, "it takes a moment to begin");
    // Laughter comes in notes: one person alone has four to seven a second, and a pitch.
    let one = Sound { rate: RATE, samples: super::people::alone().finished(PEAK) };
    assert!(one.fundamental_hz().is_some_and(|hertz| (150.0..700.0).contains(&hertz)), "{:?}", one.fundamental_hz());
    // Folds that close again and again; breath through the same mouth repeats half of itself.
    assert!(repeats(&one) > 0.8, "{}", repeats(&one));
    let notes = strokes_of_voice(&one);
    assert!((4.0..=7.0).contains(&notes), "{notes} notes a second");
}

/// How much of a voice repeats itself after one period, in the mean over its loud moments of 40 ms; 1 is all of it.
fn repeats(sound: &Sound) -> f32 {
    const FRAME: usize = 1_920;
    /// From 150 to 700 Hz.
    const LAGS: std::ops::Range<usize> = 68..320;
    let power = |samples: &[f32]| samples.iter().map(|sample| sample * sample).sum::<f32>();
    let frames = sound.samples.windows(2 * FRAME).step_by(FRAME / 2);
    let loudest = frames.clone().map(|frame| power(&frame[..FRAME])).fold(0.0, f32::max);
    let loud: Vec<&[f32]> = frames.filter(|frame| power(&frame[..FRAME]) > 0.25 * loudest).collect();
    let likeness = |frame: &[f32], lag: usize| {
        let product: f32 = frame[..FRAME].iter().zip(&frame[lag..lag + FRAME]).map(|(a, b)| a * b).sum();
        product / (power(&frame[..FRAME]) * power(&frame[lag..lag + FRAME])).sqrt().max(1e-12)
    };
    let best = loud.iter().map(|frame| LAGS.map(|lag| likeness(frame, lag)).fold(0.0, f32::max));
    best.sum::<f32>() / loud.len().max(1) as f32
}

/// How many swells a second a voice has: maxima of its level in moments of 10 ms that stand 3 dB over what lies between.
fn strokes_of_voice(sound: &Sound) -> f32 {
    let levels: Vec<f32> = (0..150).map(|at| level(sound, at as f32 / 100.0, at as f32 / 100.0 + 0.03)).collect();
    let (mut swells, mut low, mut high, mut rises) = (0, f32::MAX, f32::MIN, true);
    for level in levels {
        if rises {
            high = high.max(level);
            if level < high - 3.0 {
                (swells, rises, low) = (swells + 1, false, level);
            }
        } else {
            low = low.min(level);
            if level > low + 3.0 {
                (rises, high) = (true, level);
            }
        }
    }
    swells as f32 / 1.5
}

#[test]
fn a_sigh_falls_a_whoosh_passes_and_bells_ring_where_they_are_tuned() {
    let aww = effect(Effect::Aww);
    let (first, last) = (energy(&aww, 0.2, 0.6, 900.0, 3_000.0), energy(&aww, 1.0, 1.4, 900.0, 3_000.0));
    let (low_first, low_last) = (energy(&aww, 0.2, 0.6, 150.0, 900.0), energy(&aww, 1.0, 1.4, 150.0, 900.0));
    assert!(first / low_first > last / low_last, "it closes from an open vowel to a dark one");
    let whoosh = effect(Effect::Whoosh);
    let near = level(&whoosh, 0.4, 0.5);
    assert!(near > level(&whoosh, 0.0, 0.1) + 15.0 && near > level(&whoosh, 0.7, 0.8) + 10.0);
    let ding = effect(Effect::Ding);
    let (tone, beside) = (energy(&ding, 0.05, 0.5, 1_850.0, 1_880.0), energy(&ding, 0.05, 0.5, 1_500.0, 1_530.0));
    assert!(tone > 500.0 * beside, "{tone} to {beside}");
    assert_eq!(strokes(&ding).len(), 1);
    // The fourth note is an octave over the first, and is heard in its turn.
    let jingle = effect(Effect::Jingle);
    let (before, then) = (energy(&jingle, 0.2, 0.4, 2_080.0, 2_110.0), energy(&jingle, 0.42, 0.62, 2_080.0, 2_110.0));
    assert!(then > 10.0 * before, "{before} to {then}");
    // Claps: bright, without a tone, and from beginning to end.
    let applause = effect(Effect::Applause);
    assert!(energy(&applause, 0.5, 1.5, 700.0, 5_000.0) > 5.0 * energy(&applause, 0.5, 1.5, 50.0, 500.0));
    assert!((level(&applause, 0.6, 0.9) - level(&applause, 1.4, 1.7)).abs() < 4.0);
}

#[test]
fn the_music_box_goes_on_where_it_ends() {
    let music = music_box();
    assert!(music.seconds() > 10.0 && music.samples.iter().all(|sample| sample.is_finite()));
    let end = music.seconds() as f32;
    assert!(level(&music, end - 0.05, end) < -40.0, "no click at the seam");
    assert_eq!(music_box(), music);
}
