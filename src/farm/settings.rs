//! How the farm's server is reached. Knows nothing of NATS, so that a program without the farm reads the same config.

use std::path::PathBuf;
use std::time::Duration;

use secrecy::SecretString;

/// The server of a farm, and how much of it a home uses.
#[derive(Debug, Clone)]
pub struct FarmSettings {
    /// `nats://host:4222` or `tls://host:4222`; several with commas between them.
    pub nats: String,
    /// A credentials file as `nsc` writes it.
    pub credentials: Option<PathBuf>,
    /// Certificates beside those of the system that a server may show, as PEM.
    pub ca: Option<PathBuf>,
    /// From the environment only.
    pub token: Option<SecretString>,
    /// How many clips this machine makes itself at once; `None` is one for each processor that no worker on it has.
    pub local: Option<usize>,
    /// After so long without an answer a clip is made at home as soon as a processor is free.
    pub patience: Duration,
    /// Where is written down what this machine was found to make; `None` is nowhere.
    pub found: Option<PathBuf>,
}

/// A clip takes a few seconds; twice as many leave a worker that died time to be noticed.
pub const PATIENCE: Duration = Duration::from_mins(1);

impl FarmSettings {
    /// A farm by the address of its server, everything else as usual.
    pub fn new(nats: String) -> Self {
        Self { nats, credentials: None, ca: None, token: None, local: None, patience: PATIENCE, found: None }
    }

    /// The address without what opens it: a name and password in it are nobody's business.
    pub fn shown(&self) -> String {
        let one = |address: &str| match (address.split_once("://"), address.rsplit_once('@')) {
            (Some((scheme, _)), Some((_, host))) => format!("{scheme}://{host}"),
            (None, Some((_, host))) => host.to_owned(),
            (_, None) => address.to_owned(),
        };
        self.nats.split(',').map(|address| one(address.trim())).collect::<Vec<_>>().join(",")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_shown_without_its_password() {
        let shown = |nats: &str| FarmSettings::new(nats.to_owned()).shown();
        assert_eq!(shown("nats://me:secret@farm:4222, tls://farm2"), "nats://farm:4222,tls://farm2");
        assert_eq!(shown("me:secret@farm"), "farm");
        assert_eq!(shown("farm:4222"), "farm:4222");
    }
}
