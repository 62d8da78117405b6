//! One call to an outside provider: what is sent, how it is sent, what came back. The only place that speaks HTTP; it
//! never retries and knows neither pictures nor sounds. Beside it, downloads of what is published and costs nothing.

pub(crate) mod base64;
pub(crate) mod call;
pub(crate) mod client;
mod download;
pub(crate) mod endpoint;
pub(crate) mod lenient;
mod redact;
pub(crate) mod reply;
pub(crate) mod retry;
pub mod sse;
#[cfg(test)]
mod tests;

pub(crate) use call::{ApiKey, Body, Call, KeyHeader, Limits, Method, Part};
pub(crate) use client::{Client, Sent};
pub use download::{Download, Downloads};
pub(crate) use endpoint::Endpoint;
pub(crate) use reply::{Head, Reply};
