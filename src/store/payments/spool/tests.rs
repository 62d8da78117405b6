//! What the room for a reply promises.

use super::*;

fn header() -> CallHeader {
    let request = serde_json::json!({"kind": "voice"});
    CallHeader {
        version: CallHeader::VERSION,
        token: Token(Uuid::new_v4()),
        key: JobKey::of(canonical_json(&request).as_bytes()),
        run: RunId::random(),
        campaign: CampaignId::new("one").unwrap(),
        provider: ProviderId::OpenAi,
        request,
        estimate: MicroDollars(50_000),
        sent_at: 7,
        owner: Uuid::new_v4(),
    }
}

fn home() -> (tempfile::TempDir, Home) {
    let folder = tempfile::tempdir().unwrap();
    let home = Home::open(folder.path()).unwrap();
    (folder, home)
}

#[test]
fn a_disk_that_would_be_left_with_too_little_room_is_full() {
    let (_folder, home) = home();
    let full = SpoolFile::reserve(&home, header(), 1024, u64::MAX);
    assert!(matches!(full, Err(StoreError::DiskFull { .. })), "{full:?}");
    assert!(list(&home.spool()).unwrap().is_empty());
}

#[test]
fn what_was_asked_and_answered_reads_back_from_the_file_alone() {
    let (_folder, home) = home();
    let header = header();
    let mut spool = SpoolFile::reserve(&home, header.clone(), 1024, 0).unwrap();
    spool.keep();
    assert!(spool.read().is_err(), "half a reply was taken for a whole one");
    spool.write_all(b"raw\nreply").unwrap();
    spool.complete(&"head").unwrap();
    let path = spool.path().to_owned();
    drop(spool);
    let again = SpoolFile::reopen(&home, &path).unwrap();
    assert_eq!(**again.header(), header);
    assert_eq!(again.read().unwrap(), Received { head: "head".into(), body: b"raw\nreply".to_vec() });
}

#[test]
fn an_unknown_outcome_keeps_its_reason_however_long_and_its_reply_where_asked() {
    let (_folder, home) = home();
    for keep in [true, false] {
        let mut spool = SpoolFile::reserve(&home, header(), 1024 * 1024, 0).unwrap();
        spool.write_all(b"half a rep").unwrap();
        spool.park(&Note { why: "ü".repeat(100_000), http_status: Some(500), at: 7 }, keep).unwrap();
        let bytes = std::fs::read(spool.path()).unwrap();
        assert!(bytes.len() < 32 * 1024, "the room was not freed");
        assert_eq!(bytes.ends_with(b"\nhalf a rep"), keep);
        let again = SpoolFile::reopen(&home, spool.path()).unwrap();
        assert!(again.note().unwrap().why.starts_with("üü"));
    }
}

#[test]
fn a_head_that_is_too_long_is_refused_and_can_be_parked() {
    let (_folder, home) = home();
    let mut spool = SpoolFile::reserve(&home, header(), 1024, 0).unwrap();
    assert!(spool.complete(&"x".repeat(ANSWER_LINE)).is_err());
    spool.park(&Note { why: "its head is too long".to_owned(), http_status: None, at: 7 }, true).unwrap();
}

#[test]
fn a_disk_that_fails_once_is_asked_once_more_and_a_refusal_is_not() {
    let (_folder, home) = home();
    let mut spool = SpoolFile::reserve(&home, header(), 1024, 0).unwrap();
    let path = spool.path().to_owned();
    let tries = std::cell::Cell::new(0);
    let mut try_with = |failure: &dyn Fn() -> StoreError, failing: u32| {
        tries.set(0);
        let tried = spool.once_more(|_| {
            tries.set(tries.get() + 1);
            if tries.get() <= failing { Err(failure()) } else { Ok(()) }
        });
        (tried.is_ok(), tries.get())
    };
    let disk = |code| StoreError::file("written", &path, io::Error::from_raw_os_error(code));
    assert_eq!(try_with(&|| disk(5), 1), (true, 2), "EIO");
    assert_eq!(try_with(&|| disk(5), 2), (false, 2), "EIO twice");
    assert_eq!(try_with(&|| disk(24), 4), (true, 5), "EMFILE is over when others close theirs");
    assert_eq!(try_with(&|| StoreError::Panicked, 1), (false, 1));
}

/// As when its own program renames it between two looks.
#[test]
fn a_file_that_is_gone_is_missing_and_no_failure_of_the_disk() {
    let (_folder, home) = home();
    let path = Stage::Part.path(&home.spool(), Token(Uuid::new_v4()));
    assert!(matches!(open_again(&path), Err(StoreError::Missing { .. })));
    assert!(SpoolFile::find(&home, &path).unwrap().is_none());
}

#[test]
fn room_that_no_call_was_recorded_for_goes_away_and_a_record_stays() {
    let (_folder, home) = home();
    drop(SpoolFile::reserve(&home, header(), 1024, 0).unwrap());
    assert!(list(&home.spool()).unwrap().is_empty());
    let mut spool = SpoolFile::reserve(&home, header(), 1024, 0).unwrap();
    spool.keep();
    drop(spool);
    assert_eq!(list(&home.spool()).unwrap().len(), 1);
}
