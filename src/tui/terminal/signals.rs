//! Signals that end or interrupt the studio from outside.

/// What a signal asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signal {
    /// End now; the number is the signal's, for the exit code.
    End(i32),
    /// The process was stopped by someone else and goes on: the screen is not what it was.
    #[cfg_attr(not(unix), allow(dead_code, reason = "no other system stops a process so"))]
    Continued,
}

#[cfg(unix)]
pub use unix::Signals;

#[cfg(unix)]
mod unix {
    use std::io;

    use futures::FutureExt;
    use tokio::signal::unix::{Signal as Stream, SignalKind, signal};

    use super::Signal;

    pub struct Signals {
        interrupt: Stream,
        terminate: Stream,
        hang_up: Stream,
        proceed: Stream,
    }

    impl Signals {
        /// Must be called inside a tokio runtime.
        pub fn new() -> io::Result<Self> {
            Ok(Self {
                interrupt: signal(SignalKind::interrupt())?,
                terminate: signal(SignalKind::terminate())?,
                hang_up: signal(SignalKind::hangup())?,
                proceed: signal(SignalKind::from_raw(rustix::process::Signal::CONT.as_raw()))?,
            })
        }

        pub async fn next(&mut self) -> Signal {
            tokio::select! {
                _ = self.interrupt.recv() => Signal::End(SignalKind::interrupt().as_raw_value()),
                _ = self.terminate.recv() => Signal::End(SignalKind::terminate().as_raw_value()),
                _ = self.hang_up.recv() => Signal::End(SignalKind::hangup().as_raw_value()),
                _ = self.proceed.recv() => Signal::Continued,
            }
        }

        /// Forgets what came while something else had the terminal: its Ctrl-C reaches this process too, and its end
        /// was not meant to be ours.
        pub async fn forget_interrupts(&mut self) {
            // Signals are handed over when the runtime next waits.
            tokio::time::sleep(std::time::Duration::from_millis(1)).await;
            while self.interrupt.recv().now_or_never().is_some() {}
            while self.proceed.recv().now_or_never().is_some() {}
        }
    }
}

#[cfg(not(unix))]
pub struct Signals;

#[cfg(not(unix))]
impl Signals {
    pub fn new() -> std::io::Result<Self> {
        Ok(Self)
    }

    pub async fn next(&mut self) -> Signal {
        match tokio::signal::ctrl_c().await {
            Ok(()) => Signal::End(2),
            Err(_) => std::future::pending().await,
        }
    }

    pub async fn forget_interrupts(&mut self) {}
}
