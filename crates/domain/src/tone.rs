//! Tones: what a baby's `tone` words mean for face and voice. Pure table; the prompt, the drawn baby and the
//! voice settings each read the same `Tone`.

use serde::{Deserialize, Serialize};

/// The expression that a profile's `tone` text is matched to. The text itself stays in the profile and in the prompt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tone {
    /// Smiles gently: inviting, kind, soft.
    Warm,
    /// Lifts its brows and asks: thoughtful, wondering.
    Curious,
    /// Laughs with an open mouth: excited, happy, loud.
    Energetic,
    /// Looks straight ahead with level brows: formal, factual.
    Serious,
    /// Raises one brow and looks aside: doubtful, dry.
    Sceptical,
    /// Has heavy lids and a sinking head: calm, dreamy.
    Sleepy,
    /// Smirks on one side: cheeky, sly.
    Mischievous,
    /// Lifts its chin: confident, bold.
    Proud,
    /// Stands in where no word of the tone is known.
    Neutral,
}

/// One row of the tone table: the words that select it and the expression it asks of a portrait.
struct Row {
    tone: Tone,
    /// Lower-case word stems; a tone text matches a row by how many of its words start with one of them.
    stems: &'static [&'static str],
    expression: &'static str,
}

const ROWS: [Row; 8] = [
    Row {
        tone: Tone::Warm,
        stems: &[
            "warm", "invit", "welcom", "kind", "friend", "gentl", "sweet", "caring", "loving", "tender", "cosy",
            "cozy", "soft",
        ],
        expression: "a gentle, welcoming smile, bright kind eyes, a slight head tilt and an open posture",
    },
    Row {
        tone: Tone::Curious,
        stems: &["curio", "thought", "inquisit", "wonder", "ponder", "interest", "question", "nosy", "puzzl"],
        expression: "an inquisitive look with raised eyebrows, an alert gaze and lips parted as if about to ask",
    },
    Row {
        tone: Tone::Energetic,
        stems: &[
            "energ", "excit", "enthus", "hyper", "lively", "joy", "happy", "cheer", "bubbl", "playful", "loud", "party",
        ],
        expression: "a wide open-mouthed laugh, sparkling eyes and both eyebrows up, full of energy",
    },
    Row {
        tone: Tone::Serious,
        stems: &[
            "serious",
            "stern",
            "formal",
            "grave",
            "solemn",
            "professional",
            "newsread",
            "strict",
            "factual",
            "focused",
        ],
        expression: "a composed, earnest face with level brows, a closed mouth and a steady gaze into the camera",
    },
    Row {
        tone: Tone::Sceptical,
        stems: &["sceptic", "skeptic", "doubt", "suspic", "unconvinc", "critical", "sarcas", "dry", "ironic", "cynic"],
        expression: "one eyebrow raised, eyes narrowed and turned to the side, the mouth pressed into a doubtful line",
    },
    Row {
        tone: Tone::Sleepy,
        stems: &["sleep", "drows", "tired", "dream", "yawn", "calm", "relax", "lazy", "mellow", "chill"],
        expression: "heavy, half-closed eyelids, a dreamy faint smile and the head sinking to one side",
    },
    Row {
        tone: Tone::Mischievous,
        stems: &["mischie", "cheek", "sly", "naught", "trick", "teas", "smirk", "prank", "rascal", "witty"],
        expression: "a crooked one-sided smirk, a sideways glance and one brow cocked, up to something",
    },
    Row {
        tone: Tone::Proud,
        stems: &["proud", "confid", "bold", "boast", "smug", "triumph", "regal", "brave", "swagger"],
        expression: "a lifted chin, a broad satisfied closed-lip smile and brows held high with pride",
    },
];

impl Tone {
    /// Every tone, in table order; the last is the one that stands in when no word matches.
    pub const ALL: [Tone; 9] = [
        Tone::Warm,
        Tone::Curious,
        Tone::Energetic,
        Tone::Serious,
        Tone::Sceptical,
        Tone::Sleepy,
        Tone::Mischievous,
        Tone::Proud,
        Tone::Neutral,
    ];

    /// Matches a profile's tone text by its words. The row with most matching words wins, the earlier word on a tie,
    /// so "warm, curious" is warm and "curious, warm, thoughtful" is curious.
    pub fn from_words(text: &str) -> Tone {
        let lower = text.to_lowercase();
        let words: Vec<&str> = lower.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty()).collect();
        let matches = |row: &Row| {
            let hits = |word: &&&str| row.stems.iter().any(|stem| word.starts_with(stem));
            let count = words.iter().filter(hits).count();
            let first = words.iter().position(|word| row.stems.iter().any(|stem| word.starts_with(stem)));
            first.map(|first| (count, std::cmp::Reverse(first), row.tone))
        };
        ROWS.iter()
            .filter_map(matches)
            .max_by_key(|(count, first, _)| (*count, *first))
            .map_or(Tone::Neutral, |(_, _, tone)| tone)
    }

    /// What the portrait prompt asks of the face.
    pub fn expression(self) -> &'static str {
        ROWS.iter()
            .find(|row| row.tone == self)
            .map_or("an engaged, focused face, attentive to the microphone", |row| row.expression)
    }

    /// The tone's own name, in lower case.
    pub fn name(self) -> &'static str {
        match self {
            Tone::Warm => "warm",
            Tone::Curious => "curious",
            Tone::Energetic => "energetic",
            Tone::Serious => "serious",
            Tone::Sceptical => "sceptical",
            Tone::Sleepy => "sleepy",
            Tone::Mischievous => "mischievous",
            Tone::Proud => "proud",
            Tone::Neutral => "neutral",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_choose_the_tone() {
        for (text, tone) in [
            ("warm, inviting", Tone::Warm),
            ("curious, thoughtful", Tone::Curious),
            ("CURIOUS, warm, Thoughtful", Tone::Curious),
            ("warm, curious", Tone::Warm),
            ("skeptical", Tone::Sceptical),
            ("a bit dreamy", Tone::Sleepy),
            ("cheeky", Tone::Mischievous),
            ("enthusiastic!", Tone::Energetic),
            ("proud and confident", Tone::Proud),
            ("newsreader", Tone::Serious),
            ("purple", Tone::Neutral),
            ("", Tone::Neutral),
            ("lukewarm", Tone::Neutral),
        ] {
            assert_eq!(Tone::from_words(text), tone, "{text:?}");
        }
    }

    #[test]
    fn every_tone_has_an_expression_of_its_own() {
        let expressions: std::collections::HashSet<_> = Tone::ALL.iter().map(|tone| tone.expression()).collect();
        assert_eq!(expressions.len(), Tone::ALL.len());
        for tone in Tone::ALL {
            assert_eq!(Tone::from_words(tone.name()), tone);
        }
    }
}
