//! The portrait prompt, assembled from named parts in this one place and shown to the user as it is sent.

use super::campaign::Profile;
use super::tone::Tone;

/// The parts of a portrait prompt, each a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PortraitPrompt {
    /// Who is seen, and how old; the same for every baby.
    pub subject: &'static str,
    /// Headphones, microphone and studio; the same for every baby.
    pub equipment: &'static str,
    /// Where the head is and where captions have room; the same for every baby.
    pub composition: &'static str,
    /// The profile's tone in its own words, and what [`Tone::expression`] makes of it.
    pub expression: String,
    /// The profile's own words; `None` where it has none but blanks.
    pub appearance: Option<String>,
    /// Shape and style of the picture; the same for every baby.
    pub technical: &'static str,
}

const SUBJECT: &str = "Portrait of a very cute, chubby baby podcaster, 6 to 12 months old, with big expressive eyes, \
     sitting upright.";
const EQUIPMENT: &str = "The baby wears large professional over-ear headphones in proportion to its head, with a \
     quality microphone on a boom arm in front, in a podcast studio with rich dark curtains, acoustic treatment and \
     warm soft light.";
const COMPOSITION: &str = "The head fills the upper half of the frame with the chin above the middle, facing the \
     camera; the space below shows the chest and the microphone and stays calm, as room for captions. The microphone \
     never covers the mouth.";
const TECHNICAL: &str = "Vertical 2:3 portrait photograph, photorealistic and not a cartoon, sharp focus on the face, \
     background slightly out of focus. No text, no watermark, one baby only.";

/// What a photo talks best from, and no drawn baby needs to be told. It is sent behind the prompt and is no part of the
/// request: portraits that were paid for before it was written stay what they are, and nobody pays for them again.
const TALKS_BEST: &str = "The mouth is relaxed with the lips gently closed, nothing touches the face or the lips, the eyes \
     are open and look into the camera, and the microphone is clearly below the chin.";

/// The prompt of a request as it is sent to a maker of photos.
pub fn as_sent(prompt: &str) -> String {
    format!("{prompt}\n{TALKS_BEST}")
}

impl PortraitPrompt {
    /// The name, the voice and the reference of the profile are no part of it.
    pub fn new(profile: &Profile) -> Self {
        let tone = profile.tone();
        let words = profile.tone_text.trim();
        let expression = if words.is_empty() || tone == Tone::Neutral && words.eq_ignore_ascii_case("neutral") {
            format!("Expression: {}.", tone.expression())
        } else {
            format!("Expression ({words}): {}.", tone.expression())
        };
        let appearance = profile.appearance.as_deref().map(str::trim).filter(|text| !text.is_empty());
        Self {
            subject: SUBJECT,
            equipment: EQUIPMENT,
            composition: COMPOSITION,
            expression,
            appearance: appearance.map(|text| format!("Appearance: {}.", text.trim_end_matches('.'))),
            technical: TECHNICAL,
        }
    }

    /// The parts in order, one line each: what tells one portrait from another.
    pub fn text(&self) -> String {
        let parts = [self.subject, self.equipment, self.composition, &self.expression];
        let rest = self.appearance.as_deref().into_iter().chain([self.technical]);
        parts.into_iter().chain(rest).collect::<Vec<_>>().join("\n")
    }
}
