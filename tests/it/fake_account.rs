//! An ElevenLabs account on a loopback port: its voices page by page, its plan, the library, previews, and speech that is
//! refused for a voice that the account does not have. The account can change while programs look on.

use std::net::TcpListener;
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

use crate::fake_provider::{Asked, Reply, answer, read_request};

/// The default voices that stood for `baby_voice_1` … `baby_voice_8`.
pub const DEFAULTS: [(&str, &str, &str); 8] = [
    ("cgSgspJ2msm6clMCkdW9", "Jessica", "female"),
    ("TX3LPaxmHKxFdv7VOQHJ", "Liam", "male"),
    ("FGY2WhTYpPnrIDTdsKH5", "Laura", "female"),
    ("bIHbv24MWmeRgasZH58o", "Will", "male"),
    ("EXAVITQu4vr4xnSDxMaL", "Sarah", "female"),
    ("IKne3meq5aSn9XLyUdCD", "Charlie", "male"),
    ("pFZP5JQG7iQjIQuC4Bku", "Lily", "female"),
    ("SAz9YHcvj6GT2YYXdXww", "River", "neutral"),
];

/// What an account is.
#[derive(Debug, Clone, Default)]
pub struct Account {
    pub tier: &'static str,
    pub voices: Vec<Value>,
    pub library: Vec<Value>,
    /// What is answered instead of a preview that is a sound.
    pub preview: Option<Vec<u8>>,
}

pub fn voice(id: &str, name: &str, gender: &str, category: &str) -> Value {
    json!({"voice_id": id, "name": name, "category": category, "is_owner": category != "premade",
        "labels": {"gender": gender, "age": "young", "descriptive": "playful"}, "description": "A voice.",
        "preview_url": format!("PREVIEWS/{id}.mp3"), "is_legacy": false})
}

impl Account {
    /// Made in 2024: it has the default voices.
    pub fn old() -> Self {
        let voices = DEFAULTS.map(|(id, name, gender)| voice(id, name, gender, "premade"));
        Self { tier: "creator", voices: voices.into(), ..Self::default() }
    }

    /// Made in April 2026, and paid for: two voices of its own, no default ones, and the library.
    pub fn young() -> Self {
        Self {
            tier: "creator",
            voices: vec![
                voice("ownGirl", "Own girl", "female", "cloned"),
                voice("ownBoy", "Own boy", "male", "generated"),
            ],
            library: (1..=8)
                .map(|number| voice(&format!("library{number}"), "Library", "female", "professional"))
                .collect(),
            ..Self::default()
        }
    }

    /// Made today, on the free plan: nothing at all.
    pub fn empty() -> Self {
        Self { tier: "free", ..Self::default() }
    }

    fn has(&self, id: &str) -> bool {
        self.voices.iter().chain(&self.library).any(|voice| voice["voice_id"] == id)
    }
}

/// A running fake; its thread ends with the test program.
pub struct FakeAccount {
    port: u16,
    account: Arc<Mutex<Account>>,
    asked: Arc<Mutex<Vec<(String, Asked)>>>,
}

impl FakeAccount {
    pub fn start(account: Account) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let (account, asked) = (Arc::new(Mutex::new(account)), Arc::<Mutex<Vec<_>>>::default());
        let fake = Self { port, account: account.clone(), asked: asked.clone() };
        let base = fake.base();
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let (account, asked, base) = (account.clone(), asked.clone(), base.clone());
                std::thread::spawn(move || {
                    let Some((method, request)) = read_request(&stream) else { return };
                    asked.lock().unwrap().push((method.clone(), request.clone()));
                    let reply = reply(&account.lock().unwrap(), &method, &request, &base);
                    answer(stream, &request, reply);
                });
            }
        });
        fake
    }

    /// From now on the account is this one.
    pub fn become_account(&self, account: Account) {
        *self.account.lock().unwrap() = account;
    }

    pub fn base(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// `GET /v2/voices?page_size=100`, in the order in which they came.
    pub fn lines(&self) -> Vec<String> {
        let line = |(method, asked): &(String, Asked)| {
            let query = if asked.query.is_empty() { String::new() } else { format!("?{}", asked.query) };
            format!("{method} {}{query}", asked.path)
        };
        self.asked.lock().unwrap().iter().map(line).collect()
    }

    /// The lines that were asked to be spoken, with their voices.
    pub fn spoken(&self) -> Vec<(String, Value)> {
        let asked = self.asked.lock().unwrap();
        let speech = asked.iter().filter(|(method, _)| method == "POST");
        speech.map(|(_, asked)| (voice_of(&asked.path), asked.body.clone())).collect()
    }

    /// The requests that carried a key.
    pub fn with_key(&self) -> Vec<String> {
        let asked = self.asked.lock().unwrap();
        asked.iter().filter(|(_, asked)| !asked.key.is_empty()).map(|(_, asked)| asked.path.clone()).collect()
    }
}

fn voice_of(path: &str) -> String {
    path.split('/').nth(3).unwrap_or_default().to_owned()
}

fn refused(status: u16, code: &str) -> Reply {
    let body = json!({"detail": {"status": code, "message": "No."}}).to_string();
    Reply::Refused { status, headers: Vec::new(), body }
}

fn told(body: &Value) -> Reply {
    Reply::Refused { status: 200, headers: Vec::new(), body: body.to_string() }
}

fn reply(account: &Account, method: &str, request: &Asked, base: &str) -> Reply {
    let with_address = |voices: &[Value]| -> Vec<Value> {
        let text = Value::from(voices.to_vec()).to_string().replace("PREVIEWS", &format!("{base}/previews"));
        serde_json::from_str(&text).unwrap()
    };
    let parts: Vec<&str> = request.path.trim_start_matches('/').split('/').collect();
    match (method, parts.as_slice()) {
        ("GET", ["v2", "voices"]) => {
            let token = request.query.split('&').find_map(|part| part.strip_prefix("next_page_token="));
            let from: usize = token.and_then(|token| token.parse().ok()).unwrap_or_default();
            let page: Vec<Value> = account.voices.iter().skip(from).take(100).cloned().collect();
            let next = from + page.len();
            let has_more = next < account.voices.len();
            told(&json!({"voices": with_address(&page), "has_more": has_more, "total_count": account.voices.len(),
                "next_page_token": has_more.then(|| next.to_string())}))
        }
        ("GET", ["v1", "voices", id]) => match account.voices.iter().find(|voice| voice["voice_id"] == *id) {
            Some(voice) => told(&with_address(std::slice::from_ref(voice))[0]),
            None => refused(404, "voice_not_found"),
        },
        ("GET", ["v1", "shared-voices"]) => told(&json!({"voices": with_address(&account.library), "has_more": false})),
        ("GET", ["v1", "user", "subscription"]) => {
            told(&json!({"tier": account.tier, "character_count": 1, "character_limit": 100_000}))
        }
        ("GET", ["previews", _]) => {
            let mp3 = include_bytes!("../fixtures/tone_440_stereo.mp3").to_vec();
            Reply::Bytes(account.preview.clone().unwrap_or(mp3))
        }
        ("POST", ["v1", "text-to-speech", id, "with-timestamps"]) => match account.has(id) {
            false => refused(404, "voice_not_found"),
            true if account.tier == "free" => refused(402, "paid_plan_required"),
            true => Reply::Well,
        },
        ("POST", ["v1", "text-to-dialogue", "with-timestamps"]) => {
            let voices = request.body["inputs"].as_array().unwrap().iter().filter_map(|line| line["voice_id"].as_str());
            let missing: Vec<&str> = voices.filter(|id| !account.has(id)).collect();
            match missing.first() {
                Some(id) => {
                    let message = format!("A voice with voice_id {id} was not found.");
                    let body = json!({"detail": {"status": "voice_not_found", "message": message}}).to_string();
                    Reply::Refused { status: 404, headers: Vec::new(), body }
                }
                None if account.tier == "free" => refused(402, "paid_plan_required"),
                None => Reply::Well,
            }
        }
        _ => refused(404, "not_found"),
    }
}
