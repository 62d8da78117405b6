//! Whether the outside providers answer: asked at most once a minute, and nobody waits for the answer.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::Json;
use axum::extract::State;
use schemars::JsonSchema;
use serde::Serialize;

use crate::api::common::shared::SharedRef;
use crate::engine::{Outside, Service};

const KEEPS: Duration = Duration::from_mins(1);

pub struct Health {
    outside: Outside,
    openai: AtomicBool,
    elevenlabs: AtomicBool,
    asked_at: Mutex<Option<Instant>>,
}

/// How the service is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[expect(clippy::struct_excessive_bools, reason = "the users' own fields")]
pub struct HealthAnswer {
    /// `healthy`: it answers.
    status: &'static str,
    service: &'static str,
    /// Whether the last check, at most a minute old, reached the provider with the key that is set.
    elevenlabs_connected: bool,
    openai_connected: bool,
    /// Whether a key is set.
    elevenlabs_api_configured: bool,
    openai_api_configured: bool,
}

impl Health {
    pub fn new(outside: Outside) -> Self {
        let unknown = || AtomicBool::new(false);
        Self { outside, openai: unknown(), elevenlabs: unknown(), asked_at: Mutex::new(None) }
    }

    /// Asks the providers again where the last answer is old, behind everybody's back.
    pub fn refresh(self: &Arc<Self>) {
        {
            let mut asked_at = self.asked_at.lock().unwrap_or_else(PoisonError::into_inner);
            if asked_at.is_some_and(|at| at.elapsed() < KEEPS) {
                return;
            }
            *asked_at = Some(Instant::now());
        }
        for service in [Service::OpenAi, Service::ElevenLabs] {
            if self.outside.is_configured(service) {
                let health = self.clone();
                tokio::spawn(async move {
                    let checked = health.outside.check(service).await;
                    if let Err(failure) = &checked {
                        tracing::warn!(%failure, "a provider does not answer as it should");
                    }
                    health.of(service).store(checked.is_ok(), Ordering::Relaxed);
                });
            }
        }
    }

    fn of(&self, service: Service) -> &AtomicBool {
        match service {
            Service::OpenAi => &self.openai,
            Service::ElevenLabs => &self.elevenlabs,
        }
    }

    fn answer(&self) -> HealthAnswer {
        HealthAnswer {
            status: "healthy",
            service: "babblecast",
            elevenlabs_connected: self.elevenlabs.load(Ordering::Relaxed),
            openai_connected: self.openai.load(Ordering::Relaxed),
            elevenlabs_api_configured: self.outside.is_configured(Service::ElevenLabs),
            openai_api_configured: self.outside.is_configured(Service::OpenAi),
        }
    }
}

pub async fn health(State(shared): State<SharedRef>) -> Json<HealthAnswer> {
    shared.health.refresh();
    Json(shared.health.answer())
}
