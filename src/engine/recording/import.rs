//! An import from its wish to its campaign: read, listen, part, choose, change the voices, write. Stops with a price or a
//! choice where a person must answer, and goes on from what is kept when it is asked again.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::Arc;

use tokio_util::sync::CancellationToken;

use super::obtain::{self, Account, Wanted};
use super::script::{Cast, Script, Speakers};
use super::write::{Cuts, Place, voice_of};
use crate::domain::recording::Transcript;
use crate::domain::{Display, Language, MicroDollars};
use crate::engine::command::Consent;
use crate::engine::files::library::in_background;
use crate::engine::files::starter::Written;
use crate::engine::imports::{HeldRecording, Import, ImportWish, Imported, ImportedVoices, MomentWish};
use crate::engine::settings::EngineSettings;
use crate::media::video::{Recording, RecordingError};
use crate::plan::{AssetHash, ChangedVoiceRequest, Failure, Request, Role, TranscriptRequest};
use crate::providers::Catalogue;
use crate::providers::transcript::Heard;
use crate::store::{Caps, Store};

/// How a task ended: with an answer, and with what is to be loaded where something was written.
#[derive(Debug)]
pub struct ImportEnd {
    pub import: Import,
    pub written: Option<Written>,
}

impl From<Import> for ImportEnd {
    fn from(import: Import) -> Self {
        Self { import, written: None }
    }
}

/// What an import works with.
pub struct Tools {
    pub store: Store,
    pub catalogue: Catalogue,
    pub settings: EngineSettings,
    /// What the aliases of voices stand for.
    pub voices: BTreeMap<String, String>,
    pub cancel: CancellationToken,
    /// How far it is.
    pub tell: Arc<dyn Fn(Import) + Send + Sync>,
    /// Told when a paid call is recorded.
    pub on_sent: Arc<dyn Fn() + Send + Sync>,
}

/// Why it stops: with an answer, or because it cannot go on.
type Stop = Box<Import>;

#[expect(clippy::unnecessary_box_returns, reason = "an error that is carried through every step is small")]
fn failed(failure: Failure) -> Stop {
    Box::new(Import::Failed(failure))
}

/// Makes a campaign of a recording.
pub async fn import(tools: Tools, wish: ImportWish, recording: Option<HeldRecording>, consent: Consent) -> ImportEnd {
    match run(&tools, &wish, recording, consent).await {
        Ok(end) => end,
        Err(stop) => (*stop).into(),
    }
}

async fn run(
    tools: &Tools,
    wish: &ImportWish,
    recording: Option<HeldRecording>,
    consent: Consent,
) -> Result<ImportEnd, Stop> {
    let place = Place::find(&tools.settings, wish).map_err(failed)?;
    let recording = match recording {
        Some(recording) => recording,
        None => read(tools, wish).await.map_err(failed)?,
    };
    let mut agreed = match consent {
        Consent::FreeOnly => MicroDollars::ZERO,
        Consent::UpTo(agreed) => agreed,
    };
    let transcript = listen(tools, wish, &place, &recording, &mut agreed).await?;
    let mut script = parted(wish, &recording, transcript.as_ref())?;
    let cast = script.cast(&recording.0, &wish.speakers).map_err(|error| failed(unread(&error)))?;
    (tools.tell)(Import::Doing(format!("Cutting {} lines", script.turns.len())));
    let mut cuts = cut(tools, &place, recording.clone(), script).await.map_err(failed)?;
    if wish.voices == ImportedVoices::Changer {
        change_voices(tools, &place, &recording, &mut cuts.0, &mut agreed).await?;
    }
    let (cuts, script) = cuts;
    let seconds = cuts.lines.iter().map(|line| line.milliseconds).sum::<u64>() as f64 / 1000.0;
    let (lines, notes) = (cuts.lines.len(), notes(&script, &cast));
    let babies = cast.len();
    let path = place.write(wish, &cast, cuts).map_err(failed)?;
    let shown = crate::engine::words::paths::shown_path(&path);
    let message = format!("{shown} is made of the recording");
    let written = Written { folder: place.folder.clone(), file: path.clone(), message };
    let imported = Imported { campaign: place.id, path, lines, babies, seconds, notes };
    Ok(ImportEnd { import: Import::Written(imported), written: Some(written) })
}

/// Reads the part of the recording that is asked for.
async fn read(tools: &Tools, wish: &ImportWish) -> Result<HeldRecording, Failure> {
    let name = wish.file.file_name().unwrap_or_default().to_string_lossy();
    (tools.tell)(Import::Doing(format!("Reading {}", name.display())));
    let (file, part) = (wish.file.clone(), (wish.from_s, wish.to_s));
    let (folder, cancel) = (tools.store.home.root().to_owned(), tools.cancel.clone());
    let read = in_background(move || {
        let mut go_on = |_: f64| if cancel.is_cancelled() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) };
        Recording::read(&file, part, &folder, &mut go_on)
    });
    match read.await {
        Ok(recording) => Ok(HeldRecording::new(recording)),
        Err(RecordingError::Stopped) => Err(obtain::stopped()),
        Err(error) => {
            let said = error.to_string();
            let (reason, next_step) =
                said.trim_end_matches('.').split_once(". ").unwrap_or((&said, "Name another file"));
            let next_step = format!("{next_step}.");
            Err(Failure { reason: reason.trim_end_matches('.').to_owned(), next_step, retryable: false })
        }
    }
}

/// What is said, where anybody listens.
async fn listen(
    tools: &Tools,
    wish: &ImportWish,
    place: &Place,
    recording: &HeldRecording,
    agreed: &mut MicroDollars,
) -> Result<Option<Transcript>, Stop> {
    let language = wish.language.map(Language::code);
    let made_by = tools.catalogue.transcriber(wish.transcriber, language).map_err(|why| {
        let (reason, next_step) = why
            .split_once(": ")
            .map_or((why.clone(), String::new()), |(reason, next_step)| (reason.to_owned(), sentence(next_step)));
        let next_step = if next_step.is_empty() { "Import with --transcriber none.".to_owned() } else { next_step };
        failed(Failure { reason: reason.trim_end_matches('.').to_owned(), next_step, retryable: false })
    })?;
    let Some(made_by) = made_by else { return Ok(None) };
    let seconds = recording.seconds();
    let request = Request::Transcript(TranscriptRequest {
        made_by,
        sound: AssetHash::from_digest(recording.0.hash()),
        milliseconds: milliseconds(seconds),
    });
    let price = obtain::price(&tools.store, &tools.catalogue, std::slice::from_ref(&request)).await.map_err(failed)?;
    let who = request.made_by().map(|made_by| format!("{} {}", made_by.provider, made_by.model)).unwrap_or_default();
    if price > *agreed {
        let what = format!("{} listens to {seconds:.0} s", who.trim());
        return Err(Box::new(Import::Costs { price, what, recording: recording.clone() }));
    }
    let known = obtain::made(&tools.store, &[request.key()]).await.map_err(failed)?;
    let outputs = match known.into_values().next() {
        Some(outputs) => outputs,
        None => {
            (tools.tell)(Import::Doing(format!("{} listens to {seconds:.0} s", who.trim())));
            let (held, folder) = (recording.clone(), tools.store.home.root().to_owned());
            let sound = in_background(move || held.0.write_for_listening(&folder)).await;
            let sound = sound.map_err(|error| failed(unread(&error)))?;
            let wanted = Wanted { request, sound: sound.path().to_owned() };
            let made = account(tools, place, price).obtain(vec![wanted]).await.map_err(failed)?;
            *agreed = MicroDollars(agreed.0.saturating_sub(price.0));
            made.into_iter().next().unwrap_or_default()
        }
    };
    let bytes = obtain::read(&tools.store, &outputs, Role::Transcript).map_err(failed)?;
    let heard: Heard = serde_json::from_slice(&bytes).map_err(|error| failed(unread(&error.into())))?;
    Ok(Some(Transcript::new(heard.words, seconds)))
}

/// The script, or the moments to choose from.
fn parted(wish: &ImportWish, recording: &HeldRecording, transcript: Option<&Transcript>) -> Result<Script, Stop> {
    let script = Script::new(&recording.0, transcript, wish.clean);
    if script.turns.is_empty() {
        let reason = format!("Nobody speaks in the {:.0} s of the recording that were read", recording.seconds());
        let next_step = "Check that it is the right file, or ask for another part with --from and --to.".to_owned();
        return Err(failed(Failure { reason, next_step, retryable: false }));
    }
    match wish.moment {
        MomentWish::Whole => Ok(script),
        MomentWish::Ask => match script.moments() {
            moments if moments.is_empty() => Ok(script),
            moments => Err(Box::new(Import::Choose { moments, recording: recording.clone() })),
        },
        MomentWish::Number(number) => {
            let moments = script.moments();
            match number.checked_sub(1).and_then(|at| moments.get(at)) {
                Some(moment) => Ok(script.only(moment)),
                None if moments.is_empty() && number == 1 => Ok(script),
                None => Err(failed(Failure {
                    reason: format!("The recording has {} moments, and no number {number}", moments.len()),
                    next_step: "--moments lists them.".to_owned(),
                    retryable: false,
                })),
            }
        }
    }
}

async fn cut(
    tools: &Tools,
    place: &Place,
    recording: HeldRecording,
    script: Script,
) -> Result<(Cuts, Script), Failure> {
    let (place, cancel) = (place.clone(), tools.cancel.clone());
    in_background(move || place.cut(&recording.0, &script, &cancel).map(|cuts| (cuts, script))).await
}

/// Puts every line into the voice of its baby.
async fn change_voices(
    tools: &Tools,
    place: &Place,
    recording: &HeldRecording,
    cuts: &mut Cuts,
    agreed: &mut MicroDollars,
) -> Result<(), Stop> {
    let made_by = tools.catalogue.changer().map_err(|why| {
        let reason = why.trim_end_matches('.').to_owned();
        let next_step = "Set it, or import with --voices baby, which is free.".to_owned();
        failed(Failure { reason, next_step, retryable: false })
    })?;
    let request = |line: &super::write::Cut| {
        let alias = voice_of(line.baby);
        let voice_id = tools.voices.get(&alias).cloned().unwrap_or(alias);
        let (made_by, sound, milliseconds) = (made_by.clone(), line.hash, line.milliseconds);
        Request::ChangedVoice(ChangedVoiceRequest { made_by, voice_id, sound, milliseconds })
    };
    let requests: Vec<Request> = cuts.lines.iter().map(request).collect();
    let price = obtain::price(&tools.store, &tools.catalogue, &requests).await.map_err(failed)?;
    let count = requests.len();
    let what = format!("{} {} changes the voice of {count} lines", made_by.provider, made_by.model);
    if price > *agreed {
        return Err(Box::new(Import::Costs { price, what, recording: recording.clone() }));
    }
    (tools.tell)(Import::Doing(what));
    let wanted = requests.iter().cloned().enumerate().map(|(at, request)| Wanted { request, sound: cuts.path(at) });
    let made = account(tools, place, price).obtain(wanted.collect()).await.map_err(failed)?;
    *agreed = MicroDollars(agreed.0.saturating_sub(price.0));
    for (at, outputs) in made.iter().enumerate() {
        let sound = obtain::read(&tools.store, outputs, Role::Sound).map_err(failed)?;
        cuts.replace(at, &sound, &requests[at]).map_err(failed)?;
    }
    Ok(())
}

fn account<'a>(tools: &'a Tools, place: &Place, price: MicroDollars) -> Account<'a> {
    let limits = tools.settings.caps;
    Account {
        store: &tools.store,
        catalogue: &tools.catalogue,
        campaign: place.id.clone(),
        caps: Caps { run: Some(limits.run.map_or(price, |cap| cap.min(price))), ..limits },
        cancel: tools.cancel.clone(),
        on_sent: tools.on_sent.clone(),
    }
}

/// What a person should know of the script.
fn notes(script: &Script, cast: &[Cast]) -> Vec<String> {
    let mut notes = Vec::new();
    match script.speakers {
        Speakers::Told => {}
        Speakers::Guessed => notes.push(
            "Who speaks is guessed from two voices of different heights: S in the studio gives a line to the other baby"
                .to_owned(),
        ),
        Speakers::Unknown => notes.push(
            "Who speaks is not known, so every line is of Baby A: S in the studio gives a line to the other baby, and \
             --speakers A,B,A says it beforehand"
                .to_owned(),
        ),
    }
    if !script.has_words {
        notes.push("Nobody wrote down what is said: type the words in the studio, or set up a transcriber".to_owned());
    }
    if cast.len() > 8 {
        notes
            .push(format!("{} babies share 8 voices; they are heard only where a made voice is asked for", cast.len()));
    }
    notes
}

fn milliseconds(seconds: f64) -> u64 {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a length is not below zero")]
    let milliseconds = (seconds * 1000.0).round() as u64;
    milliseconds
}

fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(char::to_uppercase).into_iter().flatten();
    let text: String = first.chain(letters).collect();
    if text.ends_with('.') { text } else { format!("{text}.") }
}

fn unread(error: &std::io::Error) -> Failure {
    Failure {
        reason: format!("The recording cannot be read back ({error})"),
        next_step: "Make room on the disk of the studio home and import again.".to_owned(),
        retryable: true,
    }
}
