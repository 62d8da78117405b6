//! One integration binary: each promise of the product in a module of its own.

mod arrows;
mod bad_replies;
mod cli;
#[cfg(unix)]
mod edits;
#[cfg(unix)]
mod ended;
mod engine;
mod fake_provider;
mod pace;
#[cfg(target_os = "linux")]
mod full_disk;
#[cfg(unix)]
mod killed;
#[cfg(unix)]
mod machine;
#[cfg(unix)]
mod many;
#[cfg(unix)]
mod money;
#[cfg(unix)]
mod outside;
mod paid;
mod portraits;
mod program;
#[cfg(unix)]
mod pty;
mod samples;
mod spoken;
mod support;
#[cfg(target_os = "linux")]
mod traced;
