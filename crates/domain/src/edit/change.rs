//! What can be changed of a campaign, in words that outlive an edit by somebody else: a scene is named by its place and by
//! what it said when it was looked at.

use crate::campaign::{Campaign, Scene, SpeakerIndex};
use crate::fault::Fault;
use crate::read::{Content, Node};
use crate::sfx::{Sfx, SfxSound};
use crate::text::Display;

/// One change. Several of one edit happen in their order, each on what the former ones left.
#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    /// Gives a field a value. `voice.pitch` is the field `pitch` of the object `voice`, which is made where it is missing.
    Set {
        /// Whose field it is.
        of: Target,
        /// A name of the file format; a dot leads into an object.
        field: String,
        /// Takes the place of an earlier value; a field that is missing is added.
        value: Value,
    },
    /// Leaves an optional field out.
    Unset {
        /// Whose field it is.
        of: Target,
        /// As in `Set`. A field that is not there is left so.
        field: String,
    },
    /// Puts a new scene at this position, before the one that is there.
    Insert {
        /// From 0; any position past the end is the end.
        at: usize,
        /// Its fields in the order in which they are written.
        scene: Vec<(String, Value)>,
    },
    /// Puts the same scene, as it is written, right behind itself.
    Copy {
        /// The copy stands right behind it.
        scene: SceneRef,
    },
    /// Takes a scene out of the script.
    Remove {
        /// Stays where it says something else by now.
        scene: SceneRef,
    },
    /// Puts a scene somewhere else, as it is written.
    Move {
        /// By its position before the move.
        scene: SceneRef,
        /// Held to the length of the script.
        to: Where,
    },
}

/// What has fields.
#[derive(Debug, Clone, PartialEq)]
pub enum Target {
    /// The object at the root of the file.
    Campaign,
    /// An entry of `script`.
    Scene(SceneRef),
    /// By name.
    Baby(String),
}

/// Where a scene goes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Where {
    /// So many places further down; up where it is negative. It stops at the ends.
    By(isize),
    /// To this position in the script.
    At(usize),
}

/// One scene of the script.
#[derive(Debug, Clone, PartialEq)]
pub struct SceneRef {
    /// From 0.
    pub position: usize,
    /// What it said: one that says so is looked for, and none that says something else is changed. Without it, whatever
    /// stands at the position is meant.
    pub was: Option<Box<SceneWas>>,
}

impl SceneRef {
    /// Whatever stands there.
    pub fn at(position: usize) -> Self {
        Self { position, was: None }
    }

    /// The scene as it is in this campaign.
    pub fn of(campaign: &Campaign, position: usize) -> Self {
        Self { position, was: SceneWas::of(campaign, position).map(Box::new) }
    }
}

/// The content of a scene with its speaker by name: numbers of speakers change when a baby is added.
#[derive(Debug, Clone, PartialEq)]
pub struct SceneWas {
    speaker: Option<String>,
    scene: Scene,
}

impl SceneWas {
    /// The scene at this position, from 0; `None` past the end.
    pub fn of(campaign: &Campaign, position: usize) -> Option<Self> {
        let scene = campaign.scenes.get(position)?.clone();
        let speaker = match &scene {
            Scene::Dialogue(line) => Some(campaign.profile(line.speaker).speaker.clone()),
            Scene::Media(_) => None,
        };
        Some(Self { speaker, scene })
    }

    /// Whether the scene at this position says just this.
    pub(super) fn is_at(&self, campaign: &Campaign, position: usize) -> bool {
        match (&self.scene, campaign.scenes.get(position)) {
            (Scene::Media(was), Some(Scene::Media(media))) => was == media,
            (Scene::Dialogue(was), Some(Scene::Dialogue(line))) => {
                let speaker = &campaign.profile(line.speaker).speaker;
                let is_same = was.text == line.text && was.say == line.say && was.audio == line.audio;
                let is_spoken_alike =
                    was.transition == line.transition && was.voice_mode == line.voice_mode && was.sfx == line.sfx;
                self.speaker.as_ref() == Some(speaker) && is_same && is_spoken_alike
            }
            _ => false,
        }
    }
}

/// A value that is written.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Without quotes or escapes: they are added as the format of the file needs them.
    Text(String),
    /// Finite; whole numbers are written without a fraction.
    Number(f64),
    /// Names and values in the order in which they are written.
    Object(Vec<(String, Value)>),
}

/// Fields whose values are numbers.
const NUMBERS: [&str; 7] = ["duration_s", "pitch", "formant", "speed", "words_per_page", "seconds", "at"];

impl Value {
    /// What a person typed for a field: a number where the field is one.
    pub fn typed(field: &str, text: &str) -> Self {
        let name = field.rsplit('.').next().unwrap_or(field);
        match text.trim().parse::<f64>() {
            Ok(number) if NUMBERS.contains(&name) && number.is_finite() => Self::Number(number),
            _ => Self::Text(text.to_owned()),
        }
    }

    pub(super) fn node(&self) -> Node {
        let content = match self {
            Self::Text(text) => Content::Text(text.clone()),
            Self::Number(number) => Content::Number(*number),
            Self::Object(fields) => {
                Content::Map(fields.iter().map(|(name, value)| (key(name), value.node())).collect())
            }
        };
        Node { at: 0, content }
    }

    /// What stands in the file; `None` for what a campaign never holds.
    pub(super) fn of(node: &Node) -> Option<Self> {
        match &node.content {
            Content::Text(text) => Some(Self::Text(text.clone())),
            Content::Number(number) => Some(Self::Number(*number)),
            Content::Map(entries) => Some(Self::Object(fields(entries))),
            Content::Null | Content::Bool(_) | Content::List(_) => None,
        }
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

pub(super) fn key(name: &str) -> Node {
    Node { at: 0, content: Content::Text(name.to_owned()) }
}

fn fields(entries: &[(Node, Node)]) -> Vec<(String, Value)> {
    let field = |(name, value): &(Node, Node)| Some((name.as_text()?.to_owned(), Value::of(value)?));
    entries.iter().filter_map(field).collect()
}

pub(super) fn scene_fields(node: &Node) -> Vec<(String, Value)> {
    match &node.content {
        Content::Map(entries) => fields(entries),
        _ => Vec::new(),
    }
}

/// The fields of a scene as they would be written.
pub fn fields_of(campaign: &Campaign, scene: &Scene) -> Vec<(String, Value)> {
    let text = |value: &str| Some(Value::from(value));
    let word = |value: Option<serde_json::Value>| value.as_ref().and_then(|word| word.as_str()).map(Value::from);
    let named = |value| serde_json::to_value(value).ok();
    let fields = match scene {
        Scene::Dialogue(line) => vec![
            ("type", text("dialogue")),
            ("speaker", text(&campaign.profile(line.speaker).speaker)),
            ("text", text(&line.text)),
            ("say", line.say.as_deref().map(Value::from)),
            ("audio", line.audio.as_ref().map(|path| Value::from(path.as_str()))),
            ("transition", word(line.transition.and_then(named))),
            ("voice_mode", word(line.voice_mode.and_then(|mode| serde_json::to_value(mode).ok()))),
            ("sfx", line.sfx.as_ref().map(sfx_value)),
        ],
        Scene::Media(media) => vec![
            ("type", text("media")),
            ("source", text(media.source.as_str())),
            ("caption", media.caption.as_deref().map(Value::from)),
            ("duration_s", media.duration_s.map(Value::Number)),
            ("transition", word(media.transition.and_then(named))),
            ("sfx", media.sfx.as_ref().map(sfx_value)),
        ],
    };
    fields.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect()
}

/// An effect as it is written most simply.
fn sfx_value(sfx: &Sfx) -> Value {
    let mut parts = match &sfx.sound {
        SfxSound::Named(effect) if sfx.at_s == 0.0 => return Value::from(effect.name()),
        SfxSound::Named(effect) => vec![("sound".to_owned(), Value::from(effect.name()))],
        SfxSound::Prompt { prompt, seconds } => {
            vec![("prompt".to_owned(), Value::from(prompt.as_str())), ("seconds".to_owned(), Value::Number(*seconds))]
        }
    };
    if sfx.at_s != 0.0 {
        parts.push(("at".to_owned(), Value::Number(sfx.at_s)));
    }
    Value::Object(parts)
}

/// Who speaks a new line at this position: where two take turns, the one before the one before; else the one before.
pub fn speaker_in_turn(campaign: &Campaign, at: usize) -> Option<SpeakerIndex> {
    let speaker = |scene: usize| campaign.line(scene).map(|line| line.speaker);
    let before: Vec<SpeakerIndex> = (0..at).rev().filter_map(speaker).take(2).collect();
    let behind = || (at..campaign.scenes.len()).find_map(speaker);
    let first = || campaign.speakers().next().map(|(speaker, _)| speaker);
    before.get(1).or(before.first()).copied().or_else(behind).or_else(first)
}

/// Why a file was not changed. Nothing of it is changed then.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum EditError {
    /// The file could not be read before the edit; with the first of its faults.
    #[error("the file has faults; fix them first{}", .0.as_ref().map(|fault| format!(": {fault}")).unwrap_or_default())]
    Faulty(Option<Box<Fault>>),
    /// A change names a position past the end of the script.
    #[error("there is no scene {}; the script has {scenes}", .position + 1)]
    NoScene {
        /// What was asked for, from 0.
        position: usize,
        /// How many scenes there are.
        scenes: usize,
    },
    /// No scene says any more what [`SceneRef::was`] says. The position, from 0, is where it was looked for first.
    #[error("scene {} is not what it was: somebody else has changed it meanwhile", .0 + 1)]
    Changed(usize),
    /// `baby_profiles` has no such name.
    #[error("there is no baby {}", .0.display())]
    NoBaby(String),
    /// The cast would not be one any more: why, as a clause.
    #[error("{}", .0.display())]
    Member(String),
    /// The campaign would not be one any more.
    #[error("{}", told(.0))]
    Refused(Box<Fault>),
    /// The change has a meaning, and no splice of this text gives it: a person changes the file.
    #[error("{what} is written in a way that is not changed by itself; {instead}")]
    ByHand {
        /// What is not changed, as a noun: `the script`.
        what: String,
        /// What the person can do, as a clause.
        instead: String,
    },
}

impl EditError {
    /// The person does it in the file.
    pub(super) fn by_hand(what: impl Into<String>) -> Self {
        Self::ByHand { what: what.into(), instead: "change it in the file".to_owned() }
    }
}

/// `scene 3 · text: the text is empty. Write something, …`. Lines and columns would be those of no file.
fn told(fault: &Fault) -> String {
    let place = if fault.place.is_empty() { String::new() } else { format!("{}: ", fault.place) };
    let hint = fault.hint.as_ref().map(|hint| format!(". {hint}")).unwrap_or_default();
    format!("{place}{}{hint}", fault.message)
}
