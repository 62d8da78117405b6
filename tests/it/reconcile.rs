//! What ElevenLabs' own records settle of the calls in doubt, and what they must not be taken to say.

use std::sync::atomic::Ordering::SeqCst;
use std::sync::atomic::{AtomicBool, AtomicI64};
use std::sync::{Arc, Mutex};
use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};

use crate::fake_provider::{Asked, FakeProvider, Reply, good_body};
use crate::program::{Answer, Studio};

/// What an account keeps, and how its server answers.
#[derive(Default)]
struct Account {
    items: Mutex<Vec<Value>>,
    /// Added to every time that it tells, in seconds.
    shift: AtomicI64,
    /// From now on every line is cut off, and never made.
    loses_all: AtomicBool,
}

impl Account {
    /// A line with `lost` in it is cut off after it was charged: it is in the history unless it was never made.
    fn answer(&self, asked: &Asked) -> Reply {
        match asked.path.as_str() {
            "/v1/history" => {
                let items: Vec<Value> = self.items.lock().unwrap().iter().map(|item| self.shifted(item)).collect();
                Reply::Charged(json!({"history": items, "has_more": false}).to_string())
            }
            path if path.starts_with("/v1/history/") => Reply::Bytes(crate::doubt::wav()),
            _ if asked.is_picture() => Reply::Well,
            _ => self.speak(asked),
        }
    }

    fn speak(&self, asked: &Asked) -> Reply {
        let text = asked.words();
        if self.loses_all.load(SeqCst) {
            return Reply::Silence;
        }
        let mut items = self.items.lock().unwrap();
        let id = format!("req_{}_{}", items.len(), text.len());
        if !text.contains("never") {
            let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
            let voice = asked.path.split('/').nth(3).unwrap();
            items.push(json!({"history_item_id": format!("h_{id}"), "request_id": id, "voice_id": voice,
                "model_id": asked.body["model_id"], "text": text, "date_unix": now}));
        }
        if text.contains("lost") {
            return Reply::Silence;
        }
        Reply::WellWith { headers: vec![("request-id", id)], body: good_body(asked).to_string() }
    }

    fn shifted(&self, item: &Value) -> Value {
        let mut item = item.clone();
        item["date_unix"] = json!(item["date_unix"].as_i64().unwrap() + self.shift.load(SeqCst));
        item
    }
}

struct World {
    studio: Studio,
    account: Arc<Account>,
    fake: FakeProvider,
}

impl World {
    /// A campaign of these lines, made one after the other.
    fn new(lines: &[&str]) -> Self {
        let studio = Studio::empty();
        let config = studio.path("config/babblecast");
        std::fs::create_dir_all(&config).unwrap();
        std::fs::write(config.join("config.toml"), "image = \"sketch\"\n[elevenlabs]\nat_once = 1\n").unwrap();
        let (account, fake) = server();
        let world = Self { studio, account, fake };
        world.write(lines);
        world
    }

    fn write(&self, lines: &[&str]) {
        let script: Vec<Value> =
            lines.iter().map(|text| json!({"type": "dialogue", "speaker": "Baby 1", "text": text})).collect();
        let profiles = json!({"Baby 1": {"tone": "warm", "voice_id": "baby_voice_1"}});
        let campaign = json!({"campaign_id": "doubt", "topic": "Doubt", "script": script, "baby_profiles": profiles});
        self.studio.write("doubt.json", campaign.to_string());
    }

    fn run_at(&self, fake: &FakeProvider, arguments: &[&str]) -> Answer {
        let mut command = self.studio.command(arguments);
        command.env("ELEVENLABS_API_KEY", "sk-test").env("ELEVENLABS_BASE_URL", fake.elevenlabs_base());
        Answer::of(command.output().unwrap())
    }

    fn run(&self, arguments: &[&str]) -> Answer {
        self.run_at(&self.fake, arguments)
    }

    fn generate(&self) -> Answer {
        self.run(&["generate", "doubt", "--yes", "--only", "portraits,voices"])
    }

    /// Lets ten minutes pass: a history may be late by five.
    fn let_time_pass(&self) {
        let database = rusqlite::Connection::open(self.studio.path("home/studio.db")).unwrap();
        let back = "UPDATE attempt SET sent_at = sent_at - 600000, ended_at = ended_at - 600000";
        database.execute(back, []).unwrap();
        self.account.shift.fetch_sub(600, SeqCst);
    }

    fn unknown(&self) -> usize {
        self.studio.json(0, ["unknown"])["unknown"].as_array().unwrap().len()
    }

    /// How often this line was charged.
    fn charges(&self, text: &str) -> usize {
        self.fake.charged().iter().filter(|asked| asked.words() == text).count()
    }
}

fn server() -> (Arc<Account>, FakeProvider) {
    let account = Arc::<Account>::default();
    let answers = account.clone();
    (account, FakeProvider::start(move |asked, _| answers.answer(asked)))
}

const LINES: [&str; 6] = ["One.", "Two.", "Three is lost.", "Four.", "Five is never made and lost.", "Six."];

#[test]
fn the_history_of_the_right_account_settles_what_was_made_and_what_never_was() {
    let world = World::new(&LINES);
    world.generate().expect(5);
    assert_eq!(world.unknown(), 2);
    let without_key = Answer::of(world.studio.command(["unknown", "--reconcile"]).output().unwrap());
    without_key.expect(0).says("ELEVENLABS_API_KEY is not set");

    // Too early to say of the other one that it was never made.
    world.run(&["unknown", "--reconcile"]).expect(0).says("1 made and billed after all").says("late by five minutes");
    world.let_time_pass();
    world.run(&["unknown", "--reconcile"]).expect(0).says("1 never made and not billed").says("No call is in doubt");
    assert!(world.studio.files("output/doubt").contains(&"voices/scene_003_baby_1.wav".to_owned()), "it is published");
    let spend = world.studio.json(0, ["spend"]);
    assert!(spend["by_provider"]["elevenlabs"]["paid_usd"].as_f64().unwrap() > 0.0);
    assert_eq!(spend["total"]["unknown_usd"], 0.0);
    world.generate().expect(5);
    assert_eq!((world.charges(LINES[2]), world.charges(LINES[4])), (1, 2), "only what was never made is made again");
}

#[test]
fn the_history_of_another_account_gives_no_call_back() {
    let world = World::new(&LINES);
    world.generate().expect(5);
    world.let_time_pass();
    let kept = std::mem::take(&mut *world.account.items.lock().unwrap());
    // Another account: empty, or with a life of its own.
    for others in [Vec::new(), vec![json!({"history_item_id": "h", "request_id": "req_other", "date_unix": 1})]] {
        *world.account.items.lock().unwrap() = others;
        let answer = world.run(&["unknown", "--reconcile"]).expect(0).says("2 still open").says("proves nothing");
        assert!(!answer.stderr.contains("not billed"), "{}", answer.stderr);
    }
    world.generate().expect(5);
    assert_eq!((world.charges(LINES[2]), world.charges(LINES[4])), (1, 1), "nothing is bought twice");
    // With the right key again, the records count.
    *world.account.items.lock().unwrap() = kept;
    let settled = world.run(&["unknown", "--reconcile"]).expect(0);
    settled.says("1 made and billed after all").says("1 never made and not billed");
}

#[test]
fn another_address_is_not_asked_about_a_call() {
    let world = World::new(&LINES);
    world.generate().expect(5);
    world.let_time_pass();
    let (elsewhere, other) = server();
    *elsewhere.items.lock().unwrap() = world.account.items.lock().unwrap().clone();
    let answer = world.run_at(&other, &["unknown", "--reconcile"]).expect(0).says("2 still open");
    answer
        .says(&format!("A call went to {}, which ELEVENLABS_BASE_URL does not name now", world.fake.elevenlabs_base()));
    assert_eq!(world.unknown(), 2);
}

#[test]
fn a_history_that_was_off_at_the_time_gives_no_call_back() {
    let world = World::new(&LINES);
    world.generate().expect(5);
    world.let_time_pass();
    // It was kept for the first lines, and switched off in the middle of the run.
    world.account.items.lock().unwrap().retain(|item| item["text"] == "One." || item["text"] == "Two.");
    world.run(&["unknown", "--reconcile"]).expect(0).says("2 still open").says("proves nothing");
}

#[test]
fn a_call_that_no_other_one_of_ours_follows_stays_open() {
    let world = World::new(&["One.", "Two.", "Three is never made and lost."]);
    world.generate().expect(5);
    world.let_time_pass();
    world.run(&["unknown", "--reconcile"]).expect(0).says("1 still open").says("right before and after");
}

/// Between two calls of other runs it may have been made with another key.
#[test]
fn neighbours_of_other_runs_do_not_say_whose_call_it_was() {
    let lost = "Two is never made and lost.";
    let world = World::new(&["One."]);
    world.generate().expect(0);
    world.write(&["One.", lost]);
    world.generate().expect(5);
    world.write(&["One.", lost, "Three."]);
    world.generate().expect(5);
    assert_eq!(world.charges("Three."), 1);
    world.let_time_pass();
    world.run(&["unknown", "--reconcile"]).expect(0).says("1 still open").says("right before and after");
    assert_eq!(world.unknown(), 1);
}

#[test]
fn a_line_that_another_call_paid_for_settles_no_call() {
    let world = World::new(&["One.", "Two."]);
    world.generate().expect(0);
    world.account.loses_all.store(true, SeqCst);
    world.run(&["regenerate", "doubt", "--scene", "1", "--yes"]).expect(5);
    world.run(&["unknown", "--reconcile"]).expect(0).says("1 still open").says("another call paid for it");
    assert_eq!(world.unknown(), 1);
}
