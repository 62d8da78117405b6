//! ElevenLabs' dialogues: several lines in one call, their sound, and which of them is heard when. Called by the provider
//! beside it. Pure.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::plan::{DialogueRequest, Dialogues, Failure, SpokenLine};
use crate::providers::config::ElevenLabsConfig;
use crate::providers::provider::File;
use crate::providers::remote::refused;
use crate::providers::voice::alignment::Alignment;
use crate::providers::voice::builtin::sound_file;
use crate::providers::voice::models::abilities;
use crate::providers::voice::received;
use crate::providers::voice::turns::{Segment, Turns};

pub const PATH: [&str; 3] = ["v1", "text-to-dialogue", "with-timestamps"];

/// Characters of all lines together: what ElevenLabs recommends; more is taken and spoken badly.
const MOST_CHARACTERS: usize = 2_000;
const MOST_VOICES: usize = 10;

/// What one call speaks, where the model speaks dialogues. The tones of the babies are not sent: there is one set of voice
/// settings for all of them, and only its stability counts.
pub fn planned(config: &ElevenLabsConfig) -> Option<Dialogues> {
    let mut parameters: BTreeMap<String, Value> = config.parameters.clone();
    let stability = parameters.remove("voice_settings").and_then(|own| own.get("stability").cloned());
    parameters.extend(stability.map(|stability| ("settings".to_owned(), json!({"stability": stability}))));
    parameters.insert("output_format".to_owned(), json!(config.output_format));
    let (most_characters, most_voices) = (MOST_CHARACTERS, MOST_VOICES);
    let dialogues = Dialogues { most_characters, most_voices, parameters };
    abilities(&config.model).speaks_dialogues.then_some(dialogues)
}

/// Finds what would be refused, before anything is sent.
pub fn check(request: &DialogueRequest) -> Result<(), Failure> {
    let (characters, voices) = (request.characters(), request.voices().len());
    if request.lines.len() > 1 && characters <= MOST_CHARACTERS && voices <= MOST_VOICES {
        return Ok(());
    }
    Err(refused(
        format!(
            "A dialogue of {} lines has {characters} characters and {voices} voices, and ElevenLabs takes \
             {MOST_CHARACTERS} characters and {MOST_VOICES} voices at once",
            request.lines.len()
        ),
        "Generate again to plan it with today's settings.",
    ))
}

pub fn body(request: &DialogueRequest) -> Value {
    let mut fields: Map<String, Value> = Map::new();
    let others = request.made_by.parameters.iter().filter(|(name, _)| *name != "output_format");
    fields.extend(others.map(|(name, value)| (name.clone(), value.clone())));
    let input = |line: &SpokenLine| json!({"text": line.text, "voice_id": line.voice_id});
    fields.insert("inputs".to_owned(), request.lines.iter().map(input).collect());
    fields.insert("model_id".to_owned(), json!(request.made_by.model));
    Value::Object(fields)
}

/// The sound of all lines, and when each is heard. The error is a clause.
pub fn files(
    request: &DialogueRequest,
    bytes: &[u8],
    format: &str,
    segments: Option<Value>,
    alignment: Option<Alignment>,
) -> Result<Vec<File>, String> {
    let sound = received::sound(bytes, format)?;
    let segments: Vec<Segment> = match segments {
        Some(segments) if !segments.is_null() => {
            serde_json::from_value(segments).map_err(|_| "what it says of its lines cannot be read".to_owned())?
        }
        _ => Vec::new(),
    };
    let alignment = alignment.filter(|alignment| !alignment.characters.is_empty());
    let turns = Turns::told(request, &sound, &segments, alignment.as_ref())?;
    Ok(vec![sound_file(&sound), turns.file()?])
}

/// The same of a dialogue out of the history, which comes without segments.
pub fn found_files(
    request: &DialogueRequest,
    bytes: &[u8],
    alignment: Option<&Alignment>,
) -> Result<Vec<File>, String> {
    let sound = received::sound(bytes, "mp3")?;
    let turns = Turns::found(request, &sound, alignment)?;
    Ok(vec![sound_file(&sound), turns.file()?])
}

#[cfg(test)]
mod tests;
