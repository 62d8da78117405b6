//! The database is deleted, and the disk fails, under the real program: nothing is bought twice, and nothing that was
//! received is thrown away.

use std::fs::File;
use std::path::PathBuf;
use std::process::Stdio;

use babblecast::domain::MicroDollars;
use babblecast::engine::{Consent, Outcome};

use crate::fake_provider::{FakeProvider, Reply};
use crate::outside::{World, wait_until};
use crate::program::Answer;
use crate::support::{Place, two_babies};

#[test]
fn a_database_deleted_under_a_living_program_makes_nobody_buy_twice() {
    let world = World::new();
    let lines: Vec<String> = (0..12).map(|line| format!("Deleted, line {line}.")).collect();
    world.write(&lines);
    world.outside.hold();
    let words = world.studio.path("words");
    let mut first = world.generate().stderr(Stdio::from(File::create(&words).unwrap())).spawn().unwrap();
    wait_until("a call is in flight", || !world.outside.charges().is_empty());
    for ending in ["", "-wal", "-shm"] {
        let _ = std::fs::remove_file(world.home().join(format!("studio.db{ending}")));
    }
    let second =
        Answer::of(world.command(["generate", "many", "--yes", "--only", "portraits,voices"]).output().unwrap());
    assert_ne!(second.code, 0);
    second.says("another babblecast has this studio open");
    world.outside.let_go();
    let ended = first.wait().unwrap();
    let said = std::fs::read_to_string(&words).unwrap();
    assert!(ended.code().is_some_and(|code| code != 0 && code != 101), "{ended}: {said}");
    assert!(said.contains("deleted, moved or replaced"), "{said}");
    // What it had called before is kept, and the next one begins with it.
    let in_flight = world.outside.charges().len();
    let third =
        Answer::of(world.command(["generate", "many", "--yes", "--only", "portraits,voices"]).output().unwrap());
    third.expect(0).says("rebuilt from the stored files");
    assert_eq!(world.outside.charged(13), 13);
    world.check();
    let states: Vec<String> = world.attempts().into_iter().map(|known| known.state).collect();
    assert_eq!(states, vec!["paid"; 13]);
    println!("{in_flight} of 13 calls were in flight");
}

/// A folder stands where each reply would get its final name, as a disk would fail that takes no more names.
#[test]
fn a_reply_that_came_in_full_is_kept_when_the_disk_fails_at_its_end() {
    let place = Place::new();
    place.write("naps.json", &two_babies("naps"));
    let spool = place.home().join("spool");
    let fake = FakeProvider::start(move |_, _| {
        let parts = std::fs::read_dir(&spool).unwrap().map(|entry| entry.unwrap().path());
        for part in parts.filter(|path| path.extension().is_some_and(|ending| ending == "part")) {
            std::fs::create_dir_all(part.with_extension("resp").join("in the way")).unwrap();
        }
        Reply::Well
    });
    let mut settings = place.settings();
    settings.providers.elevenlabs.key = Some("sk-test".into());
    settings.providers.elevenlabs.base_url = Some(fake.elevenlabs_base());
    let mut studio = crate::support::Studio::start(settings);
    let ended = studio.generate_final("naps", Consent::UpTo(MicroDollars(10_000_000)));
    assert_ne!(ended.outcome, Outcome::Complete);
    studio.stop();
    let calls = fake.charged().len();
    assert!(calls > 0);
    let kept: Vec<PathBuf> = std::fs::read_dir(place.home().join("quarantine"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "unknown"))
        .collect();
    assert_eq!(kept.len(), calls, "replies were thrown away");
    for reply in kept {
        let bytes = std::fs::read(reply).unwrap();
        assert!(bytes.windows(14).any(|found| found == b"\"audio_base64\""), "the reply is cut off");
    }
}
