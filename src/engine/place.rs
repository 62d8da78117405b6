//! What people call a job: whose portrait, the voice of which scene. Every front end uses these words, so that a failure is
//! found again wherever it is told. Pure.

use crate::domain::{Campaign, Display};
use crate::plan::{Job, Product};

/// `portrait of Baby 1`, `voice of scene 3, Baby 2`. `scene` is the position in the script, from 0.
pub fn place(product: Product, speaker: Option<&str>, scene: Option<usize>) -> String {
    let speaker = speaker.unwrap_or_default().display();
    match scene {
        Some(scene) => format!("{} of scene {}, {speaker}", product.name(), scene + 1),
        None => format!("{} of {speaker}", product.name()),
    }
}

/// The same for a job of a campaign.
pub fn place_of(campaign: &Campaign, job: &Job) -> String {
    let speaker = job.speakers.first().map(|&speaker| campaign.profile(speaker).speaker.as_str());
    let scene = if job.product() == Product::Voice { job.scenes.first().copied() } else { None };
    place(job.product(), speaker, scene)
}
