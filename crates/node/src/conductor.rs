//! The Holochain conductor in this process: how it is set up, how the app gets into
//! it and how a zome function is called without leaving the process.

use crate::bundle::PackedApp;
use crate::data::{random_hex, DataFolder};
use crate::keystore::{Keystore, Passphrase};
use crate::{NodeError, APP_ID, ROLE, ZOME};
use either::Either;
use holochain::conductor::config::{ConductorConfig, ConductorTuningParams, NetworkConfig};
use holochain::conductor::error::ConductorError;
use holochain::conductor::{Conductor, ConductorHandle};
use holochain::prelude::{
    AgentPubKey, AppBundleSource, AppStatus, CellId, ClonedCell, CreateCloneCellPayload,
    DnaModifiersOpt, InstallAppPayload, MembraneProof, YamlProperties,
};
use holochain_conductor_api::config::conductor::DbSyncLevel;
use holochain_conductor_api::state::AppInterfaceId;
use holochain_conductor_api::{AppInfo, CellInfo, IssueAppAuthenticationTokenPayload};
use holochain_types::websocket::AllowedOrigins;
use kitsune2_api::{DhtArc, LocalAgent};
use serde::de::DeserializeOwned;
use serde::Serialize;
use std::collections::HashSet;
use std::fmt::{Debug, Display};
use std::time::{Duration, Instant};

/// How long a page that cites a missing page waits before it looks again.
const MISSING_PAGE_RETRY: Duration = Duration::from_secs(2);
/// Where the conductor itself looks for peers and a relay: nowhere. Nothing listens on
/// port 1 of this machine, which says so at once; `meeting.rs` sees to the hubs.
const NOWHERE: &str = "http://127.0.0.1:1";
/// How soon and how late the conductor asks nowhere again, in milliseconds.
const NOWHERE_RETRY_MS: u32 = 3_600_000;
/// How long a node waits for another's answer, in seconds; Holochain takes three
/// eighths of it to reach one that may be gone. Judging waits as long for what it asked
/// of somebody who went away just then, and with it everything that came meanwhile.
const ANSWER_TIMEOUT_S: u64 = 16;
/// A payment is on the disk before it is acknowledged. Holochain's own `Normal` leaves
/// the newest ones to the system's cache: a power cut would take pages back that others
/// have seen, and going on from there forks the chain.
const SYNC: DbSyncLevel = DbSyncLevel::Full;
/// Most time to wait for a village's network, and for a clone's definition.
const ARC_DEADLINE: Duration = Duration::from_secs(5);
const DEFINED_DEADLINE: Duration = Duration::from_secs(5);
/// How often to look for either.
const LOOK_AGAIN: Duration = Duration::from_millis(20);
/// Most time that a stop may take: what is under way may wait for one answer.
const STOP_DEADLINE: Duration = Duration::from_secs(ANSWER_TIMEOUT_S + 8);

/// How a village's nodes talk: chosen and measured in docs/decisions/0018-gossip.md.
///
/// An interval of 0 leaves everything as Holochain has it, with `hub` for its one
/// bootstrap and relay: what ours is measured against.
pub fn network(gossip_interval_ms: u32, hub: &str) -> NetworkConfig {
    if gossip_interval_ms == 0 {
        return as_it_comes(hub);
    }
    let nowhere = url2::Url2::parse(NOWHERE);
    let advanced = serde_json::json!({
        // A hub on a LAN has no certificate. What passes it is sealed anyway.
        "irohTransport": { "relayAllowPlainText": true },
        "coreBootstrap": {
            "backoffMinMs": NOWHERE_RETRY_MS,
            "backoffMaxMs": NOWHERE_RETRY_MS,
        },
        "k2Gossip": {
            "initiateIntervalMs": gossip_interval_ms,
            "minInitiateIntervalMs": gossip_interval_ms,
            "initiateJitterMs": gossip_interval_ms / 5,
        },
    });
    NetworkConfig {
        bootstrap_url: nowhere.clone(),
        relay_url: nowhere,
        request_timeout_s: ANSWER_TIMEOUT_S,
        advanced: Some(advanced),
        ..NetworkConfig::default()
    }
}

fn as_it_comes(hub: &str) -> NetworkConfig {
    let hub = url2::Url2::parse(hub);
    NetworkConfig {
        bootstrap_url: hub.clone(),
        relay_url: hub,
        advanced: Some(serde_json::json!({
            "irohTransport": { "relayAllowPlainText": true },
        })),
        ..NetworkConfig::default()
    }
}

/// A running conductor with the app in it.
#[derive(Clone)]
pub struct App {
    handle: ConductorHandle,
    data: std::path::PathBuf,
}

impl App {
    /// Starts the conductor. It has no admin interface.
    pub async fn start(
        data: &DataFolder,
        keystore: &Keystore,
        passphrase: &Passphrase,
        network: NetworkConfig,
    ) -> Result<Self, NodeError> {
        let mut tuning = ConductorTuningParams::new();
        tuning.sys_validation_retry_delay = Some(MISSING_PAGE_RETRY);
        let config = ConductorConfig {
            data_root_path: Some(data.folder("conductor")?.into()),
            admin_interfaces: None,
            network,
            tuning_params: Some(tuning),
            db_sync_level: SYNC,
            ..ConductorConfig::default()
        };
        let handle = Conductor::builder()
            .config(config)
            .passphrase(Some(passphrase.clone()))
            .with_keystore(keystore.client())
            .no_print_setup()
            .build()
            .await
            .map_err(|error| {
                NodeError::from_conductor(data.root(), "opening the ledgers", error)
            })?;
        Ok(Self {
            handle,
            data: data.root().into(),
        })
    }

    /// The conductor itself.
    pub fn handle(&self) -> &ConductorHandle {
        &self.handle
    }

    /// The app, or none before it is installed.
    pub async fn find(&self) -> Result<Option<AppInfo>, NodeError> {
        let deadline = Instant::now() + DEFINED_DEADLINE;
        loop {
            match self.handle.get_app_info(&APP_ID.to_owned()).await {
                // The conductor lists a clone a moment before it can describe it.
                Err(ConductorError::DnaDefMissing(_)) if Instant::now() < deadline => {
                    tokio::time::sleep(LOOK_AGAIN).await;
                }
                found => return found.map_err(|error| self.failed("reading the app", error)),
            }
        }
    }

    /// The installed app.
    pub async fn info(&self) -> Result<AppInfo, NodeError> {
        self.find().await?.ok_or_else(|| NodeError::AppInstall {
            cause: "it is not installed".into(),
        })
    }

    /// Installs the app for a key. The lobby gets a random network seed, so that
    /// it meets nobody. A start that was cut off here begins this again.
    pub async fn install(&self, app: &PackedApp, key: AgentPubKey) -> Result<(), NodeError> {
        let payload = InstallAppPayload {
            source: AppBundleSource::Bytes(app.bytes().into()),
            agent_key: Some(key),
            installed_app_id: Some(APP_ID.into()),
            network_seed: Some(random_hex()),
            roles_settings: None,
            ignore_genesis_failure: false,
            restore_from_dht: false,
        };
        let installed = self.handle.clone().install_app_bundle(payload).await;
        installed.map(|_| ()).map_err(|error| {
            match NodeError::from_conductor(&self.data, "installing the app", error) {
                NodeError::Conductor { cause, .. } => NodeError::AppInstall { cause },
                other => other,
            }
        })
    }

    /// Enables the app if a start was cut off before it was.
    pub async fn enable(&self) -> Result<(), NodeError> {
        if self.info().await?.status == AppStatus::Enabled {
            return Ok(());
        }
        let enabled = self.handle.clone().enable_app(APP_ID.into()).await;
        enabled
            .map(|_| ())
            .map_err(|error| self.failed("enabling the app", error))
    }

    /// Opens the app's websocket on a loopback port for pages of these origins only.
    ///
    /// The conductor reopens the interfaces it knows at each start. One fixed name
    /// keeps that at one, and port 0 lets it always find a free port.
    pub async fn attach(&self, origins: [String; 2]) -> Result<u16, NodeError> {
        let origins = AllowedOrigins::Origins(HashSet::from(origins));
        let known = self
            .handle
            .list_app_interfaces()
            .await
            .map_err(|error| self.failed("reading the interfaces", error))?;
        let same = known.iter().find(|interface| {
            interface.allowed_origins == origins
                && interface.installed_app_id.as_deref() == Some(APP_ID)
        });
        if let Some(interface) = same {
            return Ok(interface.port);
        }
        let name = AppInterfaceId::from_parts(0, Some("ui".into()));
        self.handle
            .clone()
            .add_app_interface(Either::Right(name), None, origins, Some(APP_ID.into()))
            .await
            .map_err(|error| self.failed("opening the app interface", error))
    }

    /// A token for the app's websocket, good until the node stops.
    pub fn issue_token(&self) -> Result<Vec<u8>, NodeError> {
        let request = IssueAppAuthenticationTokenPayload::for_installed_app_id(APP_ID.into())
            .expiry_seconds(0)
            .single_use(false);
        self.handle
            .issue_app_authentication_token(request)
            .map(|issued| issued.token)
            .map_err(|error| self.failed("issuing a token", error))
    }

    /// The lobby and the villages that are open on this node, the lobby first. A clone
    /// that was listed and refused before it began is not among them.
    pub async fn cells(&self) -> Result<Vec<(CellId, String)>, NodeError> {
        let info = self.info().await?;
        let running = self.handle.running_cell_ids();
        let cells = info.cell_info.get(ROLE).into_iter().flatten();
        Ok(cells
            .filter_map(enabled_cell)
            .filter(|(cell, _)| running.contains(cell))
            .collect())
    }

    /// The inert cell that villages are cloned from.
    pub async fn lobby(&self) -> Result<CellId, NodeError> {
        let lobby = self.cells().await?.into_iter().next();
        lobby.map(|(cell, _)| cell).ok_or(NodeError::CellUnknown {
            cell: "the lobby".into(),
        })
    }

    /// Opens a village: a clone with its own seed, properties and membrane proof.
    pub async fn create_clone(
        &self,
        name: &str,
        network_seed: String,
        properties: &(impl Serialize + ?Sized),
        membrane_proof: Option<MembraneProof>,
    ) -> Result<CellId, NodeError> {
        let refuse = |cause: String| NodeError::Clone {
            name: name.into(),
            cause,
        };
        // In the order of the type's own fields: it is part of the DNA hash.
        let properties =
            yaml_serde::to_value(properties).map_err(|error| refuse(error.to_string()))?;
        let payload = CreateCloneCellPayload {
            role_name: ROLE.into(),
            modifiers: DnaModifiersOpt {
                network_seed: Some(network_seed),
                properties: Some(YamlProperties::new(properties)),
            },
            membrane_proof,
            name: Some(name.into()),
        };
        self.handle
            .clone()
            .create_clone_cell(&APP_ID.to_owned(), payload)
            .await
            .map(|clone| clone.cell_id)
            .map_err(|error| refuse(error.to_string()))
    }

    /// Declares at once that this node holds everything of a village, which it does
    /// sooner or later anyway.
    ///
    /// Until a node has declared its arc, Holochain asks peers for pages that lie on
    /// this disk, and a payment waits for peers that are gone or fails while the hub
    /// has not answered. Found by killing nodes (tests/tests/crash.rs).
    pub async fn hold_everything(&self, cell: &CellId) -> Result<(), NodeError> {
        let space = cell.dna_hash().to_k2_space();
        let me = cell.agent_pubkey().to_k2_agent();
        let deadline = Instant::now() + ARC_DEADLINE;
        loop {
            let space = self
                .handle
                .holochain_p2p()
                .test_kitsune()
                .space_if_exists(space.clone())
                .await;
            let agents = match space {
                Some(space) => space
                    .local_agent_store()
                    .get_all()
                    .await
                    .map_err(|error| self.failed("joining the village's network", error))?,
                None => Vec::new(),
            };
            if let Some(agent) = agents.into_iter().find(|agent| *agent.agent() == me) {
                // Declaring is signing anew and telling everybody: not at each question.
                if agent.get_cur_storage_arc() != DhtArc::FULL {
                    agent.set_cur_storage_arc(DhtArc::FULL);
                    agent.invoke_cb();
                }
                return Ok(());
            }
            if Instant::now() > deadline {
                // Gossip declares it later; only the first payments are slower.
                tracing::warn!(%cell, "the village's network is not joined yet");
                return Ok(());
            }
            tokio::time::sleep(LOOK_AGAIN).await;
        }
    }

    /// Calls a zome function as the cell's own author.
    pub async fn call<I, O>(&self, cell: &CellId, function: &str, input: I) -> Result<O, NodeError>
    where
        I: Serialize + Debug,
        O: DeserializeOwned + Debug,
    {
        self.handle
            .easy_call_zome(
                cell.agent_pubkey(),
                None,
                cell.clone(),
                ZOME,
                function,
                input,
            )
            .await
            .map_err(|error| NodeError::ZomeCall {
                function: function.into(),
                cause: zome_words(&error.to_string()),
            })
    }

    /// Other nodes that this one knows an address of.
    pub async fn count_peers(&self) -> Result<usize, NodeError> {
        let me = self.info().await?.agent_pub_key;
        let mut others = HashSet::new();
        for (cell, _) in self.cells().await? {
            // Each village by itself: one whose network is not joined knows nobody.
            let village = vec![cell.dna_hash().clone()];
            let Ok(known) = self.handle.get_agent_infos(Some(village)).await else {
                continue;
            };
            let known = known.into_iter().filter(|info| {
                !info.is_tombstone && info.url.is_some() && !is_agent(&me, &info.agent)
            });
            others.extend(known.map(|info| info.agent.clone()));
        }
        Ok(others.len())
    }

    /// Stops the conductor: no new work, then everything that is under way ends.
    pub async fn stop(self) -> Result<(), NodeError> {
        let stopping = self.handle.clone().shutdown();
        match tokio::time::timeout(STOP_DEADLINE, stopping).await {
            Ok(Ok(Ok(()))) => Ok(()),
            Ok(Ok(Err(error))) => Err(self.failed("stopping", error)),
            Ok(Err(error)) => Err(self.failed("stopping", error)),
            Err(_) => Err(self.failed("stopping", "it took too long")),
        }
    }

    /// Names what the conductor did not do.
    pub fn failed(&self, doing: &'static str, error: impl Display) -> NodeError {
        NodeError::from_conductor(&self.data, doing, error)
    }
}

fn is_agent(key: &AgentPubKey, id: &[u8]) -> bool {
    key.get_raw_32() == id
}

fn enabled_cell(cell: &CellInfo) -> Option<(CellId, String)> {
    match cell {
        CellInfo::Provisioned(lobby) => Some((lobby.cell_id.clone(), lobby.name.clone())),
        CellInfo::Cloned(ClonedCell {
            cell_id,
            name,
            enabled: true,
            ..
        }) => Some((cell_id.clone(), name.clone())),
        _ => None,
    }
}

/// The zome's own code and sentence out of the layers that a conductor puts around:
/// text in quotes, whose own quotes carry backslashes.
fn zome_words(error: &str) -> String {
    let begin = error
        .match_indices("E_")
        .map(|(at, _)| at)
        .find(|at| !error[..*at].ends_with(|c: char| c.is_ascii_alphanumeric() || c == '_'));
    let Some(begin) = begin else {
        return error.to_owned();
    };
    let mut words = String::new();
    let mut escaped = false;
    for letter in error[begin..].chars() {
        match letter {
            '"' | '\n' if !escaped => break,
            '\\' => escaped = true,
            _ => {
                escaped = false;
                words.push(letter);
            }
        }
    }
    words.trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_conductor_itself_looks_nowhere() {
        let config = network(700, NOWHERE);
        let text = config.to_k2_config().expect("a configuration").to_string();
        assert!(!text.contains("holochain.org") && !text.contains("iroh.link"));
        assert_eq!(text.matches(NOWHERE).count(), 2);
        for setting in [
            r#""relayAllowPlainText":true"#,
            r#""initiateIntervalMs":700"#,
            r#""minInitiateIntervalMs":700"#,
            r#""connectTimeoutS":6"#,
        ] {
            assert!(text.contains(setting), "{setting} is missing in {text}");
        }
    }

    #[test]
    fn without_an_interval_it_is_as_holochain_has_it() {
        let hub = "http://192.168.1.5:8790/";
        let config = network(0, hub);
        let text = config.to_k2_config().expect("a configuration").to_string();
        assert_eq!(text.matches(hub).count(), 2);
        assert!(!text.contains("initiateIntervalMs"));
    }

    #[test]
    fn the_zomes_words_are_found() {
        let error = r#"Other(Wasm { error: Guest("E_FLOOR_CROSSED: give less than 2 h") })"#;
        assert_eq!(zome_words(error), "E_FLOOR_CROSSED: give less than 2 h");
        let quoting = r#"Guest("E_NAME: \"\" is no name") })"#;
        assert_eq!(zome_words(quoting), r#"E_NAME: "" is no name"#);
        assert_eq!(zome_words("SOME_E_THING"), "SOME_E_THING");
    }
}
