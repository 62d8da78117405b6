//! The fields of a card: their names, what they say now, and the help that the schema of the campaign file has for them.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde_json::Value as Json;

use super::editing::CardField;
use crate::domain::edit::{SceneRef, Target, Value, fields_of};
use crate::domain::{Campaign, Music, Reference, Scene, SpeakerIndex, campaign_schema};

/// Of the scene at this position.
pub fn of_scene(script: &Campaign, scene: usize) -> Vec<CardField> {
    let Some(content) = script.scenes.get(scene) else { return Vec::new() };
    let names: &[&'static str] = match content {
        Scene::Dialogue(_) => &[
            "text",
            "say",
            "speaker",
            "audio",
            "transition",
            "voice_mode",
            "sfx.sound",
            "sfx.prompt",
            "sfx.seconds",
            "sfx.at",
        ],
        Scene::Media(_) => {
            &["source", "caption", "duration_s", "transition", "sfx.sound", "sfx.prompt", "sfx.seconds", "sfx.at"]
        }
    };
    let fields: BTreeMap<String, Value> = fields_of(script, content).into_iter().flat_map(parts).collect();
    let of = Target::Scene(SceneRef::of(script, scene));
    let field = |&name: &&'static str| CardField::new(of.clone(), name, fields.get(name).map(words), help(name));
    names.iter().map(field).collect()
}

/// The parts of a field that is an object, each by its name; a plain effect is its sound.
fn parts((name, value): (String, Value)) -> Vec<(String, Value)> {
    match value {
        Value::Object(parts) => parts.into_iter().map(|(part, value)| (format!("{name}.{part}"), value)).collect(),
        value if name == "sfx" => vec![("sfx.sound".to_owned(), value)],
        value => vec![(name, value)],
    }
}

/// Of the profile of a baby.
pub fn of_baby(script: &Campaign, speaker: SpeakerIndex) -> Vec<CardField> {
    let profile = script.profile(speaker);
    let shape = profile.voice_shape;
    let part = |is_there: bool, value: f64| is_there.then(|| value.to_string());
    let word = |value: Json| value.as_str().map(str::to_owned);
    let is_moving = profile.motion != crate::domain::Motion::default();
    let motion = is_moving.then(|| serde_json::to_value(profile.motion).ok().and_then(word)).flatten();
    let reference = profile.reference.as_ref().map(|reference| match reference {
        Reference::File(path) => path.as_str().to_owned(),
        Reference::Take(take) => format!("take {take}"),
    });
    let fields = [
        ("tone", Some(profile.tone_text.clone())),
        ("appearance", profile.appearance.clone()),
        ("voice_id", Some(profile.voice_id.clone())),
        ("voice.pitch", shape.and_then(|shape| part(shape.pitch_cents != 0, f64::from(shape.pitch_cents) / 100.0))),
        ("voice.formant", shape.and_then(|s| part(s.formant_permille != 0, f64::from(s.formant_permille) / 10.0))),
        ("voice.speed", shape.and_then(|shape| part(shape.speed_permille != 1000, shape.speed()))),
        ("portrait", profile.portrait.as_ref().map(|path| path.as_str().to_owned())),
        ("reference", reference),
        ("cast", profile.member().map(|member| member.name.clone())),
        ("same_as", profile.same_as.map(|twin| script.profile(twin).speaker.clone())),
        ("model", profile.model.clone()),
        ("motion", motion),
    ];
    let of = Target::Baby(profile.speaker.clone());
    fields.into_iter().map(|(name, before)| CardField::new(of.clone(), name, before, help(name))).collect()
}

/// Of the campaign itself.
pub fn of_campaign(script: &Campaign) -> Vec<CardField> {
    let word = |value: Result<Json, serde_json::Error>, is_given: bool| {
        value.ok().filter(|_| is_given).and_then(|value| value.as_str().map(str::to_owned))
    };
    let made_music = script.music.as_ref().and_then(|music| match music {
        Music::Prompt { prompt, seconds } => Some((prompt, seconds)),
        Music::File(_) => None,
    });
    let fields = [
        ("topic", Some(script.topic.clone())),
        ("layout", word(serde_json::to_value(script.layout), script.layout != crate::domain::Layout::default())),
        (
            "transition",
            word(serde_json::to_value(script.transition), script.transition != crate::domain::Transition::default()),
        ),
        (
            "voice_mode",
            word(serde_json::to_value(script.voice_mode), script.voice_mode != crate::domain::VoiceMode::default()),
        ),
        ("music", script.music.as_ref().and_then(Music::file).map(|path| path.as_str().to_owned())),
        ("music.prompt", made_music.map(|(prompt, _)| prompt.clone())),
        ("music.seconds", made_music.map(|(_, seconds)| seconds.to_string())),
        ("label", script.label.clone()),
    ];
    fields.into_iter().map(|(name, before)| CardField::new(Target::Campaign, name, before, help(name))).collect()
}

fn words(value: &Value) -> String {
    match value {
        Value::Text(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        Value::Object(_) => String::new(),
    }
}

/// What the schema says of a field, and the words that it may be.
fn help(name: &str) -> String {
    static HELP: LazyLock<BTreeMap<String, String>> = LazyLock::new(|| {
        let mut found = BTreeMap::new();
        let schema = serde_json::to_value(campaign_schema()).unwrap_or_default();
        collect(&schema, &mut found);
        found
    });
    HELP.get(name.rsplit('.').next().unwrap_or(name)).cloned().unwrap_or_default()
}

/// The descriptions of all properties below a schema; the first of a name counts.
fn collect(schema: &Json, found: &mut BTreeMap<String, String>) {
    match schema {
        Json::Object(parts) => {
            for (name, property) in parts.get("properties").and_then(Json::as_object).into_iter().flatten() {
                if let Some(text) = property.get("description").and_then(Json::as_str) {
                    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
                    found.entry(name.clone()).or_insert(text);
                }
            }
            parts.values().for_each(|part| collect(part, found));
        }
        Json::Array(parts) => parts.iter().for_each(|part| collect(part, found)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Format, read};

    #[test]
    fn every_field_of_a_card_has_its_help_and_says_what_the_file_says() {
        let text = r#"{"campaign_id": "c", "topic": "t", "label": "AI", "script": [
            {"type": "dialogue", "speaker": "A", "text": "x", "voice_mode": "dialogue", "sfx": "rimshot"},
            {"type": "media", "source": "a.png", "duration_s": 2.5, "sfx": {"prompt": "rain", "at": 1}}],
            "baby_profiles": {"A": {"tone": "w", "voice_id": "v", "voice": {"pitch": 2.5}, "motion": "still"}}}"#;
        let script = read(text, Format::Json).unwrap();
        let said = |fields: &[CardField]| -> Vec<String> {
            let given = fields.iter().filter(|field| !field.text.is_empty());
            given.map(|field| format!("{}={}", field.name, field.text)).collect()
        };
        let (line, media) = (of_scene(&script, 0), of_scene(&script, 1));
        let (baby, whole) = (of_baby(&script, script.line(0).unwrap().speaker), of_campaign(&script));
        assert_eq!(said(&line), ["text=x", "speaker=A", "voice_mode=dialogue", "sfx.sound=rimshot"]);
        assert_eq!(said(&media), ["source=a.png", "duration_s=2.5", "sfx.prompt=rain", "sfx.seconds=3", "sfx.at=1"]);
        assert_eq!(said(&baby), ["tone=w", "voice_id=v", "voice.pitch=2.5", "motion=still"]);
        assert_eq!(said(&whole), ["topic=t", "label=AI"]);
        for field in line.iter().chain(&media).chain(&baby).chain(&whole) {
            assert!(!field.help.is_empty(), "{} has no help", field.name);
        }
    }
}
