//! `look` numbers: what tells identical profiles of one campaign apart, so two "warm" babies are two babies.

use super::{Campaign, Profile, SpeakerIndex};

/// How many earlier profiles of the campaign ask for the same face as this one (0 for the first of its kind).
/// Names do not matter, so renaming a speaker keeps its face; twins (`same_as`) wear the face they name.
pub fn face_look(campaign: &Campaign, speaker: SpeakerIndex) -> u32 {
    look_among(campaign, campaign.face_of(speaker), |a, b| {
        a.same_as.is_none()
            && b.same_as.is_none()
            && (&a.tone_text, &a.appearance, &a.portrait, &a.reference, &a.model)
                == (&b.tone_text, &b.appearance, &b.portrait, &b.reference, &b.model)
    })
}

/// The same for voices: profiles with one `voice_id` and tone still sound a little different.
pub fn voice_look(campaign: &Campaign, speaker: SpeakerIndex) -> u32 {
    look_among(campaign, speaker, |a, b| (&a.tone_text, &a.voice_id) == (&b.tone_text, &b.voice_id))
}

fn look_among(campaign: &Campaign, speaker: SpeakerIndex, alike: impl Fn(&Profile, &Profile) -> bool) -> u32 {
    let own = campaign.profile(speaker);
    campaign.profiles[..speaker.position()].iter().filter(|earlier| alike(earlier, own)).count() as u32
}
