//! Which voices an account of a provider has, as far as babblecast must remember: the ones that stand for its aliases, and
//! what became of those that campaigns use. Kept in the studio home, so that a plan says the same with and without a
//! network, and so that no voice is ever changed in silence.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What is known of one account.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct AccountVoices {
    /// When the account was last asked, in seconds since 1970.
    pub asked_at: u64,
    /// The plan, as the provider calls it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tier: Option<String>,
    /// Alias → the voice that stands for it, until the user says otherwise.
    pub pins: BTreeMap<String, Pin>,
    /// Voice id → how it is.
    pub known: BTreeMap<String, KnownVoice>,
}

/// A voice by id and name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pin {
    /// As the provider calls it.
    pub voice_id: String,
    /// As the provider wrote it: only for display, and only through [`crate::domain::Display`].
    pub name: String,
}

/// What is known of one voice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KnownVoice {
    pub name: String,
    pub state: VoiceState,
    /// The day on which the provider takes it away.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ends_on: Option<String>,
    /// The provider calls it a thing of the past.
    #[serde(default)]
    pub is_legacy: bool,
    /// The closest voice that the account has, where this one is not there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instead: Option<Pin>,
}

/// Whether a voice can speak for an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum VoiceState {
    /// The account has it and may use it.
    There,
    /// The account does not have it.
    Gone,
    /// The account's plan does not allow it.
    NeedsPlan,
}

impl AccountVoices {
    /// Alias → voice id, as requests need them.
    pub fn aliases(&self) -> BTreeMap<String, String> {
        self.pins.iter().map(|(alias, pin)| (alias.clone(), pin.voice_id.clone())).collect()
    }

    /// The voice, where it is known that it cannot be used.
    pub fn unusable(&self, voice_id: &str) -> Option<&KnownVoice> {
        self.known.get(voice_id).filter(|known| known.state != VoiceState::There)
    }
}
