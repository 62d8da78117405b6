//! Words by language models: OpenAI's, and servers that speak its older language. Both answer in JSON of a given shape.

mod answer;
pub mod compatible;
pub mod openai;
mod writers;

pub use compatible::CompatibleWriter;
pub use openai::OpenAiWriter;
pub use writers::Writers;
