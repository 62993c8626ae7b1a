//! Reads ten million inputs that an enemy could hand over: good ones turned a
//! little, and noise. Needs no fuzzer and no nightly compiler; `fuzz/` has the same
//! for `cargo fuzz`. Ends with a panic, and its number, if one is found.
//!
//! `cargo run -p commons-credit-handover --example fuzz-decode [-- INPUTS [SEED]]`
//!
//! `… -- corpus FOLDER` writes the good inputs there, for a fuzzer to begin with.

#[path = "../tests/common/mod.rs"]
mod common;

use common::hostile::{decode, judge, mutate, seeds};
use common::*;
use std::panic::{catch_unwind, AssertUnwindSafe};
use std::process::ExitCode;
use std::time::Instant;

/// One in so many is judged as well: that costs a signature.
const JUDGED_EVERY: u64 = 100;

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    if let [what, folder] = &args[..] {
        if what == "corpus" {
            return write_corpus(folder);
        }
    }
    let number = |at: usize| args.get(at).and_then(|text| text.parse::<u64>().ok());
    let inputs = number(0).unwrap_or(10_000_000);
    let seed = number(1).unwrap_or(20_261_126);
    println!("{inputs} inputs, seed {seed}");
    let (seeds, mut dice, start) = (seeds(), Dice(seed), Instant::now());
    let mut read = 0u64;
    for at in 0..inputs {
        let mut input = match dice.below(16) {
            0 => {
                let length = dice.below(260);
                dice.bytes(length)
            }
            _ => seeds[dice.below(seeds.len())].clone(),
        };
        mutate(&mut input, &seeds, &mut dice);
        let went = catch_unwind(AssertUnwindSafe(|| {
            if at % JUDGED_EVERY == 0 {
                judge(&input);
            }
            decode(&input)
        }));
        match went {
            Ok(found) => read += u64::from(found),
            Err(_) => {
                println!("FAIL  number {at}: {}", frozen::hex(&input));
                return ExitCode::FAILURE;
            }
        }
    }
    println!(
        "pass  no panic; {read} were read all the same and written back as they were, {:.0} s",
        start.elapsed().as_secs_f64()
    );
    ExitCode::SUCCESS
}

fn write_corpus(folder: &str) -> ExitCode {
    for (at, seed) in seeds().iter().enumerate() {
        let path = std::path::Path::new(folder).join(format!("seed-{at:02}"));
        if let Err(error) = std::fs::write(&path, seed) {
            println!("{}: {error}", path.display());
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}
