//! Connections: how many, how long they may take to say what they want, and how they end when the server stops.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::task::JoinSet;

/// More wait in the system's queue until one ends.
const MOST_CONNECTIONS: usize = 1024;

/// Files that the program needs beside its connections: database, assets, spool.
const OTHER_FILES: u64 = 192;

/// How long the head of a request may take, counted from the end of the one before: an idle connection is closed too.
const HEAD_TIME: Duration = Duration::from_secs(20);

const LARGEST_HEAD: usize = 32 * 1024;
const MOST_HEADERS: usize = 64;

/// How long answers under way have when the server stops.
const DRAIN: Duration = Duration::from_secs(10);

/// Pause after the system refused a connection, which it does when it has no room for another file.
const BREATH: Duration = Duration::from_millis(50);

/// Answers connections until told to stop, then lets those under way come to their end.
pub async fn serve(listener: TcpListener, router: Router, mut stopping: watch::Receiver<bool>) {
    let places = Arc::new(Semaphore::new(places()));
    let mut open = JoinSet::new();
    loop {
        let accepted = tokio::select! {
            accepted = accept(&listener, &places) => accepted,
            _ = stopping.wait_for(|stopping| *stopping) => break,
        };
        while open.try_join_next().is_some() {}
        match accepted {
            Ok((stream, place)) => drop(open.spawn(converse(stream, router.clone(), stopping.clone(), place))),
            Err(error) => {
                tracing::warn!(%error, "a connection was refused by the system");
                tokio::time::sleep(BREATH).await;
            }
        }
    }
    drop(listener);
    let all_ended = async { while open.join_next().await.is_some() {} };
    if tokio::time::timeout(DRAIN, all_ended).await.is_err() {
        tracing::warn!("some connections were cut off");
    }
}

async fn accept(listener: &TcpListener, places: &Arc<Semaphore>) -> io::Result<(TcpStream, OwnedSemaphorePermit)> {
    let place = places.clone().acquire_owned().await.map_err(io::Error::other)?;
    let (stream, _) = listener.accept().await?;
    // Answers are small and whole: waiting to fill a packet only delays them.
    stream.set_nodelay(true)?;
    Ok((stream, place))
}

async fn converse(
    stream: TcpStream,
    router: Router,
    mut stopping: watch::Receiver<bool>,
    _place: OwnedSemaphorePermit,
) {
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIME)
        .max_headers(MOST_HEADERS)
        .max_buf_size(LARGEST_HEAD)
        .serve_connection(TokioIo::new(stream), TowerToHyperService::new(router));
    let mut connection = std::pin::pin!(connection);
    let told_to_stop = async {
        // The server that could say so is gone only with this connection.
        let _ = stopping.wait_for(|stopping| *stopping).await;
    };
    let ended = tokio::select! {
        ended = connection.as_mut() => Some(ended),
        () = told_to_stop => None,
    };
    let ended = match ended {
        Some(ended) => ended,
        None => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        // Broken requests and people who leave are everyday matters.
        tracing::debug!(%error, "a connection ended early");
    }
}

/// As many as the system lets this program have.
fn places() -> usize {
    #[cfg(unix)]
    {
        let limit = rustix::process::getrlimit(rustix::process::Resource::Nofile).current;
        let files = limit.unwrap_or(u64::MAX).saturating_sub(OTHER_FILES);
        usize::try_from(files).unwrap_or(MOST_CONNECTIONS).clamp(16, MOST_CONNECTIONS)
    }
    #[cfg(not(unix))]
    MOST_CONNECTIONS
}
