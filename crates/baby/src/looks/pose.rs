//! The expression of the drawn baby: every moving part as a number. A tone is a row of numbers; talking moves `open`,
//! `round`, `lid`, `tilt` and the brows from frame to frame. Called by the animation code; knows nothing of pixels.

use domain::Tone;

/// Where every moving part stands. Lengths are in art units (the portrait is 1024 of them wide), angles in degrees.
/// Values outside their range are drawn as the nearest inside it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pose {
    /// Lean of the head, −15 to 15; positive leans to the viewer's right.
    pub tilt: f32,
    /// Turn of the face, −1 to 1: the features slide to the viewer's left or right over the head.
    pub turn: f32,
    /// Nod of the face, −1 to 1: chin up is positive.
    pub nod: f32,
    /// Whole-head bob in art units, right and down, each −40 to 40.
    pub bob: (f32, f32),
    /// Lean towards the viewer, 0 to 1: the head grows.
    pub lean: f32,
    /// Breath, 0 (out) to 1 (in): shoulders and chest rise.
    pub breath: f32,
    /// Inner end of the brows above (positive) or below the outer end, −30 to 30.
    pub brow_slope: f32,
    /// Both brows up, −20 to 50.
    pub brow_lift: f32,
    /// The brow on the viewer's right up, on top of `brow_lift`, −40 to 40.
    pub brow_asymmetry: f32,
    /// Height of the eyes, 0.6 to 1.25.
    pub eye_height: f32,
    /// Upper lids, 0 (open) to 1 (shut).
    pub lid: f32,
    /// Lower lids pushed up by the cheeks, 0 to 1.
    pub squint: f32,
    /// Where the irises look, right and down, each −24 to 24.
    pub look: (f32, f32),
    /// Mouth, 0 (closed) to 1 (wide open).
    pub open: f32,
    /// Corners of the mouth, −1 (down) to 1.2 (up).
    pub smile: f32,
    /// Lips drawn together as for "oo", 0 to 1.
    pub round: f32,
    /// A one-sided smile, −1 (viewer's left) to 1 (viewer's right).
    pub side_smile: f32,
    /// Colour of the cheeks, 0 to 1.
    pub blush: f32,
}

impl Pose {
    /// The face at rest: what a tone departs from and what a listening baby shows.
    pub const REST: Pose = Pose {
        tilt: 0.0,
        turn: 0.0,
        nod: 0.0,
        bob: (0.0, 0.0),
        lean: 0.0,
        breath: 0.0,
        brow_slope: 6.0,
        brow_lift: 10.0,
        brow_asymmetry: 0.0,
        eye_height: 1.0,
        lid: 0.0,
        squint: 0.0,
        look: (0.0, 0.0),
        open: 0.18,
        smile: 0.4,
        round: 0.0,
        side_smile: 0.0,
        blush: 0.55,
    };

    /// The expression a tone asks of the face.
    pub fn for_tone(tone: Tone) -> Pose {
        let rest = Pose::REST;
        match tone {
            Tone::Warm => Pose {
                tilt: -5.0,
                brow_slope: 11.0,
                brow_lift: 14.0,
                squint: 0.22,
                open: 0.26,
                smile: 1.0,
                blush: 0.85,
                ..rest
            },
            Tone::Curious => Pose {
                tilt: 7.0,
                turn: 0.25,
                nod: 0.25,
                brow_slope: 15.0,
                brow_lift: 30.0,
                eye_height: 1.12,
                look: (15.0, -12.0),
                open: 0.3,
                smile: 0.1,
                round: 0.9,
                ..rest
            },
            Tone::Energetic => Pose {
                tilt: -3.0,
                nod: 0.2,
                brow_slope: 4.0,
                brow_lift: 26.0,
                eye_height: 1.12,
                squint: 0.1,
                open: 1.0,
                smile: 1.2,
                blush: 0.9,
                ..rest
            },
            Tone::Serious => Pose {
                nod: -0.25,
                brow_slope: -19.0,
                brow_lift: -6.0,
                eye_height: 0.92,
                lid: 0.17,
                open: 0.0,
                smile: -0.18,
                blush: 0.3,
                ..rest
            },
            Tone::Sceptical => Pose {
                tilt: -6.0,
                turn: -0.25,
                brow_slope: -6.0,
                brow_lift: -2.0,
                brow_asymmetry: 36.0,
                eye_height: 0.88,
                lid: 0.3,
                squint: 0.22,
                look: (18.0, 0.0),
                open: 0.0,
                smile: -0.4,
                side_smile: -0.25,
                blush: 0.35,
                ..rest
            },
            Tone::Sleepy => Pose {
                tilt: 10.0,
                nod: -0.45,
                brow_slope: 13.0,
                brow_lift: 10.0,
                lid: 0.62,
                look: (0.0, 12.0),
                open: 0.12,
                smile: 0.4,
                blush: 0.75,
                ..rest
            },
            Tone::Mischievous => Pose {
                tilt: -8.0,
                turn: 0.2,
                brow_slope: -15.0,
                brow_lift: 2.0,
                brow_asymmetry: 24.0,
                eye_height: 0.95,
                lid: 0.14,
                squint: 0.28,
                look: (-18.0, 2.0),
                open: 0.0,
                smile: 0.55,
                side_smile: 1.0,
                ..rest
            },
            Tone::Proud => Pose {
                tilt: 2.0,
                nod: 0.95,
                brow_slope: 5.0,
                brow_lift: 30.0,
                eye_height: 0.95,
                lid: 0.24,
                squint: 0.42,
                look: (0.0, 7.0),
                open: 0.0,
                smile: 1.2,
                blush: 0.95,
                ..rest
            },
            Tone::Neutral => rest,
        }
    }

    /// The same pose with every number inside its range; what is not a number becomes the resting value.
    pub fn within_range(self) -> Pose {
        let rest = Pose::REST;
        let keep = |value: f32, rest: f32, low: f32, high: f32| {
            if value.is_finite() { value.clamp(low, high) } else { rest }
        };
        Pose {
            tilt: keep(self.tilt, rest.tilt, -15.0, 15.0),
            turn: keep(self.turn, rest.turn, -1.0, 1.0),
            nod: keep(self.nod, rest.nod, -1.0, 1.0),
            bob: (keep(self.bob.0, rest.bob.0, -40.0, 40.0), keep(self.bob.1, rest.bob.1, -40.0, 40.0)),
            lean: keep(self.lean, rest.lean, 0.0, 1.0),
            breath: keep(self.breath, rest.breath, 0.0, 1.0),
            brow_slope: keep(self.brow_slope, rest.brow_slope, -30.0, 30.0),
            brow_lift: keep(self.brow_lift, rest.brow_lift, -20.0, 50.0),
            brow_asymmetry: keep(self.brow_asymmetry, rest.brow_asymmetry, -40.0, 40.0),
            eye_height: keep(self.eye_height, rest.eye_height, 0.6, 1.25),
            lid: keep(self.lid, rest.lid, 0.0, 1.0),
            squint: keep(self.squint, rest.squint, 0.0, 1.0),
            look: (keep(self.look.0, rest.look.0, -24.0, 24.0), keep(self.look.1, rest.look.1, -24.0, 24.0)),
            open: keep(self.open, rest.open, 0.0, 1.0),
            smile: keep(self.smile, rest.smile, -1.0, 1.2),
            round: keep(self.round, rest.round, 0.0, 1.0),
            side_smile: keep(self.side_smile, rest.side_smile, -1.0, 1.0),
            blush: keep(self.blush, rest.blush, 0.0, 1.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_tone_has_a_pose_of_its_own_within_range() {
        for (index, tone) in Tone::ALL.into_iter().enumerate() {
            let pose = Pose::for_tone(tone);
            assert_eq!(pose, pose.within_range(), "{tone:?} leaves its range");
            for other in &Tone::ALL[..index] {
                assert_ne!(pose, Pose::for_tone(*other), "{tone:?} looks like {other:?}");
            }
        }
    }

    #[test]
    fn what_is_no_number_becomes_the_resting_value() {
        let pose = Pose { open: f32::NAN, tilt: f32::INFINITY, look: (f32::NEG_INFINITY, 99.0), ..Pose::REST };
        let kept = pose.within_range();
        assert_eq!((kept.open, kept.tilt, kept.look), (Pose::REST.open, 0.0, (0.0, 24.0)));
    }
}
