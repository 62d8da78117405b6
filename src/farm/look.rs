//! A farm looked at from outside of a run: who works there, an order to drain, and one clip there and back.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use futures::StreamExt;
use tokio::time::timeout;

use super::home::{Farm, Trial, sight_of};
use super::kind::Kind;
use super::link::{self, Link};
use super::settings::FarmSettings;
use super::sight::{FarmSight, Figures, Server};
use super::words::{Card, read_card, token};
use crate::providers::video::VideoStudio;

/// Workers answer at once; who has not by then is far away or dead.
const LISTEN: Duration = Duration::from_millis(800);

/// Who works there now. The error is a sentence with what to do.
pub async fn look(settings: &FarmSettings, video: &VideoStudio) -> Result<FarmSight, String> {
    let link = Link::open(settings, "look").await?;
    let kind = Kind::find(video, settings.found.as_deref()).await?;
    let mut cards = link.client.subscribe(link::CARDS).await.map_err(|error| format!("{error}."))?;
    link.say(link::HELLO.to_owned(), Vec::new()).await;
    let mut workers: BTreeMap<String, Card> = BTreeMap::new();
    let until = Instant::now() + LISTEN;
    while let Ok(Some(message)) = timeout(until.saturating_duration_since(Instant::now()), cards.next()).await {
        if let Some(card) = read_card(&message.payload).filter(|card| !card.left) {
            workers.insert(card.name.clone(), card);
        }
    }
    Ok(FarmSight {
        nats: settings.shown(),
        server: Server::Connected { version: link.version.clone() },
        workers: workers.values().map(|card| sight_of(card, &kind.name)).collect(),
        queued: link.queued().await.unwrap_or_default(),
        figures: Figures::default(),
    })
}

/// Tells one worker, or all, to take nothing more. The error is a sentence.
pub async fn drain(settings: &FarmSettings, worker: Option<&str>) -> Result<(), String> {
    let link = Link::open(settings, "drain").await?;
    link.say(link::drain_subject(&worker.map_or_else(|| "all".to_owned(), token)), Vec::new()).await;
    link.client.flush().await.map_err(|error| format!("The farm's server did not take it: {error}."))
}

/// Has a short clip made by a worker and looks at it. The error is a sentence.
pub async fn round_trip(settings: &FarmSettings, video: &VideoStudio) -> Result<Trial, String> {
    let farm = Farm::start(settings.clone(), video.clone(), "trial")?;
    farm.trial().await
}
