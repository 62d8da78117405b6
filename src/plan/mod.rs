//! A campaign is a build: requests with keys, the graph of jobs, their states, prices and explanations. Pure; uses only
//! `domain`.

pub mod canonical;
pub mod charged;
pub mod choices;
mod clips;
pub mod explain;
pub mod face;
pub mod graph;
pub mod key;
pub mod request;
pub mod run_id;
pub mod settings;
pub mod stand_in;
pub mod state;
#[cfg(test)]
mod tests;
pub mod video;

pub use canonical::canonical_json;
pub use charged::{Charged, Estimate};
pub use choices::{Choice, Choices, Pick};
pub use explain::{Difference, explain};
pub use face::Face;
pub use graph::{Graph, Job, JobIndex, MissingSource, SceneJobs, Sources, plan};
pub use key::{AssetHash, HashError, JobKey, JobMap, LookSeed};
pub use request::{MadeBy, Neighbours, Output, PortraitRequest, Product, Request, Role, VoiceRequest};
pub use run_id::RunId;
pub use settings::{Billing, Maker, Mode, Settings, Speech};
pub use stand_in::{StandIn, stand_in};
pub use state::{Failure, JobState, Progress, SceneStatus, missing, progress, scene_status};
pub use video::{
    BREATH_MILLISECONDS, ClipRequest, EpisodePart, EpisodeRequest, FadeRequest, SHORTEST_FADED_MILLISECONDS, Shown,
    Side,
};
