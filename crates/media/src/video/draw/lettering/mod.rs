//! Letters: which fonts a text is set in, how its words are shaped, and where a line may break. Called by `captions`, `card`
//! and the code that writes into a frame; knows no pages and no time.

pub mod colour;
pub mod fonts;
pub mod glyphs;
pub mod groups;
#[cfg(test)]
pub mod tests;
pub mod typesetter;

/// Height of a capital letter as a fraction of the size.
pub const CAPITAL: f32 = 0.72;
