//! What was found in a file, as bytes and as what they say. Called by `mark` only.

use domain::{Provenance, SourceType};

use super::xmp::{Statement, source_types};

/// What a file says of its provenance.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Said {
    /// In its XMP.
    pub xmp: Option<Statement>,
    /// The source types that its C2PA manifest names; `None` without a manifest.
    pub c2pa: Option<Vec<String>>,
}

impl Said {
    /// The first source type that is named, as its term in the vocabulary.
    pub fn source_type(&self) -> Option<&str> {
        let in_xmp = self.xmp.iter().filter_map(|said| said.source_type.as_deref());
        in_xmp.chain(self.c2pa.iter().flatten().map(String::as_str)).next()
    }

    /// The same as what a file of this program would say; `None` for what was not made by a machine, or does not say so.
    pub fn provenance(&self) -> Option<Provenance> {
        let source = SourceType::of_term(self.source_type()?)?;
        let systems = self.xmp.as_ref().and_then(|xmp| xmp.systems.as_deref()).unwrap_or_default();
        let systems = systems.split("; ").filter(|system| !system.is_empty()).map(str::to_owned).collect();
        Some(Provenance { source, systems })
    }

    /// Whether nothing may be added: it says it already, or a signature covers its bytes.
    pub(super) fn is_settled(&self) -> bool {
        self.source_type().is_some() || self.c2pa.is_some()
    }
}

/// Packets and manifests as they lie in a file.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) xmp: Option<Vec<u8>>,
    pub(super) c2pa: Option<Vec<u8>>,
}

impl Found {
    pub(super) fn said(&self) -> Said {
        Said { xmp: self.xmp.as_deref().map(Statement::of_packet), c2pa: self.c2pa.as_deref().map(source_types) }
    }
}
