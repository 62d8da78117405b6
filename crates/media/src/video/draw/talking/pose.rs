//! Where everything that moves in a talking photo stands, and how the drawn baby's acting becomes that: the photo has an
//! expression of its own, so it takes over how the acted face differs from its tone at rest. Knows no pixels.

use baby::Pose as Acted;
use domain::Tone;

use crate::video::perform::lips::Lips;

/// All zero is the photo as it is, with its lips closed where they are open.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Pose {
    /// Whether the mouth stays as the photo has it, open or not: of one who listens.
    pub keeps_mouth: bool,
    /// Mouth, 0 (closed) to 1 (wide open).
    pub open: f32,
    /// Lips drawn together as for "oo" and apart as for "ee", 0 to 1.
    pub round: f32,
    pub wide: f32,
    /// Corners of the mouth up, −1 to 1.
    pub smile: f32,
    /// Upper lids, 0 (as they are) to 1 (shut).
    pub lid: f32,
    /// Brows up, −1 to 1.5.
    pub brow: f32,
    /// Where the irises look, right and down, in halves of the eye's width.
    pub gaze: (f32, f32),
    /// Turn to the viewer's right and nod down, in pixels a pixel of depth.
    pub yaw: f32,
    pub pitch: f32,
    /// Lean to the viewer's right, in radians.
    pub roll: f32,
    /// Right and down, in widths of the face.
    pub shift: (f32, f32),
    /// Towards the viewer: how much larger the head is.
    pub lean: f32,
    /// 0 (out) to 1 (in).
    pub breath: f32,
}

/// The farthest that a photo's head goes: beyond, it looks like rubber.
const MOST_YAW: f32 = 0.065;
const MOST_PITCH: f32 = 0.06;
const MOST_ROLL: f32 = 0.032;
const MOST_SHIFT: f32 = 0.014;

/// The farthest gaze, in halves of the eye's width.
const MOST_GAZE: (f32, f32) = (0.2, 0.07);

impl Pose {
    /// What the photo does where the drawn baby of this tone would do that; without lips it listens.
    pub fn of(acted: &Acted, lips: Option<Lips>, tone: Tone) -> Self {
        let (keeps_mouth, lips) = (lips.is_none(), lips.unwrap_or_default());
        let rest = Acted::for_tone(tone);
        let lid = (acted.lid - rest.lid) / (1.0 - rest.lid).max(0.1);
        let look = (acted.look.0 - rest.look.0, acted.look.1 - rest.look.1);
        Self {
            keeps_mouth,
            open: lips.open,
            round: lips.round,
            wide: lips.wide,
            smile: (0.6 * (acted.smile - rest.smile - 0.34 * lips.wide)).clamp(-0.3, 0.5),
            lid: lid.clamp(0.0, 1.0),
            brow: ((acted.brow_lift - rest.brow_lift) / 21.0).clamp(-0.5, 1.2),
            gaze: (
                (0.019 * look.0).clamp(-MOST_GAZE.0, MOST_GAZE.0),
                (0.009 * look.1).clamp(-MOST_GAZE.1, MOST_GAZE.1),
            ),
            yaw: bounded(0.26 * (acted.turn - rest.turn), MOST_YAW),
            pitch: bounded(-0.12 * (acted.nod - rest.nod), MOST_PITCH),
            roll: bounded(0.0065 * (acted.tilt - rest.tilt), MOST_ROLL),
            shift: (bounded(0.0011 * acted.bob.0, MOST_SHIFT), bounded(0.0011 * acted.bob.1, MOST_SHIFT)),
            lean: 0.011 * acted.lean,
            breath: acted.breath,
        }
    }
}

/// Within ±`most`, without a corner where it would be cut.
fn bounded(value: f32, most: f32) -> f32 {
    most * (value / most).tanh()
}
