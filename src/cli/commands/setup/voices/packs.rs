//! `babblecast voices installed | install | verify | remove`: the voices that are installed beside the program. What is
//! fetched is said with its size and licence, and asked about, before anything comes.

use std::io::IsTerminal;
use std::path::{Path, PathBuf};

use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;
use serde_json::json;

use crate::cli::support::context::Context;
use crate::cli::support::exit::{Exit, Failure, sentence};
use crate::cli::support::output::say;
use crate::cli::support::target::counted;
use crate::domain::Display;
use crate::providers::http::Downloads;
use crate::providers::packs::{FileState, NotInstalled, Pack, PackFile, Step, Supply, install, kokoro};
use crate::providers::start_runtime;

/// Install a voice beside the program: kokoro, 28 English voices
#[derive(Debug, clap::Args)]
#[command(after_help = "\
A download that was cut goes on where it ended. Every file is checked against its published hash. \
On a machine without network, fetch the files elsewhere (`voices installed --json` names them with \
their addresses) and name them, or the folder that they are in, with --from.

Examples: babblecast voices install kokoro
          babblecast voices install kokoro --from ~/Downloads/kokoro")]
pub(super) struct Install {
    /// Which: kokoro
    #[arg(value_name = "NAME")]
    name: String,
    /// Take the files from here: a file, or a folder that holds them. May be given several times
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::AnyPath)]
    from: Vec<PathBuf>,
    /// Fetch it without a question
    #[arg(long, short = 'y')]
    yes: bool,
}

/// Remove an installed voice
#[derive(Debug, clap::Args)]
#[command(after_help = "\
What it has spoken stays. Example: babblecast voices remove kokoro")]
pub(super) struct Remove {
    /// Which: kokoro
    #[arg(value_name = "NAME")]
    name: String,
}

/// How a pack is.
#[derive(Serialize)]
struct Answer<'a> {
    name: &'a str,
    about: &'a str,
    licence: &'a str,
    bytes: u64,
    folder: String,
    /// `installed`, `incomplete`, `damaged` or `not installed`.
    state: &'static str,
    files: Vec<File<'a>>,
}

#[derive(Serialize)]
struct File<'a> {
    name: &'a str,
    bytes: u64,
    sha256: &'a str,
    addresses: &'a [String],
    state: &'static str,
}

fn packs() -> [Pack; 1] {
    [kokoro()]
}

fn voices(context: &Context) -> PathBuf {
    context.config.home.value.join("voices")
}

fn named(name: &str) -> Result<Pack, Failure> {
    let all: Vec<&str> = packs().iter().map(|pack| pack.name).collect();
    let found = packs().into_iter().find(|pack| pack.name == name);
    found.ok_or_else(|| Failure::wrong(format!("There is no voice {} to install: {}.", name.display(), all.join(", "))))
}

fn answer<'a>(
    pack: &'a Pack,
    voices: &Path,
    look: fn(&crate::providers::packs::PackFile, &Path) -> FileState,
) -> Answer<'a> {
    let folder = pack.folder(voices);
    let files: Vec<(&_, FileState)> = pack.files.iter().map(|file| (file, look(file, &folder))).collect();
    let count = |wanted| files.iter().filter(|(_, state)| *state == wanted).count();
    let state = match (count(FileState::Damaged), count(FileState::Missing)) {
        (0, 0) => "installed",
        (0, missing) if missing == files.len() => "not installed",
        (0, _) => "incomplete",
        _ => "damaged",
    };
    let file = |(file, state): (&'a crate::providers::packs::PackFile, FileState)| File {
        name: &file.name,
        bytes: file.bytes,
        sha256: &file.sha256,
        addresses: &file.addresses,
        state: match state {
            FileState::Whole => "whole",
            FileState::Missing => "missing",
            FileState::Damaged => "damaged",
        },
    };
    Answer {
        name: pack.name,
        about: pack.about,
        licence: pack.licence,
        bytes: pack.bytes(),
        folder: folder.to_string_lossy().into_owned(),
        state,
        files: files.into_iter().map(file).collect(),
    }
}

/// What there is to install, and what is installed, by the lengths of the files.
pub(super) fn installed(context: &Context) -> Result<Exit, Failure> {
    let (packs, voices) = (packs(), voices(context));
    let answers: Vec<Answer> = packs.iter().map(|pack| answer(pack, &voices, PackFile::at_a_glance)).collect();
    context.output.answer(&json!({ "packs": answers }), || {
        let line = |answer: &Answer| {
            format!(
                "{}: {}. {}, {}. {}",
                answer.name,
                answer.state,
                answer.about,
                megabytes(answer.bytes),
                answer.licence
            )
        };
        answers.iter().map(line).collect::<Vec<_>>().join("\n")
    })?;
    Ok(Exit::Done)
}

/// The same by every byte.
pub(super) fn verify(context: &Context) -> Result<Exit, Failure> {
    let (packs, voices) = (packs(), voices(context));
    let answers: Vec<Answer> = packs.iter().map(|pack| answer(pack, &voices, PackFile::looked_at)).collect();
    let is_broken = answers.iter().any(|answer| matches!(answer.state, "damaged" | "incomplete"));
    context.output.answer(&json!({ "packs": answers }), || {
        let line = |answer: &Answer| {
            let wrong: Vec<&str> =
                answer.files.iter().filter(|file| file.state == "damaged").map(|file| file.name).collect();
            let wrong = if wrong.is_empty() { String::new() } else { format!(" ({})", wrong.join(", ")) };
            let next = if matches!(answer.state, "damaged" | "incomplete") {
                format!(": babblecast voices install {}", answer.name)
            } else {
                String::new()
            };
            format!("{}: {}{wrong}{next}", answer.name, answer.state)
        };
        answers.iter().map(line).collect::<Vec<_>>().join("\n")
    })?;
    Ok(if is_broken { Exit::Unable } else { Exit::Done })
}

pub(super) fn remove(wanted: &Remove, context: &Context) -> Result<Exit, Failure> {
    let (pack, voices) = (named(&wanted.name)?, voices(context));
    let freed =
        pack.remove(&voices).map_err(|error| Failure::unable(format!("{} cannot be removed: {error}.", pack.name)))?;
    context.output.answer(&json!({"name": pack.name, "bytes": freed}), || match freed {
        0 => format!("{} is not installed", pack.name),
        freed => format!("{} removed, {}", pack.name, megabytes(freed)),
    })?;
    Ok(Exit::Done)
}

pub(super) fn bring(wanted: &Install, context: &Context) -> Result<Exit, Failure> {
    let (pack, voices) = (named(&wanted.name)?, voices(context));
    if !pack.is_there(&voices) {
        ask(&pack, wanted)?;
    }
    let runtime = start_runtime(&mut tokio::runtime::Builder::new_current_thread())
        .map_err(|error| Failure::unable(format!("Nothing can be fetched: {error}.")))?;
    let downloads = Downloads::new().map_err(|failure| Failure::unable(sentence(failure.to_string())))?;
    let supply = if wanted.from.is_empty() { Supply::Network(&downloads) } else { Supply::Files(&wanted.from) };
    let bar = bar(context);
    let mut on_step = |step: Step<'_>| {
        bar.set_length(step.of);
        bar.set_position(step.bytes);
        bar.set_message(step.file.to_owned());
        true
    };
    let result = runtime.block_on(install(&pack, &voices, supply, &mut on_step));
    bar.finish_and_clear();
    result.map_err(|why| {
        let message = sentence(why.to_string().display().to_string());
        match why {
            NotInstalled::NotThere { .. } | NotInstalled::Other { .. } => Failure::wrong(message),
            _ => Failure::unable(message),
        }
    })?;
    let answer = json!({"name": pack.name, "bytes": pack.bytes(), "folder": pack.folder(&voices)});
    context.output.answer(&answer, || {
        format!(
            "{} is installed: {}. A baby speaks with it whose voice_id names one of its voices or a mix, such as af_heart \
             or af_heart*0.6+af_bella*0.4; --voice kokoro and `draft_voice = \"kokoro\"` have all babies do so. \
             `babblecast voices` lists them",
            pack.name,
            counted(pack.files.len(), "file")
        )
    })?;
    Ok(Exit::Done)
}

/// Says what comes and asks whether it may.
fn ask(pack: &Pack, wanted: &Install) -> Result<(), Failure> {
    let how = if wanted.from.is_empty() { "to fetch" } else { "to copy" };
    say(&format!("{}: {}. {} {how}. {}.", pack.name, pack.about, megabytes(pack.bytes()), pack.licence));
    if wanted.yes || !wanted.from.is_empty() {
        return Ok(());
    }
    if !(std::io::stdin().is_terminal() && std::io::stderr().is_terminal()) {
        return Err(Failure::stopped(format!("Add --yes to fetch {}.", megabytes(pack.bytes()))));
    }
    say(&"Fetch it? [y/N]");
    let mut answer = String::new();
    let read = std::io::stdin().read_line(&mut answer);
    if read.is_ok() && matches!(answer.trim().to_lowercase().as_str(), "y" | "yes") {
        Ok(())
    } else {
        Err(Failure::stopped("Nothing was fetched."))
    }
}

fn bar(context: &Context) -> ProgressBar {
    if context.output.json || !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template("{wide_bar:.green} {bytes} of {total_bytes} · {bytes_per_sec} · {msg}");
    ProgressBar::new(0).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}

fn megabytes(bytes: u64) -> String {
    format!("{:.0} MB", bytes as f64 / 1e6)
}
