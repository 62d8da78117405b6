//! Starts an engine on a thread of its own, so that a front end paints its first frame while the home is still being
//! opened.

use std::collections::BTreeSet;

use tokio::sync::{mpsc, oneshot};

use super::command::Command;
use super::core::{Book, Core};
use super::event::{Event, Level, Notice};
use super::outside::Outside;
use super::settings::{EngineSettings, Makers, Shelf};
use crate::providers::{Catalogue, start_runtime};
use crate::store::Store;

/// Commands waiting for the engine; a front end that sends more waits.
const COMMANDS: usize = 64;

/// A running engine, as a front end holds it. Dropping it shuts the engine down.
pub struct EngineHandle {
    /// Takes up to 64 commands at a time; a front end that sends more waits.
    pub commands: mpsc::Sender<Command>,
    /// Everything that happens, in order. None is dropped: whoever does not read them lets them pile up in memory.
    pub events: mpsc::UnboundedReceiver<Event>,
    /// Comes when the home is open; never where the engine cannot work.
    pub opened: oneshot::Receiver<Opened>,
}

/// What a front end that answers questions may use beside the engine's events.
#[derive(Clone)]
pub struct Opened {
    /// The engine's own: nobody opens a database twice.
    pub store: Store,
    /// To ask how the outside providers are.
    pub outside: Outside,
}

/// Starts an engine and returns at once. The first events are the jobs that are known, then the library; an engine that
/// cannot work says [`Event::Unusable`].
pub fn start(settings: EngineSettings) -> EngineHandle {
    let (commands, commands_in) = mpsc::channel(COMMANDS);
    let (events_out, events) = mpsc::unbounded_channel();
    let thread_events = events_out.clone();
    let (opened_out, opened) = oneshot::channel();
    let spawned = std::thread::Builder::new().name("engine".to_owned()).spawn(move || {
        let runtime = start_runtime(tokio::runtime::Builder::new_multi_thread().worker_threads(2));
        let failure = match runtime {
            Ok(runtime) => runtime.block_on(serve(settings, commands_in, thread_events.clone(), opened_out)).err(),
            Err(error) => Some(format!("No threads can be started: {error}")),
        };
        if let Some(reason) = failure {
            let _ = thread_events.send(Event::Unusable(reason));
        }
    });
    if let Err(error) = spawned {
        let _ = events_out.send(Event::Unusable(format!("No thread can be started: {error}")));
    }
    EngineHandle { commands, events, opened }
}

async fn serve(
    settings: EngineSettings,
    commands: mpsc::Receiver<Command>,
    events: mpsc::UnboundedSender<Event>,
    opened_out: oneshot::Sender<Opened>,
) -> Result<(), String> {
    let home = settings.home.clone();
    let opened = tokio::task::spawn_blocking(move || Store::open(&home)).await;
    let (store, rebuilt) = opened.map_err(|error| error.to_string())?.map_err(|error| error.to_string())?;
    if let Some(rebuilt) = rebuilt {
        let _ = events.send(Event::Notice(Notice { level: Level::Warning, text: rebuilt.to_string(), campaign: None }));
    }
    let (internal, internal_in) = mpsc::unbounded_channel();
    let catalogue = Catalogue::new(store.home.voices(), settings.encoder).with_providers(&settings.providers)?;
    for (provider, account) in catalogue.accounts() {
        if let Err(error) = store.journal.use_account(provider, &account).await {
            tracing::warn!(%error, "whose limits a provider's are cannot be recorded");
        }
    }
    // Most front ends ask nothing.
    let _ = opened_out.send(Opened { store: store.clone(), outside: Outside::new(catalogue.clone()) });
    let mut makers = Makers::new(&catalogue, &settings)?;
    let (mut book, trouble) = Book::open(&settings, &catalogue);
    if let Some(text) = trouble {
        let _ = events.send(Event::Notice(Notice { level: Level::Warning, text, campaign: None }));
    }
    if settings.meet_account {
        book.meet(&makers, &catalogue, &store).await;
    }
    book.pin(&mut makers, &settings);
    let shelf = Shelf { settings, makers, renewed: BTreeSet::new() };
    Box::pin(Core::new(shelf, store, catalogue, book, events, internal).run(commands, internal_in)).await;
    Ok(())
}
