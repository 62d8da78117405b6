//! The real program is killed at every named step of a paid call for words, a transcript or a script: what was paid for is
//! found the next time, nothing is paid for twice, and what nobody can know is listed.

use std::os::unix::process::ExitStatusExt;

use babblecast::media::cues;
use serde_json::{Value, json};

use crate::fake_provider::{FakeProvider, Reply};
use crate::program::{Answer, Studio};

/// The steps of a call, in their order.
const STEPS: [&str; 6] = ["reserved", "recorded", "received", "assets_stored", "sidecar_stored", "settled"];

/// Whoever asks is charged.
struct Paid<'a> {
    fake: &'a FakeProvider,
    arguments: &'a [&'a str],
    made: &'a str,
}

impl Paid<'_> {
    fn run(&self, studio: &Studio, abort: Option<&str>) -> std::process::Output {
        let mut command = studio.command(self.arguments);
        command.env("PATH", studio.path("bin"));
        command.env("ELEVENLABS_API_KEY", "sk-test").env("ELEVENLABS_BASE_URL", self.fake.elevenlabs_base());
        command.env("OPENAI_API_KEY", "sk-test").env("OPENAI_BASE_URL", self.fake.openai_base());
        command.envs(abort.map(|step| ("BABBLECAST_ABORT_AFTER", step)));
        command.output().unwrap()
    }

    /// Kills it after a step, and asks again.
    fn survives(&self, studio: &Studio, step: &str) {
        let before = self.fake.charged().len();
        let ended = self.run(studio, Some(step));
        assert!(ended.status.signal().is_some(), "{step} was never reached: {}", Answer::of(ended).stderr);
        let written = studio.files("campaigns");
        assert!(!written.iter().any(|file| file == self.made), "{step}: nothing half-written");
        let again = Answer::of(self.run(studio, None));
        let charges = self.fake.charged().len() - before;
        let in_doubt = studio.json(0, ["unknown"])["unknown"].as_array().unwrap().len();
        if step == "recorded" {
            assert_eq!((charges, in_doubt), (0, 1), "{step}: it may have left, so it is not sent by itself");
            return;
        }
        let again = again.expect(0);
        assert_eq!((charges, in_doubt), (1, 0), "{step}: {}", again.stderr);
        assert!(studio.files("campaigns").iter().any(|file| file.ends_with(self.made)), "{step}");
    }
}

fn transcript() -> Value {
    let word = |at: usize| {
        let start = 0.5 + at as f64 * 0.5;
        json!({"text": format!("word{at}"), "start": start, "end": start + 0.3, "type": "word", "speaker_id": "speaker_0"})
    };
    json!({"language_code": "en", "text": "", "words": (0..6).map(word).collect::<Vec<Value>>()})
}

fn script() -> Value {
    let line =
        |at: usize| json!({"speaker": if at.is_multiple_of(2) { "Bea" } else { "Pip" }, "text": format!("Line {at}.")});
    let text = json!({
        "title": "Naps",
        "babies": [{"name": "Bea", "tone": "warm", "appearance": "a bun"}, {"name": "Pip", "tone": "sly", "appearance": "curls"}],
        "lines": (0..12).map(line).collect::<Vec<Value>>(),
    });
    json!({"id": "r", "status": "completed", "error": null, "output": [{"type": "message", "role": "assistant",
        "content": [{"type": "output_text", "text": text.to_string()}]}], "usage": {"input_tokens": 9, "output_tokens": 7}})
}

#[test]
fn a_transcript_or_a_script_killed_after_any_step_is_neither_lost_nor_paid_for_twice() {
    let fake = FakeProvider::start(|asked, _| {
        let reply = if asked.path == "/v1/responses" { script() } else { transcript() };
        Reply::Charged(reply.to_string())
    });
    for step in STEPS {
        let studio = Studio::empty();
        let sample = |at: i32| if at / 400 % 10 < 6 { (at % 97) * 90 - 4_000 } else { 0 };
        let sound: Vec<i16> = (0..8_000 * 5).map(|at| sample(at) as i16).collect();
        std::fs::write(studio.path("talk.wav"), cues::wav(8_000, &sound, &[])).unwrap();
        let import = ["import", "talk.wav", "--yes", "--stay"];
        Paid { fake: &fake, arguments: &import, made: "talk.json" }.survives(&studio, step);
        let studio = Studio::empty();
        Paid { fake: &fake, arguments: &["write", "naps", "--yes"], made: "naps.json" }.survives(&studio, step);
    }
}
