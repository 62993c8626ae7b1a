//! Disputes: words about a transfer, a mediator, and what is given back.

use commons_credit_ledger::Seconds;
use holo_hash::{ActionHash, AgentPubKey};
use serde::{Deserialize, Serialize};

/// Says that a transfer is not right; by giver or receiver.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct DisputeInput {
    /// The giver's page.
    #[cfg_attr(feature = "typescript", ts(type = "ActionHash"))]
    pub transfer: ActionHash,
    /// Why; only the other side reads it. May be empty.
    pub reason: String,
}

/// A dispute that the caller has just opened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Disputed {
    /// The dispute.
    #[cfg_attr(feature = "typescript", ts(type = "ActionHash"))]
    pub dispute: ActionHash,
}

/// Names somebody who may mediate; who is named by both sides, does.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct NominateInput {
    /// The dispute, or the other side's about the same transfer.
    #[cfg_attr(feature = "typescript", ts(type = "ActionHash"))]
    pub dispute: ActionHash,
    /// Who.
    #[cfg_attr(feature = "typescript", ts(type = "AgentPubKey"))]
    pub mediator: AgentPubKey,
    /// What the mediator should know; only they read it. May be empty.
    pub words: String,
}

/// A nomination that the caller has just made.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Nominated {
    /// The nomination.
    #[cfg_attr(feature = "typescript", ts(type = "ActionHash"))]
    pub nomination: ActionHash,
}

/// What the caller, named by both sides, proposes.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct AdviseInput {
    /// The dispute.
    #[cfg_attr(feature = "typescript", ts(type = "ActionHash"))]
    pub dispute: ActionHash,
    /// How much of the transfer should be given back, zero or more.
    pub give_back_s: Seconds,
    /// Why; only the two sides read it. May be empty.
    pub words: String,
}

/// An opinion that the caller has just given.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Advised {
    /// The opinion.
    #[cfg_attr(feature = "typescript", ts(type = "ActionHash"))]
    pub opinion: ActionHash,
}

/// Gives something back of a disputed transfer, by a new transfer that cites it.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct GiveBackInput {
    /// The giver's page of the transfer that is corrected.
    #[cfg_attr(feature = "typescript", ts(type = "ActionHash"))]
    pub transfer: ActionHash,
    /// How much to give, levies included.
    pub amount_s: Seconds,
    /// What it is for; only the other side reads it. May be empty.
    pub words: String,
    /// The newest page number of the own book that the caller has seen; refused when the book has moved on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional, type = "number"))]
    pub seen: Option<u64>,
}

/// How far a dispute has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum DisputeState {
    /// Nobody named by both sides yet.
    Open,
    /// Both sides named the same mediator.
    Mediated,
    /// The mediator has proposed something.
    Advised,
    /// The village has decided.
    Decided,
    /// Something was given back by a transfer that cites the old one.
    Settled,
}

/// What one side says.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Statement {
    /// The dispute.
    #[cfg_attr(feature = "typescript", ts(type = "ActionHash"))]
    pub dispute: ActionHash,
    /// Which side.
    #[cfg_attr(feature = "typescript", ts(type = "AgentPubKey"))]
    pub author: AgentPubKey,
    /// The reason, when it could be opened.
    pub words: Option<String>,
    /// When the author says that it was written.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub time_us: i64,
}

/// One side names a mediator.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct NominationItem {
    /// The nomination.
    #[cfg_attr(feature = "typescript", ts(type = "ActionHash"))]
    pub nomination: ActionHash,
    /// The dispute that it is about.
    #[cfg_attr(feature = "typescript", ts(type = "ActionHash"))]
    pub dispute: ActionHash,
    /// Which side.
    #[cfg_attr(feature = "typescript", ts(type = "AgentPubKey"))]
    pub by: AgentPubKey,
    /// Who is named.
    #[cfg_attr(feature = "typescript", ts(type = "AgentPubKey"))]
    pub mediator: AgentPubKey,
    /// Their name, if known yet.
    pub mediator_name: Option<String>,
    /// What the mediator should know, for them and the side that wrote it.
    pub words: Option<String>,
}

/// What a mediator proposes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct OpinionItem {
    /// The opinion.
    #[cfg_attr(feature = "typescript", ts(type = "ActionHash"))]
    pub opinion: ActionHash,
    /// Who.
    #[cfg_attr(feature = "typescript", ts(type = "AgentPubKey"))]
    pub mediator: AgentPubKey,
    /// How much should be given back.
    pub give_back_s: Seconds,
    /// Why, when it could be opened.
    pub words: Option<String>,
}

/// A disputed transfer and all that was said about it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct DisputeItem {
    /// The giver's page.
    #[cfg_attr(feature = "typescript", ts(type = "ActionHash"))]
    pub transfer: ActionHash,
    /// The giver.
    #[cfg_attr(feature = "typescript", ts(type = "AgentPubKey"))]
    pub giver: AgentPubKey,
    /// Their name, if known yet.
    pub giver_name: Option<String>,
    /// The receiver.
    #[cfg_attr(feature = "typescript", ts(type = "AgentPubKey"))]
    pub receiver: AgentPubKey,
    /// Their name, if known yet.
    pub receiver_name: Option<String>,
    /// The giver's amount.
    pub amount_s: Seconds,
    /// How far it has come.
    pub state: DisputeState,
    /// What the sides say, oldest first.
    pub statements: Vec<Statement>,
    /// Whom they name, oldest first.
    pub nominations: Vec<NominationItem>,
    /// What mediators propose, oldest first.
    pub opinions: Vec<OpinionItem>,
    /// The newest ballot about it.
    #[cfg_attr(feature = "typescript", ts(type = "ActionHash | null"))]
    pub proposal: Option<ActionHash>,
    /// What the village decided to be given back.
    pub decided_s: Option<Seconds>,
    /// Transfers that correct it.
    #[cfg_attr(feature = "typescript", ts(type = "Array<ActionHash>"))]
    pub corrections: Vec<ActionHash>,
    /// How much they give, levies included.
    pub given_back_s: Seconds,
}

/// Disputes that concern the caller, newest first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Disputes {
    /// One page of them.
    pub items: Vec<DisputeItem>,
    /// Cursor of the next page.
    #[cfg_attr(feature = "typescript", ts(type = "number | null"))]
    pub next: Option<u64>,
}
