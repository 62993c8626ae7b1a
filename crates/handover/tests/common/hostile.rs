//! Input as an enemy would choose it, and what must hold for any input at all.

use super::*;
use commons_credit_handover::check::{Awaited, Line};

/// The order of ed25519's base point, little-endian.
pub const ORDER: [u8; 32] = [
    0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
];

/// Adds the order to the second half of a signature: good by the bare equation.
pub fn malleated(signature: &SignatureBytes) -> SignatureBytes {
    let mut bytes = signature.0;
    let mut carry = 0;
    for (byte, order) in bytes[32..].iter_mut().zip(ORDER) {
        let sum = u16::from(*byte) + u16::from(order) + carry;
        *byte = sum as u8;
        carry = sum >> 8;
    }
    SignatureBytes(bytes)
}

/// Good input in every form: what mutation begins with.
pub fn seeds() -> Vec<Vec<u8>> {
    let mut seeds: Vec<Vec<u8>> = packets()
        .iter()
        .flat_map(|packet| carried(packet).into_iter().map(|(_, bytes)| bytes))
        .collect();
    let mut writer = stream::FrameWriter::new(&[0x42; 400], 40).expect("a parcel");
    seeds.extend((0..14).map(|_| writer.next_frame().into_bytes()));
    seeds
}

/// Turns good input a little, or a lot.
pub fn mutate(input: &mut Vec<u8>, others: &[Vec<u8>], dice: &mut Dice) {
    for _ in 0..1 + dice.below(4) {
        let at = dice.below(input.len().max(1));
        match dice.below(8) {
            0 if !input.is_empty() => input[at] ^= 1 << dice.below(8),
            1 if !input.is_empty() => input[at] = dice.roll() as u8,
            2 => input.insert(at.min(input.len()), dice.roll() as u8),
            3 if !input.is_empty() => {
                input.remove(at);
            }
            4 => input.truncate(at),
            5 => {
                let other = &others[dice.below(others.len())];
                let from = dice.below(other.len());
                input.extend(&other[from..]);
            }
            6 => {
                let other = &others[dice.below(others.len())];
                for (byte, new) in input.iter_mut().zip(other).skip(at) {
                    *byte = *new;
                }
            }
            _ => {
                let length = dice.below(300);
                input.resize(length, dice.roll() as u8);
            }
        }
    }
}

/// What holds for any input: no panic, and what is read is written back as it was.
/// Says whether anything was read.
pub fn decode(input: &[u8]) -> bool {
    if let Ok(slip) = Slip::from_bytes(input) {
        assert_eq!(slip.to_bytes(), input, "a slip has one encoding");
    }
    if let Ok(packet) = Packet::from_bytes(input) {
        assert_eq!(packet.to_bytes(), input, "a packet has one encoding");
    }
    if let Ok(text) = std::str::from_utf8(input) {
        for alphabet in [&radix::BASE38, &radix::BASE83] {
            if let Some(bytes) = alphabet.decode(text) {
                assert_eq!(alphabet.encode(&bytes).as_deref(), Some(text));
            }
        }
        let mut reader = stream::FrameReader::default();
        if let Ok(progress) = reader.receive(text) {
            assert!(progress.known <= progress.fragments);
            // One frame is a parcel only if the parcel is one fragment.
            assert!(progress.fragments == 1 || reader.parcel() == Ok(None));
        }
    }
    let found = read_bytes(input);
    if let Err(refusal) = &found {
        assert!(refusal.code().starts_with("E_") && !refusal.to_string().is_empty());
    }
    found.is_ok()
}

/// Every check on whatever was read: no panic. Costs a signature or two.
pub fn judge(input: &[u8]) {
    let Ok(Read::Slip { slip, hints, .. }) = read_bytes(input) else {
        return;
    };
    let line = Line {
        village: VILLAGE,
        neighbour: NEIGHBOUR,
        gateways: &[id(&gil())],
        sheets: (0, u32::MAX),
        used: 0,
    };
    let verdict = match &slip {
        Slip::Payment(payment) => check_payment(payment, hints, &ben_reads()).map(|_| ()),
        Slip::Proof(proof) => check_proof(proof, hints, &VILLAGE).map(|_| ()),
        Slip::Iou(iou) => check_iou(iou, hints, &VILLAGE, &[line]).map(|_| ()),
        Slip::Receipt(receipt) => {
            let awaited = Awaited {
                village: VILLAGE,
                receiver: tag(&ben()),
                account: Account::Member,
                payment: PAGE,
            };
            check_receipt(receipt, hints, &awaited).map(|_| ())
        }
        Slip::Request(_) => Ok(()),
    };
    if let Err(refusal) = verdict {
        assert!(refusal.refusal().starts_with("E_"));
    }
}

/// What an accuser can have in hand: Anna's cheques (she signed page 7 twice), and
/// those of honest people.
pub struct Evidence {
    /// Anna wrote page 7 for Ben and for Cleo.
    pub guilty: [(Statement, SignatureBytes); 2],
    /// Honest cheques: other pages, other givers, another village.
    pub honest: Vec<(Statement, SignatureBytes)>,
}

impl Evidence {
    pub fn collect() -> Self {
        let elsewhere = Statement {
            village: village_tag(&NEIGHBOUR),
            ..said(&cleo(), &ben(), 7, HOUR_S)
        };
        Self {
            guilty: [
                signed(&anna(), &statement()),
                signed(&anna(), &said(&anna(), &cleo(), 7, HOUR_S)),
            ],
            honest: vec![
                signed(&anna(), &said(&anna(), &ben(), 8, HOUR_S)),
                signed(&cleo(), &said(&cleo(), &ben(), 7, HOUR_S)),
                signed(&cleo(), &elsewhere),
                signed(&gil(), &said(&gil(), &ben(), 7, 2 * HOUR_S)),
            ],
        }
    }
}

/// A proof that may accuse nobody, made from the evidence in one of many ways.
pub fn false_proof(evidence: &Evidence, dice: &mut Dice) -> Proof {
    let [one, other] = &evidence.guilty;
    let right = Proof::of((&one.0, &one.1), (&other.0, &other.1)).expect("a proof");
    let honest = &evidence.honest[dice.below(evidence.honest.len())];
    let half = |(statement, signature): &(Statement, SignatureBytes)| Half {
        receiver: statement.receiver,
        amount: amount(statement.amount_s),
        page: statement.page,
        signature: *signature,
    };
    let mut proof = right;
    let which = dice.below(2);
    match dice.below(12) {
        // The same cheque twice, whole or with a signature that was bent.
        0 => proof.halves[1 - which] = proof.halves[which],
        1 => {
            proof.halves[1 - which] = proof.halves[which];
            proof.halves[1 - which].signature = malleated(&proof.halves[which].signature);
        }
        // Another cheque of Anna's or somebody else's in the place of one.
        2 => proof.halves[which] = half(honest),
        // An honest person is named, for Anna's cheques or their own one twice.
        3 => proof.giver = honest.0.giver,
        4 => {
            proof.giver = honest.0.giver;
            proof.number = honest.0.number;
            proof.halves = [half(honest), half(honest)];
            let turned = &mut proof.halves[which];
            match dice.below(4) {
                0 => turned.amount = amount(1 + turned.amount.seconds()),
                1 => turned.receiver[dice.below(12)] ^= 1 << dice.below(8),
                2 => turned.page[dice.below(16)] ^= 1 << dice.below(8),
                _ => turned.signature = malleated(&turned.signature),
            }
        }
        5 => proof.number = 1 + dice.roll() % 268_435_455,
        6 => proof.halves[which].amount = amount(1 + (dice.roll() % 3_600_000_000) as i64),
        7 => proof.halves[which].receiver[dice.below(12)] ^= 1 << dice.below(8),
        8 => proof.halves[which].page[dice.below(16)] ^= 1 << dice.below(8),
        9 => proof.halves[which].signature.0[dice.below(64)] ^= 1 << dice.below(8),
        10 => {
            let (front, back) = proof.halves.split_at_mut(1);
            std::mem::swap(&mut front[0].signature, &mut back[0].signature);
        }
        _ => proof.giver.0[dice.below(32)] ^= 1 << dice.below(8),
    }
    // Often in the right order, so that only the signatures stand in the way.
    let [first, second] = &proof.halves;
    let said = |half: &Half| (half.receiver, half.amount.seconds(), half.page);
    if said(first) > said(second) && dice.below(8) > 0 {
        proof.halves.swap(0, 1);
    }
    if proof == right {
        // A mutation that changed nothing: turn the page.
        proof.number += 1;
    }
    proof
}

/// Accuses nobody: neither as it is, nor as bytes that came over a wire.
pub fn accuses_nobody(proof: &Proof) -> Result<(), String> {
    let accused = check_proof(proof, None, &VILLAGE).is_ok()
        || matches!(
            read_bytes(&proof.to_bytes()),
            Ok(Read::Slip { slip: Slip::Proof(read), .. }) if check_proof(&read, None, &VILLAGE).is_ok()
        );
    if accused {
        return Err(format!("{proof:?} accuses {}", proof.giver));
    }
    Ok(())
}
