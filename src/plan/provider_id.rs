//! The names of all that makes something: outside providers and built-in parts. They stand in requests, and so in keys,
//! in sidecars and in the journal.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Who makes a product.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    JsonSchema,
    strum::Display,
    strum::EnumString,
    strum::IntoStaticStr,
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum ProviderId {
    /// The drawn baby.
    Sketch,
    /// Portraits by OpenAI's image models.
    #[serde(rename = "openai")]
    #[strum(serialize = "openai")]
    OpenAi,
    /// An image server that speaks OpenAI's language.
    CompatibleImage,
    /// The built-in English voice.
    Neural,
    /// The built-in voice of five languages.
    Pico,
    /// The larger voice that can be installed.
    Kokoro,
    /// Voices and dialogues by ElevenLabs.
    #[serde(rename = "elevenlabs")]
    #[strum(serialize = "elevenlabs")]
    ElevenLabs,
    /// A voice server that speaks OpenAI's language.
    CompatibleVoice,
    /// Scripts by OpenAI's language models.
    #[serde(rename = "openai-writer")]
    #[strum(serialize = "openai-writer")]
    OpenAiWriter,
    /// A server of language models that speaks OpenAI's language.
    CompatibleWriter,
    /// A transcription server that speaks OpenAI's language.
    CompatibleTranscript,
    /// The whisper.cpp program of this machine.
    Whisper,
    /// The user's own material and kept pictures.
    Own,
    /// Looks for the face of a photo.
    Face,
    /// Cuts a dialogue into the voices of its lines.
    Cut,
    /// Makes a baby's voice of an adult's.
    Shape,
    /// Synthesises sound effects.
    Effects,
    /// Draws and encodes the clip of a scene.
    Clip,
    /// Encodes cross-fades.
    Fade,
    /// Joins clips and sound into the finished video.
    Episode,
}

impl ProviderId {
    /// As it stands in requests and in the journal.
    pub fn name(self) -> &'static str {
        self.into()
    }
}
