//! Every paid call as the user sees it: read when somebody asks, and again after each change of the ledger from then on.

use std::sync::Arc;

use super::{Core, Internal};
use crate::engine::event::{Event, Level};
use crate::store::{Calls, StoreError};

/// Whether somebody wants the calls, and how it stands with them.
#[derive(Debug, Default)]
pub(super) struct FollowedCalls {
    is_wanted: bool,
    is_being_read: bool,
    /// The ledger changed since the reading began.
    is_stale: bool,
}

impl Core {
    /// Somebody looks at the calls.
    pub(super) fn follow_calls(&mut self) {
        self.money.calls.is_wanted = true;
        self.read_calls();
    }

    /// Reads the calls beside everything else, one reading at a time.
    pub(super) fn read_calls(&mut self) {
        let calls = &mut self.money.calls;
        if !calls.is_wanted || calls.is_being_read {
            calls.is_stale = calls.is_wanted;
            return;
        }
        (calls.is_being_read, calls.is_stale) = (true, false);
        let (store, internal) = (self.studio.store.clone(), self.tasks.internal.clone());
        self.tasks.spawn(Internal::CallsRead(None), async move {
            let _ = internal.send(Internal::CallsRead(Some(Box::new(store.journal.calls().await))));
        });
    }

    /// `None` where the reading panicked.
    pub(super) fn calls_read(&mut self, read: Option<Result<Calls, StoreError>>) {
        self.money.calls.is_being_read = false;
        match read {
            Some(Ok(calls)) => self.tell(Event::Calls(Arc::new(calls))),
            Some(Err(error)) => self.notice(Level::Error, format!("The paid calls cannot be read: {error}"), None),
            None => {}
        }
        if self.money.calls.is_stale {
            self.read_calls();
        }
    }
}
