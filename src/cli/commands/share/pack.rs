//! `babblecast pack`: one file that hands a campaign over with everything made for it.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde_json::json;

use crate::cli::support::context::Context;
use crate::cli::support::exit::{Exit, Failure};
use crate::cli::support::session::loaded;
use crate::cli::support::target::{Target, counted, target};
use crate::domain::{Display, Member, Profile};
use crate::engine::Loaded;
use crate::engine::voices::voices_made_with;
use crate::plan::{Choice, JobKey, Mode};
use crate::store::{PackContent, Store, read_account_voices};

/// Pack a campaign with everything made for it into one file
#[derive(Debug, clap::Args)]
#[command(after_help = "\
The one who unpacks it has the same faces and voices, and pays nothing again.

Example: babblecast pack monroviaboy_baby_podcast_001 monrovia.babblecast")]
pub struct Arguments {
    /// Campaign by id or file
    #[arg(value_name = "C", value_parser = target())]
    campaign: Target,
    /// The file to write; it must not exist yet
    #[arg(value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    file: PathBuf,
}

pub fn run(arguments: &Arguments, context: &Context) -> Result<Exit, Failure> {
    let session = context.open(std::slice::from_ref(&arguments.campaign))?;
    let entry = session.good_entry(&arguments.campaign)?;
    let loaded = loaded(&entry)?;
    let content = PackContent {
        campaign: &loaded.campaign.id,
        file: &entry.path,
        materials: loaded.campaign.materials().into_iter().collect(),
        keys: keys(loaded),
        voices: voices_made_with(loaded, |key| session.state(key).is_made(), &names_of_voices(context)),
        members: members(loaded),
        faces: faces(loaded),
    };
    let (store, _) = Store::open(&context.config.home.value)?;
    let packed = store.pack(&content, &arguments.file)?;
    let file = arguments.file.to_string_lossy();
    let answer = json!({
        "campaign_id": entry.name, "file": file, "jobs": packed.jobs, "assets": packed.assets,
        "materials": packed.materials, "bytes": packed.bytes,
    });
    context.output.answer(&answer, || {
        let content = [counted(packed.jobs, "made thing"), counted(packed.materials, "file") + " of your own"];
        format!("{}: {}, {:.1} MB", file.display(), content.join(", "), packed.bytes as f64 / 1e6)
    })?;
    session.close()?;
    Ok(Exit::Done)
}

/// The members of the cast that it names, each once.
fn members(loaded: &Loaded) -> Vec<&Member> {
    let mut members: Vec<&Member> = loaded.campaign.profiles.iter().filter_map(Profile::member).collect();
    members.sort_by(|one, other| one.name.cmp(&other.name));
    members.dedup_by(|one, other| one.name == other.name);
    members
}

/// Which takes of their faces are used, in either mode.
fn faces(loaded: &Loaded) -> BTreeMap<JobKey, Choice> {
    let graphs = || [Mode::Draft, Mode::Final].into_iter().filter_map(|mode| loaded.graph(mode));
    let is_planned = |base: &JobKey| graphs().any(|graph| graph.jobs.iter().any(|job| job.base == *base));
    let chosen = loaded.choices.of_cast.iter().filter(|(base, _)| is_planned(base));
    chosen.map(|(base, choice)| (*base, choice.clone())).collect()
}

/// The names of voices, as far as this home knows them; for people only.
fn names_of_voices(context: &Context) -> BTreeMap<String, String> {
    let accounts = read_account_voices(&context.config.home.value).unwrap_or_default();
    let pins = accounts.into_values().flat_map(|account| account.pins.into_values());
    pins.map(|pin| (pin.voice_id, pin.name)).collect()
}

/// The jobs of both modes and of all takes, each once.
fn keys(loaded: &Loaded) -> Vec<JobKey> {
    let graphs = [Mode::Draft, Mode::Final].into_iter().filter_map(|mode| loaded.graph(mode));
    let mut keys: Vec<JobKey> = graphs.flat_map(|graph| graph.jobs.iter().map(|job| job.key)).collect();
    keys.extend(loaded.takes.values().flatten().map(|take| take.key));
    keys.sort_unstable();
    keys.dedup();
    keys
}
