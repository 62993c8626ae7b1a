//! "I helped Bob two hours": a request for a payment. It moves nothing.

use crate::amount::{Amount, Seconds};
use crate::id::{ActionId, AgentId, Digest};
use crate::violation::Violation;
use serde::{Deserialize, Serialize};

/// Asks a giver for a transfer.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Request {
    /// The first page of the asker's book: shows that they are a member.
    pub book: ActionId,
    /// Who is asked to give.
    pub giver: AgentId,
    /// How much the giver is asked to give, in seconds, before levies.
    pub amount_s: Seconds,
    /// Salted hash of the words, if any.
    pub memo: Option<Digest>,
}

impl Request {
    /// Judges a request by its author (rule 23).
    pub fn check(&self, author: &AgentId) -> Result<Amount, Violation> {
        let amount = Amount::new(self.amount_s)?;
        if self.giver == *author {
            return Err(Violation::SelfTransfer);
        }
        Ok(amount)
    }
}
