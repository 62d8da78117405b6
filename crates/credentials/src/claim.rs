//! What a person signs with, and what they state of a file.

use std::path::PathBuf;

use domain::Provenance;
use secrecy::SecretString;

/// Where the certificate and the key of a person lie.
#[derive(Debug, Clone)]
pub struct Identity {
    /// PEM: the person's certificate, then those that vouch for it, the root left out.
    pub certificates: PathBuf,
    /// PEM: the private key in the form PKCS#8, with a password or without.
    pub key: PathBuf,
    pub password: Option<SecretString>,
}

/// What is stated of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    pub title: String,
    pub provenance: Provenance,
    /// What the file was made of. Credentials of its own that one has go into the claim whole.
    pub ingredients: Vec<Ingredient>,
    /// Of the program that made the file: its name and version.
    pub generator: (&'static str, &'static str),
}

/// A file that went into another one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ingredient {
    pub title: String,
    pub path: PathBuf,
}
