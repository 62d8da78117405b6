//! The time here and now, for the loop: nothing else of the studio looks at a clock.

use crate::tui::text::Clock;

/// The time of day here and now.
pub(in crate::tui::app) fn clock() -> Clock {
    let now = jiff::Zoned::now();
    let part = |number: i8| u32::from(number.unsigned_abs());
    Clock::new(part(now.hour()), part(now.minute()), part(now.second()))
}

/// Now, in milliseconds since 1970.
pub(in crate::tui::app) fn moment() -> i64 {
    jiff::Timestamp::now().as_millisecond()
}
