//! A named colour, and what it is on skin, hair and eyes: "red" hair is ginger, "black" skin is not black.

use crate::paint::palette::{self, BLACK, Hair, Iris, Rgb};

/// A colour as it was named, with "dark" (true) or "light" (false) before it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Tint {
    pub name: &'static str,
    pub colour: Rgb,
    pub dark: Option<bool>,
}

impl Tint {
    /// As cloth shows it.
    pub fn rgb(self) -> Rgb {
        match self.dark {
            Some(true) => self.colour.mix(BLACK, 0.4),
            Some(false) => self.colour.lighter(0.45),
            None => self.colour,
        }
    }

    /// "Blond" and its kind say hair even where no hair is named.
    pub fn names_hair(self) -> bool {
        natural_hair_named(self.name).is_some()
    }

    pub fn names_eyes(self) -> bool {
        self.name == "hazel"
    }

    /// "A brown baby" is not dressed in brown.
    pub fn names_skin(self) -> bool {
        matches!(self.name, "white" | "black" | "brown" | "tan" | "chocolate" | "olive" | "beige")
    }
}

/// Colours that are named after hair or eyes, for whatever else is in them ("an auburn bow").
pub const NAMED_AFTER: [(&str, Rgb); 14] = [
    ("blonde", palette::BLONDE_HAIR.mid),
    ("blond", palette::BLONDE_HAIR.mid),
    ("fair", palette::BLONDE_HAIR.mid),
    ("flaxen", palette::BLONDE_HAIR.mid),
    ("brunette", palette::BROWN_HAIR.mid),
    ("ginger", palette::GINGER_HAIR.mid),
    ("redhead", palette::GINGER_HAIR.mid),
    ("redheaded", palette::GINGER_HAIR.mid),
    ("strawberry", palette::GINGER_HAIR.mid),
    ("auburn", palette::CHESTNUT_HAIR.mid),
    ("chestnut", palette::CHESTNUT_HAIR.mid),
    ("platinum", palette::PLATINUM_HAIR.mid),
    ("raven", palette::BLACK_HAIR.mid),
    ("hazel", palette::HAZEL_EYES.body),
];

fn natural_hair_named(name: &str) -> Option<Hair> {
    Some(match name {
        "blonde" | "blond" | "fair" | "flaxen" => palette::BLONDE_HAIR,
        "brunette" => palette::BROWN_HAIR,
        "ginger" | "redhead" | "redheaded" | "strawberry" => palette::GINGER_HAIR,
        "auburn" | "chestnut" => palette::CHESTNUT_HAIR,
        "platinum" => palette::PLATINUM_HAIR,
        "raven" => palette::BLACK_HAIR,
        _ => return None,
    })
}

/// Natural hair for the colours that name it, dyed for all others.
pub fn hair(tint: Tint) -> Hair {
    let natural = natural_hair_named(tint.name).or(match tint.name {
        "black" => Some(palette::BLACK_HAIR),
        "brown" => Some(palette::BROWN_HAIR),
        "chocolate" => Some(palette::DARK_BROWN_HAIR),
        "red" | "orange" => Some(palette::GINGER_HAIR),
        "golden" | "yellow" | "gold" => Some(palette::BLONDE_HAIR),
        "white" | "cream" => Some(palette::PLATINUM_HAIR),
        "grey" | "gray" | "silver" => Some(palette::GREY_HAIR),
        _ => None,
    });
    match (natural, tint.dark) {
        (None, _) => palette::dyed_hair(tint.rgb()),
        (Some(hair), None) => hair,
        (Some(hair), Some(true)) if hair == palette::BROWN_HAIR => palette::DARK_BROWN_HAIR,
        (Some(hair), Some(false)) if hair == palette::BLONDE_HAIR => palette::PLATINUM_HAIR,
        (Some(Hair { deep, mid, light }), Some(true)) => {
            Hair { deep: deep.darker(0.3), mid: mid.darker(0.35), light: light.darker(0.35) }
        }
        (Some(Hair { deep, mid, light }), Some(false)) => {
            Hair { deep: deep.lighter(0.16), mid: mid.lighter(0.24), light: light.lighter(0.3) }
        }
    }
}

pub fn hair_by_shade(dark: bool) -> Hair {
    if dark { palette::DARK_BROWN_HAIR } else { palette::BLONDE_HAIR }
}

pub fn eyes(tint: Tint) -> Iris {
    let natural = match tint.name {
        "brown" | "chestnut" | "auburn" => palette::BROWN_EYES,
        "black" | "chocolate" | "raven" => palette::DARK_EYES,
        "amber" | "gold" | "golden" => palette::AMBER_EYES,
        "hazel" => palette::HAZEL_EYES,
        "green" | "emerald" => palette::GREEN_EYES,
        "blue" | "sky" => palette::BLUE_EYES,
        "grey" | "gray" | "silver" => palette::GREY_EYES,
        "violet" | "purple" | "lavender" => palette::VIOLET_EYES,
        _ => palette::tinted_iris(tint.colour),
    };
    let Iris { rim, body, glow } = natural;
    match tint.dark {
        None => natural,
        Some(true) if natural == palette::BROWN_EYES => palette::DARK_EYES,
        Some(true) => Iris { rim: rim.mix(BLACK, 0.4), body: body.mix(BLACK, 0.4), glow: glow.mix(BLACK, 0.25) },
        Some(false) => Iris { rim, body: body.lighter(0.25), glow: glow.lighter(0.3) },
    }
}

pub fn eyes_by_shade(dark: bool) -> Iris {
    if dark { palette::DARK_EYES } else { palette::BLUE_EYES }
}

/// The skin nearest in lightness; white and black are the ends.
pub fn skin(tint: Tint) -> usize {
    if tint.name == "fair" {
        return 0;
    }
    if tint.name == "olive" && tint.dark.is_none() {
        return 2;
    }
    match tint.rgb().lightness() {
        lightness if lightness > 0.9 => 0,
        lightness if lightness > 0.78 => 1,
        lightness if lightness > 0.68 => 2,
        lightness if lightness > 0.5 => 3,
        lightness if lightness > 0.36 => 4,
        lightness if lightness > 0.2 => 5,
        _ => 6,
    }
}

pub fn skin_by_shade(dark: bool) -> usize {
    if dark { 5 } else { 0 }
}
