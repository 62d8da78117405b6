//! Paid calls, from the room for their reply to the ledger.

pub(super) mod account_voices;
pub(super) mod begin;
pub(super) mod calls;
pub(super) mod charged;
pub(super) mod checks;
pub(super) mod ledger;
pub(super) mod limiter;
pub(super) mod recovery;
pub(super) mod settle;
pub(super) mod spool;
pub(super) mod unknowns;
