//! Pages that lack receipts: this member's own, for a peer that shows up, and those of
//! others that came by gossip.
//!
//! Holochain 0.7.1 sends a page to whoever is there when it is written, and again after
//! five minutes. Somebody who shows up in between hears of it by gossip: as a rule within
//! seconds, but not of what became ready while this node was being killed; and for what
//! came by gossip nobody signs a receipt, so that its giver still takes it for unseen. So a
//! peer is told at once of the newest pages, by their names only: what it has already it
//! does not fetch. And whoever is there gets this node's receipts for the newest pages of theirs
//! that it holds, however they came. They are receipts as Holochain's own, apart from a
//! microsecond in the time.

use crate::audit::SharedLedgers;
use crate::conductor::App;
use crate::NodeError;
use holochain::prelude::{
    AgentPubKey, AnyLinkableHash, CellId, DhtOpHash, DnaHash, ExternalHash, Timestamp,
    ValidationStatus,
};
use holochain_keystore::ValidationReceiptExt;
use holochain_state::data::{DbRead, Dht};
use holochain_types::prelude::ValidationReceipt;
use kitsune2_api::{OpId, PublishOp};
use sqlx::query::Query;
use sqlx::sqlite::{SqliteArguments, SqliteRow};
use sqlx::{Row, Sqlite};
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::timeout;

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
/// Newest records of one author that this node itself found valid (`op_type` 1, status 1):
/// what it only keeps in its cache it signs for nobody.
const HELD: &str = "SELECT ChainOp.hash AS name, ChainOp.when_integrated AS integrated, \
     Action.seq AS seq FROM ChainOp JOIN Action ON ChainOp.action_hash = Action.hash \
     WHERE Action.author = ? AND Action.seq > ? AND ChainOp.op_type = 1 \
     AND ChainOp.when_integrated IS NOT NULL AND ChainOp.validation_status = 1 \
     AND ChainOp.locally_validated = 1 \
     ORDER BY Action.seq DESC LIMIT ?";
/// Receipts for one author at once: who holds a page holds those before it.
const RECEIPTS_MAX: i64 = 32;
/// Longest that sending one may take.
const SEND_MAX: Duration = Duration::from_secs(10);
const HASH_BYTES: usize = 36;

/// Reads the member's own chains, beside the conductor.
pub struct Unsigned {
    ledgers: Arc<SharedLedgers>,
    open: HashMap<DnaHash, DbRead<Dht>>,
    /// Up to which action who was sent receipts, in this run and since they showed up.
    signed: HashMap<(DnaHash, AgentPubKey), i64>,
}

impl Unsigned {
    /// Reads from these ledgers.
    pub fn of(ledgers: Arc<SharedLedgers>) -> Self {
        Self {
            ledgers,
            open: HashMap::new(),
            signed: HashMap::new(),
        }
    }

    /// The newest operations of a cell's author that lack receipts.
    pub async fn newest(&mut self, cell: &CellId) -> Result<Vec<PublishOp>, NodeError> {
        let author = cell.agent_pubkey().clone();
        let asked = sqlx::query(NEWEST)
            .bind(author.get_raw_36().to_vec())
            .bind(TOLD_MAX);
        let rows = self.rows(cell.dna_hash(), asked).await?;
        // The oldest of them first: each page is judged by the one before it.
        let names = rows.iter().rev().filter_map(|row| {
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

    /// Whoever shows up is sent receipts anew: the last ones may have been lost.
    pub fn shows_up(&mut self, dna: &DnaHash, peer: &AgentPubKey) {
        self.signed.remove(&(dna.clone(), peer.clone()));
    }

    /// Sends a peer this node's receipts for the newest pages of theirs that it holds.
    pub async fn sign_for(
        &mut self,
        app: &App,
        cell: &CellId,
        peer: &AgentPubKey,
    ) -> Result<(), NodeError> {
        let dna = cell.dna_hash();
        let before = (dna.clone(), peer.clone());
        let before = self.signed.get(&before).copied().unwrap_or(-1);
        let asked = sqlx::query(HELD)
            .bind(peer.get_raw_36().to_vec())
            .bind(before)
            .bind(RECEIPTS_MAX);
        for row in self.rows(dna, asked).await? {
            let (name, integrated, sequence) = match (
                row.try_get::<Vec<u8>, _>("name"),
                row.try_get::<i64, _>("integrated"),
                row.try_get::<i64, _>("seq"),
            ) {
                (Ok(name), Ok(integrated), Ok(sequence)) if name.len() == HASH_BYTES => {
                    (name, integrated, sequence)
                }
                _ => continue,
            };
            let receipt = ValidationReceipt {
                dht_op_hash: DhtOpHash::from_raw_36(name),
                validation_status: ValidationStatus::Valid,
                validators: vec![cell.agent_pubkey().clone()],
                // Not the very receipt that Holochain sends: of two alike the receiver answers
                // none, and whoever sends waits for that.
                when_integrated: Timestamp::from_micros(integrated.saturating_add(1)),
            };
            let signed = receipt.sign(app.handle().keystore()).await;
            let signed = signed.map_err(|error| app.failed("signing a receipt", error))?;
            let (p2p, dna, to) = (
                app.handle().holochain_p2p().clone(),
                dna.clone(),
                peer.clone(),
            );
            // One by one: of several the receiver drops those after one that it has.
            if let Some(signed) = signed {
                tokio::spawn(async move {
                    let sending = p2p.send_validation_receipts(dna, to, vec![signed].into());
                    if let Ok(Err(error)) = timeout(SEND_MAX, sending).await {
                        tracing::debug!(%error, "a receipt was not sent");
                    }
                });
            }
            let upto = self
                .signed
                .entry((cell.dna_hash().clone(), peer.clone()))
                .or_insert(sequence);
            *upto = sequence.max(*upto);
        }
        Ok(())
    }

    async fn rows(
        &mut self,
        dna: &DnaHash,
        asked: Query<'_, Sqlite, SqliteArguments>,
    ) -> Result<Vec<SqliteRow>, NodeError> {
        let ledgers = self.ledgers.get().await?;
        if !self.open.contains_key(dna) {
            if let Some(database) = ledgers.chains(dna).await? {
                self.open.insert(dna.clone(), database);
            }
        }
        match self.open.get(dna) {
            None => Ok(Vec::new()),
            Some(database) => asked
                .fetch_all(database.pool())
                .await
                .map_err(|error| ledgers.failed(error)),
        }
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
