//! What babies can have on and about them: hair, clothes, hats, toys. Chosen by `look`, named in words by `words`, drawn by
//! a file each.

use crate::paint::palette::Rgb;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HairStyle {
    Bald,
    Tuft,
    Wispy,
    Sweep,
    Fringe,
    Bob,
    Curly,
    Afro,
    Bunches,
    Buns,
    Fountain,
    Mohawk,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outfit {
    Romper,
    Onesie,
    Dungarees,
    Hoodie,
    Sweater,
    Cardigan,
    Waistcoat,
    Leotard,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pattern {
    Plain,
    Stripes,
    Dots,
    Stars,
    Hearts,
    Checks,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HeadwearKind {
    Bonnet,
    Beanie,
    Bow,
    Headband,
    Flower,
    Crown,
    Tiara,
    PartyHat,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Headwear {
    pub kind: HeadwearKind,
    pub colour: Rgb,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HeadphoneTrim {
    Plain,
    Star,
    Heart,
    BearEars,
    CatEars,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Teeth {
    None,
    Upper,
    Lower,
    /// Two with room for a third between them.
    Gap,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Toy {
    Rattle,
    Duck,
    Blocks,
    Bottle,
    /// Only when asked for, as the teddy.
    Ball,
    Teddy,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GlassesShape {
    Round,
    Square,
    Heart,
    Star,
    CatEye,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Glasses {
    pub shape: GlassesShape,
    pub frame: Rgb,
    /// Against the sun.
    pub dark: bool,
}

/// What is on the skin of a face.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    Freckles,
    Mole,
    Crumbs,
    Dimples,
}

/// What is worn over the clothes, each in its colour.
#[derive(Debug, Default, Clone, Copy, PartialEq)]
pub struct Extras {
    pub bib: Option<Rgb>,
    pub bow_tie: Option<Rgb>,
    pub cape: Option<Rgb>,
    pub tutu: Option<Rgb>,
    pub pacifier: Option<Rgb>,
}
