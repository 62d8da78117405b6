//! From settings to what an engine is started with: where campaigns come from, and who makes drafts and finals.

use std::path::Path;

use secrecy::SecretString;

use super::{ADDRESSES, Config, KEYS};
use crate::engine::{Campaigns, EngineSettings};
use crate::providers::catalogue::{FinalsChoice, ImageChoice, VoiceChoice};
use crate::providers::config::ProviderConfig;
use crate::store::{Caps, MOST_DERIVED, campaigns};

impl Config {
    /// What an engine over `campaigns` is started with. `follow` as in [`EngineSettings::follow`].
    pub fn engine_settings(&self, campaigns: Campaigns, follow: bool) -> EngineSettings {
        EngineSettings {
            home: self.home.value.clone(),
            campaigns,
            output: self.output.value.clone(),
            media: self.media.value.clone(),
            providers: self.providers(),
            encoder: self.encoder.value,
            finals: self.finals(),
            caps: Caps { run: self.caps.run.value, campaign: self.caps.campaign.value, month: self.caps.month.value },
            follow,
            meet_account: false,
            unfinished: false,
            most_derived: MOST_DERIVED,
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

    /// Who is to make the finals.
    pub fn finals(&self) -> FinalsChoice {
        FinalsChoice { image: self.image.value, voice: self.voice.value }
    }

    /// The sections of the file with keys and addresses, which come from the environment only: no file and no setting
    /// ever holds a key.
    pub fn providers(&self) -> ProviderConfig {
        let set = |variable: &str| std::env::var(variable).ok().filter(|value| !value.trim().is_empty());
        let mut config = self.sections.providers.clone();
        let ProviderConfig { openai, elevenlabs, image_server, voice_server, .. } = &mut config;
        let places = [
            (&mut openai.key, &mut openai.base_url),
            (&mut elevenlabs.key, &mut elevenlabs.base_url),
            (&mut image_server.key, &mut image_server.base_url),
            (&mut voice_server.key, &mut voice_server.base_url),
        ];
        for ((key, base_url), (key_variable, address_variable)) in
            places.into_iter().zip(KEYS.into_iter().zip(ADDRESSES))
        {
            *key = set(key_variable).map(SecretString::from);
            *base_url = set(address_variable);
        }
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
