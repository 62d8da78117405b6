//! A dialogue is money like any other call: what came is kept through a kill, and what nobody knows is looked up.

use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::sync::{Arc, Mutex};
use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};

use crate::fake_provider::{Asked, FakeProvider, Reply, good_body};
use crate::program::{Answer, CAMPAIGN, Studio};

struct World {
    studio: Studio,
    fake: FakeProvider,
}

/// What the account keeps.
#[derive(Default)]
struct Account {
    items: Mutex<Vec<Value>>,
    loses: AtomicBool,
}

impl Account {
    fn answer(&self, asked: &Asked) -> Reply {
        match asked.path.as_str() {
            "/v1/history" => {
                let items = self.items.lock().unwrap().clone();
                Reply::Charged(json!({"history": items, "has_more": false}).to_string())
            }
            path if path.starts_with("/v1/history/") => Reply::Bytes(crate::doubt::wav()),
            _ => {
                let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
                self.items.lock().unwrap().push(json!({"history_item_id": "h1", "request_id": "req_77",
                    "voice_id": null, "text": null, "model_id": asked.body["model_id"], "date_unix": now,
                    "dialogue": asked.body["inputs"]}));
                if self.loses.load(SeqCst) {
                    return Reply::Silence;
                }
                Reply::WellWith {
                    headers: vec![("request-id", "req_77".to_owned())],
                    body: good_body(asked).to_string(),
                }
            }
        }
    }
}

impl World {
    fn new(account: &Arc<Account>) -> Self {
        let studio = Studio::empty();
        let config = studio.path("config/babblecast");
        std::fs::create_dir_all(&config).unwrap();
        std::fs::write(config.join("config.toml"), "image = \"sketch\"\n[elevenlabs]\nmodel = \"eleven_v3\"\n")
            .unwrap();
        studio.write("first.json", CAMPAIGN.replace("\"topic\"", "\"voice_mode\": \"dialogue\", \"topic\""));
        let account = account.clone();
        let fake = FakeProvider::start(move |asked, _| account.answer(asked));
        Self { studio, fake }
    }

    fn command(&self, arguments: &[&str]) -> std::process::Command {
        let mut command = self.studio.command(arguments);
        command.env("ELEVENLABS_API_KEY", "sk-test").env("ELEVENLABS_BASE_URL", self.fake.elevenlabs_base());
        command
    }

    fn run(&self, arguments: &[&str]) -> Answer {
        Answer::of(self.command(arguments).output().unwrap())
    }

    /// Dialogues that were charged; what the history was asked is no charge.
    fn charges(&self) -> usize {
        self.fake.charged().iter().filter(|asked| asked.path.contains("dialogue")).count()
    }
}

const GENERATE: [&str; 5] = ["generate", "first", "--yes", "--only", "voices"];

#[test]
fn a_dialogue_that_was_lost_on_the_way_is_fetched_and_cut_at_no_further_cost() {
    let account = Arc::new(Account::default());
    account.loses.store(true, SeqCst);
    let world = World::new(&account);
    world.run(&GENERATE).expect(5);
    let unknown = world.run(&["unknown", "--json"]).expect(0).documents().pop().unwrap();
    assert_eq!(unknown["unknown"].as_array().unwrap().len(), 1, "one call, and not one a line: {unknown}");
    world.run(&["unknown", "--reconcile"]).expect(0).says("1 made and billed after all");
    world.run(&GENERATE).expect(0);
    assert_eq!(world.charges(), 1, "it is never bought twice");
    let voices = world.studio.path("output/first/voices");
    assert_eq!(crate::support::Place::files_below(&voices).len(), 3);
}

#[test]
fn a_program_killed_after_any_step_of_a_dialogue_loses_nothing_and_pays_nothing_twice() {
    if !cfg!(debug_assertions) {
        println!("skipped: a release has no named steps to end at");
        return;
    }
    for step in ["received", "assets_stored", "sidecar_stored", "settled"] {
        let world = World::new(&Arc::default());
        let ended = world.command(&GENERATE).env("BABBLECAST_ABORT_AFTER", step).output().unwrap();
        assert!(std::os::unix::process::ExitStatusExt::signal(&ended.status).is_some(), "{step} was never reached");
        world.run(&GENERATE).expect(0);
        assert_eq!(world.charges(), 1, "after {step}");
        let voices = world.studio.path("output/first/voices");
        assert_eq!(crate::support::Place::files_below(&voices).len(), 3, "after {step}");
    }
}
