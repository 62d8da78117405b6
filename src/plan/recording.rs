//! What is asked of a recording before there is a campaign: who says what when, and the same words in another voice. No
//! graph holds these requests; an import makes them by themselves, and finds them again by their keys.

use serde::{Deserialize, Serialize};

use super::key::AssetHash;
use super::made_by::MadeBy;

/// Who says what when.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TranscriptRequest {
    /// Who listens.
    pub made_by: MadeBy,
    /// The hash of the rate and the samples of the part that is listened to, not of the file that it came in.
    pub sound: AssetHash,
    /// How long it is: what it is paid by.
    pub milliseconds: u64,
}

/// A line of a recording in another voice, with the timing and the manner that it has.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ChangedVoiceRequest {
    /// Who changes it.
    pub made_by: MadeBy,
    /// As the provider calls it: aliases are resolved.
    pub voice_id: String,
    /// The hash of the line as it was cut out, a WAV file.
    pub sound: AssetHash,
    /// How long it is: what it is paid by.
    pub milliseconds: u64,
}
