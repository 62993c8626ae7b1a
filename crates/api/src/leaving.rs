//! Leaving, and going on where other rules were adopted.

use commons_credit_ledger::settled::{Key, Mark};
use commons_credit_ledger::{Fund, Page};
use holo_hash::{ActionHash, AgentPubKey, DnaHash};
use serde::{Deserialize, Serialize};

/// Writes the last page of the caller's book.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct CloseInput {
    /// The decision that adopts other rules; absent to leave the village with nothing owed.
    #[cfg_attr(feature = "typescript", ts(type = "ActionHash | null"))]
    pub decision: Option<ActionHash>,
}

/// Asks a founding steward of this village to witness the end of a book in the village before it.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct WitnessInput {
    /// Whose book.
    #[cfg_attr(feature = "typescript", ts(type = "AgentPubKey"))]
    pub author: AgentPubKey,
    /// Its last page in the old village.
    #[cfg_attr(feature = "typescript", ts(type = "ActionHash"))]
    pub closing: ActionHash,
}

/// A closed book with a steward's signature, as text for its owner.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Witnessed {
    /// One line: `cw1:` and base64url characters.
    pub text: String,
}

/// Goes on in this village with a book that was closed in the village before it.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct CarryInput {
    /// The member's name.
    pub name: String,
    /// The text that a founding steward gave.
    pub witnessed: String,
}

/// Names the last page of a book.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ClosedInput {
    /// The page.
    #[cfg_attr(feature = "typescript", ts(type = "ActionHash"))]
    pub closing: ActionHash,
}

/// The last page of a book that this node holds and has found valid.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ClosedBook {
    /// Whose.
    #[cfg_attr(feature = "typescript", ts(type = "AgentPubKey"))]
    pub author: AgentPubKey,
    /// The DNA that the village adopted, for which it was closed.
    #[cfg_attr(feature = "typescript", ts(type = "DnaHash"))]
    pub dna: DnaHash,
    /// The page.
    pub page: Page,
}

/// A leaf of one of a book's trees.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Leaf {
    /// Where it lies.
    pub key: Key,
    /// What it says.
    pub mark: Mark,
}

/// What a book knows about a fund that it holds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct FundLeaves {
    /// Which fund.
    pub fund: Fund,
    /// Up to where each member was swept.
    pub swept: Vec<Leaf>,
    /// What was spent on each project, and which labour was paid.
    pub spent: Vec<Leaf>,
}

/// What a book has settled, swept and spent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct BookLeaves {
    /// What it has settled: transfers and votes.
    pub settled: Vec<Leaf>,
    /// The funds that it holds.
    pub funds: Vec<FundLeaves>,
}
