//! How close a paid campaign comes to the ideal schedule, how soon a picture is safe after its last byte, and how much
//! memory sixteen pictures in flight take. The provider is a fake in a process of its own.
//!
//! `cargo bench --bench schedule`; a figure over its limit ends it with an error.

#[allow(dead_code, reason = "the tests use all of it")]
#[path = "../tests/it/fake_provider.rs"]
mod fake_provider;
#[allow(dead_code, reason = "the tests use all of it")]
#[path = "../tests/it/support.rs"]
mod support;

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, ChildStdin, Command, ExitCode, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use babblecast::domain::MicroDollars;
use babblecast::engine::{Consent, EngineSettings, Event, Outcome};
use babblecast::plan::{JobState, Role};
use fake_provider::{FakeProvider, Reply, Step, base64, good_body};
use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::{Rgb, RgbImage};
use serde_json::{Value, json};
use support::{Place, Studio};

const ENOUGH: Consent = Consent::UpTo(MicroDollars(1_000_000_000));
const AT_ONCE: u32 = 16;
const PICTURE: Duration = Duration::from_secs(2);
const VOICE: Duration = Duration::from_millis(400);

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if arguments.first().map(String::as_str) == Some("fake") {
        serve(
            Duration::from_millis(arguments[1].parse().unwrap()),
            Duration::from_millis(arguments[2].parse().unwrap()),
        );
        return ExitCode::SUCCESS;
    }
    let figures = [schedule(), picture_to_disk(), memory()];
    println!("{:<58} {:>10} {:>10}", "", "found", "at most");
    for Figure { name, found, most, unit } in &figures {
        println!("{name:<58} {:>10} {:>10}", format!("{found:.2} {unit}"), format!("{most} {unit}"));
    }
    if figures.iter().all(|figure| figure.found <= figure.most) { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

struct Figure {
    name: &'static str,
    found: f64,
    most: f64,
    unit: &'static str,
}

/// Two babies and two hundred lines.
fn schedule() -> Figure {
    let fake = Fake::start(PICTURE, VOICE);
    let place = Place::new();
    place.write("bench.json", &campaign(2, 200));
    let mut studio = Studio::start(fake.settings(&place));
    let started = Instant::now();
    let ended = studio.generate_final("bench", ENOUGH);
    let took = started.elapsed();
    assert_eq!(ended.outcome, Outcome::Complete, "{}", ended.message);
    studio.stop();
    let rounds = 200_u32.div_ceil(AT_ONCE);
    let ideal = PICTURE.max(VOICE * rounds);
    println!("2 babies, 200 lines: {:.2} s, ideal {:.2} s", took.as_secs_f64(), ideal.as_secs_f64());
    Figure {
        name: "2 babies and 200 lines, times the ideal schedule",
        found: took.as_secs_f64() / ideal.as_secs_f64(),
        most: 1.25,
        unit: "×",
    }
}

/// From the last byte that was sent to the picture told as made: checked in full, stored, synced and in the ledger.
fn picture_to_disk() -> Figure {
    const PICTURES: usize = 20;
    let fake = Fake::start(Duration::ZERO, Duration::ZERO);
    let place = Place::new();
    place.write("bench.json", &campaign(PICTURES, 0));
    let mut settings = fake.settings(&place);
    settings.providers.openai.at_once = Some(1);
    let mut studio = Studio::start(settings);
    let run = studio.begin_final("bench", ENOUGH);
    let mut made = Vec::new();
    while made.len() < PICTURES {
        let event = studio.until(|event| matches!(event, Event::Jobs(_)));
        let now = micros();
        let Event::Jobs(changes) = event else { unreachable!() };
        let pictures = changes.iter().filter(|change| {
            change.facts.state == JobState::Made
                && change.facts.outputs.iter().any(|made| made.output.role == Role::Picture)
        });
        made.extend(pictures.map(|_| now));
    }
    studio.run_ended(run);
    studio.stop();
    let mut took: Vec<f64> = made.iter().map(|made| (*made as f64 - fake.sent() as f64) / 1000.0).collect();
    took.sort_by(f64::total_cmp);
    println!("body to stored picture: {:.1} to {:.1} ms", took[0], took[PICTURES - 1]);
    Figure {
        name: "a picture of 2.4 MB, last byte to stored and paid, median",
        found: took[PICTURES / 2],
        most: 25.0,
        unit: "ms",
    }
}

/// Two pictures to learn what is taken at once, then sixteen that come in together.
fn memory() -> Figure {
    let fake = Fake::start(PICTURE, VOICE);
    let place = Place::new();
    place.write("bench.json", &campaign(2 + AT_ONCE as usize, 0));
    let mut studio = Studio::start(fake.settings(&place));
    // Forgets the peak so far.
    std::fs::write("/proc/self/clear_refs", "5").unwrap();
    let before = kibibytes("VmRSS");
    let ended = studio.generate_final("bench", ENOUGH);
    let peak = kibibytes("VmHWM");
    assert_eq!(ended.outcome, Outcome::Complete, "{}", ended.message);
    studio.stop();
    println!("memory: {} MiB before, {} MiB at most", before / 1024, peak / 1024);
    Figure { name: "memory with 16 pictures in flight", found: peak as f64 / 1024.0, most: 150.0, unit: "MiB" }
}

fn kibibytes(name: &str) -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with(name)).unwrap_or_default();
    line.split_whitespace().nth(1).and_then(|number| number.parse().ok()).unwrap_or_default()
}

fn micros() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_micros() as u64
}

fn campaign(babies: usize, lines: usize) -> Value {
    let speaker = |number: usize| format!("Baby {}", number % babies);
    // A campaign needs a line at least; it is spoken here where only pictures count.
    let script: Vec<Value> = (0..lines.max(1))
        .map(
            |number| json!({"type": "dialogue", "speaker": speaker(number), "text": format!("This is line {number}.")}),
        )
        .collect();
    let profiles: serde_json::Map<String, Value> = (0..babies)
        .map(|number| (speaker(number), json!({"tone": format!("warm {number}"), "voice_id": "baby_voice_1"})))
        .collect();
    json!({"campaign_id": "bench", "topic": "t", "script": script, "baby_profiles": profiles})
}

/// The fake as a process; it ends when its input closes.
struct Fake {
    process: Child,
    input: Option<ChildStdin>,
    port: String,
    /// When the last byte of each picture was sent, in microseconds since 1970.
    sent: Receiver<u64>,
}

impl Fake {
    fn start(picture: Duration, voice: Duration) -> Self {
        let mut process = Command::new(std::env::current_exe().unwrap())
            .args(["fake", &picture.as_millis().to_string(), &voice.as_millis().to_string()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let input = process.stdin.take();
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines().map_while(Result::ok);
        let port = lines.next().unwrap();
        let (sender, sent) = channel();
        std::thread::spawn(move || lines.filter_map(|line| line.parse().ok()).try_for_each(|at| sender.send(at)));
        Self { process, input, port, sent }
    }

    fn settings(&self, place: &Place) -> EngineSettings {
        let mut settings = place.settings();
        settings.providers.openai.key = Some("sk-bench".into());
        settings.providers.openai.base_url = Some(format!("http://127.0.0.1:{}/v1", self.port));
        settings.providers.elevenlabs.key = Some("sk-bench".into());
        settings.providers.elevenlabs.base_url = Some(format!("http://127.0.0.1:{}", self.port));
        settings
    }

    fn sent(&self) -> u64 {
        self.sent.recv().unwrap()
    }
}

impl Drop for Fake {
    fn drop(&mut self) {
        self.input = None;
        let _ = self.process.wait();
    }
}

/// Answers until the input closes.
fn serve(picture: Duration, voice: Duration) {
    let body: Arc<OnceLock<Vec<u8>>> = Arc::default();
    let fake = FakeProvider::start(move |asked, _| {
        if !asked.is_picture() {
            std::thread::sleep(voice);
            return Reply::Steps(vec![Step::Send(reply(good_body(asked).to_string().as_bytes()))]);
        }
        let bytes = body.get_or_init(|| reply(photo().as_bytes())).clone();
        std::thread::sleep(picture);
        Reply::Steps(vec![Step::Send(bytes), Step::Tell])
    });
    println!("{}", fake.openai_base().rsplit([':', '/']).nth(1).unwrap());
    let _ = std::io::stdin().read_to_end(&mut Vec::new());
}

fn reply(body: &[u8]) -> Vec<u8> {
    let head = format!(
        "HTTP/1.1 200 OK\r\ncontent-length: {}\r\nmaximum-concurrent-requests: {AT_ONCE}\r\nconnection: close\r\n\r\n",
        body.len()
    );
    [head.as_bytes(), body].concat()
}

/// A reply with a portrait that is as hard to pack as a photo: 2.4 MB, packed as most encoders do.
fn photo() -> String {
    let mut noise = 1_u32;
    let picture = RgbImage::from_fn(1024, 1536, |x, y| {
        noise ^= noise << 13;
        noise ^= noise >> 17;
        noise ^= noise << 5;
        let grain = |channel: u32| (noise >> (8 * channel) & 7) as u8;
        Rgb([(x / 5) as u8 + grain(0), (y / 7) as u8 + grain(1), ((x + y) / 11) as u8 + grain(2)])
    });
    let mut bytes = Vec::new();
    let packed = PngEncoder::new_with_quality(&mut bytes, CompressionType::Level(6), FilterType::Adaptive);
    picture.write_with_encoder(packed).unwrap();
    let usage = json!({"input_tokens": 100, "output_tokens": 1584});
    json!({"data": [{"b64_json": base64(&bytes)}], "usage": usage}).to_string()
}
