//! How long each text of a campaign file may be, in characters. The reader enforces them and the schema tells them to
//! editors.

/// What one request to a voice may hold: ElevenLabs' multilingual model takes 10,000 characters.
pub const LONGEST_LINE: usize = 10_000;
/// `topic`, and the name that a new campaign is given.
pub const LONGEST_TOPIC: usize = 300;
/// A name of `baby_profiles`.
pub const LONGEST_SPEAKER: usize = 100;
/// `tone` of a profile.
pub const LONGEST_TONE: usize = 200;
/// `voice_id` of a profile: a provider's id, an alias or a mix.
pub const LONGEST_VOICE_ID: usize = 100;
/// `appearance` of a profile.
pub const LONGEST_APPEARANCE: usize = 1_000;
/// It keeps to a corner.
pub const LONGEST_LABEL: usize = 24;
/// `caption` of a media scene; that of a line is its `text`.
pub const LONGEST_CAPTION: usize = 500;
/// `model` of a profile.
pub const LONGEST_MODEL: usize = 100;
/// What an effect is made from: ElevenLabs takes 450 characters.
pub const LONGEST_EFFECT: usize = 450;
/// What music is made from.
pub const LONGEST_MUSIC: usize = 2_000;
/// Every path to a file of the user's own.
pub const LONGEST_PATH: usize = 1_000;
/// Characters of all lines together as they are spoken: spellings can make a script much longer than its file.
pub const LONGEST_SCRIPT: usize = 8 * 1024 * 1024;
/// A word of `pronounce` and its spelling.
pub const LONGEST_WORD: usize = 200;
/// The fields that hold what somebody says or reads.
pub const TEXTS: [&str; 7] = ["text", "say", "caption", "topic", "tone", "appearance", "prompt"];
/// Seconds that a media scene may stand.
pub const LONGEST_MEDIA_S: f64 = 600.0;
