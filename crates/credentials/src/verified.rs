//! What a check of credentials finds.

/// What a check of a file's credentials found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    pub standing: Standing,
    /// Who signed it, as the certificate says: the common name, and the organisation where there is one.
    pub signed_by: Option<String>,
    /// What is wrong, each in a sentence of its own; empty unless [`Standing::Broken`].
    pub problems: Vec<String>,
    pub ingredients: Vec<VerifiedIngredient>,
}

/// How far a signature counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// The file is as it was signed, by somebody whom one of the given anchors vouches for.
    Trusted,
    /// The file is as it was signed; nobody known vouches for who signed it.
    Intact,
    /// The file was changed, the signature is wrong, or its certificate did not count.
    Broken,
}

/// An ingredient as a claim names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifiedIngredient {
    pub title: String,
    /// Who signed it; `None` where it had no credentials of its own.
    pub signed_by: Option<String>,
}
