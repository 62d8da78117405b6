//! What is promised of a farm beyond one home and one worker: homes that share renders and take turns, cross-fades, a server that
//! is away, certificates and credentials, hosts of their own; and what it costs.

use std::path::{Path, PathBuf};
use std::process::{Command as Program, Stdio};
use std::time::{Duration, Instant};

use babblecast::engine::{Cancel, Command, Outcome};
use babblecast::plan::{JobState, Product};
use serde_json::{Value, json};

use crate::farm::{Worker, begin, farmed, film, made_here, pictures, products, until_farm};
use crate::farm_server::{NatsServer, until};
use crate::support::{Place, Studio, loaded};

fn is_long() -> bool {
    std::env::var_os("BABBLECAST_LONG_TESTS").is_some()
}

/// Pictures long enough for cross-fades, and one word that is spoken.
fn fading(place: &Place, id: &str, count: usize) -> Value {
    let mut campaign = pictures(place, id, count);
    campaign["transition"] = json!("fade");
    for scene in campaign["script"].as_array_mut().unwrap().iter_mut().skip(1) {
        scene["duration_s"] = json!(0.6);
    }
    place.write(&format!("{id}.json"), &campaign);
    campaign
}

#[test]
fn cross_fades_are_made_by_workers_and_the_same_byte_for_byte() {
    let Some(server) = NatsServer::start("cross_fades") else { return };
    let (place, other) = (Place::new(), Place::new());
    fading(&place, "naps", 3);
    fading(&other, "naps", 3);
    let _worker = Worker::start(&server, "one", 2);
    let mut studio = Studio::start(farmed(&place, &server));
    until_farm(&mut studio, |sight| sight.slots() > 0);
    let ended = film(&mut studio, "naps");
    assert_eq!(ended.outcome, Outcome::Complete, "{}: {:?}", ended.message, studio.notices);
    // A title, a line, three pictures, and a cross-fade into each but the first.
    until_farm(&mut studio, |sight| sight.figures.made >= 9);
    let figures = studio.view.farm().unwrap().figures;
    assert_eq!((figures.made, figures.refused, figures.at_home), (9, 0, 0));
    studio.stop();
    let mut here = other.engine();
    assert_eq!(film(&mut here, "naps").outcome, Outcome::Complete);
    here.stop();
    assert_eq!(products(&place, "naps"), products(&other, "naps"));
}

#[test]
fn two_homes_share_what_one_of_them_had_made() {
    let Some(server) = NatsServer::start("two_homes_share") else { return };
    let places = [Place::new(), Place::new()];
    let _worker = Worker::start(&server, "one", 2);
    let mut found = Vec::new();
    for place in &places {
        pictures(place, "naps", 4);
        let mut studio = Studio::start(farmed(place, &server));
        until_farm(&mut studio, |sight| sight.slots() > 0);
        assert_eq!(film(&mut studio, "naps").outcome, Outcome::Complete);
        until_farm(&mut studio, |sight| sight.figures.made >= 6);
        found.push(studio.view.farm().unwrap().figures.found);
        studio.stop();
    }
    assert_eq!(found, [0, 6], "a title, a line and four pictures are made once");
    assert_eq!(products(&places[0], "naps"), products(&places[1], "naps"));
}

#[test]
fn a_home_with_little_to_do_does_not_wait_for_one_with_much() {
    let Some(server) = NatsServer::start("homes_take_turns") else { return };
    let (much, little) = (Place::new(), Place::new());
    pictures(&much, "many", 60);
    pictures(&little, "few", 2);
    let _worker = Worker::start(&server, "one", 1);
    let (mut first, mut second) = (Studio::start(farmed(&much, &server)), Studio::start(farmed(&little, &server)));
    until_farm(&mut first, |sight| sight.slots() > 0);
    until_farm(&mut second, |sight| sight.slots() > 0);
    let run = begin(&first, "many");
    until_farm(&mut first, |sight| sight.figures.made > 0);
    assert_eq!(film(&mut second, "few").outcome, Outcome::Complete);
    let made = first.view.farm().unwrap().figures.made;
    assert!(made < 40, "{made} of 62 clips of the other home were made before four of this one");
    second.stop();
    first.send(Command::Cancel(Cancel::Run(run)));
    first.run_ended(run);
    first.stop();
}

#[test]
fn a_server_that_is_away_for_a_while_costs_no_clip() {
    let Some(server) = NatsServer::start("a_server_that_is_away") else { return };
    let (count, away) = if is_long() { (40, Duration::from_mins(1)) } else { (8, Duration::from_secs(2)) };
    let place = Place::new();
    pictures(&place, "naps", count);
    let _worker = Worker::start(&server, "one", 2);
    let mut studio = Studio::start(farmed(&place, &server));
    until_farm(&mut studio, |sight| sight.slots() > 0);
    let run = begin(&studio, "naps");
    until_farm(&mut studio, |sight| sight.figures.made > 0);
    server.freeze(true);
    let since = Instant::now();
    until("it was away for long enough", || since.elapsed() > away);
    server.freeze(false);
    let ended = studio.run_ended(run);
    assert_eq!((ended.outcome, ended.failed), (Outcome::Complete, 0), "{}: {:?}", ended.message, studio.notices);
    eprintln!("away for {away:?}: {:?}", studio.view.farm().map(|farm| farm.figures));
    for job in loaded(&studio.entry("naps")).draft.jobs.iter().filter(|job| job.product() == Product::Clip) {
        let made = studio.states_seen[&job.key].iter().filter(|state| **state == JobState::Made).count();
        assert_eq!(made, 1, "{:?}", studio.states_seen[&job.key]);
    }
    studio.stop();
    assert_eq!(products(&place, "naps"), made_here("naps", count));
}

#[test]
fn a_font_of_the_home_travels_to_a_worker_that_lacks_it() {
    let Some(server) = NatsServer::start("a_font_travels") else { return };
    let fonts = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/fonts");
    // The label stands in every clip, and a voice takes longer than a home takes to hear of a worker.
    let lines = ["Nap?", "No."].map(|text| json!({"type": "dialogue", "speaker": "Baby 1", "text": text}));
    let campaign = json!({"campaign_id": "thai", "topic": "Naps", "label": "นอน", "script": lines,
        "baby_profiles": {"Baby 1": {"tone": "warm", "voice_id": "baby_voice_1"}}});
    let film = |nats: Option<&str>| {
        let studio = crate::program::Studio::empty();
        studio.write("thai.json", campaign.to_string());
        let mut command = studio.command(["generate", "thai", "--draft"]);
        command.env("BABBLECAST_FONTS", &fonts).env("BABBLECAST_FARM_LOCAL", "0");
        nats.map(|nats| command.env("BABBLECAST_FARM_NATS", nats));
        crate::program::Answer::of(command.output().unwrap()).expect(0);
        let videos = studio
            .files("output")
            .into_iter()
            .filter(|name| Path::new(name).extension().is_some_and(|ending| ending == "mp4"));
        videos.map(|name| (name.clone(), std::fs::read(studio.path("output").join(&name)).unwrap())).collect::<Vec<_>>()
    };
    let bare = crate::program::Studio::empty();
    std::fs::create_dir(bare.path("no-fonts")).unwrap();
    let mut worker = bare.command(["worker", "--name", "bare", "--nats", &server.address()]);
    worker.env("BABBLECAST_FONTS", bare.path("no-fonts")).stdout(Stdio::null()).stderr(Stdio::null());
    let _worker = Killed(worker.spawn().unwrap());
    let made = || {
        let sight = bare.json(0, ["farm", "--nats", &server.address()]);
        sight["workers"].as_array().and_then(|workers| workers.first()?["made"].as_u64())
    };
    until("the worker is there", || made().is_some());
    let (farmed, here) = (film(Some(&server.address())), film(None));
    assert!(made().is_some_and(|made| made > 0), "the worker makes clips with Thai letters");
    assert!(farmed == here && !here.is_empty());
}

/// A certificate authority and a server's certificate for loopback, as files.
fn certificates(folder: &Path) -> [PathBuf; 3] {
    use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
    let mut authority = CertificateParams::new(Vec::new()).unwrap();
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = CertifiedIssuer::self_signed(authority, KeyPair::generate().unwrap()).unwrap();
    let key = KeyPair::generate().unwrap();
    let server = CertificateParams::new(vec!["127.0.0.1".to_owned()]).unwrap().signed_by(&key, &authority).unwrap();
    let write = |name: &str, pem: String| {
        let path = folder.join(name);
        std::fs::write(&path, pem).unwrap();
        path
    };
    [write("ca", authority.pem()), write("certificate", server.pem()), write("key", key.serialize_pem())]
}

#[test]
fn a_server_with_a_certificate_is_believed_by_who_knows_its_authority_and_by_nobody_else() {
    let folder = tempfile::tempdir().unwrap();
    let [ca, certificate, key] = certificates(folder.path());
    let stranger = tempfile::tempdir().unwrap();
    let [other_ca, ..] = certificates(stranger.path());
    let (certificate, key) = (certificate.to_str().unwrap(), key.to_str().unwrap());
    let arguments = ["--tls", "--tlscert", certificate, "--tlskey", key];
    let Some(server) = NatsServer::start_with("a_server_with_a_certificate", &arguments) else { return };
    let address = server.address().replace("nats://", "tls://");
    let studio = crate::program::Studio::new();
    let ask = |ca: &Path, code: i32| {
        let mut command = studio.command(["farm", "--nats", &address]);
        command.env("BABBLECAST_FARM_CA", ca);
        crate::program::Answer::of(command.output().unwrap()).expect(code)
    };
    ask(&ca, 0).says("0 workers at tls://127.0.0.1");
    ask(&other_ca, 1).says("is not trusted");
    ask(Path::new("/nowhere/ca.pem"), 1).says("cannot be read");
    studio.run(["farm", "--nats", &address]).expect(1).says("is not trusted");
}

#[test]
fn credentials_open_the_server_that_knows_them_and_no_other() {
    let folder = tempfile::tempdir().unwrap();
    let (configuration, right) = accounts::write(folder.path(), "right");
    let stranger = tempfile::tempdir().unwrap();
    let (_, wrong) = accounts::write(stranger.path(), "wrong");
    let arguments = ["-c", configuration.to_str().unwrap()];
    let Some(server) = NatsServer::start_with("credentials", &arguments) else { return };
    let studio = crate::program::Studio::new();
    let ask = |credentials: &Path, code: i32| {
        let mut command = studio.command(["farm", "--nats", &server.address()]);
        command.env("BABBLECAST_FARM_CREDENTIALS", credentials);
        crate::program::Answer::of(command.output().unwrap()).expect(code)
    };
    ask(&right, 0).says("0 workers at nats://127.0.0.1");
    ask(&wrong, 1).says("refuses this program: set farm.credentials");
    ask(&folder.path().join("none"), 1).says("cannot be read");
    studio.run(["farm", "--nats", &server.address()]).expect(1).says("refuses this program");
}

/// An operator, an account and a user as `nsc` makes them: signed tokens, and the file that a user keeps.
mod accounts {
    use std::path::{Path, PathBuf};

    use nkeys::KeyPair;
    use serde_json::{Value, json};

    pub fn write(folder: &Path, name: &str) -> (PathBuf, PathBuf) {
        let (operator, account, user) = (KeyPair::new_operator(), KeyPair::new_account(), KeyPair::new_user());
        let system = KeyPair::new_account();
        let of_operator = token(&operator, &operator, name, &json!({"type": "operator", "version": 2}));
        let limits = json!({"subs": -1, "data": -1, "payload": -1, "imports": -1, "exports": -1, "wildcards": true, "conn": -1,
            "leaf": -1, "mem_storage": -1, "disk_storage": -1, "streams": -1, "consumer": -1});
        let of_account = token(&operator, &account, name, &json!({"type": "account", "version": 2, "limits": limits}));
        let of_system = token(&operator, &system, "SYS", &json!({"type": "account", "version": 2}));
        let of_user = token(
            &account,
            &user,
            name,
            &json!({"type": "user", "version": 2, "pub": {}, "sub": {}, "subs": -1, "data": -1, "payload": -1}),
        );
        let (configuration, credentials) = (folder.join("server.conf"), folder.join("user.creds"));
        let (account, system) = (account.public_key(), system.public_key());
        let text = format!(
            "operator: {of_operator}\nsystem_account: {system}\nresolver: MEMORY\n\
             resolver_preload: {{ {account}: {of_account}, {system}: {of_system} }}\n"
        );
        std::fs::write(&configuration, text).unwrap();
        let seed = user.seed().unwrap();
        let text = format!(
            "-----BEGIN NATS USER JWT-----\n{of_user}\n------END NATS USER JWT------\n\n\
             -----BEGIN USER NKEY SEED-----\n{seed}\n------END USER NKEY SEED------\n"
        );
        std::fs::write(&credentials, text).unwrap();
        (configuration, credentials)
    }

    fn token(issuer: &KeyPair, subject: &KeyPair, name: &str, nats: &Value) -> String {
        let encode = |bytes: &[u8]| base64_simd::URL_SAFE_NO_PAD.encode_to_string(bytes);
        let head = json!({"typ": "JWT", "alg": "ed25519-nkey"}).to_string();
        let claims = json!({"jti": name, "iat": 1_700_000_000, "iss": issuer.public_key(), "name": name,
            "sub": subject.public_key(), "nats": nats})
        .to_string();
        let signed = format!("{}.{}", encode(head.as_bytes()), encode(claims.as_bytes()));
        let signature = encode(&issuer.sign(signed.as_bytes()).unwrap());
        format!("{signed}.{signature}")
    }
}

/// A program that ends with its test.
struct Killed(std::process::Child);

impl Drop for Killed {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A network namespace with a cable to this one; gone when it is dropped.
struct Host {
    name: String,
}

impl Host {
    /// `None` where this machine does not let it.
    fn new(number: u8) -> Option<Self> {
        let id = std::process::id() % 10_000;
        let (name, here, there) =
            (format!("babble{id}-{number}"), format!("bb{id}h{number}"), format!("bb{id}t{number}"));
        let run = |line: String| {
            let mut words = line.split(' ');
            let mut program = Program::new(words.next().unwrap());
            program.args(words).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
        };
        if !run(format!("ip netns add {name}")) {
            return None;
        }
        let host = Self { name: name.clone() };
        let lines = [
            format!("ip link add {here} type veth peer name {there}"),
            format!("ip link set {there} netns {name}"),
            format!("ip addr add 10.213.{number}.1/24 dev {here}"),
            format!("ip link set {here} up"),
            format!("ip netns exec {name} ip addr add 10.213.{number}.2/24 dev {there}"),
            format!("ip netns exec {name} ip link set {there} up"),
        ];
        lines.into_iter().all(run).then_some(host)
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        let _ = Program::new("ip").args(["netns", "del", &self.name]).status();
    }
}

#[test]
fn workers_on_hosts_of_their_own_make_the_same() {
    if !is_long() {
        return;
    }
    let hosts = [1, 2].map(Host::new);
    let [Some(one), Some(two)] = hosts else {
        eprintln!("SKIPPED workers_on_hosts_of_their_own: this machine makes no network namespaces");
        return;
    };
    let Some(server) = NatsServer::start_with("workers_on_hosts_of_their_own", &["-a", "0.0.0.0"]) else { return };
    let place = Place::new();
    pictures(&place, "naps", 8);
    let port = server.address().rsplit(':').next().unwrap().to_owned();
    let caches = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    let workers: Vec<Killed> = [&one, &two]
        .iter()
        .zip(1..)
        .zip(&caches)
        .map(|((host, number), cache)| {
            let mut program = Program::new("ip");
            program.args(["netns", "exec", &host.name]).arg(assert_cmd::cargo::cargo_bin!("babblecast"));
            program.args([
                "worker",
                "--jobs",
                "1",
                "--name",
                &host.name,
                "--nats",
                &format!("nats://10.213.{number}.1:{port}"),
            ]);
            program.arg("--cache").arg(cache.path()).env("BABBLECAST_HOME", cache.path().join("no-home"));
            Killed(program.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap())
        })
        .collect();
    let mut studio = Studio::start(farmed(&place, &server));
    until_farm(&mut studio, |sight| sight.slots() == 2);
    assert_eq!(film(&mut studio, "naps").outcome, Outcome::Complete);
    until_farm(&mut studio, |sight| sight.figures.made >= 10 && sight.workers.iter().all(|worker| worker.made > 0));
    studio.stop();
    drop(workers);
    assert_eq!(products(&place, "naps"), made_here("naps", 8));
}

/// Two babies that speak so many lines of some seconds.
fn spoken(place: &Place, id: &str, count: usize) {
    let lines = [
        "Naps are the hardest work that I have ever done in my whole life, number",
        "I would rather talk about the snacks that come right after the nap, number",
    ];
    let line = |at: usize| json!({"type": "dialogue", "speaker": format!("Baby {}", at % 2 + 1), "text": format!("{} {at}.", lines[at % 2])});
    let script: Vec<Value> = (0..count).map(line).collect();
    let babies = json!({"Baby 1": {"tone": "warm, inviting", "voice_id": "baby_voice_1"},
        "Baby 2": {"tone": "curious", "voice_id": "baby_voice_2"}});
    place.write(
        &format!("{id}.json"),
        &json!({"campaign_id": id, "topic": "Naps", "script": script, "baby_profiles": babies,
        "transition": "fade"}),
    );
}

/// Seconds of a processor that a process has taken so far.
fn taken(process: &str) -> f64 {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap();
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap().split_whitespace().collect();
    (fields[11].parse::<f64>().unwrap() + fields[12].parse::<f64>().unwrap()) / 100.0
}

#[test]
fn a_farm_on_one_machine_costs_little_more_than_none() {
    if !is_long() {
        return;
    }
    let Some(server) = NatsServer::start("what_a_farm_costs") else { return };
    let count = std::env::var("BABBLECAST_LINES").ok().and_then(|count| count.parse().ok()).unwrap_or(40);
    let voices = |place: &Place| {
        spoken(place, "naps", count);
        let mut studio = place.engine();
        assert_eq!(studio.generate("naps").outcome, Outcome::Complete);
        studio.stop();
    };
    let (alone, together) = (Place::new(), Place::new());
    voices(&alone);
    voices(&together);
    let before = taken("self");
    let mut studio = alone.engine();
    assert_eq!(film(&mut studio, "naps").outcome, Outcome::Complete);
    studio.stop();
    let here = taken("self") - before;

    let workers = ["one", "two"].map(|name| Worker::start(&server, name, 1));
    let mut settings = farmed(&together, &server);
    // On a busy machine too, everything is made by workers.
    settings.farm.as_mut().unwrap().patience = Duration::from_hours(1);
    let mut studio = Studio::start(settings);
    until_farm(&mut studio, |sight| sight.slots() == 2);
    let seen = || [&workers[0], &workers[1]].map(|worker| taken(&worker.process.id().to_string()));
    let (ready, before, serving) = (seen(), taken("self"), taken(&server.id().to_string()));
    let began = Instant::now();
    assert_eq!(film(&mut studio, "naps").outcome, Outcome::Complete);
    let (took, home) = (began.elapsed(), taken("self") - before);
    let carried = taken(&server.id().to_string()) - serving;
    let made: f64 = seen().iter().zip(ready).map(|(after, before)| after - before).sum();
    let figures = studio.view.farm().unwrap().figures;
    studio.stop();
    let share = (home + made + carried) / here;
    eprintln!(
        "{count} lines: {here:.1} s alone; home {home:.1} s, workers {made:.1} s, server {carried:.1} s: {share:.3} of it, in \
         {:.1} s; each worker took {:.1} s to be ready; {figures:?}",
        took.as_secs_f64(),
        ready.iter().sum::<f64>() / 2.0
    );
    assert_eq!(products(&alone, "naps"), products(&together, "naps"));
    assert_eq!((figures.at_home, figures.refused), (0, 0));
    // Of few lines the first clip of each worker, which is looked at in full, is a large share.
    assert!(share < 1.15, "{share}");
}
