//! Promises of the whole store: several handles on one home stand for several processes.

mod follow;
mod killed;
mod leases;
mod lost_database;
mod packs;
mod support;
mod takes;
mod upkeep;
