//! What was made, as files: assets by their hash, and the sidecar that says what made them.

pub(super) mod assets;
pub(super) mod sidecar;
