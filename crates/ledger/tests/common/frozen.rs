//! Bytes that never change: each file of `vectors/` is compared with what the code
//! makes today. `CC_WRITE_VECTORS=1` writes them anew; look at the difference.
#![allow(dead_code)] // Each test file uses its part.

use serde_json::Value;
use std::path::PathBuf;

fn path(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("vectors")
        .join(name)
}

/// Reads a frozen file.
pub fn read(name: &str) -> Value {
    let text = std::fs::read_to_string(path(name)).expect("the vector file is there");
    serde_json::from_str(&text).expect("the vector file is JSON")
}

/// Compares with the frozen file, or writes it when asked to.
pub fn compare(name: &str, today: &Value) {
    if std::env::var_os("CC_WRITE_VECTORS").is_some() {
        let text = serde_json::to_string_pretty(today).expect("JSON") + "\n";
        std::fs::write(path(name), text).expect("vectors/ can be written");
    }
    let frozen = read(name);
    let cases = |value: &Value| value["cases"].as_array().map_or(0, Vec::len);
    assert!(cases(&frozen) > 0, "{name} has no cases");
    for (at, (then, now)) in frozen["cases"]
        .as_array()
        .into_iter()
        .flatten()
        .zip(today["cases"].as_array().into_iter().flatten())
        .enumerate()
    {
        assert_eq!(then, now, "{name}, case {at}");
    }
    assert_eq!(&frozen, today, "{name}");
}

/// Lower-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The bytes of a hexadecimal text.
pub fn unhex(text: &str) -> Vec<u8> {
    let digits: Vec<u8> = text
        .chars()
        .map(|digit| digit.to_digit(16).expect("a hexadecimal digit") as u8)
        .collect();
    digits
        .chunks(2)
        .map(|pair| pair[0] << 4 | pair[1])
        .collect()
}
