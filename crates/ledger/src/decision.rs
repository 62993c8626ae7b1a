//! Decisions: a ballot closed by the votes that close it.
//!
//! Reaching a quorum is monotone: a vote that comes late changes nothing. So a
//! decision cites votes, never a deadline, and is valid for ever.

use crate::ballot::{Choice, Proposal, Vote};
use crate::id::{ActionId, AgentId};
use crate::violation::Violation;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Most votes that a decision cites.
pub const VOTES_MAX: usize = 600;

/// Closes a ballot.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Decision {
    /// The proposal that it adopts, or one that has failed.
    pub proposal: ActionId,
    /// Whether the votes adopt the proposal, or show that nothing under its number
    /// can be adopted any more.
    pub adopted: bool,
    /// The voters' pages, ascending, none twice, at most [`VOTES_MAX`].
    pub votes: Vec<ActionId>,
}

/// A valid page with a vote, and the proposal that it votes on.
#[derive(Debug, Clone, Copy)]
pub struct Ballot<'a> {
    /// The page's address.
    pub id: ActionId,
    /// Its author.
    pub voter: AgentId,
    /// The vote; none if the page says something else.
    pub vote: Option<&'a Vote>,
    /// The proposal that the vote names; the edge may leave it out if it is the
    /// decision's own.
    pub proposal: Option<&'a Proposal>,
}

impl Decision {
    /// Judges a decision (rule 30). `proposal` is the valid proposal that it names
    /// (none if what it names is something else), `ballots` are its votes in order.
    pub fn check(
        &self,
        proposal: Option<&Proposal>,
        ballots: &[Ballot<'_>],
    ) -> Result<(), Violation> {
        let proposal = proposal.ok_or(Violation::NotAProposal)?;
        let ascending = self.votes.windows(2).all(|pair| pair[0] < pair[1]);
        if !(1..=VOTES_MAX).contains(&self.votes.len()) || !ascending {
            return Err(Violation::VotesMalformed {
                votes: self.votes.len() as u64,
            });
        }
        let brought = ballots.iter().map(|ballot| ballot.id);
        if !brought.eq(self.votes.iter().copied()) {
            return Err(Violation::VoteForeign);
        }
        let mut voters = BTreeSet::new();
        let mut yes: BTreeMap<ActionId, u32> = BTreeMap::new();
        for ballot in ballots {
            let vote = ballot.vote.ok_or(Violation::VoteForeign)?;
            let own = vote.proposal == self.proposal;
            let says_yes = vote.choice == Choice::Yes;
            let in_this_ballot = own
                || ballot.proposal.is_some_and(|other| {
                    other.subject == proposal.subject
                        && other.number == proposal.number
                        && other.roll.number == proposal.roll.number
                        && other.electorate == proposal.electorate
                });
            if !in_this_ballot || self.adopted && !(own && says_yes) {
                return Err(Violation::VoteForeign);
            }
            if !voters.insert(ballot.voter) {
                return Err(Violation::VoteDoubled {
                    voter: ballot.voter,
                });
            }
            if says_yes {
                *yes.entry(vote.proposal).or_default() += 1;
            }
        }
        let needed = proposal.electorate.needed();
        // At most VOTES_MAX, so it fits.
        let voted = voters.len() as u32;
        let most = yes.values().copied().max().unwrap_or(0);
        let silent = proposal.electorate.electorate().saturating_sub(voted);
        let (closed, counted) = if self.adopted {
            (most >= needed, most)
        } else {
            (most.saturating_add(silent) < needed, voted)
        };
        if !closed {
            return Err(Violation::VotesMissing { counted, needed });
        }
        Ok(())
    }
}
