//! The farm of a program that was built without it: the config is read, and whoever asks for a farm is told.

use std::convert::Infallible;

use tokio::sync::watch;

use super::settings::FarmSettings;
use super::sight::FarmSight;
use crate::domain::CampaignId;
use crate::plan::Request;
use crate::providers::provider::Making;
use crate::providers::video::VideoStudio;
use crate::providers::{JobContext, Lane, Provider};

/// There is none.
#[derive(Clone)]
pub struct Farm(Infallible);

/// Nobody's clips.
pub struct Farmed(Infallible);

impl Farm {
    pub fn start(_: FarmSettings, _: VideoStudio, _: &str) -> Result<Self, String> {
        Err("This babblecast was built without the farm: clips are made here alone.".to_owned())
    }

    pub fn sight(&self) -> watch::Receiver<FarmSight> {
        match self.0 {}
    }

    pub fn of(&self, _: CampaignId) -> Farmed {
        match self.0 {}
    }

    pub fn lane(&self) -> Lane {
        match self.0 {}
    }

    pub fn width(&self, _: &FarmSight) -> usize {
        match self.0 {}
    }
}

impl Provider for Farmed {
    fn lane(&self) -> Lane {
        match self.0 {}
    }

    fn make<'a>(&'a self, _: &'a Request, _: JobContext) -> Making<'a> {
        match self.0 {}
    }
}
