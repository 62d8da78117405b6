//! The finished videos that lie in a campaign's output folder, and how far the script has moved on since. An older video
//! stays until a newer one takes its place: there is always something to watch.

use std::path::Path;

use super::files::{episode_file, episode_name};
use crate::domain::CampaignId;
use crate::engine::entry::{Loaded, Video};
use crate::plan::Mode;
use crate::store::read_manifest;

/// What belongs to a finished video; it comes and goes together.
pub const EXTENSIONS: [&str; 4] = ["mp4", "srt", "vtt", "png"];

/// Looks into an output folder. What cannot be read is no video.
pub fn videos(campaign: &CampaignId, output: &Path) -> Vec<Video> {
    let manifest = read_manifest(output).unwrap_or_default();
    let video = |mode| {
        let name = episode_name(campaign, mode, "mp4");
        let file = manifest.files.get(&name)?;
        let clips = serde_json::from_value(file.info.get("clips")?.clone()).ok()?;
        let path = output.join(name);
        path.is_file().then_some(Video { mode, path, clips })
    };
    [Mode::Final, Mode::Draft].into_iter().filter_map(video).collect()
}

/// The names that a publishing leaves alone where it has nothing newer.
pub fn kept_names(loaded: &Loaded) -> Vec<String> {
    let modes = [Mode::Final, Mode::Draft].into_iter();
    modes.flat_map(|mode| EXTENSIONS.map(|extension| episode_file(loaded, mode, extension))).collect()
}
