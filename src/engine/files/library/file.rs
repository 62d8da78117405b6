//! One campaign file with everything that lies beside it: the user's own files, fonts and choices. Needs no home.

use std::path::Path;

use super::fonts::find_fonts;
use crate::domain::{self, Campaign, Fault, MaterialPath};
use crate::engine::settings::EngineSettings;
use crate::media::mark;
use crate::plan::{AssetHash, Choices, Sources};
use crate::store::workspace::campaigns;
use crate::store::workspace::cast_file::CastFile;
use crate::store::{self, StoreError};

/// A campaign file with everything that lies beside it.
pub struct ReadCampaign {
    pub campaign: Campaign,
    pub source_hash: AssetHash,
    pub sources: Sources,
    pub choices: Choices,
}

/// Reads a campaign file, or finds every fault of it.
pub fn read_campaign(path: &Path) -> Result<ReadCampaign, Vec<Fault>> {
    read_from(path, path.parent().unwrap_or(Path::new(".")))
}

/// The same with the user's own files in a folder of its own.
pub(super) fn read_from(path: &Path, materials: &Path) -> Result<ReadCampaign, Vec<Fault>> {
    let one = |error: StoreError| vec![whole_file_fault(&error.to_string())];
    let Some(format) = domain::Format::of_path(path) else {
        return Err(vec![whole_file_fault("the name does not end in .json, .yaml or .yml")]);
    };
    let text = campaigns::read_text(path).map_err(one)?;
    let cast = CastFile::beside(path);
    let campaign = domain::read_with(&text, format, &cast.cast)?;
    let (mut sources, mut faults) = find_materials(&campaign, &text, format, materials);
    find_fonts(&campaign, &mut sources);
    let choices = store::read_choices(&store::choices_path(path)).unwrap_or_else(|error| {
        faults.push(whole_file_fault(&error.to_string()));
        Choices::default()
    });
    let choices = with_choices_of_cast(choices, &campaign, &cast).unwrap_or_else(|error| {
        faults.push(whole_file_fault(&error.to_string()));
        Choices::default()
    });
    let source_hash = AssetHash::of(text.as_bytes());
    if faults.is_empty() { Ok(ReadCampaign { campaign, source_hash, sources, choices }) } else { Err(faults) }
}

/// The same choices with those of the cast, where the campaign names members of it.
pub(super) fn with_choices_of_cast(
    choices: Choices,
    campaign: &Campaign,
    cast: &CastFile,
) -> Result<Choices, StoreError> {
    if campaign.profiles.iter().all(|profile| profile.member().is_none()) {
        return Ok(choices);
    }
    Ok(Choices { of_cast: cast.choices()?.choices, ..choices })
}

/// The hash of the file as it is now, which `Loaded::source_hash` is compared with.
pub fn source_hash(path: &Path) -> Option<AssetHash> {
    campaigns::read_text(path).ok().map(|text| AssetHash::of(text.as_bytes()))
}

/// What is wrong with the user's own files that a campaign names which is to be kept in `file`.
pub fn material_faults(settings: &EngineSettings, file: &Path, campaign: &Campaign, text: &str) -> Vec<Fault> {
    let format = domain::Format::of_path(file).unwrap_or(domain::Format::Json);
    find_materials(campaign, text, format, settings.materials_of(file)).1
}

/// The hashes of the user's own files in `folder`, and what is wrong with them.
fn find_materials(campaign: &Campaign, text: &str, format: domain::Format, folder: &Path) -> (Sources, Vec<Fault>) {
    let mut sources = Sources::new();
    let mut faults = Vec::new();
    for material in campaign.materials() {
        match add_material(&mut sources, folder, material) {
            Ok(()) => {}
            Err(error) => {
                let message = match error {
                    StoreError::Missing { path } => format!("{} is missing", path.display()),
                    error => error.to_string(),
                };
                let (message, hint) = (message.trim_end_matches('.'), "Put the file there, or change the path.");
                faults.extend(domain::read::faults_at(text, format, material.as_str(), message, hint));
            }
        }
    }
    (sources, faults)
}

/// Reads a file of the user's own: its hash, and what it says of how it came to be.
pub(super) fn add_material(sources: &mut Sources, folder: &Path, material: &MaterialPath) -> Result<(), StoreError> {
    let hash = store::hash_material(folder, material)?;
    sources.insert(material.clone(), hash);
    // Most say nothing, and what holds no marks says nothing either.
    let said = store::resolve(folder, material).ok().and_then(|path| mark::read(&path).ok()?.provenance());
    if let Some(said) = said {
        sources.insert_said(hash, said);
    }
    Ok(())
}

pub(super) fn whole_file_fault(message: &str) -> Fault {
    Fault {
        line: None,
        column: None,
        place: String::new(),
        pointer: String::new(),
        message: message.trim_end_matches('.').to_owned(),
        hint: None,
    }
}
