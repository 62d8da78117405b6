//! What other programs on this home are making, and how one program asks another to stop something of it: a row for the
//! one that is to obey, told like every other change, and removed by it.

use std::collections::BTreeSet;

use rusqlite::{Connection, params};
use serde_json::json;

use crate::domain::CampaignId;
use crate::plan::{JobKey, Mode, RunId};
use crate::store::ground::error::{Result, StoreError};
use crate::store::home::instance;
use crate::store::home::instance::Owner;
use crate::store::home::layout::Home;
use crate::store::journal::columns::Sql;
use crate::store::journal::events::EventKind;
use crate::store::journal::handle::Journal;
use crate::store::journal::writer::Writing;

/// A run that another living program makes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunElsewhere {
    pub run: RunId,
    pub owner: Owner,
    pub campaign: CampaignId,
    pub mode: Mode,
    pub jobs: Vec<JobKey>,
}

/// What is to be stopped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CancelRequest {
    Campaign(CampaignId),
    Run(RunId),
    Job(JobKey),
}

impl Journal {
    /// Every run under way in another program, oldest first.
    pub(crate) async fn runs_elsewhere(&self) -> Result<Vec<RunElsewhere>> {
        let (home, me) = (self.home().clone(), self.owner());
        self.read(move |connection| {
            let mut runs = runs_of_others(connection, &home, me)?;
            let mut query = connection.prepare_cached("SELECT key FROM run_job WHERE run = ?1 ORDER BY ord")?;
            for run in &mut runs {
                let keys = query.query_map([run.run], |row| row.get(0))?;
                run.jobs = keys.collect::<rusqlite::Result<_>>()?;
            }
            Ok(runs)
        })
        .await
    }

    /// Asks every other program that makes this to stop it; says how many there are.
    pub(crate) async fn ask_to_cancel(&self, request: CancelRequest) -> Result<usize> {
        self.write(move |writing| ask(writing, &request)).await
    }

    /// What other programs ask of this one, each once.
    pub(crate) async fn take_cancel_requests(&self) -> Result<Vec<CancelRequest>> {
        self.write(|writing| {
            let mut query = writing
                .connection
                .prepare_cached("DELETE FROM cancel_request WHERE owner = ?1 RETURNING id, campaign, run, job")?;
            let rows = query.query_map([writing.owner], |row| {
                let campaign: Option<CampaignId> = row.get::<_, Option<_>>(1)?.map(Sql::value);
                let run: Option<RunId> = row.get(2)?;
                let job: Option<JobKey> = row.get(3)?;
                Ok((row.get::<_, i64>(0)?, campaign, run, job))
            })?;
            let mut requests = Vec::new();
            for row in rows {
                let (id, campaign, run, job) = row?;
                let run = run.map(CancelRequest::Run);
                let request = campaign.map(CancelRequest::Campaign).or(run).or(job.map(CancelRequest::Job));
                let broken = || StoreError::Database { why: format!("request {id} to cancel names nothing") };
                requests.push((id, request.ok_or_else(broken)?));
            }
            requests.sort_unstable_by_key(|(id, _)| *id);
            Ok(requests.into_iter().map(|(_, request)| request).collect())
        })
        .await
    }
}

/// Without their jobs.
fn runs_of_others(connection: &Connection, home: &Home, me: Owner) -> Result<Vec<RunElsewhere>> {
    let mut query = connection.prepare_cached(
        "SELECT id, owner, campaign, mode FROM run WHERE state = 'running' AND owner <> ?1 ORDER BY started_at, rowid",
    )?;
    let rows = query.query_map([me], |row| {
        let (run, owner, campaign, mode) = (row.get(0)?, row.get(1)?, row.get(2).map(Sql::value)?, row.get(3)?);
        Ok(RunElsewhere { run, owner, campaign, mode, jobs: Vec::new() })
    })?;
    let mut runs = rows.collect::<rusqlite::Result<Vec<_>>>()?;
    runs.retain(|run| instance::is_alive(home, run.owner));
    Ok(runs)
}

fn ask(writing: &Writing<'_>, request: &CancelRequest) -> Result<usize> {
    let connection = writing.connection;
    let runs = runs_of_others(connection, writing.home, writing.owner)?;
    let mut has_job = connection.prepare_cached("SELECT 1 FROM run_job WHERE key = ?1 AND run = ?2")?;
    let mut asked = BTreeSet::new();
    for run in &runs {
        let is_meant = match request {
            CancelRequest::Campaign(campaign) => run.campaign == *campaign,
            CancelRequest::Run(id) => run.run == *id,
            CancelRequest::Job(key) => has_job.exists(params![key, run.run])?,
        };
        if is_meant {
            asked.insert(run.owner.0);
        }
    }
    let (campaign, run, job) = match request {
        CancelRequest::Campaign(campaign) => (Some(campaign), None, None),
        CancelRequest::Run(run) => (None, Some(*run), None),
        CancelRequest::Job(key) => (None, None, Some(*key)),
    };
    for owner in asked.iter().copied().map(Owner) {
        connection
            .prepare_cached(
                "INSERT INTO cancel_request (owner, campaign, run, job, asked_by, asked_at)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            )?
            .execute(params![owner, campaign.map(Sql), run, job, writing.owner, writing.now])?;
    }
    if !asked.is_empty() {
        // What was asked of programs that are gone is asked of nobody.
        connection.execute("DELETE FROM cancel_request WHERE owner NOT IN (SELECT owner FROM instance)", [])?;
        writing.record(EventKind::CancelAsked, campaign, job, &json!({"run": run}))?;
    }
    Ok(asked.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::AssetHash;
    use crate::store::jobs::runs::NewRun;
    use crate::store::studio::Store;

    fn open(folder: &tempfile::TempDir) -> Store {
        Store::open(folder.path()).unwrap().0
    }

    fn run(campaign: &str) -> NewRun {
        let (run, campaign) = (RunId::random(), CampaignId::new(campaign).unwrap());
        NewRun { run, campaign, mode: Mode::Draft, source_hash: AssetHash::of(b""), jobs: Vec::new() }
    }

    #[tokio::test]
    async fn only_the_program_that_makes_it_is_asked_and_only_once() {
        let folder = tempfile::tempdir().unwrap();
        let (maker, onlooker, idle) = (open(&folder), open(&folder), open(&folder));
        let new = run("naps");
        maker.journal.start_run(new.clone()).await.unwrap();
        let seen = onlooker.journal.runs_elsewhere().await.unwrap();
        assert_eq!(seen.iter().map(|run| run.run).collect::<Vec<_>>(), [new.run]);
        assert!(maker.journal.runs_elsewhere().await.unwrap().is_empty(), "its own run is not elsewhere");

        let naps = CancelRequest::Campaign(new.campaign.clone());
        for (request, asked) in [
            (CancelRequest::Campaign(CampaignId::new("other").unwrap()), 0),
            (CancelRequest::Run(RunId::random()), 0),
            (CancelRequest::Job(JobKey::from_digest([7; 32])), 0),
            (naps.clone(), 1),
            (CancelRequest::Run(new.run), 1),
        ] {
            assert_eq!(onlooker.journal.ask_to_cancel(request.clone()).await.unwrap(), asked, "{request:?}");
        }
        assert!(idle.journal.take_cancel_requests().await.unwrap().is_empty());
        assert_eq!(maker.journal.take_cancel_requests().await.unwrap(), [naps.clone(), CancelRequest::Run(new.run)]);
        assert!(maker.journal.take_cancel_requests().await.unwrap().is_empty());

        drop(maker);
        assert!(onlooker.journal.runs_elsewhere().await.unwrap().is_empty(), "a program that is gone makes nothing");
        assert_eq!(onlooker.journal.ask_to_cancel(naps).await.unwrap(), 0);
    }
}
