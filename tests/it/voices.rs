//! Voices that are still there next year: what an account has is found out for nothing, said before a cent is spent, and
//! never changed in silence.

use babblecast::domain::MicroDollars;
use babblecast::engine::{Command, Consent, EngineSettings, Event, FinalsState, Outcome, Scope};
use babblecast::plan::{JobState, Mode, Product};
use babblecast::providers::{ImageChoice, VoiceChoice};
use serde_json::{Value, json};

use crate::fake_account::{Account, DEFAULTS, FakeAccount, voice};
use crate::program::{Answer, CAMPAIGN, Studio as Program};
use crate::support::{Place, Studio, loaded, two_babies};

const ENOUGH: Consent = Consent::UpTo(MicroDollars(5_000_000));

fn settings(place: &Place, fake: &FakeAccount) -> EngineSettings {
    let mut settings = place.settings();
    settings.providers.elevenlabs.key = Some("xi-canary-161803".into());
    settings.providers.elevenlabs.base_url = Some(fake.base());
    settings.finals.image = Some(ImageChoice::Sketch);
    settings.finals.voice = Some(VoiceChoice::ElevenLabs);
    settings
}

fn place(campaign: &Value) -> Place {
    let place = Place::new();
    place.write("naps.json", campaign);
    place
}

/// Voices only: a portrait would cost each test a second.
fn speak(studio: &mut Studio) -> babblecast::engine::RunEnded {
    let run = babblecast::engine::RunId::random();
    let campaign = babblecast::domain::CampaignId::new("naps").unwrap();
    let scope = Scope { products: vec![Product::Voice], ..Scope::default() };
    studio.send(Command::Generate { run, campaign, mode: Mode::Final, scope, consent: ENOUGH });
    studio.run_ended(run)
}

fn ask(studio: &mut Studio) {
    studio.send(Command::Voices);
    studio.until(|event| matches!(event, Event::Voices(_)));
}

fn many_lines(count: usize) -> Value {
    let mut campaign = two_babies("naps");
    let line = |number: usize| json!({"type": "dialogue", "speaker": "Baby 1", "text": format!("Line {number}.")});
    let mut script: Vec<Value> = (0..count).map(line).collect();
    script.push(json!({"type": "dialogue", "speaker": "Baby 2", "text": "Mine."}));
    campaign["script"] = json!(script);
    campaign
}

#[test]
fn a_campaign_goes_on_with_the_voices_it_was_begun_with_when_they_are_taken_away() {
    let (place, fake) = (place(&two_babies("naps")), FakeAccount::start(Account::old()));
    let mut studio = Studio::start(settings(&place, &fake));
    ask(&mut studio);
    let ended = speak(&mut studio);
    assert_eq!((ended.outcome, ended.made), (Outcome::Complete, 3), "{}", ended.message);
    let keys = |studio: &Studio| -> Vec<_> {
        let entry = studio.entry("naps");
        loaded(&entry).finals.as_ref().unwrap().jobs.iter().map(|job| job.key).collect()
    };
    let before = keys(&studio);
    studio.stop();

    fake.become_account(Account::young());
    let mut later = Studio::start(settings(&place, &fake));
    ask(&mut later);
    assert_eq!(keys(&later), before, "no voice changes by itself");
    let again = speak(&mut later);
    assert_eq!((again.outcome, again.made, again.cached), (Outcome::Complete, 0, 3), "{}", again.message);
    assert_eq!(fake.spoken().len(), 3, "what is made stays made");
    let warnings = later.view.library().warnings.join("\n");
    assert_eq!(warnings.matches("is not in this ElevenLabs account").count(), 2, "once a voice: {warnings}");
    assert!(
        warnings.contains("Closest is Own girl: `babblecast voices use ownGirl --alias baby_voice_1`"),
        "{warnings}"
    );
    assert!(warnings.contains("its 2 lines again for up to $0.0"), "{warnings}");

    later.send(Command::PinVoice { alias: "baby_voice_1".to_owned(), voice: "ownGirl".to_owned() });
    later.until(|event| matches!(event, Event::Notice(notice) if notice.text.contains("from now on")));
    assert_ne!(keys(&later), before, "the user has changed it");
    later.stop();
}

#[test]
fn an_account_without_the_default_voices_is_cast_from_what_it_has() {
    let (place, fake) = (place(&two_babies("naps")), FakeAccount::start(Account::young()));
    let mut studio = Studio::start(settings(&place, &fake));
    ask(&mut studio);
    assert!(studio.notices.iter().any(|text| text.contains("baby_voice_1 is Own girl")), "{:?}", studio.notices);
    assert!(studio.view.library().warnings.is_empty(), "{:?}", studio.view.library().warnings);
    let ended = speak(&mut studio);
    assert_eq!((ended.outcome, ended.made), (Outcome::Complete, 3), "{}", ended.message);
    let mut voices: Vec<String> = fake.spoken().into_iter().map(|(voice, _)| voice).collect();
    voices.sort();
    assert_eq!(voices, ["ownBoy", "ownGirl", "ownGirl"]);
    let questions = ["GET /v2/voices?page_size=100", "GET /v1/user/subscription"];
    assert_eq!(fake.lines()[..2], questions, "nothing else is asked before");
    assert!(fake.lines().contains(&"GET /v1/shared-voices?page_size=100&language=en&age=young".to_owned()));
    studio.stop();

    let mut next = Studio::start(settings(&place, &fake));
    let again = speak(&mut next);
    assert_eq!((again.cached, fake.spoken().len()), (3, 3), "the next start remembers it without a question");
    next.stop();
}

#[test]
fn a_missing_voice_stops_its_own_lines_after_one_call_and_no_others() {
    let mut account = Account::old();
    account.voices.remove(0);
    let (place, fake) = (place(&many_lines(40)), FakeAccount::start(account));
    let mut studio = Studio::start(settings(&place, &fake));
    let ended = speak(&mut studio);
    let missed = fake.spoken().into_iter().filter(|(voice, _)| voice == DEFAULTS[0].0).count();
    assert!((1..=8).contains(&missed), "as many as were in flight together, not 40: {missed}");
    assert_eq!(
        (ended.outcome, ended.made, ended.failed + ended.blocked),
        (Outcome::Partial, 1, 40),
        "{}",
        ended.message
    );
    let failed = studio.view.jobs().map(|(_, facts)| facts).find_map(|facts| match &facts.state {
        JobState::Failed(failure) => Some(failure.to_string()),
        _ => None,
    });
    let failed = failed.unwrap();
    assert!(failed.contains("has no voice cgSgspJ2msm6clMCkdW9") && failed.contains("babblecast voices"), "{failed}");
    studio.stop();
    let later = Studio::start(settings(&place, &fake));
    assert!(
        later.view.library().warnings[0].contains("is not in this ElevenLabs account"),
        "{:?}",
        later.view.library().warnings
    );
    later.stop();
}

#[test]
fn a_voice_that_the_plan_does_not_allow_stops_its_lines_and_not_the_provider() {
    let mut account = Account::old();
    account.tier = "free";
    let (place, fake) = (place(&many_lines(10)), FakeAccount::start(account));
    let mut studio = Studio::start(settings(&place, &fake));
    let ended = speak(&mut studio);
    assert_eq!((ended.outcome, ended.made, ended.failed), (Outcome::Partial, 0, 2), "{}", ended.message);
    fake.become_account(Account::old());
    let again = speak(&mut studio);
    assert_eq!((again.outcome, again.made), (Outcome::Complete, 11), "{}", again.message);
    studio.stop();
}

#[test]
fn without_a_key_nobody_is_asked_and_the_built_in_voices_are_there() {
    let place = place(&two_babies("naps"));
    let mut studio = Studio::start(place.settings());
    assert!(matches!(studio.view.library().finals, FinalsState::Unavailable(_)));
    studio.send(Command::Voices);
    let Event::Voices(list) = studio.until(|event| matches!(event, Event::Voices(_))) else { panic!() };
    assert_eq!(list.voices.len(), 8);
    assert!(list.trouble.as_deref().unwrap().contains("ELEVENLABS_API_KEY is not set"));
    assert!(!place.home().join("voices.json").exists());
    studio.stop();
}

#[test]
fn ten_thousand_voices_are_looked_through_as_far_as_anybody_would() {
    let mut account = Account::old();
    account.voices.extend((0..9_992).map(|number| voice(&format!("v{number}"), "One of many", "male", "cloned")));
    let (place, fake) = (place(&two_babies("naps")), FakeAccount::start(account));
    let mut studio = Studio::start(settings(&place, &fake));
    studio.send(Command::Voices);
    let Event::Voices(list) = studio.until(|event| matches!(event, Event::Voices(_))) else { panic!() };
    assert_eq!((list.voices.len(), list.of), (2_008, Some(10_000)));
    assert_eq!(fake.lines().iter().filter(|line| line.starts_with("GET /v2/voices")).count(), 20);
    studio.stop();
}

#[test]
fn another_shape_of_a_bought_voice_costs_nothing() {
    let (place, fake) = (place(&two_babies("naps")), FakeAccount::start(Account::old()));
    let mut studio = Studio::start(settings(&place, &fake));
    let ended = speak(&mut studio);
    assert_eq!(ended.made, 3, "{}", ended.message);
    studio.stop();
    for shape in [json!({"pitch": 4, "formant": "+12%", "speed": 1.25}), json!("deep joke")] {
        let mut campaign = two_babies("naps");
        campaign["baby_profiles"]["Baby 1"]["voice"] = shape;
        place.write("naps.json", &campaign);
        let mut studio = Studio::start(settings(&place, &fake));
        let ended = speak(&mut studio);
        assert_eq!((ended.outcome, ended.made, ended.cached), (Outcome::Complete, 2, 3), "{}", ended.message);
        assert_eq!(fake.spoken().len(), 3, "nothing is bought again");
        studio.stop();
    }
    assert!(place.output().join("naps/voices/scene_001_baby_1.wav").exists());
}

fn run(program: &Program, fake: &FakeAccount, arguments: &[&str]) -> Answer {
    let mut command = program.command(arguments);
    command.env("ELEVENLABS_API_KEY", "xi-canary-161803").env("ELEVENLABS_BASE_URL", fake.base());
    Answer::of(command.output().unwrap())
}

#[test]
fn what_is_missing_is_said_before_a_cent_is_spent_by_everything_that_tells_a_price() {
    let (program, fake) = (Program::new(), FakeAccount::start(Account::empty()));
    let line = "baby_voice_1 = \"ID\" below [elevenlabs.voices]";
    run(&program, &fake, &["doctor"]).expect(0).says("is not in this ElevenLabs account").says(line);
    for arguments in [&["check", "first"][..], &["plan", "first"], &["generate", "first", "--only", "voices"]] {
        let answer = run(&program, &fake, arguments).says(line);
        let told = format!("{}{}", answer.stdout, answer.stderr).matches(line).count();
        assert_eq!(told, 1, "once a voice and not once a line: {arguments:?}");
    }
    assert!(fake.spoken().is_empty());
    let notes = run(&program, &fake, &["check", "first", "--json"]).expect(0).documents().pop().unwrap();
    assert_eq!(notes["notes"].as_array().unwrap().len(), 2, "{notes}");
}

#[test]
fn voices_are_listed_and_filtered_with_what_they_stand_for() {
    let mut account = Account::old();
    account.voices.push(voice("odd", "Eve\u{1b}[2J\u{202e}l", "female", "cloned"));
    let (program, fake) = (Program::new(), FakeAccount::start(account));
    let document = run(&program, &fake, &["voices", "--json"]).expect(0).documents().pop().unwrap();
    let voices = document["voices"].as_array().unwrap();
    assert_eq!((voices.len(), &document["tier"]), (17, &json!("creator")));
    let liam = voices.iter().find(|voice| voice["name"] == "Liam").unwrap();
    assert_eq!((&liam["aliases"], &liam["ends_on"]), (&json!(["baby_voice_2"]), &json!("2026-12-31")));
    assert_eq!(voices.iter().filter(|voice| voice["provider"] == "neural").count(), 8);
    let words = run(&program, &fake, &["voices", "--filter", "eve"]).expect(0);
    assert!(words.stdout.contains("Eve␛[2J·l") && !words.stdout.contains("Laura"), "{}", words.stdout);
    assert!(!words.stdout.contains('\u{1b}') && !words.stdout.contains('\u{202e}'));
    for file in Place::files_below(&program.path("home")) {
        let bytes = std::fs::read(program.path("home").join(&file)).unwrap();
        assert!(!bytes.windows(9).any(|part| part == b"xi-canary"), "{file}");
    }
}

#[test]
fn a_preview_is_free_and_refused_where_it_is_no_sound() {
    let (program, fake) = (Program::new(), FakeAccount::start(Account::young()));
    let save = ["voices", "preview", "ownGirl", "--out", "girl.wav"];
    run(&program, &fake, &save).expect(0).says("girl.wav");
    let wav = std::fs::read(program.path("girl.wav")).unwrap();
    assert!(babblecast::media::sound_file::decode(&wav).unwrap().seconds() > 0.1);
    assert!(fake.spoken().is_empty());
    assert!(!fake.with_key().iter().any(|path| path.starts_with("/previews")), "the key goes to no file server");
    for (preview, words) in [
        (b"<html>not found".to_vec(), "it is a web page"),
        (Vec::new(), "it is empty"),
        (vec![0x41; 9 << 20], "larger than 8 MiB"),
    ] {
        fake.become_account(Account { preview: Some(preview), ..Account::young() });
        run(&program, &fake, &save).expect(1).says("The").says(words);
    }
    run(&program, &fake, &["voices", "preview", "nobody", "--out", "x.wav"]).expect(1).says("has no voice nobody");
    run(&program, &fake, &["voices", "preview", "baby_voice_1", "--built-in", "--out", "b.wav"]).expect(0);
    assert!(program.path("b.wav").exists());
}

#[test]
fn a_voice_is_given_to_one_baby_and_nothing_else_changes() {
    let (program, fake) = (Program::new(), FakeAccount::start(Account::young()));
    let answer = run(&program, &fake, &["voices", "use", "ownBoy", "--speaker", "Baby 1", "first"]).expect(0);
    let answer = answer.says("2 lines will be spoken again by the next final: up to $0.0");
    assert!(answer.stdout.contains("Baby 1 speaks as ownBoy from now on."), "{}", answer.stdout);
    let text = std::fs::read_to_string(program.path("campaigns/first.json")).unwrap();
    assert_eq!(text, CAMPAIGN.replace("baby_voice_1", "ownBoy"));
    run(&program, &fake, &["voices", "use", "ownGirl", "--alias", "baby_voice_2"])
        .expect(0)
        .says("baby_voice_2 is Own girl");
    run(&program, &fake, &["voices", "use", "ownGirl", "--alias", "granny"]).expect(1).says("is no alias");
    run(&program, &fake, &["voices", "use", "ownGirl"]).expect(2);
    assert!(fake.spoken().is_empty());
}

#[test]
fn offline_nothing_changes_and_the_built_in_voices_are_listed() {
    let (program, fake) = (Program::new(), FakeAccount::start(Account::young()));
    run(&program, &fake, &["voices"]).expect(0);
    let before = std::fs::read(program.path("home/voices.json")).unwrap();
    let mut command = program.command(["voices"]);
    command.env("ELEVENLABS_API_KEY", "xi-canary-161803").env("ELEVENLABS_BASE_URL", "http://127.0.0.1:1");
    Answer::of(command.output().unwrap()).expect(4).says("could not be reached").says("Built-in baby 8");
    assert_eq!(std::fs::read(program.path("home/voices.json")).unwrap(), before);
}

#[test]
fn check_says_which_lines_are_acted_differently_than_written() {
    let program = Program::empty();
    program.write("first.json", CAMPAIGN.replace("\"More?\"", "\"[laughs] More? (giggles)\""));
    let fake = FakeAccount::start(Account::old());
    let note = "Scene 2: [laughs] (giggles) is left out, eleven_multilingual_v2 does not perform it";
    run(&program, &fake, &["check", "first"]).expect(0).says(note);
    program.run(["check", "first"]).expect(0).says("Scene 2: [laughs] (giggles) is left out, the built-in voice");
    program.write("only.json", CAMPAIGN.replace("first", "only").replace("\"More?\"", "\"[laughs]\""));
    program.run(["check", "only"]).expect(2).says("only audio tags");
}

#[test]
fn an_unpacked_campaign_keeps_the_voices_that_its_finals_were_made_with() {
    let (here, there) = (Program::new(), Program::empty());
    let fake = FakeAccount::start(Account::young());
    let at = |program: &Program, arguments: &[&str]| {
        let mut command = program.command(arguments);
        command.env("ELEVENLABS_API_KEY", "xi-canary-161803").env("ELEVENLABS_BASE_URL", fake.base());
        Answer::of(command.env("BABBLECAST_IMAGE", "sketch").output().unwrap())
    };
    let make = ["generate", "first", "--yes", "--only", "voices"];
    at(&here, &["voices"]).expect(0);
    at(&here, &make).expect(0);
    assert_eq!(fake.spoken().len(), 3);
    let pack = here.path("first.babblecast");
    let pack = pack.to_str().unwrap();
    at(&here, &["pack", "first", pack]).expect(0);

    // There, the account means other voices by the aliases, and has none of those here.
    fake.become_account(Account::old());
    at(&there, &["voices"]).expect(0);
    at(&there, &["unpack", pack]).expect(0);
    let choices = || std::fs::read_to_string(there.path("campaigns/first.takes.json")).unwrap();
    assert!(choices().contains("ownGirl") && choices().contains("ownBoy"), "{}", choices());
    let again = at(&there, &make).expect(0);
    assert_eq!(fake.spoken().len(), 3, "nothing is made again: {}", again.stderr);

    // What the account lacks is told, and only the user changes it.
    at(&there, &["voices"]).expect(0);
    let plan = at(&there, &["plan", "first"]).expect(0);
    let told = format!("{}{}", plan.stdout, plan.stderr);
    assert!(told.contains("(ownGirl) of Baby 1 (first) is not in this ElevenLabs account"), "{told}");
    assert!(!told.contains("below [elevenlabs.voices]"), "the config would not change it: {told}");
    at(&there, &["voices", "use", DEFAULTS[0].0, "--alias", "baby_voice_1"]).expect(0);
    assert!(!choices().contains("ownGirl") && choices().contains("ownBoy"), "{}", choices());
    at(&there, &make).expect(0);
    assert_eq!(fake.spoken().len(), 5, "two lines in the voice that was chosen");
    assert_eq!(at(&here, &["unpack", pack]).code, 0, "where it was packed, it is taken in too");
}
