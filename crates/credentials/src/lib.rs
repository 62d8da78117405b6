//! Content Credentials (C2PA): a statement of how a file was made and of what, signed with a certificate of the person's own
//! and embedded in the file; and the check of such statements. Called when files are handed to people, and by `verify-mark`.
//!
//! The formats and the checks are those of the `c2pa` crate. It brings a hundred packages, so it is a feature; built without
//! it, [`Signer::open`] and [`verify`] say so, and everything else is the same.
//!
//! No clock of another machine is asked (no RFC 3161 time stamp) and nothing is fetched. So a signature counts for as long as
//! its certificate does.

#[cfg(not(feature = "c2pa"))]
mod absent;
mod claim;
mod error;
#[cfg(feature = "c2pa")]
mod identity;
#[cfg(feature = "c2pa")]
mod media_type;
#[cfg(feature = "c2pa")]
mod signer;
#[cfg(all(test, feature = "c2pa"))]
mod tests;
mod verified;
#[cfg(feature = "c2pa")]
mod verify;

#[cfg(not(feature = "c2pa"))]
pub use absent::{Signer, verify};
pub use claim::{Claim, Identity, Ingredient};
pub use error::CredentialError;
#[cfg(feature = "c2pa")]
pub use signer::Signer;
pub use verified::{Standing, Verified, VerifiedIngredient};
#[cfg(feature = "c2pa")]
pub use verify::verify;
