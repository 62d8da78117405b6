//! What is wrong with the settings.

/// What is wrong with the settings, a sentence a line.
#[derive(Debug, Clone, Default, PartialEq, Eq, thiserror::Error)]
#[error("{}", faults.join("\n"))]
pub struct ConfigError {
    pub faults: Vec<String>,
}
