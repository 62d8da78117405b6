//! Portrait providers.

pub(crate) mod compatible;
pub(crate) mod files;
pub(crate) mod openai;
pub(crate) mod partials;
pub(crate) mod reply;
pub(crate) mod sizes;
pub(crate) mod sketch;

pub(crate) use compatible::CompatibleImages;
pub(crate) use openai::OpenAiImages;
pub use sketch::Sketch;
