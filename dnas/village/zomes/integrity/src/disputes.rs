//! Facts about disputes, nominations and opinions.

use crate::convert::{action_hash, action_id, agent_id};
use crate::pages::{cited, CitedPage};
use crate::reading::{dispute_of, nomination_of};
use crate::Verdict;
use commons_credit_ledger::{
    ActionId, AgentId, CitedDispute, CitedNomination, Dispute, Nomination, Opinion,
};
use hdi::prelude::*;

/// Judges a dispute (rule 39).
pub(crate) fn disputed(action: &Action, dispute: &Dispute) -> Verdict {
    let transfer = cited(dispute.transfer)?;
    Ok(dispute.check(
        agent_id(action.author()),
        transfer.as_ref().map(CitedPage::borrow),
    ))
}

/// Judges a nomination (rule 39).
pub(crate) fn nominated(action: &Action, nomination: &Nomination) -> Verdict {
    let found = dispute_by(nomination.dispute)?;
    Ok(nomination.check(
        agent_id(action.author()),
        found.as_ref().map(|(id, dispute, transfer)| CitedDispute {
            id: *id,
            dispute,
            transfer: transfer.borrow(),
        }),
    ))
}

/// Judges an opinion (rule 39).
pub(crate) fn advised(action: &Action, opinion: &Opinion) -> Verdict {
    let mut found: Vec<(ActionId, AgentId, Nomination)> = Vec::new();
    for id in &opinion.nominations {
        let record = must_get_valid_record(action_hash(id))?;
        if let Some(nomination) = nomination_of(&record) {
            found.push((
                action_id(record.action_address()),
                agent_id(record.action().author()),
                nomination,
            ));
        }
    }
    let nominations: Vec<_> = found
        .iter()
        .map(|(id, author, nomination)| CitedNomination {
            id: *id,
            author: *author,
            nomination,
        })
        .collect();
    Ok(opinion.check(agent_id(action.author()), &nominations))
}

/// The dispute at an address with its transfer; none if something else stands there.
fn dispute_by(id: ActionId) -> ExternResult<Option<(ActionId, Dispute, CitedPage)>> {
    let record = must_get_valid_record(action_hash(&id))?;
    let Some(dispute) = dispute_of(&record) else {
        return Ok(None);
    };
    // A valid dispute cites a valid page.
    Ok(cited(dispute.transfer)?
        .map(|transfer| (action_id(record.action_address()), dispute, transfer)))
}
