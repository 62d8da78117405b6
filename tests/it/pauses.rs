//! A provider that wants a long pause: it is believed, and there is always a way back.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::SeqCst;

use crate::fake_provider::{FakeProvider, Reply};
use crate::program::{Answer, Studio};

const WEEK: &str = "604800";

/// A studio with one voice provider that wants a pause of a week until it is told otherwise.
struct World {
    studio: Studio,
    fake: FakeProvider,
    wants_pause: Arc<AtomicBool>,
}

impl World {
    fn new() -> Self {
        let wants_pause = Arc::new(AtomicBool::new(true));
        let wants = wants_pause.clone();
        let fake = FakeProvider::start(move |_, _| {
            if !wants.load(SeqCst) {
                return Reply::Well;
            }
            let body = include_str!("../fixtures/replies/elevenlabs_429_system_busy.json").to_owned();
            Reply::Refused { status: 429, headers: vec![("retry-after", WEEK.to_owned())], body }
        });
        Self { studio: Studio::new(), fake, wants_pause }
    }

    fn run(&self, key: &str, arguments: &[&str]) -> Answer {
        let mut command = self.studio.command(arguments);
        command.env("ELEVENLABS_API_KEY", key).env("ELEVENLABS_BASE_URL", self.fake.elevenlabs_base());
        Answer::of(command.output().unwrap())
    }

    fn generate(&self, key: &str) -> Answer {
        self.run(key, &["generate", "first", "--yes", "--only", "portraits,voices"])
    }

    /// No free question is answered well: the pause can only end in another way.
    fn answer_no_question(&self) {
        self.fake.answer_questions(503, "");
    }
}

#[test]
fn a_new_run_asks_a_provider_that_wanted_a_long_pause_and_believes_a_good_answer() {
    let world = World::new();
    let answer = world.generate("sk-test").expect(4).says("takes calls again in about 7 days");
    assert!(!answer.stderr.contains("by itself") && !answer.stdout.contains("by itself"), "{}", answer.stderr);
    assert_eq!(world.fake.questions(), 0, "it has just said so itself");
    let calls = world.fake.asked().len();

    world.answer_no_question();
    world.generate("sk-test").expect(4);
    assert_eq!(world.fake.asked().len(), calls, "asked, and not called");
    assert!(world.fake.questions() > 0);

    world.fake.answer_questions(200, r#"{"tier": "creator"}"#);
    world.wants_pause.store(false, SeqCst);
    world.generate("sk-test").expect(0);
}

#[test]
fn a_pause_that_is_still_wanted_costs_a_new_run_one_round_of_calls() {
    let world = World::new();
    world.generate("sk-test").expect(4);
    let calls = world.fake.asked().len();
    world.generate("sk-test").expect(4).says("takes calls again in about 7 days");
    let more = world.fake.asked().len() - calls;
    assert!((1..=3).contains(&more), "{more} calls");
}

#[test]
fn doctor_ends_a_pause_when_the_provider_answers_well() {
    let world = World::new();
    world.generate("sk-test").expect(4);
    world.run("sk-test", &["doctor"]).expect(0).says("calls were stopped").says("go on now");
    world.answer_no_question();
    world.wants_pause.store(false, SeqCst);
    world.generate("sk-test").expect(0);
}

#[test]
fn another_key_or_another_address_is_another_account() {
    for (key, host) in [("sk-another", "127.0.0.1"), ("sk-test", "localhost")] {
        let world = World::new();
        world.generate("sk-test").expect(4);
        world.answer_no_question();
        world.generate("sk-test").expect(4);
        world.wants_pause.store(false, SeqCst);
        let mut command = world.studio.command(["generate", "first", "--yes", "--only", "portraits,voices"]);
        let base = world.fake.elevenlabs_base().replace("127.0.0.1", host);
        command.env("ELEVENLABS_API_KEY", key).env("ELEVENLABS_BASE_URL", base);
        Answer::of(command.output().unwrap()).expect(0);
    }
}

#[test]
fn a_pause_that_a_wrong_clock_wrote_down_is_not_believed() {
    let world = World::new();
    world.generate("sk-test").expect(4);
    world.answer_no_question();
    world.wants_pause.store(false, SeqCst);
    let database = rusqlite::Connection::open(world.studio.path("home/studio.db")).unwrap();
    let ahead = "UPDATE limiter SET blocked_until = blocked_until + 700 * 24 * 3600000 WHERE provider = 'elevenlabs'";
    assert_eq!(database.execute(ahead, []).unwrap(), 1);
    drop(database);
    world.generate("sk-test").expect(0);
}
