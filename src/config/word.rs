//! The words that choices are made of; the command line, the config file and messages all use this one list.

use crate::providers::catalogue::{DraftVoice, ImageChoice, VoiceChoice};
use crate::providers::video::EncoderChoice;
use crate::tui::{ProtocolChoice, Switch, ThemeChoice};

/// A choice of a few, each with the word that chooses it and what it means.
pub trait Word: Copy + PartialEq + Send + Sync + 'static {
    /// Value, word, meaning in a few words.
    const WORDS: &'static [(Self, &'static str, &'static str)];

    /// The word that chooses this.
    fn word(self) -> &'static str {
        Self::WORDS.iter().find(|(value, ..)| *value == self).map_or("", |(_, word, _)| word)
    }

    fn of_word(word: &str) -> Option<Self> {
        Self::WORDS.iter().find(|(_, known, _)| *known == word).map(|(value, ..)| *value)
    }
}

/// How much the log says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogLevel {
    Error,
    Warn,
    Info,
    Debug,
    Trace,
}

impl Word for ImageChoice {
    const WORDS: &'static [(Self, &'static str, &'static str)] = &[
        (Self::OpenAi, "openai", "OpenAI; needs OPENAI_API_KEY"),
        (Self::Compatible, "compatible", "a server that speaks OpenAI's language"),
        (Self::Sketch, "sketch", "the drawn baby, free and offline"),
    ];
}

impl Word for VoiceChoice {
    const WORDS: &'static [(Self, &'static str, &'static str)] = &[
        (Self::ElevenLabs, "elevenlabs", "ElevenLabs; needs ELEVENLABS_API_KEY"),
        (Self::Compatible, "compatible", "a server that speaks OpenAI's language"),
        (Self::Neural, "neural", "the built-in voice, free and offline"),
        (Self::Pico, "pico", "the older built-in voice, free and offline"),
        (Self::Kokoro, "kokoro", "the larger voice, free; see `babblecast voices install`"),
    ];
}

impl Word for DraftVoice {
    const WORDS: &'static [(Self, &'static str, &'static str)] = &[
        (Self::Neural, "neural", "the built-in voice"),
        (Self::Pico, "pico", "the older built-in voice"),
        (Self::Kokoro, "kokoro", "the larger voice; see `babblecast voices install`"),
    ];
}

impl Word for EncoderChoice {
    const WORDS: &'static [(Self, &'static str, &'static str)] = &[
        (Self::Auto, "auto", "the built-in one, which is the fastest"),
        (Self::Embedded, "embedded", "the built-in one"),
        (Self::Ffmpeg, "ffmpeg", "ffmpeg, which must be installed"),
    ];
}

impl Word for ProtocolChoice {
    const WORDS: &'static [(Self, &'static str, &'static str)] = &[
        (Self::Auto, "auto", "whatever the terminal does best"),
        (Self::Kitty, "kitty", "kitty's pictures"),
        (Self::Sixel, "sixel", "sixel pictures"),
        (Self::Iterm2, "iterm2", "iTerm2's pictures"),
        (Self::HalfBlocks, "halfblocks", "coloured characters, in every terminal"),
        (Self::Quadrants, "quadrants", "finer ones, where the font has them"),
        (Self::Sextants, "sextants", "the finest ones, where the font has them"),
        (Self::Off, "off", "no pictures"),
    ];
}

impl Word for ThemeChoice {
    const WORDS: &'static [(Self, &'static str, &'static str)] = &[
        (Self::Auto, "auto", "as the terminal's background is"),
        (Self::Light, "light", "for a light background"),
        (Self::Dark, "dark", "for a dark background"),
        (Self::Contrast, "contrast", "strong colours, on dark or light"),
        (Self::Sixteen, "sixteen", "the terminal's own sixteen colours"),
        (Self::Plain, "plain", "no colours"),
    ];
}

impl Word for Switch {
    const WORDS: &'static [(Self, &'static str, &'static str)] = &[
        (Self::Auto, "auto", "where the terminal is known to do it well"),
        (Self::On, "on", "always"),
        (Self::Off, "off", "never"),
    ];
}

impl Word for LogLevel {
    const WORDS: &'static [(Self, &'static str, &'static str)] = &[
        (Self::Error, "error", "what failed"),
        (Self::Warn, "warn", "and what is odd"),
        (Self::Info, "info", "and what was done"),
        (Self::Debug, "debug", "and how"),
        (Self::Trace, "trace", "everything"),
    ];
}
