//! The law depends on nothing that could make two peers judge differently.

use std::path::{Path, PathBuf};
use std::process::Command;

/// Everything that may be compiled into the law, on any target. A new name here is
/// a decision (`docs/decisions/`).
const ALLOWED: [&str; 19] = [
    "commons-credit-ledger",
    "block-buffer",
    "cfg-if",
    "cpufeatures",
    "crypto-common",
    "digest",
    "generic-array",
    "libc",
    "proc-macro2",
    "quote",
    "serde",
    "serde_core",
    "serde_derive",
    "sha2",
    "syn",
    "thiserror",
    "thiserror-impl",
    "typenum",
    "unicode-ident",
];

/// `version_check` runs while `generic-array` is built and reads rustc's version.
const ALLOWED_TO_BUILD: [&str; 1] = ["version_check"];

fn crates(edges: &str) -> Vec<String> {
    let tree = Command::new(env!("CARGO"))
        .args([
            "tree",
            "--offline",
            "--locked",
            "--target",
            "all",
            "--prefix",
            "none",
        ])
        .args([
            "--format",
            "{p}",
            "--package",
            env!("CARGO_PKG_NAME"),
            "--edges",
            edges,
        ])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo runs");
    assert!(
        tree.status.success(),
        "{}",
        String::from_utf8_lossy(&tree.stderr)
    );
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
    let found = crates("normal,build");
    for must in ["commons-credit-ledger", "serde", "sha2", "thiserror"] {
        assert!(
            found.iter().any(|name| name == must),
            "{must} is not in {found:?}"
        );
    }
    let strange: Vec<_> = found
        .iter()
        .filter(|name| {
            !ALLOWED.contains(&name.as_str()) && !ALLOWED_TO_BUILD.contains(&name.as_str())
        })
        .collect();
    assert!(strange.is_empty(), "{strange:?} came into the law");
    // The walk can see what is forbidden: the tests themselves use such crates.
    assert!(crates("all").iter().any(|name| name == "ed25519-dalek"));
}

/// What the source may not name: a clock, chance, disk, network, threads, the
/// machine's surroundings, numbers that round, panics.
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

fn sources() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .expect("src/ is there")
        .map(|entry| entry.expect("src/ can be listed").path())
        .collect();
    files.sort();
    files
}

#[test]
fn the_source_names_nothing_that_differs_between_peers() {
    let files = sources();
    assert!(files.iter().any(|file| file.ends_with("apply.rs")));
    for file in files {
        let text = std::fs::read_to_string(&file).expect("one flat folder of sources");
        let code = text
            .lines()
            .filter(|line| !line.trim_start().starts_with("//"));
        for (line, code) in code.enumerate() {
            for name in FORBIDDEN {
                assert!(
                    !code.contains(name),
                    "{name} in {} ({line}): {code}",
                    file.display()
                );
            }
        }
    }
}
