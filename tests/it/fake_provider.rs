//! OpenAI and ElevenLabs on a loopback port: real pictures and sounds, a ledger of what was charged, and faults by
//! script. A charge is booked when the request has come in, whether or not anybody waits for the answer. Questions (GET)
//! are free and answered apart.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Barrier, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};

/// What came in.
#[derive(Debug, Clone)]
pub struct Asked {
    pub path: String,
    /// Behind the `?`.
    pub query: String,
    /// The key as it was sent.
    pub key: String,
    pub body: Value,
}

impl Asked {
    pub fn is_picture(&self) -> bool {
        self.path.contains("/images/")
    }

    /// The prompt or the text.
    pub fn words(&self) -> &str {
        self.body["prompt"].as_str().or(self.body["text"].as_str()).unwrap_or_default()
    }
}

/// How a request is answered.
#[derive(Debug, Clone)]
pub enum Reply {
    /// As the provider does; this is charged.
    Well,
    /// Charged too: the status is 200, the body is what it is.
    Charged(String),
    /// The same with bytes that are no text.
    Bytes(Vec<u8>),
    Refused {
        status: u16,
        headers: Vec<(&'static str, String)>,
        body: String,
    },
    /// Charged, and the connection ends before anything is answered.
    Silence,
    /// As `Well`, and saying how many calls are taken at once.
    Announcing(u32),
    /// Charged, with these headers too.
    WellWith {
        headers: Vec<(&'static str, String)>,
        body: String,
    },
    /// Charged, and written byte for byte, head included.
    Steps(Vec<Step>),
}

/// One thing that a connection does.
#[derive(Debug, Clone)]
pub enum Step {
    Send(Vec<u8>),
    /// Bytes one by one, with this pause between two.
    Drip(Vec<u8>, Duration),
    /// Prints when it came here, in microseconds since 1970.
    #[allow(dead_code, reason = "for the bench of the schedule")]
    Tell,
    /// Goes on when the test has come to the same place.
    Meet(Arc<Barrier>),
}

impl Step {
    /// The head of a reply whose body ends with the connection.
    pub fn head(media_type: &str) -> Self {
        Self::Send(format!("HTTP/1.1 200 OK\r\ncontent-type: {media_type}\r\nconnection: close\r\n\r\n").into_bytes())
    }

    /// One event of a stream.
    pub fn event(name: &str, mut data: Value) -> Self {
        data["type"] = json!(name);
        Self::Send(format!("event: {name}\ndata: {data}\n\n").into_bytes())
    }
}

/// A running fake; its thread ends with the test program.
pub struct FakeProvider {
    port: u16,
    asked: Arc<Mutex<Vec<Asked>>>,
    charged: Arc<Mutex<Vec<Asked>>>,
    questions: Arc<Mutex<Questions>>,
}

/// What is asked for free, and the answer to it.
struct Questions {
    asked: usize,
    status: u16,
    body: String,
}

impl Default for Questions {
    fn default() -> Self {
        let body = json!({"id": "a model", "shutdown_date": null, "tier": "creator",
            "character_count": 1_000, "character_limit": 100_000});
        Self { asked: 0, status: 200, body: body.to_string() }
    }
}

impl FakeProvider {
    /// `script` is given each request and its number, from 0.
    pub fn start(script: impl Fn(&Asked, usize) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let (asked, charged) = (Arc::<Mutex<Vec<Asked>>>::default(), Arc::<Mutex<Vec<Asked>>>::default());
        let questions = Arc::<Mutex<Questions>>::default();
        let (asked_in, charged_in, script) = (asked.clone(), charged.clone(), Arc::new(script));
        let questions_in = questions.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let (asked, charged, script) = (asked_in.clone(), charged_in.clone(), script.clone());
                let questions = questions_in.clone();
                std::thread::spawn(move || {
                    let Some((method, request)) = read_request(&stream) else { return };
                    // What was made before is for the script to know.
                    if method == "GET" && !request.path.starts_with("/v1/history") {
                        let mut questions = questions.lock().unwrap();
                        questions.asked += 1;
                        let (status, body) = (questions.status, questions.body.clone());
                        return answer(stream, &request, Reply::Refused { status, headers: Vec::new(), body });
                    }
                    let number = {
                        let mut asked = asked.lock().unwrap();
                        asked.push(request.clone());
                        asked.len() - 1
                    };
                    let reply = script(&request, number);
                    if !matches!(reply, Reply::Refused { .. }) {
                        charged.lock().unwrap().push(request.clone());
                    }
                    answer(stream, &request, reply);
                });
            }
        });
        Self { port, asked, charged, questions }
    }

    /// From now on every question is answered so.
    pub fn answer_questions(&self, status: u16, body: &str) {
        let mut questions = self.questions.lock().unwrap();
        (questions.status, questions.body) = (status, body.to_owned());
    }

    /// How many free questions came.
    pub fn questions(&self) -> usize {
        self.questions.lock().unwrap().asked
    }

    pub fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }

    /// The ledger.
    pub fn charged(&self) -> Vec<Asked> {
        self.charged.lock().unwrap().clone()
    }

    pub fn openai_base(&self) -> String {
        format!("http://127.0.0.1:{}/v1", self.port)
    }

    pub fn elevenlabs_base(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }
}

pub fn read_request(stream: &TcpStream) -> Option<(String, Asked)> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let (method, target) = (line.split(' ').next()?.to_owned(), line.split(' ').nth(1)?);
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let (path, query) = (path.to_owned(), query.to_owned());
    let (mut length, mut key) = (0, String::new());
    loop {
        let mut header = String::new();
        reader.read_line(&mut header).ok()?;
        let Some((name, value)) = header.trim_end().split_once(':') else { break };
        match name.to_ascii_lowercase().as_str() {
            "content-length" => length = value.trim().parse().ok()?,
            "authorization" | "xi-api-key" => value.trim().clone_into(&mut key),
            _ => {}
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    let body = serde_json::from_slice(&body).unwrap_or_else(|_| form(&body));
    Some((method, Asked { path, query, key, body }))
}

/// The fields of a multipart form; of a file, its bytes as base64.
fn form(body: &[u8]) -> Value {
    let mut fields = json!({});
    let Some(boundary) = body.windows(2).position(|end| end == b"\r\n").map(|end| &body[..end]) else { return fields };
    let mut rest = body;
    while let Some(part) = rest.get(boundary.len() + 2..) {
        let Some(end) = part.windows(boundary.len() + 2).position(|at| at.starts_with(b"\r\n") && &at[2..] == boundary)
        else {
            break;
        };
        let content = part.windows(4).position(|at| at == b"\r\n\r\n").map_or(0, |head| head + 4);
        let head = String::from_utf8_lossy(&part[..content]);
        let name = head.split("name=\"").nth(1).and_then(|name| name.split('"').next()).unwrap_or_default();
        let is_file = head.contains("filename=");
        let bytes = &part[content..end];
        fields[name] = if is_file { json!(base64(bytes)) } else { json!(String::from_utf8_lossy(bytes)) };
        rest = &part[end + 2..];
    }
    fields
}

pub fn base64(bytes: &[u8]) -> String {
    base64_simd::STANDARD.encode_to_string(bytes)
}

pub fn answer(mut stream: TcpStream, request: &Asked, reply: Reply) {
    let (status, headers, body) = match reply {
        Reply::Silence => return,
        Reply::Steps(steps) => return perform(&mut stream, steps),
        Reply::Refused { status, headers, body } => (status, headers, body.into_bytes()),
        Reply::Charged(body) => (200, Vec::new(), body.into_bytes()),
        Reply::Bytes(body) => (200, Vec::new(), body),
        Reply::Well => (200, vec![("request-id", "req_1".to_owned())], good_body(request).to_string().into_bytes()),
        Reply::WellWith { headers, body } => (200, headers, body.into_bytes()),
        Reply::Announcing(most) => {
            let headers = vec![("maximum-concurrent-requests", most.to_string())];
            (200, headers, good_body(request).to_string().into_bytes())
        }
    };
    let headers: Vec<String> = headers.into_iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    let head =
        format!("HTTP/1.1 {status} X\r\ncontent-length: {}\r\nconnection: close\r\n{}", body.len(), headers.concat());
    // A client that is gone is no matter: the charge is booked.
    let _ = stream.write_all(&[format!("{head}\r\n").as_bytes(), &body].concat());
}

fn perform(stream: &mut TcpStream, steps: Vec<Step>) {
    for step in steps {
        let written = match step {
            Step::Send(bytes) => stream.write_all(&bytes),
            Step::Drip(bytes, pause) => bytes.iter().try_for_each(|byte| {
                std::thread::sleep(pause);
                stream.write_all(&[*byte])
            }),
            Step::Tell => {
                let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
                println!("{}", since.as_micros());
                Ok(())
            }
            Step::Meet(barrier) => {
                barrier.wait();
                Ok(())
            }
        };
        if written.is_err() {
            return;
        }
    }
}

/// A picture whose colour depends on the prompt, or a second of sound with its timestamps.
pub fn good_body(request: &Asked) -> Value {
    if request.is_picture() {
        let shade = request.words().bytes().fold(0u8, u8::wrapping_add);
        let mut picture = Vec::new();
        portrait(shade).write_with_encoder(image::codecs::png::PngEncoder::new(&mut picture)).unwrap();
        let usage = json!({"input_tokens": 100, "output_tokens": 1584,
            "input_tokens_details": {"text_tokens": 100, "image_tokens": 0}});
        return json!({"created": 1, "data": [{"b64_json": base64(&picture)}], "usage": usage});
    }
    if let Some(lines) = request.body["inputs"].as_array() {
        return dialogue(lines);
    }
    let text = request.body["text"].as_str().unwrap_or_default();
    let samples: Vec<u8> =
        (0..24_000u32).map(|n| ((f64::from(n) * 0.08).sin() * 9_000.0) as i16).flat_map(i16::to_le_bytes).collect();
    let characters: Vec<String> = text.chars().map(String::from).collect();
    let step = 0.9 / characters.len().max(1) as f64;
    let starts: Vec<f64> = (0..characters.len()).map(|n| n as f64 * step).collect();
    let ends: Vec<f64> = starts.iter().map(|start| start + step).collect();
    let alignment = json!({"characters": characters, "character_start_times_seconds": starts,
        "character_end_times_seconds": ends});
    json!({"audio_base64": base64(&samples), "alignment": alignment, "normalized_alignment": null})
}

/// A second for each line, with a pause at its end; the characters are told as the lines have them.
fn dialogue(lines: &[Value]) -> Value {
    let sample = |at: usize| if at % 24_000 < 20_000 { ((at as f64 * 0.08).sin() * 9_000.0) as i16 } else { 0 };
    let samples: Vec<u8> = (0..lines.len() * 24_000).map(sample).flat_map(i16::to_le_bytes).collect();
    let (mut characters, mut starts, mut segments) = (Vec::new(), Vec::new(), Vec::new());
    for (index, line) in lines.iter().enumerate() {
        let text: Vec<char> = line["text"].as_str().unwrap().chars().collect();
        let (from, step) = (index as f64, 0.8 / text.len() as f64);
        let first = characters.len();
        starts.extend((0..text.len()).map(|at| from + at as f64 * step));
        characters.extend(text.into_iter().map(String::from));
        segments.push(json!({"voice_id": line["voice_id"], "start_time_seconds": from, "end_time_seconds": from + 0.8,
            "character_start_index": first, "character_end_index": characters.len(), "dialogue_input_index": index}));
    }
    let alignment = json!({"characters": characters, "character_start_times_seconds": starts,
        "character_end_times_seconds": starts});
    json!({"audio_base64": base64(&samples), "alignment": alignment, "normalized_alignment": null,
        "voice_segments": segments})
}

/// A portrait with a colour of its own.
pub fn portrait(shade: u8) -> image::RgbImage {
    image::RgbImage::from_fn(1024, 1536, |x, y| image::Rgb([x as u8, y as u8, shade]))
}
