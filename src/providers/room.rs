//! Memory that is shared out: all users together take no more than there is.

use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering::Relaxed;

/// For the unfinished pictures of all calls together.
const ALL_TOGETHER: usize = 64 * 1024 * 1024;

/// Memory that several users share; clones share the same.
#[derive(Debug, Clone)]
pub struct Room {
    pub(super) used: Arc<AtomicUsize>,
    pub(super) most: usize,
}

impl Default for Room {
    fn default() -> Self {
        Self { used: Arc::default(), most: ALL_TOGETHER }
    }
}

impl Room {
    /// Nothing of it so far.
    pub(super) fn share(&self) -> Share {
        Share { room: self.clone(), bytes: 0 }
    }
}

/// What one user has of it, given back when dropped.
#[derive(Debug)]
pub struct Share {
    pub(super) room: Room,
    bytes: usize,
}

impl Share {
    /// Makes it this large, unless there is no room for that.
    pub(super) fn resize(&mut self, bytes: usize) -> bool {
        let Room { used, most } = &self.room;
        let others_and_this = |used: usize| used - self.bytes + bytes;
        let resized = used.fetch_update(Relaxed, Relaxed, |used| {
            let used = others_and_this(used);
            (bytes <= self.bytes || used <= *most).then_some(used)
        });
        if resized.is_ok() {
            self.bytes = bytes;
        }
        resized.is_ok()
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        self.resize(0);
    }
}
