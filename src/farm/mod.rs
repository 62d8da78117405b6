//! The farm: other machines make clips for this studio home. The home that was asked stays the only one that buys, journals
//! and decides; what travels is free, derived, and looked at before it counts. A NATS server with JetStream carries it and
//! caches it, and is never the truth: if it loses everything, the home asks again or makes the clip itself.
//!
//! The only room that names `async_nats`. The engine hands clips to `Farm`; `babblecast worker` runs `work`.

#[cfg(not(feature = "farm"))]
mod absent;
mod settings;
mod sight;
#[cfg(feature = "farm")]
mod words;

#[cfg(feature = "farm")]
mod link;
#[cfg(feature = "farm")]
mod machine;

#[cfg(feature = "farm")]
mod kind;

#[cfg(feature = "farm")]
mod cache;

#[cfg(feature = "farm")]
mod turns;

#[cfg(feature = "farm")]
mod worker;

#[cfg(all(test, feature = "farm"))]
#[allow(clippy::unwrap_used, reason = "it is a test's")]
#[path = "../../tests/it/farm_server.rs"]
mod farm_server;

#[cfg(feature = "farm")]
mod home;

#[cfg(feature = "farm")]
mod look;

pub use settings::{FarmSettings, PATIENCE};
pub use sight::{FarmSight, Figures, Server, WorkerSight};

#[cfg(not(feature = "farm"))]
pub(crate) use absent::Farm;
#[cfg(feature = "farm")]
pub(crate) use home::Farm;
#[cfg(feature = "farm")]
pub(crate) use look::{drain, look, round_trip};
#[cfg(feature = "farm")]
pub(crate) use worker::{Stops, WorkerSettings, work};
