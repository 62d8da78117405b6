//! The pages. A page holds its state, its answers to keys, its drawing and the tests of all that in one file; a new one
//! is a file here, a section in the keymap and a place that opens it.

mod banner;
mod campaign;
mod campaign_pane;
mod clip_pane;
mod faults;
mod help;
mod home;
mod ledger;
mod log;
mod takes;
mod takes_view;
mod unknowns;
mod voices;

pub use super::model::page::{Page, Sight};
pub use help::Help;
pub use home::Home;
pub use ledger::LedgerPage;
pub use log::LogPage;
pub use unknowns::Unknowns;
pub use voices::VoicesPage;
