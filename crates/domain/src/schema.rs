//! The campaign file as a document: its shape in the words that editors show, and what new files are written from.
//! The reader has rules beyond this shape (speakers have profiles, twins form no ring); a test keeps the fields of both
//! the same.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use super::campaign::{Campaign, Layout, Motion, Music, Transition, VoiceMode};
use super::captions::{CaptionLook, CaptionPosition, CaptionStyle, LetterCase};
use super::cast::Cast;
use super::ids::CampaignId;
use super::language::Language;
use super::read::limits::{
    LONGEST_APPEARANCE, LONGEST_CAPTION, LONGEST_EFFECT, LONGEST_LABEL, LONGEST_LINE, LONGEST_MEDIA_S, LONGEST_MODEL,
    LONGEST_MUSIC, LONGEST_PATH, LONGEST_SPEAKER, LONGEST_TONE, LONGEST_TOPIC, LONGEST_VOICE_ID, LONGEST_WORD,
};
use super::sfx::{Effect, Sfx, SfxSound};

/// A baby podcast campaign: a script and one profile per baby.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "Baby podcast campaign")]
pub struct CampaignDocument {
    /// Names the campaign and its files: letters, digits, `_` and `-`.
    #[schemars(regex(pattern = "^[A-Za-z0-9_][A-Za-z0-9_-]{0,63}$"))]
    pub campaign_id: String,
    /// What the episode is about; shown as its title.
    #[schemars(length(min = 1, max = LONGEST_TOPIC))]
    pub topic: String,
    /// The scenes in order.
    #[schemars(length(min = 1, max = 10_000))]
    pub script: Vec<SceneDocument>,
    /// One profile per baby, under the name that the script uses as `speaker`.
    #[schemars(extend("maxProperties" = Campaign::MOST_BABIES))]
    pub baby_profiles: BTreeMap<String, ProfileDocument>,
    /// How to spell words for the voice: `Rovîa` → `Ro-VEE-ah`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("maxProperties" = Campaign::MOST_WORDS))]
    pub pronounce: Option<BTreeMap<String, WordDocument>>,
    /// What the babies speak where their profiles do not say: `en` if left out. The built-in voices read `en`, `de`, `es`,
    /// `fr` and `it`; other voices hear by themselves what they are given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<Language>,
    /// How the babies stand in the frame; `solo` if left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub layout: Option<Layout>,
    /// How one scene gives way to the next; `cut` if left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub transition: Option<Transition>,
    /// How the lines are spoken by voices that can speak dialogues: `lines`, each by itself, or `dialogue`, those that
    /// follow each other in one go, so that laughs and answers are real. Then a changed line makes its dialogue again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub voice_mode: Option<VoiceMode>,
    /// How captions look.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub captions: Option<CaptionsDocument>,
    /// A few letters that stand small in every picture of the video, such as `AI`; none if left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = LONGEST_LABEL))]
    pub label: Option<String>,
    /// Plays softly under the episode: a sound file of your own, or music from words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub music: Option<MusicDocument>,
}

impl CampaignDocument {
    /// With what every campaign has, and nothing else.
    pub fn new(
        id: &CampaignId,
        topic: String,
        script: Vec<SceneDocument>,
        baby_profiles: BTreeMap<String, ProfileDocument>,
    ) -> Self {
        Self {
            campaign_id: id.to_string(),
            topic,
            script,
            baby_profiles,
            pronounce: None,
            language: None,
            layout: None,
            transition: None,
            voice_mode: None,
            captions: None,
            label: None,
            music: None,
        }
    }

    /// The text of a campaign file.
    pub fn to_json(&self) -> String {
        // Texts and maps with text keys are all it holds, which JSON can always say.
        let mut text = serde_json::to_string_pretty(self).unwrap_or_default();
        text.push('\n');
        text
    }
}

/// How captions look.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CaptionsDocument {
    /// How the words are drawn; `highlight` if left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub style: Option<CaptionStyle>,
    /// Where they stand; if left out at the bottom, and clear of the face where a photo has it there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub position: Option<CaptionPosition>,
    /// At most so many words at a time; what fits two lines if left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = CaptionLook::MOST_WORDS))]
    pub words_per_page: Option<u8>,
    /// The case of the letters; `as_written` if left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub case: Option<LetterCase>,
}

/// The spelling of one word.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(transparent)]
pub struct WordDocument(#[schemars(length(min = 1, max = LONGEST_WORD))] pub String);

/// One scene of the script.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum SceneDocument {
    /// A line that a baby speaks.
    Dialogue {
        /// Who speaks: a name of `baby_profiles`.
        #[schemars(length(min = 1, max = LONGEST_SPEAKER))]
        speaker: String,
        /// What is said, and shown as the caption. `[laughs]`, `(giggles)` and `<break time="1s"/>` are performed by
        /// voices that can, and never shown.
        #[schemars(length(min = 1, max = LONGEST_LINE))]
        text: String,
        /// Spoken instead of `text`, which is still what the caption shows.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[schemars(length(min = 1, max = LONGEST_LINE))]
        say: Option<String>,
        /// A recording of your own instead of a made voice, relative to this file.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[schemars(length(min = 1, max = LONGEST_PATH))]
        audio: Option<String>,
        /// How this scene is entered, where it differs from the campaign.
        #[serde(skip_serializing_if = "Option::is_none")]
        transition: Option<Transition>,
        /// How this line is spoken, where it differs from the campaign.
        #[serde(skip_serializing_if = "Option::is_none")]
        voice_mode: Option<VoiceMode>,
        /// A sound effect behind the line: the name of a built-in one, or its parts. The next line waits for it, a second
        /// and a half at most; then it sounds on under it, lower.
        #[serde(skip_serializing_if = "Option::is_none")]
        sfx: Option<SfxDocument>,
    },
    /// A picture, sound or video of your own between the lines.
    Media {
        /// The file, relative to this one.
        #[schemars(length(min = 1, max = LONGEST_PATH))]
        source: String,
        /// Shown over it.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[schemars(length(min = 1, max = LONGEST_CAPTION))]
        caption: Option<String>,
        /// How long it stands, in seconds; the file's own length if left out.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[schemars(extend("exclusiveMinimum" = 0, "maximum" = LONGEST_MEDIA_S))]
        duration_s: Option<f64>,
        /// How this scene is entered, where it differs from the campaign.
        #[serde(skip_serializing_if = "Option::is_none")]
        transition: Option<Transition>,
        /// A sound effect from the beginning of the scene on: the name of a built-in one, or its parts.
        #[serde(skip_serializing_if = "Option::is_none")]
        sfx: Option<SfxDocument>,
    },
}

/// A sound effect.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum SfxDocument {
    /// A built-in one.
    Named(Effect),
    /// Either `sound` or `prompt`, and when it begins.
    Parts {
        /// A built-in effect.
        #[serde(skip_serializing_if = "Option::is_none")]
        sound: Option<Effect>,
        /// What is to be heard, made by ElevenLabs in a final; in a draft a built-in sound stands in.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[schemars(length(min = 1, max = LONGEST_EFFECT))]
        prompt: Option<String>,
        /// How long what is made from the prompt is, in seconds: 3 for an effect and 30 for music if left out.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[schemars(range(min = 0.5, max = 30.0))]
        seconds: Option<f64>,
        /// Seconds after the line, below 0 before its end; of a media scene, after its beginning.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[schemars(range(min = -30.0, max = 30.0))]
        at: Option<f64>,
    },
}

impl SfxDocument {
    /// As it is written most simply.
    pub fn of(sfx: &Sfx) -> Self {
        let at = (sfx.at_s != 0.0).then_some(sfx.at_s);
        match &sfx.sound {
            SfxSound::Named(effect) if at.is_none() => Self::Named(*effect),
            SfxSound::Named(effect) => Self::Parts { sound: Some(*effect), prompt: None, seconds: None, at },
            SfxSound::Prompt { prompt, seconds } => {
                Self::Parts { sound: None, prompt: Some(prompt.clone()), seconds: Some(*seconds), at }
            }
        }
    }
}

/// What plays under the episode.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum MusicDocument {
    /// A sound file of your own, relative to this file.
    File(#[schemars(length(min = 1, max = LONGEST_PATH))] String),
    /// Music from words.
    Parts {
        /// What is to be heard, made by ElevenLabs in a final; in a draft a music box stands in.
        #[schemars(length(min = 1, max = LONGEST_MUSIC))]
        prompt: String,
        /// How long it is before it begins again: 30 if left out.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[schemars(range(min = 3.0, max = 300.0))]
        seconds: Option<f64>,
    },
}

impl MusicDocument {
    /// As it is written.
    pub fn of(music: &Music) -> Self {
        match music {
            Music::File(path) => Self::File(path.as_str().to_owned()),
            Music::Prompt { prompt, seconds } => Self::Parts { prompt: prompt.clone(), seconds: Some(*seconds) },
        }
    }
}

/// One baby. It says its tone and voice, or names a baby of the cast.
#[derive(Debug, Clone, PartialEq, Default, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("anyOf" = [{"required": ["tone", "voice_id"]}, {"required": ["cast"]}]))]
pub struct ProfileDocument {
    /// The baby of the cast that this is: a name of `cast.json` beside this file. What this profile does not say is taken
    /// from there; in another tone it has the same face.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = LONGEST_SPEAKER))]
    pub cast: Option<String>,
    /// How the baby is, in words such as `warm, inviting` or `curious, thoughtful`: sets face and voice.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = LONGEST_TONE))]
    pub tone: Option<String>,
    /// `baby_voice_1` to `baby_voice_8`, or an id of your voice provider.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = LONGEST_VOICE_ID))]
    pub voice_id: Option<String>,
    /// What the baby speaks, where it differs from the campaign.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<Language>,
    /// How the spoken voice is bent afterwards, on this machine and for nothing: the name of a shape, or its parts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub voice: Option<VoiceShapeDocument>,
    /// What the baby looks like and wears.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = LONGEST_APPEARANCE))]
    pub appearance: Option<String>,
    /// A picture of your own instead of a made portrait, relative to this file.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = LONGEST_PATH))]
    pub portrait: Option<String>,
    /// The face that a new portrait keeps: a picture file, or `take 2` of this profile as it is without this line. The
    /// drawn baby of drafts keeps takes only.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = LONGEST_PATH))]
    pub reference: Option<String>,
    /// The baby that this one is the twin of.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = LONGEST_SPEAKER))]
    pub same_as: Option<String>,
    /// Image model instead of the configured one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = LONGEST_MODEL))]
    pub model: Option<String>,
    /// Whether its photo talks: `auto` (where the face can be moved well), `talk` (wherever a face is found) or `still`.
    /// The drawn baby always talks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub motion: Option<Motion>,
}

/// The babies that every campaign of a folder can name.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "Cast of baby podcasts")]
pub struct CastDocument {
    /// One profile per baby, under the name that profiles use as `cast`.
    #[schemars(extend("maxProperties" = Cast::MOST_MEMBERS))]
    pub members: BTreeMap<String, MemberDocument>,
}

/// One baby of the cast: a profile that stands by itself.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MemberDocument {
    /// How the baby is where a profile does not say another tone.
    #[schemars(length(min = 1, max = LONGEST_TONE))]
    pub tone: String,
    /// `baby_voice_1` to `baby_voice_8`, or an id of your voice provider.
    #[schemars(length(min = 1, max = LONGEST_VOICE_ID))]
    pub voice_id: String,
    /// What the baby speaks, where it differs from the campaigns.
    pub language: Option<Language>,
    /// How the spoken voice is bent afterwards.
    pub voice: Option<VoiceShapeDocument>,
    /// What the baby looks like and wears.
    #[schemars(length(min = 1, max = LONGEST_APPEARANCE))]
    pub appearance: Option<String>,
    /// A picture of your own as its face, relative to this file.
    #[schemars(length(min = 1, max = LONGEST_PATH))]
    pub portrait: Option<String>,
    /// The face that its portrait keeps: a picture file, or `take 2` of this member as it is without this line.
    #[schemars(length(min = 1, max = LONGEST_PATH))]
    pub reference: Option<String>,
    /// Image model instead of the configured one.
    #[schemars(length(min = 1, max = LONGEST_MODEL))]
    pub model: Option<String>,
    /// Whether its photo talks.
    pub motion: Option<Motion>,
    /// Tells babies whose words are the same from each other: each number is another face.
    pub look: Option<u32>,
}

/// How a voice is bent.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum VoiceShapeDocument {
    /// The name of a shape.
    Preset(VoicePreset),
    /// What changes, each by itself; what is left out stays as it is, or as `preset` has it.
    Parts {
        /// Laid under the others.
        #[serde(skip_serializing_if = "Option::is_none")]
        preset: Option<VoicePreset>,
        /// Semitones higher or lower.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[schemars(range(min = -12, max = 12))]
        pitch: Option<f64>,
        /// Per cent that the resonances of the head lie higher: a smaller head has higher ones.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[schemars(range(min = -30, max = 50))]
        formant: Option<f64>,
        /// How many times as fast.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[schemars(range(min = 0.5, max = 2.0))]
        speed: Option<f64>,
    },
}

/// A shape with a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub enum VoicePreset {
    /// Three semitones up, from a smaller head.
    #[serde(rename = "toddler")]
    Toddler,
    /// Eight semitones up, from a far smaller head, a little faster.
    #[serde(rename = "chipmunk")]
    Chipmunk,
    /// Seven semitones down, from a larger head, a little slower.
    #[serde(rename = "deep joke")]
    DeepJoke,
}

/// JSON Schema (2020-12) of the cast file.
pub fn cast_schema() -> serde_json::Value {
    schemars::schema_for!(CastDocument).to_value()
}

/// JSON Schema (2020-12) of the campaign file.
pub fn campaign_schema() -> serde_json::Value {
    schemars::schema_for!(CampaignDocument).to_value()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::{Value, json};

    use super::*;
    use crate::fault::Fault;
    use crate::read;
    use crate::read::Format;

    /// An object of the file with a field that nothing is near to: the reader answers with the fields it knows and the
    /// ones it misses.
    fn asked_of_the_reader(document: &Value) -> Vec<Fault> {
        read(&document.to_string(), Format::Json).expect_err("it has an unknown field")
    }

    fn names_in(hint: &str) -> BTreeSet<String> {
        hint.split('"').skip(1).step_by(2).map(str::to_owned).collect()
    }

    #[test]
    fn the_schema_and_the_reader_know_the_same_fields() {
        let schema = campaign_schema();
        let scenes = &schema["$defs"]["SceneDocument"]["oneOf"];
        let stranger = || json!({"@@@@@@@@@": 1});
        let scene = |kind: &str| json!({"script": [{"type": kind, "@@@@@@@@@": 1}], "baby_profiles": {}});
        for (schema, asked, pointer) in [
            (&schema, stranger(), ""),
            (&scenes[0], scene("dialogue"), "/script/0"),
            (&scenes[1], scene("media"), "/script/0"),
            (&schema["$defs"]["CaptionsDocument"], json!({"captions": stranger()}), "/captions"),
            (
                &schema["$defs"]["ProfileDocument"],
                json!({"script": [], "baby_profiles": {"Baby 1": stranger()}}),
                "/baby_profiles/Baby 1",
            ),
        ] {
            let faults = asked_of_the_reader(&asked);
            let unknown = faults.iter().find(|fault| fault.pointer == format!("{pointer}/@@@@@@@@@")).expect(pointer);
            let known = names_in(unknown.hint.as_deref().unwrap_or_default());
            let properties = schema["properties"].as_object().expect("properties");
            assert_eq!(known, properties.keys().cloned().collect(), "{asked}");

            let missing =
                faults.iter().filter(|fault| fault.pointer == pointer && fault.message.ends_with("is missing"));
            let mut missing: BTreeSet<String> = missing.flat_map(|fault| names_in(&fault.message)).collect();
            missing.extend(
                asked
                    .pointer(pointer)
                    .and_then(Value::as_object)
                    .into_iter()
                    .flat_map(|given| given.keys().filter(|name| !name.starts_with('@')).cloned()),
            );
            // Nothing of an object without the word is required.
            let required =
                schema["required"].as_array().or(schema["anyOf"][0]["required"].as_array()).into_iter().flatten();
            assert_eq!(missing, required.filter_map(Value::as_str).map(str::to_owned).collect(), "{asked}");
            assert_eq!(schema["additionalProperties"], json!(false), "{asked}");
        }
    }

    #[test]
    fn the_schema_is_of_the_2020_draft_and_tells_the_limits() {
        let schema = campaign_schema();
        assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
        assert_eq!(schema["properties"]["script"]["maxItems"], Campaign::MOST_SCENES);
        assert_eq!(schema["properties"]["baby_profiles"]["maxProperties"], Campaign::MOST_BABIES);
        assert_eq!(schema["properties"]["pronounce"]["maxProperties"], Campaign::MOST_WORDS);
        assert_eq!(schema["$defs"]["SceneDocument"]["oneOf"][0]["properties"]["text"]["maxLength"], LONGEST_LINE);
    }
}
