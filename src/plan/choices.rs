//! Which take of each face and line a campaign uses: the content of `ID.takes.json`, kept beside the campaign file
//! like a lockfile, so that a colleague who pulls the repository gets the same faces.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::account_voices::Pin;
use super::face::Face;
use super::key::JobKey;
use super::provider_id::ProviderId;
use super::request::Product;

/// All choices of a campaign, by the key of the request without its take ([`super::Request::base`]): a choice holds
/// exactly as long as that request is still the one asked for.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Choices {
    /// A face or line without an entry uses take 1.
    #[serde(default)]
    pub choices: BTreeMap<JobKey, Choice>,
    /// Those of the cast, which lie beside its file and hold in every campaign that names a member. A campaign without
    /// members has none.
    #[serde(skip)]
    pub of_cast: BTreeMap<JobKey, Choice>,
    /// Provider → what its aliases stand for in this campaign alone, whatever they stand for elsewhere: the voices that
    /// its lines were made with where it came from.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub voices: CampaignVoices,
    /// Takes that somebody liked, by the key of each.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub stars: BTreeSet<JobKey>,
    /// Takes in the trash: they are not shown. What was made of them stays where it is.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub trash: BTreeSet<JobKey>,
}

/// What a person says of a take beside choosing it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TakeMark {
    /// Kept in [`Choices::stars`].
    Star,
    /// Kept in [`Choices::trash`].
    Trash,
}

/// Provider → alias → voice.
pub type CampaignVoices = BTreeMap<ProviderId, BTreeMap<String, Pin>>;

/// Which take of one face or line is used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Choice {
    /// Portrait, voice or dialogue.
    pub product: Product,
    /// For people who read the file, and to find a face again after an edit of its profile: the speaker's name, or the
    /// start of the line.
    pub of: String,
    /// What is used.
    pub pick: Pick,
}

/// What is used of all that was made for a face or line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Pick {
    /// Take n of the current request, from 1.
    Take(u32),
    /// Take n of the current request, made with the face of another picture.
    SameBaby {
        /// From 1.
        take: u32,
        /// The face that it keeps: part of its request, so of its key.
        face: Face,
    },
    /// Take n of the current request with what was asked of it alone; perhaps with the face of another picture.
    Noted {
        /// From 1.
        take: u32,
        /// Sent as the last sentence behind the prompt; part of its request, so of its key.
        note: String,
        /// The face that it keeps, where it keeps another than its profile asks for.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        face: Option<Face>,
    },
    /// The picture of an earlier request, kept although the profile has changed since.
    Kept(JobKey),
}

impl Pick {
    /// A take as it is chosen: `face` is what it alone keeps, `note` what was asked of it alone.
    pub fn of_take(take: u32, face: Option<Face>, note: Option<String>) -> Self {
        match (note, face) {
            (Some(note), face) => Pick::Noted { take, note, face },
            (None, Some(face)) => Pick::SameBaby { take, face },
            (None, None) => Pick::Take(take),
        }
    }
}

impl Choices {
    /// What is used for the request with this base: take 1 unless chosen otherwise. The face of a member is what the cast
    /// says.
    pub fn pick(&self, base: JobKey) -> Pick {
        let choice = self.of_cast.get(&base).or_else(|| self.choices.get(&base));
        choice.map_or(Pick::Take(1), |choice| choice.pick.clone())
    }

    /// Marks a take, or takes the mark away.
    pub fn mark(&mut self, take: JobKey, mark: TakeMark, is_on: bool) {
        let marked = match mark {
            TakeMark::Star => &mut self.stars,
            TakeMark::Trash => &mut self.trash,
        };
        if is_on {
            marked.insert(take)
        } else {
            marked.remove(&take)
        };
    }

    /// What an alias stands for in this campaign, where it has a voice of its own.
    pub fn voice(&self, provider: ProviderId, alias: &str) -> Option<&Pin> {
        self.voices.get(&provider)?.get(alias)
    }

    /// Lets an alias stand for what it stands for elsewhere; false where it does already.
    pub fn forget_voice(&mut self, provider: ProviderId, alias: &str) -> bool {
        let Some(voices) = self.voices.get_mut(&provider) else { return false };
        let is_news = voices.remove(alias).is_some();
        self.voices.retain(|_, voices| !voices.is_empty());
        is_news
    }

    /// Earlier choices of the same speaker's portrait whose request is no longer asked for: the pictures that can be
    /// kept after an edit.
    pub fn former_faces<'a>(
        &'a self,
        speaker: &'a str,
        current: &'a [JobKey],
    ) -> impl Iterator<Item = (JobKey, Pick)> + 'a {
        self.choices
            .iter()
            .filter(move |(base, choice)| {
                choice.product == Product::Portrait && choice.of == speaker && !current.contains(base)
            })
            .map(|(base, choice)| (*base, choice.pick.clone()))
    }
}
