//! All babies over all campaigns: who is the same one, and where each is used. A member of the cast is one baby wherever it
//! is named; others are one baby where they have the same face. Pure; front ends tell it as they like.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::Serialize;

use crate::domain::{CampaignId, Member, SpeakerIndex};
use crate::engine::entry::{Content, Entry, Library};
use crate::plan::{JobKey, JobState, Mode};

/// One baby.
#[derive(Debug, Clone)]
pub struct Baby {
    /// As the cast calls it, else as the first campaign does.
    pub name: String,
    /// What the cast says of it.
    pub member: Option<Member>,
    /// In its own words; a campaign may give it another one.
    pub tone: String,
    /// A provider's voice id or an alias.
    pub voice_id: String,
    /// In the order of the campaigns; none for a member that nobody names.
    pub used: Vec<Use>,
}

/// One profile that is this baby.
#[derive(Debug, Clone)]
pub struct Use {
    /// Where it is used.
    pub entry: Arc<Entry>,
    /// The id of that campaign.
    pub campaign: CampaignId,
    /// Which profile of it.
    pub speaker: SpeakerIndex,
    /// As the campaign calls it.
    pub called: String,
    /// Its tone there.
    pub tone: String,
    /// How many lines it speaks.
    pub scenes: usize,
    /// The job of the portrait that it wears.
    pub draft: JobKey,
    /// The same of the final.
    pub finals: Option<JobKey>,
}

impl Use {
    /// The job of its portrait in a mode.
    pub fn face(&self, mode: Mode) -> Option<JobKey> {
        match mode {
            Mode::Draft => Some(self.draft),
            Mode::Final => self.finals,
        }
    }
}

impl Baby {
    /// Whether the cast has it.
    pub fn is_member(&self) -> bool {
        self.member.is_some()
    }

    /// Lines over all campaigns.
    pub fn scenes(&self) -> usize {
        self.used.iter().map(|used| used.scenes).sum()
    }

    /// Campaigns that it is in, each once.
    pub fn campaigns(&self) -> Vec<&CampaignId> {
        let mut campaigns: Vec<&CampaignId> = self.used.iter().map(|used| &used.campaign).collect();
        campaigns.dedup();
        campaigns
    }
}

/// What makes two profiles one baby.
#[derive(PartialEq, Eq, Hash)]
enum Same<'l> {
    /// A member of the cast of a folder.
    Member(Option<&'l Path>, &'l str),
    Face(JobKey),
}

/// The members of the cast in its order, then all others in the order in which campaigns name them.
pub fn babies(library: &Library) -> Vec<Baby> {
    let mut babies: Vec<Baby> = Vec::new();
    let mut known: HashMap<Same<'_>, usize> = HashMap::new();
    let folder = library.cast.path.as_deref().and_then(Path::parent);
    for member in library.cast.cast.members() {
        known.insert(Same::Member(folder, &member.name), babies.len());
        babies.push(of_member(member));
    }
    for entry in &library.entries {
        let Content::Good(loaded) = &entry.content else { continue };
        let mut lines = vec![0usize; loaded.campaign.profiles.len()];
        for line in (0..loaded.campaign.scenes.len()).filter_map(|scene| loaded.campaign.line(scene)) {
            lines[line.speaker.position()] += 1;
        }
        for (speaker, profile) in loaded.campaign.speakers() {
            let draft = loaded.draft.portrait_of(speaker);
            let used = Use {
                entry: entry.clone(),
                campaign: loaded.campaign.id.clone(),
                speaker,
                called: profile.speaker.clone(),
                tone: profile.tone_text.clone(),
                scenes: lines[speaker.position()],
                draft: draft.key,
                finals: loaded.finals.as_ref().map(|finals| finals.portrait_of(speaker).key),
            };
            let same = match profile.member() {
                Some(member) => Same::Member(entry.path.parent(), &member.name),
                None => Same::Face(draft.base),
            };
            let position = *known.entry(same).or_insert_with(|| {
                let of_profile = || Baby {
                    name: profile.speaker.clone(),
                    member: None,
                    tone: profile.tone_text.clone(),
                    voice_id: profile.voice_id.clone(),
                    used: Vec::new(),
                };
                babies.push(profile.member().map_or_else(of_profile, of_member));
                babies.len() - 1
            });
            babies[position].used.push(used);
        }
    }
    babies
}

fn of_member(member: &Member) -> Baby {
    Baby {
        name: member.name.clone(),
        member: Some(member.clone()),
        tone: member.tone_text.clone(),
        voice_id: member.voice_id.clone(),
        used: Vec::new(),
    }
}

/// One baby as it is told in JSON.
#[derive(Debug, Serialize, JsonSchema)]
pub struct BabyTold {
    /// As the cast calls it, else as the first campaign does.
    name: String,
    /// Whether it is of the cast: then profiles name it with `cast`.
    is_member: bool,
    /// Its usual tone, in its own words.
    tone: String,
    /// A provider's voice id or an alias.
    voice_id: String,
    /// What it looks like and wears, where it is a member.
    appearance: Option<String>,
    /// How many lines it speaks in all campaigns.
    scenes: usize,
    /// Every profile that is this baby.
    used: Vec<UseTold>,
}

/// One profile.
#[derive(Debug, Serialize, JsonSchema)]
struct UseTold {
    #[schemars(with = "String")]
    campaign_id: CampaignId,
    /// As the campaign calls it.
    speaker: String,
    /// Its tone there.
    tone: String,
    /// How many lines it speaks there.
    scenes: usize,
    /// How far the portrait of the draft is: `pending`, `made`, `cached`, …
    draft: &'static str,
    /// The same of the final; nothing where no final is planned.
    #[serde(rename = "final")]
    finals: Option<&'static str>,
}

/// Every baby of the library; `state` knows how far jobs are.
pub fn told<'a>(library: &Library, state: &impl Fn(JobKey) -> &'a JobState) -> Vec<BabyTold> {
    let of_use = |used: Use| UseTold {
        draft: state(used.draft).name(),
        finals: used.finals.map(|key| state(key).name()),
        campaign_id: used.campaign,
        speaker: used.called,
        tone: used.tone,
        scenes: used.scenes,
    };
    let of_baby = |baby: Baby| BabyTold {
        is_member: baby.is_member(),
        scenes: baby.scenes(),
        appearance: baby.member.and_then(|member| member.appearance),
        name: baby.name,
        tone: baby.tone,
        voice_id: baby.voice_id,
        used: baby.used.into_iter().map(of_use).collect(),
    };
    babies(library).into_iter().map(of_baby).collect()
}
