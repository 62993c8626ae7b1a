//! Payloads of the hostile zome: one file for the zome and for the tests that
//! call it (`tests/src/hostile.rs` includes it; the zome is never linked natively).
//!
//! Whoever includes it has the hash types of its own prelude in scope.

use super::{ActionHash, AgentPubKey, AnyLinkableHash, Signature};
use commons_credit_ledger::Page;
use serde::{Deserialize, Serialize};

/// An entry of any type, with any bytes.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RawEntry {
    /// Index of the integrity zome; the village has only 0.
    pub zome: u8,
    /// Index of the entry type: 0 is a page, 1 a request.
    pub entry_type: u8,
    /// Hidden from the peers.
    pub private: bool,
    /// The entry's bytes.
    #[serde(with = "serde_bytes")]
    pub bytes: Vec<u8>,
}

/// A page in place of another entry.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Replaced {
    /// The action whose entry is updated.
    pub original: ActionHash,
    /// What it shall be now.
    pub page: Page,
}

/// Many good payments of the same kind, in one commit.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Gifts {
    /// The first of them, whose cheque need not be signed yet.
    pub page: Page,
    /// Who is told.
    pub to: AgentPubKey,
    /// Index of the link type of inboxes.
    pub link_type: u8,
    /// How many.
    pub count: u32,
}

/// A link of any kind.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Linked {
    /// Where it leads from.
    pub base: AnyLinkableHash,
    /// Where it leads to.
    pub target: AnyLinkableHash,
    /// Index of the link type: 0 Member, 1 Inbox, 2 Outcome, 4 Answer.
    pub link_type: u8,
    /// The tag.
    #[serde(with = "serde_bytes")]
    pub tag: Vec<u8>,
}

/// A signature to be checked.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SignatureClaim {
    /// Whose it shall be.
    pub key: AgentPubKey,
    /// The signature.
    pub signature: Signature,
    /// Over which bytes.
    #[serde(with = "serde_bytes")]
    pub message: Vec<u8>,
}

/// A page of the caller's own book.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct OwnPage {
    /// Its action.
    pub hash: ActionHash,
    /// The page.
    pub page: Page,
}
