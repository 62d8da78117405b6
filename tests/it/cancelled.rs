//! What is cancelled is what was named, whichever program makes it.

use std::process::{Child, Stdio};

use babblecast::domain::CampaignId;
use babblecast::engine::{Cancel, Command, Event, Outcome};
use babblecast::plan::JobState;
use serde_json::json;

use crate::api_support::{Program, Service, job_id, settings};
use crate::fake_provider::{FakeProvider, Reply};
use crate::outside::{World, wait_until};
use crate::support::{Gate, Place, Studio, two_babies};

#[test]
fn a_job_is_cancelled_alone_and_the_other_job_of_its_campaign_goes_on() {
    let (place, gate) = (Place::new(), Gate::default());
    let held = gate.clone();
    let fake = FakeProvider::start(move |_, _| {
        held.pass();
        Reply::Well
    });
    let mut engine = place.settings();
    engine.providers.openai.key = Some("sk-test-1".into());
    engine.providers.openai.base_url = Some(fake.openai_base());
    engine.providers.openai.at_once = Some(1);
    engine.providers.elevenlabs.key = Some("xi-test-1".into());
    engine.providers.elevenlabs.base_url = Some(fake.elevenlabs_base());
    engine.providers.elevenlabs.at_once = Some(1);
    let service = Service::start(engine, settings(5_000_000));
    let begin = |only: &str| {
        let path = format!("/api/v1/campaigns/generate?only={only}");
        job_id(&service.client.post(&path, &two_babies("two")).expect(202))
    };
    let (portraits, voices) = (begin("portraits"), begin("voices"));
    wait_until("a call of each is under way", || fake.asked().len() == 2);
    service.client.post(&format!("/api/v1/campaigns/{voices}/cancel"), &json!(null)).expect(202);
    gate.open();
    assert_eq!(service.ended(&voices)["outcome"], "interrupted");
    assert_eq!(service.ended(&portraits)["outcome"], "complete");
    let spoken = fake.charged().iter().filter(|asked| !asked.is_picture()).count();
    assert_eq!(spoken, 1, "a line was paid for after its job was cancelled");
}

fn world() -> World {
    let world = World::new();
    world.write(&(0..12).map(|line| format!("Line {line} for two.")).collect::<Vec<_>>());
    world.outside.hold();
    world
}

/// The real program under way, its words in a file.
fn running(world: &World) -> Child {
    let mut command = world.generate();
    let words = std::fs::File::create(world.studio.path("words")).unwrap();
    let run = command.stderr(Stdio::from(words)).spawn().unwrap();
    wait_until("something is charged", || !world.outside.charges().is_empty());
    run
}

fn was_asked(world: &World) {
    let words = || std::fs::read_to_string(world.studio.path("words")).unwrap();
    wait_until("the maker hears of it", || words().contains("Another babblecast asked to stop"));
}

/// What was in flight is paid, and nothing else was begun.
fn ended_interrupted(world: &World, mut run: Child) {
    world.outside.let_go();
    assert_eq!(run.wait().unwrap().code(), Some(130));
    world.check();
    let attempts = world.attempts();
    assert!(attempts.iter().all(|known| known.state == "paid") && attempts.len() < 13, "{attempts:?}");
}

#[test]
fn a_studio_shows_what_another_program_makes_and_cancels_it() {
    let world = world();
    let run = running(&world);
    let mut settings = crate::many::settings(&world);
    settings.follow = true;
    let mut studio = Studio::start(settings.clone());
    let event = studio.until(|event| matches!(event, Event::RunElsewhere { .. }));
    let Event::RunElsewhere { campaign, jobs, .. } = event else { unreachable!() };
    assert_eq!((campaign.as_str(), jobs), ("many", 14));
    let is =
        |studio: &Studio, state: JobState| studio.view.jobs().map(|(_, facts)| facts).any(|facts| facts.state == state);
    while !is(&studio, JobState::Waiting) || !is(&studio, JobState::Running) {
        studio.until(|event| matches!(event, Event::Jobs(_)));
    }
    studio.send(Command::Cancel(Cancel::Campaign(CampaignId::new("many").unwrap())));
    studio.until(|event| matches!(event, Event::Notice(notice) if notice.text.contains("is asked to stop")));
    was_asked(&world);
    world.outside.let_go();
    let event = studio.until(|event| matches!(event, Event::RunElsewhereEnded(_)));
    let Event::RunElsewhereEnded(ended) = event else { unreachable!() };
    assert_eq!((ended.outcome, ended.made + ended.cancelled), (Outcome::Interrupted, 14), "{}", ended.message);
    assert!(ended.made > 0 && ended.cancelled > 0, "{}", ended.message);
    while is(&studio, JobState::Waiting) || is(&studio, JobState::Running) {
        studio.until(|event| matches!(event, Event::Jobs(_)));
    }
    world.outside.hold();
    studio.stop();
    ended_interrupted(&world, run);
}

#[test]
fn a_program_that_is_killed_takes_its_run_off_every_screen() {
    let world = world();
    let mut run = running(&world);
    let mut settings = crate::many::settings(&world);
    settings.follow = true;
    let mut studio = Studio::start(settings);
    studio.until(|event| matches!(event, Event::RunElsewhere { .. }));
    run.kill().unwrap();
    run.wait().unwrap();
    let event = studio.until(|event| matches!(event, Event::RunElsewhereEnded(_)));
    assert!(matches!(event, Event::RunElsewhereEnded(ended) if ended.outcome == Outcome::Interrupted));
    studio.stop();
    world.outside.let_go();
}

#[test]
fn a_server_cancels_what_a_command_makes() {
    let world = world();
    let run = running(&world);
    let server = Program::serve(&world.studio);
    server.client.post("/api/v1/campaigns/many/cancel", &json!(null)).expect(202);
    was_asked(&world);
    ended_interrupted(&world, run);
}
