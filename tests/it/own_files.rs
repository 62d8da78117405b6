//! The user's own files are looked at before they are read, whatever became of them since the campaign was planned.

use std::path::Path;

use babblecast::engine::{Outcome, Scope};
use babblecast::plan::{JobState, Product};
use rustix::fs::{CWD, FileType, Mode, mknodat};
use serde_json::json;

use crate::support::{Place, two_babies};

/// Puts a pipe that nobody writes to in the place of a file.
fn make_pipe(path: &Path) {
    std::fs::remove_file(path).unwrap();
    mknodat(CWD, path, FileType::Fifo, Mode::RUSR | Mode::WUSR, 0).unwrap();
}

#[test]
fn a_pipe_in_the_place_of_an_own_file_fails_its_job_and_holds_nobody() {
    let place = Place::new();
    let mut campaign = two_babies("pipes");
    campaign["baby_profiles"]["Baby 1"]["portrait"] = json!("me.png");
    campaign["script"][0]["audio"] = json!("voice.wav");
    campaign["script"][1] = json!({"type": "media", "source": "film.mp4"});
    let files = ["me.png", "voice.wav", "film.mp4"].map(|name| place.campaigns().join(name));
    for file in &files {
        std::fs::write(file, b"\0\0\0\x18ftypmp42").unwrap();
    }
    place.write("pipes.json", &campaign);
    let mut studio = place.engine();
    for file in &files {
        make_pipe(file);
    }
    let products = vec![Product::Portrait, Product::Voice, Product::Clip];
    let run = studio.begin("pipes", Scope { products, ..Scope::default() });
    let ended = studio.run_ended(run);
    assert_eq!((ended.outcome, ended.failed), (Outcome::Partial, 3), "{}", ended.message);
    for name in ["me.png", "voice.wav", "film.mp4"] {
        let is_told = studio.view.jobs().map(|(_, facts)| facts).any(|facts| match &facts.state {
            JobState::Failed(failure) => failure.reason.contains(name) && failure.reason.contains("no plain file"),
            _ => false,
        });
        assert!(
            is_told,
            "{name}: {:?}",
            studio.view.jobs().map(|(_, facts)| facts).map(|facts| &facts.state).collect::<Vec<_>>()
        );
    }
    studio.stop();
}
