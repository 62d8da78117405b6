//! What the outside providers are called, for people.

pub(super) const OPENAI: &str = "OpenAI";
pub(super) const ELEVENLABS: &str = "ElevenLabs";
