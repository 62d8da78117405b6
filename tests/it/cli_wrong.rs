//! What the command line does when something is wrong: arguments, folders, settings, a disk, a signal.

use serde_json::{Value, json};

use crate::program::{CAMPAIGN, Studio};

#[test]
fn wrong_arguments_end_with_two_and_say_what_is_there() {
    let studio = Studio::new();
    let latin = studio.write("latin.json", b"{\"campaign_id\": \"caf\xe9\"}");
    for (arguments, says) in [
        (vec!["status", "frist"], "Did you mean first?"),
        (vec!["status", "other_one"], "There is no campaign other_one"),
        (vec!["status", "nowhere.json"], "nowhere.json is not there"),
        (vec!["status", "no spaces"], "neither a file nor a campaign id"),
        (vec!["check", latin.to_str().unwrap()], "UTF-8"),
        (vec!["check", "campaigns"], "holds no campaign campaigns"),
        (vec!["check", "./campaigns"], "is no file"),
        (vec!["generate", "first", "--speaker", "Bob"], "It has \"Baby 1\", \"Baby 2\"."),
        (vec!["generate", "first", "--speaker", "Bab"], "may be \"Baby 1\", \"Baby 2\""),
        (vec!["generate", "first", "--speaker", ""], "may be \"Baby 1\", \"Baby 2\""),
        (vec!["generate", "first", "--scene", "4"], "its scenes are 1 to 3"),
        (vec!["generate", "first", "--scene", "0"], "0 is not in 1.."),
        (vec!["generate", "first", "--scene", "-1"], "-1"),
        (vec!["generate", "first", "--cap", "NaN"], "amount in US dollars"),
        (vec!["generate", "first", "--all"], "cannot be used with"),
        (vec!["generate"], "required"),
        (vec!["generate"], "<C|--all>"),
        (vec!["check"], "<C|--all>"),
        (vec!["generate", "first", "--voice", "robot"], "elevenlabs, compatible, neural, pico"),
        (vec!["generate", "first", "--campaigns", "nowhere"], "there is no folder"),
        (vec!["regenerate", "first"], "--speaker NAME for a portrait"),
        (vec!["regenerate", "first", "--speaker", "Baby 1", "--scene", "1"], "cannot be used with"),
        (vec!["explain", "first"], "--scene"),
        (vec!["takes", "first", "--choose", "1"], "required"),
        (vec!["new", "!"], "no letter and no digit"),
        (vec!["show", "first"], "Say whose portrait"),
        (vec!["show", "nosuch.png"], "nosuch.png is not there. Name a picture file"),
        (vec!["optimize", "nowhere.png", "out.png"], "cannot be read"),
        (vec!["list", "--config", "nowhere.toml"], "nowhere.toml cannot be read"),
        (vec!["dance"], "unrecognized subcommand"),
    ] {
        let answer = studio.run(&arguments).expect(2);
        assert!(
            answer.stdout.contains(says) || answer.stderr.contains(says),
            "{arguments:?}: {}{}",
            answer.stdout,
            answer.stderr
        );
        assert!(!answer.stderr.contains("panicked"), "{arguments:?}: {}", answer.stderr);
    }
}

#[test]
fn a_failure_is_a_document_too() {
    let studio = Studio::new();
    let answer = studio.json(2, ["status", "nobody"]);
    assert_eq!(answer["exit_code"], 2);
    assert!(answer["error"].as_str().unwrap().contains("no campaign nobody"), "{answer}");
}

#[test]
fn no_campaigns_folder_says_how_to_make_one() {
    let studio = Studio::empty();
    std::fs::remove_dir(studio.path("campaigns")).unwrap();
    studio.run(["list"]).expect(0).says("babblecast new NAME");
    studio.run(["generate", "--all"]).expect(2).says("babblecast new NAME");
    studio.run(["status", "first"]).expect(2).says("No campaigns folder was found");
    studio.run(["new", "first"]).expect(0).says("babblecast generate first");
    assert!(studio.path("campaigns/first.json").is_file());
    studio.run(["check", "first"]).expect(0);
    studio.run(["new", "first"]).expect(2).says("first is taken by campaigns/first.json");
    studio.run(["new", "--samples"]).expect(0).says("campaigns/nap_or_snack.yaml");
}

#[test]
fn a_home_or_an_output_that_cannot_be_written_is_told() {
    let studio = Studio::new();
    std::fs::write(studio.path("file"), "").unwrap();
    let file = studio.path("file");
    let file = file.to_str().unwrap();
    studio.run(["list", "--home", file]).expect(1).says("file");
    let answer = studio.json(1, ["generate", "first", "--only", "portraits", "--output", file]);
    assert_eq!(answer["status"], "failed");
    assert!(answer["message"].as_str().unwrap().contains("file"), "{answer}");
    studio.run(["generate", "first", "--only", "portraits"]).expect(0).says("Everything was made already");
}

#[test]
fn damage_is_found_put_aside_and_made_again() {
    let studio = Studio::new();
    studio.run(["generate", "first", "--only", "portraits"]).expect(0);
    let intact = studio.json(0, ["verify"]);
    assert_eq!((&intact["intact"], intact["damaged"].as_array().unwrap().len()), (&json!(2), 0));
    let asset = studio.path("home/assets").join(studio.files("home/assets").first().unwrap());
    std::fs::remove_file(&asset).unwrap();
    std::fs::write(&asset, "spoilt").unwrap();
    let found = studio.json(0, ["verify"]);
    assert_eq!((found["damaged"].as_array().unwrap().len(), found["pending_again"].as_array().unwrap().len()), (1, 1));
    studio.run(["generate", "first", "--only", "portraits"]).expect(0).says("2 of 2 made, 1 from cache");
    assert_eq!(studio.json(0, ["prune"])["assets"], 0);
}

#[test]
fn a_broken_config_stops_what_reads_it_and_nothing_else() {
    let studio = Studio::new();
    std::fs::write(studio.path("config.toml"), "colour = 1\n").unwrap();
    let with_config = |command: &[&str]| studio.run(command.iter().chain(&["--config", "config.toml"]));
    with_config(&["list"]).expect(2).says("config.toml:1: colour is no setting.");
    for command in [&["schema"][..], &["completions", "bash"], &["man"]] {
        assert!(!with_config(command).expect(0).stdout.is_empty(), "{command:?}");
    }
}

#[test]
fn the_studio_needs_a_terminal_and_says_so() {
    let studio = Studio::new();
    studio.run::<&str>([]).expect(1).says("needs a terminal");
}

#[test]
fn hostile_names_reach_no_terminal() {
    let studio = Studio::empty();
    studio.write("first.json", CAMPAIGN.replace("Baby 1", "Ba\u{202e}by").replace("Milk.", "a\u{200b}b"));
    for command in ["status", "plan", "list"] {
        let answer = studio.run([command, "first"][..if command == "list" { 1 } else { 2 }].iter());
        assert!(!answer.stdout.contains(['\u{202e}', '\u{200b}', '\u{1b}']), "{command}: {}", answer.stdout);
    }
}

/// A campaign with this many lines, all different.
#[cfg(unix)]
fn long_campaign(lines: usize) -> String {
    let line =
        |number: usize| json!({"type": "dialogue", "speaker": "Baby 1", "text": format!("Line number {number}.")});
    let profile = json!({"Baby 1": {"tone": "warm", "voice_id": "baby_voice_1"}});
    let script: Vec<Value> = (0..lines).map(line).collect();
    json!({"campaign_id": "long", "topic": "Numbers", "script": script, "baby_profiles": profile}).to_string()
}

#[cfg(unix)]
#[test]
fn an_interrupted_run_loses_nothing_and_says_so() {
    use std::io::{BufRead, BufReader, Read};
    use std::process::Stdio;
    let studio = Studio::empty();
    studio.write("long.json", long_campaign(400));
    let mut command = studio.command(["generate", "long", "--only", "portraits,voices", "--json"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    while !line.contains("\"state\":\"made\"") {
        line.clear();
        assert!(stdout.read_line(&mut line).unwrap() > 0, "it ended before anything was made");
    }
    let process = rustix::process::Pid::from_child(&child);
    rustix::process::kill_process(process, rustix::process::Signal::INT).unwrap();
    let mut rest = String::new();
    stdout.read_to_string(&mut rest).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(130));
    let document: Value = serde_json::from_str(rest.lines().last().unwrap()).unwrap();
    assert_eq!(document["outcome"], "interrupted");
    let made = document["scenes_completed"].as_u64().unwrap();
    assert!(made < 400, "{made}");
    assert_eq!(studio.json(0, ["verify"])["damaged"], json!([]));
    let scene = document["results"].as_array().unwrap().iter().find(|scene| scene["reason"] == "cancelled").unwrap();
    let number = (scene["scene_index"].as_u64().unwrap() + 1).to_string();
    studio.run(["generate", "long", "--only", "portraits,voices", "--scene", &number]).expect(0);
}

#[cfg(unix)]
#[test]
fn ctrl_c_says_what_it_does_and_counts_what_it_dropped() {
    use std::io::{BufRead, BufReader, Read};
    use std::process::Stdio;
    let studio = Studio::empty();
    studio.write("long.json", long_campaign(400));
    let mut command = studio.command(["generate", "long", "--only", "portraits,voices"]);
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let mut stderr = BufReader::new(child.stderr.take().unwrap());
    let mut line = String::new();
    while !line.starts_with("made  ") {
        line.clear();
        assert!(stderr.read_line(&mut line).unwrap() > 0, "it ended before anything was made");
    }
    let process = rustix::process::Pid::from_child(&child);
    rustix::process::kill_process(process, rustix::process::Signal::INT).unwrap();
    let mut rest = String::new();
    stderr.read_to_string(&mut rest).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(130));
    assert!(rest.contains("Stopping: what is under way is free and dropped; what is made is kept."), "{rest}");
    let cancelled: Vec<&str> = rest.lines().filter(|line| line.contains("cancelled")).collect();
    assert!(cancelled.len() == 1 && cancelled[0].contains(" jobs; the same command makes"), "{cancelled:?}");
}

#[cfg(unix)]
#[test]
fn a_reader_that_goes_away_is_no_panic() {
    use std::process::Stdio;
    let studio = Studio::new();
    let mut command = studio.command(["schema"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    assert_eq!(output.status.code(), Some(0));
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_under_the_results_is_told() {
    let studio = Studio::new();
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let output = studio.command(["list"]).stdout(full).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("Standard output cannot be written"));
}

#[test]
fn a_provider_asked_for_by_name_is_never_replaced_by_the_draft() {
    let studio = Studio::new();
    for (arguments, variable) in [
        (["generate", "first", "--image", "openai"], "OPENAI_API_KEY is not set"),
        (["plan", "first", "--voice", "elevenlabs"], "ELEVENLABS_API_KEY is not set"),
    ] {
        let answer = studio.run(arguments).expect(4);
        assert!(answer.stderr.contains(variable), "{}", answer.stderr);
    }
    assert!(!studio.path("output").exists());
}
