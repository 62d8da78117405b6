//! Whose face a portrait keeps: a picture of the user's own, an earlier portrait, or a drawn baby. Pure; called by
//! `graph`, by the engine for a new take of the same baby, and by the providers that make portraits.

use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::domain::as_sent;

use super::canonical::canonical_json;
use super::key::{AssetHash, JobKey, LookSeed};
use super::request::{PortraitRequest, Request};

/// The face that a portrait keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Face {
    /// A picture file of the user's own.
    Source(AssetHash),
    /// The portrait that this job makes: it must be there first.
    Made(JobKey),
    /// A drawn baby. Its seed is all there is to know, so no picture is needed.
    Drawn(LookSeed),
}

impl Face {
    /// The face of the picture that `portrait` asks for, as `maker` can keep it: what is drawn here is kept by its seed,
    /// everything else by its picture.
    pub fn of(portrait: &PortraitRequest, kept_by: &PortraitRequest) -> Face {
        if portrait.is_drawn() && kept_by.is_drawn() {
            return Face::Drawn(portrait.person());
        }
        Face::Made(Request::Portrait(portrait.clone()).key())
    }
}

impl PortraitRequest {
    /// The face to keep: that of this take alone, else that of the profile.
    pub fn face(&self) -> Option<Face> {
        self.same_baby.or(self.reference)
    }

    /// What its maker is told, as the user is shown it.
    pub fn sent_prompt(&self) -> String {
        if self.is_drawn() {
            return self.prompt.clone();
        }
        let prompt = as_sent(&self.prompt);
        self.note.as_ref().map_or_else(|| prompt.clone(), |note| format!("{prompt}\n{note}"))
    }

    /// Whether a built-in part draws it.
    pub fn is_drawn(&self) -> bool {
        self.made_by.version.is_some()
    }

    /// What tells this drawn baby from any other. The tone's words count, so that "warm" and "curious" are two babies;
    /// speaker names do not, so that renaming keeps the face.
    pub fn person(&self) -> LookSeed {
        match self.face() {
            Some(Face::Drawn(person)) => person,
            _ => self.wardrobe(),
        }
    }

    /// What tells what this drawn baby wears: it changes with each take, also of the same baby.
    pub fn wardrobe(&self) -> LookSeed {
        let appearance = self.appearance.as_deref().unwrap_or_default();
        let seed = json!([self.tone_text, appearance, self.look, self.take]);
        LookSeed::of(canonical_json(&seed).as_bytes())
    }
}

impl Request {
    /// The same portrait with a face that only this take keeps; anything else is as it was.
    #[must_use]
    pub fn keeping(mut self, face: Face) -> Request {
        if let Request::Portrait(portrait) = &mut self {
            portrait.same_baby = Some(face);
        }
        self
    }

    /// The same portrait with something that is asked of this take alone; anything else is as it was.
    #[must_use]
    pub fn noted(mut self, note: String) -> Request {
        if let Request::Portrait(portrait) = &mut self {
            portrait.note = Some(note);
        }
        self
    }
}
