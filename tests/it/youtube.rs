//! `babblecast post youtube` against a server that cuts, forgets and refuses: the video is there once, whatever happens.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, ChildStderr, Command, Stdio};

use base64_simd::URL_SAFE_NO_PAD;
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::fake_tube::{FakeTube, Fate, form};
use crate::program::{Answer, Studio};

/// A studio with a draft, and somebody who is signed in.
fn studio(tube: &FakeTube) -> Studio {
    let studio = Studio::new();
    drop(studio.run(["generate", "first", "--draft"]).expect(0));
    std::fs::write(studio.path("client.json"), tube.client_file()).unwrap();
    sign_in(&studio, tube, |_| {}).expect(0);
    studio
}

fn command(studio: &Studio, tube: &FakeTube, arguments: &[&str]) -> Command {
    let mut command = studio.command([["post", "youtube"].as_slice(), arguments].concat());
    command.env("BABBLECAST_YOUTUBE_CLIENT", studio.path("client.json"));
    command.env("BABBLECAST_YOUTUBE_BASE_URL", tube.base());
    command
}

fn post(studio: &Studio, tube: &FakeTube, arguments: &[&str]) -> Answer {
    Answer::of(
        command(studio, tube, [["first", "--draft", "--json"].as_slice(), arguments].concat().as_slice())
            .output()
            .unwrap(),
    )
}

fn get(port: &str, target: &str) -> String {
    let mut stream = TcpStream::connect(format!("127.0.0.1:{port}")).unwrap();
    write!(stream, "GET {target} HTTP/1.1\r\nhost: x\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

/// An upload that asks somebody to sign in.
struct Asking {
    child: Child,
    told: BufReader<ChildStderr>,
    /// What the browser is asked to show.
    asked: BTreeMap<String, String>,
    /// Where the answer is waited for.
    port: String,
}

impl Asking {
    fn start(studio: &Studio, tube: &FakeTube) -> Self {
        let mut child = command(studio, tube, &["first", "--draft", "--json"])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut told = BufReader::new(child.stderr.take().unwrap());
        let address = loop {
            let mut line = String::new();
            assert!(told.read_line(&mut line).unwrap() > 0, "it ended without a question");
            if line.starts_with("http://") {
                break line.trim().to_owned();
            }
        };
        let asked = form(address.split_once('?').unwrap().1);
        let port = asked["redirect_uri"].rsplit(':').next().unwrap().to_owned();
        Self { child, told, asked, port }
    }

    /// What the browser is shown after it brought an answer, in the name of this sign-in.
    fn answer(&self, rest: &str) -> String {
        get(&self.port, &format!("/?state={}&{rest}", self.asked["state"]))
    }

    fn end(mut self) -> Answer {
        let mut stderr = String::new();
        self.told.read_to_string(&mut stderr).unwrap();
        let output = self.child.wait_with_output().unwrap();
        Answer::of(std::process::Output { stderr: stderr.into_bytes(), ..output })
    }
}

/// Uploads as somebody who agrees in the browser; `before` is told the port of the answer first.
fn sign_in(studio: &Studio, tube: &FakeTube, before: impl Fn(&str)) -> Answer {
    let asking = Asking::start(studio, tube);
    let asked = asking.asked.clone();
    assert_eq!((asked["client_id"].as_str(), asked["code_challenge_method"].as_str()), ("me.apps", "S256"));
    assert_eq!(asked["scope"], "https://www.googleapis.com/auth/youtube.upload");
    before(&asking.port);
    let shown = asking.answer("code=one%2Fcode");
    assert!(shown.contains("You are signed in"), "{shown}");
    let answer = asking.end();
    let redeemed = tube.redeemed().pop().unwrap();
    assert_eq!((redeemed["grant_type"].as_str(), redeemed["code"].as_str()), ("authorization_code", "one/code"));
    let proof = URL_SAFE_NO_PAD.encode_to_string(Sha256::digest(&redeemed["code_verifier"]));
    assert_eq!(proof, asked["code_challenge"], "whoever asked redeems");
    answer
}

#[test]
fn a_video_is_uploaded_once_says_that_it_is_made_by_ai_and_a_refusal_is_told() {
    let tube = FakeTube::start();
    let studio = studio(&tube);
    let [(words, bytes)] = &tube.uploads()[..] else { panic!("{} uploads", tube.uploads().len()) };
    assert_eq!(*bytes, std::fs::read(studio.path("output/first/first.draft.mp4")).unwrap());
    assert_eq!(
        words["status"],
        json!({"privacyStatus": "private", "containsSyntheticMedia": true, "selfDeclaredMadeForKids": false})
    );
    assert!(words["snippet"]["title"].is_string() && words["snippet"]["tags"][0] == "babypodcast", "{words}");
    let again = post(&studio, &tube, &[]).expect(0).documents().pop().unwrap();
    assert_eq!((&again["was_there"], &again["url"]), (&json!(true), &json!("https://youtu.be/video0")));
    assert_eq!(tube.uploads().len(), 1);
    let more = post(&studio, &tube, &["--again", "--privacy", "unlisted", "--title", "Two"]).expect(0);
    assert_eq!(more.documents().pop().unwrap()["video"], "video1");
    assert_eq!(tube.uploads()[1].0["status"]["privacyStatus"], "unlisted");
    assert_eq!(tube.redeemed().len(), 1, "one sign-in is enough");
    post(&studio, &tube, &["--again", "--title", "<b>"]).expect(2).says("no angle brackets");
    for (status, reason, code, told) in [
        (403, "quotaExceeded", 4, "begins anew at midnight"),
        (400, "uploadLimitExceeded", 4, "as many videos as YouTube takes in a day"),
        (401, "youtubeSignupRequired", 1, "has no YouTube channel yet"),
        (400, "invalidDescription", 1, "YouTube refused it: “Sorry”"),
    ] {
        tube.refuse(Some((status, reason)));
        post(&studio, &tube, &["--again"]).expect(code).says(told);
    }
    assert_eq!(tube.uploads().len(), 2);
    // Tokens are in one file of their owner, and in no log.
    for file in studio.files("home").iter().filter(|file| !file.contains("uploads/youtube.json")) {
        let text = std::fs::read(studio.path("home").join(file)).unwrap();
        assert!(!String::from_utf8_lossy(&text).contains("canary-"), "{file}");
    }
    Answer::of(command(&studio, &tube, &["--sign-out"]).output().unwrap()).expect(0).says("Signed out");
    assert!(!studio.path("home/uploads/youtube.json").exists());
}

#[test]
fn what_is_cut_goes_on_where_it_ended_and_is_there_once() {
    let tube = FakeTube::start();
    let studio = studio(&tube);
    for (fates, uploads) in [
        (vec![Fate::Cut(1_000), Fate::Status(503), Fate::Cut(70_000)], 2),
        (vec![Fate::Silent], 3),
        (vec![Fate::Cut(0)], 4),
    ] {
        tube.will(&fates);
        post(&studio, &tube, &["--again"]).expect(0);
        assert_eq!((tube.uploads().len(), tube.videos()), (uploads, uploads), "{fates:?}");
    }
    // Given up by the person in the middle: the next start sends the rest.
    tube.will(&[Fate::Cut(50_000), Fate::Cut(0), Fate::Cut(0), Fate::Cut(0), Fate::Cut(0), Fate::Cut(0), Fate::Cut(0)]);
    let mut child = command(&studio, &tube, &["first", "--draft", "--again"]).stderr(Stdio::piped()).spawn().unwrap();
    while tube.uploads().len() < 5 || tube.uploads()[4].1.len() < 50_000 {
        std::thread::yield_now();
    }
    child.kill().unwrap();
    child.wait().unwrap();
    tube.will(&[]);
    let ended = post(&studio, &tube, &[]).expect(0).documents().pop().unwrap();
    assert_eq!((&ended["video"], &ended["was_there"]), (&json!("video4"), &json!(false)));
    assert_eq!((tube.uploads().len(), tube.videos()), (5, 5));
    // All of it arrived, nobody was told, and YouTube has forgotten it: only a person can see whether it is there.
    tube.will(&[Fate::Silent]);
    tube.forget();
    post(&studio, &tube, &["--again"]).expect(5).says("It may be on your channel");
    post(&studio, &tube, &[]).expect(5);
    assert_eq!(tube.uploads().len(), 6, "not sent again by itself");
}

#[test]
fn answers_that_are_not_for_this_sign_in_are_passed_over_and_a_refusal_ends_it() {
    let tube = FakeTube::start();
    let studio = Studio::new();
    drop(studio.run(["generate", "first", "--draft"]).expect(0));
    let without = studio.run(["post", "youtube", "first", "--draft"]).expect(4);
    without.says("No OAuth client is set up").says("youtube_client");
    std::fs::write(studio.path("client.json"), "{\"web\": {}}").unwrap();
    Answer::of(command(&studio, &tube, &["first", "--draft"]).output().unwrap())
        .expect(4)
        .says("it is of a web client");
    std::fs::write(studio.path("client.json"), tube.client_file()).unwrap();
    for (error, sentence) in [
        ("access_denied", "The sign-in was refused in the browser."),
        ("server%1b%5B31merror", "The sign-in failed in the browser (server"),
    ] {
        let asking = Asking::start(&studio, &tube);
        let shown = asking.answer(&format!("error={error}"));
        assert!(shown.contains("Nothing was agreed to"), "{shown}");
        let answer = asking.end().expect(4).says(sentence);
        assert!(!answer.stderr.contains('\u{1b}'), "{}", answer.stderr);
    }
    assert!(tube.redeemed().is_empty() && tube.uploads().is_empty());
    sign_in(&studio, &tube, |port| {
        for target in ["/favicon.ico", "/", "/?state=other&code=stolen", "/?code=stolen"] {
            assert!(get(port, target).starts_with("HTTP/1.1 404"), "{target}");
        }
    })
    .expect(0);
    assert_eq!(tube.redeemed().len(), 1);
}
