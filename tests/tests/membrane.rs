//! Promise: nobody joins uninvited, and an invitation is good for one village.

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

async fn joining(person: &Person, invitation: &api::Invitation) -> api::Joining {
    person
        .try_call_lobby("read_invitation", invitation.clone())
        .await
        .expect("a whole invitation")
}

fn bytes_of(admission: &Admission) -> Vec<u8> {
    holochain_serialized_bytes::encode(admission).expect("plain data")
}

#[tokio::test(flavor = "multi_thread")]
async fn r22_accepts_founders_and_the_invited_and_refuses_all_others_with_a_code() {
    let rendezvous = SweetLocalRendezvous::new().await;
    let mut ann = Person::arrive(&rendezvous).await;
    let mut bob = Person::arrive(&rendezvous).await;
    // Ann founds two villages and invites to both.
    ann.found("Ann", example_draft()).await;
    let first = ann.village.clone();
    let joining_first = joining(&bob, &ann.invite().await).await;
    ann.found("Ann", example_draft()).await;
    let joining_second = joining(&bob, &ann.invite().await).await;
    assert_ne!(joining_first.village, joining_second.village);

    // Somebody else's admission to the first village, as a peer can read it.
    let (cleo, lobby) = install(&bob.conductor.raw_handle(), "cleo", "another lobby").await;
    ann.village = first.clone();
    let invitation = ann.invite().await;
    let cleos: api::Joining = bob
        .conductor
        .call(
            &SweetZome::new(lobby, ZOME.into()),
            "read_invitation",
            invitation,
        )
        .await;
    assert_ne!(cleo, bob.key);

    let good: Admission = holochain_serialized_bytes::decode(&joining_first.membrane_proof)
        .expect("what the coordinator wrote");
    let with = |change: &dyn Fn(&mut Admission)| {
        let mut admission = good.clone();
        change(&mut admission);
        Some(bytes_of(&admission))
    };
    let own = SigningKey::from_bytes(&[9; 32]);
    let village = village_id(&joining_first.village);
    let statement = admission_statement(&village, &agent_id(&bob.key));
    let attacks: Vec<(&str, &str, Option<Vec<u8>>)> = vec![
        ("without anything", "E_NOT_INVITED", None),
        (
            "with bytes that are no admission",
            "E_MALFORMED",
            Some(bytes_of(&good)[..90].to_vec()),
        ),
        (
            "with a field too many",
            "E_MALFORMED",
            Some({
                let mut bytes = [&bytes_of(&good)[..], b"\xa4more\xc0"].concat();
                bytes[0] += 1;
                bytes
            }),
        ),
        (
            "with a steward's signature that is not",
            "E_INVITATION_FORGED",
            with(&|admission| admission.steward_signature.0[3] ^= 1),
        ),
        (
            "with an invitation's signature that is not",
            "E_INVITATION_FORGED",
            with(&|admission| admission.invitation_signature.0[3] ^= 1),
        ),
        (
            "with an invitation key that no steward signed",
            "E_INVITATION_FORGED",
            with(&|admission| {
                admission.invitation = AgentId(own.verifying_key().to_bytes());
                admission.invitation_signature = SignatureBytes(own.sign(&statement).to_bytes());
            }),
        ),
        (
            "with the admission of somebody else",
            "E_INVITATION_FORGED",
            Some(cleos.membrane_proof.clone()),
        ),
        (
            "by an invitation to the neighbour village",
            "E_INVITATION_FORGED",
            Some(joining_second.membrane_proof.clone()),
        ),
        (
            "by an invitation of somebody who is no steward",
            "E_INVITED_BY_NO_STEWARD",
            with(&|admission| admission.steward = agent_id(&bob.key)),
        ),
    ];
    for (name, code, proof) in attacks {
        let refusal = bob
            .clone_village(
                joining_first.network_seed.clone(),
                &joining_first.charter,
                proof,
            )
            .await
            .expect_err(name);
        assert!(refusal.contains(&format!("{code}: ")), "{name}: {refusal}");
    }
    assert!(bob.village.is_none());

    // A charter with one word changed is another village, and the invitation is
    // worth nothing there.
    let mut charter = joining_first.charter.clone();
    charter.floor_s.0 -= HOUR_S;
    let refusal = bob
        .clone_village(
            joining_first.network_seed.clone(),
            &charter,
            Some(joining_first.membrane_proof.clone()),
        )
        .await
        .expect_err("another village");
    assert!(refusal.contains("E_INVITATION_FORGED: "), "{refusal}");

    // The same node, the same key: with the right admission the door is open.
    let cell = bob
        .clone_village(
            joining_first.network_seed,
            &joining_first.charter,
            Some(joining_first.membrane_proof),
        )
        .await
        .expect("an invited agent is let in");
    assert_eq!(Some(cell.dna_hash()), first.as_ref().map(CellId::dna_hash));
    bob.open("Bob").await;
    until("Bob on Ann's roll", || async {
        let members: api::Members = ann.call("members", list()).await;
        (members.members.len() == 2).then_some(())
    })
    .await;
    assert_eq!(ann.charges(&bob.key).await, []);
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
    let joining = joining(ann, &ann.invite().await).await;
    let dna = village_without_a_door(&joining).await;
    assert_eq!(*dna.dna_hash(), joining.village, "the same village");
    let app = burglar
        .setup_app("burglar", [&dna])
        .await
        .expect("no door, no refusal");
    let cell = app.cells()[0].cell_id().clone();
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
        assert!(person.blocks(&rogue.key).await);
        let members: api::Members = person.call("members", list()).await;
        assert_eq!(members.total, 2, "nobody new on the roll");
        let paid = person.try_pay_key(&rogue.key, HOUR_S).await;
        assert!(paid.is_err_and(|refusal| refusal.contains("E_NOT_A_MEMBER: ")));
        for honest in [ann, bob] {
            assert_eq!(person.charges(&honest.key).await, []);
            assert!(!person.blocks(&honest.key).await);
        }
    }
}
