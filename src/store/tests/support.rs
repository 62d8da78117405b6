//! Builders for the tests of the store.

use std::collections::BTreeMap;
use std::path::Path;

use uuid::Uuid;

use super::super::{Claim, NewOutput, NewRun, RunJob, Store};
use crate::domain::{CampaignId, Tone};
use crate::plan::{AssetHash, JobKey, MadeBy, Mode, Output, Product, Request, Role, VoiceRequest};

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
            provider: "pico".to_owned(),
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

pub(crate) fn run_of(campaign_id: &str, requests: &[Request]) -> NewRun {
    let job = |(scene, request): (usize, &Request)| RunJob {
        key: request.key(),
        request: request.canonical(),
        product: Product::Voice,
        speaker: Some("Baby 1".to_owned()),
        scene: Some(scene),
    };
    NewRun {
        run: Uuid::new_v4(),
        campaign: campaign(campaign_id),
        mode: Mode::Draft,
        source_hash: AssetHash::of(b"campaign"),
        jobs: requests.iter().enumerate().map(job).collect(),
    }
}

pub(crate) fn sound(bytes: &[u8]) -> NewOutput {
    NewOutput {
        role: Role::Sound,
        bytes: bytes.to_vec(),
        media_type: "audio/wav".to_owned(),
        width: None,
        height: None,
        milliseconds: Some(812),
    }
}

/// Plans, claims and completes lines; each one's sound is its own text.
pub(crate) async fn make(store: &Store, campaign_id: &str, texts: &[&str]) -> Vec<(JobKey, Vec<Output>)> {
    let requests: Vec<Request> = texts.iter().map(|text| line(text)).collect();
    let run = run_of(campaign_id, &requests);
    let id = run.run;
    store.journal.start_run(run).await.unwrap();
    let mut made = Vec::new();
    for (request, text) in requests.iter().zip(texts) {
        assert_eq!(store.journal.claim(request.key()).await.unwrap(), Claim::Yours);
        let outputs = store.complete(request.key(), request, vec![sound(text.as_bytes())], 7).await.unwrap();
        made.push((request.key(), outputs));
    }
    store.journal.end_run(id, "complete").await.unwrap();
    made
}
