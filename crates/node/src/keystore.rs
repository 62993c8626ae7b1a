//! The passphrase, and the keystore that it opens.
//!
//! Lair runs inside this process, without a socket or a process file: nothing of it
//! can be left over by a crash, and the folder may be moved.

use crate::data::DataFolder;
use crate::NodeError;
use base64::prelude::{Engine, BASE64_URL_SAFE_NO_PAD};
use holochain::prelude::AgentPubKey;
use holochain_keystore::MetaLairClient;
use holochain_state::data::DbKey;
use lair_keystore::dependencies::lair_keystore_api;
use lair_keystore_api::config::LairServerConfigInner;
use lair_keystore_api::in_proc_keystore::InProcKeystore;
use lair_keystore_api::types::SharedLockedArray;
use rand::RngCore;
use std::fs::{self, File};
use std::io::{self, IsTerminal};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

/// Longest passphrase, in bytes.
pub const PASSPHRASE_MAX: usize = 1024;
/// The file of a passphrase that nobody chose.
pub const PASSPHRASE_FILE: &str = "passphrase";

const KEYSTORE_FOLDER: &str = "keystore";
const LAIR_FILE: &str = "keystore/lair.yaml";
const LAIR_STORE: &str = "keystore/store_file";
const LAIR_LOG: &str = "keystore/store_file-wal";
/// Where the conductor has its databases and looks for their key.
pub const DATABASES_FOLDER: &str = "conductor/databases";
const DATABASE_KEY_FILE: &str = "conductor/databases/db.key";
/// Nonce, sealed key, salt (`DbKey`).
const DATABASE_KEY_BYTES: usize = 24 + 48 + 16;

/// A passphrase in memory that is locked and wiped.
pub type Passphrase = SharedLockedArray;

/// Where the passphrase comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PassphraseSource {
    /// A file; one line end at its end does not count.
    File(PathBuf),
    /// The terminal. Without one a new folder is not begun: nobody has chosen.
    Terminal,
    /// The one that the folder keeps, made at its first start.
    Unattended,
}

impl PassphraseSource {
    /// Finds the passphrase. `say` is told when one had to be made.
    pub fn find(&self, data: &DataFolder, say: impl Fn(String)) -> Result<Passphrase, NodeError> {
        self.find_at(data, io::stdin().is_terminal(), say)
    }

    fn find_at(
        &self,
        data: &DataFolder,
        terminal: bool,
        say: impl Fn(String),
    ) -> Result<Passphrase, NodeError> {
        if let Self::File(path) = self {
            let bytes = fs::read(path).map_err(|error| NodeError::PassphraseFile {
                path: path.clone(),
                cause: error.to_string(),
            })?;
            return judged(without_line_end(bytes));
        }
        if let Some(kept) = data.read(PASSPHRASE_FILE)? {
            return judged(without_line_end(kept));
        }
        let path = data.root().into();
        let locked = data.path(LAIR_FILE).exists();
        let ask = *self == Self::Terminal;
        match (locked, ask) {
            (true, true) if terminal => judged(typed("Passphrase: ")?),
            (true, _) => Err(NodeError::PassphraseNeeded { path }),
            (false, true) if terminal => {
                let first = typed("Choose a passphrase: ")?;
                if typed("The same once more: ")? != first {
                    return Err(NodeError::PassphraseMismatch);
                }
                judged(first)
            }
            (false, true) => Err(NodeError::PassphraseUnchosen { path }),
            (false, false) => {
                let mut random = [0_u8; 24];
                rand::rng().fill_bytes(&mut random);
                let made = BASE64_URL_SAFE_NO_PAD.encode(random).into_bytes();
                data.write(PASSPHRASE_FILE, &made)?;
                say(format!(
                    "made a passphrase and keep it beside the data, in {}",
                    data.path(PASSPHRASE_FILE).display()
                ));
                judged(made)
            }
        }
    }
}

/// Locks a passphrase in memory if its length is allowed.
pub fn judged(bytes: Vec<u8>) -> Result<Passphrase, NodeError> {
    let (len, max) = (bytes.len(), PASSPHRASE_MAX);
    if len == 0 || len > max {
        return Err(NodeError::PassphraseLength { len, max });
    }
    Ok(Arc::new(Mutex::new(sodoken::LockedArray::from(bytes))))
}

/// A second copy: whoever holds the lock on one keeps the other side waiting.
pub fn copy_of(passphrase: &Passphrase) -> Result<Passphrase, NodeError> {
    match passphrase.lock() {
        Ok(mut bytes) => judged(bytes.lock().to_vec()),
        Err(_) => Ok(passphrase.clone()),
    }
}

/// A passphrase that is chosen now: a file's, or typed twice.
pub fn chosen(file: Option<&std::path::Path>) -> Result<Vec<u8>, NodeError> {
    let bytes = match file {
        Some(path) => {
            let read = fs::read(path).map_err(|error| NodeError::PassphraseFile {
                path: path.into(),
                cause: error.to_string(),
            });
            without_line_end(read?)
        }
        None => {
            let first = typed("Choose a passphrase for the export: ")?;
            if typed("The same once more: ")? != first {
                return Err(NodeError::PassphraseMismatch);
            }
            first
        }
    };
    let (len, max) = (bytes.len(), PASSPHRASE_MAX);
    if len == 0 || len > max {
        return Err(NodeError::PassphraseLength { len, max });
    }
    Ok(bytes)
}

fn typed(prompt: &str) -> Result<Vec<u8>, NodeError> {
    rpassword::prompt_password(prompt)
        .map(String::into_bytes)
        .map_err(|error| NodeError::PassphraseFile {
            path: "/dev/tty".into(),
            cause: error.to_string(),
        })
}

fn without_line_end(mut bytes: Vec<u8>) -> Vec<u8> {
    if bytes.last() == Some(&b'\n') {
        bytes.pop();
        if bytes.last() == Some(&b'\r') {
            bytes.pop();
        }
    }
    bytes
}

/// An open keystore.
pub struct Keystore {
    client: MetaLairClient,
    _server: InProcKeystore,
}

impl Keystore {
    /// Opens the folder's keystore, or makes it at the first start.
    pub async fn open(data: &DataFolder, passphrase: &Passphrase) -> Result<Self, NodeError> {
        let failed = |error: &dyn std::fmt::Display| NodeError::Keystore {
            path: data.root().into(),
            cause: error.to_string(),
        };
        data.folder(KEYSTORE_FOLDER)?;
        let config = match data.read(LAIR_FILE)? {
            Some(bytes) => LairServerConfigInner::from_bytes(&bytes).map_err(|error| {
                NodeError::DataDamaged {
                    path: data.path(LAIR_FILE),
                    cause: error.to_string(),
                }
            })?,
            None => {
                // The paths in it serve a separate lair process only; none is started.
                let config = LairServerConfigInner::new("/", passphrase.clone())
                    .await
                    .map_err(|error| failed(&error))?;
                data.write(LAIR_FILE, config.to_string().as_bytes())?;
                config
            }
        };
        let store =
            lair_keystore::create_sql_pool_factory(data.path(LAIR_STORE), &config.database_salt);
        let server = InProcKeystore::new(Arc::new(config), store, passphrase.clone())
            .await
            .map_err(|error| {
                let cause = error.to_string();
                if is_wrong_passphrase(&cause) {
                    NodeError::PassphraseWrong {
                        path: data.root().into(),
                    }
                } else {
                    failed(&cause)
                }
            })?;
        let client = server.new_client().await.map_err(|error| failed(&error))?;
        let client = MetaLairClient::from_client(client)
            .await
            .map_err(|error| failed(&error))?;
        make_durable(data)?;
        Ok(Self {
            client,
            _server: server,
        })
    }

    /// Makes a key for a member, which is on the disk when this returns.
    pub async fn new_key(
        data: &DataFolder,
        client: &MetaLairClient,
    ) -> Result<AgentPubKey, NodeError> {
        let key = client.new_sign_keypair_random().await;
        let key = key.map_err(|error| NodeError::Keystore {
            path: data.root().into(),
            cause: error.to_string(),
        })?;
        make_durable(data)?;
        Ok(key)
    }

    /// What the conductor signs with.
    pub fn client(&self) -> MetaLairClient {
        self.client.clone()
    }
}

/// Puts on the disk what lair leaves to the system.
///
/// Lair 0.7.1 does not wait for its log (`synchronous` 1), so a power cut takes the newest
/// keys back, while the ledgers that they signed are on the disk. Only the log: SQLite
/// loses its locks on the store itself when another descriptor of it is closed.
fn make_durable(data: &DataFolder) -> Result<(), NodeError> {
    let path = data.path(LAIR_LOG);
    match File::open(&path).and_then(|log| log.sync_all()) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(NodeError::from_io(&path, &error))
        }
        _ => Ok(()),
    }
}

/// Whether it was libsodium that refused: it has one word for everything, and a key
/// that does not open its box is what it refuses here.
fn is_wrong_passphrase(cause: &str) -> bool {
    cause.contains("\"message\":\"internal\"")
}

/// The sealed key of the conductor's databases, or none before the first start.
pub fn database_key(data: &DataFolder) -> Result<Option<String>, NodeError> {
    let Some(bytes) = data.read(DATABASE_KEY_FILE)? else {
        return Ok(None);
    };
    let sealed = BASE64_URL_SAFE_NO_PAD.decode(&bytes);
    if sealed.is_ok_and(|sealed| sealed.len() == DATABASE_KEY_BYTES) {
        // Base64 is ASCII.
        return Ok(Some(String::from_utf8_lossy(&bytes).into_owned()));
    }
    Err(NodeError::DataDamaged {
        path: data.path(DATABASE_KEY_FILE),
        cause: "it is no database key".into(),
    })
}

/// Makes the key of the conductor's databases before the conductor would.
///
/// The conductor takes any unreadable key file for a missing one and writes a new
/// key over it, after which no database opens. So the file is written here, whole
/// or not at all, and judged at every start. Gives the key if it was made now.
pub async fn ensure_database_key(
    data: &DataFolder,
    passphrase: &Passphrase,
) -> Result<Option<DbKey>, NodeError> {
    if database_key(data)?.is_some() {
        return Ok(None);
    }
    let folder = data.folder(DATABASES_FOLDER)?;
    let holds_databases = fs::read_dir(&folder)
        .map_err(|error| NodeError::from_io(&folder, &error))?
        .flatten()
        .any(|entry| entry.path().extension().is_none_or(|end| end != "new"));
    if holds_databases {
        return Err(NodeError::DataDamaged {
            path: data.path(DATABASE_KEY_FILE),
            cause: "it is missing, but there are databases".into(),
        });
    }
    let key = DbKey::generate(passphrase.clone())
        .await
        .map_err(|error| NodeError::from_conductor(&folder, "making a database key", error))?;
    data.write(DATABASE_KEY_FILE, key.locked.as_bytes())?;
    Ok(Some(key))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(passphrase: &Passphrase) -> Vec<u8> {
        passphrase.lock().expect("a lock").lock().to_vec()
    }

    #[test]
    fn a_file_gives_its_text_without_the_line_end() {
        let place = tempfile::tempdir().expect("a temporary folder");
        let data = DataFolder::open(&place.path().join("data")).expect("a folder");
        let file = place.path().join("pass");
        for (content, expected) in [
            ("word", "word"),
            ("word\n", "word"),
            ("word\r\n", "word"),
            ("two\nlines\n", "two\nlines"),
            ("word\n\n", "word\n"),
        ] {
            fs::write(&file, content).expect("a file");
            let found = PassphraseSource::File(file.clone())
                .find(&data, |_| {})
                .expect("a passphrase");
            assert_eq!(text(&found), expected.as_bytes());
        }
    }

    #[test]
    fn files_that_hold_no_passphrase_are_refused() {
        let place = tempfile::tempdir().expect("a temporary folder");
        let data = DataFolder::open(&place.path().join("data")).expect("a folder");
        let file = place.path().join("pass");
        let find = |path: PathBuf| {
            let found = PassphraseSource::File(path).find(&data, |_| {});
            found.err().map(|error| error.code())
        };
        assert_eq!(find(file.clone()), Some("E_PASSPHRASE_FILE"));
        for content in [String::new(), "\n".into(), "x".repeat(PASSPHRASE_MAX + 1)] {
            fs::write(&file, content).expect("a file");
            assert_eq!(find(file.clone()), Some("E_PASSPHRASE_LENGTH"));
        }
        fs::write(&file, "x".repeat(PASSPHRASE_MAX)).expect("a file");
        PassphraseSource::File(file)
            .find(&data, |_| {})
            .expect("the longest");
    }

    #[test]
    fn unattended_makes_one_keeps_it_and_says_so_once() {
        let place = tempfile::tempdir().expect("a temporary folder");
        let data = DataFolder::open(place.path()).expect("a folder");
        let said = Mutex::new(0);
        let find = || {
            PassphraseSource::Unattended
                .find(&data, |_| *said.lock().expect("a lock") += 1)
                .expect("a passphrase")
        };
        let (first, second) = (find(), find());
        assert_eq!(text(&first), text(&second));
        assert!(text(&first).len() >= 32);
        assert_eq!(*said.lock().expect("a lock"), 1);
    }

    #[test]
    fn without_a_terminal_nobody_chose_a_passphrase() {
        let place = tempfile::tempdir().expect("a temporary folder");
        let data = DataFolder::open(place.path()).expect("a folder");
        let find = || PassphraseSource::Terminal.find_at(&data, false, |_| panic!("it made one"));
        let error = find().err().expect("nobody was asked");
        assert_eq!(error.code(), "E_PASSPHRASE_NEEDED");
        for way in ["--passphrase-file", "--unattended"] {
            assert!(error.to_string().contains(way), "{error}");
        }
        assert_eq!(data.read(PASSPHRASE_FILE).expect("read"), None);
        // One that is kept already needs nobody.
        data.write(PASSPHRASE_FILE, b"kept").expect("a file");
        assert_eq!(text(&find().expect("the kept one")), b"kept");
    }

    #[test]
    fn a_locked_folder_never_gets_a_second_passphrase() {
        let place = tempfile::tempdir().expect("a temporary folder");
        let data = DataFolder::open(place.path()).expect("a folder");
        data.folder(KEYSTORE_FOLDER).expect("a folder");
        data.write(LAIR_FILE, b"locked").expect("a file");
        let found = PassphraseSource::Unattended.find(&data, |_| {});
        let code = found.err().map(|error| error.code());
        assert_eq!(code, Some("E_PASSPHRASE_NEEDED"));
        assert_eq!(data.read(PASSPHRASE_FILE).expect("read"), None);
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn the_right_passphrase_opens_and_a_wrong_one_does_not() {
        let place = tempfile::tempdir().expect("a temporary folder");
        let data = DataFolder::open(place.path()).expect("a folder");
        let right = judged(b"right".to_vec()).expect("a passphrase");
        let wrong = judged(b"wrong".to_vec()).expect("a passphrase");
        let made = Keystore::open(&data, &right).await.expect("a keystore");
        let key = made
            .client()
            .new_sign_keypair_random()
            .await
            .expect("a key pair");
        drop(made);
        let Err(error) = Keystore::open(&data, &wrong).await else {
            panic!("a wrong passphrase opened the keystore");
        };
        assert_eq!(error.code(), "E_PASSPHRASE_WRONG");
        let again = Keystore::open(&data, &right).await.expect("the keystore");
        let keys = again.client().list_public_keys().await.expect("its keys");
        assert!(keys.contains(&key));
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_damaged_keystore_or_key_is_named_and_left_alone() {
        let place = tempfile::tempdir().expect("a temporary folder");
        let data = DataFolder::open(place.path()).expect("a folder");
        let passphrase = judged(b"right".to_vec()).expect("a passphrase");
        data.folder(KEYSTORE_FOLDER).expect("a folder");
        data.write(LAIR_FILE, b"half a fi").expect("a file");
        let Err(error) = Keystore::open(&data, &passphrase).await else {
            panic!("a damaged keystore opened");
        };
        assert_eq!(error.code(), "E_DATA_DAMAGED");

        ensure_database_key(&data, &passphrase).await.expect("made");
        let key = data.read(DATABASE_KEY_FILE).expect("read").expect("a key");
        ensure_database_key(&data, &passphrase).await.expect("kept");
        assert_eq!(
            data.read(DATABASE_KEY_FILE).expect("read"),
            Some(key.clone())
        );

        data.write(DATABASE_KEY_FILE, &key[..9]).expect("a file");
        let error = ensure_database_key(&data, &passphrase)
            .await
            .expect_err("half a key");
        assert_eq!(error.code(), "E_DATA_DAMAGED");

        data.remove(DATABASE_KEY_FILE).expect("removed");
        data.write("conductor/databases/dht", b"").expect("a file");
        let error = ensure_database_key(&data, &passphrase)
            .await
            .expect_err("databases without a key");
        assert_eq!(error.code(), "E_DATA_DAMAGED");
    }
}
