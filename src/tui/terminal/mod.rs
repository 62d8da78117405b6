//! The terminal itself: switched on and off, asked what it can show, and its signals.

pub(super) mod attention;
pub(super) mod cell;
pub(super) mod guard;
#[cfg_attr(not(unix), allow(dead_code, reason = "the terminal is asked on Unix only"))]
pub(super) mod outer;
pub(super) mod probe;
pub(super) mod protocol;
pub(super) mod sighup;
pub(super) mod signals;
pub(super) mod spoken;
