//! How far a run is, told to a client that asked for it: as jobs of all jobs, growing, and not more often than somebody can
//! read.

use std::time::{Duration, Instant};

use rmcp::model::{ProgressNotificationParam, ProgressToken};
use rmcp::{Peer, RoleServer};

use super::seen::Seen;
use crate::plan::{JobKey, JobState};

/// Between two notifications.
const PAUSE: Duration = Duration::from_millis(250);

pub struct Progress {
    to: Option<(Peer<RoleServer>, ProgressToken)>,
    told: f64,
    told_at: Option<Instant>,
}

/// How far a run is.
#[derive(Debug, Clone, PartialEq)]
pub struct Reached {
    /// Made jobs, and the parts of those that run.
    pub jobs: f64,
    pub all: usize,
    pub message: String,
}

/// How far these jobs are; `names` says what each of them makes.
pub fn reached(seen: &Seen, names: &[(JobKey, String)]) -> Reached {
    let mut reached = Reached { jobs: 0.0, all: names.len(), message: String::new() };
    let mut made = 0;
    let mut running: Option<&str> = None;
    for (key, name) in names {
        let facts = seen.job(*key);
        if facts.state.is_made() {
            made += 1;
            reached.jobs += 1.0;
        } else if facts.state == JobState::Running {
            reached.jobs += f64::from(facts.fraction.unwrap_or_default().clamp(0.0, 0.99));
            running.get_or_insert(name);
        }
    }
    let now = running.map_or_else(String::new, |name| format!(", now {name}"));
    reached.message = format!("{made} of {} made{now}", names.len());
    reached
}

impl Progress {
    pub fn new(peer: Peer<RoleServer>, token: Option<ProgressToken>) -> Self {
        Self { to: token.map(|token| (peer, token)), told: -1.0, told_at: None }
    }

    /// Tells it, unless nothing has come of the time since.
    pub async fn tell(&mut self, reached: impl FnOnce() -> Reached) {
        let Some((peer, token)) = &self.to else { return };
        if self.told_at.is_some_and(|at| at.elapsed() < PAUSE) {
            return;
        }
        let Reached { jobs, all, message } = reached();
        if jobs <= self.told {
            return;
        }
        (self.told, self.told_at) = (jobs, Some(Instant::now()));
        let told = ProgressNotificationParam::new(token.clone(), jobs).with_total(all as f64).with_message(message);
        // A client that is gone ends the program elsewhere.
        let _ = peer.notify_progress(told).await;
    }
}
