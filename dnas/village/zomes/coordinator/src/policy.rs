//! The policy in force: the charter's, until the village decides another.

use crate::api::{Appointed, BallotKind, PolicyInForce, PolicyTerms};
use crate::ballots::Ballots;
use crate::refusal::law;
use commons_credit_ledger::{Appointment, Charter, Content, Policy, PolicyRef, Subject, Terms};
use hdk::prelude::*;
use village_integrity::{action_hash, action_id, agent_id, agent_key};

/// A policy with how pages name it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct InForce {
    pub(crate) policy: Policy,
    pub(crate) cited: PolicyRef,
    pub(crate) terms: Terms,
}

/// The newest adopted policy that this node knows.
pub(crate) fn policy_in_force(charter: &Charter) -> ExternResult<InForce> {
    let ballots = Ballots::known(BallotKind::Policy)?;
    if let Some((asked, outcome)) = ballots.newest_on(&Subject::Policy) {
        if let (Content::Policy(terms), Some(policy)) =
            (&asked.proposal.content, asked.proposal.policy())
        {
            return Ok(InForce {
                policy,
                cited: PolicyRef {
                    version: policy.version,
                    decision: Some(action_id(&outcome.decision)),
                },
                terms: *terms,
            });
        }
    }
    let terms = charter.terms();
    Ok(InForce {
        policy: terms.policy(0).map_err(law)?,
        cited: PolicyRef::FOUNDING,
        terms,
    })
}

impl From<&InForce> for PolicyInForce {
    fn from(in_force: &InForce) -> Self {
        Self {
            version: in_force.cited.version,
            decision: in_force.cited.decision.as_ref().map(action_hash),
            terms: shown_terms(&in_force.terms),
        }
    }
}

/// Terms as they leave the zome.
pub(crate) fn shown_terms(terms: &Terms) -> PolicyTerms {
    let shown = |appointed: Appointment| Appointed {
        holder: agent_key(&appointed.holder),
        until_us: appointed.until_us,
    };
    PolicyTerms {
        levies: terms.levies,
        floor_s: terms.floor_s,
        exposure_s: terms.exposure_s,
        probation: terms.probation,
        payments_levied: terms.payments_levied,
        state: terms.state.map(shown),
        community: terms.community.map(shown),
    }
}

/// Terms as the law takes them.
pub(crate) fn terms_of(terms: &PolicyTerms) -> Terms {
    let taken = |appointed: &Appointed| Appointment {
        holder: agent_id(&appointed.holder),
        until_us: appointed.until_us,
    };
    Terms {
        levies: terms.levies,
        floor_s: terms.floor_s,
        exposure_s: terms.exposure_s,
        probation: terms.probation,
        payments_levied: terms.payments_levied,
        state: terms.state.as_ref().map(taken),
        community: terms.community.as_ref().map(taken),
    }
}
