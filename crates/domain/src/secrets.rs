//! The variables of the environment that hold secrets. Nothing else may: no file, no setting and no flag.

/// The keys of the providers: OpenAI, ElevenLabs, and the servers of images, of voices, of scripts and of transcripts.
pub const KEYS: [&str; 6] = [
    "OPENAI_API_KEY",
    "ELEVENLABS_API_KEY",
    "BABBLECAST_IMAGE_KEY",
    "BABBLECAST_VOICE_KEY",
    "BABBLECAST_WRITER_KEY",
    "BABBLECAST_TRANSCRIPT_KEY",
];

/// What requests over the network must show.
pub const TOKEN: &str = "BABBLECAST_TOKEN";

/// What the farm's server is to be shown, where it wants a token.
pub const FARM_TOKEN: &str = "BABBLECAST_FARM_TOKEN";

/// What opens the key that files are signed with, where it has a password.
pub const C2PA_PASSWORD: &str = "BABBLECAST_C2PA_PASSWORD";
