//! Measured on synthetic vowels: pitch, formants and length land where they were asked to, each without the others.

use proptest::prelude::*;

use super::*;

const RATE: u32 = 24_000;

/// First and second formant of vowels, in Hz, as a grown man has them (Peterson and Barney 1952).
const VOWELS: [(&str, f64, f64); 5] =
    [("ee", 270.0, 2290.0), ("eh", 530.0, 1840.0), ("ah", 730.0, 1090.0), ("aw", 570.0, 840.0), ("er", 490.0, 1350.0)];

/// A vowel whose pitch glides, so that its harmonics pass every frequency: beats through four resonances.
fn vowel(first: f64, second: f64, from_hz: f64, to_hz: f64, seconds: f64) -> Sound {
    let rate = f64::from(RATE);
    let count = (seconds * rate) as usize;
    let mut samples = vec![0.0_f64; count];
    let mut phase = 0.0;
    for (index, sample) in samples.iter_mut().enumerate() {
        let hz = from_hz + (to_hz - from_hz) * index as f64 / count as f64;
        phase += hz / rate;
        // A beat that falls between two samples is shared by them.
        if phase >= 1.0 {
            phase -= 1.0;
            *sample = 1.0;
        }
    }
    for (hz, width) in [(first, 60.0), (second, 90.0), (2700.0, 150.0), (3600.0, 200.0)] {
        let turn = std::f64::consts::TAU * hz / rate;
        let decay = (-std::f64::consts::PI * width / rate).exp();
        let (mut one, mut two) = (0.0, 0.0);
        for sample in &mut samples {
            let out = *sample + 2.0 * decay * turn.cos() * one - decay * decay * two;
            (two, one) = (one, out);
            *sample = out;
        }
    }
    let peak = samples.iter().fold(0.0_f64, |peak, sample| peak.max(sample.abs()));
    Sound { rate: RATE, samples: samples.iter().map(|sample| (0.7 * sample / peak) as f32).collect() }
}

/// The first resonance of a vowel that glides between two pitches. Its harmonics pass every frequency, and what is loudest
/// there at any time is what the head lets through.
fn first_formant(sound: &Sound, around: f64, (from_hz, to_hz): (f64, f64)) -> f64 {
    const FRAME: usize = 1024;
    const STEPS: u32 = 60;
    let window: Vec<f64> =
        (0..FRAME).map(|index| 0.5 - 0.5 * (std::f64::consts::TAU * index as f64 / FRAME as f64).cos()).collect();
    let count = sound.samples.len();
    let frame = |start: usize| {
        let pitch = from_hz + (to_hz - from_hz) * (start + FRAME / 2) as f64 / count as f64;
        let samples = sound.samples[start..start + FRAME].iter().zip(&window);
        (pitch, samples.map(|(sample, weight)| f64::from(*sample) * weight).collect::<Vec<f64>>())
    };
    let frames: Vec<(f64, Vec<f64>)> = (0..count.saturating_sub(FRAME)).step_by(120).map(frame).collect();
    // Goertzel: how loud one frequency is. More beats a second are louder by as much.
    let level = |hz: f64| -> f64 {
        let turn = 2.0 * (std::f64::consts::TAU * hz / f64::from(sound.rate)).cos();
        let of = |(pitch, frame): &(f64, Vec<f64>)| {
            let (one, two) = frame.iter().fold((0.0, 0.0), |(one, two), sample| (sample + turn * one - two, one));
            (one * one + two * two - turn * one * two).max(0.0).sqrt() / pitch
        };
        frames.iter().map(of).fold(0.0, f64::max)
    };
    let hz = |step: u32| around * (0.7 + 0.6 * f64::from(step) / f64::from(STEPS));
    let points: Vec<(f64, f64)> = (0..=STEPS).map(hz).map(|hz| (hz, level(hz))).collect();
    let top = points.iter().map(|(_, level)| *level).fold(0.0, f64::max);
    let high: Vec<&(f64, f64)> = points.iter().filter(|(_, level)| *level > 0.8 * top).collect();
    let weight: f64 = high.iter().map(|(_, level)| level).sum();
    high.iter().map(|(hz, level)| hz * level).sum::<f64>() / weight
}

fn within(found: f64, wanted: f64, share: f64) -> bool {
    (found / wanted - 1.0).abs() <= share
}

#[test]
fn pitch_formants_and_pace_of_vowels_land_where_they_were_asked_to() {
    for (name, first, second) in VOWELS {
        for (semitones, formant, speed) in [
            (4.0, 1.12, 1.05),
            (4.0, 1.0, 1.0),
            (0.0, 1.15, 1.0),
            (-4.0, 0.9, 0.9),
            (8.0, 1.35, 1.12),
            (-7.0, 0.82, 0.92),
            (0.0, 1.0, 1.3),
        ] {
            let pitch = f64::exp2(semitones / 12.0);
            let still = vowel(first, second, 130.0, 130.0, 0.6);
            let asked = Bend { pitch, formant, speed };
            let bent = bend(&still, asked);
            let what = format!("{name}: {semitones} semitones, formants × {formant}, speed × {speed}");
            let found = f64::from(bent.fundamental_hz().unwrap_or_default());
            assert!(within(found, 130.0 * pitch, 0.03), "{what}: pitch {found} for {}", 130.0 * pitch);
            assert!(within(bent.seconds(), still.seconds() / speed, 0.005), "{what}: {} s", bent.seconds());

            let (low, high) = (80.0, 160.0);
            let gliding = bend(&vowel(first, second, low, high, 1.2), asked);
            let (before, after) = (first, first_formant(&gliding, first * formant, (low * pitch, high * pitch)));
            assert!(within(after / before, formant, 0.03), "{what}: first formant {before} became {after}");
        }
    }
}

#[test]
fn a_vowel_stays_even() {
    // Phasing would be heard as beats: the loudness of a steady vowel would go up and down.
    let bent = bend(&vowel(730.0, 1090.0, 130.0, 130.0, 0.8), Bend { pitch: 1.26, formant: 1.12, speed: 1.05 });
    let middle = &bent.samples[bent.samples.len() / 5..bent.samples.len() * 4 / 5];
    let loud: Vec<f32> = middle
        .chunks_exact(720)
        .map(|chunk| (chunk.iter().map(|sample| sample * sample).sum::<f32>() / chunk.len() as f32).sqrt())
        .collect();
    let (least, most) = (loud.iter().copied().fold(f32::MAX, f32::min), loud.iter().copied().fold(0.0, f32::max));
    assert!(most / least < 1.25, "{least} to {most}");
}

#[test]
fn noise_keeps_its_length_and_loudness_and_silence_stays_silent() {
    let mut state = 1_u32;
    let mut noise = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        ((state >> 8) as f32 / (1 << 23) as f32 - 1.0) * 0.3
    };
    let hiss = Sound { rate: RATE, samples: (0..RATE).map(|_| noise()).collect() };
    let bent = bend(&hiss, Bend { pitch: 1.3, formant: 1.1, speed: 0.8 });
    assert!(within(bent.seconds(), 1.25, 0.001));
    assert!(within(f64::from(bent.rms()), f64::from(hiss.rms()), 0.05));
    let silence = Sound { rate: RATE, samples: vec![0.0; 4_000] };
    assert!(bend(&silence, Bend { pitch: 1.3, formant: 1.1, speed: 1.0 }).samples.iter().all(|sample| *sample == 0.0));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn no_sound_and_no_factor_breaks_it(
        samples in proptest::collection::vec(-1.0_f32..=1.0, 0..3000),
        rate in 0..50_000_u32,
        pitch in proptest::num::f64::ANY,
        formant in proptest::num::f64::ANY,
        speed in proptest::num::f64::ANY,
    ) {
        let bent = bend(&Sound { rate, samples }, Bend { pitch, formant, speed });
        prop_assert!(bent.samples.iter().all(|sample| sample.abs() <= 1.0));
    }
}
