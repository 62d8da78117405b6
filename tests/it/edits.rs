//! A campaign file that is edited while its run goes on.

use babblecast::domain::{CampaignId, MicroDollars};
use babblecast::engine::{Command, Consent, Content, Event, Outcome, RunId, Scope};
use babblecast::plan::Mode;
use serde_json::json;

use crate::outside::{World, wait_until};
use crate::support::{Studio, loaded, parts};

fn lines(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|&text| text.to_owned()).collect()
}

fn follower(world: &World) -> Studio {
    let mut settings = crate::many::settings(world);
    settings.follow = true;
    // Two lines are on their way, the others wait.
    settings.providers.elevenlabs.at_once = Some(2);
    Studio::start(settings)
}

#[test]
fn an_edit_takes_lines_out_of_the_run_before_they_are_paid_and_new_ones_join() {
    let world = World::new();
    world.write(&lines(&["One.", "Two.", "Three.", "Four."]));
    let mut studio = follower(&world);
    world.outside.hold();
    let run = RunId::random();
    studio.send(Command::Generate {
        run,
        campaign: CampaignId::new("many").unwrap(),
        mode: Mode::Final,
        scope: parts(),
        consent: Consent::UpTo(MicroDollars(5_000_000)),
    });
    wait_until("two lines and the portrait are charged", || world.outside.charges().len() == 3);
    world.write(&lines(&["One.", "Two.", "Four.", "Five."]));
    studio.until(|event| matches!(event, Event::Library(_)));
    world.outside.let_go();
    let ended = studio.run_ended(run);
    assert_eq!((ended.outcome, ended.made), (Outcome::Complete, 5), "{}", ended.message);
    studio.stop();
    world.outside.charged(5);
    let charges = world.outside.charges();
    assert!(!charges.contains_key("Three."), "a line that was deleted was paid for");
    assert!(charges.contains_key("Five."), "a line that was added was not made");
    world.check();
}

#[test]
fn a_broken_edit_keeps_the_last_good_version_and_says_what_is_wrong() {
    let world = World::new();
    world.write(&lines(&["One.", "Two."]));
    let mut studio = follower(&world);
    world.studio.write("many.json", "{ \"campaign_id\": \"many\", ");
    studio.until(|event| matches!(event, Event::Library(_)));
    let entry = studio.entry("many");
    assert!(matches!(entry.content, Content::Good(_)) && !entry.faults().is_empty(), "{entry:?}");
    assert!(studio.notices.iter().any(|text| text.contains("last good version is kept")), "{:?}", studio.notices);
    let ended = studio.generate_final("many", Consent::UpTo(MicroDollars(5_000_000)));
    assert_eq!((ended.outcome, ended.made), (Outcome::Complete, 3), "{}", ended.message);
    world.studio.write("many.json", json!({"campaign_id": "many"}).to_string());
    studio.until(|event| matches!(event, Event::Library(_)));
    world.write(&lines(&["One.", "Two.", "Three."]));
    while !studio.entry("many").faults().is_empty() {
        studio.until(|event| matches!(event, Event::Library(_)));
    }
    studio.stop();
}

/// A run for a part of the campaign, and the word that two of its calls are under way.
fn begin(world: &World, studio: &mut Studio, part: &Scope, calls: usize) -> RunId {
    world.outside.hold();
    let (run, campaign) = (RunId::random(), CampaignId::new("many").unwrap());
    let scope = Scope { products: parts().products, ..part.clone() };
    let consent = Consent::UpTo(MicroDollars(5_000_000));
    studio.send(Command::Generate { run, campaign, mode: Mode::Final, scope, consent });
    wait_until("the first calls are charged", || world.outside.charges().len() == calls);
    run
}

fn edit(world: &World, studio: &mut Studio, texts: &[&str]) {
    world.write(&lines(texts));
    studio.until(|event| matches!(event, Event::Library(_)));
}

#[test]
fn a_run_for_one_scene_follows_its_line_where_it_is_moved_and_reworded() {
    let world = World::new();
    world.write(&lines(&["One.", "Two.", "Three."]));
    let mut studio = follower(&world);
    let run = begin(&world, &mut studio, &Scope { scene: Some(1), ..Scope::default() }, 2);
    edit(&world, &mut studio, &["Zero.", "One.", "Two.", "Three."]);
    edit(&world, &mut studio, &["Zero.", "One.", "Two, again.", "Three."]);
    world.outside.let_go();
    let ended = studio.run_ended(run);
    assert_eq!((ended.outcome, ended.made), (Outcome::Complete, 3), "{}", ended.message);
    studio.stop();
    world.outside.charged(3);
    let charges = world.outside.charges();
    assert!(charges.contains_key("Two, again."), "the reworded line was not made: {charges:?}");
    assert!(!["Zero.", "One.", "Three."].iter().any(|other| charges.contains_key(*other)), "{charges:?}");
    world.check();
}

#[test]
fn a_run_for_a_baby_that_an_edit_takes_out_stops_and_says_so() {
    let world = World::new();
    world.write(&lines(&["One.", "Two.", "Three.", "Four."]));
    let mut studio = follower(&world);
    let speaker = loaded(&studio.entry("many")).campaign.speaker_named("Baby 1");
    let run = begin(&world, &mut studio, &Scope { speaker, ..Scope::default() }, 3);
    let text = std::fs::read_to_string(world.studio.path("campaigns/many.json")).unwrap();
    world.studio.write("many.json", text.replace("Baby 1", "Somebody"));
    studio.until(|event| matches!(event, Event::Library(_)));
    world.outside.let_go();
    let ended = studio.run_ended(run);
    assert_eq!((ended.outcome, ended.made), (Outcome::Stopped, 3), "{}", ended.message);
    assert!(ended.message.contains("has no Baby 1 any more"), "{}", ended.message);
    studio.stop();
    assert_eq!(world.outside.charges().len(), 3, "what waited was paid for");
    world.check();
}
