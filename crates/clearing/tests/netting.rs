//! Clearing is exact, and its proof cannot be bent.

mod common;

use common::{problem, Shape};
use commons_credit_clearing::netting::*;
use proptest::prelude::*;

fn debts(list: &[(u32, u32, i64)]) -> Vec<Debt> {
    list.iter()
        .map(|&(debtor, creditor, amount_s)| Debt {
            debtor,
            creditor,
            amount_s,
        })
        .collect()
}

fn cleared(nodes: usize, list: &[(u32, u32, i64)]) -> (Clearing, Certified) {
    let problem = Problem::new(nodes, debts(list)).expect("a problem");
    let clearing = clear(&problem);
    let certified = certify(&problem, &clearing).expect("proved");
    (clearing, certified)
}

#[test]
fn the_four_line_check_clears_300_of_500() {
    // 10>20:100, 20>30:100, 30>10:200, 40>30:100
    let (clearing, certified) = cleared(4, &[(0, 1, 100), (1, 2, 100), (2, 0, 200), (3, 2, 100)]);
    assert_eq!((certified.cleared_s, certified.owed_s), (300, 500));
    assert_eq!(clearing.cancel_s, [100, 100, 100, 0]);
}

#[test]
fn nothing_owed_in_a_ring_clears_nothing() {
    assert_eq!(cleared(0, &[]).1.cleared_s, 0);
    assert_eq!(cleared(3, &[]).1.cleared_s, 0);
    let chain = [(0, 1, 5), (1, 2, 7), (0, 2, 9), (3, 1, 2)];
    assert_eq!(cleared(4, &chain).1.cleared_s, 0);
}

#[test]
fn debts_both_ways_and_side_by_side_clear() {
    let (clearing, certified) = cleared(2, &[(0, 1, 5), (0, 1, 6), (1, 0, 8), (1, 0, 1)]);
    assert_eq!(certified.cleared_s, 18);
    assert_eq!(clearing.cancel_s[2..], [8, 1]);
}

#[test]
fn a_long_ring_beats_the_short_ones_it_excludes() {
    // The debt 0>1 can close the ring of two or the ring of four, not both.
    let list = [(0, 1, 10), (1, 0, 10), (1, 2, 10), (2, 3, 10), (3, 0, 10)];
    let (clearing, certified) = cleared(4, &list);
    assert_eq!(certified.cleared_s, 40);
    assert_eq!(clearing.cancel_s, [10, 0, 10, 10, 10]);
}

#[test]
fn rings_joined_one_way_are_cleared_apart() {
    let list = [
        (0, 1, 3),
        (1, 0, 4),
        (1, 2, 100),
        (2, 3, 5),
        (3, 2, 6),
        (4, 0, 9),
    ];
    assert_eq!(cleared(5, &list).1.cleared_s, 16);
}

#[test]
fn the_largest_debts_do_not_overflow() {
    let (_, certified) = cleared(
        3,
        &[
            (0, 1, DEBT_MAX_S),
            (1, 2, DEBT_MAX_S),
            (2, 0, DEBT_MAX_S),
            (1, 0, DEBT_MAX_S),
        ],
    );
    assert_eq!(certified.cleared_s, 3 * i128::from(DEBT_MAX_S));
    let many = vec![(0, 1, DEBT_MAX_S); DEBTS_MAX / 2]
        .into_iter()
        .chain(vec![(1, 0, DEBT_MAX_S); DEBTS_MAX / 2])
        .collect::<Vec<_>>();
    let (_, certified) = cleared(2, &many);
    assert_eq!(
        certified.cleared_s,
        i128::from(DEBT_MAX_S) * DEBTS_MAX as i128
    );
}

#[test]
fn one_ring_over_all_nodes_is_found_without_deep_recursion() {
    let nodes = NODES_MAX as u32;
    let ring: Vec<_> = (0..nodes)
        .map(|node| (node, (node + 1) % nodes, 5 + i64::from(node == 7)))
        .collect();
    let (clearing, certified) = cleared(NODES_MAX, &ring);
    assert_eq!(certified.cleared_s, 5 * i128::from(nodes));
    assert_eq!(clearing.cancel_s, vec![5; NODES_MAX]);
}

/// The worst for the solver: as many lengths as nodes, one phase for each.
#[test]
fn a_ring_whose_debts_all_differ_is_cleared() {
    let nodes = 1_500u32;
    let ring: Vec<_> = (0..nodes)
        .map(|node| (node, (node + 1) % nodes, i64::from(node) + 1))
        .collect();
    let (clearing, certified) = cleared(nodes as usize, &ring);
    assert_eq!(certified.cleared_s, i128::from(nodes));
    assert_eq!(clearing.cancel_s, vec![1; nodes as usize]);
}

#[test]
fn every_shape_is_certified_at_full_size() {
    for shape in [Shape::Even, Shape::Skewed, Shape::Ring] {
        for (nodes, debts, seed) in [(600, 6_000, 7), (3_200, 138_000, 11)] {
            let problem = problem(shape, nodes, debts, seed);
            let certified = certify(&problem, &clear(&problem));
            let certified = certified.unwrap_or_else(|why| panic!("{shape:?} {seed}: {why}"));
            assert!(certified.cleared_s > 0 && certified.cleared_s < certified.owed_s);
        }
    }
}

#[test]
fn what_is_no_problem_is_refused() {
    let one = |debtor, creditor, amount_s| {
        Problem::new(2, debts(&[(0, 1, 1), (debtor, creditor, amount_s)])).map_err(|no| no.code())
    };
    assert!(one(1, 0, DEBT_MAX_S).is_ok());
    assert_eq!(one(0, 2, 1), Err("E_CLEAR_NODE_UNKNOWN"));
    assert_eq!(one(u32::MAX, 1, 1), Err("E_CLEAR_NODE_UNKNOWN"));
    assert_eq!(one(1, 1, 1), Err("E_CLEAR_OWES_ITSELF"));
    for amount_s in [0, -1, i64::MIN, DEBT_MAX_S + 1, i64::MAX] {
        assert_eq!(one(1, 0, amount_s), Err("E_CLEAR_AMOUNT_OUT_OF_RANGE"));
    }
    let code = |nodes, debts| Problem::new(nodes, debts).map_err(|no| no.code()).err();
    assert_eq!(code(NODES_MAX, vec![]), None);
    assert_eq!(
        code(NODES_MAX + 1, vec![]),
        Some("E_CLEAR_TOO_MANY_VILLAGES")
    );
    let debt = debts(&[(0, 1, 1)])[0];
    assert_eq!(code(2, vec![debt; DEBTS_MAX]), None);
    assert_eq!(
        code(2, vec![debt; DEBTS_MAX + 1]),
        Some("E_CLEAR_TOO_MANY_DEBTS")
    );
}

/// What is proved is right whoever made it: each way to be wrong is seen.
#[test]
fn a_bent_clearing_is_not_proved() {
    let problem = Problem::new(
        4,
        debts(&[(0, 1, 100), (1, 2, 100), (2, 0, 200), (3, 2, 100)]),
    )
    .expect("a problem");
    let good = clear(&problem);
    let refused = |change: &dyn Fn(&mut Clearing)| {
        let mut bent = good.clone();
        change(&mut bent);
        certify(&problem, &bent).map_err(|no| no.code())
    };
    assert!(refused(&|_| {}).is_ok());
    let code = |change: &dyn Fn(&mut Clearing)| refused(change).err();
    assert_eq!(
        code(&|bent| bent.cancel_s.truncate(3)),
        Some("E_CERTIFICATE_LENGTH")
    );
    assert_eq!(
        code(&|bent| bent.potentials.push(0)),
        Some("E_CERTIFICATE_LENGTH")
    );
    let out = Some("E_CERTIFICATE_CANCEL_OUT_OF_RANGE");
    assert_eq!(code(&|bent| bent.cancel_s[0] = 101), out);
    assert_eq!(code(&|bent| bent.cancel_s[3] = -1), out);
    let unbalanced = Some("E_CERTIFICATE_NOT_BALANCED");
    assert_eq!(code(&|bent| bent.cancel_s[2] = 101), unbalanced);
    assert_eq!(code(&|bent| bent.cancel_s[3] = 1), unbalanced);
    // Balanced, but less than the most.
    let less = Some("E_CERTIFICATE_NOT_OPTIMAL");
    assert_eq!(code(&|bent| bent.cancel_s = vec![99, 99, 99, 0]), less);
    assert_eq!(code(&|bent| bent.cancel_s = vec![0; 4]), less);
    // Right amounts, but potentials that prove nothing.
    for extreme in [i32::MIN, i32::MAX] {
        assert_eq!(
            code(&|bent| bent.potentials = vec![extreme, 0, extreme, 0]),
            less
        );
    }
}

/// The slow, obvious twin: as long as some ring gains, go round it once.
fn twin(nodes: usize, list: &[Debt]) -> i64 {
    let mut cancel = vec![0i64; list.len()];
    loop {
        // Longest ways by Bellman-Ford; a way that still grows after `nodes` rounds holds a ring.
        let mut length = vec![0i64; nodes];
        let mut by: Vec<Option<(usize, bool)>> = vec![None; nodes];
        let mut grown = None;
        for _ in 0..=nodes {
            grown = None;
            for (at, debt) in list.iter().enumerate() {
                let (from, to) = (debt.debtor as usize, debt.creditor as usize);
                if cancel[at] < debt.amount_s && length[from] + 1 > length[to] {
                    (length[to], by[to], grown) = (length[from] + 1, Some((at, true)), Some(to));
                }
                if cancel[at] > 0 && length[to] - 1 > length[from] {
                    (length[from], by[from], grown) =
                        (length[to] - 1, Some((at, false)), Some(from));
                }
            }
        }
        let Some(mut node) = grown else {
            return cancel.iter().sum();
        };
        let before = |node: usize| {
            let (at, forward) = by[node].expect("a way leads here");
            let debt = list[at];
            (
                at,
                forward,
                if forward { debt.debtor } else { debt.creditor } as usize,
            )
        };
        for _ in 0..nodes {
            node = before(node).2;
        }
        let start = node;
        loop {
            let (at, forward, next) = before(node);
            cancel[at] += if forward { 1 } else { -1 };
            node = next;
            if node == start {
                break;
            }
        }
    }
}

fn small() -> impl Strategy<Value = (usize, Vec<Debt>)> {
    (2usize..9).prop_flat_map(|nodes| {
        let end = nodes as u32;
        let debt = (0..end, 1..end, 1i64..7).prop_map(move |(debtor, step, amount_s)| Debt {
            debtor,
            creditor: (debtor + step) % end,
            amount_s,
        });
        (Just(nodes), proptest::collection::vec(debt, 1..24))
    })
}

fn bend() -> impl Strategy<Value = i64> {
    prop_oneof![-6i64..0, 1i64..7]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(3_000) })]

    #[test]
    fn the_twin_clears_as_much((nodes, list) in small()) {
        let problem = Problem::new(nodes, list.clone()).expect("a problem");
        let certified = certify(&problem, &clear(&problem)).expect("proved");
        prop_assert_eq!(certified.cleared_s, i128::from(twin(nodes, &list)));
    }

    #[test]
    fn no_other_amounts_are_proved((nodes, list) in small(), at in 0usize..24, by in bend()) {
        let problem = Problem::new(nodes, list).expect("a problem");
        let mut clearing = clear(&problem);
        let at = at % clearing.cancel_s.len();
        clearing.cancel_s[at] += by;
        prop_assert!(certify(&problem, &clearing).is_err());
    }
}
