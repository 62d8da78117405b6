//! One call of a tool: the engine, whom to tell how far it is, and whether anybody still waits for its answer.

use std::sync::Arc;

use rmcp::RoleServer;
use rmcp::service::RequestContext;
use tokio::sync::{mpsc, watch};

use super::progress::Progress;
use super::studio::Studio;

pub struct Call {
    pub studio: Arc<Studio>,
    context: RequestContext<RoleServer>,
    ending: watch::Receiver<bool>,
    /// Dropped with the call.
    _open: mpsc::Sender<()>,
}

/// All calls of a server: told when it ends, and waited for.
#[derive(Clone)]
pub struct Calls {
    studio: Arc<Studio>,
    ending: watch::Sender<bool>,
    open: mpsc::Sender<()>,
}

/// Resolves when the last call is over.
pub struct Over(mpsc::Receiver<()>);

impl Calls {
    pub fn new(studio: Arc<Studio>) -> (Self, Over) {
        let (open, over) = mpsc::channel(1);
        (Self { studio, ending: watch::Sender::new(false), open }, Over(over))
    }

    pub fn begin(&self, context: RequestContext<RoleServer>) -> Call {
        let (studio, ending, open) = (self.studio.clone(), self.ending.subscribe(), self.open.clone());
        Call { studio, context, ending, _open: open }
    }

    /// Nobody waits for any call any more.
    pub fn end(&self) {
        self.ending.send_replace(true);
    }
}

impl Over {
    pub async fn wait(mut self) {
        // Nothing is ever sent: it ends when every sender is gone.
        let _ = self.0.recv().await;
    }
}

impl Call {
    /// Tells the client, where it has asked for that.
    pub fn progress(&self) -> Progress {
        Progress::new(self.context.peer.clone(), self.context.meta.get_progress_token())
    }

    /// Resolves when the client does not wait for the answer any more, or is gone.
    pub async fn given_up(&self) {
        let mut ending = self.ending.clone();
        tokio::select! {
            () = self.context.ct.cancelled() => {}
            // A server that is gone does not wait either.
            _ = ending.wait_for(|ending| *ending) => {}
        }
    }
}
