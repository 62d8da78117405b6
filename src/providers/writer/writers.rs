//! Both kinds of writers as configured, and which of them writes.

use std::sync::Arc;

use super::{CompatibleWriter, OpenAiWriter, compatible};
use crate::plan::{Maker, ProviderId};
use crate::providers::config::ProviderConfig;
use crate::providers::http::Client;
use crate::providers::image::openai::KEY;
use crate::providers::prices::Prices;
use crate::providers::provider::Provider;
use crate::providers::remote::{Remote, RemoteProvider};
use crate::providers::server::FreeServer;

/// The writers at hand, or what to set to have them.
#[derive(Clone)]
pub struct Writers {
    pub openai: Remote<OpenAiWriter>,
    pub server: Remote<CompatibleWriter>,
}

impl Writers {
    /// None is configured.
    pub fn none() -> Self {
        let missing = |variable: &str| format!("{variable} is not set.");
        Self { openai: Err(missing(KEY)), server: Err(missing(compatible::BASE)) }
    }

    pub fn new(config: &ProviderConfig, prices: &Prices) -> Self {
        Self {
            openai: OpenAiWriter::new(&config.writer, &prices.writer).map(Arc::new),
            server: CompatibleWriter::new(&config.writer_server, prices.writer_server).map(Arc::new),
        }
    }

    /// Who writes: the server whose address is set, else OpenAI where its key is; or what to set. What is set and cannot be
    /// used is told, not passed over.
    pub fn maker(&self) -> Result<Maker, String> {
        match (&self.server, &self.openai) {
            (Ok(server), _) => Ok(server.maker()),
            (_, Ok(openai)) => Ok(openai.maker()),
            (Err(why), _) if !why.starts_with(compatible::BASE) => Err(why.clone()),
            (_, Err(why)) if !why.starts_with(KEY) => Err(why.clone()),
            _ => Err(format!(
                "No language model is set up: set {KEY} for OpenAI's, or {} for a server of your own",
                compatible::BASE
            )),
        }
    }

    /// The server, where it costs nothing.
    pub fn free(&self, client: Client) -> Option<Arc<dyn Provider>> {
        let remote = self.server.as_ref().ok().filter(|server| !server.is_metered())?.clone();
        Some(Arc::new(FreeServer { remote, client }))
    }

    /// The writer whose calls are paid for.
    pub fn metered(&self, provider: ProviderId) -> Option<Arc<dyn RemoteProvider>> {
        if provider == ProviderId::OpenAiWriter {
            return Some(self.openai.as_ref().ok()?.clone());
        }
        Some(self.server.as_ref().ok().filter(|server| server.is_metered())?.clone())
    }

    /// The accounts that are used: the provider, and a mark of address and key.
    pub fn accounts(&self) -> impl Iterator<Item = (ProviderId, String)> + use<> {
        let openai = self.openai.as_ref().ok().map(|openai| (ProviderId::OpenAiWriter, openai.account()));
        let server = self.server.as_ref().ok().and_then(|server| server.account());
        openai.into_iter().chain(server.map(|account| (ProviderId::CompatibleWriter, account)))
    }

    /// What to set to have a writer.
    pub fn missing(&self, provider: ProviderId) -> Option<&String> {
        if provider == ProviderId::OpenAiWriter { self.openai.as_ref().err() } else { self.server.as_ref().err() }
    }
}
