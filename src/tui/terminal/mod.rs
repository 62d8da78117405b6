//! The terminal itself: switched on and off, asked what it can show, and its signals.

pub(super) mod cell;
pub(super) mod guard;
pub(super) mod probe;
pub(super) mod protocol;
pub(super) mod sighup;
pub(super) mod signals;
