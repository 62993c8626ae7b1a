//! A village to click through: one hub, three nodes with their own keys, and the
//! village founded by the first and joined by the others through the app itself.
//!
//! All of it runs in this one process, so that nothing is left behind when it stops.
//! Every step asks first whether it was done already: what a stop cuts off, the next
//! start goes on with.

use crate::data::DataFolder;
use crate::hub::{self, Hub};
use crate::keystore::PassphraseSource;
use crate::node::{use_one_crypto_provider, Node, Options, Ready};
use crate::report::Report;
use crate::NodeError;
use commons_credit_api::{
    Draft, DraftInput, Invitation, InviteInput, Joining, ListInput, Members, OpenInput, Standing,
    LIST_MAX,
};
use commons_credit_ledger::{BasisPoints, Levies, Seconds, Voting};
use holochain::prelude::{CellId, DnaHash, MembraneProof, SerializedBytes, UnsafeBytes};
use serde::Serialize;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// The village's name.
pub const VILLAGE: &str = "Demo Valley";
/// Who lives there, the founding steward first.
pub const MEMBERS: [(&str, &str); 3] = [("ann", "Ann"), ("bob", "Bob"), ("cleo", "Cleo")];
/// The first node's port when none is given; the others follow.
pub const PORT_DEFAULT: u16 = 8791;
/// How long the three may take to see each other.
const MEET_DEADLINE: Duration = Duration::from_secs(180);
const MEET_LOOK_AGAIN: Duration = Duration::from_millis(250);

/// How the demo is to be started.
#[derive(Debug, Clone)]
pub struct DemoOptions {
    /// Its folder; each node has its own in it.
    pub data: PathBuf,
    /// The first node's port; 0 takes any free ones.
    pub port: u16,
    /// A packed app, instead of the one that the program carries.
    pub happ: Option<PathBuf>,
    /// A folder with the UI, instead of the one that the program carries.
    pub ui: Option<PathBuf>,
    /// Who hears how it goes.
    pub report: Report,
}

/// Facts of a demo that can be clicked through.
#[derive(Debug, Clone, Serialize)]
pub struct DemoReady {
    /// The village's DNA hash.
    pub village: String,
    /// Its name.
    pub village_name: String,
    /// The nodes, in the order of [`MEMBERS`].
    pub nodes: Vec<Ready>,
}

/// A running demo.
pub struct Demo {
    nodes: Vec<Node>,
    hub: Hub,
    ready: DemoReady,
}

impl Demo {
    /// Starts hub and nodes, and founds the village if it is not there yet.
    pub async fn start(options: DemoOptions) -> Result<Self, NodeError> {
        use_one_crypto_provider();
        let report = options.report.clone();
        report.step("hub", "opening a hub for three nodes");
        let hub = Hub::start(hub::own_address()).await?;
        let mut nodes = Vec::with_capacity(MEMBERS.len());
        for (offset, (folder, _)) in (0_u16..).zip(MEMBERS) {
            let port = match options.port {
                0 => 0,
                base => base.saturating_add(offset),
            };
            let node = Node::start(Options {
                data: options.data.join(folder),
                passphrase: PassphraseSource::Unattended,
                port: Some(port),
                hubs: vec![hub.url()],
                hub_listen: None,
                moved: false,
                happ: options.happ.clone(),
                ui: options.ui.clone(),
                report: report.named(folder),
            })
            .await;
            match node {
                Ok(node) => nodes.push(node),
                Err(error) => {
                    stop_all(nodes, hub).await;
                    return Err(error);
                }
            }
        }
        match open_village(&nodes, &report).await {
            Ok(village) => {
                let ready = DemoReady {
                    village: village.dna_hash().to_string(),
                    village_name: VILLAGE.into(),
                    nodes: nodes.iter().map(|node| node.ready().clone()).collect(),
                };
                Ok(Self { nodes, hub, ready })
            }
            Err(error) => {
                stop_all(nodes, hub).await;
                Err(error)
            }
        }
    }

    /// Its facts.
    pub fn ready(&self) -> &DemoReady {
        &self.ready
    }

    /// Its nodes, in the order of [`MEMBERS`].
    pub fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// Stops everything, in reverse.
    pub async fn stop(self) {
        stop_all(self.nodes, self.hub).await;
    }
}

/// The folder of the demo of this user.
pub fn default_path() -> Result<PathBuf, NodeError> {
    DataFolder::default_path().map(|data| data.join("demo"))
}

async fn stop_all(nodes: Vec<Node>, hub: Hub) {
    for node in nodes.into_iter().rev() {
        if let Err(error) = node.stop().await {
            eprintln!("{}", error.line());
        }
    }
    hub.stop().await;
}

async fn open_village(nodes: &[Node], report: &Report) -> Result<CellId, NodeError> {
    let mut founded: Option<(&Node, CellId)> = None;
    for (node, (folder, name)) in nodes.iter().zip(MEMBERS) {
        let report = report.named(folder);
        let open = node.villages().await?;
        let known = open.into_iter().find(|(_, name)| name == VILLAGE);
        let cell = match (known, &founded) {
            (Some((cell, _)), _) => cell,
            (None, None) => {
                report.step("found", format!("founding {VILLAGE}"));
                found(node).await?
            }
            (None, Some((founder, village))) => {
                report.step("join", format!("joining {VILLAGE}"));
                join(node, founder, village).await?
            }
        };
        let standing: Standing = node.call(&cell, "standing", ()).await?;
        if standing.book.is_none() {
            let name = name.to_owned();
            let _: Standing = node.call(&cell, "open", OpenInput { name }).await?;
        }
        founded.get_or_insert((node, cell));
    }
    let Some((_, village)) = founded else {
        return Err(NodeError::CellUnknown {
            cell: VILLAGE.into(),
        });
    };
    report.step("meet", "waiting until the three see each other");
    for node in nodes {
        meet(node, village.dna_hash()).await?;
    }
    Ok(village)
}

async fn found(node: &Node) -> Result<CellId, NodeError> {
    let input = DraftInput {
        name: VILLAGE.into(),
        levies: Levies {
            state_bp: BasisPoints(750),
            community_bp: BasisPoints(250),
        },
        floor_s: Seconds(-40 * 3_600),
        voting: Voting::Council { needed: 1 },
    };
    let draft: Draft = node
        .call(&node.lobby().await?, "draft_charter", input)
        .await?;
    node.create_clone(VILLAGE, draft.network_seed, &draft.charter, None)
        .await
}

async fn join(node: &Node, founder: &Node, village: &CellId) -> Result<CellId, NodeError> {
    let hubs = vec![founder.ready().hub.clone()];
    let invitation: Invitation = founder
        .call(village, "write_invitation", InviteInput { hubs })
        .await?;
    let joining: Joining = node
        .call(&node.lobby().await?, "read_invitation", invitation)
        .await?;
    let proof = SerializedBytes::from(UnsafeBytes::from(joining.membrane_proof));
    let proof: MembraneProof = Arc::new(proof);
    node.create_clone(VILLAGE, joining.network_seed, &joining.charter, Some(proof))
        .await
}

/// Waits until a node knows all members by name.
async fn meet(node: &Node, village: &DnaHash) -> Result<(), NodeError> {
    let villages = node.villages().await?;
    let Some((cell, _)) = villages
        .into_iter()
        .find(|(cell, _)| cell.dna_hash() == village)
    else {
        return Err(NodeError::CellUnknown {
            cell: VILLAGE.into(),
        });
    };
    let deadline = Instant::now() + MEET_DEADLINE;
    loop {
        let input = ListInput {
            cursor: None,
            limit: LIST_MAX,
        };
        let known: Members = node.call(&cell, "members", input).await?;
        if known.members.len() >= MEMBERS.len() {
            return Ok(());
        }
        if Instant::now() >= deadline {
            return Err(NodeError::DemoTimeout {
                what: "members",
                seconds: MEET_DEADLINE.as_secs(),
            });
        }
        tokio::time::sleep(MEET_LOOK_AGAIN).await;
    }
}
