//! Why nothing is signed or checked, in sentences for people.

use std::path::PathBuf;

/// Why nothing can be signed, or no signature be checked.
#[derive(Debug, thiserror::Error)]
pub enum CredentialError {
    /// Built without the feature.
    #[error("this babblecast was built without C2PA; `cargo install --path . --features c2pa` builds it with it")]
    Absent,
    #[error("{} cannot be read ({source})", path.display())]
    Unreadable { path: PathBuf, source: std::io::Error },
    #[error("{} holds no certificate in PEM form (-----BEGIN CERTIFICATE-----)", .0.display())]
    NoCertificate(PathBuf),
    #[error("{} holds no private key in PEM form (-----BEGIN PRIVATE KEY-----)", .0.display())]
    NoKey(PathBuf),
    /// A key of the older forms, which name the algorithm in their first line.
    #[error(
        "{} holds a key in an older form; `openssl pkcs8 -topk8 -in OLD -out NEW` writes the one that is read here",
        .0.display()
    )]
    OlderKey(PathBuf),
    #[error("the key in {} has a password, and none is given", .0.display())]
    NoPassword(PathBuf),
    #[error("the password does not open the key in {}", .0.display())]
    WrongPassword(PathBuf),
    #[error("the key in {} is not that of the certificate of {holder}", path.display())]
    OtherKey { path: PathBuf, holder: String },
    /// Before its first day or behind its last one, as RFC 3339 without a time zone's name.
    #[error("the certificate of {holder} is valid from {from} to {to}, and not today")]
    OutOfDate { holder: String, from: String, to: String },
    /// It is not made for this: C2PA asks for more than that a certificate be one.
    #[error("the certificate of {holder} cannot sign content: {why}")]
    Unfit { holder: String, why: String },
    /// Of one file.
    #[error("it cannot be signed ({0})")]
    Unsigned(String),
    /// Of one file.
    #[error("its C2PA manifest cannot be read ({0})")]
    Unchecked(String),
}
