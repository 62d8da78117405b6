//! From settings to what an engine is started with: where campaigns come from, and who makes drafts and finals.

use std::path::Path;

use secrecy::SecretString;

use super::{Config, IMAGE_KEY, VOICE_KEY};
use crate::engine::{Campaigns, EngineSettings};
use crate::providers::catalogue::{FinalsChoice, ImageChoice, VoiceChoice};
use crate::providers::config::ProviderConfig;
use crate::store::campaigns;

impl Config {
    /// What an engine over `campaigns` is started with. `follow` as in [`EngineSettings::follow`].
    pub fn engine_settings(&self, campaigns: Campaigns, follow: bool) -> EngineSettings {
        EngineSettings {
            home: self.home.value.clone(),
            campaigns,
            output: self.output.value.clone(),
            providers: Self::providers(),
            encoder: self.encoder.value,
            finals: FinalsChoice { image: self.image.value, voice: self.voice.value },
            campaign_cap: None,
            month_cap: None,
            follow,
        }
    }

    /// The campaigns folder: the one that was named, else the nearest one upward from `start`.
    pub fn campaigns_folder(&self, start: &Path) -> Campaigns {
        match &self.campaigns.value {
            Some(folder) => Campaigns::Folder(folder.clone()),
            None => campaigns::find_folder(start)
                .map_or_else(|| Campaigns::None { would_be: start.join("campaigns") }, Campaigns::Folder),
        }
    }

    /// Keys and addresses, from the environment only: no file and no setting ever holds a key.
    fn providers() -> ProviderConfig {
        let set = |variable: &str| std::env::var(variable).ok().filter(|value| !value.trim().is_empty());
        let key = |variable: &str| set(variable).map(SecretString::from);
        let mut config = ProviderConfig::default();
        (config.openai.key, config.openai.base_url) = (key(IMAGE_KEY), set("OPENAI_BASE_URL"));
        (config.elevenlabs.key, config.elevenlabs.base_url) = (key(VOICE_KEY), set("ELEVENLABS_BASE_URL"));
        (config.image_server.key, config.image_server.base_url) =
            (key("BABBLECAST_IMAGE_KEY"), set("BABBLECAST_IMAGE_BASE_URL"));
        (config.voice_server.key, config.voice_server.base_url) =
            (key("BABBLECAST_VOICE_KEY"), set("BABBLECAST_VOICE_BASE_URL"));
        config
    }

    /// Whether an outside provider was asked for by name: that is a promise to keep or to refuse, never to replace.
    pub fn asks_for_finals(&self) -> bool {
        self.image.value.is_some_and(|image| image != ImageChoice::Sketch)
            || self.voice.value.is_some_and(|voice| voice != VoiceChoice::Pico)
    }

    /// Why drafts are made, in a few words for a line's end.
    pub fn why_draft(&self) -> &'static str {
        match (self.image.value, self.voice.value) {
            (None, None) if self.keys.iter().any(|key| key.is_set) => "as asked",
            (None, None) => "no key set",
            _ => "as chosen",
        }
    }
}
