//! What stands in deploy/: the programs that are started there know what they are told. Docker and systemd are asked by
//! `just check-deploy`, where they are.

use std::path::Path;

use crate::program::Studio;

fn read(name: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy").join(name)).unwrap()
}

/// The program takes these arguments: whatever it would do, it only tells how it is used.
fn is_understood(arguments: &[&str]) {
    assert_eq!(arguments.first(), Some(&"worker"), "{arguments:?}");
    let arguments: Vec<&str> = arguments.iter().copied().chain(["--help"]).collect();
    Studio::empty().run(arguments).expect(0).says("Usage: babblecast worker");
}

#[test]
fn the_service_starts_a_worker_with_arguments_that_it_takes() {
    let unit = read("babblecast-worker.service");
    let line = unit.lines().find_map(|line| line.strip_prefix("ExecStart=/usr/local/bin/babblecast ")).unwrap();
    is_understood(&line.split(' ').collect::<Vec<_>>());
    assert!(unit.contains("\nEnvironmentFile=") && line.contains("${NATS}"), "the address stands beside the token");
}

#[test]
fn the_compose_file_starts_a_server_and_workers_with_arguments_that_they_take() {
    let compose = read("compose.yaml");
    let (server, worker) = compose.split_once("\n  worker:\n").unwrap();
    let value = |service: &str, key: &str| {
        let line = service.lines().find_map(|line| line.trim_start().strip_prefix(&format!("{key}: ")));
        line.unwrap().to_owned()
    };
    let words = |service: &str| serde_json::from_str::<Vec<String>>(&value(service, "command")).unwrap();
    is_understood(&words(worker).iter().map(String::as_str).collect::<Vec<_>>());
    let image = value(server, "image");
    let version: Vec<u32> = image.split([':', '-']).nth(1).unwrap().split('.').flat_map(str::parse).collect();
    assert!(version >= vec![2, 12], "{image}");
    assert_eq!(value(worker, "environment"), r#"["BABBLECAST_FARM_TOKEN"]"#);
    assert!(words(server).iter().any(|word| word.contains("${BABBLECAST_FARM_TOKEN:?")), "never without a token");
}
