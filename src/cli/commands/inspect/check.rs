//! `babblecast check`: every fault of a campaign file and of the own files that it names, at once. Needs no home, makes
//! nothing, pays nothing.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use serde::Serialize;
use serde_json::json;

use crate::cli::support::context::Context;
use crate::cli::support::exit::{Exit, Failure};
use crate::cli::support::target::{NAME_A_CAMPAIGN, Target, counted, existing_file, faults_text, target};
use crate::domain::tags::Performs;
use crate::domain::{
    Campaign, CampaignId, Dialogue, Display, Fault, Format, Language, Motion, Profile, Scene, language, tags,
};
use crate::engine::files::library::{ReadCampaign, id_taken, read_campaign, remarks};
use crate::engine::voices::{line_by_line, needed_by, warnings};
use crate::engine::{Campaigns, motion_of_file, shown_path};
use crate::plan::{Maker, ProviderId, plan};
use crate::providers::Catalogue;
use crate::providers::catalogue::DraftVoice;
use crate::providers::voice::{neural, voices};
use crate::store::read_account_voices;
use crate::store::workspace::campaigns;
use crate::store::workspace::cast_file::{CastFile, is_cast};

/// Find every fault of campaign files, each with its line
#[derive(Debug, clap::Args)]
#[command(group = clap::ArgGroup::new("which").required(true).args(["campaign", "all"]))]
#[command(after_help = "\
Examples: babblecast check campaigns/my_first.json
          babblecast check --all")]
pub struct Arguments {
    /// Campaign by id or file
    #[arg(value_name = "C", value_parser = target())]
    campaign: Option<Target>,
    /// Every campaign of the folder
    #[arg(long)]
    all: bool,
}

#[derive(Serialize)]
struct Answer {
    campaign_id: Option<CampaignId>,
    file: String,
    ok: bool,
    scenes_total: usize,
    faults: Vec<Fault>,
    /// Of each photo of the user's own that is not to stay still: whether it talks.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    motions: BTreeMap<String, &'static str>,
    /// What is no fault and should be known before it is made.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    notes: Vec<String>,
    /// What the file says that is allowed and probably not meant, with its line.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    remarks: Vec<Fault>,
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

pub fn run(arguments: &Arguments, context: &Context) -> Result<Exit, Failure> {
    let files = match &arguments.campaign {
        Some(Target::File(file)) => vec![existing_file(file, NAME_A_CAMPAIGN)?],
        Some(Target::Id(id)) => vec![file_of(id, context)?],
        None => {
            let (folder, files) = files(context)?;
            CastFile::of_folder(&folder).path.into_iter().chain(files).collect()
        }
    };
    // Of two files with one id only the first can be used.
    let mut first_with: HashMap<CampaignId, PathBuf> = HashMap::new();
    let mut exit = Exit::Done;
    for path in files {
        if is_cast(&path) {
            exit = exit.max(tell_cast(&path, context)?);
            continue;
        }
        let mut read = read_campaign(&path);
        if let Ok(found) = &read {
            let id = &found.campaign.id;
            match first_with.get(id) {
                Some(other) => read = Err(vec![id_taken(id, other)]),
                None => drop(first_with.insert(id.clone(), path.clone())),
            }
        }
        exit = exit.max(tell(&path, read, context)?);
    }
    Ok(exit)
}

/// What is wrong with the cast, which is no campaign.
fn tell_cast(path: &Path, context: &Context) -> Result<Exit, Failure> {
    let (file, cast) = (shown_path(path), CastFile::beside(path));
    if !cast.faults.is_empty() {
        return tell_faults(path, file, cast.faults, Vec::new(), context);
    }
    let members = cast.cast.members().len();
    let answer = json!({"file": file, "ok": true, "members": members});
    context.output.answer(&answer, || format!("{} is in order: {}.", file.display(), counted(members, "member")))?;
    Ok(Exit::Done)
}

fn tell(path: &Path, read: Result<ReadCampaign, Vec<Fault>>, context: &Context) -> Result<Exit, Failure> {
    let file = shown_path(path);
    match read {
        Ok(read) => {
            let (faults, remarks) = remarks(path, &read.campaign);
            if !faults.is_empty() {
                return tell_faults(path, file, faults, remarks, context);
            }
            let notes = notes(&read, context);
            let campaign = read.campaign;
            let answer = Answer {
                campaign_id: Some(campaign.id.clone()),
                file,
                ok: true,
                scenes_total: campaign.scenes.len(),
                faults: Vec::new(),
                motions: motions(&campaign, path),
                notes,
                remarks,
            };
            context.output.answer(&answer, || {
                let counts =
                    [counted(campaign.scenes.len(), "scene"), counted(campaign.profiles.len(), "baby profile")];
                let mut text = String::new();
                if !answer.remarks.is_empty() {
                    text = format!("{}\n", faults_text(path, &answer.remarks));
                }
                let _ = write!(text, "{} is in order: {}.", answer.file.display(), counts.join(", "));
                for (speaker, motion) in &answer.motions {
                    let _ = write!(text, "\n{} {motion}.", speaker.display());
                }
                for note in &answer.notes {
                    let _ = write!(text, "\nnote: {}", note.as_str().display());
                }
                text
            })?;
            Ok(Exit::Done)
        }
        Err(faults) => tell_faults(path, file, faults, Vec::new(), context),
    }
}

fn tell_faults(
    path: &Path,
    file: String,
    faults: Vec<Fault>,
    remarks: Vec<Fault>,
    context: &Context,
) -> Result<Exit, Failure> {
    let (motions, notes) = (BTreeMap::new(), Vec::new());
    let answer = Answer { campaign_id: None, file, ok: false, scenes_total: 0, faults, motions, notes, remarks };
    context.output.answer(&answer, || {
        let all: Vec<Fault> = answer.faults.iter().chain(&answer.remarks).cloned().collect();
        faults_text(path, &all)
    })?;
    Ok(Exit::Wrong)
}

/// What this home remembers of the voices that the finals use, and what their voice does not perform. Nobody is asked.
fn notes(read: &ReadCampaign, context: &Context) -> Vec<String> {
    let providers = context.config.providers();
    let home = &context.config.home.value;
    // Nothing is made here, so that no embedded voice needs a place to be unpacked.
    let catalogue = Catalogue::new(home.join("voices"), context.config.encoder.value).with_providers(&providers).ok();
    let finals = catalogue.as_ref().and_then(|catalogue| catalogue.finals(context.config.finals()).ok());
    let maker = match &finals {
        Some(finals) => finals.voice.clone(),
        None => context.config.draft_voice().unwrap_or(DraftVoice::Neural).maker(),
    };
    let mut notes = Vec::new();
    if let Some(catalogue) = &catalogue {
        let draft = || catalogue.draft(context.config.draft_voice().unwrap_or(DraftVoice::Neural));
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

/// The campaigns folder and the campaign files in it.
fn files(context: &Context) -> Result<(PathBuf, Vec<PathBuf>), Failure> {
    let Campaigns::Folder(folder) = context.existing_folder()? else {
        return Err(Failure::wrong(
            "No campaigns folder was found here or above. Name a file, or use --campaigns DIR.",
        ));
    };
    let files = campaigns::list(&folder)?;
    Ok((folder, files))
}

/// The file of a campaign: the one that says so itself, else the one that is named like it.
fn file_of(id: &CampaignId, context: &Context) -> Result<PathBuf, Failure> {
    let (folder, files) = files(context)?;
    let named_like = |path: &&PathBuf| path.file_stem().is_some_and(|stem| stem == id.as_str());
    let says_so = |path: &&PathBuf| says_id(path, id);
    let found = files.iter().find(says_so).or_else(|| files.iter().find(named_like));
    found.cloned().ok_or_else(|| {
        Failure::wrong(format!(
            "{} holds no campaign {id}. `babblecast list` shows all.",
            folder.to_string_lossy().display()
        ))
    })
}

/// Whether the campaign in this file calls itself so; own files beside it do not matter for that.
fn says_id(path: &Path, id: &CampaignId) -> bool {
    let text = Format::of_path(path).zip(campaigns::read_text(path).ok());
    text.is_some_and(|(format, text)| crate::domain::read::id_of(&text, format).as_ref() == Some(id))
}
