//! The engine with makers of the tests' own.

#[allow(dead_code, reason = "the tests of the whole program use all of it")]
#[path = "../../../../tests/it/fake_provider.rs"]
mod fake_provider;

mod panics;
