//! What is sent to a provider: made in full before anything is reserved or recorded, and printable without a secret.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use reqwest::Url;
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};

/// One request over HTTP.
#[derive(Debug, Clone)]
pub struct Call {
    /// Whom it is sent to, for sentences: `OpenAI`.
    pub provider: &'static str,
    pub method: Method,
    pub url: Url,
    pub key: Option<ApiKey>,
    pub body: Body,
    pub limits: Limits,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    Get,
    Post,
}

#[derive(Clone)]
pub enum Body {
    Empty,
    Json(Vec<u8>),
    Multipart(Vec<Part>),
}

/// One part of a multipart form.
#[derive(Clone, PartialEq, Eq)]
pub struct Part {
    pub name: String,
    pub content: Vec<u8>,
    /// File name and media type; a part without is a plain field.
    pub file: Option<(String, &'static str)>,
    /// The file on this machine whose bytes are sent instead of `content`, as they are read: a recording may be longer than
    /// memory is large.
    pub stored: Option<PathBuf>,
}

impl Part {
    pub fn field(name: impl Into<String>, value: impl Into<String>) -> Self {
        Self { name: name.into(), content: value.into().into_bytes(), file: None, stored: None }
    }
}

/// How long a call may take, and how much may come back. Connecting has its own limit, the same for all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// From the start to the last byte.
    pub total: Duration,
    /// Between two chunks of the body. It never runs before the headers are there: slow pictures are silent for minutes.
    pub idle_between_chunks: Option<Duration>,
    /// The largest body that is taken.
    pub body_bytes: u64,
    /// How much room a usual reply takes: what to reserve on disk before paying.
    pub usual_bytes: u64,
}

/// The largest body that is taken from anyone.
pub const BODY_CAP: u64 = 64 * 1024 * 1024;

impl Limits {
    /// Pictures: one limit over all, because slow qualities take minutes of silence.
    pub fn picture(total: Duration) -> Self {
        Self { total, idle_between_chunks: None, body_bytes: BODY_CAP, usual_bytes: 8 * 1024 * 1024 }
    }

    /// Speech of a text with this many characters.
    pub fn speech(total: Duration, characters: usize) -> Self {
        // Slow speech is 10 characters a second, 24,000 samples of two bytes each, as base64, with their timestamps.
        const BYTES_PER_CHARACTER: u64 = 7 * 1024;
        Self {
            total,
            idle_between_chunks: Some(Duration::from_secs(30)),
            body_bytes: BODY_CAP,
            usual_bytes: (characters as u64 * BYTES_PER_CHARACTER).clamp(1024 * 1024, BODY_CAP),
        }
    }

    /// An effect or music of this length, in milliseconds: it is made as a whole before the first byte comes.
    pub fn sound(total: Duration, milliseconds: u32) -> Self {
        // Two channels of 16 bits at 48,000 samples a second, where a server sends samples instead of an MP3.
        const BYTES_PER_SECOND: u64 = 192_000;
        let seconds = u64::from(milliseconds.div_ceil(1_000));
        Self {
            total: total + Duration::from_secs(seconds),
            idle_between_chunks: None,
            body_bytes: BODY_CAP,
            usual_bytes: (seconds * BYTES_PER_SECOND).clamp(1024 * 1024, BODY_CAP),
        }
    }

    /// Words by a language model: it may think for a long while before it says the first.
    pub fn words(total: Duration) -> Self {
        Self { total, idle_between_chunks: None, body_bytes: 4 * 1024 * 1024, usual_bytes: 1024 * 1024 }
    }

    /// A transcript of a recording of this length, in milliseconds.
    pub fn transcript(total: Duration, milliseconds: u64) -> Self {
        // Four words a second, each with its times, its speaker and the doubts of the model.
        const BYTES_PER_SECOND: u64 = 2 * 1024;
        Self {
            // An hour is heard within some minutes, once it has been sent.
            total: total + Duration::from_millis(milliseconds / 4),
            idle_between_chunks: None,
            body_bytes: BODY_CAP,
            usual_bytes: (milliseconds / 1_000 * BYTES_PER_SECOND).clamp(256 * 1024, BODY_CAP),
        }
    }

    /// A short question that costs nothing.
    pub fn question() -> Self {
        Self {
            total: Duration::from_secs(20),
            idle_between_chunks: None,
            body_bytes: 4 * 1024 * 1024,
            usual_bytes: 64 * 1024,
        }
    }
}

/// Which header carries a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyHeader {
    /// `authorization: Bearer …`
    Bearer,
    /// `xi-api-key: …`
    XiApiKey,
}

/// A key of a provider. Nothing prints it; it is wiped from memory when dropped.
#[derive(Debug, Clone)]
pub struct ApiKey {
    header: KeyHeader,
    secret: SecretString,
}

impl ApiKey {
    /// `variable` is where the key was set, for the sentence that refuses it.
    pub fn new(header: KeyHeader, variable: &str, secret: &SecretString) -> Result<Self, String> {
        let text = secret.expose_secret().trim();
        if text.is_empty() {
            return Err(format!("{variable} is set but empty. Put your key in it, or unset it."));
        }
        if !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(format!(
                "{variable} holds characters that no key has, such as a space or a line break. Copy the key again."
            ));
        }
        Ok(Self { header, secret: SecretString::from(text) })
    }

    pub fn header_name(&self) -> &'static str {
        match self.header {
            KeyHeader::Bearer => "authorization",
            KeyHeader::XiApiKey => "xi-api-key",
        }
    }

    pub(super) fn header_value(&self) -> SecretString {
        let secret = self.secret.expose_secret();
        match self.header {
            KeyHeader::Bearer => format!("Bearer {secret}").into(),
            KeyHeader::XiApiKey => secret.into(),
        }
    }

    /// A mark that tells this key at this address from others. Short, so that nothing of the key can be had from it: one
    /// of 65,536 other keys has the same.
    pub fn mark(&self, address: &str) -> String {
        let hash = Sha256::new().chain_update(address).chain_update([0]).chain_update(self.bytes()).finalize();
        format!("{:02x}{:02x}", hash[0], hash[1])
    }

    /// A text of the provider's without the key in it.
    pub fn mask(&self, words: &str) -> String {
        super::redact::mask_words(words, self.bytes())
    }

    pub(super) fn bytes(&self) -> &[u8] {
        self.secret.expose_secret().as_bytes()
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Body::Empty => f.write_str("Empty"),
            Body::Json(json) => write!(f, "Json({} bytes)", json.len()),
            Body::Multipart(parts) => f.debug_tuple("Multipart").field(parts).finish(),
        }
    }
}

impl fmt::Debug for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} bytes", self.name, self.content.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_taken_without_the_space_around_it_and_never_printed() {
        let key = ApiKey::new(KeyHeader::Bearer, "OPENAI_API_KEY", &" sk-canary-31415\n".into()).unwrap();
        assert_eq!(key.header_value().expose_secret(), "Bearer sk-canary-31415");
        assert!(!format!("{key:?}").contains("canary"));
    }

    #[test]
    fn a_mark_tells_keys_and_addresses_apart_and_nothing_of_the_key() {
        let mark = |key: &str, address| ApiKey::new(KeyHeader::Bearer, "X", &key.into()).unwrap().mark(address);
        let (one, other) = ("http://127.0.0.1:1/", "http://127.0.0.1:2/");
        assert_eq!(mark("sk-canary", one), mark(" sk-canary ", one));
        assert!(mark("sk-canary", one) != mark("sk-other", one) && mark("sk-canary", one) != mark("sk-canary", other));
        assert_eq!(mark("sk-canary", one).len(), 4);
    }

    #[test]
    fn a_key_that_cannot_be_one_is_refused_without_being_shown() {
        for bad in ["", "  ", "canary with space", "canary\u{1b}[2J", "canary-é"] {
            let error = ApiKey::new(KeyHeader::XiApiKey, "ELEVENLABS_API_KEY", &bad.into()).unwrap_err();
            assert!(error.starts_with("ELEVENLABS_API_KEY ") && !error.contains("canary"), "{error}");
        }
    }

    #[test]
    fn long_lines_reserve_more_room() {
        let second = Duration::from_secs(1);
        assert_eq!(Limits::speech(second, 20).usual_bytes, 1024 * 1024);
        assert!(Limits::speech(second, 1_000).usual_bytes > 6_000_000);
        assert_eq!(Limits::speech(second, usize::MAX / 1024 / 8).usual_bytes, BODY_CAP);
    }
}
