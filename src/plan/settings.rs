//! Which provider makes what, and at which price: plain facts, so that planning stays pure.

use serde::{Deserialize, Serialize};

use super::{MadeBy, Request};
use crate::domain::MicroDollars;

/// Drafts come from the built-in parts, free; finals from the configured providers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    Draft,
    Final,
}

impl Mode {
    pub fn name(self) -> &'static str {
        match self {
            Mode::Draft => "draft",
            Mode::Final => "final",
        }
    }
}

/// What a call costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Billing {
    /// Made on this machine: no money, no attempt to keep record of.
    Free,
    /// An upper bound of what one call is billed.
    Metered { per_call: MicroDollars, per_character: MicroDollars },
}

/// One provider as configured.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Maker {
    pub made_by: MadeBy,
    pub billing: Billing,
}

/// The providers of one mode.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Settings {
    pub image: Maker,
    pub voice: Maker,
}

impl Billing {
    /// An upper bound of what `request` costs.
    pub fn price(self, request: &Request) -> MicroDollars {
        let characters = match request {
            Request::Voice(voice) => voice.text.chars().count() as u64,
            _ => 0,
        };
        match self {
            Billing::Free => MicroDollars::ZERO,
            Billing::Metered { per_call, per_character } => {
                per_call + MicroDollars(per_character.0.saturating_mul(characters))
            }
        }
    }
}
