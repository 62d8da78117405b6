//! One call to an outside provider: what is sent, how it is sent, what came back. The only place that speaks HTTP; it
//! never retries and knows neither pictures nor sounds. Beside it, downloads of what is published and costs nothing.

pub mod base64;
pub mod call;
pub mod client;
mod download;
pub mod endpoint;
pub mod lenient;
mod redact;
pub mod reply;
pub mod retry;
pub mod sse;
#[cfg(test)]
mod tests;

pub use call::{ApiKey, Body, Call, KeyHeader, Limits, Method, Part};
pub use client::{Client, Sent};
pub use download::{Download, Downloads};
pub use endpoint::Endpoint;
pub use reply::{Head, Reply};
