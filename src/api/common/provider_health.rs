//! Whether the outside providers answer: asked at most once a minute, and nobody waits for the answer.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::engine::{Outside, Service};

const KEEPS: Duration = Duration::from_mins(1);

pub struct ProviderHealth {
    outside: Outside,
    openai: AtomicBool,
    elevenlabs: AtomicBool,
    asked_at: Mutex<Option<Instant>>,
}

impl ProviderHealth {
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

    pub fn is_configured(&self, service: Service) -> bool {
        self.outside.is_configured(service)
    }

    /// Whether it answered when it was asked last.
    pub fn is_connected(&self, service: Service) -> bool {
        self.of(service).load(Ordering::Relaxed)
    }
}
