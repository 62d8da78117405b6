//! What the user sets about the providers. The sections are read from the config file as they stand here; keys and
//! addresses come from the environment and are in no file.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// All of it; the default is what a person without any config gets.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct ProviderConfig {
    /// Portraits for money.
    pub openai: OpenAiConfig,
    /// Voices for money.
    pub elevenlabs: ElevenLabsConfig,
    /// Portraits by a server of the user's own.
    pub image_server: ServerConfig,
    /// Voices by a server of the user's own.
    pub voice_server: ServerConfig,
    /// Scripts for money.
    pub writer: WriterConfig,
    /// Scripts by a server of the user's own.
    pub writer_server: WriterServerConfig,
    /// Transcripts by a server of the user's own.
    pub transcript_server: ServerConfig,
    /// The model that the whisper.cpp program of this machine hears with; `None` is its own.
    #[serde(skip)]
    pub whisper_model: Option<PathBuf>,
    /// Laid over the built-in prices.
    pub prices: toml::Table,
}

/// `[openai]`
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct OpenAiConfig {
    /// `OPENAI_API_KEY`
    #[serde(skip)]
    pub key: Option<SecretString>,
    /// `OPENAI_BASE_URL`
    #[serde(skip)]
    pub base_url: Option<String>,
    /// An image model, as OpenAI calls it; part of a picture's key. A profile may name another one.
    pub model: String,
    /// `auto`, `low`, `medium`, `high`; newer models also `xhigh`, `max`.
    pub quality: String,
    /// `1024x1536`, …
    pub size: String,
    /// `auto` or `low`. Not part of a picture's key: loosening the filter remakes nothing.
    pub moderation: Option<String>,
    /// Unfinished pictures that the studio shows while a portrait is made, 0 to 3; each costs a little.
    pub partials: u8,
    /// The longest that one picture may take.
    #[serde(rename = "time_limit_s", with = "seconds")]
    pub time_limit: Duration,
    /// The most calls at once; without it, as many as the provider takes.
    pub at_once: Option<usize>,
    /// Sent with each request as they are.
    pub parameters: BTreeMap<String, Value>,
}

/// `[elevenlabs]`
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct ElevenLabsConfig {
    /// `ELEVENLABS_API_KEY`
    #[serde(skip)]
    pub key: Option<SecretString>,
    /// `ELEVENLABS_BASE_URL`
    #[serde(skip)]
    pub base_url: Option<String>,
    /// A speech model, as ElevenLabs calls it; part of a line's key.
    pub model: String,
    /// `pcm_24000` by default: without loss, exact to the sample for the timestamps, and in every plan.
    pub output_format: String,
    /// The model that listens to recordings.
    pub transcript_model: String,
    /// The model that puts a line of a recording into another voice.
    pub changer_model: String,
    /// The model that makes sound effects.
    pub effects_model: String,
    /// The model that makes music.
    pub music_model: String,
    /// What is sent along for a more natural flow.
    pub voice_context: VoiceContext,
    /// The longest that one line or dialogue may take.
    #[serde(rename = "time_limit_s", with = "seconds")]
    pub time_limit: Duration,
    /// The most calls at once; without it, as many as the provider takes.
    pub at_once: Option<usize>,
    /// Alias → voice, laid over `baby_voice_1` … `baby_voice_8`.
    pub voices: BTreeMap<String, String>,
    /// Sent with each request as they are; `voice_settings` are laid over those of the tone.
    pub parameters: BTreeMap<String, Value>,
}

/// What a voice is told beside its line. It is part of the key: with neighbours, a changed line remakes those around it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum VoiceContext {
    /// Nothing but the line.
    #[default]
    None,
    /// The lines before and after, where the model takes them.
    Neighbours,
}

/// `[image_server]`, `[voice_server]` and `[transcript_server]`: servers that speak OpenAI's language.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct ServerConfig {
    /// `BABBLECAST_IMAGE_KEY`, `BABBLECAST_VOICE_KEY`, `BABBLECAST_TRANSCRIPT_KEY`
    #[serde(skip)]
    pub key: Option<SecretString>,
    /// `BABBLECAST_IMAGE_BASE_URL`, `BABBLECAST_VOICE_BASE_URL`, `BABBLECAST_TRANSCRIPT_BASE_URL`
    #[serde(skip)]
    pub base_url: Option<String>,
    /// Empty: the server's own.
    pub model: String,
    /// The longest that one picture or line may take; of a recording, beside a quarter of its length.
    #[serde(rename = "time_limit_s", with = "seconds")]
    pub time_limit: Duration,
    /// The most calls at once; without it, one picture, two lines or one recording.
    pub at_once: Option<usize>,
    /// Of a voice server: alias → voice, laid over `baby_voice_1` … `baby_voice_8`.
    pub voices: BTreeMap<String, String>,
    /// Of a voice server: whether its grown-up voices are raised to babies here, as the built-in one is.
    pub baby: bool,
    /// Sent with each request as they are.
    pub parameters: BTreeMap<String, Value>,
}

/// `[writer]`: OpenAI's language models. They have the key and the address of its pictures.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct WriterConfig {
    /// `OPENAI_API_KEY`
    #[serde(skip)]
    pub key: Option<SecretString>,
    /// `OPENAI_BASE_URL`
    #[serde(skip)]
    pub base_url: Option<String>,
    /// A language model, as OpenAI calls it; part of a script's key.
    pub model: String,
    /// The longest answer, in tokens, what the model thinks included: it bounds the price.
    pub longest_answer: u32,
    /// The longest that one answer may take.
    #[serde(rename = "time_limit_s", with = "seconds")]
    pub time_limit: Duration,
    /// The most calls at once; without it, as many as the provider takes.
    pub at_once: Option<usize>,
    /// Sent with each request as they are.
    pub parameters: BTreeMap<String, Value>,
}

/// `[writer_server]`: a server of language models that speaks OpenAI's chat.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct WriterServerConfig {
    /// `BABBLECAST_WRITER_KEY`
    #[serde(skip)]
    pub key: Option<SecretString>,
    /// `BABBLECAST_WRITER_BASE_URL`
    #[serde(skip)]
    pub base_url: Option<String>,
    /// Empty: the server's own.
    pub model: String,
    /// As in [`WriterConfig`].
    pub longest_answer: u32,
    /// The longest that one answer may take.
    #[serde(rename = "time_limit_s", with = "seconds")]
    pub time_limit: Duration,
    /// The most calls at once; without it, one.
    pub at_once: Option<usize>,
    /// Sent with each request as they are.
    pub parameters: BTreeMap<String, Value>,
}

/// A script of 14 lines has 600 tokens; models think before they write.
const LONGEST_ANSWER: u32 = 6_000;

impl Default for WriterConfig {
    fn default() -> Self {
        Self {
            key: None,
            base_url: None,
            model: "gpt-6-luna".to_owned(),
            longest_answer: LONGEST_ANSWER,
            time_limit: Duration::from_mins(3),
            at_once: None,
            parameters: BTreeMap::new(),
        }
    }
}

impl Default for WriterServerConfig {
    fn default() -> Self {
        Self {
            key: None,
            base_url: None,
            model: String::new(),
            longest_answer: LONGEST_ANSWER,
            time_limit: Duration::from_mins(10),
            at_once: None,
            parameters: BTreeMap::new(),
        }
    }
}

impl Default for OpenAiConfig {
    fn default() -> Self {
        Self {
            key: None,
            base_url: None,
            model: "gpt-image-2.6-flare".to_owned(),
            quality: "medium".to_owned(),
            size: "1024x1536".to_owned(),
            moderation: None,
            partials: 2,
            time_limit: Duration::from_mins(10),
            at_once: None,
            parameters: BTreeMap::new(),
        }
    }
}

impl Default for ElevenLabsConfig {
    fn default() -> Self {
        Self {
            key: None,
            base_url: None,
            model: "eleven_multilingual_v2".to_owned(),
            output_format: "pcm_24000".to_owned(),
            transcript_model: "scribe_v2".to_owned(),
            changer_model: "eleven_multilingual_sts_v2".to_owned(),
            effects_model: "eleven_text_to_sound_v2".to_owned(),
            music_model: "music_v1".to_owned(),
            voice_context: VoiceContext::None,
            time_limit: Duration::from_mins(2),
            at_once: None,
            voices: BTreeMap::new(),
            parameters: BTreeMap::new(),
        }
    }
}

impl Default for ServerConfig {
    fn default() -> Self {
        Self {
            key: None,
            base_url: None,
            model: String::new(),
            time_limit: Duration::from_mins(10),
            at_once: None,
            voices: BTreeMap::new(),
            baby: false,
            parameters: BTreeMap::new(),
        }
    }
}

/// A setting that can be read and cannot be meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wrong {
    /// `openai.size`
    pub key: &'static str,
    /// A clause, for the user.
    pub why: String,
}

impl Wrong {
    pub(super) fn new(key: &'static str, why: impl Into<String>) -> Self {
        Self { key, why: why.into() }
    }
}

impl std::fmt::Display for Wrong {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} cannot be used: {}.", self.key, self.why)
    }
}

/// A time limit, in the file as whole seconds.
mod seconds {
    use std::time::Duration;

    use serde::de::Error;
    use serde::{Deserialize, Deserializer, Serializer};

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
        let seconds = u64::deserialize(deserializer)?;
        if (1..=3_600).contains(&seconds) {
            Ok(Duration::from_secs(seconds))
        } else {
            Err(D::Error::custom("a time limit is 1 to 3600 seconds"))
        }
    }

    pub fn serialize<S: Serializer>(limit: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u64(limit.as_secs())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_config_file_sets_what_it_names_and_nothing_else() {
        let config: ProviderConfig = toml::from_str(
            "[openai]\nquality = \"high\"\ntime_limit_s = 900\nparameters = { background = \"opaque\" }\n\
             [elevenlabs.voices]\nbaby_voice_1 = \"abc\"\n[prices.openai]\ntext_in = 4",
        )
        .unwrap();
        assert_eq!((config.openai.quality.as_str(), config.openai.model.as_str()), ("high", "gpt-image-2.6-flare"));
        assert_eq!(config.openai.time_limit, Duration::from_mins(15));
        assert_eq!(config.elevenlabs.voices["baby_voice_1"], "abc");
    }

    #[test]
    fn a_key_cannot_be_put_into_a_file_and_is_not_printed() {
        assert!(toml::from_str::<ProviderConfig>("[openai]\nkey = \"sk-canary\"").is_err());
        assert!(toml::from_str::<ProviderConfig>("[openai]\ntime_limit_s = 0").is_err());
        let mut config = ProviderConfig::default();
        config.openai.key = Some("sk-canary".into());
        config.image_server.key = Some("sk-canary".into());
        assert!(!format!("{config:?}").contains("canary"));
    }
}
