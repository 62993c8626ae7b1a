//! Clearing with many villages at once: where a line stands, a round, its signatures.

use commons_credit_ledger::{AgentId, Round, Seconds, SignatureBytes, VillageId};
use holo_hash::DnaHash;
use serde::{Deserialize, Serialize};

/// What one village owes another over their line: as JSON, and signed by both gateways,
/// what `commons-credit clear` reads.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct LineStatement {
    /// The village that owes.
    pub debtor: VillageId,
    /// The village that is owed.
    pub creditor: VillageId,
    /// The debtor's gateway for this line.
    pub debtor_gateway: AgentId,
    /// The creditor's gateway for this line.
    pub creditor_gateway: AgentId,
    /// A later one takes the place of all before.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub number: u64,
    /// What is owed, in seconds, as both sides count it at least.
    pub amount_s: Seconds,
    /// The debtor's gateway's signature over
    /// [`owed_statement`](commons_credit_ledger::clearing::owed_statement).
    pub debtor_signature: SignatureBytes,
    /// The creditor's gateway's signature over the same; absent while it has not signed.
    pub creditor_signature: Option<SignatureBytes>,
}

/// Asks for a statement about a line, or for the second signature under one.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct LineStatementInput {
    /// The neighbour village.
    #[cfg_attr(feature = "typescript", ts(type = "DnaHash"))]
    pub village: DnaHash,
    /// What the gateway that owes has signed; absent to draw a new one, by that gateway.
    pub statement: Option<LineStatement>,
}

/// A round of clearing that the caller is to sign.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct RoundInput {
    /// The round, as `commons-credit clear` prints it.
    pub round: Round,
}

/// A gateway's signature under a round.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct RoundSigned {
    /// The village whose gateway signed.
    pub village: VillageId,
    /// The signature over [`Round::statement`].
    pub signature: SignatureBytes,
}

/// Books the caller's part of a round.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct BookRoundInput {
    /// The round.
    pub round: Round,
    /// Every gateway's signature, in any order; at most one for each line.
    pub signatures: Vec<RoundSigned>,
}
