//! What this node knows of proposals and decisions. Ballots on different subjects
//! know nothing of each other, so each kind is read for itself.

use crate::api::BallotKind;
use crate::book::{held_record, valid_records};
use crate::links::lasting_links;
use crate::refusal::Refusal;
use commons_credit_ledger::{ActionId, AgentId, Decided, Digest, Proposal, Subject, VillageId};
use hdk::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use village_integrity::{
    action_hash, action_id, ballots_base, decision_of, proposal_of, LinkTypes,
};

/// All kinds.
pub(crate) const KINDS: [BallotKind; 9] = [
    BallotKind::Roll,
    BallotKind::Policy,
    BallotKind::Floor,
    BallotKind::Project,
    BallotKind::Line,
    BallotKind::Dispute,
    BallotKind::Code,
    BallotKind::Succession,
    BallotKind::MakeGood,
];

/// The kind of a subject.
pub(crate) const fn kind_of(subject: &Subject) -> BallotKind {
    match subject {
        Subject::Roll => BallotKind::Roll,
        Subject::Policy => BallotKind::Policy,
        Subject::Floor(_) => BallotKind::Floor,
        Subject::Project(_) => BallotKind::Project,
        Subject::Line(_) => BallotKind::Line,
        Subject::Dispute(_) => BallotKind::Dispute,
        Subject::Code => BallotKind::Code,
        Subject::Succession(_) => BallotKind::Succession,
        Subject::MakeGood(_) => BallotKind::MakeGood,
    }
}

/// Any subject of a kind: they share one base.
const fn example_of(kind: BallotKind) -> Subject {
    match kind {
        BallotKind::Roll => Subject::Roll,
        BallotKind::Policy => Subject::Policy,
        BallotKind::Floor => Subject::Floor(AgentId([0; 32])),
        BallotKind::Project => Subject::Project(Digest([0; 32])),
        BallotKind::Line => Subject::Line(VillageId([0; 32])),
        BallotKind::Dispute => Subject::Dispute(ActionId([0; 32])),
        BallotKind::Code => Subject::Code,
        BallotKind::Succession => Subject::Succession(AgentId([0; 32])),
        BallotKind::MakeGood => Subject::MakeGood(AgentId([0; 32])),
    }
}

/// A proposal with where it stands.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    pub(crate) hash: ActionHash,
    pub(crate) author: AgentPubKey,
    pub(crate) time: Timestamp,
    pub(crate) proposal: Proposal,
}

impl Asked {
    fn of(record: &Record) -> Option<Self> {
        proposal_of(record).map(|proposal| Self {
            hash: record.action_address().clone(),
            author: record.action().author().clone(),
            time: record.action().timestamp(),
            proposal,
        })
    }

    /// A proposal that this node holds.
    pub(crate) fn held(hash: &ActionHash) -> ExternResult<Self> {
        let record = held_record(hash, "proposal")?;
        Ok(Self::of(&record).ok_or(Refusal::NotFound { what: "proposal" })?)
    }

    /// Whether another proposal stands in the same ballot: one number has one outcome.
    pub(crate) fn rivals(&self, other: &Self) -> bool {
        self.hash != other.hash
            && self.proposal.subject == other.proposal.subject
            && self.proposal.number == other.proposal.number
            && self.proposal.roll.number == other.proposal.roll.number
            && self.proposal.electorate == other.proposal.electorate
    }
}

/// How a ballot was closed. Several decisions about one proposal say the same.
#[derive(Debug, Clone)]
pub(crate) struct Outcome {
    /// The decision that this node cites: of several that with the lowest address.
    pub(crate) decision: ActionHash,
    /// When that was written, as its author says.
    pub(crate) time: Timestamp,
    /// All of them.
    pub(crate) all: BTreeSet<ActionHash>,
    /// Whether the proposal is adopted.
    pub(crate) adopted: bool,
}

impl Outcome {
    /// As the law takes it.
    pub(crate) fn decided<'a>(&self, asked: &'a Asked) -> Decided<'a> {
        Decided {
            id: action_id(&self.decision),
            adopted: self.adopted,
            proposal_id: action_id(&asked.hash),
            proposal: &asked.proposal,
        }
    }
}

/// Ballots by the address of their proposal.
#[derive(Debug, Default)]
pub(crate) struct Ballots {
    pub(crate) asked: BTreeMap<ActionHash, Asked>,
    pub(crate) closed: BTreeMap<ActionHash, Outcome>,
}

impl Ballots {
    /// All of one kind that this node holds and has found valid.
    pub(crate) fn known(kind: BallotKind) -> ExternResult<Self> {
        let mut ballots = Self::default();
        ballots.read(kind)?;
        Ok(ballots)
    }

    /// All of some kinds.
    pub(crate) fn known_of(kinds: &[BallotKind]) -> ExternResult<Self> {
        let mut ballots = Self::default();
        for kind in kinds {
            ballots.read(*kind)?;
        }
        Ok(ballots)
    }

    fn read(&mut self, kind: BallotKind) -> ExternResult<()> {
        let links = lasting_links(ballots_base(&example_of(kind)), LinkTypes::Ballot)?;
        let targets: BTreeSet<ActionHash> = links
            .into_iter()
            .filter_map(|link| link.target.into_action_hash())
            .collect();
        let targets: Vec<ActionHash> = targets.into_iter().collect();
        for record in valid_records(&targets)? {
            if let Some(asked) = Asked::of(&record) {
                self.asked.insert(asked.hash.clone(), asked);
            } else if let Some(decision) = decision_of(&record) {
                self.close(action_hash(&decision.proposal), &record, decision.adopted);
            }
        }
        // A decision can arrive before the link to its proposal.
        let missing: Vec<ActionHash> = self
            .closed
            .keys()
            .filter(|hash| !self.asked.contains_key(*hash))
            .cloned()
            .collect();
        for asked in valid_records(&missing)?.iter().filter_map(Asked::of) {
            self.asked.insert(asked.hash.clone(), asked);
        }
        Ok(())
    }

    fn close(&mut self, proposal: ActionHash, record: &Record, adopted: bool) {
        let (decision, time) = (record.action_address(), record.action().timestamp());
        let outcome = self.closed.entry(proposal).or_insert_with(|| Outcome {
            decision: decision.clone(),
            time,
            all: BTreeSet::new(),
            adopted,
        });
        let better = (adopted, &outcome.decision) > (outcome.adopted, decision);
        if better {
            outcome.decision = decision.clone();
            outcome.time = time;
            outcome.adopted = adopted;
        }
        outcome.all.insert(decision.clone());
    }

    /// Closed ballots with their proposals.
    pub(crate) fn outcomes(&self) -> impl Iterator<Item = (&Asked, &Outcome)> {
        self.closed
            .iter()
            .filter_map(|(hash, outcome)| Some((self.asked.get(hash)?, outcome)))
    }

    /// Adopted proposals with their decisions.
    pub(crate) fn adopted(&self) -> impl Iterator<Item = (&Asked, &Outcome)> {
        self.outcomes().filter(|(_, outcome)| outcome.adopted)
    }

    /// The adopted proposal with the highest number on a subject.
    pub(crate) fn newest_on(&self, subject: &Subject) -> Option<(&Asked, &Outcome)> {
        self.adopted()
            .filter(|(asked, _)| asked.proposal.subject == *subject)
            .max_by_key(|(asked, _)| (asked.proposal.number, std::cmp::Reverse(&asked.hash)))
    }
}
