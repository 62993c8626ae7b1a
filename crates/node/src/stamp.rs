//! How far a data folder had come, kept outside of it: so that a backup put back in its
//! place is known for one before anything is written.
//!
//! A chain that goes on from an old state is forked, and Holochain blocks its key for
//! ever. The folder alone cannot know that it is old; these can:
//!
//! | what | where | knows |
//! |---|---|---|
//! | starts of the folder | `format.json` and the stamp | a backup from before the last start |
//! | length of each chain | the ledgers and the stamp | a backup from before the last page, but for the last [`STAMP_EVERY`] |
//! | the stamp itself | the user's state folder | that the folder was ever used on this machine |
//!
//! The stamp lies in the user's state folder, which a backup of the data folder does
//! not hold. A disk that is put back as a whole has both old: only the others of the
//! village know better then. What they hold of this member's chain comes back with the
//! first gossip, so: meet one of them before the first payment.
//!
//! | stopped … | next start |
//! |---|---|
//! | before the start is counted in the folder | the same again |
//! | counted in the folder, not in the stamp | the folder is ahead, which is fine |

use crate::audit::{Ledgers, SharedLedgers};
use crate::conductor::App;
use crate::data::{private_folder, read_if_there, write_whole, DataFolder};
use crate::report::Report;
use crate::NodeError;
use holochain::prelude::CellId;
use holochain_state::data::{DbRead, Dht};
use serde::{Deserialize, Serialize};
use sqlx::Row;
use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Notify;
use tokio::task::JoinHandle;
use tokio::time::timeout;

/// How often the chains are looked at.
pub const STAMP_EVERY: Duration = Duration::from_secs(2);
/// Longest that the last look may take when the node stops.
const STOP_DEADLINE: Duration = Duration::from_secs(5);
/// The newest action of an author that this node holds, its own or given back by peers.
const LENGTH: &str = "SELECT MAX(seq) AS newest FROM Action \
     WHERE author = ? AND (record_validity IS NULL OR record_validity = 1)";

/// The newest action's number in each of the member's chains, by the village's hash.
pub type Lengths = BTreeMap<String, u64>;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Stamp {
    starts: u64,
    home: PathBuf,
    chains: Lengths,
}

/// The stamp of one folder.
pub struct Stamps {
    path: PathBuf,
    stamp: Stamp,
}

impl Stamps {
    /// Refuses a folder that is older than its stamp, or that has none and had one
    /// elsewhere. Writes nothing.
    pub fn judge(data: &DataFolder, lengths: &Lengths, moved: bool) -> Result<(), NodeError> {
        place().map_or(Ok(()), |place| Self::judge_at(&place, data, lengths, moved))
    }

    /// Counts a start that was judged. None where no stamp can be kept.
    pub fn begin(
        data: &DataFolder,
        lengths: Lengths,
        report: &Report,
    ) -> Result<Option<Self>, NodeError> {
        let begun = match place() {
            Some(place) => Self::begin_at(&place, data, lengths)?,
            None => Err("this system names no folder for it".to_owned()),
        };
        Ok(begun
            .map_err(|cause| {
                let text = format!(
                    "no stamp can be kept ({cause}); a backup that is put back will not be noticed"
                );
                report.step("stamp", text);
            })
            .ok())
    }

    fn judge_at(
        place: &Path,
        data: &DataFolder,
        lengths: &Lengths,
        moved: bool,
    ) -> Result<(), NodeError> {
        let (number, starts) = data.identity()?;
        let path = path_of(place, &number);
        // A place that cannot be read is one where no stamp could be kept either.
        let Ok(known) = read_if_there(&path) else {
            return Ok(());
        };
        match known {
            Some(bytes) => {
                let stamp = serde_json::from_slice(&bytes);
                let stamp = stamp.map_err(|error| NodeError::DataDamaged {
                    path,
                    cause: error.to_string(),
                })?;
                compare(data.root(), starts, lengths, &stamp)
            }
            None if starts > 0 && !moved => Err(NodeError::DataElsewhere {
                path: data.root().into(),
                starts,
            }),
            None => Ok(()),
        }
    }

    fn begin_at(
        place: &Path,
        data: &DataFolder,
        lengths: Lengths,
    ) -> Result<Result<Self, String>, NodeError> {
        let (number, starts) = data.identity()?;
        let mut stamps = Self {
            path: path_of(place, &number),
            stamp: Stamp {
                starts,
                home: data.root().into(),
                chains: lengths,
            },
        };
        // First where it may fail: a folder is not counted where no stamp can be kept.
        if let Err(error) = private_folder(place).and_then(|()| stamps.write()) {
            return Ok(Err(error.line()));
        }
        stamps.stamp.starts = data.count_start()?;
        stamps.write()?;
        sweep(place);
        Ok(Ok(stamps))
    }

    fn write(&self) -> Result<(), NodeError> {
        let failed = |cause: String| NodeError::DataFolder {
            path: self.path.clone(),
            cause,
        };
        let bytes =
            serde_json::to_vec_pretty(&self.stamp).map_err(|error| failed(error.to_string()))?;
        write_whole(&self.path, &bytes).map_err(|error| NodeError::from_io(&self.path, &error))
    }

    /// Takes longer chains into the stamp; shorter ones never.
    fn take(&mut self, lengths: Lengths) -> Result<(), NodeError> {
        let before = self.stamp.chains.clone();
        for (village, length) in lengths {
            let known = self.stamp.chains.entry(village).or_default();
            *known = length.max(*known);
        }
        if self.stamp.chains == before {
            return Ok(());
        }
        self.write()
    }

    /// Keeps the stamp for as long as the node runs.
    pub fn keep(self, app: App, ledgers: Arc<SharedLedgers>) -> Stamping {
        let stop = Arc::new(Notify::new());
        let asked = stop.clone();
        let task = tokio::spawn(async move {
            let keeping = async { self.go_on(&app, ledgers.get().await?, &asked).await };
            if let Err(error) = keeping.await {
                tracing::warn!(error = error.line(), "the stamp is not kept any more");
            }
        });
        Stamping {
            stop,
            task: std::sync::Mutex::new(Some(task)),
        }
    }

    async fn go_on(mut self, app: &App, ledgers: &Ledgers, stop: &Notify) -> Result<(), NodeError> {
        let mut open: HashMap<CellId, DbRead<Dht>> = HashMap::new();
        let mut goes_on = true;
        while goes_on {
            goes_on = timeout(STAMP_EVERY, stop.notified()).await.is_err();
            let mut lengths = Lengths::new();
            for (cell, _) in app.cells().await?.into_iter().skip(1) {
                if !open.contains_key(&cell) {
                    if let Some(database) = ledgers.chains(cell.dna_hash()).await? {
                        open.insert(cell.clone(), database);
                    }
                }
                if let Some(database) = open.get(&cell) {
                    let length = length_of(database, &cell)
                        .await
                        .map_err(|error| app.failed("reading the chains", error))?;
                    lengths.insert(cell.dna_hash().to_string(), length);
                }
            }
            self.take(lengths)?;
        }
        for database in open.into_values() {
            database.pool().close().await;
        }
        Ok(())
    }
}

/// A stamp that is being kept.
pub struct Stamping {
    stop: Arc<Notify>,
    task: std::sync::Mutex<Option<JoinHandle<()>>>,
}

impl Stamping {
    /// Looks once more, then ends.
    pub async fn stop(&self) {
        self.stop.notify_one();
        let task = self.task.lock().ok().and_then(|mut task| task.take());
        if let Some(task) = task {
            let _ = timeout(STOP_DEADLINE, task).await;
        }
    }
}

/// The number of the newest action of a cell's author.
pub async fn length_of(database: &DbRead<Dht>, cell: &CellId) -> Result<u64, sqlx::Error> {
    let row = sqlx::query(LENGTH)
        .bind(cell.agent_pubkey().get_raw_36().to_vec())
        .fetch_one(database.pool())
        .await?;
    let newest: Option<i64> = row.try_get("newest")?;
    Ok(newest
        .and_then(|newest| u64::try_from(newest).ok())
        .unwrap_or_default())
}

/// Where stamps are kept: not beside the data, which is what a backup holds.
fn place() -> Option<PathBuf> {
    let place = dirs::state_dir().or_else(dirs::data_local_dir);
    place.map(|place| place.join("commons-credit/stamps"))
}

/// Takes away the stamps of folders that were made for a while only, as tests do, and
/// are gone. Those of a member's folder stay: it may come back from a backup.
fn sweep(place: &Path) {
    let passing = std::env::temp_dir();
    for entry in std::fs::read_dir(place).into_iter().flatten().flatten() {
        let path = entry.path();
        let stamp = std::fs::read(&path).ok();
        let stamp: Option<Stamp> = stamp.and_then(|bytes| serde_json::from_slice(&bytes).ok());
        // With what it stood in: a disk that is only not mounted here leaves its place.
        let gone = |stamp: Stamp| {
            let place = stamp.home.parent().map(Path::to_owned);
            stamp.home.starts_with(&passing) && place.is_some_and(|place| !place.exists())
        };
        if stamp.is_some_and(gone) {
            let _ = std::fs::remove_file(&path);
        }
    }
}

fn path_of(place: &Path, number: &str) -> PathBuf {
    place.join(format!("{number}.json"))
}

fn compare(path: &Path, starts: u64, lengths: &Lengths, stamp: &Stamp) -> Result<(), NodeError> {
    let stale = |was: String, is: String| NodeError::DataStale {
        path: path.into(),
        was,
        is,
    };
    for (village, length) in &stamp.chains {
        let here = lengths.get(village).copied().unwrap_or_default();
        if here < *length {
            return Err(stale(
                format!("village {village} is at {here} entries of yours"),
                format!("{length}"),
            ));
        }
    }
    if starts < stamp.starts {
        return Err(stale(
            format!("it was started {starts} times"),
            format!("{}", stamp.starts),
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Place {
        _folder: tempfile::TempDir,
        data: PathBuf,
        stamps: PathBuf,
    }

    fn place() -> Place {
        let folder = tempfile::tempdir().expect("a temporary folder");
        Place {
            data: folder.path().join("data"),
            stamps: folder.path().join("state"),
            _folder: folder,
        }
    }

    fn lengths(length: u64) -> Lengths {
        [("uhC0kvillage".to_owned(), length)].into()
    }

    fn start(place: &Place, length: u64, moved: bool) -> Result<Stamps, NodeError> {
        let data = DataFolder::open(&place.data)?;
        Stamps::judge_at(&place.stamps, &data, &lengths(length), moved)?;
        Stamps::begin_at(&place.stamps, &data, lengths(length))
            .map(|stamps| stamps.expect("a stamp can be kept"))
    }

    fn code(result: Result<Stamps, NodeError>) -> &'static str {
        match result {
            Ok(_) => "started",
            Err(error) => error.code(),
        }
    }

    /// A copy of `format.json`, which is all of a folder that is looked at here.
    fn copy(place: &Place) -> Vec<u8> {
        std::fs::read(place.data.join("format.json")).expect("a file")
    }

    fn put_back(place: &Place, copy: &[u8]) {
        std::fs::write(place.data.join("format.json"), copy).expect("a file");
    }

    #[test]
    fn a_folder_that_goes_on_starts_again_and_again() {
        let place = place();
        for length in [0, 3, 3, 9] {
            start(&place, length, false).expect("a start");
        }
    }

    #[test]
    fn a_backup_from_before_the_last_start_is_refused_and_left_alone() {
        let place = place();
        start(&place, 3, false).expect("a start");
        let backup = copy(&place);
        start(&place, 3, false).expect("a start");
        put_back(&place, &backup);
        for _ in 0..2 {
            assert_eq!(code(start(&place, 3, false)), "E_DATA_STALE");
            assert_eq!(code(start(&place, 3, true)), "E_DATA_STALE");
            assert_eq!(copy(&place), backup);
        }
    }

    #[test]
    fn a_backup_from_before_the_last_page_is_refused() {
        let place = place();
        let mut stamps = start(&place, 3, false).expect("a start");
        let backup = copy(&place);
        stamps.take(lengths(4)).expect("a stamp");
        put_back(&place, &backup);
        assert_eq!(code(start(&place, 3, false)), "E_DATA_STALE");
        assert_eq!(code(start(&place, 4, false)), "started");
    }

    #[test]
    fn a_village_that_is_missing_is_an_old_state_too() {
        let place = place();
        start(&place, 3, false).expect("a start");
        let data = DataFolder::open(&place.data).expect("a folder");
        let none = Stamps::judge_at(&place.stamps, &data, &Lengths::new(), false);
        assert_eq!(none.err().map(|error| error.code()), Some("E_DATA_STALE"));
    }

    #[test]
    fn a_folder_from_elsewhere_needs_a_word() {
        let place = place();
        start(&place, 3, false).expect("a start");
        std::fs::remove_dir_all(&place.stamps).expect("another machine");
        assert_eq!(code(start(&place, 3, false)), "E_DATA_ELSEWHERE");
        assert_eq!(code(start(&place, 3, true)), "started");
        assert_eq!(code(start(&place, 3, false)), "started");
    }

    #[test]
    fn a_folder_of_an_older_program_gets_its_first_stamp() {
        let place = place();
        drop(DataFolder::open(&place.data).expect("a folder"));
        assert_eq!(code(start(&place, 7, false)), "started");
    }

    #[test]
    fn a_stamp_never_gets_shorter() {
        let place = place();
        let mut stamps = start(&place, 9, false).expect("a start");
        stamps.take(lengths(4)).expect("a stamp");
        assert_eq!(stamps.stamp.chains, lengths(9));
    }

    #[test]
    fn where_no_stamp_can_be_kept_the_node_starts_all_the_same() {
        let place = place();
        let data = DataFolder::open(&place.data).expect("a folder");
        std::fs::write(&place.stamps, "").expect("a file in its place");
        for _ in 0..2 {
            Stamps::judge_at(&place.stamps, &data, &lengths(1), false).expect("a start");
            let kept = Stamps::begin_at(&place.stamps, &data, lengths(1));
            assert!(kept.is_ok_and(|stamps| stamps.is_err()));
        }
    }
}
