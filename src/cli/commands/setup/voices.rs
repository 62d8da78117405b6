//! `babblecast voices`: every voice there is to choose from, heard before it is used. Listing and hearing cost nothing.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::Serialize;
use serde_json::json;

use crate::cli::support::context::Context;
use crate::cli::support::exit::{Exit, Failure, sentence};
use crate::cli::support::output::say;
use crate::cli::support::session::{Happening, Session, loaded};
use crate::cli::support::table::{Column, Table};
use crate::cli::support::target::{Target, counted, speaker, target};
use crate::domain::Display;
use crate::engine::voices::{VoiceEntry, VoiceList, price_of_alias, price_of_change};
use crate::engine::{Command, Event, Level, shown_path};
use crate::plan::{Mode, ProviderId, VoiceState};
use crate::providers::catalogue::DraftVoice;
use crate::tui;

mod packs;

/// List the voices to choose from, hear one, give one to a baby, install more
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Listing and previews cost nothing. A line that was made stays made with the voice it was made with.

Examples: babblecast voices --filter playful
          babblecast voices preview FGY2WhTYpPnrIDTdsKH5 --out laura.wav
          babblecast voices use FGY2WhTYpPnrIDTdsKH5 --speaker 'Baby 1' my_first_podcast
          babblecast voices use FGY2WhTYpPnrIDTdsKH5 --alias baby_voice_3
          babblecast voices install kokoro")]
pub struct Arguments {
    #[command(subcommand)]
    action: Option<Action>,
    /// Only voices that this text is said of
    #[arg(long, value_name = "TEXT")]
    filter: Option<String>,
}

#[derive(Debug, clap::Subcommand)]
enum Action {
    Preview(Preview),
    Use(Use),
    /// Tell which voices can be installed, and which are
    Installed,
    Install(packs::Install),
    /// Look at every byte of the installed voices
    Verify,
    Remove(packs::Remove),
}

/// Play the free preview of a voice, or save it
#[derive(Debug, clap::Args)]
#[command(after_help = "Example: babblecast voices preview baby_voice_2 --built-in")]
struct Preview {
    /// A voice by its id, or an alias such as baby_voice_1
    #[arg(value_name = "ID")]
    id: String,
    /// Save it as a WAV file instead of playing it
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    out: Option<PathBuf>,
    /// Of an alias, the built-in voice that speaks drafts
    #[arg(long)]
    built_in: bool,
}

/// Give a voice to a baby of a campaign, or to an alias in all campaigns
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Nothing is spent: the next final asks before it makes lines again. The price of that is told here.

Example: babblecast voices use FGY2WhTYpPnrIDTdsKH5 --alias baby_voice_3")]
struct Use {
    /// A voice by its id
    #[arg(value_name = "ID")]
    id: String,
    /// The baby with this name; its campaign follows
    #[arg(long, value_name = "NAME", requires = "campaign", required_unless_present = "alias")]
    speaker: Option<String>,
    /// One of baby_voice_1 to baby_voice_8, for this account
    #[arg(long, value_name = "ALIAS", conflicts_with_all = ["speaker", "campaign"])]
    alias: Option<String>,
    /// Campaign by id or file
    #[arg(value_name = "C", value_parser = target(), requires = "speaker")]
    campaign: Option<Target>,
}

#[derive(Serialize)]
struct Answer<'a> {
    voices: Vec<Line<'a>>,
    /// What every alias stands for in finals.
    aliases: &'a BTreeMap<String, String>,
    tier: Option<&'a str>,
    /// How many the account has, where not all are listed.
    voices_total: Option<usize>,
    trouble: Option<&'a str>,
}

#[derive(Serialize)]
struct Line<'a> {
    provider: ProviderId,
    id: &'a str,
    name: &'a str,
    origin: &'a str,
    description: &'a str,
    aliases: &'a [String],
    state: VoiceState,
    ends_on: Option<&'a str>,
    is_legacy: bool,
    has_preview: bool,
}

pub fn run(arguments: &Arguments, context: &Context) -> Result<Exit, Failure> {
    match &arguments.action {
        None => list(arguments.filter.as_deref(), context),
        Some(Action::Preview(preview)) => hear(preview, context),
        Some(Action::Use(wanted)) => give(wanted, context),
        Some(Action::Installed) => packs::installed(context),
        Some(Action::Install(wanted)) => packs::bring(wanted, context),
        Some(Action::Verify) => packs::verify(context),
        Some(Action::Remove(wanted)) => packs::remove(wanted, context),
    }
}

fn list(filter: Option<&str>, context: &Context) -> Result<Exit, Failure> {
    let mut session = Session::open(context.engine_settings(context.folder()?))?;
    let list = ask(&mut session)?;
    let shown = list.filtered(filter.unwrap_or_default());
    let answer = Answer {
        voices: shown.iter().map(|voice| line(voice)).collect(),
        aliases: &list.aliases,
        tier: list.tier.as_deref(),
        voices_total: list.of,
        trouble: list.trouble.as_deref(),
    };
    if let Some(trouble) = &list.trouble {
        say(&format!("warning: {}", trouble.as_str().display()));
    }
    if let Some(of) = list.of {
        say(&format!("These are not all: the account has {of} voices. The id of any other can be used too."));
    }
    let warnings = session.library().warnings.iter();
    warnings.for_each(|warning| say(&format!("warning: {}", warning.as_str().display())));
    context.output.answer(&answer, || words(&shown, context.output.width))?;
    session.close()?;
    Ok(if list.trouble.is_some() && has_key(context) { Exit::Stopped } else { Exit::Done })
}

fn has_key(context: &Context) -> bool {
    context.config.keys.iter().any(|key| key.variable == "ELEVENLABS_API_KEY" && key.is_set)
}

/// Asks for the voices and waits for the answer.
fn ask(session: &mut Session) -> Result<Arc<VoiceList>, Failure> {
    session.send(Command::Voices)?;
    loop {
        match session.next()? {
            Happening::Event(Event::Voices(list)) => return Ok(list),
            Happening::Event(Event::Notice(notice)) => say(&notice.text.as_str().display()),
            Happening::Event(_) => {}
            Happening::Interrupted => return Err(Failure::interrupted()),
        }
    }
}

fn line(voice: &VoiceEntry) -> Line<'_> {
    Line {
        provider: voice.provider,
        id: &voice.id,
        name: &voice.name,
        origin: voice.origin,
        description: &voice.words,
        aliases: &voice.aliases,
        state: voice.state,
        ends_on: voice.ends_on.as_deref(),
        is_legacy: voice.is_legacy,
        has_preview: voice.has_preview,
    }
}

fn words(voices: &[&VoiceEntry], width: Option<usize>) -> String {
    let mut table = Table::new([
        Column::left("id"),
        Column::left("name"),
        Column::left("from"),
        Column::left("stands for"),
        Column::giving_way("what it is like"),
    ]);
    for voice in voices {
        let like = [voice.note(), Some(voice.words.clone())];
        let like: Vec<String> = like.into_iter().flatten().filter(|text| !text.is_empty()).collect();
        let aliases = if voice.is_built_in() { String::new() } else { voice.aliases.join(" ") };
        table.row([&voice.id, &voice.name, voice.origin, &aliases, &like.join(" · ")]);
    }
    if table.is_empty() { "No voice is like that.".to_owned() } else { table.render(width) }
}

fn hear(preview: &Preview, context: &Context) -> Result<Exit, Failure> {
    let mut session = Session::open(context.engine_settings(context.folder()?))?;
    let (provider, voice) = if preview.built_in {
        (context.config.draft_voice().unwrap_or(DraftVoice::Neural).id(), preview.id.clone())
    } else {
        let list = ask(&mut session)?;
        let is_it = |voice: &&VoiceEntry| voice.id == preview.id || voice.aliases.contains(&preview.id);
        let found = list.voices.iter().find(|voice| !voice.is_built_in() && is_it(voice));
        match found.or_else(|| list.voices.iter().find(is_it)) {
            Some(voice) => (voice.provider, voice.id.clone()),
            None => (ProviderId::ElevenLabs, preview.id.clone()),
        }
    };
    session.send(Command::PreviewVoice { provider, voice })?;
    let sound = loop {
        match session.next()? {
            Happening::Event(Event::Preview { sound, .. }) => break sound.map_err(Failure::unable)?,
            Happening::Event(_) => {}
            Happening::Interrupted => return Err(Failure::interrupted()),
        }
    };
    let file = if let Some(out) = &preview.out {
        copy(&sound, out)?;
        out.as_path()
    } else {
        tui::play(&sound).map_err(|why| Failure::unable(format!("{why} Or save it with --out FILE.")))?;
        &sound
    };
    let shown = shown_path(file);
    context.output.answer(&json!({"file": shown, "provider": provider}), || shown.as_str().display().to_string())?;
    session.close()?;
    Ok(Exit::Done)
}

fn copy(sound: &Path, out: &Path) -> Result<(), Failure> {
    let shown = out.to_string_lossy();
    let failed = |error| Failure::unable(format!("{} cannot be written: {error}.", shown.display()));
    std::fs::copy(sound, out).map(drop).map_err(failed)
}

fn give(wanted: &Use, context: &Context) -> Result<Exit, Failure> {
    let targets: Vec<Target> = wanted.campaign.iter().cloned().collect();
    let settings = if targets.is_empty() {
        context.engine_settings(context.folder()?)
    } else {
        context.engine_settings(context.campaigns_of(&targets)?)
    };
    let mut session = Session::open(settings)?;
    let list = ask(&mut session)?;
    check_voice(&wanted.id, &list)?;
    let (command, lines, price) = match (&wanted.alias, &wanted.campaign, &wanted.speaker) {
        (Some(alias), ..) => {
            let (lines, price) = price_of_alias(&session.library().entries, alias);
            (Command::PinVoice { alias: alias.clone(), voice: wanted.id.clone() }, lines, price)
        }
        (None, Some(campaign), Some(name)) => {
            let entry = session.good_entry(campaign)?;
            let loaded = loaded(&entry)?;
            let speaker = speaker(&loaded.campaign, name)?;
            let (lines, price) = price_of_change(loaded, speaker, Mode::Final);
            let campaign = loaded.campaign.id.clone();
            (Command::GiveVoice { campaign, speaker, voice: wanted.id.clone() }, lines, price)
        }
        (None, ..) => return Err(Failure::wrong("Name a baby with --speaker and its campaign, or an --alias.")),
    };
    let cost = if price.is_zero() { "free".to_owned() } else { format!("up to {price}") };
    say(&format!("{} will be spoken again by the next final: {cost}.", counted(lines, "line")));
    session.send(command)?;
    let done = loop {
        match session.next()? {
            Happening::Event(Event::Notice(notice)) if notice.level == Level::Error => {
                return Err(Failure::unable(sentence(notice.text)));
            }
            Happening::Event(Event::Notice(notice)) if notice.level == Level::Info => break notice.text,
            Happening::Event(_) => {}
            Happening::Interrupted => return Err(Failure::interrupted()),
        }
    };
    let answer =
        json!({"voice_id": wanted.id, "alias": wanted.alias, "lines": lines, "estimated_usd": price.dollars()});
    context.output.answer(&answer, || sentence(done.as_str().display().to_string()))?;
    session.close()?;
    Ok(Exit::Done)
}

/// A voice that surely cannot speak is refused; one that is not listed may still be one of the library.
fn check_voice(id: &str, list: &VoiceList) -> Result<(), Failure> {
    if let Some(why) = list.refusal(id) {
        return Err(Failure::wrong(why));
    }
    if !list.voices.iter().any(|voice| voice.id == id) {
        say(&format!("warning: {} is not among the voices that are listed", id.display()));
    }
    Ok(())
}
