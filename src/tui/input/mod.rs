//! What keys mean: the actions by name, and the keymap.

pub(super) mod action;
pub(super) mod keymap;
mod taken;
