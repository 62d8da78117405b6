//! One file that hands a campaign over with everything made for it: a plain tar with an index, so that any system can
//! look into it. Written here, read in [`super::unpack`].

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::domain::edit::new_cast;
use crate::domain::{Campaign, CampaignId, MaterialPath, Member};
use crate::plan::{AssetHash, CampaignVoices, Choice, JobKey};
use crate::store::content::assets::{Condition, hash_file};
use crate::store::content::sidecar::Sidecar;
use crate::store::ground::error::{Result, StoreError};
use crate::store::ground::files;
use crate::store::ground::files::{Access, Existing};
use crate::store::jobs::takes;
use crate::store::jobs::takes::LoggedTake;
use crate::store::studio::Store;
use crate::store::upkeep::verify::sidecar_of;
use crate::store::workspace::choices_file::choices_path;
use crate::store::workspace::materials;

/// What goes into a pack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackContent<'a> {
    pub campaign: &'a CampaignId,
    /// Its choices beside it are packed too.
    pub file: &'a Path,
    /// [`Campaign::materials`].
    pub materials: Vec<&'a MaterialPath>,
    /// All jobs of interest: those of both modes and of all takes. What is not made yet is left out.
    pub keys: Vec<JobKey>,
    /// What its finals were made with under an alias.
    pub voices: CampaignVoices,
    /// The members of the cast that it names, each once.
    pub members: Vec<&'a Member>,
    /// Which takes of their faces are used.
    pub faces: BTreeMap<JobKey, Choice>,
}

/// What went into a pack.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Packed {
    pub jobs: usize,
    pub assets: usize,
    pub materials: usize,
    /// Of the pack.
    pub bytes: u64,
}

/// The first entry of a pack; the others carry numbers and hashes for names, so that no name in a pack is ever a path.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::store) struct Index {
    pub(in crate::store) version: u32,
    /// How many entries follow: a pack that is cut off between two of them is seen.
    pub(in crate::store) parts: usize,
    /// Name of the campaign file.
    pub(in crate::store) file: String,
    /// The user's own files, by number.
    pub(in crate::store) materials: Vec<PackedMaterial>,
    pub(in crate::store) takes: Vec<LoggedTake>,
    /// What the finals were made with under an alias: written beside the campaign, so that they are found again whatever
    /// the aliases stand for in the other home.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(in crate::store) voices: CampaignVoices,
    /// A cast file with the members that the campaign names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(in crate::store) cast: Option<String>,
    /// Which takes of their faces are used.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(in crate::store) faces: BTreeMap<JobKey, Choice>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::store) struct PackedMaterial {
    pub(in crate::store) path: String,
    pub(in crate::store) hash: AssetHash,
}

impl Index {
    pub(in crate::store) const VERSION: u32 = 1;
}

/// One entry of a pack.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(in crate::store) enum Part {
    Index,
    Campaign,
    Choices,
    Material(usize),
    Asset(AssetHash),
    Sidecar(JobKey),
}

impl Part {
    pub(in crate::store) fn name(self) -> String {
        match self {
            Self::Index => "index.json".to_owned(),
            Self::Campaign => "campaign".to_owned(),
            Self::Choices => "choices".to_owned(),
            Self::Material(number) => format!("materials/{number}"),
            Self::Asset(hash) => format!("assets/{hash}"),
            Self::Sidecar(key) => format!("sidecars/{key}"),
        }
    }

    /// The part with exactly this name.
    pub(in crate::store) fn named(name: &str) -> Option<Self> {
        let part = match name.split_once('/') {
            None => [Self::Index, Self::Campaign, Self::Choices].into_iter().find(|part| part.name() == name)?,
            Some(("materials", number)) => Self::Material(number.parse().ok()?),
            Some(("assets", hash)) => Self::Asset(hash.parse().ok()?),
            Some(("sidecars", key)) => Self::Sidecar(key.parse().ok()?),
            Some(_) => return None,
        };
        (part.name() == name).then_some(part)
    }
}

impl Store {
    /// Writes a new file with the campaign, its choices, materials, takes and everything made for it. Damaged assets are
    /// found and refused. Blocks, and panics on a thread of the async runtime.
    #[expect(clippy::expect_used, reason = "an index holds only texts and numbers")]
    pub(crate) fn pack(&self, content: &PackContent<'_>, to: &Path) -> Result<Packed> {
        let sidecars = self.sidecars_of(content)?;
        let assets: BTreeSet<AssetHash> =
            sidecars.iter().flat_map(|sidecar| &sidecar.outputs).map(|output| output.hash).collect();
        for hash in &assets {
            if self.assets.verify(*hash)? != Condition::Intact {
                return Err(StoreError::Damaged { path: self.assets.path(*hash) });
            }
        }
        let choices = Some(choices_path(content.file)).filter(|path| path.is_file());
        let mut index = self.index_of(content, &sidecars)?;
        index.parts = 1 + usize::from(choices.is_some()) + index.materials.len() + assets.len() + sidecars.len();
        let index_text = serde_json::to_vec_pretty(&index).expect("an index holds only texts and numbers");
        let folder = files::folder_of(content.file);
        files::write_whole(to, Access::Usual, Existing::Keep, |file| {
            let mut pack = tar::Builder::new(file);
            append(&mut pack, Part::Index, index_text.len() as u64, &index_text[..])?;
            append_file(&mut pack, Part::Campaign, content.file, Campaign::LARGEST_FILE)?;
            if let Some(choices) = &choices {
                append_file(&mut pack, Part::Choices, choices, crate::store::workspace::choices_file::LARGEST)?;
            }
            for (number, material) in content.materials.iter().enumerate() {
                let path = materials::resolve(folder, material).map_err(io::Error::other)?;
                append_file(&mut pack, Part::Material(number), &path, materials::LARGEST_MATERIAL)?;
            }
            for hash in &assets {
                append_file(
                    &mut pack,
                    Part::Asset(*hash),
                    &self.assets.path(*hash),
                    crate::store::content::assets::Assets::LARGEST,
                )?;
            }
            for sidecar in &sidecars {
                let bytes = sidecar.to_bytes();
                append(&mut pack, Part::Sidecar(sidecar.key), bytes.len() as u64, &bytes[..])?;
            }
            pack.finish()
        })?;
        let bytes = to.metadata().map_or(0, |facts| facts.len());
        Ok(Packed { jobs: sidecars.len(), assets: assets.len(), materials: content.materials.len(), bytes })
    }

    /// One for each job that is done, in the order of the keys.
    fn sidecars_of(&self, content: &PackContent<'_>) -> Result<Vec<Sidecar>> {
        let keys: BTreeSet<JobKey> = content.keys.iter().copied().collect();
        let sidecars = self.journal.blocking_read(move |connection| {
            keys.into_iter().filter_map(|key| sidecar_of(connection, key).transpose()).collect::<Result<Vec<_>>>()
        })?;
        // What was paid, and when, is nobody else's business.
        let without_payments = |sidecar| Sidecar { payments: Vec::new(), ..sidecar };
        Ok(sidecars.into_iter().filter(|sidecar| !sidecar.outputs.is_empty()).map(without_payments).collect())
    }

    fn index_of(&self, content: &PackContent<'_>, sidecars: &[Sidecar]) -> Result<Index> {
        let folder = files::folder_of(content.file);
        let refused = |what: &str, why: &str| StoreError::Refused { what: what.to_owned(), why: why.to_owned() };
        let mut packed = Vec::new();
        for material in &content.materials {
            if !files::is_plain_path(material.as_str()) {
                let why = "a pack carries only files with plain, visible names; rename it";
                return Err(refused(material.as_str(), why));
            }
            let (hash, _) = hash_file(&materials::resolve(folder, material)?, materials::LARGEST_MATERIAL)?;
            packed.push(PackedMaterial { path: material.as_str().to_owned(), hash });
        }
        let name = content.file.file_name().and_then(|name| name.to_str());
        let file = name.ok_or_else(|| refused(&content.file.to_string_lossy(), "its name is no text"))?.to_owned();
        let campaign = content.campaign.clone();
        let made: BTreeSet<JobKey> = sidecars.iter().map(|sidecar| sidecar.key).collect();
        let mut takes = self.journal.blocking_read(move |connection| takes::takes_of(connection, &campaign))?;
        takes.retain(|take| made.contains(&take.key));
        let voices = content.voices.clone();
        let cast = (!content.members.is_empty()).then(|| new_cast(&content.members));
        let faces = content.faces.clone();
        Ok(Index { version: Index::VERSION, parts: 0, file, materials: packed, takes, voices, cast, faces })
    }
}

fn append_file(pack: &mut tar::Builder<&mut File>, part: Part, path: &Path, limit: u64) -> io::Result<()> {
    let (file, facts) = files::open_plain(path, limit).map_err(io::Error::other)?;
    append(pack, part, facts.len(), file)
}

/// Times and permissions are the same in every pack: the same campaign makes the same bytes.
fn append(pack: &mut tar::Builder<&mut File>, part: Part, bytes: u64, content: impl Read) -> io::Result<()> {
    let mut header = tar::Header::new_ustar();
    header.set_size(bytes);
    header.set_mode(0o644);
    pack.append_data(&mut header, part.name(), content.take(bytes))
}
