//! How many calls go out at once, and when again: as many as the provider takes, found out by itself.

use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering::SeqCst;
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, SystemTime};

use babblecast::domain::MicroDollars;
use babblecast::engine::{Cancel, Command, Consent, EngineSettings, Event, Outcome};
use babblecast::plan::ProviderId;
use babblecast::store::Store;
use serde_json::{Value, json};

use crate::fake_provider::{FakeProvider, Reply};
use crate::support::{Place, Studio};

const ENOUGH: Consent = Consent::UpTo(MicroDollars(100_000_000));

fn campaign(lines: usize) -> Value {
    let line = |number| json!({"type": "dialogue", "speaker": "Baby 1", "text": format!("Line {number}.")});
    json!({"campaign_id": "pace", "topic": "t", "script": (0..lines).map(line).collect::<Vec<_>>(),
        "baby_profiles": {"Baby 1": {"tone": "warm", "voice_id": "baby_voice_1"}}})
}

fn place(lines: usize) -> Place {
    let place = Place::new();
    place.write("pace.json", &campaign(lines));
    place
}

fn settings(place: &Place, fake: &FakeProvider) -> EngineSettings {
    let mut settings = place.settings();
    settings.providers.elevenlabs.key = Some("sk-test".into());
    settings.providers.elevenlabs.base_url = Some(fake.elevenlabs_base());
    settings
}

/// How many calls the journal would let out now.
fn at_once(place: &Place) -> u32 {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let allowance = runtime.block_on(async {
        Store::open(&place.home()).unwrap().0.journal.allowance(ProviderId::ElevenLabs).await.unwrap()
    });
    allowance.at_once
}

/// Lets calls go on in groups: each waits until its whole group has come.
#[derive(Default)]
struct Gate {
    arrived: Mutex<usize>,
    changed: Condvar,
}

impl Gate {
    /// Returns once this many have come in all; how many that are, which is fewer only when the others never come.
    fn wait_for(&self, all: usize) -> usize {
        let mut arrived = self.arrived.lock().unwrap();
        *arrived += 1;
        self.changed.notify_all();
        let limit = Duration::from_secs(30);
        arrived = self.changed.wait_timeout_while(arrived, limit, |arrived| *arrived < all).unwrap().0;
        *arrived
    }
}

#[test]
fn calls_at_once_begin_at_two_and_double_until_the_first_refusal() {
    let place = place(60);
    let (gate, refused_at) = (Arc::new(Gate::default()), Arc::new(AtomicUsize::new(0)));
    let gate_in = gate.clone();
    let groups = [2, 6, 14];
    let fake = FakeProvider::start(move |_, number| {
        let Some(all) = groups.iter().find(|all| number < **all) else {
            // The first one after the groups is too many.
            if refused_at.fetch_max(1, SeqCst) == 0 {
                let body = include_str!("../fixtures/replies/elevenlabs_429_concurrency.json").to_owned();
                return Reply::Refused { status: 429, headers: vec![("retry-after-ms", "5".to_owned())], body };
            }
            return Reply::Well;
        };
        let arrived = gate_in.wait_for(*all);
        assert!(arrived >= *all, "only {arrived} of {all} came");
        if number < 2 {
            assert_eq!(arrived, 2, "two at first");
        }
        Reply::Well
    });
    let mut studio = Studio::start(settings(&place, &fake));
    let ended = studio.generate_final("pace", ENOUGH);
    assert_eq!((ended.outcome, ended.made), (Outcome::Complete, 61), "{}", ended.message);
    studio.stop();
    assert_eq!((fake.asked().len(), fake.charged().len()), (61, 60));
    assert!(*gate.arrived.lock().unwrap() >= 14);
}

#[test]
fn an_announced_maximum_is_used_in_full_and_never_crossed() {
    const MOST: usize = 5;
    let place = place(2 + 4 * MOST);
    let (gate, flying, most) = (Gate::default(), AtomicUsize::new(0), Arc::new(AtomicUsize::new(0)));
    let most_in = most.clone();
    let fake = FakeProvider::start(move |_, number| {
        most_in.fetch_max(flying.fetch_add(1, SeqCst) + 1, SeqCst);
        if number >= 2 {
            // Whole groups of five, the first two left out.
            let group = (number - 2) / MOST + 1;
            let arrived = gate.wait_for(group * MOST);
            assert!(arrived >= group * MOST, "only {arrived} came");
        }
        flying.fetch_sub(1, SeqCst);
        Reply::Announcing(MOST as u32)
    });
    let mut studio = Studio::start(settings(&place, &fake));
    let ended = studio.generate_final("pace", ENOUGH);
    assert_eq!(ended.outcome, Outcome::Complete, "{}", ended.message);
    studio.stop();
    assert_eq!(most.load(SeqCst), MOST);
    assert_eq!(at_once(&place), MOST as u32);
}

#[test]
fn the_configured_number_is_never_crossed() {
    let place = place(12);
    let (flying, most) = (AtomicUsize::new(0), Arc::new(AtomicUsize::new(0)));
    let most_in = most.clone();
    let fake = FakeProvider::start(move |_, _| {
        most_in.fetch_max(flying.fetch_add(1, SeqCst) + 1, SeqCst);
        flying.fetch_sub(1, SeqCst);
        Reply::Announcing(16)
    });
    let mut settings = settings(&place, &fake);
    settings.providers.elevenlabs.at_once = Some(1);
    let mut studio = Studio::start(settings);
    assert_eq!(studio.generate_final("pace", ENOUGH).outcome, Outcome::Complete);
    studio.stop();
    assert_eq!(most.load(SeqCst), 1);
}

#[test]
fn a_refusal_halves_the_calls_at_once() {
    let place = place(20);
    let fake = FakeProvider::start(|_, number| match number {
        0 | 1 => Reply::Announcing(8),
        19 => {
            let body = include_str!("../fixtures/replies/elevenlabs_429_concurrency.json").to_owned();
            Reply::Refused { status: 429, headers: vec![("retry-after-ms", "5".to_owned())], body }
        }
        _ => Reply::Well,
    });
    let mut studio = Studio::start(settings(&place, &fake));
    let ended = studio.generate_final("pace", ENOUGH);
    assert_eq!((ended.outcome, ended.made), (Outcome::Complete, 21), "{}", ended.message);
    studio.stop();
    assert!(at_once(&place) <= 5, "half of eight, and at most one more: {}", at_once(&place));
}

#[test]
fn a_pause_that_is_asked_for_is_kept_in_every_form() {
    let past = httpdate::fmt_http_date(SystemTime::now() - Duration::from_hours(1));
    for (name, value) in [("retry-after-ms", "3".to_owned()), ("retry-after", "0.01".to_owned()), ("retry-after", past)]
    {
        let place = place(1);
        let (told, fake_value) = (value.clone(), value);
        let fake = FakeProvider::start(move |_, number| {
            if number > 0 {
                return Reply::Well;
            }
            let body = include_str!("../fixtures/replies/elevenlabs_429_system_busy.json").to_owned();
            Reply::Refused { status: 429, headers: vec![(name, fake_value.clone())], body }
        });
        let mut studio = Studio::start(settings(&place, &fake));
        let ended = studio.generate_final("pace", ENOUGH);
        assert_eq!((ended.outcome, fake.asked().len()), (Outcome::Complete, 2), "{name}: {told}");
        studio.stop();
    }
}

#[test]
fn a_long_pause_ends_the_run_and_says_when() {
    let next_hour = httpdate::fmt_http_date(SystemTime::now() + Duration::from_mins(65));
    for value in ["3600".to_owned(), next_hour] {
        let place = place(3);
        let fake = FakeProvider::start(move |_, _| {
            let body = include_str!("../fixtures/replies/elevenlabs_429_system_busy.json").to_owned();
            Reply::Refused { status: 429, headers: vec![("retry-after", value.clone())], body }
        });
        let mut studio = Studio::start(settings(&place, &fake));
        let ended = studio.generate_final("pace", ENOUGH);
        assert_eq!((ended.outcome, ended.failed), (Outcome::Stopped, 3), "{}", ended.message);
        assert!(ended.message.contains("takes calls again in about 6"), "{}", ended.message);
        assert!(fake.asked().len() <= 2);
        studio.stop();
    }
}

#[test]
fn five_free_failures_in_a_row_leave_the_provider_alone_for_a_while() {
    let place = place(1);
    let fake = FakeProvider::start(|_, _| {
        let body = include_str!("../fixtures/replies/openai_503_overloaded.json").to_owned();
        Reply::Refused { status: 503, headers: vec![("retry-after-ms", "1".to_owned())], body }
    });
    let mut studio = Studio::start(settings(&place, &fake));
    let run = studio.begin_final("pace", ENOUGH);
    studio.until(|event| match event {
        Event::Notice(notice) => {
            let seconds = notice.text.rsplit(' ').nth(1).and_then(|seconds| seconds.parse::<u32>().ok());
            seconds.is_some_and(|seconds| (50..=60).contains(&seconds))
        }
        _ => false,
    });
    assert_eq!(fake.asked().len(), 5);
    studio.send(Command::Cancel(Cancel::All));
    assert_eq!(studio.run_ended(run).outcome, Outcome::Interrupted);
    assert_eq!(fake.asked().len(), 5);
    studio.stop();
}
