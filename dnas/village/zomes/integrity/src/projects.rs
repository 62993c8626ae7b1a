//! Facts about labour and its confirmations.

use crate::convert::{action_hash, action_id, agent_id};
use crate::decisions::{decided_by, DecidedRecord};
use crate::reading::{confirmation_of, labour_of, opens_book_of};
use crate::{broken, Verdict};
use commons_credit_ledger::project::CONFIRMATIONS_MAX;
use commons_credit_ledger::{
    ActionId, AgentId, CitedConfirmation, CitedLabour, Confirmation, Labour, Violation,
};
use hdi::prelude::*;

/// Judges labour (rule 38).
pub(crate) fn worked(action: &Action, labour: &Labour) -> Verdict {
    let book = must_get_valid_record(action_hash(&labour.book))?;
    if !opens_book_of(&book, action.author()) {
        return broken(Violation::BookForeign);
    }
    let decided = decided_by(labour.decision)?;
    Ok(labour.check(decided.as_ref().map(DecidedRecord::borrow)))
}

/// Judges a confirmation (rule 38).
pub(crate) fn confirmed(action: &Action, confirmation: &Confirmation) -> Verdict {
    let labour = labour_by(confirmation.labour)?;
    let worked = labour_by(confirmation.worked)?;
    Ok(confirmation.check(
        agent_id(action.author()),
        labour.as_ref().map(LabourRecord::borrow),
        worked.as_ref().map(LabourRecord::borrow),
    ))
}

/// A valid labour with its author.
pub(crate) struct LabourRecord {
    id: ActionId,
    author: AgentId,
    labour: Labour,
}

impl LabourRecord {
    pub(crate) fn borrow(&self) -> CitedLabour<'_> {
        CitedLabour {
            id: self.id,
            author: self.author,
            labour: &self.labour,
        }
    }
}

/// The labour at an address; none if something else stands there.
pub(crate) fn labour_by(id: ActionId) -> ExternResult<Option<LabourRecord>> {
    let record = must_get_valid_record(action_hash(&id))?;
    Ok(labour_of(&record).map(|labour| LabourRecord {
        id: action_id(record.action_address()),
        author: agent_id(record.action().author()),
        labour,
    }))
}

/// A valid confirmation with its author.
pub(crate) struct ConfirmationRecord {
    id: ActionId,
    author: AgentId,
    confirmation: Confirmation,
}

impl ConfirmationRecord {
    pub(crate) fn borrow(&self) -> CitedConfirmation<'_> {
        CitedConfirmation {
            id: self.id,
            author: self.author,
            confirmation: &self.confirmation,
        }
    }
}

/// The confirmations at these addresses; what is something else is left out. Not
/// more are fetched than the law ever counts.
pub(crate) fn confirmations_by(ids: &[ActionId]) -> ExternResult<Vec<ConfirmationRecord>> {
    let mut found = Vec::new();
    for id in ids.iter().take(CONFIRMATIONS_MAX) {
        let record = must_get_valid_record(action_hash(id))?;
        if let Some(confirmation) = confirmation_of(&record) {
            found.push(ConfirmationRecord {
                id: action_id(record.action_address()),
                author: agent_id(record.action().author()),
                confirmation,
            });
        }
    }
    Ok(found)
}
