//! Portrait providers.

pub mod compatible;
pub mod files;
pub mod openai;
pub mod partials;
pub mod reply;
pub mod sizes;
pub mod sketch;

pub use compatible::CompatibleImages;
pub use openai::OpenAiImages;
pub use sketch::Sketch;
