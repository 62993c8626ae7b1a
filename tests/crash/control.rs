//! Tells the plug (`plug.rs`) when to pull, and reads what it counted.

use std::fs;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

/// What of the writes before the end is there afterwards; numbers as in `plug.rs`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    /// All of them, and nothing of the last.
    Killed = 0,
    /// All of them, and half of the last.
    Torn = 1,
    /// What was made durable.
    Lost = 2,
    /// What was made durable, and each file's newest write.
    Shuffled = 3,
}

/// A call that changed a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Point {
    pub number: u64,
    /// `pwrite`, `fsync`, `rename` …
    pub call: String,
    /// The file below the folder, long names shortened.
    pub file: String,
}

/// A folder whose writes are counted.
pub struct Plug {
    folder: PathBuf,
    control: PathBuf,
    log: PathBuf,
}

/// The library, beside the programs of these tests.
fn library() -> PathBuf {
    let mut folder = std::env::current_exe().expect("this program's path");
    folder.pop();
    if folder.ends_with("deps") {
        folder.pop();
    }
    let path = folder.join("examples/libplug.so");
    assert!(
        path.is_file(),
        "E_CRASH_TOOLS: {} is not built; run scripts/crash-points, or cargo build --workspace --examples",
        path.display()
    );
    path
}

impl Plug {
    /// For a member's folder, which is made; what tells the plug lies beside it.
    pub fn of(folder: &Path) -> Self {
        fs::create_dir_all(folder).expect("a folder");
        let plug = Self {
            folder: fs::canonicalize(folder).expect("its path"),
            control: folder.with_extension("control"),
            log: folder.with_extension("log"),
        };
        fs::write(&plug.control, [0; 24]).expect("a file");
        plug
    }

    /// The data folder, all of whose writes count.
    pub fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    /// What a program needs around it.
    pub fn environment(&self) -> [(&'static str, String); 5] {
        let text = |path: &Path| path.to_str().expect("a path in letters").to_owned();
        [
            ("LD_PRELOAD", text(&library())),
            ("PLUG_FOLDER", format!("{}/", text(&self.folder))),
            ("PLUG_CONTROL", text(&self.control)),
            ("PLUG_LOG", text(&self.log)),
            // Stamps belong to the member, and their writes count, too.
            ("XDG_STATE_HOME", text(&self.folder.join("state"))),
        ]
    }

    /// From now on it counts, and pulls at a number.
    pub fn arm(&self, at: u64, how: How) {
        self.set(0, 0);
        // The program may have it open: emptied, not removed.
        fs::write(&self.log, "").expect("a file");
        self.set(1, 0);
        self.set(2, how as u64);
        self.set(0, at);
    }

    /// No longer counts.
    pub fn disarm(&self) {
        self.set(0, 0);
    }

    /// How many it has counted.
    pub fn seen(&self) -> u64 {
        let mut number = [0; 8];
        let control = fs::File::open(&self.control).expect("the file");
        control.read_exact_at(&mut number, 8).expect("a number");
        u64::from_ne_bytes(number)
    }

    fn set(&self, place: u64, number: u64) {
        let control = fs::OpenOptions::new().write(true).open(&self.control);
        let control = control.expect("the file");
        let written = control.write_all_at(&number.to_ne_bytes(), place * 8);
        written.expect("a number");
    }

    /// What it has counted since it was armed.
    pub fn points(&self) -> Vec<Point> {
        let log = fs::read_to_string(&self.log).expect("the log");
        log.lines().filter_map(|line| self.point(line)).collect()
    }

    fn point(&self, line: &str) -> Option<Point> {
        let mut words = line.split(' ');
        let number = words.next()?.parse().ok()?;
        let call = words.next()?.to_owned();
        let path = Path::new(words.next()?);
        let file = path.strip_prefix(&self.folder).unwrap_or(path);
        Some(Point {
            number,
            call,
            file: without_hashes(&file.to_string_lossy()),
        })
    }
}

/// The same name for each village: `dht-….db-wal`.
fn without_hashes(file: &str) -> String {
    match file.split_once("uhC0k") {
        Some((before, after)) => {
            let end = after.find('.').unwrap_or(after.len());
            format!("{before}…{}", &after[end..])
        }
        None => file.to_owned(),
    }
}
