//! Clips and cross-fades that other machines may make: their lane, their maker, and what is seen of the farm.

use std::sync::Arc;

use super::{Core, Internal};
use crate::engine::event::{Event, Level};
use crate::engine::schedule::Fact;
use crate::farm::{Farm, FarmSight, Server};
use crate::plan::{AssetHash, Request};
use crate::providers::{Lane, Provider};
use crate::store::host_name;

use super::jobs::Order;

impl Core {
    /// Begins to call the farm's server, where one is configured: with the first run, or at once where a person watches. Who
    /// only looks at a campaign calls nobody.
    pub(super) fn open_farm(&mut self) {
        let Some(settings) = self.studio.shelf.settings.farm.clone().filter(|_| self.farm.is_none()) else { return };
        let video = self.studio.catalogue.video().clone();
        let root = self.studio.shelf.settings.home.as_os_str().as_encoded_bytes();
        let home = format!("{}-{}", host_name(), AssetHash::of(root).short());
        let farm = match Farm::start(settings, video, &home) {
            Ok(farm) => farm,
            Err(why) => return self.notice(Level::Warning, why, None),
        };
        let (mut sight, internal) = (farm.sight(), self.tasks.internal.clone());
        self.farm = Some(farm);
        // Ends with the farm, or with the engine that it tells.
        tokio::spawn(async move {
            while sight.changed().await.is_ok() {
                let seen = Arc::new(sight.borrow_and_update().clone());
                if internal.send(Internal::Farm(seen)).is_err() {
                    return;
                }
            }
        });
    }

    /// What limits how many of these requests run at once; what the farm may make has a lane of its own.
    pub(super) fn lane_of(&self, request: &Request) -> Option<Lane> {
        let lane = self.studio.catalogue.lane_of(request);
        match &self.farm {
            Some(farm) if may_go_out(request) => lane.map(|_| farm.lane()),
            _ => lane,
        }
    }

    /// Who makes a free job.
    pub(super) fn maker_of(&self, order: &Order) -> Option<Arc<dyn Provider>> {
        let provider = self.studio.catalogue.provider_of(&order.request)?;
        Some(match &self.farm {
            Some(farm) if may_go_out(&order.request) => Arc::new(farm.of(order.about.campaign.clone())),
            _ => provider,
        })
    }

    /// The farm changed: as many clips are under way as it and this machine have room for.
    pub(super) async fn follow_farm(&mut self, sight: Arc<FarmSight>) {
        let Some(farm) = &self.farm else { return };
        let lane = farm.lane();
        let at_once = farm.width(&sight);
        if let Server::Unusable { why } = &sight.server
            && self.known.farm.as_ref().is_none_or(|before| before.server != sight.server)
        {
            self.notice(Level::Warning, why.clone(), None);
        }
        self.known.farm = Some(sight.clone());
        self.happened(Fact::LaneResized { lane: lane.name, most_at_once: at_once, why: "" }).await;
        self.tell(Event::Farm(sight));
    }
}

/// What workers may make. An episode joins what lies here, in a fiftieth of the time that its clips took.
fn may_go_out(request: &Request) -> bool {
    matches!(request, Request::Clip(_) | Request::Fade(_))
}
