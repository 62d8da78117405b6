//! What an independent recogniser hears of the built-in voices: a development tool, so that where it is absent this says so
//! and passes. Name the Python that has faster-whisper in `BABBLECAST_TEST_PYTHON`, and the folder of a Whisper model in
//! `BABBLECAST_TEST_WHISPER`.

use std::path::Path;
use std::process::Command;

use babblecast::domain::{Format, Scene, Tone, read, tags};
use babblecast::media::sound_file::encode_wav;
use babblecast::providers::voice::{neural, pico};

/// The most words that may be misheard, in a hundred.
const MOST_MISHEARD: f64 = 3.0;

const SAMPLES: [(&str, Format); 3] = [
    (include_str!("../../campaigns/monroviaboy_baby_podcast_001.json"), Format::Json),
    (include_str!("../../campaigns/nap_or_snack.yaml"), Format::Yaml),
    (include_str!("../../campaigns/history_of_the_spoon.json"), Format::Json),
];

/// A line of the samples, with the baby that speaks it.
struct Line {
    text: String,
    /// With the campaign's pronunciations.
    spoken: String,
    voice_id: String,
    tone: Tone,
}

fn lines() -> Vec<Line> {
    let mut lines = Vec::new();
    for (sample, format) in SAMPLES {
        let campaign = read(sample, format).unwrap();
        for scene in &campaign.scenes {
            let Scene::Dialogue(line) = scene else { continue };
            let profile = campaign.profile(line.speaker);
            let text = line.say.as_ref().unwrap_or(&line.text);
            // No recogniser knows a name that the writer has to spell for a voice.
            if campaign.pronounce.spellings().keys().any(|name| text.contains(name.as_str())) || line.say.is_some() {
                continue;
            }
            lines.push(Line {
                text: text.clone(),
                spoken: campaign.pronounce.spoken(line, tags::Performs::default(), false),
                voice_id: profile.voice_id.clone(),
                tone: profile.tone(),
            });
        }
    }
    lines
}

/// What is heard alike and written in two ways, in small letters and without marks.
const ALIKE: [(&str, &str); 11] = [
    ("one hundred per cent", "100%"),
    ("100 %", "100%"),
    ("four hundred and one", "400 and 1"),
    ("four hundred", "400"),
    ("twentieth", "20th"),
    ("eleven", "11"),
    ("can not", "cannot"),
    ("i am", "im"),
    ("i have", "ive"),
    ("doctor", "dr"),
    ("maurice", "morris"),
];

/// The words of a text as they are compared: small letters, without marks, written in one way.
fn words(text: &str) -> Vec<String> {
    let plain = tags::without_tags(text).to_lowercase().replace(['-', '–', '—', '…'], " ");
    let plain: String = plain.chars().filter(|c| c.is_alphanumeric() || c.is_whitespace() || *c == '%').collect();
    let mut plain = format!(" {} ", plain.split_whitespace().collect::<Vec<_>>().join(" "));
    for (one, other) in ALIKE {
        plain = plain.replace(&format!(" {one} "), &format!(" {other} "));
    }
    plain.split_whitespace().map(str::to_owned).collect()
}

/// How many words have to be changed, added or left out to make one of the other.
fn differences(said: &[String], heard: &[String]) -> usize {
    let mut row: Vec<usize> = (0..=heard.len()).collect();
    for (at, word) in said.iter().enumerate() {
        let mut before = at;
        row[0] = at + 1;
        for (place, other) in heard.iter().enumerate() {
            let changed = before + usize::from(word != other);
            before = row[place + 1];
            row[place + 1] = changed.min(before + 1).min(row[place] + 1);
        }
    }
    row[heard.len()]
}

/// What is heard in files, a line each; `Err` says why nobody listens.
fn recognise(python: &str, model: &str, files: &[std::path::PathBuf]) -> Result<Vec<String>, String> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/recognise.py");
    let output = Command::new(python).arg(script).arg(model).args(files).output().map_err(|error| error.to_string())?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).trim().to_owned());
    }
    Ok(String::from_utf8_lossy(&output.stdout).lines().map(str::to_owned).collect())
}

#[test]
fn a_recogniser_mishears_few_words_of_the_built_in_voice_and_more_of_the_older_one() {
    let named = |variable| std::env::var(variable).ok().filter(|value| !value.is_empty());
    let (Some(python), Some(model)) = (named("BABBLECAST_TEST_PYTHON"), named("BABBLECAST_TEST_WHISPER")) else {
        eprintln!("Nobody listens: BABBLECAST_TEST_PYTHON and BABBLECAST_TEST_WHISPER name no recogniser.");
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let lines = lines();
    let mut misheard = Vec::new();
    for voice in ["neural", "pico"] {
        let mut files = Vec::new();
        for (at, Line { spoken, voice_id, tone, .. }) in lines.iter().enumerate() {
            let sound = if voice == "neural" {
                neural::speak(&neural::settings_for(voice_id, *tone, 0, 1), spoken, &|| false).unwrap().sound
            } else {
                let settings = pico::settings_for(voice_id, *tone, 0, 1);
                pico::speak(&folder.path().join("voices"), &settings, spoken, &|| false).unwrap()
            };
            let file = folder.path().join(format!("{voice}{at}.wav"));
            std::fs::write(&file, encode_wav(&sound)).unwrap();
            files.push(file);
        }
        let heard = match recognise(&python, &model, &files) {
            Ok(heard) => heard,
            Err(why) => return eprintln!("Nobody listens: {why}"),
        };
        assert_eq!(heard.len(), lines.len());
        let (mut wrong, mut all) = (0, 0);
        for (Line { text, voice_id, .. }, heard) in lines.iter().zip(&heard) {
            let (said, heard) = (words(text), words(heard));
            let differences = differences(&said, &heard);
            if differences > 0 {
                eprintln!("{voice} {voice_id}: {differences} of {}: {text} / {}", said.len(), heard.join(" "));
            }
            (wrong, all) = (wrong + differences, all + said.len());
        }
        let share = 100.0 * wrong as f64 / all as f64;
        eprintln!("{voice}: {wrong} of {all} words misheard, {share:.1} %");
        misheard.push(share);
    }
    assert!(misheard[0] <= MOST_MISHEARD, "{misheard:?}");
    assert!(misheard[0] < misheard[1], "{misheard:?}");
}

#[test]
fn words_are_counted_as_they_differ() {
    let count = |said: &str, heard: &str| differences(&words(said), &words(heard));
    assert_eq!(count("A nap, or a snack?", "a nap or a snack"), 0);
    assert_eq!(count("I am Doctor Mabel, I can not lie!", "I\'m Dr. Mabel, I cannot lie."), 0);
    assert_eq!([count("a nap", "an app"), count("nap", ""), count("", "nap now")], [2, 1, 2]);
    assert_eq!(count("well-known", "well known"), 0);
}
