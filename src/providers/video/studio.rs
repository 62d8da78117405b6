//! The encoder that a program found, and the makers that work with it. Its name and version are in the key of every
//! clip, cross-fade and episode, so that no episode is joined from two encoders.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::json;

#[cfg(feature = "farm")]
use super::away::Away;
use super::clip::Clips;
use super::episode::Episodes;
use super::fade::Fades;
use crate::media::video::{Encoder, EncoderChoice, Ffmpeg, RENDERER_VERSION, TALKING_VERSION};
use crate::plan::{MadeBy, ProviderId};

/// Changes whenever the blending of a cross-fade changes.
const FADE_VERSION: u32 = 1;

/// Changes whenever the joining, the mixing or the subtitles change.
const JOINER_VERSION: u32 = 1;

/// Clips, cross-fades and episodes by one encoder, or why there is none.
#[derive(Clone)]
pub struct VideoStudio {
    encoder: Result<Encoder, String>,
}

impl VideoStudio {
    /// Looks for the encoder; one that was asked for by name is used or missed, never replaced.
    pub fn new(choice: EncoderChoice) -> Self {
        Self { encoder: Encoder::find(choice).map_err(|error| error.to_string()) }
    }

    pub fn clips(&self) -> Option<Arc<Clips>> {
        self.encoder.as_ref().ok().map(|encoder| Arc::new(Clips::new(encoder.clone())))
    }

    pub fn fades(&self) -> Option<Arc<Fades>> {
        self.encoder.as_ref().ok().map(|encoder| Arc::new(Fades::new(encoder.clone())))
    }

    /// Clips and cross-fades whose work another machine does.
    #[cfg(feature = "farm")]
    pub fn away(&self) -> Option<Arc<Away>> {
        self.encoder.as_ref().ok().map(|encoder| Arc::new(Away::new(encoder.clone())))
    }

    pub fn episodes(&self) -> Option<Arc<Episodes>> {
        self.encoder.is_ok().then(|| Arc::new(Episodes))
    }

    /// Whether the encoder is a part of this program.
    #[cfg(feature = "farm")]
    pub fn is_embedded(&self) -> bool {
        matches!(self.encoder, Ok(Encoder::Embedded))
    }

    /// Which encoder works here, in words.
    pub fn described(&self) -> Result<String, &str> {
        self.encoder.as_ref().map(Encoder::described).map_err(String::as_str)
    }

    /// What would make the encoder faster.
    pub fn advice(&self) -> Option<&'static str> {
        self.encoder.as_ref().ok().and_then(Encoder::advice)
    }

    /// Why nothing can be encoded; `None` where it can.
    pub fn why_missing(&self) -> Option<&String> {
        self.encoder.as_ref().err()
    }

    pub fn clip_made_by(&self) -> MadeBy {
        self.made_by(ProviderId::Clip, RENDERER_VERSION)
    }

    /// Of a clip in which a photo may talk.
    pub fn talking_made_by(&self) -> MadeBy {
        let mut made_by = self.clip_made_by();
        made_by.parameters.insert("talking_version".to_owned(), json!(TALKING_VERSION));
        made_by
    }

    /// Of a clip that shows a video file. Without ffmpeg it is a card, which must not stay when ffmpeg comes.
    pub fn video_file_made_by(&self) -> MadeBy {
        let mut made_by = self.clip_made_by();
        if !Ffmpeg::is_installed() {
            made_by.parameters.insert("ffmpeg".to_owned(), json!("missing"));
        }
        made_by
    }

    pub fn fade_made_by(&self) -> MadeBy {
        self.made_by(ProviderId::Fade, FADE_VERSION)
    }

    pub fn episode_made_by(&self) -> MadeBy {
        self.made_by(ProviderId::Episode, JOINER_VERSION)
    }

    fn made_by(&self, provider: ProviderId, version: u32) -> MadeBy {
        let (model, encoder_version) = match &self.encoder {
            Ok(encoder) => (encoder.name(), encoder.version()),
            Err(_) => ("missing", 0),
        };
        MadeBy {
            provider,
            model: model.to_owned(),
            version: Some(version),
            endpoint: None,
            parameters: BTreeMap::from([("encoder_version".to_owned(), json!(encoder_version))]),
        }
    }
}
