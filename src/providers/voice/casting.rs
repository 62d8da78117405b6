//! Who speaks as `baby_voice_1` … `baby_voice_8`: each alias is a description, and of what an account has the voice that
//! fits it best is cast for it, once. Pure; the engine asks the account and keeps the answer.

use std::collections::{BTreeMap, BTreeSet};

pub use super::voices::PARTS;
use super::voices::Part;
use crate::plan::{AccountVoices, KnownVoice, Pin, VoiceState};

/// ElevenLabs removes all of its default voices on this day.
const DEFAULTS_END_ON: &str = "2026-12-31";

/// Where a voice comes from, the nearest to the user first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// Made or cloned by the account.
    Own,
    /// Of somebody else, kept by the account.
    Saved,
    /// The provider's own.
    Premade,
    /// Of the public library.
    Library,
}

/// A voice as the provider lists it. Texts are as they came: any character may be in them.
#[derive(Debug, Clone, PartialEq)]
pub struct Listed {
    pub id: String,
    pub name: String,
    pub origin: Origin,
    /// `female`, `male`, `neutral`, where it is told.
    pub gender: Option<String>,
    /// `young`, `middle_aged`, `old`, where it is told.
    pub age: Option<String>,
    /// Every word that describes it.
    pub words: String,
    pub preview_url: Option<String>,
    pub is_legacy: bool,
    /// How many times the usual credits it costs.
    pub rate: f64,
}

impl Listed {
    pub fn ends_on(&self) -> Option<&'static str> {
        (self.origin == Origin::Premade).then_some(DEFAULTS_END_ON)
    }

    fn pin(&self) -> Pin {
        Pin { voice_id: self.id.clone(), name: self.name.clone() }
    }

    /// Whether a plan allows it by API: the library is for those who pay.
    pub fn is_allowed_by(&self, tier: Option<&str>) -> bool {
        !matches!(self.origin, Origin::Saved | Origin::Library) || tier != Some("free")
    }
}

/// What an account answered.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Answer {
    /// The account's own list.
    pub listed: Vec<Listed>,
    /// How many voices there are where not all are listed.
    pub of: Option<usize>,
    pub tier: Option<String>,
    /// Voices that are not in the list and were asked for one by one, with what came of it.
    pub asked_for: BTreeMap<String, Option<Listed>>,
    /// What the public library offers, where the plan allows it.
    pub library: Vec<Listed>,
}

impl Answer {
    fn find(&self, id: &str) -> Option<&Listed> {
        let listed = self.listed.iter().chain(self.asked_for.values().flatten());
        listed.chain(&self.library).find(|voice| voice.id == id)
    }

    /// Whether the account surely has no such voice: a list that is cut does not say.
    fn surely_lacks(&self, id: &str) -> bool {
        self.find(id).is_none() && (self.of.is_none() || self.asked_for.contains_key(id))
    }
}

/// How well a voice fits a part. Below 0 it does not.
fn fit(part: &Part, voice: &Listed) -> i32 {
    let told = |text: &Option<String>| text.as_deref().unwrap_or_default().to_lowercase();
    let gender = match (part.gender, told(&voice.gender).as_str()) {
        (_, "") | (None, _) => 0,
        (Some(wanted), given) if wanted == given => 3,
        (Some(_), "neutral" | "non-binary") => 0,
        (Some(_), _) => -3,
    };
    let age = match told(&voice.age).replace('-', "_").as_str() {
        "young" => 2,
        "old" => -6,
        _ => 0,
    };
    let words = voice.words.to_lowercase();
    let described = part.words.iter().filter(|word| words.contains(*word)).count() as i32;
    // A premade voice that has always stood for this alias fits it by definition.
    let usual = if voice.id == part.voice_id { 100 } else { 0 };
    let legacy = if voice.is_legacy { -1 } else { 0 };
    gender + age + described + usual + legacy
}

/// Casts what is not cast yet, and notes how every voice of `needed` is. What is pinned stays pinned, and so does what
/// lines were `made` with: another voice would make them all again, which only the user may decide. `former` is what the
/// aliases stood for in other accounts of this home: after a new key of the same account nothing changes.
pub fn cast(
    before: &AccountVoices,
    answer: &Answer,
    needed: &BTreeSet<String>,
    made: &BTreeSet<String>,
    former: &[&AccountVoices],
    now: u64,
) -> AccountVoices {
    let tier = answer.tier.clone().or_else(|| before.tier.clone());
    let mut after = AccountVoices { asked_at: now, tier, ..before.clone() };
    for part in &PARTS {
        if after.pins.contains_key(part.alias) {
            continue;
        }
        let usual = Pin { voice_id: part.voice_id.to_owned(), name: part.name.to_owned() };
        let earlier = former.iter().filter_map(|account| account.pins.get(part.alias)).cloned();
        let begun_with = earlier.chain([usual]).find(|pin| made.contains(&pin.voice_id));
        after.pins.extend(begun_with.map(|pin| (part.alias.to_owned(), pin)));
    }
    let mut taken: BTreeSet<String> = after.pins.values().map(|pin| pin.voice_id.clone()).collect();
    let open: Vec<&Part> = PARTS.iter().filter(|part| !after.pins.contains_key(part.alias)).collect();
    for (part, voice) in choose(&open, answer, after.tier.as_deref(), &mut taken) {
        after.pins.insert(part.alias.to_owned(), voice.pin());
    }
    // What nothing fits keeps its usual name, so that a plan can say what is missing.
    for part in &PARTS {
        let usual = || Pin { voice_id: part.voice_id.to_owned(), name: part.name.to_owned() };
        after.pins.entry(part.alias.to_owned()).or_insert_with(usual);
    }
    let ids: BTreeSet<&String> = after.pins.values().map(|pin| &pin.voice_id).chain(needed).collect();
    let known = ids.into_iter().filter_map(|id| Some((id.clone(), known(id, answer, &after)?)));
    after.known = known.collect();
    propose(&mut after, answer, &mut taken);
    after
}

/// How one voice is; `None` where the answer does not tell.
fn known(id: &str, answer: &Answer, account: &AccountVoices) -> Option<KnownVoice> {
    let before = account.known.get(id);
    let Some(voice) = answer.find(id) else {
        if !answer.surely_lacks(id) {
            return before.cloned();
        }
        let pinned = account.pins.values().find(|pin| pin.voice_id == id).map(|pin| pin.name.clone());
        let name = pinned.or_else(|| before.map(|known| known.name.clone())).unwrap_or_default();
        return Some(KnownVoice { name, state: VoiceState::Gone, ends_on: None, is_legacy: false, instead: None });
    };
    let is_allowed = voice.is_allowed_by(account.tier.as_deref());
    Some(KnownVoice {
        name: voice.name.clone(),
        state: if is_allowed { VoiceState::There } else { VoiceState::NeedsPlan },
        ends_on: voice.ends_on().map(str::to_owned),
        is_legacy: voice.is_legacy,
        instead: None,
    })
}

/// Names the closest voice for each alias whose own cannot be used.
fn propose(account: &mut AccountVoices, answer: &Answer, taken: &mut BTreeSet<String>) {
    let is_lost =
        |part: &&Part| account.pins.get(part.alias).is_some_and(|pin| account.unusable(&pin.voice_id).is_some());
    let lost: Vec<&Part> = PARTS.iter().filter(is_lost).collect();
    let chosen: Vec<(String, Pin)> = choose(&lost, answer, account.tier.as_deref(), taken)
        .into_iter()
        .filter_map(|(part, voice)| Some((account.pins.get(part.alias)?.voice_id.clone(), voice.pin())))
        .collect();
    for (lost, instead) in chosen {
        if let Some(known) = account.known.get_mut(&lost) {
            known.instead = Some(instead);
        }
    }
}

/// The best voice for each part, no voice twice: what is nearest to the user first, and there the best fit first.
fn choose<'a>(
    parts: &[&'a Part],
    answer: &'a Answer,
    tier: Option<&str>,
    taken: &mut BTreeSet<String>,
) -> Vec<(&'a Part, &'a Listed)> {
    let usable = |voice: &&Listed| voice.is_allowed_by(tier) && voice.rate <= 1.0;
    let voices = answer.listed.iter().chain(&answer.library).filter(usable);
    let mut pairs: Vec<(&Part, &Listed)> =
        voices.flat_map(|voice| parts.iter().map(move |part| (*part, voice))).collect();
    pairs.retain(|(part, voice)| fit(part, voice) >= 0);
    // Own and saved voices are equally the user's choice.
    let distance = |origin| if origin == Origin::Own { Origin::Saved } else { origin };
    pairs.sort_by_key(|(part, voice)| (distance(voice.origin), std::cmp::Reverse(fit(part, voice))));
    let mut chosen: Vec<(&Part, &Listed)> = Vec::new();
    for (part, voice) in pairs {
        if !taken.contains(&voice.id) && !chosen.iter().any(|(known, _)| known.alias == part.alias) {
            taken.insert(voice.id.clone());
            chosen.push((part, voice));
        }
    }
    chosen
}

#[cfg(test)]
mod tests;
