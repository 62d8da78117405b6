//! The whole store behind one handle. Every folder after this one adds the promises that it keeps.

use super::content::assets::Assets;
use super::content::sidecar::Sidecar;
use super::ground::error::Result;
use super::ground::files;
use super::home::layout::Home;
use super::journal::handle::Journal;
use crate::plan::{JobKey, Request};

/// Home, files and journal of one studio. Cheap to clone.
#[derive(Clone)]
pub struct Store {
    pub(crate) home: Home,
    pub(crate) assets: Assets,
    /// The database: jobs, runs, takes and paid calls.
    pub journal: Journal,
}

impl Store {
    /// An empty file in the home for what is too large for memory. Removed when it is dropped before it was stored; what
    /// a killed program leaves is found by [`Store::prune`].
    pub(crate) fn unfinished_file(&self) -> Result<tempfile::TempPath> {
        files::unfinished_file(self.home.root())
    }

    /// How a finished job was asked for, if it is still understood. Reads one small file.
    pub fn request_of(&self, key: JobKey) -> Option<Request> {
        let sidecar = Sidecar::read(&self.home.sidecar(key)).ok()?;
        serde_json::from_value(sidecar.request).ok()
    }
}
