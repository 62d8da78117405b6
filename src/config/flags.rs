//! The flags that every command has, and the words that choices are made of.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::value::{Given, Layers, Source};
use super::{CAMPAIGNS, HOME, IMAGE, LOG, OUTPUT, PREVIEW, VOICE};

/// Flags for every command; each wins over the environment and the config file.
#[derive(Debug, Clone, Default, PartialEq, Args)]
#[command(next_help_heading = "For every command")]
pub struct Flags {
    /// Keep everything made below DIR [env: BABBLECAST_HOME] [default: the platform's data folder]
    #[arg(long, global = true, value_name = "DIR", value_hint = clap::ValueHint::DirPath)]
    pub home: Option<PathBuf>,
    /// Read campaigns from DIR instead of searching upward for a `campaigns` folder
    #[arg(long, global = true, value_name = "DIR", value_hint = clap::ValueHint::DirPath)]
    pub campaigns: Option<PathBuf>,
    /// Put the files for people below DIR instead of `output` beside the campaigns folder
    #[arg(long, global = true, value_name = "DIR", value_hint = clap::ValueHint::DirPath)]
    pub output: Option<PathBuf>,
    /// Read this config file [env: BABBLECAST_CONFIG]
    #[arg(long, global = true, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    pub config: Option<PathBuf>,
    /// Who makes portraits
    #[arg(long, global = true, value_name = "PROVIDER")]
    pub image: Option<ImageProvider>,
    /// Who makes voices
    #[arg(long, global = true, value_name = "PROVIDER")]
    pub voice: Option<VoiceProvider>,
    /// Answer in JSON on standard output
    #[arg(long, global = true)]
    pub json: bool,
    /// How much the log in the studio home says
    #[arg(long, global = true, value_name = "LEVEL")]
    pub log: Option<LogLevel>,
    /// How the studio shows pictures
    #[arg(long, value_name = "PROTOCOL")]
    pub preview: Option<PreviewProtocol>,
}

impl Flags {
    pub(super) fn lay_over(&self, layers: &mut Layers) {
        let paths = [(HOME, "--home", &self.home), (CAMPAIGNS, "--campaigns", &self.campaigns), (OUTPUT, "--output", &self.output)];
        for (name, flag, path) in paths {
            if let Some(path) = path {
                layers.put(name.key, Given::text(path, Source::Flag(flag)));
            }
        }
        let choices = [
            (IMAGE, "--image", self.image.map(ImageProvider::name)),
            (VOICE, "--voice", self.voice.map(VoiceProvider::name)),
            (LOG, "--log", self.log.map(LogLevel::name)),
            (PREVIEW, "--preview", self.preview.map(PreviewProtocol::name)),
        ];
        for (name, flag, choice) in choices {
            if let Some(choice) = choice {
                layers.put(name.key, Given::text(choice, Source::Flag(flag)));
            }
        }
    }
}

macro_rules! words {
    ($($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $word:literal,)* })*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
        pub enum $name {
            $($(#[$variant_doc])* #[value(name = $word)] $variant,)*
        }

        impl $name {
            /// The word that chooses it.
            pub fn name(self) -> &'static str {
                match self { $($name::$variant => $word,)* }
            }
        }
    )*};
}

words! {
    /// Who makes portraits.
    ImageProvider {
        /// OpenAI; needs OPENAI_API_KEY
        OpenAi = "openai",
        /// A server that speaks OpenAI's language
        Compatible = "compatible",
        /// The drawn baby, free and offline
        Sketch = "sketch",
    }
    /// Who makes voices.
    VoiceProvider {
        /// ElevenLabs; needs ELEVENLABS_API_KEY
        ElevenLabs = "elevenlabs",
        /// A server that speaks OpenAI's language
        Compatible = "compatible",
        /// The built-in voice, free and offline
        Pico = "pico",
    }
    /// How the studio shows pictures.
    PreviewProtocol {
        /// Whatever the terminal can do best
        Auto = "auto",
        Kitty = "kitty",
        Sixel = "sixel",
        Iterm2 = "iterm2",
        /// Coloured characters, which every terminal can show
        HalfBlocks = "halfblocks",
        Off = "off",
    }
    /// The studio's colours.
    Theme {
        /// As the terminal's background is
        Auto = "auto",
        Light = "light",
        Dark = "dark",
    }
    /// How much the log says.
    LogLevel {
        Error = "error",
        Warn = "warn",
        Info = "info",
        Debug = "debug",
        Trace = "trace",
    }
}
