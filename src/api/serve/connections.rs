//! Connections: how many, how long they may take to say what they want, and how they end when the server stops.

use std::collections::HashMap;
use std::io;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::task::JoinSet;

use crate::engine::OpenFiles;

/// Of all places, one address may take three of four: an address that takes all of its own shuts nobody else out.
const SHARE_OF_AN_ADDRESS: (usize, usize) = (3, 4);

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
    let places = Places::new(OpenFiles::allowed().connections);
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

async fn accept(listener: &TcpListener, places: &Places) -> io::Result<(TcpStream, Place)> {
    loop {
        let place = places.all.clone().acquire_owned().await.map_err(io::Error::other)?;
        let (stream, from) = listener.accept().await?;
        let Some(place) = places.take(place, from.ip()) else { continue };
        // Answers are small and whole: waiting to fill a packet only delays them.
        stream.set_nodelay(true)?;
        return Ok((stream, place));
    }
}

/// Room for connections: in all, and for one address.
struct Places {
    all: Arc<Semaphore>,
    of_one_address: usize,
    taken: Arc<Mutex<HashMap<IpAddr, usize>>>,
}

/// The room that one connection takes, for as long as it lasts.
struct Place {
    _of_all: OwnedSemaphorePermit,
    address: IpAddr,
    taken: Arc<Mutex<HashMap<IpAddr, usize>>>,
}

impl Places {
    fn new(most: usize) -> Self {
        let (part, whole) = SHARE_OF_AN_ADDRESS;
        let of_one_address = most * part / whole;
        Self { all: Arc::new(Semaphore::new(most)), of_one_address, taken: Arc::default() }
    }

    /// `None` where the address has its share already: the connection is closed without a word.
    fn take(&self, of_all: OwnedSemaphorePermit, address: IpAddr) -> Option<Place> {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let by_this = taken.entry(address).or_default();
        if *by_this >= self.of_one_address {
            return None;
        }
        *by_this += 1;
        Some(Place { _of_all: of_all, address, taken: self.taken.clone() })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(by_this) = taken.get_mut(&self.address) {
            *by_this -= 1;
            if *by_this == 0 {
                taken.remove(&self.address);
            }
        }
    }
}

async fn converse(stream: TcpStream, router: Router, mut stopping: watch::Receiver<bool>, _place: Place) {
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
    let ended = if let Some(ended) = ended {
        ended
    } else {
        connection.as_mut().graceful_shutdown();
        connection.await
    };
    if let Err(error) = ended {
        // Broken requests and people who leave are everyday matters.
        tracing::debug!(%error, "a connection ended early");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_address_cannot_shut_out_another() {
        let places = Places::new(8);
        let take = |address: [u8; 4]| {
            let of_all = places.all.clone().try_acquire_owned().expect("there is room for another");
            places.take(of_all, address.into())
        };
        let mut greedy: Vec<Place> = (0..6).map(|_| take([10, 0, 0, 1]).expect("its share")).collect();
        assert!(take([10, 0, 0, 1]).is_none(), "more than its share");
        let other = take([10, 0, 0, 2]);
        assert!(other.is_some());
        greedy.pop();
        assert!(take([10, 0, 0, 1]).is_some(), "what ended makes room");
    }

    #[test]
    fn what_has_ended_is_forgotten() {
        let places = Places::new(4);
        let of_all = places.all.clone().try_acquire_owned().unwrap();
        drop(places.take(of_all, [10, 0, 0, 1].into()));
        assert!(places.taken.lock().unwrap().is_empty());
        assert_eq!(places.all.available_permits(), 4);
    }
}
