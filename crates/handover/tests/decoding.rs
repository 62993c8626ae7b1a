//! Anything may be handed over: no input panics, and what is read has one writing.

mod common;

use common::hostile::{decode, judge, mutate, seeds};
use common::*;
use proptest::prelude::*;

/// Many more in `examples/fuzz-decode.rs`.
const MUTATIONS: usize = 40_000;
const SEED: u64 = 11;

#[test]
fn good_input_turned_a_little_never_panics() {
    let seeds = seeds();
    let mut dice = Dice(SEED);
    let mut read = 0;
    for at in 0..MUTATIONS {
        let mut input = seeds[dice.below(seeds.len())].clone();
        mutate(&mut input, &seeds, &mut dice);
        read += usize::from(decode(&input));
        if at % 20 == 0 {
            judge(&input);
        }
    }
    // Some mutations leave bare slips and frames readable; if none did, nothing
    // behind the first check would have been tried.
    assert!(read > MUTATIONS / 100, "{read} of {MUTATIONS} were read");
}

#[test]
fn the_kept_corpus_never_panics() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus/decode");
    let mut files = 0;
    for entry in std::fs::read_dir(folder).expect("the corpus is there") {
        let input = std::fs::read(entry.expect("it can be listed").path()).expect("a file");
        decode(&input);
        judge(&input);
        files += 1;
    }
    assert!(files >= seeds().len());
}

proptest! {
    #[test]
    fn any_bytes_never_panic(input in proptest::collection::vec(any::<u8>(), 0..400)) {
        decode(&input);
        judge(&input);
    }

    #[test]
    fn any_text_never_panics(input in "(cc2:|CC3:|cc4:|UR:CC-PARCEL/)?.{0,300}") {
        decode(input.as_bytes());
    }
}
