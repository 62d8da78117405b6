//! The body, its clothes, and its hands.

pub mod body;
pub mod extras;
pub mod hands;
pub mod knitwear;
pub mod outfit;
