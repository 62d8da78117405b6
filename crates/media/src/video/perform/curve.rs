//! Curves over frames: smoothing, drifting and the strokes of a gesture. Pure numbers; called by `lips`, `acting`, `photo`
//! and `waveform`.

use crate::video::frame::FPS;

/// The middle of a frame in seconds.
pub fn second_of(frame: usize) -> f64 {
    (frame as f64 + 0.5) / f64::from(FPS)
}

/// Follows the values with a fast attack and a slow release, each the fraction of the way gone in one frame.
pub fn followed(values: &[f32], attack: f32, release: f32) -> Vec<f32> {
    let mut now = 0.0_f32;
    let follow = |&value: &f32| {
        now += (value - now) * if value > now { attack } else { release };
        now
    };
    values.iter().map(follow).collect()
}

/// The mean of each value and so many on either side of it.
pub fn averaged(values: &[f32], reach: usize) -> Vec<f32> {
    let mut sums = Vec::with_capacity(values.len() + 1);
    sums.push(0.0_f64);
    for &value in values {
        sums.push(sums[sums.len() - 1] + f64::from(value));
    }
    let mean = |at: usize| {
        let (from, to) = (at.saturating_sub(reach), (at + reach + 1).min(values.len()));
        ((sums[to] - sums[from]) / (to - from) as f64) as f32
    };
    (0..values.len()).map(mean).collect()
}

/// From 0 at `from` to 1 at `to` without a corner.
pub fn eased(from: f32, to: f32, value: f32) -> f32 {
    let t = ((value - from) / (to - from)).clamp(0.0, 1.0);
    t * t * (3.0 - 2.0 * t)
}

/// Up and down again: 0 at both ends of `length` seconds, 1 in the middle.
pub fn bump(since: f32, length: f32) -> f32 {
    if (0.0..length).contains(&since) { 0.5 - 0.5 * (std::f32::consts::TAU * since / length).cos() } else { 0.0 }
}

/// Numbers by chance that are the same each time: from a seed and a place.
#[derive(Debug, Clone, Copy)]
pub struct Chance(pub u64);

impl Chance {
    /// Another source, for another use of the same seed.
    pub fn of(self, name: &str) -> Chance {
        Chance(name.bytes().fold(self.0, |seed, byte| mixed(seed ^ u64::from(byte))))
    }

    /// From 0 to 1, the same for the same place.
    pub fn at(self, place: i64) -> f32 {
        (mixed(self.0 ^ mixed(place as u64)) >> 40) as f32 / 16_777_216.0
    }

    pub fn between(self, place: i64, low: f32, high: f32) -> f32 {
        low + (high - low) * self.at(place)
    }

    /// A slow wandering within −1..1 that takes about `period` seconds from one turn to the next.
    pub fn drift(self, second: f64, period: f64) -> f32 {
        let place = second / period;
        let before = place.floor();
        let share = eased(0.0, 1.0, (place - before) as f32);
        let value = |at: f64| self.between(at as i64, -1.0, 1.0);
        value(before) * (1.0 - share) + value(before + 1.0) * share
    }
}

/// The finisher of splitmix64.
fn mixed(number: u64) -> u64 {
    let mut mixed = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attack_is_fast_and_release_slow() {
        let followed = followed(&[0.0, 1.0, 1.0, 0.0, 0.0], 0.8, 0.3);
        assert!(followed[1] > 0.75 && followed[3] > 0.6 && followed[4] > 0.4, "{followed:?}");
    }

    #[test]
    fn a_mean_keeps_a_constant() {
        assert_eq!(averaged(&[2.0; 5], 3), [2.0; 5]);
        assert!(averaged(&[], 3).is_empty());
    }

    #[test]
    fn drifting_never_jumps_and_stays_within_bounds() {
        let chance = Chance(7).of("sway");
        let values: Vec<f32> = (0..3000).map(|frame| chance.drift(second_of(frame), 2.0)).collect();
        assert!(values.iter().all(|value| value.abs() <= 1.0));
        assert!(values.windows(2).all(|two| (two[0] - two[1]).abs() < 0.06));
        assert!(values.iter().any(|&value| value > 0.5) && values.iter().any(|&value| value < -0.5));
    }
}
