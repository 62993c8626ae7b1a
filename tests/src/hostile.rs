//! People without manners, for tests of what honest peers refuse.
//!
//! A [`Rogue`] joins as anybody does, then takes the `hostile` coordinator beside
//! the honest one: the integrity zome stays the same, so it is the same village.
//! On a conductor of its own kind ([`unvalidated`]) what a rogue commits is not
//! even checked by its author's node, so that the peers have to.
//!
//! A [`Pen`] composes pages as a coordinator would, and wrong ones as nobody should.

#[path = "../hostile/src/input.rs"]
mod input;

pub use input::{Gifts, Linked, OwnPage, RawEntry, Replaced, SignatureClaim};

use crate::{clone_payload, install_payload, until, zomes_folder, Person, Village, ROLE, ZOME};
use commons_credit_api as api;
use commons_credit_ledger::cheque::statement;
use commons_credit_ledger::settled::{Key, Mark, Proof, Tree};
use commons_credit_ledger::*;
use holochain::conductor::ConductorHandle;
use holochain::prelude::BlockTargetId;
use holochain::prelude::*;
use holochain::sweettest::*;
use serde::de::DeserializeOwned;
use std::sync::{Arc, Mutex, OnceLock};
use tracing::field::{Field, Visit};
use tracing::Level;
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};
use tracing_subscriber::Registry;

/// The hostile coordinator zome.
pub const HOSTILE: &str = "hostile";

/// Index of the link type by which members are found.
pub const MEMBER: u8 = 0;
/// Index of the link type of inboxes.
pub const INBOX: u8 = 1;
/// Index of the link type by which outcomes are found.
pub const OUTCOME: u8 = 2;
/// Index of the link type by which answers are found.
pub const ANSWER: u8 = 4;

/// Where all members are linked from (written apart from the zome on purpose: it
/// is part of what other clients rely on).
pub fn members_base() -> ExternalHash {
    ExternalHash::from_raw_32(b"commons-credit/members/base/1---".to_vec())
}

/// A conductor that publishes whatever its agents commit.
pub fn unvalidated() -> SweetConductorConfig {
    SweetConductorConfig::rendezvous(true).tune_conductor(|tuning| {
        tuning.disable_self_validation = true;
    })
}

/// A zome that only tests install, as `scripts/build-zomes --tests` leaves it.
pub async fn test_wasm(name: &str) -> DnaWasmHashed {
    let path = zomes_folder().join(name).with_extension("wasm");
    let code = std::fs::read(&path).unwrap_or_else(|error| {
        panic!(
            "{}: {error}; run scripts/build-zomes --tests",
            path.display()
        )
    });
    DnaWasmHashed::from_content(DnaWasm { code: code.into() }).await
}

/// An agent's name in the ledger.
pub fn agent_id(key: &AgentPubKey) -> AgentId {
    AgentId::from_slice(key.get_raw_32()).expect("32 bytes")
}

/// An action's name in the ledger.
pub fn action_id(hash: &ActionHash) -> ActionId {
    ActionId::from_slice(hash.get_raw_32()).expect("32 bytes")
}

/// A village's name in the ledger.
pub fn village_id(hash: &DnaHash) -> VillageId {
    VillageId::from_slice(hash.get_raw_32()).expect("32 bytes")
}

/// A key and its cells on somebody's conductor, with the hostile zome in them.
pub struct Rogue {
    conductor: SweetConductorHandle,
    /// The key.
    pub key: AgentPubKey,
    /// The village.
    pub cell: CellId,
}

impl Rogue {
    /// Puts the hostile zome beside the honest one in a cell.
    pub async fn arm(conductor: &SweetConductor, cell: &CellId) -> Self {
        let wasm = test_wasm("hostile").await;
        let zome = ZomeDef::from_hash(wasm.as_hash().clone());
        conductor
            .raw_handle()
            .update_coordinators(
                cell.clone(),
                vec![(HOSTILE.into(), zome.into())],
                vec![wasm],
            )
            .await
            .expect("coordinators can be swapped");
        Self {
            conductor: conductor.sweet_handle(),
            key: cell.agent_pubkey().clone(),
            cell: cell.clone(),
        }
    }

    /// Arms a person in their village.
    pub async fn of(person: &Person) -> Self {
        let cell = person.village.clone().expect("has joined a village");
        Self::arm(&person.conductor, &cell).await
    }

    /// Somebody new on a shared conductor, in the village of `inviter`, armed; the
    /// book is open under the name.
    pub async fn join(conductor: &SweetConductor, inviter: &Person, name: &str) -> Self {
        let rogue = Self::enter(conductor, inviter, name).await;
        let _: api::Standing = rogue
            .polite("open", api::OpenInput { name: name.into() })
            .await
            .expect("everybody may open a book");
        rogue
    }

    /// The same without an open book.
    pub async fn enter(conductor: &SweetConductor, inviter: &Person, name: &str) -> Self {
        let handle = conductor.raw_handle();
        let app = name.to_lowercase();
        let (key, lobby) = install(&handle, &app, &format!("lobby of {name}")).await;
        let invitation = inviter.invite().await;
        let joining: api::Joining = conductor
            .call(
                &SweetZome::new(lobby, ZOME.into()),
                "read_invitation",
                invitation,
            )
            .await;
        let payload = clone_payload(
            joining.network_seed,
            &joining.charter,
            Some(joining.membrane_proof),
        );
        let clone = handle
            .create_clone_cell(&app, payload)
            .await
            .expect("an invited agent is let in");
        assert_eq!(*clone.cell_id.agent_pubkey(), key);
        // What is published before the peers are known is passed on by gossip
        // only, and only by who says that they hold it.
        conductor
            .declare_full_storage_arcs(clone.cell_id.dna_hash())
            .await;
        Self::arm(conductor, &clone.cell_id).await
    }

    /// Calls the honest coordinator.
    pub async fn polite<I, O>(&self, function: &str, input: I) -> Result<O, String>
    where
        I: serde::Serialize + std::fmt::Debug,
        O: DeserializeOwned + std::fmt::Debug,
    {
        self.call(ZOME, function, input).await
    }

    /// Calls the hostile coordinator.
    pub async fn rude<I, O>(&self, function: &str, input: I) -> Result<O, String>
    where
        I: serde::Serialize + std::fmt::Debug,
        O: DeserializeOwned + std::fmt::Debug,
    {
        self.call(HOSTILE, function, input).await
    }

    async fn call<I, O>(&self, zome: &str, function: &str, input: I) -> Result<O, String>
    where
        I: serde::Serialize + std::fmt::Debug,
        O: DeserializeOwned + std::fmt::Debug,
    {
        self.conductor
            .call_fallible(
                &SweetZome::new(self.cell.clone(), zome.into()),
                function,
                input,
            )
            .await
            .map_err(|error| format!("{error:?}"))
    }

    /// Does it, or fails to.
    pub async fn attempt(&self, deed: Deed) -> Result<ActionHash, String> {
        match deed {
            Deed::Page(page) => self.rude("commit_page", page).await,
            Deed::Raw(entry) => self.rude("commit_bytes", entry).await,
            Deed::Update(replaced) => self.rude("commit_update", replaced).await,
            Deed::Delete(action) => self.rude("commit_delete", action).await,
            Deed::Link(linked) => self.rude("commit_link", linked).await,
            Deed::Unlink(action) => self.rude("commit_unlink", action).await,
        }
    }

    /// Credits the rogue with a transfer once it has arrived, as anybody does.
    pub async fn deposit(&self, transfer: &ActionHash) -> api::Written {
        until("the transfer", || async {
            let input = api::TransferRef {
                transfer: transfer.clone(),
            };
            self.polite("deposit", input).await.ok()
        })
        .await
    }

    /// The own chain, oldest first.
    pub async fn chain(&self) -> Vec<Record> {
        self.rude("own_chain", ()).await.expect("one's own chain")
    }

    /// What is needed to write the next page.
    pub async fn pen(&self) -> Pen {
        let pages: Vec<OwnPage> = self.rude("own_pages", ()).await.expect("one's own pages");
        let standing: api::Standing = self.polite("standing", ()).await.expect("a village");
        Pen {
            village: village_id(self.cell.dna_hash()),
            author: agent_id(&self.key),
            policy: standing.charter.policy().expect("a good charter"),
            pages,
        }
    }

    /// Signs the cheque of a page, as it stands on it.
    pub async fn sign(&self, pen: &Pen, mut page: Page) -> Page {
        if let Some(transfer) = page.event.transfer() {
            let cheque = statement(&pen.village, &pen.author, &page, transfer).to_vec();
            let signature: Signature = self.rude("sign_bytes", cheque).await.expect("a key");
            if let Event::Transfer(transfer) = &mut page.event {
                transfer.cheque = SignatureBytes(signature.0);
            }
        }
        page
    }
}

/// Installs the packed hApp once more on a conductor, for a new key; gives the key
/// and the base cell.
pub async fn install(handle: &ConductorHandle, app: &str, seed: &str) -> (AgentPubKey, CellId) {
    let installed = handle
        .clone()
        .install_app_bundle(install_payload(app, seed))
        .await
        .expect("the packed app installs");
    handle
        .clone()
        .enable_app(app.into())
        .await
        .expect("and starts");
    let lobby = installed
        .all_cells()
        .find(|cell| {
            installed.role(&ROLE.into()).is_ok() && *cell.agent_pubkey() == installed.agent_key
        })
        .expect("the app has its base cell");
    (installed.agent_key.clone(), lobby)
}

/// One thing that a coordinator can commit.
#[derive(Debug, Clone)]
pub enum Deed {
    /// A page.
    Page(Page),
    /// Any bytes.
    Raw(RawEntry),
    /// An update.
    Update(Replaced),
    /// A deletion.
    Delete(ActionHash),
    /// A link.
    Link(Linked),
    /// The end of a link.
    Unlink(ActionHash),
}

/// The entry type of pages.
pub const PAGE: u8 = 0;
/// The entry type of requests.
pub const REQUEST: u8 = 1;

/// A page as it stands in an entry.
pub fn page_bytes(page: &Page) -> Vec<u8> {
    holochain_serialized_bytes::encode(page).expect("a page is plain data")
}

/// An entry of a public type of the village.
pub fn bytes(entry_type: u8, bytes: Vec<u8>) -> Deed {
    Deed::Raw(RawEntry {
        zome: 0,
        entry_type,
        private: false,
        bytes,
    })
}

/// An author's book, and what to write next in it.
#[derive(Debug, Clone)]
pub struct Pen {
    /// The village.
    pub village: VillageId,
    /// The author.
    pub author: AgentId,
    /// The policy in force.
    pub policy: Policy,
    /// The pages so far, oldest first.
    pub pages: Vec<OwnPage>,
}

impl Pen {
    /// The newest page.
    pub fn newest(&self) -> &OwnPage {
        self.pages.last().expect("an open book")
    }

    /// The next page with this event; `change` makes the state after it out of the
    /// state before.
    pub fn next(&self, event: Event, change: impl FnOnce(&mut State)) -> Page {
        self.after(self.newest(), event, change)
    }

    /// The same behind any page.
    pub fn after(&self, before: &OwnPage, event: Event, change: impl FnOnce(&mut State)) -> Page {
        let mut page = Page {
            number: before.page.number + 1,
            previous: Some(action_id(&before.hash)),
            policy: PolicyRef::FOUNDING,
            event,
            after: before.page.after.clone(),
        };
        change(&mut page.after);
        page
    }

    /// A transfer of the member account, shared out by the policy where the
    /// amount is one. Not signed yet.
    pub fn transfer(&self, to: &AgentPubKey, amount_s: i64) -> Transfer {
        let amount = Seconds(amount_s);
        let split = match Amount::new(amount) {
            Ok(amount) => self.policy.levies.split(amount),
            Err(_) => Split {
                receiver_s: amount,
                state_s: Seconds(0),
                community_s: Seconds(0),
            },
        };
        Transfer {
            from: Account::Member,
            to: agent_id(to),
            to_account: Account::Member,
            amount_s: amount,
            split,
            memo: None,
            request: None,
            corrects: None,
            payment: None,
            line: None,
            cheque: SignatureBytes([0; 64]),
        }
    }

    /// The next page: gives an amount. Right but for the signature, if the amount is.
    pub fn give(&self, to: &AgentPubKey, amount_s: i64) -> Page {
        self.next(
            Event::Transfer(Box::new(self.transfer(to, amount_s))),
            |state| {
                let balance = &mut state.holdings[0].balance_s.0;
                *balance = balance.wrapping_sub(amount_s);
            },
        )
    }

    /// The next page: deposits a transfer of an amount. Right if there is one, to
    /// the author, unsettled.
    pub fn deposit(&self, transfer: &ActionHash, amount_s: i64) -> Page {
        let split = self.transfer(&transfer_free_key(), amount_s).split;
        let event = Event::Deposit {
            transfer: action_id(transfer),
            proof: self.proof(transfer),
            receipt: None,
            unbarred: None,
        };
        self.next(event, |state| {
            state.holdings[0].balance_s.0 += split.receiver_s.0;
            state.received.times += 1;
            state.received.total_s.0 += split.receiver_s.0;
            state.earned.state_s.0 += split.state_s.0;
            state.earned.community_s.0 += split.community_s.0;
            state.settled = self.settled_with(transfer).root();
        })
    }

    /// Everything that the book has settled.
    pub fn settled(&self) -> Tree {
        let mut tree = Tree::default();
        for own in &self.pages {
            if let Event::Deposit { transfer, .. }
            | Event::Decline { transfer, .. }
            | Event::Reclaim { transfer, .. } = own.page.event
            {
                tree.insert(Key::of_transfer(transfer), Mark::default());
            }
        }
        tree
    }

    /// The same with one more.
    pub fn settled_with(&self, transfer: &ActionHash) -> Tree {
        let mut tree = self.settled();
        tree.insert(Key::of_transfer(action_id(transfer)), Mark::default());
        tree
    }

    /// The path to a transfer's place in what is settled.
    pub fn proof(&self, transfer: &ActionHash) -> Proof {
        self.settled().prove(&Key::of_transfer(action_id(transfer)))
    }
}

// A split does not depend on the receiver.
fn transfer_free_key() -> AgentPubKey {
    AgentPubKey::from_raw_32(vec![0; 32])
}

/// What the validators of all nodes in this process have refused, in their words.
#[derive(Debug, Clone, Default)]
pub struct Refusals(Arc<Mutex<Vec<(String, String)>>>);

impl Refusals {
    /// From now on everything that is refused is heard.
    pub fn listen() -> Self {
        static HEARD: OnceLock<Refusals> = OnceLock::new();
        HEARD
            .get_or_init(|| {
                let heard = Self::default();
                let validators = filter_fn(|event| {
                    *event.level() == Level::WARN
                        && event.target() == "holochain::core::workflow::app_validation_workflow"
                });
                let subscriber = Registry::default().with(heard.clone().with_filter(validators));
                tracing::subscriber::set_global_default(subscriber)
                    .expect("nobody else listens in this process");
                heard
            })
            .clone()
    }

    /// Why operations by this author were refused: one reason for each operation
    /// on each node.
    pub fn of(&self, author: &AgentPubKey) -> Vec<String> {
        let author = author.to_string();
        let heard = self.0.lock().expect("no listener has panicked");
        heard
            .iter()
            .filter(|(_, operation)| operation.contains(&author))
            .map(|(reason, _)| reason.clone())
            .collect()
    }
}

impl<S: tracing::Subscriber> Layer<S> for Refusals {
    fn on_event(&self, event: &tracing::Event<'_>, _: Context<'_, S>) {
        #[derive(Default)]
        struct Fields {
            outcome: Option<String>,
            operation: Option<String>,
        }
        impl Visit for Fields {
            fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
                match field.name() {
                    "outcome" => self.outcome = Some(format!("{value:?}")),
                    "chain_op" => self.operation = Some(format!("{value:?}")),
                    _ => {}
                }
            }
        }
        let mut fields = Fields::default();
        event.record(&mut fields);
        let (Some(outcome), Some(operation)) = (fields.outcome, fields.operation) else {
            return;
        };
        if let Some(reason) = outcome.strip_prefix("Rejected(\"") {
            let mut heard = self.0.lock().expect("no listener has panicked");
            heard.push((reason.to_owned(), operation));
        }
    }
}

impl Village {
    /// People whose nodes refuse what is wrong without charging anybody: so they go
    /// on listening to the node that it came from. (A node that blocks one key
    /// hears nothing more from that key's node, whoever else is on it.)
    pub async fn of_the_patient(count: usize) -> Self {
        let rendezvous: DynSweetRendezvous = SweetLocalRendezvous::new().await;
        let config = SweetConductorConfig::rendezvous(true).tune_conductor(|tuning| {
            tuning.disable_warrant_issuance = true;
        });
        let mut people = Vec::new();
        for _ in 0..count {
            people.push(Person::arrive_with(&rendezvous, config.clone()).await);
        }
        let mut village = Self { people, rendezvous };
        village.found().await;
        village
    }
}

/// More operations than any test leaves unjudged.
const UNJUDGED_MAX: u32 = 10_000;

/// What an honest person's node knows against somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Charge {
    /// The action, unless the charge is a fork.
    pub action: Option<ActionHash>,
    /// Why, in the validator's words.
    pub reason: Option<String>,
}

impl Person {
    /// Gives an amount to whoever has this key.
    pub async fn try_pay_key(
        &self,
        to: &AgentPubKey,
        amount_s: i64,
    ) -> Result<api::Written, String> {
        let input = api::PayInput {
            to: to.clone(),
            amount_s: Seconds(amount_s),
            words: String::new(),
            seen: None,
        };
        self.try_call("pay", input).await
    }

    /// Every charge against an agent that this node holds.
    pub async fn charges(&self, agent: &AgentPubKey) -> Vec<Charge> {
        let cell = self.village.as_ref().expect("has joined a village");
        let store = self
            .conductor
            .raw_handle()
            .get_dht_store(cell.dna_hash())
            .expect("the village has a store");
        let warrants = store
            .as_read()
            .get_warrants_by_warrantee(agent.clone())
            .await
            .expect("the store can be read");
        warrants
            .iter()
            .map(|warrant| Charge {
                action: match &warrant.data().proof {
                    WarrantProof::ChainIntegrity(ChainIntegrityWarrant::InvalidChainOp {
                        action,
                        ..
                    }) => Some(action.0.clone()),
                    WarrantProof::ChainIntegrity(ChainIntegrityWarrant::ChainFork { .. }) => None,
                },
                reason: warrant.data().proof.reason().map(str::to_owned),
            })
            .collect()
    }

    /// Whether this node talks no more with an agent.
    pub async fn blocks(&self, agent: &AgentPubKey) -> bool {
        let cell = self.village.as_ref().expect("has joined a village");
        let target = BlockTargetId::Cell(CellId::new(cell.dna_hash().clone(), agent.clone()));
        self.conductor
            .raw_handle()
            .is_blocked(target, Timestamp::now())
            .await
            .expect("the block list can be read")
    }

    /// Waits until this node talks no more with an agent.
    pub async fn has_blocked(&self, agent: &AgentPubKey) {
        until("a block", || async {
            self.blocks(agent).await.then_some(())
        })
        .await;
    }

    /// What this node found out about one operation of an action; nothing while it
    /// has not arrived or has not been judged.
    pub async fn verdict_on(
        &self,
        action: &ActionHash,
        kind: ChainOpType,
    ) -> Option<ValidationStatus> {
        let cell = self.village.as_ref().expect("has joined a village");
        let store = self
            .conductor
            .raw_handle()
            .get_dht_store(cell.dna_hash())
            .expect("the village has a store");
        store
            .as_read()
            .op_validation_status(action, kind)
            .await
            .expect("the store can be read")
    }

    /// The link from a base to a target, as this node holds it.
    pub async fn link_between(&self, base: &AgentPubKey, target: &ActionHash) -> ActionHash {
        let cell = self.village.as_ref().expect("has joined a village");
        let store = self
            .conductor
            .raw_handle()
            .get_dht_store(cell.dna_hash())
            .expect("the village has a store");
        let inbox = LinkTypeFilter::single_type(ZomeIndex(0), LinkType(INBOX));
        let base = AnyLinkableHash::from(base.clone());
        until("the link", || async {
            let links = store.as_read().get_link_details(&base, &inbox, None).await;
            links
                .expect("the store can be read")
                .into_iter()
                .find_map(|(created, _)| {
                    matches!(
                        &created.action().data,
                        ActionData::CreateLink(link) if link.target_address == target.clone().into()
                    )
                    .then(|| created.as_hash().clone())
                })
        })
        .await
    }

    /// Waits until this node has refused an action: as a record, or as a link.
    pub async fn has_refused(&self, what: &str, action: &ActionHash) {
        until(what, || async {
            for kind in [
                ChainOpType::CreateRecord,
                ChainOpType::CreateLink,
                ChainOpType::DeleteLink,
            ] {
                if self.verdict_on(action, kind).await == Some(ValidationStatus::Rejected) {
                    return Some(());
                }
            }
            None
        })
        .await;
    }

    /// Waits until this node charges an agent with an action, and says why.
    pub async fn charges_with(&self, agent: &AgentPubKey, action: &ActionHash) -> String {
        until("the charge", || async {
            self.charges(agent)
                .await
                .into_iter()
                .find(|charge| charge.action.as_ref() == Some(action))
                .and_then(|charge| charge.reason)
        })
        .await
    }

    /// Operations that this node has but cannot judge (yet): the action of each,
    /// for each of its operations.
    pub async fn unjudged(&self) -> Vec<ActionHash> {
        let cell = self.village.as_ref().expect("has joined a village");
        let store = self
            .conductor
            .raw_handle()
            .get_dht_store(cell.dna_hash())
            .expect("the village has a store");
        let store = store.as_read();
        let mut waiting = store
            .ops_pending_sys_validation(UNJUDGED_MAX)
            .await
            .expect("the store can be read");
        let pending = store.ops_pending_app_validation(UNJUDGED_MAX).await;
        waiting.extend(pending.expect("the store can be read"));
        waiting
            .iter()
            .filter_map(|op| match &op.content {
                DhtOp::ChainOp(op) => Some(ActionHash::with_data_sync(op.signed_action().data())),
                DhtOp::WarrantOp(_) => None,
            })
            .collect()
    }

    /// Whether an action has arrived here, judged or not.
    pub async fn has_seen(&self, action: &ActionHash) -> bool {
        self.unjudged().await.contains(action)
            || self
                .verdict_on(action, ChainOpType::CreateRecord)
                .await
                .is_some()
    }
}
