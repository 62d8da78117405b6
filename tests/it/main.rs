//! One integration binary: each promise of the product in a module of its own.

mod arrows;
mod cli;
mod engine;
mod episode;
mod fake_provider;
mod paid;
mod program;
#[cfg(unix)]
mod pty;
mod samples;
mod support;
