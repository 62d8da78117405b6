//! `babblecast optimize`: a picture made right for video. Works on any two files; no campaign, no home.

use std::fs::{File, Metadata};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use serde_json::json;

use crate::cli::support::context::Context;
use crate::cli::support::exit::{Exit, Failure};
use crate::domain::Display;
use crate::media::picture::{self, Optimized};

/// Make a picture right for video: RGB, 1024 × 1536, cropped to fill
#[derive(Debug, clap::Args)]
#[command(after_help = "\
A picture that is right already is linked or copied as it is. IN and OUT may be the same file.

Example: babblecast optimize photo.jpg portrait.png")]
pub struct Arguments {
    /// A PNG, JPEG or WebP picture
    #[arg(value_name = "IN", value_hint = clap::ValueHint::FilePath)]
    from: PathBuf,
    /// Where the PNG goes
    #[arg(value_name = "OUT", value_hint = clap::ValueHint::FilePath)]
    to: PathBuf,
}

/// No picture file is larger.
const LARGEST: u64 = picture::MAX_DECODED;

pub fn run(arguments: &Arguments, context: &Context) -> Result<Exit, Failure> {
    let (input, output) = (&arguments.from, &arguments.to);
    let (bytes, facts) = read(input)?;
    let existing = std::fs::metadata(output).ok();
    if existing.as_ref().is_some_and(|facts| !facts.is_file()) {
        return Err(Failure::wrong(format!("{} is no file. Name the picture to write.", shown(output))));
    }
    let optimized = picture::optimize(&bytes).map_err(|error| Failure::unable(format!("{}: {error}", shown(input))))?;
    let changed = match optimized {
        Optimized::Rewritten(rewritten) => {
            replace(output, |unfinished| std::fs::write(unfinished, &rewritten))?;
            true
        }
        Optimized::AlreadyRight => {
            if !existing.is_some_and(|existing| is_same_file(&existing, &facts, output, input)) {
                replace(output, |unfinished| link_or_copy(input, unfinished))?;
            }
            false
        }
    };
    let (width, height) = picture::PORTRAIT;
    let answer = json!({"file": output.to_string_lossy(), "changed": changed, "width": width, "height": height});
    context.output.answer(&answer, || {
        let how = if changed { format!("{width} × {height}, RGB") } else { "was right already".to_owned() };
        format!("{}: {how}", shown(output))
    })?;
    Ok(Exit::Done)
}

fn shown(path: &Path) -> String {
    path.to_string_lossy().display().to_string()
}

/// Looks before it opens, so that a pipe cannot make it wait.
fn read(path: &Path) -> Result<(Vec<u8>, Metadata), Failure> {
    let unreadable = |why: &dyn std::fmt::Display| Failure::wrong(format!("{} cannot be read: {why}.", shown(path)));
    let facts = std::fs::metadata(path).map_err(|error| unreadable(&error))?;
    if !facts.is_file() {
        return Err(unreadable(&"it is no plain file"));
    }
    if facts.len() > LARGEST {
        return Err(unreadable(&format!("it has {} bytes; at most {LARGEST} are allowed", facts.len())));
    }
    let mut bytes = Vec::new();
    File::open(path).and_then(|file| file.take(LARGEST).read_to_end(&mut bytes)).map_err(|error| unreadable(&error))?;
    Ok((bytes, facts))
}

/// Writes a file beside `path` and puts it into its place at once: a failure leaves what was there.
fn replace(path: &Path, write: impl FnOnce(&Path) -> std::io::Result<()>) -> Result<(), Failure> {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let put = || -> std::io::Result<()> {
        let unfinished = tempfile::Builder::new().prefix(".babblecast-").tempdir_in(folder)?;
        let file = unfinished.path().join("picture.png");
        write(&file)?;
        std::fs::rename(&file, path)
    };
    put().map_err(|error| Failure::unable(format!("{} cannot be written: {error}.", shown(path))))
}

fn link_or_copy(input: &Path, unfinished: &Path) -> std::io::Result<()> {
    // A link needs one file system and no symbolic link on the way; a copy needs nothing.
    let source = input.canonicalize()?;
    std::fs::hard_link(&source, unfinished).or_else(|_| copy(&source, unfinished))
}

fn copy(source: &Path, unfinished: &Path) -> std::io::Result<()> {
    let mut target = File::create_new(unfinished)?;
    std::io::copy(&mut File::open(source)?, &mut target)?;
    target.flush()
}

#[cfg(unix)]
fn is_same_file(one: &Metadata, other: &Metadata, _: &Path, _: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    (one.dev(), one.ino()) == (other.dev(), other.ino())
}

#[cfg(not(unix))]
fn is_same_file(_: &Metadata, _: &Metadata, one: &Path, other: &Path) -> bool {
    one.canonicalize().ok().zip(other.canonicalize().ok()).is_some_and(|(one, other)| one == other)
}
