//! babblecast: a terminal studio for "baby podcast" campaigns.
//!
//! ```text
//! keys ─► tui ─┐                        ┌─► providers ─► baby, media
//!              ├─ Command ─► engine ─┬──┤
//! args ─► cli ─┤  ◄─ Event           │  └─► store (home, campaigns folder, output)
//! http ─► api ─┤                     └────► plan ─► domain
//! agent ► mcp ─┘
//! ```
//!
//! A campaign file is read by [`domain`], planned by [`plan`] into jobs with keys, made by [`providers`], kept by
//! [`store`], all driven by [`engine`]. `tui`, `cli`, `api` and `mcp` only send commands and show events. ARCHITECTURE.md has the whole
//! picture and the arrows that may exist.

#![cfg_attr(not(test), warn(missing_docs))]
#![warn(clippy::unwrap_used, clippy::expect_used)]
// What counts money, bytes and jobs casts nothing in silence; rooms that compute sounds, pixels and cells may.
#![cfg_attr(not(test), warn(clippy::cast_possible_truncation, clippy::cast_possible_wrap, clippy::cast_sign_loss))]

pub use {baby, credentials, domain, face, media};

pub mod api;
pub mod cli;
mod config;
pub mod engine;
pub mod farm;
pub mod mcp;
pub mod plan;
#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_sign_loss,
    reason = "sounds and pixels"
)]
pub mod providers;
#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_sign_loss,
    reason = "pixels and cells"
)]
mod show;
pub mod store;
#[allow(clippy::cast_possible_truncation, clippy::cast_possible_wrap, clippy::cast_sign_loss, reason = "cells")]
mod tui;
