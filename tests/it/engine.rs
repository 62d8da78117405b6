//! What the engine promises any front end, with the built-in parts and real files.

use std::collections::BTreeSet;

use babblecast::domain::CampaignId;
use babblecast::engine::{Cancel, Command, Consent, Content, Event, Likeness, Outcome, RunId, Scope, Subject};
use babblecast::plan::{JobState, Mode, Pick, Product};
use serde_json::json;

use crate::support::{Place, loaded, parts, two_babies};

fn id(text: &str) -> CampaignId {
    CampaignId::new(text).unwrap()
}

#[test]
fn a_draft_is_made_published_and_never_made_again() {
    let place = Place::new();
    place.write("naps.json", &two_babies("naps"));
    let mut studio = place.engine();
    let ended = studio.generate("naps");
    assert_eq!((ended.outcome, ended.made, ended.cached), (Outcome::Complete, 5, 0), "{}", ended.message);
    let expected = [
        "draft/portraits/baby_1.png",
        "draft/portraits/baby_2.png",
        "draft/voices/scene_001_baby_1.wav",
        "draft/voices/scene_002_baby_2.wav",
        "draft/voices/scene_003_baby_1.wav",
        "manifest.json",
    ];
    assert_eq!(Place::files_below(&place.output().join("naps")), expected);
    let again = studio.generate("naps");
    assert_eq!((again.made, again.cached), (0, 5));
    studio.stop();

    let mut later = place.engine();
    let graph = &loaded(&later.entry("naps")).draft.clone();
    let mut made = graph.jobs.iter().filter(|job| parts().products.contains(&job.product()));
    assert!(made.all(|job| later.state(job.key) == JobState::Cached), "known before the campaign is told");
    assert_eq!(later.generate("naps").made, 0);
    later.stop();
}

#[test]
fn every_job_is_seen_waiting_running_and_made() {
    let place = Place::new();
    place.write("naps.json", &two_babies("naps"));
    let mut studio = place.engine();
    studio.generate("naps");
    for (key, states) in &studio.states_seen {
        assert_eq!(*states, [JobState::Waiting, JobState::Running, JobState::Made], "{key:?}");
    }
    studio.stop();
}

#[test]
fn the_same_baby_is_free_in_the_next_campaign() {
    let place = Place::new();
    place.write("a.json", &two_babies("a"));
    let mut other = two_babies("b");
    other["script"][0]["text"] = json!("Something new.");
    place.write("b.json", &other);
    let mut studio = place.engine();
    studio.generate("a");
    let ended = studio.generate("b");
    assert_eq!((ended.made, ended.cached), (1, 4));
    studio.stop();
}

#[test]
fn a_scope_makes_only_its_part() {
    let place = Place::new();
    place.write("naps.json", &two_babies("naps"));
    let mut studio = place.engine();
    let run = studio.begin("naps", Scope { products: vec![Product::Portrait], ..Scope::default() });
    assert_eq!(studio.run_ended(run).made, 2);
    let run = studio.begin("naps", Scope { scene: Some(1), ..parts() });
    let ended = studio.run_ended(run);
    assert_eq!((ended.made, ended.cached), (1, 1));
    studio.stop();
}

#[test]
fn one_failing_job_never_stops_the_others() {
    let place = Place::new();
    let mut campaign = two_babies("naps");
    campaign["script"][0]["audio"] = json!("silence.wav");
    std::fs::write(place.campaigns().join("silence.wav"), b"this is no sound").unwrap();
    place.write("naps.json", &campaign);
    let mut studio = place.engine();
    let ended = studio.generate("naps");
    assert_eq!((ended.outcome, ended.made, ended.failed), (Outcome::Partial, 4, 1), "{}", ended.message);
    let failure = studio.view.jobs().map(|(_, facts)| facts).find_map(|facts| match &facts.state {
        JobState::Failed(failure) => Some(failure.to_string()),
        _ => None,
    });
    assert!(failure.unwrap().contains("silence.wav"));
    studio.stop();
}

#[test]
fn own_pictures_and_recordings_are_used_as_they_are() {
    let place = Place::new();
    let mut campaign = two_babies("naps");
    campaign["baby_profiles"]["Baby 1"]["portrait"] = json!("me.png");
    let picture = image::RgbImage::from_fn(300, 700, |x, y| image::Rgb([x as u8, y as u8, 7]));
    picture.save(place.campaigns().join("me.png")).unwrap();
    place.write("naps.json", &campaign);
    let mut studio = place.engine();
    assert_eq!(studio.generate("naps").outcome, Outcome::Complete);
    let portrait = image::open(place.output().join("naps/draft/portraits/baby_1.png")).unwrap();
    assert_eq!((portrait.width(), portrait.height()), (1024, 1536));
    studio.stop();
}

#[test]
fn a_new_take_is_a_candidate_until_it_is_chosen() {
    let place = Place::new();
    place.write("naps.json", &two_babies("naps"));
    let mut studio = place.engine();
    studio.generate("naps");
    let file = place.output().join("naps/draft/portraits/baby_1.png");
    let first = std::fs::read(&file).unwrap();
    let speaker = loaded(&studio.entry("naps")).campaign.speaker_named("Baby 1").unwrap();
    let subject = Subject::Portrait(speaker);

    let run = RunId::random();
    studio.send(Command::Regenerate {
        likeness: Likeness::Another,
        note: None,
        run,
        campaign: id("naps"),
        mode: Mode::Draft,
        subject,
        consent: Consent::FreeOnly,
    });
    let ended = studio.run_ended(run);
    assert_eq!((ended.outcome, ended.made), (Outcome::Complete, 1));
    let entry = studio.entry("naps");
    let base = loaded(&entry).draft.portrait_of(speaker).base;
    let takes: Vec<u32> = loaded(&entry).takes[&base].iter().map(|take| take.number).collect();
    assert_eq!(takes, [1, 2]);
    assert_eq!(std::fs::read(&file).unwrap(), first, "a candidate changes nothing");
    assert!(!place.campaigns().join("naps.takes.json").exists());

    studio.send(Command::Choose { campaign: id("naps"), mode: Mode::Draft, subject, pick: Pick::Take(2) });
    studio.until(|event| matches!(event, Event::Campaign(_)));
    assert_eq!(loaded(&studio.entry("naps")).draft.portrait_of(speaker).request.take(), 2);
    assert!(place.campaigns().join("naps.takes.json").exists());
    studio.stop();
    assert_ne!(std::fs::read(&file).unwrap(), first, "the chosen take is published");

    let later = place.engine();
    assert_eq!(loaded(&later.entry("naps")).draft.portrait_of(speaker).request.take(), 2, "the choice is kept");
    later.stop();
}

fn sixty_lines(id: &str) -> serde_json::Value {
    let mut campaign = two_babies(id);
    let lines = (0..60).map(|n| json!({"type": "dialogue", "speaker": "Baby 1", "text": format!("Line {n}.")}));
    campaign["script"] = lines.collect::<Vec<_>>().into();
    campaign
}

#[test]
fn what_is_asked_for_in_one_breath_is_done_in_its_order() {
    let place = Place::new();
    place.write("long.json", &sixty_lines("long"));
    place.write("short.json", &two_babies("short"));
    let mut studio = place.engine();
    let (long, short) = (studio.begin("long", parts()), studio.begin("short", parts()));
    studio.send(Command::Cancel(Cancel::Campaign(id("long"))));
    let mut outcomes = std::collections::HashMap::new();
    while outcomes.len() < 2 {
        if let Event::RunEnded(ended) = studio.until(|event| matches!(event, Event::RunEnded(_))) {
            outcomes.insert(ended.run, ended.outcome);
        }
    }
    assert_eq!((outcomes[&long], outcomes[&short]), (Outcome::Interrupted, Outcome::Complete));
    studio.stop();
}

#[test]
fn cancelled_jobs_are_told_and_can_be_made_again() {
    let place = Place::new();
    place.write("naps.json", &sixty_lines("naps"));
    let mut studio = place.engine();
    let run = studio.begin("naps", parts());
    studio.until(|event| matches!(event, Event::RunStarted { .. }));
    studio.send(Command::Cancel(Cancel::All));
    let ended = studio.run_ended(run);
    assert_eq!(ended.outcome, Outcome::Interrupted);
    assert!(ended.cancelled > 0, "{}", ended.message);
    let again = studio.generate("naps");
    assert_eq!((again.outcome, again.made + again.cached), (Outcome::Complete, 62));
    studio.stop();
}

#[test]
fn shutting_down_ends_what_runs_and_loses_nothing() {
    let place = Place::new();
    place.write("naps.json", &two_babies("naps"));
    let mut studio = place.engine();
    studio.begin("naps", parts());
    studio.until(|event| matches!(event, Event::RunStarted { .. }));
    studio.stop();
    let mut later = place.engine();
    let ended = later.generate("naps");
    assert_eq!((ended.outcome, ended.made + ended.cached), (Outcome::Complete, 5));
    later.stop();
}

#[test]
fn a_broken_file_does_not_hide_the_good_ones() {
    let place = Place::new();
    place.write("good.json", &two_babies("good"));
    std::fs::write(place.campaigns().join("broken.json"), "{").unwrap();
    place.write("twice.json", &two_babies("good"));
    let mut missing = two_babies("missing");
    missing["script"][1]["audio"] = json!("nowhere.wav");
    place.write("missing.json", &missing);
    let mut studio = place.engine();
    let states: BTreeSet<(String, bool)> = studio
        .view
        .library()
        .entries
        .iter()
        .map(|entry| (entry.name.clone(), matches!(entry.content, Content::Good(_))))
        .collect();
    let expected = [("good", true), ("broken", false), ("twice", false), ("missing", false)];
    assert_eq!(states, expected.map(|(name, good)| (name.to_owned(), good)).into());
    let Content::Broken(faults) = &studio.entry("missing").content else { panic!() };
    assert_eq!(faults[0].pointer, "/script/1/audio");
    assert!(faults[0].line.is_some() && faults[0].message.contains("nowhere.wav"), "{faults:?}");
    assert_eq!(studio.generate("good").outcome, Outcome::Complete);
    studio.stop();
}

#[test]
fn a_run_that_cannot_start_says_why() {
    let place = Place::new();
    place.write("good.json", &two_babies("good"));
    std::fs::write(place.campaigns().join("broken.json"), "{").unwrap();
    let mut studio = place.engine();
    for (campaign, mode, why) in [
        ("nobody", Mode::Draft, "no campaign nobody"),
        ("broken", Mode::Draft, "a fault to fix"),
        ("good", Mode::Final, "OPENAI_API_KEY"),
    ] {
        let run = RunId::random();
        studio.send(Command::Generate {
            run,
            campaign: id(campaign),
            mode,
            scope: parts(),
            consent: Consent::FreeOnly,
        });
        let ended = studio.run_ended(run);
        assert_eq!(ended.outcome, Outcome::Stopped);
        assert!(ended.message.contains(why), "{}", ended.message);
    }
    studio.stop();
}

#[test]
fn two_engines_on_one_home_make_each_thing_once() {
    let place = Place::new();
    let mut campaign = two_babies("naps");
    let lines = (0..30).map(|n| json!({"type": "dialogue", "speaker": "Baby 1", "text": format!("Line {n}.")}));
    campaign["script"] = lines.collect::<Vec<_>>().into();
    place.write("naps.json", &campaign);
    let mut settings = place.settings();
    settings.follow = true;
    let (mut one, mut two) = (crate::support::Studio::start(settings.clone()), crate::support::Studio::start(settings));
    let (first, second) = (one.begin("naps", parts()), two.begin("naps", parts()));
    let (first, second) = (one.run_ended(first), two.run_ended(second));
    assert_eq!((first.outcome, second.outcome), (Outcome::Complete, Outcome::Complete));
    assert_eq!(first.made + second.made, 32, "{} / {}", first.message, second.message);
    one.stop();
    two.stop();
}

#[test]
fn a_second_studio_sees_the_first_ones_work() {
    let place = Place::new();
    place.write("naps.json", &two_babies("naps"));
    let mut settings = place.settings();
    settings.follow = true;
    let mut watcher = crate::support::Studio::start(settings);
    let mut worker = place.engine();
    worker.generate("naps");
    let jobs = &loaded(&watcher.entry("naps")).draft.clone().jobs;
    let keys: Vec<_> = jobs.iter().filter(|job| parts().products.contains(&job.product())).map(|job| job.key).collect();
    while !keys.iter().all(|key| watcher.state(*key).is_made()) {
        watcher.until(|event| matches!(event, Event::Jobs(_)));
    }
    watcher.stop();
    worker.stop();
}

#[test]
fn a_home_that_cannot_be_used_is_said_in_one_sentence() {
    let place = Place::new();
    std::fs::write(place.home(), "a file where the home should be").unwrap();
    let mut handle = babblecast::engine::start(place.settings());
    match handle.events.blocking_recv() {
        Some(Event::Unusable(reason)) => assert!(reason.contains("home"), "{reason}"),
        other => panic!("{other:?}"),
    }
}
