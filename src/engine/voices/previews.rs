//! Previews of voices: fetched or made, and kept where a player finds them.

use std::path::{Path, PathBuf};

use super::account::ask;
use crate::domain::Display;
use crate::media::sound_file;
use crate::providers::http::Client;
use crate::providers::voice::ElevenLabs;
use crate::providers::voice::casting::Listed;

/// Fetches the preview of a voice and puts it into `folder` as a sound that any player knows.
pub async fn fetch_preview(
    client: &Client,
    provider: &ElevenLabs,
    voice: &Listed,
    folder: &Path,
) -> Result<PathBuf, String> {
    let call = provider.preview_call(voice).map_err(|failure| failure.to_string())?;
    let name = voice.name.as_str().display();
    let reply = ask(client, &call).await.map_err(|failure| failure.to_string())?;
    if !reply.head.is_success() {
        return Err(format!("The preview of {name} is not there ({}).", reply.head.status));
    }
    let decoded = tokio::task::block_in_place(|| sound_file::decode(&reply.body));
    let sound = decoded.map_err(|error| {
        let why = error.to_string();
        let why = why.split('.').next().unwrap_or_default().replace("This is not a recording: the file", "it");
        format!("The preview of {name} cannot be heard: {why}.")
    })?;
    keep_preview(folder, &voice.id, &sound_file::encode_wav(&sound))
}

/// Previews that are kept: a few megabytes.
pub(super) const MOST_PREVIEWS: usize = 24;

pub fn keep_preview(folder: &Path, id: &str, wav: &[u8]) -> Result<PathBuf, String> {
    let failed = |error: std::io::Error| format!("The preview cannot be kept in {}: {error}.", folder.display());
    std::fs::create_dir_all(folder).map_err(failed)?;
    let path = folder.join(format!("{id}.wav"));
    let mut file = tempfile::NamedTempFile::new_in(folder).map_err(failed)?;
    std::io::Write::write_all(&mut file, wav).map_err(failed)?;
    file.persist(&path).map_err(|error| failed(error.error))?;
    forget_old_previews(folder);
    Ok(path)
}

fn forget_old_previews(folder: &Path) {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut files: Vec<_> =
        entries.filter_map(|entry| Some((entry.metadata().ok()?.modified().ok()?, entry.path()))).collect();
    files.sort();
    let surplus = files.len().saturating_sub(MOST_PREVIEWS);
    for (_, path) in &files[..surplus] {
        if let Err(error) = std::fs::remove_file(path) {
            tracing::debug!(%error, "an old preview stays");
        }
    }
}
