//! How the service is, with what is known of the outside providers.

use axum::Json;
use axum::extract::State;
use schemars::JsonSchema;
use serde::Serialize;

use crate::api::common::shared::SharedRef;
use crate::engine::Service;

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

pub async fn health(State(shared): State<SharedRef>) -> Json<HealthAnswer> {
    let health = &shared.health;
    health.refresh();
    Json(HealthAnswer {
        status: "healthy",
        service: "babblecast",
        elevenlabs_connected: health.is_connected(Service::ElevenLabs),
        openai_connected: health.is_connected(Service::OpenAi),
        elevenlabs_api_configured: health.is_configured(Service::ElevenLabs),
        openai_api_configured: health.is_configured(Service::OpenAi),
    })
}
