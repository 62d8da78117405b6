//! What babies can have on and about them: hair, clothes, hats, toys. Chosen by `look`, named in words by `words`, drawn by
//! a file each.

use super::palette::Rgb;

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
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Toy {
    Rattle,
    Duck,
    Blocks,
    Bottle,
}
