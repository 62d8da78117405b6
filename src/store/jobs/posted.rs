//! Jobs that were asked for over the network: recorded before they are begun, so that their ids, their keys against a
//! second sending and their ends outlive the program. What a job makes is the business of its run.

use rusqlite::{Connection, OptionalExtension, Row, params};
use strum::IntoEnumIterator;

use crate::domain::{CampaignId, MicroDollars};
use crate::plan::{AssetHash, Mode, Product, RunId};
use crate::store::ground::error::Result;
use crate::store::home::instance;
use crate::store::home::instance::Owner;
use crate::store::journal::columns::Sql;
use crate::store::journal::handle::Journal;
use crate::store::journal::writer::Writing;

/// A job as it was asked for. Its id is the id of its run.
#[derive(Debug, Clone, PartialEq)]
pub struct NewPosted {
    pub run: RunId,
    pub campaign: CampaignId,
    pub mode: Mode,
    /// The parts that are to be made; empty is all.
    pub products: Vec<Product>,
    /// The most that it may spend.
    pub cap: MicroDollars,
    /// Of everything that was asked for: the same again while it runs is the same job.
    pub body_hash: AssetHash,
    /// What the asker calls this request; the same again, at any time, is the same job.
    pub idempotency_key: Option<String>,
    /// Whether a restart plans it again. A new take is not, it would be one more: it goes on with its recorded job.
    pub plans_anew: bool,
}

/// A recorded job.
#[derive(Debug, Clone, PartialEq)]
pub struct Posted {
    pub run: RunId,
    pub campaign: CampaignId,
    pub mode: Mode,
    pub products: Vec<Product>,
    pub cap: MicroDollars,
    /// As in [`NewPosted`].
    pub plans_anew: bool,
    /// `None` until it has ended.
    pub ended: Option<PostedEnd>,
}

/// How a job ended: the engine's word for it, and the sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PostedEnd {
    pub outcome: String,
    pub message: String,
}

/// The answer to a [`NewPosted`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Recorded {
    New,
    /// It was asked for before: this is the job.
    Same(RunId),
    /// The key was used before, for something else.
    KeyOfAnother,
}

/// A run of any front end, as the journal knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredRun {
    pub campaign: CampaignId,
    pub mode: Mode,
    /// The engine's word; `None` while it runs, and for one whose program was killed.
    pub outcome: Option<String>,
    pub is_running: bool,
}

impl Journal {
    /// Records a job, or finds the one that this is the second sending of.
    pub(crate) async fn post(&self, new: NewPosted) -> Result<Recorded> {
        self.write(move |writing| post(writing, &new)).await
    }

    /// Records how a job ended.
    pub(crate) async fn end_posted(&self, run: RunId, end: PostedEnd) -> Result<()> {
        self.write(move |writing| {
            writing
                .connection
                .prepare_cached("UPDATE posted SET outcome = ?2, message = ?3, ended_at = ?4 WHERE run = ?1")?
                .execute(params![run, end.outcome, end.message, writing.now])?;
            Ok(())
        })
        .await
    }

    pub(crate) async fn posted(&self, run: RunId) -> Result<Option<Posted>> {
        self.read(move |connection| {
            let question = format!("SELECT {COLUMNS} FROM posted WHERE run = ?1");
            let mut query = connection.prepare_cached(&question)?;
            Ok(query.query_row([run], posted_of).optional()?)
        })
        .await
    }

    /// The jobs that have not ended and whose program is gone: from now on they are this program's, and no other one's
    /// that starts at the same time.
    pub(crate) async fn adopt_posted(&self) -> Result<Vec<Posted>> {
        self.write(|writing| {
            let question = format!("SELECT {COLUMNS}, owner FROM posted WHERE outcome IS NULL ORDER BY rowid");
            let mut query = writing.connection.prepare(&question)?;
            let open = query.query_map([], |row| Ok((posted_of(row)?, row.get::<_, Owner>(8)?)))?;
            let open = open.collect::<rusqlite::Result<Vec<_>>>()?;
            let left = open.into_iter().filter(|(_, owner)| !instance::is_alive(writing.home, *owner));
            let left: Vec<Posted> = left.map(|(posted, _)| posted).collect();
            for posted in &left {
                writing
                    .connection
                    .prepare_cached("UPDATE posted SET owner = ?2 WHERE run = ?1")?
                    .execute(params![posted.run, writing.owner])?;
            }
            Ok(left)
        })
        .await
    }

    /// A run of any front end, by its id.
    pub(crate) async fn run(&self, run: RunId) -> Result<Option<StoredRun>> {
        let home = self.home().clone();
        self.read(move |connection| {
            let mut query =
                connection.prepare_cached("SELECT campaign, mode, outcome, state, owner FROM run WHERE id = ?1")?;
            let found = query.query_row([run], |row| {
                let is_running = row.get::<_, String>(3)? == "running";
                let stored = StoredRun {
                    campaign: row.get(0).map(Sql::value)?,
                    mode: row.get(1)?,
                    outcome: row.get(2)?,
                    is_running,
                };
                Ok((stored, row.get::<_, Owner>(4)?))
            });
            Ok(found.optional()?.map(|(stored, owner)| StoredRun {
                is_running: stored.is_running && instance::is_alive(&home, owner),
                ..stored
            }))
        })
        .await
    }
}

const COLUMNS: &str = "run, campaign, mode, cap_micro, resumes, outcome, message, products";

fn posted_of(row: &Row<'_>) -> rusqlite::Result<Posted> {
    let outcome: Option<String> = row.get(5)?;
    let message = row.get::<_, Option<String>>(6)?.unwrap_or_default();
    let products: String = row.get(7)?;
    Ok(Posted {
        products: Product::iter().filter(|product| products.split(',').any(|name| name == product.name())).collect(),
        run: row.get(0)?,
        campaign: row.get(1).map(Sql::value)?,
        mode: row.get(2)?,
        cap: row.get(3).map(Sql::value)?,
        plans_anew: row.get(4)?,
        ended: outcome.map(|outcome| PostedEnd { outcome, message }),
    })
}

/// Every recorded job, to see whether each can be read.
pub(in crate::store) fn read_all(connection: &Connection) -> Result<Vec<Posted>> {
    let mut query = connection.prepare(&format!("SELECT {COLUMNS} FROM posted"))?;
    let posted = query.query_map([], posted_of)?;
    Ok(posted.collect::<rusqlite::Result<_>>()?)
}

fn post(writing: &Writing<'_>, new: &NewPosted) -> Result<Recorded> {
    writing.check_place()?;
    let same = |condition: &str, value: &dyn rusqlite::ToSql| {
        let question = format!("SELECT run, body_hash FROM posted WHERE {condition} LIMIT 1");
        let mut query = writing.connection.prepare_cached(&question)?;
        query.query_row([value], |row| Ok((row.get(0)?, row.get::<_, AssetHash>(1)?))).optional()
    };
    if let Some(key) = &new.idempotency_key {
        if let Some((run, body_hash)) = same("idempotency_key = ?1", key)? {
            let is_same = body_hash == new.body_hash;
            return Ok(if is_same { Recorded::Same(run) } else { Recorded::KeyOfAnother });
        }
    } else if let Some((run, _)) = same("body_hash = ?1 AND outcome IS NULL", &new.body_hash)? {
        return Ok(Recorded::Same(run));
    }
    writing
        .connection
        .prepare_cached(
            "INSERT INTO posted (run, campaign, mode, products, cap_micro, body_hash, idempotency_key, resumes, owner,
                                 posted_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        )?
        .execute(params![
            new.run,
            Sql(&new.campaign),
            new.mode,
            new.products.iter().map(|product| product.name()).collect::<Vec<_>>().join(","),
            Sql(new.cap),
            new.body_hash,
            new.idempotency_key,
            new.plans_anew,
            writing.owner,
            writing.now
        ])?;
    Ok(Recorded::New)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::studio::Store;

    fn new(body: &str, key: Option<&str>) -> NewPosted {
        NewPosted {
            run: RunId::random(),
            campaign: CampaignId::new("naps").unwrap(),
            mode: Mode::Draft,
            products: vec![Product::Portrait, Product::Voice],
            cap: MicroDollars::ZERO,
            body_hash: AssetHash::of(body.as_bytes()),
            idempotency_key: key.map(str::to_owned),
            plans_anew: true,
        }
    }

    fn end() -> PostedEnd {
        PostedEnd { outcome: "complete".to_owned(), message: "5 of 5 made".to_owned() }
    }

    #[tokio::test]
    async fn the_same_body_is_the_same_job_until_it_has_ended() {
        let folder = tempfile::tempdir().unwrap();
        let (store, _) = Store::open(folder.path()).unwrap();
        let (first, again, later) = (new("a", None), new("a", None), new("a", None));
        assert_eq!(store.journal.post(first.clone()).await.unwrap(), Recorded::New);
        assert_eq!(store.journal.post(again).await.unwrap(), Recorded::Same(first.run));
        assert_eq!(store.journal.post(new("b", None)).await.unwrap(), Recorded::New);
        store.journal.end_posted(first.run, end()).await.unwrap();
        let posted = store.journal.posted(first.run).await.unwrap().unwrap();
        assert_eq!((posted.ended, posted.products), (Some(end()), first.products));
        assert_eq!(store.journal.post(later).await.unwrap(), Recorded::New);
    }

    #[tokio::test]
    async fn a_key_stands_for_one_job_for_ever() {
        let folder = tempfile::tempdir().unwrap();
        let first = new("a", Some("k"));
        {
            let (store, _) = Store::open(folder.path()).unwrap();
            assert_eq!(store.journal.post(first.clone()).await.unwrap(), Recorded::New);
            store.journal.end_posted(first.run, end()).await.unwrap();
        }
        let (store, _) = Store::open(folder.path()).unwrap();
        assert_eq!(store.journal.post(new("a", Some("k"))).await.unwrap(), Recorded::Same(first.run));
        assert_eq!(store.journal.post(new("b", Some("k"))).await.unwrap(), Recorded::KeyOfAnother);
    }

    #[tokio::test]
    async fn open_jobs_of_a_program_that_is_gone_are_taken_over_once() {
        let folder = tempfile::tempdir().unwrap();
        let (open, ended) = (new("a", None), new("b", None));
        {
            let (store, _) = Store::open(folder.path()).unwrap();
            store.journal.post(open.clone()).await.unwrap();
            store.journal.post(ended.clone()).await.unwrap();
            store.journal.end_posted(ended.run, end()).await.unwrap();
            assert_eq!(store.journal.adopt_posted().await.unwrap(), [], "its program lives");
        }
        let (one, _) = Store::open(folder.path()).unwrap();
        let (two, _) = Store::open(folder.path()).unwrap();
        let adopted: Vec<RunId> = one.journal.adopt_posted().await.unwrap().iter().map(|posted| posted.run).collect();
        assert_eq!(adopted, [open.run]);
        assert_eq!(two.journal.adopt_posted().await.unwrap(), []);
    }
}
