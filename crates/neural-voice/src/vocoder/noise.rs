//! Noise that is the same for the same seed, on every machine. Pure.

use realfft::num_complex::Complex32;

pub(super) struct Noise {
    state: u64,
}

impl Noise {
    pub(super) fn new(seed: u64) -> Self {
        Self { state: seed }
    }

    /// Two independent numbers of the normal distribution (Box and Muller).
    pub(super) fn complex(&mut self) -> Complex32 {
        let (distance, turn) = (self.uniform(), self.uniform());
        let radius = (-2.0 * distance.ln()).sqrt();
        Complex32::from_polar(radius, std::f32::consts::TAU * turn)
    }

    /// Above 0, at most 1.
    fn uniform(&mut self) -> f32 {
        // SplitMix64 (Steele, Lea and Flood 2014).
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.state;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bits ^= bits >> 31;
        ((bits >> 40) + 1) as f32 / (1_u64 << 24) as f32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn noise_is_normal_and_its_seed_decides_it() {
        let many = |seed| {
            let mut noise = Noise::new(seed);
            (0..20_000).map(|_| noise.complex()).collect::<Vec<_>>()
        };
        let (one, other) = (many(1), many(2));
        let mean = one.iter().map(|z| z.re + z.im).sum::<f32>() / 40_000.0;
        let variance = one.iter().map(Complex32::norm_sqr).sum::<f32>() / 40_000.0;
        assert!(mean.abs() < 0.02 && (variance - 1.0).abs() < 0.03, "{mean} {variance}");
        assert!(one == many(1) && one != other);
    }
}
