//! People, villages and slips that the tests share.
#![allow(dead_code)] // Each test file uses its part.

#[path = "../../../ledger/tests/common/frozen.rs"]
pub mod frozen;

use commons_credit_handover::*;
use commons_credit_ledger::cheque::{receiver_tag, village_tag, Statement};
use commons_credit_ledger::{
    Account, ActionId, AgentId, Amount, Seconds, SignatureBytes, VillageId,
};
use ed25519_dalek::{Signer, SigningKey};

pub const VILLAGE: VillageId = VillageId([0xc5; 32]);
pub const NEIGHBOUR: VillageId = VillageId([0x1b; 32]);
pub const HOUR_S: i64 = 3_600;
pub const PAGE: [u8; 16] = [0x9a; 16];

/// Anna gives, Ben receives, Cleo receives too, Gil is the neighbour's gateway.
pub fn anna() -> SigningKey {
    SigningKey::from_bytes(&[0xa1; 32])
}
pub fn ben() -> SigningKey {
    SigningKey::from_bytes(&[0xb2; 32])
}
pub fn cleo() -> SigningKey {
    SigningKey::from_bytes(&[0xc3; 32])
}
pub fn gil() -> SigningKey {
    SigningKey::from_bytes(&[0xd4; 32])
}

pub fn id(key: &SigningKey) -> AgentId {
    AgentId(key.verifying_key().to_bytes())
}

pub fn tag(key: &SigningKey) -> [u8; 12] {
    receiver_tag(&id(key), Account::Member)
}

pub fn amount(seconds: i64) -> Amount {
    Amount::new(Seconds(seconds)).expect("an amount")
}

pub fn sign(key: &SigningKey, message: &[u8]) -> SignatureBytes {
    SignatureBytes(key.sign(message).to_bytes())
}

/// Numbers that look random and are the same in every run (SplitMix64).
#[derive(Debug, Clone)]
pub struct Dice(pub u64);

impl Dice {
    pub fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ z >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ z >> 31
    }

    /// Below `limit`.
    pub fn below(&mut self, limit: usize) -> usize {
        (self.roll() % limit as u64) as usize
    }

    pub fn bytes(&mut self, length: usize) -> Vec<u8> {
        (0..length).map(|_| self.roll() as u8).collect()
    }
}

pub fn said(giver: &SigningKey, receiver: &SigningKey, number: u64, seconds: i64) -> Statement {
    Statement {
        village: village_tag(&VILLAGE),
        giver: id(giver),
        receiver: tag(receiver),
        number,
        amount_s: seconds,
        page: PAGE,
    }
}

pub fn signed(giver: &SigningKey, statement: &Statement) -> (Statement, SignatureBytes) {
    (*statement, sign(giver, &statement.to_bytes()))
}

/// Anna's page 7: two hours to Ben.
pub fn statement() -> Statement {
    said(&anna(), &ben(), 7, 2 * HOUR_S)
}

pub fn payment() -> Payment {
    let (statement, signature) = signed(&anna(), &statement());
    Payment::of(&statement, signature).expect("a payment")
}

pub fn payment_packet() -> Packet {
    Packet::to_receiver(Slip::Payment(payment()), &VILLAGE, &tag(&ben()))
}

/// Gil's fifth IOU to the village: two hours in, 1 h 48 min out, to Ben.
pub fn iou() -> Iou {
    let mut iou = Iou {
        number: 5,
        amount: amount(2 * HOUR_S),
        gives: amount(108 * 60),
        sheet: 3,
        issuer: village_tag(&NEIGHBOUR),
        receiver: tag(&ben()),
        payment: PAGE,
        signature: SignatureBytes([0; 64]),
    };
    iou.signature = sign(&gil(), &iou.statement(&VILLAGE, &id(&gil())));
    iou
}

/// Ben's page 4: the two hours less levies have arrived.
pub fn receipt() -> Receipt {
    let mut receipt = Receipt {
        number: 4,
        amount: amount(108 * 60),
        receiver: id(&ben()),
        payment: PAGE,
        signature: SignatureBytes([0; 64]),
    };
    receipt.signature = sign(&ben(), &receipt.statement(&VILLAGE));
    receipt
}

/// Anna gave her page 7 to Cleo as well.
pub fn proof() -> Proof {
    let one = signed(&anna(), &statement());
    let other = signed(&anna(), &said(&anna(), &cleo(), 7, HOUR_S));
    Proof::of((&one.0, &one.1), (&other.0, &other.1)).expect("a proof")
}

pub fn request(citing: bool) -> Request {
    Request {
        village: village_tag(&VILLAGE),
        receiver: id(&ben()),
        account: request::RequestAccount::Member,
        amount: citing.then(|| amount(2 * HOUR_S)),
        cites: citing.then_some(ActionId([0x5e; 32])),
    }
}

/// One packet of every kind and length.
pub fn packets() -> Vec<Packet> {
    vec![
        payment_packet(),
        Packet::to_village(Slip::Iou(iou()), &VILLAGE),
        Packet::to_village(Slip::Receipt(receipt()), &VILLAGE),
        Packet::to_village(Slip::Proof(Box::new(proof())), &VILLAGE),
        Packet::to_village(Slip::Request(request(false)), &VILLAGE),
        Packet::to_village(Slip::Request(request(true)), &VILLAGE),
    ]
}

pub fn ben_reads() -> Own<'static> {
    Own::member(id(&ben()), VILLAGE)
}

/// Every written form of a packet.
pub fn carried(packet: &Packet) -> Vec<(Carrier, Vec<u8>)> {
    vec![
        (Carrier::Bare, packet.slip().to_bytes()),
        (Carrier::Radio, packet.to_bytes()),
        (Carrier::Link, carrier::link(packet).into_bytes()),
        (Carrier::Qr, carrier::qr_text(packet).into_bytes()),
        (Carrier::Message, carrier::message(packet).into_bytes()),
        (Carrier::File, carrier::file(packet)),
    ]
}

/// Shows frames until the parcel is there; a camera misses `lost_percent` of them.
/// Gives how many were shown, ours and, if asked for, what `ur`'s own reader needs.
pub fn frames_needed(
    parcel: &[u8],
    fragment_bytes: usize,
    lost_percent: u64,
    dice: &mut Dice,
    plain_reader: bool,
) -> (usize, usize) {
    let mut writer = stream::FrameWriter::new(parcel, fragment_bytes).expect("a parcel");
    let mut reader = stream::FrameReader::default();
    let mut plain = ur::Decoder::default();
    let (mut ours, mut theirs) = (None, (!plain_reader).then_some(0));
    for shown in 1.. {
        let frame = writer.next_frame();
        if dice.roll() % 100 >= lost_percent {
            if ours.is_none() {
                reader.receive(&frame).expect("a frame");
                if let Some(read) = reader.parcel().expect("whole") {
                    assert_eq!(read, parcel);
                    ours = Some(shown);
                }
            }
            if theirs.is_none() {
                plain.receive(&frame).expect("a frame");
                if plain.complete() {
                    theirs = Some(shown);
                }
            }
        }
        if let (Some(ours), Some(theirs)) = (ours, theirs) {
            return (ours, theirs);
        }
    }
    unreachable!("frames never end")
}

pub mod hostile;
