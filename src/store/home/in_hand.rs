//! What tasks of this program have in hand: paid calls and leased jobs. What the journal says is this program's and is in
//! nobody's hand was left by a task that is gone, or whose last word could not be recorded. Knows no database.

use std::collections::HashMap;
use std::fmt::Debug;
use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError};

use super::instance::{self, Owner};
use super::layout::Home;
use crate::plan::JobKey;
use crate::store::ground::token::Token;

/// Calls or jobs that are in hand, and by how many tasks.
#[derive(Debug)]
pub(in crate::store) struct Hands<T>(Arc<Mutex<HashMap<T, usize>>>);

impl<T> Clone for Hands<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<T> Default for Hands<T> {
    fn default() -> Self {
        Self(Arc::default())
    }
}

impl<T: Copy + Eq + Hash> Hands<T> {
    pub(in crate::store) fn take(&self, what: T) -> InHand<T> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner).entry(what).or_default() += 1;
        InHand { hands: self.clone(), what }
    }

    pub(in crate::store) fn hold(&self, what: T) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).contains_key(&what)
    }
}

/// While this exists, it is in hand.
#[derive(Debug)]
pub(in crate::store) struct InHand<T: Copy + Eq + Hash> {
    hands: Hands<T>,
    what: T,
}

impl<T: Copy + Eq + Hash> Drop for InHand<T> {
    fn drop(&mut self) {
        let mut hands = self.hands.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(tasks) = hands.get_mut(&self.what) {
            *tasks -= 1;
            if *tasks == 0 {
                hands.remove(&self.what);
            }
        }
    }
}

/// The right to make one job. Dropped without a word of how the job ended, it is free for this program again; for others
/// it stays held while this program runs.
#[derive(Debug)]
pub struct Lease(
    #[expect(dead_code, reason = "what counts is that it is dropped with this")] pub(in crate::store) InHand<JobKey>,
);

/// Who asks, to tell what is under way from what was left.
#[derive(Clone)]
pub(in crate::store) struct Observer {
    pub(in crate::store) home: Home,
    pub(in crate::store) owner: Owner,
    pub(in crate::store) calls: Hands<Token>,
    pub(in crate::store) leases: Hands<JobKey>,
}

impl Observer {
    pub(in crate::store) fn new(home: Home, owner: Owner) -> Self {
        Self { home, owner, calls: Hands::default(), leases: Hands::default() }
    }

    /// Whether nobody will ever settle this call: its process is gone, or the task of it in this one.
    pub(in crate::store) fn is_lost(&self, owner: Owner, token: Token) -> bool {
        if owner == self.owner { !self.calls.hold(token) } else { !instance::is_alive(&self.home, owner) }
    }

    /// Whether somebody still makes a job that is leased to this owner.
    pub(in crate::store) fn is_made(&self, owner: Owner, key: JobKey) -> bool {
        if owner == self.owner { self.leases.hold(key) } else { instance::is_alive(&self.home, owner) }
    }
}
