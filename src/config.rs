//! The settings of one start: defaults < config file < environment < flags, and where each value came from. Called by
//! the command line first thing; opens the config file and nothing else. Knows no terminal and no campaign.

mod edit;
mod engine;
mod error;
mod file;
mod names;
mod sections;
#[cfg(test)]
mod tests;
mod value;
mod word;

use std::ffi::OsString;
use std::path::{Path, PathBuf};

pub use edit::{set, unset};
pub use error::ConfigError;
pub use file::config_file;
pub use names::setting;
pub use sections::Sections;
pub use value::{Row, Setting, Source, parse_dollars};
pub use word::{LogLevel, Word};

use secrecy::SecretString;

use crate::domain::secrets::{C2PA_PASSWORD, FARM_TOKEN, KEYS};
use crate::domain::{Display, MicroDollars};
use crate::farm::{FarmSettings, PATIENCE};
use crate::providers::catalogue::{DraftVoice, ImageChoice, VoiceChoice};
use crate::providers::video::EncoderChoice;
use crate::store::{Home, thumbnails_folder};
use crate::tui::{ProtocolChoice, Switch, ThemeChoice};
use names::{
    C2PA_ANCHORS, C2PA_CERTIFICATE, C2PA_KEY, CALM, CAMPAIGNS, CAP_CAMPAIGN, CAP_MONTH, CAP_RUN, CONFIRM_ABOVE,
    DRAFT_VOICE, ENCODER, FARM_CA, FARM_CREDENTIALS, FARM_LOCAL, FARM_NATS, FARM_PATIENCE, FONTS, HOME, IMAGE, KEYMAP,
    LOG, MEDIA, MOUSE, NAMES, NOTIFY, ON_FINISH, OUTPUT, PLAYER, PREVIEW, SCREEN_READER, THEME, TITLE, VOICE,
    WHISPER_MODEL, YOUTUBE_CLIENT,
};
use value::{Cap, Choice, Count, Folder, Given, Layers, NO_CAP, Program, Text};

/// Every setting, each with its source.
#[derive(Debug, Clone)]
pub struct Config {
    /// The config file that was read; `None` where there is none.
    pub file: Option<PathBuf>,
    /// The studio home.
    pub home: Setting<PathBuf>,
    /// `None`: searched for upward from the working directory.
    pub campaigns: Setting<Option<PathBuf>>,
    /// `None`: `output` beside the campaigns folder.
    pub output: Setting<Option<PathBuf>>,
    /// Where campaigns posted over the network find the user's own files; `None`: the folder that they are kept in.
    pub media: Setting<Option<PathBuf>>,
    /// Where fonts are looked for instead of the system's folders.
    pub fonts: Setting<Option<PathBuf>>,
    /// `None`: the provider whose key is set, else the built-in one.
    pub image: Setting<Option<ImageChoice>>,
    pub voice: Setting<Option<VoiceChoice>>,
    /// The embedded voice of drafts. `None`: the one that a campaign's drafts have, else the better one.
    pub draft_voice: Setting<Option<DraftVoice>>,
    /// What the whisper.cpp program hears with; `None` is its own model.
    pub whisper_model: Setting<Option<PathBuf>>,
    /// The file of the OAuth client that videos are uploaded with; `None`: none are.
    pub youtube_client: Setting<Option<PathBuf>>,
    /// Who encodes videos.
    pub encoder: Setting<EncoderChoice>,
    pub preview: Setting<ProtocolChoice>,
    pub theme: Setting<ThemeChoice>,
    pub mouse: Setting<bool>,
    /// Nothing moves in the studio that need not.
    pub calm: Setting<bool>,
    /// The studio says lines for a screen reader instead of painting a screen.
    pub screen_reader: Setting<bool>,
    /// Whether the terminal notifies its user when a run ends.
    pub notify: Setting<Switch>,
    /// Whether the window's title tells how far runs are.
    pub title: Setting<Switch>,
    pub keymap: Setting<Option<PathBuf>>,
    pub log: Setting<LogLevel>,
    /// A program with its arguments, given the document of each ended `generate` on standard input.
    pub on_finish: Setting<Option<Vec<String>>>,
    /// The program that plays sounds and videos, with its arguments; `None`: one of those that are installed.
    pub player: Setting<Option<Vec<String>>>,
    /// What a single new take may cost without a question.
    pub confirm_above: Setting<MicroDollars>,
    pub caps: CapSettings,
    pub farm: FarmConfig,
    pub c2pa: C2paConfig,
    /// Of the providers: models, qualities, prices; and the keys and addresses of the environment.
    pub sections: Sections,
    pub keys: Vec<Key>,
    /// The variables with an address of a provider, those that are set.
    pub addresses: Vec<(&'static str, String)>,
}

/// What may be spent at most; `None` is no limit.
#[derive(Debug, Clone, PartialEq)]
pub struct CapSettings {
    /// In one run.
    pub run: Setting<Option<MicroDollars>>,
    /// On one campaign, whenever.
    pub campaign: Setting<Option<MicroDollars>>,
    /// In a calendar month (UTC), on all campaigns together.
    pub month: Setting<Option<MicroDollars>>,
}

/// Other machines that make clips.
#[derive(Debug, Clone)]
pub struct FarmConfig {
    /// The address of the server; `None` is no farm.
    pub nats: Setting<Option<String>>,
    pub credentials: Setting<Option<PathBuf>>,
    pub ca: Setting<Option<PathBuf>>,
    /// Clips that this machine makes itself at once; `None` is one a processor.
    pub local: Setting<Option<usize>>,
    /// In seconds.
    pub patience: Setting<Option<usize>>,
    token: Option<SecretString>,
}

/// Content Credentials: what files are signed with, and whose word is taken for those of others.
#[derive(Debug, Clone)]
pub struct C2paConfig {
    /// With the key, or neither.
    pub certificate: Setting<Option<PathBuf>>,
    pub key: Setting<Option<PathBuf>>,
    pub anchors: Setting<Option<PathBuf>>,
    password: Option<SecretString>,
}

/// A secret of the environment as it is shown: only whether it is set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Key {
    pub variable: &'static str,
    pub is_set: bool,
}

/// What the flags of a command line say.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Flags {
    /// The config file to read instead of the usual one.
    pub config: Option<PathBuf>,
    /// Each flag that was given, by its name with dashes, and its value.
    pub given: Vec<(&'static str, OsString)>,
}

/// Every variable that holds an address of a provider.
const ADDRESSES: [&str; 7] = [
    "OPENAI_BASE_URL",
    "ELEVENLABS_BASE_URL",
    "BABBLECAST_IMAGE_BASE_URL",
    "BABBLECAST_VOICE_BASE_URL",
    "BABBLECAST_WRITER_BASE_URL",
    "BABBLECAST_TRANSCRIPT_BASE_URL",
    "BABBLECAST_YOUTUBE_BASE_URL",
];

const DEFAULT_CONFIRM_ABOVE: MicroDollars = MicroDollars(250_000);
const DEFAULT_CAP_RUN: MicroDollars = MicroDollars(5_000_000);
const DEFAULT_CAP_MONTH: MicroDollars = MicroDollars(20_000_000);

impl Config {
    /// Reads the config file and the environment of this process, and lays the flags over both.
    pub fn load(flags: &Flags) -> Result<Self, ConfigError> {
        Self::from_parts(flags, &|variable| std::env::var_os(variable))
    }

    /// The same with an environment of the caller's choice.
    pub fn from_parts(flags: &Flags, environment: &dyn Fn(&str) -> Option<OsString>) -> Result<Self, ConfigError> {
        let environment = |variable: &str| environment(variable).filter(|value| !value.is_empty());
        let mut layers = Layers::default();
        let mut sections = Sections::default();
        let file = file::read(flags.config.as_deref(), &environment, &mut layers, &mut sections)?;
        for name in NAMES {
            if let Some(text) = environment(name.variable) {
                layers.put(name.key, Given::text(text, Source::Environment(name.variable)));
            }
        }
        for (flag, value) in &flags.given {
            if let Some(name) = NAMES.iter().find(|name| name.flag == Some(flag)) {
                layers.put(name.key, Given::text(value, Source::Flag(flag)));
            }
        }
        Self::resolve(file, layers, sections, &environment)
    }

    fn resolve(
        file: Option<PathBuf>,
        mut layers: Layers,
        mut sections: Sections,
        environment: &dyn Fn(&str) -> Option<OsString>,
    ) -> Result<Self, ConfigError> {
        let home = layers.optional::<Folder, _>(HOME.key);
        let home = match home.value {
            Some(value) => Setting { value, source: home.source },
            None => match Home::default_root() {
                Ok(value) => Setting { value, source: Source::Default },
                Err(error) => {
                    layers.fault(format!("{error}"));
                    Setting { value: PathBuf::new(), source: Source::Default }
                }
            },
        };
        sections.check(&mut layers);
        engine::set_keys_and_addresses(&mut sections.providers, environment);
        let is_set = |variable: &str| environment(variable).is_some_and(|key| !key.to_string_lossy().trim().is_empty());
        let secret = |variable: &str| is_set(variable).then(|| environment(variable)).flatten();
        let config = Self {
            file,
            home,
            campaigns: layers.optional::<Folder, _>(CAMPAIGNS.key),
            output: layers.optional::<Folder, _>(OUTPUT.key),
            media: layers.optional::<Folder, _>(MEDIA.key),
            fonts: layers.optional::<Folder, _>(FONTS.key),
            image: layers.optional::<Choice<ImageChoice>, _>(IMAGE.key),
            voice: layers.optional::<Choice<VoiceChoice>, _>(VOICE.key),
            draft_voice: layers.optional::<Choice<DraftVoice>, _>(DRAFT_VOICE.key),
            whisper_model: layers.optional::<Folder, _>(WHISPER_MODEL.key),
            youtube_client: layers.optional::<Folder, _>(YOUTUBE_CLIENT.key),
            encoder: layers.or::<Choice<EncoderChoice>, _>(ENCODER.key, EncoderChoice::Auto),
            preview: layers.or::<Choice<ProtocolChoice>, _>(PREVIEW.key, ProtocolChoice::Auto),
            theme: layers.or::<Choice<ThemeChoice>, _>(THEME.key, ThemeChoice::Auto),
            mouse: layers.or::<bool, _>(MOUSE.key, true),
            calm: layers.or::<bool, _>(CALM.key, false),
            screen_reader: layers.or::<bool, _>(SCREEN_READER.key, false),
            notify: layers.or::<Choice<Switch>, _>(NOTIFY.key, Switch::Auto),
            title: layers.or::<Choice<Switch>, _>(TITLE.key, Switch::Auto),
            keymap: layers.optional::<Folder, _>(KEYMAP.key),
            log: layers.or::<Choice<LogLevel>, _>(LOG.key, LogLevel::Info),
            on_finish: layers.optional::<Program, _>(ON_FINISH.key),
            player: layers.optional::<Program, _>(PLAYER.key),
            confirm_above: layers.or::<MicroDollars, _>(CONFIRM_ABOVE.key, DEFAULT_CONFIRM_ABOVE),
            caps: CapSettings {
                run: layers.or::<Cap, _>(CAP_RUN.key, Some(DEFAULT_CAP_RUN)),
                campaign: layers.or::<Cap, _>(CAP_CAMPAIGN.key, None),
                month: layers.or::<Cap, _>(CAP_MONTH.key, Some(DEFAULT_CAP_MONTH)),
            },
            farm: FarmConfig {
                nats: layers.optional::<Text, _>(FARM_NATS.key),
                credentials: layers.optional::<Folder, _>(FARM_CREDENTIALS.key),
                ca: layers.optional::<Folder, _>(FARM_CA.key),
                local: layers.optional::<Count<0, 256>, _>(FARM_LOCAL.key),
                patience: layers.optional::<Count<1, 86_400>, _>(FARM_PATIENCE.key),
                token: secret(FARM_TOKEN).map(|token| SecretString::from(token.to_string_lossy().trim().to_owned())),
            },
            c2pa: C2paConfig {
                certificate: layers.optional::<Folder, _>(C2PA_CERTIFICATE.key),
                key: layers.optional::<Folder, _>(C2PA_KEY.key),
                anchors: layers.optional::<Folder, _>(C2PA_ANCHORS.key),
                password: secret(C2PA_PASSWORD)
                    .map(|password| SecretString::from(password.to_string_lossy().into_owned())),
            },
            sections,
            addresses: ADDRESSES
                .into_iter()
                .filter_map(|variable| Some((variable, address(&environment(variable)?))))
                .collect(),
            keys: KEYS.map(|variable| Key { variable, is_set: is_set(variable) }).into(),
        };
        let faults = layers.into_faults();
        if faults.is_empty() { Ok(config) } else { Err(ConfigError { faults }) }
    }

    /// Where the log of this home is written.
    pub fn logs(&self) -> PathBuf {
        self.home.value.join("logs")
    }

    /// Where this home keeps small copies of pictures.
    pub fn thumbnails(&self) -> PathBuf {
        thumbnails_folder(&self.home.value)
    }

    /// Every setting as its name, its value in words, and where it came from.
    pub fn rows(&self) -> Vec<Row> {
        let path = |path: &Option<PathBuf>, without: &str| {
            path.as_deref().map_or_else(|| without.to_owned(), |path: &Path| path.display().to_string())
        };
        let player =
            self.player.value.as_ref().map_or_else(|| "one that is installed".to_owned(), |program| program.join(" "));
        let program = self.on_finish.value.as_ref().map_or_else(|| "nothing".to_owned(), |program| program.join(" "));
        let image = self.image.value.map_or("automatic", Word::word).to_owned();
        let voice = self.voice.value.map_or("automatic", Word::word).to_owned();
        let draft_voice = self.draft_voice.value.map_or("automatic", Word::word).to_owned();
        let cap = |cap: &Option<MicroDollars>| cap.map_or_else(|| NO_CAP.to_owned(), |cap| cap.to_string());
        let CapSettings { run, campaign, month } = &self.caps;
        let farm = &self.farm;
        let count =
            |count: Option<usize>, without: &str| count.map_or_else(|| without.to_owned(), |count| count.to_string());
        let rows = [
            (HOME, self.home.value.display().to_string(), &self.home.source),
            (CAMPAIGNS, path(&self.campaigns.value, "searched upward"), &self.campaigns.source),
            (OUTPUT, path(&self.output.value, "beside the campaigns folder"), &self.output.source),
            (MEDIA, path(&self.media.value, "beside posted campaigns"), &self.media.source),
            (FONTS, path(&self.fonts.value, "those of the system"), &self.fonts.source),
            (IMAGE, image, &self.image.source),
            (VOICE, voice, &self.voice.source),
            (DRAFT_VOICE, draft_voice, &self.draft_voice.source),
            (WHISPER_MODEL, path(&self.whisper_model.value, "its own"), &self.whisper_model.source),
            (YOUTUBE_CLIENT, path(&self.youtube_client.value, "none"), &self.youtube_client.source),
            (ENCODER, self.encoder.value.word().to_owned(), &self.encoder.source),
            (PREVIEW, self.preview.value.word().to_owned(), &self.preview.source),
            (THEME, self.theme.value.word().to_owned(), &self.theme.source),
            (MOUSE, self.mouse.value.to_string(), &self.mouse.source),
            (CALM, self.calm.value.to_string(), &self.calm.source),
            (SCREEN_READER, self.screen_reader.value.to_string(), &self.screen_reader.source),
            (NOTIFY, self.notify.value.word().to_owned(), &self.notify.source),
            (TITLE, self.title.value.word().to_owned(), &self.title.source),
            (KEYMAP, path(&self.keymap.value, "built in"), &self.keymap.source),
            (LOG, self.log.value.word().to_owned(), &self.log.source),
            (ON_FINISH, program, &self.on_finish.source),
            (PLAYER, player, &self.player.source),
            (CONFIRM_ABOVE, self.confirm_above.value.to_string(), &self.confirm_above.source),
            (
                FARM_NATS,
                farm.nats
                    .value
                    .as_ref()
                    .map_or_else(|| "none".to_owned(), |nats| FarmSettings::new(nats.clone()).shown()),
                &farm.nats.source,
            ),
            (FARM_CREDENTIALS, path(&farm.credentials.value, "none"), &farm.credentials.source),
            (FARM_CA, path(&farm.ca.value, "those of the system"), &farm.ca.source),
            (FARM_LOCAL, count(farm.local.value, "one a processor"), &farm.local.source),
            (FARM_PATIENCE, count(farm.patience.value, &PATIENCE.as_secs().to_string()), &farm.patience.source),
            (C2PA_CERTIFICATE, path(&self.c2pa.certificate.value, "none"), &self.c2pa.certificate.source),
            (C2PA_KEY, path(&self.c2pa.key.value, "none"), &self.c2pa.key.source),
            (C2PA_ANCHORS, path(&self.c2pa.anchors.value, "none"), &self.c2pa.anchors.source),
            (CAP_RUN, cap(&run.value), &run.source),
            (CAP_CAMPAIGN, cap(&campaign.value), &campaign.source),
            (CAP_MONTH, cap(&month.value), &month.source),
        ];
        let rows = rows.into_iter().map(|(name, value, source)| Row {
            name: name.key.to_owned(),
            value,
            source: source.clone(),
        });
        let addresses = self.addresses.iter().map(|(variable, value)| Row {
            name: (*variable).to_owned(),
            value: value.clone(),
            source: Source::Environment(variable),
        });
        rows.chain(self.sections.rows()).chain(addresses).collect()
    }
}

/// An address as it may be shown: a name and password in it are nobody's business.
fn address(value: &std::ffi::OsStr) -> String {
    let text = value.to_string_lossy();
    if text.contains('@') { "set".to_owned() } else { text.display().to_string() }
}
