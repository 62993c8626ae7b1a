//! A backup that is put back does not start: a chain that goes on from an old state
//! costs its author the key for ever.

use crate::common::{Program, BINARY};
use std::fs;
use std::path::Path;
use std::process::Command;

fn start(place: &Path, more: &[&str]) -> Program {
    let mut command = Command::new(BINARY);
    command.env("XDG_STATE_HOME", place.join("state"));
    Program::start_by(command, &place.join("data"), more)
}

fn run_once(place: &Path) -> String {
    let node = start(place, &["--unattended"]);
    let ready = node.wait_for("ready");
    assert!(node.stop(libc::SIGTERM).success());
    ready["agent"].as_str().expect("a key").to_owned()
}

fn copy(from: &Path, to: &Path) {
    let status = Command::new("cp").arg("-a").args([from, to]).status();
    assert!(status.expect("the program cp").success());
}

#[test]
fn a_backup_put_back_in_its_place_is_refused_and_the_newest_state_is_not() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let path = |name: &str| place.path().join(name);
    let agent = run_once(place.path());
    copy(&path("data"), &path("backup"));
    assert_eq!(run_once(place.path()), agent);
    fs::rename(path("data"), path("newest")).expect("the newest aside");
    fs::rename(path("backup"), path("data")).expect("the backup in its place");
    for more in [&["--unattended"][..], &["--unattended", "--moved"]] {
        let (code, exit, words) = start(place.path(), more).wait_for_refusal();
        assert_eq!((code.as_str(), exit), ("E_DATA_STALE", 3));
        assert!(
            words.contains("nothing was written") && words.contains("succession"),
            "{words}"
        );
    }
    fs::remove_dir_all(path("data")).expect("the backup away");
    fs::rename(path("newest"), path("data")).expect("the newest back");
    assert_eq!(run_once(place.path()), agent);
}

#[test]
fn a_folder_from_another_machine_needs_a_word() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let agent = run_once(place.path());
    fs::remove_dir_all(place.path().join("state")).expect("another machine");
    let refused = start(place.path(), &["--unattended"]);
    let (code, exit, words) = refused.wait_for_refusal();
    assert_eq!((code.as_str(), exit), ("E_DATA_ELSEWHERE", 3));
    assert!(words.contains("--moved"), "{words}");
    let moved = start(place.path(), &["--unattended", "--moved"]);
    assert_eq!(moved.wait_for("ready")["agent"], agent.as_str());
    assert!(moved.stop(libc::SIGTERM).success());
    assert_eq!(run_once(place.path()), agent);
}
