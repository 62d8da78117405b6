//! A server over the folders of one test.

use std::io::{BufRead, BufReader};
use std::process::{Child, Stdio};
use std::time::Duration;

use babblecast::api::{ServeSettings, Server};
use babblecast::domain::MicroDollars;
use babblecast::engine::EngineSettings;
use serde_json::{Value, json};

use crate::http::{Client, Response};
use crate::program;
use crate::support::Place;

/// Without the video, which would cost each test many seconds.
pub const GENERATE: &str = "/api/v1/campaigns/generate?only=portraits,voices";

/// One baby that says one line: the smallest job.
pub fn one_baby(id: &str) -> Value {
    one_baby_saying(id, &["Hello.".to_owned()])
}

pub fn one_baby_saying(id: &str, lines: &[String]) -> Value {
    let line = |text: &String| json!({"type": "dialogue", "speaker": "Baby 1", "text": text});
    json!({
        "campaign_id": id, "topic": "Hello",
        "script": lines.iter().map(line).collect::<Vec<_>>(),
        "baby_profiles": {"Baby 1": {"tone": "warm", "voice_id": "baby_voice_1"}},
    })
}

/// The voice of a scene is there.
pub fn is_spoken(result: &Value) -> bool {
    !result["assets"]["audio_file"].is_null()
}

/// A server on this machine, on a port that the system chose.
pub struct Service {
    pub server: Server,
    pub client: Client,
}

pub fn settings(cap: u64) -> ServeSettings {
    ServeSettings::new("127.0.0.1:0".parse().unwrap(), MicroDollars(cap))
}

impl Service {
    pub fn start(engine: EngineSettings, settings: ServeSettings) -> Self {
        let server = Server::start(EngineSettings { follow: true, ..engine }, settings).unwrap();
        let client = Client::new(server.addr());
        Self { server, client }
    }

    pub fn over(place: &Place) -> Self {
        Self::start(place.settings(), settings(5_000_000))
    }

    /// Posts a campaign and returns the id of its job.
    pub fn generate(&self, campaign: &Value) -> String {
        job_id(&self.client.post(GENERATE, campaign).expect(202))
    }

    pub fn status(&self, id: &str) -> Value {
        self.client.get(&format!("/api/v1/campaigns/{id}/status")).expect(200).json()
    }

    /// Follows a job to its end.
    pub fn ended(&self, id: &str) -> Value {
        self.until(id, |document| !document["outcome"].is_null())
    }

    /// Follows a job until its document is as wanted.
    pub fn until(&self, id: &str, wanted: impl Fn(&Value) -> bool) -> Value {
        let mut events = self.client.events(&format!("/api/v1/campaigns/{id}/events"), None);
        loop {
            let event = events.next().expect("the stream ended");
            if event.name == "status" {
                let document: Value = serde_json::from_str(&event.data).unwrap();
                if wanted(&document) {
                    return document;
                }
            }
        }
    }
}

/// The real program, serving the campaigns of a studio.
pub struct Program {
    pub child: Child,
    pub client: Client,
}

impl Program {
    pub fn serve(studio: &program::Studio) -> Self {
        let mut command = studio.command(["serve", "--addr", "127.0.0.1:0", "--json"]);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let told: Value = serde_json::from_str(&line).unwrap();
        let addr = told["address"].as_str().unwrap().strip_prefix("http://").unwrap().parse().unwrap();
        Self { child, client: Client::new(addr) }
    }
}

impl Program {
    /// Ends it as a power cut would.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Follows a job to its end.
    pub fn ended(&self, id: &str) -> Value {
        let status = || self.client.get(&format!("/api/v1/campaigns/{id}/status")).expect(200).json();
        eventually("the job has ended", || !status()["outcome"].is_null());
        status()
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub fn job_id(response: &Response) -> String {
    response.json()["job_id"].as_str().unwrap().to_owned()
}

/// Waits for something that no event tells.
#[track_caller]
pub fn eventually(what: &str, mut holds: impl FnMut() -> bool) {
    for _ in 0..600 {
        if holds() {
            return;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    panic!("it never came to be: {what}");
}
