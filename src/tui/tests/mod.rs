//! The studio driven by key scripts, over a scripted engine and over the real one. Each test reads as what a person does and
//! then sees.

mod cast;
mod doctor;
mod doubt;
mod editing;
mod farm;
mod finding;
mod full_size;
mod home;
mod importing;
mod keys;
mod ledger;
mod libraries;
mod listening;
mod live;
mod look;
mod money;
mod monkey;
mod palette;
mod place;
mod pointing;
mod print;
mod queue;
pub(super) mod rehearsal;
mod said;
mod sizes;
mod strip;
mod takes;
mod views;
mod voices;
mod writing;
