//! What a person wants written, and what comes of it.

use std::path::PathBuf;

use crate::domain::{CampaignId, Language, MicroDollars};

/// Words that are wanted of a language model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// Which words.
    pub what: Wanted,
    /// From 1; another number is another answer to the same question.
    pub take: u32,
    /// Whether what was flagged in the answer is used all the same.
    pub accepts_flags: bool,
}

/// Which words are wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wanted {
    /// A new campaign file.
    Campaign(Brief),
    /// Three other wordings of a line.
    Line {
        /// Whose script it is of.
        campaign: CampaignId,
        /// Position in the script, from 0.
        scene: usize,
    },
    /// Every line shorter and funnier.
    Punchier {
        /// Whose script.
        campaign: CampaignId,
    },
    /// The same campaign in another language, in a file beside it.
    Translation {
        /// Whose script.
        campaign: CampaignId,
        /// What it speaks then.
        language: Language,
    },
}

/// What a new campaign is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Brief {
    /// In the person's words.
    pub topic: String,
    /// What the campaign is called, where it is not called as its topic.
    pub name: Option<String>,
    /// How many babies speak.
    pub babies: u8,
    /// How many lines they speak.
    pub lines: u8,
    /// How it is meant to feel, in the person's words.
    pub mood: Option<String>,
    /// What they speak.
    pub language: Language,
}

impl Brief {
    /// Fewer tell no story.
    pub const FEWEST_LINES: u8 = 4;
    /// More are no short video.
    pub const MOST_LINES: u8 = 40;
    /// As many as can be told apart in a minute.
    pub const MOST_BABIES: u8 = 4;
    /// What section a person has in mind who does not say: half a minute.
    pub const USUAL_LINES: u8 = 12;

    /// A topic, and everything else as usual.
    pub fn of(topic: impl Into<String>) -> Self {
        let (babies, lines, language) = (2, Self::USUAL_LINES, Language::English);
        Self { topic: topic.into(), name: None, babies, lines, mood: None, language }
    }

    /// The lines that fill so many seconds: a short line takes two and a half.
    pub fn lines_of_seconds(seconds: u32) -> u8 {
        let lines = (f64::from(seconds) / 2.5).round();
        let (fewest, most) = (f64::from(Self::FEWEST_LINES), f64::from(Self::MOST_LINES));
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "held to what a byte holds")]
        let lines = lines.clamp(fewest, most) as u8;
        lines
    }

    /// What the new campaign is to be called.
    pub fn title(&self) -> &str {
        self.name.as_deref().unwrap_or(&self.topic)
    }
}

/// What was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Written {
    /// A campaign file; the library has it already.
    File {
        /// Its id.
        campaign: CampaignId,
        /// Where it lies.
        file: PathBuf,
        /// How many babies speak.
        babies: usize,
        /// How many lines they speak.
        lines: usize,
    },
    /// Other words for lines. Nothing is changed yet.
    Lines {
        /// Whose lines they are.
        campaign: CampaignId,
        /// In the order of the script.
        lines: Vec<Reworded>,
    },
}

/// Other words for one line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reworded {
    /// Position in the script, from 0.
    pub scene: usize,
    /// What it says now.
    pub was: String,
    /// What it could say; at least one.
    pub texts: Vec<String>,
}

/// Why nothing was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotWritten {
    /// It costs at most this, and no price was agreed to. Nothing was asked.
    Price(MicroDollars),
    /// Nobody writes here: what to set, for the user.
    NoWriter(String),
    /// What was asked for cannot be: a sentence for the user.
    Wrong(String),
    /// The answer holds what a person should see first, in sentences. It is kept: using it costs nothing more.
    Flagged(Vec<String>),
    /// A cap, a key or the credit stopped it: sentences for the user.
    Stopped(String),
    /// The call failed: sentences for the user.
    Failed(String),
    /// The answer cannot be used, and is kept: asking for the same again gives the same. Sentences for the user, of which
    /// the last ends open: ask for another answer.
    Unusable(String),
    /// The call may have been billed; a person must decide.
    InDoubt(String),
    /// The run was cancelled.
    Cancelled,
}
