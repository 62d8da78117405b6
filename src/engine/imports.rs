//! What may be asked of an import, and what it answers.

use std::path::PathBuf;
use std::sync::Arc;

use crate::domain::recording::Moment;
use crate::domain::{CampaignId, Language, MicroDollars};
use crate::media::video::Recording;
use crate::plan::Failure;
use crate::providers::catalogue::Transcriber;

/// What is to become of a recording.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ImportWish {
    /// A sound or a video.
    pub file: PathBuf,
    /// Seconds from its start that are left out.
    pub from_s: f64,
    /// Seconds from its start at which it ends; `None` is its own end.
    pub to_s: Option<f64>,
    /// As a person says it; `None` is the name of the file.
    pub name: Option<String>,
    /// Who listens; `None` is whoever is set up.
    pub transcriber: Option<Transcriber>,
    /// What is spoken; `None` lets the transcriber hear it.
    pub language: Option<Language>,
    /// What becomes of the voices.
    pub voices: ImportedVoices,
    /// Leave out "uh", what is thrown in, and long silences.
    pub clean: bool,
    /// Where a transcriber knows who speaks: their names, in the order in which they begin to. Else who speaks which line;
    /// a shorter list begins again.
    pub speakers: Vec<String>,
    /// Which part of a long recording.
    pub moment: MomentWish,
}

/// What becomes of the voices of a recording.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, strum::EnumString, strum::IntoStaticStr, strum::VariantNames)]
#[strum(serialize_all = "snake_case")]
pub enum ImportedVoices {
    /// They stay as they are.
    #[default]
    Keep,
    /// They are made those of babies, on this machine and for nothing; the recording itself is kept.
    Baby,
    /// They are put into the voices of the babies by the provider's voice changer, for money.
    Changer,
}

/// Which part of a long recording.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum MomentWish {
    /// All of it.
    #[default]
    Whole,
    /// Tell the best moments, where it is long enough to have any.
    Ask,
    /// One of those that were told, from 1.
    Number(usize),
}

/// A recording that was read, for the next question about it. Its temporary file goes with the last copy.
#[derive(Debug, Clone)]
pub struct HeldRecording(pub(super) Arc<Recording>);

impl HeldRecording {
    pub(crate) fn new(recording: Recording) -> Self {
        Self(Arc::new(recording))
    }

    /// The length of the part that was read, in seconds.
    pub fn seconds(&self) -> f64 {
        self.0.seconds()
    }
}

impl PartialEq for HeldRecording {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

/// What an import tells.
#[derive(Debug, Clone, PartialEq)]
pub enum Import {
    /// It goes on: a sentence without its end.
    Doing(String),
    /// It goes on only with a consent to this price.
    Costs {
        /// An upper bound.
        price: MicroDollars,
        /// What is paid: `ElevenLabs scribe_v2 listens to 62 s`.
        what: String,
        /// To ask again with.
        recording: HeldRecording,
    },
    /// It is long: one of these, or all of it.
    Choose {
        /// The best one first.
        moments: Vec<Moment>,
        /// To ask again with.
        recording: HeldRecording,
    },
    /// The campaign is written and loaded.
    Written(Imported),
    /// Nothing was written.
    Failed(Failure),
}

/// A campaign that was made of a recording.
#[derive(Debug, Clone, PartialEq)]
pub struct Imported {
    /// Its id.
    pub campaign: CampaignId,
    /// Its file.
    pub path: PathBuf,
    /// How many lines it has.
    pub lines: usize,
    /// How many babies speak.
    pub babies: usize,
    /// The length of all lines, in seconds.
    pub seconds: f64,
    /// What a person should know: who speaks is not known, nobody wrote down what is said.
    pub notes: Vec<String>,
}
