//! What `doctor` looks at: each examination gives findings in words, and none of them stops the others.

use std::collections::BTreeSet;
use std::time::Duration;

use futures::future::join_all;
use tokio::time::timeout;

use crate::config::Config;
use crate::credentials::Signer;
use crate::domain::MicroDollars;
use crate::engine::files::library::{read_campaign, read_library};
use crate::engine::settings::Shelf;
use crate::engine::voices::{self, ask_account, needed, warnings};
use crate::engine::words::finding::{Finding, State};
use crate::engine::{Campaigns, Makers, shown_path, start_runtime};
#[cfg(feature = "farm")]
use crate::farm::round_trip;
use crate::plan::{AccountVoices, Failure, ProviderId};
use crate::providers::catalogue::Outside;
use crate::providers::check::ask;
use crate::providers::http::Client;
use crate::providers::video::{EncoderChoice, VideoStudio};
use crate::providers::voice::voices::elevenlabs as elevenlabs_voices;
use crate::providers::{Catalogue, ProviderConfig};
use crate::store::workspace::campaigns;
use crate::store::{Allowance, Scope, Store, read_account_voices};
use crate::tui::{Examined, Tmux};

/// A provider that has not answered by then is told as unreachable.
const LONGEST_QUESTION: Duration = Duration::from_secs(10);

/// Below this a paid call is refused: its reply and its files need the room.
const NEEDED_ROOM: u64 = 128 << 20;
/// Below this a campaign's clips may not fit.
const ENOUGH_ROOM: u64 = 2 << 30;

/// Where campaigns come from, or why there is no telling.
pub type Place = Result<Campaigns, String>;

/// Looks at everything. `terminal` is the one that the user sits at, if any.
pub fn examine(config: &Config, place: &Place, terminal: Option<Examined>) -> Vec<Finding> {
    let mut findings = vec![self::terminal(terminal), settings(config), campaigns_folder(place)];
    let runtime = match start_runtime(&mut tokio::runtime::Builder::new_current_thread()) {
        Ok(runtime) => runtime,
        Err(error) => {
            let message = format!("no provider can be asked: {error}");
            findings.push(Finding::new("providers", State::Failed, message));
            return findings;
        }
    };
    let store = match Store::open(&config.home.value) {
        Ok((store, rebuilt)) => {
            let home = config.home.value.display();
            findings.push(match rebuilt {
                Some(rebuilt) => Finding::new("home", State::Warning, rebuilt.to_string()),
                None => Finding::new("home", State::Ok, format!("{home} can be written, its database opens")),
            });
            findings.push(room(store.home.room()));
            Some(store)
        }
        Err(error) => {
            let finding = Finding::new("home", State::Failed, error.to_string());
            findings.push(finding.then("Fix that, or name another place with --home."));
            None
        }
    };
    findings.extend(keys(config));
    findings.extend(encoders(config));
    findings.extend(runtime.block_on(farm(config)));
    findings.extend(signature(config));
    findings.extend(runtime.block_on(providers(config, store.as_ref(), &models_of_profiles(place))));
    if let Some(store) = &store {
        findings.extend(runtime.block_on(check_voices(config, place, store)));
        findings.push(runtime.block_on(spending(config, store)));
    }
    findings
}

fn terminal(found: Option<Examined>) -> Finding {
    const NAME: &str = "terminal";
    let Some(found) = found else {
        return Finding::new(NAME, State::Note, "this is no terminal: the studio needs one, every command works");
    };
    let (columns, rows) = found.size;
    let name = found.name.map(|name| format!("{name}, ")).unwrap_or_default();
    let message = format!("{name}{columns} × {rows}, {}", found.pictures);
    if !found.is_large_enough {
        Finding::new(NAME, State::Warning, message).then("Make the window larger for the studio.")
    } else if found.shows_pictures {
        Finding::new(NAME, State::Ok, message)
    } else if found.tmux == Tmux::Closed {
        Finding::new(NAME, State::Note, message).then(
            "tmux lets no pictures through: `tmux set -g allow-passthrough on` changes that, for kitty and Ghostty around it.",
        )
    } else if found.tmux == Tmux::Open {
        Finding::new(NAME, State::Note, message)
            .then("Outside of tmux real pictures may be possible; --preview forces one way.")
    } else {
        Finding::new(NAME, State::Note, message).then("kitty, Ghostty, WezTerm, iTerm2 and foot show real pictures.")
    }
}

fn settings(config: &Config) -> Finding {
    let message = match &config.file {
        Some(file) => format!("{} is read; `babblecast config show` has every value", shown_path(file)),
        None => "no config file; every setting has its default".to_owned(),
    };
    Finding::new("config", State::Ok, message)
}

fn campaigns_folder(place: &Place) -> Finding {
    const NAME: &str = "campaigns";
    match place {
        Ok(Campaigns::Folder(folder)) if folder.is_dir() => Finding::new(NAME, State::Ok, shown_path(folder)),
        Ok(Campaigns::Folder(folder)) => {
            Finding::new(NAME, State::Warning, format!("there is no folder {}", folder.display()))
                .then("`babblecast new NAME` makes it with a first campaign.")
        }
        Ok(_) => Finding::new(NAME, State::Note, "no campaigns folder here or above")
            .then("`babblecast new --samples` makes one with samples."),
        Err(why) => Finding::new(NAME, State::Failed, why.as_str()),
    }
}

fn room(bytes: Option<u64>) -> Finding {
    const NAME: &str = "disk";
    let Some(bytes) = bytes else {
        return Finding::new(NAME, State::Note, "the system does not say how much room is left");
    };
    let message = format!("{:.1} GiB free for the home", bytes as f64 / f64::from(1 << 30));
    match bytes {
        0..NEEDED_ROOM => Finding::new(NAME, State::Failed, message)
            .then("Free some room: nothing is paid for that might not fit. `babblecast prune` helps."),
        NEEDED_ROOM..ENOUGH_ROOM => {
            Finding::new(NAME, State::Warning, message).then("Free some room before a long campaign.")
        }
        _ => Finding::new(NAME, State::Ok, message),
    }
}

/// Who encodes videos here, and whether with assembly; and the ffmpeg that could.
fn encoders(config: &Config) -> Vec<Finding> {
    const NAME: &str = "encoder";
    let studio = VideoStudio::new(config.encoder.value);
    let chosen = match studio.described() {
        Ok(encoder) => {
            let finding = Finding::new(NAME, State::Ok, encoder);
            match studio.advice() {
                Some(advice) => finding.then(advice),
                None => finding,
            }
        }
        Err(why) => Finding::new(NAME, State::Failed, why).then("Install it, or choose the built-in one."),
    };
    let mut findings = vec![chosen];
    if config.encoder.value != EncoderChoice::Ffmpeg {
        findings.push(match VideoStudio::new(EncoderChoice::Ffmpeg).described() {
            Ok(ffmpeg) => Finding::new(NAME, State::Note, format!("{ffmpeg} is here too: --encoder ffmpeg")),
            Err(_) => Finding::new(NAME, State::Note, "no ffmpeg with libx264: video files become cards"),
        });
    }
    findings
}

/// The farm, where one is set up: its server, who works there, and one short clip there and back.
#[cfg(feature = "farm")]
async fn farm(config: &Config) -> Option<Finding> {
    const NAME: &str = "farm";
    const STAYS: &str = "Clips are made here until that is fixed; `babblecast farm` lists the workers.";
    let settings = config.farm_settings()?;
    let trial = round_trip(&settings, &VideoStudio::new(config.encoder.value)).await;
    Some(match trial {
        Ok(trial) => {
            let seconds = trial.elapsed.as_secs_f32();
            Finding::new(
                NAME,
                State::Ok,
                format!("{}; a clip there and back in {seconds:.1} s", trial.sight.sentence()),
            )
        }
        Err(why) => Finding::new(NAME, State::Warning, why).then(STAYS),
    })
}

#[cfg(not(feature = "farm"))]
async fn farm(config: &Config) -> Option<Finding> {
    let settings = config.farm_settings()?;
    let message = format!("{} is set up, and this babblecast was built without the farm", settings.shown());
    Some(Finding::new("farm", State::Warning, message).then("Build it with the feature `farm`."))
}

/// What files are signed with, where that is set up.
fn signature(config: &Config) -> Option<Finding> {
    /// Days; an authority takes its time.
    const SOON: i32 = 30;
    const NAME: &str = "signature";
    Some(match Signer::open(&config.identity()?) {
        Ok(signer) => {
            let message = format!("files are signed as {}, until {}", signer.holder(), signer.until());
            let ends_soon = signer.until().parse::<jiff::civil::Date>().is_ok_and(|until| {
                jiff::Zoned::now().date().until(until).is_ok_and(|left| left.get_days() < SOON)
            });
            if ends_soon {
                Finding::new(NAME, State::Warning, message).then("Ask for a new certificate before that day.")
            } else {
                Finding::new(NAME, State::Ok, message)
            }
        }
        Err(error) => Finding::new(NAME, State::Warning, format!("{error}")).then(
            "Files are not signed until that is fixed: c2pa.certificate, c2pa.key, and BABBLECAST_C2PA_PASSWORD for a key \
             with a password.",
        ),
    })
}

/// Whether each key is there; its value is nobody's business.
fn keys(config: &Config) -> Vec<Finding> {
    let of = |is_set: bool| move |key: &&crate::config::Key| key.is_set == is_set;
    let names = |is_set| config.keys.iter().filter(of(is_set)).map(|key| key.variable).collect::<Vec<_>>().join(", ");
    let mut findings = Vec::new();
    if config.keys.iter().any(|key| key.is_set) {
        findings.push(Finding::new("keys", State::Ok, format!("set: {}", names(true))));
    }
    if config.keys.iter().any(|key| !key.is_set) {
        findings.push(Finding::new("keys", State::Note, format!("not set: {}", names(false))));
    }
    findings
}

async fn providers(config: &Config, store: Option<&Store>, models: &BTreeSet<String>) -> Vec<Finding> {
    let settings = config.providers();
    // Nothing embedded is asked here, so that it needs no place to unpack its voices.
    let catalogue =
        match Catalogue::new(config.home.value.join("voices"), config.encoder.value).with_providers(&settings) {
            Ok(catalogue) => catalogue,
            Err(why) => return vec![Finding::new("providers", State::Failed, why)],
        };
    let Some(client) = catalogue.client() else { return Vec::new() };
    let (client, settings) = (&client, &settings);
    let finals = catalogue.finals(config.finals()).ok();
    let models_for = |id: ProviderId| {
        let makes_faces = finals.as_ref().is_some_and(|finals| finals.image.made_by.provider == id);
        if makes_faces { models.clone() } else { BTreeSet::new() }
    };
    let asked = catalogue.outside().into_iter().map(|outside| {
        let models = models_for(outside.id);
        provider(outside, client, settings, store, models)
    });
    join_all(asked).await.into_iter().flatten().collect()
}

/// The models that profiles of the campaigns here name for their faces.
fn models_of_profiles(place: &Place) -> BTreeSet<String> {
    let Ok(Campaigns::Folder(folder)) = place else { return BTreeSet::new() };
    let files = campaigns::list(folder).unwrap_or_default();
    let campaigns = files.iter().filter_map(|file| read_campaign(file).ok());
    campaigns.flat_map(|read| read.campaign.profiles).filter_map(|profile| profile.model).collect()
}

/// `models` are asked about beside the configured one.
async fn provider(
    outside: Outside,
    client: &Client,
    settings: &ProviderConfig,
    store: Option<&Store>,
    mut models: BTreeSet<String>,
) -> Vec<Finding> {
    let (name, is_wanted) = match outside.id {
        ProviderId::OpenAi => ("OpenAI", settings.openai.key.is_some()),
        ProviderId::ElevenLabs => ("ElevenLabs", settings.elevenlabs.key.is_some()),
        ProviderId::CompatibleImage => ("image server", settings.image_server.base_url.is_some()),
        ProviderId::OpenAiWriter => ("OpenAI scripts", settings.writer.key.is_some()),
        ProviderId::CompatibleWriter => ("writing server", settings.writer_server.base_url.is_some()),
        _ => ("voice server", settings.voice_server.base_url.is_some()),
    };
    let finding = |state, message: String| Finding { is_provider: true, ..Finding::new(name, state, message) };
    let remote = match outside.remote {
        Ok(remote) => remote,
        Err(what_to_set) if is_wanted => return vec![finding(State::Failed, what_to_set)],
        Err(what_to_set) => return vec![finding(State::Note, what_to_set)],
    };
    models.insert(remote.model().to_owned());
    let mut findings = Vec::new();
    for model in models {
        let checked = match timeout(LONGEST_QUESTION, ask(client, remote.as_ref(), &model)).await {
            Ok(Ok(checked)) => checked,
            Ok(Err(failure)) => {
                findings.push(finding(State::Failed, failure.reason).then(failure.next_step));
                continue;
            }
            Err(_) => {
                let message = format!("did not answer within {} seconds", LONGEST_QUESTION.as_secs());
                findings
                    .push(finding(State::Failed, message).then("Check the network and the address, then ask again."));
                break;
            }
        };
        findings.push(finding(State::Ok, checked.facts.join("; ")));
        findings.extend(checked.warnings.iter().map(|warning| finding(State::Warning, warning.clone())));
        if let Some(store) = store {
            let noted = remember(store, outside.id, &model, checked.retires_on.as_deref()).await;
            findings.extend(noted.map(|message| finding(State::Note, message)));
        }
    }
    findings
}

/// Keeps the answer for plans and the studio. A provider that wanted no calls and answers well is called again.
async fn remember(store: &Store, id: ProviderId, model: &str, retires_on: Option<&str>) -> Option<String> {
    let journal = &store.journal;
    let remembered = async {
        journal.note_check(id, model, retires_on).await?;
        let Allowance { blocked, stopped, .. } = journal.allowance(id).await?;
        let why = stopped.map(|failure| failure.reason).or_else(|| blocked.map(|(_, why)| why));
        if why.is_some() {
            journal.unblock(id).await?;
        }
        Ok::<_, crate::store::StoreError>(why)
    };
    match remembered.await {
        Ok(None) => None,
        Ok(Some(why)) => Some(format!("calls were stopped ({why}) and go on now")),
        Err(error) => Some(format!("the answer could not be remembered: {error}")),
    }
}

/// Whether the account has the voices that campaigns use.
async fn check_voices(config: &Config, place: &Place, store: &Store) -> Vec<Finding> {
    let found = timeout(LONGEST_QUESTION, account_voices(config, place, store)).await;
    let finding = |failure: Failure| {
        Finding { is_provider: true, ..Finding::new("voices", State::Warning, failure.reason) }.then(failure.next_step)
    };
    match found {
        Ok(Ok(findings)) => findings,
        Ok(Err(failure)) => vec![finding(failure)],
        Err(_) => vec![Finding::new("voices", State::Warning, "ElevenLabs did not list its voices in time")],
    }
}

async fn account_voices(config: &Config, place: &Place, store: &Store) -> Result<Vec<Finding>, Failure> {
    let own = |reason: String| Failure { reason, next_step: "Fix that, then ask again.".to_owned(), retryable: true };
    let providers = config.providers();
    let catalogue =
        Catalogue::new(store.home.voices(), config.encoder.value).with_providers(&providers).map_err(own)?;
    let (Some(provider), Some(client)) = (catalogue.elevenlabs(), catalogue.client()) else { return Ok(Vec::new()) };
    let settings = config.engine_settings(place.clone().map_err(own)?, false);
    let account = provider.account();
    let known = read_account_voices(store.home.root()).map_err(|error| own(error.to_string()))?;
    let pinned = known.get(&account).map(AccountVoices::aliases).unwrap_or_default();
    let makers = Makers::new(&catalogue, &settings).map_err(own)?;
    let mut shelf = Shelf { settings, makers, renewed: BTreeSet::new() };
    let own_voices = &providers.elevenlabs.voices;
    shelf.makers.set_voices(ProviderId::ElevenLabs, elevenlabs_voices(&pinned, own_voices));
    let wanted = needed(&read_library(&shelf, store).await.entries).into_iter().map(|voice| voice.id).collect();
    let answer = ask_account(client, provider, &wanted).await?;
    let (_, after) =
        voices::remember(store, &account, &answer, &wanted).await.map_err(|error| own(error.to_string()))?;
    shelf.makers.set_voices(ProviderId::ElevenLabs, elevenlabs_voices(&after.aliases(), own_voices));
    let needed = needed(&read_library(&shelf, store).await.entries);
    let warnings = warnings(&after, &needed).into_iter();
    let mut findings: Vec<Finding> =
        warnings.map(|text| Finding { is_provider: true, ..Finding::new("voices", State::Warning, text) }).collect();
    if findings.is_empty() {
        let message = format!("{} of this ElevenLabs account, and every one that is used", answer.listed.len());
        findings.push(Finding::new("voices", State::Ok, message));
    }
    Ok(findings)
}

async fn spending(config: &Config, store: &Store) -> Finding {
    const NAME: &str = "caps";
    let used = match store.journal.used(Scope::Month).await {
        Ok(used) => used,
        Err(error) => return Finding::new(NAME, State::Failed, error.to_string()),
    };
    let of = |cap: Option<MicroDollars>| cap.map_or_else(|| "no cap".to_owned(), |cap| format!("of {cap}"));
    let message = format!(
        "{used} {} spent this month; a run may spend {}",
        of(config.caps.month.value),
        match config.caps.run.value {
            Some(cap) => cap.to_string(),
            None => "anything".to_owned(),
        }
    );
    if config.caps.month.value.is_some_and(|cap| used >= cap) {
        return Finding::new(NAME, State::Warning, message)
            .then("Raise caps.month in the config, or wait for the next month.");
    }
    Finding::new(NAME, State::Ok, message)
}
