//! What comes of replies that are not what they should be: each ends in its class, nothing of it becomes an asset, and
//! every charge is accounted for.

use std::time::Duration;

use babblecast::domain::MicroDollars;
use babblecast::engine::{Consent, EngineSettings, Outcome, RunEnded};
use babblecast::plan::{JobState, Role};
use babblecast::store::{Amounts, Store};
use serde_json::{Value, json};

use crate::fake_provider::{FakeProvider, Reply, Step};
use crate::support::{Place, Studio, loaded};

mod pictures;
mod sounds;

const ENOUGH: Consent = Consent::UpTo(MicroDollars(100_000_000));
/// What [`usage`] costs.
const PICTURE_COST: u64 = 100 * 5 + 1584 * 30;

/// How a job ends after one reply.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ends {
    /// With these outputs.
    Made(&'static [Role]),
    /// Maybe billed; what came of the reply is kept for a person, or there is nothing to keep.
    Held {
        kept: bool,
    },
    Failed,
}

const GARBLED: Ends = Ends::Held { kept: true };
const BROKEN: Ends = Ends::Held { kept: false };

struct Row {
    name: &'static str,
    reply: Reply,
    ends: Ends,
    /// A part of what the user is told.
    says: &'static str,
}

fn row(name: &'static str, reply: Reply, ends: Ends, says: &'static str) -> Row {
    Row { name, reply, ends, says }
}

/// Babies whose appearance, and lines whose text, is the number of their row.
fn campaign(rows: usize) -> Value {
    let speaker = |row: usize| format!("Baby {row:03}");
    let script: Vec<Value> = (0..rows)
        .map(|row| json!({"type": "dialogue", "speaker": speaker(row), "text": format!("row{row:03}")}))
        .collect();
    let profiles: serde_json::Map<String, Value> = (0..rows)
        .map(|row| {
            let profile = json!({"tone": "warm", "voice_id": "baby_voice_1", "appearance": format!("row{row:03}")});
            (speaker(row), profile)
        })
        .collect();
    json!({"campaign_id": "rows", "topic": "t", "script": script, "baby_profiles": profiles})
}

fn settings(place: &Place, fake: &FakeProvider, product: Product) -> EngineSettings {
    let mut settings = place.settings();
    match product {
        Product::Picture => {
            settings.providers.openai.key = Some("sk-test".into());
            settings.providers.openai.base_url = Some(fake.openai_base());
        }
        Product::Voice => {
            settings.providers.elevenlabs.key = Some("sk-test".into());
            settings.providers.elevenlabs.base_url = Some(fake.elevenlabs_base());
        }
    }
    settings
}

/// Which half of a campaign is bought; the other half is drawn or spoken here.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Product {
    Picture,
    Voice,
}

struct Checked {
    ended: RunEnded,
    amounts: Amounts,
    /// Estimates of the rows that are held.
    held_price: MicroDollars,
    asked: usize,
}

/// Buys one thing for each row and looks at how it ended.
fn check(rows: &[Row], product: Product, limit: Option<Duration>) -> Checked {
    let place = Place::new();
    place.write("rows.json", &campaign(rows.len()));
    let replies: Vec<Reply> = rows.iter().map(|row| row.reply.clone()).collect();
    let fake = FakeProvider::start(move |asked, _| {
        let at = asked.words().find("row").expect("no row");
        replies[asked.words()[at + 3..at + 6].parse::<usize>().unwrap()].clone()
    });
    let mut settings = settings(&place, &fake, product);
    if let Some(limit) = limit {
        settings.providers.openai.time_limit = limit;
        settings.providers.elevenlabs.time_limit = limit;
    }
    let mut studio = Studio::start(settings);
    let ended = studio.generate_final("rows", ENOUGH);
    let entry = studio.entry("rows");
    let graph = loaded(&entry).finals.as_ref().unwrap();
    let mut held_price = MicroDollars::ZERO;
    let mut assets = std::collections::HashSet::new();
    for (number, row) in rows.iter().enumerate() {
        let index = match product {
            Product::Picture => graph.portraits[number],
            Product::Voice => graph.scenes[number].voice.unwrap(),
        };
        let job = &graph.jobs[index];
        let facts = studio.view.job(job.key);
        let name = row.name;
        match (row.ends, &facts.state) {
            (Ends::Made(roles), JobState::Made) => {
                let made: Vec<Role> = facts.outputs.iter().map(|made| made.output.role).collect();
                assert_eq!(made, roles, "{name}");
            }
            (Ends::Held { kept }, JobState::Held(failure)) => {
                assert!(failure.reason.contains(row.says), "{name}: {failure}");
                assert_eq!(failure.next_step.contains("kept in"), kept, "{name}: {failure}");
                held_price += job.price();
            }
            (Ends::Failed, JobState::Failed(failure)) => {
                assert!(failure.reason.contains(row.says), "{name}: {failure}");
            }
            (expected, found) => panic!("{name}: expected {expected:?}, found {found:?}"),
        }
    }
    for made in studio.view.jobs().map(|(_, facts)| facts).flat_map(|facts| &facts.outputs) {
        assets.insert(made.path.clone());
    }
    studio.stop();
    let stored = Place::files_below(&place.home().join("assets"));
    assert_eq!(stored.len(), assets.len(), "only what was made is an asset: {stored:?}");
    Checked { ended, amounts: spent(&place), held_price, asked: fake.asked().len() }
}

fn spent(place: &Place) -> Amounts {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(async { Store::open(&place.home()).unwrap().0.journal.spend().await.unwrap().total() })
}

fn usage() -> Value {
    json!({"input_tokens": 100, "output_tokens": 1584, "input_tokens_details": {"text_tokens": 100, "image_tokens": 0}})
}

const HTML: &str = "<!doctype html><html><body>Please log in to the hotel's network</body></html>";

#[test]
fn a_reply_that_does_not_end_in_time_is_held() {
    let forever = |head: &str| {
        let head = format!("HTTP/1.1 200 OK\r\n{head}\r\n");
        Reply::Steps(vec![Step::Send(head.into_bytes()), Step::Drip(vec![b' '; 10_000], Duration::from_millis(50))])
    };
    let rows = |head: &str| {
        vec![
            row("one byte now and then", forever("content-length: 10000\r\n"), BROKEN, "did not finish within"),
            row("a stream that goes on", forever(head), BROKEN, "did not finish within"),
        ]
    };
    for product in [Product::Picture, Product::Voice] {
        let checked = check(&rows("content-type: text/event-stream\r\n"), product, Some(Duration::from_millis(500)));
        assert_eq!((checked.ended.held, checked.asked), (2, 2));
        assert_eq!(checked.amounts.unknown, checked.held_price);
    }
}

fn refused(status: u16, body: &str) -> Reply {
    Reply::Refused { status, headers: Vec::new(), body: body.to_owned() }
}

#[test]
fn refusals_of_every_shape_fail_their_job_and_cost_nothing() {
    let rows = |shapes: &[&'static str]| {
        let row_of = |body: &&'static str| row(body, refused(400, body), Ends::Failed, "400");
        shapes.iter().map(row_of).collect::<Vec<_>>()
    };
    let shapes = [
        r#"{"error": {"message": "no", "type": "invalid_request_error", "param": "size", "code": "invalid_value"}}"#,
        r#"{"error": {"message": "no", "code": null, "param": null}}"#,
        r#"{"error": "no"}"#,
        r#"{"error": null}"#,
        r#"{"detail": {"status": "bad", "message": "no"}}"#,
        r#"{"detail": [{"loc": ["body", "text"], "msg": "field required", "type": "missing"}]}"#,
        r#"{"detail": "no"}"#,
        r#"["no"]"#,
        r#""no""#,
        "7",
        "{\"error\": {\"message\": \"\u{1b}[2J\u{202e}no\"}}",
        HTML,
        "",
        "\0\0\0\0",
    ];
    for product in [Product::Picture, Product::Voice] {
        let checked = check(&rows(&shapes), product, None);
        assert_eq!((checked.ended.failed, checked.asked), (shapes.len(), shapes.len()), "{}", checked.ended.message);
        let Amounts { paid, reserved, unknown, .. } = checked.amounts;
        assert_eq!([paid, reserved, unknown], [MicroDollars::ZERO; 3]);
    }
}

#[test]
fn what_a_provider_broke_while_it_worked_is_held() {
    let rows = || {
        vec![
            row("500", refused(500, r#"{"error": {"message": "oops"}}"#), BROKEN, "500"),
            row("502", refused(502, HTML), BROKEN, "502"),
            row("503 of a gateway", refused(503, HTML), BROKEN, "503"),
            row("504", refused(504, ""), BROKEN, "504"),
            row("599", refused(599, "{"), BROKEN, "599"),
        ]
    };
    for product in [Product::Picture, Product::Voice] {
        let checked = check(&rows(), product, None);
        assert_eq!((checked.ended.held, checked.asked), (5, 5));
        assert_eq!(checked.amounts.unknown, checked.held_price);
    }
}

#[test]
fn a_provider_that_must_be_set_right_first_is_not_asked_again() {
    for (status, body, says) in [
        (301, "", "redirect"),
        (302, HTML, "redirect"),
        (307, "", "redirect"),
        (308, "", "redirect"),
        (401, r#"{"error": {"code": "invalid_api_key"}}"#, "OPENAI_API_KEY"),
        (401, HTML, "OPENAI_API_KEY"),
        (402, "", "paid first"),
        (403, r#"{"error": {"message": "Your organization must be verified"}}"#, "verified"),
        (403, HTML, "does not allow"),
        (404, HTML, "nothing at this address"),
        (429, r#"{"error": {"code": "insufficient_quota"}}"#, "no credit left"),
        (429, r#"{"error": {"type": "project_spend_limit_exceeded"}}"#, "spending limit"),
    ] {
        let place = Place::new();
        place.write("rows.json", &campaign(4));
        let fake = FakeProvider::start(move |asked, _| {
            let location = ("location", format!("http://{}{}", "127.0.0.1:1", asked.path));
            Reply::Refused { status, headers: vec![location], body: body.to_owned() }
        });
        let mut studio = Studio::start(settings(&place, &fake, Product::Picture));
        let ended = studio.generate_final("rows", ENOUGH);
        assert_eq!(ended.outcome, Outcome::Stopped, "{status} {body}: {}", ended.message);
        assert!(ended.message.contains(says), "{status} {body}: {}", ended.message);
        assert_eq!((ended.made, ended.failed, ended.held), (4, 4, 0), "the voices go on");
        studio.stop();
        assert!(fake.asked().len() <= 2, "two at once, and no more");
        assert_eq!(spent(&place).unknown, MicroDollars::ZERO);
    }
}

#[test]
fn a_body_without_end_is_cut_off_and_held() {
    let flood = Step::Send(vec![b' '; 1024 * 1024]);
    let reply = Reply::Steps([vec![Step::head("application/json")], vec![flood; 80]].concat());
    let checked = check(&[row("80 MiB", reply, BROKEN, "larger than 64 MiB")], Product::Picture, None);
    assert_eq!(checked.ended.held, 1);
}
