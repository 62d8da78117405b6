//! Every voice that a person can choose from: those of the account, the built-in and the installed ones, with what is known
//! of each.

use std::collections::BTreeMap;

use crate::domain::{Display, VoiceMix};
use crate::plan::{AccountVoices, Failure, ProviderId, VoiceState};
use crate::providers::catalogue::DraftVoice;
use crate::providers::voice::casting::{Answer, Listed, Origin};
use crate::providers::voice::voices;

/// Every voice there is to choose from.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct VoiceList {
    /// Those of the account as the provider lists them, then the built-in ones.
    pub voices: Vec<VoiceEntry>,
    /// What every alias stands for in finals of this account, the user's own config included.
    pub aliases: BTreeMap<String, String>,
    /// The plan of the account, where it is known.
    pub tier: Option<String>,
    /// How many voices the account has, where not all are listed.
    pub of: Option<usize>,
    /// Why the account's voices are not listed, or what is odd about them.
    pub trouble: Option<String>,
}

/// One voice.
#[derive(Debug, Clone, PartialEq)]
pub struct VoiceEntry {
    /// `elevenlabs`, or the built-in voice that speaks drafts.
    pub provider: ProviderId,
    /// What a profile's `voice_id` says.
    pub id: String,
    /// As the provider wrote it; shown only as display text.
    pub name: String,
    /// `own`, `saved`, `premade`, `library`, `missing`, `built in`, `installed`.
    pub origin: &'static str,
    /// What it is like, in the provider's words.
    pub words: String,
    /// The aliases that it stands for.
    pub aliases: Vec<String>,
    /// Whether it can speak for this account.
    pub state: VoiceState,
    /// The day on which the provider switches it off, as `2026-12-31`; `None` where none is known.
    pub ends_on: Option<String>,
    /// Whether the provider calls it legacy.
    pub is_legacy: bool,
    /// Whether [`crate::engine::Command::PreviewVoice`] can be sent for it.
    pub has_preview: bool,
}

impl VoiceList {
    /// Those that a text is said of.
    pub fn filtered(&self, text: &str) -> Vec<&VoiceEntry> {
        let wanted = text.to_lowercase();
        self.voices.iter().filter(|voice| voice.matches(&wanted)).collect()
    }

    /// Why a voice surely cannot speak, as a sentence; one that is not listed may still be one of the library.
    pub fn refusal(&self, id: &str) -> Option<String> {
        let voice = self.voices.iter().find(|voice| voice.id == id)?;
        match voice.state {
            VoiceState::There => None,
            VoiceState::Gone => Some(format!(
                "This ElevenLabs account has no voice {}. `babblecast voices` lists those it has.",
                id.display()
            )),
            VoiceState::NeedsPlan => Some(format!(
                "{} needs another plan of ElevenLabs than {}.",
                voice.name.as_str().display(),
                self.tier.as_deref().unwrap_or("this one").display()
            )),
        }
    }
}

impl VoiceEntry {
    /// Whether it speaks on this machine, for nothing.
    pub fn is_built_in(&self) -> bool {
        self.provider != ProviderId::ElevenLabs
    }

    /// What is said of it, to be found by.
    pub fn said(&self) -> impl Iterator<Item = &str> {
        let said = [&self.id, &self.name, &self.words].into_iter().map(String::as_str);
        said.chain([self.origin]).chain(self.aliases.iter().map(String::as_str))
    }

    /// Whether a text, in small letters, is said of it.
    pub fn matches(&self, text: &str) -> bool {
        text.is_empty() || self.said().any(|part| part.to_lowercase().contains(text))
    }

    /// What a person should know before choosing it.
    pub fn note(&self) -> Option<String> {
        match (self.state, &self.ends_on) {
            (VoiceState::Gone, _) => Some("! not in this account".to_owned()),
            (VoiceState::NeedsPlan, _) => Some("! needs another plan".to_owned()),
            (VoiceState::There, Some(on)) => Some(format!("! ends on {on}")),
            (VoiceState::There, None) if self.is_legacy => Some("! legacy".to_owned()),
            (VoiceState::There, None) => None,
        }
    }

    fn of(voice: &Listed, aliases: Vec<String>, tier: Option<&str>) -> Self {
        let origin = match voice.origin {
            Origin::Own => "own",
            Origin::Saved => "saved",
            Origin::Premade => "premade",
            Origin::Library => "library",
        };
        let words = [voice.gender.as_deref(), voice.age.as_deref(), Some(voice.words.as_str())];
        let words: Vec<&str> = words.into_iter().flatten().filter(|word| !word.is_empty()).collect();
        Self {
            provider: ProviderId::ElevenLabs,
            id: voice.id.clone(),
            name: voice.name.clone(),
            origin,
            words: words.join(", ").replace('_', " "),
            aliases,
            state: if voice.is_allowed_by(tier) { VoiceState::There } else { VoiceState::NeedsPlan },
            ends_on: voice.ends_on().map(str::to_owned),
            is_legacy: voice.is_legacy,
            has_preview: voice.preview_url.is_some(),
        }
    }

    /// One of the babies that the embedded voice speaks.
    fn built_in(voice: DraftVoice, number: usize) -> Self {
        let id = format!("baby_voice_{number}");
        let accent = match voice {
            DraftVoice::Pico if number.is_multiple_of(2) => "British",
            DraftVoice::Pico | DraftVoice::Neural => "American",
            DraftVoice::Kokoro => "mixed",
        };
        Self {
            provider: voice.id(),
            name: format!("Built-in baby {number}"),
            aliases: vec![id.clone()],
            id,
            origin: "built in",
            words: format!("{accent}, free, in drafts"),
            state: VoiceState::There,
            ends_on: None,
            is_legacy: false,
            has_preview: true,
        }
    }

    /// One of the installed pack.
    fn installed(name: &'static str) -> Self {
        let accent = if name.starts_with('a') { "American" } else { "British" };
        let who = if name[1..].starts_with('f') { "woman" } else { "man" };
        let own = name.split_once('_').map_or(name, |(_, own)| own);
        let mut letters = own.chars();
        let own = letters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(letters).collect();
        Self {
            provider: DraftVoice::Kokoro.id(),
            id: name.to_owned(),
            name: own,
            origin: "installed",
            words: format!("{accent} {who}, raised to a baby, free"),
            aliases: Vec::new(),
            state: VoiceState::There,
            ends_on: None,
            is_legacy: false,
            has_preview: true,
        }
    }
}

/// The list as it is shown: what the account answered, what is made here, and what is installed here.
pub fn list(
    answer: Result<&Answer, &Failure>,
    account: &AccountVoices,
    own: &BTreeMap<String, String>,
    drafts: DraftVoice,
    has_kokoro: bool,
) -> VoiceList {
    let tier = account.tier.as_deref();
    let aliases = voices::elevenlabs(&account.aliases(), own);
    let aliases_of = |id: &str| {
        let of = aliases.iter().filter(|(_, voice_id)| *voice_id == id);
        of.map(|(alias, _)| alias.clone()).collect::<Vec<_>>()
    };
    let entry = |voice: &Listed| VoiceEntry::of(voice, aliases_of(&voice.id), tier);
    let mut list = match answer {
        Ok(answer) => VoiceList {
            voices: answer.listed.iter().chain(answer.asked_for.values().flatten()).map(entry).collect(),
            aliases: BTreeMap::new(),
            tier: account.tier.clone(),
            of: answer.of,
            trouble: answer
                .listed
                .is_empty()
                .then(|| "This ElevenLabs account has no voices yet: add some at elevenlabs.io → Voices.".to_owned()),
        },
        Err(failure) => VoiceList { trouble: Some(failure.to_string()), ..VoiceList::default() },
    };
    // A voice that is used and not in the list is shown all the same, with what is wrong with it.
    for (id, known) in &account.known {
        if !list.voices.iter().any(|voice| voice.id == *id) {
            list.voices.push(VoiceEntry {
                provider: ProviderId::ElevenLabs,
                id: id.clone(),
                name: known.name.clone(),
                origin: "missing",
                words: String::new(),
                aliases: aliases_of(id),
                state: known.state,
                ends_on: known.ends_on.clone(),
                is_legacy: known.is_legacy,
                has_preview: false,
            });
        }
    }
    list.voices.extend((1..=8).map(|number| VoiceEntry::built_in(drafts, number)));
    list.aliases = aliases;
    if has_kokoro {
        list.voices.extend(VoiceMix::NAMES.map(VoiceEntry::installed));
    }
    list
}
