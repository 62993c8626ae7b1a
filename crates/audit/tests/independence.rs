//! A second opinion that shares code with the first is none.

use std::path::Path;
use std::process::Command;

fn tree(edges: &str) -> String {
    let output = Command::new(env!("CARGO"))
        .args(["tree", "--offline", "--locked", "--target", "all"])
        .args(["--prefix", "none", "--format", "{p}", "--edges", edges])
        .args(["--package", env!("CARGO_PKG_NAME")])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo runs");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).expect("cargo prints UTF-8")
}

#[test]
fn nothing_of_the_law_is_compiled_in() {
    let all = tree("normal,build");
    assert!(all.contains("sha2 "), "{all}");
    let others: Vec<&str> = all
        .lines()
        .filter(|line| {
            line.starts_with("commons-credit-") && !line.contains("commons-credit-audit ")
        })
        .collect();
    assert_eq!(others, [""; 0]);
    for reader in ["rmp-serde ", "rmpv ", "holochain", "hdi ", "hdk "] {
        assert!(!all.contains(reader), "{reader}");
    }
    // The look can see what is forbidden: the tests use the law.
    assert!(tree("all").contains("commons-credit-ledger "));
}

#[test]
fn no_clock_no_files_no_floats() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = 0;
    for entry in std::fs::read_dir(folder).expect("src/ is there") {
        let path = entry.expect("src/ can be listed").path();
        let text = std::fs::read_to_string(&path).expect("a source");
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        for word in [
            "std::time",
            "std::fs",
            "std::io",
            "std::net",
            "std::env",
            "std::thread",
            "f32",
            "f64",
            ".unwrap()",
            ".expect(",
            "panic!",
            "todo!",
        ] {
            assert!(!code.contains(word), "{word} in {}", path.display());
        }
        files += 1;
    }
    assert!(files > 8);
}
