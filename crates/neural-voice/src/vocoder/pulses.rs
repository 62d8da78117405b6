//! The buzz of the vocal cords: a train of pulses with every harmonic below 11 kHz equally strong. Pure.

use std::f64::consts::TAU;

use super::{HOP, RATE};
use crate::contour::UNVOICED_HZ;

const HIGHEST_HARMONIC_HZ: f32 = 11_000.0;

/// One sample after the other for a pitch given frame by frame; nothing where it is not voiced.
///
/// The harmonics are summed in closed form: Σ cos(h·t) for h = 1…H is sin((H + ½)t) / (2 sin(t/2)) − ½.
pub(super) fn train(pitch: &[f32]) -> Vec<f32> {
    let mut samples = Vec::with_capacity(pitch.len() * HOP);
    let mut turns = 0.0_f64;
    for at in 0..pitch.len() {
        for sample in 0..HOP {
            let hz = between(pitch, at, sample);
            let is_voiced = hz > UNVOICED_HZ;
            let hz = hz.max(UNVOICED_HZ);
            turns = (turns + f64::from(hz) / f64::from(RATE)).fract();
            samples.push(if is_voiced { pulse((turns * TAU) as f32, hz) } else { 0.0 });
        }
    }
    samples
}

/// The pitch at a sample, on the line between the middles of two frames.
fn between(pitch: &[f32], frame: usize, sample: usize) -> f32 {
    let place = (sample as f32 + 0.5) / HOP as f32 - 0.5;
    let here = pitch[frame];
    let neighbour = if place < 0.0 { pitch[frame.saturating_sub(1)] } else { pitch[(frame + 1).min(pitch.len() - 1)] };
    here + (neighbour - here) * place.abs()
}

fn pulse(turn: f32, hz: f32) -> f32 {
    let harmonics = (HIGHEST_HARMONIC_HZ / hz).floor() + 0.5;
    let half = 2.0 * (0.5 * turn).sin();
    // At the pulse itself both are nought, and their ratio is the number of harmonics.
    let ratio = if half.abs() <= 2e-3 { harmonics } else { (harmonics * turn).sin() / half };
    ratio - 0.5
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pulses_come_at_the_pitch() {
        let train = train(&[240.0; 40]);
        let pulses = train.windows(3).filter(|three| three[1] > 20.0 && three[1] >= three[0] && three[1] > three[2]);
        let expected = 240.0 * 40.0 * HOP as f32 / RATE as f32;
        assert!((pulses.count() as f32 - expected).abs() <= 2.0);
        assert!(super::train(&[0.0; 10]).iter().all(|sample| *sample == 0.0));
        assert_eq!(super::train(&[]).len(), 0);
    }
}
