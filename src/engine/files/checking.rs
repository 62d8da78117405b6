//! Looks at a campaign file before anything is made of it: every fault of the file and of the own files that it names,
//! whether its photos talk, and what is worth knowing. Opens no home and asks nobody.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Serialize;

use super::library::{ReadCampaign, remarks};
use crate::domain::tags::Performs;
use crate::domain::{Campaign, CampaignId, Dialogue, Fault, Language, Motion, Profile, Scene, language, tags};
use crate::engine::settings::EngineSettings;
use crate::engine::voices::{line_by_line, needed_by, warnings};
use crate::engine::words::motion::motion_of_file;
use crate::engine::words::paths::shown_path;
use crate::plan::{Maker, ProviderId, plan};
use crate::providers::Catalogue;
use crate::providers::catalogue::DraftVoice;
use crate::providers::voice::{neural, voices};
use crate::store::read_account_voices;

/// What a look at a campaign file found: what `babblecast check --json` prints, and what an agent is told.
#[derive(Debug, Serialize)]
pub struct Checked {
    pub campaign_id: Option<CampaignId>,
    pub file: String,
    pub ok: bool,
    pub scenes_total: usize,
    #[serde(skip)]
    pub profiles_total: usize,
    pub faults: Vec<Fault>,
    /// Of each photo of the user's own that is not to stay still: whether it talks.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub motions: BTreeMap<String, &'static str>,
    /// What is no fault and should be known before it is made.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
    /// What the file says that is allowed and probably not meant, with its line.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub remarks: Vec<Fault>,
}

/// Looks at a campaign file that was read, or could not be.
pub fn checked(path: &Path, read: Result<ReadCampaign, Vec<Fault>>, settings: &EngineSettings) -> Checked {
    let file = shown_path(path);
    let (read, remarks) = match read {
        Err(faults) => return Checked::with_faults(file, faults, Vec::new()),
        Ok(read) => match remarks(path, &read.campaign) {
            (faults, remarks) if faults.is_empty() => (read, remarks),
            (faults, remarks) => return Checked::with_faults(file, faults, remarks),
        },
    };
    Checked {
        file,
        ok: true,
        scenes_total: read.campaign.scenes.len(),
        profiles_total: read.campaign.profiles.len(),
        faults: Vec::new(),
        motions: motions(&read.campaign, path),
        notes: notes(&read, settings),
        remarks,
        campaign_id: Some(read.campaign.id),
    }
}

impl Checked {
    /// Of a campaign without a fault that is not in a file yet.
    pub fn of_text(id: CampaignId, file: String, scenes_total: usize, profiles_total: usize) -> Self {
        let nothing = Self::with_faults(file, Vec::new(), Vec::new());
        Self { campaign_id: Some(id), ok: true, scenes_total, profiles_total, ..nothing }
    }

    /// Of a file that cannot be used.
    pub fn with_faults(file: String, faults: Vec<Fault>, remarks: Vec<Fault>) -> Self {
        let (motions, notes) = (BTreeMap::new(), Vec::new());
        let (campaign_id, scenes_total, profiles_total) = (None, 0, 0);
        Self { campaign_id, file, ok: false, scenes_total, profiles_total, faults, motions, notes, remarks }
    }
}

/// Looks for the face of every picture that the campaign names as a portrait.
fn motions(campaign: &Campaign, file: &Path) -> BTreeMap<String, &'static str> {
    let folder = file.parent().unwrap_or(Path::new(""));
    let profiles = campaign.profiles.iter().filter(|profile| profile.motion != Motion::Still);
    let motion = |profile: &Profile| {
        let picture = folder.join(profile.own_picture()?.as_path());
        Some((profile.speaker.clone(), motion_of_file(&picture, profile.motion)?))
    };
    profiles.filter_map(motion).collect()
}

/// What this home remembers of the voices that the finals use, and what their voice does not perform. Nobody is asked.
fn notes(read: &ReadCampaign, settings: &EngineSettings) -> Vec<String> {
    let (providers, home) = (&settings.providers, &settings.home);
    let draft_voice = settings.draft_voice.unwrap_or(DraftVoice::Neural);
    // Nothing is made here, so that no embedded voice needs a place to be unpacked.
    let catalogue = Catalogue::new(home.join("voices"), settings.encoder).with_providers(providers).ok();
    let finals = catalogue.as_ref().and_then(|catalogue| catalogue.finals(settings.finals).ok());
    let maker = match &finals {
        Some(finals) => finals.voice.clone(),
        None => draft_voice.maker(),
    };
    let mut notes = Vec::new();
    if let Some(catalogue) = &catalogue {
        let draft = || catalogue.draft(draft_voice);
        let settings = finals.clone().unwrap_or_else(draft);
        let graph = plan(&read.campaign, &settings, &read.choices, &read.sources);
        notes.extend(graph.ok().and_then(|graph| line_by_line(&read.campaign, &graph)));
    }
    let elevenlabs = catalogue.as_ref().and_then(Catalogue::elevenlabs);
    if let (Some(mut finals), Some(elevenlabs)) =
        (finals.filter(|_| maker.made_by.provider == ProviderId::ElevenLabs), elevenlabs)
    {
        let accounts = read_account_voices(home).unwrap_or_default();
        if let Some(account) = accounts.get(&elevenlabs.account()) {
            finals.voice.speech.voices = voices::elevenlabs(&account.aliases(), &providers.elevenlabs.voices);
            let graph = plan(&read.campaign, &finals, &read.choices, &read.sources);
            let needed = graph.map(|graph| {
                needed_by([(read.campaign.id.as_str(), &read.campaign, &read.choices, &graph)].into_iter())
            });
            notes.extend(warnings(account, &needed.unwrap_or_default()));
        }
    }
    notes.extend(tags_left_out(&read.campaign, &maker));
    notes.extend(unread_words(&read.campaign));
    notes.extend(unnamed_language(&read.campaign));
    notes
}

/// One note for each line of which the voice is given less than is written.
fn tags_left_out(campaign: &Campaign, maker: &Maker) -> Vec<String> {
    let is_built_in = DraftVoice::of(maker.made_by.provider).is_some();
    let who = if is_built_in { "the built-in voice" } else { maker.made_by.model.as_str() };
    let note = |(position, scene): (usize, &Scene)| {
        let Scene::Dialogue(Dialogue { text, say, audio: None, .. }) = scene else { return None };
        let left_out = tags::left_out(say.as_ref().unwrap_or(text), maker.speech.performs);
        (!left_out.is_empty())
            .then(|| format!("Scene {}: {} is left out, {who} does not perform it", position + 1, left_out.join(" ")))
    };
    campaign.scenes.iter().enumerate().filter_map(note).collect()
}

/// Words that the built-in voices cannot read: they know Latin letters, and leave out words of other scripts. One note for
/// each language that babies speak.
fn unread_words(campaign: &Campaign) -> Vec<String> {
    let mut unread: BTreeMap<Language, Vec<(usize, String)>> = BTreeMap::new();
    for scene in 0..campaign.scenes.len() {
        let Some(line) = campaign.line(scene).filter(|line| line.audio.is_none()) else { continue };
        let spoken = campaign.spoken(line, Performs::Nothing, true);
        let words: Vec<&str> = spoken.split_whitespace().filter(|word| !neural::can_read(word)).collect();
        if !words.is_empty() {
            let language = campaign.profile(line.speaker).language;
            unread.entry(language).or_default().push((scene + 1, words.join(" ")));
        }
    }
    let note = |(language, scenes): (Language, Vec<(usize, String)>)| {
        let (first, words) = scenes.first()?;
        let others: Vec<String> = scenes[1..].iter().map(|(scene, _)| scene.to_string()).collect();
        let (elsewhere, lines) = match others.as_slice() {
            [] => (String::new(), "the line"),
            [other] => (format!(", and words of scene {other}"), "these lines"),
            others => (format!(", and words of scenes {}", others.join(", ")), "these lines"),
        };
        Some(format!(
            "Scene {first}: the built-in voice reads {} only and leaves out {words}{elsewhere}; give {lines} a `say` text",
            language.name()
        ))
    };
    unread.into_iter().filter_map(note).collect()
}

/// One note where the lines of babies that speak English are not English: the built-in voice would read them as if they were.
fn unnamed_language(campaign: &Campaign) -> Option<String> {
    let lines = (0..campaign.scenes.len()).filter_map(|scene| campaign.line(scene));
    let read = |line: &&Dialogue| line.audio.is_none() && campaign.profile(line.speaker).language == Language::English;
    let text: Vec<&str> = lines.filter(read).map(|line| line.say.as_ref().unwrap_or(&line.text).as_str()).collect();
    let language = language::seems(&text.join(" "))?;
    Some(format!(
        "The lines seem to be {}, and the built-in voice reads them as English: write `language: {}` for the campaign or a \
         baby",
        language.name(),
        language.code()
    ))
}
