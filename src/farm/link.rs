//! The connection to the server: its streams and buckets, and files by their hash. Everything here has an end: a server that
//! says nothing is one that cannot be used.

use std::io;
use std::path::Path;
use std::time::Duration;

use async_nats::connection::State;
use async_nats::jetstream::context::GetStreamErrorKind;
use async_nats::jetstream::object_store::{self, ObjectMetadata, ObjectStore};
use async_nats::jetstream::stream::{self, DiscardPolicy, RetentionPolicy, StorageType};
use async_nats::jetstream::{self, Context, kv};
use async_nats::{Client, ConnectErrorKind, ConnectOptions};
use secrecy::ExposeSecret;
use tokio::time::timeout;

use super::settings::FarmSettings;
use super::words::{MOST_ORDER, MOST_RECORD, Stored};
use crate::domain::Display;
use crate::plan::{AssetHash, JobKey};

/// Orders, each until one worker has answered it.
const JOBS: &str = "BABBLECAST_JOBS";
/// Orders that nobody could make, for people who look for the reason.
const DEAD: &str = "BABBLECAST_DEAD";
/// Streams of clips and what they are made of, by hash.
const FILES: &str = "babblecast_files";
/// What became of orders, by kind and job.
const MADE: &str = "babblecast_made";

/// The first version with all that is used here.
const OLDEST_SERVER: (u32, u32) = (2, 12);

/// For one question to the server.
const LONGEST_ANSWER: Duration = Duration::from_secs(5);
/// For one file; a megabyte a second is slow.
const LONGEST_FILE: Duration = Duration::from_mins(2);

const DAY: Duration = Duration::from_hours(24);

/// A server that can be used.
#[derive(Clone)]
pub struct Link {
    pub client: Client,
    pub context: Context,
    pub jobs: stream::Stream,
    files: ObjectStore,
    /// What lies below `files`.
    pieces: stream::Stream,
    pub made: kv::Store,
    /// Of nats-server.
    pub version: String,
}

/// Why a file did not come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoFile {
    /// Nobody put it there, or it was forgotten.
    Missing,
    /// It is not what its hash says; the reason is a clause.
    Wrong(String),
    /// The server, the network or this machine; the reason is a clause.
    Failed(String),
}

impl std::fmt::Display for NoFile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            NoFile::Missing => f.write_str("a file of it is not on the server any more"),
            NoFile::Wrong(why) | NoFile::Failed(why) => f.write_str(why),
        }
    }
}

impl Link {
    /// Calls the server, and makes what is missing there. The error is a sentence with what to do.
    pub async fn open(settings: &FarmSettings, name: &str) -> Result<Self, String> {
        let shown = settings.shown().display().to_string();
        let client = connect(settings, name, &shown).await?;
        let info = client.server_info();
        if !is_new_enough(&info.version) {
            let (major, minor) = OLDEST_SERVER;
            let version = info.version.display();
            return Err(format!(
                "The farm's server {shown} is nats-server {version}; {major}.{minor} is needed: update it."
            ));
        }
        if info.max_payload < MOST_ORDER {
            let most = info.max_payload;
            return Err(format!(
                "The farm's server {shown} takes messages of {most} bytes; set max_payload to {MOST_ORDER} at least."
            ));
        }
        let mut context = jetstream::new(client.clone());
        context.set_timeout(LONGEST_ANSWER);
        let opened = timeout(LONGEST_ANSWER * 4, Self::prepare(&context)).await;
        let failed = |why: String| {
            let why = why.trim_end_matches('.').display().to_string();
            format!(
                "The farm's server {shown} cannot keep clips ({why}). Start nats-server with JetStream (-js) and room."
            )
        };
        let (jobs, (files, pieces), made) =
            opened.map_err(|_| failed("it does not answer".to_owned()))?.map_err(failed)?;
        Ok(Self { client, context, jobs, files, pieces, made, version: info.version.display().to_string() })
    }

    /// The streams and buckets, made where they are missing.
    async fn prepare(context: &Context) -> Result<(stream::Stream, (ObjectStore, stream::Stream), kv::Store), String> {
        fn said(error: impl std::fmt::Display) -> String {
            error.to_string()
        }
        let jobs = stream::Config {
            name: JOBS.to_owned(),
            description: Some("babblecast: clips that wait for a worker".to_owned()),
            subjects: vec!["babblecast.job.*.*.*".to_owned()],
            retention: RetentionPolicy::WorkQueue,
            storage: StorageType::File,
            discard: DiscardPolicy::New,
            max_bytes: 256 << 20,
            max_age: DAY,
            max_message_size: i32::try_from(MOST_ORDER).unwrap_or(-1),
            duplicate_window: Duration::from_mins(1),
            ..stream::Config::default()
        };
        let dead = stream::Config {
            name: DEAD.to_owned(),
            description: Some("babblecast: orders that nobody could make, with the reason".to_owned()),
            subjects: vec!["babblecast.dead.*".to_owned()],
            storage: StorageType::File,
            max_bytes: 64 << 20,
            max_age: 7 * DAY,
            ..stream::Config::default()
        };
        let jobs = context.get_or_create_stream(jobs).await.map_err(said)?;
        if jobs.cached_info().config.retention != RetentionPolicy::WorkQueue {
            return Err(format!("its stream {JOBS} was made by another program"));
        }
        context.get_or_create_stream(dead).await.map_err(said)?;
        let files = match context.get_object_store(FILES).await {
            Ok(files) => files,
            Err(_) => {
                let description = Some("babblecast: clips and what they are made of, by hash".to_owned());
                let config = object_store::Config {
                    bucket: FILES.to_owned(),
                    description,
                    max_age: 7 * DAY,
                    max_bytes: -1,
                    ..object_store::Config::default()
                };
                context.create_object_store(config).await.map_err(said)?
            }
        };
        let pieces = context.get_stream(format!("OBJ_{FILES}")).await.map_err(said)?;
        let made = match context.get_key_value(MADE).await {
            Ok(made) => made,
            Err(_) => {
                let config = kv::Config {
                    bucket: MADE.to_owned(),
                    description: "babblecast: what became of orders".to_owned(),
                    history: 1,
                    max_age: 7 * DAY,
                    max_value_size: i32::try_from(MOST_RECORD).unwrap_or(-1),
                    ..kv::Config::default()
                };
                context.create_key_value(config).await.map_err(said)?
            }
        };
        Ok((jobs, (files, pieces), made))
    }

    /// Whether the server is there at this moment.
    pub fn is_up(&self) -> bool {
        self.client.connection_state() == State::Connected
    }

    /// Whether what was prepared is still there: a server that lost its disk has forgotten it.
    pub async fn is_prepared(&self) -> bool {
        match timeout(LONGEST_ANSWER, self.context.get_stream(JOBS)).await {
            Ok(Err(error)) => !matches!(error.kind(), GetStreamErrorKind::JetStream(_)),
            Ok(Ok(_)) | Err(_) => true,
        }
    }

    /// Makes again what the server has forgotten. The error is a clause.
    pub async fn repair(&self) -> Result<(), String> {
        let prepared = timeout(LONGEST_ANSWER * 4, Self::prepare(&self.context)).await;
        prepared.map_err(|_| "it does not answer".to_owned())?.map(drop)
    }

    /// Orders that wait or are being made.
    pub async fn queued(&self) -> Option<u64> {
        let info = timeout(LONGEST_ANSWER, self.jobs.get_info()).await.ok()?.ok()?;
        Some(info.state.messages)
    }

    /// Tells everybody who listens; nobody need.
    pub async fn say(&self, subject: String, payload: Vec<u8>) {
        if let Err(error) = self.client.publish(subject, payload.into()).await {
            tracing::debug!(%error, "the farm did not hear a word");
        }
    }

    /// An order that nobody could make, for people who look for the reason.
    pub async fn bury(&self, home: &str, reason: &str, order: Vec<u8>) {
        let mut headers = async_nats::HeaderMap::new();
        let reason: String = reason.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        headers.insert("Reason", reason.as_str());
        let subject = format!("babblecast.dead.{home}");
        if let Err(error) = self.context.publish_with_headers(subject, headers, order.into()).await {
            tracing::warn!(%error, "an order that nobody could make is not kept on the farm");
        }
    }

    /// Whether a file is there.
    pub async fn has_file(&self, hash: AssetHash) -> bool {
        matches!(timeout(LONGEST_ANSWER, self.files.info(hash.to_string())).await, Ok(Ok(info)) if !info.deleted)
    }

    /// Puts a file there, unless it is. The error is a clause.
    pub async fn put_file(&self, hash: AssetHash, bytes: &[u8]) -> Result<(), String> {
        if self.has_file(hash).await {
            return Ok(());
        }
        let meta = ObjectMetadata { name: hash.to_string(), ..ObjectMetadata::default() };
        let mut source = bytes;
        match timeout(LONGEST_FILE, self.files.put(meta, &mut source)).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) => Err(format!("the farm's server does not keep a file of it ({error})")),
            Err(_) => Err("the farm's server takes too long to keep a file of it".to_owned()),
        }
    }

    /// The bytes of a file, no more of them than were announced and of no other hash.
    pub async fn get_file(&self, stored: Stored, most: u64) -> Result<Vec<u8>, NoFile> {
        if stored.bytes > most {
            return Err(NoFile::Wrong(format!("a file of it has {} bytes, and at most {most} are read", stored.bytes)));
        }
        let read = async {
            let unfetched = |error: String| NoFile::Failed(format!("a file of it cannot be fetched ({error})"));
            let info = self.files.info(stored.hash.to_string()).await.map_err(|error| match error.kind() {
                object_store::InfoErrorKind::NotFound => NoFile::Missing,
                _ => unfetched(error.to_string()),
            })?;
            if info.deleted {
                return Err(NoFile::Missing);
            }
            // Piece by piece: what the library reads with is a consumer for each file, which lives on for half a minute, and a
            // server takes a thousand of them.
            let subject = format!("$O.{FILES}.C.{}", info.nuid);
            let (mut bytes, mut next) = (Vec::new(), 1);
            while bytes.len() < info.size && bytes.len() as u64 <= stored.bytes {
                let piece = self.pieces.direct_get_next_for_subject(subject.as_str(), Some(next)).await;
                let piece = piece.map_err(|error| match error.kind() {
                    stream::DirectGetErrorKind::NotFound => NoFile::Missing,
                    _ => unfetched(error.to_string()),
                })?;
                bytes.extend_from_slice(&piece.payload);
                next = piece.sequence + 1;
            }
            Ok(bytes)
        };
        let late = || NoFile::Failed("the farm's server takes too long to send a file of it".to_owned());
        let bytes = timeout(LONGEST_FILE, Box::pin(read)).await.map_err(|_| late())??;
        if bytes.len() as u64 != stored.bytes || AssetHash::of(&bytes) != stored.hash {
            return Err(NoFile::Wrong(damaged()));
        }
        Ok(bytes)
    }
}

fn damaged() -> String {
    "a file of it is not the one that its hash names".to_owned()
}

async fn connect(settings: &FarmSettings, name: &str, shown: &str) -> Result<Client, String> {
    let mut options = ConnectOptions::new()
        .name(name)
        .connection_timeout(LONGEST_ANSWER)
        .request_timeout(Some(LONGEST_ANSWER))
        .max_reconnects(None)
        .reconnect_delay_callback(|tries| Duration::from_millis(100 << tries.min(6)));
    if let Some(file) = &settings.credentials {
        let read = options.credentials_file(file).await;
        options = read.map_err(|error| unreadable("credentials file", file, &error))?;
    }
    if let Some(token) = &settings.token {
        options = options.token(token.expose_secret().to_owned());
    }
    if let Some(file) = &settings.ca {
        // The library would tell it as a server that cannot be reached.
        std::fs::File::open(file).map_err(|error| unreadable("certificates", file, &error))?;
        options = options.add_root_certificates(file.clone());
    }
    let addresses: Vec<&str> = settings.nats.split(',').map(str::trim).collect();
    options.connect(addresses).await.map_err(|error| {
        use std::error::Error;
        let cause = error.source().map(|source| format!(": {source}")).unwrap_or_default().display().to_string();
        match error.kind() {
            ConnectErrorKind::ServerParse => {
                format!("{shown} is no address of a NATS server: write nats://host:4222 or tls://host:4222.")
            }
            ConnectErrorKind::AuthorizationViolation | ConnectErrorKind::Authentication => format!(
                "The farm's server {shown} refuses this program: set farm.credentials to a credentials file that it knows, \
                 or BABBLECAST_FARM_TOKEN to its token."
            ),
            // What is wrong with a certificate comes as an error of the connection.
            kind if kind == ConnectErrorKind::Tls || cause.contains("certificate") => {
                format!("The farm's server {shown} is not trusted{cause}: set farm.ca to the certificate that signed its own.")
            }
            kind => format!(
                "The farm's server {shown} cannot be reached ({kind}{cause}): start it, or change farm.nats."
            ),
        }
    })
}

fn unreadable(what: &str, file: &Path, error: &io::Error) -> String {
    format!("The farm's {what} {} cannot be read: {error}.", file.to_string_lossy().display())
}

fn is_new_enough(version: &str) -> bool {
    let mut numbers = version.split(['.', '-']).map(|number| number.parse::<u32>().unwrap_or_default());
    (numbers.next().unwrap_or_default(), numbers.next().unwrap_or_default()) >= OLDEST_SERVER
}

/// The subject of an order.
pub fn order_subject(kind: &str, home: &str, campaign: &str) -> String {
    format!("babblecast.job.{kind}.{home}.{campaign}")
}

/// Where what became of a job is kept.
pub fn record_key(kind: &str, key: JobKey) -> String {
    format!("{kind}.{key}")
}

/// Everything that is put there, for who listens.
pub fn records_of(kind: &str) -> String {
    format!("$KV.{MADE}.{kind}.*")
}

/// A word to workers that an order waits.
pub fn wake_subject(kind: &str) -> String {
    format!("babblecast.wake.{kind}")
}

/// Workers that hear it show their cards.
pub const HELLO: &str = "babblecast.hello";

/// The cards of all workers.
pub const CARDS: &str = "babblecast.worker.*";

pub fn card_subject(worker: &str) -> String {
    format!("babblecast.worker.{worker}")
}

/// Workers that hear it under their name, or under `all`, take nothing more.
pub fn drain_subject(worker: &str) -> String {
    format!("babblecast.drain.{worker}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn servers_of_old_versions_are_told_apart() {
        assert!(is_new_enough("2.12.0") && is_new_enough("2.15.1-RC.1") && is_new_enough("3.0.0"));
        assert!(!is_new_enough("2.11.9") && !is_new_enough("1.20.0") && !is_new_enough("") && !is_new_enough("x"));
    }
}
