//! Voices: asked for when a person wants to see them, remembered by account, given to babies. What an account answers
//! never changes a voice that lines were made with.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::{Core, Internal};
use crate::domain::edit::{Change, Target, Value};
use crate::domain::{CampaignId, Display, SpeakerIndex, Tone};
use crate::engine::command::Edit;
use crate::engine::entry::Content;
use crate::engine::event::{Event, Level};
use crate::engine::files::editing;
use crate::engine::files::library::off_thread;
use crate::engine::schedule::{Fact, Whereabouts};
use crate::engine::settings::{EngineSettings, Makers};
use crate::engine::voices::{
    ask_account, ask_for_voice, fetch_preview, keep_preview, list, needed, remember, warnings,
};
use crate::plan::{
    AccountVoices, Failure, JobKey, JobState, KnownVoice, Pin, ProviderId, Request, Role, VoiceRequest, VoiceState,
};
use crate::providers::catalogue::DraftVoice;
use crate::providers::voice::casting::{Answer, Listed, PARTS};
use crate::providers::voice::voices;
use crate::providers::{Catalogue, JobContext};
use crate::store;
use crate::store::{Store, choices_path, read_account_voices, write_account_voices, write_choices};

/// An answer is good for a day while things are paid for.
const GOOD_FOR: Duration = Duration::from_hours(24);
/// Who waits for an answer before planning waits no longer than this.
const LONGEST_WAIT: Duration = Duration::from_secs(10);
/// What a built-in voice says of itself.
const SAMPLE: &str = "Hello! I am the baby that you can have for nothing.";

/// What is known of the account's voices.
#[derive(Debug, Default)]
pub struct Book {
    /// `None` where no key is set.
    account: Option<String>,
    voices: AccountVoices,
    /// What the account answered last, while this program runs.
    answer: Option<Answer>,
    asking: bool,
    /// Voices that were missed in a run under way, each told once.
    missed: HashSet<String>,
}

impl Book {
    /// What this home remembers; the error is told, and nothing is then known. Without a key the aliases stand for what
    /// they stood for last, so that finals that were made are found again.
    pub fn open(settings: &EngineSettings, catalogue: &Catalogue) -> (Self, Option<String>) {
        let (mut accounts, error) = match read_account_voices(&settings.home) {
            Ok(accounts) => (accounts, None),
            Err(error) => (BTreeMap::new(), Some(error.to_string())),
        };
        let account = catalogue.elevenlabs().map(|elevenlabs| elevenlabs.account());
        let voices = match &account {
            Some(account) => accounts.remove(account).unwrap_or_default(),
            None => {
                let last = accounts.into_values().max_by_key(|voices| voices.asked_at).unwrap_or_default();
                AccountVoices { pins: last.pins, ..AccountVoices::default() }
            }
        };
        (Self { account, voices, ..Self::default() }, error)
    }

    /// Lets the aliases stand for the account's voices in all finals. The user's own config goes before them.
    pub fn pin(&self, makers: &mut Makers, settings: &EngineSettings) {
        makers.set_voices(ProviderId::ElevenLabs, self.stand_for(settings));
    }

    /// What each alias stands for. The user's own config goes before what the account says.
    pub(super) fn stand_for(&self, settings: &EngineSettings) -> BTreeMap<String, String> {
        voices::elevenlabs(&self.voices.aliases(), &settings.providers.elevenlabs.voices)
    }

    /// Asks an account that this home has never asked, so that the first plan is the right one. Only at the provider's own
    /// address; without an answer everything stays as it is.
    pub async fn meet(&mut self, makers: &Makers, catalogue: &Catalogue, store: &Store) {
        if self.voices.asked_at > 0 || !may_ask_by_itself(makers, catalogue) {
            return;
        }
        let (Some(provider), Some(client)) = (catalogue.elevenlabs(), catalogue.client()) else { return };
        let asked = tokio::time::timeout(LONGEST_WAIT, ask_account(client, provider, &BTreeSet::new())).await;
        match asked {
            Ok(Ok(answer)) => drop(self.take(store, answer, &BTreeSet::new()).await),
            Ok(Err(failure)) => tracing::warn!(%failure, "an account was not asked for its voices"),
            Err(_) => tracing::warn!("an account did not tell its voices in time"),
        }
    }

    /// Takes an answer in and keeps it. Returns what was known of the account before.
    async fn take(&mut self, store: &Store, answer: Answer, needed: &BTreeSet<String>) -> store::Result<AccountVoices> {
        let account = self.account.clone().unwrap_or_default();
        let remembered = remember(store, &account, &answer, needed).await;
        self.answer = Some(answer);
        let (before, after) = remembered?;
        self.voices = after;
        Ok(before)
    }
}

/// Whether finals are spoken by ElevenLabs, at its own address: what stands elsewhere need not know the question.
fn may_ask_by_itself(makers: &Makers, catalogue: &Catalogue) -> bool {
    use crate::providers::RemoteProvider;
    let speaks = makers.finals.settings().is_some_and(|finals| finals.voice.made_by.provider == ProviderId::ElevenLabs);
    speaks && catalogue.elevenlabs().is_some_and(|elevenlabs| elevenlabs.has_own_address())
}

fn seconds_now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs()
}

impl Core {
    /// What a person must know of the voices that finals use.
    pub(super) fn voice_warnings(&self, entries: &[Arc<crate::engine::entry::Entry>]) -> Vec<String> {
        warnings(&self.studio.book.voices, &needed(entries))
    }

    /// Asks the account beside the work; without one, the built-in voices are told at once.
    pub(super) fn ask_for_voices(&mut self) {
        if self.studio.book.asking {
            return;
        }
        let (provider, client) = match (self.studio.catalogue.elevenlabs(), self.studio.catalogue.client()) {
            (Some(provider), Some(client)) => (provider.clone(), client.clone()),
            _ => return self.tell_voices(Err(&self.no_account())),
        };
        self.studio.book.asking = true;
        let wanted = self.needed_voices();
        let internal = self.tasks.internal.clone();
        let panicked = Failure {
            reason: "Asking for the voices stopped with an internal error".to_owned(),
            next_step: "The log in the studio home says more.".to_owned(),
            retryable: true,
        };
        self.tasks.spawn(Internal::Voices(Box::new(Err(panicked))), async move {
            let answer = ask_account(&client, &provider, &wanted).await;
            let _ = internal.send(Internal::Voices(Box::new(answer)));
        });
    }

    /// The same without being told to: once for an account that is new here, and once a day while things are paid for.
    pub(super) fn ask_for_voices_if_due(&mut self, is_paid_for: bool) {
        let asked_at = Duration::from_secs(self.studio.book.voices.asked_at);
        let is_old = Duration::from_secs(seconds_now()).saturating_sub(asked_at) > GOOD_FOR;
        // A campaign that was unpacked, or edited, may ask for a voice that the account was never asked about.
        let is_news = || self.needed_voices().iter().any(|voice| !self.studio.book.voices.known.contains_key(voice));
        let is_due = if is_paid_for { is_old || is_news() } else { self.studio.book.voices.asked_at == 0 };
        if is_due && may_ask_by_itself(&self.studio.shelf.makers, &self.studio.catalogue) {
            self.ask_for_voices();
        }
    }

    fn needed_voices(&self) -> BTreeSet<String> {
        needed(&self.known.library.entries).into_iter().map(|voice| voice.id).collect()
    }

    fn no_account(&self) -> Failure {
        let what_to_set =
            self.studio.catalogue.outside().into_iter().find(|outside| outside.id == ProviderId::ElevenLabs);
        let reason = what_to_set.and_then(|outside| outside.remote.err());
        Failure {
            reason: reason.unwrap_or_else(|| "ElevenLabs is not set up".to_owned()).trim_end_matches('.').to_owned(),
            next_step: "The built-in voices are always there.".to_owned(),
            retryable: false,
        }
    }

    fn tell_voices(&self, answer: Result<&Answer, &Failure>) {
        let drafts = self.studio.shelf.settings.draft_voice.unwrap_or(DraftVoice::Neural);
        let own = &self.studio.shelf.settings.providers.elevenlabs.voices;
        let has_kokoro = self.studio.catalogue.has_kokoro();
        self.tell(Event::Voices(Arc::new(list(answer, &self.studio.book.voices, own, drafts, has_kokoro))));
    }

    /// The account has answered, or not.
    pub(super) async fn voices_answered(&mut self, answer: Result<Answer, Failure>) {
        self.studio.book.asking = false;
        let answer = match answer {
            Ok(answer) => answer,
            Err(failure) => return self.tell_voices(Err(&failure)),
        };
        let wanted = self.needed_voices();
        match self.studio.book.take(&self.studio.store, answer, &wanted).await {
            Ok(before) => {
                if before.asked_at == 0 {
                    self.tell_first_voices();
                }
                if before.pins != self.studio.book.voices.pins || before.known != self.studio.book.voices.known {
                    self.plan_with_voices().await;
                }
            }
            Err(error) => self.notice(Level::Error, format!("Voices cannot be remembered: {error}"), None),
        }
        if let Some(answer) = &self.studio.book.answer {
            self.tell_voices(Ok(answer));
        }
    }

    /// Which voices the aliases stand for, told when it is decided.
    fn tell_first_voices(&self) {
        let is_there = |pin: &&Pin| self.studio.book.voices.unusable(&pin.voice_id).is_none();
        let pins = PARTS.iter().filter_map(|part| Some((part.alias, self.studio.book.voices.pins.get(part.alias)?)));
        let cast: Vec<String> =
            pins.filter(|(_, pin)| is_there(pin)).map(|(alias, pin)| format!("{alias} is {}", pin.name)).collect();
        if !cast.is_empty() {
            let text =
                format!("Voices of this ElevenLabs account: {}. `babblecast voices` changes them", cast.join(", "));
            self.notice(Level::Info, text.as_str().display().to_string(), None);
        }
    }

    /// Plans every campaign with the voices as they are now known.
    async fn plan_with_voices(&mut self) {
        self.studio.book.pin(&mut self.studio.shelf.makers, &self.studio.shelf.settings);
        self.plan_again().await;
    }

    /// Lets an alias stand for another voice from now on.
    pub(super) async fn pin_voice(&mut self, alias: &str, voice_id: &str) {
        match self.pinned(alias, voice_id) {
            Ok(name) => {
                self.forget_campaign_voices(alias);
                self.plan_with_voices().await;
                if let Some(answer) = &self.studio.book.answer {
                    self.tell_voices(Ok(answer));
                }
                self.notice(Level::Info, format!("{alias} is {} from now on", name.as_str().display()), None);
            }
            Err(text) => self.notice(Level::Error, text, None),
        }
    }

    /// Campaigns that kept another voice for an alias keep it no more: the user has said what it is.
    fn forget_campaign_voices(&self, alias: &str) {
        for entry in &self.known.library.entries {
            let Content::Good(loaded) = &entry.content else { continue };
            let mut choices = loaded.choices.clone();
            if choices.forget_voice(ProviderId::ElevenLabs, alias)
                && let Err(error) = write_choices(&choices_path(&entry.path), &choices)
            {
                self.notice(Level::Error, error.to_string(), Some(loaded.campaign.id.clone()));
            }
        }
    }

    fn pinned(&mut self, alias: &str, voice_id: &str) -> Result<String, String> {
        let Some(account) = self.studio.book.account.clone() else { return Err(self.no_account().to_string()) };
        if self.studio.shelf.settings.providers.elevenlabs.voices.contains_key(alias) {
            return Err(format!("The config says what {alias} is: change it there, below [elevenlabs.voices]"));
        }
        if !PARTS.iter().any(|part| part.alias == alias) {
            return Err(format!("{} is no alias: they are baby_voice_1 to baby_voice_8", alias.display()));
        }
        let listed = self.listed(voice_id);
        let name = listed.map_or_else(|| voice_id.to_owned(), |voice| voice.name.clone());
        let mut voices = self.studio.book.voices.clone();
        voices.pins.insert(alias.to_owned(), Pin { voice_id: voice_id.to_owned(), name: name.clone() });
        if let Some(voice) = listed {
            let state =
                if voice.is_allowed_by(voices.tier.as_deref()) { VoiceState::There } else { VoiceState::NeedsPlan };
            let ends_on = voice.ends_on().map(str::to_owned);
            let known = KnownVoice { name: name.clone(), state, ends_on, is_legacy: voice.is_legacy, instead: None };
            voices.known.insert(voice_id.to_owned(), known);
        }
        write_account_voices(&self.studio.shelf.settings.home, &account, &voices).map_err(|error| error.to_string())?;
        self.studio.book.voices = voices;
        Ok(name)
    }

    fn listed(&self, voice_id: &str) -> Option<&Listed> {
        self.studio.book.answer.as_ref()?.listed.iter().find(|voice| voice.id == voice_id)
    }

    /// Writes another voice into the profile of a baby, and nothing else.
    pub(super) async fn give_voice(&mut self, campaign: &CampaignId, speaker: SpeakerIndex, voice_id: &str) {
        let written = self.loaded(campaign).and_then(|(entry, loaded)| {
            let name = loaded.campaign.profiles.get(speaker.position()).map(|profile| profile.speaker.clone());
            let name = name.ok_or_else(|| format!("{campaign} has no such baby"))?;
            Ok((entry.path.clone(), name))
        });
        let written = match written {
            Ok((path, name)) => {
                let (of, value) = (Target::Baby(name.clone()), Value::from(voice_id));
                let edit = Edit::Changes(vec![Change::Set { of, field: "voice_id".to_owned(), value }]);
                off_thread(move || editing::perform(&path, &edit).map(|_| (path, name))).await
            }
            Err(why) => Err(why),
        };
        match written {
            Ok((path, name)) => {
                self.load(&path).await;
                let text = format!("{} speaks as {voice_id} from now on", name.as_str().display());
                self.notice(Level::Info, text, Some(campaign.clone()));
            }
            Err(text) => self.notice(Level::Error, text, Some(campaign.clone())),
        }
    }

    /// Makes a preview ready to be heard, beside the work.
    pub(super) fn preview_voice(&mut self, provider: ProviderId, voice_id: String) {
        let (internal, folder) = (self.tasks.internal.clone(), self.studio.store.home.previews());
        let tell = {
            let voice = voice_id.clone();
            move |sound| drop(internal.send(Internal::Preview { voice, sound }))
        };
        let panicked = Internal::Preview {
            voice: voice_id.clone(),
            sound: Err("The preview stopped with an internal error; the log in the studio home says more.".to_owned()),
        };
        if let Some(voice) = DraftVoice::of(provider) {
            let catalogue = self.studio.catalogue.clone();
            self.tasks.spawn(panicked, async move { tell(speak_sample(&catalogue, voice, &voice_id, &folder).await) });
            return;
        }
        let (Some(provider), Some(client)) =
            (self.studio.catalogue.elevenlabs().cloned(), self.studio.catalogue.client().cloned())
        else {
            return tell(Err(self.no_account().to_string()));
        };
        let listed = self.listed(&voice_id).cloned();
        self.tasks.spawn(panicked, async move {
            let listed = match listed {
                Some(listed) => Ok(Some(listed)),
                None => ask_for_voice(&client, &provider, &voice_id).await,
            };
            tell(match listed {
                Ok(Some(listed)) => fetch_preview(&client, &provider, &listed, &folder).await,
                Ok(None) => Err(format!("This ElevenLabs account has no voice {}.", voice_id.as_str().display())),
                Err(failure) => Err(failure.to_string()),
            });
        });
    }

    /// A voice is missing: all of its lines that wait are held up with the one that found it out, and none of them is sent.
    pub(super) async fn voice_gone(&mut self, key: JobKey, voice_id: &str, failure: Failure) {
        let Some(provider) = self.schedule.work(key).map(|order| order.request.provider()) else { return };
        let waiting = self.schedule.jobs().filter(|(_, at, _)| *at != Whereabouts::Running);
        let others = waiting.filter(|(_, _, order)| speaks_with(&order.request, provider, voice_id));
        let jobs = others.map(|(other, ..)| other).collect();
        let held_up = JobState::Blocked(Failure {
            reason: format!("Its voice {} is missing", voice_id.display()),
            next_step: failure.next_step.clone(),
            retryable: false,
        });
        let is_first = self.studio.book.missed.insert(voice_id.to_owned());
        self.note_missing(voice_id);
        self.happened(Fact::GivenUp { jobs, state: held_up.clone() }).await;
        let state = if is_first { JobState::Failed(failure) } else { held_up };
        self.happened(Fact::Ended { key, state }).await;
    }

    /// A new run tells again what it misses.
    pub(super) fn forget_missed_voices(&mut self) {
        self.studio.book.missed.clear();
    }

    /// A voice that speaks is there, whatever was known of it.
    pub(super) fn voice_heard(&mut self, request: &Request) {
        if request.provider() != ProviderId::ElevenLabs {
            return;
        }
        let known = &mut self.studio.book.voices.known;
        let mut is_news = false;
        for voice_id in request.voices() {
            if let Some(known) = known.get_mut(voice_id).filter(|known| known.state != VoiceState::There) {
                (known.state, known.instead) = (VoiceState::There, None);
                is_news = true;
            }
        }
        if !is_news {
            return;
        }
        self.keep_voices();
    }

    fn keep_voices(&self) {
        let Some(account) = &self.studio.book.account else { return };
        if let Err(error) = write_account_voices(&self.studio.shelf.settings.home, account, &self.studio.book.voices) {
            tracing::warn!(%error, "what is known of voices is not remembered");
        }
    }

    /// A refusal is as good as an answer: plans warn from now on.
    fn note_missing(&mut self, voice_id: &str) {
        let pinned = self.studio.book.voices.pins.values().find(|pin| pin.voice_id == voice_id);
        let name = pinned.map(|pin| pin.name.clone()).unwrap_or_default();
        let known = self.studio.book.voices.known.entry(voice_id.to_owned()).or_insert(KnownVoice {
            name,
            state: VoiceState::Gone,
            ends_on: None,
            is_legacy: false,
            instead: None,
        });
        known.state = VoiceState::Gone;
        self.keep_voices();
    }
}

fn speaks_with(request: &Request, provider: ProviderId, voice_id: &str) -> bool {
    request.provider() == provider && request.voices().contains(voice_id)
}

/// A built-in voice says who it is.
async fn speak_sample(
    catalogue: &Catalogue,
    voice: DraftVoice,
    voice_id: &str,
    folder: &Path,
) -> Result<std::path::PathBuf, String> {
    let request = Request::Voice(VoiceRequest {
        made_by: voice.maker().made_by,
        voice_id: voice_id.to_owned(),
        text: SAMPLE.to_owned(),
        tone: Tone::Warm,
        neighbours: None,
        look: 0,
        take: 1,
    });
    let provider = catalogue.provider_of(&request).ok_or("There is no built-in voice here.")?;
    let context = JobContext {
        cancel: tokio_util::sync::CancellationToken::new(),
        progress: Arc::new(|_| {}),
        note: Arc::new(|_| {}),
        source: None,
        inputs: Vec::new(),
        movie: None,
    };
    let made = provider.make(&request, context).await;
    let files = made.map_err(|_| "The built-in voice could not speak; the log says why.".to_owned())?;
    let sound = files.into_iter().find(|file| file.role == Role::Sound);
    let sound = sound.ok_or("The built-in voice said nothing.")?;
    keep_preview(folder, voice_id, &sound.bytes)
}
