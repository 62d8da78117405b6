//! A campaign is a build: requests with keys, the graph of jobs, their states, prices and explanations. Pure; uses only
//! `domain`.

mod account_voices;
mod canonical;
mod cast;
mod charged;
mod choices;
mod clips;
pub(crate) mod dialogue;
mod explain;
mod face;
mod graph;
mod key;
mod made_by;
mod planner;
mod provenance;
mod provider_id;
mod recording;
mod request;
mod requests_of;
mod run_id;
mod script;
mod settings;
mod shaped;
mod sound;
mod stand_in;
mod state;
#[cfg(test)]
mod tests;
mod video;

pub(crate) use account_voices::{AccountVoices, KnownVoice};
pub use account_voices::{Pin, VoiceState};
pub(crate) use canonical::canonical_json;
pub use charged::{Charged, Estimate};
pub use choices::{CampaignVoices, Choice, Choices, Pick, TakeMark};
pub use dialogue::{CutVoiceRequest, DialogueRequest, Dialogues, SpokenLine};
pub(crate) use explain::{Difference, explain};
pub use face::Face;
pub use graph::{Graph, Job, JobIndex, MissingSource, SceneJobs, Sources};
pub use key::{AssetHash, HashError, JobKey, JobMap, JobSet, LookSeed};
pub use made_by::MadeBy;
pub use planner::plan;
pub(crate) use provenance::provenance;
pub use provider_id::ProviderId;
pub use recording::{ChangedVoiceRequest, TranscriptRequest};
pub use request::{Neighbours, Output, PortraitRequest, Product, Request, Role, VoiceRequest};
pub use run_id::RunId;
pub use script::{ScriptAnswer, ScriptRequest, Speaks, Turn};
pub use settings::{Billing, Maker, Mode, Settings, Speech};
pub use shaped::ShapedVoiceRequest;
pub use sound::{ClipEffect, MUSIC_BOX, SoundMakers, SoundRequest};
pub(crate) use stand_in::{StandIn, stand_in};
pub(crate) use state::{CAP, SceneStatus, scene_status};
pub use state::{Failure, JobState, Progress, missing, progress};
pub use video::{
    ClipRequest, EpisodePart, EpisodeRequest, FadeRequest, FontUsed, MarksRequest, SHORTEST_FADED_MILLISECONDS, Shown,
    Side, Talks,
};
