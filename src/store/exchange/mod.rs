//! What leaves and enters a home: packs and the folder for people.

mod cast;
pub(super) mod kit;
pub(super) mod output;
pub(super) mod pack;
pub(super) mod unpack;
pub(super) mod uploads;
