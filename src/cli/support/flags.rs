//! The flags that every command has. Each wins over the environment and the config file.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use clap::{Args, ValueHint};

use crate::config::{self, LogLevel, Word};
use crate::providers::catalogue::{ImageChoice, VoiceChoice};
use crate::providers::video::EncoderChoice;
use crate::tui::ProtocolChoice;

#[derive(Debug, Clone, Default, PartialEq, Args)]
#[command(next_help_heading = "Options of every command")]
pub struct Flags {
    /// Keep everything made below DIR [env: BABBLECAST_HOME]
    #[arg(long, global = true, value_name = "DIR", value_hint = ValueHint::DirPath)]
    home: Option<PathBuf>,
    /// Read campaigns from DIR, not from the nearest `campaigns` folder
    #[arg(long, global = true, value_name = "DIR", value_hint = ValueHint::DirPath)]
    campaigns: Option<PathBuf>,
    /// Put the files for people below DIR, not beside the campaigns
    #[arg(long, global = true, value_name = "DIR", value_hint = ValueHint::DirPath)]
    output: Option<PathBuf>,
    /// Read this config file [env: BABBLECAST_CONFIG]
    #[arg(long, global = true, value_name = "FILE", value_hint = ValueHint::FilePath)]
    config: Option<PathBuf>,
    #[arg(long, global = true, value_name = "PROVIDER", value_parser = word::<ImageChoice>())]
    #[arg(help = words::<ImageChoice>("Who makes portraits"), hide_possible_values = true)]
    image: Option<ImageChoice>,
    #[arg(long, global = true, value_name = "PROVIDER", value_parser = word::<VoiceChoice>())]
    #[arg(help = words::<VoiceChoice>("Who makes voices"), hide_possible_values = true)]
    voice: Option<VoiceChoice>,
    #[arg(long, global = true, value_name = "ENCODER", value_parser = word::<EncoderChoice>())]
    #[arg(help = words::<EncoderChoice>("Who encodes videos"), hide_possible_values = true)]
    encoder: Option<EncoderChoice>,
    /// Answer in JSON on standard output
    #[arg(long, global = true)]
    pub json: bool,
    #[arg(long, global = true, value_name = "LEVEL", value_parser = word::<LogLevel>())]
    #[arg(help = words::<LogLevel>("How much the log says"), hide_possible_values = true)]
    log: Option<LogLevel>,
    #[arg(long, value_name = "PROTOCOL", value_parser = word::<ProtocolChoice>())]
    #[arg(help = words::<ProtocolChoice>("How the studio shows pictures"), hide_possible_values = true)]
    preview: Option<ProtocolChoice>,
    /// Let nothing move in the studio that need not
    #[arg(long)]
    calm: bool,
    /// Let the studio say lines for a screen reader instead of painting a screen
    #[arg(long)]
    screen_reader: bool,
}

/// A sentence of help with the words to choose from.
fn words<T: Word>(sentence: &str) -> String {
    let words: Vec<&str> = T::WORDS.iter().map(|(_, word, _)| *word).collect();
    format!("{sentence}: {}", words.join(", "))
}

/// Reads one word of a few, and lists them with their meanings in completions.
fn word<T: Word>() -> impl TypedValueParser<Value = T> {
    let values = T::WORDS.iter().map(|(_, word, meaning)| PossibleValue::new(*word).help(*meaning));
    PossibleValuesParser::new(values).try_map(|text| T::of_word(&text).ok_or("no such word"))
}

impl Flags {
    /// What was given, as the settings want it.
    pub fn settings(&self) -> config::Flags {
        let paths = [("--home", &self.home), ("--campaigns", &self.campaigns), ("--output", &self.output)];
        let paths = paths.into_iter().filter_map(|(flag, path)| Some((flag, path.as_ref()?.as_os_str().to_owned())));
        let words = [
            ("--image", self.image.map(Word::word)),
            ("--voice", self.voice.map(Word::word)),
            ("--encoder", self.encoder.map(Word::word)),
            ("--log", self.log.map(Word::word)),
            ("--preview", self.preview.map(Word::word)),
            ("--calm", self.calm.then_some("true")),
            ("--screen-reader", self.screen_reader.then_some("true")),
        ];
        let words = words.into_iter().filter_map(|(flag, word)| Some((flag, OsString::from(word?))));
        config::Flags { config: self.config.clone(), given: paths.chain(words).collect() }
    }
}
