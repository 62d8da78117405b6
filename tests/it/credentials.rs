//! Files that are signed with a certificate of the person's own: who signed and what they are made of is read back, by this
//! program and by others; a certificate that does not do is told, and keeps nothing from being made.

use std::path::PathBuf;

use babblecast::credentials::{self, Claim, Identity, Signer};
use babblecast::domain::{CampaignId, MicroDollars, Provenance, SourceType};
use babblecast::engine::{Command, Consent, Outcome, RunId, Scope};
use babblecast::plan::Mode;
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa, KeyPair,
    KeyUsagePurpose, date_time_ymd,
};
use serde_json::{Value, json};

use crate::fake_provider::{self, FakeProvider, Reply, base64};
use crate::mark_readers;
use crate::paid::settings;
use crate::program::{Answer, Studio};
use crate::support::{self, Place, two_babies};

const EPISODE: &str = "output/first/first.draft.mp4";

/// An authority that writes certificates for others.
struct Office {
    folder: tempfile::TempDir,
    authority: CertifiedIssuer<'static, KeyPair>,
}

impl Office {
    fn new() -> Self {
        let mut parameters = CertificateParams::default();
        parameters.distinguished_name.push(DnType::CommonName, "Nursery Root");
        parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        parameters.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let authority = CertifiedIssuer::self_signed(parameters, KeyPair::generate().unwrap()).unwrap();
        let office = Self { folder: tempfile::tempdir().unwrap(), authority };
        std::fs::write(office.anchors(), office.authority.pem()).unwrap();
        office
    }

    fn anchors(&self) -> PathBuf {
        self.folder.path().join("anchors.pem")
    }

    fn identity(&self, name: &str, change: impl Fn(&mut CertificateParams)) -> Identity {
        let key = KeyPair::generate().unwrap();
        let mut parameters = CertificateParams::default();
        parameters.distinguished_name.push(DnType::CommonName, name);
        parameters.distinguished_name.push(DnType::OrganizationName, name);
        parameters.use_authority_key_identifier_extension = true;
        parameters.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        parameters.extended_key_usages = vec![ExtendedKeyUsagePurpose::EmailProtection];
        change(&mut parameters);
        let file = |extension: &str| self.folder.path().join(format!("{name}.{extension}"));
        let identity = Identity { certificates: file("pem"), key: file("key"), password: None };
        std::fs::write(&identity.certificates, parameters.signed_by(&key, &self.authority).unwrap().pem()).unwrap();
        std::fs::write(&identity.key, key.serialize_pem()).unwrap();
        identity
    }
}

/// A command of somebody who signs.
fn signing(studio: &Studio, identity: &Identity, arguments: &[&str]) -> std::process::Command {
    let mut command = studio.command(arguments);
    command.env("BABBLECAST_C2PA_CERTIFICATE", &identity.certificates).env("BABBLECAST_C2PA_KEY", &identity.key);
    command
}

fn run(mut command: std::process::Command) -> Answer {
    Answer::of(command.output().unwrap())
}

fn c2pa(studio: &Studio, code: i32, file: &str) -> Value {
    studio.json(code, ["verify-mark", file])["c2pa"].clone()
}

#[test]
fn a_signed_video_says_who_signed_it_and_whose_portraits_are_in_it() {
    let (studio, office) = (Studio::new(), Office::new());
    let ada = office.identity("Ada", |_| {});
    let answer = run(signing(&studio, &ada, &["generate", "first"])).expect(0);
    assert!(!answer.stderr.contains("signed"), "nothing is wrong: {}", answer.stderr);
    let said = c2pa(&studio, 0, EPISODE);
    assert_eq!(
        (&said["checked"], &said["standing"], &said["signed_by"]),
        (&json!(true), &json!("intact"), &json!("Ada"))
    );
    assert_eq!(said["source_types"], json!(["compositeWithTrainedAlgorithmicMedia"]));
    let babies: Vec<&str> =
        said["ingredients"].as_array().unwrap().iter().map(|one| one["title"].as_str().unwrap()).collect();
    assert!(!babies.is_empty() && babies.iter().all(|title| title.starts_with("Portrait of ")), "{babies:?}");
    let anchors = office.anchors();
    let trusted = ["verify-mark", EPISODE, "--anchors", anchors.to_str().unwrap()];
    studio.run(trusted).expect(0).says("signed by Ada, for whom an anchor vouches; unchanged since");
    let no_anchors = ["verify-mark", EPISODE, "--anchors", "campaigns/first.json"];
    studio.run(no_anchors).expect(2).says("it holds no certificate in PEM form");
    for file in ["first.draft.png", "draft/portraits/baby_1.png", "draft/voices/scene_001_baby_1.wav"] {
        assert_eq!(c2pa(&studio, 0, &format!("output/first/{file}"))["signed_by"], "Ada", "{file}");
    }
    // The video plays, and its XMP says what it said.
    drop(studio.run(["lint", EPISODE]).expect(0));
    let uri = "http://cv.iptc.org/newscodes/digitalsourcetype/compositeWithTrainedAlgorithmicMedia";
    assert_eq!(mark_readers::source_type(&studio.path(EPISODE)).as_deref().unwrap_or(uri), uri);
    for file in [EPISODE, "output/first/first.draft.png"] {
        if let Some(said) = mark_readers::credentials(&studio.path(file)) {
            assert_eq!(
                (&said["valid"], &said["title"]),
                (&json!(true), &json!(file.rsplit('/').next().unwrap())),
                "{said}"
            );
        }
    }
    // What is signed is not signed again, but by somebody else.
    let written = || std::fs::read(studio.path(EPISODE)).unwrap();
    let before = written();
    drop(run(signing(&studio, &ada, &["export", "first"])).expect(0));
    drop(studio.run(["export", "first"]).expect(0));
    assert!(written() == before, "nor is a signature taken away where nobody signs");
    drop(run(signing(&studio, &office.identity("Bo", |_| {}), &["export", "first"])).expect(0));
    assert_eq!(c2pa(&studio, 0, EPISODE)["signed_by"], "Bo");
}

#[test]
fn a_signed_video_that_was_changed_does_not_count() {
    let (studio, office) = (Studio::new(), Office::new());
    drop(run(signing(&studio, &office.identity("Ada", |_| {}), &["generate", "first"])).expect(0));
    let mut bytes = std::fs::read(studio.path(EPISODE)).unwrap();
    let place = bytes.windows(4).rposition(|window| window == b"mdat").unwrap() + 2_000;
    bytes[place] ^= 1;
    std::fs::write(studio.path("changed.mp4"), &bytes).unwrap();
    assert_eq!(c2pa(&studio, 1, "changed.mp4")["standing"], "broken");
    studio.run(["verify-mark", "changed.mp4"]).expect(1).says("signed by Ada, AND IT DOES NOT COUNT:");
    // A manifest of noise is no panic.
    let manifest = bytes.windows(4).position(|window| window == b"jumb").unwrap();
    for byte in &mut bytes[manifest + 8..manifest + 400] {
        *byte = byte.wrapping_mul(31).wrapping_add(7);
    }
    std::fs::write(studio.path("noise.mp4"), &bytes).unwrap();
    assert_eq!(c2pa(&studio, 1, "noise.mp4")["standing"], "broken");
}

#[test]
fn a_certificate_that_does_not_do_is_told_and_keeps_nothing_from_being_made() {
    let (studio, office) = (Studio::new(), Office::new());
    let expired = office.identity("Ada", |it| {
        (it.not_before, it.not_after) = (date_time_ymd(2020, 1, 2), date_time_ymd(2021, 3, 4));
    });
    let sentence =
        "Files are not signed: the certificate of Ada is valid from 2020-01-02 to 2021-03-04, and not today.";
    let answer = run(signing(&studio, &expired, &["generate", "first"])).expect(1);
    assert_eq!(answer.stdout.matches(sentence).count(), 1, "{}", answer.stdout);
    assert_eq!(studio.json(0, ["verify-mark", EPISODE])["c2pa"], Value::Null);
    run(signing(&studio, &expired, &["doctor"])).says("the certificate of Ada is valid from 2020-01-02");
    drop(run(signing(&studio, &expired, &["export", "first", "--output", "elsewhere"])).expect(1).says(sentence));
    // Once there is one that does, what lies there is signed.
    let ada = office.identity("Ada", |_| {});
    run(signing(&studio, &ada, &["doctor"])).says("files are signed as Ada, until ");
    drop(run(signing(&studio, &ada, &["export", "first"])).expect(0));
    assert_eq!(c2pa(&studio, 0, EPISODE)["signed_by"], "Ada");
    // Only half of it.
    let mut half = studio.command(["doctor"]);
    half.env("BABBLECAST_C2PA_CERTIFICATE", &ada.certificates);
    run(half).says("holds no private key in PEM form");
    let mut wrong = signing(&studio, &office.identity("Bo", |_| {}), &["doctor"]);
    wrong.env("BABBLECAST_C2PA_KEY", &ada.key).env("BABBLECAST_C2PA_PASSWORD", "lullaby-7");
    let answer = run(wrong).says("is not that of the certificate of Bo");
    assert!(!answer.stdout.contains("lullaby-7") && !answer.stderr.contains("lullaby-7"));
    for file in studio.files("home") {
        let bytes = std::fs::read(studio.path(&format!("home/{file}"))).unwrap();
        assert!(!bytes.windows(9).any(|window| window == b"lullaby-7"), "{file}");
    }
}

#[test]
fn a_portrait_that_its_maker_signed_stays_as_it_came_and_is_in_the_video_with_its_credentials() {
    let office = Office::new();
    let maker = Signer::open(&office.identity("OpenAI", |_| {})).unwrap();
    let picture = office.folder.path().join("made.png");
    fake_provider::portrait(1).save(&picture).unwrap();
    let provenance = Provenance { source: SourceType::TrainedAlgorithmicMedia, systems: Vec::new() };
    let claim =
        Claim { title: "made.png".to_owned(), provenance, ingredients: Vec::new(), generator: ("GPT Image", "2.6") };
    maker.sign(&picture, &claim).unwrap();
    let signed = std::fs::read(&picture).unwrap();

    let place = Place::new();
    place.write("naps.json", &two_babies("naps"));
    let sent = signed.clone();
    let fake = FakeProvider::start(move |asked, _| {
        if !asked.is_picture() {
            return Reply::Well;
        }
        let usage = json!({"input_tokens": 100, "output_tokens": 1584});
        let data = json!([{"b64_json": base64(&sent)}]);
        Reply::Charged(json!({"created": 1, "data": data, "usage": usage}).to_string())
    });
    let mut settings = settings(&place, &fake);
    settings.identity = Some(office.identity("Ada", |_| {}));
    let mut studio = support::Studio::start(settings);
    let (run, campaign) = (RunId::random(), CampaignId::new("naps").unwrap());
    let consent = Consent::UpTo(MicroDollars(5_000_000));
    studio.send(Command::Generate { run, campaign, mode: Mode::Final, scope: Scope::default(), consent });
    let ended = studio.run_ended(run);
    assert_eq!(ended.outcome, Outcome::Complete, "{}", ended.message);
    studio.stop();
    let output = place.output().join("naps");
    assert!(std::fs::read(output.join("portraits/baby_1.png")).unwrap() == signed, "not a byte is changed");
    let found = credentials::verify(&output.join("naps.mp4"), None).unwrap().unwrap();
    assert_eq!((found.standing, found.signed_by.as_deref()), (credentials::Standing::Intact, Some("Ada")));
    let makers: Vec<_> = found.ingredients.iter().map(|one| (one.title.as_str(), one.signed_by.as_deref())).collect();
    assert_eq!(makers, [("Portrait of Baby 1", Some("OpenAI"))], "both babies have the same picture");
}
