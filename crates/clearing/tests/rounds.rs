//! A plan in rounds: together they are the plan, and the law takes each.

mod common;

use commons_credit_clearing::plan::{Plan, PlanLine};
use commons_credit_clearing::rounds::rounds;
use commons_credit_clearing::statement::LineStatement;
use commons_credit_ledger::clearing::{ROUND_LINES_MAX, ROUND_LINES_MIN};
use commons_credit_ledger::{AgentId, Digest, Seconds, SignatureBytes, VillageId};
use proptest::prelude::*;
use std::collections::BTreeMap;

fn village(number: u16) -> VillageId {
    let mut id = [7; 32];
    id[..2].copy_from_slice(&number.to_be_bytes());
    VillageId(id)
}

/// A statement without signatures: drawing a plan does not look at them.
fn statement(debtor: u16, creditor: u16, amount_s: i64) -> LineStatement {
    let gateway = |number: u16| AgentId(village(number).0);
    LineStatement {
        debtor: village(debtor),
        creditor: village(creditor),
        debtor_gateway: gateway(debtor),
        creditor_gateway: gateway(creditor),
        number: 1,
        amount_s: Seconds(amount_s),
        debtor_signature: SignatureBytes([0; 64]),
        creditor_signature: SignatureBytes([0; 64]),
    }
}

type Sums = BTreeMap<(VillageId, VillageId), i64>;

/// What a plan takes off each line, and what its rounds do together.
fn sums(plan: &Plan) -> (Sums, Sums) {
    let cancelled = |line: &&PlanLine| line.cancel_s.0 > 0;
    let planned = plan.lines.iter().filter(cancelled);
    let planned = planned.map(|line| ((line.debtor, line.creditor), line.cancel_s.0));
    let mut booked = Sums::new();
    for round in rounds(plan).rounds {
        assert!(round.check().is_ok());
        for line in round.lines {
            assert_eq!(line.freed_s, line.given_up_s);
            *booked.entry((line.debtor, line.creditor)).or_default() += line.freed_s.0;
        }
    }
    (planned.collect(), booked)
}

#[test]
fn one_ring_is_one_round_and_two_apart_are_two() {
    let mut debts = vec![
        statement(1, 2, 100),
        statement(2, 3, 60),
        statement(3, 1, 80),
    ];
    let plan = Plan::draw(&debts).unwrap();
    let one = rounds(&plan);
    assert_eq!((one.rounds.len(), one.left_s), (1, 0));
    assert_eq!(one.rounds[0].lines.len(), ROUND_LINES_MIN);
    assert!(one.rounds[0]
        .lines
        .iter()
        .all(|line| line.freed_s == Seconds(60)));
    debts.extend([statement(8, 9, 5), statement(9, 7, 5), statement(7, 8, 5)]);
    // No ring goes through here.
    debts.push(statement(9, 5, 5));
    let two = rounds(&Plan::draw(&debts).unwrap());
    assert_eq!((two.rounds.len(), two.left_s), (2, 0));
    assert_eq!(two.rounds[0], one.rounds[0]);
    let none = rounds(&Plan::draw(&debts[..2]).unwrap());
    assert_eq!((none.rounds.len(), none.left_s), (0, 0));
}

#[test]
fn a_ring_of_64_is_a_round_and_one_of_65_is_left() {
    let ring = |length: u16| {
        let debts: Vec<_> = (0..length)
            .map(|at| statement(at, (at + 1) % length, 10))
            .collect();
        rounds(&Plan::draw(&debts).unwrap())
    };
    let most = ROUND_LINES_MAX as u16;
    assert_eq!((ring(most).rounds.len(), ring(most).left_s), (1, 0));
    let longer = ring(most + 1);
    let left_s = 10 * i64::from(most + 1);
    assert_eq!((longer.rounds.len(), longer.left_s), (0, left_s));
}

#[test]
fn a_village_with_two_gateways_leaves_only_the_rings_over_both() {
    let mut debts = vec![statement(1, 2, 9), statement(2, 3, 9), statement(3, 1, 9)];
    debts.extend([statement(1, 4, 7), statement(4, 5, 7), statement(5, 1, 7)]);
    // Over 1, to and from 4 and 5, another gateway.
    for line in &mut debts[3..] {
        let other = AgentId([99; 32]);
        if line.debtor == village(1) {
            line.debtor_gateway = other;
        }
        if line.creditor == village(1) {
            line.creditor_gateway = other;
        }
    }
    let both = rounds(&Plan::draw(&debts).unwrap());
    assert_eq!((both.rounds.len(), both.left_s), (2, 0));
    // Now that gateway keeps one end of each ring.
    debts[2].creditor_gateway = AgentId([99; 32]);
    let one = rounds(&Plan::draw(&debts).unwrap());
    assert_eq!((one.rounds.len(), one.left_s), (1, 27));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn all_rounds_together_are_the_plan(
        villages in 3..24_u16,
        debts in prop::collection::vec((any::<u16>(), any::<u16>(), 1..5_000_i64), 3..220),
    ) {
        let mut once = BTreeMap::new();
        for (one, other, amount_s) in debts {
            let (one, other) = (one % villages, other % villages);
            if one != other {
                once.entry((one.min(other), one.max(other)))
                    .or_insert_with(|| statement(one, other, amount_s));
            }
        }
        let statements: Vec<_> = once.into_values().collect();
        prop_assume!(!statements.is_empty());
        let plan = Plan::draw(&statements).unwrap();
        let (planned, booked) = sums(&plan);
        prop_assert_eq!(planned, booked);
        prop_assert_eq!(rounds(&plan).left_s, 0);
    }
}

#[test]
fn a_plan_says_nothing_of_what_it_leaves_alone() {
    let line = PlanLine {
        debtor: village(1),
        creditor: village(2),
        debtor_gateway: AgentId([1; 32]),
        creditor_gateway: AgentId([2; 32]),
        number: 1,
        statement: Digest([0; 32]),
        owed_s: Seconds(5),
        cancel_s: Seconds(0),
    };
    let plan = Plan {
        format: 1,
        lines: vec![line],
        villages: vec![village(1), village(2)],
        potentials: vec![0, 0],
    };
    assert!(rounds(&plan).rounds.is_empty());
}
