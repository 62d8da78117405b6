//! An edit of a campaign file, from its changes to the file on disk, and what it would have made again. Everything here
//! blocks and is called on a thread that may; what follows from an edit is the core's matter.

use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::library;
use crate::domain::edit::{Change, EditError, Reading, edit_with, take_back_with};
use crate::domain::{Campaign, Cast, Format, Layout, Scene, VoiceMode};
use crate::engine::command::Edit;
use crate::engine::drop_aside::DropAside;
use crate::engine::entry::Loaded;
use crate::engine::event::{EditDone, Remakes};
use crate::engine::settings::Shelf;
use crate::engine::words::paths::shown_path;
use crate::plan::{AssetHash, Job, JobKey, Mode, Product};
use crate::store::workspace::campaigns;
use crate::store::workspace::cast_file::CastFile;
use crate::store::workspace::rewriting::rewrite;
use crate::store::{Store, StoreError, StoredState};

/// Why a file is as it was.
enum Refused {
    Store(StoreError),
    Edit(EditError),
}

impl From<StoreError> for Refused {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// Makes an edit of the file as it is now, no matter what changed it since it was looked at.
pub fn perform(path: &Path, wanted: &Edit) -> Result<EditDone, String> {
    let format = format_of(path)?;
    let cast = CastFile::beside(path).cast;
    let done = rewrite(path, |text| {
        let edited = match wanted {
            Edit::Changes(changes) => edit_with(text, format, &cast, changes),
            Edit::Back(step) => take_back_with(text, format, &cast, step),
        };
        let edited = edited.map_err(Refused::Edit)?;
        let source_hash = AssetHash::of(edited.text.as_bytes());
        Ok((edited.text, EditDone { back: edited.back, scene: edited.scene, source_hash }))
    });
    done.map_err(|refused| match refused {
        Refused::Store(error) => error.to_string(),
        Refused::Edit(error) => format!("{} was not changed: {error}", shown_path(path)),
    })
}

/// A campaign file as it was read for one question, kept for the next: of a long script that takes longer than a person takes
/// to type a letter.
pub struct FileRead {
    path: PathBuf,
    text: String,
    cast: Cast,
    reading: Reading,
}

impl FileRead {
    /// The file as it is now; what was read before is used again while the file is what it was.
    pub fn of(path: &Path, before: Option<Arc<DropAside<Self>>>) -> Result<Arc<DropAside<Self>>, String> {
        let text = campaigns::read_text(path).map_err(|error| error.to_string())?;
        let cast = CastFile::beside(path).cast;
        match before {
            Some(before) if before.path == path && before.text == text && before.cast == cast => Ok(before),
            _ => {
                let reading = Reading::of(&text, format_of(path)?, cast.clone()).map_err(|error| error.to_string())?;
                Ok(Arc::new(DropAside::new(Self { path: path.to_owned(), text, cast, reading })))
            }
        }
    }
}

/// What the changes would have made again of a campaign in this mode.
pub fn what_if(
    shelf: &Shelf,
    store: &Store,
    file: &FileRead,
    loaded: &Loaded,
    mode: Mode,
    changes: &[Change],
) -> Result<Remakes, String> {
    let campaign = file.reading.intended(changes).map_err(|error| error.to_string())?;
    if campaign == loaded.campaign {
        return Ok(Remakes::default());
    }
    let (campaign, concerned) = neighbourhood(&loaded.campaign, campaign);
    let graph = library::plan_other(shelf, store, &file.path, loaded, &campaign, mode)?;
    let before = loaded.graph(mode).unwrap_or(&loaded.draft);
    let is_concerned = |job: &&Job| {
        concerned.as_ref().is_none_or(|concerned| job.scenes.iter().any(|scene| concerned.contains(scene)))
    };
    let is_new = |job: &&Job| before.job(job.key).is_none();
    let new: Vec<_> = graph.jobs.iter().filter(|job| is_concerned(job) && is_new(job)).collect();
    let keys: Vec<JobKey> = new.iter().map(|job| job.key).collect();
    let states = tokio::runtime::Handle::current().block_on(store.journal.states(&keys)).unwrap_or_default();
    let is_made = |key: &JobKey| states.get(key).is_some_and(|job| job.state == StoredState::Done);
    let mut remakes = Remakes::default();
    for job in new {
        let kind = match job.product() {
            Product::Dialogue => Product::Voice,
            product => product,
        };
        remakes.price += if is_made(&job.key) { crate::domain::MicroDollars::ZERO } else { job.price() };
        let counts = matches!(
            job.product(),
            Product::Portrait | Product::Voice | Product::Dialogue | Product::Effect | Product::Clip
        );
        if !counts {
            continue;
        }
        remakes.made += usize::from(is_made(&job.key));
        match remakes.items.iter_mut().find(|(product, _)| *product == kind) {
            Some((_, count)) => *count += 1,
            None => remakes.items.push((kind, 1)),
        }
    }
    Ok(remakes)
}

/// The part of a changed campaign whose plan says what is new, and which of its scenes that can be; `None` means all scenes,
/// and what belongs to none. A plan of ten thousand scenes takes longer than a person takes to type a letter. A line depends
/// on its profile and on the lines next to it; where it depends on more (two babies side by side, dialogues, a profile that
/// changed), the part is the whole.
fn neighbourhood(before: &Campaign, after: Campaign) -> (Campaign, Option<Range<usize>>) {
    let count = after.scenes.len();
    let speaks_alone = |scene: &Scene| match scene {
        Scene::Dialogue(line) => after.voice_mode_of(line) == VoiceMode::Lines,
        Scene::Media(_) => true,
    };
    let is_elsewhere_too = after.layout != Layout::Solo || !after.scenes.iter().all(speaks_alone);
    if is_elsewhere_too || without_scenes(before) != without_scenes(&after) {
        return (after, None);
    }
    let same = |(one, other): &(&Scene, &Scene)| one == other;
    let start = before.scenes.iter().zip(&after.scenes).take_while(same).count();
    let most = before.scenes.len().min(count) - start;
    let end = count - before.scenes.iter().rev().zip(after.scenes.iter().rev()).take(most).take_while(same).count();
    let line_before = |scene: usize| (0..scene).rev().find(|&scene| after.line(scene).is_some()).unwrap_or(0);
    let line_behind =
        |end: usize| (end..count).find(|&scene| after.line(scene).is_some()).map_or(count, |scene| scene + 1);
    let concerned = line_before(start)..line_behind(end);
    let part = line_before(concerned.start)..line_behind(concerned.end);
    let shown = concerned.start - part.start..concerned.end - part.start;
    (Campaign { scenes: after.scenes[part].to_vec(), ..without_scenes(&after) }, Some(shown))
}

fn without_scenes(campaign: &Campaign) -> Campaign {
    Campaign {
        id: campaign.id.clone(),
        topic: campaign.topic.clone(),
        scenes: Vec::new(),
        profiles: campaign.profiles.clone(),
        pronounce: campaign.pronounce.clone(),
        layout: campaign.layout,
        transition: campaign.transition,
        voice_mode: campaign.voice_mode,
        captions: campaign.captions,
        label: campaign.label.clone(),
        music: campaign.music.clone(),
    }
}

fn format_of(path: &Path) -> Result<Format, String> {
    Format::of_path(path).ok_or_else(|| "The name does not end in .json, .yaml or .yml".to_owned())
}
