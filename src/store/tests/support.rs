//! Builders for the tests of the store.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use rusqlite::{OptionalExtension, params};

use crate::domain::{CampaignId, MicroDollars, Tone};
use crate::plan::{
    AssetHash, ClipRequest, EpisodePart, EpisodeRequest, Failure, JobKey, MadeBy, Mode, Output, ProviderId, Request,
    Role, RunId, VoiceRequest,
};
use crate::store::ground::error::Result;
use crate::store::home::in_hand::Lease;
use crate::store::home::instance;
use crate::store::home::instance::Owner;
use crate::store::jobs::complete::NewOutput;
use crate::store::jobs::leases::Claim;
use crate::store::jobs::runs::{InterruptedRun, NewRun, RunJob, run_in};
use crate::store::journal::attempts;
use crate::store::journal::attempts::Attempt;
use crate::store::journal::columns::Sql;
use crate::store::journal::handle::Journal;
use crate::store::payments::begin::{Begin, Begun, Caps, Paid};
use crate::store::payments::ledger::Scope;
use crate::store::payments::settle::Settled;
use crate::store::studio::Store;

pub(crate) fn campaign(id: &str) -> CampaignId {
    CampaignId::new(id).unwrap()
}

pub(crate) fn open(root: &Path) -> Store {
    Store::open(root).unwrap().0
}

/// A line that somebody speaks.
pub(crate) fn line(text: &str) -> Request {
    Request::Voice(VoiceRequest {
        made_by: MadeBy {
            provider: ProviderId::Pico,
            model: "en-GB".to_owned(),
            version: Some(1),
            endpoint: None,
            parameters: BTreeMap::from([("pitch".to_owned(), 1.1.into())]),
        },
        voice_id: "baby_voice_1".to_owned(),
        text: text.to_owned(),
        tone: Tone::from_words("warm"),
        neighbours: None,
        look: 0,
        take: 1,
    })
}

/// A clip that is only text.
pub(crate) fn card(title: &str) -> Request {
    let made_by = serde_json::from_value(serde_json::json!({"provider": "clip", "model": "embedded"})).unwrap();
    Request::Clip(ClipRequest::card(made_by, title.to_owned(), Vec::new(), 1_000))
}

/// A video of these clips.
pub(crate) fn episode(clips: &[&Request]) -> Request {
    let made_by = serde_json::from_value(serde_json::json!({"provider": "episode", "model": "embedded"})).unwrap();
    let part = |clip: &&Request| EpisodePart { clip: clip.key(), voice: None, speaker: None, fade: None, effect: None };
    let parts = clips.iter().map(part).collect();
    Request::Episode(EpisodeRequest { made_by, parts, music: None, made_music: None, title: "Naps".to_owned() })
}

pub(crate) fn run_of(campaign_id: &str, requests: &[Request]) -> NewRun {
    let job = |(scene, request): (usize, &Request)| RunJob {
        key: request.key(),
        request: Arc::new(request.clone()),
        product: request.product(),
        speaker: Some("Baby 1".to_owned()),
        scene: Some(scene),
    };
    NewRun {
        run: RunId::random(),
        campaign: campaign(campaign_id),
        mode: Mode::Draft,
        source_hash: AssetHash::of(b"campaign"),
        jobs: requests.iter().enumerate().map(job).collect(),
    }
}

pub(crate) fn sound(bytes: &[u8]) -> NewOutput {
    NewOutput {
        role: Role::Sound,
        content: crate::store::jobs::complete::Content::Bytes(bytes.to_vec()),
        media_type: "audio/wav".to_owned(),
        width: None,
        height: None,
        milliseconds: Some(812),
    }
}

/// Plans, claims and completes videos of a run that has ended; each one's bytes are given.
pub(crate) async fn film(store: &Store, campaign_id: &str, videos: &[(&Request, &str)]) -> Vec<(JobKey, AssetHash)> {
    let requests: Vec<Request> = videos.iter().map(|(request, _)| (*request).clone()).collect();
    let run = run_of(campaign_id, &requests);
    let id = run.run;
    store.journal.start_run(run).await.unwrap();
    let mut made = Vec::new();
    for (request, bytes) in videos {
        let _lease = yours(store.journal.claim(request.key()).await.unwrap());
        let outputs = store.complete(request.key(), request, vec![sound(bytes.as_bytes())], 7).await.unwrap();
        made.push((request.key(), outputs[0].hash));
    }
    store.journal.end_run(id, "complete").await.unwrap();
    made
}

/// Plans, claims and completes lines; each one's sound is its own text.
pub(crate) async fn make(store: &Store, campaign_id: &str, texts: &[&str]) -> Vec<(JobKey, Vec<Output>)> {
    let requests: Vec<Request> = texts.iter().map(|text| line(text)).collect();
    let run = run_of(campaign_id, &requests);
    let id = run.run;
    store.journal.start_run(run).await.unwrap();
    let mut made = Vec::new();
    for (request, text) in requests.iter().zip(texts) {
        let _lease = yours(store.journal.claim(request.key()).await.unwrap());
        let outputs = store.complete(request.key(), request, vec![sound(text.as_bytes())], 7).await.unwrap();
        made.push((request.key(), outputs));
    }
    store.journal.end_run(id, "complete").await.unwrap();
    made
}

/// What the tests' calls cost.
pub(crate) const PRICE: MicroDollars = MicroDollars(50_000);

/// A call for a line, without any limit but ten at once.
pub(crate) fn call(run: &NewRun, request: &Request) -> Begin {
    Begin {
        key: request.key(),
        request: request.canonical(),
        run: run.run,
        campaign: run.campaign.clone(),
        provider: ProviderId::ElevenLabs,
        estimate: PRICE,
        caps: Caps::default(),
        at_once: 10,
        reserve: 64 * 1024,
    }
}

/// Plans a run of lines for a provider that takes ten calls at once.
pub(crate) async fn plan(store: &Store, texts: &[&str]) -> (NewRun, Vec<Request>) {
    let requests: Vec<Request> = texts.iter().map(|text| line(text)).collect();
    let run = run_of("one", &requests);
    store.journal.start_run(run.clone()).await.unwrap();
    store.journal.note_limits(ProviderId::ElevenLabs, Some(10), None).await.unwrap();
    (run, requests)
}

/// The lease of a claim that was granted.
#[track_caller]
pub(crate) fn yours(claim: Claim) -> Lease {
    match claim {
        Claim::Yours(lease) => lease,
        other => panic!("not granted: {other:?}"),
    }
}

/// Who holds a job that was claimed in vain.
#[track_caller]
pub(crate) fn holder(claim: Claim) -> Owner {
    match claim {
        Claim::HeldBy(owner) => owner,
        other => panic!("not held: {other:?}"),
    }
}

pub(crate) fn go(begun: Begun) -> Paid {
    match begun {
        Begun::Go(paid) => paid,
        other => panic!("not allowed to call: {other:?}"),
    }
}

/// A reply of the provider, as it comes from the network.
pub(crate) fn receive(paid: &mut Paid, body: &[u8]) {
    std::io::Write::write_all(&mut paid.spool, body).unwrap();
    paid.spool.complete(&serde_json::json!({"status": 200})).unwrap();
}

pub(crate) fn made(bytes: &[u8]) -> Settled {
    Settled::Made {
        files: vec![sound(bytes)],
        actual: Some(MicroDollars(40_000)),
        provider_request_id: Some("req_1".to_owned()),
        http_status: 200,
        milliseconds: 7,
    }
}

pub(crate) fn failure(reason: &str) -> Failure {
    Failure { reason: reason.to_owned(), next_step: "Do something.".to_owned(), retryable: true }
}

/// The names in a folder of the home.
pub(crate) fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<_> =
        std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// What only tests ask the database.
impl Journal {
    /// Everything that a run paid or tried to, in order.
    pub(crate) async fn attempts_of(&self, run: RunId) -> Result<Vec<Attempt>> {
        self.read(move |connection| attempts::select(connection, "run = ?1", [run])).await
    }

    /// The limit that a call was last made under, by any process.
    pub(crate) async fn last_cap(&self, scope: Scope) -> Result<Option<MicroDollars>> {
        self.read(move |connection| {
            let (scope, id) = scope.columns();
            let mut query = connection.prepare_cached("SELECT cap_micro FROM budget WHERE scope = ?1 AND id = ?2")?;
            Ok(query.query_row(params![scope, id], |row| row.get(0).map(Sql::value)).optional()?)
        })
        .await
    }

    /// Runs that never ended and whose process is gone, oldest first. [`Journal::end_run`] settles them.
    pub(crate) async fn interrupted_runs(&self) -> Result<Vec<InterruptedRun>> {
        let home = self.home().clone();
        self.read(move |connection| {
            let mut query = connection.prepare_cached(
                "SELECT id, campaign, mode, started_at, owner FROM run WHERE state = 'running' ORDER BY started_at, rowid",
            )?;
            let running = query.query_map([], run_in)?.collect::<rusqlite::Result<Vec<_>>>()?;
            Ok(running.into_iter().filter(|(_, owner)| !instance::is_alive(&home, *owner)).map(|(run, _)| run).collect())
        })
        .await
    }
}
