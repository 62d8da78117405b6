//! The melody of a sentence: moved to the pitch that is wanted, and stretched or flattened. Called by `voice`; pure.

/// At or below this a frame is not voiced.
pub const UNVOICED_HZ: f32 = 40.0;

/// How much of a sentence's own height stays: a question is a little higher than an answer.
const KEPT: f32 = 0.25;

/// No voice is higher or lower.
const LOWEST_HZ: f32 = 60.0;
const HIGHEST_HZ: f32 = 650.0;

/// Moves the middle of the voiced frames, of a voice that by itself is `usual_hz` high, to `hz`, and their distance from it, in octaves, by the factor `range`.
pub fn moved(pitch: &mut [f32], usual_hz: f32, hz: f32, range: f32) {
    let mut voiced: Vec<f32> = pitch.iter().copied().filter(|hz| *hz > UNVOICED_HZ).collect();
    if voiced.is_empty() {
        return;
    }
    voiced.sort_by(f32::total_cmp);
    let middle = voiced[voiced.len() / 2];
    let wanted = hz * (middle / usual_hz).powf(KEPT);
    for frame in pitch.iter_mut().filter(|hz| **hz > UNVOICED_HZ) {
        *frame = (wanted * (*frame / middle).powf(range)).clamp(LOWEST_HZ, HIGHEST_HZ);
    }
}

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "numbers that are halves of others")]
mod tests {
    use super::*;

    #[test]
    fn the_middle_moves_and_the_range_stretches() {
        let mut pitch = [0.0, 102.5, 205.0, 410.0, 20.0];
        moved(&mut pitch, 205.0, 300.0, 1.0);
        assert_eq!(pitch, [0.0, 150.0, 300.0, 600.0, 20.0]);
        let mut pitch = [102.5, 205.0, 410.0];
        moved(&mut pitch, 205.0, 205.0, 0.5);
        assert!((pitch[0] - 145.0).abs() < 1.0 && (pitch[2] - 289.9).abs() < 1.0, "{pitch:?}");
        let mut silent = [0.0, 39.0];
        moved(&mut silent, 205.0, 300.0, 1.0);
        assert_eq!(silent, [0.0, 39.0]);
    }
}
