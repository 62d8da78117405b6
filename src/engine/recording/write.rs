//! The files of an import: each line as a WAV beside the campaign, the campaign file last. Nothing is ever overwritten, and
//! what is given up leaves nothing behind.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use tokio_util::sync::CancellationToken;

use super::obtain::stopped;
use super::script::{Cast, Script};
use crate::domain::babies::raised_from;
use crate::domain::schema::{CampaignDocument, ProfileDocument, SceneDocument, VoiceShapeDocument};
use crate::domain::write::named;
use crate::domain::{BABIES, Campaign, CampaignId, Display, Format, VoiceShape};
use crate::engine::files::starter::{folder_of, why_taken};
use crate::engine::imports::{ImportWish, ImportedVoices};
use crate::engine::settings::EngineSettings;
use crate::media::cues;
use crate::media::mark;
use crate::media::sound_file;
use crate::media::video::Recording;
use crate::plan::{AssetHash, Failure, Request, provenance};
use crate::store::workspace::campaigns;

/// The folder of own files beside campaign files.
const MEDIA: &str = "media";

/// What the campaign is called and where its files go.
#[derive(Debug, Clone)]
pub struct Place {
    pub id: CampaignId,
    topic: String,
    pub folder: PathBuf,
}

/// A line as it was cut into a file.
pub struct Cut {
    name: String,
    pub baby: usize,
    text: String,
    pub milliseconds: u64,
    pub hash: AssetHash,
}

/// The folder that the lines are cut into; it goes when it is dropped.
pub struct Cuts {
    folder: tempfile::TempDir,
    pub lines: Vec<Cut>,
}

fn unable(what: &str, error: &dyn std::fmt::Display) -> Failure {
    Failure {
        reason: format!("{what} ({})", error.to_string().trim_end_matches('.')),
        next_step: "No campaign was written. Make room on the disk, or look who may write there, and import again."
            .to_owned(),
        retryable: true,
    }
}

impl Place {
    /// A name that was given is taken or refused; that of the file gets a number where it is taken.
    pub fn find(settings: &EngineSettings, wish: &ImportWish) -> Result<Self, Failure> {
        let folder = folder_of(&settings.campaigns);
        let refused = |reason: String| Failure {
            reason,
            next_step: "Import it under another --name.".to_owned(),
            retryable: false,
        };
        let is_free =
            |id: &CampaignId| why_taken(settings, id).is_none() && !folder.join(MEDIA).join(id.as_str()).exists();
        let name = match &wish.name {
            Some(name) => name.clone(),
            None => wish.file.file_stem().unwrap_or_default().to_string_lossy().into_owned(),
        };
        let of_name = named(&name);
        if wish.name.is_some() {
            let (id, topic) =
                of_name.map_err(|why| refused(format!("\"{}\" cannot name a campaign: {why}", name.display())))?;
            if let Some(why) = why_taken(settings, &id) {
                return Err(refused(why));
            }
            if !is_free(&id) {
                return Err(refused(format!("{MEDIA}/{id} holds the files of another import")));
            }
            return Ok(Self { id, topic, folder });
        }
        // A file may be called anything.
        let (id, topic) = of_name.or_else(|_| named("recording")).map_err(|why| refused(why.to_string()))?;
        let numbered = |number: u32| match number {
            1 => Ok(id.clone()),
            number => CampaignId::new(format!("{}_{number}", &id.as_str()[..id.as_str().len().min(56)])),
        };
        let free = (1..10_000).filter_map(|number| numbered(number).ok()).find(is_free);
        let id = free.ok_or_else(|| refused(format!("{id} and all its numbers are taken")))?;
        Ok(Self { id, topic, folder })
    }

    /// Cuts every line into a file.
    pub fn cut(&self, recording: &Recording, script: &Script, cancel: &CancellationToken) -> Result<Cuts, Failure> {
        let media = self.folder.join(MEDIA);
        let failed = |error: io::Error| unable(&format!("The lines cannot be cut into {}", shown(&media)), &error);
        std::fs::create_dir_all(&media).map_err(failed)?;
        let folder = tempfile::Builder::new().prefix(".babblecast-import-").tempdir_in(&media).map_err(failed)?;
        let digits = script.turns.len().to_string().len().max(2);
        let mut lines = Vec::with_capacity(script.turns.len());
        for (at, line) in script.lines(recording).enumerate() {
            if cancel.is_cancelled() {
                return Err(stopped());
            }
            let line = line.map_err(failed)?;
            let wav = cues::wav(recording.rate(), &line.samples, &line.cues);
            let name = format!("line_{:0digits$}.wav", at + 1);
            std::fs::write(folder.path().join(&name), &wav).map_err(failed)?;
            let milliseconds = line.samples.len() as u64 * 1_000 / u64::from(recording.rate().max(1));
            lines.push(Cut { name, baby: line.baby, text: line.text, milliseconds, hash: AssetHash::of(&wav) });
        }
        Ok(Cuts { folder, lines })
    }

    /// Puts the lines into their place and writes the campaign, which names them.
    pub fn write(&self, wish: &ImportWish, cast: &[Cast], cuts: Cuts) -> Result<PathBuf, Failure> {
        let text = self.campaign(wish, cast, &cuts.lines)?;
        let lines = self.folder.join(MEDIA).join(self.id.as_str());
        let failed = |error: io::Error| unable(&format!("{} cannot be written", shown(&lines)), &error);
        let unfinished = cuts.folder.keep();
        let moved = readable_by_all(&unfinished).and_then(|()| std::fs::rename(&unfinished, &lines));
        if let Err(error) = moved {
            drop(std::fs::remove_dir_all(&unfinished));
            return Err(failed(error));
        }
        let path = self.folder.join(format!("{}.json", self.id));
        if let Err(error) = campaigns::write_new(&path, text.as_bytes()) {
            drop(std::fs::remove_dir_all(&lines));
            return Err(unable("The campaign cannot be written", &error));
        }
        Ok(path)
    }

    /// The campaign file. Every rule of one holds for it too.
    fn campaign(&self, wish: &ImportWish, cast: &[Cast], lines: &[Cut]) -> Result<String, Failure> {
        if lines.len() > Campaign::MOST_SCENES {
            return Err(Failure {
                reason: format!(
                    "The recording has {} lines, and a campaign at most {}",
                    lines.len(),
                    Campaign::MOST_SCENES
                ),
                next_step: "Import a part of it: --from and --to, or --moments.".to_owned(),
                retryable: false,
            });
        }
        let name = |baby: usize| cast.get(baby).map_or("Baby A", |cast| cast.name.as_str());
        let line = |cut: &Cut| SceneDocument::Dialogue {
            speaker: name(cut.baby).to_owned(),
            text: cut.text.clone(),
            say: None,
            audio: Some(format!("{MEDIA}/{}/{}", self.id, cut.name)),
            transition: None,
            voice_mode: None,
            sfx: None,
        };
        let is_raised = wish.voices == ImportedVoices::Baby;
        let profile = |baby: usize, tone: &str, pitch_hz: Option<f64>| ProfileDocument {
            tone: Some(tone.to_owned()),
            voice_id: Some(voice_of(baby)),
            voice: is_raised.then(|| shape_of(raised_from(&voice_of(baby), pitch_hz))),
            ..ProfileDocument::default()
        };
        let profiles: BTreeMap<String, ProfileDocument> = cast
            .iter()
            .enumerate()
            .map(|(baby, cast)| (cast.name.clone(), profile(baby, cast.tone, cast.pitch_hz)))
            .collect();
        let script = lines.iter().map(line).collect();
        let document = CampaignDocument {
            language: wish.language,
            ..CampaignDocument::new(&self.id, self.topic.clone(), script, profiles)
        };
        let text = document.to_json();
        crate::domain::read(&text, Format::Json).map(|_| text).map_err(|faults| {
            let first = faults.first().map(|fault| fault.message.clone()).unwrap_or_default();
            Failure {
                reason: format!("What was heard makes no campaign: {}", first.trim_end_matches('.').display()),
                next_step: "Import it with --transcriber none, and type the words in the studio.".to_owned(),
                retryable: false,
            }
        })
    }
}

/// The voice of the baby with this number.
pub fn voice_of(baby: usize) -> String {
    format!("baby_voice_{}", baby % BABIES.len() + 1)
}

/// As a campaign file says it.
fn shape_of(shape: VoiceShape) -> VoiceShapeDocument {
    let pitch = f64::from(shape.pitch_cents) / 100.0;
    let formant = f64::from(shape.formant_permille) / 10.0;
    VoiceShapeDocument::Parts { preset: None, pitch: Some(pitch), formant: Some(formant), speed: None }
}

impl Cuts {
    pub fn path(&self, line: usize) -> PathBuf {
        self.folder.path().join(&self.lines[line].name)
    }

    /// Puts another sound into the place of a line; its words keep their times.
    pub fn replace(&self, line: usize, sound: &[u8], made_by: &Request) -> Result<(), Failure> {
        let path = self.path(line);
        let failed = |error: io::Error| unable("A changed voice cannot be kept", &error);
        let words = cues::read(&std::fs::read(&path).map_err(failed)?);
        let sound = sound_file::decode(sound).map_err(|error| unable("A changed voice cannot be read", &error))?;
        let whole = |sample: &f32| {
            #[expect(clippy::cast_possible_truncation, reason = "held to what fits")]
            let whole = (sample * 32_768.0).round().clamp(-32_768.0, 32_767.0) as i16;
            whole
        };
        let samples: Vec<i16> = sound.samples.iter().map(whole).collect();
        std::fs::write(&path, cues::wav(sound.rate, &samples, &words)).map_err(failed)?;
        // From then on it is a file of the user's own, and only the file can say what it is.
        provenance(made_by, &|_| None, &|_| None).map_or(Ok(()), |said| mark::write(&path, &said)).map_err(failed)
    }
}

/// A temporary folder is its owner's alone; a campaign's is like any other.
fn readable_by_all(folder: &Path) -> io::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o755))?;
    }
    #[cfg(not(unix))]
    let _ = folder;
    Ok(())
}

fn shown(path: &Path) -> String {
    path.to_string_lossy().display().to_string()
}
