//! What the engine tells of its queue: why a job waits, in which lane and at which turn; and that a person can change it.

use babblecast::domain::{CampaignId, MicroDollars};
use babblecast::engine::{Command, Consent, EngineSettings, Event, Outcome, Queued, RunId, Scope, Turn, Waits};
use babblecast::plan::{JobKey, JobState, Mode, Product};
use serde_json::{Value, json};

use crate::fake_provider::{FakeProvider, Reply};
use crate::support::{Gate, Place, Studio, loaded};

fn lines(count: usize) -> Value {
    let line = |number: usize| json!({"type": "dialogue", "speaker": "Baby 1", "text": format!("Line {number}.")});
    json!({
        "campaign_id": "naps",
        "topic": "Naps",
        "script": (1..=count).map(line).collect::<Vec<_>>(),
        "baby_profiles": {"Baby 1": {"tone": "warm", "voice_id": "baby_voice_1"}},
    })
}

/// One voice at a time.
fn settings(place: &Place, fake: &FakeProvider) -> EngineSettings {
    let mut settings = place.settings();
    settings.providers.openai.key = Some("sk-test-1".into());
    settings.providers.openai.base_url = Some(fake.openai_base());
    settings.providers.elevenlabs.key = Some("xi-test-1".into());
    settings.providers.elevenlabs.base_url = Some(fake.elevenlabs_base());
    settings.providers.elevenlabs.at_once = Some(1);
    settings
}

fn begin(studio: &Studio, mode: Mode, scope: Scope) -> RunId {
    let (run, campaign) = (RunId::random(), CampaignId::new("naps").unwrap());
    let consent = Consent::UpTo(MicroDollars(5_000_000));
    studio.send(Command::Generate { run, campaign, mode, scope, consent });
    run
}

fn voices() -> Scope {
    Scope { products: vec![Product::Voice], ..Scope::default() }
}

fn voice(studio: &Studio, mode: Mode, scene: usize) -> JobKey {
    let entry = studio.entry("naps");
    let graph = loaded(&entry).graph(mode).unwrap();
    graph.jobs[graph.scenes[scene].of(Product::Voice).unwrap()].key
}

fn place_of(studio: &Studio, key: JobKey) -> Queued {
    studio.view.job(key).queued.clone().expect("it is under way")
}

fn until_job(studio: &mut Studio, key: JobKey, is_so: impl Fn(&Queued) -> bool) {
    studio.until(|event| match event {
        Event::Jobs(changes) => {
            changes.iter().any(|change| change.key == key && change.facts.queued.as_ref().is_some_and(&is_so))
        }
        _ => false,
    });
}

#[test]
fn what_waits_tells_its_turn_and_runs_in_the_order_that_a_person_gives() {
    let (place, gate) = (Place::new(), Gate::default());
    place.write("naps.json", &lines(4));
    let held = gate.clone();
    let fake = FakeProvider::start(move |_, _| {
        held.pass();
        Reply::Well
    });
    let mut studio = Studio::start(settings(&place, &fake));
    let run = begin(&studio, Mode::Final, voices());
    let keys: Vec<JobKey> = (0..4).map(|scene| voice(&studio, Mode::Final, scene)).collect();
    until_job(&mut studio, keys[0], |queued| queued.waits.is_none());
    let first = place_of(&studio, keys[0]);
    assert_eq!((first.about.name.as_str(), first.lane), ("voice of scene 1, Baby 1", "elevenlabs"));
    assert_eq!((first.about.campaign.as_str(), first.about.run), ("naps", run));
    let waiting: Vec<Queued> = keys[1..].iter().map(|key| place_of(&studio, *key)).collect();
    assert!(waiting.iter().all(|queued| queued.waits == Some(Waits::Turn)), "{waiting:?}");
    assert!(waiting.is_sorted_by_key(|queued| queued.turn), "{waiting:?}");
    let width = *studio.view.lanes().iter().find(|width| width.lane == "elevenlabs").unwrap();
    assert_eq!((width.at_once, width.most, width.why), (1, 1, ""));
    let reasons: Vec<Option<String>> =
        keys.iter().map(|key| studio.view.job(*key).waits().map(ToString::to_string)).collect();
    let turn = || Some("waits for its turn".to_owned());
    assert_eq!(reasons, [None, turn(), turn(), turn()]);

    studio.send(Command::Reorder { job: keys[3], to: Turn::First });
    studio.send(Command::Reorder { job: keys[1], to: Turn::Later });
    until_job(&mut studio, keys[1], |queued| queued.turn > waiting[1].turn - 1);
    gate.open();
    assert_eq!(studio.run_ended(run).outcome, Outcome::Complete);
    let asked = fake.asked();
    let order: Vec<&str> = asked.iter().map(crate::fake_provider::Asked::words).collect();
    assert_eq!(order, ["Line 1.", "Line 4.", "Line 3.", "Line 2."]);
    assert!(keys.iter().all(|key| studio.view.job(*key).queued.is_none()), "nothing is under way any more");
    studio.stop();
}

#[test]
fn a_pause_that_a_provider_wants_is_told_with_its_reason() {
    let place = Place::new();
    place.write("naps.json", &lines(1));
    let fake = FakeProvider::start(|_, number| {
        if number > 0 {
            return Reply::Well;
        }
        let body = include_str!("../fixtures/replies/elevenlabs_429_system_busy.json").to_owned();
        Reply::Refused { status: 429, headers: vec![("retry-after", "1".to_owned())], body }
    });
    let mut studio = Studio::start(settings(&place, &fake));
    let run = begin(&studio, Mode::Final, voices());
    let key = voice(&studio, Mode::Final, 0);
    until_job(&mut studio, key, |queued| matches!(queued.waits, Some(Waits::Pause { .. })));
    let Some(Waits::Pause { wait, why }) = place_of(&studio, key).waits else { unreachable!() };
    assert!(wait.as_secs() == 1 && why.contains("429"), "{wait:?} {why}");
    assert_eq!(studio.run_ended(run).outcome, Outcome::Complete);
    studio.stop();
}

#[test]
fn what_needs_other_things_waits_for_them_and_then_for_its_turn() {
    let (place, fake) = (Place::new(), FakeProvider::start(|_, _| Reply::Well));
    place.write("naps.json", &lines(1));
    let mut studio = Studio::start(settings(&place, &fake));
    let entry = studio.entry("naps");
    let graph = loaded(&entry).graph(Mode::Draft).unwrap();
    let clip = graph.jobs[graph.scenes[0].of(Product::Clip).unwrap()].key;
    let run = begin(&studio, Mode::Draft, Scope { products: vec![Product::Clip], ..Scope::default() });
    until_job(&mut studio, clip, |queued| queued.waits == Some(Waits::Inputs));
    until_job(&mut studio, clip, |queued| queued.waits.is_none());
    studio.send(Command::Cancel(babblecast::engine::Cancel::Run(run)));
    studio.run_ended(run);
    studio.stop();
}

#[test]
fn a_run_for_some_jobs_makes_just_these() {
    let (place, fake) = (Place::new(), FakeProvider::start(|_, _| Reply::Well));
    place.write("naps.json", &lines(4));
    let mut studio = Studio::start(settings(&place, &fake));
    let keys = [1, 3].map(|scene| voice(&studio, Mode::Final, scene));
    let run = begin(&studio, Mode::Final, Scope { jobs: keys.into_iter().collect(), ..Scope::default() });
    let ended = studio.run_ended(run);
    assert_eq!((ended.outcome, ended.made), (Outcome::Complete, 2), "{}", ended.message);
    assert_eq!(fake.charged().len(), 2);
    assert!(keys.iter().all(|key| studio.state(*key) == JobState::Made));
    studio.stop();
}
