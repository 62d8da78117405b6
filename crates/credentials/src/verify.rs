//! Checks credentials. Nothing is fetched: who is trusted is what the caller brings.

use std::fs::File;
use std::io::{Read, Seek};
use std::path::Path;

use c2pa::{Context, Reader, Settings, ValidationState};

use super::error::CredentialError;
use super::identity::named;
use super::media_type::media_type;
use super::verified::{Standing, Verified, VerifiedIngredient};

/// The code of a signature that the key of its certificate did not make (C2PA specification, "Validation status codes").
pub(crate) const SIGNATURE_WRONG: &str = "claimSignature.mismatch";

/// The code of a signer for whom nobody known vouches: no fault of the file.
const UNTRUSTED: &str = "signingCredential.untrusted";

/// Checks the credentials that are embedded in a file. `anchors` are certificates (PEM) whose word for a signer is taken.
/// `None` where the file has none.
pub fn verify(path: &Path, anchors: Option<&str>) -> Result<Option<Verified>, CredentialError> {
    let file = File::open(path).map_err(|source| CredentialError::Unreadable { path: path.to_owned(), source })?;
    let unchecked = |error: c2pa::Error| CredentialError::Unchecked(error.to_string());
    match read(file, anchors) {
        Ok(reader) => Ok(Some(verified(&reader))),
        Err(c2pa::Error::JumbfNotFound | c2pa::Error::ProvenanceMissing) => Ok(None),
        Err(error) => Err(unchecked(error)),
    }
}

/// What is wrong with the active manifest of a file, as code and words; that nobody vouches for the signer is not.
pub(crate) fn failures<R: Read + Seek + Send>(file: R) -> c2pa::Result<Vec<(String, String)>> {
    Ok(failures_of(&read(file, None)?))
}

fn read<R: Read + Seek + Send>(mut file: R, anchors: Option<&str>) -> c2pa::Result<Reader> {
    let mut settings = Settings::new();
    if let Some(anchors) = anchors {
        settings = settings.with_value("trust.trust_anchors", anchors)?;
    }
    let kind = media_type(&mut file)?;
    Reader::from_context(Context::new().with_settings(settings)?).with_stream(kind, file)
}

fn failures_of(reader: &Reader) -> Vec<(String, String)> {
    let Some(results) = reader.validation_results() else { return Vec::new() };
    let of_file = results.active_manifest().into_iter().flat_map(c2pa::validation_results::StatusCodes::failure);
    let of_ingredients = results.ingredient_deltas().into_iter().flatten();
    let of_ingredients = of_ingredients.flat_map(|found| found.validation_deltas().failure());
    of_file
        .chain(of_ingredients)
        .filter(|status| status.code() != UNTRUSTED)
        .map(|status| (status.code().to_owned(), status.explanation().unwrap_or(status.code()).to_owned()))
        .collect()
}

fn verified(reader: &Reader) -> Verified {
    let standing = match reader.validation_state() {
        ValidationState::Trusted => Standing::Trusted,
        ValidationState::Valid => Standing::Intact,
        ValidationState::Invalid => Standing::Broken,
    };
    let mut problems: Vec<String> = failures_of(reader).into_iter().map(|(_, words)| words).collect();
    problems.dedup();
    let signer_of = |manifest: &c2pa::Manifest| named(manifest.common_name().as_deref(), manifest.issuer().as_deref());
    let active = reader.active_manifest();
    let ingredients = active.map_or(&[][..], |manifest| manifest.ingredients());
    let ingredients = ingredients.iter().map(|ingredient| VerifiedIngredient {
        title: ingredient.title().unwrap_or("without a title").to_owned(),
        signed_by: ingredient.active_manifest().and_then(|label| reader.get_manifest(label)).and_then(signer_of),
    });
    Verified { standing, signed_by: active.and_then(signer_of), problems, ingredients: ingredients.collect() }
}
