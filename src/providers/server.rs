//! What servers that speak OpenAI's language have in common: they are free, so a failed call is simply made again, and
//! they list their models. Behind [`Provider`] they are jobs like the built-in ones.

use std::sync::Arc;

use serde_json::Value;

use super::errors::{Names, classify};
use super::http::retry::{PARK_ABOVE, TRIES, backoff};
use super::http::{ApiKey, Body, Call, Client, Endpoint, Limits, Method, Reply, Sent};
use super::provider::{JobContext, Lane, Making, NotMade, Provider, compute};
use super::remote::{Checked, Inputs, RemoteProvider, Verdict, failure_of, judge, refused};
use crate::domain::Display;
use crate::plan::{Failure, Request};

/// A remote provider that costs nothing.
pub struct FreeServer<R> {
    pub remote: Arc<R>,
    pub client: Client,
}

impl<R: RemoteProvider + 'static> Provider for FreeServer<R> {
    fn lane(&self) -> Lane {
        self.remote.lane()
    }

    fn make<'a>(&'a self, request: &'a Request, context: JobContext) -> Making<'a> {
        Box::pin(async move {
            let stopped = context.cancel.clone();
            tokio::select! {
                made = self.make_with_patience(request, &context) => made,
                () = stopped.cancelled() => Err(NotMade::Cancelled),
            }
        })
    }
}

impl<R: RemoteProvider + 'static> FreeServer<R> {
    async fn make_with_patience(
        &self,
        request: &Request,
        context: &JobContext,
    ) -> Result<Vec<super::provider::File>, NotMade> {
        let sound = context.source.as_ref().map(|source| source.path.clone());
        let inputs = Inputs { sound, ..Inputs::default() };
        let call = self.remote.call(request, &inputs)?;
        let mut tries = 1;
        loop {
            let verdict = self.attempt(&call, request).await?;
            (context.progress)(0.9);
            let (failure, wait) = match verdict {
                Verdict::Made { files, .. } => return Ok(files),
                Verdict::Free { failure, retry_after, .. } => (failure, retry_after),
                Verdict::Unknown { failure, .. } => (free_of_charge(failure), None),
                Verdict::StopProvider(failure) | Verdict::FailJob(failure) | Verdict::FailVoice { failure, .. } => {
                    return Err(failure.into());
                }
            };
            let wait = wait.unwrap_or_else(|| backoff(tries, fastrand::f64()));
            if tries == TRIES || wait > PARK_ABOVE {
                return Err(failure.into());
            }
            tries += 1;
            tokio::time::sleep(wait).await;
        }
    }

    async fn attempt(&self, call: &Call, request: &Request) -> Result<Verdict, NotMade> {
        let (mut sent, mut body) = self.client.ask(call).await;
        if let Sent::Complete(head) = &sent {
            let reply = Reply::new(head.clone(), body);
            match self.remote.follow(&reply)? {
                Some(second) => (sent, body) = self.client.ask(&second).await,
                None => body = reply.body,
            }
        }
        let (remote, request) = (self.remote.clone(), request.clone());
        // Pictures take a while to decode.
        compute("Reading the reply", move || Ok(judge(remote.as_ref(), &request, sent, body))).await
    }
}

/// Nobody bills for a server of one's own: a doubtful end is only one more reason to try again.
fn free_of_charge(failure: Failure) -> Failure {
    Failure { next_step: "It costs nothing: generate again, or look at the server's own log.".to_owned(), ..failure }
}

pub(super) fn check_call(provider: &'static str, endpoint: &Endpoint, key: Option<&ApiKey>) -> Call {
    Call {
        provider,
        method: Method::Get,
        url: endpoint.join(&["models"]),
        key: key.cloned(),
        body: Body::Empty,
        limits: Limits::question(),
    }
}

pub(super) fn read_check(names: &Names, endpoint: &Endpoint, reply: &Reply) -> Result<Checked, Failure> {
    let at = endpoint.as_str();
    // Small servers do without a list of models; that they answer is all there is to know.
    if matches!(reply.head.status, 404 | 405 | 501) {
        let facts = vec![format!("{} answers at {at}; it lists no models", names.provider)];
        return Ok(Checked { facts, ..Checked::default() });
    }
    if !reply.head.is_success() {
        let failure = failure_of(classify(names, reply));
        return Err(failure.unwrap_or_else(|| refused("The server did not answer the check", "Try again.")));
    }
    let document: Value = serde_json::from_slice(&reply.body).unwrap_or_default();
    let models: Vec<&str> =
        document["data"].as_array().into_iter().flatten().filter_map(|model| model["id"].as_str()).collect();
    let mut checked = Checked { facts: vec![format!("{} answers at {at}", names.provider)], ..Checked::default() };
    if !names.model.is_empty() && !models.is_empty() && !models.contains(&names.model) {
        let known: Vec<&str> = models.iter().copied().take(5).collect();
        checked.warnings.push(format!(
            "It has no model {}; it has {}.",
            names.model.display(),
            names.without_secret(&known.join(", ")).as_str().display()
        ));
    }
    Ok(checked)
}

#[cfg(test)]
mod tests;
