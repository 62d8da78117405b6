//! What makes a copy of an asset a file for people: the mark that says how it was made, and, where the person has a
//! certificate, their signature under that and under what it was made of.

use std::path::Path;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use crate::credentials::{self, Claim, CredentialError, Identity, Signer};
use crate::domain::Provenance;
use crate::media::mark;
use crate::store::{Finish, Ingredient, Published, Wanted};

/// Whose signature, and how it is made. The certificate is read when the first file is to be signed, and no more.
#[derive(Debug, Default)]
pub struct Finishing {
    identity: Option<Identity>,
    signer: OnceLock<Result<Signer, CredentialError>>,
    is_told: AtomicBool,
}

impl Finishing {
    pub fn new(identity: Option<Identity>) -> Self {
        Self { identity, ..Self::default() }
    }

    /// Why written files are not signed that should be, for people. A certificate that does not do is told once.
    pub fn trouble(&self, published: &Published) -> Option<String> {
        if published.written.is_empty() {
            return None;
        }
        if let Some(Err(error)) = self.signer() {
            return (!self.is_told.swap(true, Relaxed)).then(|| format!("Files are not signed: {error}."));
        }
        let (path, why) = published.unsigned.first()?;
        let others = match published.unsigned.len() {
            1 => String::new(),
            count => format!(" The same goes for {} more.", count - 1),
        };
        Some(format!("{path} is not signed: {why}.{others} The next export tries again."))
    }

    fn signer(&self) -> Option<&Result<Signer, CredentialError>> {
        let identity = self.identity.as_ref()?;
        Some(self.signer.get_or_init(|| Signer::open(identity)))
    }

    fn ready(&self) -> Option<&Signer> {
        self.signer()?.as_ref().ok()
    }
}

impl Finish for Finishing {
    fn mark(&self, copy: &Path, provenance: &Provenance) -> std::io::Result<()> {
        mark::write(copy, provenance)
    }

    fn signs_as(&self) -> Option<&str> {
        self.ready().map(Signer::fingerprint)
    }

    fn sign(&self, copy: &Path, wanted: &Wanted, provenance: &Provenance) -> Result<(), String> {
        let Some(signer) = self.ready() else { return Ok(()) };
        // What its maker signed stays as it came, and is an ingredient of what is made of it.
        if mark::read(copy).map_err(|error| error.to_string())?.c2pa.is_some() {
            return Ok(());
        }
        let named = |ingredient: &Ingredient| credentials::Ingredient {
            title: ingredient.title.clone(),
            path: ingredient.path.clone(),
        };
        let title = wanted.path.rsplit('/').next().unwrap_or(&wanted.path).to_owned();
        let claim = Claim {
            title,
            provenance: provenance.clone(),
            ingredients: wanted.ingredients.iter().filter(|ingredient| ingredient.is_as_it_was()).map(named).collect(),
            generator: (env!("CARGO_PKG_NAME"), env!("CARGO_PKG_VERSION")),
        };
        signer.sign(copy, &claim).map_err(|error| error.to_string())
    }
}
