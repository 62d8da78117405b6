//! Google's sign-in and YouTube's resumable upload on a loopback port: each upload has an address of its own, keeps what
//! has arrived, and is cut where a test says so.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

/// What becomes of the next request with bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// After so many bytes the connection is closed.
    Cut(usize),
    /// All arrives, and the answer is lost.
    Silent,
    /// Nothing is taken, with this status.
    Status(u16),
}

#[derive(Default)]
struct Inside {
    fates: Vec<Fate>,
    /// What begins an upload is refused with this status and reason.
    refusal: Option<(u16, &'static str)>,
    /// The words of each upload, and what has arrived of it.
    uploads: Vec<(Value, usize, Vec<u8>)>,
    /// Addresses that are no longer known.
    forgotten: bool,
    /// Forms that were posted to redeem something.
    redeemed: Vec<BTreeMap<String, String>>,
    tokens: usize,
}

/// The servers, until they are dropped.
#[derive(Clone)]
pub struct FakeTube {
    pub port: u16,
    inside: Arc<Mutex<Inside>>,
}

/// A request without its body.
struct Head {
    method: String,
    target: String,
    headers: BTreeMap<String, String>,
}

impl FakeTube {
    pub fn start() -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let tube = Self { port: listener.local_addr().unwrap().port(), inside: Arc::default() };
        let served = tube.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let tube = served.clone();
                std::thread::spawn(move || tube.serve(&stream));
            }
        });
        tube
    }

    pub fn base(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// The client file of a person's own project.
    pub fn client_file(&self) -> String {
        let base = self.base();
        json!({"installed": {"client_id": "me.apps", "client_secret": "canary-secret-31415926",
            "auth_uri": format!("{base}/auth"), "token_uri": format!("{base}/token")}})
        .to_string()
    }

    pub fn will(&self, fates: &[Fate]) {
        self.inside.lock().unwrap().fates = fates.iter().rev().copied().collect();
    }

    pub fn refuse(&self, refusal: Option<(u16, &'static str)>) {
        self.inside.lock().unwrap().refusal = refusal;
    }

    pub fn forget(&self) {
        self.inside.lock().unwrap().forgotten = true;
    }

    /// The words of each upload that was begun, and its bytes so far.
    pub fn uploads(&self) -> Vec<(Value, Vec<u8>)> {
        let inside = self.inside.lock().unwrap();
        inside.uploads.iter().map(|(words, _, bytes)| (words.clone(), bytes.clone())).collect()
    }

    /// Videos that are whole.
    pub fn videos(&self) -> usize {
        self.inside.lock().unwrap().uploads.iter().filter(|(_, length, bytes)| bytes.len() == *length).count()
    }

    pub fn redeemed(&self) -> Vec<BTreeMap<String, String>> {
        self.inside.lock().unwrap().redeemed.clone()
    }

    fn serve(&self, stream: &TcpStream) {
        let mut reader = BufReader::new(stream);
        let Some(head) = read_head(&mut reader) else { return };
        let length = head.headers.get("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
        match (head.method.as_str(), head.target.split('?').next().unwrap_or_default()) {
            ("PUT", target) => self.put(target, &head, &mut reader, length, stream),
            (_, target) => {
                let mut body = vec![0; length];
                if reader.read_exact(&mut body).is_err() {
                    return;
                }
                let (status, header, text) = match target {
                    "/token" => self.token(&body),
                    "/upload/youtube/v3/videos" => self.begin(&head, &body),
                    _ => (404, String::new(), "{}".to_owned()),
                };
                reply(stream, status, &header, &text);
            }
        }
    }

    fn token(&self, body: &[u8]) -> (u16, String, String) {
        let form = form(&String::from_utf8_lossy(body));
        let mut inside = self.inside.lock().unwrap();
        inside.redeemed.push(form);
        inside.tokens += 1;
        let token = json!({"access_token": format!("canary-access-{}", inside.tokens), "expires_in": 3599,
            "refresh_token": "canary-refresh-27182818", "token_type": "Bearer"});
        (200, String::new(), token.to_string())
    }

    fn begin(&self, head: &Head, body: &[u8]) -> (u16, String, String) {
        let mut inside = self.inside.lock().unwrap();
        if let Some((status, reason)) = inside.refusal {
            let error = json!({"error": {"code": status, "message": "Sorry.", "errors": [{"reason": reason}]}});
            return (status, String::new(), error.to_string());
        }
        if !head.headers.get("authorization").is_some_and(|token| token.starts_with("Bearer canary-access-")) {
            return (401, String::new(), "{}".to_owned());
        }
        let length = head.headers["x-upload-content-length"].parse().unwrap();
        inside.uploads.push((serde_json::from_slice(body).unwrap(), length, Vec::new()));
        (200, format!("location: {}/session/{}\r\n", self.base(), inside.uploads.len() - 1), String::new())
    }

    fn put(&self, target: &str, head: &Head, reader: &mut impl Read, length: usize, stream: &TcpStream) {
        let Some(number) = target.strip_prefix("/session/").and_then(|number| number.parse::<usize>().ok()) else {
            return;
        };
        let range = &head.headers["content-range"];
        let fate = if length > 0 { self.inside.lock().unwrap().fates.pop() } else { None };
        if let Some(Fate::Status(status)) = fate {
            return reply(stream, status, "", "{}");
        }
        let taken = match fate {
            Some(Fate::Cut(most)) => most.min(length),
            _ => length,
        };
        let mut bytes = vec![0; taken];
        if reader.read_exact(&mut bytes).is_err() {
            return;
        }
        let mut inside = self.inside.lock().unwrap();
        if inside.forgotten {
            return reply(stream, 404, "", "{}");
        }
        let (_, whole, arrived) = &mut inside.uploads[number];
        if length > 0 {
            assert_eq!(*range, format!("bytes {}-{}/{whole}", arrived.len(), *whole - 1), "from where it ended");
            arrived.extend(bytes);
        }
        if matches!(fate, Some(Fate::Cut(_) | Fate::Silent)) {
            return;
        }
        if arrived.len() == *whole {
            reply(stream, 200, "", &json!({"id": format!("video{number}")}).to_string());
        } else {
            let last = arrived.len().checked_sub(1).map(|last| format!("range: bytes=0-{last}\r\n"));
            reply(stream, 308, &last.unwrap_or_default(), "");
        }
    }
}

fn read_head(reader: &mut impl BufRead) -> Option<Head> {
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let mut words = line.split(' ');
    let (method, target) = (words.next()?.to_owned(), words.next()?.to_owned());
    let mut headers = BTreeMap::new();
    loop {
        let mut header = String::new();
        reader.read_line(&mut header).ok()?;
        let Some((name, value)) = header.trim_end().split_once(':') else { break };
        headers.insert(name.to_ascii_lowercase(), value.trim().to_owned());
    }
    Some(Head { method, target, headers })
}

fn reply(mut stream: &TcpStream, status: u16, header: &str, body: &str) {
    let head = format!("HTTP/1.1 {status} X\r\ncontent-length: {}\r\nconnection: close\r\n{header}\r\n", body.len());
    let _ = stream.write_all(format!("{head}{body}").as_bytes());
}

/// The fields of a form or of a query. What is escaped is put back.
pub fn form(text: &str) -> BTreeMap<String, String> {
    let plain = |text: &str| {
        let mut bytes = Vec::new();
        let mut rest = text.as_bytes();
        while let [first, behind @ ..] = rest {
            rest = behind;
            match (first, behind) {
                (b'+', _) => bytes.push(b' '),
                (b'%', [high, low, behind @ ..]) => {
                    let digit = |byte: u8| char::from(byte).to_digit(16).unwrap() as u8;
                    bytes.push(digit(*high) * 16 + digit(*low));
                    rest = behind;
                }
                _ => bytes.push(*first),
            }
        }
        String::from_utf8(bytes).unwrap()
    };
    let pairs = text.split('&').filter_map(|pair| pair.split_once('='));
    pairs.map(|(name, value)| (plain(name), plain(value))).collect()
}
