//! What an ElevenLabs account has: its voices, those of the library that its plan allows, and their previews. Every
//! question here is a GET that costs nothing. Pure; the engine asks.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::ElevenLabs;
use crate::domain::Display;
use crate::plan::Failure;
use crate::providers::error_body::ErrorBody;
use crate::providers::errors::classify;
use crate::providers::http::{Body, Call, Limits, Method, Reply};
use crate::providers::names::ELEVENLABS;
use crate::providers::remote::{failure_of, refused};
use crate::providers::voice::casting::{Listed, Origin};

/// Voices of one page: the most that is given at once.
const PAGE: &str = "100";
/// A page is a few hundred KiB; nobody needs more than this.
const LARGEST_PAGE: u64 = 16 * 1024 * 1024;
/// A preview is some seconds of MP3.
const LARGEST_PREVIEW: u64 = 8 * 1024 * 1024;
/// A name that is longer is no name.
const LONGEST_NAME: usize = 200;

/// One page of an account's voices.
#[derive(Debug, Clone, PartialEq)]
pub struct Page {
    pub voices: Vec<Listed>,
    /// What to ask for the next page with; `None` on the last.
    pub next: Option<String>,
    pub total: Option<usize>,
}

/// Unknown members and kinds are passed over: the list of a provider grows.
#[derive(Deserialize)]
struct Voices {
    #[serde(rename = "voices")]
    all: Vec<Value>,
    #[serde(default)]
    has_more: bool,
    #[serde(default)]
    next_page_token: Option<String>,
    #[serde(default)]
    total_count: Option<usize>,
}

#[derive(Deserialize)]
struct Voice {
    #[serde(rename = "voice_id")]
    id: String,
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    category: Option<String>,
    #[serde(default)]
    labels: Option<BTreeMap<String, Value>>,
    #[serde(default)]
    description: Option<String>,
    #[serde(default)]
    preview_url: Option<String>,
    #[serde(default)]
    is_owner: Option<bool>,
    #[serde(default)]
    is_legacy: Option<bool>,
    // Of a voice of the library, which has no labels.
    #[serde(default)]
    gender: Option<String>,
    #[serde(default)]
    age: Option<String>,
    #[serde(default)]
    descriptive: Option<String>,
    #[serde(default)]
    use_case: Option<String>,
    #[serde(default)]
    accent: Option<String>,
    #[serde(default)]
    rate: Option<f64>,
}

impl Voice {
    fn listed(self, is_library: bool) -> Listed {
        let label = |name: &str| self.labels.as_ref()?.get(name)?.as_str().map(str::to_owned);
        let described = self.labels.iter().flatten().filter(|(name, _)| !["gender", "age"].contains(&name.as_str()));
        let labels: Vec<&str> = described.filter_map(|(_, value)| value.as_str()).collect();
        let own = [&self.descriptive, &self.use_case, &self.accent, &self.description];
        let words = labels.into_iter().chain(own.into_iter().filter_map(Option::as_deref));
        let origin = match (is_library, self.category.as_deref(), self.is_owner) {
            (true, ..) => Origin::Library,
            (_, Some("premade"), _) => Origin::Premade,
            (_, _, Some(false)) => Origin::Saved,
            _ => Origin::Own,
        };
        let short = |text: String| text.chars().take(LONGEST_NAME).collect::<String>();
        Listed {
            gender: label("gender").or_else(|| self.gender.clone()),
            age: label("age").or_else(|| self.age.clone()),
            words: short(words.collect::<Vec<_>>().join(", ")),
            name: self.name.clone().map_or_else(|| self.id.clone(), short),
            id: self.id,
            origin,
            preview_url: self.preview_url,
            is_legacy: self.is_legacy.unwrap_or_default(),
            rate: self.rate.filter(|rate| rate.is_finite()).unwrap_or(1.0),
        }
    }
}

impl ElevenLabs {
    /// Asks for a page of the account's voices; `next` is what the page before it said.
    pub fn voices_call(&self, next: Option<&str>) -> Call {
        let mut url = self.endpoint.join(&["v2", "voices"]);
        url.query_pairs_mut().append_pair("page_size", PAGE).extend_pairs(next.map(|next| ("next_page_token", next)));
        self.get(url)
    }

    pub fn read_voices(&self, reply: &Reply) -> Result<Page, Failure> {
        let Voices { all, has_more, next_page_token, total_count } = self.read(reply, "its voices")?;
        let next = next_page_token.filter(|token| has_more && !token.is_empty());
        Ok(Page { voices: listed(all, false), next, total: total_count })
    }

    /// Asks for one voice by its id.
    pub fn voice_call(&self, id: &str) -> Call {
        self.get(self.endpoint.join(&["v1", "voices", id]))
    }

    /// The voice; `None` where the account surely has none of this id.
    pub fn read_voice(&self, reply: &Reply) -> Result<Option<Listed>, Failure> {
        let is_unknown = (400..=404).contains(&reply.head.status) && is_no_voice(&ErrorBody::parse(&reply.body));
        if is_unknown {
            return Ok(None);
        }
        self.read::<Voice>(reply, "a voice").map(|voice| Some(voice.listed(false)))
    }

    /// Asks for young English voices of the public library.
    pub fn library_call(&self) -> Call {
        let mut url = self.endpoint.join(&["v1", "shared-voices"]);
        url.query_pairs_mut().extend_pairs([("page_size", PAGE), ("language", "en"), ("age", "young")]);
        self.get(url)
    }

    pub fn read_library(&self, reply: &Reply) -> Result<Vec<Listed>, Failure> {
        let voices: Voices = self.read(reply, "the voice library")?;
        Ok(listed(voices.all, true))
    }

    /// Asks for the account's plan.
    pub fn plan_call(&self) -> Call {
        self.get(self.endpoint.join(&["v1", "user", "subscription"]))
    }

    /// Fetches the preview of a voice: a file on a public server, so no key goes along.
    pub fn preview_call(&self, voice: &Listed) -> Result<Call, Failure> {
        let name = voice.name.as_str().display();
        let none = || refused(format!("{name} has no preview"), "Hear it at elevenlabs.io → Voices.");
        let address = voice.preview_url.as_deref().filter(|address| !address.is_empty()).ok_or_else(none)?;
        let url =
            reqwest::Url::parse(address).ok().filter(|url| url.scheme() == "https" || self.endpoint.is_origin_of(url));
        let url = url.ok_or_else(|| {
            refused(format!("The preview of {name} is at no address that is safe to ask"), "Hear it at elevenlabs.io.")
        })?;
        let limits = Limits { body_bytes: LARGEST_PREVIEW, ..Limits::question() };
        Ok(Call { provider: ELEVENLABS, method: Method::Get, url, key: None, body: Body::Empty, limits })
    }

    fn get(&self, url: reqwest::Url) -> Call {
        let limits = Limits { body_bytes: LARGEST_PAGE, ..Limits::question() };
        Call { provider: ELEVENLABS, method: Method::Get, url, key: Some(self.key.clone()), body: Body::Empty, limits }
    }

    fn read<T: serde::de::DeserializeOwned>(&self, reply: &Reply, what: &str) -> Result<T, Failure> {
        if reply.head.status == 401 && ErrorBody::parse(&reply.body).has_code("missing_permissions") {
            return Err(refused(
                format!("{} may not read voices, so nobody knows which ones the account has", super::KEY),
                "Give the key the permission Voices: Read at elevenlabs.io → Developers → API keys.",
            ));
        }
        if !reply.head.is_success() {
            let failure = failure_of(classify(&self.names(&self.config.model, ""), reply));
            return Err(failure.unwrap_or_else(|| refused(format!("ElevenLabs did not show {what}"), "Try again.")));
        }
        serde_json::from_slice(&reply.body).map_err(|_| {
            refused(
                format!("ElevenLabs showed {what} in a form that cannot be read"),
                "Look at elevenlabs.io → Voices.",
            )
        })
    }
}

/// Voices that can be read; one that cannot hides no other.
fn listed(voices: Vec<Value>, is_library: bool) -> Vec<Listed> {
    let read = |voice| serde_json::from_value::<Voice>(voice).ok();
    let is_usable = |voice: &Listed| super::is_voice_id(&voice.id);
    voices.into_iter().filter_map(read).map(|voice| voice.listed(is_library)).filter(is_usable).collect()
}

/// Whether an error says that there is no such voice for this account.
pub(super) fn is_no_voice(error: &ErrorBody) -> bool {
    ["voice_not_found", "invalid_voice_id", "voice_does_not_exist"].iter().any(|code| error.has_code(code))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::providers::config::ElevenLabsConfig;
    use crate::providers::samples::{self, CANARY};

    fn provider() -> ElevenLabs {
        ElevenLabs::new(&samples::config().elevenlabs, &samples::prices().elevenlabs).unwrap()
    }

    #[test]
    fn questions_are_asked_exactly_so() {
        let provider = provider();
        for (call, url) in [
            (provider.voices_call(None), "https://api.elevenlabs.io/v2/voices?page_size=100"),
            (
                provider.voices_call(Some("a b")),
                "https://api.elevenlabs.io/v2/voices?page_size=100&next_page_token=a+b",
            ),
            (provider.voice_call("x/../y"), "https://api.elevenlabs.io/v1/voices/x%2F..%2Fy"),
            (provider.library_call(), "https://api.elevenlabs.io/v1/shared-voices?page_size=100&language=en&age=young"),
        ] {
            assert_eq!((call.url.as_str(), call.method), (url, Method::Get));
            assert_eq!(call.key.unwrap().header_name(), "xi-api-key");
        }
    }

    #[test]
    fn a_list_is_read_whatever_else_is_in_it() {
        let body = json!({
            "voices": [
                {"voice_id": "p1", "name": "Jessica - Playful", "category": "premade", "is_owner": false,
                 "labels": {"gender": "female", "age": "young", "descriptive": "cute", "accent": "american"},
                 "preview_url": "https://x/p1.mp3", "is_legacy": true, "samples": null, "new_member": {"a": [1]}},
                {"voice_id": "o1", "name": null, "category": "cloned", "is_owner": true, "labels": {"gender": 3}},
                {"voice_id": "s1", "name": "S", "category": "professional", "is_owner": false},
                {"voice_id": "../../user", "name": "hostile"},
                {"name": "without an id"},
                17,
            ],
            "has_more": true, "total_count": 250, "next_page_token": "tok",
        });
        let page = provider().read_voices(&samples::reply(200, body.to_string())).unwrap();
        assert_eq!((page.next.as_deref(), page.total), (Some("tok"), Some(250)));
        let found: Vec<_> = page.voices.iter().map(|voice| (voice.id.as_str(), voice.origin)).collect();
        assert_eq!(found, [("p1", Origin::Premade), ("o1", Origin::Own), ("s1", Origin::Saved)]);
        let first = &page.voices[0];
        assert_eq!((first.gender.as_deref(), first.age.as_deref()), (Some("female"), Some("young")));
        assert!(first.is_legacy && first.words.contains("cute") && first.words.contains("american"));
        assert_eq!(page.voices[1].name, "o1");
        let last = json!({"voices": [], "has_more": false, "next_page_token": "tok"}).to_string();
        assert_eq!(provider().read_voices(&samples::reply(200, last)).unwrap().next, None);
    }

    #[test]
    fn a_voice_that_is_not_there_is_told_from_one_that_cannot_be_asked_for() {
        let read = |status, body: &str| provider().read_voice(&samples::reply(status, body));
        let gone = r#"{"detail":{"status":"voice_not_found","message":"m"}}"#;
        assert_eq!(read(404, gone).unwrap(), None);
        assert_eq!(read(400, gone).unwrap(), None);
        assert!(read(404, "<html>").is_err() && read(500, gone).is_err() && read(200, "[]").is_err());
        assert_eq!(read(200, r#"{"voice_id":"v","name":"N"}"#).unwrap().unwrap().name, "N");
        let told = read(401, r#"{"detail":{"status":"missing_permissions","message":"m"}}"#).unwrap_err();
        assert!(told.next_step.contains("Voices: Read"), "{told}");
    }

    #[test]
    fn a_preview_is_fetched_without_the_key_and_only_from_where_it_is_safe() {
        let voice = |url: Option<&str>| {
            let json = json!({"voice_id": "v", "name": "N", "preview_url": url});
            serde_json::from_value::<Voice>(json).unwrap().listed(false)
        };
        let call = provider().preview_call(&voice(Some("https://storage.example/p.mp3"))).unwrap();
        assert!(call.key.is_none() && call.limits.body_bytes == LARGEST_PREVIEW);
        for bad in [None, Some(""), Some("http://169.254.169.254/"), Some("file:///etc/passwd"), Some("no address")] {
            assert!(provider().preview_call(&voice(bad)).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn accounts_are_told_apart_and_no_key_is_kept() {
        let of = |key: &str, base: Option<&str>| {
            let base_url = base.map(str::to_owned);
            let config = ElevenLabsConfig { key: Some(key.into()), base_url, ..samples::config().elevenlabs };
            ElevenLabs::new(&config, &samples::prices().elevenlabs).unwrap().account()
        };
        assert_eq!(of("one", None), of(" one\n", None));
        assert_ne!(of("one", None), of("two", None));
        assert_ne!(of("one", None), of("one", Some("http://127.0.0.1:1")));
        let name = of(CANARY, None);
        assert!(name.len() == 4 && !name.contains("canary"), "{name}");
    }

    proptest! {
        #[test]
        fn no_body_breaks_the_readers(body in proptest::collection::vec(any::<u8>(), 0..300), status in 100_u16..600) {
            let reply = samples::reply(status, body);
            let _ = provider().read_voices(&reply);
            let _ = provider().read_voice(&reply);
            let _ = provider().read_library(&reply);
        }
    }
}
