//! The rolls that this node knows, from the founding stewards to the newest, and the
//! trees that show who stands on them.

use crate::api::{BallotKind, RollInForce};
use crate::ballots::{Asked, Ballots, Outcome};
use crate::refusal::Refusal;
use commons_credit_ledger::roll::{founding_tree, set_standing, Standing};
use commons_credit_ledger::settled::Tree;
use commons_credit_ledger::{
    ActionId, AgentId, Charter, Content, Decided, Proposal, Roll, RollRef,
};
use hdk::prelude::*;
use std::collections::BTreeMap;
use village_integrity::{action_hash, action_id};

/// One roll and what made it.
struct Step {
    roll: Roll,
    closed: Option<(Asked, Outcome)>,
}

/// Rolls by their number.
pub(crate) struct Rolls {
    charter: Charter,
    steps: Vec<Step>,
}

impl Rolls {
    /// Every roll that follows from what this node holds.
    pub(crate) fn known(charter: Charter) -> ExternResult<Self> {
        let ballots = Ballots::known(BallotKind::Roll)?;
        // One number has one outcome, whichever decisions say so.
        let mut by_number: BTreeMap<u32, (&Asked, &Outcome)> = BTreeMap::new();
        for (asked, outcome) in ballots.outcomes() {
            let place = by_number
                .entry(asked.proposal.number)
                .or_insert((asked, outcome));
            if outcome.adopted && !place.1.adopted {
                *place = (asked, outcome);
            }
        }
        let mut steps = vec![Step {
            roll: Roll::founding(&charter),
            closed: None,
        }];
        for (number, (asked, outcome)) in by_number {
            let Some(roll) = outcome.decided(asked).roll() else {
                break;
            };
            if usize::try_from(number) != Ok(steps.len()) {
                break;
            }
            steps.push(Step {
                roll,
                closed: Some((asked.clone(), outcome.clone())),
            });
        }
        Ok(Self { charter, steps })
    }

    /// Whether somebody is a founding steward.
    pub(crate) fn founded_by(&self, agent: &AgentId) -> bool {
        self.charter.has_steward(agent)
    }

    fn newest_step(&self) -> &Step {
        // There is always the founding one.
        &self.steps[self.steps.len() - 1]
    }

    /// The newest roll.
    pub(crate) fn newest(&self) -> Roll {
        self.newest_step().roll
    }

    /// Its number.
    pub(crate) fn number(&self) -> u32 {
        u32::try_from(self.steps.len() - 1).unwrap_or(u32::MAX)
    }

    /// The roll of a number.
    pub(crate) fn roll_of(&self, number: u32) -> Option<Roll> {
        let place = usize::try_from(number).ok()?;
        self.steps.get(place).map(|step| step.roll)
    }

    /// The number of the roll that a decision made.
    pub(crate) fn number_of(&self, decision: &ActionId) -> Option<u32> {
        let place = self.steps.iter().position(|step| {
            step.closed
                .as_ref()
                .is_some_and(|(_, outcome)| outcome.all.contains(&action_hash(decision)))
        })?;
        u32::try_from(place).ok()
    }

    /// How a proposal names it.
    pub(crate) fn cited(&self) -> RollRef {
        RollRef {
            number: self.number(),
            decision: self
                .newest_step()
                .closed
                .as_ref()
                .map(|(_, outcome)| action_id(&outcome.decision)),
        }
    }

    /// The decision that made it.
    pub(crate) fn decided(&self) -> Option<Decided<'_>> {
        self.newest_step()
            .closed
            .as_ref()
            .map(|(asked, outcome)| outcome.decided(asked))
    }

    /// Who stood where on the roll of a number.
    pub(crate) fn standings(&self, number: u32) -> BTreeMap<AgentId, Standing> {
        let mut standings: BTreeMap<AgentId, Standing> = self
            .charter
            .stewards
            .iter()
            .map(|steward| (*steward, Standing::Steward))
            .collect();
        for (agent, standing) in self.changes(number) {
            standings.insert(agent, standing);
        }
        standings
    }

    /// The tree of the roll of a number.
    pub(crate) fn tree(&self, number: u32) -> Tree {
        let mut tree = founding_tree(&self.charter);
        for (agent, standing) in self.changes(number) {
            set_standing(&mut tree, agent, standing);
        }
        tree
    }

    fn changes(&self, number: u32) -> impl Iterator<Item = (AgentId, Standing)> + '_ {
        let until = usize::try_from(number).unwrap_or(usize::MAX);
        self.steps
            .iter()
            .take(until.saturating_add(1))
            .filter_map(|step| step.closed.as_ref())
            .filter(|(_, outcome)| outcome.adopted)
            .filter_map(|(asked, _)| match &asked.proposal.content {
                Content::Roll(terms) => Some(&terms.changes),
                _ => None,
            })
            .flatten()
            .map(|change| (change.agent, change.standing))
    }

    /// The newest tree.
    pub(crate) fn newest_tree(&self) -> Tree {
        self.tree(self.number())
    }

    /// The tree of the roll that a proposal asks; refused while a decision on the way
    /// to it has not arrived.
    pub(crate) fn tree_of(&self, proposal: &Proposal) -> ExternResult<Tree> {
        let tree = self.tree(proposal.roll.number);
        if tree.root() != proposal.electorate.root {
            return Err(Refusal::NotFound { what: "roll" }.into());
        }
        Ok(tree)
    }

    /// As it leaves the zome.
    pub(crate) fn in_force(&self, me: AgentId) -> RollInForce {
        let roll = self.newest();
        RollInForce {
            number: self.number(),
            decision: self
                .newest_step()
                .closed
                .as_ref()
                .map(|(_, outcome)| outcome.decision.clone()),
            members: roll.members,
            stewards: roll.stewards,
            voting: roll.voting,
            vouchers: roll.vouchers,
            electorate: roll.electorate(),
            needed: roll.needed(),
            mine: self.standings(self.number()).remove(&me),
        }
    }
}
