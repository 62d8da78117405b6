//! The voices that a person can choose from: those of the account and the built-in ones, in one list, with what is known
//! of each. Asks free questions only.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use crate::domain::{Campaign, Display, MicroDollars, SpeakerIndex, VoiceMix};
use crate::media::sound_file;
use crate::plan::{
    AccountVoices, Billing, CampaignVoices, Choices, Failure, Graph, Job, JobKey, Mode, Pin, Request, VoiceState,
    dialogue,
};
use crate::providers::catalogue::DraftVoice;
use crate::providers::http::{Call, Client, Reply, Sent};
use crate::providers::voice::ElevenLabs;
use crate::providers::voice::casting::{Answer, Listed, Origin, cast};
use crate::providers::voice::elevenlabs::account::Page;
use crate::providers::voice::models::abilities;
use crate::providers::voice::voices;

use super::event::{Content, Entry, Loaded};
use crate::store::{self, Store, read_account_voices, write_account_voices};

/// Pages of 100: nobody looks through more, and an account may have ten thousand.
const MOST_PAGES: usize = 20;
/// Voices that are asked for one by one.
const MOST_ASKED_FOR: usize = 20;

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
    pub provider: &'static str,
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
    pub state: VoiceState,
    pub ends_on: Option<String>,
    pub is_legacy: bool,
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
    pub fn is_built_in(&self) -> bool {
        self.provider != "elevenlabs"
    }

    /// Whether a text, in small letters, is said of it.
    pub fn matches(&self, text: &str) -> bool {
        let said = [&self.id, &self.name, &self.words].into_iter().map(String::as_str);
        let mut said = said.chain([self.origin]).chain(self.aliases.iter().map(String::as_str));
        text.is_empty() || said.any(|part| part.to_lowercase().contains(text))
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
            provider: "elevenlabs",
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
                provider: "elevenlabs",
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

/// Asks an account for its voices, page by page, and for those of `needed` that are not among them.
pub async fn ask_account(client: &Client, provider: &ElevenLabs, needed: &BTreeSet<String>) -> Result<Answer, Failure> {
    let mut answer = Answer::default();
    let mut next: Option<String> = None;
    for number in 1.. {
        let reply = ask(client, &provider.voices_call(next.as_deref())).await?;
        let Page { voices, next: after, total } = provider.read_voices(&reply)?;
        answer.listed.extend(voices);
        next = after;
        if next.is_none() || number == MOST_PAGES {
            answer.of = next.is_some().then(|| total.unwrap_or_default().max(answer.listed.len()));
            break;
        }
    }
    let checked = ask(client, &provider.plan_call()).await.ok();
    answer.tier = checked.as_ref().and_then(tier);
    let is_listed = |answer: &Answer, id: &str| answer.listed.iter().any(|voice| voice.id == id);
    let unlisted: Vec<&String> = needed.iter().filter(|id| !is_listed(&answer, id)).take(MOST_ASKED_FOR).collect();
    for id in unlisted {
        if let Ok(found) = ask_for_voice(client, provider, id).await {
            answer.asked_for.insert(id.clone(), found);
        }
    }
    // The library is for those who pay, and only worth a question where the account's own voices do not do.
    if answer.listed.len() < 8 && answer.tier.as_deref().is_some_and(|tier| tier != "free") {
        let library = ask(client, &provider.library_call()).await.and_then(|reply| provider.read_library(&reply));
        answer.library = library.unwrap_or_default();
    }
    Ok(answer)
}

/// Takes an answer in and keeps it. Returns what was known before, and what is known now.
pub async fn remember(
    store: &Store,
    account: &str,
    answer: &Answer,
    needed: &BTreeSet<String>,
) -> store::Result<(AccountVoices, AccountVoices)> {
    let made = store.journal.voices_made("elevenlabs").await?;
    let home = store.home.root();
    let accounts = read_account_voices(home)?;
    let former: Vec<&AccountVoices> =
        accounts.iter().filter(|(name, _)| *name != account).map(|(_, voices)| voices).collect();
    let before = accounts.get(account).cloned().unwrap_or_default();
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    let after = cast(&before, answer, needed, &made, &former, now);
    write_account_voices(home, account, &after)?;
    Ok((before, after))
}

fn tier(reply: &Reply) -> Option<String> {
    let document: serde_json::Value = serde_json::from_slice(&reply.body).ok()?;
    reply.head.is_success().then(|| document.get("tier")?.as_str().map(str::to_owned)).flatten()
}

async fn ask(client: &Client, call: &Call) -> Result<Reply, Failure> {
    match client.ask(call).await {
        (Sent::Complete(head), body) => Ok(Reply::new(head, body)),
        // Nothing is billed for a question, so there is nothing to decide about it.
        (Sent::NoRoom(failure), _) => Err(failure),
        (Sent::NotSent(failure) | Sent::Broken { failure, .. }, _) => {
            Err(Failure { next_step: TRY_AGAIN.to_owned(), ..failure })
        }
    }
}

const TRY_AGAIN: &str = "Check the network and try again.";

/// Asks for one voice; `None` where the account has none of this id.
pub async fn ask_for_voice(client: &Client, provider: &ElevenLabs, id: &str) -> Result<Option<Listed>, Failure> {
    provider.read_voice(&ask(client, &provider.voice_call(id)).await?)
}

/// Fetches the preview of a voice and puts it into `folder` as a sound that any player knows.
pub async fn fetch_preview(
    client: &Client,
    provider: &ElevenLabs,
    voice: &Listed,
    folder: &Path,
) -> Result<PathBuf, String> {
    let call = provider.preview_call(voice).map_err(|failure| failure.to_string())?;
    let name = voice.name.as_str().display();
    let reply = ask(client, &call).await.map_err(|failure| failure.to_string())?;
    if !reply.head.is_success() {
        return Err(format!("The preview of {name} is not there ({}).", reply.head.status));
    }
    let decoded = tokio::task::block_in_place(|| sound_file::decode(&reply.body));
    let sound = decoded.map_err(|error| {
        let why = error.to_string();
        let why = why.split('.').next().unwrap_or_default().replace("This is not a recording: the file", "it");
        format!("The preview of {name} cannot be heard: {why}.")
    })?;
    keep_preview(folder, &voice.id, &sound_file::encode_wav(&sound))
}

/// Previews that are kept: a few megabytes.
const MOST_PREVIEWS: usize = 24;

pub fn keep_preview(folder: &Path, id: &str, wav: &[u8]) -> Result<PathBuf, String> {
    let failed = |error: std::io::Error| format!("The preview cannot be kept in {}: {error}.", folder.display());
    std::fs::create_dir_all(folder).map_err(failed)?;
    let path = folder.join(format!("{id}.wav"));
    let mut file = tempfile::NamedTempFile::new_in(folder).map_err(failed)?;
    std::io::Write::write_all(&mut file, wav).map_err(failed)?;
    file.persist(&path).map_err(|error| failed(error.error))?;
    forget_old_previews(folder);
    Ok(path)
}

fn forget_old_previews(folder: &Path) {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut files: Vec<_> =
        entries.filter_map(|entry| Some((entry.metadata().ok()?.modified().ok()?, entry.path()))).collect();
    files.sort();
    let surplus = files.len().saturating_sub(MOST_PREVIEWS);
    for (_, path) in &files[..surplus] {
        if let Err(error) = std::fs::remove_file(path) {
            tracing::debug!(%error, "an old preview stays");
        }
    }
}

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
            for speaker in speakers {
                let profile = campaign.profile(speaker);
                needed.written.insert(profile.voice_id.clone());
                needed.is_kept |= choices.voice("elevenlabs", &profile.voice_id).is_some();
                let baby = format!("{} ({name})", profile.speaker);
                if !needed.babies.contains(&baby) {
                    needed.babies.push(baby);
                }
            }
        };
        for job in graph.jobs.iter().filter(|job| job.request.provider() == "elevenlabs") {
            match &*job.request {
                Request::Voice(line) => note(&line.voice_id, job, &mut job.speakers.iter().copied(), 1),
                // Another voice for one of them makes all of them anew.
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
            let of_provider = voices.entry(job.request.provider().to_owned()).or_default();
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
    let who = match made_by.provider.as_str() {
        // Then its lines are too long to be spoken together.
        "elevenlabs" if abilities(&made_by.model).speaks_dialogues => return None,
        "elevenlabs" => format!("{} speaks no dialogues", made_by.model.as_str().display()),
        "neural" | "pico" => "the built-in voice speaks no dialogues".to_owned(),
        _ => "the voice server speaks no dialogues".to_owned(),
    };
    Some(format!(
        "voice_mode: dialogue: {who}, so its lines are made one by one. Finals by ElevenLabs with model = \"eleven_v3\" \
         below [elevenlabs] in the config speak them together"
    ))
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

#[cfg(test)]
mod tests;
