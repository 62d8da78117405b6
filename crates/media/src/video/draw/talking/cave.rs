//! What is seen between the lips: a dark palate, a wet tongue that lies higher for wide sounds, gums behind the lips, and
//! the upper lip's shadow over all. No teeth: painted baby teeth look wrong.

use super::mouth::{MouthRig, Shape};
use face::{Yuv, smooth};

/// One frame's inside, with all that is the same for each of its pixels.
pub struct Cave<'a> {
    mouth: &'a MouthRig,
    half: f32,
    gap: f32,
    /// How much light falls in, 0 to 1.
    open: f32,
    /// Height of the tongue, and over how many pixels its edge fades.
    tongue: f32,
    tongue_edge: f32,
    /// How much of tongue and of either gum shows at this opening.
    tongue_seen: f32,
    lower_gum: f32,
    upper_gum: f32,
    wet: f32,
}

fn mix(one: Yuv, other: Yuv, share: f32) -> Yuv {
    std::array::from_fn(|part| one[part] + (other[part] - one[part]) * share)
}

/// So much of its light; colour fades slower than light does.
fn lit(colour: Yuv, light: f32) -> Yuv {
    let light = light.max(0.0);
    let faded = light.sqrt();
    [16.0 + (colour[0] - 16.0) * light, 128.0 + (colour[1] - 128.0) * faded, 128.0 + (colour[2] - 128.0) * faded]
}

impl<'a> Cave<'a> {
    pub fn new(mouth: &'a MouthRig, shape: &Shape) -> Self {
        let (half, gap) = (mouth.shape.half, shape.gap.max(1.0));
        Self {
            mouth,
            half,
            gap,
            open: smooth(0.05 * half, 0.6 * half, gap),
            tongue: gap * (0.52 + 0.14 * shape.wide - 0.10 * shape.round),
            tongue_edge: 0.035 * half + 0.10 * gap,
            tongue_seen: 0.95 * smooth(0.06 * half, 0.22 * half, gap),
            lower_gum: 0.75 * smooth(0.16 * half, 0.4 * half, gap),
            // What an open photo shows above is its own.
            upper_gum: if mouth.gap == 0.0 { 0.55 * smooth(0.25 * half, 0.6 * half, gap) } else { 0.0 },
            wet: mouth.lip[0] / 120.0,
        }
    }

    /// The colour at a place: along the mouth, below the upper and above the lower lip.
    pub fn at(&self, along: f32, below_upper: f32, above_lower: f32) -> Yuv {
        let (half, gap) = (self.half, self.gap);
        let depth = (below_upper / (below_upper + above_lower).max(0.5)).clamp(0.0, 1.0);
        let mut colour = lit(self.mouth.deep, 0.75 + 0.35 * self.open + 0.35 * depth);
        let across = along * along;
        let hill = self.tongue * (1.0 - across / 0.74).max(0.0).powf(0.55);
        let tongue = self.tongue_seen * smooth(-self.tongue_edge, self.tongue_edge, hill - above_lower);
        if tongue > 0.0 {
            let up = (1.0 - above_lower / self.tongue.max(1.0)).clamp(0.0, 1.0);
            let groove = 1.0 - 0.13 * (-across / 0.0121).exp() * (1.0 - up);
            let rounded = (1.0 - 0.30 * across / 0.64).max(0.5);
            colour = mix(colour, lit(self.mouth.tongue, (0.50 + 0.34 * up.powf(0.7)) * groove * rounded), tongue);
            let spot = |middle: f32, width: f32| {
                let (x, y) = ((along - middle) / width, (up - 0.42) / 0.20);
                (1.0 - x * x - y * y).max(0.0)
            };
            colour[0] += tongue * self.wet * (13.0 * spot(-0.26, 0.20) + 17.0 * spot(0.22, 0.24));
        }
        let middle = (1.0 - across).max(0.0).sqrt();
        let gum = self.lower_gum * smooth(0.13 * half, 0.04 * half, above_lower) * middle;
        colour = mix(colour, lit(self.mouth.gum, 0.66), gum);
        let gum = self.upper_gum * smooth(0.16 * half, 0.02 * half, below_upper) * middle;
        colour = mix(colour, lit(self.mouth.gum, 0.50), gum);
        let shadow = (1.0 - below_upper / (0.05 * half + 0.42 * gap)).clamp(0.0, 1.0);
        let corners = 1.0 - 0.50 * across.min(1.0) * across.min(1.0);
        let own = 1.0 - 0.35 * (1.0 - above_lower / (0.05 * half)).clamp(0.0, 1.0);
        lit(colour, (1.0 - 0.58 * shadow * shadow.sqrt()) * corners * own)
    }
}
