//! The codec depends on nothing that a clock, a disk, a network or chance could
//! change.

use std::path::Path;
use std::process::Command;

/// None of these may be compiled into the library.
const FORBIDDEN_CRATES: [&str; 9] = [
    "hdi",
    "hdk",
    "holochain",
    "tokio",
    "rand",
    "getrandom",
    "reqwest",
    "time",
    "chrono",
];

const FORBIDDEN: [&str; 17] = [
    "std::time",
    "std::fs",
    "std::io",
    "std::net",
    "std::env",
    "std::process",
    "std::thread",
    "std::sync",
    "HashMap",
    "HashSet",
    "f32",
    "f64",
    "rand::",
    ".unwrap()",
    ".expect(",
    "panic!",
    "todo!",
];

fn crates(edges: &str) -> Vec<String> {
    let tree = Command::new(env!("CARGO"))
        .args(["tree", "--offline", "--locked", "--prefix", "none"])
        .args(["--format", "{p}", "--package", env!("CARGO_PKG_NAME")])
        .args(["--edges", edges])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo runs");
    assert!(tree.status.success(), "{tree:?}");
    String::from_utf8(tree.stdout)
        .expect("cargo prints UTF-8")
        .lines()
        .filter_map(|line| line.split_whitespace().next())
        .map(str::to_owned)
        .collect()
}

#[test]
fn the_dependency_tree_holds_nothing_that_reaches_out() {
    let found = crates("normal");
    assert!(found.iter().any(|name| name == "commons-credit-ledger"));
    let strange: Vec<_> = found
        .iter()
        .filter(|name| FORBIDDEN_CRATES.contains(&name.as_str()))
        .collect();
    assert!(strange.is_empty(), "{strange:?} came into the codec");
    // The walk can see what is forbidden: the tests themselves use such a crate.
    assert!(crates("all").iter().any(|name| name == "rand"));
}

#[test]
fn the_source_names_nothing_that_reaches_out_or_panics() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = 0;
    for entry in std::fs::read_dir(folder).expect("src/ is there") {
        let file = entry.expect("src/ can be listed").path();
        let text = std::fs::read_to_string(&file).expect("one flat folder of sources");
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        files += 1;
        for line in code
            .lines()
            .filter(|line| !line.trim_start().starts_with("//"))
        {
            for name in FORBIDDEN {
                assert!(!line.contains(name), "{name} in {}: {line}", file.display());
            }
        }
    }
    assert!(files > 10);
}
