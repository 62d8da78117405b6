//! Where a job stands on its way, and how wide the lanes are: what the engine tells of its queue, and how a person asks
//! for another order. Pure.

use std::sync::Arc;
use std::time::Duration;

use crate::domain::CampaignId;
use crate::plan::RunId;

/// Where a job under way stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Queued {
    /// Shared by every telling of it.
    pub about: Arc<About>,
    /// The name of its lane: see [`Width`].
    pub lane: &'static str,
    /// Of two that wait for their turn in one lane, the one with the lower number is next.
    pub turn: i64,
    /// `None` while it runs.
    pub waits: Option<Waits>,
}

/// What a job under way is called, and who asked for it first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct About {
    /// `voice of scene 3, Baby 2`
    pub name: String,
    /// Of the run that asked first.
    pub campaign: CampaignId,
    /// The run that asked first; others may want it too.
    pub run: RunId,
}

/// Why a job does not run yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Waits {
    /// For its turn in its lane.
    Turn,
    /// For what it is made of.
    Inputs,
    /// Its provider takes no more at once, all programs on this home together.
    Place,
    /// It is tried again after a pause, which began when this was told; the reason is a clause.
    Pause {
        /// How long the whole pause is.
        wait: Duration,
        /// What the provider said.
        why: String,
    },
    /// For room on the disk.
    Room,
    /// Another program on this home makes it.
    Elsewhere,
}

impl std::fmt::Display for Waits {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Waits::Turn => f.write_str("waits for its turn"),
            Waits::Inputs => f.write_str("waits for what it is made of"),
            Waits::Place => f.write_str("waits until the provider takes another call"),
            Waits::Pause { why, .. } => write!(f, "waits before it is tried again: {why}"),
            Waits::Room => f.write_str("waits for room on the disk"),
            Waits::Elsewhere => f.write_str("is made by another babblecast"),
        }
    }
}

/// How many jobs of a lane run at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Width {
    /// Its name: `processor`, `openai`.
    pub lane: &'static str,
    /// Jobs that may run together now.
    pub at_once: usize,
    /// What this machine and the configuration would allow.
    pub most: usize,
    /// Why it is not as many, as a clause; empty where it is.
    pub why: &'static str,
}

impl Width {
    /// The lane as a person calls it.
    pub fn label(lane: &str) -> &str {
        match lane {
            "processor" => "this computer",
            "farm" => "clips and cross-fades, here and on the farm",
            "drawing" => "drawn babies",
            "kokoro" => "larger voice",
            "compatible-image" => "picture server",
            "compatible-voice" => "voice server",
            "openai" => "OpenAI",
            "elevenlabs" => "ElevenLabs",
            name => name,
        }
    }
}

/// Where a job that waits for its turn is put in its lane.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// Before all others.
    First,
    /// Before the one that is before it.
    Earlier,
    /// Behind the one that is behind it.
    Later,
    /// Behind all others.
    Last,
}
