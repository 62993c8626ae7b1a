//! A relay of the node's own on loopback, while no hub answers.
//!
//! kitsune2's transport calls nobody while its home relay is down, not even over a line
//! that goes past it, and iroh leaves a home only for a relay that answers. So two
//! phones on one Wi-Fi whose hub has died would not find each other, although both know
//! where the other was. Nobody else can reach this relay, and nothing passes it: it only
//! is a home that is up. The address that the peers know stays the one at the hub: each
//! village's network is told to keep it.

use crate::conductor::App;
use crate::hub::{own_address, Hub};
use crate::meeting::{at_relay, no_hub, random_place};
use crate::NodeError;
use kitsune2_api::{DynTransport, SpaceId};

/// The relay in use, and the villages that keep their address meanwhile.
pub struct StandIn {
    relay: Hub,
    place: SpaceId,
    villages: Vec<SpaceId>,
}

impl StandIn {
    /// Takes the place of `hub`.
    pub async fn begin(app: &App, transport: &DynTransport, hub: &str) -> Result<Self, NodeError> {
        let relay = Hub::start(own_address()).await?;
        let mut villages = Vec::new();
        for (cell, _) in app.cells().await?.into_iter().skip(1) {
            let village = cell.dna_hash().to_k2_space();
            let config = at_relay(hub)?;
            let kept = transport.configure_for_space(village.clone(), &config);
            kept.await.map_err(no_hub)?;
            villages.push(village);
        }
        let place = random_place();
        let config = at_relay(&relay.url())?;
        let gone_to = transport.configure_for_space(place.clone(), &config).await;
        gone_to.map_err(no_hub)?;
        Ok(Self {
            relay,
            place,
            villages,
        })
    }

    /// Gives the place back to the hub.
    pub async fn end(self, transport: &DynTransport) -> Result<(), NodeError> {
        let mut left = Ok(());
        for place in self.villages.into_iter().chain([self.place]) {
            left = left.and(transport.unconfigure_for_space(place).await);
        }
        self.relay.stop().await;
        left.map_err(no_hub)
    }
}
