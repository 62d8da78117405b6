//! A recording on its way to a campaign, as the studio follows it.

use super::message::Effect;
use super::overlay::Overlay;
use crate::engine::{Command, Consent, HeldRecording, ImportWish};

/// The import that is under way or waits for an answer.
#[derive(Debug)]
pub struct Importing {
    pub ticket: u64,
    pub wish: ImportWish,
    pub recording: Option<HeldRecording>,
    /// What is asked once nothing else takes the keys.
    pub asks: Option<Overlay>,
}

impl Importing {
    /// The next question to the engine.
    pub fn asked(&self, consent: Consent) -> Vec<Effect> {
        vec![Effect::Send(Command::Import {
            ticket: self.ticket,
            wish: Box::new(self.wish.clone()),
            recording: self.recording.clone(),
            consent,
        })]
    }
}
