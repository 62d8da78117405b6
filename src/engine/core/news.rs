//! What providers say of themselves: a model that is switched off soon, a key that was refused. Told from what was
//! remembered, so that opening the studio calls nobody; asked again now and then while something is paid for anyway.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use super::{Core, Internal};
use crate::engine::entry::{Content, Entry};
use crate::engine::event::Level;
use crate::plan::{MadeBy, Mode, ProviderId, Settings};
use crate::providers::check::{ask, retirement};
use crate::providers::remote::RemoteProvider;
use crate::store::{ProviderCheck, Result};

/// An answer is good for a day: models are retired by the week.
const GOOD_FOR: Duration = Duration::from_hours(24);

/// A provider and a model of it, as a request names them.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Model {
    provider: ProviderId,
    model: String,
}

impl Model {
    pub(super) fn of(made_by: &MadeBy) -> Self {
        Self { provider: made_by.provider, model: made_by.model.clone() }
    }

    fn answer<'a>(&self, checks: &'a [ProviderCheck]) -> Option<&'a ProviderCheck> {
        checks.iter().find(|check| check.provider == self.provider && check.model == self.model)
    }
}

impl Core {
    /// What will soon need the user, as sentences.
    pub(super) async fn warnings(&self, entries: &[Arc<Entry>]) -> Vec<String> {
        let Some(finals) = self.studio.shelf.makers.finals.settings() else { return Vec::new() };
        self.warnings_of(finals, entries).await.unwrap_or_else(|error| {
            tracing::warn!(%error, "what providers said is not known");
            Vec::new()
        })
    }

    async fn warnings_of(&self, finals: &Settings, entries: &[Arc<Entry>]) -> Result<Vec<String>> {
        let checks = self.studio.store.journal.checks().await?;
        let defaults = [&finals.image.made_by, &finals.voice.made_by];
        let mut warnings = Vec::new();
        for MadeBy { provider, .. } in defaults {
            if let Some(failure) = self.studio.store.journal.allowance(*provider).await?.stopped {
                warnings.push(failure.to_string());
            }
        }
        let models: BTreeSet<Model> = defaults
            .into_iter()
            .map(Model::of)
            .chain(entries.iter().flat_map(|entry| models_of_faces(entry)))
            .collect();
        for model in models {
            let retires_on = model.answer(&checks).and_then(|check| check.retires_on.as_deref());
            warnings.extend(retires_on.map(|on| retirement(model.provider, &model.model, on)));
        }
        warnings.extend(self.voice_warnings(entries));
        Ok(warnings)
    }

    /// Asks the free question about each of these models, beside the work, unless it was asked lately.
    pub(super) async fn look_for_news(&mut self, models: BTreeSet<Model>) {
        let checks = self.studio.store.journal.checks().await.unwrap_or_default();
        let Some(client) = self.studio.catalogue.client().cloned() else { return };
        for (remote, Model { model, .. }) in due(&self.studio.catalogue.remotes(), models, &checks, SystemTime::now()) {
            let (client, journal, internal) =
                (client.clone(), self.studio.store.journal.clone(), self.tasks.internal.clone());
            self.tasks.spawn(Internal::News(Vec::new()), async move {
                // What is wrong with it is told by the calls that are paid for.
                let Ok(checked) = ask(&client, remote.as_ref(), &model).await else { return };
                let retires_on = checked.retires_on.as_deref();
                if let Err(error) = journal.note_check(remote.id(), &model, retires_on).await {
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

/// The models that the finals of a campaign's faces are made with: a profile may name its own.
fn models_of_faces(entry: &Entry) -> impl Iterator<Item = Model> {
    let graph = match &entry.content {
        Content::Good(loaded) => loaded.graph(Mode::Final),
        Content::Broken(_) => None,
    };
    graph.into_iter().flat_map(|graph| {
        let faces = graph.portraits.iter().map(|&index| &graph.jobs[index].request);
        faces.filter_map(|request| request.made_by().map(Model::of))
    })
}

/// Whom to ask about which model now.
fn due(
    remotes: &[Arc<dyn RemoteProvider>],
    models: BTreeSet<Model>,
    checks: &[ProviderCheck],
    now: SystemTime,
) -> Vec<(Arc<dyn RemoteProvider>, Model)> {
    let is_fresh = |model: &Model| model.answer(checks).is_some_and(|check| check.checked_at + GOOD_FOR > now);
    let stale = models.into_iter().filter(|model| !is_fresh(model));
    let with_remote = stale.filter_map(|model| {
        let remote = remotes.iter().find(|remote| remote.id() == model.provider && remote.has_own_address())?;
        Some((remote.clone(), model))
    });
    with_remote.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::providers::Catalogue;
    use crate::providers::config::ProviderConfig;
    use crate::providers::video::EncoderChoice;

    const NOON: Duration = Duration::from_hours(500_000);

    fn remotes(openai_base: Option<&str>) -> Vec<Arc<dyn RemoteProvider>> {
        let mut config = ProviderConfig::default();
        config.openai.key = Some("sk-test".into());
        config.openai.base_url = openai_base.map(str::to_owned);
        config.elevenlabs.key = Some("xi-test".into());
        let catalogue = Catalogue::new(std::path::PathBuf::new(), EncoderChoice::Embedded);
        catalogue.with_providers(&config).unwrap().remotes()
    }

    fn model(provider: ProviderId, model: &str) -> Model {
        Model { provider, model: model.to_owned() }
    }

    fn asked(model: &Model, at: SystemTime) -> ProviderCheck {
        let Model { provider, model } = model.clone();
        ProviderCheck { provider, model, retires_on: None, checked_at: at }
    }

    #[test]
    fn each_model_that_is_paid_for_is_asked_about_once_a_day() {
        let (default, own, voice) = (
            model(ProviderId::OpenAi, "gpt-image-2.6-flare"),
            model(ProviderId::OpenAi, "gpt-image-1.5"),
            model(ProviderId::ElevenLabs, "v3"),
        );
        let now = SystemTime::UNIX_EPOCH + NOON;
        let ago = |hours| now - Duration::from_hours(hours);
        for (checks, expected) in [
            (vec![], vec![&own, &default, &voice]),
            (vec![asked(&default, ago(23)), asked(&voice, ago(1))], vec![&own]),
            (vec![asked(&default, ago(24)), asked(&own, ago(2)), asked(&voice, ago(48))], vec![&default, &voice]),
        ] {
            let models = BTreeSet::from([default.clone(), own.clone(), voice.clone()]);
            let due = due(&remotes(None), models, &checks, now);
            let due: Vec<&Model> = due.iter().map(|(_, model)| model).collect();
            assert_eq!(due, expected, "{checks:?}");
        }
    }

    #[test]
    fn nobody_else_is_asked_by_itself() {
        let models = BTreeSet::from([
            model(ProviderId::OpenAi, "gpt-image-1.5"),
            model(ProviderId::Sketch, "baby"),
            model(ProviderId::Own, ""),
        ]);
        let due = due(&remotes(Some("http://127.0.0.1:9/v1")), models, &[], SystemTime::UNIX_EPOCH + NOON);
        assert!(due.is_empty(), "a server at another address need not know the question");
    }
}
