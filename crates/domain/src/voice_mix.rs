//! Voices of the larger pack by their names, and mixes of them: `af_heart`, `af_heart*0.6+af_bella*0.4`. Any other id is
//! that of another provider.

use serde::Serialize;

/// One voice, or several with the fraction of each.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct VoiceMix {
    /// In the order written; the shares add up to one.
    pub parts: Vec<(&'static str, f32)>,
}

impl VoiceMix {
    /// The voices: American and British, women (`f`) and men (`m`).
    pub const NAMES: [&str; 28] = [
        "af_alloy",
        "af_aoede",
        "af_bella",
        "af_heart",
        "af_jessica",
        "af_kore",
        "af_nicole",
        "af_nova",
        "af_river",
        "af_sarah",
        "af_sky",
        "am_adam",
        "am_echo",
        "am_eric",
        "am_fenrir",
        "am_liam",
        "am_michael",
        "am_onyx",
        "am_puck",
        "am_santa",
        "bf_alice",
        "bf_emma",
        "bf_isabella",
        "bf_lily",
        "bm_daniel",
        "bm_fable",
        "bm_george",
        "bm_lewis",
    ];

    /// More parts than these are nobody any more.
    const MOST_PARTS: usize = 8;

    /// Reads an id. `None` for what names anything else.
    pub fn parse(id: &str) -> Option<Self> {
        let written: Vec<(&'static str, f32)> =
            id.split('+').map(|part| Self::part(part.trim())).collect::<Option<_>>()?;
        let sum: f32 = written.iter().map(|(_, weight)| weight).sum();
        if written.len() > Self::MOST_PARTS || sum <= 0.0 {
            return None;
        }
        Some(Self { parts: written.into_iter().map(|(name, weight)| (name, weight / sum)).collect() })
    }

    /// `af_heart`, `af_heart*0.6`, or `af_heart(0.6)` as servers of this voice write it.
    fn part(text: &str) -> Option<(&'static str, f32)> {
        let (name, weight) = match (text.split_once('*'), text.strip_suffix(')').and_then(|text| text.split_once('(')))
        {
            (Some((name, weight)), _) | (None, Some((name, weight))) => (name, weight.trim().parse().ok()?),
            (None, None) => (text, 1.0),
        };
        let name = Self::NAMES.into_iter().find(|known| *known == name.trim())?;
        (0.0..=100.0).contains(&weight).then_some((name, weight))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn voices_and_mixes_are_read_and_other_ids_are_not() {
        let parts = |id: &str| VoiceMix::parse(id).map(|mix| mix.parts);
        assert_eq!(parts("af_heart"), Some(vec![("af_heart", 1.0)]));
        assert_eq!(parts("af_heart*3 + bm_lewis"), Some(vec![("af_heart", 0.75), ("bm_lewis", 0.25)]));
        assert_eq!(parts("af_bella(2)+af_sky(2)"), Some(vec![("af_bella", 0.5), ("af_sky", 0.5)]));
        for other in [
            "",
            "+",
            "baby_voice_1",
            "af_hart",
            "af_heart*",
            "af_heart*-1",
            "af_heart*NaN",
            "af_heart*0",
            "af_heart+nova",
            "af_heart*inf",
            "AF_HEART",
            "af_heart*0.5*0.5",
            "cgSgspJ2msm6clMCkdW9",
            &["af_heart"; 9].join("+"),
        ] {
            assert_eq!(parts(other), None, "{other}");
        }
    }

    proptest! {
        #[test]
        fn any_id_is_read(id in r"[a-z_*+()0-9. ]{0,40}|\PC{0,20}") {
            if let Some(mix) = VoiceMix::parse(&id) {
                prop_assert!((mix.parts.iter().map(|(_, share)| share).sum::<f32>() - 1.0).abs() < 1e-3);
            }
        }
    }
}
