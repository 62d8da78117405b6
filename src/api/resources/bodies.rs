//! What a request's body may hold, beside a whole campaign.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::api::common::problem::Problem;
use crate::domain::Display;
use crate::domain::read::limits::LONGEST_VOICE_ID;
use crate::engine::{Loaded, Subject};
use crate::plan::Mode;

/// The portrait of a speaker, or the voice of a scene; one of the two.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SubjectBody {
    /// For a portrait: the baby's name.
    pub speaker: Option<String>,
    /// For a voice: the scene's position in the script, from 0.
    pub scene_index: Option<usize>,
    /// `draft` or `final`; the usual one if left out.
    pub mode: Option<Mode>,
}

/// The same, and the take to use from now on.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ChooseBody {
    /// For a portrait: the baby's name.
    pub speaker: Option<String>,
    /// For a voice: the scene's position in the script, from 0.
    pub scene_index: Option<usize>,
    /// `draft` or `final`; the usual one if left out.
    pub mode: Option<Mode>,
    /// From 1.
    #[schemars(range(min = 1))]
    pub take: u32,
}

/// A baby and the voice that it is to speak with.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GiveVoiceBody {
    /// The baby's name.
    pub speaker: String,
    /// A voice by its id, or an alias.
    #[schemars(length(min = 1, max = LONGEST_VOICE_ID))]
    pub voice_id: String,
}

/// An alias and the voice that it is to stand for.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PinVoiceBody {
    /// `baby_voice_1` to `baby_voice_8`.
    pub alias: String,
    /// A voice by its id.
    #[schemars(length(min = 1, max = LONGEST_VOICE_ID))]
    pub voice_id: String,
}

/// Finds what is meant in a campaign.
pub fn subject(speaker: Option<&str>, scene_index: Option<usize>, loaded: &Loaded) -> Result<Subject, Problem> {
    let campaign = &loaded.campaign;
    match (speaker, scene_index) {
        (Some(name), None) => campaign
            .speaker_named(name)
            .map(Subject::Portrait)
            .ok_or_else(|| Problem::not_found(format!("{} has no speaker \"{}\".", campaign.id, name.display()))),
        (None, Some(scene)) => match campaign.line(scene) {
            Some(_) => Ok(Subject::Voice(scene)),
            None => Err(Problem::not_found(format!("{} has no line of dialogue at scene_index {scene}.", campaign.id))),
        },
        _ => Err(Problem::unprocessable("invalid_body", "Give either speaker (a portrait) or scene_index (a voice).")),
    }
}
