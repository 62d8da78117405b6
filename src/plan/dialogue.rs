//! Lines that are spoken together: which ones one call makes, and the part of it that each line is. Pure; called by
//! `graph`.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::key::JobKey;
use super::made_by::MadeBy;
use super::provider_id::ProviderId;
use crate::domain::{Campaign, Dialogue, VoiceMode};

/// Changes whenever the cut changes, so that a new version cuts again.
const VERSION: u32 = 1;

/// Lines that one call speaks, each answering the one before.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DialogueRequest {
    /// Who speaks them, with the settings of dialogues: [`Dialogues::parameters`].
    pub made_by: MadeBy,
    /// At least two.
    pub lines: Vec<SpokenLine>,
    /// From 1; 0 in the base of a request.
    pub take: u32,
}

/// One line of a dialogue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SpokenLine {
    /// As the provider calls it: aliases are resolved.
    pub voice_id: String,
    /// What is spoken, audio tags included.
    pub text: String,
}

/// One line, cut out of its dialogue on this machine.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CutVoiceRequest {
    /// The built-in cutter, with its version.
    pub made_by: MadeBy,
    /// The job whose sound and turns it is cut from.
    pub dialogue: JobKey,
    /// Position in [`DialogueRequest::lines`], from 0.
    pub line: usize,
}

/// What a voice provider can speak in one call.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Dialogues {
    /// Characters of all lines together.
    pub most_characters: usize,
    /// Different voices.
    pub most_voices: usize,
    /// What is sent beside the lines; see [`MadeBy::parameters`].
    pub parameters: BTreeMap<String, Value>,
}

impl DialogueRequest {
    /// Of all lines together, as they are billed and limited: Unicode scalar values.
    pub fn characters(&self) -> usize {
        self.lines.iter().map(|line| line.text.chars().count()).sum()
    }

    /// The voices in it, each once.
    pub fn voices(&self) -> BTreeSet<&str> {
        self.lines.iter().map(|line| line.voice_id.as_str()).collect()
    }
}

impl CutVoiceRequest {
    /// The line at this position of the dialogue, from 0, cut by this version.
    pub fn new(dialogue: JobKey, line: usize) -> Self {
        let made_by = MadeBy {
            provider: ProviderId::Cut,
            model: "turns".to_owned(),
            version: Some(VERSION),
            endpoint: None,
            parameters: BTreeMap::new(),
        };
        Self { made_by, dialogue, line }
    }
}

/// A dialogue of a campaign.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Exchange {
    pub request: DialogueRequest,
    /// The scene of each line: they follow each other.
    pub scenes: std::ops::Range<usize>,
}

/// Whether the file asks for a dialogue anywhere, no matter who speaks it.
pub fn are_wanted(campaign: &Campaign) -> bool {
    let wanted: Vec<bool> = (0..campaign.scenes.len())
        .map(|scene| campaign.line(scene).is_some_and(|line| is_wanted(campaign, line)))
        .collect();
    wanted.windows(2).any(|pair| pair == [true, true])
}

/// Whether a line is to be spoken together with its neighbours; one with a recording of its own is not spoken at all.
fn is_wanted(campaign: &Campaign, line: &Dialogue) -> bool {
    line.audio.is_none() && campaign.voice_mode_of(line) == VoiceMode::Dialogue
}

/// Every dialogue of a campaign, in order: as many lines in a row as one call takes. A line that is left over, and one that
/// is too long for a dialogue, is spoken by itself. `said` has what is spoken in each scene, `voice` tells what an alias
/// stands for, and `made_by` is who speaks single lines.
pub(super) fn exchanges(
    campaign: &Campaign,
    said: &[Option<String>],
    made_by: &MadeBy,
    dialogues: &Dialogues,
    voice: impl Fn(&str) -> String,
) -> Vec<Exchange> {
    let made_by = MadeBy { parameters: dialogues.parameters.clone(), ..made_by.clone() };
    let mut exchanges = Vec::new();
    let mut row = Row::default();
    for (scene, said) in said.iter().enumerate() {
        let wanted = campaign.line(scene).filter(|line| is_wanted(campaign, line));
        let Some((line, text)) = wanted.zip(said.as_ref()) else {
            exchanges.extend(row.end(scene));
            continue;
        };
        let voice_id = voice(&campaign.profile(line.speaker).voice_id);
        let line = SpokenLine { voice_id, text: text.clone() };
        if !row.holds(&line, dialogues) {
            exchanges.extend(row.end(scene));
        }
        // By itself it may be too long.
        if row.holds(&line, dialogues) {
            row.add(line);
        }
    }
    exchanges.extend(row.end(campaign.scenes.len()));
    let exchange = |(lines, scenes)| {
        let made_by = made_by.clone();
        Exchange { request: DialogueRequest { made_by, lines, take: 1 }, scenes }
    };
    exchanges.into_iter().map(exchange).collect()
}

/// Lines in a row that one call may speak.
#[derive(Default)]
struct Row {
    lines: Vec<SpokenLine>,
    characters: usize,
    voices: BTreeSet<String>,
}

impl Row {
    /// Whether one call takes this line behind the others.
    fn holds(&self, line: &SpokenLine, dialogues: &Dialogues) -> bool {
        let is_new = !self.voices.contains(&line.voice_id);
        self.characters + line.text.chars().count() <= dialogues.most_characters
            && self.voices.len() + usize::from(is_new) <= dialogues.most_voices
    }

    fn add(&mut self, line: SpokenLine) {
        self.characters += line.text.chars().count();
        self.voices.insert(line.voice_id.clone());
        self.lines.push(line);
    }

    /// The lines and their scenes, where they are a dialogue; `scene` is the one behind them. The row is empty afterwards.
    fn end(&mut self, scene: usize) -> Option<(Vec<SpokenLine>, std::ops::Range<usize>)> {
        let lines = std::mem::take(self).lines;
        let scenes = scene - lines.len()..scene;
        (lines.len() > 1).then_some((lines, scenes))
    }
}
