//! Jobs in the journal: their states, who makes them, runs, takes and what was posted.

pub(super) mod adopt;
pub(super) mod asset_facts;
pub(super) mod complete;
pub(super) mod derived;
pub(super) mod elsewhere;
pub(super) mod leases;
pub(super) mod posted;
pub(super) mod runs;
pub(super) mod states;
pub(super) mod takes;
