//! What is answered when something cannot be done: always JSON, with a code for programs and a sentence for people.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use schemars::JsonSchema;
use serde::Serialize;

use crate::domain::Fault;
use crate::store::StoreError;

/// An answer that is an error.
#[derive(Debug, Clone, PartialEq)]
pub struct Problem {
    status: StatusCode,
    body: ProblemBody,
    retry_after_seconds: Option<u32>,
}

/// The body of every error.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct ProblemBody {
    error: ErrorBody,
    /// Everything that is wrong with a campaign, each with a JSON pointer into the body.
    // The default tells the schema that an error without faults leaves them out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    faults: Vec<Fault>,
}

#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
struct ErrorBody {
    /// One word for programs: `not_found`, `invalid_campaign` …
    code: &'static str,
    /// A sentence: what failed, why, what to do.
    message: String,
}

impl Problem {
    pub fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        let error = ErrorBody { code, message: message.into() };
        Self { status, body: ProblemBody { error, faults: Vec::new() }, retry_after_seconds: None }
    }

    pub fn bad_request(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, code, message)
    }

    /// Understood as JSON, but not what is asked for.
    pub fn unprocessable(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, code, message)
    }

    pub fn not_found(message: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, "not_found", message)
    }

    pub fn conflict(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, code, message)
    }

    /// The server cannot do it now; later it may.
    pub fn unavailable(code: &'static str, message: impl Into<String>) -> Self {
        Self { retry_after_seconds: Some(5), ..Self::new(StatusCode::SERVICE_UNAVAILABLE, code, message) }
    }

    pub fn too_many(message: impl Into<String>) -> Self {
        let problem = Self::new(StatusCode::TOO_MANY_REQUESTS, "too_many_requests", message);
        Self { retry_after_seconds: Some(1), ..problem }
    }

    pub fn internal(message: impl Into<String>) -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", message)
    }

    /// A campaign that cannot be used, with all its faults.
    pub fn faults(faults: Vec<Fault>) -> Self {
        let message = match faults.len() {
            1 => "The campaign has a fault; nothing was made.".to_owned(),
            many => format!("The campaign has {many} faults; nothing was made."),
        };
        let mut problem = Self::unprocessable("invalid_campaign", message);
        problem.body.faults = faults;
        problem
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        let message = format!("{error}.");
        match error {
            StoreError::DiskFull { .. } => Self::unavailable("disk_full", message),
            StoreError::Busy | StoreError::Closed => Self::unavailable("busy", message),
            _ => Self::internal(message),
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = (self.status, Json(self.body)).into_response();
        if let Some(seconds) = self.retry_after_seconds {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

/// What a panic in a handler is answered with; the log has the rest.
pub fn panicked(_: Box<dyn std::any::Any + Send>) -> Response {
    Problem::internal("Something is wrong with this program; its log says where.").into_response()
}
