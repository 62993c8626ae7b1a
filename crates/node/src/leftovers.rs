//! Villages that never began: what a crash or a refusal leaves of a clone.
//!
//! Conductor 0.7.1 lists a clone, then stores its definition, then begins its chain.
//! When the process dies in between, or the membrane proof is refused, the list names
//! a cell without a chain, and the conductor does not start any more. So the list is
//! looked through before the conductor is built:
//!
//! | the listed clone's chain | what is done |
//! |---|---|
//! | begun | nothing, whatever else is wrong with it |
//! | not begun, and it is no clone | nothing; the start ends and names the file |
//! | cannot be read | nothing; the start ends and names the file |
//! | not begun | it is taken off the list |
//!
//! The first three actions of a chain are written at once, so there is no half-begun
//! one. Nothing is deleted but the line in the list: the same village can be founded
//! or joined again, and then begins.

use crate::data::DataFolder;
use crate::keystore::{database_key, Passphrase, DATABASES_FOLDER};
use crate::stamp::{length_of, Lengths};
use crate::{NodeError, APP_ID};
use holochain::prelude::{CellId, CloneId};
use holochain_state::conductor::ConductorStore;
use holochain_state::data::{
    open_db, Conductor, DatabaseIdentifier, DbKey, DbWrite, Dht, HolochainDataConfig, Wasm,
};
use holochain_state::dna_def::DnaDefStore;
use holochain_state::DhtStore;
use std::fmt::Display;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The conductor's databases while there is no conductor.
pub struct Databases {
    folder: PathBuf,
    config: HolochainDataConfig,
    conductor: DbWrite<Conductor>,
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

    /// Takes the clones that never began off the list and names their cells.
    pub async fn take_off_unbegun(&self) -> Result<Vec<CellId>, NodeError> {
        let unbegun = self.unbegun().await?;
        if unbegun.is_empty() {
            return Ok(Vec::new());
        }
        let ids: Vec<CloneId> = unbegun.iter().map(|(id, _)| id.clone()).collect();
        let taken_off: Result<(), Box<dyn std::error::Error + Send + Sync>> = self
            .list()
            .update_state(
                |state| {
                    let mut state = state.ok_or("the list is gone")?;
                    let app = state.get_app_mut(&APP_ID.to_owned())?;
                    for id in &ids {
                        app.disable_clone_cell(id)?;
                        app.delete_clone_cell(id)?;
                    }
                    Ok((state, ()))
                },
                "",
                &Default::default(),
            )
            .await;
        taken_off.map_err(|error| failed(&self.folder, &error))?;
        Ok(unbegun.into_iter().map(|(_, cell)| cell).collect())
    }

    async fn unbegun(&self) -> Result<Vec<(CloneId, CellId)>, NodeError> {
        let state = self.list().as_read().load_state().await;
        let state = state.map_err(|error| failed(&self.folder, &error))?;
        let app = state
            .as_ref()
            .and_then(|state| state.get_app(&APP_ID.to_owned()).ok());
        let Some(app) = app else {
            return Ok(Vec::new());
        };
        // The base cells begin before the app is listed, so an empty one is no leftover.
        for (_, cell) in app.provisioned_cells() {
            if !self.has_begun(&cell).await? {
                return Err(NodeError::DataDamaged {
                    path: self
                        .folder
                        .join(Dht::new(Arc::new(cell.dna_hash().clone())).database_id()),
                    cause: "it has lost its beginning, as a file does that was cut off".into(),
                });
            }
        }
        let mut unbegun = Vec::new();
        for (id, cell) in app.clone_cells().chain(app.disabled_clone_cells()) {
            if !self.has_begun(&cell).await? {
                unbegun.push((id.clone(), cell));
            }
        }
        Ok(unbegun)
    }

    async fn has_begun(&self, cell: &CellId) -> Result<bool, NodeError> {
        let kind = Dht::new(Arc::new(cell.dna_hash().clone()));
        if !self.folder.join(kind.database_id()).exists() {
            return Ok(false);
        }
        let unreadable = |error: &dyn Display| unreadable(&self.folder, &kind, error);
        let database = open_db(&self.folder, kind.clone(), self.config.clone())
            .await
            .map_err(|error| unreadable(&error))?;
        let begun = DhtStore::new(database.clone())
            .as_read()
            .has_genesis(cell.agent_pubkey())
            .await
            .map_err(|error| unreadable(&error));
        database.pool().close().await;
        begun
    }

    /// How long the member's chains are, village by village.
    pub async fn lengths(&self) -> Result<Lengths, NodeError> {
        let state = self.list().as_read().load_state().await;
        let state = state.map_err(|error| failed(&self.folder, &error))?;
        let app = state
            .as_ref()
            .and_then(|state| state.get_app(&APP_ID.to_owned()).ok());
        let mut lengths = Lengths::new();
        for cell in app.into_iter().flat_map(|app| {
            let clones = app.clone_cells().chain(app.disabled_clone_cells());
            clones.map(|(_, cell)| cell).collect::<Vec<_>>()
        }) {
            let kind = Dht::new(Arc::new(cell.dna_hash().clone()));
            if !self.folder.join(kind.database_id()).exists() {
                continue;
            }
            let unreadable = |error: &dyn Display| unreadable(&self.folder, &kind, error);
            let database = open_db(&self.folder, kind.clone(), self.config.clone())
                .await
                .map_err(|error| unreadable(&error))?;
            let length = length_of(&database.clone().into(), &cell)
                .await
                .map_err(|error| unreadable(&error));
            database.pool().close().await;
            lengths.insert(cell.dna_hash().to_string(), length?);
        }
        Ok(lengths)
    }

    /// The app's cells: the base cells, and every clone.
    async fn all_cells(&self) -> Result<Vec<CellId>, NodeError> {
        let state = self.list().as_read().load_state().await;
        let state = state.map_err(|error| failed(&self.folder, &error))?;
        let app = state
            .as_ref()
            .and_then(|state| state.get_app(&APP_ID.to_owned()).ok());
        Ok(app
            .into_iter()
            .flat_map(|app| app.all_cells().collect::<Vec<_>>())
            .collect())
    }

    /// Forgets the digests of past stretches of time, which the conductor makes again.
    ///
    /// Holochain 0.7.1 keeps one for each half year up to now. After a run with a clock
    /// ahead it has some of years to come, takes the right clock for a wrong one and
    /// opens no village any more.
    async fn lay_time_out_anew(&self) -> Result<(), NodeError> {
        for cell in self.all_cells().await? {
            let kind = Dht::new(Arc::new(cell.dna_hash().clone()));
            if !self.folder.join(kind.database_id()).exists() {
                continue;
            }
            let unreadable = |error: &dyn Display| unreadable(&self.folder, &kind, error);
            let database = open_db(&self.folder, kind.clone(), self.config.clone())
                .await
                .map_err(|error| unreadable(&error))?;
            let forgotten = sqlx::query("DELETE FROM SliceHash")
                .execute(database.pool())
                .await
                .map_err(|error| unreadable(&error));
            database.pool().close().await;
            forgotten?;
        }
        Ok(())
    }

    /// Whether what the villages run is still here, as the conductor's own words for its
    /// absence name no file.
    async fn programs_are_here(&self) -> Result<(), NodeError> {
        if !self.folder.join(Wasm.database_id()).exists() {
            return Ok(());
        }
        let cells = self.all_cells().await?;
        let unreadable = |error: &dyn Display| unreadable(&self.folder, &Wasm, error);
        let database = open_db(&self.folder, Wasm, self.config.clone())
            .await
            .map_err(|error| unreadable(&error))?;
        let definitions = DnaDefStore::new(database.clone()).into_read();
        let mut missing = None;
        for cell in cells {
            let found = definitions.get(&cell).await;
            if found.map_err(|error| unreadable(&error))?.is_none() {
                missing = Some(cell);
                break;
            }
        }
        database.pool().close().await;
        match missing {
            None => Ok(()),
            Some(cell) => Err(NodeError::DataDamaged {
                path: self.folder.join(Wasm.database_id()),
                cause: format!("the program of {} is missing", cell.dna_hash()),
            }),
        }
    }

    /// Leaves them to the conductor.
    pub async fn close(self) {
        self.conductor.pool().close().await;
    }
}

fn failed(folder: &Path, error: &dyn Display) -> NodeError {
    NodeError::from_conductor(folder, "looking for villages that never began", error)
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

/// Takes clones that never began off the list, before the conductor reads it, if
/// `judge` finds nothing wrong with how long the member's chains are: a file that was
/// cut off looks like a village that never began.
pub async fn take_off(
    data: &DataFolder,
    passphrase: &Passphrase,
    judge: impl FnOnce(&Lengths) -> Result<(), NodeError>,
) -> Result<(Vec<CellId>, Lengths), NodeError> {
    let Some(databases) = Databases::open(data, passphrase).await? else {
        let none = Lengths::new();
        judge(&none)?;
        return Ok((Vec::new(), none));
    };
    let looked = async {
        let lengths = databases.lengths().await?;
        judge(&lengths)?;
        databases.lay_time_out_anew().await?;
        let taken_off = databases.take_off_unbegun().await?;
        databases.programs_are_here().await?;
        Ok((taken_off, lengths))
    };
    let looked = looked.await;
    databases.close().await;
    looked
}
