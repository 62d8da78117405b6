//! A spoken voice, bent on this machine. The sound that was bought stays as it came and is an input like any other, so
//! another shape is another free job and never another call.

use serde::{Deserialize, Serialize};

use super::key::JobKey;
use super::made_by::MadeBy;
use super::provider_id::ProviderId;
use crate::domain::VoiceShape;

/// Changes whenever the sound changes, so that a new version bends again.
const VERSION: u32 = 1;

/// One spoken line in another shape.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ShapedVoiceRequest {
    /// The built-in shaper, with its version.
    pub made_by: MadeBy,
    /// The line as it was spoken or recorded.
    pub voice: JobKey,
    /// Pitch, formants and speed.
    pub shape: VoiceShape,
}

impl ShapedVoiceRequest {
    /// The line in this shape, made by this version.
    pub fn new(voice: JobKey, shape: VoiceShape) -> Self {
        let made_by = MadeBy {
            provider: ProviderId::Shape,
            model: "psola".to_owned(),
            version: Some(VERSION),
            endpoint: None,
            parameters: std::collections::BTreeMap::new(),
        };
        Self { made_by, voice, shape }
    }
}
