//! The certificate and the key of a person: read, opened and looked at, so that what is wrong is said in words before
//! anything is signed. Called by `signer` only.

use std::fmt::Write;
use std::path::Path;

use c2pa::SigningAlg;
use pkcs8::EncryptedPrivateKeyInfo;
use pkcs8::der::pem::LineEnding;
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};
use x509_parser::certificate::X509Certificate;
use x509_parser::pem::Pem;
use x509_parser::prelude::FromDer;
use x509_parser::time::ASN1Time;

use super::claim::Identity;
use super::error::CredentialError;

/// An identity that can be tried.
pub(crate) struct Opened {
    /// As PEM, the person's own first.
    pub(crate) chain: String,
    /// As PEM, PKCS#8, without a password.
    pub(crate) key: SecretString,
    pub(crate) algorithm: SigningAlg,
    pub(crate) holder: String,
    /// The last day of the certificate, as year-month-day.
    pub(crate) until: String,
    /// SHA-256 of the certificate, in hexadecimal digits.
    pub(crate) fingerprint: String,
}

pub(crate) fn open(identity: &Identity) -> Result<Opened, CredentialError> {
    let chain = certificates(&identity.certificates)?;
    let own = chain.first().ok_or_else(|| CredentialError::NoCertificate(identity.certificates.clone()))?;
    let no_certificate = |_| CredentialError::NoCertificate(identity.certificates.clone());
    let (_, certificate) = X509Certificate::from_der(&own.contents).map_err(no_certificate)?;
    let holder = holder(&certificate);
    let validity = certificate.validity();
    if !validity.is_valid() {
        let (from, to) = (day(validity.not_before), day(validity.not_after));
        return Err(CredentialError::OutOfDate { holder, from, to });
    }
    let algorithm = fit(&certificate).map_err(|why| CredentialError::Unfit { holder: holder.clone(), why })?;
    let until = day(validity.not_after);
    let fingerprint = Sha256::digest(&own.contents).iter().fold(String::new(), |mut digits, byte| {
        let _ = write!(digits, "{byte:02x}");
        digits
    });
    let key = key(identity)?;
    Ok(Opened { chain: as_pem(&chain), key, algorithm, holder, until, fingerprint })
}

/// The certificates of a file, in their order. Other things in it, such as a key, are passed over.
fn certificates(path: &Path) -> Result<Vec<Pem>, CredentialError> {
    let is_certificate = |pem: &Pem| pem.label == "CERTIFICATE";
    Ok(sections(&read(path)?).into_iter().filter(is_certificate).collect())
}

/// The private key as PEM without a password.
fn key(identity: &Identity) -> Result<SecretString, CredentialError> {
    let path = &identity.key;
    let text = SecretString::from(read(path)?);
    for pem in sections(text.expose_secret()) {
        match pem.label.as_str() {
            "PRIVATE KEY" => return Ok(SecretString::from(section("PRIVATE KEY", &pem.contents))),
            "ENCRYPTED PRIVATE KEY" => {
                let Some(password) = &identity.password else { return Err(CredentialError::NoPassword(path.clone())) };
                let wrong = || CredentialError::WrongPassword(path.clone());
                let closed = EncryptedPrivateKeyInfo::try_from(pem.contents.as_slice())
                    .map_err(|_| CredentialError::NoKey(path.clone()))?;
                let opened = closed.decrypt(password.expose_secret()).map_err(|_| wrong())?;
                let pem = opened.to_pem("PRIVATE KEY", LineEnding::LF).map_err(|_| wrong())?;
                return Ok(SecretString::from(pem.as_str()));
            }
            label if label.ends_with(" PRIVATE KEY") => return Err(CredentialError::OlderKey(path.clone())),
            _ => {}
        }
    }
    Err(CredentialError::NoKey(path.clone()))
}

fn read(path: &Path) -> Result<String, CredentialError> {
    /// No chain of certificates is larger.
    const LARGEST: u64 = 1 << 20;
    let unreadable = |source| CredentialError::Unreadable { path: path.to_owned(), source };
    let length = std::fs::metadata(path).map_err(unreadable)?.len();
    if length > LARGEST {
        return Err(unreadable(std::io::Error::other("it is larger than certificates and keys can be")));
    }
    let bytes = std::fs::read(path).map_err(unreadable)?;
    // A file in DER form, or any other: no section will be found in it.
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// The sections of a PEM file, up to the first that is broken.
fn sections(text: &str) -> Vec<Pem> {
    Pem::iter_from_buffer(text.as_bytes()).map_while(Result::ok).collect()
}

fn as_pem(chain: &[Pem]) -> String {
    chain.iter().map(|pem| section("CERTIFICATE", &pem.contents)).collect()
}

/// A section of PEM (RFC 7468): base64 in lines of 64.
fn section(label: &str, der: &[u8]) -> String {
    pkcs8::der::pem::encode_string(label, LineEnding::LF, der).unwrap_or_default()
}

/// The person or company: the common name, with the organisation where that is another.
fn holder(certificate: &X509Certificate<'_>) -> String {
    let subject = certificate.subject();
    let name = subject.iter_common_name().find_map(|name| name.as_str().ok());
    let organisation = subject.iter_organization().find_map(|name| name.as_str().ok());
    named(name, organisation).unwrap_or_else(|| "nobody who is named".to_owned())
}

/// The algorithm that a certificate signs with, where it is one that may sign content (C2PA specification 2.2, 13.2 "Digital
/// Signatures" and 14.5 "X.509 Certificates"); else what is wrong, for the faults that people meet. The rest of the profile is
/// left to the trial.
fn fit(certificate: &X509Certificate<'_>) -> Result<SigningAlg, String> {
    if certificate.is_ca() {
        return Err("it is that of an authority, which vouches for others".to_owned());
    }
    // Validators built on the C2PA project's own library take a signature without one for wrong.
    if certificate.subject().iter_organization().next().is_none() {
        return Err("it names no organisation (O=)".to_owned());
    }
    let usage = certificate.extended_key_usage().ok().flatten();
    let is_for_content = usage.is_some_and(|usage| {
        let other = |known: &&str| usage.value.other.iter().any(|of| of.to_id_string() == **known);
        !usage.value.any && (usage.value.email_protection || FOR_CONTENT.iter().any(other))
    });
    if !is_for_content {
        return Err("its extended key usage names neither e-mail protection, nor document signing, nor C2PA".to_owned());
    }
    algorithm(certificate).ok_or_else(|| {
        "its key is neither RSA, nor Ed25519, nor on one of the curves P-256, P-384 and P-521".to_owned()
    })
}

/// What an extended key usage may be, beside e-mail protection: document signing (RFC 9336), and C2PA claim signing by the
/// numbers of Microsoft and of the C2PA.
const FOR_CONTENT: [&str; 3] = ["1.3.6.1.5.5.7.3.36", "1.3.6.1.4.1.311.76.59.1.9", "1.3.6.1.4.1.62558.2.1"];

fn algorithm(certificate: &X509Certificate<'_>) -> Option<SigningAlg> {
    let key = &certificate.public_key().algorithm;
    match key.algorithm.to_id_string().as_str() {
        // RSA, and RSA for PSS alone.
        "1.2.840.113549.1.1.1" | "1.2.840.113549.1.1.10" => Some(SigningAlg::Ps256),
        "1.3.101.112" => Some(SigningAlg::Ed25519),
        // Elliptic curves: which one is a parameter.
        "1.2.840.10045.2.1" => match key.parameters.as_ref()?.as_oid().ok()?.to_id_string().as_str() {
            "1.2.840.10045.3.1.7" => Some(SigningAlg::Es256),
            "1.3.132.0.34" => Some(SigningAlg::Es384),
            "1.3.132.0.35" => Some(SigningAlg::Es512),
            _ => None,
        },
        _ => None,
    }
}

fn day(time: ASN1Time) -> String {
    time.to_datetime().date().to_string()
}

/// A person or company in words: the common name, with the organisation where that is another.
pub(crate) fn named(name: Option<&str>, organisation: Option<&str>) -> Option<String> {
    match (name, organisation) {
        (Some(name), Some(organisation)) if name != organisation => Some(format!("{name} ({organisation})")),
        (name, organisation) => name.or(organisation).map(str::to_owned),
    }
}
