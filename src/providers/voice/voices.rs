//! `baby_voice_1` … `baby_voice_8` for every outside voice provider; the embedded voice knows them itself.

use std::collections::BTreeMap;

/// ElevenLabs' premade voices, there for every account: the light and young ones, women and men in turn.
const ELEVENLABS: [&str; 8] = [
    "cgSgspJ2msm6clMCkdW9", // Jessica: playful, bright, warm
    "TX3LPaxmHKxFdv7VOQHJ", // Liam: energetic, young
    "FGY2WhTYpPnrIDTdsKH5", // Laura: upbeat, quirky
    "bIHbv24MWmeRgasZH58o", // Will: relaxed, optimistic
    "EXAVITQu4vr4xnSDxMaL", // Sarah: soft, reassuring
    "IKne3meq5aSn9XLyUdCD", // Charlie: natural, lively
    "pFZP5JQG7iQjIQuC4Bku", // Lily: velvety, clear
    "SAz9YHcvj6GT2YYXdXww", // River: calm, neutral
];

/// The names that OpenAI's speech had; servers that speak its language take them.
const OPENAI_SHAPE: [&str; 8] = ["nova", "fable", "shimmer", "echo", "coral", "ash", "alloy", "sage"];

pub fn elevenlabs(own: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    laid_over(ELEVENLABS, own)
}

pub fn openai_shape(own: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    laid_over(OPENAI_SHAPE, own)
}

fn laid_over(built_in: [&str; 8], own: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    let aliases = built_in.iter().zip(1..).map(|(voice, n)| (format!("baby_voice_{n}"), (*voice).to_owned()));
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
        for voices in [elevenlabs(&own), openai_shape(&own)] {
            assert_eq!(voices.len(), 9);
            assert_eq!(voices.values().collect::<BTreeSet<_>>().len(), 9);
            assert_eq!((voices["baby_voice_3"].as_str(), voices["granny"].as_str()), ("mine", "hers"));
        }
    }
}
