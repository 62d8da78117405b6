//! When to call again after a call that surely was not billed: what the provider asks for, else a growing pause. Pure;
//! the caller brings the chance.

use std::time::{Duration, UNIX_EPOCH};

use super::reply::Head;

/// How often a free failure is tried in all.
pub const TRIES: u32 = 6;

/// A longer wait than this is not sat out: the job is parked and its time is shown.
pub const PARK_ABOVE: Duration = Duration::from_mins(2);

/// The longest wait that is believed.
const LONGEST: Duration = Duration::from_hours(7 * 24);

/// How long the provider asks to wait: `retry-after-ms`, else `retry-after` as seconds or as a date.
pub fn retry_after(head: &Head) -> Option<Duration> {
    let seconds = |value: f64| (value >= 0.0).then(|| Duration::try_from_secs_f64(value).unwrap_or(LONGEST));
    let number = |name: &str| head.header(name).and_then(|value| value.parse::<f64>().ok());
    let exact = number("retry-after-ms").and_then(|milliseconds| seconds(milliseconds / 1000.0));
    let wait = exact.or_else(|| number("retry-after").and_then(seconds)).or_else(|| until_date(head))?;
    Some(wait.min(LONGEST))
}

fn until_date(head: &Head) -> Option<Duration> {
    let then = httpdate::parse_http_date(head.header("retry-after")?).ok()?;
    let now = UNIX_EPOCH.checked_add(Duration::from_secs(head.received_at))?;
    Some(then.duration_since(now).unwrap_or_default())
}

/// The pause before try `tries + 1`: full jitter under a ceiling that doubles from 1 to 60 seconds. `chance` is within
/// 0..1.
pub fn backoff(tries: u32, chance: f64) -> Duration {
    let ceiling = 2_f64.powi(tries.saturating_sub(1).min(6) as i32).min(60.0);
    Duration::from_secs_f64(ceiling * chance.clamp(0.0, 1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_of_retry_after_is_understood() {
        const NOW: u64 = 1_800_000_000; // Fri, 15 Jan 2027 08:00:00 GMT
        for (headers, expected) in [
            (vec![("retry-after", "7")], Some(7_000)),
            (vec![("retry-after", "0.25")], Some(250)),
            (vec![("retry-after", " 3 ")], Some(3_000)),
            (vec![("retry-after-ms", "1500"), ("retry-after", "9")], Some(1_500)),
            (vec![("retry-after-ms", "soon"), ("retry-after", "9")], Some(9_000)),
            (vec![("retry-after", "Fri, 15 Jan 2027 08:05:00 GMT")], Some(300_000)),
            (vec![("retry-after", "Fri, 15 Jan 2027 07:00:00 GMT")], Some(0)),
            (vec![("retry-after", "-1")], None),
            (vec![("retry-after", "NaN")], None),
            (vec![("retry-after", "tomorrow")], None),
            (vec![("retry-after", "1e300")], Some(7 * 24 * 3600 * 1000)),
            (vec![("retry-after", "inf")], Some(7 * 24 * 3600 * 1000)),
            (vec![], None),
        ] {
            let head = Head::new(429, headers.clone(), NOW);
            assert_eq!(retry_after(&head).map(|wait| wait.as_millis()), expected, "{headers:?}");
        }
    }

    #[test]
    fn pauses_grow_to_a_minute_and_are_spread_over_the_whole() {
        let ceilings: Vec<u64> = (1..=9).map(|tries| backoff(tries, 1.0).as_secs()).collect();
        assert_eq!(ceilings, [1, 2, 4, 8, 16, 32, 60, 60, 60]);
        assert_eq!(backoff(5, 0.0), Duration::ZERO);
        assert_eq!(backoff(5, 0.5), Duration::from_secs(8));
        assert_eq!(backoff(u32::MAX, f64::MAX), Duration::from_mins(1));
    }
}
