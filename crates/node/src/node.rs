//! One member's node, from a closed folder to an open page and back.
//!
//! What a stop at any point leaves, and what the next start does about it:
//!
//! | stopped … | next start |
//! |---|---|
//! | before the keystore file | begins anew |
//! | with keystore, without app | installs the app, for a new key |
//! | with the app disabled | enables it |
//! | with a village that is listed and never began | takes it off the list (`leftovers.rs`) |
//! | with pages of a time to come | lays the stretches of time out anew (`slices.rs`) |
//! | with newer coordinators in some villages only | exchanges the rest (`coordinators.rs`) |
//! | with a village whose grant is missing | grants it |
//! | a folder counted as started and not stamped | stamps it (`stamp.rs`) |
//! | later, at any moment | the ledgers' own recovery; nothing to do here |

use crate::audit::SharedLedgers;
use crate::bundle::PackedApp;
use crate::conductor::{network, App};
use crate::config::{check_hub_url, Config};
use crate::coordinators;
use crate::credentials::Credentials;
use crate::data::DataFolder;
use crate::hub::{self, Hub};
use crate::keystore::{copy_of, ensure_database_key, Keystore, Passphrase, PassphraseSource};
use crate::leftovers::{self, Looked};
use crate::lines::Lines;
use crate::meeting::Meeting;
use crate::report::{Event, Report};
use crate::stamp::Stamps;
use crate::ui_server::{self, Files, Launcher, NodeBackend, Secret, Server};
use crate::unsigned::Unsigned;
use crate::{slices, NodeError, APP_ID, VERSION};
use holochain::conductor::ConductorHandle;
use holochain::prelude::{AgentPubKey, CellId, MembraneProof};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::fmt::Debug;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};
use tokio::sync::Mutex;
use tokio::task::{JoinHandle, JoinSet};

/// Facts of the running node, for `status`.
pub const RUNNING_FILE: &str = "running.json";
const APP_FILE: &str = "app.json";
/// A time at which this program was not there yet: 2026-11-01, in seconds.
const MADE_S: u64 = 1_793_491_200;
/// How often a long step says that it goes on.
const STILL_AT_IT: Duration = Duration::from_secs(5);

/// How a node is to be started.
#[derive(Debug, Clone)]
pub struct Options {
    /// The data folder.
    pub data: PathBuf,
    /// Where the passphrase comes from.
    pub passphrase: PassphraseSource,
    /// The UI's port, instead of the settings'.
    pub port: Option<u16>,
    /// Hubs to try before those of the settings.
    pub hubs: Vec<String>,
    /// Where this node is a hub for others as well, instead of the settings'.
    pub hub_listen: Option<SocketAddr>,
    /// A packed app to install instead of the one that the program carries.
    pub happ: Option<PathBuf>,
    /// A folder with the UI, instead of the one that the program carries.
    pub ui: Option<PathBuf>,
    /// The member says that the folder was moved here and is the newest state.
    pub moved: bool,
    /// Who hears how it goes.
    pub report: Report,
}

impl Options {
    /// A quiet node on a folder: any free port, an own hub, a kept passphrase.
    pub fn new(data: impl Into<PathBuf>) -> Self {
        Self {
            data: data.into(),
            passphrase: PassphraseSource::Unattended,
            port: Some(0),
            hubs: Vec::new(),
            hub_listen: None,
            happ: None,
            ui: None,
            moved: false,
            report: Report::silent(),
        }
    }
}

/// Facts of a node whose page can be opened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ready {
    /// The address that opens the page, with the secret of this start.
    pub url: String,
    /// The UI's port.
    pub port: u16,
    /// The app websocket's port.
    pub app_port: u16,
    /// The process.
    pub pid: u32,
    /// The program's version.
    pub version: String,
    /// The hash of the app's DNA as packed.
    pub dna_hash: String,
    /// The member's key.
    pub agent: String,
    /// The hub in use, or the first to come.
    pub hub: String,
    /// Whether that is the node's own, which others do not reach.
    pub own_hub: bool,
    /// The data folder.
    pub data: PathBuf,
}

/// Which app the folder was begun with.
#[derive(Serialize, Deserialize)]
struct AppFile {
    dna_hash: String,
}

/// A running node. Stop it with [`Node::stop`]; dropping it is like pulling the plug.
pub struct Node {
    ready: Ready,
    backend: Arc<NodeBackend>,
    server: JoinHandle<()>,
    lines: Lines,
    own_hub: Option<Hub>,
    report: Report,
    // Last, so that the folder's lock outlives all that writes into it.
    _keystore: Keystore,
    data: Arc<DataFolder>,
}

impl Node {
    /// Starts a node; returns when its page can be opened.
    pub async fn start(options: Options) -> Result<Self, NodeError> {
        use_one_crypto_provider();
        check_clock(SystemTime::now())?;
        let report = options.report.clone();
        report.step("data", format!("opening {}", options.data.display()));
        let data = Arc::new(DataFolder::open(&options.data)?);
        let config = Config::load(&data)?;
        let files = Files::find(options.ui.clone())?;
        let packed = PackedApp::find(options.happ.as_deref()).await?;
        if packed.is_none() && data.read(APP_FILE)?.is_none() {
            return Err(NodeError::AppNotPacked);
        }
        let (listener, port) = ui_server::bind(options.port.unwrap_or(config.port)).await?;

        let passphrase = find_passphrase(options.passphrase.clone(), &data, &report).await?;
        report.step("keystore", "unlocking the keystore");
        let (keystore, met) = tokio::join!(
            unlock(&data, &passphrase, options.moved, &report),
            meet(&options, &config, &report)
        );
        let ((keystore, looked), (own_hub, hubs, hub)) = (keystore?, met?);
        let stamps = Stamps::begin(&data, looked.lengths, &report)?;
        report.step("ledgers", "opening the ledgers");
        let network = network(config.gossip_interval_ms, &hub);
        let app = App::start(&data, &keystore, &passphrase, network).await?;
        let ledgers = SharedLedgers::of(&data, copy_of(&passphrase)?, looked.key);
        let ledgers = Arc::new(ledgers);
        let unsigned = Unsigned::of(ledgers.clone());
        let meeting = match config.gossip_interval_ms {
            0 => Meeting::at(&hub),
            _ => Meeting::start(app.clone(), hubs.all(&config.hubs), unsigned),
        };

        let dna_hash = ensure_app(&app, packed.as_ref(), &data, &report).await?;
        let credentials = Credentials::open(&data)?;
        for (cell, name) in app.cells().await? {
            // One village that does not open keeps none of the others closed: the page
            // asks for its credentials again and shows why.
            if let Err(error) = open_cell(&app, &credentials, &cell).await {
                report.step("village", format!("{name} does not open: {}", error.line()));
            }
        }
        if !looked.ahead.is_empty() {
            // A mark that stays costs some traffic until the next start, which deletes it.
            if let Err(error) = slices::unmark(&data, &passphrase, &looked.ahead).await {
                tracing::warn!(error = error.line(), "marks of a time to come stay");
            }
        }
        let origins = ui_server::origins(port);
        let app_port = app.attach(origins.clone()).await?;
        let agent = app.info().await?.agent_pub_key.to_string();
        let launcher = Launcher {
            app_port,
            token: app.issue_token()?,
        };

        let [origin, _] = origins;
        let lines = Lines::start(
            app.clone(),
            app_port,
            origin,
            launcher.token.clone(),
            config.carry,
        );

        let backend = Arc::new(NodeBackend {
            app: app.clone(),
            credentials,
            data: data.clone(),
            config: Mutex::new(config),
            stamping: stamps.map(|stamps| stamps.keep(app.clone(), ledgers.clone())),
            meeting,
            hubs: hubs.clone(),
            dna_hash: dna_hash.clone(),
            ledgers,
            frames: Mutex::default(),
            auditing: Mutex::new(()),
        });
        let server = Server {
            port,
            secret: Secret::random(),
            launcher,
            files,
            backend: backend.clone(),
        };
        let ready = Ready {
            url: server.url(),
            port,
            app_port,
            pid: std::process::id(),
            version: VERSION.into(),
            dna_hash,
            agent,
            own_hub: hubs.is_own(&hub),
            hub,
            data: data.root().into(),
        };
        data.write_json(RUNNING_FILE, &ready)?;
        let server = server.serve(listener);
        report.say(&Event::Ready(&ready));
        Ok(Self {
            ready,
            backend,
            server,
            lines,
            own_hub,
            report,
            _keystore: keystore,
            data,
        })
    }

    /// The node's facts.
    pub fn ready(&self) -> &Ready {
        &self.ready
    }

    /// The conductor.
    pub fn conductor(&self) -> &ConductorHandle {
        self.backend.app.handle()
    }

    /// The app's name in the conductor.
    pub fn app_id(&self) -> &'static str {
        APP_ID
    }

    /// The cell that villages are cloned from.
    pub async fn lobby(&self) -> Result<CellId, NodeError> {
        self.backend.app.lobby().await
    }

    /// The villages on this node, with their names.
    pub async fn villages(&self) -> Result<Vec<(CellId, String)>, NodeError> {
        let mut cells = self.backend.app.cells().await?;
        cells.drain(..cells.len().min(1));
        Ok(cells)
    }

    /// Opens a village and lets the page call it.
    pub async fn create_clone(
        &self,
        name: &str,
        network_seed: String,
        properties: &(impl Serialize + ?Sized),
        membrane_proof: Option<MembraneProof>,
    ) -> Result<CellId, NodeError> {
        let NodeBackend {
            app, credentials, ..
        } = &*self.backend;
        let cell = app
            .create_clone(name, network_seed, properties, membrane_proof)
            .await?;
        open_cell(app, credentials, &cell).await?;
        self.backend.meeting.look();
        Ok(cell)
    }

    /// Calls a zome function as the member.
    pub async fn call<I, O>(&self, cell: &CellId, function: &str, input: I) -> Result<O, NodeError>
    where
        I: Serialize + Debug,
        O: DeserializeOwned + Debug,
    {
        self.backend.app.call(cell, function, input).await
    }

    /// Other nodes that this one knows an address of.
    pub async fn count_peers(&self) -> Result<usize, NodeError> {
        self.backend.app.count_peers().await
    }

    /// Stops the node: the page first, the ledgers next, the folder last.
    pub async fn stop(self) -> Result<(), NodeError> {
        self.report.say(&Event::Stopping);
        self.server.abort();
        self.lines.stop();
        self.backend.meeting.stop();
        if let Some(stamping) = &self.backend.stamping {
            stamping.stop().await;
        }
        let stopped = self.backend.app.clone().stop().await;
        if let Some(hub) = self.own_hub {
            hub.stop().await;
        }
        self.data.remove(RUNNING_FILE)?;
        stopped
    }
}

/// Both the conductor and the hub need one; two libraries bring different ones.
pub fn use_one_crypto_provider() {
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
}

/// Refuses a clock that shows a time before this program was made: Holochain 0.7.1 opens
/// no village whose first page it takes for one of the future.
fn check_clock(now: SystemTime) -> Result<(), NodeError> {
    let made = SystemTime::UNIX_EPOCH + Duration::from_secs(MADE_S);
    match made.duration_since(now) {
        Ok(behind) if behind > Duration::ZERO => Err(NodeError::ClockBehind {
            days: behind.as_secs() / 86_400,
        }),
        _ => Ok(()),
    }
}

async fn find_passphrase(
    source: PassphraseSource,
    data: &Arc<DataFolder>,
    report: &Report,
) -> Result<Passphrase, NodeError> {
    let (data, report) = (data.clone(), report.clone());
    // It may wait for somebody to type.
    tokio::task::spawn_blocking(move || source.find(&data, |text| report.step("passphrase", text)))
        .await
        .map_err(|error| NodeError::Conductor {
            doing: "asking for the passphrase",
            cause: error.to_string(),
        })?
}

/// Opens the keystore, and makes sure that the conductor will open, too.
///
/// Both take their time over the passphrase on purpose, so they do it side by side.
async fn unlock(
    data: &DataFolder,
    passphrase: &Passphrase,
    moved: bool,
    report: &Report,
) -> Result<(Keystore, Looked), NodeError> {
    let copy = copy_of(passphrase)?;
    let (keystore, looked) = tokio::join!(
        Keystore::open(data, passphrase),
        leftovers::take_off(data, &copy, |lengths| Stamps::judge(data, lengths, moved))
    );
    // The keystore knows best when it is the passphrase that is wrong.
    let keystore = keystore?;
    let mut looked = looked?;
    for cell in &looked.taken_off {
        let village = cell.dna_hash();
        let text = format!("village {village} never began; found or join it again");
        report.step("village", text);
    }
    if let Some(made) = ensure_database_key(data, passphrase).await? {
        looked.key = Some(made);
    }
    Ok((keystore, looked))
}

/// Lets the page call a cell, and the cell answer from what is on this disk.
async fn open_cell(app: &App, credentials: &Credentials, cell: &CellId) -> Result<(), NodeError> {
    credentials.grant(app, cell).await?;
    app.hold_everything(cell).await
}

/// The hubs of a run.
#[derive(Debug, Clone, Default)]
pub struct Hubs {
    /// From the command line.
    pub first: Vec<String>,
    /// The node's own, when it is a hub for others: met at when no other answers, so
    /// that a village's laptops do not each wait at their own.
    pub open: Option<String>,
    /// The node's own on loopback, when there was no other at the start.
    pub alone: Option<String>,
}

impl Hubs {
    /// All of them in order, with those of the settings.
    pub fn all(&self, settings: &[String]) -> Vec<String> {
        let mut all: Vec<String> = Vec::new();
        for hub in self
            .for_others(settings)
            .into_iter()
            .chain(self.alone.clone())
        {
            if !all.contains(&hub) {
                all.push(hub);
            }
        }
        all
    }

    /// Those that another machine reaches.
    pub fn for_others(&self, settings: &[String]) -> Vec<String> {
        let named = self.first.iter().chain(settings).chain(&self.open);
        named.cloned().collect()
    }

    /// Whether it is one that others do not reach.
    pub fn is_own(&self, hub: &str) -> bool {
        self.alone.as_deref() == Some(hub)
    }
}

/// Opens this node's own hub where there is to be one, and looks which hub answers.
async fn meet(
    options: &Options,
    config: &Config,
    report: &Report,
) -> Result<(Option<Hub>, Hubs, String), NodeError> {
    let first = options.hubs.iter().map(|hub| check_hub_url(hub));
    let mut hubs = Hubs {
        first: first.collect::<Result<_, _>>()?,
        ..Hubs::default()
    };
    let mut own = None;
    if let Some(listen) = options.hub_listen.or(config.hub_listen) {
        let hub = Hub::start(listen).await?;
        hubs.open = hub.lan_urls().first().cloned();
        match &hubs.open {
            Some(url) => report.step("hub", format!("this node is a hub for others at {url}")),
            None => {
                hubs.alone = Some(hub.url());
                let text = "this node's hub has no address that others reach; join a network and start again";
                report.step("hub", text);
            }
        }
        own = Some(hub);
    } else if hubs.all(&config.hubs).is_empty() {
        let hub = Hub::start(hub::own_address()).await?;
        hubs.alone = Some(hub.url());
        own = Some(hub);
    }
    let all = hubs.all(&config.hubs);
    let answers = hub::answering(&all).await;
    let answering = all.iter().zip(answers).find(|(_, answers)| *answers);
    let hub = match (answering, all.first()) {
        (Some((hub, _)), _) => hub.clone(),
        (None, Some(hub)) => {
            let text = format!(
                "no hub answers; waiting for {} while you work",
                all.join(", ")
            );
            report.step("hub", text);
            hub.clone()
        }
        (None, None) => String::new(),
    };
    Ok((own, hubs, hub))
}

/// Installs the app at the first start, finishes one that was cut off, and brings
/// what was begun with an older program up to date. Gives the law's hash.
async fn ensure_app(
    app: &App,
    packed: Option<&PackedApp>,
    data: &DataFolder,
    report: &Report,
) -> Result<String, NodeError> {
    if app.find().await?.is_none() {
        let packed = packed.ok_or(NodeError::AppNotPacked)?;
        // Ours, not one that the conductor makes on the way: it begins chains at once, and
        // a power cut would leave them without their key.
        let key = Keystore::new_key(data, app.handle().keystore()).await?;
        install(app, packed, key, report).await?;
    }
    app.enable().await?;
    let law = match data.read_json::<AppFile>(APP_FILE)? {
        Some(known) => known.dna_hash,
        None => {
            let packed = packed.ok_or(NodeError::AppNotPacked)?;
            let lobby = app.handle().get_dna_def(&app.lobby().await?);
            let dna_hash = match lobby {
                Some(lobby) => packed.zomes().law_of(&lobby).to_string(),
                None => packed.dna_hash().to_string(),
            };
            data.write_json(
                APP_FILE,
                &AppFile {
                    dna_hash: dna_hash.clone(),
                },
            )?;
            dna_hash
        }
    };
    let Some(packed) = packed else {
        return Ok(law);
    };
    let carried = packed.dna_hash().to_string();
    if carried != law {
        let text = format!(
            "this program carries another law ({carried}); the villages in this folder keep \
             theirs ({law}), and so does each new one; for the other law begin a new folder with --data DIR"
        );
        report.step("law", text);
    }
    let exchanged = coordinators::exchange(app, packed).await?.len();
    if exchanged > 0 {
        let text = format!("{exchanged} cells get this program's newer code, under the same law");
        report.step("code", text);
    }
    Ok(law)
}

/// Installs the app and says that it is still at it.
async fn install(
    app: &App,
    packed: &PackedApp,
    key: AgentPubKey,
    report: &Report,
) -> Result<(), NodeError> {
    let text = "installing the app and compiling its code, this once";
    report.step("app", text);
    let begun = Instant::now();
    // Beside the work, which keeps its own task busy; gone when this returns.
    let mut beside = JoinSet::new();
    let report = report.clone();
    beside.spawn(async move {
        loop {
            tokio::time::sleep(STILL_AT_IT).await;
            let seconds = begun.elapsed().as_secs();
            report.step("app", format!("still compiling, {seconds} s so far"));
        }
    });
    app.install(packed, key).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_from_before_the_program_is_refused() {
        let made = SystemTime::UNIX_EPOCH + Duration::from_secs(MADE_S);
        check_clock(made).expect("the first second");
        let error = check_clock(made - Duration::from_secs(1)).expect_err("a second before");
        assert_eq!(error.code(), "E_CLOCK_BEHIND");
    }
}
