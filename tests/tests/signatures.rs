//! Promise: a signature that is good inside the village is good outside it, and
//! the other way round. The zomes ask the conductor (libsodium), everything else
//! asks ed25519-dalek, strictly; both must say the same of every vector.

use commons_credit_tests::hostile::*;
use commons_credit_tests::*;
use ed25519_dalek::VerifyingKey;
use holochain::prelude::*;
use holochain::sweettest::SweetLocalRendezvous;
use serde::Deserialize;
use std::path::Path;

#[derive(Deserialize)]
struct Vectors {
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    name: String,
    key: String,
    message: String,
    signature: String,
    valid: bool,
}

fn bytes(hex: &str) -> Vec<u8> {
    (0..hex.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&hex[at..at + 2], 16).expect("hexadecimal"))
        .collect()
}

/// How everything outside the zomes checks.
fn strict(key: &[u8; 32], message: &[u8], signature: &[u8; 64]) -> bool {
    VerifyingKey::from_bytes(key)
        .is_ok_and(|key| key.verify_strict(message, &signature.into()).is_ok())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signature_is_good_in_the_zomes_if_and_only_if_it_is_good_outside() {
    let rendezvous = SweetLocalRendezvous::new().await;
    let mut ann = Person::arrive(&rendezvous).await;
    ann.found("Ann", example_draft()).await;
    let zomes = Rogue::of(&ann).await;

    let path =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/ledger/vectors/signatures.json");
    let text = std::fs::read(&path).expect("the vectors are there");
    let vectors: Vectors = serde_json::from_slice(&text).expect("the vectors are whole");
    let (mut good, mut bad, mut wrong) = (0, 0, Vec::new());
    for case in &vectors.cases {
        let key: [u8; 32] = bytes(&case.key).try_into().expect("32 bytes");
        let signature: [u8; 64] = bytes(&case.signature).try_into().expect("64 bytes");
        let message = bytes(&case.message);
        let outside = strict(&key, &message, &signature);
        let inside: bool = zomes
            .rude(
                "verify_bytes",
                SignatureClaim {
                    key: AgentPubKey::from_raw_32(key.to_vec()),
                    signature: Signature(signature),
                    message,
                },
            )
            .await
            .unwrap_or_else(|error| panic!("{}: {error}", case.name));
        if (inside, outside) != (case.valid, case.valid) {
            wrong.push(format!(
                "{}: should be {}, is {inside} in the zomes and {outside} outside",
                case.name, case.valid
            ));
        }
        *if case.valid { &mut good } else { &mut bad } += 1;
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(good > 10 && bad > 50, "{good} good and {bad} bad vectors");
}
