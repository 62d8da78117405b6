//! What a phone is handed of a campaign: its finished video and the text of its post. Called by the pages that have a campaign.

use crate::engine::Level;
use crate::engine::publish::episode::finished;
use crate::engine::publish::post_words::PostWords;
use crate::tui::facts::Campaign;
use crate::tui::model::message::{Effect, ForPhone, Request};
use crate::tui::model::shared::Shared;

/// The video that is looked at, the draft or the final, else the other one.
pub fn for_phone(campaign: &Campaign, shared: &Shared) -> Vec<Request> {
    let video = campaign.entry.video(shared.mode_of(campaign)).or_else(|| campaign.entry.videos.first());
    let (Some(video), Some(loaded)) = (video, campaign.loaded()) else {
        return Request::tell(Level::Info, "There is no video of this campaign yet.");
    };
    let made = finished(loaded, video.mode, &|key| shared.facts.job(key));
    let provenance = made.and_then(|made| loaded.graph(video.mode)?.provenance_of(&made.request));
    let words = PostWords::of(&loaded.campaign, provenance.as_ref());
    let (title, caption) = (words.title.clone(), words.caption());
    Effect::Phone(ForPhone { video: video.path.clone(), title, caption }).into()
}
