//! Rounds of clearing: debts over lines that cancel out, among many villages at once.
//!
//! A DNA cannot read another, so a round is bytes that each gateway signs, all of them,
//! before anybody books any. It says of every line in it what both sides take off, each
//! in its own seconds; so everybody who reads it sees that every village gives up as much
//! as it is freed of. Each gateway then writes one page: the accounts of its own lines
//! move towards zero and never across, by sums that are equal, so its village's sum stays.
//!
//! | stopped | what is true |
//! | --- | --- |
//! | some have signed | nothing: a page without all signatures is refused everywhere |
//! | all have signed, some have booked | the others book the same bytes when they have them; nothing times out |
//! | booked twice | refused: the round has its place in the settled tree |

use crate::account::{Account, State, HOLDINGS_MAX};
use crate::admission::Check;
use crate::amount::{Amount, Seconds};
use crate::apply::Facts;
use crate::ballot::Decided;
use crate::digest::Hasher;
use crate::id::{ActionId, AgentId, Digest, SignatureBytes, VillageId};
use crate::line::line_decided;
use crate::settled::{Key, Mark, Proof};
use crate::violation::Violation;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// The fewest lines that form a ring: two villages have one line.
pub const ROUND_LINES_MIN: usize = 3;
/// The most lines of one round: what a page carries, and what a peer verifies.
pub const ROUND_LINES_MAX: usize = 64;

// A book holds its own lines of a round beside its member account.
const _: () = assert!(HOLDINGS_MAX < ROUND_LINES_MAX);

/// One line in a round.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct RoundLine {
    /// The village that owes.
    pub debtor: VillageId,
    /// The village that is owed.
    pub creditor: VillageId,
    /// The debtor's gateway, in whose book its account of the line is.
    pub debtor_gateway: AgentId,
    /// The creditor's gateway.
    pub creditor_gateway: AgentId,
    /// What the debtor owes less, in its seconds.
    pub freed_s: Seconds,
    /// What the creditor is owed less, in its seconds.
    pub given_up_s: Seconds,
}

/// Debts that are cancelled together, all or none.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Round {
    /// [`ROUND_LINES_MIN`] to [`ROUND_LINES_MAX`], ascending by debtor and creditor, no
    /// line twice.
    pub lines: Vec<RoundLine>,
}

/// A round as a gateway books it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Cleared {
    /// The round.
    pub round: Round,
    /// The gateways' signatures over [`Round::statement`]: one for each village,
    /// ascending by village.
    pub signatures: Vec<SignatureBytes>,
    /// For each line of this village, in the order of the round, the decision that names
    /// both its gateways.
    pub decisions: Vec<ActionId>,
    /// Shows that the round was not booked before.
    pub once: Proof,
}

/// What the edge knows about a round that is booked.
#[derive(Debug, Clone, Copy)]
pub struct RoundFacts<'a> {
    /// The village of the book.
    pub here: VillageId,
    /// What `decisions` names, in that order; what is no decision is left out.
    pub decided: &'a [Decided<'a>],
}

/// One line as a village sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OwnEnd {
    /// The village at the other end.
    pub neighbour: VillageId,
    /// Its gateway.
    pub neighbour_gateway: AgentId,
    /// Whether this village owes.
    pub owes: bool,
    /// What this village counts less, in its seconds.
    pub here_s: Seconds,
    /// What the neighbour counts less, in its seconds.
    pub there_s: Seconds,
}

impl Round {
    /// Judges a round by itself (rule 78); gives each village's gateway.
    pub fn check(&self) -> Result<BTreeMap<VillageId, AgentId>, Violation> {
        let malformed = |what| Violation::RoundMalformed { what };
        if !(ROUND_LINES_MIN..=ROUND_LINES_MAX).contains(&self.lines.len()) {
            return Err(malformed("number of lines"));
        }
        let order = |line: &RoundLine| (line.debtor, line.creditor);
        if !self
            .lines
            .is_sorted_by(|one, next| order(one) < order(next))
        {
            return Err(malformed("order of lines"));
        }
        let mut pairs = BTreeSet::new();
        let mut gateways = BTreeMap::new();
        let mut sums_s: BTreeMap<VillageId, i64> = BTreeMap::new();
        for line in &self.lines {
            let two = [line.debtor, line.creditor];
            if two[0] == two[1] || !pairs.insert((two[0].min(two[1]), two[0].max(two[1]))) {
                return Err(malformed("line between two villages"));
            }
            let freed = Amount::new(line.freed_s)?.seconds();
            let given_up = Amount::new(line.given_up_s)?.seconds();
            for (village, gateway, change_s) in [
                (line.debtor, line.debtor_gateway, freed),
                (line.creditor, line.creditor_gateway, -given_up),
            ] {
                // The two accounts that balance are in one book, or no page could.
                if *gateways.entry(village).or_insert(gateway) != gateway {
                    return Err(malformed("gateway of a village"));
                }
                // At most 64 amounts: no overflow.
                let sum_s = sums_s.entry(village).or_default();
                *sum_s = sum_s.saturating_add(change_s);
            }
        }
        match sums_s.into_iter().find(|(_, sum_s)| *sum_s != 0) {
            Some((village, sum_s)) => Err(Violation::RoundUnbalanced { village, sum_s }),
            None => Ok(gateways),
        }
    }

    /// The lines of one village, in the order of the round.
    pub fn own(&self, here: VillageId) -> Vec<OwnEnd> {
        let seen = |line: &RoundLine| {
            let owes = OwnEnd {
                neighbour: line.creditor,
                neighbour_gateway: line.creditor_gateway,
                owes: true,
                here_s: line.freed_s,
                there_s: line.given_up_s,
            };
            let owed = OwnEnd {
                neighbour: line.debtor,
                neighbour_gateway: line.debtor_gateway,
                owes: false,
                here_s: line.given_up_s,
                there_s: line.freed_s,
            };
            (line.debtor == here)
                .then_some(owes)
                .or((line.creditor == here).then_some(owed))
        };
        self.lines.iter().filter_map(seen).collect()
    }

    /// Names the round.
    pub fn digest(&self) -> Digest {
        let hasher = Hasher::new("commons-credit/round").u64(self.lines.len() as u64);
        self.lines
            .iter()
            .fold(hasher, |hasher, line| {
                hasher
                    .fixed(&line.debtor.0)
                    .fixed(&line.creditor.0)
                    .fixed(&line.debtor_gateway.0)
                    .fixed(&line.creditor_gateway.0)
                    .i64(line.freed_s.0)
                    .i64(line.given_up_s.0)
            })
            .finish()
    }

    /// The 77 bytes that the gateway of `village` signs. They name the whole round, so one
    /// signature is worth nothing without all the others; and the village, so that who is
    /// gateway in several signs for each.
    pub fn statement(&self, village: &VillageId) -> Vec<u8> {
        signed_bytes(&self.digest(), village)
    }
}

fn signed_bytes(round: &Digest, village: &VillageId) -> Vec<u8> {
    [b"cc-clearing/\x01".as_slice(), &round.0, &village.0].concat()
}

/// The 163 bytes that both gateways sign about where a line stands: what `debtor` owes
/// `creditor`, as both of them count it at least.
pub fn owed_statement(
    debtor: (&VillageId, &AgentId),
    creditor: (&VillageId, &AgentId),
    number: u64,
    amount_s: Seconds,
) -> Vec<u8> {
    [
        b"cc-line-statement/\x01".as_slice(),
        &debtor.0 .0,
        &creditor.0 .0,
        &debtor.1 .0,
        &creditor.1 .0,
        &number.to_be_bytes(),
        &amount_s.0.to_be_bytes(),
    ]
    .concat()
}

impl Cleared {
    /// The signatures that must hold; none at all where the round is not one.
    pub(crate) fn checks(&self) -> Option<Vec<Check>> {
        let gateways = self.round.check().ok()?;
        if gateways.len() != self.signatures.len() {
            return None;
        }
        let digest = self.round.digest();
        let checks = gateways.iter().zip(&self.signatures);
        Some(
            checks
                .map(|((village, gateway), signature)| Check {
                    signer: *gateway,
                    statement: signed_bytes(&digest, village),
                    signature: *signature,
                })
                .collect(),
        )
    }

    pub(crate) fn hash_into(&self, hasher: Hasher) -> Hasher {
        let hasher = hasher
            .fixed(&self.round.digest().0)
            .u64(self.decisions.len() as u64);
        let hasher = self
            .decisions
            .iter()
            .fold(hasher, |hasher, id| hasher.fixed(&id.0))
            .u64(self.signatures.len() as u64);
        self.signatures
            .iter()
            .fold(hasher, |hasher, signature| hasher.fixed(&signature.0))
    }
}

impl State {
    /// Rule 78: the accounts of this village's lines in a round move towards zero.
    pub(crate) fn clear(&mut self, cleared: &Cleared, facts: &Facts<'_>) -> Result<(), Violation> {
        let round = &cleared.round;
        let gateways = round.check()?;
        let known = facts.round.ok_or(Violation::RoundForeign)?;
        let gateway = gateways
            .get(&known.here)
            .filter(|gateway| self.stands_for(facts.author, **gateway))
            .ok_or(Violation::RoundForeign)?;
        let own = round.own(known.here);
        if cleared.decisions.len() != own.len() || known.decided.len() != own.len() {
            return Err(Violation::LineNotDecided);
        }
        for ((line, id), decided) in own.iter().zip(&cleared.decisions).zip(known.decided) {
            let (_, terms) = line_decided(Some(*decided), *id, line.neighbour)?;
            // Who signs for the other end is for the village to say, not for the round.
            if terms.gateway != *gateway || terms.neighbour_gateway != line.neighbour_gateway {
                return Err(Violation::LineNotDecided);
            }
        }
        // Before the amounts: who books again after all is cleared is told so.
        let key = Key::of_round(round.digest());
        if cleared.once.mark(self.settled, &key)?.is_some() {
            return Err(Violation::AlreadyCleared);
        }
        for line in &own {
            self.tally(line.neighbour)?;
            let balance_s = self.holding(Account::Line(line.neighbour))?.balance_s.0;
            let left_s = if line.owes { balance_s } else { -balance_s };
            if left_s < line.here_s.0 {
                return Err(Violation::RoundCrossesZero {
                    village: line.neighbour,
                    amount_s: line.here_s.0,
                    left_s: left_s.max(0),
                });
            }
        }
        if !facts.line_is_signed {
            return Err(Violation::RoundUnsigned);
        }
        self.settled = cleared.once.root_with(&key, Mark::default())?;
        for line in &own {
            self.clear_line(line)?;
        }
        Ok(())
    }

    /// Both ends count less from now on.
    fn clear_line(&mut self, line: &OwnEnd) -> Result<(), Violation> {
        let sign = if line.owes { -1 } else { 1 };
        let moved = |seconds: Seconds, by: Seconds| Seconds(seconds.0.saturating_add(sign * by.0));
        let holding = self.holding_mut(Account::Line(line.neighbour))?;
        holding.balance_s = moved(holding.balance_s, line.here_s);
        // What the neighbour owes is its account, the mirror of this one.
        let tally = self.tally_mut(line.neighbour)?;
        let mirrored = Seconds(-line.there_s.0);
        tally.theirs_s = moved(tally.theirs_s, mirrored);
        Ok(())
    }
}
