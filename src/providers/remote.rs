//! What an outside provider is: pure functions around one call. The engine reserves, records and sends in between, so
//! that nothing paid is lost; a reply found on disk after a crash goes through the same `decode`.

use super::http::client::MAY_BE_BILLED;
use super::http::{Call, Reply, Sent};
use super::provider::{File, Lane};
use super::room::Share;
use crate::domain::MicroDollars;
use crate::plan::{Failure, ProviderId, Request};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// A provider as configured, or what to set to have it.
pub type Remote<P> = Result<Arc<P>, String>;

/// What a call needs besides its request.
#[derive(Debug, Clone, Default)]
pub struct Inputs {
    /// The reference picture of the request, when it has one.
    pub reference: Option<Vec<u8>>,
    /// Whether somebody looks on, so that unfinished pictures are worth their small price.
    pub wants_partials: bool,
    /// The sound of a request that listens to one: a WAV file of this program's own.
    pub sound: Option<PathBuf>,
}

/// What a reply means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Every file has been checked in full. `cost` is `None` where the provider does not say it.
    Made { files: Vec<File>, cost: Option<MicroDollars>, request_id: Option<String> },
    /// Surely not billed; may be sent again.
    Free {
        failure: Failure,
        /// As asked for by the provider; above [`super::http::retry::PARK_ABOVE`] the job is parked.
        retry_after: Option<Duration>,
        /// Whether the provider takes fewer calls at once than it was sent.
        is_rate_limit: bool,
    },
    /// Surely not billed; no further call to this provider until the user acts.
    StopProvider(Failure),
    /// Surely not billed; this request is refused and would be again.
    FailJob(Failure),
    /// The same of the voice: every line that it should speak would be refused.
    FailVoice { voice_id: String, failure: Failure },
    /// May have been billed: hold and ask.
    Unknown {
        failure: Failure,
        /// Whether there is a body worth keeping for a person to look at.
        quarantine: bool,
    },
}

/// An unfinished picture, to look at and never to keep.
#[derive(Debug, Clone)]
pub struct Partial {
    /// From 0, in order of detail.
    #[cfg_attr(not(test), expect(dead_code, reason = "told apart by tests only"))]
    pub index: u32,
    /// PNG, JPEG or WebP; only its header has been read.
    pub bytes: Vec<u8>,
    /// Of the memory that unfinished pictures may take.
    #[expect(dead_code, reason = "given back when it is dropped")]
    pub share: Option<Arc<Share>>,
}

/// Finds unfinished pictures in a body as it comes.
pub trait PartialReader: Send {
    fn feed(&mut self, chunk: &[u8]) -> Vec<Partial>;
}

/// What a connection check found, as sentences.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Checked {
    pub facts: Vec<String>,
    /// What will soon need the user.
    pub warnings: Vec<String>,
    /// The day on which the model is switched off, where the provider says one.
    pub retires_on: Option<String>,
}

/// A maker that is reached over the network.
pub trait RemoteProvider: Send + Sync {
    fn id(&self) -> ProviderId;

    /// For sentences: `OpenAI`.
    fn name(&self) -> &'static str;

    fn lane(&self) -> Lane;

    /// The model as configured; empty where the server has one of its own.
    fn model(&self) -> &str;

    /// Whether it is reached at the provider's own address. Only there is it asked unasked: what stands at another
    /// address need not know the question.
    fn has_own_address(&self) -> bool {
        false
    }

    /// The call that makes `request`, or why it would be refused: known before anything is paid.
    fn call(&self, request: &Request, inputs: &Inputs) -> Result<Call, Failure>;

    /// What a whole reply means, live or read back from disk.
    fn decode(&self, request: &Request, reply: &Reply) -> Verdict;

    /// Reads unfinished pictures out of the body; `None` for providers that send none.
    fn partials(&self) -> Option<Box<dyn PartialReader>> {
        None
    }

    /// A second, free call that a reply asks for: the address of a finished file.
    fn follow(&self, _reply: &Reply) -> Result<Option<Call>, Failure> {
        Ok(None)
    }

    /// A free call that shows whether address, key and model are right: the model as configured, or one that a profile
    /// names. Not every provider tells of models.
    fn check_call(&self, model: &str) -> Call;

    fn read_check(&self, model: &str, reply: &Reply) -> Result<Checked, Failure>;
}

/// What an ended call means; `body` is what is in the sink.
pub fn judge(provider: &dyn RemoteProvider, request: &Request, sent: Sent, body: Vec<u8>) -> Verdict {
    match sent {
        Sent::Nothing(failure) | Sent::NoRoom(failure) => {
            Verdict::Free { failure, retry_after: None, is_rate_limit: false }
        }
        Sent::Complete(head) => provider.decode(request, &Reply::new(head, body)),
        // A refusal is one by its status alone, however its explanation was cut.
        Sent::Broken { head: Some(head), .. } if (300..500).contains(&head.status) => {
            provider.decode(request, &Reply::new(head, body))
        }
        Sent::Broken { failure, .. } => Verdict::Unknown { failure, quarantine: false },
    }
}

/// A reply that says it succeeded and holds nothing usable: it was paid, so it is kept and asked about.
pub(super) fn garbled(provider: &str, why: &str, reply: &Reply) -> Verdict {
    let failure = Failure {
        reason: format!("{provider} answered with something that cannot be used: {}", why.trim_end_matches('.')),
        next_step: MAY_BE_BILLED.to_owned(),
        retryable: true,
    };
    Verdict::Unknown { failure, quarantine: !reply.body.is_empty() }
}

/// What a check says of a reply that is an error.
pub(super) fn failure_of(verdict: Verdict) -> Option<Failure> {
    match verdict {
        Verdict::Made { .. } => None,
        Verdict::Free { failure, .. }
        | Verdict::StopProvider(failure)
        | Verdict::FailJob(failure)
        | Verdict::FailVoice { failure, .. }
        | Verdict::Unknown { failure, .. } => Some(failure),
    }
}

/// A request that this provider would refuse, found before it is sent.
pub(super) fn refused(reason: impl Into<String>, next_step: impl Into<String>) -> Failure {
    Failure { reason: reason.into(), next_step: next_step.into(), retryable: false }
}
