//! A text as a campaign that nobody has to keep, of one scene a paragraph, and the clip that comes of it put where it was
//! asked for. Blocks; the errors are sentences.

use std::fs::File;
use std::path::{Path, PathBuf};

use serde_json::json;

use crate::domain::{Display, Provenance};
use crate::engine::command::Scope;
use crate::engine::entry::Loaded;
use crate::media::container::{self, Use};
use crate::media::mark;
use crate::plan::{Job, Mode, Product};

/// What is said, and by whom.
#[derive(Debug, Clone, Copy)]
pub struct Saying<'a> {
    /// What the baby says; an empty line begins a new scene.
    pub text: &'a str,
    pub tone: &'a str,
    /// A photo that says it instead of a made baby.
    pub portrait: Option<&'a Path>,
    pub appearance: Option<&'a str>,
    pub voice_id: &'a str,
    /// `None` is English.
    pub language: Option<&'a str>,
}

/// The longest text, in characters: as much as a line of a campaign may hold.
pub const LONGEST: usize = 10_000;

/// Of a text, so many characters are its topic.
const TOPIC: usize = 80;

/// The only speaker; named in no key, so a baby of a campaign that looks and speaks alike is found again.
pub const SPEAKER: &str = "Baby";

/// Why a text cannot be said.
#[derive(Debug, thiserror::Error)]
pub enum NotSaid {
    /// The text or the photo has to be another one.
    #[error("{0}")]
    Wrong(String),
    /// The disk does not take it.
    #[error("{0}")]
    Unable(String),
}

/// The part of the plan that is the clip: one paragraph is a clip, more are an episode of them.
pub fn scope_of(loaded: &Loaded) -> Scope {
    if is_one(loaded) {
        Scope { products: vec![Product::Clip], scene: Some(0), ..Scope::default() }
    } else {
        Scope { products: vec![Product::Episode], ..Scope::default() }
    }
}

/// The job whose movie is the clip.
pub fn clip_of(loaded: &Loaded, mode: Mode) -> Option<&Job> {
    let graph = loaded.graph(mode)?;
    let clip = if is_one(loaded) { graph.scenes.first().and_then(|scene| scene.clip) } else { graph.episode };
    clip.map(|index| &graph.jobs[index])
}

fn is_one(loaded: &Loaded) -> bool {
    loaded.campaign.scenes.len() == 1
}

/// The line as a campaign file; every rule of one holds for it too.
pub fn write_campaign(saying: Saying<'_>, folder: &Path) -> Result<PathBuf, NotSaid> {
    let mut profile = json!({"tone": saying.tone, "voice_id": saying.voice_id});
    if let Some(language) = saying.language {
        profile["language"] = json!(language);
    }
    if let Some(appearance) = saying.appearance {
        profile["appearance"] = json!(appearance);
    }
    if let Some(portrait) = saying.portrait {
        profile["portrait"] = json!(put_beside(portrait, folder)?);
        // Who names a photo wants it to talk.
        profile["motion"] = json!("talk");
    }
    let length = saying.text.chars().count();
    if length > LONGEST {
        return Err(NotSaid::Wrong(format!(
            "This cannot be said: the text has {length} characters; at most {LONGEST} are allowed. Shorten it, or make a \
             campaign of it: babblecast new NAME."
        )));
    }
    let paragraphs = paragraphs(saying.text);
    let scenes: Vec<_> =
        paragraphs.iter().map(|text| json!({"type": "dialogue", "speaker": SPEAKER, "text": text})).collect();
    let campaign = json!({
        "campaign_id": "say",
        "topic": topic(&paragraphs[0]),
        "script": scenes,
        "baby_profiles": {SPEAKER: profile},
    });
    let text = campaign.to_string();
    if let Err(faults) = crate::domain::read(&text, crate::domain::Format::Json) {
        let said: Vec<String> = faults.iter().map(|fault| fault.message.clone()).collect();
        return Err(NotSaid::Wrong(format!("This cannot be said: {}.", said.join("; ").display())));
    }
    let file = folder.join("say.json");
    std::fs::write(&file, text).map_err(|error| NotSaid::Unable(format!("The line cannot be kept: {error}.")))?;
    Ok(file)
}

/// Puts a copy of the photo beside the campaign file, and gives its name there.
fn put_beside(portrait: &Path, folder: &Path) -> Result<&'static str, NotSaid> {
    const NAME: &str = "portrait";
    let shown = portrait.to_string_lossy();
    let failure = |error: std::io::Error| NotSaid::Wrong(format!("{} cannot be read: {error}.", shown.display()));
    let bytes = std::fs::read(portrait).map_err(failure)?;
    // Said here by its own name; later it is a copy that nobody knows.
    if container::kind(&bytes).is_none_or(|kind| kind.used_as() != Use::Picture) {
        let found = container::describe(&bytes);
        return Err(NotSaid::Wrong(format!(
            "{} is no photo: it is {found}. Give a PNG, JPEG or WebP picture.",
            shown.display()
        )));
    }
    std::fs::write(folder.join(NAME), bytes).map_err(failure)?;
    Ok(NAME)
}

/// The paragraphs of a text, which empty lines part; at least one.
fn paragraphs(text: &str) -> Vec<String> {
    let text = text.replace("\r\n", "\n");
    let mut paragraphs = vec![String::new()];
    for line in text.lines() {
        match paragraphs.last_mut() {
            _ if line.trim().is_empty() => paragraphs.push(String::new()),
            Some(paragraph) => {
                if !paragraph.is_empty() {
                    paragraph.push('\n');
                }
                paragraph.push_str(line);
            }
            None => {}
        }
    }
    paragraphs.retain(|paragraph| !paragraph.is_empty());
    if paragraphs.len() < 2 { vec![text] } else { paragraphs }
}

/// What a text is about: its beginning.
fn topic(paragraph: &str) -> String {
    match paragraph.char_indices().nth(TOPIC) {
        None => paragraph.to_owned(),
        Some((end, _)) => {
            let start = &paragraph[..end];
            format!("{}…", start.rsplit_once(' ').map_or(start, |(start, _)| start))
        }
    }
}

/// Puts a copy of the clip where it was asked for, with the mark that says how it was made, in one step.
pub fn put(movie: &Path, to: &Path, provenance: Option<&Provenance>) -> Result<(), NotSaid> {
    let folder = to.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let copy = || -> std::io::Result<()> {
        let mut unfinished = tempfile::Builder::new().prefix(".babblecast-").tempfile_in(folder)?;
        std::io::copy(&mut File::open(movie)?, unfinished.as_file_mut())?;
        if let Some(provenance) = provenance {
            mark::write(unfinished.path(), provenance)?;
        }
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            unfinished.as_file().set_permissions(std::fs::Permissions::from_mode(0o644))?;
        }
        unfinished.persist(to).map_err(|error| error.error)?;
        Ok(())
    };
    let shown = to.to_string_lossy();
    copy().map_err(|error| NotSaid::Unable(format!("{} cannot be written: {error}.", shown.display())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_paragraph_is_a_scene() {
        assert_eq!(paragraphs("One.\r\nTwo.\r\n \r\n\r\nThree."), ["One.\nTwo.", "Three."]);
        assert_eq!(paragraphs("No."), ["No."]);
        assert_eq!(paragraphs(""), [""]);
    }

    #[test]
    fn a_long_text_is_about_its_beginning() {
        assert_eq!(topic("No."), "No.");
        let topic = topic(&"nap ".repeat(100));
        assert!(topic.chars().count() <= 80 && topic.ends_with("nap…"), "{topic}");
    }
}
