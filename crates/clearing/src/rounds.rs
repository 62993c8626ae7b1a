//! A plan as villages book it: rounds of at most 64 lines, each signed and booked by
//! itself (rule 78 in `docs/rules.md`).
//!
//! What a plan cancels adds up to nothing in every village, so it is made of rings. Lines
//! that hang together are one round if they fit into one; else each ring is one, and
//! whoever does not sign stops only the rings that go through their village.

use crate::netting::DEBTS_MAX;
use crate::plan::{Plan, PlanLine};
use commons_credit_ledger::clearing::ROUND_LINES_MAX;
use commons_credit_ledger::{Round, Seconds, VillageId};
use std::collections::BTreeMap;

/// The most rounds of one plan: what people can sign.
pub const ROUNDS_MAX: usize = 10_000;

const _: () = assert!(ROUNDS_MAX <= DEBTS_MAX);

/// A plan in rounds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rounds {
    /// In the order of their lowest villages.
    pub rounds: Vec<Round>,
    /// What the plan cancels and no round does, in seconds: rings of more than 64 lines,
    /// over more than an amount, or through a village with two gateways.
    pub left_s: i64,
}

/// What of a plan can be booked, and how.
pub fn rounds(plan: &Plan) -> Rounds {
    let mut found = Rounds {
        rounds: Vec::new(),
        left_s: 0,
    };
    for part in parts(plan) {
        match of(&part) {
            Some(round) => found.take(round),
            None => {
                for ring in rings(part) {
                    match of(&ring) {
                        Some(round) => found.take(round),
                        None => found.leave(&ring),
                    }
                }
            }
        }
    }
    found
}

impl Rounds {
    fn take(&mut self, round: Round) {
        if self.rounds.len() < ROUNDS_MAX {
            self.rounds.push(round);
        } else {
            let freed = round.lines.iter().map(|line| line.freed_s.0);
            self.left_s = freed.fold(self.left_s, i64::saturating_add);
        }
    }

    fn leave(&mut self, ring: &[PlanLine]) {
        let cancelled = ring.iter().map(|line| line.cancel_s.0);
        self.left_s = cancelled.fold(self.left_s, i64::saturating_add);
    }
}

/// These lines as a round, if the law takes it.
fn of(lines: &[PlanLine]) -> Option<Round> {
    if lines.len() > ROUND_LINES_MAX {
        return None;
    }
    let mut lines: Vec<_> = lines.iter().map(Into::into).collect();
    lines.sort_unstable_by_key(|line: &commons_credit_ledger::RoundLine| {
        (line.debtor, line.creditor)
    });
    let round = Round { lines };
    round.check().is_ok().then_some(round)
}

/// The lines that lose something, those that hang together in one part.
fn parts(plan: &Plan) -> Vec<Vec<PlanLine>> {
    let lines = plan.lines.iter().filter(|line| line.cancel_s.0 > 0);
    let mut leads: BTreeMap<VillageId, VillageId> = BTreeMap::new();
    for line in lines.clone() {
        let (one, other) = (
            root(&mut leads, line.debtor),
            root(&mut leads, line.creditor),
        );
        leads.insert(one.max(other), one.min(other));
    }
    let mut parts: BTreeMap<VillageId, Vec<PlanLine>> = BTreeMap::new();
    for line in lines {
        let of = root(&mut leads, line.debtor);
        parts.entry(of).or_default().push(line.clone());
    }
    parts.into_values().collect()
}

/// The lowest village that hangs together with this one, as far as is known; the way
/// there is made shorter.
fn root(leads: &mut BTreeMap<VillageId, VillageId>, village: VillageId) -> VillageId {
    let mut at = village;
    while let Some(next) = leads.get(&at).copied().filter(|next| *next != at) {
        let beyond = leads.get(&next).copied().unwrap_or(next);
        leads.insert(at, beyond);
        at = next;
    }
    at
}

/// Takes ring after ring off lines that balance in every village, until nothing is left.
/// Each takes away at least one line, so there are never more rings than lines.
fn rings(mut lines: Vec<PlanLine>) -> Vec<Vec<PlanLine>> {
    let mut out: BTreeMap<VillageId, Vec<usize>> = BTreeMap::new();
    for (at, line) in lines.iter().enumerate() {
        out.entry(line.debtor).or_default().push(at);
    }
    let mut found = Vec::new();
    // The way so far, and where in it each village stands.
    let mut way: Vec<usize> = Vec::new();
    let mut stands: BTreeMap<VillageId, usize> = BTreeMap::new();
    for first in 0..lines.len() {
        let mut here = lines[first].debtor;
        while let Some(at) = next(&mut out, &lines, here) {
            stands.insert(here, way.len());
            way.push(at);
            here = lines[at].creditor;
            let Some(from) = stands.get(&here).copied() else {
                continue;
            };
            let ring = way.split_off(from);
            let least_s = ring.iter().map(|at| lines[*at].cancel_s.0).min();
            let least_s = Seconds(least_s.unwrap_or_default());
            for at in &ring {
                stands.remove(&lines[*at].debtor);
            }
            found.push(
                ring.iter()
                    .map(|at| PlanLine {
                        cancel_s: least_s,
                        ..lines[*at].clone()
                    })
                    .collect(),
            );
            for at in ring {
                lines[at].cancel_s.0 -= least_s.0;
            }
        }
        way.clear();
        stands.clear();
    }
    found
}

/// A line of this village that still loses something.
fn next(
    out: &mut BTreeMap<VillageId, Vec<usize>>,
    lines: &[PlanLine],
    village: VillageId,
) -> Option<usize> {
    let own = out.get_mut(&village)?;
    while let Some(at) = own.last().copied() {
        if lines[at].cancel_s.0 > 0 {
            return Some(at);
        }
        own.pop();
    }
    None
}
