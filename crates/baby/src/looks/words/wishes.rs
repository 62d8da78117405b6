//! What an appearance asks for: one field a thing that can be drawn. Filled by `grammar`, granted by `look`.

use crate::looks::wardrobe::{GlassesShape, HairStyle, HeadphoneTrim, HeadwearKind, Mark, Outfit, Pattern, Teeth, Toy};
use crate::paint::palette::{Hair, Iris, Rgb};

/// What is asked of a thing that a baby may have or not.
#[derive(Debug, Default, Clone, Copy, PartialEq)]
pub enum Asked {
    /// The seed decides.
    #[default]
    Nothing,
    Without,
    /// In this colour, or in one that suits.
    With(Option<Rgb>),
}

impl Asked {
    pub fn is_with(self) -> bool {
        matches!(self, Asked::With(_))
    }

    /// The colour of the thing, or `suited`, where it is asked for.
    pub fn colour_or(self, suited: Rgb) -> Option<Rgb> {
        match self {
            Asked::With(colour) => Some(colour.unwrap_or(suited)),
            Asked::Nothing | Asked::Without => None,
        }
    }
}

/// What the words ask for; `None` leaves the choice to the seed.
#[derive(Debug, Default, Clone, PartialEq)]
pub struct Wishes {
    /// Index into `palette::SKINS`.
    pub skin: Option<usize>,
    pub hair: Option<HairStyle>,
    pub hair_colour: Option<Hair>,
    pub hair_bows: Asked,
    pub eyes: Option<Iris>,
    pub long_lashes: bool,
    pub teeth: Option<Teeth>,
    pub freckles: Option<bool>,
    /// Beside freckles.
    pub marks: Vec<Mark>,
    pub chubby: bool,
    pub glasses: Asked,
    pub glasses_shape: Option<GlassesShape>,
    pub dark_lenses: bool,
    pub headwear: Option<HeadwearKind>,
    pub headwear_colour: Asked,
    pub outfit: Option<Outfit>,
    pub cloth: Option<Rgb>,
    pub trim: Option<Rgb>,
    pub pattern: Option<Pattern>,
    /// Under dungarees, a waistcoat or a cardigan.
    pub shirt: Option<Rgb>,
    pub bib: Asked,
    pub bow_tie: Asked,
    pub cape: Asked,
    pub tutu: Asked,
    pub pacifier: Asked,
    pub headphones: Option<Rgb>,
    pub headphone_pad: Option<Rgb>,
    pub headphone_trim: Option<HeadphoneTrim>,
    pub curtain: Option<Rgb>,
    pub toy: Option<Toy>,
    pub toy_colour: Option<Rgb>,
}

/// An appearance, understood as far as the sketch can.
#[derive(Debug, Default)]
pub struct Reading {
    pub wishes: Wishes,
    /// Words that change nothing in the picture, in their order, each once.
    pub unknown: Vec<String>,
}
