//! `baby_voice_1` … `baby_voice_8` for every outside voice provider; the embedded voice knows them itself.

use std::collections::BTreeMap;

/// What an alias asks of an ElevenLabs voice, and the premade voice that stands for it where an account still has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    pub alias: &'static str,
    pub voice_id: &'static str,
    pub name: &'static str,
    pub gender: Option<&'static str>,
    /// How providers describe such a voice.
    pub words: &'static [&'static str],
}

const fn part(
    alias: &'static str,
    (voice_id, name): (&'static str, &'static str),
    gender: Option<&'static str>,
    words: &'static [&'static str],
) -> Part {
    Part { alias, voice_id, name, gender, words }
}

/// The light and young ones, women and men in turn.
pub const PARTS: [Part; 8] = [
    part("baby_voice_1", ("cgSgspJ2msm6clMCkdW9", "Jessica"), Some("female"), &["playful", "bright", "warm", "cute"]),
    part("baby_voice_2", ("TX3LPaxmHKxFdv7VOQHJ", "Liam"), Some("male"), &["energetic", "confident", "young"]),
    part("baby_voice_3", ("FGY2WhTYpPnrIDTdsKH5", "Laura"), Some("female"), &["quirky", "sassy", "upbeat", "cartoon"]),
    part("baby_voice_4", ("bIHbv24MWmeRgasZH58o", "Will"), Some("male"), &["relaxed", "chill", "optimist", "casual"]),
    part("baby_voice_5", ("EXAVITQu4vr4xnSDxMaL", "Sarah"), Some("female"), &["soft", "gentle", "reassuring"]),
    part("baby_voice_6", ("IKne3meq5aSn9XLyUdCD", "Charlie"), Some("male"), &["hyped", "lively", "natural", "dry"]),
    part("baby_voice_7", ("pFZP5JQG7iQjIQuC4Bku", "Lily"), Some("female"), &["velvety", "confident", "clear"]),
    part("baby_voice_8", ("SAz9YHcvj6GT2YYXdXww", "River"), None, &["calm", "neutral", "relaxed"]),
];

/// The names that OpenAI's speech had; servers that speak its language take them.
const OPENAI_SHAPE: [&str; 8] = ["nova", "fable", "shimmer", "echo", "coral", "ash", "alloy", "sage"];

/// Alias → voice of ElevenLabs: the user's own, over what the account has, over what every account once had.
pub fn elevenlabs(pinned: &BTreeMap<String, String>, own: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    let usual = PARTS.iter().map(|part| (part.alias.to_owned(), part.voice_id.to_owned()));
    usual.chain(pinned.clone()).chain(own.clone()).collect()
}

pub fn openai_shape(own: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    let aliases = OPENAI_SHAPE.iter().zip(1..).map(|(voice, n)| (format!("baby_voice_{n}"), (*voice).to_owned()));
    aliases.chain(own.clone()).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn eight_babies_have_eight_voices_and_the_persons_own_win() {
        let own =
            BTreeMap::from([("baby_voice_3".to_owned(), "mine".to_owned()), ("granny".to_owned(), "hers".to_owned())]);
        let pinned = BTreeMap::from([
            ("baby_voice_3".to_owned(), "pinned".to_owned()),
            ("baby_voice_4".to_owned(), "theirs".to_owned()),
        ]);
        for voices in [elevenlabs(&pinned, &own), openai_shape(&own)] {
            assert_eq!(voices.len(), 9);
            assert_eq!(voices.values().collect::<BTreeSet<_>>().len(), 9);
            assert_eq!((voices["baby_voice_3"].as_str(), voices["granny"].as_str()), ("mine", "hers"));
        }
        assert_eq!(elevenlabs(&pinned, &own)["baby_voice_4"], "theirs");
    }
}
