use std::collections::HashMap;
use std::path::Path;

use super::*;

/// Settings as they come of a config file, an environment and flags.
#[derive(Default)]
struct Parts {
    file: Option<&'static str>,
    environment: HashMap<&'static str, &'static str>,
    flags: Flags,
}

impl Parts {
    fn file(text: &'static str) -> Self {
        Self { file: Some(text), ..Self::default() }
    }

    fn with(mut self, variable: &'static str, value: &'static str) -> Self {
        self.environment.insert(variable, value);
        self
    }

    fn load_in(mut self, folder: &Path) -> Result<Config, ConfigError> {
        let path = folder.join("config.toml");
        std::fs::write(&path, self.file.unwrap_or_default()).unwrap();
        self.flags.config = Some(path);
        self.environment.entry("BABBLECAST_HOME").or_insert("/studio");
        Config::from_parts(&self.flags, &|variable| self.environment.get(variable).map(OsString::from))
    }

    fn load(self) -> Result<Config, ConfigError> {
        self.load_in(tempfile::tempdir().unwrap().path())
    }

    fn faults(self) -> String {
        self.load().unwrap_err().to_string()
    }
}

#[test]
fn each_layer_wins_over_the_one_below_and_says_so() {
    let layer = |environment: bool, flag: bool| {
        let mut parts = Parts::file("mouse = true\n\nlog = \"warn\"\n");
        if environment {
            parts = parts.with("BABBLECAST_LOG", "debug");
        }
        parts.flags.given.extend(flag.then(|| ("--log", "trace".into())));
        let log = parts.load().unwrap().log;
        (log.value, log.source.to_string().rsplit('/').next().unwrap().to_owned())
    };
    assert_eq!(Parts::default().load().unwrap().log, Setting { value: LogLevel::Info, source: Source::Default });
    assert_eq!(layer(false, false), (LogLevel::Warn, "config.toml:3".to_owned()));
    assert_eq!(layer(true, false), (LogLevel::Debug, "BABBLECAST_LOG".to_owned()));
    assert_eq!(layer(true, true), (LogLevel::Trace, "--log".to_owned()));
}

#[test]
fn every_setting_can_be_written_in_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let config = Parts::file(
        "campaigns = \"podcasts\"\noutput = \"/out\"\nimage = \"sketch\"\nvoice = \"pico\"\ntheme = \"dark\"\nmouse = false\n\
         keymap = \"keys.toml\"\nlog = \"trace\"\non_finish = [\"notify\", \"a b\"]\nconfirm_above = 0.5\n\
         [preview]\nprotocol = \"sixel\"\n",
    )
    .load_in(folder.path())
    .unwrap();
    assert_eq!(config.campaigns.value, Some(folder.path().join("podcasts")), "relative to the config file");
    assert_eq!(config.output.value, Some("/out".into()));
    assert_eq!((config.image.value, config.voice.value), (Some(ImageChoice::Sketch), Some(VoiceChoice::Pico)));
    assert_eq!((config.theme.value, config.mouse.value), (ThemeChoice::Dark, false));
    assert_eq!(config.keymap.value, Some(folder.path().join("keys.toml")));
    assert_eq!(config.on_finish.value, Some(vec!["notify".to_owned(), "a b".to_owned()]));
    assert_eq!(config.confirm_above.value, MicroDollars(500_000));
    assert_eq!(config.preview.value, ProtocolChoice::Sixel);
    assert_eq!(config.rows().len(), NAMES.len());
}

#[test]
fn an_unknown_key_is_named_with_its_line_and_the_nearest_known_one() {
    for (text, expected) in [
        ("mouse = true\nthem = \"dark\"\n", "config.toml:2: them is no setting. Did you mean theme?"),
        (
            "[preview]\nprotocoll = \"off\"\n",
            "config.toml:2: preview.protocoll is no setting. Did you mean preview.protocol?",
        ),
        ("zzz = 1\n", "config.toml:1: zzz is no setting. Known are home, campaigns, "),
        ("[log]\nlevel = 1\n", "config.toml:1: log cannot be a table: use one of error, warn"),
    ] {
        let faults = Parts::file(text).faults();
        assert!(faults.contains(expected), "{faults}");
    }
}

#[test]
fn every_wrong_value_is_told_at_once_with_who_set_it() {
    let faults = Parts::file("mouse = \"maybe\"\ntheme = \"drak\"\nconfirm_above = -1\n")
        .with("BABBLECAST_ON_FINISH", "  ")
        .faults();
    for expected in [
        "config.toml:1: mouse cannot be \"maybe\": use true or false.",
        "config.toml:2: theme cannot be \"drak\": use one of auto, light, dark, sixteen, plain (did you mean dark?).",
        "config.toml:3: confirm_above cannot be -1: give an amount in US dollars, such as 0.25.",
        "BABBLECAST_ON_FINISH: on_finish cannot be \"  \"",
    ] {
        assert!(faults.contains(expected), "{faults}");
    }
}

#[test]
fn a_file_that_is_no_toml_says_where() {
    let faults = Parts::file("mouse = true\nthis is no toml\n").faults();
    assert!(faults.contains("config.toml:2: "), "{faults}");
}

#[test]
fn a_config_file_that_was_asked_for_must_be_there() {
    let flags = Flags { config: Some("/nowhere/config.toml".into()), ..Flags::default() };
    let error = Config::from_parts(&flags, &|_| None).unwrap_err().to_string();
    assert!(error.contains("/nowhere/config.toml cannot be read"), "{error}");
}

#[test]
fn a_key_is_never_kept() {
    let config = Parts::default().with("OPENAI_API_KEY", "sk-secret").with("ELEVENLABS_API_KEY", " ").load().unwrap();
    assert!(!format!("{config:?}").contains("sk-secret"));
    let set: Vec<bool> = config.keys.iter().map(|key| key.is_set).collect();
    assert_eq!(set, [true, false]);
}

#[test]
fn an_outside_provider_asked_for_by_name_asks_for_finals() {
    let asks = |text| Parts::file(text).load().unwrap().asks_for_finals();
    assert!(!asks("") && !asks("image = \"sketch\"\nvoice = \"pico\"\n"));
    assert!(asks("image = \"openai\"\n") && asks("voice = \"compatible\"\n"));
}

#[test]
fn dollars_are_read_as_people_write_them() {
    for (text, micro) in [("5", Some(5_000_000)), ("$0.25", Some(250_000)), ("0", Some(0)), (".5", Some(500_000))] {
        assert_eq!(parse_dollars(text).ok().map(|dollars| dollars.0), micro, "{text}");
    }
    for text in ["", "-1", "NaN", "inf", "1e9", "1,5", "9999999999"] {
        assert!(parse_dollars(text).is_err(), "{text}");
    }
}
