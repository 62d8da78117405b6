//! Campaigns, scenes, profiles and the words that describe them. Pure: no I/O, no clock, no async. Everything else
//! may use this; it uses nothing else of the crate.

pub mod campaign;
pub mod fault;
pub mod ids;
pub mod look;
pub mod markup;
pub mod money;
pub mod prompt;
pub mod pronounce;
pub mod read;
pub mod schema;
pub mod secrets;
pub mod text;
pub mod tone;
pub mod write;

pub use campaign::{
    Campaign, Dialogue, Layout, MaterialPath, Media, Profile, Reference, Scene, SpeakerIndex, Transition,
};
pub use fault::Fault;
pub use ids::CampaignId;
pub use money::MicroDollars;
pub use prompt::PortraitPrompt;
pub use pronounce::Pronunciation;
pub use read::{Format, read};
pub use schema::campaign_schema;
pub use text::{Display, DisplayText};
pub use tone::Tone;
pub use write::starter;
