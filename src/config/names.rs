//! How every setting is called.

/// How a setting is called in the file, in the environment and among the flags.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Name {
    pub(super) key: &'static str,
    pub(super) variable: &'static str,
    pub(super) flag: Option<&'static str>,
}

macro_rules! names {
    ($($constant:ident = $key:literal, $variable:literal, $flag:expr;)*) => {
        $(pub(super) const $constant: Name = Name { key: $key, variable: $variable, flag: $flag };)*
        /// Every setting, in the order in which they are shown.
        pub(super) const NAMES: &[Name] = &[$($constant),*];
    };
}

names! {
    HOME = "home", "BABBLECAST_HOME", Some("--home");
    CAMPAIGNS = "campaigns", "BABBLECAST_CAMPAIGNS", Some("--campaigns");
    OUTPUT = "output", "BABBLECAST_OUTPUT", Some("--output");
    MEDIA = "media", "BABBLECAST_MEDIA", None;
    FONTS = "fonts", "BABBLECAST_FONTS", None;
    IMAGE = "image", "BABBLECAST_IMAGE", Some("--image");
    VOICE = "voice", "BABBLECAST_VOICE", Some("--voice");
    DRAFT_VOICE = "draft_voice", "BABBLECAST_DRAFT_VOICE", None;
    WHISPER_MODEL = "whisper_model", "BABBLECAST_WHISPER_MODEL", None;
    YOUTUBE_CLIENT = "youtube_client", "BABBLECAST_YOUTUBE_CLIENT", None;
    ENCODER = "encoder", "BABBLECAST_ENCODER", Some("--encoder");
    PREVIEW = "preview.protocol", "BABBLECAST_PREVIEW", Some("--preview");
    THEME = "theme", "BABBLECAST_THEME", None;
    MOUSE = "mouse", "BABBLECAST_MOUSE", None;
    CALM = "calm", "BABBLECAST_CALM", Some("--calm");
    SCREEN_READER = "screen_reader", "BABBLECAST_SCREEN_READER", Some("--screen-reader");
    NOTIFY = "notify", "BABBLECAST_NOTIFY", None;
    TITLE = "title", "BABBLECAST_TITLE", None;
    KEYMAP = "keymap", "BABBLECAST_KEYMAP", None;
    LOG = "log", "BABBLECAST_LOG", Some("--log");
    ON_FINISH = "on_finish", "BABBLECAST_ON_FINISH", None;
    PLAYER = "player", "BABBLECAST_PLAYER", None;
    CONFIRM_ABOVE = "confirm_above", "BABBLECAST_CONFIRM_ABOVE", None;
    FARM_NATS = "farm.nats", "BABBLECAST_FARM_NATS", None;
    FARM_CREDENTIALS = "farm.credentials", "BABBLECAST_FARM_CREDENTIALS", None;
    FARM_CA = "farm.ca", "BABBLECAST_FARM_CA", None;
    FARM_LOCAL = "farm.local", "BABBLECAST_FARM_LOCAL", None;
    FARM_PATIENCE = "farm.patience", "BABBLECAST_FARM_PATIENCE", None;
    C2PA_CERTIFICATE = "c2pa.certificate", "BABBLECAST_C2PA_CERTIFICATE", None;
    C2PA_KEY = "c2pa.key", "BABBLECAST_C2PA_KEY", None;
    C2PA_ANCHORS = "c2pa.anchors", "BABBLECAST_C2PA_ANCHORS", None;
    CAP_RUN = "caps.run", "BABBLECAST_CAP_RUN", None;
    CAP_CAMPAIGN = "caps.campaign", "BABBLECAST_CAP_CAMPAIGN", None;
    CAP_MONTH = "caps.month", "BABBLECAST_CAP_MONTH", None;
}

/// The names of settings that others speak of.
pub mod setting {
    use super::{
        CALM as OF_CALM, MOUSE as OF_MOUSE, NOTIFY as OF_NOTIFY, PREVIEW as OF_PREVIEW, THEME as OF_THEME,
        TITLE as OF_TITLE,
    };

    /// The colours of the studio.
    pub const THEME: &str = OF_THEME.key;
    /// How the studio shows pictures.
    pub const PREVIEW: &str = OF_PREVIEW.key;
    /// Nothing moves that need not.
    pub const CALM: &str = OF_CALM.key;
    /// Clicks and the wheel.
    pub const MOUSE: &str = OF_MOUSE.key;
    /// Whether the terminal notifies its user.
    pub const NOTIFY: &str = OF_NOTIFY.key;
    /// Whether the window's title tells how far runs are.
    pub const TITLE: &str = OF_TITLE.key;
}
