//! What this member wrote and too few peers have signed for, for a peer that shows up.
//!
//! Holochain 0.7.1 sends a page to whoever is there when it is written, and again after
//! five minutes. Somebody who shows up in between hears of it by gossip: as a rule within
//! seconds, but not of what became ready while this node was being killed; and for what
//! came by gossip nobody signs a receipt, so that its giver still takes it for unseen. So a
//! peer is told at once of the newest pages, by their names only: what it has already it
//! does not fetch.

use crate::audit::SharedLedgers;
use crate::NodeError;
use holochain::prelude::{AnyLinkableHash, CellId, DhtOpHash, DnaHash, ExternalHash};
use holochain_state::data::{DbRead, Dht};
use kitsune2_api::{OpId, PublishOp};
use sqlx::Row;
use std::collections::HashMap;
use std::sync::Arc;

/// Operations that one peer is told of: some fifty payments, 9 KiB.
const TOLD_MAX: i64 = 256;
/// Asks the peer for a receipt, as Holochain's own publishing does.
const WANTS_RECEIPT: u8 = 1;
/// As Holochain's own question for what is to be published, newest first.
const NEWEST: &str = "SELECT ChainOp.hash AS name, ChainOp.basis_hash AS basis FROM ChainOp \
     JOIN Action ON ChainOp.action_hash = Action.hash \
     LEFT JOIN ChainOpPublish ON ChainOpPublish.op_hash = ChainOp.hash \
     WHERE Action.author = ? AND (ChainOp.op_type != 2 OR Action.private_entry = 0) \
     AND ChainOpPublish.withhold_publish IS NULL \
     AND ChainOpPublish.receipts_complete IS NULL \
     ORDER BY Action.seq DESC LIMIT ?";
const HASH_BYTES: usize = 36;

/// Reads the member's own chains, beside the conductor.
pub struct Unsigned {
    ledgers: Arc<SharedLedgers>,
    open: HashMap<DnaHash, DbRead<Dht>>,
}

impl Unsigned {
    /// Reads from these ledgers.
    pub fn of(ledgers: Arc<SharedLedgers>) -> Self {
        Self {
            ledgers,
            open: HashMap::new(),
        }
    }

    /// The newest operations of a cell's author that lack receipts.
    pub async fn newest(&mut self, cell: &CellId) -> Result<Vec<PublishOp>, NodeError> {
        let (dna, ledgers) = (cell.dna_hash(), self.ledgers.get().await?);
        if !self.open.contains_key(dna) {
            if let Some(database) = ledgers.chains(dna).await? {
                self.open.insert(dna.clone(), database);
            }
        }
        let Some(database) = self.open.get(dna) else {
            return Ok(Vec::new());
        };
        let rows = sqlx::query(NEWEST)
            .bind(cell.agent_pubkey().get_raw_36().to_vec())
            .bind(TOLD_MAX)
            .fetch_all(database.pool())
            .await
            .map_err(|error| ledgers.failed(error))?;
        let names = rows.iter().filter_map(|row| {
            let name: Vec<u8> = row.try_get("name").ok()?;
            let basis: Vec<u8> = row.try_get("basis").ok()?;
            op_id(name, basis)
        });
        Ok(names
            .map(|op_id| PublishOp {
                op_id,
                metadata: Some(vec![WANTS_RECEIPT].into()),
            })
            .collect())
    }
}

/// An operation's name in the network: its hash and where it belongs.
fn op_id(name: Vec<u8>, basis: Vec<u8>) -> Option<OpId> {
    if name.len() != HASH_BYTES || basis.len() != HASH_BYTES {
        return None;
    }
    let basis: AnyLinkableHash = ExternalHash::from_raw_36(basis).into();
    Some(DhtOpHash::from_raw_36(name).to_located_k2_op_id(&basis))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_ends_with_the_place_where_it_belongs() {
        let name = op_id(vec![7; 36], vec![9; 36]).expect("whole hashes");
        assert_eq!(name[..32], [7; 32]);
        assert_eq!(name[32..], [9; 4]);
    }

    #[test]
    fn half_a_hash_names_nothing() {
        assert!(op_id(vec![7; 35], vec![9; 36]).is_none());
        assert!(op_id(vec![7; 36], vec![9; 39]).is_none());
    }
}
