//! Keys and addresses: a fault in them is named and never passed over, and no key reaches a place where it can be read.

use std::path::Path;

use serde_json::json;

use crate::fake_provider::{FakeProvider, Reply, good_body};
use crate::program::{Answer, Studio};

/// One baby that says one word.
fn one_line() -> Studio {
    let studio = Studio::empty();
    let script = json!([{"type": "dialogue", "speaker": "Baby 1", "text": "Milk."}]);
    let profiles = json!({"Baby 1": {"tone": "warm", "voice_id": "baby_voice_1"}});
    let campaign = json!({"campaign_id": "first", "topic": "Milk", "script": script, "baby_profiles": profiles});
    studio.write("first.json", campaign.to_string());
    studio
}

fn with_both(studio: &Studio, fake: &FakeProvider, key: &str, arguments: &[&str]) -> Answer {
    let mut command = studio.command(arguments);
    command.env("OPENAI_API_KEY", key).env("OPENAI_BASE_URL", fake.openai_base());
    command.env("ELEVENLABS_API_KEY", key).env("ELEVENLABS_BASE_URL", fake.elevenlabs_base());
    Answer::of(command.output().unwrap())
}

const PARTS: [&str; 5] = ["generate", "first", "--yes", "--only", "portraits,voices"];

#[test]
fn a_key_or_address_that_cannot_be_used_is_named_and_no_draft_is_made_instead() {
    let good = ("OPENAI_API_KEY", "sk-test");
    for (set, named) in [
        (vec![good, ("OPENAI_BASE_URL", "http://example.com/v1")], "OPENAI_BASE_URL cannot be used"),
        (vec![good, ("OPENAI_BASE_URL", "ftp://example.com/v1")], "OPENAI_BASE_URL cannot be used"),
        (vec![good, ("OPENAI_BASE_URL", "htps:/api")], "OPENAI_BASE_URL cannot be used"),
        (vec![("OPENAI_API_KEY", "sk with space")], "OPENAI_API_KEY holds characters"),
        (vec![("ELEVENLABS_API_KEY", "sk-é")], "ELEVENLABS_API_KEY holds characters"),
        (vec![("ELEVENLABS_API_KEY", "sk\u{7f}")], "ELEVENLABS_API_KEY holds characters"),
        (vec![good, ("ELEVENLABS_API_KEY", "s k")], "ELEVENLABS_API_KEY holds characters"),
        (
            vec![("ELEVENLABS_API_KEY", "sk"), ("ELEVENLABS_BASE_URL", "http://10.0.0.1")],
            "ELEVENLABS_BASE_URL cannot be used",
        ),
        (vec![("BABBLECAST_IMAGE_BASE_URL", "no address")], "BABBLECAST_IMAGE_BASE_URL cannot be used"),
    ] {
        let studio = Studio::new();
        let run = |arguments: &[&str]| {
            let mut command = studio.command(arguments);
            Answer::of(command.envs(set.iter().copied()).output().unwrap())
        };
        run(&["generate", "first", "--yes"]).expect(4).says(named);
        run(&["plan", "first"]).expect(4).says(named);
        run(&["say", "Milk."]).expect(4).says(named);
        run(&["serve", "--addr", "127.0.0.1:0"]).expect(4).says(named);
        assert!(studio.files("output").is_empty(), "{set:?}");
        let short = named.split(" holds").next().unwrap();
        run(&["status", "first"]).expect(0).says(short);
        // A draft that is asked for is made.
        run(&["plan", "first", "--draft"]).expect(0);
        run(&["plan", "first", "--image", "sketch", "--voice", "pico"]).expect(0).says("(as chosen)");
    }
}

#[test]
fn a_short_key_damages_no_reply() {
    for key in ["x", "abc", "none", "AAAAAAAAAAAAAAAA"] {
        let (studio, fake) = (one_line(), FakeProvider::start(|_, _| Reply::Well));
        let answer = with_both(&studio, &fake, key, &PARTS).expect(0);
        assert!(answer.stdout.contains("3 of 3 made"), "{key}: {}", answer.stdout);
    }
    // The voice of a server of one's own comes as bare samples.
    let (studio, fake) = (one_line(), FakeProvider::start(|_, _| Reply::Bytes(crate::doubt::wav())));
    let sound = |key: Option<&str>| {
        let mut command = studio.command(["generate", "first", "--only", "voices"]);
        command.env("BABBLECAST_VOICE_BASE_URL", fake.elevenlabs_base());
        command.env("BABBLECAST_HOME", studio.path(key.unwrap_or("no key")));
        command.envs(key.map(|key| ("BABBLECAST_VOICE_KEY", key)));
        Answer::of(command.output().unwrap()).expect(0);
        std::fs::read(studio.path("output/first/voices/scene_001_baby_1.wav")).unwrap()
    };
    assert!(sound(None) == sound(Some("x")), "the sound was altered");
}

/// Every file below a folder that holds these bytes.
fn files_with(folder: &Path, bytes: &[u8]) -> Vec<String> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files_with(&path, bytes));
        } else if std::fs::read(&path).unwrap_or_default().windows(bytes.len()).any(|window| window == bytes) {
            found.push(path.display().to_string());
        }
    }
    found
}

#[test]
fn a_key_that_a_server_echoes_is_nowhere_however_it_is_spelled() {
    const KEY: &str = "sk-canary/31415926535897932384";
    const HOLDS: &str = "31415926535897932384";
    let forms = [KEY.to_owned(), KEY.replace('/', "\\/"), KEY.replacen('s', "\\u0073", 1)];
    for status in [200, 400, 401, 403, 404, 422, 500] {
        for form in &forms {
            let body = format!(
                r#"{{"error": {{"message": "what is {form}?", "code": "{form}", "param": "{form}"}}, "detail": "{form}"}}"#
            );
            let fake = FakeProvider::start(move |_, _| match status {
                200 => Reply::Charged(format!("garbled {body}")),
                _ => Reply::Refused { status, headers: vec![("x-request-id", KEY.to_owned())], body: body.clone() },
            });
            let studio = one_line();
            let answer = with_both(&studio, &fake, KEY, &PARTS);
            let said = format!("{}{}", answer.stdout, answer.stderr);
            assert!(!fake.asked().is_empty() && fake.asked()[0].key.contains(KEY), "{said}");
            assert!(!said.contains(HOLDS), "{status} {form}: {said}");
            // The end of the key is in no file of the home, whatever its beginning was written as.
            assert_eq!(files_with(&studio.path("home"), HOLDS.as_bytes()), Vec::<String>::new(), "{status} {form}");
        }
    }
}

#[test]
fn a_packed_a_marked_and_an_odd_reply_is_no_paid_picture_lost() {
    let fake = FakeProvider::start(|asked, number| {
        let body = good_body(asked).to_string();
        match number % 3 {
            0 => Reply::Bytes(packed(body.as_bytes())),
            1 => Reply::Charged(format!("\u{feff}{body}")),
            _ => {
                let odd = body.replace(r#""usage":{"#, r#""usage":{"odd":1e400,"#);
                Reply::Charged(odd.replacen('{', r#"{"error":null,"detail":1e400,"odd":-1e400,"#, 1))
            }
        }
    });
    let studio = Studio::new();
    let answer = with_both(&studio, &fake, "sk-test", &PARTS).expect(0);
    assert!(answer.stdout.contains("7 of 7 made"), "{}", answer.stdout);
    assert_eq!(fake.charged().len(), 5);
}

fn packed(plain: &[u8]) -> Vec<u8> {
    use std::io::Write as _;
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(plain).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn a_price_of_nothing_is_no_consent() {
    for prices in [
        "[prices.elevenlabs]\nthousand_credits = 0\n",
        "[prices.elevenlabs]\nthousand_credits = -0.0\n",
        "[prices.elevenlabs]\nthousand_credits = 1e-30\n",
        "[prices.elevenlabs.credits]\neleven_multilingual_v2 = 0\n",
    ] {
        let (studio, fake) = (one_line(), FakeProvider::start(|_, _| Reply::Well));
        let config = studio.path("config/babblecast");
        std::fs::create_dir_all(&config).unwrap();
        std::fs::write(config.join("config.toml"), format!("image = \"sketch\"\n{prices}")).unwrap();
        let parts = ["generate", "first", "--only", "portraits,voices"];
        with_both(&studio, &fake, "sk-test", &parts).expect(4).says("add --yes");
        assert!(fake.asked().is_empty(), "{prices}");
        with_both(&studio, &fake, "sk-test", &PARTS).expect(0);
        assert_eq!(fake.charged().len(), 1, "{prices}");
    }
}

#[cfg(unix)]
#[test]
fn what_runs_at_the_end_gets_no_key() {
    let studio = one_line();
    let config = studio.path("config/babblecast");
    std::fs::create_dir_all(&config).unwrap();
    let seen = studio.path("seen");
    let script = format!("on_finish = ['sh', '-c', 'env > {}']\n", seen.display());
    std::fs::write(config.join("config.toml"), script).unwrap();
    let mut command = studio.command(["generate", "first", "--draft", "--only", "portraits"]);
    for variable in
        ["OPENAI_API_KEY", "ELEVENLABS_API_KEY", "BABBLECAST_IMAGE_KEY", "BABBLECAST_VOICE_KEY", "BABBLECAST_TOKEN"]
    {
        command.env(variable, "canary-27182818284590452353");
    }
    Answer::of(command.env("HARMLESS", "yes").output().unwrap()).expect(0);
    let seen = std::fs::read_to_string(seen).unwrap();
    assert!(seen.contains("HARMLESS=yes") && !seen.contains("canary"), "{seen}");
}
