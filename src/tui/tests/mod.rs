//! The studio driven by key scripts, over a scripted engine. Each test reads as what a person does and then sees.

mod keys;
mod look;
mod money;
mod rehearsal;
mod sizes;
