//! Two nodes with the same bytes come to the same seconds: nothing here could make a difference.

use std::path::{Path, PathBuf};
use std::process::Command;

/// Everything that may be compiled in, on any target, beside what the law itself holds.
/// A new name here is a decision (`docs/decisions/`).
const ALLOWED: [&str; 18] = [
    "commons-credit-clearing",
    "csv",
    "csv-core",
    "curve25519-dalek",
    "curve25519-dalek-derive",
    "ed25519",
    "ed25519-dalek",
    "fiat-crypto",
    "itoa",
    "memchr",
    "rustc_version",
    "ryu",
    "semver",
    "serde_json",
    "signature",
    "subtle",
    "zeroize",
    "zmij",
];

fn crates(package: &str, edges: &str) -> Vec<String> {
    let tree = Command::new(env!("CARGO"))
        .args(["tree", "--offline", "--locked", "--target", "all"])
        .args(["--prefix", "none", "--format", "{p}"])
        .args(["--package", package, "--edges", edges])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo runs");
    let said = String::from_utf8_lossy(&tree.stderr);
    assert!(tree.status.success(), "{said}");
    let text = String::from_utf8(tree.stdout).expect("cargo prints UTF-8");
    let mut names: Vec<String> = text
        .lines()
        .filter_map(|line| line.split_whitespace().next())
        .map(str::to_owned)
        .collect();
    names.sort();
    names.dedup();
    names
}

#[test]
fn the_dependency_tree_holds_only_what_is_allowed() {
    let law = crates("commons-credit-ledger", "normal,build");
    let found = crates("commons-credit-clearing", "normal,build");
    assert!(found.iter().any(|name| name == "commons-credit-ledger"));
    let strange: Vec<_> = found
        .iter()
        .filter(|name| !law.contains(name) && !ALLOWED.contains(&name.as_str()))
        .collect();
    assert!(strange.is_empty(), "{strange:?} came in");
    // The walk can see what is forbidden: the tests themselves use such crates.
    let all = crates("commons-credit-clearing", "all");
    assert!(all.iter().any(|name| name == "petgraph"));
}

/// What the sources may not name: a clock, chance, disk, network, threads, the machine's
/// surroundings, collections in a random order, numbers that round, panics.
const FORBIDDEN: [&str; 18] = [
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
    "unsafe {",
    ".unwrap()",
    ".expect(",
    "panic!",
    "todo!",
];

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("src/ can be listed") {
        let path = entry.expect("src/ can be listed").path();
        if path.is_dir() {
            sources(&path, found);
        } else {
            found.push(path);
        }
    }
}

#[test]
fn the_source_names_nothing_that_differs_between_nodes() {
    let mut files = Vec::new();
    sources(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("src"),
        &mut files,
    );
    assert!(files.iter().any(|file| file.ends_with("netting/solve.rs")));
    for file in files {
        let text = std::fs::read_to_string(&file).expect("a source");
        let code = text
            .lines()
            .filter(|line| !line.trim_start().starts_with("//"));
        for (line, code) in code.enumerate() {
            for name in FORBIDDEN {
                let file = file.display();
                assert!(!code.contains(name), "{name} in {file} ({line}): {code}");
            }
        }
    }
}

/// Who checks a result must not share a mistake with who made it.
#[test]
fn the_certificate_uses_nothing_of_the_solver() {
    let text = include_str!("../src/netting/certify.rs");
    let uses: Vec<_> = text
        .lines()
        .filter(|line| line.starts_with("use "))
        .collect();
    assert_eq!(
        uses,
        [
            "use super::clearing::Clearing;",
            "use super::problem::Problem;",
            "use thiserror::Error;"
        ]
    );
}

/// Every code stands in the documents, and every code there is one of ours or the law's.
#[test]
fn every_code_is_documented() {
    let mut files = Vec::new();
    sources(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("src"),
        &mut files,
    );
    let codes = |text: &str| -> Vec<String> {
        text.split(|letter: char| !letter.is_ascii_uppercase() && letter != '_')
            .filter(|word| word.starts_with("E_") && word.len() > 4)
            .map(str::to_owned)
            .collect()
    };
    let mut ours: Vec<String> = files
        .iter()
        .flat_map(|file| codes(&std::fs::read_to_string(file).expect("a source")))
        .collect();
    ours.sort();
    ours.dedup();
    assert!(ours.len() > 60, "{}", ours.len());
    let page = include_str!("../../../docs/clearing.md");
    let mut told = codes(page);
    told.sort();
    told.dedup();
    assert_eq!(told, ours);
}
