//! Everything that can stop a node, each with a stable code and one sentence that
//! says what to do. The offending value is kept in the sentence.

use std::io;
use std::path::{Path, PathBuf};

/// Why a node does not start, or why a request to it is refused.
#[derive(Debug, thiserror::Error)]
pub enum NodeError {
    /// There is no per-user folder to put data into.
    #[error("this system names no folder for your data; name one with --data DIR")]
    DataFolderUnknown,
    /// A file or folder cannot be used.
    #[error("{path} cannot be used ({cause}); check the path, or name another folder with --data DIR", path = path.display())]
    DataFolder {
        /// Where.
        path: PathBuf,
        /// What the system said.
        cause: String,
    },
    /// A file or folder may not be used.
    #[error("no permission for {path}; make it yours (chown, chmod u+rwx), or name another folder with --data DIR", path = path.display())]
    Permission {
        /// Where.
        path: PathBuf,
    },
    /// There is no room left, or too little to begin.
    #[error("the disk is full at {path}; free at least {needed_mb} MB there and start again, nothing is lost", path = path.display())]
    DiskFull {
        /// Where.
        path: PathBuf,
        /// How much must be free to begin.
        needed_mb: u64,
    },
    /// No node has run in the folder.
    #[error("no node has run in {path} yet; name the folder of one with --data DIR", path = path.display())]
    DataEmpty {
        /// Which folder.
        path: PathBuf,
    },
    /// Another process has the folder.
    #[error("another node runs on {path}; stop that one first, or name another folder with --data DIR", path = path.display())]
    DataInUse {
        /// Which folder.
        path: PathBuf,
    },
    /// The folder was written by a newer program.
    #[error("{path} was written by a newer version (data format {found}, this program reads {known}); install the newer program", path = path.display())]
    DataNewer {
        /// Which folder.
        path: PathBuf,
        /// The folder's format.
        found: u64,
        /// The newest format that is known here.
        known: u64,
    },
    /// A file in the folder does not read as what it should be.
    #[error("{path} is damaged ({cause}); nothing was changed, put the right file back or name another folder with --data DIR", path = path.display())]
    DataDamaged {
        /// Which file.
        path: PathBuf,
        /// What is wrong.
        cause: String,
    },
    /// The folder is a copy of one that still exists.
    #[error("{path} is a copy of {home}, and a node that starts from a copy loses its key for ever; use {home}, or remove that one first", path = path.display(), home = home.display())]
    DataCopied {
        /// The folder that was named.
        path: PathBuf,
        /// The folder that it was copied from.
        home: PathBuf,
    },
    /// The folder is older than what this machine last saw of it.
    #[error("{path} is an old copy ({was}, and it had come to {is}): a node that starts from a backup loses its key for ever; nothing was written. Put the newest state back, or begin a new folder with --data DIR and let your village give you your book back (succession)", path = path.display())]
    DataStale {
        /// Which folder.
        path: PathBuf,
        /// How far the folder is.
        was: String,
        /// How far it had come.
        is: String,
    },
    /// The folder comes from another machine or user.
    #[error("{path} was last used on another machine or by another user ({starts} starts); nothing was written. If you moved it here yourself, it is the newest state and the old place never starts again, start once with --moved. A backup is none of that: begin a new folder with --data DIR and let your village give you your book back (succession)", path = path.display())]
    DataElsewhere {
        /// Which folder.
        path: PathBuf,
        /// How often it had been started.
        starts: u64,
    },
    /// The clock shows a time before this program was made.
    #[error("this machine's clock is at least {days} days behind, for it shows a time before this program was made; set it and start again, nothing was written")]
    ClockBehind {
        /// At least how far.
        days: u64,
    },
    /// The settings do not read.
    #[error("{path} does not read: {cause}; correct that line, or move the file away to use the defaults", path = path.display())]
    Config {
        /// Which file.
        path: PathBuf,
        /// Line, column and what is wrong.
        cause: String,
    },
    /// A hub's address is none.
    #[error("\"{url}\" is no hub address ({cause}); it looks like http://192.168.1.5:8790")]
    HubUrl {
        /// What was given.
        url: String,
        /// What is wrong.
        cause: &'static str,
    },
    /// More hubs than a node keeps.
    #[error("{count} hubs are too many; keep at most {max}")]
    HubsTooMany {
        /// How many there would be.
        count: usize,
        /// How many there may be.
        max: usize,
    },
    /// The hub cannot listen.
    #[error("the hub cannot listen on {address} ({cause}); choose another address with --listen")]
    HubListen {
        /// Where.
        address: String,
        /// What the system said.
        cause: String,
    },
    /// The passphrase file cannot be read.
    #[error("the passphrase file {path} cannot be read ({cause}); check --passphrase-file", path = path.display())]
    PassphraseFile {
        /// Which file.
        path: PathBuf,
        /// What the system said.
        cause: String,
    },
    /// No passphrase at all, or a monstrous one.
    #[error("a passphrase has 1 to {max} bytes, this one has {len}; choose another")]
    PassphraseLength {
        /// How long it is.
        len: usize,
        /// How long it may be.
        max: usize,
    },
    /// The two entries differ.
    #[error("the two passphrases differ; start again and type the same one twice")]
    PassphraseMismatch,
    /// A passphrase is needed and nobody can be asked.
    #[error("{path} is locked with a passphrase and there is no terminal to ask on; give it with --passphrase-file FILE", path = path.display())]
    PassphraseNeeded {
        /// Which folder.
        path: PathBuf,
    },
    /// A first start with nobody there who could choose one.
    #[error("there is no terminal to choose a passphrase for {path} on; start with --passphrase-file FILE, or with --unattended to have one made and kept beside the data (make run ARGS=--unattended)", path = path.display())]
    PassphraseUnchosen {
        /// Which folder.
        path: PathBuf,
    },
    /// The passphrase does not open the keystore.
    #[error("the passphrase does not open the keystore in {path}; try again with the one that you chose at the first start", path = path.display())]
    PassphraseWrong {
        /// Which folder.
        path: PathBuf,
    },
    /// The keystore failed for another reason.
    #[error("the keystore in {path} does not open ({cause}); check the disk, then start again", path = path.display())]
    Keystore {
        /// Which folder.
        path: PathBuf,
        /// What it said.
        cause: String,
    },
    /// The UI's port is taken.
    #[error("port {port} is in use; choose another with --port, or --port 0 for any free one")]
    PortBusy {
        /// Which port.
        port: u16,
    },
    /// The UI's port cannot be opened.
    #[error("port {port} cannot be opened ({cause}); choose another with --port")]
    PortRefused {
        /// Which port.
        port: u16,
        /// What the system said.
        cause: String,
    },
    /// A file of the UI is missing.
    #[error("the UI folder {path} has no index.html; build the UI (npm run build), or leave --ui out", path = path.display())]
    UiMissing {
        /// Which folder.
        path: PathBuf,
    },
    /// This program carries no app.
    #[error("this program was built without the app; pack it (make happ) and build again, or name one with --happ FILE")]
    AppNotPacked,
    /// The named app cannot be read.
    #[error("the app {path} does not read ({cause}); pack it again (make happ)", path = path.display())]
    AppUnreadable {
        /// Which file, or the program itself.
        path: PathBuf,
        /// What is wrong.
        cause: String,
    },
    /// The conductor did not take the app.
    #[error("the app cannot be installed ({cause}); pack it again (make happ) and start with a new data folder")]
    AppInstall {
        /// What it said.
        cause: String,
    },
    /// The conductor did not start or did not do what it was asked.
    #[error("the conductor failed while {doing} ({cause}); start again, and report it when it happens twice")]
    Conductor {
        /// What was being done.
        doing: &'static str,
        /// What it said.
        cause: String,
    },
    /// The village could not be cloned.
    #[error("the village \"{name}\" cannot be opened on this node ({cause})")]
    Clone {
        /// Its name.
        name: String,
        /// What the conductor said.
        cause: String,
    },
    /// A zome function refused or failed.
    #[error("{function} was refused: {cause}")]
    ZomeCall {
        /// Which function.
        function: String,
        /// The zome's own code and sentence.
        cause: String,
    },
    /// A cell that is not of this app.
    #[error("{cell} is no running cell of this app; open the village again")]
    CellUnknown {
        /// Which cell.
        cell: String,
    },
    /// No such village on this node.
    #[error("there is no village \"{village}\" on this node; name it as its page does, or leave --village out")]
    VillageUnknown {
        /// What was asked for.
        village: String,
    },
    /// What was handed over cannot be read, or does not count.
    #[error(transparent)]
    Cheque(#[from] crate::cheque::ChequeError),
    /// A village's news cannot be shown, or not taken in.
    #[error(transparent)]
    Parcel(#[from] crate::parcel::ParcelError),
    /// Debts that were to be cleared cannot be read, or make no plan.
    #[error(transparent)]
    Clear(#[from] crate::clear::ClearError),
    /// An audit found something.
    #[error("the books of {villages} do not add up; the findings are above, show them to the others of the village")]
    AuditBroken {
        /// Their names.
        villages: String,
    },
    /// A request body that does not read.
    #[error("the request does not read ({cause}); see docs/decisions/0005-node.md for its shape")]
    BadRequest {
        /// What is wrong.
        cause: String,
    },
    /// No such page.
    #[error("there is nothing at {path}; open the address that the program printed")]
    NotFound {
        /// Which path.
        path: String,
    },
    /// A method that the path does not have.
    #[error("{method} is not possible here; reload the page")]
    MethodNotAllowed {
        /// Which method.
        method: String,
    },
    /// Without the secret of this start.
    #[error("this page opens only with the address that the program printed at its last start; copy it from there")]
    NotYou,
    /// Not asked by the node's own page.
    #[error("this node answers only to its own page, not to \"{asker}\"; open the address that the program printed")]
    ForeignPage {
        /// Who asked.
        asker: String,
    },
    /// The demo waited in vain.
    #[error("the demo's {what} did not come up within {seconds} s; stop it and start it again")]
    DemoTimeout {
        /// What was waited for.
        what: &'static str,
        /// How long.
        seconds: u64,
    },
}

impl NodeError {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::DataFolderUnknown | Self::DataFolder { .. } => "E_DATA_FOLDER",
            Self::Permission { .. } => "E_PERMISSION",
            Self::DiskFull { .. } => "E_DISK_FULL",
            Self::DataEmpty { .. } => "E_DATA_EMPTY",
            Self::DataInUse { .. } => "E_DATA_IN_USE",
            Self::DataNewer { .. } => "E_DATA_NEWER",
            Self::DataDamaged { .. } => "E_DATA_DAMAGED",
            Self::DataCopied { .. } => "E_DATA_COPIED",
            Self::DataStale { .. } => "E_DATA_STALE",
            Self::ClockBehind { .. } => "E_CLOCK_BEHIND",
            Self::DataElsewhere { .. } => "E_DATA_ELSEWHERE",
            Self::Config { .. } => "E_CONFIG",
            Self::HubUrl { .. } => "E_HUB_URL",
            Self::HubsTooMany { .. } => "E_HUBS_TOO_MANY",
            Self::HubListen { .. } => "E_HUB_LISTEN",
            Self::PassphraseFile { .. } => "E_PASSPHRASE_FILE",
            Self::PassphraseLength { .. } => "E_PASSPHRASE_LENGTH",
            Self::PassphraseMismatch => "E_PASSPHRASE_MISMATCH",
            Self::PassphraseNeeded { .. } | Self::PassphraseUnchosen { .. } => {
                "E_PASSPHRASE_NEEDED"
            }
            Self::PassphraseWrong { .. } => "E_PASSPHRASE_WRONG",
            Self::Keystore { .. } => "E_KEYSTORE",
            Self::PortBusy { .. } => "E_PORT_BUSY",
            Self::PortRefused { .. } => "E_PORT_REFUSED",
            Self::UiMissing { .. } => "E_UI_MISSING",
            Self::AppNotPacked => "E_APP_NOT_PACKED",
            Self::AppUnreadable { .. } => "E_APP_UNREADABLE",
            Self::AppInstall { .. } => "E_APP_INSTALL",
            Self::Conductor { .. } => "E_CONDUCTOR",
            Self::Clone { .. } => "E_CLONE",
            Self::ZomeCall { .. } => "E_ZOME_CALL",
            Self::CellUnknown { .. } => "E_CELL_UNKNOWN",
            Self::VillageUnknown { .. } => "E_VILLAGE_UNKNOWN",
            Self::Cheque(error) => error.code(),
            Self::Parcel(error) => error.code(),
            Self::Clear(error) => error.code(),
            Self::AuditBroken { .. } => "E_AUDIT_BROKEN",
            Self::BadRequest { .. } => "E_BAD_REQUEST",
            Self::NotFound { .. } => "E_NOT_FOUND",
            Self::MethodNotAllowed { .. } => "E_METHOD",
            Self::NotYou => "E_NOT_YOU",
            Self::ForeignPage { .. } => "E_FOREIGN_PAGE",
            Self::DemoTimeout { .. } => "E_DEMO_TIMEOUT",
        }
    }

    /// The process's exit code: 2 is a wrong command line (clap), 3 the data folder,
    /// 4 the passphrase or keystore, 5 a port or address, 6 settings, 7 the app or
    /// the UI, 8 an audit that found something, 1 all else.
    pub fn exit_code(&self) -> u8 {
        if matches!(self, Self::Cheque(_) | Self::Clear(_)) {
            return 9;
        }
        match self.code() {
            "E_DATA_FOLDER" | "E_PERMISSION" | "E_DISK_FULL" | "E_DATA_EMPTY" | "E_DATA_IN_USE"
            | "E_DATA_NEWER" | "E_DATA_DAMAGED" | "E_DATA_COPIED" | "E_DATA_STALE"
            | "E_DATA_ELSEWHERE" => 3,
            "E_PASSPHRASE_FILE"
            | "E_PASSPHRASE_LENGTH"
            | "E_PASSPHRASE_MISMATCH"
            | "E_PASSPHRASE_NEEDED"
            | "E_PASSPHRASE_WRONG"
            | "E_KEYSTORE" => 4,
            "E_PORT_BUSY" | "E_PORT_REFUSED" | "E_HUB_LISTEN" => 5,
            "E_CONFIG" | "E_HUB_URL" | "E_HUBS_TOO_MANY" => 6,
            "E_APP_NOT_PACKED" | "E_APP_UNREADABLE" | "E_APP_INSTALL" | "E_UI_MISSING" => 7,
            "E_AUDIT_BROKEN" => 8,
            _ => 1,
        }
    }

    /// Code and sentence on one line.
    pub fn line(&self) -> String {
        // Others' texts stand in it: a file's, a hub's. None of them steers the terminal.
        let sentence = self.to_string().replace(char::is_control, " ");
        format!("{}: {sentence}", self.code())
    }

    /// What programs read instead of [`Self::line`].
    pub fn json(&self) -> serde_json::Value {
        serde_json::json!({ "error": { "code": self.code(), "message": self.to_string() } })
    }

    /// Sorts a file system error at `path`.
    pub fn from_io(path: &Path, error: &io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
                Self::Permission { path: path.into() }
            }
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::DiskFull {
                path: path.into(),
                needed_mb: crate::data::FREE_MIN_MB,
            },
            _ => Self::DataFolder {
                path: path.into(),
                cause: error.to_string(),
            },
        }
    }

    /// Sorts a failure that comes as text only: a full disk and a missing
    /// permission stay what they are, the rest is the conductor's.
    pub fn from_conductor(path: &Path, doing: &'static str, error: impl std::fmt::Display) -> Self {
        let cause = error.to_string();
        if cause.contains("No space left on device") || cause.contains("disk is full") {
            Self::DiskFull {
                path: path.into(),
                needed_mb: crate::data::FREE_MIN_MB,
            }
        } else if cause.contains("Permission denied") || cause.contains("readonly database") {
            Self::Permission { path: path.into() }
        } else {
            Self::Conductor { doing, cause }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    #[test]
    fn a_full_disk_is_named() -> io::Result<()> {
        let path = Path::new("/dev/full");
        let Err(error) = std::fs::OpenOptions::new()
            .write(true)
            .open(path)?
            .write_all(b"page")
        else {
            panic!("a full device took a byte");
        };
        let error = NodeError::from_io(path, &error);
        assert_eq!(error.code(), "E_DISK_FULL");
        assert_eq!(error.exit_code(), 3);
        Ok(())
    }

    #[test]
    fn a_full_disk_is_named_out_of_the_conductors_text() {
        let path = Path::new("data");
        let full = NodeError::from_conductor(path, "opening", "database or disk is full");
        let other = NodeError::from_conductor(path, "opening", "database is locked");
        assert_eq!(full.code(), "E_DISK_FULL");
        assert_eq!(other.code(), "E_CONDUCTOR");
    }

    #[test]
    fn a_line_is_one_line_and_begins_with_the_code() {
        let error = NodeError::Config {
            path: "config.json".into(),
            cause: "first\nsecond \u{1b}[2J\u{9b}31m".into(),
        };
        assert!(error.line().starts_with("E_CONFIG: config.json"));
        assert_eq!(error.line().lines().count(), 1);
        assert!(!error.line().contains(char::is_control));
    }
}
