//! Fixtures for tests on real conductors: a village of people, each with a
//! conductor, a key and a source chain of their own. They found, invite and join
//! exactly as a client does: through the packed hApp and its zome functions.

mod audit;
mod compiled;
pub mod crowd;
pub mod governing;
pub mod hostile;
pub mod lines;
mod meeting;
pub mod net;

use commons_credit_api as api;
use commons_credit_ledger::{BasisPoints, Levies, Seconds, Voting};
use compiled::Compiled;
use holochain::prelude::*;
use holochain::sweettest::*;
use meeting::{asks_often, Meeting};
use serde::de::DeserializeOwned;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// Installed app id in every test conductor.
pub const APP: &str = "commons-credit";
/// The role that villages are clones of.
pub const ROLE: &str = "village";
/// The coordinator zome.
pub const ZOME: &str = "village";
/// Seconds in an hour.
pub const HOUR_S: i64 = 3_600;
/// Seconds in a minute.
pub const MINUTE_S: i64 = 60;
/// When a conductor publishes again what nobody has signed for, and how often it looks
/// for such; both five minutes in life.
const PUBLISHED_AGAIN: Duration = Duration::from_secs(20);
/// How long anything may take to become true on these machines.
pub const PATIENCE: Duration = Duration::from_secs(240);

/// The packed hApp that `make happ` leaves.
pub fn happ_path() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../workdir/commons-credit.happ")
}

/// The hApp with other rules that `scripts/build-zomes --tests` and `scripts/pack` leave:
/// levies may take up to 60 %.
pub fn other_happ_path() -> PathBuf {
    zomes_folder()
        .with_file_name("other-rules")
        .join("commons-credit.happ")
}

/// Where `scripts/build-zomes` leaves finished zomes.
pub fn zomes_folder() -> PathBuf {
    std::env::var_os("COMMONS_CREDIT_ZOMES").map_or_else(
        || {
            // Beside the profile's folder that this program runs from.
            let program = std::env::current_exe().expect("a program is a file");
            let from_here = program
                .ancestors()
                .find(|folder| folder.join("zomes").is_dir());
            from_here
                .expect("make happ has built the zomes")
                .join("zomes")
        },
        PathBuf::from,
    )
}

/// One person with a node of their own.
pub struct Person {
    /// Their conductor.
    pub conductor: SweetConductor,
    /// The installed app that villages are cloned in.
    pub app: String,
    /// Their one key, the same in every village.
    pub key: AgentPubKey,
    /// The base cell, in which nothing lives.
    pub lobby: CellId,
    /// The village, once founded or joined.
    pub village: Option<CellId>,
    /// Ends with the run of the conductor.
    meeting: Option<Meeting>,
}

impl Person {
    /// A person whose node meets others at `rendezvous`.
    pub async fn arrive(rendezvous: &DynSweetRendezvous) -> Self {
        let config = SweetConductorConfig::rendezvous(true).tune_conductor(|tuning| {
            tuning.min_publish_interval = Some(PUBLISHED_AGAIN);
            tuning.publish_trigger_interval = Some(PUBLISHED_AGAIN);
        });
        Self::arrive_with(rendezvous, config).await
    }

    /// The same with a conductor of a special kind.
    pub async fn arrive_with(
        rendezvous: &DynSweetRendezvous,
        config: SweetConductorConfig,
    ) -> Self {
        let config = asks_often(config);
        let conductor = SweetConductor::from_config_rendezvous(config, rendezvous.clone()).await;
        let payload = install_payload(APP, &format!("lobby {}", conductor.id()));
        let compiled = match &payload.source {
            AppBundleSource::Bytes(happ) => Compiled::beside(&conductor, happ).await,
            other => panic!("{other:?} is not what is installed here"),
        };
        let is_compiled = compiled.give().await;
        let installed = conductor
            .raw_handle()
            .install_app_bundle(payload)
            .await
            .expect("the packed app installs");
        conductor.enable_app(APP.into()).await.expect("and starts");
        let key = installed.agent_key.clone();
        let lobby = installed.all_cells().next();
        let lobby = lobby.expect("the app has its base cell");
        let meeting = Some(Meeting::begin(&conductor));
        let person = Self {
            conductor,
            app: APP.into(),
            key,
            lobby,
            village: None,
            meeting,
        };
        if !is_compiled {
            // The first call compiles the coordinator as well.
            let draft = person.try_call_lobby::<_, api::Draft>("draft_charter", example_draft());
            draft.await.expect("a good charter");
            compiled.keep(&person.conductor, &person.lobby).await;
        }
        person
    }

    /// Installs another packed app under the same key, for villages under other rules;
    /// cells that were there stay. Gives the village so far.
    pub async fn install(&mut self, happ: &Path, app: &str) -> Option<CellId> {
        let bytes = std::fs::read(happ)
            .unwrap_or_else(|error| panic!("{}: {error}; run scripts/pack", happ.display()));
        let payload = InstallAppPayload {
            source: AppBundleSource::Bytes(bytes.into()),
            agent_key: Some(self.key.clone()),
            ..install_payload(app, &format!("{app} {}", self.conductor.id()))
        };
        let handle = self.conductor.raw_handle();
        let installed = handle.install_app_bundle(payload).await;
        let installed = installed.expect("the packed app installs");
        self.conductor
            .enable_app(app.into())
            .await
            .expect("and starts");
        let lobby = installed.all_cells().next();
        self.lobby = lobby.expect("the app has its base cell");
        self.app = app.into();
        self.village.take()
    }

    /// Calls a zome function in the village.
    pub async fn call<I, O>(&self, function: &str, input: I) -> O
    where
        I: serde::Serialize + std::fmt::Debug,
        O: DeserializeOwned + std::fmt::Debug,
    {
        self.try_call(function, input)
            .await
            .unwrap_or_else(|refusal| panic!("{function}: {refusal}"))
    }

    /// The same; a refusal comes back as its text.
    pub async fn try_call<I, O>(&self, function: &str, input: I) -> Result<O, String>
    where
        I: serde::Serialize + std::fmt::Debug,
        O: DeserializeOwned + std::fmt::Debug,
    {
        let cell = self.village.clone().expect("has joined a village");
        self.try_call_in(cell, function, input).await
    }

    /// The same in the lobby.
    pub async fn try_call_lobby<I, O>(&self, function: &str, input: I) -> Result<O, String>
    where
        I: serde::Serialize + std::fmt::Debug,
        O: DeserializeOwned + std::fmt::Debug,
    {
        self.try_call_in(self.lobby.clone(), function, input).await
    }

    async fn try_call_in<I, O>(&self, cell: CellId, function: &str, input: I) -> Result<O, String>
    where
        I: serde::Serialize + std::fmt::Debug,
        O: DeserializeOwned + std::fmt::Debug,
    {
        self.conductor
            .call_fallible(&SweetZome::new(cell, ZOME.into()), function, input)
            .await
            .map_err(|error| format!("{error:?}"))
    }

    /// Makes the clone that is a village and remembers it.
    pub async fn clone_village(
        &mut self,
        network_seed: String,
        charter: &commons_credit_ledger::Charter,
        membrane_proof: Option<Vec<u8>>,
    ) -> Result<CellId, String> {
        let payload = clone_payload(network_seed, charter, membrane_proof);
        let clone = self
            .conductor
            .create_clone_cell(&self.app, payload)
            .await
            .map_err(|error| format!("{error:?}"))?;
        // As the node does (crates/node, `hold_everything`).
        self.conductor
            .declare_full_storage_arcs(clone.cell_id.dna_hash())
            .await;
        self.village = Some(clone.cell_id.clone());
        Ok(clone.cell_id)
    }

    /// Stops this person's node.
    pub async fn sleep(&mut self) {
        self.meeting = None;
        self.conductor.shutdown().await;
    }

    /// Starts it again: it holds everything of all its villages and looks for the others,
    /// as the node does.
    pub async fn wake(&mut self) {
        self.conductor.startup().await;
        for cell in self.conductor.running_cell_ids() {
            if cell != self.lobby {
                let dna = cell.dna_hash();
                self.conductor.declare_full_storage_arcs(dna).await;
            }
        }
        self.meeting = Some(Meeting::begin(&self.conductor));
    }

    /// Founds a village and opens the founder's book.
    pub async fn found(&mut self, name: &str, draft: api::DraftInput) -> api::Standing {
        let draft: api::Draft = self
            .try_call_lobby("draft_charter", draft)
            .await
            .expect("a good charter");
        self.clone_village(draft.network_seed, &draft.charter, None)
            .await
            .expect("the founder is a steward");
        self.open(name).await
    }

    /// An invitation to the village.
    pub async fn invite(&self) -> api::Invitation {
        self.call("write_invitation", api::InviteInput { hubs: vec![] })
            .await
    }

    /// Joins by an invitation and opens the book.
    pub async fn join(&mut self, name: &str, invitation: &api::Invitation) -> api::Standing {
        self.enter(invitation).await;
        self.open(name).await
    }

    /// Joins by an invitation without opening a book.
    pub async fn enter(&mut self, invitation: &api::Invitation) {
        let joining: api::Joining = self
            .try_call_lobby("read_invitation", invitation.clone())
            .await
            .expect("a whole invitation");
        let cell = self
            .clone_village(
                joining.network_seed,
                &joining.charter,
                Some(joining.membrane_proof),
            )
            .await
            .expect("an invited agent is let in");
        assert_eq!(cell.dna_hash(), &joining.village, "the same village");
    }

    /// Opens the book.
    pub async fn open(&self, name: &str) -> api::Standing {
        self.call("open", api::OpenInput { name: name.into() })
            .await
    }

    /// Where this person stands.
    pub async fn standing(&self) -> api::Standing {
        self.call("standing", ()).await
    }

    /// The balance of the open book, in seconds.
    pub async fn balance_s(&self) -> i64 {
        self.standing()
            .await
            .book
            .expect("an open book")
            .balance_s
            .0
    }

    /// Gives an amount.
    pub async fn pay(&self, to: &Person, amount_s: i64, words: &str) -> api::Written {
        self.try_pay(to, amount_s, words)
            .await
            .unwrap_or_else(|refusal| panic!("pay: {refusal}"))
    }

    /// The same; a refusal comes back as its text.
    pub async fn try_pay(
        &self,
        to: &Person,
        amount_s: i64,
        words: &str,
    ) -> Result<api::Written, String> {
        self.try_call(
            "pay",
            api::PayInput {
                to: to.key.clone(),
                amount_s: Seconds(amount_s),
                words: words.into(),
                seen: None,
            },
        )
        .await
    }

    /// The whole inbox.
    pub async fn inbox(&self) -> Vec<api::InboxItem> {
        let inbox: api::Inbox = self.call("inbox", list()).await;
        inbox.items
    }

    /// What strangers took out of the inbox.
    pub async fn hidden_inbox(&self) -> Vec<api::InboxItem> {
        let inbox: api::Inbox = self.call("hidden_inbox", list()).await;
        inbox.items
    }

    /// The newest lines of the book.
    pub async fn activity(&self) -> Vec<api::ActivityItem> {
        let activity: api::Activity = self.call("activity", list()).await;
        activity.items
    }

    /// Waits until an item of this kind about this action is in the inbox.
    pub async fn awaits(&self, kind: api::InboxKind, action: &ActionHash) -> api::InboxItem {
        until(&format!("{kind:?} in the inbox"), || async {
            self.inbox()
                .await
                .into_iter()
                .find(|item| item.kind == kind && item.action == *action)
        })
        .await
    }

    /// Credits this person with a transfer once it has arrived.
    pub async fn deposit(&self, transfer: &ActionHash) -> api::Written {
        until("the transfer", || async {
            let input = api::TransferRef {
                transfer: transfer.clone(),
            };
            match self.try_call("deposit", input).await {
                Ok(written) => Some(written),
                Err(refusal) if refusal.contains("E_NOT_FOUND") => None,
                Err(refusal) => panic!("deposit: {refusal}"),
            }
        })
        .await
    }

    /// The levies that this node can see, summed over the roll.
    pub async fn funds(&self) -> (i64, i64) {
        let funds: api::Funds = self.call("funds", list()).await;
        (funds.state_s.0, funds.community_s.0)
    }

    /// The village cell for sweettest's own helpers.
    pub fn cell(&self) -> SweetCell {
        self.conductor
            .get_sweet_cell(self.village.clone().expect("has joined a village"))
            .expect("the village cell runs")
    }
}

/// Installs the packed hApp under an id, for a new key; the seed keeps the base
/// cell apart from everybody else's.
pub fn install_payload(app: &str, lobby_seed: &str) -> InstallAppPayload {
    let bytes = std::fs::read(happ_path()).expect("make happ has packed the app");
    InstallAppPayload {
        source: AppBundleSource::Bytes(bytes.into()),
        agent_key: None,
        installed_app_id: Some(app.into()),
        network_seed: Some(lobby_seed.into()),
        roles_settings: None,
        ignore_genesis_failure: false,
        restore_from_dht: false,
    }
}

/// Makes the clone that is a village, as a client asks for it: properties travel
/// as YAML values.
pub fn clone_payload(
    network_seed: String,
    charter: &commons_credit_ledger::Charter,
    membrane_proof: Option<Vec<u8>>,
) -> CreateCloneCellPayload {
    let properties = serde_json::to_string(charter).expect("a charter is plain data");
    CreateCloneCellPayload {
        role_name: ROLE.into(),
        modifiers: DnaModifiersOpt::none()
            .with_network_seed(network_seed)
            .with_properties(YamlProperties::new(
                yaml_serde::from_str(&properties).expect("JSON is YAML"),
            )),
        membrane_proof: membrane_proof
            .map(|bytes| MembraneProof::new(SerializedBytes::from(UnsafeBytes::from(bytes)))),
        name: Some(charter.name.clone()),
    }
}

/// A first, large page of a list.
pub fn list() -> api::ListInput {
    api::ListInput {
        cursor: None,
        limit: api::LIST_MAX,
    }
}

/// The charter of the example: 7.5 % and 2.5 %, down to 40 hours below zero.
pub fn example_draft() -> api::DraftInput {
    api::DraftInput {
        name: "Demo Valley".into(),
        levies: Levies {
            state_bp: BasisPoints(750),
            community_bp: BasisPoints(250),
        },
        floor_s: Seconds(-40 * HOUR_S),
        voting: Voting::Majority {},
    }
}

/// A village of people who know each other.
pub struct Village {
    /// The founder first.
    pub people: Vec<Person>,
    /// Where their nodes meet.
    pub rendezvous: DynSweetRendezvous,
}

impl Village {
    /// A village of `count` people under [`example_draft`], all books open and
    /// known to all.
    pub async fn of(count: usize) -> Self {
        let rendezvous = SweetLocalRendezvous::new().await;
        let mut people = Vec::new();
        for _ in 0..count {
            people.push(Person::arrive(&rendezvous).await);
        }
        let mut village = Self { people, rendezvous };
        village.found().await;
        village
    }

    async fn found(&mut self) {
        let (founder, others) = self.people.split_first_mut().expect("somebody founds it");
        founder.found(NAMES[0], example_draft()).await;
        for (person, name) in others.iter_mut().zip(&NAMES[1..]) {
            let invitation = founder.invite().await;
            person.join(name, &invitation).await;
        }
        self.meet().await;
    }

    /// Waits until everybody knows everybody.
    pub async fn meet(&self) {
        let count = self.people.len();
        for person in &self.people {
            until("everybody on the roll", || async {
                let members: api::Members = person.call("members", list()).await;
                (members.members.len() == count).then_some(())
            })
            .await;
        }
    }

    /// Waits until all nodes hold the same.
    pub async fn agree(&self) {
        let cells: Vec<SweetCell> = self.people.iter().map(Person::cell).collect();
        await_consistency_s(PATIENCE, &cells)
            .await
            .expect("the nodes agree");
    }
}

/// Names in order of arrival.
pub const NAMES: [&str; 5] = ["Ann", "Bob", "Cleo", "Dan", "Eve"];

/// Asks again until there is an answer; panics with `what` after [`PATIENCE`].
pub async fn until<T, F, Fut>(what: &str, ask: F) -> T
where
    F: FnMut() -> Fut,
    Fut: std::future::Future<Output = Option<T>>,
{
    until_within(PATIENCE, what, ask).await
}

/// The same with another patience.
pub async fn until_within<T, F, Fut>(patience: Duration, what: &str, mut ask: F) -> T
where
    F: FnMut() -> Fut,
    Fut: std::future::Future<Output = Option<T>>,
{
    let deadline = Instant::now() + patience;
    loop {
        if let Some(answer) = ask().await {
            return answer;
        }
        assert!(Instant::now() < deadline, "waited in vain for {what}");
        // Not a guess at how long it takes: only a breath between two questions.
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}
