//! The drawn baby.
