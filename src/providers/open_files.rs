//! How many files, sockets and pipes this program may have open at once, and who gets how many of them: what is not kept
//! free here fails in the middle of something that was paid for.

use std::fs::File;
use std::io;

use tokio::runtime::{Builder, Runtime};

/// Shares of the limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OpenFiles {
    /// Calls to one provider at once.
    pub calls: usize,
    /// Connections of people and programs to the HTTP API.
    pub connections: usize,
}

/// For everything else: the database, locks, watches, assets, a window server. Of a small limit half.
const OTHERS: u64 = 192;

/// Its socket, its reply, and the files that are made of it.
const FILES_OF_A_CALL: u64 = 3;

/// More wait in the system's queue until one ends.
const MOST_CONNECTIONS: usize = 1024;
const FEWEST_CONNECTIONS: usize = 16;

/// No provider is known to take more.
const MOST_CALLS: usize = 1000;

impl OpenFiles {
    /// What may be open of each kind when the system allows so many files. There is always room for a call, for a studio
    /// that makes nothing is of no use; where it is too much after all, the call waits.
    pub fn of(limit: u64) -> Self {
        let spare = limit - OTHERS.min(limit / 2);
        let half = |each: u64| usize::try_from(spare / 2 / each).unwrap_or(usize::MAX);
        Self {
            calls: half(FILES_OF_A_CALL).clamp(1, MOST_CALLS),
            connections: half(1).clamp(FEWEST_CONNECTIONS, MOST_CONNECTIONS),
        }
    }

    /// As the system says now.
    pub fn allowed() -> Self {
        #[cfg(unix)]
        return Self::of(rustix::process::getrlimit(rustix::process::Resource::Nofile).current.unwrap_or(u64::MAX));
        #[cfg(not(unix))]
        Self::of(u64::MAX)
    }
}

/// What a runtime opens to wait for events and signals, and a little more.
const FILES_OF_A_RUNTIME: usize = 8;

/// Makes a runtime that waits for sockets, signals and time. Where there is no room for its pipes, tokio panics: here it
/// is an error.
pub fn start_runtime(builder: &mut Builder) -> io::Result<Runtime> {
    if cfg!(unix) {
        let room: io::Result<Vec<File>> = (0..FILES_OF_A_RUNTIME).map(|_| File::open("/")).collect();
        drop(room?);
    }
    builder.enable_all().build()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_the_limit_is_all_shares_fit_into_it() {
        for (limit, calls, connections) in [
            (0, 1, 16),
            (24, 2, 16),
            (64, 5, 16),
            (256, 21, 64),
            (1024, 138, 416),
            (20_000, 1000, 1024),
            (u64::MAX, 1000, 1024),
        ] {
            let shares = OpenFiles::of(limit);
            assert_eq!(shares, OpenFiles { calls, connections }, "of {limit}");
            let taken = shares.calls as u64 * FILES_OF_A_CALL + shares.connections as u64;
            assert!(limit < 64 || taken < limit - limit.min(OTHERS * 2) / 2, "{taken} of {limit}");
        }
    }
}
