//! Connections for signing in and for uploads. Unlike a paid call, what goes through here may be asked again.

use std::time::Duration;

use reqwest::{RequestBuilder, Response, StatusCode, Url};
use serde::de::DeserializeOwned;
use tokio::time::timeout;

use crate::plan::Failure;
use crate::providers::http::client::{build_with, root_cause};
use crate::providers::http::endpoint::is_loopback;

/// The longest wait for an answer to something small.
const PATIENCE: Duration = Duration::from_secs(30);

/// No answer that is read here is larger.
const LARGEST: usize = 1 << 20;

/// Connections.
#[derive(Clone)]
pub struct Web {
    outside: reqwest::Client,
    /// Servers on this machine are never reached through the proxy of the environment.
    loopback: reqwest::Client,
}

/// A whole answer.
pub(super) struct Answer {
    pub status: StatusCode,
    pub headers: reqwest::header::HeaderMap,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn json<T: DeserializeOwned>(&self) -> Option<T> {
        serde_json::from_slice(&self.body).ok()
    }
}

impl Web {
    /// Fails where no secure connection can be set up on this machine.
    pub fn new() -> Result<Self, Failure> {
        Ok(Self { outside: build_with(|builder| builder)?, loopback: build_with(reqwest::ClientBuilder::no_proxy)? })
    }

    pub(super) fn to(&self, url: &Url) -> &reqwest::Client {
        if is_loopback(url) { &self.loopback } else { &self.outside }
    }
}

/// Sends something small and reads the answer. The reason of an error is a clause, without an address in it: addresses of
/// uploads are secrets.
pub(super) async fn ask(request: RequestBuilder) -> Result<Answer, String> {
    match timeout(PATIENCE, async { read(request.send().await.map_err(|error| why(&error))?).await }).await {
        Ok(answer) => answer,
        Err(_) => Err(format!("no answer within {} s", PATIENCE.as_secs())),
    }
}

/// Reads the whole answer.
pub(super) async fn read(mut response: Response) -> Result<Answer, String> {
    let (status, headers) = (response.status(), response.headers().clone());
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| why(&error))? {
        body.extend_from_slice(&chunk);
        if body.len() > LARGEST {
            return Err("its answer is larger than any should be".to_owned());
        }
    }
    Ok(Answer { status, headers, body })
}

pub(super) fn why(error: &reqwest::Error) -> String {
    root_cause(error)
}
