//! Facts about proposals and decisions. A vote is a page and comes from there.

use crate::convert::{action_hash, action_id, agent_id};
use crate::guarding::proof_by;
use crate::pages::{cited, CitedPage};
use crate::reading::{decision_of, proposal_of};
use crate::{broken, Verdict};
use commons_credit_ledger::decision::VOTES_MAX;
use commons_credit_ledger::{
    ActionId, Ballot, Charter, CitedDoubleSpend, Content, Decided, Decision, Policy, Proposal,
    ProposalFacts, Violation,
};
use hdi::prelude::*;
use std::collections::BTreeMap;

/// A valid decision with its proposal, which is valid too.
#[derive(Debug, Clone)]
pub struct DecidedRecord {
    /// The decision's address.
    pub id: ActionId,
    /// Whether it adopts the proposal.
    pub adopted: bool,
    /// The proposal's address.
    pub proposal_id: ActionId,
    /// The proposal.
    pub proposal: Proposal,
}

impl DecidedRecord {
    /// As the ledger takes it.
    pub fn borrow(&self) -> Decided<'_> {
        Decided {
            id: self.id,
            adopted: self.adopted,
            proposal_id: self.proposal_id,
            proposal: &self.proposal,
        }
    }

    /// The policy that it adopts, if it adopts one.
    pub fn policy(&self) -> Option<Policy> {
        self.adopted.then(|| self.proposal.policy()).flatten()
    }
}

/// The decision at an address; none if something else stands there.
pub fn decided_by(id: ActionId) -> ExternResult<Option<DecidedRecord>> {
    let record = must_get_valid_record(action_hash(&id))?;
    let Some(decision) = decision_of(&record) else {
        return Ok(None);
    };
    // A valid decision names a valid proposal.
    Ok(
        proposed_by(decision.proposal)?.map(|(proposal_id, proposal)| DecidedRecord {
            id: action_id(record.action_address()),
            adopted: decision.adopted,
            proposal_id,
            proposal,
        }),
    )
}

/// The proposal at an address; none if something else stands there.
pub(crate) fn proposed_by(id: ActionId) -> ExternResult<Option<(ActionId, Proposal)>> {
    let record = must_get_valid_record(action_hash(&id))?;
    Ok(proposal_of(&record).map(|proposal| (action_id(record.action_address()), proposal)))
}

/// Judges a proposal (rule 27).
pub(crate) fn proposed(action: &Action, proposal: &Proposal, charter: &Charter) -> Verdict {
    let follows = match proposal.follows {
        None => None,
        Some(id) => decided_by(id)?,
    };
    let roll = match proposal.roll.decision {
        None => None,
        Some(id) if proposal.follows == Some(id) => follows.clone(),
        Some(id) => decided_by(id)?,
    };
    let double_spend = match &proposal.content {
        Content::MakeGood { proof, .. } => proof_by(*proof)?,
        _ => None,
    };
    Ok(proposal.check(&ProposalFacts {
        double_spend: double_spend
            .as_ref()
            .map(|(id, proof)| CitedDoubleSpend { id: *id, proof }),
        author: agent_id(action.author()),
        charter,
        follows: follows.as_ref().map(DecidedRecord::borrow),
        roll: roll.as_ref().map(DecidedRecord::borrow),
    }))
}

/// Judges a decision (rule 30): one record for each vote, and one for each proposal
/// that they name.
pub(crate) fn decided(decision: &Decision) -> Verdict {
    // Before anything is fetched: a list without end would cost every peer.
    if decision.votes.len() > VOTES_MAX {
        return broken(Violation::VotesMalformed {
            votes: decision.votes.len() as u64,
        });
    }
    let proposal = proposed_by(decision.proposal)?.map(|(_, proposal)| proposal);
    let mut pages: Vec<Option<CitedPage>> = Vec::with_capacity(decision.votes.len());
    let mut rivals: BTreeMap<ActionId, Option<Proposal>> = BTreeMap::new();
    for id in &decision.votes {
        let page = cited(*id)?;
        let vote = page.as_ref().and_then(|page| page.page.event.vote());
        if let Some(rival) = vote
            .map(|vote| vote.proposal)
            .filter(|named| *named != decision.proposal && !decision.adopted)
        {
            if let std::collections::btree_map::Entry::Vacant(place) = rivals.entry(rival) {
                place.insert(proposed_by(rival)?.map(|(_, proposal)| proposal));
            }
        }
        pages.push(page);
    }
    let ballots: Vec<Ballot<'_>> = pages
        .iter()
        .flatten()
        .map(|page| {
            let vote = page.page.event.vote();
            Ballot {
                id: page.id,
                voter: page.author,
                vote,
                proposal: vote
                    .and_then(|vote| rivals.get(&vote.proposal))
                    .and_then(Option::as_ref),
            }
        })
        .collect();
    Ok(decision.check(proposal.as_ref(), &ballots))
}
