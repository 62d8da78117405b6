//! Lines that are spoken together: one paid call, cut back into lines, and made again together.

use babblecast::domain::{CampaignId, MicroDollars};
use babblecast::engine::{Command, Consent, EngineSettings, Event, Likeness, Outcome, RunEnded, RunId, Scope, Subject};
use babblecast::media::sound_file;
use babblecast::plan::{JobState, Mode, Pick, Product, Request, Role};
use babblecast::providers::{ImageChoice, VoiceChoice};
use serde_json::{Value, json};

use crate::fake_account::{Account, DEFAULTS, FakeAccount};
use crate::fake_provider::{FakeProvider, Reply, good_body};
use crate::program::{Answer, CAMPAIGN, Studio as Program};
use crate::support::{Place, Studio, loaded, two_babies};

const ENOUGH: Consent = Consent::UpTo(MicroDollars(5_000_000));

fn settings(place: &Place, base: String) -> EngineSettings {
    let mut settings = place.settings();
    settings.providers.elevenlabs.key = Some("xi-canary-271828".into());
    settings.providers.elevenlabs.base_url = Some(base);
    "eleven_v3".clone_into(&mut settings.providers.elevenlabs.model);
    settings.finals.image = Some(ImageChoice::Sketch);
    settings.finals.voice = Some(VoiceChoice::ElevenLabs);
    settings
}

fn in_dialogue() -> Value {
    let mut campaign = two_babies("naps");
    campaign["voice_mode"] = json!("dialogue");
    campaign["script"][1]["text"] = json!("[laughs] Naps are art.");
    campaign
}

fn place(campaign: &Value) -> Place {
    let place = Place::new();
    place.write("naps.json", campaign);
    place
}

fn make(studio: &mut Studio, products: Vec<Product>) -> RunEnded {
    let (run, campaign) = (RunId::random(), CampaignId::new("naps").unwrap());
    let scope = Scope { products, ..Scope::default() };
    studio.send(Command::Generate { run, campaign, mode: Mode::Final, scope, consent: ENOUGH });
    studio.run_ended(run)
}

fn speak(studio: &mut Studio) -> RunEnded {
    make(studio, vec![Product::Voice])
}

fn seconds(place: &Place, file: &str) -> f64 {
    let path = place.output().join("naps/voices").join(file);
    sound_file::decode(&std::fs::read(&path).unwrap_or_else(|_| panic!("{}", path.display()))).unwrap().seconds()
}

#[test]
fn neighbouring_lines_are_bought_in_one_call_and_heard_line_by_line() {
    let (place, fake) = (place(&in_dialogue()), FakeAccount::start(Account::old()));
    let mut studio = Studio::start(settings(&place, fake.base()));
    let ended = speak(&mut studio);
    assert_eq!((ended.outcome, ended.made), (Outcome::Complete, 4), "a call and three lines: {}", ended.message);
    let spoken = fake.spoken();
    let [(_, body)] = spoken.as_slice() else { panic!("{spoken:?}") };
    let line = |voice: usize, text: &str| json!({"text": text, "voice_id": DEFAULTS[voice].0});
    let lines = [line(0, "Naps are work."), line(1, "[laughs] Naps are art."), line(0, "Good night.")];
    assert_eq!(*body, json!({"inputs": lines, "model_id": "eleven_v3"}));
    let paths: Vec<String> = fake.lines().into_iter().filter(|line| line.starts_with("POST")).collect();
    assert_eq!(paths, ["POST /v1/text-to-dialogue/with-timestamps?output_format=pcm_24000"]);
    for file in ["scene_001_baby_1.wav", "scene_002_baby_2.wav", "scene_003_baby_1.wav"] {
        assert!((seconds(&place, file) - 1.0).abs() < 1e-3, "{file}");
    }
    // The times of the words are those of the line alone.
    let entry = studio.entry("naps");
    let graph = loaded(&entry).finals.as_ref().unwrap();
    let second = &graph.jobs[graph.scenes[1].voice.unwrap()];
    let times = studio.view.job(second.key).outputs.iter().find(|made| made.output.role == Role::Alignment).unwrap();
    let times: Value = serde_json::from_slice(&std::fs::read(&times.path).unwrap()).unwrap();
    assert_eq!(times["characters"][0], "[");
    assert!(times["character_start_times_seconds"][0].as_f64().unwrap() < 0.05, "{times}");
    studio.stop();

    let mut later = Studio::start(settings(&place, fake.base()));
    let again = speak(&mut later);
    assert_eq!((again.made, again.cached, fake.spoken().len()), (0, 4, 1), "nothing is bought again");
    later.stop();
}

#[test]
fn a_changed_line_makes_its_dialogue_anew_and_the_price_says_so() {
    let (place, fake) = (place(&in_dialogue()), FakeAccount::start(Account::old()));
    let mut studio = Studio::start(settings(&place, fake.base()));
    assert_eq!(speak(&mut studio).made, 4);
    studio.stop();
    let mut campaign = in_dialogue();
    campaign["script"][2]["text"] = json!("Good day.");
    place.write("naps.json", &campaign);
    let mut studio = Studio::start(settings(&place, fake.base()));
    let entry = studio.entry("naps");
    let graph = loaded(&entry).finals.as_ref().unwrap();
    let characters = "Naps are work.[laughs] Naps are art.Good day.".chars().count() as u64;
    let job = &graph.jobs[graph.scenes[2].spoken().unwrap()];
    assert_eq!(job.price(), MicroDollars(characters * 100));
    let ended = speak(&mut studio);
    assert_eq!((ended.made, fake.spoken().len()), (4, 2), "{}", ended.message);
    studio.stop();
}

#[test]
fn a_take_is_of_the_whole_dialogue_and_its_lines_are_cut_from_the_chosen_one() {
    let (place, fake) = (place(&in_dialogue()), FakeAccount::start(Account::old()));
    let mut studio = Studio::start(settings(&place, fake.base()));
    assert_eq!(speak(&mut studio).made, 4);
    let (run, campaign) = (RunId::random(), CampaignId::new("naps").unwrap());
    let (mode, subject) = (Mode::Final, Subject::Voice(1));
    let likeness = Likeness::Another;
    studio.send(Command::Regenerate {
        run,
        campaign: campaign.clone(),
        mode,
        subject,
        likeness,
        note: None,
        consent: ENOUGH,
    });
    let ended = studio.run_ended(run);
    assert_eq!((ended.made, fake.spoken().len()), (1, 2), "{}", ended.message);
    studio.send(Command::Choose { campaign, mode, subject, pick: Pick::Take(2) });
    studio.until(|event| matches!(event, Event::Campaign(entry) if loaded(entry).choices.choices.len() == 1));
    let cut = speak(&mut studio);
    assert_eq!((cut.made, cut.cached, fake.spoken().len()), (3, 1, 2), "cutting costs nothing: {}", cut.message);
    studio.stop();
}

#[test]
fn another_shape_of_a_line_in_a_dialogue_costs_nothing() {
    let (place, fake) = (place(&in_dialogue()), FakeAccount::start(Account::old()));
    let mut studio = Studio::start(settings(&place, fake.base()));
    assert_eq!(speak(&mut studio).made, 4);
    studio.stop();
    let mut campaign = in_dialogue();
    campaign["baby_profiles"]["Baby 2"]["voice"] = json!({"pitch": 4, "speed": 1.25});
    place.write("naps.json", &campaign);
    let mut studio = Studio::start(settings(&place, fake.base()));
    let ended = speak(&mut studio);
    assert_eq!((ended.made, ended.cached, fake.spoken().len()), (1, 4, 1), "{}", ended.message);
    assert!((seconds(&place, "scene_002_baby_2.wav") - 0.8).abs() < 0.02);
    studio.stop();
}

#[test]
fn inside_a_dialogue_no_clip_adds_a_breath() {
    let mut campaign = in_dialogue();
    campaign["script"].as_array_mut().unwrap().pop();
    let (place, fake) = (place(&campaign), FakeAccount::start(Account::old()));
    let mut studio = Studio::start(settings(&place, fake.base()));
    let ended = make(&mut studio, vec![Product::Clip]);
    assert_eq!(ended.outcome, Outcome::Complete, "{}", ended.message);
    let entry = studio.entry("naps");
    let graph = loaded(&entry).finals.as_ref().unwrap();
    let length = |scene: usize| {
        let outputs = &studio.view.job(graph.jobs[graph.scenes[scene].clip.unwrap()].key).outputs;
        outputs.iter().find_map(|made| made.output.milliseconds).unwrap()
    };
    assert_eq!((length(0), length(1)), (1_000, 1_266), "a second, and a second with its breath in whole frames");
    studio.stop();
}

/// What is done to a reply that was whole.
type Damage = fn(&mut Value);

#[test]
fn a_reply_that_does_not_say_which_line_is_where_is_kept_and_never_paid_twice() {
    let wrong = |change: Damage| {
        move |asked: &crate::fake_provider::Asked, _: usize| {
            let mut body = good_body(asked);
            change(&mut body);
            Reply::Charged(body.to_string())
        }
    };
    let cases: [(Damage, &str); 5] = [
        (|body| body["voice_segments"] = Value::Null, "does not say which line is heard when"),
        (|body| drop(body["voice_segments"].as_array_mut().unwrap().remove(1)), "line 2 of 3 is missing in it"),
        (|body| body["voice_segments"][1]["start_time_seconds"] = json!(0.1), "line 2 of 3 begins before"),
        (|body| body["voice_segments"][2]["end_time_seconds"] = json!(60), "ends before line 3 of 3"),
        (|body| body["voice_segments"][0]["voice_id"] = json!("stranger"), "stranger, which was not asked for"),
    ];
    for (change, words) in cases {
        let (place, fake) = (place(&in_dialogue()), FakeProvider::start(wrong(change)));
        let mut studio = Studio::start(settings(&place, fake.elevenlabs_base()));
        let ended = speak(&mut studio);
        assert_eq!((ended.made, ended.held, ended.blocked), (0, 1, 3), "{words}: {}", ended.message);
        let held = studio.view.jobs().map(|(_, facts)| facts).find_map(|facts| match &facts.state {
            JobState::Held(failure) => Some(failure.to_string()),
            _ => None,
        });
        let held = held.unwrap();
        assert!(held.contains(words) && held.contains("is kept in"), "{held}");
        assert_eq!(Place::files_below(&place.home().join("quarantine")).len(), 1);
        let again = speak(&mut studio);
        assert_eq!((again.held, fake.charged().len()), (1, 1), "it is not bought again by itself");
        studio.stop();
    }
}

#[test]
fn a_missing_voice_stops_the_dialogues_it_is_in_and_no_others() {
    let mut campaign = in_dialogue();
    let line = |text: &str| json!({"type": "dialogue", "speaker": "Baby 1", "text": text});
    let alone = json!({"type": "dialogue", "speaker": "Baby 1", "text": "Alone.", "voice_mode": "lines"});
    campaign["script"].as_array_mut().unwrap().extend([alone, line("One."), line("Two.")]);
    let mut account = Account::old();
    account.voices.remove(1);
    let (place, fake) = (place(&campaign), FakeAccount::start(account));
    let mut studio = Studio::start(settings(&place, fake.base()));
    let ended = speak(&mut studio);
    assert_eq!((ended.outcome, ended.made), (Outcome::Partial, 4), "{}", ended.message);
    assert_eq!((ended.failed, ended.blocked), (1, 3), "{}", ended.message);
    let failed = studio
        .view
        .jobs()
        .map(|(_, facts)| facts)
        .find_map(|facts| facts.state.failure().map(ToString::to_string))
        .unwrap();
    assert!(
        studio.view.jobs().map(|(_, facts)| facts).any(|facts| {
            facts.state.failure().is_some_and(|why| why.to_string().contains("has no voice TX3LPaxmHKxFdv7VOQHJ"))
        }),
        "{failed}"
    );
    studio.stop();
    let later = Studio::start(settings(&place, fake.base()));
    let warnings = later.view.library().warnings.join("\n");
    assert!(warnings.contains("is not in this ElevenLabs account"), "{warnings}");
    later.stop();
}

#[test]
fn who_speaks_no_dialogues_makes_line_by_line_and_check_and_plan_say_so() {
    let program = Program::empty();
    program.write("first.json", CAMPAIGN.replace("\"topic\"", "\"voice_mode\": \"dialogue\", \"topic\""));
    for command in ["check", "plan"] {
        let answer = program.run([command, "first"]).expect(0);
        answer.says("the built-in voice speaks no dialogues, so its lines are made one by one");
    }
    let plan = program.json(0, ["plan", "first"]);
    let products: Vec<&str> =
        plan["jobs"].as_array().unwrap().iter().filter_map(|job| job["product"].as_str()).collect();
    assert_eq!(products.iter().filter(|product| **product == "voice").count(), 3);
    assert!(!products.contains(&"dialogue"));

    let fake = FakeAccount::start(Account::old());
    let run = |arguments: &[&str]| {
        let mut command = program.command(arguments);
        command.env("ELEVENLABS_API_KEY", "xi-canary-271828").env("ELEVENLABS_BASE_URL", fake.base());
        Answer::of(command.output().unwrap())
    };
    run(&["check", "first"]).expect(0).says("eleven_multilingual_v2 speaks no dialogues");
    run(&["plan", "first"]).expect(0).says("eleven_multilingual_v2 speaks no dialogues");
    let config = program.path("config/babblecast");
    std::fs::create_dir_all(&config).unwrap();
    std::fs::write(config.join("config.toml"), "image = \"sketch\"\n[elevenlabs]\nmodel = \"eleven_v3\"\n").unwrap();
    for command in ["check", "plan"] {
        let answer = run(&[command, "first"]).expect(0);
        let told = format!("{}{}", answer.stdout, answer.stderr);
        assert!(!told.contains("speaks no dialogues"), "{told}");
    }
    run(&["plan", "first"]).expect(0).says("dialogues").says("1, 2, 3 Baby 1, Baby 2: Milk.");
    assert!(fake.spoken().is_empty());
    // What was made, and why again, is told of the dialogue too.
    run(&["generate", "first", "--yes", "--only", "voices"]).expect(0);
    run(&["explain", "first", "--scene", "2"]).expect(0).says("dialogue, take 1").says("cut_voice").says("\"More?\"");
    let status = run(&["status", "first", "--json"]).expect(0).documents().pop().unwrap();
    assert!(
        status["results"].as_array().unwrap().iter().all(|result| !result["assets"]["audio_file"].is_null()),
        "{status}"
    );
}

#[test]
fn a_dialogue_is_planned_as_it_was_on_a_day_without_a_key() {
    let (place, fake) = (place(&in_dialogue()), FakeAccount::start(Account::old()));
    let mut studio = Studio::start(settings(&place, fake.base()));
    assert_eq!(speak(&mut studio).made, 4);
    studio.stop();
    let mut without = place.settings();
    without.providers.elevenlabs.model = "eleven_v3".to_owned();
    let later = Studio::start(without);
    let entry = later.entry("naps");
    let graph = loaded(&entry).finals.as_ref().unwrap();
    let job = &graph.jobs[graph.scenes[0].dialogue.unwrap()];
    assert!(matches!(*job.request, Request::Dialogue(_)));
    assert!(later.view.job(job.key).state.is_made(), "it is found again");
    later.stop();
}
