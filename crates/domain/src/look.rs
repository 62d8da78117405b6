//! `look` numbers: what tells identical profiles of one campaign apart, so two "warm" babies are two babies.

use std::collections::HashMap;
use std::hash::Hash;

use super::campaign::{Campaign, SpeakerIndex};
use super::cast::Member;

/// The look numbers of a campaign, counted in one pass: how many earlier profiles ask for the same (0 for the first of its
/// kind). Names do not matter, so renaming a speaker keeps its face and its voice.
pub struct Looks {
    faces: Vec<u32>,
    voices: Vec<u32>,
}

impl Looks {
    /// Takes as long as the campaign has profiles; a change of the campaign needs new ones.
    pub fn of(campaign: &Campaign) -> Self {
        let (mut faces_before, mut voices_before) = (HashMap::new(), HashMap::new());
        let members: Vec<_> =
            campaign.profiles.iter().map(|profile| profile.face_of_cast().map(Member::profile)).collect();
        let faces = campaign.profiles.iter().zip(&members).map(|(profile, member)| {
            // A member counts as what it would ask for here by itself: who has its words without naming it is another baby,
            // and keeps its number when a profile becomes a member.
            let asks = member.as_ref().unwrap_or(profile);
            let wanted = (&asks.tone_text, &asks.appearance, &asks.portrait, &asks.reference, &asks.model);
            // Twins wear the face that they name and ask for none.
            let before = if profile.same_as.is_none() { count(&mut faces_before, wanted) } else { 0 };
            profile.face_of_cast().map_or(before, |member| member.look)
        });
        let faces = faces.collect();
        let voices =
            campaign.profiles.iter().map(|profile| count(&mut voices_before, (&profile.tone_text, &profile.voice_id)));
        Self { faces, voices: voices.collect() }
    }

    /// Of the face that the speaker wears.
    pub fn face(&self, campaign: &Campaign, speaker: SpeakerIndex) -> u32 {
        self.faces[campaign.face_of(speaker).position()]
    }

    /// Profiles with one `voice_id` and tone still sound a little different.
    pub fn voice(&self, speaker: SpeakerIndex) -> u32 {
        self.voices[speaker.position()]
    }
}

/// How often it was wanted before.
fn count<Wanted: Hash + Eq>(before: &mut HashMap<Wanted, u32>, wanted: Wanted) -> u32 {
    let times = before.entry(wanted).or_default();
    *times += 1;
    *times - 1
}
