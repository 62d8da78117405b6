//! The one clock of what is stored.

/// Milliseconds since 1970.
pub(in crate::store) fn now() -> i64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    since.map_or(0, |since| since.as_millis() as i64)
}
