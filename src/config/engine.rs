//! From settings to what an engine is started with: where campaigns come from, and who makes drafts and finals.

use std::path::Path;

use super::{Config, IMAGE_KEY, ImageProvider, Setting, VOICE_KEY, VoiceProvider, Word};
use crate::engine::{Campaigns, EngineSettings, Finals};
use crate::providers::Catalogue;
use crate::providers::config::ProviderConfig;
use crate::store::campaigns;

/// A provider that was asked for by name and that this version does not have.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{source_name}: this version has no provider {asked}. Leave it out or use {built_in}, which is free and needs no key."
)]
pub struct NoSuchProvider {
    source_name: String,
    asked: &'static str,
    built_in: &'static str,
}

impl Config {
    /// What an engine over `campaigns` is started with. `follow` as in [`EngineSettings::follow`].
    pub fn engine_settings(&self, campaigns: Campaigns, follow: bool) -> EngineSettings {
        EngineSettings {
            home: self.home.value.clone(),
            campaigns,
            output: self.output.value.clone(),
            draft: Catalogue::draft(),
            finals: self.finals(),
            providers: ProviderConfig::default(),
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

    /// Asking for a provider by name is a promise to keep or to refuse, never to replace by another.
    pub fn check_providers(&self) -> Result<(), NoSuchProvider> {
        let refused = |source: &dyn std::fmt::Display, asked, built_in| NoSuchProvider {
            source_name: source.to_string(),
            asked,
            built_in,
        };
        match &self.image {
            Setting { value: Some(asked), source } if *asked != ImageProvider::Sketch => {
                return Err(refused(source, asked.word(), ImageProvider::Sketch.word()));
            }
            _ => {}
        }
        match &self.voice {
            Setting { value: Some(asked), source } if *asked != VoiceProvider::Pico => {
                Err(refused(source, asked.word(), VoiceProvider::Pico.word()))
            }
            _ => Ok(()),
        }
    }

    fn finals(&self) -> Finals {
        let set: Vec<&str> = self.keys.iter().filter(|key| key.is_set).map(|key| key.variable).collect();
        Finals::Unavailable(if set.is_empty() {
            format!("No key is set: finals need {IMAGE_KEY} (portraits) or {VOICE_KEY} (voices); drafts are free")
        } else {
            format!("{} is set, but this version makes drafts only, which are free", set.join(" and "))
        })
    }

    /// Why drafts are made, in a few words for a line's end.
    pub fn why_draft(&self) -> &'static str {
        match (self.image.value, self.voice.value) {
            (None, None) if self.keys.iter().any(|key| key.is_set) => "this version makes drafts only",
            (None, None) => "no key set",
            _ => "as chosen",
        }
    }
}
