//! Voices over HTTP: listed, filtered and given, and never a paid call.

use babblecast::providers::{ImageChoice, VoiceChoice};
use serde_json::{Value, json};

use crate::api_support::{Service, one_baby, settings};
use crate::fake_account::{Account, FakeAccount};
use crate::support::Place;

fn service(place: &Place, fake: &FakeAccount) -> Service {
    let mut engine = place.settings();
    engine.providers.elevenlabs.key = Some("xi-canary-141421".into());
    engine.providers.elevenlabs.base_url = Some(fake.base());
    engine.providers.elevenlabs.voices = [("granny".to_owned(), "ownBoy".to_owned())].into();
    engine.finals.image = Some(ImageChoice::Sketch);
    engine.finals.voice = Some(VoiceChoice::ElevenLabs);
    Service::start(engine, settings(5_000_000))
}

fn place() -> Place {
    let place = Place::new();
    place.write("naps.json", &one_baby("naps"));
    place
}

fn list(service: &Service, query: &str) -> Value {
    service.client.get(&format!("/api/v1/voices{query}")).expect(200).json()
}

#[test]
fn voices_are_listed_filtered_and_told_with_their_aliases() {
    let (place, fake) = (place(), FakeAccount::start(Account::young()));
    let service = service(&place, &fake);
    let all = list(&service, "");
    let voices = all["voices"].as_array().unwrap();
    assert!(voices.iter().any(|voice| voice["id"] == "ownGirl" && voice["state"] == "there"), "{all}");
    assert_eq!(voices.iter().filter(|voice| voice["provider"] == "neural").count(), 8);
    assert_eq!((&all["tier"], &all["trouble"]), (&json!("creator"), &Value::Null));
    assert_eq!((&all["aliases"]["baby_voice_1"], &all["aliases"]["granny"]), (&json!("ownGirl"), &json!("ownBoy")));
    let boys = list(&service, "?filter=OWN%20BOY");
    assert_eq!(boys["voices"].as_array().unwrap().len(), 1, "{boys}");
    assert_eq!(boys["voices"][0]["aliases"], json!(["baby_voice_2", "granny"]));
    assert_eq!(boys["aliases"], all["aliases"], "aliases are told whatever is looked for");
    assert_eq!(service.client.get("/api/v1/voices?filtre=x").expect(400).code(), "invalid_query");
    assert!(fake.spoken().is_empty(), "nothing of it is paid");
    service.server.stop();
}

#[test]
fn a_voice_is_given_to_a_baby_with_the_price_of_it_and_nothing_is_spent() {
    let (place, fake) = (place(), FakeAccount::start(Account::young()));
    let service = service(&place, &fake);
    let post = |path: &str, body: Value| service.client.post(path, &body);
    let give = "/api/v1/campaigns/naps/voice";
    let given = post(give, json!({"speaker": "Baby 1", "voice_id": "ownBoy"})).expect(200).json();
    assert_eq!((&given["voice_id"], &given["lines"]), (&json!("ownBoy"), &json!(1)), "{given}");
    assert!(given["estimated_usd"].as_f64().unwrap() > 0.0, "{given}");
    let written: Value = serde_json::from_slice(&std::fs::read(place.campaigns().join("naps.json")).unwrap()).unwrap();
    assert_eq!(written["baby_profiles"]["Baby 1"]["voice_id"], "ownBoy");

    let pinned = post("/api/v1/voices/aliases", json!({"alias": "baby_voice_3", "voice_id": "ownBoy"})).expect(200);
    assert_eq!(pinned.json()["lines"], json!(0));
    assert_eq!(list(&service, "")["aliases"]["baby_voice_3"], "ownBoy");

    for (path, body, status, code) in [
        (give, json!({"speaker": "Baby 9", "voice_id": "ownBoy"}), 404, "not_found"),
        ("/api/v1/campaigns/nobody/voice", json!({"speaker": "Baby 1", "voice_id": "ownBoy"}), 404, "not_found"),
        (give, json!({"speaker": "Baby 1", "voice_id": ""}), 422, "invalid_body"),
        (give, json!({"speaker": "Baby 1", "voice_id": "x".repeat(101)}), 422, "invalid_body"),
        (give, json!({"speaker": "Baby 1"}), 422, "invalid_body"),
        (give, json!({"speaker": "Baby 1", "voice_id": "\u{1b}[2J"}), 409, "not_written"),
        ("/api/v1/voices/aliases", json!({"alias": "granny", "voice_id": "ownGirl"}), 409, "not_pinned"),
        ("/api/v1/voices/aliases", json!({"alias": "grandpa", "voice_id": "ownGirl"}), 409, "not_pinned"),
    ] {
        assert_eq!(post(path, body.clone()).expect(status).code(), code, "{path} {body}");
    }
    assert!(fake.spoken().is_empty());
    service.server.stop();
}

#[test]
fn a_voice_that_surely_cannot_speak_is_refused() {
    let mut account = Account::old();
    account.voices.remove(0);
    let (place, fake) = (place(), FakeAccount::start(account));
    let service = service(&place, &fake);
    let body = json!({"speaker": "Baby 1", "voice_id": "cgSgspJ2msm6clMCkdW9"});
    // It is known to be gone because an alias stood for it.
    place.write("naps.json", &{
        let mut campaign = one_baby("naps");
        campaign["baby_profiles"]["Baby 1"]["voice_id"] = json!("cgSgspJ2msm6clMCkdW9");
        campaign
    });
    crate::api_support::eventually("the edit is read and the voice is asked for", || {
        let gone = list(&service, "?filter=cgSgspJ2msm6clMCkdW9");
        gone["voices"].as_array().unwrap().iter().any(|voice| voice["state"] == "gone")
    });
    assert_eq!(service.client.post("/api/v1/campaigns/naps/voice", &body).expect(409).code(), "voice_unusable");
    service.server.stop();
}

#[test]
fn without_a_key_the_built_in_voices_are_listed() {
    let place = place();
    let service = Service::over(&place);
    let all = list(&service, "");
    assert_eq!(all["voices"].as_array().unwrap().len(), 8);
    assert!(all["trouble"].as_str().unwrap().contains("ELEVENLABS_API_KEY is not set"), "{all}");
    let docs = String::from_utf8(service.client.get("/docs").expect(200).body).unwrap();
    let openapi = service.client.get("/openapi.json").expect(200).json();
    for (path, method) in
        [("/api/v1/voices", "get"), ("/api/v1/voices/aliases", "post"), ("/api/v1/campaigns/{id}/voice", "post")]
    {
        assert!(openapi["paths"][path][method].is_object(), "{path}");
        assert!(docs.contains(path), "{path}");
    }
    service.server.stop();
}
