//! What ElevenLabs' models can do, as far as it decides what is sent: known before a key is made, so that nothing is sent
//! that would be refused.

use crate::domain::tags::Performs;

/// The abilities of one model.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Abilities {
    /// Characters of one call; `None` where it is not known.
    pub most_characters: Option<usize>,
    /// Whether `previous_text` and `next_text` are taken.
    pub takes_neighbours: bool,
    /// Whether stability has three steps only: 0, 0.5 and 1.
    pub steps_stability: bool,
    /// Which audio tags it acts out.
    pub performs: Performs,
    /// Whether it speaks dialogues.
    pub speaks_dialogues: bool,
}

/// What is published of `model`; of an unknown one, what surely is not refused.
pub fn abilities(model: &str) -> Abilities {
    let (most_characters, takes_neighbours, steps_stability, performs) = match model {
        "eleven_multilingual_v2" => (Some(10_000), true, false, Performs::Breaks),
        "eleven_flash_v2_5" | "eleven_turbo_v2_5" => (Some(40_000), true, false, Performs::Breaks),
        "eleven_v3" => (Some(5_000), false, true, Performs::Tags),
        "eleven_v3_conversational" | "eleven_v4_turbo" => (None, false, false, Performs::Tags),
        "eleven_v4" => (Some(10_000), false, false, Performs::Tags),
        _ => (None, false, false, Performs::Nothing),
    };
    let speaks_dialogues = matches!(model, "eleven_v3" | "eleven_v4");
    Abilities { most_characters, takes_neighbours, steps_stability, performs, speaks_dialogues }
}
