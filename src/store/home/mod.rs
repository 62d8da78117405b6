//! The home on disk: where things lie, which programs live in it, and who is woken when it changes.

pub(super) mod failpoints;
pub(super) mod in_hand;
pub(super) mod instance;
pub(super) mod layout;
pub(super) mod privacy;
pub(super) mod watch;
