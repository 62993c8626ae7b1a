//! Whatever is handed over: no panic, and what is read is written back as it was.
#![no_main]

#[path = "../../tests/common/mod.rs"]
mod common;

libfuzzer_sys::fuzz_target!(|input: &[u8]| {
    common::hostile::decode(input);
    common::hostile::judge(input);
});
