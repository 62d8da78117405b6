//! An answer against the question: a campaign file or other words for lines, or what is wrong with it in sentences that a
//! model and a person both understand.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::flags::flags;
use super::order::{Brief, Reworded, Wanted};
use super::prompt::{lines_to_reword, lines_to_translate};
use crate::domain::schema::{CampaignDocument, ProfileDocument, SceneDocument};
use crate::domain::{Campaign, CampaignId, Format, Language, read};
use crate::plan::ScriptAnswer;

/// The rule says 9; a line of a few more is told no fault for.
const MOST_WORDS: usize = 14;
/// What is told of an answer's faults: the first ones are enough to begin with.
const MOST_FAULTS: usize = 12;

/// An answer that can be used, and what a person should know before it is.
#[derive(Debug, Clone, PartialEq)]
pub struct Judged {
    /// What is made of it.
    pub made: Made,
    /// Sentences; empty where nothing is to be seen first.
    pub flags: Vec<String>,
}

/// What is made of an answer.
#[derive(Debug, Clone, PartialEq)]
pub enum Made {
    /// The text of a campaign file, with the number of its babies and lines.
    File { text: String, babies: usize, lines: usize },
    /// Other words for lines.
    Lines(Vec<Reworded>),
    /// The title and the words of each scene in another language.
    Translation { title: String, texts: BTreeMap<usize, String> },
}

#[derive(Debug, Deserialize)]
struct Script {
    title: String,
    babies: Vec<Baby>,
    lines: Vec<Line>,
}

#[derive(Debug, Deserialize)]
struct Baby {
    name: String,
    tone: String,
    #[serde(default)]
    appearance: String,
}

#[derive(Debug, Deserialize)]
struct Line {
    speaker: String,
    text: String,
}

#[derive(Debug, Deserialize)]
struct Wordings {
    wordings: Vec<String>,
}

#[derive(Debug, Deserialize)]
struct Lines {
    #[serde(default)]
    title: String,
    lines: Vec<Numbered>,
}

#[derive(Debug, Deserialize)]
struct Numbered {
    number: usize,
    text: String,
}

/// What an answer is worth. `id` is that of the new campaign; `campaign` the one that was asked about.
pub fn judged(
    what: &Wanted,
    answer: &ScriptAnswer,
    id: &CampaignId,
    campaign: Option<&Campaign>,
) -> Result<Judged, Vec<String>> {
    let mut faults = Vec::new();
    let made = match (what, campaign) {
        (Wanted::Campaign(brief), _) => script(brief, &parsed(answer)?, id, &mut faults),
        (Wanted::Line { scene, .. }, Some(campaign)) => wordings(&parsed(answer)?, campaign, *scene, &mut faults),
        (Wanted::Punchier { .. }, Some(campaign)) => {
            let lines = numbered(parsed(answer)?, &lines_to_reword(campaign), true, &mut faults);
            Made::Lines(lines.1.into_iter().filter_map(|(scene, text)| reworded(campaign, scene, text)).collect())
        }
        (Wanted::Translation { .. }, Some(campaign)) => {
            let (title, texts) = numbered(parsed(answer)?, &lines_to_translate(campaign), false, &mut faults);
            if title.is_empty() {
                faults.push("The title is empty.".to_owned());
            }
            Made::Translation { title, texts }
        }
        (_, None) => return Err(vec!["The campaign is not there any more.".to_owned()]),
    };
    if !faults.is_empty() {
        let more = faults.len().saturating_sub(MOST_FAULTS);
        faults.truncate(MOST_FAULTS);
        if more > 0 {
            faults.push(format!("And {more} more like these."));
        }
        return Err(faults);
    }
    let flags = match &made {
        Made::File { text, .. } => flags(&words_of(text), language_of(what, campaign)),
        Made::Lines(lines) => {
            flags(&lines.iter().flat_map(|line| line.texts.clone()).collect::<Vec<_>>(), language_of(what, campaign))
        }
        // The names of a translation are those that it came with.
        Made::Translation { .. } => Vec::new(),
    };
    Ok(Judged { made, flags })
}

fn language_of(what: &Wanted, campaign: Option<&Campaign>) -> Language {
    match what {
        Wanted::Campaign(brief) => brief.language,
        _ => campaign.and_then(|campaign| campaign.profiles.first()).map_or_else(Language::default, |of| of.language),
    }
}

/// Everything in a campaign file that is said, shown or a name.
fn words_of(text: &str) -> Vec<String> {
    let Ok(campaign) = read(text, Format::Json) else { return Vec::new() };
    let lines = (0..campaign.scenes.len()).filter_map(|scene| campaign.line(scene)).map(|line| line.text.clone());
    let names = campaign.profiles.iter().map(|profile| profile.speaker.clone());
    lines.chain(names).chain([campaign.topic.clone()]).collect()
}

fn parsed<T: DeserializeOwned>(answer: &ScriptAnswer) -> Result<T, Vec<String>> {
    let text = unfenced(answer.text.trim());
    if text.is_empty() {
        return Err(vec!["The answer is empty.".to_owned()]);
    }
    serde_json::from_str(text).map_err(|error| {
        vec![if answer.is_cut {
            "The answer was cut off before its end: write a shorter one.".to_owned()
        } else if !text.starts_with('{') {
            "The answer is prose instead of JSON of the given shape.".to_owned()
        } else {
            format!("The answer is not JSON of the given shape: {error}.")
        }]
    })
}

/// Without the Markdown fence that some models put around JSON.
fn unfenced(text: &str) -> &str {
    let Some(inner) = text.strip_prefix("```").and_then(|rest| rest.strip_suffix("```")) else { return text };
    inner.strip_prefix("json").unwrap_or(inner).trim()
}

fn script(brief: &Brief, script: &Script, id: &CampaignId, faults: &mut Vec<String>) -> Made {
    let Script { title, babies, lines } = script;
    if babies.len() != usize::from(brief.babies) {
        faults.push(format!("There are {} babies: {} are wanted.", babies.len(), brief.babies));
    }
    let most = usize::from(brief.lines).saturating_mul(2).max(usize::from(Brief::FEWEST_LINES) * 2);
    if lines.len() > most {
        faults.push(format!("There are {} lines: {} are wanted.", lines.len(), brief.lines));
    } else if lines.len() < usize::from(brief.lines).div_ceil(2) {
        faults.push(format!("There are only {} lines: {} are wanted.", lines.len(), brief.lines));
    }
    let mut names = BTreeSet::new();
    for baby in babies {
        if !names.insert(baby.name.trim()) {
            faults.push(format!("Two babies are called \"{}\".", baby.name.trim()));
        }
    }
    for (position, line) in lines.iter().enumerate() {
        if !names.contains(line.speaker.trim()) {
            let (number, speaker) = (position + 1, line.speaker.trim());
            faults.push(format!("Line {number} is spoken by \"{speaker}\", who is none of the babies."));
        }
        too_long(position + 1, &line.text, faults);
    }
    let silent = names.iter().filter(|name| lines.iter().all(|line| line.speaker.trim() != **name));
    faults.extend(silent.map(|name| format!("\"{name}\" never speaks.")));
    let text = document(brief, title, babies, lines, id).to_json();
    if faults.is_empty()
        && let Err(found) = read(&text, Format::Json)
    {
        faults.extend(found.iter().map(|fault| format!("{}: {}.", fault.place, fault.message)));
    }
    Made::File { text, babies: babies.len(), lines: lines.len() }
}

fn document(brief: &Brief, title: &str, babies: &[Baby], lines: &[Line], id: &CampaignId) -> CampaignDocument {
    let profile = |(position, baby): (usize, &Baby)| {
        let appearance = baby.appearance.trim();
        let profile = ProfileDocument {
            tone: Some(baby.tone.trim().to_owned()),
            voice_id: Some(format!("baby_voice_{}", position + 1)),
            appearance: (!appearance.is_empty()).then(|| appearance.to_owned()),
            ..ProfileDocument::default()
        };
        (baby.name.trim().to_owned(), profile)
    };
    let scene = |line: &Line| SceneDocument::Dialogue {
        speaker: line.speaker.trim().to_owned(),
        text: line.text.trim().to_owned(),
        say: None,
        audio: None,
        transition: None,
        voice_mode: None,
        sfx: None,
    };
    let title = title.trim();
    let topic = if title.is_empty() { brief.topic.trim() } else { title };
    let (script, profiles) = (lines.iter().map(scene).collect(), babies.iter().enumerate().map(profile).collect());
    CampaignDocument {
        language: (brief.language != Language::English).then_some(brief.language),
        ..CampaignDocument::new(id, topic.to_owned(), script, profiles)
    }
}

fn wordings(wordings: &Wordings, campaign: &Campaign, scene: usize, faults: &mut Vec<String>) -> Made {
    const WANTED: usize = 3;
    let texts: Vec<String> = wordings.wordings.iter().map(|text| text.trim().to_owned()).collect();
    let was = campaign.line(scene).map_or("", |line| line.text.as_str());
    if texts.len() != WANTED {
        faults.push(format!("There are {} wordings: {WANTED} are wanted.", texts.len()));
    }
    if texts.iter().collect::<BTreeSet<_>>().len() != texts.len() || texts.iter().any(|text| text == was) {
        faults.push("The wordings must differ from each other and from the line.".to_owned());
    }
    texts.iter().enumerate().for_each(|(position, text)| too_long(position + 1, text, faults));
    Made::Lines(vec![Reworded { scene, was: was.to_owned(), texts }])
}

/// The title and the text of each wanted scene.
fn numbered(
    lines: Lines,
    wanted: &[usize],
    is_short: bool,
    faults: &mut Vec<String>,
) -> (String, BTreeMap<usize, String>) {
    let mut texts = BTreeMap::new();
    for Numbered { number, text } in lines.lines {
        let scene = number.checked_sub(1).filter(|scene| wanted.contains(scene));
        let Some(scene) = scene else {
            faults.push(format!("There is no line {number} to write."));
            continue;
        };
        if is_short || text.trim().is_empty() {
            too_long(number, &text, faults);
        }
        if texts.insert(scene, text.trim().to_owned()).is_some() {
            faults.push(format!("Line {number} is given twice."));
        }
    }
    let missing = wanted.iter().filter(|scene| !texts.contains_key(scene));
    faults.extend(missing.map(|scene| format!("Line {} is missing.", scene + 1)));
    (lines.title.trim().to_owned(), texts)
}

fn reworded(campaign: &Campaign, scene: usize, text: String) -> Option<Reworded> {
    let was = campaign.line(scene)?.text.clone();
    (was != text).then(|| Reworded { scene, was, texts: vec![text] })
}

fn too_long(number: usize, text: &str, faults: &mut Vec<String>) {
    match text.split_whitespace().count() {
        0 => faults.push(format!("Line {number} is empty.")),
        words if words > MOST_WORDS => {
            faults.push(format!("Line {number} has {words} words: at most 9 are wanted."));
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests;
