//! Deciding: the roll, the policy, proposals, votes, decisions.

use commons_credit_ledger::roll::Standing as RollStanding;
use commons_credit_ledger::{Choice, Fund, Levies, LineState, Probation, Seconds, Sheet, Voting};
use holo_hash::{ActionHash, AgentPubKey, DnaHash};
use serde::{Deserialize, Serialize};

/// The rates and limits of a policy.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct PolicyTerms {
    /// Levy rates, in basis points.
    pub levies: Levies,
    /// A member's floor, in seconds (zero or less).
    pub floor_s: Seconds,
    /// How much a giver may sign before anybody has seen it, in seconds.
    pub exposure_s: Seconds,
    /// How a newcomer's floor comes down; absent if it starts at `floor_s`.
    pub probation: Option<Probation>,
    /// Whether what a fund pays is levied.
    pub payments_levied: bool,
    /// Who holds the State fund.
    pub state: Option<Appointed>,
    /// Who holds the Community fund.
    pub community: Option<Appointed>,
}

/// Who holds a fund, and until when.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Appointed {
    /// The holder.
    #[cfg_attr(feature = "typescript", ts(type = "AgentPubKey"))]
    pub holder: AgentPubKey,
    /// The last moment at which the holder may pay from the fund.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub until_us: i64,
}

/// The newest adopted policy that this node knows; pages cite it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct PolicyInForce {
    /// 0 is the charter, a later one the number of its ballot.
    pub version: u32,
    /// The decision that adopted it; absent for the charter.
    #[cfg_attr(feature = "typescript", ts(type = "ActionHash | null"))]
    pub decision: Option<ActionHash>,
    /// What it says.
    pub terms: PolicyTerms,
}

/// The newest roll that this node knows; proposals ask it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct RollInForce {
    /// 0 is the charter's founding stewards.
    pub number: u32,
    /// The decision that made it; absent for 0.
    #[cfg_attr(feature = "typescript", ts(type = "ActionHash | null"))]
    pub decision: Option<ActionHash>,
    /// How many vote in a ballot of all: members and stewards.
    pub members: u32,
    /// How many of them are stewards.
    pub stewards: u32,
    /// How votes are counted.
    pub voting: Voting,
    /// How many members together may invite as one steward does; 0 for none.
    pub vouchers: u32,
    /// How many have a vote under this voting rule.
    pub electorate: u32,
    /// How many must say yes.
    pub needed: u32,
    /// The caller on it; absent for a guest.
    pub mine: Option<RollStanding>,
}

/// What is asked of the roll.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum Motion {
    /// Changes of the roll, the voting rule or the vouchers.
    Roll {
        /// At most 100, one after the other.
        changes: Vec<RollMove>,
        /// Another voting rule; absent to keep it.
        voting: Option<Voting>,
        /// Another number of vouchers, at most 8; absent to keep it.
        vouchers: Option<u32>,
    },
    /// A whole new policy.
    Policy {
        /// What it says.
        terms: PolicyTerms,
    },
    /// A floor for one member.
    Floor {
        /// Whose.
        #[cfg_attr(feature = "typescript", ts(type = "AgentPubKey"))]
        agent: AgentPubKey,
        /// The floor, in seconds (zero or less).
        floor_s: Seconds,
    },
    /// Work that a fund pays for, through the holder whom the policy names.
    Project {
        /// What it is called.
        name: String,
        /// What it is for.
        purpose: String,
        /// Which fund pays.
        fund: Fund,
        /// How much may be paid in all, before levies.
        budget_s: Seconds,
        /// How many others who worked on it must confirm each labour, at most 8.
        confirmations: u32,
    },
    /// What is to be made good after a dispute; nobody is forced.
    Dispute {
        /// The transfer.
        #[cfg_attr(feature = "typescript", ts(type = "ActionHash"))]
        transfer: ActionHash,
        /// How much of it is to be given back.
        give_back_s: Seconds,
    },
    /// Other rules: another DNA. Books close and go on there.
    Dna {
        /// Its hash.
        #[cfg_attr(feature = "typescript", ts(type = "DnaHash"))]
        dna: DnaHash,
        /// What is different.
        note: String,
    },
    /// The same rules, another coordinator.
    Coordinator {
        /// The SHA-256 of its code, 64 hexadecimal digits.
        sha256: String,
        /// What is different.
        note: String,
    },
    /// A trust-line: its gateways, its limit, its rates.
    Line {
        /// The neighbour village.
        #[cfg_attr(feature = "typescript", ts(type = "DnaHash"))]
        village: DnaHash,
        /// Who holds the line on this side.
        #[cfg_attr(feature = "typescript", ts(type = "AgentPubKey"))]
        gateway: AgentPubKey,
        /// How far it may be used either way, in seconds.
        limit_s: Seconds,
        /// Who holds it on the other side.
        #[cfg_attr(feature = "typescript", ts(type = "AgentPubKey"))]
        neighbour_gateway: AgentPubKey,
        /// The same limit as the neighbour has it, in its seconds.
        neighbour_limit_s: Seconds,
        /// Whether the line is in use.
        state: LineState,
        /// What an hour here is worth there.
        sheet: Sheet,
        /// The last IOU that this side issued before.
        #[cfg_attr(feature = "typescript", ts(type = "number"))]
        issued: u64,
        /// The last IOU of the neighbour that this side took before.
        #[cfg_attr(feature = "typescript", ts(type = "number"))]
        taken: u64,
    },
    /// Who goes on with the book of a lost key.
    Succession {
        /// The lost key.
        #[cfg_attr(feature = "typescript", ts(type = "AgentPubKey"))]
        lost: AgentPubKey,
        /// The new key.
        #[cfg_attr(feature = "typescript", ts(type = "AgentPubKey"))]
        heir: AgentPubKey,
        /// The last page of the lost book that counts; absent for the newest that the
        /// node knows.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "typescript", ts(optional, type = "ActionHash"))]
        last: Option<ActionHash>,
    },
    /// What the Community fund makes good of what somebody gave twice.
    MakeGood {
        /// The proof of double spending.
        #[cfg_attr(feature = "typescript", ts(type = "ActionHash"))]
        proof: ActionHash,
        /// Who gave twice; the node looks it up.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "typescript", ts(optional, type = "AgentPubKey"))]
        giver: Option<AgentPubKey>,
        /// How much, in seconds.
        amount_s: Seconds,
        /// The holder of the fund who carries it out; the node takes the present one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "typescript", ts(optional, type = "AgentPubKey"))]
        holder: Option<AgentPubKey>,
    },
}

/// One person's new standing on the roll.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct RollMove {
    /// Whose.
    #[cfg_attr(feature = "typescript", ts(type = "AgentPubKey"))]
    pub agent: AgentPubKey,
    /// What it becomes.
    pub standing: RollStanding,
}

/// Kinds of ballots.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum BallotKind {
    /// Who decides, and how.
    Roll,
    /// Rates, limits, and who holds the funds.
    Policy,
    /// One member's floor.
    Floor,
    /// A project.
    Project,
    /// The trust-line to a neighbour village.
    Line,
    /// A dispute about a transfer.
    Dispute,
    /// The program that the village runs.
    Code,
    /// Who goes on with the book of a lost key.
    Succession,
    /// What somebody gave twice.
    MakeGood,
}

/// Asks the newest roll for a decision; the caller is on it.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ProposeInput {
    /// What is asked.
    pub motion: Motion,
    /// Why, for everybody to read. May be empty.
    pub reason: String,
    /// Take the next number that no ballot on the same subject has, for one that is stuck. Not for the roll.
    pub overtake: bool,
}

/// A proposal that the caller has just made.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Proposed {
    /// The proposal.
    #[cfg_attr(feature = "typescript", ts(type = "ActionHash"))]
    pub proposal: ActionHash,
    /// The ballot's number on its subject.
    pub number: u32,
}

/// Asks for one page of the ballots.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct BallotsInput {
    /// Only this kind; absent for all.
    pub kind: Option<BallotKind>,
    /// Only in this state; absent for all.
    pub state: Option<BallotState>,
    /// Where to go on: the `next` of the call before; absent for the start.
    #[cfg_attr(feature = "typescript", ts(type = "number | null"))]
    pub cursor: Option<u64>,
    /// How many at most, 1 to [`LIST_MAX`](crate::LIST_MAX).
    pub limit: u32,
}

/// How far a ballot has come, as far as this node knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum BallotState {
    /// Not closed yet.
    Open,
    /// A decision adopts it.
    Adopted,
    /// A decision shows that it cannot be adopted any more.
    Failed,
    /// A ballot on the same subject with a higher number, or a rival, was adopted.
    Overtaken,
}

/// A proposal and what became of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct BallotItem {
    /// The proposal.
    #[cfg_attr(feature = "typescript", ts(type = "ActionHash"))]
    pub proposal: ActionHash,
    /// Its kind.
    pub kind: BallotKind,
    /// What is asked.
    pub motion: Motion,
    /// The ballot's number on its subject; rivals share one.
    pub number: u32,
    /// The number of the roll that is asked.
    pub roll: u32,
    /// Why.
    pub reason: String,
    /// Who asks.
    #[cfg_attr(feature = "typescript", ts(type = "AgentPubKey"))]
    pub proposer: AgentPubKey,
    /// Their name, if known yet.
    pub proposer_name: Option<String>,
    /// What became of it.
    pub state: BallotState,
    /// The decision that closed it.
    #[cfg_attr(feature = "typescript", ts(type = "ActionHash | null"))]
    pub decision: Option<ActionHash>,
    /// How many are known to have voted.
    pub voices: u32,
    /// How many have a vote.
    pub electorate: u32,
    /// How many must say yes.
    pub needed: u32,
    /// Whether the caller has a vote in it and has not used it, as far as their own book says.
    pub may_vote: bool,
    /// What the caller said.
    pub mine: Option<Choice>,
    /// When the proposer says that it was written.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub time_us: i64,
    /// When it was closed, as who wrote the decision says.
    #[cfg_attr(feature = "typescript", ts(type = "number | null"))]
    pub decided_us: Option<i64>,
}

/// Ballots, newest first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Ballots {
    /// One page of them.
    pub items: Vec<BallotItem>,
    /// Cursor of the next page.
    #[cfg_attr(feature = "typescript", ts(type = "number | null"))]
    pub next: Option<u64>,
}

/// Names a ballot.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct BallotRef {
    /// The proposal.
    #[cfg_attr(feature = "typescript", ts(type = "ActionHash"))]
    pub proposal: ActionHash,
}

/// A ballot with its votes counted one by one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct BallotCount {
    /// The ballot.
    pub ballot: BallotItem,
    /// How many say yes.
    pub yes: u32,
    /// How many say no.
    pub no: u32,
    /// How many voted for a rival with the same number.
    pub elsewhere: u32,
    /// Whether `decide` would close it now.
    pub closable: bool,
}

/// Asks for one page of the electorate of a ballot.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct VotesInput {
    /// The proposal.
    #[cfg_attr(feature = "typescript", ts(type = "ActionHash"))]
    pub proposal: ActionHash,
    /// Where to go on: the `next` of the call before; absent for the start.
    #[cfg_attr(feature = "typescript", ts(type = "number | null"))]
    pub cursor: Option<u64>,
    /// How many at most, 1 to [`LIST_MAX`](crate::LIST_MAX).
    pub limit: u32,
}

/// One who has a vote.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct VoteItem {
    /// Who.
    #[cfg_attr(feature = "typescript", ts(type = "AgentPubKey"))]
    pub voter: AgentPubKey,
    /// Their name, if known yet.
    pub voter_name: Option<String>,
    /// What they said; absent while they are silent.
    pub choice: Option<Choice>,
    /// The rival to which they said it: another proposal in the same ballot, in which
    /// everybody has one vote. Absent where they spoke to this proposal.
    #[cfg_attr(feature = "typescript", ts(type = "ActionHash | null"))]
    pub rival: Option<ActionHash>,
    /// The page with the vote.
    #[cfg_attr(feature = "typescript", ts(type = "ActionHash | null"))]
    pub page: Option<ActionHash>,
}

/// The electorate: first who voted, then who voted for a rival, then who is silent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Votes {
    /// One page of it.
    pub items: Vec<VoteItem>,
    /// Cursor of the next page.
    #[cfg_attr(feature = "typescript", ts(type = "number | null"))]
    pub next: Option<u64>,
}

/// Says something in a ballot, once.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct VoteInput {
    /// The proposal.
    #[cfg_attr(feature = "typescript", ts(type = "ActionHash"))]
    pub proposal: ActionHash,
    /// Yes, or no with a reason for everybody to read.
    pub choice: Choice,
}

/// A closed ballot.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Closing {
    /// The decision.
    #[cfg_attr(feature = "typescript", ts(type = "ActionHash"))]
    pub decision: ActionHash,
    /// Whether it adopts the proposal.
    pub adopted: bool,
}

/// Asks for one page of the floors that the village decided.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct FloorsInput {
    /// Only this member's; absent for all.
    #[cfg_attr(feature = "typescript", ts(type = "AgentPubKey | null"))]
    pub agent: Option<AgentPubKey>,
    /// Where to go on: the `next` of the call before; absent for the start.
    #[cfg_attr(feature = "typescript", ts(type = "number | null"))]
    pub cursor: Option<u64>,
    /// How many at most, 1 to [`LIST_MAX`](crate::LIST_MAX).
    pub limit: u32,
}

/// A floor that the village decided.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct FloorItem {
    /// Whose.
    #[cfg_attr(feature = "typescript", ts(type = "AgentPubKey"))]
    pub agent: AgentPubKey,
    /// Their name, if known yet.
    pub agent_name: Option<String>,
    /// The ballot's number; of two the higher counts.
    pub number: u32,
    /// The floor.
    pub floor_s: Seconds,
    /// The decision.
    #[cfg_attr(feature = "typescript", ts(type = "ActionHash"))]
    pub decision: ActionHash,
    /// Whether the newest page known of that book has it, or a newer one.
    pub taken: bool,
    /// When the proposer says that it was written.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub time_us: i64,
}

/// Decided floors, newest first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Floors {
    /// One page of them.
    pub items: Vec<FloorItem>,
    /// Cursor of the next page.
    #[cfg_attr(feature = "typescript", ts(type = "number | null"))]
    pub next: Option<u64>,
}
