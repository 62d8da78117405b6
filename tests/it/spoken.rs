//! What ElevenLabs is told of a line, and what is kept of its answer.

use babblecast::domain::MicroDollars;
use babblecast::engine::{Consent, EngineSettings};
use babblecast::plan::Role;
use babblecast::providers::config::VoiceContext;
use babblecast::store::Store;
use serde_json::{Value, json};

use crate::fake_provider::{Asked, FakeProvider, Reply, good_body};
use crate::support::{Place, Studio, loaded};

const ENOUGH: Consent = Consent::UpTo(MicroDollars(5_000_000));

fn campaign(middle: &str) -> Value {
    json!({
        "campaign_id": "spoken", "topic": "t", "pronounce": {"Rovîa": "Ro-VEE-ah"},
        "script": [
            {"type": "dialogue", "speaker": "A", "text": "Mon Rovîa?"},
            {"type": "dialogue", "speaker": "B", "text": middle},
            {"type": "dialogue", "speaker": "A", "text": "2nd try.", "say": "Second try."},
        ],
        "baby_profiles": {
            "A": {"tone": "warm", "voice_id": "baby_voice_1"},
            "B": {"tone": "energetic", "voice_id": "MyOwnVoice123"},
        }
    })
}

fn place() -> Place {
    let place = Place::new();
    place.write("spoken.json", &campaign("Who?"));
    place
}

fn settings(place: &Place, fake: &FakeProvider) -> EngineSettings {
    let mut settings = place.settings();
    settings.providers.elevenlabs.key = Some("sk-test".into());
    settings.providers.elevenlabs.base_url = Some(fake.elevenlabs_base());
    settings.providers.elevenlabs.voices = [("baby_voice_1".to_owned(), "Alias456".to_owned())].into();
    settings
}

fn asked_for<'a>(asked: &'a [Asked], text: &str) -> &'a Asked {
    asked.iter().find(|asked| asked.words() == text).unwrap_or_else(|| panic!("{text}"))
}

#[test]
fn a_line_is_sent_as_it_is_spoken_with_its_voice_and_tone_and_its_timestamps_are_kept() {
    let place = place();
    let fake = FakeProvider::start(|_, _| Reply::Well);
    let mut studio = Studio::start(settings(&place, &fake));
    let ended = studio.generate_final("spoken", ENOUGH);
    assert_eq!(ended.made, 5, "{}", ended.message);
    let asked = fake.asked();
    let (first, second) = (asked_for(&asked, "Mon Ro-VEE-ah?"), asked_for(&asked, "Who?"));
    asked_for(&asked, "Second try.");
    assert_eq!(first.path, "/v1/text-to-speech/Alias456/with-timestamps");
    assert_eq!(second.path, "/v1/text-to-speech/MyOwnVoice123/with-timestamps");
    let stability = |asked: &Asked| asked.body["voice_settings"]["stability"].as_f64().unwrap();
    assert!(stability(first) > stability(second), "a warm voice is steadier than an energetic one");
    for unwanted in ["previous_text", "next_text", "previous_request_ids", "seed"] {
        assert!(asked.iter().all(|asked| asked.body.get(unwanted).is_none()), "{unwanted}");
    }
    let entry = studio.entry("spoken");
    let graph = loaded(&entry).finals.as_ref().unwrap();
    let outputs = &studio.view.job(graph.jobs[graph.scenes[0].voice.unwrap()].key).outputs;
    let alignment = outputs.iter().find(|made| made.output.role == Role::Alignment).unwrap();
    let kept: Value = serde_json::from_slice(&std::fs::read(&alignment.path).unwrap()).unwrap();
    assert_eq!(kept["characters"].as_array().unwrap().len(), "Mon Ro-VEE-ah?".len());
    studio.stop();
}

#[test]
fn with_its_neighbours_a_line_is_remade_when_one_of_them_changes_and_the_price_says_so() {
    for (context, model, voices_remade) in [
        (VoiceContext::Neighbours, "eleven_multilingual_v2", 3),
        (VoiceContext::None, "eleven_multilingual_v2", 1),
        // It takes no neighbours: known before anything is sent.
        (VoiceContext::Neighbours, "eleven_v3", 1),
    ] {
        let place = place();
        let fake = FakeProvider::start(|_, _| Reply::Well);
        let mut settings = settings(&place, &fake);
        settings.providers.elevenlabs.voice_context = context;
        settings.providers.elevenlabs.model = model.to_owned();
        let mut studio = Studio::start(settings.clone());
        studio.generate_final("spoken", ENOUGH);
        let sends = |name: &str, text: &str| asked_for(&fake.asked(), text).body.get(name).cloned();
        let expected = (voices_remade == 3).then(|| json!("Mon Ro-VEE-ah?"));
        assert_eq!(sends("previous_text", "Who?"), expected);
        assert_eq!(sends("next_text", "Who?"), expected.map(|_| json!("Second try.")));
        studio.stop();

        place.write("spoken.json", &campaign("Whom?"));
        let mut studio = Studio::start(settings);
        let entry = studio.entry("spoken");
        let graph = loaded(&entry).finals.as_ref().unwrap();
        let price: MicroDollars =
            babblecast::plan::missing(graph, |key| studio.view.state(key)).map(babblecast::plan::Job::price).sum();
        let ended = studio.generate_final("spoken", Consent::UpTo(price));
        assert_eq!((ended.made, ended.failed), (voices_remade, 0), "{model} {context:?}: {}", ended.message);
        studio.stop();
    }
}

#[test]
fn the_ledger_takes_what_the_provider_says_it_cost() {
    let place = place();
    let fake = FakeProvider::start(|asked, _| {
        let body = good_body(asked).to_string();
        let headers = vec![("character-cost", "40".to_owned()), ("request-id", "req_9".to_owned())];
        Reply::WellWith { headers, body }
    });
    let mut studio = Studio::start(settings(&place, &fake));
    studio.generate_final("spoken", ENOUGH);
    studio.stop();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let spend = runtime.block_on(async { Store::open(&place.home()).unwrap().0.journal.spend().await.unwrap() });
    let credits = 3 * 40;
    let paid = spend.total().paid.0;
    assert_eq!((paid % credits, spend.total().unknown.0), (0, 0), "{paid}");
    assert!(paid / credits > 0);
}
