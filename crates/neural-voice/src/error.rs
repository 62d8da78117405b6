//! Why nothing was said.

/// What went wrong, for the person.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The caller asked to stop.
    #[error("it was cancelled")]
    Cancelled,
    /// A file of the voice is not what it should be.
    #[error("{what} is damaged. Install the program again")]
    Damaged {
        /// The file by its purpose: `the network of the voice`.
        what: String,
    },
    /// The network refused its input or gave back something else than promised.
    #[error("the voice's network failed: {reason}")]
    Network {
        /// A clause of the runtime's or our own.
        reason: String,
    },
}

impl Error {
    pub(crate) fn damaged(what: &str) -> Self {
        Self::Damaged { what: what.to_owned() }
    }

    pub(crate) fn network(reason: impl std::fmt::Display) -> Self {
        Self::Network { reason: reason.to_string() }
    }
}
