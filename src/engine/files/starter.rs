//! New campaign files: the samples that are built into the binary, and a small campaign to begin with.

use std::path::{Path, PathBuf};

use crate::domain::write::starter;
use crate::domain::{CampaignId, Display};
use crate::engine::settings::{Campaigns, EngineSettings};
use crate::engine::writing::FromTemplate;
use crate::store::workspace::campaigns;
use crate::store::{StoreError, posted_folder};

/// What was written, for the user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// The campaigns folder.
    pub folder: PathBuf,
    /// The new campaign file; of samples, the folder.
    pub file: PathBuf,
    pub message: String,
}

macro_rules! samples {
    ($($path:literal),* $(,)?) => {
        &[$(($path, include_bytes!(concat!("../../../campaigns/", $path)))),*]
    };
}

/// The sample campaigns with their own files, by path below the campaigns folder.
const SAMPLES: &[(&str, &[u8])] = samples![
    "history_of_the_spoon.json",
    "monroviaboy_baby_podcast_001.json",
    "nap_or_snack.yaml",
    "media/cover.png",
    "media/jingle.mp3",
    "media/nap_or_snack.png",
    "media/spoon.png",
    "media/survey.png",
];

/// Why no new campaign can have this id: a file has it. Two files with one id would hide one another.
pub fn why_taken(settings: &EngineSettings, id: &CampaignId) -> Option<String> {
    let folder = folder_of(&settings.campaigns);
    let own = folder.join(format!("{id}.json"));
    let holder = campaigns::file_with_id(&folder, id).or_else(|| own.symlink_metadata().is_ok().then_some(own));
    let holder = holder.or_else(|| campaigns::file_with_id(&posted_folder(&settings.home), id))?;
    let shown = crate::engine::words::paths::shown_path(&holder);
    Some(format!("{id} is taken by {}; choose another name, or edit that file", shown.display()))
}

/// Writes a new campaign called `name`, with the words of a template or with three lines of its own.
pub fn write_starter(
    settings: &EngineSettings,
    name: &str,
    template: Option<&FromTemplate>,
) -> Result<Written, String> {
    let written = match template {
        Some(FromTemplate { template, topic }) => template.filled(name, topic.as_deref()),
        None => starter(name),
    };
    let (id, text) = written.map_err(|why| format!("\"{}\" cannot name a campaign: {why}", name.display()))?;
    write_campaign(settings, &id, &text)
}

/// Writes a new campaign file; one that is there is never written over.
pub fn write_campaign(settings: &EngineSettings, id: &CampaignId, text: &str) -> Result<Written, String> {
    if let Some(why) = why_taken(settings, id) {
        return Err(why);
    }
    let folder = folder_of(&settings.campaigns);
    let file = folder.join(format!("{id}.json"));
    campaigns::write_new(&file, text.as_bytes()).map_err(|error| error.to_string())?;
    let message = format!("{} is ready to edit", crate::engine::words::paths::shown_path(&file));
    Ok(Written { folder, file, message })
}

/// Writes the samples that are not there yet.
pub fn write_samples(to: &Campaigns) -> Result<Written, String> {
    let folder = folder_of(to);
    let mut written = 0;
    for (path, content) in SAMPLES {
        match campaigns::write_new(&folder.join(path), content) {
            Ok(()) => written += 1,
            Err(StoreError::Exists { .. }) => {}
            Err(error) => return Err(error.to_string()),
        }
    }
    let shown = crate::engine::words::paths::shown_path(&folder);
    let message = match written {
        0 => format!("The samples are in {shown} already"),
        _ => format!("Sample campaigns are in {shown}"),
    };
    Ok(Written { file: folder.clone(), folder, message })
}

/// Where new campaigns are written.
pub fn folder_of(campaigns: &Campaigns) -> PathBuf {
    match campaigns {
        Campaigns::Folder(folder) | Campaigns::None { would_be: folder } => folder.clone(),
        Campaigns::Files(files) => {
            files.first().and_then(|file| file.parent()).unwrap_or(Path::new("campaigns")).to_owned()
        }
    }
}
