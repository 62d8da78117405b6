//! The voices that finals were made with, and how.

use std::collections::BTreeMap;

use crate::domain::{Campaign, Display};
use crate::engine::entry::Loaded;
use crate::plan::{Billing, CampaignVoices, Graph, Job, JobKey, Mode, Pin, ProviderId, Request, dialogue};
use crate::providers::voice::models::abilities;

/// The voices that the finals of a campaign were made with under an alias, as a pack carries them; `names` are those of
/// voices by their ids.
pub fn voices_made_with(
    loaded: &Loaded,
    is_made: impl Fn(JobKey) -> bool,
    names: &BTreeMap<String, String>,
) -> CampaignVoices {
    let mut voices = CampaignVoices::new();
    let Some(graph) = loaded.graph(Mode::Final) else { return voices };
    for (scene, jobs) in graph.scenes.iter().enumerate() {
        let spoken = jobs.spoken().map(|index| &graph.jobs[index]);
        let bought = spoken.filter(|job| matches!(job.billing, Billing::Metered { .. }) && is_made(job.key));
        let Some((job, line)) = bought.zip(loaded.campaign.line(scene)) else { continue };
        let voice_id = match (&*job.request, jobs.voice.map(|index| &*graph.jobs[index].request)) {
            (Request::Voice(spoken), _) => &spoken.voice_id,
            (Request::Dialogue(dialogue), Some(Request::CutVoice(cut))) => &dialogue.lines[cut.line].voice_id,
            _ => continue,
        };
        let alias = &loaded.campaign.profile(line.speaker).voice_id;
        if alias != voice_id {
            let name = names.get(voice_id).unwrap_or(voice_id).clone();
            let of_provider = voices.entry(job.request.provider()).or_default();
            of_provider.insert(alias.clone(), Pin { voice_id: voice_id.clone(), name });
        }
    }
    voices
}

/// Why lines that are to be a dialogue are spoken one by one, where they are.
pub fn line_by_line(campaign: &Campaign, graph: &Graph) -> Option<String> {
    let is_dialogue = |job: &Job| matches!(*job.request, Request::Dialogue(_));
    if !dialogue::are_wanted(campaign) || graph.jobs.iter().any(is_dialogue) {
        return None;
    }
    let made_by = graph.jobs.iter().find_map(|job| match &*job.request {
        Request::Voice(line) => Some(&line.made_by),
        _ => None,
    })?;
    let who = match made_by.provider {
        // Then its lines are too long to be spoken together.
        ProviderId::ElevenLabs if abilities(&made_by.model).speaks_dialogues => return None,
        ProviderId::ElevenLabs => format!("{} speaks no dialogues", made_by.model.as_str().display()),
        ProviderId::Neural | ProviderId::Pico => "the built-in voice speaks no dialogues".to_owned(),
        _ => "the voice server speaks no dialogues".to_owned(),
    };
    Some(format!(
        "voice_mode: dialogue: {who}, so its lines are made one by one. Finals by ElevenLabs with model = \"eleven_v3\" \
         below [elevenlabs] in the config speak them together"
    ))
}
