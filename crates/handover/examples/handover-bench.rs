//! The numbers of the codec: bytes, the cost of a check, frames of a parcel.
//!
//! `cargo run -p commons-credit-handover --example handover-bench` (dev profile: the
//! workspace compiles this crate and the signatures with full optimisation there).
//! Ends with 1 if an aim is missed.

#[path = "../tests/common/mod.rs"]
mod common;

use common::*;
use commons_credit_handover::*;
use ed25519_dalek::{Signature, SigningKey, VerifyingKey};
use std::hint::black_box;
use std::process::ExitCode;
use std::time::Instant;

/// Times that each cheque is checked.
const ROUNDS: usize = 101;
/// Different cheques.
const CHEQUES: u64 = 64;
/// Parcels that are shown at each size.
const PARCELS: usize = 200;
/// What the camera misses is drawn from here.
const SEED: u64 = 20_261_126;

fn aim(what: &str, ratio: f64, most: f64) -> bool {
    let met = ratio <= most;
    let verdict = if met { "pass" } else { "FAIL" };
    println!("{verdict}  {what}: {ratio:.3} (at most {most})");
    met
}

fn sizes() -> bool {
    println!(
        "bytes: slip, packet; septets of its text message; letters and version of its QR code"
    );
    for packet in packets() {
        let (message, qr) = (carrier::message(&packet), carrier::qr_text(&packet));
        println!(
            "{:>6} {:>6} {:>6} {:>6}  v{:<3} {}",
            packet.slip().to_bytes().len(),
            packet.to_bytes().len(),
            message.len(),
            qr.len(),
            qr::Matrix::of(&qr).map_or(0, |matrix| matrix.version()),
            packet.slip().kind(),
        );
    }
    let bytes = payment().to_bytes().len();
    let packet = payment_packet().to_bytes().len();
    println!(
        "      {:.3}  packet of a payment (with its seal) / 64 (no aim)",
        packet as f64 / 64.0
    );
    let most = packets()
        .iter()
        .map(|packet| packet.slip().to_bytes().len())
        .max();
    aim("payment / 64 bytes of signature", bytes as f64 / 64.0, 1.9)
        & aim(
            "longest slip / 250 bytes",
            most.unwrap_or(usize::MAX) as f64 / 250.0,
            1.0,
        )
        & aim(
            "text message of a payment / 160 septets",
            carrier::message(&payment_packet()).len() as f64 / 160.0,
            1.0,
        )
}

/// A cheque as it arrives, and what a bare verification takes.
struct Arrived {
    bytes: Vec<u8>,
    key: [u8; 32],
    message: Vec<u8>,
    signature: [u8; 64],
}

impl Arrived {
    fn new(giver: &SigningKey, number: u64) -> Self {
        let (statement, signature) = signed(giver, &said(giver, &ben(), number, 60));
        let payment = Payment::of(&statement, signature).expect("a payment");
        let packet = Packet::to_receiver(Slip::Payment(payment), &VILLAGE, &tag(&ben()));
        Self {
            bytes: packet.to_bytes(),
            key: statement.giver.0,
            message: statement.to_bytes().to_vec(),
            signature: signature.0,
        }
    }

    fn bare(&self) -> bool {
        let signature = Signature::from_bytes(&self.signature);
        VerifyingKey::from_bytes(&self.key)
            .is_ok_and(|key| key.verify_strict(&self.message, &signature).is_ok())
    }

    fn check(&self, own: &Own<'_>) -> bool {
        match read_bytes(&self.bytes) {
            Ok(Read::Slip {
                slip: Slip::Payment(payment),
                hints,
                ..
            }) => check_payment(&payment, hints, own).is_ok(),
            _ => false,
        }
    }
}

/// Microseconds, the middle of all measurements; both ways take turns, so that a
/// busy machine slows both alike.
fn checks() -> bool {
    let cheques: Vec<Arrived> = (1..=CHEQUES).map(|at| Arrived::new(&anna(), at)).collect();
    let own = ben_reads();
    let ways: [&dyn Fn(&Arrived) -> bool; 2] = [&Arrived::bare, &|cheque| cheque.check(&own)];
    let mut times = [const { Vec::new() }; 2];
    for _ in 0..ROUNDS {
        for cheque in &cheques {
            for (times, way) in times.iter_mut().zip(ways) {
                let start = Instant::now();
                let good = black_box(way(black_box(cheque)));
                times.push(start.elapsed().as_secs_f64() * 1e6);
                assert!(good, "every cheque is good");
            }
        }
    }
    let [bare, check] = times.map(|mut times| {
        times.sort_by(f64::total_cmp);
        times[times.len() / 2]
    });
    println!("{bare:9.2}  microseconds, one bare strict verification");
    println!("{check:9.2}  microseconds, reading a packet and checking its cheque");
    aim("check of a cheque / bare verification", check / bare, 1.2)
}

/// Frames shown over fragments, at this loss.
fn frames(lost_percent: u64, most: f64) -> bool {
    println!(
        "{lost_percent} % of frames lost, seed {SEED}, {PARCELS} parcels a size: frames shown / fragments"
    );
    println!("fragments    mean  95 of 100     most   plain ur reader, mean");
    let mut met = true;
    for fragments in [1, 2, 3, 5, 10, 20, 50, 100, 200] {
        let mut dice = Dice(SEED + fragments as u64);
        let (mut ours, mut theirs) = (Vec::new(), 0);
        for _ in 0..PARCELS {
            let parcel = dice.bytes(fragments * 20);
            let (our, their) = frames_needed(&parcel, 20, lost_percent, &mut dice, true);
            ours.push(our as f64 / fragments as f64);
            theirs += their;
        }
        ours.sort_by(f64::total_cmp);
        let mean = ours.iter().sum::<f64>() / PARCELS as f64;
        println!(
            "{fragments:9} {mean:7.3}    {:7.3}  {:7.3}   {:7.3}",
            ours[PARCELS * 95 / 100],
            ours[PARCELS - 1],
            theirs as f64 / (PARCELS * fragments) as f64,
        );
        met &= mean <= most;
    }
    let verdict = if met { "pass" } else { "FAIL" };
    println!("{verdict}  mean at every size at most {most}");
    met
}

fn main() -> ExitCode {
    let met = [sizes(), checks(), frames(0, 1.15), frames(20, 1.7)];
    if met.contains(&false) {
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}
