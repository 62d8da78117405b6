//! Sounds beside the voices: effects that are built in, and those that are made from words.

use schemars::JsonSchema;
use serde::Serialize;

/// A built-in effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// Two strokes on the snare and a crash: what follows a joke.
    Rimshot,
    /// An audience that laughs.
    LaughTrack,
    /// An audience that claps.
    Applause,
    /// An audience that is touched.
    Aww,
    /// A few notes on a toy glockenspiel.
    Jingle,
    /// One stroke of a small bell.
    Ding,
    /// A rush of air.
    Whoosh,
    /// A room full of people who murmur.
    Room,
}

impl Effect {
    /// All of them, with their names in campaign files.
    pub const NAMES: [(&'static str, Effect); 8] = [
        ("rimshot", Effect::Rimshot),
        ("laugh_track", Effect::LaughTrack),
        ("applause", Effect::Applause),
        ("aww", Effect::Aww),
        ("jingle", Effect::Jingle),
        ("ding", Effect::Ding),
        ("whoosh", Effect::Whoosh),
        ("room", Effect::Room),
    ];

    /// As it is written in campaign files.
    pub fn name(self) -> &'static str {
        Self::NAMES.iter().find(|(_, effect)| *effect == self).map_or("", |(name, _)| name)
    }

    /// The effect with this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::NAMES.iter().find(|(known, _)| *known == name).map(|(_, effect)| *effect)
    }

    /// How long it sounds.
    pub fn milliseconds(self) -> u32 {
        match self {
            Effect::Rimshot => 2_200,
            Effect::LaughTrack => 3_000,
            Effect::Applause => 3_200,
            Effect::Aww => 1_900,
            Effect::Jingle => 2_400,
            Effect::Ding => 1_400,
            Effect::Whoosh => 800,
            Effect::Room => 5_000,
        }
    }

    /// The one that comes closest to words for another: what is heard in a draft, where nobody makes that one.
    pub fn closest_to(words: &str) -> Self {
        const WORDS: [(&str, Effect); 38] = [
            ("laugh", Effect::LaughTrack),
            ("giggl", Effect::LaughTrack),
            ("chuckl", Effect::LaughTrack),
            ("haha", Effect::LaughTrack),
            ("applau", Effect::Applause),
            ("clap", Effect::Applause),
            ("cheer", Effect::Applause),
            ("ovation", Effect::Applause),
            ("rimshot", Effect::Rimshot),
            ("drum", Effect::Rimshot),
            ("cymbal", Effect::Rimshot),
            ("snare", Effect::Rimshot),
            ("aww", Effect::Aww),
            ("sigh", Effect::Aww),
            ("cute", Effect::Aww),
            ("whoosh", Effect::Whoosh),
            ("swoosh", Effect::Whoosh),
            ("swish", Effect::Whoosh),
            ("wind", Effect::Whoosh),
            ("fly", Effect::Whoosh),
            ("flies", Effect::Whoosh),
            ("rocket", Effect::Whoosh),
            ("jet", Effect::Whoosh),
            ("car ", Effect::Whoosh),
            ("jingle", Effect::Jingle),
            ("melody", Effect::Jingle),
            ("tune", Effect::Jingle),
            ("fanfare", Effect::Jingle),
            ("music", Effect::Jingle),
            ("trumpet", Effect::Jingle),
            ("crowd", Effect::Room),
            ("murmur", Effect::Room),
            ("chatter", Effect::Room),
            ("people", Effect::Room),
            ("restaurant", Effect::Room),
            ("room", Effect::Room),
            ("bell", Effect::Ding),
            ("ding", Effect::Ding),
        ];
        let words = words.to_lowercase();
        let first = WORDS.iter().filter_map(|(word, effect)| Some((words.find(word)?, *effect)));
        first.min_by_key(|(at, _)| *at).map_or(Effect::Ding, |(_, effect)| effect)
    }
}

/// An effect of one scene.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Sfx {
    /// What is heard.
    pub sound: SfxSound,
    /// Seconds after the line; of a media scene, after its beginning. Below 0 it begins before the line has ended.
    pub at_s: f64,
}

/// What is heard as an effect.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SfxSound {
    /// Synthesised on this machine, for nothing.
    Named(Effect),
    /// Made by a provider from words.
    Prompt {
        /// What is to be heard.
        prompt: String,
        /// How long it sounds, in seconds.
        seconds: f64,
    },
}

impl Sfx {
    /// Seconds that the offset may be.
    pub const AT: (f64, f64) = (-30.0, 30.0);
    /// Seconds that an effect from words may sound, as providers make them.
    pub const SECONDS: (f64, f64) = (0.5, 30.0);
    /// How long one sounds that does not say it, in seconds.
    pub const USUAL_SECONDS: f64 = 3.0;

    /// A built-in effect right behind the line.
    pub fn named(effect: Effect) -> Self {
        Self { sound: SfxSound::Named(effect), at_s: 0.0 }
    }

    /// How long it sounds.
    pub fn milliseconds(&self) -> u32 {
        match &self.sound {
            SfxSound::Named(effect) => effect.milliseconds(),
            SfxSound::Prompt { seconds, .. } => (seconds * 1000.0).round() as u32,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_effect_has_its_name_and_words_lead_to_the_closest_one() {
        for (name, effect) in Effect::NAMES {
            assert_eq!((effect.name(), Effect::named(name)), (name, Some(effect)));
            assert_eq!(serde_json::to_value(effect).unwrap(), name);
            assert_eq!(Effect::closest_to(&name.replace('_', " ")), effect, "{name}");
        }
        for (words, effect) in [
            ("A drum roll, then people laughing", Effect::Rimshot),
            ("Kids giggling in a room", Effect::LaughTrack),
            ("a spoon falls", Effect::Ding),
            ("", Effect::Ding),
        ] {
            assert_eq!(Effect::closest_to(words), effect, "{words}");
        }
    }
}
