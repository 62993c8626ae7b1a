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
use crate::databases::{dht, Databases};
use crate::keystore::Passphrase;
use crate::stamp::{length_of, Lengths};
use crate::{slices, NodeError, APP_ID};
use holochain::prelude::{CellId, CloneId};
use holochain_state::data::{DbKey, Wasm};
use holochain_state::dna_def::DnaDefStore;
use holochain_state::query::StateQueryError;
use holochain_state::DhtStore;

/// What was found and done before the start.
#[derive(Debug, Default)]
pub struct Looked {
    /// Villages that never began, off the list now.
    pub taken_off: Vec<CellId>,
    /// How long the member's chains are.
    pub lengths: Lengths,
    /// Cells that hold pages of a time to come, to be given to [`slices::unmark`].
    pub ahead: Vec<CellId>,
    /// The key of the databases, if there were any.
    pub key: Option<DbKey>,
}

/// Takes clones that never began off the list, before the conductor reads it, if
/// `judge` finds nothing wrong with how long the member's chains are: a file that was
/// cut off looks like a village that never began.
pub async fn take_off(
    data: &DataFolder,
    passphrase: &Passphrase,
    judge: impl FnOnce(&Lengths) -> Result<(), NodeError>,
) -> Result<Looked, NodeError> {
    let Some(databases) = Databases::open(data, passphrase).await? else {
        let none = Looked::default();
        judge(&none.lengths)?;
        return Ok(none);
    };
    let looked = async {
        let lengths = lengths(&databases).await?;
        judge(&lengths)?;
        let ahead = slices::lay_out_anew(&databases).await?;
        let taken_off = take_off_unbegun(&databases).await?;
        programs_are_here(&databases).await?;
        Ok(Looked {
            taken_off,
            lengths,
            ahead,
            key: databases.key(),
        })
    };
    let looked = looked.await;
    databases.close().await;
    looked
}

/// Takes the clones that never began off the list and names their cells.
async fn take_off_unbegun(databases: &Databases) -> Result<Vec<CellId>, NodeError> {
    let unbegun = unbegun(databases).await?;
    if unbegun.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<CloneId> = unbegun.iter().map(|(id, _)| id.clone()).collect();
    let taken_off: Result<(), Box<dyn std::error::Error + Send + Sync>> = databases
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
    taken_off.map_err(|error| databases.failed(&error))?;
    Ok(unbegun.into_iter().map(|(_, cell)| cell).collect())
}

async fn unbegun(databases: &Databases) -> Result<Vec<(CloneId, CellId)>, NodeError> {
    let cells = databases.cells().await?;
    // The base cells begin before the app is listed, so an empty one is no leftover.
    for cell in &cells.base {
        if !has_begun(databases, cell).await? {
            return Err(NodeError::DataDamaged {
                path: databases.path(&dht(cell.dna_hash())),
                cause: "it has lost its beginning, as a file does that was cut off".into(),
            });
        }
    }
    let mut unbegun = Vec::new();
    for (id, cell) in cells.clones {
        if !has_begun(databases, &cell).await? {
            unbegun.push((id, cell));
        }
    }
    Ok(unbegun)
}

async fn has_begun(databases: &Databases, cell: &CellId) -> Result<bool, NodeError> {
    let begun = databases.ask(dht(cell.dna_hash()), |database| async {
        let chains = DhtStore::new(database).as_read();
        chains.has_genesis(cell.agent_pubkey()).await
    });
    Ok(begun.await?.unwrap_or(false))
}

/// How long the member's chains are, village by village.
async fn lengths(databases: &Databases) -> Result<Lengths, NodeError> {
    let mut lengths = Lengths::new();
    for (_, cell) in databases.cells().await?.clones {
        let length = databases.ask(dht(cell.dna_hash()), |database| {
            let cell = &cell;
            async move { length_of(&database.into(), cell).await }
        });
        if let Some(length) = length.await? {
            lengths.insert(cell.dna_hash().to_string(), length);
        }
    }
    Ok(lengths)
}

/// Whether what the villages run is still here, as the conductor's own words for its
/// absence name no file.
async fn programs_are_here(databases: &Databases) -> Result<(), NodeError> {
    let cells = databases.cells().await?;
    let missing = databases.ask(Wasm, |database| async {
        let definitions = DnaDefStore::new(database).into_read();
        for cell in cells.all() {
            if definitions.get(cell).await?.is_none() {
                return Ok(Some(cell.clone()));
            }
        }
        Ok::<_, StateQueryError>(None)
    });
    match missing.await?.flatten() {
        None => Ok(()),
        Some(cell) => Err(NodeError::DataDamaged {
            path: databases.path(&Wasm),
            cause: format!("the program of {} is missing", cell.dna_hash()),
        }),
    }
}
