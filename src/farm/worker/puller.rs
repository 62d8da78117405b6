//! Finds the next order for a worker: looks who waits, and takes one order from who is next.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use async_nats::Subscriber;
use async_nats::jetstream::Message;
use async_nats::jetstream::consumer::{AckPolicy, PullConsumer, pull};
use futures::{FutureExt, StreamExt};
use tokio::time::timeout;

use crate::farm::link::{Link, order_subject, wake_subject};
use crate::farm::turns::{Customer, Turns};

/// How long what is known of who waits is believed. Homes tell when an order waits; that word may be lost, and nobody tells of orders
/// that came back from a worker that is gone.
const BELIEVED: Duration = Duration::from_secs(6);
/// The same for a worker that has nothing to do.
const LOOK_EVERY: Duration = Duration::from_secs(2);
const LONGEST_PULL: Duration = Duration::from_secs(5);
/// The server forgets a customer whom no worker asked about for so long.
const FORGOTTEN_AFTER: Duration = Duration::from_hours(1);
const MOST_CUSTOMERS: usize = 1000;

pub struct Puller {
    kind: String,
    gone_after: Duration,
    turns: Turns,
    looked: Option<Instant>,
    consumers: HashMap<Customer, PullConsumer>,
    woken: Option<Subscriber>,
}

impl Puller {
    pub async fn new(link: &Link, kind: &str, gone_after: Duration) -> Self {
        let woken = link.client.subscribe(wake_subject(kind)).await.ok();
        let (kind, turns) = (kind.to_owned(), Turns::default());
        Self { kind, gone_after, turns, looked: None, consumers: HashMap::new(), woken }
    }

    /// The next order; waits until there is one. Can be dropped at any time: an order that was on its way is delivered again.
    pub async fn next(&mut self, link: &Link) -> (Customer, Message) {
        loop {
            self.hear_words();
            if self.looked.is_none_or(|looked| looked.elapsed() > BELIEVED) {
                self.turns.wait(self.who_waits(link).await);
                self.looked = Some(Instant::now());
            }
            while let Some(customer) = self.turns.next().cloned() {
                if let Some(message) = self.pull(link, &customer).await {
                    self.turns.served(&customer);
                    return (customer, message);
                }
                self.turns.has_nothing(&customer);
            }
            let woken = async {
                match &mut self.woken {
                    Some(woken) => woken.next().await,
                    None => std::future::pending().await,
                }
            };
            match timeout(LOOK_EVERY, woken).await {
                Ok(Some(word)) => self.hear(&word),
                Ok(None) | Err(_) => self.looked = None,
            }
        }
    }

    /// Hears the words that came while this worker was busy.
    fn hear_words(&mut self) {
        while let Some(word) = self.woken.as_mut().and_then(|woken| woken.next().now_or_never().flatten()) {
            self.hear(&word);
        }
    }

    /// A home tells whose order waits. A word that says nothing of that is a reason to look.
    fn hear(&mut self, word: &async_nats::Message) {
        match std::str::from_utf8(&word.payload).ok().and_then(Customer::read) {
            Some(customer) => self.turns.waits_too(customer, MOST_CUSTOMERS),
            None => self.looked = None,
        }
    }

    /// The customers whose orders are on the server, waiting or being made.
    async fn who_waits(&self, link: &Link) -> Vec<Customer> {
        let look = async {
            let mut waiting = Vec::new();
            let mut subjects = link.jobs.info_with_subjects(order_subject(&self.kind, "*", "*")).await.ok()?;
            while let Some(Ok((subject, _))) = subjects.next().await {
                let who = subject.splitn(4, '.').nth(3).and_then(Customer::read);
                waiting.extend(who);
                if waiting.len() >= MOST_CUSTOMERS {
                    break;
                }
            }
            Some(waiting)
        };
        timeout(LONGEST_PULL, look).await.ok().flatten().unwrap_or_default()
    }

    /// One order of a customer, if one waits.
    async fn pull(&mut self, link: &Link, customer: &Customer) -> Option<Message> {
        if !self.consumers.contains_key(customer) {
            if self.consumers.len() >= MOST_CUSTOMERS {
                self.consumers.clear();
            }
            let consumer = timeout(LONGEST_PULL, link.jobs.create_consumer(self.consumer(customer))).await;
            match consumer {
                Ok(Ok(consumer)) => drop(self.consumers.insert(customer.clone(), consumer)),
                Ok(Err(error)) => {
                    tracing::warn!(%error, "orders of a customer cannot be asked for");
                    return None;
                }
                Err(_) => return None,
            }
        }
        let consumer = self.consumers.get(customer)?;
        let pulled = timeout(LONGEST_PULL, async {
            let mut batch = consumer.fetch().max_messages(1).messages().await.ok()?;
            batch.next().await
        });
        match pulled.await {
            Ok(Some(Ok(message))) => Some(message),
            Ok(None) => None,
            // The server may have forgotten it.
            Ok(Some(Err(_))) | Err(_) => {
                self.consumers.remove(customer);
                None
            }
        }
    }

    fn consumer(&self, customer: &Customer) -> pull::Config {
        let Customer { home, campaign } = customer;
        pull::Config {
            durable_name: Some(format!("{}_{home}_{campaign}", self.kind)),
            filter_subject: order_subject(&self.kind, home, campaign),
            ack_policy: AckPolicy::Explicit,
            ack_wait: self.gone_after,
            max_deliver: -1,
            max_ack_pending: -1,
            inactive_threshold: FORGOTTEN_AFTER,
            ..pull::Config::default()
        }
    }
}
