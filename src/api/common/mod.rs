//! What every handler stands on: problems, settings, what a request says, what the engine has told.

pub(super) mod extract;
pub(super) mod guard;
pub(super) mod limits;
pub(super) mod marks;
pub(super) mod problem;
pub(super) mod provider_health;
pub(super) mod seen;
pub(super) mod settings;
pub(super) mod shared;
