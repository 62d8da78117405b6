//! Effects and music: heard where they belong, made once, and bought only with consent.

use babblecast::domain::{CampaignId, MicroDollars};
use babblecast::engine::{Command, Consent, Outcome, RunEnded, RunId, Scope};
use babblecast::media::sound::Sound;
use babblecast::media::sound_file::{decode, encode_wav};
use babblecast::plan::{Mode, Product};
use serde_json::{Value, json};

use crate::fake_provider::{Asked, FakeProvider, Reply};
use crate::paid::settings;
use crate::program::{CAMPAIGN, Studio};
use crate::support::{self, Place, two_babies};

/// The first campaign with something else in its second scene.
fn with(field: &str, value: Value) -> String {
    let mut campaign: Value = serde_json::from_str(CAMPAIGN).unwrap();
    campaign["script"][1][field] = value;
    campaign.to_string()
}

fn sound(studio: &Studio, file: &str) -> Sound {
    decode(&std::fs::read(studio.path(file)).unwrap()).unwrap()
}

/// The level of a stretch in decibels below full scale.
fn level(sound: &Sound, from: f64, to: f64) -> f64 {
    let at = |seconds: f64| ((seconds * f64::from(sound.rate)) as usize).min(sound.samples.len());
    let samples = &sound.samples[at(from)..at(to)];
    let energy: f64 =
        samples.iter().map(|sample| f64::from(*sample).powi(2)).sum::<f64>() / samples.len().max(1) as f64;
    10.0 * energy.max(1e-12).log10()
}

#[test]
fn a_rimshot_is_heard_behind_its_line_in_clip_and_episode_and_remakes_nothing_else() {
    let studio = Studio::new();
    drop(studio.run(["generate", "first"]).expect(0));
    let (clip, video) = ("output/first/draft/clips/scene_002_baby_2.mp4", "output/first/first.draft.mp4");
    let read = |file: &str| std::fs::read(studio.path(file)).unwrap();
    let (plain_clip, plain_video, plain_bytes) = (sound(&studio, clip), sound(&studio, video), read(video));
    let voice = sound(&studio, "output/first/draft/voices/scene_002_baby_2.wav").seconds();

    studio.write("first.json", with("sfx", json!("rimshot")));
    let answer = studio.run(["generate", "first"]).expect(0);
    let made: Vec<&str> = answer.stderr.lines().filter(|line| line.contains("made  ")).collect();
    let is_about = |what: &str| made.iter().filter(|line| line.contains(what)).count();
    assert_eq!((made.len(), is_about("effect of scene 2"), is_about("clip of scene 2")), (3, 1, 1), "{made:?}");

    // The crash comes 0.43 s behind the line, and the clip waits for it.
    let effect_clip = sound(&studio, clip);
    assert!((effect_clip.seconds() - plain_clip.seconds() - 1.25).abs() < 0.08, "{}", effect_clip.seconds());
    let crash = level(&effect_clip, voice + 0.45, voice + 0.6);
    assert!(crash > -32.0 && level(&plain_clip, voice + 0.1, voice + 0.2) < -55.0, "{crash} dB");
    // In the episode it stands where the clip does: behind the title and the first line.
    let effect_video = sound(&studio, video);
    assert!((effect_video.seconds() - plain_video.seconds() - 1.25).abs() < 0.08);
    let before = 1.5 + sound(&studio, "output/first/draft/clips/scene_001_baby_1.mp4").seconds();
    let crash = before + voice + 0.45;
    assert!(level(&effect_video, crash, crash + 0.15) > -32.0, "{} dB", level(&effect_video, crash, crash + 0.15));
    assert!(
        level(&effect_video, before + voice + 0.3, before + voice + 0.4)
            < level(&effect_video, crash, crash + 0.1) - 10.0
    );
    let peak = |sound: &Sound| sound.peak();
    assert!(peak(&effect_video) < 0.9 && peak(&effect_clip) < 0.9, "nothing clips");
    drop(studio.run(["lint", video]).expect(0));

    // Without the effect everything is there as it was.
    studio.write("first.json", CAMPAIGN);
    drop(studio.run(["generate", "first"]).expect(0));
    assert!(read(video) == plain_bytes, "an effect that is gone leaves something behind");
}

#[test]
fn a_draft_says_what_stands_in_for_words_and_an_edit_gives_an_effect() {
    let studio = Studio::new();
    studio.write("first.json", with("sfx", json!({"prompt": "a crowd that laughs", "seconds": 2})));
    studio.run(["check", "first"]).expect(0).says("the built-in room stands in");
    let plan = studio.json(0, ["plan", "first"]);
    let effect = plan["jobs"].as_array().unwrap().iter().find(|job| job["product"] == "effect").unwrap();
    assert_eq!((&effect["provider"], &effect["price_usd"]), (&json!("effects"), &json!(0.0)), "{effect}");
    studio.write("first.json", with("sfx", json!("rimshut")));
    studio.run(["check", "first"]).expect(2).says("unknown effect").says("rimshot");
}

/// Two scenes with the same words for an effect, and music from words.
fn described() -> Value {
    let mut campaign = two_babies("naps");
    for scene in [0, 2] {
        campaign["script"][scene]["sfx"] = json!({"prompt": "a door that creaks", "seconds": 3});
    }
    campaign["music"] = json!({"prompt": "a slow waltz", "seconds": 4});
    campaign
}

/// A tone of so many seconds.
fn tone(seconds: u32) -> Vec<u8> {
    let samples = (0..seconds * 44_100).map(|at| 0.3 * (at as f32 * 0.03).sin()).collect();
    encode_wav(&Sound { rate: 44_100, samples })
}

fn sounds(studio: &mut support::Studio, consent: Consent) -> RunEnded {
    let run = RunId::random();
    let scope = Scope { products: vec![Product::Effect, Product::Music], ..Scope::default() };
    let campaign = CampaignId::new("naps").unwrap();
    studio.send(Command::Generate { run, campaign, mode: Mode::Final, scope, consent });
    studio.run_ended(run)
}

#[test]
fn sounds_from_words_are_bought_once_with_consent_and_kept() {
    let place = Place::new();
    place.write("naps.json", &described());
    let fake = FakeProvider::start(|asked: &Asked, _| match asked.path.as_str() {
        "/v1/sound-generation" => Reply::Bytes(tone(3)),
        "/v1/music" => Reply::Bytes(tone(4)),
        other => panic!("{other}"),
    });
    let mut studio = support::Studio::start(settings(&place, &fake));
    // 0.12 for the effect, and 0.005 for each second of music.
    let price = 120_000 + 4 * 5_000;
    let refused = sounds(&mut studio, Consent::FreeOnly);
    assert_ne!(refused.outcome, Outcome::Complete, "{}", refused.message);
    assert!(fake.asked().is_empty(), "nothing is asked for without consent");
    let ended = sounds(&mut studio, Consent::UpTo(MicroDollars(price)));
    assert_eq!((ended.outcome, ended.made), (Outcome::Complete, 2), "{}", ended.message);
    let mut asked = fake.asked();
    asked.sort_by(|one, other| one.path.cmp(&other.path));
    let [music, effect] = asked.as_slice() else { panic!("{asked:?}") };
    assert_eq!((music.path.as_str(), music.query.as_str()), ("/v1/music", "output_format=mp3_44100_128"));
    let expected =
        json!({"prompt": "a slow waltz", "music_length_ms": 4000, "model_id": "music_v1", "force_instrumental": true});
    assert_eq!(music.body, expected);
    assert_eq!((effect.path.as_str(), effect.query.as_str()), ("/v1/sound-generation", "output_format=mp3_44100_128"));
    let expected =
        json!({"text": "a door that creaks", "duration_seconds": 3.0, "model_id": "eleven_text_to_sound_v2"});
    assert_eq!(effect.body, expected);
    studio.stop();

    let mut later = support::Studio::start(settings(&place, &fake));
    let again = sounds(&mut later, Consent::FreeOnly);
    assert_eq!((again.outcome, again.made, again.cached), (Outcome::Complete, 0, 2), "{}", again.message);
    assert_eq!(fake.charged().len(), 2, "nothing is paid twice");
    later.stop();
}

#[test]
fn a_paid_reply_that_is_no_such_sound_is_held_and_a_refusal_costs_nothing() {
    let place = Place::new();
    place.write("naps.json", &described());
    let fake = FakeProvider::start(|asked: &Asked, _| match asked.path.as_str() {
        // Paid, and ten seconds where three were asked for.
        "/v1/sound-generation" => Reply::Bytes(tone(10)),
        _ => {
            Reply::Refused { status: 422, headers: Vec::new(), body: json!({"detail": {"message": "no"}}).to_string() }
        }
    });
    let mut studio = support::Studio::start(settings(&place, &fake));
    let ended = sounds(&mut studio, Consent::UpTo(MicroDollars(1_000_000)));
    assert_eq!((ended.made, ended.held, ended.failed), (0, 1, 1), "{}", ended.message);
    let again = sounds(&mut studio, Consent::UpTo(MicroDollars(1_000_000)));
    assert_eq!(again.held, 1, "{}", again.message);
    let effects = fake.charged().iter().filter(|asked| asked.path == "/v1/sound-generation").count();
    assert_eq!(effects, 1, "what may have been paid for is not asked for again");
    studio.stop();
}
