//! Proposals and votes.
//!
//! Every proposal is about one *subject* and has a number on it. A vote is a page:
//! it takes the place of that subject and number in the voter's settled tree, so
//! nobody votes twice in one ballot, whatever arrives late or again. More than half
//! must say yes ([`Roll::needed`]), so one number of one subject under one roll has
//! at most one outcome, and nobody has to agree on an order of anything.

use crate::amount::{Seconds, AMOUNT_MAX_S};
use crate::carry::Code;
use crate::charter::{Charter, Voting};
use crate::digest::Hasher;
use crate::double_spend::{check_made_good, CitedDoubleSpend};
use crate::id::{ActionId, AgentId, Digest, VillageId};
use crate::line::LineTerms;
use crate::policy::{check_floor, Policy, Terms};
use crate::project::Project;
use crate::roll::{Roll, RollRef, RollTerms, Standing};
use crate::settled::Proof;
use crate::text::check_words;
use crate::violation::Violation;
use serde::{Deserialize, Serialize};

/// The number of the first ballot on a subject.
pub const FIRST_BALLOT: u32 = 1;
/// How far above the lowest number that follows a ballot, or a rate sheet, may be
/// numbered. Enough to overtake what is stuck; too little to use the numbers up.
pub const NUMBERS_AHEAD_MAX: u32 = 1_000;

/// What a ballot is about. Ballots on different subjects know nothing of each
/// other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum Subject {
    /// Who decides, and how.
    Roll,
    /// Rates, limits, and who holds the funds.
    Policy,
    /// One member's floor.
    Floor(AgentId),
    /// A project, by any 32 bytes that its proposer chose.
    Project(Digest),
    /// The trust-line to a neighbour village.
    Line(VillageId),
    /// A dispute about a transfer.
    Dispute(ActionId),
    /// The program that the village runs.
    Code,
    /// Who goes on with the book of a lost key.
    Succession(AgentId),
    /// What somebody gave twice.
    MakeGood(AgentId),
}

/// What is proposed: one kind for each kind of subject.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum Content {
    /// Changes of the roll and the voting rule.
    Roll(Box<RollTerms>),
    /// A whole new policy.
    Policy(Terms),
    /// A floor for one member.
    Floor {
        /// The floor, in seconds (zero or less).
        floor_s: Seconds,
    },
    /// Work that a fund pays for.
    Project(Project),
    /// Another program.
    Code(Code),
    /// What is to be made good after a dispute: by whom no rule can force.
    Dispute {
        /// How much of the transfer is to be given back, in seconds (zero or more).
        give_back_s: Seconds,
    },
    /// A trust-line: its gateways, its limit, its rates.
    Line(Box<LineTerms>),
    /// Who goes on with the book.
    Succession {
        /// The new key.
        heir: AgentId,
        /// The last page of the lost book that counts.
        last: ActionId,
    },
    /// What the Community fund makes good.
    MakeGood {
        /// The proof of double spending.
        proof: ActionId,
        /// How much, in seconds: what exceeds the giver's floor.
        amount_s: Seconds,
        /// The holder of the fund who carries it out: in their book alone it can be.
        holder: AgentId,
    },
}

/// Asks the roll for a decision.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Proposal {
    /// What it is about.
    pub subject: Subject,
    /// The ballot's number on this subject, from [`FIRST_BALLOT`].
    pub number: u32,
    /// The decision on the same subject that it builds on; none for the first.
    pub follows: Option<ActionId>,
    /// The roll that is asked.
    pub roll: RollRef,
    /// The same roll, in full.
    pub electorate: Roll,
    /// Shows the author on it.
    pub on_roll: Proof,
    /// What is proposed.
    pub content: Content,
    /// Why, in up to 140 characters, for everybody to read.
    pub reason: String,
}

/// What a voter says.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum Choice {
    /// Adopt it.
    Yes,
    /// Do not. Where the village decides by consent this is an objection and needs
    /// its reason.
    No {
        /// Why, in up to 140 characters, for everybody to read.
        reason: String,
    },
}

/// A vote, as it stands on the voter's page.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Vote {
    /// The proposal.
    pub proposal: ActionId,
    /// What the voter says.
    pub choice: Choice,
    /// Shows the voter on the roll that the proposal asks.
    pub on_roll: Proof,
    /// Shows that they did not vote in this ballot before.
    pub proof: Proof,
}

/// A valid proposal that is cited, with its address.
#[derive(Debug, Clone, Copy)]
pub struct CitedProposal<'a> {
    /// Its address.
    pub id: ActionId,
    /// The village where it is asked.
    pub village: VillageId,
    /// The proposal.
    pub proposal: &'a Proposal,
}

/// A valid decision that is cited, with the proposal that it closes.
#[derive(Debug, Clone, Copy)]
pub struct Decided<'a> {
    /// The decision's address.
    pub id: ActionId,
    /// Whether it adopts the proposal.
    pub adopted: bool,
    /// The proposal's address: the name of what was decided, for one proposal may
    /// be the subject of several decisions that all say the same.
    pub proposal_id: ActionId,
    /// The proposal.
    pub proposal: &'a Proposal,
}

impl<'a> Decided<'a> {
    /// The proposal, if `id` is the decision cited and adopts it.
    pub fn adopting(self, id: ActionId) -> Option<&'a Proposal> {
        (self.id == id && self.adopted).then_some(self.proposal)
    }

    /// The roll in force once a ballot about the roll is closed: the new one, or
    /// the old one when the ballot failed.
    pub fn roll(&self) -> Option<Roll> {
        match (&self.proposal.content, self.adopted) {
            (Content::Roll(terms), true) => Some(terms.after),
            (Content::Roll(_), false) => Some(self.proposal.electorate),
            _ => None,
        }
    }
}

/// What the edge knows about a proposal, beside the proposal.
#[derive(Debug, Clone, Copy)]
pub struct ProposalFacts<'a> {
    /// The author.
    pub author: AgentId,
    /// The village's charter.
    pub charter: &'a Charter,
    /// The decision that `follows` names.
    pub follows: Option<Decided<'a>>,
    /// The decision that `roll` names.
    pub roll: Option<Decided<'a>>,
    /// The proof of double spending that the content cites.
    pub double_spend: Option<CitedDoubleSpend<'a>>,
}

impl Proposal {
    /// Judges a proposal (rules 18, 26, 27, 31, 36, 42, 70).
    pub fn check(&self, facts: &ProposalFacts<'_>) -> Result<(), Violation> {
        check_words(&self.reason)?;
        self.check_roll(facts)?;
        let standing = self.electorate.standing(facts.author, &self.on_roll)?;
        if !standing.is_some_and(Standing::votes) {
            return Err(Violation::NotOnRoll);
        }
        self.check_number(facts)?;
        match (&self.subject, &self.content) {
            (Subject::Roll, Content::Roll(terms)) => self.electorate.changed(terms).map(|_| ()),
            (Subject::Policy, Content::Policy(terms)) => terms.check(),
            (Subject::Project(_), Content::Project(project)) => project.check(),
            (Subject::Code, Content::Code(code)) => code.check(),
            (Subject::Floor(_), Content::Floor { floor_s }) => check_floor(*floor_s),
            (Subject::Line(_), Content::Line(terms)) => {
                terms.check()?;
                let before = facts.follows.map(|decided| &decided.proposal.content);
                match before {
                    Some(Content::Line(before)) => terms.check_follows(Some(before)),
                    _ => terms.check_follows(None),
                }
            }
            (Subject::Dispute(_), Content::Dispute { give_back_s: up_to })
                if (0..=AMOUNT_MAX_S).contains(&up_to.0) =>
            {
                Ok(())
            }
            (Subject::Succession(lost), Content::Succession { heir, .. }) if lost != heir => Ok(()),
            (
                Subject::MakeGood(giver),
                Content::MakeGood {
                    proof, amount_s, ..
                },
            ) => check_made_good(*giver, *proof, *amount_s, facts.double_spend),
            _ => Err(Violation::ContentMalformed),
        }
    }

    fn check_roll(&self, facts: &ProposalFacts<'_>) -> Result<(), Violation> {
        let known = match self.roll.decision {
            None => (self.roll.number == 0).then(|| Roll::founding(facts.charter)),
            Some(id) => facts
                .roll
                .filter(|decided| decided.id == id && decided.proposal.number == self.roll.number)
                .and_then(|decided| decided.roll()),
        };
        if known != Some(self.electorate) {
            return Err(Violation::RollUnknown {
                number: self.roll.number,
            });
        }
        Ok(())
    }

    fn check_number(&self, facts: &ProposalFacts<'_>) -> Result<(), Violation> {
        let about_the_roll = self.subject == Subject::Roll;
        let before = match self.follows {
            None => None,
            Some(id) => Some(
                facts
                    .follows
                    .filter(|decided| decided.id == id)
                    .filter(|decided| decided.proposal.subject == self.subject)
                    .filter(|decided| decided.adopted || about_the_roll)
                    .filter(|decided| decided.proposal.roll.number <= self.roll.number)
                    .ok_or(Violation::FollowsWrong)?
                    .proposal
                    .number,
            ),
        };
        if about_the_roll && self.follows != self.roll.decision {
            return Err(Violation::FollowsWrong);
        }
        let lowest = before.unwrap_or(0).saturating_add(1);
        // Ballots on anything else may be overtaken when they are stuck; a roll that
        // is skipped could come true later, beside the one that skipped it.
        let far = self.number > lowest.saturating_add(NUMBERS_AHEAD_MAX);
        let wrong = self.number < lowest || far || about_the_roll && self.number != lowest;
        if wrong || before == Some(u32::MAX) {
            return Err(Violation::BallotNumberWrong {
                number: self.number,
                lowest,
            });
        }
        Ok(())
    }

    /// The policy that it proposes, once adopted.
    pub fn policy(&self) -> Option<Policy> {
        match &self.content {
            Content::Policy(terms) => terms.policy(self.number).ok(),
            _ => None,
        }
    }
}

/// Rule 28: judges a vote but for its place in the voter's tree; rule 29: says which
/// rolls the voter's book votes under from now on.
pub(crate) fn check_vote(
    vote: &Vote,
    proposal: &Proposal,
    voter: AgentId,
    roll_before: u32,
) -> Result<u32, Violation> {
    let electorate = &proposal.electorate;
    let standing = electorate.standing(voter, &vote.on_roll)?;
    if !standing.is_some_and(|standing| electorate.entitles(standing)) {
        return Err(Violation::NotEntitled);
    }
    if let Choice::No { reason } = &vote.choice {
        check_words(reason)?;
        let objects = matches!(electorate.voting, Voting::Consent { .. });
        if objects && reason.trim().is_empty() {
            return Err(Violation::ObjectionWithoutReason);
        }
    }
    let cited = proposal.roll.number;
    if cited < roll_before {
        return Err(Violation::RollOlder {
            number: cited,
            used: roll_before,
        });
    }
    // Who helps to end a roll votes under it no more. So once a new roll is adopted
    // the old one cannot gather another quorum.
    let ends = proposal.subject == Subject::Roll && vote.choice == Choice::Yes;
    Ok(if ends { proposal.number } else { cited })
}

impl Subject {
    pub(crate) fn hash_into(self, hasher: Hasher) -> Hasher {
        match self {
            Self::Roll => hasher.u8(0),
            Self::Policy => hasher.u8(1),
            Self::Floor(agent) => hasher.u8(2).fixed(&agent.0),
            Self::Project(name) => hasher.u8(3).fixed(&name.0),
            Self::Line(village) => hasher.u8(4).fixed(&village.0),
            Self::Dispute(transfer) => hasher.u8(5).fixed(&transfer.0),
            Self::Code => hasher.u8(6),
            Self::Succession(agent) => hasher.u8(7).fixed(&agent.0),
            Self::MakeGood(agent) => hasher.u8(20).fixed(&agent.0),
        }
    }
}

impl Vote {
    pub(crate) fn hash_into(&self, hasher: Hasher) -> Hasher {
        let hasher = hasher.fixed(&self.proposal.0);
        match &self.choice {
            Choice::Yes => hasher.u8(0),
            Choice::No { reason } => hasher.u8(1).text(reason),
        }
    }
}
