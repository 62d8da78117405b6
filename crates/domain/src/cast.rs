//! The cast: babies that are known by a name in every campaign of a folder. Made only by
//! [`read_cast`](crate::read::read_cast); what is here passed every check. Whoever plans asks a profile for its member.

use serde::Serialize;

use super::campaign::{MaterialPath, Motion, Profile, Reference, SpeakerIndex};
use super::fault::Fault;
use super::language::Language;
use super::text::composed;
use super::voice_shape::VoiceShape;

/// The members of a folder, or why nobody can be named.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Cast {
    /// In the order of the file.
    members: Vec<Member>,
    problem: Option<NoCast>,
}

/// Why a profile can name no member.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct NoCast {
    pub(super) problem: String,
    pub(super) hint: String,
}

/// One baby that campaigns name. It says what a profile says; nothing of it depends on a campaign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// What profiles call it; in no key, so that a member can be renamed.
    pub name: String,
    /// Tells members whose words are the same from each other; 0 where the file does not say.
    pub look: u32,
    /// The tone of its face, in its own words.
    pub tone_text: String,
    /// A provider's voice id or an alias.
    pub voice_id: String,
    /// `None` is the language of each campaign.
    pub language: Option<Language>,
    /// How its voice is bent; `None` is not at all.
    pub voice_shape: Option<VoiceShape>,
    /// What it looks like and wears.
    pub appearance: Option<String>,
    /// The user's own picture as its face, beside the cast file.
    pub portrait: Option<MaterialPath>,
    /// The face that its portrait keeps.
    pub reference: Option<Reference>,
    /// Image model instead of the configured one.
    pub model: Option<String>,
    /// `None` is [`Motion::Auto`].
    pub motion: Option<Motion>,
}

impl Cast {
    /// Names that one file may hold.
    pub const MOST_MEMBERS: usize = 1_000;

    /// A folder without a cast file.
    pub fn none() -> Self {
        Self::default()
    }

    pub(super) fn of(members: Vec<Member>) -> Self {
        Self { members, problem: None }
    }

    /// A cast that cannot be used: `file` has this fault.
    pub fn faulty(file: &str, fault: Option<&Fault>) -> Self {
        let told = fault.map(|fault| format!(": {fault}")).unwrap_or_default();
        let problem = format!("the cast in {file} has faults{}", told.trim_end_matches('.'));
        Self::closed(problem, "Fix it; `babblecast cast` lists them all.".to_owned())
    }

    /// No member can be named, for this reason; `hint` says what to do instead.
    pub fn closed(problem: String, hint: String) -> Self {
        Self { members: Vec::new(), problem: Some(NoCast { problem, hint }) }
    }

    /// In the order of the file.
    pub fn members(&self) -> &[Member] {
        &self.members
    }

    /// The member of this exact name.
    pub fn member(&self, name: &str) -> Option<&Member> {
        self.members.iter().find(|member| member.name == name)
    }

    pub(super) fn problem(&self) -> Option<&NoCast> {
        self.problem.as_ref()
    }
}

impl Member {
    /// A member with the words, the voice and the face of a profile. `look` is the number of its face in its campaign.
    pub fn of(name: &str, profile: &Profile, look: u32) -> Self {
        Self {
            name: composed(name).into_owned(),
            look,
            tone_text: profile.tone_text.clone(),
            voice_id: profile.voice_id.clone(),
            language: Some(profile.language).filter(|language| *language != Language::default()),
            voice_shape: profile.voice_shape,
            appearance: profile.appearance.clone(),
            portrait: profile.portrait.clone(),
            reference: profile.reference.clone(),
            model: profile.model.clone(),
            motion: Some(profile.motion).filter(|motion| *motion != Motion::default()),
        }
    }

    /// The profile that it is by itself: what its own face is asked for with.
    pub fn profile(&self) -> Profile {
        Profile {
            speaker: self.name.clone(),
            tone_text: self.tone_text.clone(),
            voice_id: self.voice_id.clone(),
            language: self.language.unwrap_or_default(),
            voice_shape: self.voice_shape,
            appearance: self.appearance.clone(),
            portrait: self.portrait.clone(),
            reference: self.reference.clone(),
            same_as: None,
            cast: None,
            face: SpeakerIndex(0),
            model: self.model.clone(),
            motion: self.motion.unwrap_or_default(),
        }
    }

    /// Whether both ask for the same picture: then they would be one baby.
    pub fn has_the_face_of(&self, other: &Self) -> bool {
        let wanted = |member: &Self| {
            let Self { tone_text, appearance, portrait, reference, model, look, .. } = member.clone();
            (tone_text, appearance, portrait, reference, model, look)
        };
        wanted(self) == wanted(other)
    }
}

impl Serialize for Member {
    /// By its name: what it says stands in the cast.
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.name)
    }
}
