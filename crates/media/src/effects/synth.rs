//! What the effects are built of: noise, oscillators, filters, a room. Deterministic: the same calls give the same samples.
//! Called by the effects only.

use std::f32::consts::{PI, TAU};

/// Samples a second of every effect.
pub const RATE: u32 = 48_000;

/// Seconds as a number of samples.
pub fn samples(seconds: f32) -> usize {
    (seconds.max(0.0) * RATE as f32).round() as usize
}

/// White noise with a fixed beginning, and choices by chance.
#[derive(Debug, Clone)]
pub struct Chance(u32);

impl Chance {
    pub fn new(seed: u32) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9) | 1)
    }

    /// Uniform in -1..1.
    pub fn noise(&mut self) -> f32 {
        // Xorshift, Marsaglia (2003).
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 17;
        self.0 ^= self.0 << 5;
        self.0 as f32 / u32::MAX as f32 * 2.0 - 1.0
    }

    /// Uniform between the two.
    pub fn between(&mut self, least: f32, most: f32) -> f32 {
        least + (self.noise() * 0.5 + 0.5) * (most - least)
    }
}

/// A resonance with a gain of one at 0 Hz: several in a row are a vocal tract (Klatt 1980).
#[derive(Debug, Clone, Copy, Default)]
pub struct Resonator {
    a: f32,
    b: f32,
    c: f32,
    last: f32,
    before: f32,
}

impl Resonator {
    pub fn tune(&mut self, hertz: f32, width: f32) {
        let step = 1.0 / RATE as f32;
        let radius = (-PI * width * step).exp();
        self.c = -radius * radius;
        self.b = 2.0 * radius * (TAU * hertz * step).cos();
        self.a = 1.0 - self.b - self.c;
    }

    pub fn next(&mut self, input: f32) -> f32 {
        let output = self.a * input + self.b * self.last + self.c * self.before;
        self.before = self.last;
        self.last = output;
        output
    }
}

/// Lets a band through, with a gain of about one in its middle.
#[derive(Debug, Clone, Copy, Default)]
pub struct Band {
    gain: f32,
    a1: f32,
    a2: f32,
    inputs: [f32; 2],
    outputs: [f32; 2],
}

impl Band {
    /// The cookbook's band-pass of constant peak gain (R. Bristow-Johnson).
    pub fn tune(&mut self, hertz: f32, quality: f32) {
        let omega = TAU * hertz.clamp(20.0, 0.45 * RATE as f32) / RATE as f32;
        let alpha = omega.sin() / (2.0 * quality);
        self.gain = alpha / (1.0 + alpha);
        self.a1 = -2.0 * omega.cos() / (1.0 + alpha);
        self.a2 = (1.0 - alpha) / (1.0 + alpha);
    }

    pub fn new(hertz: f32, quality: f32) -> Self {
        let mut band = Self::default();
        band.tune(hertz, quality);
        band
    }

    pub fn next(&mut self, input: f32) -> f32 {
        let output = self.gain * (input - self.inputs[1]) - self.a1 * self.outputs[0] - self.a2 * self.outputs[1];
        self.inputs = [input, self.inputs[0]];
        self.outputs = [output, self.outputs[0]];
        output
    }
}

/// Takes the lows away, 6 dB an octave.
#[derive(Debug, Clone, Copy)]
pub struct HighPass {
    share: f32,
    input: f32,
    output: f32,
}

impl HighPass {
    pub fn new(hertz: f32) -> Self {
        Self { share: (-TAU * hertz / RATE as f32).exp(), input: 0.0, output: 0.0 }
    }

    pub fn next(&mut self, input: f32) -> f32 {
        self.output = self.share * (self.output + input - self.input);
        self.input = input;
        self.output
    }
}

/// How loud it still is so many seconds after it was struck, where it falls by 60 dB in `falls`.
pub fn decay(seconds: f32, falls: f32) -> f32 {
    if seconds < 0.0 { 0.0 } else { (-6.908 * seconds / falls).exp() }
}

/// From 0 to 1 to 0 without corners; `at` from 0 to 1.
pub fn swell(at: f32) -> f32 {
    if (0.0..=1.0).contains(&at) { 0.5 - 0.5 * (TAU * at).cos() } else { 0.0 }
}

/// A sound on its way.
#[derive(Debug, Clone)]
pub struct Track(pub Vec<f32>);

impl Track {
    pub fn of(seconds: f32) -> Self {
        Self(vec![0.0; samples(seconds)])
    }

    /// Adds what `next` gives for each moment from `at` seconds on, told in seconds since then.
    pub fn add(&mut self, at: f32, seconds: f32, mut next: impl FnMut(f32) -> f32) {
        let from = samples(at).min(self.0.len());
        for (index, sample) in self.0[from..].iter_mut().take(samples(seconds)).enumerate() {
            *sample += next(index as f32 / RATE as f32);
        }
    }

    /// The same in a room: `wet` of it comes back from the walls, and falls by 60 dB in `falls` seconds (Schroeder 1962).
    pub fn in_room(self, wet: f32, falls: f32) -> Self {
        const COMBS: [f32; 6] = [0.0297, 0.0371, 0.0411, 0.0437, 0.0503, 0.0561];
        const ALL_PASSES: [f32; 2] = [0.005, 0.0017];
        let mut back = vec![0.0; self.0.len()];
        for seconds in COMBS {
            let feedback = decay(seconds, falls);
            let (mut line, mut at, mut damped) = (vec![0.0; samples(seconds)], 0, 0.0);
            for (back, input) in back.iter_mut().zip(&self.0) {
                let heard: f32 = line[at];
                // Walls take the highs first.
                damped = 0.6 * heard + 0.4 * damped;
                line[at] = input + damped * feedback;
                at = (at + 1) % line.len();
                *back += heard / COMBS.len() as f32;
            }
        }
        for seconds in ALL_PASSES {
            let (mut line, mut at) = (vec![0.0; samples(seconds)], 0);
            for sample in &mut back {
                let heard: f32 = line[at];
                let input = *sample + 0.7 * heard;
                line[at] = input;
                at = (at + 1) % line.len();
                *sample = heard - 0.7 * input;
            }
        }
        Self(self.0.iter().zip(back).map(|(dry, back)| dry * (1.0 - wet) + back * wet * 2.0).collect())
    }

    /// With so many times more of what lies above the lower resonances of a voice.
    pub fn brighter(mut self, times: f32) -> Self {
        let mut highs = HighPass::new(2_500.0);
        for sample in &mut self.0 {
            *sample += times * highs.next(*sample);
        }
        self
    }

    /// The last so many seconds go down to nothing.
    pub fn fading_out(mut self, seconds: f32) -> Self {
        let (count, fade) = (self.0.len(), samples(seconds).min(self.0.len()));
        for (index, sample) in self.0[count - fade..].iter_mut().enumerate() {
            let left = 1.0 - index as f32 / fade as f32;
            *sample *= left * left;
        }
        self
    }

    /// Without what cannot be heard and costs room below full scale, and with this highest sample.
    pub fn finished(mut self, peak: f32) -> Vec<f32> {
        let mut rumble = HighPass::new(30.0);
        for sample in &mut self.0 {
            *sample = rumble.next(*sample);
        }
        let highest = self.0.iter().fold(0.0_f32, |highest, sample| highest.max(sample.abs()));
        let gain = peak / highest.max(f32::MIN_POSITIVE);
        self.0.iter().map(|sample| sample * gain).collect()
    }
}
