//! Things that are struck or fly past: drums, bells, a rush of air. Called by `effects` only.

use std::f32::consts::TAU;

use super::synth::{Band, Chance, HighPass, RATE, Track, decay};

/// Two strokes of the snare and a crash with the bass drum under it: what follows a joke.
pub fn rimshot(seconds: f32) -> Track {
    let mut track = Track::of(seconds);
    snare(&mut track, 0.0, 0.8, 1);
    snare(&mut track, 0.155, 1.0, 2);
    bass_drum(&mut track, 0.43, 0.5);
    crash(&mut track, 0.43, seconds - 0.43, 0.9);
    track.in_room(0.12, 0.35).fading_out(0.5)
}

/// Two modes of the skin, the rattle of the wires under it, and the stick on the rim.
fn snare(track: &mut Track, at: f32, loud: f32, seed: u32) {
    let mut chance = Chance::new(seed);
    let (mut wires, mut hiss) = (Band::new(3_200.0, 0.6), HighPass::new(1_200.0));
    let mut phase = [0.0_f32; 2];
    track.add(at, 0.4, |time| {
        // A struck skin is a little higher at first.
        let bend = 1.0 + 0.25 * decay(time, 0.06);
        let skin: f32 = phase
            .iter_mut()
            .zip([(186.0, 0.9, 0.22), (331.0, 0.5, 0.15)])
            .map(|(phase, (hertz, loud, falls))| {
                *phase += hertz * bend / RATE as f32;
                loud * decay(time, falls) * (TAU * *phase).sin()
            })
            .sum();
        let noise = chance.noise();
        let rattle = 2.4 * hiss.next(wires.next(noise)) * decay(time, 0.26);
        let rim = 0.7 * (TAU * 1_720.0 * time).sin() * decay(time, 0.03) + 0.8 * noise * decay(time, 0.008);
        loud * (skin * 0.75 + rattle + rim)
    });
}

fn bass_drum(track: &mut Track, at: f32, loud: f32) {
    let mut phase = 0.0_f32;
    track.add(at, 0.5, |time| {
        phase += (52.0 + 90.0 * decay(time, 0.09)) / RATE as f32;
        loud * (TAU * phase).sin() * decay(time, 0.42) * (time * 900.0).min(1.0)
    });
}

/// A plate of bronze has hundreds of modes that fit no series, and the higher ones die first.
fn crash(track: &mut Track, at: f32, seconds: f32, loud: f32) {
    let mut chance = Chance::new(9);
    for _ in 0..90 {
        let hertz = 420.0 * (chance.between(0.0, 1.0) * 3.5).exp();
        let falls = 4.2 * (900.0 / (hertz + 500.0)).powf(0.35) * chance.between(0.7, 1.2);
        let (strength, phase) = (chance.between(0.3, 1.0), chance.between(0.0, 1.0));
        let step = TAU * hertz / RATE as f32;
        // A turning pointer: a sine for each sample would cost more than everything else.
        let (turn_x, turn_y) = (step.cos(), step.sin());
        let (mut x, mut y) = ((TAU * phase).cos(), (TAU * phase).sin());
        let fall = decay(1.0 / RATE as f32, falls);
        let mut level = strength * loud * 0.034 * (hertz / 3_000.0).powf(0.45);
        track.add(at, seconds, |time| {
            (x, y) = (x * turn_x - y * turn_y, x * turn_y + y * turn_x);
            level *= fall;
            // It takes a moment until the whole plate moves.
            level * y * (time / 0.012 + 0.35).min(1.0)
        });
    }
    let (mut spray, mut air) = (HighPass::new(3_000.0), Band::new(6_000.0, 0.5));
    track.add(at, seconds, |time| {
        let hiss = air.next(spray.next(chance.noise()));
        loud * hiss * (0.6 * decay(time, 2.6) + 0.6 * decay(time, 0.15))
    });
}

/// A bar of a toy glockenspiel; its overtones are those of a free bar.
fn bar(track: &mut Track, at: f32, hertz: f32, falls: f32, loud: f32) {
    let mut chance = Chance::new(hertz as u32);
    for (ratio, strength, shorter) in [(1.0, 1.0, 1.0), (2.756, 0.42, 0.45), (5.404, 0.18, 0.2), (8.93, 0.06, 0.1)] {
        if hertz * ratio > 18_000.0 {
            continue;
        }
        track.add(at, falls, |time| {
            loud * strength
                * decay(time, falls * shorter)
                * (TAU * hertz * ratio * time).sin()
                * (time * 2_500.0).min(1.0)
        });
    }
    track.add(at, 0.02, |time| loud * 0.25 * chance.noise() * decay(time, 0.01));
}

/// A few notes that go up, and a chord.
pub fn jingle(seconds: f32) -> Track {
    /// C6, E6, G6 and C7, in Hz.
    const NOTES: [f32; 4] = [1_046.5, 1_318.5, 1_568.0, 2_093.0];
    let mut track = Track::of(seconds);
    for (index, hertz) in NOTES.into_iter().enumerate() {
        bar(&mut track, 0.14 * index as f32, hertz, 1.0, 0.7);
    }
    for (index, hertz) in NOTES.into_iter().enumerate() {
        // Nobody strikes four bars at the very same moment.
        bar(&mut track, 0.7 + 0.012 * index as f32, hertz, 1.6, 0.6);
    }
    bar(&mut track, 0.7, NOTES[0] / 2.0, 1.6, 0.7);
    track.in_room(0.2, 0.6).fading_out(0.5)
}

/// One stroke of a small bell.
pub fn ding(seconds: f32) -> Track {
    let mut track = Track::of(seconds);
    for (hertz, loud) in [(1_864.7, 1.0), (1_867.9, 0.6)] {
        bar(&mut track, 0.0, hertz, seconds.max(0.5), loud);
    }
    track.in_room(0.15, 0.5).fading_out(0.3)
}

/// A rush of air that comes near and goes away.
pub fn whoosh(seconds: f32) -> Track {
    let mut track = Track::of(seconds);
    let mut chance = Chance::new(77);
    let mut bands = [Band::default(), Band::default()];
    let mut index = 0;
    track.add(0.0, seconds, |time| {
        let course = time / seconds;
        // It is nearest a little behind the middle, and highest there.
        let near = (-((course - 0.58) / 0.2).powi(2)).exp();
        if index % 32 == 0 {
            let hertz = 260.0 * (2.6 * near).exp();
            for band in &mut bands {
                band.tune(hertz, 1.3);
            }
        }
        index += 1;
        let air = bands.iter_mut().fold(chance.noise(), |sound, band| band.next(sound));
        air * near
    });
    track.fading_out(0.15)
}

/// A music box that plays four chords, broken, and begins again where it ends.
pub fn music_box() -> Track {
    /// Each chord from its lowest note, in Hz: C, A minor, F, G.
    const CHORDS: [[f32; 4]; 4] = [
        [523.25, 659.26, 784.0, 1_046.5],
        [440.0, 523.25, 659.26, 880.0],
        [349.23, 523.25, 698.46, 880.0],
        [392.0, 493.88, 587.33, 784.0],
    ];
    const ORDER: [usize; 8] = [0, 1, 2, 3, 2, 1, 2, 1];
    const STEP: f32 = 0.42;
    let steps = CHORDS.len() * ORDER.len();
    let mut track = Track::of(STEP * steps as f32 + 0.6);
    for (chord, notes) in CHORDS.iter().enumerate() {
        for (step, note) in ORDER.into_iter().enumerate() {
            let at = STEP * (chord * ORDER.len() + step) as f32;
            let loud = if step == 0 { 0.8 } else { 0.5 };
            bar(&mut track, at, notes[note], 0.95, loud);
        }
    }
    track.in_room(0.2, 0.4).fading_out(0.05)
}
