//! What is worth knowing about a campaign file that can be read, before anything is made.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::fonts::unshown;
use crate::domain::{self, Campaign, Display, Effect, Fault, MaterialPath, Music, Scene, SfxSound};
use crate::providers::own::Wanted;
use crate::providers::remarks::remark;
use crate::store;
use crate::store::workspace::campaigns;

/// Texts that end sooner than was meant, and own files that cannot be used or only partly. The first list is faults, the
/// second remarks.
pub fn remarks(path: &Path, campaign: &Campaign) -> (Vec<Fault>, Vec<Fault>) {
    let Some((format, text)) = domain::Format::of_path(path).zip(campaigns::read_text(path).ok()) else {
        return (Vec::new(), Vec::new());
    };
    let folder = path.parent().unwrap_or(Path::new("."));
    let (mut faults, mut notes) = (Vec::new(), domain::read::remarks(&text, format));
    notes.extend(unshown(&text, format, campaign));
    notes.extend(stand_ins(&text, format, campaign));
    for (material, wanted) in uses(campaign) {
        let Some(remark) = store::resolve(folder, material).ok().and_then(|file| remark(&file, wanted)) else {
            continue;
        };
        let message = format!("{} cannot be used as it is: {}", material.as_str().display(), remark.message);
        let told = domain::read::faults_at(&text, format, material.as_str(), &message, &remark.hint);
        if remark.is_fault { faults.extend(told) } else { notes.extend(told) }
    }
    (faults, notes)
}

/// What is heard in a draft in the place of sounds from words.
fn stand_ins(text: &str, format: domain::Format, campaign: &Campaign) -> Vec<Fault> {
    let effects = campaign.scenes.iter().filter_map(|scene| match &scene.sfx()?.sound {
        SfxSound::Prompt { prompt, .. } => Some((prompt, Effect::closest_to(prompt).name().replace('_', " "))),
        SfxSound::Named(_) => None,
    });
    let music = campaign.music.iter().filter_map(|music| match music {
        Music::Prompt { prompt, .. } => Some((prompt, "music box".to_owned())),
        Music::File(_) => None,
    });
    let stand_ins: BTreeMap<&String, String> = effects.chain(music).collect();
    let told = stand_ins.into_iter().flat_map(|(prompt, stand_in)| {
        let message = format!("in a draft the built-in {stand_in} stands in for this sound");
        let hint = "A final buys it from ElevenLabs, with the price first, where ELEVENLABS_API_KEY is set.";
        domain::read::faults_at(text, format, prompt, &message, hint)
    });
    told.collect()
}

/// The own files of a campaign with what each is used as.
fn uses(campaign: &Campaign) -> BTreeMap<&MaterialPath, Wanted> {
    let sounds = campaign.scenes.iter().filter_map(|scene| match scene {
        Scene::Dialogue(line) => line.audio.as_ref(),
        Scene::Media(_) => None,
    });
    let sounds: BTreeSet<&MaterialPath> = sounds.chain(campaign.music.as_ref().and_then(Music::file)).collect();
    let shown: BTreeSet<&MaterialPath> = campaign
        .scenes
        .iter()
        .filter_map(|scene| match scene {
            Scene::Media(media) => Some(&media.source),
            Scene::Dialogue(_) => None,
        })
        .collect();
    let use_of = |material| match material {
        material if sounds.contains(material) => Wanted::Sound,
        material if shown.contains(material) => Wanted::Any,
        _ => Wanted::Picture,
    };
    campaign.materials().into_iter().map(|material| (material, use_of(material))).collect()
}
