//! Promise: nobody joins uninvited, and an invitation is good for one village.

use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use base64::Engine;
use commons_credit_api as api;
use commons_credit_ledger::admission::{admission_statement, Admission};
use commons_credit_ledger::*;
use commons_credit_tests::hostile::*;
use commons_credit_tests::*;
use ed25519_dalek::{Signer, SigningKey};
use holochain::prelude::*;
use holochain::sweettest::*;
use std::collections::BTreeMap;
use std::path::Path;

/// Somebody who wants to join, with a key of their own on a shared node.
struct Applicant {
    app: String,
    key: AgentPubKey,
    lobby: CellId,
}

impl Applicant {
    async fn at(node: &SweetConductor, name: &str) -> Self {
        let app = name.to_owned();
        let (key, lobby) = install(&node.raw_handle(), &app, &format!("lobby of {app}")).await;
        Self { app, key, lobby }
    }

    async fn reads(
        &self,
        node: &SweetConductor,
        invitation: &api::Invitation,
    ) -> Result<api::Joining, String> {
        node.call_fallible(
            &SweetZome::new(self.lobby.clone(), ZOME.into()),
            "read_invitation",
            invitation.clone(),
        )
        .await
        .map_err(|error| format!("{error:?}"))
    }

    async fn joins(
        &self,
        node: &SweetConductor,
        joining: &api::Joining,
        proof: Option<Vec<u8>>,
    ) -> Result<CellId, String> {
        let payload = clone_payload(joining.network_seed.clone(), &joining.charter, proof);
        node.raw_handle()
            .create_clone_cell(&self.app, payload)
            .await
            .map(|clone| clone.cell_id)
            .map_err(|error| format!("{error:?}"))
    }

    /// Puts away what a refused attempt has left behind: conductor 0.7.1 keeps the
    /// clone, and does not start any more while it is enabled.
    async fn gives_up(&self, node: &SweetConductor) {
        let app = self.app.clone();
        node.get_spaces()
            .update_state(move |mut state| {
                let app = state.get_app_mut(&app)?;
                let left: Vec<CloneId> = app.clone_cells().map(|(id, _)| id.clone()).collect();
                assert_eq!(left.len(), 1, "one attempt, one clone");
                for clone in left {
                    app.disable_clone_cell(&clone)?;
                }
                Ok(state)
            })
            .await
            .expect("the conductor's state can be changed");
    }
}

fn bytes_of(admission: &Admission) -> Vec<u8> {
    holochain_serialized_bytes::encode(admission).expect("plain data")
}

/// A membrane proof, made out of the applicant's good one.
type Bend = fn(&Applicant, &api::Joining, Admission, &Others) -> Option<Vec<u8>>;

/// What an attacker has from elsewhere.
struct Others {
    /// The admission of another applicant to the same village.
    neighbour: Vec<u8>,
    /// An invitation to the other village of the same steward.
    second: api::Invitation,
    /// What the applicant's key makes of it.
    second_joining: Option<api::Joining>,
}

const BENDS: [(&str, &str, Bend); 9] = [
    ("without anything", "E_NOT_INVITED", |_, _, _, _| None),
    ("with half an admission", "E_MALFORMED", |_, _, good, _| {
        Some(bytes_of(&good)[..90].to_vec())
    }),
    ("with a field too many", "E_MALFORMED", |_, _, good, _| {
        let mut bytes = [&bytes_of(&good)[..], b"\xa4more\xc0"].concat();
        bytes[0] += 1;
        Some(bytes)
    }),
    (
        "with a steward's signature that is not",
        "E_INVITATION_FORGED",
        |_, _, mut good, _| {
            good.steward_signature.0[3] ^= 1;
            Some(bytes_of(&good))
        },
    ),
    (
        "with an invitation's signature that is not",
        "E_INVITATION_FORGED",
        |_, _, mut good, _| {
            good.invitation_signature.0[3] ^= 1;
            Some(bytes_of(&good))
        },
    ),
    (
        "with an invitation key that no steward signed",
        "E_INVITATION_FORGED",
        |applicant, joining, mut good, _| {
            let own = SigningKey::from_bytes(&[9; 32]);
            let statement =
                admission_statement(&village_id(&joining.village), &agent_id(&applicant.key));
            good.invitation = AgentId(own.verifying_key().to_bytes());
            good.invitation_signature = SignatureBytes(own.sign(&statement).to_bytes());
            Some(bytes_of(&good))
        },
    ),
    (
        "with the admission of somebody else",
        "E_INVITATION_FORGED",
        |_, _, _, others| Some(others.neighbour.clone()),
    ),
    (
        "by an invitation to the neighbour village",
        "E_INVITATION_FORGED",
        |_, _, _, others| {
            let joining = others.second_joining.as_ref().expect("read before");
            Some(joining.membrane_proof.clone())
        },
    ),
    (
        "by an invitation of somebody who is no steward",
        "E_INVITED_BY_NO_STEWARD",
        |applicant, _, mut good, _| {
            good.steward = agent_id(&applicant.key);
            Some(bytes_of(&good))
        },
    ),
];

#[tokio::test(flavor = "multi_thread")]
async fn r22_accepts_founders_and_the_invited_and_refuses_all_others_with_a_code() {
    let rendezvous = SweetLocalRendezvous::new().await;
    let mut ann = Person::arrive(&rendezvous).await;
    let mut bob = Person::arrive(&rendezvous).await;
    // Ann founds two villages and invites to both.
    ann.found("Ann", example_draft()).await;
    let first = ann.village.clone().expect("founded");
    let invitation = ann.invite().await;
    ann.found("Ann", example_draft()).await;
    let second = ann.invite().await;
    ann.village = Some(first.clone());

    let node = &bob.conductor;
    let neighbour = Applicant::at(node, "neighbour").await;
    let joining = neighbour.reads(node, &invitation).await.expect("whole");
    assert_eq!(joining.village, *first.dna_hash());
    let mut others = Others {
        neighbour: joining.membrane_proof,
        second,
        second_joining: None,
    };
    for (at, (name, code, bend)) in BENDS.into_iter().enumerate() {
        let applicant = Applicant::at(node, &format!("applicant {at}")).await;
        let joining = applicant.reads(node, &invitation).await.expect("whole");
        let second = applicant.reads(node, &others.second).await.expect("whole");
        assert_ne!(joining.village, second.village);
        others.second_joining = Some(second);
        let good: Admission = holochain_serialized_bytes::decode(&joining.membrane_proof)
            .expect("what the coordinator wrote");
        let proof = bend(&applicant, &joining, good, &others);
        let refusal = applicant
            .joins(node, &joining, proof)
            .await
            .expect_err(name);
        assert!(refusal.contains(&format!("{code}: ")), "{name}: {refusal}");
        applicant.gives_up(node).await;
    }
    // A charter with one number changed is another village, and the invitation is
    // worth nothing there.
    let applicant = Applicant::at(node, "reformer").await;
    let mut joining = applicant.reads(node, &invitation).await.expect("whole");
    joining.charter.floor_s.0 -= HOUR_S;
    let proof = Some(joining.membrane_proof.clone());
    let refusal = applicant
        .joins(node, &joining, proof)
        .await
        .expect_err("another village");
    assert!(refusal.contains("E_INVITATION_FORGED: "), "{refusal}");
    applicant.gives_up(node).await;

    // All that was refused harms nobody else on the node, also after a restart.
    bob.sleep().await;
    bob.wake().await;
    bob.join("Bob", &invitation).await;
    until("Bob on Ann's roll", || async {
        let members: api::Members = ann.call("members", list()).await;
        (members.total == 2).then_some(())
    })
    .await;
    assert_eq!(ann.charges(&bob.key).await, []);
    for person in [&ann, &bob] {
        person.audit_is_sound().await;
    }
}

/// The text is checked where it is read, before anything is cloned for it.
#[tokio::test(flavor = "multi_thread")]
async fn an_invitation_that_cannot_be_good_is_refused_when_it_is_read() {
    let rendezvous = SweetLocalRendezvous::new().await;
    let mut ann = Person::arrive(&rendezvous).await;
    ann.found("Ann", example_draft()).await;
    let node = &ann.conductor;
    let reader = Applicant::at(node, "reader").await;
    let text = ann.invite().await.text;
    let bytes = URL_SAFE_NO_PAD
        .decode(text.strip_prefix("cc1:").expect("the form of the text"))
        .expect("base64url");
    let said_after = |name: &[u8]| {
        let at = bytes.windows(name.len()).position(|part| part == name);
        // Behind the name: two bytes that begin a byte string.
        at.expect("a field of the invitation") + name.len() + 2
    };
    let bent = |at: usize| {
        let mut bytes = bytes.clone();
        bytes[at + 5] ^= 1;
        format!("cc1:{}", URL_SAFE_NO_PAD.encode(bytes))
    };
    let broken_lines = text.replace("cc1:", "  cc1:").replacen('g', "g\n ", 3) + "\n";
    for (name, code, text) in [
        ("nothing", "E_INVITATION_UNREADABLE", String::new()),
        (
            "another form",
            "E_INVITATION_UNREADABLE",
            text.replace("cc1:", "cc2:"),
        ),
        (
            "half of it",
            "E_INVITATION_UNREADABLE",
            text[..text.len() / 2].to_owned(),
        ),
        (
            "far too much of it",
            "E_INVITATION_UNREADABLE",
            text.clone() + &"A".repeat(20_000),
        ),
        (
            "another steward",
            "E_INVITED_BY_NO_STEWARD",
            bent(said_after(b"\xa7steward")),
        ),
        (
            "another signature",
            "E_INVITATION_FORGED",
            bent(said_after(b"\xa9signature")),
        ),
        (
            "another secret",
            "E_INVITATION_FORGED",
            bent(said_after(b"secret")),
        ),
        (
            "another village",
            "E_INVITATION_FORGED",
            bent(said_after(b"village")),
        ),
    ] {
        let refusal = reader
            .reads(node, &api::Invitation { text })
            .await
            .expect_err(name);
        assert!(refusal.contains(&format!("{code}: ")), "{name}: {refusal}");
    }
    for text in [text, broken_lines] {
        reader
            .reads(node, &api::Invitation { text })
            .await
            .expect("a whole invitation, however it was sent");
    }
}

/// The village's DNA with a doctored integrity zome: it has the real one's hash,
/// but nothing in it checks an invitation before joining.
async fn village_without_a_door(joining: &api::Joining) -> DnaFile {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../workdir/village.dna");
    let bundle = std::fs::read(&path).expect("make happ has packed the DNA");
    let modifiers = clone_payload(joining.network_seed.clone(), &joining.charter, None)
        .modifiers
        .serialized()
        .expect("a charter is plain data");
    let (dna, _) = DnaBundle::unpack(&bundle[..])
        .expect("a whole bundle")
        .into_dna_file(modifiers)
        .await
        .expect("a good DNA");
    let (definition, wasms) = dna.into_parts();
    let door = b"genesis_self_check_2";
    let mut found = 0;
    let doctored: BTreeMap<_, _> = wasms
        .iter()
        .map(|(hash, wasm)| {
            // The export's name with its length before it: another name of the
            // same length leaves the rest of the module as it is.
            let mut code = wasm.code.to_vec();
            let name = [&[door.len() as u8][..], door].concat();
            if let Some(at) = code.windows(name.len()).position(|part| part == name) {
                code[at + 1] = b'G';
                found += 1;
            }
            (hash.clone(), DnaWasm { code: code.into() })
        })
        .collect();
    assert!(found > 0, "the door is where it is looked for");
    DnaFile::from_parts(definition, doctored.into())
}

#[tokio::test(flavor = "multi_thread")]
async fn r22_refuses_at_every_peer_who_skips_the_check_at_the_door() {
    let village = Village::of(2).await;
    let [ann, bob] = &village.people[..] else {
        panic!("two people")
    };
    let mut burglar =
        SweetConductor::from_config_rendezvous(unvalidated(), village.rendezvous.clone()).await;
    let joining: api::Joining = ann
        .try_call_lobby("read_invitation", ann.invite().await)
        .await
        .expect("a whole invitation");
    let dna = village_without_a_door(&joining).await;
    assert_eq!(*dna.dna_hash(), joining.village, "the same village");
    let app = burglar
        .setup_app("burglar", [&dna])
        .await
        .expect("no door, no refusal");
    let cell = app.cells()[0].cell_id().clone();
    // What was published before the peers were known is passed on by gossip only.
    burglar.declare_full_storage_arcs(cell.dna_hash()).await;
    SweetConductor::exchange_peer_info([&ann.conductor, &bob.conductor, &burglar]).await;
    let rogue = Rogue::arm(&burglar, &cell).await;
    let opened: Result<api::Standing, _> = rogue
        .polite("open", api::OpenInput { name: "Eve".into() })
        .await;
    opened.expect("their own node lets them");

    let chain = rogue.chain().await;
    let admission = chain
        .iter()
        .find(|record| record.action().action_type() == ActionType::AgentValidationPkg)
        .expect("every chain has one");
    for person in [ann, bob] {
        let reason = person
            .charges_with(&rogue.key, admission.action_address())
            .await;
        assert!(reason.starts_with("E_NOT_INVITED: "), "{reason}");
        person.has_blocked(&rogue.key).await;
        let members: api::Members = person.call("members", list()).await;
        assert_eq!(members.total, 2, "nobody new on the roll");
        let paid = person.try_pay_key(&rogue.key, HOUR_S).await;
        assert!(paid.is_err_and(|refusal| refusal.contains("E_NOT_A_MEMBER: ")));
        for honest in [ann, bob] {
            assert_eq!(person.charges(&honest.key).await, []);
            assert!(!person.blocks(&honest.key).await);
        }
    }
    village.audit().await;
}
