//! How often the server is asked, and how often that may be.

use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use super::settings::Rates;

/// Wrong tokens a second: nobody guesses one.
const WRONG_TOKENS_A_SECOND: f64 = 5.0;

/// How often the server is asked.
pub struct Limits {
    pub changes: Bucket,
    pub reads: Bucket,
    pub wrong_tokens: Bucket,
}

impl Limits {
    pub fn new(rates: Rates) -> Self {
        Self {
            changes: Bucket::new(rates.changes.into()),
            reads: Bucket::new(rates.reads.into()),
            wrong_tokens: Bucket::new(WRONG_TOKENS_A_SECOND),
        }
    }
}

/// A bucket that fills by the second and is emptied by requests. governor was tried: it brings five crates, one of them a
/// second time, for these lines.
pub struct Bucket {
    a_second: f64,
    level: Mutex<(f64, Instant)>,
}

impl Bucket {
    fn new(a_second: f64) -> Self {
        Self { a_second, level: Mutex::new((a_second * 2.0, Instant::now())) }
    }

    pub fn take(&self) -> bool {
        self.take_at(Instant::now())
    }

    fn take_at(&self, now: Instant) -> bool {
        let mut level = self.level.lock().unwrap_or_else(PoisonError::into_inner);
        let filled = level.0 + now.saturating_duration_since(level.1).as_secs_f64() * self.a_second;
        *level = (filled.min(self.a_second * 2.0), now);
        let has_one = level.0 >= 1.0;
        if has_one {
            level.0 -= 1.0;
        }
        has_one
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_runs_empty_and_fills_again() {
        let bucket = Bucket::new(10.0);
        let start = bucket.level.lock().unwrap().1;
        let taken_at = |at: Instant| (0..100).filter(|_| bucket.take_at(at)).count();
        assert_eq!(taken_at(start), 20);
        assert_eq!(taken_at(start + std::time::Duration::from_secs(1)), 10);
    }
}
