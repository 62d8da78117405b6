//! One JSON file per finished job, written before the database says done: enough to rebuild the job and its outputs when
//! the database is lost.

use std::path::Path;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::error::{Result, StoreError};
use super::files::{self, Access, Existing};
use super::home::Home;
use crate::plan::{JobKey, Output, canonical_json};

/// What a finished job was asked for and what it made.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sidecar {
    pub version: u32,
    pub key: JobKey,
    /// The canonical request, as a value so that requests of later versions are kept as they are.
    pub request: Value,
    pub outputs: Vec<Output>,
    /// Milliseconds since 1970.
    pub made_at: i64,
    /// How long making it took.
    pub milliseconds: Option<u64>,
}

impl Sidecar {
    pub const VERSION: u32 = 1;
    /// Bytes of a file; a request is a prompt or a line and a few parameters.
    pub const LARGEST: u64 = 4 * 1024 * 1024;

    /// Writes it durably to its place in the home; an older one of the same job is replaced.
    pub fn write(&self, home: &Home) -> Result<()> {
        let path = home.sidecar(self.key);
        let folder = path.parent().unwrap_or(&path);
        if !folder.is_dir() {
            std::fs::create_dir_all(folder).map_err(|source| StoreError::file("made", folder, source))?;
            files::sync_folder(&home.sidecars())?;
        }
        files::write_bytes(&path, Access::Usual, Existing::Replace, &self.to_bytes())
    }

    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = serde_json::to_vec_pretty(self).expect("a sidecar holds only JSON values");
        bytes.push(b'\n');
        bytes
    }

    /// Reads and checks one: its version is known and its key is the hash of its request.
    pub fn read(path: &Path) -> Result<Self> {
        Self::parse(&files::read_plain(path, Self::LARGEST)?).map_err(|why| StoreError::Broken {
            path: path.to_owned(),
            why,
            next_step: "The job will be made again",
        })
    }

    /// The same checks on bytes from anywhere; the error is a clause.
    pub(super) fn parse(bytes: &[u8]) -> std::result::Result<Self, String> {
        let sidecar: Self = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
        if sidecar.version != Self::VERSION {
            return Err(format!("it has format {}; this babblecast knows {}", sidecar.version, Self::VERSION));
        }
        if JobKey::of(canonical_json(&sidecar.request).as_bytes()) != sidecar.key {
            return Err("its request has another key".to_owned());
        }
        Ok(sidecar)
    }

    /// The file name decides nothing on its own; it must agree with the content.
    pub(super) fn is_at_its_place(&self, home: &Home, path: &Path) -> bool {
        path == home.sidecar(self.key)
    }
}
