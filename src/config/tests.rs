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
         player = [\"mpv\", \"--volume=50\"]\n[preview]\nprotocol = \"sixel\"\n",
    )
    .load_in(folder.path())
    .unwrap();
    assert_eq!(config.campaigns.value, Some(folder.path().join("podcasts")), "relative to the config file");
    assert_eq!(config.output.value, Some("/out".into()));
    assert_eq!((config.image.value, config.voice.value), (Some(ImageChoice::Sketch), Some(VoiceChoice::Pico)));
    assert_eq!((config.theme.value, config.mouse.value), (ThemeChoice::Dark, false));
    assert_eq!(config.keymap.value, Some(folder.path().join("keys.toml")));
    assert_eq!(config.on_finish.value, Some(vec!["notify".to_owned(), "a b".to_owned()]));
    assert_eq!(config.player.value, Some(vec!["mpv".to_owned(), "--volume=50".to_owned()]));
    assert_eq!(config.confirm_above.value, MicroDollars(500_000));
    assert_eq!(config.preview.value, ProtocolChoice::Sixel);
    let names: Vec<String> = config.rows().into_iter().map(|row| row.name).collect();
    assert!(NAMES.iter().all(|name| names.iter().any(|shown| shown == name.key)), "{names:?}");
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
        "config.toml:2: theme cannot be \"drak\": use one of auto, light, dark, contrast, sixteen, plain (did you mean dark?).",
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
    assert_eq!(set, [true, false, false, false, false, false]);
}

#[test]
fn keys_and_addresses_come_from_the_environment_that_was_given() {
    let config = Parts::default()
        .with("OPENAI_API_KEY", "sk-secret")
        .with("ELEVENLABS_BASE_URL", "http://127.0.0.1:1")
        .with("BABBLECAST_VOICE_BASE_URL", " ")
        .load()
        .unwrap();
    let providers = config.providers();
    assert!(providers.openai.key.is_some() && providers.elevenlabs.key.is_none());
    assert_eq!(providers.elevenlabs.base_url.as_deref(), Some("http://127.0.0.1:1"));
    assert_eq!((providers.openai.base_url, providers.voice_server.base_url), (None, None));
}

#[cfg(unix)]
#[test]
fn a_key_that_is_no_text_is_one_that_cannot_be_used() {
    use std::os::unix::ffi::OsStringExt;
    let environment = |variable: &str| {
        let bytes = (variable == "OPENAI_API_KEY").then(|| b"sk-\xff".to_vec());
        bytes.map(OsString::from_vec).or_else(|| (variable == "BABBLECAST_HOME").then(|| "/studio".into()))
    };
    let config = Config::from_parts(&Flags::default(), &environment).unwrap();
    assert!(config.fault_of_finals().is_some_and(|fault| fault.starts_with("OPENAI_API_KEY holds characters")));
}

#[test]
fn finals_are_asked_for_by_naming_a_provider_or_by_setting_one_up() {
    let asks = |parts: Parts| parts.load().unwrap().asks_for_finals();
    assert!(!asks(Parts::default()) && !asks(Parts::default().with("OPENAI_BASE_URL", "http://127.0.0.1:1")));
    for (variable, value) in [
        ("OPENAI_API_KEY", "sk with a space"),
        ("ELEVENLABS_API_KEY", "sk"),
        ("BABBLECAST_IMAGE_BASE_URL", "no address"),
        ("BABBLECAST_VOICE_BASE_URL", "http://127.0.0.1:1"),
    ] {
        assert!(asks(Parts::default().with(variable, value)), "{variable}");
        let chosen = Parts::file("image = \"sketch\"\nvoice = \"pico\"\n").with(variable, value);
        assert!(!asks(chosen), "{variable}, and the built-in parts are chosen");
    }
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

#[test]
fn caps_have_defaults_can_be_set_and_can_be_lifted() {
    let caps = |text| {
        let caps = Parts::file(text).load().unwrap().caps;
        [caps.run.value, caps.campaign.value, caps.month.value].map(|cap| cap.map(|cap| cap.0 / 10_000))
    };
    assert_eq!(caps(""), [Some(500), None, Some(2_000)]);
    assert_eq!(caps("[caps]\nrun = 0.5\ncampaign = \"$3\"\nmonth = \"none\"\n"), [Some(50), Some(300), None]);
    let faults = Parts::file("[caps]\nrun = \"much\"\n").faults();
    assert!(faults.contains("config.toml:2: caps.run cannot be \"much\": give an amount in US dollars"), "{faults}");
    let lifted = Parts::file("[caps]\nrun = 9\n").with("BABBLECAST_CAP_RUN", "1").load().unwrap().caps.run;
    assert_eq!((lifted.value, lifted.source.to_string()), (Some(MicroDollars(1_000_000)), "BABBLECAST_CAP_RUN".into()));
}

#[test]
fn the_sections_of_the_providers_are_read_and_shown_with_their_lines() {
    let config = Parts::file(
        "[openai]\nquality = \"high\"\ntime_limit_s = 900\nparameters = { background = \"opaque\" }\n\
         [elevenlabs.voices]\nbaby_voice_1 = \"abc\"\n[prices.openai]\nimage_out = 25\n",
    )
    .load()
    .unwrap();
    let providers = config.providers();
    assert_eq!((providers.openai.quality.as_str(), providers.openai.time_limit.as_secs()), ("high", 900));
    assert_eq!(providers.openai.parameters["background"], "opaque");
    assert_eq!(providers.elevenlabs.voices["baby_voice_1"], "abc");
    let rows = config.rows();
    let shown = |name: &str| {
        let row = rows.iter().find(|row| row.name == name).unwrap_or_else(|| panic!("no {name}"));
        let source = row.source.to_string();
        format!("{} {}", row.value, source.rsplit('/').next().unwrap_or_default())
    };
    assert_eq!(shown("openai.quality"), "high config.toml:2");
    assert_eq!(shown("openai.model"), "gpt-image-2.6-flare default");
    assert_eq!(shown("openai.time_limit_s"), "900 config.toml:3");
    assert_eq!(shown("elevenlabs.voices"), "{\"baby_voice_1\":\"abc\"} config.toml:5");
    assert_eq!(shown("voice_server.model"), "automatic default");
    assert_eq!(shown("prices.openai.image_out"), "25 config.toml:8");
}

#[test]
fn addresses_are_shown_without_what_is_secret_in_them() {
    let shown = |address| {
        let config = Parts::default().with("OPENAI_BASE_URL", address).load().unwrap();
        config.rows().into_iter().find(|row| row.name == "OPENAI_BASE_URL").map(|row| row.value)
    };
    assert_eq!(shown("http://127.0.0.1:8080/v1").as_deref(), Some("http://127.0.0.1:8080/v1"));
    assert_eq!(shown("http://me:secret@host/v1").as_deref(), Some("set"));
    assert_eq!(shown(""), None);
}

#[test]
fn every_fault_of_a_section_is_told_with_its_line_and_what_to_write() {
    for (text, expected) in [
        ("[openai]\nmodle = \"x\"\n", "config.toml:2: openai.modle is no setting. Did you mean openai.model?"),
        ("[openai]\nquality = 3\n", "config.toml:2: openai.quality cannot be 3: give a string."),
        ("[openai]\n\nsize = \"1000x1000\"\n", "config.toml:3: openai.size cannot be used: both sides of 1000x1000"),
        ("[openai]\npartials = 9\n", "config.toml:2: openai.partials cannot be used: there are at most 3"),
        ("[openai]\ntime_limit_s = 0\n", "config.toml:2: openai.time_limit_s cannot be 0: a time limit is 1 to 3600"),
        ("[openai.parameters]\nprompt = \"x\"\n", "config.toml:1: openai.parameters cannot be used: prompt has a"),
        (
            "[elevenlabs]\noutput_format = \"ogg\"\n",
            "config.toml:2: elevenlabs.output_format cannot be used: ogg is no",
        ),
        ("[voice_server]\nat_once = 0\n", "config.toml:2: voice_server.at_once cannot be used"),
        ("[image_server]\nbase_url = \"x\"\n", "config.toml:2: image_server.base_url is no setting: the address is"),
        ("openai = 3\n", "config.toml:1: openai is a section: write [openai]"),
        ("[prices.openai]\ntext_in = 4\nimage_out = -1\n", "config.toml:3: prices.openai.image_out cannot be -1"),
        ("[prices]\nopnai = 1\n", "config.toml:2: prices.opnai cannot be 1: unknown field"),
        ("[opena]\nmodel = 1\n", "config.toml:1: opena is no setting. Did you mean openai?"),
    ] {
        let faults = Parts::file(text).faults();
        assert!(faults.contains(expected), "{faults}\nwanted: {expected}");
    }
    let faults = Parts::file("[openai]\nquality = 3\nmodle = 1\n[elevenlabs]\nmodel = true\n").faults();
    assert_eq!(faults.lines().count(), 3, "{faults}");
}

#[test]
fn a_key_in_the_file_is_refused_and_not_repeated() {
    for text in ["[openai]\nkey = \"sk-canary\"\n", "[openai]\napi_key = \"sk-canary\"\n"] {
        let faults = Parts::file(text).faults();
        assert!(faults.contains("keys are read from the environment only. Set OPENAI_API_KEY."), "{faults}");
        assert!(!faults.contains("canary"), "{faults}");
    }
}
