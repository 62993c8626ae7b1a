//! Members without a conductor: real keys and real signed chains, handed over to a node
//! as a peer would. The node judges every operation of theirs like anybody's, so a
//! village of hundreds fits on one machine.

use crate::hostile::{action_id, agent_id, members_base, village_id, Rogue, MEMBER, PAGE};
use crate::{until_within, Person};
use commons_credit_ledger::admission::{admission_statement, invitation_statement, Admission};
use commons_credit_ledger::apply::{first_page, next_page};
use commons_credit_ledger::cheque::statement;
use commons_credit_ledger::settled::{Key, Mark, Tree};
use commons_credit_ledger::*;
use ed25519_dalek::{Signer, SigningKey};
use holochain::prelude::*;
use holochain_types::op::{produce_ops_from_record, ChainOp, DhtOp, HashedChainOp, OpEntry};
use kitsune2_api::{DynOpStore, IncomingOp};
use std::time::Duration;

/// How long a node may take to judge what it was handed.
const JUDGING: Duration = Duration::from_secs(600);
/// Operations in one parcel, as many as gossip brings at once or so.
const PARCEL: usize = 500;

impl Person {
    /// The store of operations that this person's node shares with its peers.
    pub async fn shared(&self) -> DynOpStore {
        let cell = self.village.as_ref().expect("has joined a village");
        self.conductor
            .holochain_p2p()
            .test_kitsune()
            .space(cell.dna_hash().to_k2_space(), None)
            .await
            .expect("the village has a network")
            .op_store()
            .clone()
    }

    /// Takes records from a peer and waits until all are judged. Gives the number of
    /// operations.
    pub async fn takes(&self, records: &[Record]) -> usize {
        let ops: Vec<IncomingOp> = records
            .iter()
            .flat_map(produce_ops_from_record)
            .map(as_sent)
            .collect();
        let store = self.shared().await;
        for parcel in ops.chunks(PARCEL) {
            let taken = store.process_incoming_ops(parcel.to_vec()).await;
            assert_eq!(taken.expect("whole operations").len(), parcel.len());
        }
        for record in records {
            let hash = record.action_address();
            let verdict = until_within(JUDGING, "a verdict", || async {
                self.verdict_on(hash, ChainOpType::CreateRecord).await
            })
            .await;
            assert_eq!(verdict, ValidationStatus::Valid, "{record:?}");
        }
        until_within(JUDGING, "everything judged", || async {
            (!self.has_unjudged().await).then_some(())
        })
        .await;
        ops.len()
    }

    async fn has_unjudged(&self) -> bool {
        let cell = self.village.as_ref().expect("has joined a village");
        let store = self.conductor.raw_handle().get_dht_store(cell.dna_hash());
        let store = store.expect("the village has a store");
        let store = store.as_read();
        let first = store.ops_pending_sys_validation(1).await;
        if !first.expect("the store can be read").is_empty() {
            return true;
        }
        let first = store.ops_pending_app_validation(1).await;
        !first.expect("the store can be read").is_empty()
    }
}

/// An operation as a peer sends it.
fn as_sent(op: HashedChainOp) -> IncomingOp {
    let entry = op.entry.map_or(OpEntry::ActionOnly, |entry| {
        OpEntry::Present(entry.into_inner().0)
    });
    let op_id = op.op_hash.to_located_k2_op_id(&op.basis_hash);
    let (action, signature) = (op.action.action().clone(), op.action.signature().clone());
    let signed = SignedAction::from((action, signature));
    let sent = DhtOp::from(ChainOp::from_type(op.op_type, signed, entry));
    let bytes = holochain_serialized_bytes::encode(&sent).expect("an operation is plain data");
    IncomingOp {
        op_id,
        op_data: bytes.into(),
        metadata: None,
    }
}

/// What the members of a crowd have in common.
#[derive(Debug, Clone)]
pub struct Ground {
    dna: DnaHash,
    village: VillageId,
    policy: Policy,
    cited: PolicyRef,
    invitation: SigningKey,
    steward: AgentId,
    steward_signature: SignatureBytes,
}

impl Ground {
    /// The village of `steward`, one of its founders, whose pages cite this policy.
    pub async fn of(steward: &Rogue, policy: Policy, cited: PolicyRef) -> Self {
        let village = village_id(steward.cell.dna_hash());
        let invitation = SigningKey::from_bytes(&[1; 32]);
        let asked = invitation_statement(&village, &AgentId(invitation.verifying_key().to_bytes()));
        let signature: Signature = steward.rude("sign_bytes", asked).await.expect("a key");
        Self {
            dna: steward.cell.dna_hash().clone(),
            village,
            policy,
            cited,
            invitation,
            steward: agent_id(&steward.key),
            steward_signature: SignatureBytes(signature.0),
        }
    }
}

/// One member: a key, a chain and a book.
pub struct Scribe {
    signer: SigningKey,
    /// The key.
    pub key: AgentPubKey,
    head: Option<(ActionHash, u32)>,
    book: Option<(ActionHash, Page)>,
    settled: Tree,
}

impl Scribe {
    /// Somebody new; everybody of one number is the same.
    pub fn new(number: u32) -> Self {
        let mut seed = [2; 32];
        seed[..4].copy_from_slice(&number.to_be_bytes());
        let signer = SigningKey::from_bytes(&seed);
        Self {
            key: AgentPubKey::from_raw_32(signer.verifying_key().to_bytes().to_vec()),
            signer,
            head: None,
            book: None,
            settled: Tree::default(),
        }
    }

    /// The newest page with its address.
    pub fn newest(&self) -> &(ActionHash, Page) {
        self.book.as_ref().expect("an open book")
    }

    /// The three actions that every chain begins with.
    pub fn begins(&mut self, ground: &Ground) -> [Record; 3] {
        let agent = agent_id(&self.key);
        let asked = admission_statement(&ground.village, &agent);
        let admission = Admission {
            invitation: AgentId(ground.invitation.verifying_key().to_bytes()),
            steward: ground.steward,
            steward_signature: ground.steward_signature,
            invitation_signature: SignatureBytes(ground.invitation.sign(&asked).to_bytes()),
        };
        let proof = holochain_serialized_bytes::encode(&admission).expect("plain data");
        let proof = MembraneProof::new(SerializedBytes::from(UnsafeBytes::from(proof)));
        let dna = ActionData::Dna(DnaData {
            dna_hash: ground.dna.clone(),
        });
        let admitted = ActionData::AgentValidationPkg(AgentValidationPkgData {
            membrane_proof: Some(proof),
        });
        let key = ActionData::Create(CreateData {
            entry_type: EntryType::AgentPubKey,
            entry_hash: self.key.clone().into(),
        });
        [
            self.writes(dna, None),
            self.writes(admitted, None),
            self.writes(key, Some(Entry::Agent(self.key.clone()))),
        ]
    }

    /// The first page. `admission` is the second action of the chain.
    pub fn opens(&mut self, ground: &Ground, admission: &ActionHash) -> Record {
        let page = first_page(action_id(admission), &ground.policy, ground.cited);
        self.commits(page)
    }

    /// A place among the members, by the first page.
    pub fn enters(&mut self, name: &str) -> Record {
        let (first, page) = self.newest();
        assert_eq!(page.number, 1, "a member's link names the first page");
        let tag = [first.get_raw_32(), name.as_bytes()].concat();
        let link = ActionData::CreateLink(CreateLinkData {
            base_address: members_base().into(),
            target_address: self.key.clone().into(),
            zome_index: ZomeIndex(0),
            link_type: LinkType(MEMBER),
            tag: LinkTag(tag),
        });
        self.writes(link, None)
    }

    /// Gives an amount.
    pub fn gives(&mut self, ground: &Ground, to: &AgentPubKey, amount_s: i64) -> Record {
        let amount = Amount::new(Seconds(amount_s)).expect("an amount");
        let event = Event::Transfer(Box::new(Transfer {
            from: Account::Member,
            to: agent_id(to),
            to_account: Account::Member,
            amount_s: Seconds(amount_s),
            split: ground.policy.levies.split(amount),
            memo: None,
            request: None,
            corrects: None,
            payment: None,
            line: None,
            cheque: SignatureBytes([0; 64]),
        }));
        let mut page = self.drafts(ground, event, &self.facts(ground));
        let author = agent_id(&self.key);
        let signed = page.event.transfer().map(|transfer| {
            let asked = statement(&ground.village, &author, &page, transfer);
            self.signer.sign(&asked).to_bytes()
        });
        if let (Event::Transfer(transfer), Some(signed)) = (&mut page.event, signed) {
            transfer.cheque = SignatureBytes(signed);
        }
        self.commits(page)
    }

    /// Deposits a transfer.
    pub fn deposits(&mut self, ground: &Ground, transfer: Cited<'_>) -> Record {
        let key = Key::of_transfer(transfer.id);
        let event = Event::Deposit {
            transfer: transfer.id,
            proof: self.settled.prove(&key),
            receipt: None,
            unbarred: None,
        };
        let facts = Facts {
            transfer: Some(transfer),
            ..self.facts(ground)
        };
        let page = self.drafts(ground, event, &facts);
        self.settled.insert(key, Mark::default());
        self.commits(page)
    }

    /// Says yes to a proposal; `roll` is the tree that it asks.
    pub fn says_yes(
        &mut self,
        ground: &Ground,
        (id, proposal): (ActionId, &Proposal),
        roll: &Tree,
    ) -> Record {
        let key = Key::of_vote(&ground.village, &proposal.subject, proposal.number);
        let event = Event::Vote(Box::new(Vote {
            proposal: id,
            choice: Choice::Yes,
            on_roll: roll.prove(&Key::of_person(agent_id(&self.key))),
            proof: self.settled.prove(&key),
        }));
        let facts = Facts {
            proposal: Some(CitedProposal {
                id,
                village: ground.village,
                proposal,
            }),
            ..self.facts(ground)
        };
        let page = self.drafts(ground, event, &facts);
        self.settled.insert(key, Mark::default());
        self.commits(page)
    }

    fn facts(&self, ground: &Ground) -> Facts<'static> {
        Facts {
            cheque_is_signed: true,
            ..Facts::of(agent_id(&self.key), Some(ground.policy))
        }
    }

    fn drafts(&self, ground: &Ground, event: Event, facts: &Facts<'_>) -> Page {
        let (hash, page) = self.newest();
        let previous = PreviousPage {
            author: agent_id(&self.key),
            page,
        };
        next_page(
            previous,
            action_id(hash),
            event,
            &ground.policy,
            ground.cited,
            facts,
        )
        .expect("a good page")
    }

    fn commits(&mut self, page: Page) -> Record {
        let bytes = holochain_serialized_bytes::encode(&page).expect("a page is plain data");
        let entry = Entry::app(SerializedBytes::from(UnsafeBytes::from(bytes)));
        let entry = entry.expect("a small entry");
        let created = ActionData::Create(CreateData {
            entry_type: EntryType::App(AppEntryDef::new(
                EntryDefIndex(PAGE),
                ZomeIndex(0),
                EntryVisibility::Public,
            )),
            entry_hash: EntryHash::with_data_sync(&entry),
        });
        let record = self.writes(created, Some(entry));
        self.book = Some((record.action_address().clone(), page));
        record
    }

    fn writes(&mut self, data: ActionData, entry: Option<Entry>) -> Record {
        let (prev_action, action_seq) = match self.head.take() {
            None => (None, 0),
            Some((head, seq)) => (Some(head), seq + 1),
        };
        let action = Action {
            header: ActionHeader {
                author: self.key.clone(),
                timestamp: Timestamp::now(),
                action_seq,
                prev_action,
            },
            data,
        };
        let bytes = holochain_serialized_bytes::encode(&action).expect("plain data");
        let signature = Signature(self.signer.sign(&bytes).to_bytes());
        let hashed = ActionHashed::from_content_sync(action);
        self.head = Some((hashed.as_hash().clone(), action_seq));
        let signed = SignedActionHashed::with_presigned(hashed, signature);
        let entry = entry.map_or(RecordEntry::NA, RecordEntry::Present);
        Record::new(signed, entry)
    }
}
