//! The one clock of what is stored.

/// Milliseconds since 1970.
pub(in crate::store) fn now() -> i64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    since.map_or(0, milliseconds)
}

/// A length of time as it is stored; the longest that there is stands for what is longer.
pub(in crate::store) fn milliseconds(time: std::time::Duration) -> i64 {
    i64::try_from(time.as_millis()).unwrap_or(i64::MAX)
}
