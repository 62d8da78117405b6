//! The only place where the engine starts tasks. A task tells by itself what came of it; what is told instead when it
//! panics is given with it, so that nobody waits for a task that is gone.

use std::collections::HashMap;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::task::{Id, JoinSet};

use super::Internal;

/// The engine's tasks under way, and the way back from them.
pub(super) struct Tasks {
    /// Where tasks tell what came of them.
    pub(super) internal: mpsc::UnboundedSender<Internal>,
    running: JoinSet<()>,
    if_it_panics: HashMap<Id, Internal>,
}

impl Tasks {
    pub(super) fn new(internal: mpsc::UnboundedSender<Internal>) -> Self {
        Self { internal, running: JoinSet::new(), if_it_panics: HashMap::new() }
    }

    /// Has a message told after a while.
    pub(super) fn tell_after(&mut self, wait: Duration, message: impl Fn() -> Internal + Send + 'static) {
        let internal = self.internal.clone();
        self.spawn(message(), async move {
            tokio::time::sleep(wait).await;
            let _ = internal.send(message());
        });
    }

    /// Starts a task. It is never aborted while the engine runs: a paid call in flight always comes to its end.
    pub(super) fn spawn(&mut self, if_it_panics: Internal, task: impl Future<Output = ()> + Send + 'static) {
        let id = self.running.spawn(task).id();
        self.if_it_panics.insert(id, if_it_panics);
    }

    /// The same for work that blocks.
    pub(super) fn spawn_blocking(&mut self, if_it_panics: Internal, work: impl FnOnce() + Send + 'static) {
        let id = self.running.spawn_blocking(work).id();
        self.if_it_panics.insert(id, if_it_panics);
    }

    /// What is told for the next task that panics. Can be dropped and called again without missing any.
    pub(super) async fn next_panic(&mut self) -> Internal {
        loop {
            match self.running.join_next_with_id().await {
                // More tasks are started only by the task that waits here.
                None => std::future::pending().await,
                Some(Ok((id, ()))) => drop(self.if_it_panics.remove(&id)),
                Some(Err(error)) => {
                    tracing::error!(%error, "a task of the engine panicked");
                    if let Some(told) = self.if_it_panics.remove(&error.id()) {
                        return told;
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::JobKey;

    #[tokio::test]
    async fn only_a_task_that_panicked_is_spoken_for() {
        let mut tasks = Tasks::new(mpsc::unbounded_channel().0);
        let [well, ill] = [1, 2].map(|number| JobKey::from_digest([number; 32]));
        tasks.spawn(Internal::Panicked(well), async {});
        tasks.spawn(Internal::Panicked(ill), async { panic!("on purpose") });
        assert!(matches!(tasks.next_panic().await, Internal::Panicked(key) if key == ill));
        tasks.spawn_blocking(Internal::Panicked(well), || panic!("on purpose"));
        assert!(matches!(tasks.next_panic().await, Internal::Panicked(key) if key == well));
        assert!(tasks.if_it_panics.is_empty());
    }
}
