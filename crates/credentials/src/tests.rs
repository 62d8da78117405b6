//! Certificates as people have them, and files that are signed with them.

use std::path::{Path, PathBuf};

use domain::SourceType;
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa,
    KeyPair, KeyUsagePurpose, date_time_ymd,
};

use super::*;

/// An authority, and what it writes for others.
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
        Self { folder: tempfile::tempdir().unwrap(), authority }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A certificate for Ada, changed, as files.
    fn identity(&self, change: impl Fn(&mut CertificateParams)) -> Identity {
        self.identity_of(&KeyPair::generate().unwrap(), change)
    }

    fn identity_of(&self, key: &KeyPair, change: impl Fn(&mut CertificateParams)) -> Identity {
        let mut parameters = CertificateParams::default();
        parameters.distinguished_name.push(DnType::CommonName, "Ada Example");
        parameters.distinguished_name.push(DnType::OrganizationName, "Nap Studio");
        parameters.use_authority_key_identifier_extension = true;
        parameters.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        parameters.extended_key_usages = vec![ExtendedKeyUsagePurpose::EmailProtection];
        change(&mut parameters);
        let certificate = parameters.signed_by(key, &self.authority).unwrap();
        let identity = Identity { certificates: self.path("ada.pem"), key: self.path("ada.key"), password: None };
        std::fs::write(&identity.certificates, certificate.pem()).unwrap();
        std::fs::write(&identity.key, key.serialize_pem()).unwrap();
        identity
    }

    fn picture(&self, name: &str) -> PathBuf {
        let path = self.path(name);
        image::RgbImage::from_fn(64, 48, |x, y| image::Rgb([x as u8 * 3, y as u8 * 5, 90])).save(&path).unwrap();
        path
    }
}

const ADA: &str = "Ada Example (Nap Studio)";

fn usual(_: &mut CertificateParams) {}

fn claim(ingredients: Vec<Ingredient>) -> Claim {
    let source = SourceType::CompositeWithTrainedAlgorithmicMedia;
    let provenance = domain::Provenance { source, systems: vec!["neural hibari".to_owned()] };
    Claim { title: "Nap or snack?".to_owned(), provenance, ingredients, generator: ("babblecast", "0.1.0") }
}

fn why(identity: &Identity) -> String {
    Signer::open(identity).map_or_else(|error| error.to_string(), |signer| format!("{signer:?} signs"))
}

#[test]
fn a_signed_picture_says_who_signed_it_and_what_it_was_made_of() {
    let office = Office::new();
    let signer = Signer::open(&office.identity(usual)).unwrap();
    assert_eq!(signer.holder(), ADA);
    assert_eq!(signer.fingerprint().len(), 64);
    let (portrait, poster) = (office.picture("portrait.png"), office.picture("poster.png"));
    signer.sign(&portrait, &claim(Vec::new())).unwrap();
    let own = office.picture("own.png");
    let of = |title: &str, path: &Path| Ingredient { title: title.to_owned(), path: path.to_owned() };
    signer.sign(&poster, &claim(vec![of("Portrait of Ada", &portrait), of("own.png", &own)])).unwrap();

    let found = verify(&poster, None).unwrap().unwrap();
    assert_eq!(found.standing, Standing::Intact, "{:?}", found.problems);
    assert_eq!(found.signed_by.as_deref(), Some(ADA));
    let named: Vec<_> = found.ingredients.iter().map(|one| (one.title.as_str(), one.signed_by.as_deref())).collect();
    assert_eq!(named, [("Portrait of Ada", Some(ADA)), ("own.png", None)]);
    let trusted = verify(&poster, Some(&office.authority.pem())).unwrap().unwrap();
    assert_eq!(trusted.standing, Standing::Trusted, "{:?}", trusted.problems);
    let other = verify(&poster, Some(&Office::new().authority.pem())).unwrap().unwrap();
    assert_eq!(other.standing, Standing::Intact);

    assert_eq!(image::open(&poster).unwrap().to_rgb8(), image::open(&own).unwrap().to_rgb8(), "the picture stays");
    assert_eq!(verify(&own, None).unwrap(), None);
    let left: Vec<_> =
        std::fs::read_dir(office.folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left.len(), 5, "nothing else is left: {left:?}");
}

/// What a reader by others says of a file: `credentials.mjs` of the folder that `.ci/mark-readers` makes.
fn by_others(path: &Path) -> Option<serde_json::Value> {
    let Some(folder) = std::env::var_os("BABBLECAST_MARK_READERS") else {
        println!("no reader by others is installed: not asked");
        return None;
    };
    let script = Path::new(&folder).join("credentials.mjs");
    let answer = std::process::Command::new("node").arg(script).arg(path).output().unwrap();
    assert!(answer.status.success(), "{}", String::from_utf8_lossy(&answer.stderr));
    Some(serde_json::from_slice(&answer.stdout).unwrap())
}

#[test]
fn another_reader_agrees_on_what_is_right_and_what_was_changed() {
    let office = Office::new();
    let signer = Signer::open(&office.identity(usual)).unwrap();
    for name in ["a.png", "a.mp4"] {
        let path = office.picture("a.png").with_file_name(name);
        if name == "a.mp4" {
            let video =
                concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/fixtures/real-files/media/same_picture_sdr.mp4");
            std::fs::copy(video, &path).unwrap();
        }
        signer.sign(&path, &claim(Vec::new())).unwrap();
        assert_eq!(verify(&path, None).unwrap().unwrap().standing, Standing::Intact);
        let Some(said) = by_others(&path) else { return };
        assert_eq!(said["valid"], true, "{name}: {said}");
        assert_eq!(said["title"], "Nap or snack?");
        let mut bytes = std::fs::read(&path).unwrap();
        let end = bytes.len();
        bytes[end - 1] ^= 1;
        std::fs::write(&path, &bytes).unwrap();
        assert_eq!(by_others(&path).unwrap()["valid"], false, "{name}");
        assert_eq!(verify(&path, None).unwrap().unwrap().standing, Standing::Broken, "{name}");
    }
}

#[test]
fn a_changed_file_is_told() {
    let office = Office::new();
    let signer = Signer::open(&office.identity(usual)).unwrap();
    let picture = office.picture("a.png");
    signer.sign(&picture, &claim(Vec::new())).unwrap();
    let mut bytes = std::fs::read(&picture).unwrap();
    let end = bytes.len();
    // In the checksum of the last chunk.
    bytes[end - 1] ^= 1;
    std::fs::write(&picture, &bytes).unwrap();
    let found = verify(&picture, Some(&office.authority.pem())).unwrap().unwrap();
    assert_eq!(found.standing, Standing::Broken);
    assert!(!found.problems.is_empty());
}

#[test]
fn every_algorithm_of_the_specification_signs() {
    let office = Office::new();
    for (name, algorithm) in [
        ("P-256", &rcgen::PKCS_ECDSA_P256_SHA256),
        ("P-384", &rcgen::PKCS_ECDSA_P384_SHA384),
        ("Ed25519", &rcgen::PKCS_ED25519),
    ] {
        let identity = office.identity_of(&KeyPair::generate_for(algorithm).unwrap(), usual);
        let signer = Signer::open(&identity).unwrap_or_else(|error| panic!("{name}: {error}"));
        let picture = office.picture("a.png");
        signer.sign(&picture, &claim(Vec::new())).unwrap();
        let found = verify(&picture, Some(&office.authority.pem())).unwrap().unwrap();
        assert_eq!(
            (found.standing, found.signed_by.as_deref()),
            (Standing::Trusted, Some(ADA)),
            "{name}: {:?}",
            found.problems
        );
    }
}

#[test]
fn a_certificate_that_does_not_count_is_refused_in_words() {
    let office = Office::new();
    let expired =
        office.identity(|it| (it.not_before, it.not_after) = (date_time_ymd(2020, 1, 2), date_time_ymd(2021, 3, 4)));
    assert_eq!(
        why(&expired),
        "the certificate of Ada Example (Nap Studio) is valid from 2020-01-02 to 2021-03-04, and not today"
    );
    let early =
        office.identity(|it| (it.not_before, it.not_after) = (date_time_ymd(2920, 1, 2), date_time_ymd(2921, 3, 4)));
    assert!(why(&early).contains("from 2920-01-02"), "{}", why(&early));
    let unfit = |change: &dyn Fn(&mut CertificateParams)| {
        let why = why(&office.identity(change));
        why.split_once(" cannot sign content: ").map_or(why.clone(), |(_, reason)| reason.to_owned())
    };
    for usage in [ExtendedKeyUsagePurpose::Any, ExtendedKeyUsagePurpose::ServerAuth] {
        assert!(
            unfit(&|it| it.extended_key_usages = vec![usage.clone()])
                .starts_with("its extended key usage names neither")
        );
    }
    assert!(unfit(&|it| it.extended_key_usages.clear()).starts_with("its extended key usage names neither"));
    assert_eq!(unfit(&|it| it.distinguished_name = DistinguishedName::new()), "it names no organisation (O=)");
    let authority = BasicConstraints::Unconstrained;
    assert_eq!(unfit(&|it| it.is_ca = IsCa::Ca(authority)), "it is that of an authority, which vouches for others");
    // What only the trial finds.
    assert!(!unfit(&|it| it.key_usages.clear()).contains("signs"));
    assert!(!unfit(&|it| it.use_authority_key_identifier_extension = false).contains("signs"));
}

#[test]
fn a_key_that_is_missing_closed_or_anothers_is_told_apart() {
    let office = Office::new();
    let identity = office.identity(usual);
    let key = std::fs::read_to_string(&identity.key).unwrap();
    let with_key = |text: &str| {
        std::fs::write(&identity.key, text).unwrap();
        why(&identity).replace(&identity.key.display().to_string(), "KEY")
    };
    assert_eq!(with_key(""), "KEY holds no private key in PEM form (-----BEGIN PRIVATE KEY-----)");
    assert_eq!(
        with_key(&std::fs::read_to_string(&identity.certificates).unwrap()),
        with_key("-----BEGIN PRIVATE KEY-----\n")
    );
    let older = "-----BEGIN EC PRIVATE KEY-----\nAAAA\n-----END EC PRIVATE KEY-----\n";
    assert!(
        with_key(older).starts_with("KEY holds a key in an older form; `openssl pkcs8 -topk8 "),
        "{}",
        with_key(older)
    );
    assert_eq!(
        with_key(&KeyPair::generate().unwrap().serialize_pem()),
        "the key in KEY is not that of the certificate of Ada Example (Nap Studio)"
    );
    assert_eq!(
        with_key(&KeyPair::generate_for(&rcgen::PKCS_ED25519).unwrap().serialize_pem()),
        with_key(&KeyPair::generate().unwrap().serialize_pem())
    );
    assert!(with_key(&key).ends_with(" signs"));
    std::fs::remove_file(&identity.key).unwrap();
    assert!(why(&identity).contains("cannot be read"), "{}", why(&identity));
    let nothing = Identity { certificates: office.picture("a.png"), ..office.identity(usual) };
    assert!(why(&nothing).contains("holds no certificate in PEM form"), "{}", why(&nothing));
}

#[test]
fn a_password_opens_a_key_and_no_other_does() {
    use pkcs8::der::pem::LineEnding;
    use pkcs8::{PrivateKeyInfo, der::Decode};

    let office = Office::new();
    let mut identity = office.identity(usual);
    let der = KeyPair::from_pem(&std::fs::read_to_string(&identity.key).unwrap()).unwrap().serialize_der();
    // Few rounds, since a debug build takes its time over them.
    let parameters = pkcs8::pkcs5::pbes2::Parameters::pbkdf2_sha256_aes256cbc(1_000, b"saltsalt", &[7; 16]).unwrap();
    let closed = PrivateKeyInfo::from_der(&der).unwrap().encrypt_with_params(parameters, "lullaby").unwrap();
    std::fs::write(&identity.key, closed.to_pem("ENCRYPTED PRIVATE KEY", LineEnding::LF).unwrap().as_bytes()).unwrap();
    assert!(why(&identity).ends_with("has a password, and none is given"), "{}", why(&identity));
    identity.password = Some("wrong".into());
    assert!(why(&identity).contains("the password does not open the key"), "{}", why(&identity));
    identity.password = Some("lullaby".into());
    let signer = Signer::open(&identity).unwrap();
    signer.sign(&office.picture("a.png"), &claim(Vec::new())).unwrap();
}

#[test]
fn what_cannot_be_signed_stays_as_it_is() {
    let office = Office::new();
    let signer = Signer::open(&office.identity(usual)).unwrap();
    let (text, cut) = (office.path("a.srt"), office.picture("cut.png"));
    std::fs::write(&text, "1\n00:00:00,000 --> 00:00:01,000\nHello.\n").unwrap();
    let bytes = std::fs::read(&cut).unwrap();
    std::fs::write(&cut, &bytes[..40]).unwrap();
    for path in [&text, &cut, &office.path("absent.png")] {
        let before = std::fs::read(path).ok();
        let refused = signer.sign(path, &claim(Vec::new()));
        assert!(matches!(refused, Err(CredentialError::Unsigned(_))), "{refused:?}");
        assert_eq!(std::fs::read(path).ok(), before);
    }
}
