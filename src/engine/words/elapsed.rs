//! Lengths of time as events and the journal tell them.

use std::time::Duration;

/// In whole milliseconds; the longest that there is stands for what is longer.
pub(in crate::engine) fn milliseconds(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}
