//! The farm, and the figures of the whole service for Prometheus.

use std::fmt::Write as _;

use axum::Json;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use schemars::JsonSchema;
use serde::Serialize;

use crate::api::common::extract::QueryOf;
use crate::api::common::problem::Problem;
use crate::api::common::seen::Seen;
use crate::api::common::shared::SharedRef;
use crate::domain::Display;
use crate::engine::{FarmServer, FarmSight};
use crate::plan::JobState;

/// Other machines that make clips.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct FarmAnswer {
    /// Whether a server is set up.
    configured: bool,
    /// As it was seen last; null where none is set up, or it was not looked at yet.
    farm: Option<FarmSight>,
}

pub async fn farm(State(shared): State<SharedRef>, query: QueryOf) -> Result<Json<FarmAnswer>, Problem> {
    query.only(&[])?;
    let configured = shared.engine.farm.is_some();
    Ok(Json(FarmAnswer { configured, farm: shared.look(|seen| seen.farm().cloned()) }))
}

pub async fn metrics(State(shared): State<SharedRef>, query: QueryOf) -> Result<Response, Problem> {
    const TEXT: &str = "text/plain; version=0.0.4; charset=utf-8";
    query.only(&[])?;
    Ok(([(CONTENT_TYPE, TEXT)], shared.look(written)).into_response())
}

/// What was seen, as Prometheus reads it.
fn written(seen: &Seen) -> String {
    let mut page = Page::default();
    let count = |state: JobState| seen.jobs().filter(|(_, facts)| facts.state == state).count() as u64;
    page.gauge("babblecast_campaigns", "Campaign files that are read.", seen.library().entries.len() as u64);
    page.gauge("babblecast_runs", "Runs under way.", seen.runs().len() as u64);
    page.gauge("babblecast_jobs_running", "Jobs that are being made, here or on the farm.", count(JobState::Running));
    page.gauge("babblecast_jobs_waiting", "Jobs that wait.", count(JobState::Waiting));
    if let Some(farm) = seen.farm() {
        let is_up = matches!(farm.server, FarmServer::Connected { .. });
        page.gauge("babblecast_farm_up", "Whether the farm's server can be used.", is_up.into());
        page.gauge("babblecast_farm_queued", "Orders of all homes that wait or are being made.", farm.queued);
        page.gauge("babblecast_farm_slots", "Clips that workers make at once for this home.", farm.slots() as u64);
        let figures = farm.figures;
        page.gauge("babblecast_farm_asked", "Clips of this home that are on the farm now.", figures.asked);
        for (name, help, value) in [
            ("made", "Clips that came back, were looked at and taken.", figures.made),
            ("found", "Clips that another home had made.", figures.found),
            ("refused", "Clips that were refused when they were looked at.", figures.refused),
            ("at_home", "Clips that were given up there and made here.", figures.at_home),
            ("sent_bytes", "Bytes sent to the farm.", figures.sent),
            ("received_bytes", "Bytes that came back.", figures.received),
        ] {
            page.head(&format!("babblecast_farm_{name}_total"), help, "counter");
            page.value(&format!("babblecast_farm_{name}_total"), "", value);
        }
        let workers = [
            ("slots", "gauge", "Clips that a worker makes at once."),
            ("making", "gauge", "Clips that a worker makes now."),
            ("made_total", "counter", "Clips that a worker has made since it was started."),
            ("failed_total", "counter", "Clips that a worker has given up since it was started."),
            ("bytes_total", "counter", "Bytes that a worker has fetched and stored."),
        ];
        for (name, kind, help) in workers {
            let name = format!("babblecast_worker_{name}");
            page.head(&name, help, kind);
            for worker in &farm.workers {
                let value = match name.as_str() {
                    "babblecast_worker_slots" => worker.slots as u64,
                    "babblecast_worker_making" => worker.making.len() as u64,
                    "babblecast_worker_made_total" => worker.made,
                    "babblecast_worker_failed_total" => worker.failed,
                    _ => worker.bytes,
                };
                page.value(&name, &format!("{{worker=\"{}\"}}", label(&worker.name)), value);
            }
        }
    }
    page.text
}

#[derive(Default)]
struct Page {
    text: String,
}

impl Page {
    fn head(&mut self, name: &str, help: &str, kind: &str) {
        let _ = writeln!(self.text, "# HELP {name} {help}\n# TYPE {name} {kind}");
    }

    fn value(&mut self, name: &str, labels: &str, value: u64) {
        let _ = writeln!(self.text, "{name}{labels} {value}");
    }

    fn gauge(&mut self, name: &str, help: &str, value: u64) {
        self.head(name, help, "gauge");
        self.value(name, "", value);
    }
}

/// A name of another machine, as the value of a label.
fn label(name: &str) -> String {
    name.display().to_string().replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::engine::{Event, WorkerSight};

    #[test]
    fn every_line_is_one_that_prometheus_reads_whatever_a_worker_is_called() {
        let worker = WorkerSight {
            name: "a\"b\\c\nd\u{1b}".to_owned(),
            version: "1".to_owned(),
            fits: true,
            here: false,
            slots: 2,
            making: vec!["naps".to_owned()],
            made: 5,
            failed: 0,
            made_last_minute: 5,
            bytes: 7,
            draining: false,
        };
        let mut seen = Seen::default();
        let server = FarmServer::Connected { version: "2.12.0".to_owned() };
        seen.apply(Event::Farm(Arc::new(FarmSight { server, workers: vec![worker], ..FarmSight::default() })));
        let text = written(&seen);
        assert!(text.contains("babblecast_farm_up 1\n"), "{text}");
        for line in text.lines().filter(|line| !line.starts_with("# ")) {
            let (name, value) = line.rsplit_once(' ').unwrap();
            assert!(value.parse::<u64>().is_ok() && name.starts_with("babblecast_"), "{line:?}");
            assert!(!line.contains('\u{1b}'), "{line:?}");
        }
        assert!(text.contains("babblecast_worker_made_total{worker=\"a\\\"b\\\\c"), "{text}");
    }
}
