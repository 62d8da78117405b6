//! The picture whose face a paid portrait keeps, read just before the call: the user's own file or an earlier portrait.
//! Called by `buy`; whatever is missing is told before anything is paid.

use std::io::Read;

use crate::domain::Display;
use crate::engine::files::library::off_thread;
use crate::plan::{AssetHash, Face, Failure, JobKey, Request, Role};
use crate::providers::Source;
use crate::store::{Store, StoreError};

/// The bytes of the reference picture, `None` for a request without; the inner error is the user's to fix.
pub async fn read(
    store: &Store,
    request: &Request,
    own_file: Option<&Source>,
) -> Result<Result<Option<Vec<u8>>, Failure>, StoreError> {
    let Request::Portrait(portrait) = request else { return Ok(Ok(None)) };
    match portrait.face() {
        None | Some(Face::Drawn(_)) => Ok(Ok(None)),
        Some(Face::Source(hash)) => Ok(own(own_file, hash).await.map(Some)),
        Some(Face::Made(key)) => made(store, key).await.map(|picture| picture.map(Some)),
    }
}

async fn own(source: Option<&Source>, planned: AssetHash) -> Result<Vec<u8>, Failure> {
    let name = source.map(|source| source.path.to_string_lossy()).unwrap_or_default();
    let source = source.cloned();
    let read = off_thread(move || {
        let Some(Source { path, open }) = source else { return Err("it is not known any more".to_owned()) };
        let mut bytes = Vec::new();
        open(&path)?.read_to_end(&mut bytes).map_err(|error| error.to_string())?;
        Ok(bytes)
    });
    let bytes = read.await.map_err(|why| Failure {
        reason: format!("The reference picture {} cannot be read: {why}", name.display()),
        next_step: "Put the file back and try again.".to_owned(),
        retryable: true,
    })?;
    if AssetHash::of(&bytes) == planned {
        return Ok(bytes);
    }
    Err(Failure {
        reason: format!("The reference picture {} changed while the campaign ran", name.display()),
        next_step: "Start again to use the new one.".to_owned(),
        retryable: true,
    })
}

async fn made(store: &Store, key: JobKey) -> Result<Result<Vec<u8>, Failure>, StoreError> {
    let stored = store.journal.states(&[key]).await?;
    let picture = stored.get(&key).and_then(|job| job.outputs.iter().find(|output| output.role == Role::Picture));
    let Some(picture) = picture else {
        return Ok(Err(Failure {
            reason: "The picture whose face this portrait is to keep is not on this home".to_owned(),
            next_step: "`babblecast unpack` brings it from where it was made; or choose another take.".to_owned(),
            retryable: true,
        }));
    };
    let read = tokio::fs::read(store.assets.path(picture.hash)).await;
    Ok(read.map_err(|error| Failure {
        reason: format!("The picture whose face this portrait is to keep cannot be read: {error}"),
        next_step: "`babblecast verify` says what is damaged; keep the face of another picture.".to_owned(),
        retryable: true,
    }))
}
