//! What a user's keymap takes keys from without saying so, in words. Pure.

use std::fmt;

use super::action::Action;
use super::keymap::{Key, Section};

/// An action that has lost its last key to another one, because the user's file gives that key away.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    pub(super) section: Section,
    pub(super) key: Key,
    pub(super) from: Action,
    pub(super) by: Action,
}

impl fmt::Display for Taken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { section, key, from, by } = self;
        let (section, from, by) = (section.name(), from.name(), by.name());
        write!(
            f,
            "Your keymap gives {key} to {by}: [{section}] {from} has no key any more. Give it one, or {from} = []"
        )
    }
}
