//! Installed voices: a pack comes whole or not at all, goes on where it was cut, and takes no bytes but those that are
//! published.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use babblecast::providers::http::Downloads;
use babblecast::providers::packs::{FileState, NotInstalled, Pack, PackFile, Step, Supply, install};
use sha2::{Digest, Sha256};

use crate::program::Studio;

/// How the server answers.
#[derive(Clone, Copy, PartialEq)]
enum Manner {
    Well,
    /// It does not know parts of a file.
    WithoutParts,
    Missing,
    /// Other bytes under the same name.
    Other,
    /// The connection ends behind so many bytes of the body.
    Cut(usize),
    /// Elsewhere.
    Redirect,
}

/// A server of files on a loopback port.
struct Server {
    address: String,
    manner: Arc<Mutex<Manner>>,
    /// The bytes that were sent in all.
    sent: Arc<AtomicUsize>,
    asked_from: Arc<Mutex<Vec<usize>>>,
}

impl Server {
    fn start(content: Vec<u8>, manner: Manner) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let (manner, sent) = (Arc::new(Mutex::new(manner)), Arc::new(AtomicUsize::new(0)));
        let asked_from = Arc::new(Mutex::new(Vec::new()));
        let server = Self { address, manner: manner.clone(), sent: sent.clone(), asked_from: asked_from.clone() };
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let manner = *manner.lock().unwrap();
                let _ = answer(stream, &content, manner, &sent, &asked_from);
            }
        });
        server
    }

    fn file(&self) -> String {
        format!("{}/voice.bin", self.address)
    }

    fn sent(&self) -> usize {
        self.sent.load(Ordering::Relaxed)
    }

    fn asked_from(&self) -> Vec<usize> {
        self.asked_from.lock().unwrap().clone()
    }
}

fn answer(
    mut stream: TcpStream,
    content: &[u8],
    manner: Manner,
    sent: &AtomicUsize,
    asked_from: &Mutex<Vec<usize>>,
) -> std::io::Result<()> {
    let mut from = 0;
    let mut path = String::new();
    for line in BufReader::new(stream.try_clone()?).lines() {
        let line = line?;
        if line.is_empty() {
            break;
        }
        if let Some(asked) = line.strip_prefix("GET ") {
            asked.split(' ').next().unwrap_or_default().clone_into(&mut path);
        }
        if let Some(range) = line.to_lowercase().strip_prefix("range: bytes=") {
            from = range.trim_end_matches('-').parse().unwrap();
        }
    }
    asked_from.lock().unwrap().push(from);
    let other: Vec<u8> = content.iter().map(|byte| !byte).collect();
    let body = if manner == Manner::Other { &other } else { content };
    let head = match manner {
        Manner::Missing => "HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\nconnection: close\r\n\r\n".to_owned(),
        Manner::Redirect if path == "/voice.bin" => {
            "HTTP/1.1 302 Found\r\nlocation: /elsewhere.bin\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
                .to_owned()
        }
        Manner::Well | Manner::Cut(_) | Manner::Other | Manner::Redirect if from > 0 => format!(
            "HTTP/1.1 206 Partial Content\r\ncontent-range: bytes {from}-{}/{}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
            body.len() - 1,
            body.len(),
            body.len() - from
        ),
        _ => {
            from = 0;
            format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", body.len())
        }
    };
    stream.write_all(head.as_bytes())?;
    if head.starts_with("HTTP/1.1 404") || head.starts_with("HTTP/1.1 302") {
        return Ok(());
    }
    let end = match manner {
        Manner::Cut(behind) => (from + behind).min(body.len()),
        _ => body.len(),
    };
    stream.write_all(&body[from..end])?;
    sent.fetch_add(end - from, Ordering::Relaxed);
    Ok(())
}

fn content() -> Vec<u8> {
    (0..200_000_u32).map(|at| (at.wrapping_mul(2_654_435_761) >> 24) as u8).collect()
}

fn pack(addresses: &[&Server]) -> Pack {
    let content = content();
    let file = PackFile {
        name: "voice.bin".to_owned(),
        bytes: content.len() as u64,
        sha256: Sha256::digest(&content).iter().fold(String::new(), |text, byte| format!("{text}{byte:02x}")),
        addresses: addresses.iter().map(|server| server.file()).collect(),
    };
    Pack { name: "tiny", about: "for tests", licence: "none", files: vec![file] }
}

fn bring(pack: &Pack, voices: &Path, on_step: &mut dyn FnMut(Step<'_>) -> bool) -> Result<(), NotInstalled> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(install(pack, voices, Supply::Network(&Downloads::new().unwrap()), on_step))
}

fn whole(pack: &Pack, voices: &Path) -> bool {
    pack.files[0].looked_at(&pack.folder(voices)) == FileState::Whole
}

fn names(pack: &Pack, voices: &Path) -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(pack.folder(voices))
        .map(|folder| folder.flatten().map(|file| file.file_name().to_string_lossy().into_owned()).collect())
        .unwrap_or_default();
    names.retain(|name| name != "installing");
    names.sort();
    names
}

#[test]
fn an_install_cut_at_twenty_points_goes_on_from_each() {
    let home = tempfile::tempdir().unwrap();
    let server = Server::start(content(), Manner::Well);
    let pack = pack(&[&server]);
    let length = content().len();
    let mut from = 0;
    for cut in 1..=20 {
        // A few bytes, none at all, and larger pieces.
        let behind = [1, 4_000, 0, 9_999, 12_345][cut % 5];
        *server.manner.lock().unwrap() = Manner::Cut(behind);
        let error = bring(&pack, home.path(), &mut |_| true).unwrap_err();
        assert!(matches!(error, NotInstalled::Network { .. }), "{error}");
        assert_eq!(server.asked_from().last(), Some(&from), "cut {cut}: it goes on where it ended");
        from += behind;
        assert_eq!(names(&pack, home.path()), ["voice.bin.part"], "nothing has its name before it is whole");
        assert_eq!(std::fs::metadata(pack.folder(home.path()).join("voice.bin.part")).unwrap().len(), from as u64);
    }
    *server.manner.lock().unwrap() = Manner::Well;
    bring(&pack, home.path(), &mut |_| true).unwrap();
    assert!(whole(&pack, home.path()));
    assert_eq!(server.sent(), length, "no byte came twice");
    assert_eq!(names(&pack, home.path()), ["voice.bin"]);
    bring(&pack, home.path(), &mut |_| true).unwrap();
    assert_eq!(server.sent(), length, "what is there is not fetched");
}

#[test]
fn an_install_that_is_stopped_keeps_what_came() {
    let home = tempfile::tempdir().unwrap();
    let server = Server::start(content(), Manner::Well);
    let pack = pack(&[&server]);
    let mut seen = 0;
    let stopped = bring(&pack, home.path(), &mut |step| {
        assert_eq!((step.file, step.of), ("voice.bin", content().len() as u64));
        seen = step.bytes;
        false
    });
    assert!(matches!(stopped, Err(NotInstalled::Stopped)));
    bring(&pack, home.path(), &mut |_| true).unwrap();
    assert_eq!(server.asked_from()[1], seen as usize);
    assert!(whole(&pack, home.path()));
}

#[test]
fn the_second_address_is_used_where_the_first_has_nothing_or_other_bytes() {
    for (manner, reason) in [(Manner::Missing, "404"), (Manner::Other, "other bytes"), (Manner::Cut(70_000), "")] {
        let home = tempfile::tempdir().unwrap();
        let (first, second) = (Server::start(content(), manner), Server::start(content(), Manner::Redirect));
        let both = pack(&[&first, &second]);
        bring(&both, home.path(), &mut |_| true).unwrap();
        assert!(whole(&both, home.path()));
        let alone = pack(&[&first]);
        let other = tempfile::tempdir().unwrap();
        let error = bring(&alone, other.path(), &mut |_| true).unwrap_err().to_string();
        assert!(error.contains(reason) && error.contains("--from"), "{error}");
    }
}

#[test]
fn one_changed_byte_is_never_used() {
    let home = tempfile::tempdir().unwrap();
    let server = Server::start(content(), Manner::Other);
    let pack = pack(&[&server]);
    bring(&pack, home.path(), &mut |_| true).unwrap_err();
    assert_eq!(names(&pack, home.path()), ["voice.bin.bad"], "set aside");
    *server.manner.lock().unwrap() = Manner::Well;
    bring(&pack, home.path(), &mut |_| true).unwrap();
    assert_eq!(names(&pack, home.path()), ["voice.bin"]);

    // Damaged later, of the same length: seen by looking, and fixed.
    let path = pack.folder(home.path()).join("voice.bin");
    let mut bytes = content();
    bytes[100] ^= 1;
    std::fs::write(&path, bytes).unwrap();
    assert_eq!(pack.files[0].at_a_glance(&pack.folder(home.path())), FileState::Whole);
    assert_eq!(pack.files[0].looked_at(&pack.folder(home.path())), FileState::Damaged);
    assert!(pack.files[0].read(&pack.folder(home.path())).unwrap_err().contains("is damaged"));
    bring(&pack, home.path(), &mut |_| true).unwrap();
    assert!(whole(&pack, home.path()));
}

#[test]
fn what_was_begun_of_another_file_is_begun_anew() {
    for manner in [Manner::Well, Manner::WithoutParts] {
        let home = tempfile::tempdir().unwrap();
        let server = Server::start(content(), manner);
        let pack = pack(&[&server]);
        let folder = pack.folder(home.path());
        std::fs::create_dir_all(&folder).unwrap();
        for begun in [vec![7; 50_000], vec![7; 300_000], vec![7; 200_000]] {
            std::fs::write(folder.join("voice.bin.part"), begun).unwrap();
            bring(&pack, home.path(), &mut |_| true).unwrap();
            assert!(whole(&pack, home.path()));
            std::fs::remove_file(folder.join("voice.bin")).unwrap();
        }
    }
}

#[test]
fn a_machine_without_network_takes_the_same_files() {
    let home = tempfile::tempdir().unwrap();
    let pack = pack(&[]);
    let take = |paths: &[PathBuf]| {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(install(&pack, home.path(), Supply::Files(paths), &mut |_| true))
    };
    let from = tempfile::tempdir().unwrap();
    let folder = [from.path().to_owned()];
    assert!(matches!(take(&folder), Err(NotInstalled::NotThere { .. })));
    std::fs::write(from.path().join("voice.bin"), [content(), vec![0]].concat()).unwrap();
    assert!(matches!(take(&folder), Err(NotInstalled::Other { .. })));
    assert!(!whole(&pack, home.path()));
    std::fs::write(from.path().join("voice.bin"), content()).unwrap();
    take(&folder).unwrap();
    assert!(whole(&pack, home.path()));
    assert!(pack.remove(home.path()).unwrap() > 0);
    assert!(!pack.folder(home.path()).exists());

    // One file by any name.
    let renamed = from.path().join("download (1)");
    std::fs::rename(from.path().join("voice.bin"), &renamed).unwrap();
    take(&[renamed]).unwrap();
    assert!(whole(&pack, home.path()));
}

#[test]
fn size_and_licence_are_said_before_anything_is_fetched() {
    let studio = Studio::empty();
    let told = studio.run(["voices", "installed"]).expect(0);
    assert!(told.stdout.contains("kokoro: not installed") && told.stdout.contains("Apache"), "{}", told.stdout);
    let refused = studio.run(["voices", "install", "kokoro"]).expect(4);
    for words in ["107 MB to fetch", "Apache License 2.0", "Add --yes"] {
        assert!(refused.stderr.contains(words), "{words}: {}", refused.stderr);
    }
    assert!(!studio.path("home/voices/kokoro").exists());
    studio.run(["voices", "install", "kitten"]).expect(2).says("There is no voice kitten to install: kokoro");
    studio.run(["voices", "verify"]).expect(0).says("kokoro: not installed");
    studio.run(["voices", "remove", "kokoro"]).expect(0).says("kokoro is not installed");
    let from = studio.path("files");
    std::fs::create_dir_all(&from).unwrap();
    std::fs::write(from.join("af_heart.bin"), b"<html>quota exceeded</html>").unwrap();
    let wrong = studio.run(["voices", "install", "kokoro", "--from", from.to_str().unwrap()]).expect(2);
    assert!(wrong.stderr.contains("af_heart.bin is not af_heart.bin as it is published"), "{}", wrong.stderr);
    let packs = studio.json(0, ["voices", "installed"]);
    let file = &packs["packs"][0]["files"][0];
    assert_eq!((file["bytes"].as_u64(), file["addresses"].as_array().map(Vec::len)), (Some(92_361_271), Some(2)));
}

#[test]
fn a_voice_that_is_not_installed_is_told_with_what_to_do() {
    let studio = Studio::new();
    let failed = studio.run(["generate", "first", "--draft", "--only", "voices", "--voice", "kokoro"]);
    let told = format!("{}{}", failed.stdout, failed.stderr);
    assert!(told.contains("babblecast voices install kokoro"), "{told}");
}
