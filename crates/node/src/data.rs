//! The data folder: one node at a time, for its owner's eyes only.
//!
//! | file | what | after a crash |
//! |---|---|---|
//! | `lock` | locked while a node lives | the system lets go of it |
//! | `format.json` | data format, the folder's own number, place and starts | written whole or not at all |
//! | `config.json` | settings | same |
//! | `passphrase` | only when nobody chose one | same |
//! | `keystore/`, `conductor/` | keys and ledgers | their databases recover |
//! | `signing.json` | what the page signs with | written whole or not at all |
//! | `app.json` | which app was installed first | same; rebuilt when missing |
//! | `running.json` | address of the running node | stale until the next start |

use crate::NodeError;
use rand::RngCore;
use serde::{Deserialize, Serialize};
use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

/// The data format that this program writes and reads.
pub const FORMAT: u64 = 1;
/// Free room without which a node does not begin, in megabytes.
pub const FREE_MIN_MB: u64 = 100;

const LOCK_FILE: &str = "lock";
const FORMAT_FILE: &str = "format.json";

#[derive(Serialize, Deserialize)]
struct FormatFile {
    format: u64,
    /// Random, so that a copy is told from another folder.
    number: String,
    /// Where the folder was at its last start.
    home: PathBuf,
    /// How often a node has started here since stamps are kept (`stamp.rs`).
    #[serde(default)]
    starts: u64,
}

/// Read first, so that a newer format with other fields is still told apart.
#[derive(Deserialize)]
struct FormatOnly {
    format: u64,
}

/// An open data folder. The lock is held until this is dropped.
#[derive(Debug)]
pub struct DataFolder {
    path: PathBuf,
    _lock: File,
}

impl DataFolder {
    /// The folder of this user.
    pub fn default_path() -> Result<PathBuf, NodeError> {
        dirs::data_dir()
            .map(|folder| folder.join("commons-credit"))
            .ok_or(NodeError::DataFolderUnknown)
    }

    /// Makes or opens the folder, and keeps all others out.
    pub fn open(path: &Path) -> Result<Self, NodeError> {
        private_folder(path)?;
        let path = fs::canonicalize(path).map_err(|error| NodeError::from_io(path, &error))?;
        let lock_path = path.join(LOCK_FILE);
        let lock = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .mode(0o600)
            .open(&lock_path)
            .map_err(|error| NodeError::from_io(&lock_path, &error))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(NodeError::DataInUse { path }),
            Err(TryLockError::Error(error)) => return Err(NodeError::from_io(&lock_path, &error)),
        }
        let folder = Self { path, _lock: lock };
        folder.check_format()?;
        folder.check_room(fs4::available_space(&folder.path))?;
        Ok(folder)
    }

    /// Tells whether a node has the folder now; takes nothing.
    pub fn is_in_use(path: &Path) -> bool {
        match File::open(path.join(LOCK_FILE)) {
            Ok(lock) => matches!(lock.try_lock_shared(), Err(TryLockError::WouldBlock)),
            Err(_) => false,
        }
    }

    /// The folder itself.
    pub fn root(&self) -> &Path {
        &self.path
    }

    /// A file or folder in it.
    pub fn path(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    /// Makes a folder in it.
    pub fn folder(&self, name: &str) -> Result<PathBuf, NodeError> {
        let path = self.path(name);
        private_folder(&path)?;
        Ok(path)
    }

    /// A file's bytes, or none when there is no such file.
    pub fn read(&self, name: &str) -> Result<Option<Vec<u8>>, NodeError> {
        read_if_there(&self.path(name))
    }

    /// A file read as JSON, or none when there is no such file.
    pub fn read_json<T: for<'de> Deserialize<'de>>(
        &self,
        name: &str,
    ) -> Result<Option<T>, NodeError> {
        let Some(bytes) = self.read(name)? else {
            return Ok(None);
        };
        serde_json::from_slice(&bytes)
            .map(Some)
            .map_err(|error| NodeError::DataDamaged {
                path: self.path(name),
                cause: error.to_string(),
            })
    }

    /// Writes a file for the owner only: whole or not at all, and safe from a
    /// power cut when this returns.
    pub fn write(&self, name: &str, bytes: &[u8]) -> Result<(), NodeError> {
        let path = self.path(name);
        write_whole(&path, bytes).map_err(|error| NodeError::from_io(&path, &error))
    }

    /// [`Self::write`] as JSON.
    pub fn write_json<T: Serialize>(&self, name: &str, value: &T) -> Result<(), NodeError> {
        let mut bytes =
            serde_json::to_vec_pretty(value).map_err(|error| NodeError::DataFolder {
                path: self.path(name),
                cause: error.to_string(),
            })?;
        bytes.push(b'\n');
        self.write(name, &bytes)
    }

    /// Removes a file; none there is fine.
    pub fn remove(&self, name: &str) -> Result<(), NodeError> {
        let path = self.path(name);
        match fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                Err(NodeError::from_io(&path, &error))
            }
            _ => Ok(()),
        }
    }

    /// The folder's own number, and how often a node has started here.
    pub fn identity(&self) -> Result<(String, u64), NodeError> {
        let file = self.read_json::<FormatFile>(FORMAT_FILE)?;
        // `open` has just seen to it that the file is there.
        Ok(file.map_or_else(Default::default, |file| (file.number, file.starts)))
    }

    /// Counts a start.
    pub fn count_start(&self) -> Result<u64, NodeError> {
        let Some(mut file) = self.read_json::<FormatFile>(FORMAT_FILE)? else {
            return Ok(0);
        };
        file.starts += 1;
        self.write_json(FORMAT_FILE, &file)?;
        Ok(file.starts)
    }

    fn check_format(&self) -> Result<(), NodeError> {
        let known = self.read_json::<FormatOnly>(FORMAT_FILE)?;
        if let Some(FormatOnly { format: found }) = known {
            if found > FORMAT {
                return Err(NodeError::DataNewer {
                    path: self.path.clone(),
                    found,
                    known: FORMAT,
                });
            }
        }
        let file = match self.read_json::<FormatFile>(FORMAT_FILE)? {
            Some(file) if file.home == self.path => return Ok(()),
            Some(file) => {
                // Moved, unless the place that it came from still has the same one.
                if number_of(&file.home).is_some_and(|number| number == file.number) {
                    return Err(NodeError::DataCopied {
                        path: self.path.clone(),
                        home: file.home,
                    });
                }
                FormatFile {
                    home: self.path.clone(),
                    ..file
                }
            }
            None => FormatFile {
                format: FORMAT,
                number: random_hex(),
                home: self.path.clone(),
                starts: 0,
            },
        };
        self.write_json(FORMAT_FILE, &file)
    }

    fn check_room(&self, free: io::Result<u64>) -> Result<(), NodeError> {
        match free {
            Ok(bytes) if bytes < FREE_MIN_MB * 1_000_000 => Err(NodeError::DiskFull {
                path: self.path.clone(),
                needed_mb: FREE_MIN_MB,
            }),
            // A file system that cannot say how much is free is no reason to stop.
            _ => Ok(()),
        }
    }
}

fn number_of(home: &Path) -> Option<String> {
    let bytes = fs::read(home.join(FORMAT_FILE)).ok()?;
    let file: FormatFile = serde_json::from_slice(&bytes).ok()?;
    Some(file.number)
}

/// 16 random bytes in hexadecimal.
pub fn random_hex() -> String {
    let mut bytes = [0_u8; 16];
    rand::rng().fill_bytes(&mut bytes);
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A file's bytes, or none when there is no such file.
pub fn read_if_there(path: &Path) -> Result<Option<Vec<u8>>, NodeError> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(NodeError::from_io(path, &error)),
    }
}

pub(crate) fn private_folder(path: &Path) -> Result<(), NodeError> {
    let made = DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(path)
        .and_then(|()| fs::set_permissions(path, fs::Permissions::from_mode(0o700)));
    made.map_err(|error| NodeError::from_io(path, &error))
}

/// Writes beside the file, makes it durable, then puts it in the file's place.
pub fn write_whole(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut beside = path.as_os_str().to_owned();
    beside.push(".new");
    let beside = PathBuf::from(beside);
    let mut file = OpenOptions::new()
        .create(true)
        .truncate(true)
        .write(true)
        .mode(0o600)
        .open(&beside)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&beside, path)?;
    // The folder of a bare name is the empty path, which does not open.
    let folder = path.parent().filter(|folder| *folder != Path::new(""));
    File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).expect("metadata").permissions().mode() & 0o777
    }

    #[test]
    fn a_bare_name_is_a_file_of_the_folder_one_is_in() {
        let name = PathBuf::from(format!("written-{}", std::process::id()));
        let written = write_whole(&name, b"x");
        let read = fs::read(&name);
        fs::remove_file(&name).expect("removed");
        written.expect("written");
        assert_eq!(read.expect("read"), b"x");
    }

    #[test]
    fn a_folder_and_its_files_are_for_their_owner_only() {
        let place = tempfile::tempdir().expect("a temporary folder");
        let path = place.path().join("new/data");
        let data = DataFolder::open(&path).expect("a folder");
        data.write("secret", b"x").expect("a file");
        assert_eq!(mode(data.root()), 0o700);
        assert_eq!(mode(&data.path("secret")), 0o600);
        assert_eq!(mode(&data.path(FORMAT_FILE)), 0o600);
        assert_eq!(data.read("secret").expect("read"), Some(b"x".to_vec()));
        assert_eq!(data.read("missing").expect("read"), None);
    }

    #[test]
    fn a_folder_has_one_node_at_a_time() {
        let place = tempfile::tempdir().expect("a temporary folder");
        let first = DataFolder::open(place.path()).expect("the first");
        assert!(DataFolder::is_in_use(place.path()));
        let second = DataFolder::open(place.path()).expect_err("a second one");
        assert_eq!(second.code(), "E_DATA_IN_USE");
        drop(first);
        assert!(!DataFolder::is_in_use(place.path()));
        DataFolder::open(place.path()).expect("after the first");
    }

    #[test]
    fn a_newer_format_is_refused_and_left_alone() {
        let place = tempfile::tempdir().expect("a temporary folder");
        let newer = r#"{"format": 2, "something": "else"}"#;
        fs::write(place.path().join(FORMAT_FILE), newer).expect("a file");
        let error = DataFolder::open(place.path()).expect_err("a newer folder");
        assert_eq!(error.code(), "E_DATA_NEWER");
        let left = fs::read_to_string(place.path().join(FORMAT_FILE)).expect("the file");
        assert_eq!(left, newer);
    }

    #[test]
    fn a_damaged_format_file_is_refused_and_left_alone() {
        let place = tempfile::tempdir().expect("a temporary folder");
        fs::write(place.path().join(FORMAT_FILE), "{").expect("a file");
        let error = DataFolder::open(place.path()).expect_err("a damaged folder");
        assert_eq!(error.code(), "E_DATA_DAMAGED");
    }

    #[test]
    fn a_moved_folder_opens_and_a_copied_one_does_not() {
        let place = tempfile::tempdir().expect("a temporary folder");
        let (old, new) = (place.path().join("old"), place.path().join("new"));
        drop(DataFolder::open(&old).expect("a folder"));
        fs::create_dir(&new).expect("a folder");
        fs::copy(old.join(FORMAT_FILE), new.join(FORMAT_FILE)).expect("a copy");
        let copied = DataFolder::open(&new).expect_err("a copy");
        assert_eq!(copied.code(), "E_DATA_COPIED");
        fs::remove_dir_all(&old).expect("the old one gone");
        drop(DataFolder::open(&new).expect("a moved folder"));
        DataFolder::open(&new).expect("its new home");
    }

    #[test]
    fn a_folder_that_cannot_be_is_refused() {
        let place = tempfile::tempdir().expect("a temporary folder");
        let file = place.path().join("file");
        fs::write(&file, "").expect("a file");
        let error = DataFolder::open(&file).expect_err("a file as folder");
        assert_eq!(error.code(), "E_DATA_FOLDER");
    }

    #[test]
    fn too_little_room_is_refused_before_anything_is_written() {
        let place = tempfile::tempdir().expect("a temporary folder");
        let data = DataFolder::open(place.path()).expect("a folder");
        let enough = FREE_MIN_MB * 1_000_000;
        data.check_room(Ok(enough)).expect("just enough");
        let error = data.check_room(Ok(enough - 1)).expect_err("a byte less");
        assert_eq!(error.code(), "E_DISK_FULL");
    }

    #[test]
    fn a_half_written_file_never_takes_the_place_of_a_whole_one() {
        let place = tempfile::tempdir().expect("a temporary folder");
        let data = DataFolder::open(place.path()).expect("a folder");
        data.write("facts", b"whole").expect("a file");
        // What a crash in the middle of a second write leaves behind.
        fs::write(data.path("facts.new"), b"ha").expect("a half");
        assert_eq!(data.read("facts").expect("read"), Some(b"whole".to_vec()));
        data.write("facts", b"again").expect("a file");
        assert_eq!(data.read("facts").expect("read"), Some(b"again".to_vec()));
    }
}
