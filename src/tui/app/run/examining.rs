//! The examination that the doctor's page shows, made beside the loop: it asks providers and looks at disks.

use std::sync::Arc;

use tokio::task::JoinSet;

use crate::engine::words::finding::{Finding, State};
use crate::tui::app::examine::Examined;

/// Looks at everything that the studio needs; it may take seconds. It is told what is known of the terminal.
pub type Examine = Arc<dyn Fn(Examined) -> Vec<Finding> + Send + Sync>;

pub(super) struct Examining {
    examine: Examine,
    running: JoinSet<Vec<Finding>>,
}

impl Examining {
    pub(super) fn new(examine: Examine) -> Self {
        Self { examine, running: JoinSet::new() }
    }

    pub(super) fn is_running(&self) -> bool {
        !self.running.is_empty()
    }

    pub(super) fn begin(&mut self, terminal: Examined) {
        let examine = self.examine.clone();
        self.running.spawn_blocking(move || examine(terminal));
    }

    /// What it has found; `None` where it broke off.
    pub(super) async fn done(&mut self) -> Option<Vec<Finding>> {
        self.running.join_next().await?.ok()
    }
}

/// What is told of an examination that did not come to its end.
pub(super) fn broken_off() -> Vec<Finding> {
    let finding = Finding::new("doctor", State::Failed, "the examination broke off");
    vec![finding.then("`babblecast doctor` in a shell may say why; the log has it.")]
}
