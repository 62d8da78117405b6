//! babblecast: a terminal studio for "baby podcast" campaigns.
//!
//! ```text
//! keys ─► tui ─┐                        ┌─► providers ─► baby, media
//!              ├─ Command ─► engine ─┬──┤
//! args ─► cli ─┤  ◄─ Event           │  └─► store (home, campaigns folder, output)
//! http ─► api ─┘                     └────► plan ─► domain
//! ```
//!
//! A campaign file is read by [`domain`], planned by [`plan`] into jobs with keys, made by [`providers`], kept by
//! [`store`], all driven by [`engine`]. `tui`, `cli` and `api` only send commands and show events. ARCHITECTURE.md has the whole
//! picture and the arrows that may exist.

#![warn(clippy::unwrap_used, clippy::expect_used)]

pub use {baby, domain, face, media};

// What counts money, bytes and jobs casts nothing in silence; what computes sounds, pixels and cells of a screen does.
#[cfg_attr(not(test), warn(clippy::cast_possible_truncation, clippy::cast_possible_wrap, clippy::cast_sign_loss))]
pub mod api;
#[cfg_attr(not(test), warn(clippy::cast_possible_truncation, clippy::cast_possible_wrap, clippy::cast_sign_loss))]
pub mod cli;
#[cfg_attr(not(test), warn(clippy::cast_possible_truncation, clippy::cast_possible_wrap, clippy::cast_sign_loss))]
pub mod config;
#[cfg_attr(not(test), warn(clippy::cast_possible_truncation, clippy::cast_possible_wrap, clippy::cast_sign_loss))]
pub mod engine;
#[cfg_attr(not(test), warn(clippy::cast_possible_truncation, clippy::cast_possible_wrap, clippy::cast_sign_loss))]
pub mod plan;
pub mod providers;
pub mod show;
#[cfg_attr(not(test), warn(clippy::cast_possible_truncation, clippy::cast_possible_wrap, clippy::cast_sign_loss))]
pub mod store;
pub mod tui;
