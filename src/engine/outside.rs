//! Whether the outside providers can be reached: for front ends that tell others how things are. Asks, and pays nothing.

use std::sync::Arc;

use crate::plan::Failure;
use crate::providers::Catalogue;
use crate::providers::check::ask;
use crate::providers::remote::RemoteProvider;

/// The outside providers of this engine.
#[derive(Clone)]
pub struct Outside {
    catalogue: Catalogue,
}

/// An outside provider that has a name of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Service {
    /// Portraits.
    OpenAi,
    /// Voices and dialogues.
    ElevenLabs,
}

impl Service {
    /// As the provider calls itself.
    fn name(self) -> &'static str {
        match self {
            Service::OpenAi => "OpenAI",
            Service::ElevenLabs => "ElevenLabs",
        }
    }
}

impl Outside {
    /// Those of this catalogue, as they are configured.
    pub fn new(catalogue: Catalogue) -> Self {
        Self { catalogue }
    }

    /// Whether there is a key for it.
    pub fn is_configured(&self, service: Service) -> bool {
        self.provider(service).is_some()
    }

    /// One free call that shows whether address and key are right; bounded in time.
    pub async fn check(&self, service: Service) -> Result<(), Failure> {
        let (Some(provider), Some(client)) = (self.provider(service), self.catalogue.client()) else {
            return Err(Failure {
                reason: format!("No key of {} is set", service.name()),
                next_step: "Set it in the environment.".to_owned(),
                retryable: false,
            });
        };
        ask(client, provider.as_ref(), provider.model()).await.map(drop)
    }

    fn provider(&self, service: Service) -> Option<Arc<dyn RemoteProvider>> {
        self.catalogue.remotes().into_iter().find(|remote| remote.name() == service.name())
    }
}
