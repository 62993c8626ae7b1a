//! Accuses people falsely a million times: same cheques, bent cheques, others'
//! cheques. Ends with 1 if one accusation is believed.
//!
//! `cargo run -p commons-credit-handover --example innocence [-- PROOFS [SEED]]`

#[path = "../tests/common/mod.rs"]
mod common;

use common::hostile::{accuses_nobody, false_proof, Evidence};
use common::*;
use std::process::ExitCode;
use std::time::Instant;

fn main() -> ExitCode {
    let mut numbers = std::env::args().skip(1).map(|text| text.parse().ok());
    let proofs: u64 = numbers.next().flatten().unwrap_or(1_000_000);
    let seed = numbers.next().flatten().unwrap_or(20_261_126);
    println!("{proofs} false proofs, seed {seed}");
    // The judge is awake: the true proof is believed.
    if accuses_nobody(&proof()).is_ok() {
        println!("FAIL  the true proof accuses nobody");
        return ExitCode::FAILURE;
    }
    let (evidence, mut dice, start) = (Evidence::collect(), Dice(seed), Instant::now());
    for at in 0..proofs {
        let proof = false_proof(&evidence, &mut dice);
        if let Err(accused) = accuses_nobody(&proof) {
            println!("FAIL  number {at}: {accused}");
            return ExitCode::FAILURE;
        }
    }
    println!(
        "pass  nobody accused, {:.0} s",
        start.elapsed().as_secs_f64()
    );
    ExitCode::SUCCESS
}
