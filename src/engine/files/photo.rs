//! A person's photo becomes a baby of the cast: a campaign of one line that asks for its portrait, and the photo and the
//! member that are kept once the portrait is there. Blocks; the errors are sentences.

use std::path::{Path, PathBuf};

use serde_json::json;

use super::casting;
use crate::domain::write::named;
use crate::domain::{Display, Format, MaterialPath, Member, Motion, Reference, Tone};
use crate::engine::entry::Loaded;
use crate::engine::words::motion::motion_of_file;
use crate::engine::words::paths::shown_path;
use crate::media::container::{self, Use};
use crate::store::StoreError;
use crate::store::workspace::campaigns;
use crate::store::workspace::cast_file::CastFile;

/// What the baby of a photo is to be.
#[derive(Debug, Clone, Copy)]
pub struct PhotoBaby<'a> {
    /// What it is called in the cast.
    pub name: &'a str,
    /// Of a real person.
    pub photo: &'a Path,
    /// How it is; `None` is what the words say of that, or warm.
    pub tone: Option<&'a str>,
    /// What it looks like and wears, beside the face of the photo.
    pub words: Option<&'a str>,
    /// As in a profile.
    pub voice_id: &'a str,
}

/// Why there is no baby.
#[derive(Debug, thiserror::Error)]
pub enum NoBaby {
    /// The name, the words or the photo have to be others.
    #[error("{0}")]
    Wrong(String),
    /// The disk does not take it.
    #[error("{0}")]
    Unable(String),
}

/// The only speaker of the campaign that asks for the portrait.
const SPEAKER: &str = "Baby";

impl PhotoBaby<'_> {
    fn tone(&self) -> String {
        let said = self.words.map(Tone::from_words).filter(|tone| *tone != Tone::Neutral);
        let usual = || said.map_or("warm, inviting", Tone::name).to_owned();
        self.tone.map_or_else(usual, str::to_owned)
    }

    /// Looks at everything that can be wrong before anything is paid: `folder` is where the cast lies.
    pub fn check(&self, folder: &Path) -> Result<(), NoBaby> {
        let known = CastFile::of_folder(folder);
        if let (Some(path), Some(fault)) = (&known.path, known.faults.first()) {
            return Err(NoBaby::Wrong(format!("{} has faults; fix them first: {fault}", shown_path(path))));
        }
        let name = self.name.display();
        if known.cast.member(self.name.trim()).is_some() {
            return Err(NoBaby::Wrong(format!("There is a {name} in the cast already; give another --name")));
        }
        named(self.name).map_err(|why| NoBaby::Wrong(format!("\"{name}\" cannot name a baby: {why}")))?;
        let shown = self.photo.to_string_lossy();
        let bytes = read(self.photo)?;
        if container::kind(&bytes).is_none_or(|kind| kind.used_as() != Use::Picture) {
            let found = container::describe(&bytes);
            let text = format!("{} is no photo: it is {found}. Give a PNG, JPEG or WebP picture", shown.display());
            return Err(NoBaby::Wrong(text));
        }
        let found = motion_of_file(self.photo, Motion::Auto);
        match found {
            None => Err(NoBaby::Wrong(format!("{} cannot be read as a picture", shown.display()))),
            Some(words) if words.ends_with("no face was found") => Err(NoBaby::Wrong(format!(
                "No face was found in {}: give a photo in which the person looks into the camera",
                shown.display()
            ))),
            Some(words) if words.ends_with("more than one face") => Err(NoBaby::Wrong(format!(
                "{} shows more than one face: give a photo of one person, or cut the others off",
                shown.display()
            ))),
            Some(_) => Ok(()),
        }
    }

    /// A campaign in `folder` whose only portrait is the baby of the photo.
    pub fn write_campaign(&self, folder: &Path) -> Result<PathBuf, NoBaby> {
        let copy = format!("photo.{}", ending(self.photo));
        let unable = |error: &dyn std::fmt::Display| NoBaby::Unable(format!("The photo cannot be copied: {error}"));
        std::fs::write(folder.join(&copy), read(self.photo)?).map_err(|error| unable(&error))?;
        let mut profile = json!({"tone": self.tone(), "voice_id": self.voice_id, "reference": copy});
        if let Some(words) = self.words {
            profile["appearance"] = json!(words);
        }
        let campaign = json!({
            "campaign_id": "baby",
            "topic": self.name,
            "script": [{"type": "dialogue", "speaker": SPEAKER, "text": "Hello."}],
            "baby_profiles": {SPEAKER: profile},
        });
        let text = campaign.to_string();
        if let Err(faults) = crate::domain::read(&text, Format::Json) {
            let said: Vec<String> = faults.iter().map(|fault| fault.message.clone()).collect();
            return Err(NoBaby::Wrong(format!("This cannot be a baby: {}", said.join("; ").display())));
        }
        let file = folder.join("baby.json");
        std::fs::write(&file, text).map_err(|error| unable(&error))?;
        Ok(file)
    }

    /// Keeps the photo below `folder` and the baby in its cast. Returns the cast file.
    pub fn keep(&self, folder: &Path, loaded: &Loaded) -> Result<PathBuf, NoBaby> {
        let unable = |why: String| NoBaby::Unable(why);
        let (id, _) = named(self.name).map_err(|why| NoBaby::Wrong(why.to_string()))?;
        let below = format!("media/{id}.{}", ending(self.photo));
        let (to, bytes) = (folder.join(&below), read(self.photo)?);
        match campaigns::write_new(&to, &bytes) {
            Ok(()) => {}
            // The same photo again is no other one.
            Err(StoreError::Exists { .. }) if std::fs::read(&to).is_ok_and(|before| before == bytes) => {}
            Err(error) => return Err(unable(error.to_string())),
        }
        let profile = &loaded.campaign.profiles[0];
        let material = MaterialPath::new(&below).map_err(|why| unable(why.to_string()))?;
        let mut member = Member::of(self.name.trim(), profile, 0);
        member.reference = Some(Reference::File(material));
        casting::write_member(folder, &member).map_err(NoBaby::Unable)
    }
}

fn read(photo: &Path) -> Result<Vec<u8>, NoBaby> {
    let shown = photo.to_string_lossy();
    std::fs::read(photo).map_err(|error| NoBaby::Wrong(format!("{} cannot be read: {error}", shown.display())))
}

/// How the file's name ends, where that is a picture's; what it is, is read from its bytes.
fn ending(photo: &Path) -> &'static str {
    let ending = photo.extension().unwrap_or_default().to_string_lossy().to_ascii_lowercase();
    match ending.as_str() {
        "png" => "png",
        "webp" => "webp",
        _ => "jpg",
    }
}
