//! What a tone means for ElevenLabs' voice: a small table, overridable by `voice_settings` in the parameters.

use serde_json::{Map, Value, json};

use super::models::Abilities;
use crate::domain::Tone;

/// Changes whenever the table changes: it is part of a request's key.
pub const VERSION: u32 = 1;

/// Low stability moves more, style exaggerates, speed is within 0.7 to 1.2.
struct Settings {
    stability: f64,
    style: f64,
    speed: f64,
}

fn of(tone: Tone) -> Settings {
    let (stability, style, speed) = match tone {
        Tone::Warm => (0.60, 0.20, 0.97),
        Tone::Curious => (0.45, 0.35, 1.00),
        Tone::Energetic => (0.30, 0.55, 1.08),
        Tone::Serious => (0.75, 0.05, 0.95),
        Tone::Sceptical => (0.50, 0.40, 0.97),
        Tone::Sleepy => (0.70, 0.10, 0.88),
        Tone::Mischievous => (0.35, 0.50, 1.03),
        Tone::Proud => (0.55, 0.40, 1.00),
        Tone::Neutral => (0.50, 0.15, 1.00),
    };
    Settings { stability, style, speed }
}

/// The `voice_settings` of a call.
pub fn voice_settings(tone: Tone, abilities: Abilities, own: Option<&Value>) -> Value {
    let Settings { stability, style, speed } = of(tone);
    let stability = if abilities.steps_stability { (stability * 2.0).round() / 2.0 } else { stability };
    let mut settings = Map::new();
    settings.insert("stability".to_owned(), json!(stability));
    settings.insert("similarity_boost".to_owned(), json!(0.75));
    settings.insert("style".to_owned(), json!(style));
    settings.insert("use_speaker_boost".to_owned(), json!(true));
    settings.insert("speed".to_owned(), json!(speed));
    if let Some(Value::Object(own)) = own {
        settings.extend(own.clone());
    }
    Value::Object(settings)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::providers::voice::models::abilities;

    #[test]
    fn every_tone_sounds_different_and_within_what_is_allowed() {
        let mut seen = HashSet::new();
        for tone in Tone::ALL {
            let settings = voice_settings(tone, abilities("eleven_multilingual_v2"), None);
            for (name, least, most) in [("stability", 0.0, 1.0), ("style", 0.0, 1.0), ("speed", 0.7, 1.2)] {
                assert!((least..=most).contains(&settings[name].as_f64().unwrap()), "{tone:?} {name}");
            }
            assert!(seen.insert(settings.to_string()), "{tone:?}");
        }
    }

    #[test]
    fn own_settings_win_and_steps_are_kept() {
        let own = json!({"speed": 1.2});
        let settings = voice_settings(Tone::Energetic, abilities("eleven_v3"), Some(&own));
        assert_eq!((settings["speed"].as_f64(), settings["stability"].as_f64()), (Some(1.2), Some(0.5)));
    }
}
