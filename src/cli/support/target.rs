//! What a command is about: a campaign by id or file, a speaker by name, a scene by number.

use std::ffi::OsString;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use clap::Args;
use clap::builder::{OsStringValueParser, TypedValueParser};

use super::exit::Failure;
use crate::domain::read::nearest::nearest;
use crate::domain::{Campaign, CampaignId, Display, Fault, SpeakerIndex};
use crate::engine::{Loaded, Subject, shown_path};

/// `C` on the command line. An id has neither dots nor slashes, so there is no doubt which of the two is meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    Id(CampaignId),
    File(PathBuf),
}

/// Reads `C`.
pub fn target() -> impl TypedValueParser<Value = Target> {
    OsStringValueParser::new().try_map(Target::parse)
}

impl Target {
    /// A text that has neither dots nor slashes is an id.
    pub fn parse(text: OsString) -> Result<Self, String> {
        let id = match text.to_str() {
            Some(text) if !text.contains(['/', '\\', '.']) => CampaignId::new(text),
            _ => return Ok(Self::File(PathBuf::from(text))),
        };
        id.map(Self::Id).map_err(|why| format!("neither a file nor a campaign id: {why}"))
    }
}

/// What to name instead of a file that is not there.
pub const NAME_A_CAMPAIGN: &str = "Name a campaign file, or an id that `babblecast list` shows.";

/// The absolute path of a file that was named, which must be there; `instead` says what to name otherwise.
pub fn existing_file(file: &Path, instead: &str) -> Result<PathBuf, Failure> {
    let shown = file.to_string_lossy();
    let path = std::path::absolute(file)
        .map_err(|error| Failure::wrong(format!("{} cannot be used: {error}.", shown.display())))?;
    match std::fs::metadata(&path) {
        Ok(facts) if facts.is_file() => Ok(path),
        Ok(_) => Err(Failure::wrong(format!("{} is no file. {instead}", shown.display()))),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            Err(Failure::wrong(format!("{} is not there. {instead}", shown.display())))
        }
        Err(error) => Err(Failure::wrong(format!("{} cannot be read: {error}. {instead}", shown.display()))),
    }
}

/// A speaker or a scene; one of the two.
#[derive(Debug, Clone, Default, PartialEq, Args)]
#[group(multiple = false)]
pub struct Part {
    /// The baby with this name (the start of it is enough where it is the only one)
    #[arg(long, value_name = "NAME")]
    pub speaker: Option<String>,
    /// The scene with this number, counted from 1
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub scene: Option<u32>,
}

impl Part {
    /// The portrait of the speaker or the voice of the scene; `None` where neither is named.
    pub fn subject(&self, campaign: &Campaign) -> Result<Option<Subject>, Failure> {
        match (&self.speaker, self.scene) {
            (Some(name), _) => Ok(Some(Subject::Portrait(speaker(campaign, name)?))),
            (None, Some(number)) => Ok(Some(Subject::Voice(line(campaign, number)?))),
            (None, None) => Ok(None),
        }
    }
}

/// The speaker with this name, or the only one whose name starts with it in any case.
pub fn speaker(campaign: &Campaign, name: &str) -> Result<SpeakerIndex, Failure> {
    if let Some(speaker) = campaign.speaker_named(name) {
        return Ok(speaker);
    }
    let start = name.to_lowercase();
    let matches: Vec<_> =
        campaign.speakers().filter(|(_, profile)| profile.speaker.to_lowercase().starts_with(&start)).collect();
    let whole = matches.iter().find(|(_, profile)| profile.speaker.to_lowercase() == start);
    match (whole, matches.as_slice()) {
        (Some((speaker, _)), _) | (None, [(speaker, _)]) if !name.is_empty() => Ok(*speaker),
        (_, []) => {
            let names = campaign.profiles.iter().map(|profile| profile.speaker.as_str());
            let meant = nearest(name, names.clone());
            let meant = meant.map_or_else(String::new, |meant| format!(" Did you mean \"{}\"?", meant.display()));
            Err(Failure::wrong(format!(
                "{} has no speaker \"{}\".{meant} It has {}.",
                campaign.id,
                name.display(),
                listed(names)
            )))
        }
        (_, several) => Err(Failure::wrong(format!(
            "\"{}\" may be {}. Write more of the name.",
            name.display(),
            listed(several.iter().map(|(_, profile)| profile.speaker.as_str()))
        ))),
    }
}

/// At most this many names are listed in one sentence.
const MOST_LISTED: usize = 12;

fn listed<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let names: Vec<String> = names.map(|name| format!("\"{}\"", name.display())).collect();
    match names.get(..MOST_LISTED) {
        Some(first) if names.len() > MOST_LISTED => {
            format!("{} and {} more", first.join(", "), names.len() - MOST_LISTED)
        }
        _ => names.join(", "),
    }
}

/// The position in the script of the scene with this number.
pub fn scene(campaign: &Campaign, number: u32) -> Result<usize, Failure> {
    let position = number as usize - 1;
    if position < campaign.scenes.len() {
        return Ok(position);
    }
    let last = campaign.scenes.len();
    Err(Failure::wrong(format!("{} has no scene {number}: its scenes are 1 to {last}.", campaign.id)))
}

/// The same, refused for a scene that nobody speaks in.
fn line(campaign: &Campaign, number: u32) -> Result<usize, Failure> {
    let position = scene(campaign, number)?;
    match campaign.line(position) {
        Some(_) => Ok(position),
        None => Err(Failure::wrong(format!("Scene {number} has no voice: it is not a line of dialogue."))),
    }
}

/// `portrait of Baby 1`, `voice of scene 3, Baby 2`.
pub fn subject_name(loaded: &Loaded, subject: Subject) -> String {
    match subject {
        Subject::Portrait(speaker) => format!("portrait of {}", loaded.campaign.profile(speaker).speaker.display()),
        Subject::Voice(scene) => {
            let speaker = loaded.campaign.line(scene).map(|line| &loaded.campaign.profile(line.speaker).speaker);
            let who = speaker.map_or_else(String::new, |name| format!(", {}", name.display()));
            format!("voice of scene {}{who}", scene + 1)
        }
    }
}

/// Every fault on a line as compilers print theirs: `file:line:column: place: message. hint`.
pub fn faults_text(path: &Path, faults: &[Fault]) -> String {
    let shown = shown_path(path);
    let mut text = String::new();
    for fault in faults {
        let _ = write!(text, "{}", shown.display());
        for number in [fault.line, fault.column].into_iter().flatten() {
            let _ = write!(text, ":{number}");
        }
        if !fault.place.is_empty() {
            let _ = write!(text, ": {}", fault.place.display());
        }
        let _ = write!(text, ": {}.", fault.message.trim_end_matches('.').display());
        if let Some(hint) = &fault.hint {
            let _ = write!(text, " {}", hint.display());
        }
        text.push('\n');
    }
    text.truncate(text.trim_end().len());
    text
}

/// `3 faults`, `1 fault`.
pub fn counted(count: usize, thing: &str) -> String {
    if count == 1 { format!("1 {thing}") } else { format!("{count} {thing}s") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Format, read};

    fn campaign(names: &[&str]) -> Campaign {
        let profile = serde_json::json!({"tone": "warm", "voice_id": "baby_voice_1"});
        let profiles: serde_json::Map<_, _> = names.iter().map(|name| ((*name).to_owned(), profile.clone())).collect();
        let line = serde_json::json!({"type": "dialogue", "speaker": names[0], "text": "Hello."});
        let file = serde_json::json!({"campaign_id": "c", "topic": "t", "script": [line], "baby_profiles": profiles});
        read(&file.to_string(), Format::Json).unwrap()
    }

    #[test]
    fn a_speaker_is_found_by_name_or_by_the_only_start_that_fits() {
        let campaign = campaign(&["Anna", "Annabel", "bob", "Émile"]);
        let found = |name| speaker(&campaign, name).map(|speaker| campaign.profile(speaker).speaker.as_str()).ok();
        for (name, expected) in [
            ("Anna", Some("Anna")),
            ("ANNA", Some("Anna")),
            ("annab", Some("Annabel")),
            ("B", Some("bob")),
            ("émi", Some("Émile")),
            ("Ann", None),
            ("", None),
            ("Carl", None),
        ] {
            assert_eq!(found(name), expected, "{name:?}");
        }
    }

    #[test]
    fn an_unknown_speaker_is_answered_with_the_known_ones() {
        let answer = |names: &[&str]| speaker(&campaign(names), "Clara").unwrap_err().to_string();
        assert_eq!(
            answer(&["Anna", "Carla"]),
            "c has no speaker \"Clara\". Did you mean \"Carla\"? It has \"Anna\", \"Carla\"."
        );
        let many: Vec<String> = (0..20).map(|number| format!("Baby {number}")).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        assert!(answer(&many).ends_with(" and 8 more."), "{}", answer(&many));
    }

    #[test]
    fn an_id_is_never_taken_for_a_file() {
        let parse = |text: &str| Target::parse(OsString::from(text));
        for file in ["a.json", "./a", "campaigns/a", "a\\b", "."] {
            assert_eq!(parse(file), Ok(Target::File(file.into())), "{file}");
        }
        assert_eq!(parse("first-one_2"), Ok(Target::Id(CampaignId::new("first-one_2").unwrap())));
        for neither in ["", "no spaces", "naïve"] {
            assert!(parse(neither).is_err(), "{neither:?}");
        }
    }
}
