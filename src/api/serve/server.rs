//! Starting and stopping: binds the address, starts an engine, goes on with what an earlier start left, answers until
//! told to stop, and then lets everything under way come to its end.

use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::thread::JoinHandle;

use tokio::sync::{mpsc, oneshot, watch};

use super::connections;
use crate::api::common::seen::Seen;
use crate::api::common::settings::{ServeSettings, Token};
use crate::api::common::shared::{Shared, SharedRef};
use crate::api::resources::posting;
use crate::api::schema::routes::router;
use crate::engine::{Command, EngineHandle, EngineSettings, Event, Level, Outcome, RunEnded, start, start_runtime};
use crate::store::PostedEnd;

/// Why the server does not start.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// Other machines could reach this address, and no token is set.
    #[error("{0} can be reached from other machines: set BABBLECAST_TOKEN to a secret of at least {least} characters, or use 127.0.0.1", least = Token::SHORTEST)]
    TokenNeeded(SocketAddr),
    /// The address cannot be listened on.
    #[error("{addr} cannot be listened on: {source}. Choose another address with --addr")]
    Address {
        /// As it was asked for.
        addr: SocketAddr,
        /// What the system said.
        source: std::io::Error,
    },
    /// The system gives the program no threads.
    #[error("no threads can be started: {0}")]
    Threads(std::io::Error),
    /// The engine cannot work: a sentence for the user.
    #[error("{0}")]
    Unusable(String),
}

/// A running server. Dropping it stops it.
pub struct Server {
    addr: SocketAddr,
    stopping: watch::Sender<bool>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    /// Starts, and returns when it answers.
    pub fn start(engine: EngineSettings, settings: ServeSettings) -> Result<Self, ServeError> {
        if settings.token.is_none() && !settings.addr.ip().is_loopback() {
            return Err(ServeError::TokenNeeded(settings.addr));
        }
        let address = |source| ServeError::Address { addr: settings.addr, source };
        let listener = TcpListener::bind(settings.addr).map_err(address)?;
        listener.set_nonblocking(true).map_err(address)?;
        let addr = listener.local_addr().map_err(address)?;
        let runtime = start_runtime(tokio::runtime::Builder::new_multi_thread().worker_threads(2));
        let runtime = runtime.map_err(ServeError::Threads)?;
        let (stopping, told_to_stop) = watch::channel(false);
        let (ready, is_ready) = oneshot::channel();
        let thread = std::thread::Builder::new().name("serve".to_owned()).spawn(move || {
            runtime.block_on(run(listener, engine, settings, told_to_stop, ready));
        });
        let thread = Some(thread.map_err(ServeError::Threads)?);
        let server = Self { addr, stopping, thread };
        let died = || ServeError::Unusable("The server ended before it began; its log may say why".to_owned());
        is_ready.blocking_recv().map_err(|_| died())??;
        Ok(server)
    }

    /// Where it listens, with the port that the system chose where 0 was asked for.
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// Takes no more work, lets what runs end, and returns when it has.
    pub fn stop(mut self) {
        self.end();
    }

    fn end(&mut self) {
        self.stopping.send_replace(true);
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the server's thread panicked");
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.end();
    }
}

async fn run(
    listener: TcpListener,
    engine: EngineSettings,
    settings: ServeSettings,
    stopping: watch::Receiver<bool>,
    ready: oneshot::Sender<Result<(), ServeError>>,
) {
    let mut handle = start(engine.clone());
    let (shared, listener) = match open(&mut handle, listener, engine, settings, stopping.clone()).await {
        Ok(opened) => opened,
        // The thread that started it waits for this, unless it is gone itself.
        Err(error) => return drop(ready.send(Err(error))),
    };
    shared.health.refresh();
    let following = tokio::spawn(follow(handle.events, shared.clone()));
    if let Err(problem) = posting::resume(&shared).await {
        tracing::error!(?problem, "jobs of an earlier start are not gone on with");
    }
    let _ = ready.send(Ok(()));
    let answering = connections::serve(listener, router(shared.clone()), stopping);
    let draining = async {
        shared.stopping().await;
        // An engine that is gone has nothing to drain.
        let _ = shared.send(Command::Shutdown).await;
        let _ = following.await;
    };
    tokio::join!(answering, draining);
}

/// Waits until the campaigns and their jobs are known.
async fn open(
    handle: &mut EngineHandle,
    listener: TcpListener,
    engine: EngineSettings,
    settings: ServeSettings,
    stopping: watch::Receiver<bool>,
) -> Result<(SharedRef, tokio::net::TcpListener), ServeError> {
    let ended = || ServeError::Unusable("The engine stopped without a word; its log may say why".to_owned());
    let mut seen = Seen::default();
    loop {
        match handle.events.recv().await.ok_or_else(ended)? {
            Event::Unusable(why) => return Err(ServeError::Unusable(why)),
            event => {
                let is_library = matches!(event, Event::Library(_));
                seen.apply(event);
                if is_library {
                    break;
                }
            }
        }
    }
    let opened = (&mut handle.opened).await.map_err(|_| ended())?;
    let address = |source| ServeError::Address { addr: settings.addr, source };
    let listener = tokio::net::TcpListener::from_std(listener).map_err(address)?;
    let commands = handle.commands.clone();
    let shared = Shared::new(settings, engine, opened, seen, commands, stopping);
    Ok((Arc::new(shared), listener))
}

/// Keeps what the engine tells until it is gone, and with it its name: only then may another program take over what it
/// left. Records how jobs end.
async fn follow(mut events: mpsc::UnboundedReceiver<Event>, shared: SharedRef) {
    let (ends, mut to_record) = mpsc::unbounded_channel::<RunEnded>();
    let recorder = shared.clone();
    let recording = tokio::spawn(async move {
        let mut batch = Vec::new();
        while to_record.recv_many(&mut batch, 256).await > 0 {
            futures::future::join_all(batch.drain(..).map(|ended| record_end(&recorder, ended))).await;
        }
    });
    while let Some(event) = events.recv().await {
        let mut batch = vec![event];
        while let Ok(event) = events.try_recv() {
            batch.push(event);
        }
        for event in &batch {
            match event {
                Event::RunEnded(ended) => drop(ends.send(ended.clone())),
                Event::Notice(notice) if notice.level > Level::Info => tracing::warn!("{}", notice.text),
                _ => {}
            }
        }
        shared.learn(batch);
    }
    drop(ends);
    let _ = recording.await;
}

/// A job that only the server's stop cut off stays open: the next start goes on with it.
async fn record_end(shared: &Shared, ended: RunEnded) {
    if shared.is_stopping() && ended.outcome == Outcome::Interrupted {
        return;
    }
    let end = PostedEnd { outcome: ended.outcome.name().to_owned(), message: ended.message };
    if let Err(error) = shared.store.journal.end_posted(ended.run, end).await {
        tracing::warn!(%error, "the end of a job is not recorded");
    }
}
