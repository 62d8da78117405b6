//! The free question to a provider: are address, key and model right? Asked by `doctor`, before a stopped provider is
//! called again, and now and then while finals are made. Knows no store: the caller remembers the answer.

use super::http::{Client, Reply, Sent};
use super::names;
use super::remote::{Checked, RemoteProvider};
use crate::domain::Display;
use crate::plan::{Failure, ProviderId};

/// Asks once and waits at most as long as a question may take.
pub async fn ask(client: &Client, provider: &dyn RemoteProvider, model: &str) -> Result<Checked, Failure> {
    let (sent, body) = client.ask(&provider.check_call(model)).await;
    match sent {
        Sent::Complete(head) => provider.read_check(model, &Reply::new(head, body)),
        Sent::Nothing(failure) | Sent::NoRoom(failure) => Err(failure),
        // Nothing is billed for a question, so there is nothing to decide about it.
        Sent::Broken { failure, .. } => {
            Err(Failure { next_step: "Check the network and try again.".to_owned(), ..failure })
        }
    }
}

/// What to say of a model that its provider switches off. `provider` is the name of its section in the config.
pub fn retirement(provider: ProviderId, model: &str, on: &str) -> String {
    let name = match provider {
        ProviderId::OpenAi | ProviderId::OpenAiWriter => names::OPENAI,
        ProviderId::ElevenLabs => names::ELEVENLABS,
        other => other.name(),
    };
    let model = model.display();
    if provider == ProviderId::OpenAiWriter {
        return format!("{name} switches {model} off on {on}: set writer.model to a newer one in the config.");
    }
    format!(
        "{name} switches {model} off on {on}: set {provider}.model to a newer one in the config, or `model` in the \
         profile that names it. What is made stays made."
    )
}
