//! Reads the campaigns folder: files become checked campaigns, plans and takes. A broken file is an entry with its
//! faults and never hides the good ones.

use std::collections::{BTreeMap, HashMap};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use self::file::{read_from, whole_file_fault};
use crate::baby::Look;
use crate::domain::{CampaignId, Display, Fault};
use crate::engine::drop_aside::DropAside;
use crate::engine::entry::{Content, Entry, Library, Loaded, Take};
use crate::engine::publish::{files, videos};
use crate::engine::settings::{Campaigns, Shelf};
use crate::plan::{Charged, Graph, JobKey, Maker, MissingSource, Pick, Request, Settings, plan};
use crate::providers::{MadeFinals, step_back};
use crate::store::workspace::campaigns;
use crate::store::workspace::cast_file::CastFile;
use crate::store::{PortraitMade, Store, StoredState, StoredTake, posted_folder};

mod alternative;
mod file;
mod fonts;
mod remarks;

pub(in crate::engine) use self::alternative::plan_other;
pub use self::file::{ReadCampaign, material_faults, read_campaign, source_hash};
pub use self::remarks::remarks;

/// Reads every campaign that the settings name.
pub async fn read_library(shelf: &Shelf, store: &Store) -> Library {
    let (reading, folder) = (shelf.clone(), folder_of(&shelf.settings.campaigns));
    let journal = store.clone();
    let cast_folder = folder.clone();
    let (read, cast) = in_background(move || {
        let cast = cast_folder.map(|folder| CastFile::of_folder(&folder)).unwrap_or_default();
        (read_entries(&reading, &journal), cast)
    })
    .await;
    let mut entries = Vec::with_capacity(read.len());
    for read in read {
        entries.push(finished(read, store).await);
    }
    let charged = store.journal.charged().await.unwrap_or_else(|error| {
        tracing::warn!(%error, "what was charged before cannot be read");
        Charged::default()
    });
    Library {
        folder,
        entries: entries.into_iter().map(Arc::new).collect(),
        finals: shelf.makers.finals.state(),
        absent: shelf.makers.absent.clone(),
        who: shelf.makers.who.clone(),
        cast: Arc::new(cast),
        warnings: Vec::new(),
        charged,
    }
}

/// Reads one campaign file again; `None` where it is gone.
pub async fn read_one(shelf: &Shelf, store: &Store, path: &Path) -> Option<Entry> {
    let (shelf, path, journal) = (shelf.clone(), path.to_owned(), store.clone());
    let read = in_background(move || path.exists().then(|| read_entry(&shelf, &journal, path))).await?;
    Some(finished(read, store).await)
}

/// An entry as its files say, and the plans that it has with the voice of earlier versions.
struct Read {
    entry: Entry,
    earlier: Option<Plans>,
}

/// The plans of a campaign.
struct Plans {
    draft: Graph,
    finals: Option<Graph>,
}

/// An entry with what the journal knows of it.
async fn finished(Read { mut entry, earlier }: Read, store: &Store) -> Entry {
    if let (Content::Good(loaded), Some(earlier)) = (&mut entry.content, earlier) {
        keep_voice(loaded, earlier, store).await;
    }
    with_takes(entry, store).await
}

/// A campaign that the voice of earlier versions has spoken lines of, and the newer one none, keeps it: two voices for one
/// baby would be worse than either.
async fn keep_voice(loaded: &mut Loaded, earlier: Plans, store: &Store) {
    // What both voices would say alike, a line in another language than English, speaks for neither.
    let spoken = async |graph: &Graph, other: &Graph| {
        let voices = graph.jobs.iter().filter(|job| matches!(*job.request, Request::Voice(_)));
        let keys: Vec<JobKey> = voices.map(|job| job.key).filter(|key| other.job(*key).is_none()).collect();
        match store.journal.states(&keys).await {
            Ok(states) => states.values().any(|job| job.state == StoredState::Done),
            Err(error) => {
                tracing::warn!(campaign = %loaded.campaign.id, %error, "what was spoken is not known");
                false
            }
        }
    };
    let drafts = spoken(&earlier.draft, &loaded.draft).await && !spoken(&loaded.draft, &earlier.draft).await;
    let finals = match (&earlier.finals, &loaded.finals) {
        (Some(earlier), Some(newer)) if earlier != newer => {
            spoken(earlier, newer).await && !spoken(newer, earlier).await
        }
        _ => false,
    };
    loaded.keeps_earlier_voice = drafts || finals;
    if drafts {
        loaded.draft = earlier.draft;
    }
    if finals {
        loaded.finals = earlier.finals;
    }
}

/// Files are read on a thread that may block. A panic there is a fault of the program and goes on as one.
pub(in crate::engine) async fn off_thread<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    match tokio::task::spawn_blocking(work).await {
        Ok(value) => value,
        Err(error) => std::panic::resume_unwind(error.into_panic()),
    }
}

/// The same for work that takes its time: everything else goes before it.
pub(in crate::engine) async fn in_background<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    let runtime = tokio::runtime::Handle::current();
    let (done, result) = tokio::sync::oneshot::channel();
    let started = std::thread::Builder::new().name("planning".to_owned()).spawn(move || {
        step_back();
        let _entered = runtime.enter();
        // Nobody waits for the result any more when the engine is gone.
        let _ = done.send(catch_unwind(AssertUnwindSafe(work)));
    });
    match (started, result.await) {
        (Ok(_), Ok(Ok(value))) => value,
        (Ok(_), Ok(Err(panic))) => std::panic::resume_unwind(panic),
        (Err(error), _) => std::panic::resume_unwind(Box::new(format!("no thread can be started: {error}"))),
        (Ok(_), Err(gone)) => std::panic::resume_unwind(Box::new(gone)),
    }
}

fn folder_of(campaigns: &Campaigns) -> Option<PathBuf> {
    match campaigns {
        Campaigns::Folder(folder) => Some(folder.clone()),
        Campaigns::None { .. } => None,
        Campaigns::Files(files) => files.first().and_then(|file| file.parent()).map(Path::to_owned),
    }
}

fn read_entries(shelf: &Shelf, store: &Store) -> Vec<Read> {
    let paths = match &shelf.settings.campaigns {
        Campaigns::Files(files) => Ok(files.clone()),
        Campaigns::None { .. } => Ok(Vec::new()),
        Campaigns::Folder(folder) => campaigns::list(folder),
    };
    let paths = match paths {
        Ok(paths) => paths,
        Err(error) => {
            let folder = folder_of(&shelf.settings.campaigns).unwrap_or_default();
            let entry = broken(shelf, folder, vec![whole_file_fault(&error.to_string())]);
            return vec![Read { entry, earlier: None }];
        }
    };
    let posted = match shelf.settings.campaigns {
        Campaigns::Files(_) => Vec::new(),
        Campaigns::Folder(_) | Campaigns::None { .. } => posted_files(&shelf.settings.home),
    };
    let mut first_with: HashMap<CampaignId, PathBuf> = HashMap::new();
    let mut entries = Vec::with_capacity(paths.len() + posted.len());
    for path in paths.into_iter().chain(posted) {
        let Read { mut entry, earlier } = read_entry(shelf, store, path);
        if let Content::Good(loaded) = &entry.content {
            let id = loaded.campaign.id.clone();
            if let Some(other) = first_with.get(&id) {
                entry = broken(shelf, entry.path.clone(), vec![id_taken(&id, other)]);
            } else {
                first_with.insert(id, entry.path.clone());
            }
        }
        entries.push(Read { entry, earlier });
    }
    entries
}

/// What is wrong with a file whose campaign has the id of another file.
pub fn id_taken(id: &CampaignId, other: &Path) -> Fault {
    let other = other.file_name().unwrap_or_default().to_string_lossy();
    Fault {
        place: "campaign_id".to_owned(),
        pointer: "/campaign_id".to_owned(),
        hint: Some("Give one of the two files another campaign_id.".to_owned()),
        ..whole_file_fault(&format!("{id} is the id of {} too", other.display()))
    }
}

/// The campaigns that were posted to this home.
fn posted_files(home: &Path) -> Vec<PathBuf> {
    campaigns::list(&posted_folder(home)).unwrap_or_else(|error| {
        tracing::warn!(%error, "posted campaigns cannot be listed");
        Vec::new()
    })
}

/// A file that makes the reader panic is broken like any other that cannot be read, and hides no other file.
fn read_entry(shelf: &Shelf, store: &Store, path: PathBuf) -> Read {
    catch_unwind(AssertUnwindSafe(|| read_and_plan(shelf, store, path.clone()))).unwrap_or_else(|_| {
        let fault = whole_file_fault("reading it stopped with an internal error; the log has it");
        Read { entry: broken(shelf, path, vec![fault]), earlier: None }
    })
}

fn read_and_plan(shelf: &Shelf, store: &Store, path: PathBuf) -> Read {
    let without = |entry| Read { entry, earlier: None };
    match read_from(&path, shelf.settings.materials_of(&path)) {
        Err(faults) => without(broken(shelf, path, faults)),
        Ok(read) => match load(shelf, store, read) {
            Ok((loaded, earlier)) => {
                let name = loaded.campaign.id.to_string();
                let output = shelf.settings.output_folder(&path).join(&name);
                let videos = videos::videos(&loaded.campaign.id, &output);
                let content = Content::Good(DropAside::new(loaded));
                let written_at = written_at(&path);
                let edit_faults = Vec::new();
                Read { entry: Entry { name, path, output, videos, content, edit_faults, written_at }, earlier }
            }
            Err(missing) => without(broken(shelf, path, vec![whole_file_fault(&missing.to_string())])),
        },
    }
}

/// Plans a campaign for every mode, and once more with the voice of earlier versions where it may keep it.
fn load(shelf: &Shelf, store: &Store, read: ReadCampaign) -> Result<(Loaded, Option<Plans>), MissingSource> {
    let ReadCampaign { campaign, source_hash, sources, choices } = read;
    let plan = |settings: &Settings| plan(&campaign, settings, &choices, &sources);
    let makers = &shelf.makers;
    let of_finals = settings_of_finals(shelf, store, &campaign.id);
    let (draft, finals) = (plan(&makers.draft)?, of_finals.as_ref().map(plan).transpose()?);
    let earlier = match &makers.earlier_voice {
        Some(voice) if !shelf.renewed.contains(&campaign.id) => {
            let spoken_before = |settings: &Settings| plan(&with_earlier_voice(settings, &makers.draft, voice));
            let finals = of_finals.as_ref().map(spoken_before).transpose()?;
            Some(Plans { draft: spoken_before(&makers.draft)?, finals })
        }
        _ => None,
    };
    let undrawn_words = campaign
        .profiles
        .iter()
        .map(|profile| profile.appearance.as_deref().map(Look::unknown_words).unwrap_or_default())
        .collect();
    let (takes, portraits_made) = (HashMap::new(), Vec::new());
    let speaker_slugs = files::speaker_slugs(&campaign);
    let loaded = Loaded {
        campaign,
        source_hash,
        draft,
        finals,
        choices,
        sources,
        takes,
        portraits_made,
        speaker_slugs,
        keeps_earlier_voice: false,
        undrawn_words,
    };
    Ok((loaded, earlier))
}

/// Who finals of a campaign are planned with. Called on a thread that may block.
fn settings_of_finals(shelf: &Shelf, store: &Store, campaign: &CampaignId) -> Option<Settings> {
    let makers = &shelf.makers;
    let made =
        if makers.planned.asks_for_history() { makers_of_finals(store, campaign) } else { MadeFinals::default() };
    makers.planned.settings(&made, &makers.draft)
}

/// The same with the built-in voice of earlier versions, where a built-in voice speaks.
fn with_earlier_voice(settings: &Settings, draft: &Settings, voice: &Maker) -> Settings {
    let is_built_in = settings.voice == draft.voice;
    let voice = if is_built_in { voice.clone() } else { settings.voice.clone() };
    Settings { voice, ..settings.clone() }
}

/// Who made the newest finals. Called on a thread that may block.
fn makers_of_finals(store: &Store, campaign: &CampaignId) -> MadeFinals {
    let [image, voice] =
        tokio::runtime::Handle::current().block_on(store.journal.makers_of_finals(campaign)).unwrap_or_else(|error| {
            tracing::warn!(%campaign, %error, "who made earlier finals is not known");
            [None, None]
        });
    MadeFinals { image, voice }
}

/// Where a posted campaign is kept.
pub fn posted_file(home: &Path, campaign: &CampaignId) -> PathBuf {
    posted_folder(home).join(format!("{campaign}.json"))
}

fn broken(shelf: &Shelf, path: PathBuf, faults: Vec<Fault>) -> Entry {
    let name = path.file_stem().unwrap_or_default().to_string_lossy().display().to_string();
    let output = shelf.settings.output_folder(&path);
    let (videos, edit_faults, written_at) = (Vec::new(), Vec::new(), written_at(&path));
    Entry { name, path, output, videos, content: Content::Broken(faults), edit_faults, written_at }
}

/// `None` where the file is gone, or its disk knows no time.
fn written_at(path: &Path) -> Option<i64> {
    let written = std::fs::metadata(path).and_then(|file| file.modified()).ok()?;
    jiff::Timestamp::try_from(written).ok().map(jiff::Timestamp::as_millisecond)
}

/// Adds the takes and the former faces that the journal knows of.
async fn with_takes(mut entry: Entry, store: &Store) -> Entry {
    let Content::Good(loaded) = &mut entry.content else { return entry };
    let graphs = std::iter::once(&loaded.draft).chain(&loaded.finals);
    let current = graphs.flat_map(|graph| graph.jobs.iter().map(|job| job.base));
    // Faces chosen before an edit of their profile can still be looked at and kept.
    let bases: Vec<JobKey> = current.chain(loaded.choices.choices.keys().copied()).collect();
    match store.journal.portraits_made(&loaded.campaign.id).await {
        Ok(made) => loaded.portraits_made = newest_of_each(made),
        Err(error) => tracing::warn!(campaign = %loaded.campaign.id, %error, "former faces are not known"),
    }
    let takes = match store.journal.takes(&loaded.campaign.id, &bases).await {
        Ok(takes) => takes,
        Err(error) => {
            tracing::warn!(campaign = %loaded.campaign.id, %error, "takes are not known");
            return entry;
        }
    };
    in_background(move || {
        if let Content::Good(loaded) = &mut entry.content {
            loaded.takes = with_first_takes(loaded, &takes);
        }
        entry
    })
    .await
}

/// Of the portraits of each speaker, newest first, the newest ones.
fn newest_of_each(mut made: Vec<PortraitMade>) -> Vec<PortraitMade> {
    let mut count: HashMap<(String, bool), usize> = HashMap::new();
    made.retain(|portrait| {
        let seen = count.entry((portrait.speaker.clone(), portrait.is_drawn)).or_default();
        *seen += 1;
        *seen <= Loaded::MOST_FORMER_FACES
    });
    made
}

/// All takes by base: take 1, which always exists, those of the journal (from 2 on), and the chosen one, which a
/// colleague's choice may name before it was ever made here.
fn with_first_takes(loaded: &Loaded, later: &HashMap<JobKey, Vec<StoredTake>>) -> HashMap<JobKey, Vec<Take>> {
    let graphs = std::iter::once(&loaded.draft).chain(&loaded.finals);
    let later_take = |StoredTake { number, key, face, note }: &StoredTake| {
        let (number, key, face, note) = (*number, *key, *face, note.clone());
        Take { number, key, face, note }
    };
    let former = later.iter().map(|(&base, takes)| (base, takes.iter().map(later_take).collect()));
    let mut takes: HashMap<JobKey, Vec<Take>> = former.collect();
    for job in graphs.flat_map(|graph| &graph.jobs).filter(|job| job.request.has_takes()) {
        let first = Take::plain(1, job.request.with_take(1).key());
        let mut numbers = BTreeMap::from([(1, first)]);
        numbers.extend(later.get(&job.base).into_iter().flatten().map(|take| (take.number, later_take(take))));
        match loaded.choices.pick(job.base) {
            Pick::Take(number) => numbers.insert(number, Take::plain(number, job.key)),
            Pick::SameBaby { take: number, face } => {
                numbers.insert(number, Take { face: Some(face), ..Take::plain(number, job.key) })
            }
            Pick::Noted { take: number, note, face } => {
                numbers.insert(number, Take { number, key: job.key, face, note: Some(note) })
            }
            Pick::Kept(_) => None,
        };
        if numbers.len() > 1 {
            takes.insert(job.base, numbers.into_values().collect());
        }
    }
    takes
}
