//! The head, its features, and what is worn on it.

pub mod bare_head;
pub mod curls;
pub mod eyes;
pub mod features;
pub mod festive;
pub mod glasses;
pub mod hair;
pub mod headphones;
pub mod headwear;
pub mod locks;
pub mod marks;
pub mod mouth;
