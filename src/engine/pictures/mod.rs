//! Pictures for front ends that are no products: a frame of a clip at a second, a baby that talks.

pub mod preview;
pub mod talking;
