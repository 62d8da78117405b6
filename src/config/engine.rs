//! From settings to what an engine is started with: where campaigns come from, and who makes drafts and finals.

use std::ffi::OsString;
use std::path::Path;
use std::time::Duration;

use secrecy::SecretString;

use super::{ADDRESSES, C2paConfig, Config};
use crate::credentials::Identity;
use crate::domain::secrets::KEYS;
use crate::engine::{Campaigns, EngineSettings};
use crate::farm::FarmSettings;
use crate::providers::Catalogue;
use crate::providers::catalogue::{DraftVoice, FinalsChoice, ImageChoice, VoiceChoice};
use crate::providers::config::ProviderConfig;
use crate::store::workspace::campaigns;
use crate::store::{Caps, MOST_DERIVED};

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
            farm: self.farm_settings(),
            identity: self.identity(),
            finals: self.finals(),
            draft_voice: self.draft_voice(),
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

    /// The farm of other machines, where one is set up.
    pub fn farm_settings(&self) -> Option<FarmSettings> {
        self.farm.nats.value.clone().map(|nats| self.farm_of(nats))
    }

    /// What files for people are signed with. A certificate without a key is an identity too: whoever opens it says what is
    /// missing.
    pub fn identity(&self) -> Option<Identity> {
        let C2paConfig { certificate, key, password, .. } = &self.c2pa;
        match (&certificate.value, &key.value) {
            (None, None) => None,
            (certificates, key) => Some(Identity {
                certificates: certificates.clone().or_else(|| key.clone())?,
                key: key.clone().or_else(|| certificates.clone())?,
                password: password.clone(),
            }),
        }
    }

    /// The farm at this address, everything else as it is set up.
    pub fn farm_of(&self, nats: String) -> FarmSettings {
        let farm = &self.farm;
        let settings = FarmSettings::new(nats);
        let patience = farm.patience.value.map_or(settings.patience, |seconds| Duration::from_secs(seconds as u64));
        FarmSettings {
            credentials: farm.credentials.value.clone(),
            ca: farm.ca.value.clone(),
            token: farm.token.clone(),
            local: farm.local.value,
            patience,
            found: Some(self.home.value.join("farm-kind")),
            ..settings
        }
    }

    /// Who is to make the finals.
    pub fn finals(&self) -> FinalsChoice {
        FinalsChoice { image: self.image.value, voice: self.voice.value }
    }

    /// The embedded voice that was asked for by name, for drafts or for everything.
    pub fn draft_voice(&self) -> Option<DraftVoice> {
        self.draft_voice.value.or(self.voice.value.and_then(VoiceChoice::built_in))
    }

    /// The sections of the file with the keys and addresses of the environment.
    pub fn providers(&self) -> ProviderConfig {
        ProviderConfig { whisper_model: self.whisper_model.value.clone(), ..self.sections.providers.clone() }
    }

    /// Whether finals are wanted: an outside provider was asked for by name, or is set up. That is a promise to keep or
    /// to refuse, never to replace by a draft.
    pub fn asks_for_finals(&self) -> bool {
        let (image, voice) = self.finals().of(&self.sections.providers);
        image != ImageChoice::Sketch || voice.built_in().is_none()
    }

    /// What is wrong with the providers that finals are wanted of, for the user. Opens no home.
    pub fn fault_of_finals(&self) -> Option<String> {
        if !self.asks_for_finals() {
            return None;
        }
        let catalogue = Catalogue::new(self.home.value.join("voices"), self.encoder.value);
        let finals = catalogue.with_providers(&self.providers()).and_then(|catalogue| catalogue.finals(self.finals()));
        finals.err()
    }

    /// Why drafts are made, in a few words for a line's end.
    pub fn why_draft(&self) -> &'static str {
        match (self.image.value, self.voice.value) {
            _ if self.asks_for_finals() => "as asked",
            (None, None) => "no key set",
            _ => "as chosen",
        }
    }
}

/// Keys and addresses come from the environment only: no file ever holds a key.
pub(super) fn set_keys_and_addresses(config: &mut ProviderConfig, environment: &dyn Fn(&str) -> Option<OsString>) {
    // What is no text is kept as one that no key and no address is, so that it is told as a fault and not passed over.
    let set = |variable: &str| {
        let text = environment(variable)?.to_string_lossy().into_owned();
        (!text.trim().is_empty()).then_some(text)
    };
    let ProviderConfig {
        openai, elevenlabs, image_server, voice_server, writer_server, writer, transcript_server, ..
    } = config;
    let places = [
        (&mut openai.key, &mut openai.base_url),
        (&mut elevenlabs.key, &mut elevenlabs.base_url),
        (&mut image_server.key, &mut image_server.base_url),
        (&mut voice_server.key, &mut voice_server.base_url),
        (&mut writer_server.key, &mut writer_server.base_url),
        (&mut transcript_server.key, &mut transcript_server.base_url),
    ];
    for ((key, base_url), (key_variable, address_variable)) in places.into_iter().zip(KEYS.into_iter().zip(ADDRESSES)) {
        *key = set(key_variable).map(SecretString::from);
        *base_url = set(address_variable);
    }
    (writer.key, writer.base_url) = (openai.key.clone(), openai.base_url.clone());
}
