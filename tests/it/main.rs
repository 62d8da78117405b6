//! One integration binary: each promise of the product in a module of its own.

mod arrows;
mod engine;
mod samples;
mod support;
