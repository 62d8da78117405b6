//! One integration binary: each promise of the product in a module of its own.

mod arrows;
mod bad_replies;
mod cli;
mod engine;
mod episode;
mod fake_provider;
mod pace;
mod paid;
mod portraits;
mod program;
#[cfg(unix)]
mod pty;
mod samples;
mod spoken;
mod support;
