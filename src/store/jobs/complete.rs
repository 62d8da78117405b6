//! The order in which a result becomes part of the store: files, then sidecar, then database and event.

use std::path::PathBuf;

use serde_json::Value;

use super::leases::Finished;
use crate::plan::{AssetHash, JobKey, Output, Request, Role, canonical_json};
use crate::store::content::assets::{Assets, hash_file};
use crate::store::content::sidecar::{Payment, Sidecar};
use crate::store::ground::clock;
use crate::store::ground::error::{Result, StoreError};
use crate::store::ground::files::Existing;
use crate::store::home::failpoints;
use crate::store::home::failpoints::Step;
use crate::store::studio::Store;

/// One freshly made output, not stored yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewOutput {
    /// Which of the job's outputs it is.
    pub role: Role,
    /// Its bytes, or the file that holds them.
    pub content: Content,
    /// `image/png`, `audio/wav`, …
    pub media_type: String,
    /// Pixels of a picture.
    pub width: Option<u32>,
    /// Pixels of a picture.
    pub height: Option<u32>,
    /// Length of a sound or a video in milliseconds.
    pub milliseconds: Option<u32>,
}

/// Where the bytes of a new output are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// In memory.
    Bytes(Vec<u8>),
    /// In an unfinished file of this home, see `Store::unfinished_file`; it is moved.
    At(PathBuf),
}

impl Store {
    /// Stores the result of a claimed job: files, then sidecar, then database and event. A crash at any point leaves
    /// either a pending job or a done one with all its files. The request must be the one that the key is the hash of: a
    /// kept picture is never made, and must not take the place of its first request.
    pub async fn complete(
        &self,
        key: JobKey,
        request: &Request,
        outputs: Vec<NewOutput>,
        milliseconds: u64,
    ) -> Result<Vec<Output>> {
        let request = request.canonical();
        check_key(key, &request)?;
        let outputs = self.keep(key, request, outputs, milliseconds, None).await?;
        self.journal.finish(key, Finished::Done { outputs: outputs.clone(), milliseconds }).await?;
        Ok(outputs)
    }

    /// Files, then sidecar: all that must be on disk before the database says that a job is done.
    pub(in crate::store) async fn keep(
        &self,
        key: JobKey,
        request: Value,
        new: Vec<NewOutput>,
        milliseconds: u64,
        payment: Option<Payment>,
    ) -> Result<Vec<Output>> {
        let (home, assets) = (self.home.clone(), self.assets.clone());
        let stored = tokio::task::spawn_blocking(move || {
            let (outputs, contents): (Vec<_>, Vec<_>) = named(new)?.into_iter().unzip();
            let sidecar = Sidecar {
                version: Sidecar::VERSION,
                key,
                request,
                outputs: outputs.clone(),
                made_at: clock::now(),
                milliseconds: Some(milliseconds),
                payments: payment.into_iter().collect(),
            };
            // Side by side: most of the time goes into waiting for the disk.
            let prepared = std::thread::scope(|scope| {
                let pairs = outputs.iter().zip(contents);
                let storing: Vec<_> =
                    pairs.map(|(output, content)| scope.spawn(|| store_file(&assets, output, content))).collect();
                let prepared = sidecar.prepare(&home);
                let mut ended = storing.into_iter().map(std::thread::ScopedJoinHandle::join);
                ended.try_for_each(|ended| ended.unwrap_or_else(|panic| std::panic::resume_unwind(panic)))?;
                prepared
            });
            let (sidecar, prepared) = prepared?;
            failpoints::reached(&home, Step::AssetsStored)?;
            prepared.put_in_place(Existing::Replace)?;
            failpoints::reached(&home, Step::SidecarStored)?;
            Ok::<_, StoreError>(sidecar.outputs)
        });
        stored.await.map_err(|ended| StoreError::ended(&ended))?
    }
}

/// Refuses a request that the key is not the hash of.
pub(in crate::store) fn check_key(key: JobKey, request: &Value) -> Result<()> {
    if JobKey::of(canonical_json(request).as_bytes()) == key {
        return Ok(());
    }
    let why = "it answers another request".to_owned();
    Err(StoreError::Refused { what: format!("the result of job {}", key.short()), why })
}

/// Every new output with the name of its content.
fn named(new: Vec<NewOutput>) -> Result<Vec<(Output, Content)>> {
    let name = |new: NewOutput| {
        let (hash, bytes) = match &new.content {
            Content::Bytes(bytes) => (AssetHash::of(bytes), bytes.len() as u64),
            Content::At(path) => hash_file(path, Assets::LARGEST)?,
        };
        let NewOutput { role, content, media_type, width, height, milliseconds } = new;
        Ok((Output { role, hash, bytes, media_type, width, height, milliseconds }, content))
    };
    new.into_iter().map(name).collect()
}

fn store_file(assets: &Assets, output: &Output, content: Content) -> Result<()> {
    match content {
        Content::Bytes(bytes) => assets.put_as(output.hash, &bytes),
        Content::At(path) => assets.put_file_as(output.hash, output.bytes, &path),
    }
}
