//! Signs files. What it signs with is tried once, on a picture of one pixel, so that a certificate that does not count is
//! found before the first file.

use std::fs::File;
use std::io::{Cursor, Read, Seek, Write};
use std::path::Path;

use c2pa::{BoxedSigner, Builder};
use domain::{Provenance, SourceType};
use secrecy::ExposeSecret;
use serde_json::{Value, json};

use super::claim::{Claim, Identity, Ingredient};
use super::error::CredentialError;
use super::identity::{self, Opened};
use super::media_type::media_type;
use super::verify::{self, SIGNATURE_WRONG};

/// The address of the IPTC's vocabulary, before a term.
const SOURCE_TYPES: &str = "http://cv.iptc.org/newscodes/digitalsourcetype/";

/// A PNG of one grey pixel.
const PIXEL: &[u8] = &[
    0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0x00, 0x00, 0x00, 0x0d, 0x49, 0x48, 0x44, 0x52, 0x00, 0x00, 0x00,
    0x01, 0x00, 0x00, 0x00, 0x01, 0x08, 0x00, 0x00, 0x00, 0x00, 0x3a, 0x7e, 0x9b, 0x55, 0x00, 0x00, 0x00, 0x0a, 0x49,
    0x44, 0x41, 0x54, 0x78, 0x9c, 0x63, 0x68, 0x00, 0x00, 0x00, 0x82, 0x00, 0x81, 0x77, 0xcd, 0x72, 0xb6, 0x00, 0x00,
    0x00, 0x00, 0x49, 0x45, 0x4e, 0x44, 0xae, 0x42, 0x60, 0x82,
];

/// A certificate with its key, ready to sign.
pub struct Signer {
    signs: BoxedSigner,
    holder: String,
    until: String,
    fingerprint: String,
}

impl Signer {
    /// Reads certificate and key and tries them.
    pub fn open(identity: &Identity) -> Result<Self, CredentialError> {
        let Opened { chain, key, algorithm, holder, until, fingerprint } = identity::open(identity)?;
        let of_holder = holder.clone();
        let other_key = || CredentialError::OtherKey { path: identity.key.clone(), holder: of_holder.clone() };
        // A key for another algorithm than the certificate's is another key too.
        let signs = c2pa::create_signer::from_keys(chain.as_bytes(), key.expose_secret().as_bytes(), algorithm, None)
            .map_err(|_| other_key())?;
        let signer = Self { signs, holder, until, fingerprint };
        let mut signed = Cursor::new(Vec::new());
        let unfit = |why: String| {
            let why = format!(
                "{why}; C2PA asks for version 3, a key usage for digital signatures, and the key of the issuer"
            );
            CredentialError::Unfit { holder: signer.holder.clone(), why }
        };
        signer
            .embed(&definition(&of_pixel()), &[], &mut Cursor::new(PIXEL), &mut signed)
            .map_err(|error| unfit(error.to_string()))?;
        let failures = verify::failures(signed).map_err(|error| unfit(error.to_string()))?;
        match failures.first() {
            None => Ok(signer),
            Some((code, _)) if code == SIGNATURE_WRONG => Err(other_key()),
            Some((_, why)) => Err(unfit(why.clone())),
        }
    }

    /// Whose certificate it is, as it says itself.
    pub fn holder(&self) -> &str {
        &self.holder
    }

    /// The last day on which it counts, as year-month-day.
    pub fn until(&self) -> &str {
        &self.until
    }

    /// SHA-256 of the certificate, in hexadecimal digits: which one it is.
    pub fn fingerprint(&self) -> &str {
        &self.fingerprint
    }

    /// Puts a signed claim into a PNG, JPEG, WebP, WAV or MP4 file. The file is replaced in one step, or stays as it is.
    pub fn sign(&self, path: &Path, claim: &Claim) -> Result<(), CredentialError> {
        let failed = |error: &dyn std::fmt::Display| CredentialError::Unsigned(error.to_string());
        let mut source = File::open(path).map_err(|error| failed(&error))?;
        let folder = path.parent().unwrap_or(Path::new("."));
        let mut signed = tempfile::Builder::new().prefix(".").tempfile_in(folder).map_err(|error| failed(&error))?;
        self.embed(&definition(claim), &claim.ingredients, &mut source, &mut signed).map_err(|error| failed(&error))?;
        let permissions = source.metadata().map_err(|error| failed(&error))?.permissions();
        std::fs::set_permissions(signed.path(), permissions).map_err(|error| failed(&error))?;
        signed.persist(path).map_err(|error| failed(&error.error))?;
        Ok(())
    }

    fn embed<R, W>(
        &self,
        definition: &Value,
        ingredients: &[Ingredient],
        source: &mut R,
        signed: &mut W,
    ) -> c2pa::Result<()>
    where
        R: Read + Seek + Send,
        W: Write + Read + Seek + Send,
    {
        let mut builder = Builder::default().with_definition(definition.clone())?;
        for (place, ingredient) in ingredients.iter().enumerate() {
            let mut file = File::open(&ingredient.path)?;
            let kind = media_type(&mut file)?;
            let about = json!({"title": ingredient.title, "relationship": "componentOf", "label": label(place)});
            builder.add_ingredient_from_stream(about.to_string(), kind, &mut file)?;
        }
        let kind = media_type(source)?;
        builder.sign(&*self.signs, kind, source, signed)?;
        Ok(())
    }
}

impl std::fmt::Debug for Signer {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Signer").field("holder", &self.holder).finish_non_exhaustive()
    }
}

/// What is stated, as the C2PA specification (2.2) has it: the file was created, from a source of some type, and each
/// ingredient was placed in it.
fn definition(claim: &Claim) -> Value {
    let (name, version) = claim.generator;
    let generator = json!({"name": name, "version": version});
    let mut created = json!({
        "action": "c2pa.created",
        "softwareAgent": generator,
        "digitalSourceType": format!("{SOURCE_TYPES}{}", claim.provenance.source.term()),
    });
    if !claim.provenance.systems.is_empty() {
        created["description"] = json!(format!("Made with {}", claim.provenance.systems.join(", ")));
    }
    let placed = |place: usize| json!({"action": "c2pa.placed", "parameters": {"ingredientIds": [label(place)]}});
    let actions: Vec<Value> = std::iter::once(created).chain((0..claim.ingredients.len()).map(placed)).collect();
    json!({
        "title": claim.title,
        "claim_generator_info": [generator],
        "assertions": [{"label": "c2pa.actions.v2", "data": {"actions": actions}, "created": true}],
    })
}

/// What an action calls an ingredient by.
fn label(place: usize) -> String {
    format!("ingredient_{}", place + 1)
}

/// Of the pixel that an identity is tried with.
fn of_pixel() -> Claim {
    let provenance = Provenance { source: SourceType::AlgorithmicMedia, systems: Vec::new() };
    Claim { title: "pixel".to_owned(), provenance, ingredients: Vec::new(), generator: ("pixel", "1") }
}
