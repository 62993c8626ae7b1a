//! Projects: what a fund pays for, and who worked on it.

use commons_credit_ledger::{Fund, Seconds};
use holo_hash::{ActionHash, AgentPubKey};
use serde::{Deserialize, Serialize};

/// An adopted project.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ProjectItem {
    /// Its name: the proposal.
    #[cfg_attr(feature = "typescript", ts(type = "ActionHash"))]
    pub project: ActionHash,
    /// A decision that adopts it.
    #[cfg_attr(feature = "typescript", ts(type = "ActionHash"))]
    pub decision: ActionHash,
    /// What it is called.
    pub name: String,
    /// What it is for.
    pub purpose: String,
    /// Which fund pays.
    pub fund: Fund,
    /// Who pays.
    #[cfg_attr(feature = "typescript", ts(type = "AgentPubKey"))]
    pub holder: AgentPubKey,
    /// Their name, if known yet.
    pub holder_name: Option<String>,
    /// How much may be paid in all, before levies.
    pub budget_s: Seconds,
    /// How much of it was paid, as far as this node knows.
    pub spent_s: Seconds,
    /// Budget less spent.
    pub left_s: Seconds,
    /// How many confirmations each labour needs.
    pub confirmations: u32,
    /// When the proposer says that it was written.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub time_us: i64,
}

/// Adopted projects, newest first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Projects {
    /// One page of them.
    pub items: Vec<ProjectItem>,
    /// Cursor of the next page.
    #[cfg_attr(feature = "typescript", ts(type = "number | null"))]
    pub next: Option<u64>,
}

/// Asks for a project and one page of the labour on it.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ProjectInput {
    /// The project.
    #[cfg_attr(feature = "typescript", ts(type = "ActionHash"))]
    pub project: ActionHash,
    /// Where to go on: the `next` of the call before; absent for the start.
    #[cfg_attr(feature = "typescript", ts(type = "number | null"))]
    pub cursor: Option<u64>,
    /// How many labours at most, 1 to [`LIST_MAX`](crate::LIST_MAX).
    pub limit: u32,
}

/// Hours that somebody worked on a project, by their own word.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct LabourItem {
    /// The labour.
    #[cfg_attr(feature = "typescript", ts(type = "ActionHash"))]
    pub labour: ActionHash,
    /// Who; absent if they did not agree to be shown, but for themselves and the holder. The ledger knows it.
    #[cfg_attr(feature = "typescript", ts(type = "AgentPubKey | null"))]
    pub worker: Option<AgentPubKey>,
    /// Their name, if known and shown.
    pub worker_name: Option<String>,
    /// Whether it is the caller's.
    pub mine: bool,
    /// How long.
    pub seconds: Seconds,
    /// What they did, for the holder and the worker.
    pub words: Option<String>,
    /// How many others who worked confirm it.
    pub confirmed_by: u32,
    /// Whether the caller does.
    pub confirmed_by_me: bool,
    /// The page that pays it.
    #[cfg_attr(feature = "typescript", ts(type = "ActionHash | null"))]
    pub paid: Option<ActionHash>,
    /// How much that is, before levies.
    pub paid_s: Seconds,
    /// When the worker says that it was written.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub time_us: i64,
}

/// A project and the labour on it, newest first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ProjectPage {
    /// The project.
    pub item: ProjectItem,
    /// How many labours are known in all.
    pub labours: u32,
    /// One page of them.
    pub work: Vec<LabourItem>,
    /// Cursor of the next page.
    #[cfg_attr(feature = "typescript", ts(type = "number | null"))]
    pub next: Option<u64>,
}

/// Logs the caller's labour on a project.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct WorkInput {
    /// The project.
    #[cfg_attr(feature = "typescript", ts(type = "ActionHash"))]
    pub project: ActionHash,
    /// How long, in seconds.
    pub seconds: Seconds,
    /// What was done; only the holder reads it. May be empty.
    pub words: String,
    /// Whether the caller agrees to be shown by name on the project's page.
    pub shown: bool,
}

/// Labour that the caller has just logged.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Worked {
    /// The labour.
    #[cfg_attr(feature = "typescript", ts(type = "ActionHash"))]
    pub labour: ActionHash,
}

/// Names labour.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct LabourRef {
    /// The labour.
    #[cfg_attr(feature = "typescript", ts(type = "ActionHash"))]
    pub labour: ActionHash,
}

/// A confirmation that the caller has just given.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Confirmed {
    /// The confirmation.
    #[cfg_attr(feature = "typescript", ts(type = "ActionHash"))]
    pub confirmation: ActionHash,
}

/// Pays labour out of the fund of its project.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct PayLabourInput {
    /// The labour.
    #[cfg_attr(feature = "typescript", ts(type = "ActionHash"))]
    pub labour: ActionHash,
    /// How much, before levies; absent for as long as was worked.
    pub amount_s: Option<Seconds>,
}
