//! How fast the HTTP API answers while it works: `cargo bench --bench api`, each figure beside what it should be. The
//! askers share the machine with the server; nothing is asserted but that every answer is the right one.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering::Relaxed;
use std::time::{Duration, Instant};

use babblecast::api::{Rates, ServeSettings, Server};
use babblecast::domain::MicroDollars;
use babblecast::engine::{Campaigns, EngineSettings};
use serde_json::{Value, json};

const CONNECTIONS: usize = 64;
const JOBS: usize = 16;
const TIME: Duration = Duration::from_secs(10);
/// Without the video, which would be all that the machine is busy with.
const GENERATE: &str = "/api/v1/campaigns/generate?only=portraits,voices";

/// A connection that is kept.
struct Connection {
    reader: BufReader<TcpStream>,
    host: String,
}

impl Connection {
    fn open(addr: SocketAddr) -> Self {
        let stream = TcpStream::connect(addr).unwrap();
        stream.set_nodelay(true).unwrap();
        Self { reader: BufReader::new(stream), host: addr.to_string() }
    }

    fn ask(&mut self, method: &str, path: &str, body: &str) -> (u16, Vec<u8>) {
        let length = body.len();
        let request = format!(
            "{method} {path} HTTP/1.1\r\nhost: {}\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}",
            self.host
        );
        self.reader.get_mut().write_all(request.as_bytes()).unwrap();
        let (mut status, mut length, mut line) = (0, 0, String::new());
        loop {
            line.clear();
            self.reader.read_line(&mut line).unwrap();
            let line = line.trim_end();
            if let Some(rest) = line.strip_prefix("HTTP/1.1 ") {
                status = rest[..3].parse().unwrap();
            } else if let Some(rest) = line.to_ascii_lowercase().strip_prefix("content-length:") {
                length = rest.trim().parse().unwrap();
            } else if line.is_empty() {
                break;
            }
        }
        let mut body = vec![0; length];
        self.reader.read_exact(&mut body).unwrap();
        (status, body)
    }

    fn read(&mut self, path: &str) -> Value {
        let (status, answer) = self.ask("GET", path, "");
        assert_eq!(status, 200, "{}", String::from_utf8_lossy(&answer));
        serde_json::from_slice(&answer).unwrap()
    }

    /// Posts a campaign and returns the path of its job.
    fn post(&mut self, campaign: &Value) -> String {
        let (status, answer) = self.ask("POST", GENERATE, &campaign.to_string());
        assert_eq!(status, 202, "{}", String::from_utf8_lossy(&answer));
        let answer: Value = serde_json::from_slice(&answer).unwrap();
        format!("/api/v1/campaigns/{}", answer["job_id"].as_str().unwrap())
    }
}

/// A campaign of many lines that nothing made before helps with.
fn campaign(id: &str, lines: usize, salt: &str) -> Value {
    let line = |n: usize| json!({"type": "dialogue", "speaker": "Baby 1", "text": format!("{salt}, line {n}: naps are work.")});
    json!({
        "campaign_id": id, "topic": "Speed",
        "script": (0..lines).map(line).collect::<Vec<_>>(),
        "baby_profiles": {"Baby 1": {"tone": "warm", "voice_id": "baby_voice_1"}},
    })
}

/// Prints what was found beside what it should be.
fn tell(what: &str, target: &str, mut times: Vec<Duration>, in_all: Duration) {
    times.sort_unstable();
    let at = |part: f64| times[((times.len() - 1) as f64 * part) as usize].as_secs_f64() * 1000.0;
    let (rate, p50, p99, most) = (times.len() as f64 / in_all.as_secs_f64(), at(0.5), at(0.99), at(1.0));
    println!("{what}\n  {rate:.0} a second, p50 {p50:.2} ms, p99 {p99:.2} ms, longest {most:.1} ms (wanted: {target})");
}

/// Has every connection ask again and again until the time is over; how long each answer took.
fn ask_for_a_while(addr: SocketAddr, ask: impl Fn(&mut Connection) + Sync) -> (Vec<Duration>, Duration) {
    let started = Instant::now();
    let times = std::thread::scope(|scope| {
        let ask_on = || {
            let (mut connection, mut times) = (Connection::open(addr), Vec::new());
            while started.elapsed() < TIME {
                let asked = Instant::now();
                ask(&mut connection);
                times.push(asked.elapsed());
            }
            times
        };
        let askers: Vec<_> = (0..CONNECTIONS).map(|_| scope.spawn(ask_on)).collect();
        askers.into_iter().flat_map(|asker| asker.join().unwrap()).collect()
    });
    (times, started.elapsed())
}

fn main() {
    let place = tempfile::tempdir().unwrap();
    let engine = EngineSettings {
        follow: true,
        ..EngineSettings::new(place.path().join("home"), Campaigns::None { would_be: place.path().join("campaigns") })
    };
    // The usual rates are there to refuse just this.
    let rates = Rates { reads: u32::MAX, changes: u32::MAX };
    let settings = ServeSettings { rates, ..ServeSettings::new("127.0.0.1:0".parse().unwrap(), MicroDollars::ZERO) };
    let server = Server::start(engine, settings).unwrap();
    let addr = server.addr();

    let mut first = Connection::open(addr);
    let jobs: Vec<String> =
        (0..JOBS).map(|n| first.post(&campaign(&format!("job_{n}"), 400, &format!("Job {n}")))).collect();
    // What is read has a usual length; the sixteen are what keeps the machine busy.
    let status = format!("{}/status", first.post(&campaign("read", 3, "Read")));
    let (times, in_all) = ask_for_a_while(addr, |connection| {
        assert_eq!(connection.ask("GET", &status, "").0, 200);
    });
    tell("status reads at 64 connections while 16 jobs run", "2,000 a second, p99 < 20 ms", times, in_all);

    let idle: Vec<TcpStream> = (0..500).map(|_| TcpStream::connect(addr).unwrap()).collect();
    let started = Instant::now();
    let ask_health = |_| {
        let asked = Instant::now();
        assert_eq!(Connection::open(addr).ask("GET", "/api/v1/campaigns/health", "").0, 200);
        asked.elapsed()
    };
    let times = (0..200).map(ask_health).collect();
    tell("health beside 500 idle connections while 16 jobs run", "each < 100 ms", times, started.elapsed());
    drop(idle);

    for job in &jobs {
        let document = first.read(&format!("{job}/status"));
        assert_eq!(document["outcome"], Value::Null, "the machine was to be busy all the time");
        first.ask("POST", &format!("{job}/cancel"), "");
    }
    while jobs.iter().any(|job| first.read(&format!("{job}/status"))["outcome"].is_null()) {
        std::thread::sleep(Duration::from_millis(100));
    }
    let number = AtomicUsize::new(0);
    let (times, in_all) = ask_for_a_while(addr, |connection| {
        connection.post(&campaign(&format!("post_{}", number.fetch_add(1, Relaxed)), 3, "Read"));
    });
    tell("new campaigns posted at 64 connections", "100 a second", times, in_all);
}
