//! ElevenLabs' voice changer: a line of a recording in another voice, with the timing and the manner that it has. Pure
//! functions of one call; `ElevenLabs` sends it with its key.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde_json::{Value, json};

use crate::plan::{ChangedVoiceRequest, MadeBy, ProviderId};
use crate::providers::http::{Body, Part};

/// Who changes voices.
pub fn made_by(model: &str, output_format: &str, endpoint: Option<String>) -> MadeBy {
    let parameters: BTreeMap<String, Value> = [("output_format".to_owned(), json!(output_format))].into();
    MadeBy { provider: ProviderId::ElevenLabs, model: model.to_owned(), version: None, endpoint, parameters }
}

/// Below the provider's address.
pub fn path(line: &ChangedVoiceRequest) -> [&str; 3] {
    ["v1", "voice-changer", &line.voice_id]
}

/// What is sent.
pub fn body(line: &ChangedVoiceRequest, sound: PathBuf) -> Body {
    Body::Multipart(vec![
        Part::field("model_id", line.made_by.model.as_str()),
        Part::field("remove_background_noise", "false"),
        super::sound_part("audio", sound),
    ])
}

/// How much longer or shorter than the recording a changed voice may be, in seconds: its words keep their times.
const TOLERANCE_S: f64 = 0.5;

/// Why a changed voice does not fit the words of its line, if it does not.
pub fn misfit(line: &ChangedVoiceRequest, seconds: f64) -> Option<String> {
    let asked = line.milliseconds as f64 / 1000.0;
    let fits = (seconds - asked).abs() <= TOLERANCE_S.max(0.1 * asked);
    (!fits).then(|| format!("its sound of {seconds:.2} s is not as long as the line of {asked:.2} s"))
}
