//! What the program's `cheque` commands answer.

mod common;

use common::*;
use commons_credit_handover::command::{prove, read, show, Made};
use commons_credit_handover::*;
use commons_credit_ledger::Account;
use serde_json::json;

fn cleo_packet() -> Packet {
    let (said, signature) = signed(&anna(), &said(&anna(), &cleo(), 7, HOUR_S));
    let payment = Payment::of(&said, signature).expect("a payment");
    Packet::to_receiver(Slip::Payment(payment), &VILLAGE, &tag(&cleo()))
}

#[test]
fn show_turns_every_form_into_every_other() {
    for packet in packets() {
        let expected = command::Carriers::of(&packet);
        for (carrier, bytes) in carried(&packet) {
            let shown = show(&bytes).expect("it is shown");
            assert_eq!(shown.carrier, carrier);
            assert_eq!(shown.said, command::Said::of(packet.slip()));
            let carriers = (carrier != Carrier::Bare).then(|| expected.clone());
            assert_eq!(shown.carriers, carriers);
        }
    }
}

#[test]
fn answers_are_plain_json() {
    let link = carrier::link(&payment_packet());
    let holds = read(link.as_bytes(), &ben_reads()).expect("it holds");
    assert_eq!(
        json!(holds),
        json!({
            "carrier": "link",
            "said": {
                "kind": "payment",
                "number": 7,
                "amount_s": 7_200,
                "giver": id(&anna()).to_hex(),
                "page": "9a".repeat(16),
            },
            "signer": id(&anna()).to_hex(),
            "state": "signed",
        })
    );
}

#[test]
fn read_checks_payments_and_proofs_and_names_what_it_cannot_check() {
    for (packet, expected) in packets().iter().zip([
        "signed",
        "E_HANDOVER_OTHER_KIND",
        "E_HANDOVER_OTHER_KIND",
        "double_spent",
        "E_HANDOVER_OTHER_KIND",
        "E_HANDOVER_OTHER_KIND",
    ]) {
        let said = match read(&packet.to_bytes(), &ben_reads()) {
            Ok(holds) => holds.state,
            Err(refusal) => refusal.code(),
        };
        assert_eq!(said, expected);
    }
    let frame = stream::FrameWriter::new(&[1; 40], 20)
        .expect("a parcel")
        .next_frame();
    let verdict = read(frame.as_bytes(), &ben_reads());
    assert_eq!(
        verdict.map_err(|refusal| refusal.code()),
        Err("E_HANDOVER_OTHER_KIND")
    );
}

#[test]
fn prove_makes_a_proof_that_anybody_can_check() {
    let to_ben = carrier::message(&payment_packet());
    let to_cleo = carrier::link(&cleo_packet());
    let made = |input: &'static str, key: &ed25519_dalek::SigningKey| Made {
        input: input.as_bytes(),
        receiver: id(key),
        account: Account::Member,
    };
    let (to_ben, to_cleo) = (&*to_ben.leak(), &*to_cleo.leak());
    let (one, other) = (made(to_ben, &ben()), made(to_cleo, &cleo()));
    let proven = prove(&VILLAGE, one, other).expect("a proof");
    assert_eq!(
        proven.said,
        command::Said::of(&Slip::Proof(Box::new(proof())))
    );
    let holds = read(proven.carriers.link.as_bytes(), &ben_reads()).expect("it holds");
    assert_eq!(holds.signer, id(&anna()).to_hex());
    let code = |one, other| prove(&VILLAGE, one, other).map_err(|refusal| refusal.code());
    assert_eq!(code(one, one), Err("E_HANDOVER_SAME_STATEMENT"));
    let misaddressed = made(to_cleo, &ben());
    assert_eq!(code(one, misaddressed), Err("E_HANDOVER_WRONG_RECEIVER"));
    assert_eq!(
        prove(&NEIGHBOUR, one, other).map_err(|refusal| refusal.code()),
        Err("E_HANDOVER_WRONG_VILLAGE")
    );
}
