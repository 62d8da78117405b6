//! The pages. A page holds its state, its answers to keys, its drawing and the tests of all that in one file; a new one
//! is a file here, a section in the keymap and a place that opens it.

mod banner;
mod campaign;
mod campaign_pane;
mod cast;
mod clip_pane;
mod doctor;
mod faults;
mod for_phone;
mod full_size;
mod help;
mod home;
mod ledger;
mod log;
mod queue;
mod takes;
mod takes_view;
mod unknowns;
mod voices;

pub use super::model::page::{Page, Sight};
use crate::plan::JobKey;
use crate::tui::facts::Campaign;
use crate::tui::model::shared::Shared;

pub use cast::CastPage;
pub use doctor::DoctorPage;
pub use help::Help;
pub use home::Home;
pub use ledger::LedgerPage;
pub use log::LogPage;
pub use queue::QueuePage;
pub use unknowns::Unknowns;
pub use voices::VoicesPage;

/// The page of a campaign, at the scene of a job; that of its faults where it has no good version.
pub fn open_campaign(campaign: &Campaign, at: Option<JobKey>, shared: &Shared) -> Box<dyn Page> {
    match campaign.loaded() {
        Some(_) => Box::new(campaign::CampaignPage::of(campaign, at, shared)),
        None => Box::new(faults::Faults::of(&campaign.entry.path)),
    }
}
