//! The funds: who holds them, what came in, what went out.

use crate::Written;
use commons_credit_ledger::{Fund, Seconds};
use holo_hash::{ActionHash, AgentPubKey};
use serde::{Deserialize, Serialize};

/// Names a fund.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct FundRef {
    /// Which.
    pub fund: Fund,
}

/// Collects levies from members' books into a fund that the caller holds.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct SweepInput {
    /// Which.
    pub fund: Fund,
    /// Where to go on among the members: the `next` of the call before; absent for the start.
    #[cfg_attr(feature = "typescript", ts(type = "number | null"))]
    pub cursor: Option<u64>,
}

/// What one sweep collected: at most 100 members, one page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct SweepDone {
    /// The page; absent if nothing was due.
    pub written: Option<Written>,
    /// From how many members.
    pub members: u32,
    /// How much.
    pub swept_s: Seconds,
    /// Cursor for the members after these.
    #[cfg_attr(feature = "typescript", ts(type = "number | null"))]
    pub next: Option<u64>,
}

/// Hands a fund over to the holder whom the policy names.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct HandOverInput {
    /// Which.
    pub fund: Fund,
}

/// A fund in one book, by its newest page that this node knows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct FundHeld {
    /// Whose book.
    #[cfg_attr(feature = "typescript", ts(type = "AgentPubKey"))]
    pub holder: AgentPubKey,
    /// Their name, if known yet.
    pub holder_name: Option<String>,
    /// Whether the policy in force names them.
    pub appointed: bool,
    /// The end of their term, if they are appointed.
    #[cfg_attr(feature = "typescript", ts(type = "number | null"))]
    pub until_us: Option<i64>,
    /// Whether their book has opened the fund.
    pub held: bool,
    /// What it holds.
    pub balance_s: Seconds,
    /// The newest page known of that book.
    #[cfg_attr(feature = "typescript", ts(type = "ActionHash | null"))]
    pub page: Option<ActionHash>,
}

/// Both funds: in the books of those who were ever appointed, the present holder first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Treasury {
    /// The State fund.
    pub state: Vec<FundHeld>,
    /// The Community fund.
    pub community: Vec<FundHeld>,
}

/// Asks for one page of what happened to a fund in one book.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct FundLinesInput {
    /// Which fund.
    pub fund: Fund,
    /// Whose book.
    #[cfg_attr(feature = "typescript", ts(type = "AgentPubKey"))]
    pub holder: AgentPubKey,
    /// Where to go on: the `next` of the call before; absent for the start.
    #[cfg_attr(feature = "typescript", ts(type = "number | null"))]
    pub cursor: Option<u64>,
    /// How many at most, 1 to [`LIST_MAX`](crate::LIST_MAX).
    pub limit: u32,
}

/// What happened to a fund.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum FundLineKind {
    /// The holder opened it.
    Opened,
    /// Levies came in.
    Swept,
    /// Labour on a project was paid.
    Paid,
    /// It was handed over to another holder.
    HandedOver,
    /// It was taken over from another holder.
    TakenOver,
    /// A payment or handing over came back, declined.
    Returned,
    /// What somebody gave twice was made good.
    MadeGood,
}

/// One line of a fund.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct FundLine {
    /// The page.
    #[cfg_attr(feature = "typescript", ts(type = "ActionHash"))]
    pub page: ActionHash,
    /// What happened.
    pub kind: FundLineKind,
    /// How much came in or went out.
    pub amount_s: Seconds,
    /// Who was paid, the other holder, or who gave twice.
    #[cfg_attr(feature = "typescript", ts(type = "AgentPubKey | null"))]
    pub counterpart: Option<AgentPubKey>,
    /// Their name, if known yet.
    pub counterpart_name: Option<String>,
    /// On a sweep: from how many members.
    pub members: u32,
    /// The fund's balance after it.
    pub balance_s: Seconds,
    /// When the holder says that it was written.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub time_us: i64,
}

/// Lines of a fund, newest first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct FundLines {
    /// One page of them.
    pub items: Vec<FundLine>,
    /// Cursor of the next page.
    #[cfg_attr(feature = "typescript", ts(type = "number | null"))]
    pub next: Option<u64>,
}
