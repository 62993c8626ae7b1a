//! The frozen bytes: written and compared here, read by another program in
//! `second_reader.rs`.

mod common;

use common::frozen::{compare, hex};
use common::hostile::malleated;
use common::*;
use commons_credit_handover::*;
use serde_json::{json, Value};

fn fields(slip: &Slip) -> Value {
    match command::Said::of(slip) {
        said @ command::Said::Proof { .. } => {
            let mut said = json!(said);
            if let Slip::Proof(proof) = slip {
                said["receivers"] = json!(proof.halves.map(|half| hex(&half.receiver)));
            }
            said
        }
        said => json!(said),
    }
}

fn statements(slip: &Slip) -> Vec<String> {
    match slip {
        Slip::Payment(payment) => vec![hex(&payment.statement_bytes(&VILLAGE, tag(&ben())))],
        Slip::Iou(iou) => vec![hex(&iou.statement(&VILLAGE, &id(&gil())))],
        Slip::Receipt(receipt) => vec![hex(&receipt.statement(&VILLAGE))],
        Slip::Proof(proof) => proof
            .statements(&VILLAGE)
            .iter()
            .map(|statement| hex(&statement.to_bytes()))
            .collect(),
        Slip::Request(_) => vec![],
    }
}

fn signer(slip: &Slip) -> Value {
    match slip {
        Slip::Payment(payment) => json!(payment.giver),
        Slip::Iou(_) => json!(id(&gil())),
        Slip::Receipt(receipt) => json!(receipt.receiver),
        Slip::Proof(proof) => json!(proof.giver),
        Slip::Request(_) => Value::Null,
    }
}

#[test]
fn slips_are_frozen() {
    let cases: Vec<Value> = packets()
        .iter()
        .map(|packet| {
            json!({
                "said": fields(packet.slip()),
                "signer": signer(packet.slip()),
                "statements": statements(packet.slip()),
                "slip": hex(&packet.slip().to_bytes()),
                "packet": hex(&packet.to_bytes()),
                "link": carrier::link(packet),
                "qr": carrier::qr_text(packet),
                "message": carrier::message(packet),
                "file": hex(&carrier::file(packet)),
            })
        })
        .collect();
    compare(
        "slips.json",
        &json!({
            "about": "one slip of every kind and length, in every form; opened in `village` by `reader`",
            "village": VILLAGE,
            "reader": id(&ben()),
            "gateway": id(&gil()),
            "cases": cases,
        }),
    );
}

/// What Ben, in the village, says to this.
fn verdict(input: &[u8]) -> Result<(), Refusal> {
    match read_bytes(input)? {
        Read::Slip {
            slip: Slip::Payment(payment),
            hints,
            ..
        } => check_payment(&payment, hints, &ben_reads()).map(|_| ()),
        Read::Slip {
            slip: Slip::Proof(proof),
            hints,
            ..
        } => check_proof(&proof, hints, &VILLAGE).map(|_| ()),
        _ => Ok(()),
    }
}

fn bare(bytes: Vec<u8>, at: usize, new: &[u8]) -> Vec<u8> {
    let mut bytes = bytes;
    bytes[at..at + new.len()].copy_from_slice(new);
    bytes
}

#[test]
fn verdicts_are_frozen() {
    let good = payment();
    let payment_bytes = || good.to_bytes();
    let proof_bytes = proof().to_bytes();
    let mut prime = [0xff; 32];
    (prime[0], prime[31]) = (0xed, 0x7f);
    let mut neutral = [0; 32];
    neutral[0] = 1;
    let sealed = |payment: Payment, village, receiver| {
        Packet::to_receiver(Slip::Payment(payment), village, receiver).to_bytes()
    };
    let halves = (&proof_bytes[36..132], &proof_bytes[132..]);
    let mut damaged = carrier::message(&payment_packet()).into_bytes();
    damaged.swap(20, 40);
    let cases: Vec<(&str, Vec<u8>)> = vec![
        ("good, bare", payment_bytes()),
        ("good, sealed", payment_packet().to_bytes()),
        ("good proof", proof_bytes.clone()),
        (
            "sealed for another village",
            sealed(good, &NEIGHBOUR, &tag(&ben())),
        ),
        (
            "sealed for somebody else",
            sealed(good, &VILLAGE, &tag(&cleo())),
        ),
        ("page number 0", bare(payment_bytes(), 0, &[0x10, 0, 0, 0])),
        ("amount 0", bare(payment_bytes(), 4, &[0; 4])),
        ("amount too large", bare(payment_bytes(), 4, &[0xff; 4])),
        ("amount changed", bare(payment_bytes(), 7, &[1])),
        (
            "key written with the prime",
            bare(payment_bytes(), 8, &prime),
        ),
        ("key of small order", bare(payment_bytes(), 8, &neutral)),
        (
            "signature with the order added",
            bare(payment_bytes(), 56, &malleated(&good.signature).0),
        ),
        ("the reader's own", bare(payment_bytes(), 8, &id(&ben()).0)),
        ("form 9", bare(payment_bytes(), 0, &[0x90])),
        ("cut short", payment_bytes()[..119].to_vec()),
        ("one byte more", [payment_bytes(), vec![0]].concat()),
        ("two letters swapped", damaged),
        (
            "the same statement twice",
            [&proof_bytes[..36], halves.0, halves.0].concat(),
        ),
        (
            "halves in the other order",
            [&proof_bytes[..36], halves.1, halves.0].concat(),
        ),
        ("proof of another page", bare(proof_bytes.clone(), 3, &[8])),
        ("an invitation", b"cc1:h6d2aWxsYWdl".to_vec()),
        ("something else", b"Hallo Ben".to_vec()),
    ];
    let cases: Vec<Value> = cases
        .into_iter()
        .map(|(name, input)| {
            let code = verdict(&input).err().map(|refusal| refusal.code());
            json!({ "name": name, "input": hex(&input), "code": code })
        })
        .collect();
    compare(
        "verdicts.json",
        &json!({
            "about": "what `reader` in `village` says: the code of the refusal, or null; the reader knows nothing else",
            "village": VILLAGE,
            "reader": id(&ben()),
            "cases": cases,
        }),
    );
}

#[test]
fn bases_are_frozen() {
    let inputs = [
        vec![],
        vec![0],
        vec![0xff],
        vec![0, 1],
        b"commons-credit".to_vec(),
        vec![0; 31],
        vec![0xff; 31],
        (0..124).collect(),
        vec![0xff; 124],
        vec![0xff; 231],
    ];
    let cases: Vec<Value> = inputs
        .iter()
        .map(|bytes| {
            json!({
                "bytes": hex(bytes),
                "base38": radix::BASE38.encode(bytes),
                "base83": radix::BASE83.encode(bytes),
            })
        })
        .collect();
    compare(
        "bases.json",
        &json!({ "about": "bytes as digits of base 38 and base 83", "cases": cases }),
    );
}

#[test]
fn frames_are_frozen() {
    let parcels = [
        (Dice(1).bytes(1), 16),
        (Dice(2).bytes(100), 20),
        (Dice(3).bytes(1_000), 280),
    ];
    let cases: Vec<Value> = parcels
        .iter()
        .map(|(parcel, fragment_bytes)| {
            let mut writer = stream::FrameWriter::new(parcel, *fragment_bytes).expect("a parcel");
            let frames: Vec<String> = (0..12).map(|_| writer.next_frame()).collect();
            json!({
                "parcel": hex(parcel),
                "fragment_bytes": fragment_bytes,
                "fragments": writer.fragments(),
                "frames": frames,
            })
        })
        .collect();
    compare(
        "frames.json",
        &json!({ "about": "the first twelve frames of parcels", "cases": cases }),
    );
}

/// The page that other programs are written from has the same example.
#[test]
fn the_page_shows_the_frozen_payment() {
    let page = include_str!("../../../docs/cheque-format.md");
    let packet = payment_packet();
    let shown: String = page.split_whitespace().collect();
    for form in [
        hex(&packet.to_bytes()),
        carrier::link(&packet),
        carrier::qr_text(&packet),
        carrier::message(&packet),
        hex(&statement().to_bytes()),
    ] {
        assert!(
            shown.contains(&form),
            "{form} is not in docs/cheque-format.md"
        );
    }
    // Every code has its line there.
    let source = include_str!("../src/refusal.rs");
    let codes = source
        .split('"')
        .filter(|text| text.starts_with("E_HANDOVER_"));
    assert!(codes.clone().count() > 20);
    for code in codes {
        assert!(
            page.contains(&format!("`{code}`")),
            "{code} is not in docs/cheque-format.md"
        );
    }
}
