//! Credentials of a program that was built without them: whoever asks for a signature is told.

use std::convert::Infallible;
use std::path::Path;

use super::claim::{Claim, Identity};
use super::error::CredentialError;
use super::verified::Verified;

/// There is none.
#[derive(Debug)]
pub struct Signer(Infallible);

impl Signer {
    pub fn open(_: &Identity) -> Result<Self, CredentialError> {
        Err(CredentialError::Absent)
    }

    pub fn holder(&self) -> &str {
        match self.0 {}
    }

    pub fn until(&self) -> &str {
        match self.0 {}
    }

    pub fn fingerprint(&self) -> &str {
        match self.0 {}
    }

    pub fn sign(&self, _: &Path, _: &Claim) -> Result<(), CredentialError> {
        match self.0 {}
    }
}

pub fn verify(_: &Path, _: Option<&str>) -> Result<Option<Verified>, CredentialError> {
    Err(CredentialError::Absent)
}
