//! Large public files, fetched from where they are published: unlike a call, a download follows redirects and may be
//! tried again and go on where it ended, since nothing of it is billed. Who fetches checks what came.

use std::time::Duration;

use reqwest::header::{CONTENT_LENGTH, CONTENT_RANGE, RANGE};
use reqwest::redirect::Policy;
use reqwest::{Response, StatusCode};
use tokio::time::timeout;

use super::client::{build_with, root_cause};
use super::endpoint::is_loopback;
use crate::plan::Failure;

/// The longest wait for an answer, and for the next bytes of it.
const LONGEST_SILENCE: Duration = Duration::from_secs(30);

/// Addresses of release files lead elsewhere once or twice.
const MOST_REDIRECTS: usize = 5;

/// Connections for downloads.
#[derive(Clone)]
pub struct Downloads {
    outside: reqwest::Client,
    /// Servers on this machine are never reached through the proxy of the environment.
    loopback: reqwest::Client,
}

/// A file that comes.
pub struct Download {
    response: Response,
    /// The bytes before are left out, as was asked for; 0 where the whole file comes.
    pub begins_at: u64,
    /// The bytes that come, where it is told.
    pub bytes: Option<u64>,
}

impl Downloads {
    /// Trusts the embedded root certificates and those of the system. Fails where no client can be built.
    pub fn new() -> Result<Self, Failure> {
        let follows = |builder: reqwest::ClientBuilder| builder.redirect(Policy::limited(MOST_REDIRECTS));
        Ok(Self { outside: build_with(follows)?, loopback: build_with(|builder| follows(builder).no_proxy())? })
    }

    /// Asks for the file at an address, from a byte on. The reason is a clause, for the user.
    pub async fn begin(&self, address: &str, from: u64) -> Result<Download, String> {
        let url = reqwest::Url::parse(address).map_err(|_| "it is no address".to_owned())?;
        let client = if is_loopback(&url) { &self.loopback } else { &self.outside };
        let mut request = client.get(url);
        if from > 0 {
            request = request.header(RANGE, format!("bytes={from}-"));
        }
        let response = match timeout(LONGEST_SILENCE, request.send()).await {
            Ok(Ok(response)) => response,
            Ok(Err(error)) => return Err(format!("it cannot be reached ({})", root_cause(&error))),
            Err(_) => return Err(silent()),
        };
        let begins_at = match response.status() {
            StatusCode::PARTIAL_CONTENT if begins_at(&response) == Some(from) => from,
            // It knows no parts, or none from there: the whole file comes, or is asked for.
            StatusCode::OK => 0,
            StatusCode::PARTIAL_CONTENT | StatusCode::RANGE_NOT_SATISFIABLE if from > 0 => {
                return Box::pin(self.begin(address, 0)).await;
            }
            status => return Err(format!("it answered {status}")),
        };
        let bytes = response.headers().get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
        Ok(Download { response, begins_at, bytes })
    }
}

impl Download {
    /// The next bytes; `None` at the end.
    pub async fn next(&mut self) -> Result<Option<impl AsRef<[u8]> + use<>>, String> {
        match timeout(LONGEST_SILENCE, self.response.chunk()).await {
            Ok(Ok(chunk)) => Ok(chunk),
            Ok(Err(error)) => Err(format!("it broke off ({})", root_cause(&error))),
            Err(_) => Err(silent()),
        }
    }
}

fn begins_at(response: &Response) -> Option<u64> {
    let range = response.headers().get(CONTENT_RANGE)?.to_str().ok()?;
    range.strip_prefix("bytes ")?.split('-').next()?.trim().parse().ok()
}

fn silent() -> String {
    format!("it was silent for {} s", LONGEST_SILENCE.as_secs())
}
