//! What the node's meeting does for its conductor (`crates/node/src/meeting.rs`), for a
//! conductor in a test.
//!
//! A conductor that starts again has another address and turns to the others before its
//! relay is there: kitsune2 then takes them for gone for twenty minutes, and Holochain asks
//! ever more seldom who else is there. The node mends both; a test of conductors that stop
//! and start has to, too, or waits for what in life does not happen.

use commons_credit_node::peers::{Peers, Tries};
use holochain::sweettest::{SweetConductor, SweetConductorConfig};
use kitsune2_api::{AgentInfoSigned, DynSpace, SpaceId};
use std::collections::HashMap;
use std::sync::{Arc, Weak};
use std::time::Duration;
use tokio::task::JoinHandle;

/// How often a conductor asks the rendezvous who else is there, in milliseconds.
const ASK_EVERY_MS: u64 = 1_000;
/// How often the peers are looked at.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// Asks the rendezvous as often as the node asks its hub after a loss.
pub fn asks_often(config: SweetConductorConfig) -> SweetConductorConfig {
    config.tune_network_config(|network| {
        network.advanced = Some(serde_json::json!({
            "coreBootstrap": { "backoffMinMs": ASK_EVERY_MS, "backoffMaxMs": ASK_EVERY_MS },
        }));
    })
}

/// Looks at the peers of one run of a conductor, until it is dropped or the run ends.
pub struct Meeting(JoinHandle<()>);

impl Meeting {
    /// Begins for a conductor that runs.
    pub fn begin(conductor: &SweetConductor) -> Self {
        let handle = Arc::downgrade(&conductor.raw_handle());
        Self(tokio::spawn(go_on(handle)))
    }
}

impl Drop for Meeting {
    fn drop(&mut self) {
        self.0.abort();
    }
}

async fn go_on(handle: Weak<holochain::conductor::Conductor>) {
    let mut villages: HashMap<SpaceId, Peers> = HashMap::new();
    loop {
        tokio::time::sleep(LOOK_EVERY).await;
        let Some(handle) = handle.upgrade() else {
            return;
        };
        let kitsune = handle.holochain_p2p().test_kitsune().clone();
        let Ok(transport) = kitsune.transport().await else {
            continue;
        };
        for id in kitsune.list_spaces() {
            let Some(space) = kitsune.space_if_exists(id.clone()).await else {
                continue;
            };
            if let Some(own) = own_word(&space).await {
                let peers = villages.entry(id).or_default();
                peers.look(&space, &transport, &own, Tries::All).await;
            }
        }
    }
}

/// What this conductor's one agent says of itself in a village.
async fn own_word(space: &DynSpace) -> Option<Arc<AgentInfoSigned>> {
    let agents = space.local_agent_store().get_all().await.ok()?;
    let me = agents.first()?.agent().clone();
    space.peer_store().get(me).await.ok()?
}
