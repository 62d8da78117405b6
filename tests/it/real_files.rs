//! Files as people really have them, through the whole program: what can be used is used whole, and `check` says the rest
//! before anything is made.

use std::path::Path;

use serde_json::Value;

use crate::program::Studio;

/// A studio with the campaigns and media of real people.
fn studio() -> Studio {
    let studio = Studio::empty();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/real-files");
    std::fs::create_dir_all(studio.path("campaigns/media")).unwrap();
    for below in ["", "media/"] {
        for entry in std::fs::read_dir(folder.join(below)).unwrap() {
            let path = entry.unwrap().path();
            if path.is_file() {
                let name = path.file_name().unwrap().to_str().unwrap();
                studio.write(&format!("{below}{name}"), std::fs::read(&path).unwrap());
            }
        }
    }
    studio
}

fn told<'a>(answer: &'a Value, list: &str) -> Vec<&'a str> {
    answer[list].as_array().unwrap().iter().map(|fault| fault["message"].as_str().unwrap()).collect()
}

#[test]
fn check_says_what_a_text_loses_and_which_file_cannot_be_used() {
    let studio = studio();
    for name in ["h_mp3", "h_text", "crlfesc", "fence2", "trailing"] {
        let answer = studio.json(0, ["check", name]);
        assert_eq!((&answer["ok"], &answer["remarks"]), (&Value::Bool(true), &Value::Null), "{answer}");
    }
    let cut = studio.json(0, ["check", "h_hash"]);
    assert!(told(&cut, "remarks")[0].contains("#baby #podcast"), "{cut}");
    assert_eq!(cut["remarks"][0]["line"], 8);
    studio.run(["check", "campaigns/laugh.yaml"]).expect(2).says("begins with [ in quotes");
    let answers = studio.run(["check", "h_pictures", "--json"]).documents();
    let refused = told(&answers[0], "faults");
    assert!(refused.iter().all(|fault| fault.contains("iphone.heic") && fault.contains("HEIC")), "{refused:?}");
}

#[test]
fn a_recording_is_used_at_its_true_length() {
    let studio = studio();
    let made = studio.run(["generate", "h_mp3", "--only", "voices"]).expect(0);
    drop(made);
    let mut lengths: Vec<f64> = studio
        .files("output/h_mp3/draft")
        .into_iter()
        .filter(|file| Path::new(file).extension().is_some_and(|extension| extension == "wav"))
        .map(|file| {
            let bytes = std::fs::read(studio.path(&format!("output/h_mp3/draft/{file}"))).unwrap();
            babblecast::media::sound_file::decode(&bytes).unwrap().seconds()
        })
        .collect();
    lengths.sort_by(f64::total_cmp);
    assert_eq!(lengths.len(), 2, "{lengths:?}");
    assert!((lengths[0] - 6.0).abs() < 0.06 && (lengths[1] - 6.2).abs() < 0.06, "{lengths:?}");
}
