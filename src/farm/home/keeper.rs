//! Keeps the connection of a home: finds out what this machine would make, calls the server until it answers, follows who
//! works there, and tells all of it once a second at most.

use std::collections::BTreeMap;
use std::sync::{PoisonError, Weak};
use std::time::{Duration, Instant};

use futures::StreamExt;
use tokio::sync::mpsc;
use tokio::time::{MissedTickBehavior, interval, sleep};

use super::post::Awaited;
use super::{Inner, Ready, deliver};
use crate::farm::kind::Kind;
use crate::farm::link::{self, Link};
use crate::farm::machine;
use crate::farm::settings::FarmSettings;
use crate::farm::sight::{Server, WorkerSight};
use crate::farm::words::{Card, read_card};
use crate::providers::video::VideoStudio;

/// A worker that showed no card for so long is gone.
pub const GONE_AFTER: Duration = Duration::from_secs(10);
const LOOK_EVERY: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(15);

/// Runs until the farm is dropped.
pub async fn keep(
    farm: Weak<Inner>,
    settings: FarmSettings,
    video: VideoStudio,
    mut waiting: mpsc::UnboundedReceiver<Awaited>,
) {
    let unusable = |farm: &Weak<Inner>, why: String| {
        let Some(farm) = farm.upgrade() else { return false };
        farm.sight.send_if_modified(|sight| {
            let server = Server::Unusable { why };
            std::mem::replace(&mut sight.server, server.clone()) != server
        });
        true
    };
    let mut pause = Duration::from_millis(500);
    let link = loop {
        let Some(name) = farm.upgrade().map(|farm| farm.home.clone()) else { return };
        match Link::open(&settings, &name).await {
            Ok(link) => break link,
            Err(why) => {
                if !unusable(&farm, why) {
                    return;
                }
                sleep(pause).await;
                pause = (pause * 2).min(LONGEST_PAUSE);
            }
        }
    };
    // Only for a server that answers: it may take half a second of a processor.
    match Kind::find(&video, settings.found.as_deref()).await {
        Ok(kind) => Box::pin(serve(farm, link, kind, &mut waiting)).await,
        Err(why) => drop(unusable(&farm, format!("Nothing goes to the farm: {why}"))),
    }
}

/// Serves a home by a server that was reached.
pub async fn serve(farm: Weak<Inner>, link: Link, kind: Kind, waiting: &mut mpsc::UnboundedReceiver<Awaited>) {
    let Ok(records) = link.client.subscribe(link::records_of(&kind.name)).await else { return };
    if let Some(farm) = farm.upgrade() {
        farm.ready.send_replace(Some(Ready { link: link.clone(), kind: kind.clone() }));
    }
    tokio::join!(deliver(records, waiting), follow(farm, link, kind));
}

/// Follows server and workers.
async fn follow(farm: Weak<Inner>, link: Link, kind: Kind) {
    let Ok(mut cards) = link.client.subscribe(link::CARDS).await else { return };
    link.say(link::HELLO.to_owned(), Vec::new()).await;
    let mut workers: BTreeMap<String, (Card, Instant)> = BTreeMap::new();
    let mut ticks = interval(LOOK_EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let (mut was_up, mut looked, mut queued) = (true, 0_u32, 0);
    loop {
        tokio::select! {
            card = cards.next() => {
                let Some(card) = card.and_then(|message| read_card(&message.payload)) else { continue };
                if card.left {
                    workers.remove(&card.name);
                } else if workers.len() < MOST_WORKERS || workers.contains_key(&card.name) {
                    let is_new = workers.insert(card.name.clone(), (card, Instant::now())).is_none();
                    if !is_new {
                        continue;
                    }
                }
            }
            _ = ticks.tick() => {
                workers.retain(|_, (_, heard)| heard.elapsed() < GONE_AFTER);
                let is_up = link.is_up();
                looked += 1;
                if is_up && (!was_up || looked.is_multiple_of(5)) {
                    if !link.is_prepared().await {
                        tracing::info!("the farm's server has forgotten everything: what it needs is sent again");
                        let _ = link.repair().await;
                        let Some(farm) = farm.upgrade() else { return };
                        farm.sent.lock().unwrap_or_else(PoisonError::into_inner).clear();
                    }
                    if !was_up {
                        link.say(link::HELLO.to_owned(), Vec::new()).await;
                    }
                }
                was_up = is_up;
                if is_up && looked.is_multiple_of(2) {
                    queued = link.queued().await.unwrap_or(queued);
                }
            }
        }
        let Some(farm) = farm.upgrade() else { return };
        let seen = workers.values().map(|(card, _)| sight_of(card, &kind.name)).collect::<Vec<_>>();
        let server = if was_up {
            Server::Connected { version: link.version.clone() }
        } else {
            let nats = farm.settings.shown();
            Server::Unusable { why: format!("The farm's server {nats} is gone: clips are made here until it is back.") }
        };
        let figures = farm.figures();
        farm.sight.send_if_modified(|sight| {
            let before = sight.clone();
            (sight.server, sight.workers, sight.queued, sight.figures) = (server, seen, queued, figures);
            *sight != before
        });
    }
}

/// Nobody has more; a hostile machine might show any number of cards.
const MOST_WORKERS: usize = 1000;

/// A card as it is shown.
pub fn sight_of(card: &Card, kind: &str) -> WorkerSight {
    WorkerSight {
        name: card.name.clone(),
        version: card.version.clone(),
        fits: card.kind == kind,
        here: card.machine.is_some() && card.machine == machine::here(),
        slots: card.slots.min(MOST_SLOTS),
        making: card.making.clone(),
        made: card.made,
        failed: card.failed,
        made_last_minute: card.made_last_minute,
        bytes: card.bytes,
        draining: card.draining,
    }
}

/// No machine makes more at once.
const MOST_SLOTS: usize = 256;
