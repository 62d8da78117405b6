//! What providers say of themselves: a model that is switched off soon, a key that was refused. Told from what was
//! remembered, so that opening the studio calls nobody; asked again now and then while something is paid for anyway.

use std::time::{Duration, SystemTime};

use super::{Core, Internal};
use crate::domain::Display;
use crate::engine::Level;
use crate::plan::{MadeBy, Settings};
use crate::providers::check::{ask, retirement};
use crate::store::Result;

/// An answer is good for a day: models are retired by the week.
const GOOD_FOR: Duration = Duration::from_hours(24);

impl Core {
    /// What will soon need the person, as sentences.
    pub(super) async fn warnings(&self) -> Vec<String> {
        let Some(finals) = self.shelf.makers.finals.settings() else { return Vec::new() };
        self.warnings_of(finals).await.unwrap_or_else(|error| {
            tracing::warn!(%error, "what providers said is not known");
            Vec::new()
        })
    }

    async fn warnings_of(&self, finals: &Settings) -> Result<Vec<String>> {
        let checks = self.store.journal.checks().await?;
        let mut warnings = Vec::new();
        for MadeBy { provider, model, .. } in [&finals.image.made_by, &finals.voice.made_by] {
            if let Some(failure) = self.store.journal.allowance(provider).await?.stopped {
                warnings.push(failure.to_string());
            }
            let check = checks.iter().find(|check| check.provider == *provider && check.model == *model);
            let retires_on = check.and_then(|check| check.retires_on.as_deref());
            warnings.extend(retires_on.map(|on| retirement(provider, &model.as_str().display().to_string(), on)));
        }
        Ok(warnings)
    }

    /// Asks each of these providers the free question, beside the work, unless it was asked lately.
    pub(super) async fn look_for_news(&self, providers: Vec<String>) {
        let checks = self.store.journal.checks().await.unwrap_or_default();
        let is_fresh = |provider: &str, model: &str| {
            let check = checks.iter().find(|check| check.provider == provider && check.model == model);
            check.is_some_and(|check| check.checked_at + GOOD_FOR > SystemTime::now())
        };
        let Some(client) = self.catalogue.client() else { return };
        for remote in self.catalogue.remotes() {
            let provider = remote.lane().name;
            if !remote.is_at_home() || is_fresh(provider, remote.model()) || !providers.iter().any(|p| p == provider) {
                continue;
            }
            let (client, journal, internal) = (client.clone(), self.store.journal.clone(), self.internal.clone());
            tokio::spawn(async move {
                // What is wrong with it is told by the calls that are paid for.
                let Ok(checked) = ask(&client, remote.as_ref()).await else { return };
                if let Err(error) = journal.note_check(provider, remote.model(), checked.retires_on.as_deref()).await {
                    tracing::warn!(%error, "what a provider said cannot be remembered");
                }
                let _ = internal.send(Internal::News(checked.warnings));
            });
        }
    }

    pub(super) fn tell_news(&self, warnings: Vec<String>) {
        for text in warnings {
            self.notice(Level::Warning, text, None);
        }
    }
}
