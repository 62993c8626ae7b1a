//! Power cuts as a disk shows them: files cut off. A node starts with everything that
//! it ever acknowledged, or says what is broken and lets it be.

use crate::common::{request, Program, BINARY};
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Refusals that name the damage; a panic or a general failure is none.
const CLEAR: [&str; 6] = [
    "E_CONFIG",
    "E_DATA_DAMAGED",
    "E_DATA_STALE",
    "E_KEYSTORE",
    "E_PASSPHRASE_LENGTH",
    "E_PASSPHRASE_WRONG",
];
/// Made anew at each start; `shm` is an index of what is in a `wal`.
const OF_NO_WORTH: [&str; 2] = ["running.json", "lock"];

#[test]
fn a_folder_with_a_file_cut_off_starts_whole_or_says_what_is_broken() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let path = |name: &str| place.path().join(name);
    let (now, whole) = (path("now"), path("whole"));
    let demo = Program::start_by(program(&now), &now.join("all"), &["demo"]);
    demo.wait_for("demo_ready");
    assert!(demo.stop(libc::SIGTERM).success());
    let ann = now.join("all/demo/ann");
    // The plug is pulled, with what the databases have not folded in yet.
    let first = Program::start_by(program(&now), &ann, &[]);
    let pages = pages(&first.wait_for("ready"));
    assert!(pages >= 3, "three opened books");
    first.kill();
    copy(&now, &whole);

    let mut tried = 0;
    for file in files(&whole.join("all/demo/ann"), Path::new("")) {
        let name = file
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let length = fs::metadata(whole.join("all/demo/ann").join(&file))
            .expect("a file")
            .len();
        if length == 0 || name.ends_with("-shm") || OF_NO_WORTH.contains(&name.as_str()) {
            continue;
        }
        for cut in [0, length / 2] {
            fs::remove_dir_all(&now).expect("away");
            copy(&whole, &now);
            let opened = fs::OpenOptions::new().write(true).open(ann.join(&file));
            opened.and_then(|file| file.set_len(cut)).expect("cut off");
            let node = Program::start_by(program(&now), &ann, &[]);
            let outcome = outcome(node, pages);
            println!("{} cut to {cut} of {length}: {outcome}", file.display());
            let is_clear = outcome == "whole" || CLEAR.contains(&outcome.as_str());
            assert!(
                is_clear,
                "{} cut to {cut} of {length}: {outcome}",
                file.display()
            );
            tried += 1;
        }
    }
    assert!(tried >= 20, "only {tried} cuts were tried");
}

/// The program with stamps of its own, so that nothing is left in the user's folder.
fn program(now: &Path) -> Command {
    let mut command = Command::new(BINARY);
    command.env("XDG_STATE_HOME", now.join("state"));
    command.arg("--unattended");
    command
}

/// `whole`, the code of a refusal, or what else came.
fn outcome(node: Program, pages_before: u64) -> String {
    let mut said = String::new();
    while let Some(line) = node.next() {
        if line["event"] == "ready" {
            let held = pages(&line);
            node.kill();
            return if held == pages_before {
                "whole".into()
            } else {
                format!("{held} pages of {pages_before}")
            };
        }
        if let Some(code) = line["error"]["code"].as_str() {
            said = code.to_owned();
        }
    }
    if said.is_empty() {
        "an end without a word".into()
    } else {
        said
    }
}

/// Pages that a running node holds.
fn pages(ready: &Value) -> u64 {
    let url = ready["url"].as_str().expect("an address");
    let (status, body) = request(url, "GET", "/api/audit", "");
    assert_eq!(status, 200, "{body}");
    let reports: Value = serde_json::from_str(&body).expect("JSON");
    reports["villages"][0]["report"]["pages"]
        .as_u64()
        .unwrap_or_default()
}

fn files(root: &Path, below: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(root.join(below)).expect("a folder") {
        let entry = entry.expect("an entry");
        let path = below.join(entry.file_name());
        if entry.file_type().expect("its kind").is_dir() {
            found.extend(files(root, &path));
        } else {
            found.push(path);
        }
    }
    found.sort();
    found
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for file in files(from, Path::new("")) {
        let target = to.join(&file);
        fs::create_dir_all(target.parent().expect("a folder")).expect("a folder");
        fs::copy(from.join(&file), target).expect("a copy");
    }
}
