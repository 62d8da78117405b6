//! The parts of a campaign that can be asked for by name.

use schemars::JsonSchema;
use serde::Deserialize;
use strum::IntoEnumIterator;

use crate::plan::Product;

/// A part of a campaign; with it comes what it is made of.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema, strum::EnumIter, strum::EnumString, strum::IntoStaticStr,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Part {
    /// The faces.
    Portraits,
    /// The lines as they are heard.
    Voices,
    /// The silent pictures of the scenes.
    Clips,
    /// The finished video.
    Episode,
}

impl Part {
    /// The parts that make these products.
    pub fn of(products: &[Product]) -> Vec<Self> {
        let makes = |part: &Self| part.products().iter().any(|product| products.contains(product));
        Self::iter().filter(makes).collect()
    }

    /// As it is written on a command line and in JSON.
    pub fn name(self) -> &'static str {
        self.into()
    }

    /// What [`crate::engine::Scope::products`] names it by.
    pub fn products(self) -> &'static [Product] {
        match self {
            // A photo's face is looked for as soon as the photo is there.
            Part::Portraits => &[Product::Portrait, Product::Marks],
            Part::Voices => &[Product::Voice],
            Part::Clips => &[Product::Clip],
            Part::Episode => &[Product::Episode],
        }
    }
}
