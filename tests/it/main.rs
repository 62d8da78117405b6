//! One integration binary: each promise of the product in a module of its own.

mod api;
mod api_fuzz;
mod api_support;
mod api_wrong;
mod arrows;
mod cli;
mod engine;
mod fake_provider;
mod http;
mod paid;
mod program;
#[cfg(unix)]
mod pty;
mod samples;
mod support;
