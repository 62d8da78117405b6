//! The end of a job cannot be written down: it is told all the same, and the job does not wait for itself.

use babblecast::engine::Outcome;
use serde_json::json;

use crate::support::{Place, two_babies};

/// A database that lets no job end as failed, until this is dropped.
struct NoEnds(rusqlite::Connection);

impl NoEnds {
    fn of(place: &Place) -> Self {
        let database = rusqlite::Connection::open(place.home().join("studio.db")).unwrap();
        let refuse = "CREATE TRIGGER no_ends BEFORE UPDATE ON job WHEN new.state = 'failed'
             BEGIN SELECT raise(ABORT, 'the disk failed'); END";
        database.execute_batch(refuse).unwrap();
        Self(database)
    }

    fn state(&self) -> String {
        self.0.query_row("SELECT state FROM job WHERE kind = 'own_voice'", [], |row| row.get(0)).unwrap()
    }
}

impl Drop for NoEnds {
    fn drop(&mut self) {
        self.0.execute_batch("DROP TRIGGER no_ends").unwrap();
    }
}

#[test]
fn a_job_whose_end_could_not_be_recorded_is_made_again_when_it_is_asked_for_again() {
    let place = Place::new();
    let mut campaign = two_babies("ends");
    campaign["script"][0]["audio"] = json!("voice.wav");
    std::fs::write(place.campaigns().join("voice.wav"), "no sound").unwrap();
    place.write("ends.json", &campaign);
    let mut studio = place.engine();
    let no_ends = NoEnds::of(&place);
    for _ in ["first", "again"] {
        let ended = studio.generate("ends");
        assert_eq!((ended.outcome, ended.failed), (Outcome::Partial, 1), "{}", ended.message);
        assert_eq!(no_ends.state(), "leased", "its end was recorded after all");
    }
    drop(no_ends);
    let ended = studio.generate("ends");
    assert_eq!((ended.outcome, ended.failed), (Outcome::Partial, 1), "{}", ended.message);
    studio.stop();
    let database = rusqlite::Connection::open(place.home().join("studio.db")).unwrap();
    let leased: u32 =
        database.query_row("SELECT count(*) FROM job WHERE state = 'leased'", [], |row| row.get(0)).unwrap();
    assert_eq!(leased, 0);
}
