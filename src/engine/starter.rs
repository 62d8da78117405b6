//! New campaign files: the samples that are built into the binary, and a small campaign to begin with.

use std::path::{Path, PathBuf};

use super::settings::Campaigns;
use crate::domain::write::starter;
use crate::store::{StoreError, campaigns};

/// What was written, for the person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// The campaigns folder.
    pub folder: PathBuf,
    pub message: String,
}

macro_rules! samples {
    ($($path:literal),* $(,)?) => {
        &[$(($path, include_bytes!(concat!("../../campaigns/", $path)))),*]
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

/// Writes a new campaign called `name`.
pub fn write_starter(to: &Campaigns, name: &str) -> Result<Written, String> {
    let folder = folder(to);
    let (id, text) = starter(name).map_err(|why| format!("{name:?} cannot name a campaign: {why}"))?;
    let path = folder.join(format!("{id}.json"));
    campaigns::write_new(&path, text.as_bytes()).map_err(|error| error.to_string())?;
    Ok(Written { message: format!("{} is ready to edit", super::core::shown_path(&path)), folder })
}

/// Writes the samples that are not there yet.
pub fn write_samples(to: &Campaigns) -> Result<Written, String> {
    let folder = folder(to);
    let mut written = 0;
    for (path, content) in SAMPLES {
        match campaigns::write_new(&folder.join(path), content) {
            Ok(()) => written += 1,
            Err(StoreError::Exists { .. }) => {}
            Err(error) => return Err(error.to_string()),
        }
    }
    let shown = super::core::shown_path(&folder);
    let message = match written {
        0 => format!("The samples are in {shown} already"),
        _ => format!("Sample campaigns are in {shown}"),
    };
    Ok(Written { folder, message })
}

fn folder(campaigns: &Campaigns) -> PathBuf {
    match campaigns {
        Campaigns::Folder(folder) | Campaigns::None { would_be: folder } => folder.clone(),
        Campaigns::Files(files) => {
            files.first().and_then(|file| file.parent()).unwrap_or(Path::new("campaigns")).to_owned()
        }
    }
}
