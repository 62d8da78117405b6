//! How fast the HTTP API answers while it works: `cargo bench --bench api`. Figures are for comparison on one machine,
//! never asserted.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed};
use std::time::{Duration, Instant};

use babblecast::api::{ServeSettings, Server};
use babblecast::domain::MicroDollars;
use babblecast::engine::{Campaigns, EngineSettings};
use serde_json::{Value, json};

const CONNECTIONS: usize = 64;
const JOBS: usize = 16;
const TIME: Duration = Duration::from_secs(10);

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

fn tell(what: &str, mut times: Vec<Duration>, in_all: Duration) {
    times.sort_unstable();
    let at = |part: f64| times[((times.len() - 1) as f64 * part) as usize].as_secs_f64() * 1000.0;
    println!(
        "{what}: {:.0} a second, p50 {:.2} ms, p99 {:.2} ms, longest {:.1} ms",
        times.len() as f64 / in_all.as_secs_f64(),
        at(0.5),
        at(0.99),
        at(1.0)
    );
}

fn main() {
    let place = tempfile::tempdir().unwrap();
    let engine = EngineSettings {
        follow: true,
        ..EngineSettings::new(place.path().join("home"), Campaigns::None { would_be: place.path().join("campaigns") })
    };
    let settings = ServeSettings::new("127.0.0.1:0".parse().unwrap(), MicroDollars::ZERO);
    let server = Server::start(engine, settings).unwrap();
    let addr = server.addr();

    let mut first = Connection::open(addr);
    let jobs: Vec<String> = (0..JOBS)
        .map(|n| {
            let body = campaign(&format!("job_{n}"), 400, &format!("Job {n}")).to_string();
            let (status, answer) = first.ask("POST", "/api/v1/campaigns/generate?only=portraits,voices", &body);
            assert_eq!(status, 202, "{}", String::from_utf8_lossy(&answer));
            let answer: Value = serde_json::from_slice(&answer).unwrap();
            answer["job_id"].as_str().unwrap().to_owned()
        })
        .collect();
    // What is read has a usual length; the sixteen are what keeps the machine busy.
    let (_, answer) =
        first.ask("POST", "/api/v1/campaigns/generate?only=portraits,voices", &campaign("read", 3, "Read").to_string());
    let read: Value = serde_json::from_slice(&answer).unwrap();
    let status_path = format!("/api/v1/campaigns/{}/status", read["job_id"].as_str().unwrap());

    let stop = AtomicBool::new(false);
    let started = Instant::now();
    let times: Vec<Duration> = std::thread::scope(|scope| {
        let readers: Vec<_> = (0..CONNECTIONS)
            .map(|_| {
                scope.spawn(|| {
                    let (mut connection, mut times) = (Connection::open(addr), Vec::new());
                    while !stop.load(Relaxed) {
                        let asked = Instant::now();
                        assert_eq!(connection.ask("GET", &status_path, "").0, 200);
                        times.push(asked.elapsed());
                    }
                    times
                })
            })
            .collect();
        std::thread::sleep(TIME);
        stop.store(true, Relaxed);
        readers.into_iter().flat_map(|reader| reader.join().unwrap()).collect()
    });
    tell("status reads at 64 connections while 16 jobs run", times, started.elapsed());

    let idle: Vec<TcpStream> = (0..500).map(|_| TcpStream::connect(addr).unwrap()).collect();
    let started = Instant::now();
    let times = (0..200)
        .map(|_| {
            let asked = Instant::now();
            assert_eq!(Connection::open(addr).ask("GET", "/api/v1/campaigns/health", "").0, 200);
            asked.elapsed()
        })
        .collect();
    tell("health beside 500 idle connections", times, started.elapsed());
    drop(idle);

    for job in &jobs {
        first.ask("POST", &format!("/api/v1/campaigns/{job}/cancel"), "");
    }
    let number = AtomicUsize::new(0);
    let started = Instant::now();
    let times: Vec<Duration> = std::thread::scope(|scope| {
        let posters: Vec<_> = (0..CONNECTIONS)
            .map(|_| {
                scope.spawn(|| {
                    let (mut connection, mut times) = (Connection::open(addr), Vec::new());
                    while started.elapsed() < TIME {
                        let id = format!("post_{}", number.fetch_add(1, Relaxed));
                        let body = campaign(&id, 3, "Read").to_string();
                        let asked = Instant::now();
                        assert_eq!(
                            connection.ask("POST", "/api/v1/campaigns/generate?only=portraits,voices", &body).0,
                            202
                        );
                        times.push(asked.elapsed());
                    }
                    times
                })
            })
            .collect();
        posters.into_iter().flat_map(|poster| poster.join().unwrap()).collect()
    });
    tell("new campaigns posted at 64 connections", times, started.elapsed());
}
