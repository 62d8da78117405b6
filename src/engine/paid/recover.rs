//! What is saved of work that lost its task or its program: whole replies are stored without another call, and a job whose
//! task panicked comes to an end like any other.

use super::buy::adopt;
use crate::engine::work::Ended;
use crate::plan::{Failure, JobKey, Request};
use crate::providers::Catalogue;
use crate::store::{Finished, Store, StoreError, StoredState};

/// Replies that came in whole and that nobody has in hand: decoded and stored like any other, without another call. One
/// whose provider is not configured now waits for a start at which it is. The inner error is of one reply, which is kept.
pub async fn adopt_replies(store: &Store, catalogue: &Catalogue) -> Result<Vec<Result<Ended, StoreError>>, StoreError> {
    let mut ends = Vec::new();
    for paid in store.adoptable().await? {
        let request: Option<Request> = serde_json::from_value(paid.request().clone()).ok();
        let Some(provider) = request.and_then(|request| catalogue.metered_of(&request)) else { continue };
        ends.push(adopt(store, provider.as_ref(), paid).await);
    }
    Ok(ends)
}

/// How a free job ends whose task panicked.
pub async fn after_panic(store: &Store, key: JobKey) -> Ended {
    if let Err(error) = store.journal.finish(key, Finished::Failed(fault())).await {
        // It may not have been claimed yet.
        tracing::warn!(job = %key.short(), %error, "the end of a job that panicked could not be recorded");
    }
    Ended::Failed(fault())
}

/// How a paid job ends whose task panicked: what was sent is stored, or it may have been billed.
pub async fn after_panic_of_a_call(store: &Store, catalogue: &Catalogue, key: JobKey) -> Ended {
    let recorded = async {
        adopt_replies(store, catalogue).await?;
        Ok::<_, StoreError>(store.journal.states(&[key]).await?.remove(&key))
    };
    match recorded.await {
        Ok(Some(job)) => match job.state {
            StoredState::Done => Ended::AlreadyMade(job.outputs),
            StoredState::Hold(failure) => Ended::Held(failure),
            StoredState::Failed(failure) => Ended::Failed(failure),
            // Nothing was sent.
            StoredState::Pending | StoredState::Leased(_) | StoredState::Cancelled => after_panic(store, key).await,
        },
        Ok(None) => Ended::Failed(fault()),
        Err(error) => {
            tracing::error!(job = %key.short(), %error, "what a call that panicked left behind is not known");
            Ended::Held(in_doubt())
        }
    }
}

/// An error in the program itself, for the user.
fn fault() -> Failure {
    Failure {
        reason: "It stopped with an internal error".to_owned(),
        next_step: "The log has the details; try again, or report it with the campaign file.".to_owned(),
        retryable: true,
    }
}

/// The same of a call of which nothing is known.
pub fn in_doubt() -> Failure {
    Failure {
        reason: "It stopped with an internal error, and may have been billed".to_owned(),
        next_step: "Start babblecast again, then decide with `babblecast unknown`.".to_owned(),
        retryable: false,
    }
}
