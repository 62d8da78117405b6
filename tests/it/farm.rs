//! What is promised of the farm, with a real server and real workers: clips that come back are those that would have been made
//! here, byte for byte.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Child, Command as Program, Stdio};
use std::time::Duration;

use babblecast::domain::CampaignId;
use babblecast::engine::{
    Command, Consent, EngineSettings, Event, FarmSettings, FarmSight, Outcome, RunEnded, RunId, Scope,
};
use babblecast::plan::{JobState, Mode, Product, Role};
use serde_json::{Value, json};

use crate::farm_server::{NatsServer, until};
use crate::support::{Place, Studio, loaded};

/// A worker as a program of its own.
struct Worker {
    process: Child,
    cache: tempfile::TempDir,
}

impl Worker {
    fn start(server: &NatsServer, name: &str, jobs: usize) -> Self {
        let cache = tempfile::tempdir().unwrap();
        let mut program = Program::new(assert_cmd::cargo::cargo_bin!("babblecast"));
        program.args(["worker", "--nats", &server.address(), "--name", name, "--jobs", &jobs.to_string()]);
        program.args(["--gone-after", "2", "--cache"]).arg(cache.path());
        program.env("BABBLECAST_HOME", cache.path().join("no-home"));
        let process = program.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        Self { process, cache }
    }

    fn kill(mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// So many pictures of a fifth of a second, each with words of its own, and one word that is spoken.
fn pictures(place: &Place, id: &str, count: usize) -> Value {
    let picture = image::RgbImage::from_fn(64, 96, |x, y| image::Rgb([x as u8 * 4, y as u8 * 2, 90]));
    picture.save(place.campaigns().join("dot.png")).unwrap();
    let shown = (1..=count).map(|number| {
        json!({"type": "media", "source": "dot.png", "caption": format!("Picture {number} of {id}"), "duration_s": 0.2})
    });
    let said = json!({"type": "dialogue", "speaker": "Baby 1", "text": "Nap?"});
    let script: Vec<Value> = std::iter::once(said).chain(shown).collect();
    let babies = json!({"Baby 1": {"tone": "warm, inviting", "voice_id": "baby_voice_1"}});
    let campaign = json!({"campaign_id": id, "topic": "Naps", "script": script, "baby_profiles": babies});
    place.write(&format!("{id}.json"), &campaign);
    campaign
}

/// A home that has every clip made by others, as long as there are any.
fn farmed(place: &Place, server: &NatsServer) -> EngineSettings {
    let farm = FarmSettings { local: Some(0), ..FarmSettings::new(server.address()) };
    EngineSettings { farm: Some(farm), follow: true, ..place.settings() }
}

fn until_farm(studio: &mut Studio, condition: impl Fn(&FarmSight) -> bool) {
    if !studio.view.farm().is_some_and(&condition) {
        studio.until(|event| matches!(event, Event::Farm(sight) if condition(sight)));
    }
}

fn begin(studio: &Studio, id: &str) -> RunId {
    studio.begin(id, Scope::default())
}

fn film(studio: &mut Studio, id: &str) -> RunEnded {
    let run = begin(studio, id);
    studio.run_ended(run)
}

/// Every clip and the video, by name.
fn products(place: &Place, id: &str) -> BTreeMap<String, Vec<u8>> {
    let folder = place.output().join(id);
    let videos =
        Place::files_below(&folder).into_iter().filter(|name| Path::new(name).extension().is_some_and(|e| e == "mp4"));
    videos.map(|name| (name.clone(), std::fs::read(folder.join(&name)).unwrap())).collect()
}

/// What the same campaign becomes without a farm.
fn made_here(id: &str, count: usize) -> BTreeMap<String, Vec<u8>> {
    let place = Place::new();
    pictures(&place, id, count);
    let mut studio = place.engine();
    assert_eq!(film(&mut studio, id).outcome, Outcome::Complete);
    studio.stop();
    products(&place, id)
}

#[test]
fn a_clip_that_a_worker_made_is_journaled_at_home_and_the_same_byte_for_byte() {
    let Some(server) = NatsServer::start("a_clip_that_a_worker_made") else { return };
    let place = Place::new();
    pictures(&place, "naps", 3);
    let _worker = Worker::start(&server, "one", 2);
    let mut studio = Studio::start(farmed(&place, &server));
    until_farm(&mut studio, |sight| sight.slots() > 0);
    let ended = film(&mut studio, "naps");
    assert_eq!(ended.outcome, Outcome::Complete, "{}: {:?}", ended.message, studio.notices);
    until_farm(&mut studio, |sight| sight.figures.made >= 5);
    let figures = studio.view.farm().unwrap().figures;
    assert_eq!((figures.made, figures.refused, figures.at_home), (5, 0, 0), "a title, a line, three pictures");
    studio.stop();
    assert_eq!(products(&place, "naps"), made_here("naps", 3));
}
