//! The one place that sends. One call, one attempt: redirects, retries and reused connections are off, because each
//! could send twice what is billed once.

use std::io::Write;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use reqwest::multipart::{Form, Part as FormPart};
use reqwest::redirect::Policy;
use reqwest::{RequestBuilder, Response};
use rustls::{ClientConfig, RootCertStore};
use secrecy::ExposeSecret;
use tokio::time::{Instant, timeout_at};
use tokio_util::io::ReaderStream;

use super::call::{Body, Call, Method};
use super::endpoint::{is_loopback, secret_header};
use super::redact::{Redactor, mask};
use super::reply::Head;
use crate::plan::Failure;

/// How long connecting may take. Nothing has been sent by then, so giving up is free.
const CONNECT: Duration = Duration::from_secs(5);

/// How a call ended.
#[derive(Debug)]
pub enum Sent {
    /// Nothing of the request left this machine: surely not billed.
    Nothing(Failure),
    /// Nor did anything here, and only because this program may open no more connections: no fault of the provider.
    NoRoom(Failure),
    /// The whole reply is in the sink.
    Complete(Head),
    /// Sent, but the reply did not come in full. The sink has what came of its body.
    Broken { head: Option<Head>, failure: Failure },
}

/// Connections to the outside, for all providers.
#[derive(Clone)]
pub struct Client {
    outside: reqwest::Client,
    /// Servers on this machine are never reached through the proxy of the environment.
    loopback: reqwest::Client,
}

impl Client {
    /// Trusts the system's certificates and the ones built in, so that neither a bare machine nor one with a company's
    /// own certificate needs setting up.
    pub fn new() -> Result<Self, Failure> {
        let tls = tls()?;
        Ok(Self {
            outside: build(|builder| builder, tls.clone())?,
            loopback: build(reqwest::ClientBuilder::no_proxy, tls)?,
        })
    }

    /// Sends a call once. The raw body goes to `sink` as it comes, and after that to `on_chunk`; a key that the server
    /// echoes is masked in both, unless data may hold it by chance.
    pub async fn send(
        &self,
        call: &Call,
        sink: &mut (dyn Write + Send),
        on_chunk: &mut (dyn FnMut(&[u8]) + Send),
    ) -> Sent {
        let request = match self.request(call) {
            Ok(request) => request,
            Err(failure) => return Sent::Nothing(failure),
        };
        let deadline = Instant::now() + call.limits.total;
        let response = match timeout_at(deadline, request.send()).await {
            Ok(Ok(response)) => response,
            Ok(Err(error)) if error.is_connect() || error.is_builder() => {
                return match want_of_files(&error) {
                    Some(failure) => Sent::NoRoom(failure),
                    None => Sent::Nothing(unreachable(call, &error)),
                };
            }
            Ok(Err(error)) => return Sent::Broken { head: None, failure: broken(call, &root_cause(&error)) },
            Err(_) => return Sent::Broken { head: None, failure: too_slow(call, call.limits.total) },
        };
        let head = head_of(call, &response);
        match receive(call, response, deadline, sink, on_chunk).await {
            Ok(()) => Sent::Complete(head),
            Err(failure) => Sent::Broken { head: Some(head), failure },
        }
    }

    /// Sends a call that costs nothing and keeps the reply in memory.
    pub async fn ask(&self, call: &Call) -> (Sent, Vec<u8>) {
        let mut body = Vec::new();
        let sent = self.send(call, &mut body, &mut |_| {}).await;
        (sent, body)
    }

    fn request(&self, call: &Call) -> Result<RequestBuilder, Failure> {
        let client = if is_loopback(&call.url) { &self.loopback } else { &self.outside };
        let url = call.url.clone();
        let mut request = match call.method {
            Method::Get => client.get(url),
            Method::Post => client.post(url),
        };
        if let Some(key) = &call.key {
            let value = secret_header(key.header_value().expose_secret()).ok_or_else(|| not_sendable(call))?;
            request = request.header(HeaderName::from_static(key.header_name()), value);
        }
        Ok(match &call.body {
            Body::Empty => request,
            Body::Json(json) => request.header(CONTENT_TYPE, "application/json").body(json.clone()),
            Body::Multipart(parts) => {
                let mut form = Form::new();
                for part in parts {
                    let mut content = match &part.stored {
                        Some(path) => stored(path).map_err(|error| unreadable(call, &error))?,
                        None => FormPart::bytes(part.content.clone()),
                    };
                    if let Some((name, media_type)) = &part.file {
                        content =
                            content.file_name(name.clone()).mime_str(media_type).map_err(|_| not_sendable(call))?;
                    }
                    form = form.part(part.name.clone(), content);
                }
                request.multipart(form)
            }
        })
    }
}

/// A file on its way to a provider: its length is told, its bytes are read as they are sent.
fn stored(path: &Path) -> std::io::Result<FormPart> {
    let file = std::fs::File::open(path)?;
    let length = file.metadata()?.len();
    let bytes = ReaderStream::with_capacity(tokio::fs::File::from_std(file), 256 * 1024);
    Ok(FormPart::stream_with_length(reqwest::Body::wrap_stream(bytes), length))
}

/// Connections as all are here, but for what is changed.
pub(in crate::providers) fn build_with(
    change: impl FnOnce(reqwest::ClientBuilder) -> reqwest::ClientBuilder,
) -> Result<reqwest::Client, Failure> {
    build(change, tls()?)
}

fn build(
    proxies: impl FnOnce(reqwest::ClientBuilder) -> reqwest::ClientBuilder,
    tls: ClientConfig,
) -> Result<reqwest::Client, Failure> {
    let mut headers = HeaderMap::new();
    headers.insert("accept", HeaderValue::from_static("*/*"));
    // A packed body cannot be limited while it comes, and pictures and sound are packed already.
    headers.insert("accept-encoding", HeaderValue::from_static("identity"));
    let builder = reqwest::Client::builder()
        .tls_backend_preconfigured(tls)
        .user_agent(concat!("babblecast/", env!("CARGO_PKG_VERSION")))
        .default_headers(headers)
        .connect_timeout(CONNECT)
        .redirect(Policy::none())
        .retry(reqwest::retry::never())
        // A kept connection may be closed by the server just as it is used again: the call would count as sent, and
        // maybe billed, although nobody saw it. A handshake is cheaper than that doubt.
        .pool_max_idle_per_host(0);
    proxies(builder).build().map_err(|error| cannot_start(&error))
}

fn tls() -> Result<ClientConfig, Failure> {
    let mut roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    let config = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| cannot_start(&error))?;
    Ok(config.with_root_certificates(roots).with_no_client_auth())
}

async fn receive(
    call: &Call,
    mut response: Response,
    deadline: Instant,
    sink: &mut (dyn Write + Send),
    on_chunk: &mut (dyn FnMut(&[u8]) + Send),
) -> Result<(), Failure> {
    let limits = call.limits;
    let mut redactor = Redactor::new(call.key.as_ref().map_or(&[], |key| key.bytes()));
    let mut received = 0_u64;
    let mut keep = |bytes: &[u8]| {
        sink.write_all(bytes).map_err(|error| not_kept(call, &error))?;
        on_chunk(bytes);
        Ok(())
    };
    loop {
        let idle_until = limits.idle_between_chunks.map(|idle| Instant::now() + idle);
        let until = idle_until.map_or(deadline, |idle| idle.min(deadline));
        let chunk = match timeout_at(until, response.chunk()).await {
            Ok(Ok(Some(chunk))) => chunk,
            Ok(Ok(None)) => break,
            Ok(Err(error)) => return Err(broken(call, &root_cause(&error))),
            Err(_) if until < deadline => {
                return Err(fell_silent(call, limits.idle_between_chunks.unwrap_or_default()));
            }
            Err(_) => return Err(too_slow(call, limits.total)),
        };
        received += chunk.len() as u64;
        if received > limits.body_bytes {
            return Err(broken(call, &format!("it is larger than {} MiB", limits.body_bytes >> 20)));
        }
        keep(&redactor.pass(&chunk))?;
    }
    keep(&redactor.rest())?;
    sink.flush().map_err(|error| not_kept(call, &error))
}

fn head_of(call: &Call, response: &Response) -> Head {
    let secret = call.key.as_ref().map_or(&[][..], |key| key.bytes());
    let values: Vec<(&str, String)> = response
        .headers()
        .iter()
        .map(|(name, value)| {
            let mut bytes = value.as_bytes().to_vec();
            mask(&mut bytes, secret);
            (name.as_str(), String::from_utf8_lossy(&bytes).into_owned())
        })
        .collect();
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    let headers = values.iter().map(|(name, value)| (*name, value.as_str()));
    Head::new(response.status().as_u16(), headers, now)
}

/// The innermost reason of an error: the outer ones only say that a request failed.
pub(in crate::providers) fn root_cause(error: &dyn std::error::Error) -> String {
    let mut cause = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    cause.to_string()
}

/// Whether one of the reasons of an error is that this program may open no more.
fn want_of_files(error: &reqwest::Error) -> Option<Failure> {
    let mut cause: Option<&dyn std::error::Error> = Some(error);
    while let Some(error) = cause {
        let failure = error.downcast_ref().and_then(Failure::for_want_of_files);
        if failure.is_some() {
            return failure;
        }
        cause = error.source();
    }
    None
}

fn host(call: &Call) -> &str {
    call.url.host_str().unwrap_or_default()
}

fn unreachable(call: &Call, error: &reqwest::Error) -> Failure {
    let why = if error.is_timeout() {
        format!("no connection within {} seconds", CONNECT.as_secs())
    } else {
        root_cause(error)
    };
    Failure {
        reason: format!("{} could not be reached at {} ({why})", call.provider, host(call)),
        next_step: "Nothing was sent and nothing billed. Check the network, then generate again.".to_owned(),
        retryable: true,
    }
}

fn broken(call: &Call, why: &str) -> Failure {
    Failure {
        reason: format!("The reply of {} did not come in full ({why})", call.provider),
        next_step: MAY_BE_BILLED.to_owned(),
        retryable: true,
    }
}

fn too_slow(call: &Call, limit: Duration) -> Failure {
    Failure {
        reason: format!("{} did not finish within {}", call.provider, seconds(limit)),
        next_step: MAY_BE_BILLED.to_owned(),
        retryable: true,
    }
}

fn fell_silent(call: &Call, limit: Duration) -> Failure {
    Failure {
        reason: format!("{} sent nothing for {} in the middle of its reply", call.provider, seconds(limit)),
        next_step: MAY_BE_BILLED.to_owned(),
        retryable: true,
    }
}

fn not_kept(call: &Call, error: &std::io::Error) -> Failure {
    Failure {
        reason: format!("The reply of {} could not be written to disk ({error})", call.provider),
        next_step: "Make room on the disk of the studio home; the call may have been billed.".to_owned(),
        retryable: true,
    }
}

fn not_sendable(call: &Call) -> Failure {
    Failure {
        reason: format!("The call to {} cannot be written as HTTP", call.provider),
        next_step: "This is a fault of babblecast; please report it.".to_owned(),
        retryable: false,
    }
}

fn unreadable(call: &Call, error: &std::io::Error) -> Failure {
    Failure {
        reason: format!("The sound for {} cannot be read ({error})", call.provider),
        next_step: "Nothing was sent and nothing billed. Import the recording again.".to_owned(),
        retryable: true,
    }
}

fn cannot_start(error: &dyn std::error::Error) -> Failure {
    Failure {
        reason: format!("Secure connections cannot be set up on this machine ({})", root_cause(error)),
        next_step: "Drafts need none: use --image sketch --voice pico.".to_owned(),
        retryable: false,
    }
}

/// The next step of every call whose end is not known.
pub(crate) const MAY_BE_BILLED: &str = "It may have been billed: retry or drop it.";

fn seconds(limit: Duration) -> String {
    format!("{} s", limit.as_secs_f64())
}
