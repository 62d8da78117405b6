//! Campaigns, scenes, profiles and the words that describe them. Pure: no I/O, no clock, no async. Everything else
//! may use this; it uses nothing else of the crate.

#![cfg_attr(not(test), warn(missing_docs))]
#![warn(clippy::unwrap_used, clippy::expect_used)]

pub mod babies;
pub mod campaign;
pub mod captions;
pub mod cast;
pub mod edit;
pub mod fault;
pub mod ids;
pub mod language;
pub mod look;
pub mod markup;
pub mod money;
pub mod prompt;
pub mod pronounce;
pub mod provenance;
pub mod read;
pub mod recording;
pub mod schema;
pub mod secrets;
pub mod sfx;
mod sounds;
pub mod tags;
pub mod text;
pub mod tone;
pub mod voice_mix;
pub mod voice_shape;
pub mod write;

pub use babies::{BABIES, Baby, baby_number};
pub use campaign::{
    Campaign, Dialogue, Layout, MaterialPath, Media, Motion, Music, Profile, Reference, Scene, SpeakerIndex,
    Transition, VoiceMode,
};
pub use captions::{CaptionLook, CaptionPosition, CaptionStyle, LetterCase};
pub use cast::{Cast, Member};
pub use fault::Fault;
pub use ids::CampaignId;
pub use language::Language;
pub use money::MicroDollars;
pub use prompt::{PortraitPrompt, as_sent};
pub use pronounce::Pronunciation;
pub use provenance::{Provenance, SourceType};
pub use read::{Format, read, read_cast, read_with};
pub use schema::{campaign_schema, cast_schema};
pub use sfx::{Effect, Sfx, SfxSound};
pub use text::{Display, DisplayText};
pub use tone::Tone;
pub use voice_mix::VoiceMix;
pub use voice_shape::VoiceShape;
pub use write::starter;
