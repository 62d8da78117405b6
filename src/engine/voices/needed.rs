//! The voices that finals use: by whom, what another one costs, and what a person must know of them.

use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;

use crate::domain::{Campaign, Display, MicroDollars, SpeakerIndex};
use crate::engine::entry::{Content, Entry, Loaded};
use crate::plan::{AccountVoices, Choices, Graph, Job, Mode, Pin, ProviderId, Request, VoiceState};

/// A voice that finals use, and by whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Needed {
    pub id: String,
    /// How profiles call it.
    pub written: BTreeSet<String>,
    /// `Baby 1 (naps)`.
    pub babies: Vec<String>,
    /// Whether a campaign keeps it for itself: then the config does not change it.
    pub is_kept: bool,
    /// The lines that it speaks.
    pub lines: usize,
    /// An upper bound of what another voice for all of them costs.
    pub price: MicroDollars,
}

/// Every ElevenLabs voice that the finals of these campaigns use.
pub fn needed(entries: &[Arc<Entry>]) -> Vec<Needed> {
    let finals = entries.iter().filter_map(|entry| match &entry.content {
        Content::Good(loaded) => {
            Some((entry.name.as_str(), &loaded.campaign, &loaded.choices, loaded.graph(Mode::Final)?))
        }
        Content::Broken(_) => None,
    });
    needed_by(finals)
}

/// The same of campaigns by name, with their choices and plans.
pub fn needed_by<'a>(finals: impl Iterator<Item = (&'a str, &'a Campaign, &'a Choices, &'a Graph)>) -> Vec<Needed> {
    let mut found: Vec<Needed> = Vec::new();
    for (name, campaign, choices, graph) in finals {
        // A speaker has thousands of lines and is named once.
        let mut named: HashSet<(usize, SpeakerIndex)> = HashSet::new();
        let mut note = |id: &str, job: &Job, speakers: &mut dyn Iterator<Item = SpeakerIndex>, lines: usize| {
            let position = found.iter().position(|needed| needed.id == id).unwrap_or_else(|| {
                found.push(Needed {
                    id: id.to_owned(),
                    written: BTreeSet::new(),
                    babies: Vec::new(),
                    is_kept: false,
                    lines: 0,
                    price: MicroDollars::ZERO,
                });
                found.len() - 1
            });
            let needed = &mut found[position];
            needed.lines += lines;
            needed.price += job.price_of_take();
            for speaker in speakers.filter(|speaker| named.insert((position, *speaker))) {
                let profile = campaign.profile(speaker);
                needed.written.insert(profile.voice_id.clone());
                needed.is_kept |= choices.voice(ProviderId::ElevenLabs, &profile.voice_id).is_some();
                needed.babies.push(format!("{} ({name})", profile.speaker));
            }
        };
        for job in graph.jobs.iter().filter(|job| job.request.provider() == ProviderId::ElevenLabs) {
            match &*job.request {
                Request::Voice(line) => note(&line.voice_id, job, &mut job.speakers.iter().copied(), 1),
                // Another voice for one of them makes all of them again.
                Request::Dialogue(dialogue) => {
                    for id in dialogue.voices() {
                        let own = dialogue.lines.iter().zip(&job.scenes).filter(|(line, _)| line.voice_id == id);
                        let speakers = own.filter_map(|(_, &scene)| Some(campaign.line(scene)?.speaker));
                        note(id, job, &mut speakers.into_iter(), dialogue.lines.len());
                    }
                }
                _ => {}
            }
        }
    }
    found
}

/// What another voice for a baby costs at most: its distinct lines, spoken again, and the dialogues that they are part of.
/// Free for what is made here.
pub fn price_of_change(loaded: &Loaded, speaker: SpeakerIndex, mode: Mode) -> (usize, MicroDollars) {
    let mut lines = 0;
    let mut price = MicroDollars::ZERO;
    for job in loaded.graph(mode).into_iter().flat_map(|graph| &graph.jobs) {
        let spoken = match &*job.request {
            Request::Voice(_) => 1,
            Request::Dialogue(dialogue) => dialogue.lines.len(),
            _ => 0,
        };
        if spoken > 0 && job.speakers.contains(&speaker) {
            lines += spoken;
            price += job.price_of_take();
        }
    }
    (lines, price)
}

/// What another voice for an alias costs at most in all of these campaigns.
pub fn price_of_alias(entries: &[Arc<Entry>], alias: &str) -> (usize, MicroDollars) {
    let mut all = (0, MicroDollars::ZERO);
    for entry in entries {
        let Content::Good(loaded) = &entry.content else { continue };
        for (speaker, _) in loaded.campaign.speakers().filter(|(_, profile)| profile.voice_id == alias) {
            let (lines, price) = price_of_change(loaded, speaker, Mode::Final);
            all = (all.0 + lines, all.1 + price);
        }
    }
    all
}

/// What a person must know of the voices that finals use, once for each voice.
pub fn warnings(account: &AccountVoices, needed: &[Needed]) -> Vec<String> {
    let mut warnings = Vec::new();
    let mut ending: Vec<String> = Vec::new();
    for voice in needed {
        let Some(known) = account.known.get(&voice.id) else { continue };
        let written = voice.written.iter().next().map(String::as_str).unwrap_or_default();
        let name = if known.name.is_empty() { voice.id.clone() } else { known.name.clone() };
        let who = voice.babies.join(", ");
        let lines = if voice.lines == 1 { "its line".to_owned() } else { format!("its {} lines", voice.lines) };
        let what = match known.state {
            VoiceState::There => {
                match &known.ends_on {
                    Some(on) => ending.push(format!("{name} of {who} on {on}")),
                    None if known.is_legacy => ending.push(format!("{name} of {who}, which it calls legacy")),
                    None => {}
                }
                continue;
            }
            VoiceState::Gone => format!("The voice {name} ({}) of {who} is not in this ElevenLabs account", voice.id),
            VoiceState::NeedsPlan => format!(
                "The voice {name} ({}) of {who} needs another plan of ElevenLabs than {}",
                voice.id,
                account.tier.as_deref().unwrap_or("this one")
            ),
        };
        let instead = match &known.instead {
            Some(Pin { voice_id, name }) if voice.is_kept => {
                format!("Closest is {name}: `babblecast voices use {voice_id} --alias {written}`")
            }
            Some(Pin { voice_id, name }) => format!(
                "Closest is {name}: `babblecast voices use {voice_id} --alias {written}`, or {} below \
                 [elevenlabs.voices] in the config",
                config_line(written, voice_id)
            ),
            None if written == voice.id || voice.is_kept => {
                "Give the baby a voice that `babblecast voices` lists".to_owned()
            }
            None => format!(
                "Add a voice at elevenlabs.io → Voices, then write {} below [elevenlabs.voices] in the config",
                config_line(written, "ID")
            ),
        };
        warnings.push(format!("{what}. {instead}; that makes {lines} again for up to {}", voice.price));
    }
    if !ending.is_empty() {
        warnings.push(format!(
            "ElevenLabs takes voices away: {}. What is made stays made; `babblecast voices` shows others",
            ending.join("; ")
        ));
    }
    warnings.iter().map(|warning| warning.as_str().display().to_string()).collect()
}

/// The line that gives an alias a voice, in the config's own language.
fn config_line(alias: &str, id: &str) -> String {
    format!("{alias} = \"{id}\"")
}
