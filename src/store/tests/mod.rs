//! Promises of the whole store: several handles on one home stand for several processes.

mod budgets;
mod calls;
mod checks;
mod crashes;
mod follow;
mod killed;
mod leases;
mod lost_database;
mod lost_ledger;
mod packs;
mod support;
mod takes;
mod upkeep;
