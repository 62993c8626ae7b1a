//! A disk that is full: said in one line at the start, survived later.

use crate::common::{request, Program, BINARY};
use serde_json::{json, Value};
use std::fs;
use std::io::{self, BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// A small disk of one's own: a file system in memory, in a mount namespace that ends
/// with its first process.
struct SmallDisk {
    holder: Child,
    path: PathBuf,
}

impl SmallDisk {
    /// None where this system lets nobody mount, such as in many containers.
    fn mount(path: &Path, megabytes: u32) -> Option<Self> {
        let script = format!(
            "mount -t tmpfs -o size={megabytes}m none '{}' && echo mounted && exec sleep 600",
            path.display()
        );
        let mut holder = Command::new("unshare")
            .args(["--user", "--map-root-user", "--mount", "sh", "-c", &script])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .ok()?;
        let mut said = String::new();
        let out = holder.stdout.take().expect("its output");
        BufReader::new(out).read_line(&mut said).expect("read");
        let path = path.into();
        let disk = Self { holder, path };
        (said == "mounted\n").then_some(disk)
    }

    /// The program on this disk.
    fn start(&self) -> Program {
        let mut inside = Command::new("nsenter");
        inside.arg(format!("--target={}", self.holder.id())).args([
            "--user",
            "--mount",
            "--preserve-credentials",
            BINARY,
        ]);
        Program::start_by(inside, &self.path.join("data"), &["--unattended"])
    }

    /// A file on it, as this process reaches it.
    fn file(&self, name: &str) -> PathBuf {
        let root = PathBuf::from(format!("/proc/{}/root", self.holder.id()));
        root.join(self.path.strip_prefix("/").expect("absolute"))
            .join(name)
    }

    fn fill(&self) {
        let mut ballast = fs::File::create(self.file("ballast")).expect("a file");
        // Whole blocks, then bytes, until not one is left.
        for size in [1 << 20, 1 << 12, 1] {
            let block = vec![b'x'; size];
            let full = loop {
                if let Err(error) = ballast.write_all(&block) {
                    break error;
                }
            };
            assert_eq!(full.kind(), io::ErrorKind::StorageFull);
        }
    }

    fn empty(&self) {
        fs::remove_file(self.file("ballast")).expect("removed");
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = self.holder.kill();
        let _ = self.holder.wait();
    }
}

#[test]
fn a_full_disk_is_one_line_and_nothing_is_lost() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let Some(disk) = SmallDisk::mount(place.path(), 400) else {
        // The other tests of a full disk (error.rs, data.rs) need no mount.
        eprintln!("this system lets nobody mount: not tried here");
        return;
    };
    // Full before the first start: nothing is begun.
    disk.fill();
    let (code, exit, sentence) = disk.start().wait_for_refusal();
    assert_eq!((code.as_str(), exit), ("E_DISK_FULL", 3), "{sentence}");
    assert_eq!(sentence.lines().count(), 1);
    assert!(!disk.file("data/keystore").exists());
    disk.empty();

    // It fills up while a node runs: what the page asks for is refused with the code,
    // the node stays, and so does what was there.
    let node = disk.start();
    let ready = node.wait_for("ready");
    let url = ready["url"].as_str().expect("an address").to_owned();
    disk.fill();
    let hub = json!({ "url": "http://127.0.0.1:1" }).to_string();
    let (status, refused) = request(&url, "POST", "/api/hub", &hub);
    assert_eq!(status, 500);
    assert!(refused.contains("E_DISK_FULL"), "{refused}");
    let (status, facts) = request(&url, "GET", "/api/node", "");
    assert_eq!(status, 200, "{facts}");
    let facts: Value = serde_json::from_str(&facts).expect("facts");
    assert_eq!(facts["agent"], ready["agent"]);
    node.kill();

    // Still full at the next start; with room again all is as it was.
    let (code, exit) = disk.start().wait_for_error();
    assert_eq!((code.as_str(), exit), ("E_DISK_FULL", 3));
    disk.empty();
    let node = disk.start();
    assert_eq!(node.wait_for("ready")["agent"], ready["agent"]);
    assert!(node.stop(libc::SIGTERM).success());
}
