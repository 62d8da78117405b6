//! Asks a provider that keeps what it made what became of the calls that may have been billed: ElevenLabs shows its
//! history and hands the sound out again, for nothing. What its records do not settle stays with the user.
//!
//! A call that is missing there was never made only if this is the history that would list it: of the same address and
//! account, and kept all the time. Another account's history is empty of our calls too.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::buy::guarded;
use crate::domain::CampaignId;
use crate::engine::work::new_output;
use crate::plan::{Failure, JobKey, ProviderId, Request};
use crate::providers::Catalogue;
use crate::providers::http::{Call, Client, Reply, Sent};
use crate::providers::remote::Verdict;
use crate::providers::voice::history::{Found, History};
use crate::providers::voice::{Alignment, ElevenLabs};
use crate::store::{AttemptId, PaidCall, Settled, Store, StoreError, UnknownCall};

/// A call ends within this time; a line made later is another one.
const LONGEST_CALL: Duration = Duration::from_mins(2);
/// What is not in the history after this time was never made.
const HISTORY_IS_LATE_BY: Duration = Duration::from_mins(5);

/// What was found out.
#[derive(Debug, Default)]
pub struct Reconciled {
    /// Jobs whose state is another one now, with who pays for them.
    pub settled: Vec<(JobKey, CampaignId)>,
    /// Made and billed: their results are here now.
    pub made: usize,
    /// Never made, so never billed.
    pub free: usize,
    /// Still nobody knows.
    pub open: usize,
    /// Why something could not be looked up, each reason once.
    pub troubles: Vec<String>,
}

impl Reconciled {
    /// One sentence for the user, or a few.
    pub fn words(&self) -> String {
        let mut parts = Vec::new();
        let mut tell = |count: usize, what: &str| {
            if count > 0 {
                parts.push(format!("{count} {what}"));
            }
        };
        tell(self.made, "made and billed after all: fetched at no further cost");
        tell(self.free, "never made and not billed: generate makes it");
        tell(self.open, "still open: retry or drop it yourself");
        let found = if parts.is_empty() { "No call is in doubt".to_owned() } else { parts.join(", ") };
        std::iter::once(&found).chain(&self.troubles).map(String::as_str).collect::<Vec<_>>().join(". ")
    }

    /// What is told when the looking up itself broke.
    pub fn cut_short() -> Self {
        let trouble = "The calls in doubt could not all be looked up because of an internal error".to_owned();
        Self { troubles: vec![trouble], ..Self::default() }
    }

    fn trouble(&mut self, text: String) {
        if !self.troubles.contains(&text) {
            self.troubles.push(text);
        }
    }
}

/// Looks up every call in doubt. Safe to be cut short anywhere: what is not settled is in doubt again.
pub async fn reconcile(store: &Store, catalogue: &Catalogue) -> Reconciled {
    let mut reconciled = Reconciled::default();
    let unknown = match store.unknowns().await {
        Ok(unknown) => unknown,
        Err(error) => {
            reconciled.trouble(error.to_string());
            return reconciled;
        }
    };
    let (listed, unlisted): (Vec<_>, Vec<_>) =
        unknown.into_iter().partition(|call| call.provider == ProviderId::ElevenLabs);
    reconciled.open += unlisted.len();
    if let Some(call) = unlisted.first() {
        reconciled.trouble(format!("{} keeps no list of what it made", call.provider));
    }
    if listed.is_empty() {
        return reconciled;
    }
    let (Some(provider), Some(client)) = (catalogue.elevenlabs(), catalogue.client()) else {
        reconciled.open += listed.len();
        reconciled.trouble("ELEVENLABS_API_KEY is not set, so its history cannot be asked".to_owned());
        return reconciled;
    };
    let asked = ask(client, &provider.history_call()).await;
    let history = match asked.and_then(|reply| provider.read_history(&reply)) {
        Ok(history) => history,
        Err(failure) => {
            reconciled.open += listed.len();
            reconciled.trouble(failure.to_string());
            return reconciled;
        }
    };
    let records = Records { store, client, provider, history };
    for call in listed {
        match records.settle(&call).await {
            Ok(Outcome::Made) => reconciled.made += 1,
            Ok(Outcome::Free) => reconciled.free += 1,
            Ok(Outcome::Open(why)) | Err(why) => {
                reconciled.open += 1;
                reconciled.trouble(why);
                continue;
            }
        }
        reconciled.settled.push((call.key, call.campaign));
    }
    reconciled
}

enum Outcome {
    Made,
    Free,
    /// Why nobody knows, as a sentence without its end.
    Open(String),
}

fn open(why: &str) -> Outcome {
    Outcome::Open(why.to_owned())
}

struct Records<'a> {
    store: &'a Store,
    client: &'a Client,
    provider: &'a ElevenLabs,
    history: History,
}

impl Records<'_> {
    async fn settle(&self, call: &UnknownCall) -> Result<Outcome, String> {
        let journal = &self.store.journal;
        let request = journal.request_of(call.key).await.map_err(|error| error.to_string())?;
        let Some(request) = request.and_then(|json| serde_json::from_value::<Request>(json).ok()) else {
            return Ok(open("What a call asked for cannot be read"));
        };
        if !self.provider.is_address_of(&request) {
            let address = request.made_by().and_then(|made_by| made_by.endpoint.as_deref());
            return Ok(Outcome::Open(format!(
                "A call went to {}, which ELEVENLABS_BASE_URL does not name now, and only that address knows of it",
                address.unwrap_or("ElevenLabs itself")
            )));
        }
        if !matches!(request, Request::Voice(_) | Request::Dialogue(_)) {
            return Ok(open(
                "The history lists what was spoken and no recordings: elevenlabs.io → Usage may tell of a call",
            ));
        }
        let sent = u64::try_from(call.sent_at / 1000).unwrap_or_default();
        match self.history.find(&request, (sent, sent + LONGEST_CALL.as_secs())) {
            Found::Item { id, request_id: Some(request_id), alignment } => {
                // The same words in the same voice may have been bought by another call in those minutes.
                let known = journal.is_settled_by(&request_id).await.map_err(|error| error.to_string())?;
                if known {
                    return Ok(open("The history has one line of these words, and another call paid for it"));
                }
                self.fetch(call.attempt, &request, (&id, alignment.as_ref()), request_id).await
            }
            Found::Item { request_id: None, .. } => Ok(open("The history does not say which call made a line")),
            Found::Unclear => Ok(open("The history does not reach back to a call, or has its words several times")),
            Found::Nothing if !is_past(sent, HISTORY_IS_LATE_BY) => {
                Ok(open("The history may be late by five minutes: ask again then"))
            }
            Found::Nothing => {
                let endpoint = request.made_by().and_then(|made_by| made_by.endpoint.as_deref());
                let paid =
                    journal.paid_calls(ProviderId::ElevenLabs, endpoint).await.map_err(|error| error.to_string())?;
                if !would_list(&self.history, call, &paid) {
                    return Ok(open(
                        "The history that ELEVENLABS_API_KEY shows lacks a call, which proves nothing: it does not list \
                         the paid calls from right before and after it, as the history of its account would",
                    ));
                }
                self.give_back(call.attempt).await.map_err(|error| error.to_string())?;
                Ok(Outcome::Free)
            }
        }
    }

    async fn fetch(
        &self,
        id: AttemptId,
        request: &Request,
        (item, alignment): (&str, Option<&Alignment>),
        call: String,
    ) -> Result<Outcome, String> {
        let reply = ask(self.client, &self.provider.history_sound_call(item)).await.map_err(|why| why.to_string())?;
        let decode = || self.provider.decode_history_sound(request, alignment, &reply);
        let decoded = tokio::task::block_in_place(|| guarded("ElevenLabs", decode));
        let Verdict::Made { files, .. } = decoded else {
            return Err("ElevenLabs lists a line that it does not hand out; look at elevenlabs.io → History".to_owned());
        };
        let settled = Settled::Made {
            files: files.into_iter().map(|file| new_output(file, None)).collect(),
            actual: None,
            provider_request_id: Some(call),
            http_status: reply.head.status,
            milliseconds: 0,
        };
        let settling = async { self.store.settle(self.store.reopen(id).await?, settled).await };
        settling.await.map_err(|error| error.to_string())?;
        Ok(Outcome::Made)
    }

    async fn give_back(&self, id: AttemptId) -> Result<(), StoreError> {
        let failure = Failure {
            reason: "ElevenLabs has no record of this call: it was never made and not billed".to_owned(),
            next_step: "Generate again to have it made.".to_owned(),
            retryable: true,
        };
        let paid = self.store.reopen(id).await?;
        self.store.settle(paid, Settled::Free { failure, retry: false, http_status: None }).await.map(drop)
    }
}

/// Whether this history would list `call` had it been made: it lists our paid calls that came right before and right
/// after it. One of the two is of the same run, and a run has one key: two neighbours alone could be calls with another
/// key, used before and since.
fn would_list(history: &History, call: &UnknownCall, paid: &[PaidCall]) -> bool {
    let before = paid.iter().filter(|paid| paid.ended_at <= call.sent_at).max_by_key(|paid| paid.ended_at);
    let after = paid.iter().filter(|paid| paid.sent_at > call.sent_at).min_by_key(|paid| paid.sent_at);
    let (Some(before), Some(after)) = (before, after) else { return false };
    [before, after].iter().all(|paid| history.lists(&paid.provider_request_id))
        && [before, after].iter().any(|paid| paid.run == call.run)
}

async fn ask(client: &Client, call: &Call) -> Result<Reply, Failure> {
    match client.ask(call).await {
        (Sent::Complete(head), body) => Ok(Reply::new(head, body)),
        (Sent::Nothing(failure) | Sent::NoRoom(failure) | Sent::Broken { failure, .. }, _) => Err(failure),
    }
}

fn is_past(seconds: u64, by: Duration) -> bool {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default() > Duration::from_secs(seconds) + by
}
