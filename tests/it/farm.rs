//! What is promised of the farm, with a real server and real workers: clips that come back are those that would have been made
//! here, byte for byte.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Child, Command as Program, Stdio};
use std::time::Duration;

use babblecast::engine::{Command, EngineSettings, Event, FarmSettings, FarmSight, Outcome, RunEnded, RunId, Scope};
use babblecast::plan::{JobState, Product, Role};
use serde_json::{Value, json};

use crate::farm_server::{NatsServer, until};
use crate::support::{Place, Studio, loaded};

/// A worker as a program of its own.
pub struct Worker {
    pub process: Child,
    pub cache: tempfile::TempDir,
}

impl Worker {
    pub fn start(server: &NatsServer, name: &str, jobs: usize) -> Self {
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
pub fn pictures(place: &Place, id: &str, count: usize) -> Value {
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
pub fn farmed(place: &Place, server: &NatsServer) -> EngineSettings {
    let farm = FarmSettings { local: Some(0), ..FarmSettings::new(server.address()) };
    EngineSettings { farm: Some(farm), follow: true, ..place.settings() }
}

pub fn until_farm(studio: &mut Studio, condition: impl Fn(&FarmSight) -> bool) {
    if !studio.view.farm().is_some_and(&condition) {
        studio.until(|event| matches!(event, Event::Farm(sight) if condition(sight)));
    }
}

pub fn begin(studio: &Studio, id: &str) -> RunId {
    studio.begin(id, Scope::default())
}

pub fn film(studio: &mut Studio, id: &str) -> RunEnded {
    let run = begin(studio, id);
    studio.run_ended(run)
}

/// Every clip and the video, by name.
pub fn products(place: &Place, id: &str) -> BTreeMap<String, Vec<u8>> {
    let folder = place.output().join(id);
    let videos =
        Place::files_below(&folder).into_iter().filter(|name| Path::new(name).extension().is_some_and(|e| e == "mp4"));
    videos.map(|name| (name.clone(), std::fs::read(folder.join(&name)).unwrap())).collect()
}

/// What the same campaign becomes without a farm.
pub fn made_here(id: &str, count: usize) -> BTreeMap<String, Vec<u8>> {
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

#[test]
fn workers_that_are_killed_and_a_server_that_is_killed_cost_no_clip_and_make_none_twice() {
    let Some(mut server) = NatsServer::start("workers_that_are_killed") else { return };
    let count = if std::env::var_os("BABBLECAST_LONG_TESTS").is_some() { 200 } else { 40 };
    let place = Place::new();
    pictures(&place, "naps", count);
    let workers = ["one", "two"].map(|name| Worker::start(&server, name, 2));
    let mut studio = Studio::start(farmed(&place, &server));
    until_farm(&mut studio, |sight| sight.workers.len() == 2 && sight.slots() == 4);
    let run = begin(&studio, "naps");
    let stop = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(false));
    let is_over = stop.clone();
    let ended = std::thread::scope(|scope| {
        let killer = scope.spawn(move || {
            let [mut one, two] = workers;
            let mut kills = 0;
            let second = |since: std::time::Instant| since.elapsed() > Duration::from_secs(1);
            while !is_over.load(std::sync::atomic::Ordering::Relaxed) {
                let since = std::time::Instant::now();
                until("a second has passed or the run is over", || {
                    second(since) || is_over.load(std::sync::atomic::Ordering::Relaxed)
                });
                one.kill();
                one = Worker::start(&server, &format!("one-{kills}"), 2);
                kills += 1;
                if kills == 3 {
                    server.kill();
                    server.run();
                }
            }
            drop((one, two));
            kills
        });
        let ended = studio.run_ended(run);
        stop.store(true, std::sync::atomic::Ordering::Relaxed);
        eprintln!("{} kills of a worker while {count} clips were made", killer.join().unwrap());
        ended
    });
    assert_eq!((ended.outcome, ended.failed), (Outcome::Complete, 0), "{}: {:?}", ended.message, studio.notices);
    let entry = studio.entry("naps");
    let clips = loaded(&entry).draft.jobs.iter().filter(|job| job.product() == Product::Clip);
    for job in clips {
        let made = studio.states_seen[&job.key].iter().filter(|state| **state == JobState::Made).count();
        assert_eq!(made, 1, "{:?}", studio.states_seen[&job.key]);
        assert_eq!(studio.view.job(job.key).outputs.iter().filter(|made| made.output.role == Role::Video).count(), 1);
    }
    eprintln!("{:?}", studio.view.farm().map(|farm| farm.figures));
    studio.stop();
    assert_eq!(products(&place, "naps"), made_here("naps", count));
}

#[test]
fn a_home_without_a_server_makes_everything_itself_and_says_why() {
    let place = Place::new();
    pictures(&place, "naps", 2);
    let gone = FarmSettings { local: Some(0), ..FarmSettings::new("nats://127.0.0.1:1".to_owned()) };
    let mut studio = Studio::start(EngineSettings { farm: Some(gone), follow: true, ..place.settings() });
    let ended = film(&mut studio, "naps");
    assert_eq!(ended.outcome, Outcome::Complete, "{}", ended.message);
    until_farm(&mut studio, |sight| sight.sentence().contains("cannot be reached"));
    studio.stop();
    assert_eq!(products(&place, "naps"), made_here("naps", 2));
}

#[test]
fn a_server_that_is_stopped_in_mid_run_is_waited_for_no_longer_than_patience_and_used_again() {
    let Some(server) = NatsServer::start("a_server_that_is_stopped") else { return };
    let place = Place::new();
    pictures(&place, "naps", 6);
    let _worker = Worker::start(&server, "one", 1);
    let mut settings = farmed(&place, &server);
    settings.farm.as_mut().unwrap().patience = Duration::from_millis(1500);
    let mut studio = Studio::start(settings);
    until_farm(&mut studio, |sight| sight.slots() > 0);
    server.freeze(true);
    let ended = film(&mut studio, "naps");
    assert_eq!(ended.outcome, Outcome::Complete, "{}", ended.message);
    server.freeze(false);
    until_farm(&mut studio, |sight| sight.slots() > 0);
    let made = studio.view.farm().unwrap().figures.made;
    let mut tries = 0;
    // The worker may need a moment to find the server again: until then clips are made here.
    while studio.view.farm().unwrap().figures.made == made {
        let id = format!("again-{tries}");
        pictures(&place, &id, 2);
        studio.send(Command::Reload);
        studio.until(|event| matches!(event, Event::Library(_)));
        assert_eq!(film(&mut studio, &id).outcome, Outcome::Complete);
        let asked = studio.view.farm().unwrap().figures;
        until_farm(&mut studio, |sight| sight.figures != asked || sight.figures.asked == 0);
        tries += 1;
        assert!(tries < 30, "{:?}", studio.view.farm());
    }
    studio.stop();
    assert_eq!(products(&place, "naps"), made_here("naps", 6));
}

#[test]
fn a_worker_that_is_told_to_end_finishes_what_it_makes() {
    let Some(server) = NatsServer::start("a_worker_that_is_told_to_end") else { return };
    let place = Place::new();
    pictures(&place, "naps", 12);
    let mut worker = Worker::start(&server, "one", 1);
    let mut studio = Studio::start(farmed(&place, &server));
    until_farm(&mut studio, |sight| sight.slots() > 0);
    let run = begin(&studio, "naps");
    until_farm(&mut studio, |sight| sight.figures.made > 0);
    rustix_kill(&worker.process, "-TERM");
    assert!(worker.process.wait().unwrap().success());
    until_farm(&mut studio, |sight| sight.workers.is_empty());
    let _other = Worker::start(&server, "two", 2);
    assert_eq!(studio.run_ended(run).outcome, Outcome::Complete);
    studio.stop();
    assert_eq!(products(&place, "naps"), made_here("naps", 12));
    let unfinished: Vec<String> =
        Place::files_below(worker.cache.path()).into_iter().filter(|name| name.contains(".part")).collect();
    assert_eq!(unfinished, Vec::<String>::new());
}

fn rustix_kill(process: &Child, signal: &str) {
    assert!(Program::new("kill").args([signal, &process.id().to_string()]).status().unwrap().success());
}

#[test]
fn the_command_line_lists_workers_tries_one_and_has_it_drain() {
    let Some(server) = NatsServer::start_with("the_command_line", &["--auth", "a-long-secret"]) else { return };
    let studio = crate::program::Studio::new();
    let say = |code: i32, token: &str, arguments: &[&str]| {
        let mut command = studio.command(arguments);
        command.env("BABBLECAST_FARM_TOKEN", token).env("BABBLECAST_FARM_NATS", server.address());
        crate::program::Answer::of(command.output().unwrap()).expect(code)
    };
    say(1, "wrong", &["farm"]).says("refuses this program: set farm.credentials");
    say(1, "a-long-secret", &["farm", "try"]).says("Nobody works at nats://127.0.0.1");
    let mut worker = studio.command(["worker", "--name", "one", "--jobs", "1"]);
    worker.env("BABBLECAST_FARM_TOKEN", "a-long-secret").env("BABBLECAST_FARM_NATS", server.address());
    let mut worker = worker.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    until("the worker is listed", || say(0, "a-long-secret", &["farm"]).stdout.contains("one "));
    say(0, "a-long-secret", &["farm", "try"]).says("15 frames there and back");
    say(0, "a-long-secret", &["status"]).says("1 worker at nats://127.0.0.1");
    let doctor = studio
        .command(["doctor"])
        .env("BABBLECAST_FARM_TOKEN", "a-long-secret")
        .env("BABBLECAST_FARM_NATS", server.address())
        .output()
        .unwrap();
    assert!(String::from_utf8_lossy(&doctor.stdout).contains("a clip there and back in"));
    say(0, "a-long-secret", &["farm", "drain", "one"]).says("nothing more is taken");
    assert!(worker.wait().unwrap().success());
    studio.run(["farm"]).expect(2).says("No farm is set up");
}

#[test]
fn a_server_of_an_old_version_is_told_with_the_version_that_is_needed() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("nats://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        use std::io::{BufRead, BufReader, Write};
        for mut stream in listener.incoming().flatten() {
            let info = r#"INFO {"server_id":"x","server_name":"x","version":"2.9.1","go":"go","host":"127.0.0.1","port":1,"max_payload":1048576,"proto":1,"client_id":1,"headers":true}"#;
            let _ = stream.write_all(format!("{info}\r\n").as_bytes());
            let mut lines = BufReader::new(stream.try_clone().unwrap());
            let mut line = String::new();
            while lines.read_line(&mut line).is_ok_and(|read| read > 0) {
                if line.starts_with("PING") {
                    let _ = stream.write_all(b"PONG\r\n");
                }
                line.clear();
            }
        }
    });
    let studio = crate::program::Studio::new();
    studio.run(["farm", "--nats", &address]).expect(1).says("is nats-server 2.9.1; 2.12 is needed");
    studio.run(["farm", "--nats", "http://127.0.0.1:1"]).expect(1);
}
