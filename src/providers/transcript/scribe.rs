//! ElevenLabs' Scribe: who says what when. Pure functions of one call; `ElevenLabs` sends it with its key.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::Deserialize;
use serde_json::{Value, json};

use super::heard::Heard;
use crate::domain::recording::{HeardWord, WordKind};
use crate::plan::{MadeBy, ProviderId, TranscriptRequest};
use crate::providers::http::lenient::lenient;
use crate::providers::http::{Body, Part};
use crate::providers::provider::File;

/// Below the provider's address.
pub const PATH: [&str; 2] = ["v1", "speech-to-text"];

/// Everything that is sent beside the sound and the model. Speakers and laughs are asked for: without them there is no
/// script.
const FIELDS: [(&str, &str); 3] =
    [("diarize", "true"), ("timestamps_granularity", "word"), ("tag_audio_events", "true")];

/// Who listens; `language` is one that the person named.
pub fn made_by(model: &str, endpoint: Option<String>, language: Option<&str>) -> MadeBy {
    let mut parameters: BTreeMap<String, Value> =
        FIELDS.iter().map(|(name, value)| ((*name).to_owned(), json!(value))).collect();
    parameters.extend(language.map(|language| ("language_code".to_owned(), json!(language))));
    MadeBy { provider: ProviderId::ElevenLabs, model: model.to_owned(), version: None, endpoint, parameters }
}

/// What is sent.
pub fn body(request: &TranscriptRequest, sound: PathBuf) -> Body {
    let mut parts = vec![Part::field("model_id", request.made_by.model.as_str())];
    let fields = request.made_by.parameters.iter();
    parts.extend(fields.filter_map(|(name, value)| Some(Part::field(name.as_str(), value.as_str()?))));
    parts.push(super::sound_part("file", sound));
    Body::Multipart(parts)
}

#[derive(Deserialize)]
struct Reply {
    words: Option<Vec<Word>>,
}

#[derive(Deserialize)]
struct Word {
    #[serde(default)]
    text: String,
    #[serde(default, deserialize_with = "lenient")]
    start: Option<f64>,
    #[serde(default, deserialize_with = "lenient")]
    end: Option<f64>,
    #[serde(default, rename = "type", deserialize_with = "lenient")]
    kind: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    speaker_id: Option<String>,
}

/// What a success holds, or why it cannot be used.
pub fn files(reply: &[u8]) -> Result<Vec<File>, String> {
    let reply: Reply = serde_json::from_slice(reply).map_err(|error| {
        let why = if error.is_eof() { "it stops in the middle" } else { "it is not the JSON that was expected" };
        why.to_owned()
    })?;
    let words = reply.words.ok_or("it holds no words")?;
    let heard = words.into_iter().filter_map(|word| {
        let kind = match word.kind.as_deref() {
            Some("spacing") => return None,
            Some("audio_event") => WordKind::Event,
            _ => WordKind::Spoken,
        };
        let start_s = word.start?;
        Some(HeardWord { text: word.text, start_s, end_s: word.end.unwrap_or(start_s), speaker: word.speaker_id, kind })
    });
    Ok(vec![Heard { words: heard.collect() }.without_brackets().file()?])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_laughs_and_speakers_are_read_and_blanks_are_not() {
        let reply = json!({
            "language_code": "en", "text": "Hi (laughter)", "transcription_id": "t1", "audio_duration_secs": 2.0,
            "words": [
                {"text": "Hi", "start": 0.1, "end": 0.4, "type": "word", "speaker_id": "speaker_0", "logprob": -0.1},
                {"text": " ", "start": 0.4, "end": 0.5, "type": "spacing", "speaker_id": "speaker_0"},
                {"text": "(laughter)", "start": 0.5, "end": 1.0, "type": "audio_event", "speaker_id": "speaker_1"},
                {"text": "lost", "start": null, "end": null, "type": "word"},
            ],
        });
        let files = files(reply.to_string().as_bytes()).unwrap();
        let heard: Heard = serde_json::from_slice(&files[0].bytes).unwrap();
        let told: Vec<(&str, WordKind, Option<&str>)> =
            heard.words.iter().map(|word| (word.text.as_str(), word.kind, word.speaker.as_deref())).collect();
        assert_eq!(
            told,
            [("Hi", WordKind::Spoken, Some("speaker_0")), ("(laughter)", WordKind::Event, Some("speaker_1"))]
        );
    }

    #[test]
    fn a_reply_without_words_or_cut_short_says_so() {
        for (reply, why) in [
            ("{\"text\": \"hi\"}", "no words"),
            ("{\"words\": [{\"te", "stops in the middle"),
            ("<html>", "not the JSON"),
        ] {
            let error = files(reply.as_bytes()).unwrap_err();
            assert!(error.contains(why), "{reply}: {error}");
        }
        assert!(files(b"{\"words\": []}").is_ok(), "silence is an answer");
    }
}
