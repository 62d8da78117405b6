//! Takes a pack in. A pack comes from anywhere: nothing is written before every size, name, hash and reference was found
//! to be right, the campaign to have no fault, and every file to be what its job would have made. Nothing that is there
//! already is ever replaced.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use rusqlite::Connection;

use super::cast;
use super::pack::{Index, PackedMaterial, Part};
use crate::domain::read::limits::LONGEST_VOICE_ID;
use crate::domain::{self, Campaign, CampaignId, Display, MaterialPath};
use crate::plan::{AssetHash, Choices, JobKey, Output, Pin, Product, Request, Role};
use crate::store::content::assets::{Assets, HashingWriter};
use crate::store::content::sidecar::Sidecar;
use crate::store::ground::error::{Result, StoreError};
use crate::store::ground::files;
use crate::store::ground::files::{Access, Existing};
use crate::store::jobs::states::StoredState;
use crate::store::jobs::takes::add_take;
use crate::store::jobs::{adopt, states};
use crate::store::studio::Store;
use crate::store::workspace::campaigns::{CHOICES_ENDING, file_with_id, is_campaign_name};
use crate::store::workspace::choices_file::choices_path;
use crate::store::workspace::{choices_file, materials};

/// Looks at a file that came with a pack: whether a job would have made it as this output. The error is a clause.
pub type Inspect<'a> = &'a dyn Fn(&Output, &mut dyn Read) -> std::result::Result<(), String>;

/// What a pack brought.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unpacked {
    pub campaign_file: PathBuf,
    /// Jobs that were not made here before.
    pub jobs: usize,
    pub assets: usize,
    pub materials: usize,
}

const MOST_PARTS: usize = 200_000;
const LARGEST_PACK: u64 = 64 * 1024 * 1024 * 1024;
const LARGEST_INDEX: u64 = 64 * 1024 * 1024;
/// All sidecars together, as they are held in memory.
const LARGEST_SIDECARS: u64 = 256 * 1024 * 1024;
/// Bytes of a name that every file system takes, with room for the endings that are put behind it.
const LONGEST_NAME: usize = 200;

impl Store {
    /// Puts the campaign file, its choices and materials into `folder` and what was made into this home. Blocks, and
    /// panics on a thread of the async runtime.
    pub(crate) fn unpack(&self, from: &Path, folder: &Path, inspect: Inspect<'_>) -> Result<Unpacked> {
        let pack = Checked::read(from)?;
        let refused = |why: String| StoreError::Refused { what: from.display().to_string(), why };
        pack.check_references(&self.assets).map_err(refused)?;
        let id = pack.check_campaign().map_err(refused)?;
        pack.check_content(from, inspect)?;
        let campaign_file = folder.join(&pack.index.file);
        self.check_id(&id, &campaign_file, folder).map_err(refused)?;
        let mut places: Vec<(PathBuf, AssetHash)> = vec![(campaign_file.clone(), AssetHash::of(&pack.campaign))];
        let choices = pack.choices_with_voices().map_err(refused)?;
        let cast = cast::Arrival::of(&pack.index, folder).map_err(refused)?;
        // Where the campaign was packed, its choices lie beside it without the voices.
        let has_choices =
            pack.choices.as_ref().is_some_and(|choices| is_same(&choices_path(&campaign_file), AssetHash::of(choices)));
        if let Some(choices) = choices.as_ref().filter(|_| !has_choices) {
            places.push((choices_path(&campaign_file), AssetHash::of(choices)));
        }
        places.extend(pack.index.materials.iter().map(|material| (folder.join(&material.path), material.hash)));
        for (place, hash) in &places {
            if place.symlink_metadata().is_ok() && !is_same(place, *hash) {
                return Err(StoreError::Exists { path: place.clone() });
            }
        }
        std::fs::create_dir_all(folder).map_err(|source| StoreError::file("made", folder, source))?;
        for (place, _) in &places {
            files::make_parent_inside(folder, place)?;
        }

        let assets = self.write_large_parts(from, folder, &pack)?;
        let jobs = self.take_in(&pack)?;
        if let Some(choices) = choices.filter(|_| !has_choices) {
            write_absent(&choices_path(&campaign_file), &choices)?;
        }
        cast.write()?;
        // Last: a campaign that appears has everything it needs.
        write_absent(&campaign_file, &pack.campaign)?;
        Ok(Unpacked { campaign_file, jobs, assets, materials: pack.index.materials.len() })
    }

    /// Refused where another file has the campaign's id: only one of two files with one id can be used.
    fn check_id(&self, id: &CampaignId, campaign_file: &Path, folder: &Path) -> std::result::Result<(), String> {
        for folder in [folder, &self.home.campaigns()] {
            match file_with_id(folder, id) {
                Some(other) if other != campaign_file => {
                    let name = other.file_name().unwrap_or_default().to_string_lossy();
                    return Err(format!("{id} is the id of {} here. Rename one of the two first", name.display()));
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// The last reading: materials and assets, each hashed again while it is written. Returns the number of new assets.
    fn write_large_parts(&self, from: &Path, folder: &Path, pack: &Checked) -> Result<usize> {
        let mut new_assets = 0;
        visit(from, |part, Extent { bytes, .. }, content| {
            let (place, hash, access) = match part {
                Part::Asset(hash) if !self.assets.has(hash, bytes) => (self.assets.path(hash), hash, Access::ReadOnly),
                Part::Material(number) => match pack.index.materials.get(number) {
                    Some(material) => (folder.join(&material.path), material.hash, Access::Usual),
                    None => return Ok(()),
                },
                _ => return Ok(()),
            };
            if place.symlink_metadata().is_ok() && is_same(&place, hash) {
                return Ok(());
            }
            if access == Access::ReadOnly {
                new_assets += 1;
                self.assets.make_room_for(hash)?;
            }
            let written = files::write_whole(&place, access, Existing::Keep, |file| {
                let mut both = Tee { file, hasher: HashingWriter::default() };
                io::copy(content, &mut both)?;
                if both.hasher.hash() == hash { Ok(()) } else { Err(io::Error::other("it changed while it was read")) }
            });
            match written {
                // Another process stored the same asset in between.
                Err(StoreError::Exists { .. }) if access == Access::ReadOnly => Ok(()),
                written => written,
            }
        })?;
        Ok(new_assets)
    }

    /// Sidecars, then database; returns how many jobs are new.
    fn take_in(&self, pack: &Checked) -> Result<usize> {
        let keys: Vec<JobKey> = pack.sidecars.keys().copied().collect();
        let wanted = self.journal.blocking_read(move |connection| {
            let mut wanted = HashSet::new();
            for key in keys {
                if can_be_taken_in(connection, key)? {
                    wanted.insert(key);
                }
            }
            Ok(wanted)
        })?;
        let sidecars = pack
            .sidecars
            .values()
            .filter(|sidecar| wanted.contains(&sidecar.key))
            .map(|sidecar| sidecar.clone().write(&self.home))
            .collect::<Result<Vec<Sidecar>>>()?;
        let takes = pack.index.takes.clone();
        self.journal.blocking_write(move |writing| {
            let mut new = 0;
            for sidecar in &sidecars {
                if can_be_taken_in(writing.connection, sidecar.key)? && adopt::adopt(writing, sidecar)? {
                    new += 1;
                }
            }
            for take in &takes {
                add_take(writing, take)?;
            }
            Ok(new)
        })
    }
}

/// Not what is made already, and not what somebody is making: that one's result counts.
fn can_be_taken_in(connection: &Connection, key: JobKey) -> Result<bool> {
    let state = states::state_of(connection, key)?.map(|job| job.state);
    Ok(!matches!(state, Some(StoredState::Done | StoredState::Leased(_))))
}

/// Everything small of a pack whose every part is right.
struct Checked {
    index: Index,
    campaign: Vec<u8>,
    choices: Option<Vec<u8>>,
    sidecars: BTreeMap<JobKey, Sidecar>,
    assets: BTreeMap<AssetHash, Extent>,
    materials: HashSet<usize>,
}

impl Checked {
    fn read(from: &Path) -> Result<Self> {
        let broken = |why: String| broken(from, why);
        let (mut index, mut campaign, mut choices) = (None, None, None);
        let (mut sidecars, mut assets, mut materials) = (BTreeMap::new(), BTreeMap::new(), HashSet::new());
        let mut room_for_sidecars = LARGEST_SIDECARS;
        visit(from, |part, extent, content| {
            let bytes = extent.bytes;
            let mut read_all = |limit: u64| {
                if bytes > limit {
                    return Err(broken(format!("{} has {bytes} bytes; at most {limit} are allowed", part.name())));
                }
                let mut all = Vec::new();
                content.read_to_end(&mut all).map_err(|error| broken(error.to_string()))?;
                if all.len() as u64 == bytes { Ok(all) } else { Err(broken(format!("{} is cut off", part.name()))) }
            };
            match part {
                Part::Index => {
                    let found = serde_json::from_slice::<Index>(&read_all(LARGEST_INDEX)?);
                    index = Some(found.map_err(|error| broken(error.to_string()))?);
                }
                Part::Campaign => campaign = Some(read_all(Campaign::LARGEST_FILE)?),
                Part::Choices => {
                    let text = read_all(choices_file::LARGEST)?;
                    serde_json::from_slice::<Choices>(&text).map_err(|error| broken(error.to_string()))?;
                    choices = Some(text);
                }
                Part::Sidecar(key) => {
                    let text = read_all(Sidecar::LARGEST.min(room_for_sidecars))?;
                    room_for_sidecars -= text.len() as u64;
                    // Somebody paid for it, but not this studio.
                    let sidecar = Sidecar { payments: Vec::new(), ..Sidecar::parse(&text).map_err(broken)? };
                    if sidecar.key != key {
                        return Err(broken(format!("{} describes another job", part.name())));
                    }
                    sidecars.insert(key, sidecar);
                }
                Part::Asset(hash) => {
                    check_hash(content, hash).map_err(|why| broken(format!("{} {why}", part.name())))?;
                    assets.insert(hash, extent);
                }
                Part::Material(number) => {
                    let material = index.as_ref().and_then(|index: &Index| index.materials.get(number));
                    let hash = material.ok_or_else(|| broken(format!("{} is in no index", part.name())))?.hash;
                    if bytes > materials::LARGEST_MATERIAL {
                        return Err(broken(format!("{} is too large", part.name())));
                    }
                    check_hash(content, hash).map_err(|why| broken(format!("{} {why}", part.name())))?;
                    materials.insert(number);
                }
            }
            Ok(())
        })?;
        let missing = || broken("it is no pack, or it is cut off".to_owned());
        Ok(Self {
            index: index.ok_or_else(missing)?,
            campaign: campaign.ok_or_else(missing)?,
            choices,
            sidecars,
            assets,
            materials,
        })
    }

    /// The id of the campaign, which has no fault and names exactly the files that come with it; the error is a clause.
    fn check_campaign(&self) -> std::result::Result<CampaignId, String> {
        let format = domain::Format::of_path(Path::new(&self.index.file)).ok_or("it holds no campaign file")?;
        let text = std::str::from_utf8(&self.campaign).map_err(|error| format!("its campaign is no text: {error}"))?;
        let cast = cast::packed(&self.index)?;
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let campaign = domain::read_with(text, format, &cast).map_err(|faults| {
            let first = faults.first().map(ToString::to_string).unwrap_or_default();
            format!("its campaign has faults: {}", first.trim_end_matches('.'))
        })?;
        cast::check_named(&campaign, &cast)?;
        let named: BTreeSet<&str> = campaign.materials().into_iter().map(MaterialPath::as_str).collect();
        let packed: BTreeSet<&str> = self.index.materials.iter().map(|material| material.path.as_str()).collect();
        match named.symmetric_difference(&packed).next() {
            Some(path) if named.contains(path) => Err(format!("{path:?}, which its campaign names, is not in it")),
            Some(path) => Err(format!("its campaign names no {path:?}")),
            None => Ok(campaign.id),
        }
    }

    /// The choices as they are to lie beside the campaign: with the voices that its finals were made with. `None` where there
    /// is neither; the error is a clause.
    fn choices_with_voices(&self) -> std::result::Result<Option<Vec<u8>>, String> {
        if self.index.voices.is_empty() {
            return Ok(self.choices.clone());
        }
        let of_all = || self.index.voices.values().flatten();
        let is_named = |text: &str| (1..=LONGEST_VOICE_ID).contains(&text.chars().count());
        let is_id = |id: &str| id.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
        let is_plain = |(alias, pin): (&String, &Pin)| {
            is_named(alias)
                && is_named(&pin.voice_id)
                && is_id(&pin.voice_id)
                && pin.name.chars().count() <= LONGEST_NAME
        };
        if of_all().count() > Campaign::MOST_BABIES || !of_all().all(is_plain) {
            return Err("it names voices that no provider can have".to_owned());
        }
        let choices: Option<Choices> = match &self.choices {
            Some(choices) => Some(serde_json::from_slice(choices).map_err(|error| error.to_string())?),
            None => None,
        };
        let mut choices = choices.unwrap_or_default();
        for (provider, voices) in &self.index.voices {
            let own = choices.voices.entry(*provider).or_default();
            own.extend(voices.iter().map(|(alias, pin)| (alias.clone(), pin.clone())));
        }
        Ok(Some(choices_file::to_bytes(&choices)))
    }

    /// Looks at every file that a job is said to have made.
    fn check_content(&self, from: &Path, inspect: Inspect<'_>) -> Result<()> {
        let failed = |error: io::Error| broken(from, error.to_string());
        let (mut file, _) = files::open_plain(from, LARGEST_PACK)?;
        let mut seen = HashSet::new();
        for output in self.sidecars.values().flat_map(|sidecar| &sidecar.outputs) {
            // What is here already was made here, or was looked at when it came.
            let Some(extent) = self.assets.get(&output.hash) else { continue };
            let claim =
                (output.role, output.hash, &output.media_type, output.width, output.height, output.milliseconds);
            if !seen.insert(claim) {
                continue;
            }
            file.seek(SeekFrom::Start(extent.at)).map_err(failed)?;
            inspect(output, &mut (&file).take(extent.bytes)).map_err(|why| {
                let part = Part::Asset(output.hash).name();
                broken(from, format!("{part} cannot be the {} of a job: {why}", output.role.name()))
            })?;
        }
        Ok(())
    }

    /// Whether all parts agree with each other; the error is a clause.
    fn check_references(&self, local: &Assets) -> std::result::Result<(), String> {
        if self.index.version != Index::VERSION {
            return Err(format!("it has format {}; this babblecast knows {}", self.index.version, Index::VERSION));
        }
        let file = &self.index.file;
        let is_plain = files::is_plain_path(file) && !file.contains('/') && file.len() <= LONGEST_NAME;
        if !is_plain || !is_campaign_name(Path::new(file)) {
            return Err(format!("{file:?} is no name of a campaign file"));
        }
        let choices = usize::from(self.choices.is_some());
        if self.index.parts != 1 + choices + self.materials.len() + self.assets.len() + self.sidecars.len() {
            return Err("it is not complete".to_owned());
        }
        let mut names = HashSet::from([file.to_lowercase()]);
        for (number, PackedMaterial { path, .. }) in self.index.materials.iter().enumerate() {
            let is_short = path.split('/').all(|name| name.len() <= LONGEST_NAME);
            let is_plain = files::is_plain_path(path) && is_short && !path.to_lowercase().ends_with(CHOICES_ENDING);
            if !is_plain || is_campaign_name(Path::new(path)) || !names.insert(path.to_lowercase()) {
                return Err(format!("{path:?} is no name that a file in a pack may have"));
            }
            if !self.materials.contains(&number) {
                return Err(format!("{path:?} is not in it"));
            }
        }
        let mut folders = names.iter().flat_map(|name| name.match_indices('/').map(|(end, _)| &name[..end]));
        if let Some(name) = folders.find(|folder| names.contains(*folder)) {
            return Err(format!("{name:?} is a file of it and a folder too"));
        }
        for output in self.sidecars.values().flat_map(|sidecar| &sidecar.outputs) {
            let is_in_it = self.assets.get(&output.hash).is_some_and(|extent| extent.bytes == output.bytes);
            if !is_in_it && !local.has(output.hash, output.bytes) {
                return Err(format!("a file of it, {}, is not in it", output.hash.short()));
            }
        }
        for sidecar in self.sidecars.values() {
            // A request of a later version says nothing here, and no plan of this version asks for it.
            let Ok(request) = serde_json::from_value::<Request>(sidecar.request.clone()) else { continue };
            let role = essential(request.product());
            if sidecar.outputs.iter().all(|output| output.role != role) {
                let (what, role) = (request.product().name(), role.name());
                return Err(format!("job {} is a {what} without its {role}", sidecar.key.short()));
            }
        }
        for take in &self.index.takes {
            let request = self.sidecars.get(&take.key).map(|sidecar| sidecar.request.clone());
            let request = request.and_then(|request| serde_json::from_value::<Request>(request).ok());
            let is_right =
                take.n >= 2 && request.is_some_and(|request| request.base() == take.base && request.take() == take.n);
            if !is_right {
                return Err(format!("take {} of {} is not what it says", take.n, take.base.short()));
            }
        }
        Ok(())
    }
}

/// What a job of this kind is asked for: without it nothing was made.
fn essential(product: Product) -> Role {
    match product {
        Product::Portrait => Role::Picture,
        Product::Marks => Role::Marks,
        Product::Dialogue => Role::Turns,
        Product::Voice | Product::ShapedVoice | Product::Effect | Product::Music => Role::Sound,
        Product::Transcript => Role::Transcript,
        Product::Clip => Role::Video,
        Product::Fade => Role::Words,
        Product::Episode => Role::Movie,
        Product::Script => Role::Script,
    }
}

/// Where the content of a part lies in the pack.
#[derive(Clone, Copy)]
struct Extent {
    at: u64,
    bytes: u64,
}

/// Calls `look` for every part with its place and content, which it need not read. Names, kinds and counts are checked
/// here; no part comes twice.
fn visit(from: &Path, mut look: impl FnMut(Part, Extent, &mut dyn Read) -> Result<()>) -> Result<()> {
    let failed = |error: io::Error| match error.raw_os_error() {
        Some(_) => broken(from, error.to_string()),
        // What the reader of archives says then quotes the file.
        None => broken(from, "it is no pack of babblecast, or it is cut short".to_owned()),
    };
    let (file, _) = files::open_plain(from, LARGEST_PACK)?;
    let mut seen = HashSet::new();
    let mut pack = tar::Archive::new(io::BufReader::new(file));
    // Raw: extensions of the format that rename, link or stretch entries are not followed, and refused as unknown parts.
    for entry in pack.entries().map_err(failed)?.raw(true) {
        let mut entry = entry.map_err(failed)?;
        let name = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
        let is_plain = entry.header().entry_type() == tar::EntryType::Regular;
        let part = Part::named(&name).filter(|_| is_plain);
        let part = part.ok_or_else(|| broken(from, format!("{name:?} does not belong in a pack")))?;
        if !seen.insert(part) || seen.len() > MOST_PARTS {
            return Err(broken(from, format!("{name:?} comes twice, or there are too many parts")));
        }
        let extent = Extent { at: entry.raw_file_position(), bytes: entry.size() };
        look(part, extent, &mut entry)?;
    }
    Ok(())
}

fn check_hash(content: &mut dyn Read, hash: AssetHash) -> std::result::Result<(), String> {
    let mut hasher = HashingWriter::default();
    io::copy(content, &mut hasher).map_err(|error| error.to_string())?;
    if hasher.hash() == hash { Ok(()) } else { Err("is damaged: its hash is another".to_owned()) }
}

fn broken(from: &Path, why: String) -> StoreError {
    StoreError::Broken { path: from.to_owned(), why, next_step: "Nothing was unpacked; ask for the pack again" }
}

/// Whether a plain file with this content is there.
fn is_same(path: &Path, hash: AssetHash) -> bool {
    path.symlink_metadata().is_ok_and(|facts| facts.is_file())
        && crate::store::content::assets::hash_file(path, Assets::LARGEST).is_ok_and(|(found, _)| found == hash)
}

/// Writes a file unless one is there; that one was found to be the same.
fn write_absent(path: &Path, bytes: &[u8]) -> Result<()> {
    if is_same(path, AssetHash::of(bytes)) {
        return Ok(());
    }
    files::write_bytes(path, Access::Usual, Existing::Keep, bytes)
}

/// Writes to a file and hashes what was written.
struct Tee<'a> {
    file: &'a mut std::fs::File,
    hasher: HashingWriter,
}

impl io::Write for Tee<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.file.write(bytes)?;
        self.hasher.write_all(&bytes[..written])?;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}
