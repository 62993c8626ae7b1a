//! A clearing that gateways sign: all of it or none.
//!
//! Whoever holds the statements draws the plan; everybody who signs checks it for
//! themselves ([`Plan::part`]) and need not trust who drew it. Each
//! gateway signs its part, and each part is signed over the digest of the whole plan, so a
//! signature is worth nothing without all the others: [`settle`] gives the
//! amounts to cancel only when every signature is there and holds. Nothing times out.
//!
//! | stopped | what is true |
//! | --- | --- |
//! | statements signed, no plan | nothing; the lines go on |
//! | plan drawn, some parts signed | nothing; a line that moved on has a newer statement, and its gateways sign no more |
//! | all parts signed, some have not heard | the plan holds; who hears of it later cancels then, from the same bytes |
//! | cancelled on one side only | the other side has the same right; a statement number is cancelled once |

use crate::bytes::{sha256, Bytes};
use crate::netting::{
    certify, clear, Certified, Clearing, Debt, NotProved, Problem, ProblemRefusal,
};
use crate::signature;
use crate::statement::{LineStatement, StatementRefusal};
use commons_credit_ledger::admission::Check;
use commons_credit_ledger::{AgentId, Digest, RoundLine, Seconds, SignatureBytes, VillageId};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use thiserror::Error;

/// The format that this program writes and reads.
pub const PLAN_FORMAT: u32 = 1;

/// One line in a plan.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlanLine {
    /// The village that owes.
    pub debtor: VillageId,
    /// The village that is owed.
    pub creditor: VillageId,
    /// The debtor's gateway.
    pub debtor_gateway: AgentId,
    /// The creditor's gateway.
    pub creditor_gateway: AgentId,
    /// The number of the statement.
    pub number: u64,
    /// The digest of the statement.
    pub statement: Digest,
    /// What is owed, in seconds.
    pub owed_s: Seconds,
    /// How much of it is cancelled, in seconds; zero leaves the line alone.
    pub cancel_s: Seconds,
}

/// A clearing with its proof. Lines and villages are in ascending order, so the
/// same statements give the same plan wherever it is drawn.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// [`PLAN_FORMAT`].
    pub format: u32,
    /// Every line that was looked at, ordered by debtor and creditor.
    pub lines: Vec<PlanLine>,
    /// Every village on a line, ascending.
    pub villages: Vec<VillageId>,
    /// The potential of each village (`netting/certify.rs`).
    pub potentials: Vec<i32>,
}

/// One gateway's part of a plan: what it signs for.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Part {
    /// The digest of the whole plan.
    pub plan: Digest,
    /// The village.
    pub village: VillageId,
    /// Its gateway.
    pub gateway: AgentId,
    /// What the village's debts on this gateway's lines shrink by, in seconds.
    pub freed_s: Seconds,
    /// What the village's claims on this gateway's lines shrink by, in seconds.
    pub given_up_s: Seconds,
}

/// A part with its signature over [`Part::statement`].
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignedPart {
    /// The part.
    pub part: Part,
    /// The gateway's signature.
    pub signature: SignatureBytes,
}

/// A plan that everybody has signed: the one thing by which a line is cancelled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settled {
    /// The digest of the plan.
    pub plan: Digest,
    /// The lines that lose something.
    pub lines: Vec<PlanLine>,
    /// What is owed and what is cleared.
    pub total: Certified,
}

/// Why a plan is refused.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum PlanRefusal {
    /// A plan of another program.
    #[error("plan format {format} is not known; this program reads format {PLAN_FORMAT}")]
    FormatUnknown {
        /// The format.
        format: u32,
    },
    /// One of the statements.
    #[error(transparent)]
    Statement(#[from] StatementRefusal),
    /// Too many villages or debts.
    #[error(transparent)]
    Problem(#[from] ProblemRefusal),
    /// Not balanced or not the best.
    #[error(transparent)]
    NotProved(#[from] NotProved),
    /// Two statements of one line.
    #[error("the line between {debtor} and {creditor} has statements {first} and {second} here; keep the newer one")]
    LineTwice {
        /// The village that owes, on the second one.
        debtor: VillageId,
        /// The village that is owed, on the second one.
        creditor: VillageId,
        /// The number of the first statement.
        first: u64,
        /// The number of the second.
        second: u64,
    },
    /// Lines or villages out of order, doubled, missing or added.
    #[error(
        "the {what} of this plan are not in their one order; draw it again from the statements"
    )]
    NotCanonical {
        /// `lines` or `villages`.
        what: &'static str,
    },
    /// A line whose statement is another one.
    #[error(
        "the line from {debtor} to {creditor} is not as its statement says; draw the plan again"
    )]
    StatementDiffers {
        /// The village that owes.
        debtor: VillageId,
        /// The village that is owed.
        creditor: VillageId,
    },
    /// A line of the village of which it has no statement.
    #[error("the plan has a line from {debtor} to {creditor} of which there is no statement here; do not sign it")]
    StatementMissing {
        /// The village that owes.
        debtor: VillageId,
        /// The village that is owed.
        creditor: VillageId,
    },
    /// Somebody who signs nothing in this plan.
    #[error("{gateway} of {village} has no part in this plan; leave the signature out")]
    NoPart {
        /// The village.
        village: VillageId,
        /// The gateway.
        gateway: AgentId,
    },
    /// A part of another plan, or with other amounts.
    #[error(
        "the part of {gateway} in {village} is not the part of this plan; let it be signed again"
    )]
    PartDiffers {
        /// The village.
        village: VillageId,
        /// The gateway.
        gateway: AgentId,
    },
    /// A part that is there twice.
    #[error("the part of {gateway} in {village} is there twice; give each once")]
    PartTwice {
        /// The village.
        village: VillageId,
        /// The gateway.
        gateway: AgentId,
    },
    /// A signature that does not hold.
    #[error("the part of {gateway} in {village} is not signed by it; let it be signed again")]
    SignatureWrong {
        /// The village.
        village: VillageId,
        /// The gateway.
        gateway: AgentId,
    },
    /// A signature is missing: then nothing is cancelled.
    #[error("{missing} of {needed} signatures are missing, first that of {gateway} in {village}; nothing is cancelled before all are there")]
    SignatureMissing {
        /// The village.
        village: VillageId,
        /// The gateway.
        gateway: AgentId,
        /// How many are missing.
        missing: usize,
        /// How many are needed.
        needed: usize,
    },
}

impl PlanRefusal {
    /// The code, which never changes.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::FormatUnknown { .. } => "E_PLAN_FORMAT_UNKNOWN",
            Self::Statement(refusal) => refusal.code(),
            Self::Problem(refusal) => refusal.code(),
            Self::NotProved(refusal) => refusal.code(),
            Self::LineTwice { .. } => "E_PLAN_LINE_TWICE",
            Self::NotCanonical { .. } => "E_PLAN_NOT_CANONICAL",
            Self::StatementDiffers { .. } => "E_PLAN_STATEMENT_DIFFERS",
            Self::StatementMissing { .. } => "E_PLAN_STATEMENT_MISSING",
            Self::NoPart { .. } => "E_PLAN_NO_PART",
            Self::PartDiffers { .. } => "E_PLAN_PART_DIFFERS",
            Self::PartTwice { .. } => "E_PLAN_PART_TWICE",
            Self::SignatureWrong { .. } => "E_PLAN_SIGNATURE_WRONG",
            Self::SignatureMissing { .. } => "E_PLAN_SIGNATURE_MISSING",
        }
    }
}

/// Two villages in one order, whoever owes.
fn pair(debtor: VillageId, creditor: VillageId) -> (VillageId, VillageId) {
    (debtor.min(creditor), debtor.max(creditor))
}

/// Refuses a second statement of one line, in whichever direction.
fn once<'a>(
    seen: &mut BTreeMap<(VillageId, VillageId), u64>,
    lines: impl Iterator<Item = (&'a VillageId, &'a VillageId, u64)>,
) -> Result<(), PlanRefusal> {
    for (&debtor, &creditor, second) in lines {
        if let Some(first) = seen.insert(pair(debtor, creditor), second) {
            return Err(PlanRefusal::LineTwice {
                debtor,
                creditor,
                first,
                second,
            });
        }
    }
    Ok(())
}

impl Plan {
    /// The best clearing of these statements. Their signatures are looked at by the
    /// caller ([`LineStatement::verify`]).
    pub fn draw(statements: &[LineStatement]) -> Result<Self, PlanRefusal> {
        let mut seen = BTreeMap::new();
        let mut lines = Vec::with_capacity(statements.len());
        for statement in statements {
            statement.check()?;
            lines.push(PlanLine {
                debtor: statement.debtor,
                creditor: statement.creditor,
                debtor_gateway: statement.debtor_gateway,
                creditor_gateway: statement.creditor_gateway,
                number: statement.number,
                statement: statement.digest(),
                owed_s: statement.amount_s,
                cancel_s: Seconds(0),
            });
        }
        lines.sort_unstable_by_key(|line| (line.debtor, line.creditor, line.number));
        once(&mut seen, ends(&lines))?;
        let mut plan = Self {
            format: PLAN_FORMAT,
            villages: villages(&lines),
            lines,
            potentials: Vec::new(),
        };
        let clearing = clear(&plan.problem()?);
        for (line, &cancel_s) in plan.lines.iter_mut().zip(&clearing.cancel_s) {
            line.cancel_s = Seconds(cancel_s);
        }
        plan.potentials = clearing.potentials;
        Ok(plan)
    }

    fn problem(&self) -> Result<Problem, PlanRefusal> {
        // A village that is not listed becomes a node that is not there.
        let node = |village| {
            self.villages
                .binary_search(village)
                .map_or(u32::MAX, |at| at as u32)
        };
        let debts = self
            .lines
            .iter()
            .map(|line| Debt {
                debtor: node(&line.debtor),
                creditor: node(&line.creditor),
                amount_s: line.owed_s.0,
            })
            .collect();
        Ok(Problem::new(self.villages.len(), debts)?)
    }

    /// Judges the plan by itself: one order, balanced at every village, the best
    /// there is. Does not solve anything, so it is quick wherever it is done.
    pub fn check(&self) -> Result<Certified, PlanRefusal> {
        if self.format != PLAN_FORMAT {
            return Err(PlanRefusal::FormatUnknown {
                format: self.format,
            });
        }
        let ascending = self
            .lines
            .windows(2)
            .all(|two| (two[0].debtor, two[0].creditor) < (two[1].debtor, two[1].creditor));
        if !ascending {
            return Err(PlanRefusal::NotCanonical { what: "lines" });
        }
        if self.villages != villages(&self.lines) {
            return Err(PlanRefusal::NotCanonical { what: "villages" });
        }
        once(&mut BTreeMap::new(), ends(&self.lines))?;
        let clearing = Clearing {
            cancel_s: self.lines.iter().map(|line| line.cancel_s.0).collect(),
            potentials: self.potentials.clone(),
        };
        Ok(certify(&self.problem()?, &clearing)?)
    }

    /// Judges the plan against the newest statements of a village's lines, all of them, whoever
    /// is their gateway. A line of the village that the plan has and the village has not is
    /// refused: an invented claim could balance a real one that is given up.
    pub fn agrees(
        &self,
        village: &VillageId,
        statements: &[LineStatement],
    ) -> Result<(), PlanRefusal> {
        let known: BTreeMap<_, _> = statements
            .iter()
            .map(|statement| (pair(statement.debtor, statement.creditor), statement))
            .collect();
        let theirs = |line: &&PlanLine| [line.debtor, line.creditor].contains(village);
        for line in self.lines.iter().filter(theirs) {
            let PlanLine {
                debtor, creditor, ..
            } = *line;
            let Some(statement) = known.get(&pair(debtor, creditor)) else {
                return Err(PlanRefusal::StatementMissing { debtor, creditor });
            };
            // The digest covers every field; the fields are what everybody else reads.
            let same = line.statement == statement.digest()
                && line.debtor == statement.debtor
                && line.creditor == statement.creditor
                && line.debtor_gateway == statement.debtor_gateway
                && line.creditor_gateway == statement.creditor_gateway
                && line.number == statement.number
                && line.owed_s == statement.amount_s;
            if !same {
                return Err(PlanRefusal::StatementDiffers { debtor, creditor });
            }
        }
        Ok(())
    }

    /// What a gateway may sign, after everything that it must look at: the plan by itself, and
    /// every line of its village against the village's newest statements.
    pub fn part(
        &self,
        village: VillageId,
        gateway: AgentId,
        statements: &[LineStatement],
    ) -> Result<Part, PlanRefusal> {
        self.check()?;
        self.agrees(&village, statements)?;
        self.parts()
            .into_iter()
            .find(|part| part.village == village && part.gateway == gateway)
            .ok_or(PlanRefusal::NoPart { village, gateway })
    }

    /// The digest of everything in the plan.
    pub fn digest(&self) -> Digest {
        let mut bytes = Bytes::of("cc-clearing-plan/", 1)
            .u32(self.format)
            .u64(self.lines.len() as u64);
        for line in &self.lines {
            bytes = bytes
                .fixed(&line.debtor.0)
                .fixed(&line.creditor.0)
                .fixed(&line.debtor_gateway.0)
                .fixed(&line.creditor_gateway.0)
                .u64(line.number)
                .fixed(&line.statement.0)
                .i64(line.owed_s.0)
                .i64(line.cancel_s.0);
        }
        bytes = bytes.u64(self.villages.len() as u64);
        for village in &self.villages {
            bytes = bytes.fixed(&village.0);
        }
        bytes = bytes.u64(self.potentials.len() as u64);
        for &potential in &self.potentials {
            bytes = bytes.i32(potential);
        }
        sha256(&bytes.done())
    }

    /// Everybody's part: one for each gateway of each line that loses something,
    /// ordered by village and gateway.
    pub fn parts(&self) -> Vec<Part> {
        let plan = self.digest();
        let mut sums: BTreeMap<(VillageId, AgentId), (i64, i64)> = BTreeMap::new();
        for line in self.lines.iter().filter(|line| line.cancel_s.0 != 0) {
            let debtor = sums.entry((line.debtor, line.debtor_gateway)).or_default();
            debtor.0 = debtor.0.saturating_add(line.cancel_s.0);
            let creditor = sums
                .entry((line.creditor, line.creditor_gateway))
                .or_default();
            creditor.1 = creditor.1.saturating_add(line.cancel_s.0);
        }
        sums.into_iter()
            .map(|((village, gateway), (freed_s, given_up_s))| Part {
                plan,
                village,
                gateway,
                freed_s: Seconds(freed_s),
                given_up_s: Seconds(given_up_s),
            })
            .collect()
    }
}

impl From<&PlanLine> for RoundLine {
    /// Hours are cleared at their face: both ends take off the same number.
    fn from(line: &PlanLine) -> Self {
        Self {
            debtor: line.debtor,
            creditor: line.creditor,
            debtor_gateway: line.debtor_gateway,
            creditor_gateway: line.creditor_gateway,
            freed_s: line.cancel_s,
            given_up_s: line.cancel_s,
        }
    }
}

fn ends(lines: &[PlanLine]) -> impl Iterator<Item = (&VillageId, &VillageId, u64)> {
    lines
        .iter()
        .map(|line| (&line.debtor, &line.creditor, line.number))
}

fn villages(lines: &[PlanLine]) -> Vec<VillageId> {
    let all: BTreeSet<VillageId> = lines
        .iter()
        .flat_map(|line| [line.debtor, line.creditor])
        .collect();
    all.into_iter().collect()
}

impl Part {
    /// The bytes that the gateway signs: the text `cc-clearing-part/`, version 1, the plan's digest, village,
    /// gateway, both sums.
    pub fn statement(&self) -> Vec<u8> {
        Bytes::of("cc-clearing-part/", 1)
            .fixed(&self.plan.0)
            .fixed(&self.village.0)
            .fixed(&self.gateway.0)
            .i64(self.freed_s.0)
            .i64(self.given_up_s.0)
            .done()
    }
}

impl SignedPart {
    /// The signature that must hold.
    pub fn check(&self) -> Check {
        Check {
            signer: self.part.gateway,
            statement: self.part.statement(),
            signature: self.signature,
        }
    }
}

/// All or none: what is cancelled, once every part is signed.
pub fn settle(plan: &Plan, signed: &[SignedPart]) -> Result<Settled, PlanRefusal> {
    let total = plan.check()?;
    let mut open: BTreeMap<(VillageId, AgentId), (Part, bool)> = plan
        .parts()
        .into_iter()
        .map(|part| ((part.village, part.gateway), (part, false)))
        .collect();
    let needed = open.len();
    for signed_part in signed {
        let Part {
            village, gateway, ..
        } = signed_part.part;
        let Some((part, done)) = open.get_mut(&(village, gateway)) else {
            return Err(PlanRefusal::NoPart { village, gateway });
        };
        if *done {
            return Err(PlanRefusal::PartTwice { village, gateway });
        }
        if *part != signed_part.part {
            return Err(PlanRefusal::PartDiffers { village, gateway });
        }
        if !signature::holds(&signed_part.check()) {
            return Err(PlanRefusal::SignatureWrong { village, gateway });
        }
        *done = true;
    }
    let missing: Vec<_> = open.iter().filter(|(_, (_, done))| !done).collect();
    if let Some((&(village, gateway), _)) = missing.first() {
        return Err(PlanRefusal::SignatureMissing {
            village,
            gateway,
            missing: missing.len(),
            needed,
        });
    }
    Ok(Settled {
        plan: plan.digest(),
        lines: plan
            .lines
            .iter()
            .filter(|line| line.cancel_s.0 != 0)
            .cloned()
            .collect(),
        total,
    })
}
