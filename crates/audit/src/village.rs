//! What an auditor knows of a village beside its pages: the charter, what the
//! village decided, and who was let in.
//!
//! The caller vouches that decisions are adopted and that labour is its author's; the
//! audit takes them as facts and asks whether the pages keep to them.

use crate::id::{Account, Id};
use crate::rate::LineTerms;
use std::collections::{BTreeMap, HashMap, HashSet};

/// Levies and floor of one policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rates {
    /// Share of the State fund, in basis points.
    pub state_bp: u16,
    /// Share of the Community fund, in basis points.
    pub community_bp: u16,
    /// A member's floor, in seconds (zero or less).
    pub floor_s: i64,
}

/// How a floor goes down while a member is new.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Probation {
    /// The floor to begin with, in seconds.
    pub start_s: i64,
    /// By how much each deposit lowers it, in seconds.
    pub per_deposit_s: i64,
    /// Which share of all received lowers it, in basis points.
    pub received_bp: u16,
}

/// A whole policy, as far as it moves hours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Terms {
    /// Levies and floor.
    pub rates: Rates,
    /// None when a new member's floor is everybody's.
    pub probation: Option<Probation>,
    /// Whether payments out of a fund are levied.
    pub payments_levied: bool,
    /// Who holds the State and the Community fund.
    pub holders: [Option<Id>; 2],
}

/// What a ballot is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// Who is on the roll.
    Roll,
    /// Rates and limits.
    Policy,
    /// One member's floor.
    Floor(Id),
    /// A project, by the name that its proposer chose.
    Project(Id),
    /// A line to a neighbour village.
    Line(Id),
    /// A disputed transfer.
    Dispute(Id),
    /// Other rules.
    Code,
    /// Who goes on with a lost key's book.
    Succession(Id),
    /// What somebody gave twice.
    MakeGood(Id),
}

/// What a vote is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Proposal {
    /// The subject.
    pub subject: Subject,
    /// The ballot's number on it.
    pub number: u32,
    /// The number of the roll that is asked.
    pub roll: u32,
}

/// A floor that the village decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DecidedFloor {
    /// For whom.
    pub agent: Id,
    /// The ballot's number.
    pub number: u32,
    /// The floor, in seconds.
    pub floor_s: i64,
}

/// A project that the village adopted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Project {
    /// Its proposal.
    pub proposal: Id,
    /// The fund that pays.
    pub fund: Account,
    /// The holder who pays.
    pub holder: Id,
    /// What may be paid in all, before levies, in seconds.
    pub budget_s: i64,
    /// Confirmations that each labour needs.
    pub confirmations: u32,
}

/// What the Community fund makes good by decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MadeGood {
    /// The proposal.
    pub proposal: Id,
    /// How much, in seconds.
    pub amount_s: i64,
    /// The holder who carries it out.
    pub holder: Id,
}

/// Labour on a project.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Labour {
    /// Who worked.
    pub author: Id,
    /// The project's proposal.
    pub project: Id,
    /// How long, in seconds.
    pub seconds: i64,
}

/// The charter, the decisions and the admissions that are known.
#[derive(Debug, Clone)]
pub struct Village {
    /// The village's own 32 bytes.
    pub(crate) id: Id,
    policies: BTreeMap<(u32, Option<Id>), Terms>,
    admissions: HashMap<Id, Id>,
    signed_in: Option<Id>,
    proposals: HashMap<Id, Proposal>,
    floors: HashMap<Id, DecidedFloor>,
    projects: HashMap<Id, Project>,
    labours: HashMap<Id, Labour>,
    codes: HashSet<Id>,
    made_good: HashMap<Id, MadeGood>,
    lines: HashMap<Id, LineTerms>,
}

impl From<Rates> for Terms {
    /// A charter's: no probation, nobody holds a fund.
    fn from(rates: Rates) -> Self {
        Self {
            rates,
            probation: None,
            payments_levied: true,
            holders: [None; 2],
        }
    }
}

impl Terms {
    /// Receiver's, State's and Community's part of an amount, in seconds (rule 9).
    pub(crate) fn parts(&self, amount_s: i64) -> [i128; 3] {
        let whole = i128::from(amount_s);
        let levy = |bp: u16| whole * i128::from(bp) / 10_000;
        let (state, community) = (levy(self.rates.state_bp), levy(self.rates.community_bp));
        [whole - state - community, state, community]
    }

    /// The floor of a member who has deposited so often and so much (rule 32).
    pub(crate) fn floor_s(&self, times: u64, total_s: i64) -> i128 {
        let floor_s = i128::from(self.rates.floor_s);
        let Some(probation) = self.probation else {
            return floor_s;
        };
        let by_times = i128::from(probation.per_deposit_s) * i128::from(times);
        let by_hours = i128::from(total_s) * i128::from(probation.received_bp) / 10_000;
        (i128::from(probation.start_s) - by_times - by_hours).max(floor_s)
    }

    /// Who holds a fund.
    pub(crate) fn holder(&self, fund: Account) -> Option<Id> {
        match fund {
            Account::State => self.holders[0],
            Account::Community => self.holders[1],
            Account::Member | Account::Line(_) => None,
        }
    }
}

impl Subject {
    /// Its bytes under a vote's key.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        let named = |kind: u8, name: &Id| [&[kind][..], &name.0].concat();
        match self {
            Self::Roll => vec![0],
            Self::Policy => vec![1],
            Self::Floor(agent) => named(2, agent),
            Self::Project(name) => named(3, name),
            Self::Line(village) => named(4, village),
            Self::Dispute(transfer) => named(5, transfer),
            Self::Code => vec![6],
            Self::Succession(agent) => named(7, agent),
            Self::MakeGood(agent) => named(20, agent),
        }
    }
}

impl Village {
    /// A village, named by its 32 bytes, under its charter: policy 0.
    pub fn founded(id: Id, charter: impl Into<Terms>) -> Self {
        Self {
            id,
            policies: BTreeMap::from([((0, None), charter.into())]),
            admissions: HashMap::new(),
            signed_in: None,
            proposals: HashMap::new(),
            floors: HashMap::new(),
            projects: HashMap::new(),
            labours: HashMap::new(),
            codes: HashSet::new(),
            made_good: HashMap::new(),
            lines: HashMap::new(),
        }
    }

    /// Adds a policy that a decision adopted.
    pub fn adopt(&mut self, version: u32, decision: Id, terms: impl Into<Terms>) {
        self.policies
            .insert((version, Some(decision)), terms.into());
    }

    /// Adds a proposal that may be voted on.
    pub fn propose(&mut self, id: Id, proposal: Proposal) {
        self.proposals.insert(id, proposal);
    }

    /// Adds a floor that a decision adopted.
    pub fn decide_floor(&mut self, decision: Id, floor: DecidedFloor) {
        self.floors.insert(decision, floor);
    }

    /// Adds a project that a decision adopted.
    pub fn decide_project(&mut self, decision: Id, project: Project) {
        self.projects.insert(decision, project);
    }

    /// Adds a decision that adopts other rules: the DNA of a village that goes on.
    pub fn decide_code(&mut self, decision: Id) {
        self.codes.insert(decision);
    }

    /// Adds a decision by which a loss is made good.
    pub fn decide_made_good(&mut self, decision: Id, made_good: MadeGood) {
        self.made_good.insert(decision, made_good);
    }

    /// Adds the terms of a line that a decision adopted.
    pub fn decide_line(&mut self, decision: Id, terms: LineTerms) {
        self.lines.insert(decision, terms);
    }

    pub(crate) fn line(&self, decision: &Id) -> Option<&LineTerms> {
        self.lines.get(decision)
    }

    pub(crate) fn made_good(&self, decision: &Id) -> Option<&MadeGood> {
        self.made_good.get(decision)
    }

    pub(crate) fn has_code(&self, decision: &Id) -> bool {
        self.codes.contains(decision)
    }

    /// Adds labour on a project.
    pub fn work(&mut self, id: Id, labour: Labour) {
        self.labours.insert(id, labour);
    }

    /// Adds an admission: the action by which an agent entered.
    pub fn admit(&mut self, admission: Id, agent: Id) {
        self.admissions.insert(admission, agent);
    }

    /// Has the cheques verified too: by far the longest part of an audit. `village` is
    /// the 32-byte core of the DNA hash, which every cheque names.
    pub fn verify_cheques(&mut self, village: Id) {
        self.signed_in = Some(village);
    }

    pub(crate) fn cheques_of(&self) -> Option<&Id> {
        self.signed_in.as_ref()
    }

    pub(crate) fn policy(&self, version: u32, decision: Option<Id>) -> Option<&Terms> {
        self.policies.get(&(version, decision))
    }

    pub(crate) fn proposal(&self, id: &Id) -> Option<&Proposal> {
        self.proposals.get(id)
    }

    pub(crate) fn floor(&self, decision: &Id) -> Option<&DecidedFloor> {
        self.floors.get(decision)
    }

    pub(crate) fn project(&self, decision: &Id) -> Option<&Project> {
        self.projects.get(decision)
    }

    pub(crate) fn labour(&self, id: &Id) -> Option<&Labour> {
        self.labours.get(id)
    }

    pub(crate) fn admitted(&self, admission: &Id) -> Option<&Id> {
        self.admissions.get(admission)
    }
}
