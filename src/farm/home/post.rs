//! Brings what became of orders to who waits for it: every record that workers keep is also a word to all who listen.

use std::collections::HashMap;

use async_nats::Subscriber;
use futures::StreamExt;
use tokio::sync::{mpsc, oneshot};

use crate::farm::words::{MOST_RECORD, Record, read};
use crate::plan::JobKey;

/// Somebody waits for what becomes of a job.
pub struct Awaited {
    pub key: JobKey,
    pub told: oneshot::Sender<Record>,
}

/// Runs until nobody can wait any more.
pub async fn deliver(mut records: Subscriber, waiting: &mut mpsc::UnboundedReceiver<Awaited>) {
    const SWEPT_ABOVE: usize = 1024;
    let mut waits: HashMap<JobKey, Vec<oneshot::Sender<Record>>> = HashMap::new();
    loop {
        tokio::select! {
            awaited = waiting.recv() => {
                let Some(Awaited { key, told }) = awaited else { return };
                if waits.len() > SWEPT_ABOVE {
                    waits.retain(|_, told| { told.retain(|told| !told.is_closed()); !told.is_empty() });
                }
                waits.entry(key).or_default().push(told);
            }
            message = records.next() => {
                let Some(message) = message else { return };
                let key = message.subject.rsplit('.').next().and_then(|key| key.parse().ok());
                let Some((key, Ok(record))) = key.map(|key| (key, read::<Record>(&message.payload, MOST_RECORD))) else {
                    continue;
                };
                for told in waits.remove(&key).unwrap_or_default() {
                    let _ = told.send(record.clone());
                }
            }
        }
    }
}
