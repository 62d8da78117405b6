//! What people call a job: whose portrait, the voice of which scene. Every front end uses these words, so that a failure is
//! found again wherever it is told. Pure.

use crate::domain::{Campaign, Display};
use crate::plan::{Job, Product};

/// `portrait of Baby 1`, `voice of scene 3, Baby 2`, `dialogue from scene 3 on`, `clip of the title`, `cross-fade into scene 4`,
/// `episode`. `scene` is the position in the script,
/// from 0.
pub fn place(product: Product, speaker: Option<&str>, scene: Option<usize>) -> String {
    let name = if product == Product::ShapedVoice { "shaped voice" } else { product.name() };
    let speaker = speaker.map(Display::display);
    match (scene, speaker) {
        (_, Some(speaker)) if product == Product::Marks => format!("face of {speaker}"),
        (Some(scene), _) if product == Product::Dialogue => format!("dialogue from scene {} on", scene + 1),
        (Some(scene), _) if product == Product::Fade => format!("cross-fade into scene {}", scene + 1),
        (Some(scene), Some(speaker)) => format!("{name} of scene {}, {speaker}", scene + 1),
        (Some(scene), None) => format!("{name} of scene {}", scene + 1),
        (None, Some(speaker)) => format!("{name} of {speaker}"),
        (None, None) if product == Product::Clip => "clip of the title".to_owned(),
        (None, None) => name.to_owned(),
    }
}

/// The same for a job of a campaign.
pub fn place_of(campaign: &Campaign, job: &Job) -> String {
    let speaker = job.speakers.first().map(|&speaker| campaign.profile(speaker).speaker.as_str());
    let scene = if job.product() == Product::Portrait { None } else { job.scenes.first().copied() };
    place(job.product(), speaker, scene)
}
