//! One call of a tool: the engine, whom to tell how far it is, and whether the client has given it up.

use std::sync::Arc;

use rmcp::RoleServer;
use rmcp::service::RequestContext;

use super::progress::Progress;
use super::studio::Studio;

pub struct Call {
    pub studio: Arc<Studio>,
    context: RequestContext<RoleServer>,
}

impl Call {
    pub fn new(studio: Arc<Studio>, context: RequestContext<RoleServer>) -> Self {
        Self { studio, context }
    }

    /// Tells the client, where it has asked for that.
    pub fn progress(&self) -> Progress {
        Progress::new(self.context.peer.clone(), self.context.meta.get_progress_token())
    }

    /// Resolves when the client does not wait for the answer any more.
    pub async fn given_up(&self) {
        self.context.ct.cancelled().await;
    }
}
