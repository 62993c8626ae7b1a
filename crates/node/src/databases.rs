//! The conductor's databases while there is no conductor: looked at before it starts, and
//! mended where it could not start otherwise.

use crate::data::DataFolder;
use crate::keystore::{database_key, Passphrase, DATABASES_FOLDER};
use crate::{NodeError, APP_ID};
use holochain::prelude::{CellId, CloneId, DnaHash};
use holochain_state::conductor::ConductorStore;
use holochain_state::data::{
    open_db, Conductor, DatabaseIdentifier, DbKey, DbWrite, Dht, HolochainDataConfig,
};
use std::fmt::Display;
use std::future::Future;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The conductor's databases, unlocked.
pub struct Databases {
    folder: PathBuf,
    config: HolochainDataConfig,
    conductor: DbWrite<Conductor>,
}

/// What the app's list names.
#[derive(Debug, Default)]
pub struct Cells {
    /// Those that every start needs.
    pub base: Vec<CellId>,
    /// The villages, the closed ones too.
    pub clones: Vec<(CloneId, CellId)>,
}

impl Cells {
    /// All of them, the base cells first.
    pub fn all(&self) -> impl Iterator<Item = &CellId> {
        let clones = self.clones.iter().map(|(_, cell)| cell);
        self.base.iter().chain(clones)
    }
}

/// The database with what a cell and its peers wrote.
pub fn dht(dna: &DnaHash) -> Dht {
    Dht::new(Arc::new(dna.clone()))
}

impl Databases {
    /// Opens them; none before the first start has made them.
    pub async fn open(
        data: &DataFolder,
        passphrase: &Passphrase,
    ) -> Result<Option<Self>, NodeError> {
        let folder = data.path(DATABASES_FOLDER);
        let Some(key) = database_key(data)? else {
            return Ok(None);
        };
        if !folder.join(Conductor.database_id()).exists() {
            return Ok(None);
        }
        let key = DbKey::load(key, passphrase.clone())
            .await
            .map_err(|error| failed(&folder, &error))?;
        let config = HolochainDataConfig::new().with_key(key).with_max_readers(1);
        let conductor = open_db(&folder, Conductor, config.clone())
            .await
            .map_err(|error| unreadable(&folder, &Conductor, &error))?;
        Ok(Some(Self {
            folder,
            config,
            conductor,
        }))
    }

    /// The app's list of clones.
    pub fn list(&self) -> ConductorStore {
        ConductorStore::new(self.conductor.clone())
    }

    /// The app's cells: the base cells, and every clone.
    pub async fn cells(&self) -> Result<Cells, NodeError> {
        let state = self.list().as_read().load_state().await;
        let state = state.map_err(|error| self.failed(&error))?;
        let app = state
            .as_ref()
            .and_then(|state| state.get_app(&APP_ID.to_owned()).ok());
        let Some(app) = app else {
            return Ok(Cells::default());
        };
        let clones = app.clone_cells().chain(app.disabled_clone_cells());
        Ok(Cells {
            base: app.provisioned_cells().map(|(_, cell)| cell).collect(),
            clones: clones.map(|(id, cell)| (id.clone(), cell)).collect(),
        })
    }

    /// Asks one database, if it is there, and closes it again.
    pub async fn ask<K, T, E, F>(
        &self,
        which: K,
        question: impl FnOnce(DbWrite<K>) -> F,
    ) -> Result<Option<T>, NodeError>
    where
        K: DatabaseIdentifier,
        E: Display,
        F: Future<Output = Result<T, E>>,
    {
        if !self.folder.join(which.database_id()).exists() {
            return Ok(None);
        }
        let database = open_db(&self.folder, which.clone(), self.config.clone())
            .await
            .map_err(|error| unreadable(&self.folder, &which, &error))?;
        let answer = question(database.clone()).await;
        database.pool().close().await;
        answer
            .map(Some)
            .map_err(|error| unreadable(&self.folder, &which, &error))
    }

    /// What they are locked with, for whoever reads them later: to unlock it takes its time
    /// on purpose.
    pub fn key(&self) -> Option<DbKey> {
        self.config.key.clone()
    }

    /// Where a database lies.
    pub fn path(&self, which: &impl DatabaseIdentifier) -> PathBuf {
        self.folder.join(which.database_id())
    }

    /// Names what the list did not do.
    pub fn failed(&self, error: &dyn Display) -> NodeError {
        failed(&self.folder, error)
    }

    /// Leaves them to the conductor.
    pub async fn close(self) {
        self.conductor.pool().close().await;
    }
}

fn failed(folder: &Path, error: &dyn Display) -> NodeError {
    NodeError::from_conductor(folder, "looking at the ledgers before the start", error)
}

/// A database that is there and does not open or answer.
fn unreadable(folder: &Path, kind: &impl DatabaseIdentifier, error: &dyn Display) -> NodeError {
    match failed(folder, error) {
        NodeError::Conductor { cause, .. } => NodeError::DataDamaged {
            path: folder.join(kind.database_id()),
            cause,
        },
        other => other,
    }
}
