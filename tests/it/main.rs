//! One integration binary: each promise of the product in a module of its own.

mod api;
mod api_fuzz;
mod api_restart;
mod api_support;
mod api_wrong;
mod arrows;
mod bad_replies;
mod cli;
mod cli_told;
mod cli_wrong;
mod doctor;
#[cfg(unix)]
mod doubt;
#[cfg(unix)]
mod edits;
#[cfg(unix)]
mod ended;
mod engine;
mod episode;
mod fake_account;
mod fake_provider;
#[cfg(target_os = "linux")]
mod full_disk;
mod http;
#[cfg(unix)]
mod killed;
#[cfg(unix)]
mod machine;
#[cfg(unix)]
mod many;
mod money;
#[cfg(unix)]
mod outside;
mod pace;
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
mod voices;
