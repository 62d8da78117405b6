//! One paid call, in this order: room on disk, a durable record of the attempt, the call, its raw reply on disk, the
//! check of that reply, its files on disk, the record that it is paid. Runs in a task that is never aborted. Every step
//! but the call itself can be repeated after a crash without paying again.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use tokio::sync::{OnceCell, Semaphore};

use super::reference;
use super::unfinished::{Onlooker, Showing};
use crate::domain::{CampaignId, MicroDollars};
use crate::engine::words::elapsed::milliseconds;
use crate::engine::work::{Ended, new_output, not_stored, store_failure};
use crate::plan::{CAP, Failure, JobKey, Request, RunId};
use crate::providers::JobContext;
use crate::providers::check::ask;
use crate::providers::http::{Client, Head, Reply, Sent, retry};
use crate::providers::remote::{Inputs, RemoteProvider, Verdict, judge};
use crate::store::{Begin, Begun, Caps, Claim, Finished, Paid, Received, Scope, Settled, Store, StoreError};

/// What a paid job needs beside its request.
#[derive(Clone)]
pub struct Purchase {
    pub client: Client,
    pub provider: Arc<dyn RemoteProvider>,
    pub run: RunId,
    pub campaign: CampaignId,
    /// An upper bound of the price.
    pub estimate: MicroDollars,
    pub caps: Caps,
    /// How often the job was tried in this run.
    pub tries: u32,
    pub second_chance: SecondChance,
    /// Replies are decoded by as many at once as there are processors: more would only take memory.
    pub decoding: Arc<Semaphore>,
    /// Who looks on; without anybody, no unfinished pictures are asked for.
    pub onlooker: Option<Onlooker>,
    /// Told when the call is recorded: from then on its price is reserved.
    pub on_sent: Arc<dyn Fn() + Send + Sync>,
}

/// What a provider that was stopped, or that wanted a long pause, answered when this run asked it, once, whether it takes
/// calls again. Beginning a run is how a person says that the key or the credit was fixed, or that waiting is over; the
/// question costs nothing and proves it. A provider that said so to a call of this run is not asked.
pub type SecondChance = Arc<OnceCell<Result<(), Failure>>>;

/// Makes one paid job, or says why not.
pub async fn buy(store: Store, purchase: Purchase, key: JobKey, request: Request, context: JobContext) -> Ended {
    match attempt(&store, &purchase, key, &request, &context).await {
        Ok(ended) => ended,
        Err(error) => match error.for_want_of_files() {
            Some(failure) => wait_for_files(failure, purchase.tries),
            None => not_stored(&error),
        },
    }
}

/// This program may open no more files now; others of its own are closed soon. Where the limit is too low for even one
/// call, trying for ever would not help.
fn wait_for_files(failure: Failure, tries: u32) -> Ended {
    if tries >= retry::TRIES {
        return Ended::Failed(failure);
    }
    Ended::Later { wait: retry::backoff(tries, fastrand::f64()), why: failure.reason, counts: true }
}

async fn attempt(
    store: &Store,
    purchase: &Purchase,
    key: JobKey,
    request: &Request,
    context: &JobContext,
) -> Result<Ended, StoreError> {
    if context.cancel.is_cancelled() {
        return Ok(Ended::Cancelled);
    }
    let provider = purchase.provider.as_ref();
    let reference = match reference::read(store, request, context.source.as_ref()).await? {
        Ok(reference) => reference,
        Err(failure) => return refuse(store, key, failure).await,
    };
    let sound = match request {
        Request::Transcript(_) | Request::ChangedVoice(_) => context.source.as_ref().map(|source| source.path.clone()),
        _ => None,
    };
    let inputs = Inputs { reference, wants_partials: purchase.onlooker.is_some(), sound };
    let call = match provider.call(request, &inputs) {
        Ok(call) => call,
        Err(failure) => return refuse(store, key, failure).await,
    };
    let begin = Begin {
        key,
        request: request.canonical(),
        run: purchase.run,
        campaign: purchase.campaign.clone(),
        provider: request.provider(),
        estimate: purchase.estimate,
        caps: purchase.caps,
        at_once: u32::try_from(provider.lane().most_at_once).unwrap_or(u32::MAX),
        reserve: call.limits.usual_bytes,
    };
    let mut begun = store.begin(begin.clone()).await?;
    if wants_no_calls(&begun) {
        if let Err(failure) = purchase.second_chance.get_or_init(|| ask_again(store, purchase, request)).await {
            return Ok(Ended::Stopped(failure.clone()));
        }
        begun = store.begin(begin).await?;
    }
    let mut paid = match begun {
        Begun::Go(paid) => paid,
        Begun::Adopt(paid) => return adopt(store, provider, paid).await,
        Begun::AlreadyDone(outputs) => return Ok(Ended::AlreadyMade(outputs)),
        Begun::HeldBy(owner) => return Ok(Ended::HeldElsewhere(owner)),
        Begun::Hold(failure) => return Ok(Ended::Held(failure)),
        Begun::OverCap { scope, limit, used, needs } => {
            return Ok(Ended::Stopped(over_cap(&scope, limit, used, needs)));
        }
        Begun::ProviderBusy { .. } => return Ok(Ended::Later { wait: BUSY, why: String::new(), counts: false }),
        Begun::ProviderBlocked { until, why } => return Ok(blocked(until, why)),
        Begun::ProviderStopped(failure) => return Ok(Ended::Stopped(failure)),
    };
    (purchase.on_sent)();
    let started = Instant::now();
    let mut showing =
        purchase.onlooker.clone().zip(provider.partials()).map(|(onlooker, reader)| Showing::to(onlooker, reader));
    let mut on_chunk = |chunk: &[u8]| showing.iter_mut().for_each(|showing| showing.feed(chunk));
    let sent = purchase.client.send(&call, &mut paid.spool, &mut on_chunk).await;
    drop(showing);
    let head = match &sent {
        Sent::Complete(head) => Some(head.clone()),
        Sent::Broken { head, .. } => head.clone(),
        Sent::Nothing(_) => None,
        Sent::NoRoom(failure) => {
            let failure = failure.clone();
            store.settle(paid, Settled::NotSent { failure: failure.clone() }).await?;
            return Ok(wait_for_files(failure, purchase.tries));
        }
    };
    let is_whole = matches!(sent, Sent::Complete(_));
    let judge = |body| guarded(provider.name(), || judge(provider, request, sent, body));
    // Only a whole reply is kept under the name that is adopted after a crash.
    let verdict = match (&head, purchase.decoding.try_acquire()) {
        (Some(head), Ok(_turn)) if is_whole => tokio::task::block_in_place(|| paid.spool.complete_while(head, judge)),
        (Some(head), Err(_)) if is_whole => match tokio::task::block_in_place(|| paid.spool.complete(head)) {
            Ok(()) => {
                let _turn = purchase.decoding.acquire().await;
                tokio::task::block_in_place(|| Ok::<_, StoreError>(judge(paid.spool.read()?.body)))
            }
            Err(error) => Err(error),
        },
        _ => Ok(judge(Vec::new())),
    };
    // The reply came, and the disk would not have it: what is there of it is for a person to look at.
    let verdict = verdict.unwrap_or_else(|error| Verdict::Unknown { failure: not_kept(&error), quarantine: true });
    if let Some(most) = head.as_ref().and_then(Head::most_at_once) {
        store.journal.note_limits(paid.provider(), Some(u32::try_from(most).unwrap_or(u32::MAX)), None).await?;
    }
    let ended = settle(store, paid, verdict, head.map(|head| head.status), started.elapsed(), purchase.tries).await?;
    if let Ended::Stopped(failure) = &ended {
        // Where it was asked before, it said yes and changed its mind: the journal knows.
        let _ = purchase.second_chance.set(Err(failure.clone()));
    }
    Ok(ended)
}

/// What a reply means. It comes from outside: whatever in it makes a decoder panic, the reply is kept and a person decides.
pub fn guarded(provider: &str, decode: impl FnOnce() -> Verdict) -> Verdict {
    catch_unwind(AssertUnwindSafe(decode)).unwrap_or_else(|_| Verdict::Unknown {
        failure: Failure {
            reason: format!("The reply of {provider} could not be read because of an internal error; the log has it"),
            next_step: "It may have been billed: decide with `babblecast unknown`, and report the reply.".to_owned(),
            retryable: false,
        },
        quarantine: true,
    })
}

/// Whether a provider was stopped, or wants a pause that no run sits out.
fn wants_no_calls(begun: &Begun) -> bool {
    match begun {
        Begun::ProviderStopped(_) => true,
        Begun::ProviderBlocked { until, .. } => wait_until(*until) > retry::PARK_ABOVE,
        _ => false,
    }
}

/// Whether a provider that wanted no calls takes them again, as far as a free question tells; then all programs may call it.
async fn ask_again(store: &Store, purchase: &Purchase, request: &Request) -> Result<(), Failure> {
    ask(&purchase.client, purchase.provider.as_ref(), purchase.provider.model()).await?;
    store.journal.unblock(request.provider()).await.map_err(|error| store_failure(&error))
}

/// How long to wait for a place when other programs use all of a provider's.
const BUSY: Duration = Duration::from_millis(300);

/// A whole reply that a dead program left is decoded like any other; nothing is sent.
pub async fn adopt(store: &Store, provider: &dyn RemoteProvider, paid: Paid) -> Result<Ended, StoreError> {
    let Received { head, body } = tokio::task::block_in_place(|| paid.spool.read())?;
    let request: Result<Request, _> = serde_json::from_value(paid.request().clone());
    let head: Result<Head, _> = serde_json::from_value(head);
    let (verdict, status) = match (request, head) {
        (Ok(request), Ok(head)) => {
            let status = head.status;
            let decode = || provider.decode(&request, &Reply::new(head, body));
            (tokio::task::block_in_place(|| guarded(provider.name(), decode)), Some(status))
        }
        _ => (Verdict::Unknown { failure: unreadable_record(), quarantine: true }, None),
    };
    settle(store, paid, verdict, status, Duration::ZERO, 1).await
}

async fn settle(
    store: &Store,
    paid: Paid,
    verdict: Verdict,
    http_status: Option<u16>,
    took: Duration,
    tries: u32,
) -> Result<Ended, StoreError> {
    let milliseconds = milliseconds(took);
    let provider = paid.provider();
    match verdict {
        Verdict::Made { files, cost, request_id } => {
            let settled = Settled::Made {
                files: files.into_iter().map(|file| new_output(file, None)).collect(),
                actual: cost,
                provider_request_id: request_id,
                http_status: http_status.unwrap_or_default(),
                milliseconds,
            };
            let outputs = store.settle(paid, settled).await?.outputs;
            Ok(Ended::Made { outputs, milliseconds })
        }
        Verdict::Free { failure, retry_after, is_rate_limit } => {
            let again = tries < retry::TRIES;
            store.settle(paid, Settled::Free { failure: failure.clone(), retry: again, http_status }).await?;
            let wait = retry_after.unwrap_or_else(|| retry::backoff(tries, fastrand::f64()));
            if is_rate_limit || retry_after.is_some() {
                let until = SystemTime::now() + wait;
                store.journal.note_limits(provider, None, Some((until, failure.reason.clone()))).await?;
            }
            Ok(if !again {
                Ended::Failed(failure)
            } else if wait > retry::PARK_ABOVE {
                Ended::Stopped(Failure { next_step: parked(wait), ..failure })
            } else {
                Ended::Later { wait, why: failure.reason, counts: true }
            })
        }
        Verdict::StopProvider(failure) => {
            store.settle(paid, Settled::Free { failure: failure.clone(), retry: true, http_status }).await?;
            store.journal.stop_provider(provider, &failure).await?;
            Ok(Ended::Stopped(failure))
        }
        Verdict::FailJob(failure) => {
            store.settle(paid, Settled::Free { failure: failure.clone(), retry: false, http_status }).await?;
            Ok(Ended::Failed(failure))
        }
        Verdict::FailVoice { voice_id, failure } => {
            store.settle(paid, Settled::Free { failure: failure.clone(), retry: false, http_status }).await?;
            Ok(Ended::VoiceGone { voice_id, failure })
        }
        Verdict::Unknown { failure, quarantine } => {
            let settled = Settled::Unknown { failure: failure.clone(), http_status, quarantine };
            let kept = store.settle(paid, settled).await?.quarantined;
            let next_step = match kept {
                Some(path) => format!("{} What came of the reply is kept in {}.", failure.next_step, path.display()),
                None => failure.next_step,
            };
            Ok(Ended::Held(Failure { reason: failure.reason, next_step, retryable: false }))
        }
    }
}

/// A job that fails before anything is sent.
async fn refuse(store: &Store, key: JobKey, failure: Failure) -> Result<Ended, StoreError> {
    match store.journal.claim(key).await? {
        Claim::Yours(_lease) => {
            store.journal.finish(key, Finished::Failed(failure.clone())).await?;
            Ok(Ended::Failed(failure))
        }
        Claim::AlreadyDone(outputs) => Ok(Ended::AlreadyMade(outputs)),
        Claim::HeldBy(owner) => Ok(Ended::HeldElsewhere(owner)),
    }
}

fn blocked(until: SystemTime, why: String) -> Ended {
    let wait = wait_until(until);
    if wait > retry::PARK_ABOVE {
        return Ended::Stopped(Failure { reason: why, next_step: parked(wait), retryable: true });
    }
    Ended::Later { wait, why, counts: false }
}

fn wait_until(until: SystemTime) -> Duration {
    until.duration_since(SystemTime::now()).unwrap_or_default()
}

/// What to do about a pause that is too long to sit out.
fn parked(wait: Duration) -> String {
    let minutes = wait.as_secs().div_ceil(60);
    let wait = match minutes {
        0..=119 => format!("{minutes} minutes"),
        120..=2_879 => format!("{} hours", minutes.div_ceil(60)),
        _ => format!("{} days", minutes.div_ceil(24 * 60)),
    };
    format!(
        "It takes calls again in about {wait}: generate again then. A new run asks it whether it takes them sooner."
    )
}

fn over_cap(scope: &Scope, limit: MicroDollars, used: MicroDollars, needs: MicroDollars) -> Failure {
    let (what, next_step) = match scope {
        Scope::Run(_) => ("this run", "Agree to a higher price, or set caps.run in the config, to go on."),
        Scope::Campaign(_) => ("this campaign", "Raise caps.campaign in the config to go on."),
        Scope::Month => ("this month", "Raise caps.month in the config, or wait for the next month (UTC)."),
    };
    Failure {
        reason: format!("{CAP}{limit} for {what} leaves no room: {used} is used and this needs up to {needs}"),
        next_step: next_step.to_owned(),
        retryable: true,
    }
}

fn not_kept(error: &StoreError) -> Failure {
    let reason = error.to_string();
    Failure {
        reason: format!("The reply came in full and could not be kept ({})", reason.trim_end_matches('.')),
        next_step: "It may have been billed: check the disk, then retry or drop it.".to_owned(),
        retryable: true,
    }
}

fn unreadable_record() -> Failure {
    Failure {
        reason: "A reply that was paid for was left by an earlier run, and its record cannot be understood".to_owned(),
        next_step: "It may have been billed: look at the reply, then retry or drop it.".to_owned(),
        retryable: false,
    }
}
