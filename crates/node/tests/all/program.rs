//! The program as its user meets it: what it says, how it ends, what it survives.

use crate::common::{request, Program, BINARY};
use std::fs;
use std::net::{Ipv4Addr, TcpListener};
use std::process::Command;

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("a temporary folder")
}

#[test]
fn version_and_status_print_facts() {
    let place = folder();
    for (command, key) in [("version", "version"), ("status", "running")] {
        let output = Command::new(BINARY)
            .args(["--json", command, "--data"])
            .arg(place.path())
            .output()
            .expect("the program");
        assert!(output.status.success());
        let facts: serde_json::Value =
            serde_json::from_slice(&output.stdout).expect("one JSON object");
        assert!(facts.get(key).is_some(), "{facts}");
    }
}

#[test]
fn what_cannot_start_says_so_with_one_code() {
    let place = folder();
    let data = place.path().join("data");
    let file = place.path().join("file");
    fs::write(&file, "").expect("a file");
    let path = |path: &std::path::Path| path.to_str().expect("a path").to_owned();

    // The path is a file.
    let (code, exit) = Program::start(&file, &[]).wait_for_error();
    assert_eq!((code.as_str(), exit), ("E_DATA_FOLDER", 3));
    // An empty passphrase, and none at all.
    let (code, exit) = Program::start(&data, &["--passphrase-file", &path(&file)]).wait_for_error();
    assert_eq!((code.as_str(), exit), ("E_PASSPHRASE_LENGTH", 4));
    let missing = path(&place.path().join("missing"));
    let (code, exit) = Program::start(&data, &["--passphrase-file", &missing]).wait_for_error();
    assert_eq!((code.as_str(), exit), ("E_PASSPHRASE_FILE", 4));
    // Nobody there to choose one.
    let (code, exit, sentence) = Program::start(&data, &[]).wait_for_refusal();
    assert_eq!((code.as_str(), exit), ("E_PASSPHRASE_NEEDED", 4));
    assert!(
        sentence.contains("--unattended") && !sentence.contains('\n'),
        "{sentence}"
    );
    // A hub that is none.
    let (code, exit) =
        Program::start(&data, &["--unattended", "--hub", "nowhere"]).wait_for_error();
    assert_eq!((code.as_str(), exit), ("E_HUB_URL", 6));
    // A page that is none, an app that is none.
    let (code, exit) = Program::start(&data, &["--ui", &missing]).wait_for_error();
    assert_eq!((code.as_str(), exit), ("E_UI_MISSING", 7));
    let (code, exit) = Program::start(&data, &["--happ", &path(&file)]).wait_for_error();
    assert_eq!((code.as_str(), exit), ("E_APP_UNREADABLE", 7));
    // A hub that cannot listen.
    let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
    let address = taken.local_addr().expect("an address");
    let (code, exit) =
        Program::start(&data, &["hub", "--listen", &address.to_string()]).wait_for_error();
    assert_eq!((code.as_str(), exit), ("E_HUB_LISTEN", 5));
    // A busy port, by the settings this time.
    let busy = address.port().to_string();
    let (code, exit) = Program::start(&data, &["--port", &busy]).wait_for_error();
    assert_eq!((code.as_str(), exit), ("E_PORT_BUSY", 5));
    // Settings that do not read.
    fs::write(data.join("config.json"), "{\"port\": }").expect("a file");
    let (code, exit) = Program::start(&data, &[]).wait_for_error();
    assert_eq!((code.as_str(), exit), ("E_CONFIG", 6));
    let left = fs::read_to_string(data.join("config.json")).expect("the file");
    assert_eq!(left, "{\"port\": }");
}

#[test]
fn a_hub_prints_its_address_and_stops_when_asked() {
    let place = folder();
    let hub = Program::start(place.path(), &["hub"]);
    let url = hub.wait_for("hub_ready")["url"].to_string();
    assert!(url.contains("http://127.0.0.1:"), "{url}");
    assert!(hub.stop(libc::SIGINT).success());
}

/// One folder through its life: cut off at each step of its first start, then whole,
/// then asked for twice, killed, locked out, and stopped by each signal.
#[test]
fn a_node_survives_everything() {
    let place = folder();
    let data = place.path().join("data");

    // Cut off as soon as each step of a first start is said to begin, and once more
    // while the app is being installed.
    for step in ["data", "keystore", "ledgers", "app"] {
        let program = Program::start(&data, &["--unattended"]);
        loop {
            let line = program.next().expect("a line");
            assert!(line.get("error").is_none(), "{line}");
            if line["step"] == step {
                break;
            }
        }
        program.kill();
    }
    let program = Program::start(&data, &["--unattended"]);
    let first = program.wait_for("ready");
    let url = first["url"].as_str().expect("an address");
    let (status, facts) = request(url, "GET", "/api/node", "");
    assert_eq!(status, 200, "{facts}");

    // A second one on the same folder.
    let (code, exit) = Program::start(&data, &[]).wait_for_error();
    assert_eq!((code.as_str(), exit), ("E_DATA_IN_USE", 3));

    // Status tells, with the running node's own answer.
    let output = Command::new(BINARY)
        .args(["--json", "status", "--data"])
        .arg(&data)
        .output()
        .expect("the program");
    let state: serde_json::Value = serde_json::from_slice(&output.stdout).expect("facts");
    assert_eq!(state["running"], true);
    assert_eq!(state["node"]["agent"], first["agent"]);

    // So does an audit, of a node that is in no village yet.
    let output = Command::new(env!("CARGO_BIN_EXE_commons-credit"))
        .args(["audit", "--data"])
        .arg(&data)
        .output()
        .expect("the program");
    assert!(output.status.success());
    assert_eq!(output.stdout, b"no village on this node yet\n");

    // Killed, and back with the same key, the same law and another secret.
    program.kill();
    let program = Program::start(&data, &[]);
    let again = program.wait_for("ready");
    assert_eq!(again["agent"], first["agent"]);
    assert_eq!(again["dna_hash"], first["dna_hash"]);
    assert_ne!(again["url"], first["url"]);
    assert!(program.stop(libc::SIGTERM).success());
    assert!(!data.join("running.json").exists());

    // A wrong passphrase opens nothing and changes nothing.
    let wrong = place.path().join("wrong");
    fs::write(&wrong, "wrong").expect("a file");
    let wrong = wrong.to_str().expect("a path");
    let (code, exit) = Program::start(&data, &["--passphrase-file", wrong]).wait_for_error();
    assert_eq!((code.as_str(), exit), ("E_PASSPHRASE_WRONG", 4));
    let (code, exit) =
        Program::start(&data, &["--passphrase-file", wrong, "audit"]).wait_for_error();
    assert_eq!((code.as_str(), exit), ("E_PASSPHRASE_WRONG", 4));

    // Two more stops, by the other signals.
    for signal in [libc::SIGINT, libc::SIGHUP] {
        let program = Program::start(&data, &[]);
        assert_eq!(program.wait_for("ready")["agent"], first["agent"]);
        assert!(program.stop(signal).success());
    }
}
