//! What is promised about money: paid once, never lost, never more than agreed, never retried in doubt.

use babblecast::domain::MicroDollars;
use babblecast::engine::{Consent, EngineSettings, Outcome};
use babblecast::plan::JobState;

use crate::fake_provider::{Asked, FakeProvider, Reply};
use crate::support::{Place, Studio, loaded, two_babies};

const CANARY: &str = "sk-canary-314159265";
const ENOUGH: Consent = Consent::UpTo(MicroDollars(5_000_000));

pub fn settings(place: &Place, fake: &FakeProvider) -> EngineSettings {
    let mut settings = place.settings();
    settings.providers.openai.key = Some(CANARY.into());
    settings.providers.openai.base_url = Some(fake.openai_base());
    settings.providers.elevenlabs.key = Some(CANARY.into());
    settings.providers.elevenlabs.base_url = Some(fake.elevenlabs_base());
    settings
}

fn place() -> Place {
    let place = Place::new();
    place.write("naps.json", &two_babies("naps"));
    place
}

fn well(_: &Asked, _: usize) -> Reply {
    Reply::Well
}

#[test]
fn finals_are_bought_once_and_published() {
    let (place, fake) = (place(), FakeProvider::start(well));
    let mut studio = Studio::start(settings(&place, &fake));
    let ended = studio.generate_final("naps", ENOUGH);
    assert_eq!((ended.outcome, ended.made), (Outcome::Complete, 5), "{}", ended.message);
    assert_eq!(fake.charged().len(), 5);
    let expected = [
        "manifest.json",
        "portraits/baby_1.png",
        "portraits/baby_2.png",
        "voices/scene_001_baby_1.wav",
        "voices/scene_002_baby_2.wav",
        "voices/scene_003_baby_1.wav",
    ];
    assert_eq!(Place::files_below(&place.output().join("naps")), expected);
    studio.stop();

    let mut later = Studio::start(settings(&place, &fake));
    let again = later.generate_final("naps", Consent::FreeOnly);
    assert_eq!((again.outcome, again.made, again.cached), (Outcome::Complete, 0, 5), "{}", again.message);
    assert_eq!(fake.charged().len(), 5, "nothing is paid twice");
    later.stop();
}

#[test]
fn nothing_is_bought_without_consent() {
    let (place, fake) = (place(), FakeProvider::start(well));
    let mut studio = Studio::start(settings(&place, &fake));
    let ended = studio.generate_final("naps", Consent::FreeOnly);
    assert_eq!(ended.outcome, Outcome::Stopped);
    assert!(ended.message.starts_with("needs about $0."), "{}", ended.message);
    studio.stop();
    assert!(fake.asked().is_empty());
}

#[test]
fn a_run_stays_under_its_cap_and_says_so() {
    let (place, fake) = (place(), FakeProvider::start(well));
    let mut studio = Studio::start(settings(&place, &fake));
    let entry = studio.entry("naps");
    let price = loaded(&entry).finals.as_ref().unwrap().jobs[0].price();
    let ended = studio.generate_final("naps", Consent::UpTo(MicroDollars(price.0 + price.0 / 2)));
    assert_eq!(ended.outcome, Outcome::Stopped, "{}", ended.message);
    assert!(ended.message.contains("cap"), "{}", ended.message);
    assert_eq!(fake.charged().iter().filter(|asked| asked.is_picture()).count(), 1);
    studio.stop();
}

#[test]
fn a_refused_key_stops_its_provider_and_no_other() {
    let place = place();
    let fake = FakeProvider::start(|asked, _| {
        if asked.is_picture() {
            let body = include_str!("../fixtures/replies/openai_401_invalid_api_key.json").to_owned();
            return Reply::Refused { status: 401, headers: Vec::new(), body };
        }
        Reply::Well
    });
    let mut studio = Studio::start(settings(&place, &fake));
    let ended = studio.generate_final("naps", ENOUGH);
    assert_eq!((ended.outcome, ended.made, ended.failed), (Outcome::Stopped, 3, 2), "{}", ended.message);
    assert!(ended.message.contains("OPENAI_API_KEY"), "{}", ended.message);
    studio.stop();
}

#[test]
fn a_rate_limit_is_waited_out() {
    let place = place();
    let fake = FakeProvider::start(|_, number| {
        if number < 2 {
            let body = include_str!("../fixtures/replies/openai_429_rate_limit.json").to_owned();
            return Reply::Refused { status: 429, headers: vec![("retry-after-ms", "20".to_owned())], body };
        }
        Reply::Well
    });
    let mut studio = Studio::start(settings(&place, &fake));
    let ended = studio.generate_final("naps", ENOUGH);
    assert_eq!((ended.outcome, ended.made), (Outcome::Complete, 5), "{}", ended.message);
    assert_eq!(fake.charged().len(), 5);
    studio.stop();
}

#[test]
fn what_may_have_been_billed_is_held_and_never_tried_again() {
    for fault in [Reply::Silence, Reply::Charged("<html>".to_owned()), Reply::Charged("{\"data\": []}".to_owned())] {
        let (place, first) = (place(), fault.clone());
        let fake = FakeProvider::start(move |asked, _| {
            let is_first_voice = asked.body["text"] == "Naps are art.";
            if is_first_voice { first.clone() } else { Reply::Well }
        });
        let mut studio = Studio::start(settings(&place, &fake));
        let ended = studio.generate_final("naps", ENOUGH);
        assert_eq!((ended.outcome, ended.made, ended.held), (Outcome::Unknown, 4, 1), "{fault:?}: {}", ended.message);
        let held =
            studio.view.jobs().map(|(_, facts)| facts).filter(|facts| matches!(facts.state, JobState::Held(_))).count();
        assert_eq!(held, 1);
        studio.stop();
        let mut later = Studio::start(settings(&place, &fake));
        let again = later.generate_final("naps", ENOUGH);
        assert_eq!((again.outcome, again.held), (Outcome::Unknown, 1), "{}", again.message);
        later.stop();
        assert_eq!(fake.charged().len(), 5, "{fault:?}");
    }
}

#[test]
fn two_programs_buy_each_thing_once() {
    let (place, fake) = (place(), FakeProvider::start(well));
    let mut both = settings(&place, &fake);
    both.follow = true;
    let (mut one, mut two) = (Studio::start(both.clone()), Studio::start(both));
    std::thread::scope(|scope| {
        for studio in [&mut one, &mut two] {
            scope.spawn(|| assert_eq!(studio.generate_final("naps", ENOUGH).outcome, Outcome::Complete));
        }
    });
    assert_eq!(fake.charged().len(), 5);
    one.stop();
    two.stop();
}

#[test]
fn the_key_is_sent_and_written_nowhere() {
    let (place, fake) = (place(), FakeProvider::start(well));
    let mut studio = Studio::start(settings(&place, &fake));
    studio.generate_final("naps", ENOUGH);
    studio.stop();
    assert!(fake.asked().iter().all(|asked| asked.key.contains(CANARY)));
    for folder in [place.home(), place.output()] {
        for file in Place::files_below(&folder) {
            let bytes = std::fs::read(folder.join(&file)).unwrap();
            assert!(!bytes.windows(CANARY.len()).any(|part| part == CANARY.as_bytes()), "{file}");
        }
    }
}
