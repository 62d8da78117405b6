//! Promises of the whole store: several handles on one home stand for several processes.

mod budgets;
mod calls;
mod checks;
mod crashes;
mod damaged;
mod follow;
mod killed;
mod leases;
mod lost_database;
mod lost_ledger;
#[cfg(unix)]
mod out_of_sight;
mod packs;
mod replaced;
mod support;
mod takes;
mod upkeep;
