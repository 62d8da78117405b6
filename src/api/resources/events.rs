//! Live status as server-sent events. What is sent is a state and not a change: a client that comes late or comes again gets
//! the newest, and misses nothing that still counts. An event's id says which state it is.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::sse::{Event, KeepAlive, Sse};
use futures::{Stream, StreamExt, stream};
use tokio::sync::{OwnedSemaphorePermit, watch};

use super::answers::{Named, job_answer};
use super::jobs::find;
use crate::api::common::extract::PathParts;
use crate::api::common::problem::Problem;
use crate::api::common::seen::Seen;
use crate::api::common::shared::{MOST_STREAMS, Shared, SharedRef};
use crate::plan::{AssetHash, JobState};

/// Shortest time between two events of a stream; longer for documents so large that this would be a flood.
const PAUSE: Duration = Duration::from_millis(250);
const BYTES_A_SECOND: usize = 1024 * 1024;

const KEEP_ALIVE: Duration = Duration::from_secs(15);

type Events = Sse<axum::response::sse::KeepAliveStream<Pin<Box<dyn Stream<Item = Result<Event, Infallible>> + Send>>>>;

/// The document of one job (or campaign) whenever it changes, as event `status`; how far it is as event `progress`.
pub async fn of_job(
    State(shared): State<SharedRef>,
    PathParts(id): PathParts<String>,
    headers: HeaderMap,
) -> Result<Events, Problem> {
    find(&shared, &id).await?;
    let followed = Followed {
        known: headers.get("last-event-id").and_then(|id| id.to_str().ok()).map(str::to_owned),
        versions: Waking::new(&shared),
        fraction: None,
        id,
        _place: place(&shared)?,
    };
    Ok(sse(shared, followed, |shared, mut followed| async move {
        loop {
            let named = find(&shared, &followed.id).await.ok()?;
            if let Some((events, bytes)) = followed.news(&shared, &named) {
                followed.versions.pause = PAUSE.max(Duration::from_secs_f64(bytes as f64 / BYTES_A_SECOND as f64));
                return Some((events, followed));
            }
            followed.versions.next(|seen| seen.changed_at(named.campaign.as_str())).await?;
        }
    }))
}

/// The names of the campaigns that have changed, as event `changed`; `reset` where more may have changed than is known.
pub async fn of_all(State(shared): State<SharedRef>, headers: HeaderMap) -> Result<Events, Problem> {
    let known = headers.get("last-event-id").and_then(|id| id.to_str().ok());
    let known = known.and_then(|id| id.strip_prefix(&format!("{}-", shared.start))?.parse::<u64>().ok());
    let now = shared.look(Seen::version);
    let cursor = Cursor {
        known: known.filter(|version| *version <= now),
        versions: Waking::new(&shared),
        _place: place(&shared)?,
    };
    Ok(sse(shared, cursor, |shared, mut cursor| async move {
        loop {
            let id = |version: u64| format!("{}-{version}", shared.start);
            let Some(known) = cursor.known else {
                let now = shared.look(Seen::version);
                cursor.known = Some(now);
                return Some((vec![Event::default().event("reset").id(id(now)).data("{}")], cursor));
            };
            let (now, names) = shared.look(|seen| {
                let names: Vec<String> = seen.changed_since(known).into_iter().map(str::to_owned).collect();
                (seen.version(), names)
            });
            cursor.known = Some(now);
            if !names.is_empty() {
                let data = serde_json::json!({ "campaigns": names }).to_string();
                return Some((vec![Event::default().event("changed").id(id(now)).data(data)], cursor));
            }
            cursor.versions.next(Seen::version).await?;
        }
    }))
}

fn place(shared: &Shared) -> Result<OwnedSemaphorePermit, Problem> {
    shared.streams.clone().try_acquire_owned().map_err(|_| {
        Problem::unavailable(
            "too_many_streams",
            format!("{MOST_STREAMS} streams are open already; ask for the status."),
        )
    })
}

/// A stream that ends when the server stops.
fn sse<S, F>(shared: SharedRef, state: S, next: impl Fn(SharedRef, S) -> F + Send + Sync + 'static) -> Events
where
    S: Send + 'static,
    F: Future<Output = Option<(Vec<Event>, S)>> + Send,
{
    let stops = shared.clone();
    let next = Arc::new(next);
    let batches = stream::unfold(state, move |state| {
        let (shared, next) = (shared.clone(), next.clone());
        async move { next(shared, state).await }
    });
    let events = batches.flat_map(|batch| stream::iter(batch.into_iter().map(Ok)));
    let events: Pin<Box<dyn Stream<Item = _> + Send>> =
        Box::pin(events.take_until(Box::pin(async move { stops.stopping().await })));
    Sse::new(events).keep_alive(KeepAlive::new().interval(KEEP_ALIVE))
}

/// One job that somebody follows.
struct Followed {
    id: String,
    /// The state that was sent last, here or before a break.
    known: Option<String>,
    fraction: Option<f64>,
    versions: Waking,
    _place: OwnedSemaphorePermit,
}

struct Cursor {
    known: Option<u64>,
    versions: Waking,
    _place: OwnedSemaphorePermit,
}

impl Followed {
    /// What has changed since the last look, and its length.
    fn news(&mut self, shared: &Shared, named: &Named) -> Option<(Vec<Event>, usize)> {
        let (answer, fraction) = shared.look(|seen| (job_answer(seen, named), fraction(seen, named)));
        // A document holds only texts, numbers and lists.
        let document = serde_json::to_string(&answer).ok()?;
        let state = AssetHash::of(document.as_bytes()).to_string();
        let mut events = Vec::new();
        let bytes = document.len();
        if self.known.as_ref() != Some(&state) {
            events.push(Event::default().event("status").id(&state).data(document));
            self.known = Some(state);
        }
        if fraction.is_some() && self.fraction != fraction {
            let data = serde_json::json!({ "fraction": fraction }).to_string();
            events.push(Event::default().event("progress").data(data));
        }
        self.fraction = fraction;
        (!events.is_empty()).then_some((events, bytes))
    }
}

/// How much of a campaign is made, what is under way counted by its part; only while something is.
fn fraction(seen: &Seen, named: &Named) -> Option<f64> {
    let graph = seen.loaded(named.campaign.as_str())?.1.graph(named.mode)?;
    let part = |key| match &seen.job(key).state {
        state if state.is_made() => 1.0,
        JobState::Running => f64::from(seen.fraction(key).unwrap_or_default()),
        _ => 0.0,
    };
    let made: f64 = graph.jobs.iter().map(|job| part(job.key)).sum();
    let active = graph.jobs.iter().any(|job| seen.job(job.key).state.is_active());
    active.then(|| (made / graph.jobs.len() as f64 * 100.0).round() / 100.0)
}

/// Wakes when something of interest has changed, and not too often.
struct Waking {
    shared: SharedRef,
    versions: watch::Receiver<u64>,
    pause: Duration,
    last: u64,
}

impl Waking {
    fn new(shared: &SharedRef) -> Self {
        Self { versions: shared.versions(), shared: shared.clone(), pause: PAUSE, last: 0 }
    }

    /// `None` when nothing will ever change again.
    async fn next(&mut self, interest: impl Fn(&Seen) -> u64) -> Option<()> {
        tokio::time::sleep(self.pause).await;
        loop {
            self.versions.borrow_and_update();
            let now = self.shared.look(&interest);
            if now != self.last {
                self.last = now;
                return Some(());
            }
            self.versions.changed().await.ok()?;
        }
    }
}
