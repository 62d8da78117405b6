//! Every campaign in numbers: what `babblecast list --json` prints, and what an agent is told. Pure.

use serde::Serialize;

use super::{EpisodeFile, episode_of};
use crate::engine::entry::{Content, Entry, Loaded};
use crate::engine::view::View;
use crate::engine::words::paths::shown_path;
use crate::plan::{Graph, Mode, Progress, progress};

/// All campaigns.
#[derive(Debug, Serialize)]
pub struct Listing {
    /// The campaigns folder; `None` where there is none.
    pub folder: Option<String>,
    pub campaigns: Vec<CampaignLine>,
}

/// One campaign in numbers.
#[derive(Debug, Serialize)]
pub struct CampaignLine {
    pub campaign_id: String,
    pub topic: Option<String>,
    pub file: String,
    pub ok: bool,
    pub faults: usize,
    pub mode: Mode,
    pub scenes_total: usize,
    pub scenes_completed: usize,
    pub jobs_total: usize,
    pub jobs_made: usize,
    pub jobs_failed: usize,
    pub estimated_usd: f64,
    /// The finished video, if there is one.
    pub episode: Option<EpisodeFile>,
}

/// Describes every campaign in the mode that was named, or in the usual one of each.
pub fn listing(view: &View, named: Option<Mode>) -> Listing {
    let folder = view.library().folder.as_deref().map(shown_path);
    Listing { folder, campaigns: view.library().entries.iter().map(|entry| line(view, entry, named)).collect() }
}

fn line(view: &View, entry: &Entry, named: Option<Mode>) -> CampaignLine {
    let (loaded, faults) = match &entry.content {
        Content::Good(loaded) => (Some(&**loaded), 0),
        Content::Broken(faults) => (None, faults.len()),
    };
    let mode = named.unwrap_or_else(|| loaded.map_or_else(|| view.usual_mode(), |loaded| usual_mode_of(view, loaded)));
    let counts = loaded.map(|loaded| counts(view, loaded, mode)).unwrap_or_default();
    CampaignLine {
        campaign_id: entry.name.clone(),
        topic: loaded.map(|loaded| loaded.campaign.topic.clone()),
        file: shown_path(&entry.path),
        ok: loaded.is_some(),
        faults,
        mode,
        scenes_total: counts.scenes_total,
        scenes_completed: counts.scenes_made,
        jobs_total: counts.total,
        jobs_made: counts.done(),
        jobs_failed: counts.failed,
        estimated_usd: counts.price_of_missing.dollars(),
        episode: loaded.and_then(|loaded| episode_of(entry, loaded, mode, &|key| view.job(key))),
    }
}

/// The mode to look at of a campaign where none was named.
pub fn usual_mode_of(view: &View, loaded: &Loaded) -> Mode {
    loaded.usual_mode(&view.library().finals, &|key| view.state(key))
}

/// Counts the jobs of a campaign.
pub fn counts(view: &View, loaded: &Loaded, mode: Mode) -> Progress {
    let state = |key| view.state(key);
    loaded.graph(mode).map(|graph: &Graph| progress(graph, &state)).unwrap_or_default()
}
