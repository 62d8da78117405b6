//! How a voice is bent after it was spoken: higher or lower, from a smaller or larger head, faster or slower. Made on
//! this machine from the sound that was bought, so another shape costs nothing.

use serde::{Deserialize, Serialize};

/// Whole numbers, so that a request has one spelling.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct VoiceShape {
    /// Hundredths of a semitone, up or down.
    pub pitch_cents: i32,
    /// How much higher the resonances of the head lie, in tenths of a per cent: a smaller head has higher ones.
    pub formant_permille: i32,
    /// Thousandths of the pace that was spoken.
    pub speed_permille: i32,
}

impl Default for VoiceShape {
    fn default() -> Self {
        Self { pitch_cents: 0, formant_permille: 0, speed_permille: 1000 }
    }
}

impl VoiceShape {
    /// What may be asked for: semitones, per cent and a factor.
    pub const PITCH: (f64, f64) = (-12.0, 12.0);
    /// Per cent that the resonances lie higher, least and most.
    pub const FORMANT: (f64, f64) = (-30.0, 50.0);
    /// How many times as fast, least and most.
    pub const SPEED: (f64, f64) = (0.5, 2.0);

    /// Shapes with names.
    pub const PRESETS: [(&str, VoiceShape); 3] = [
        ("toddler", VoiceShape { pitch_cents: 300, formant_permille: 150, speed_permille: 1000 }),
        ("chipmunk", VoiceShape { pitch_cents: 800, formant_permille: 350, speed_permille: 1120 }),
        ("deep joke", VoiceShape { pitch_cents: -700, formant_permille: -180, speed_permille: 920 }),
    ];

    /// `None` where one of them lies outside of its range.
    pub fn new(semitones: f64, formant_per_cent: f64, speed: f64) -> Option<Self> {
        let within = |value: f64, (least, most): (f64, f64)| (least..=most).contains(&value);
        let is_usable =
            within(semitones, Self::PITCH) && within(formant_per_cent, Self::FORMANT) && within(speed, Self::SPEED);
        is_usable.then(|| Self {
            pitch_cents: (semitones * 100.0).round() as i32,
            formant_permille: (formant_per_cent * 10.0).round() as i32,
            speed_permille: (speed * 1000.0).round() as i32,
        })
    }

    /// The shape of this name, written as in [`Self::PRESETS`]; `None` for any other.
    pub fn preset(name: &str) -> Option<Self> {
        Self::PRESETS.iter().find(|(known, _)| *known == name).map(|(_, shape)| *shape)
    }

    /// Whether it leaves a voice as it is.
    pub fn is_neutral(self) -> bool {
        self == Self::default()
    }

    /// How many times as high the voice is.
    pub fn pitch(self) -> f64 {
        (f64::from(self.pitch_cents) / 1200.0).exp2()
    }

    /// How many times as high its resonances lie.
    pub fn formant(self) -> f64 {
        1.0 + f64::from(self.formant_permille) / 1000.0
    }

    /// How many times as fast it speaks.
    pub fn speed(self) -> f64 {
        f64::from(self.speed_permille) / 1000.0
    }
}

/// `+4 semitones, formants +12 %, speed 1.05`; nothing of what stays as it is.
impl std::fmt::Display for VoiceShape {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut parts = Vec::new();
        if self.pitch_cents != 0 {
            parts.push(format!("{:+} semitones", f64::from(self.pitch_cents) / 100.0));
        }
        if self.formant_permille != 0 {
            parts.push(format!("formants {:+} %", f64::from(self.formant_permille) / 10.0));
        }
        if self.speed_permille != 1000 {
            parts.push(format!("speed {}", self.speed()));
        }
        f.write_str(&if parts.is_empty() { "as it is".to_owned() } else { parts.join(", ") })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shape_says_what_it_does() {
        let shape = VoiceShape::new(4.0, 12.0, 1.05).unwrap();
        assert_eq!(shape.to_string(), "+4 semitones, formants +12 %, speed 1.05");
        assert!((shape.pitch() - 1.2599).abs() < 1e-4 && (shape.formant() - 1.12).abs() < 1e-9);
        assert!(VoiceShape::new(0.0, 0.0, 1.0).unwrap().is_neutral());
        assert_eq!(VoiceShape::preset("deep joke").unwrap().to_string(), "-7 semitones, formants -18 %, speed 0.92");
    }

    #[test]
    fn a_shape_outside_of_what_sounds_is_none() {
        for (pitch, formant, speed) in
            [(13.0, 0.0, 1.0), (0.0, -31.0, 1.0), (0.0, 0.0, 0.4), (f64::NAN, 0.0, 1.0), (0.0, f64::INFINITY, 1.0)]
        {
            assert_eq!(VoiceShape::new(pitch, formant, speed), None);
        }
        for (_, shape) in VoiceShape::PRESETS {
            let again = VoiceShape::new(
                f64::from(shape.pitch_cents) / 100.0,
                f64::from(shape.formant_permille) / 10.0,
                shape.speed(),
            );
            assert_eq!(again, Some(shape));
        }
    }
}
