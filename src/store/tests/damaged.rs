//! A database that is damaged in any way is rebuilt, or told of in a sentence; what was made and paid is never lost.

use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::lost_ledger::{Known, filled, known};
use super::support::*;
use crate::store::content::assets::Assets;
use crate::store::ground::error::{Result, StoreError};
use crate::store::home::layout::Home;
use crate::store::jobs::runs::NewRun;
use crate::store::journal::handle::Journal;
use crate::store::opening::rebuild_database;
use crate::store::payments::begin::Begun;
use crate::store::studio::Store;
use crate::store::upkeep::rebuild::Rebuilt;

/// What comes of a damage.
#[derive(Debug, Clone, Copy)]
enum End {
    /// The database is made again; the one that was there, if any, lies beside it.
    Rebuilt,
    /// Nothing happened to it.
    Opened,
    /// It is in a part that opening does not read; `babblecast verify` finds it, and makes the database again.
    Found,
    /// Not without the user; the sentence holds this.
    Told(&'static str),
}

type Damage = (&'static str, fn(&Path), End);

const DAMAGES: &[Damage] = &[
    ("deleted", |db| std::fs::remove_file(db).unwrap(), End::Rebuilt),
    ("emptied", |db| std::fs::write(db, "").unwrap(), End::Rebuilt),
    ("cut in half", |db| cut(db, std::fs::metadata(db).unwrap().len() / 2), End::Rebuilt),
    ("cut in its header", |db| cut(db, 50), End::Rebuilt),
    ("cut behind its first page", |db| cut(db, 4096), End::Rebuilt),
    (
        "text",
        |db| std::fs::write(db, "no database, but long enough to be looked at ".repeat(99)).unwrap(),
        End::Rebuilt,
    ),
    ("its first page zeroed", |db| write_at(db, 0, &[0; 4096]), End::Rebuilt),
    ("its second page zeroed", |db| write_at(db, 4096, &[0; 4096]), End::Found),
    ("all pages but the first zeroed", zero_the_rest, End::Rebuilt),
    ("another first letter", |db| write_at(db, 0, b"T"), End::Rebuilt),
    ("an impossible page size", |db| write_at(db, 16, &[0, 3]), End::Rebuilt),
    ("a header that forbids writing", |db| write_at(db, 18, &[3]), End::Rebuilt),
    ("a header that forbids reading", |db| write_at(db, 19, &[3]), End::Rebuilt),
    ("an older format", |db| change(db, "PRAGMA user_version = 5"), End::Rebuilt),
    ("a negative format", |db| change(db, "PRAGMA user_version = -7"), End::Rebuilt),
    ("a newer format", |db| change(db, "PRAGMA user_version = 99"), End::Told("made by a newer babblecast (format 99")),
    ("another program's", foreign, End::Rebuilt),
    ("an empty folder", |db| in_its_place(db, |db| std::fs::create_dir(db).unwrap()), End::Rebuilt),
    ("a folder with files", |db| in_its_place(db, |db| std::fs::create_dir_all(db.join("a/b")).unwrap()), End::Rebuilt),
    #[cfg(unix)]
    ("a pipe", |db| in_its_place(db, make_pipe), End::Rebuilt),
    #[cfg(unix)]
    (
        "a link to itself",
        |db| in_its_place(db, |db| std::os::unix::fs::symlink(db, db).unwrap()),
        End::Told("studio.db"),
    ),
    #[cfg(unix)]
    (
        "a link to nowhere",
        |db| in_its_place(db, |db| std::os::unix::fs::symlink("/no/such/folder/db", db).unwrap()),
        End::Told("Check the permissions of studio.db"),
    ),
    ("no table of jobs", |db| change(db, "PRAGMA foreign_keys = OFF; DROP TABLE job"), End::Rebuilt),
    ("no ledger", |db| change(db, "DROP TABLE attempt"), End::Rebuilt),
    ("an index less", |db| change(db, "DROP INDEX attempt_of_job"), End::Rebuilt),
    ("another column", |db| change(db, "ALTER TABLE attempt RENAME COLUMN est_micro TO price"), End::Rebuilt),
    ("no id of an instance", |db| change(db, "INSERT INTO instance VALUES ('nobody', 1, '', 0)"), End::Rebuilt),
    (
        "no owner of a call",
        |db| change(db, "UPDATE attempt SET state = 'sent', owner = 'x' WHERE id = 1"),
        End::Rebuilt,
    ),
    ("junk as its log", |db| beside(db, "-wal", &[7; 9000]), End::Opened),
    ("junk as its log's index", |db| beside(db, "-shm", &[7; 40_000]), End::Opened),
];

fn cut(database: &Path, bytes: u64) {
    std::fs::OpenOptions::new().write(true).open(database).unwrap().set_len(bytes).unwrap();
}

fn write_at(database: &Path, at: u64, bytes: &[u8]) {
    let mut file = std::fs::OpenOptions::new().write(true).open(database).unwrap();
    file.seek(SeekFrom::Start(at)).unwrap();
    file.write_all(bytes).unwrap();
}

fn zero_the_rest(database: &Path) {
    let bytes = std::fs::metadata(database).unwrap().len() as usize;
    write_at(database, 4096, &vec![0; bytes - 4096]);
}

fn change(database: &Path, statements: &str) {
    let connection = rusqlite::Connection::open(database).unwrap();
    connection.execute_batch(statements).unwrap();
    connection.close().unwrap();
}

fn foreign(database: &Path) {
    std::fs::remove_file(database).unwrap();
    change(database, "CREATE TABLE bookmarks (url TEXT); INSERT INTO bookmarks VALUES ('https://example.com')");
}

fn in_its_place(database: &Path, put: impl Fn(&Path)) {
    std::fs::remove_file(database).unwrap();
    put(database);
}

fn beside(database: &Path, ending: &str, bytes: &[u8]) {
    std::fs::write(database.with_file_name(format!("studio.db{ending}")), bytes).unwrap();
}

#[cfg(unix)]
fn make_pipe(path: &Path) {
    use rustix::fs::{CWD, Mode, mkfifoat};
    mkfifoat(CWD, path, Mode::from_raw_mode(0o600)).unwrap();
}

/// A closed home with a call of each end, and what it knows.
struct Template {
    folder: tempfile::TempDir,
    run: NewRun,
    known: Known,
}

impl Template {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (run, known) = with_runtime(filled(&folder.path().join("home")));
        copy(&folder.path().join("home"), &folder.path().join("kept"));
        Self { folder, run, known }
    }

    fn root(&self) -> PathBuf {
        self.folder.path().join("home")
    }

    /// As it was when it was closed.
    fn restore(&self) {
        std::fs::remove_dir_all(self.root()).unwrap();
        copy(&self.folder.path().join("kept"), &self.root());
    }

    #[track_caller]
    fn assert_is_known(&self, store: &Store, what: &str) {
        assert_eq!(with_runtime(known(store, &self.run)), self.known, "{what}");
        // What is paid is not for sale again.
        let paid = call(&self.run, &line("paid"));
        let begun = with_runtime(store.begin(paid)).unwrap();
        assert!(matches!(begun, Begun::AlreadyDone(_)), "{what}: {begun:?}");
    }
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap().map(|entry| entry.unwrap()) {
        let to = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &to);
        } else {
            std::fs::copy(entry.path(), to).unwrap();
        }
    }
}

fn with_runtime<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(work)
}

/// Opens, and waits only a moment for others.
fn open_soon(root: &Path) -> Result<(Store, Option<Rebuilt>)> {
    let home = Home::open(root)?;
    let (journal, rebuilt) = Journal::open_patiently(&home, Duration::from_millis(50))?;
    Ok((Store { assets: Assets::new(home.clone()), home, journal }, rebuilt))
}

#[test]
fn a_database_damaged_in_any_way_is_rebuilt_or_told_of_and_nothing_paid_is_lost() {
    let template = Template::new();
    let database = template.root().join("studio.db");
    for (damage, harm, end) in DAMAGES {
        template.restore();
        harm(&database);
        let opened = open_soon(&template.root());
        match (end, opened) {
            (End::Rebuilt, Ok((store, rebuilt))) => {
                let rebuilt = rebuilt.unwrap_or_else(|| panic!("{damage}: not rebuilt"));
                assert!(rebuilt.calls >= 5, "{damage}: {rebuilt}");
                template.assert_is_known(&store, damage);
            }
            (End::Opened, Ok((store, None))) => template.assert_is_known(&store, damage),
            (End::Found, Ok((store, None))) => {
                let verified = store.verify(|_, _| {}).unwrap();
                assert!(verified.database_fault.is_some(), "{damage}: not found");
                drop(store);
                let (store, _) = rebuild_database(&template.root()).unwrap();
                template.assert_is_known(&store, damage);
            }
            (End::Told(words), Err(error)) => assert!(error.to_string().contains(words), "{damage}: {error}"),
            (_, Ok((_, rebuilt))) => panic!("{damage}: {end:?}, but it opened ({rebuilt:?})"),
            (_, Err(error)) => panic!("{damage}: {end:?}, but {error}"),
        }
        // Whatever was said, the files hold everything.
        for ending in ["-wal", "-shm", ""] {
            let path = database.with_file_name(format!("studio.db{ending}"));
            let _ = std::fs::remove_file(&path).or_else(|_| std::fs::remove_dir_all(&path));
        }
        let (store, _) = Store::open(&template.root()).unwrap_or_else(|error| panic!("{damage}: {error}"));
        template.assert_is_known(&store, damage);
    }
    println!("{} damages", DAMAGES.len());
}

#[test]
fn a_database_that_another_program_keeps_busy_is_told_of_and_left_alone() {
    let template = Template::new();
    let database = template.root().join("studio.db");
    let busy = rusqlite::Connection::open(&database).unwrap();
    busy.execute_batch("BEGIN EXCLUSIVE").unwrap();
    let refused = open_soon(&template.root());
    assert!(matches!(refused, Err(StoreError::Busy)), "{:?}", refused.err());
    busy.execute_batch("ROLLBACK").unwrap();
    drop(busy);
    let (store, rebuilt) = open_soon(&template.root()).unwrap();
    assert_eq!(rebuilt, None);
    template.assert_is_known(&store, "busy");
}

/// What a flipped bit does cannot be foretold; that nothing is bought again and all can be rebuilt is promised of each.
#[test]
fn a_bit_that_flips_anywhere_costs_nothing_twice() {
    let template = Template::new();
    let database = template.root().join("studio.db");
    let bytes = std::fs::metadata(&database).unwrap().len();
    let mut rebuilt_at_once = 0;
    for flip in 0..80_u64 {
        template.restore();
        // Spread over all pages, and never the same place in two of them.
        let at = (flip * bytes / 80 + flip * 37) % bytes;
        let mut byte = [0];
        let mut file = std::fs::File::open(&database).unwrap();
        file.seek(SeekFrom::Start(at)).unwrap();
        file.read_exact(&mut byte).unwrap();
        write_at(&database, at, &[byte[0] ^ (1 << (flip % 8))]);
        match open_soon(&template.root()) {
            Ok((store, rebuilt)) => {
                rebuilt_at_once += usize::from(rebuilt.is_some());
                let begun = with_runtime(store.begin(call(&template.run, &line("paid"))));
                assert!(!matches!(begun, Ok(Begun::Go(_))), "byte {at}: it would be bought again");
            }
            Err(error) => assert!(error.to_string().contains("studio"), "byte {at}: {error}"),
        }
        let (store, _) = rebuild_database(&template.root()).unwrap_or_else(|error| panic!("byte {at}: {error}"));
        template.assert_is_known(&store, &format!("byte {at}"));
    }
    println!("{rebuilt_at_once} of 80 were seen when the database was opened");
}

#[test]
fn verify_finds_an_id_that_is_none_where_sqlite_finds_nothing_wrong() {
    let template = Template::new();
    change(&template.root().join("studio.db"), "UPDATE run SET owner = 'nobody'");
    let (store, rebuilt) = Store::open(&template.root()).unwrap();
    assert_eq!(rebuilt, None);
    let told = with_runtime(store.journal.run(template.run.run)).unwrap_err().to_string();
    assert!(told.contains("nobody") && told.contains("babblecast verify"), "{told}");
    let verified = store.verify(|_, _| {}).unwrap();
    assert!(verified.database_fault.is_some_and(|fault| fault.contains("nobody")));
    drop(store);
    let (store, _) = rebuild_database(&template.root()).unwrap();
    template.assert_is_known(&store, "rebuilt");
}

/// Nobody is handed the run of another call, or none for one.
#[test]
fn an_id_of_a_run_that_is_none_is_found_and_never_taken_for_another() {
    let template = Template::new();
    let damage = "PRAGMA foreign_keys = OFF; UPDATE attempt SET run = 'nobody' WHERE state = 'unknown'";
    change(&template.root().join("studio.db"), damage);
    match Store::open(&template.root()) {
        Ok((store, None)) => {
            let told = with_runtime(store.unknowns()).unwrap_err().to_string();
            assert!(told.contains("nobody") && told.contains("babblecast verify"), "{told}");
            let verified = store.verify(|_, _| {}).unwrap();
            assert!(verified.database_fault.is_some_and(|fault| fault.contains("nobody")));
        }
        Ok((store, Some(_))) => template.assert_is_known(&store, "rebuilt at once"),
        Err(error) => panic!("{error}"),
    }
    let (store, _) = rebuild_database(&template.root()).unwrap();
    template.assert_is_known(&store, "rebuilt");
}
