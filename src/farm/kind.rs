//! What a machine would make bit for bit: the kind of a farm. Orders go to workers of their own kind only.
//!
//! Versions alone do not tell: the same program on two machines may round a sine differently, because it comes from the
//! system's library of mathematics. So each machine makes the same short clip first, of a drawn baby that speaks, and the hash of
//! all its parts is part of the kind.

use std::path::Path;
use std::sync::Arc;

use sha2::{Digest, Sha256};
use tokio_util::sync::CancellationToken;

use super::machine;
use super::words::PROTOCOL;
use crate::domain::Tone;
use crate::media::sound::Sound;
use crate::media::sound_file::encode_wav;
use crate::plan::{AssetHash, ClipRequest, JobKey, MadeBy, PortraitRequest, Request, Role, Shown};
use crate::providers::image::Sketch;
use crate::providers::video::{Away, VideoStudio};
use crate::providers::{Input, JobContext, NotMade};

/// Who makes clips on this machine, and what they are like.
#[derive(Clone)]
pub struct Kind {
    /// Sixteen hexadecimal digits.
    pub name: String,
    pub away: Arc<Away>,
    /// Who the clips and cross-fades that can be made here say they are made by.
    pub(super) makers: [MadeBy; 3],
}

impl Kind {
    /// Makes the clip that tells machines apart: half a second of work, unless what came of it is written down in the file `found`.
    /// The error is a sentence.
    pub async fn find(video: &VideoStudio, found: Option<&Path>) -> Result<Self, String> {
        let encoder = video.described().map_err(str::to_owned)?;
        let away = video.away().ok_or("Nothing can be encoded here.")?;
        let makers = makers(video);
        // Another ffmpeg of the same version would not show in what this program knows of its machine.
        let fingerprint = if video.is_embedded() { machine::fingerprint(&encoder) } else { None };
        let known = found.zip(fingerprint);
        let probe = match known.and_then(|(found, fingerprint)| machine::recall(found, fingerprint)) {
            Some(probe) => probe,
            None => {
                let probe = probe(&away, video.clip_made_by()).await?;
                known.inspect(|(found, fingerprint)| machine::remember(found, *fingerprint, probe));
                probe
            }
        };
        let mut hasher = Sha256::new();
        hasher.update(PROTOCOL.to_le_bytes());
        for maker in &makers {
            hasher.update(serde_json::to_vec(maker).map_err(|error| error.to_string())?);
        }
        hasher.update(encoder.as_bytes());
        hasher.update(probe.as_bytes());
        let name = AssetHash::from_digest(hasher.finalize().into()).to_string()[..16].to_owned();
        Ok(Self { name, away, makers })
    }

    /// Why a job is not made here; the reason is a clause.
    pub fn refuses(&self, request: &Request) -> Option<String> {
        const LONGEST_MILLISECONDS: u32 = 20 * 60 * 1000;
        let (made_by, milliseconds) = match request {
            Request::Clip(clip) => (&clip.made_by, clip.milliseconds),
            Request::Fade(fade) => (&fade.made_by, None),
            other => return Some(format!("a {} is made at home", other.product().name())),
        };
        if !self.makers.contains(made_by) {
            return Some("it is to be made by another version or encoder than this worker's".to_owned());
        }
        milliseconds
            .is_some_and(|milliseconds| milliseconds > LONGEST_MILLISECONDS)
            .then(|| "it is longer than twenty minutes".to_owned())
    }
}

/// Who makes what travels, on this machine.
pub(super) fn makers(video: &VideoStudio) -> [MadeBy; 3] {
    [video.clip_made_by(), video.talking_made_by(), video.fade_made_by()]
}

/// The hash of the clip that every machine makes.
async fn probe(away: &Away, made_by: MadeBy) -> Result<AssetHash, String> {
    let folder = tempfile::tempdir().map_err(|error| format!("No temporary folder can be made: {error}."))?;
    let voice_file = folder.path().join("voice");
    std::fs::write(&voice_file, encode_wav(&saw())).map_err(|error| format!("A file cannot be written: {error}."))?;
    let (portrait, voice) = (portrait(), JobKey::of(b"the voice of the clip that tells machines apart"));
    let own = Request::OwnVoice { source: AssetHash::of(b"") };
    let request = ClipRequest {
        shown: Shown::Solo { portrait: portrait.key(), talks: None },
        voice: Some(voice),
        caption: Some("Nap? No. Never!".to_owned()),
        ..ClipRequest::card(made_by, String::new(), Vec::new(), 0)
    };
    // Without a breath behind it: a quarter of a second tells as much as half of one.
    let request = Request::Clip(ClipRequest { milliseconds: None, goes_on: true, ..request });
    let inputs = vec![
        Input { key: portrait.key(), request: Arc::new(portrait), files: Vec::new() },
        Input { key: voice, request: Arc::new(own), files: vec![(Role::Sound, voice_file)] },
    ];
    let parts = away.make(&request, Vec::new(), context(inputs)).await.map_err(|error| match error {
        NotMade::Failed(failure) => failure.to_string(),
        NotMade::Cancelled => "It was stopped.".to_owned(),
    })?;
    let mut hasher = Sha256::new();
    for (_, bytes) in &parts {
        hasher.update(AssetHash::of(bytes).as_bytes());
    }
    Ok(AssetHash::from_digest(hasher.finalize().into()))
}

/// Of nobody who listens.
pub fn context(inputs: Vec<Input>) -> JobContext {
    JobContext {
        cancel: CancellationToken::new(),
        progress: Arc::new(|_| {}),
        note: Arc::new(|_| {}),
        source: None,
        inputs,
        movie: None::<&Path>.map(Path::to_owned),
    }
}

fn portrait() -> Request {
    Request::Portrait(PortraitRequest {
        made_by: Sketch::maker().made_by,
        prompt: String::new(),
        tone: Tone::Energetic,
        tone_text: String::new(),
        appearance: Some("curly hair, glasses, striped romper".to_owned()),
        reference: None,
        same_baby: None,
        note: None,
        look: 0,
        take: 1,
    })
}

/// A quarter of a second of a saw that grows and falls, in whole numbers: it is the same on every machine.
fn saw() -> Sound {
    const SAMPLES: i32 = 12_000;
    let sample = |at: i32| {
        let envelope = SAMPLES / 2 - (at - SAMPLES / 2).abs();
        ((at % 240 - 120) * envelope) as f32 / (120 * SAMPLES) as f32
    };
    Sound { samples: (0..SAMPLES).map(sample).collect(), rate: 48_000 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::providers::video::EncoderChoice;

    #[tokio::test]
    async fn what_a_machine_makes_is_found_out_once_and_again_when_the_machine_is_another() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("farm-kind");
        let video = VideoStudio::new(EncoderChoice::Embedded);
        let Some(fingerprint) = machine::fingerprint(&video.described().unwrap()) else { return };
        let find = async |found| Kind::find(&video, found).await.unwrap().name;
        let first = find(Some(file.as_path())).await;
        let written = machine::recall(&file, fingerprint).unwrap();
        machine::remember(&file, fingerprint, AssetHash::of(b"another sine"));
        assert_ne!(find(Some(file.as_path())).await, first, "what is written down is believed");
        machine::remember(&file, AssetHash::of(b"another machine"), AssetHash::of(b"another sine"));
        assert_eq!(find(Some(file.as_path())).await, first);
        assert_eq!(machine::recall(&file, fingerprint), Some(written));
    }
}
