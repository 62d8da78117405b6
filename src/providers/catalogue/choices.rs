//! Who is to make what: the words of the config for it, and who it is where nobody is named.

use crate::plan::{Maker, ProviderId};
use crate::providers::config::ProviderConfig;
use crate::providers::voice::{Larger, Neural, Pico};

/// Who is to make the finals; `None` is the provider whose key or address is set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct FinalsChoice {
    /// Who makes portraits.
    pub image: Option<ImageChoice>,
    /// Who speaks lines.
    pub voice: Option<VoiceChoice>,
}

impl FinalsChoice {
    /// Who that is, whether or not they can be used as they are set up.
    pub(crate) fn of(self, config: &ProviderConfig) -> (ImageChoice, VoiceChoice) {
        let (image, voice) = automatic(config);
        (self.image.unwrap_or(image), self.voice.unwrap_or(voice))
    }
}

/// Who can make the portraits of finals.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImageChoice {
    /// OpenAI's image models, for money.
    OpenAi,
    /// A server that speaks OpenAI's language, free: [`crate::providers::config::ProviderConfig::image_server`].
    Compatible,
    /// The drawn baby, on this machine.
    Sketch,
}

/// Who can speak the lines of finals.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VoiceChoice {
    /// ElevenLabs, for money.
    ElevenLabs,
    /// A server that speaks OpenAI's language, free: [`crate::providers::config::ProviderConfig::voice_server`].
    Compatible,
    /// The embedded English voice.
    Neural,
    /// The embedded voice of five languages.
    Pico,
    /// The larger voice, where it is installed.
    Kokoro,
}

/// Which of the voices on this machine speaks drafts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, strum::EnumString, strum::IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum DraftVoice {
    /// English; the other languages are spoken by [`DraftVoice::Pico`].
    Neural,
    /// Five languages: the voice of earlier versions.
    Pico,
    /// Where it is installed.
    Kokoro,
}

impl VoiceChoice {
    /// The voice on this machine that this is, if it is one.
    pub(crate) fn built_in(self) -> Option<DraftVoice> {
        match self {
            VoiceChoice::Neural => Some(DraftVoice::Neural),
            VoiceChoice::Pico => Some(DraftVoice::Pico),
            VoiceChoice::Kokoro => Some(DraftVoice::Kokoro),
            VoiceChoice::ElevenLabs | VoiceChoice::Compatible => None,
        }
    }
}

impl DraftVoice {
    pub(crate) fn id(self) -> ProviderId {
        match self {
            DraftVoice::Neural => ProviderId::Neural,
            DraftVoice::Pico => ProviderId::Pico,
            DraftVoice::Kokoro => ProviderId::Kokoro,
        }
    }

    /// The voice on this machine that a provider is, if it is one.
    pub(crate) fn of(provider: ProviderId) -> Option<Self> {
        [DraftVoice::Neural, DraftVoice::Pico, DraftVoice::Kokoro].into_iter().find(|voice| voice.id() == provider)
    }

    pub(crate) fn maker(self) -> Maker {
        match self {
            DraftVoice::Neural => Neural::maker(),
            DraftVoice::Pico => Pico::maker(),
            DraftVoice::Kokoro => Larger::maker(),
        }
    }
}

/// Who makes finals when nobody is named: the provider whose key or address is set.
pub(in crate::providers) fn automatic(config: &ProviderConfig) -> (ImageChoice, VoiceChoice) {
    let image = match config {
        ProviderConfig { openai, .. } if openai.key.is_some() => ImageChoice::OpenAi,
        ProviderConfig { image_server, .. } if image_server.base_url.is_some() => ImageChoice::Compatible,
        _ => ImageChoice::Sketch,
    };
    let voice = match config {
        ProviderConfig { elevenlabs, .. } if elevenlabs.key.is_some() => VoiceChoice::ElevenLabs,
        ProviderConfig { voice_server, .. } if voice_server.base_url.is_some() => VoiceChoice::Compatible,
        _ => VoiceChoice::Neural,
    };
    (image, voice)
}
