//! One paid call: bought, adopted after a crash, looked up where it is in doubt.

pub(super) mod buy;
pub(super) mod reconcile;
pub(super) mod recover;
pub(super) mod reference;
pub mod unfinished;
