//! How paths are shown to people.

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

/// A path as people want to read it: relative to the working directory where it lies below.
pub fn shown_path(path: &Path) -> String {
    // This program never leaves the folder that it was started in.
    static HERE: LazyLock<Option<PathBuf>> = LazyLock::new(|| std::env::current_dir().ok());
    let below = HERE.as_ref().and_then(|here| path.strip_prefix(here).ok());
    below.unwrap_or(path).display().to_string()
}
