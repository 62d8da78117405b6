//! A campaign is a build: requests with keys, the graph of jobs, their states, prices and explanations. Pure; uses only
//! `domain`.

pub mod account_voices;
pub mod canonical;
pub mod charged;
pub mod choices;
mod clips;
pub mod dialogue;
pub mod explain;
pub mod face;
pub mod graph;
pub mod key;
mod made_by;
mod planner;
mod provenance;
mod provider_id;
pub mod request;
mod requests_of;
pub mod run_id;
pub mod settings;
pub mod shaped;
pub mod stand_in;
pub mod state;
#[cfg(test)]
mod tests;
pub mod video;

pub use account_voices::{AccountVoices, KnownVoice, Pin, VoiceState};
pub use canonical::canonical_json;
pub use charged::{Charged, Estimate};
pub use choices::{CampaignVoices, Choice, Choices, Pick, TakeMark};
pub use dialogue::{CutVoiceRequest, DialogueRequest, Dialogues, SpokenLine};
pub use explain::{Difference, explain};
pub use face::Face;
pub use graph::{Graph, Job, JobIndex, MissingSource, SceneJobs, Sources};
pub use key::{AssetHash, HashError, JobKey, JobMap, JobSet, LookSeed};
pub use made_by::MadeBy;
pub use planner::plan;
pub use provider_id::ProviderId;
pub use request::{Neighbours, Output, PortraitRequest, Product, Request, Role, VoiceRequest};
pub use run_id::RunId;
pub use settings::{Billing, Maker, Mode, Settings, Speech};
pub use shaped::ShapedVoiceRequest;
pub use stand_in::{StandIn, stand_in};
pub use state::{CAP, Failure, JobState, Progress, SceneStatus, missing, progress, scene_status};
pub use video::{
    ClipRequest, EpisodePart, EpisodeRequest, FadeRequest, FontUsed, MarksRequest, SHORTEST_FADED_MILLISECONDS, Shown,
    Side, Talks,
};
